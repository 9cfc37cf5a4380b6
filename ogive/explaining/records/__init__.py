"""What a derivation, a statement and a subject are: frozen records, with no behaviour that reaches up."""
