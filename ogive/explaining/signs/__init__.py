"""Where a function is positive, zero and negative, with a proof; its pieces, and what follows for whole stretches."""
