"""What was claimed, checked; and whether two answers are equal. It trusts nothing that writes claims."""
