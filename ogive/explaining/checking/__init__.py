"""Checks what was claimed: a derivation, a sheet, that two answers are equal; it trusts nothing that writes them."""
