"""Tables in: one reader of files and frames, which says what it found and loses nothing in silence."""

from __future__ import annotations

from ogive.tables.files import read_file
from ogive.tables.records import Found, Reading, Table, TableError

__all__ = ["Found", "Reading", "Table", "TableError", "read_file"]
