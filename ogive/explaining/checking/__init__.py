"""What was claimed, checked, a derivation, a sheet or that two answers are equal: it trusts nothing that writes them."""
