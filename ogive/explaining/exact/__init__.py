"""When two expressions are equal: exact arithmetic, and the normal form that decides it."""
