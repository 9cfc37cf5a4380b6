"""Faces: a fit as a report, a table and a file."""
