"""What may be done to a line: every rule with its reason, and the moves that need a choice."""
