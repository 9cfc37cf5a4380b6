"""Tables in and out: which rows are one curve, for any kind of table or file."""
