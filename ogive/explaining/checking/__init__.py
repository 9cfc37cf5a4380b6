"""What was claimed, checked."""
