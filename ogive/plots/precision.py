"""What is left of a slope in floating point."""
