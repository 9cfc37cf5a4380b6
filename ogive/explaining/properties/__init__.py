"""What is true of a function and of its slope: each statement with its reason and its certificate."""
