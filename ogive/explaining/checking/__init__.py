"""What was claimed, checked: it trusts nothing that writes derivations or sheets."""
