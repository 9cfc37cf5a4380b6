"""Claims about slopes for the Rocq proof assistant, an outside judge."""
