"""The question: observations, a model and its likelihood, and the problem that they make."""
