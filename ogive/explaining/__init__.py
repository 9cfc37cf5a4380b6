"""Derivations with a proof on every line, and what follows from them."""
