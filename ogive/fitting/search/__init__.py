"""The search: from a question to a minimum, by the compiled engine or by Levenberg-Marquardt."""
