"""Blocks: runs of curves before the compiled engine, and what follows from its numbers."""
