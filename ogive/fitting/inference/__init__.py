"""Inference: what a minimum says, and how far it is to be trusted."""
