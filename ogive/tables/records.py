"""What is asked of a reader of tables, and what it found: frozen records."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

from ogive.tables.numbers import Numbers, read_numbers, says_nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Found", "Reading", "Table", "TableError", "check_applies", "no_column", "no_label", "some_rows"]


class TableError(ValueError):
    """A table that cannot be read as asked; the message says what to change."""


@final
@dataclass(frozen=True)
class Reading:
    """How a table is to be read; what is None is found out.

    Attributes
    ----------
    delimiter
        What stands between cells of text: one character.
    decimal
        The decimal mark: ``"."`` or ``","``.
    encoding
        The encoding of text, by Python's name for it: ``"cp1252"``.
    comment
        What begins a line that is passed over; None for no such lines.
    missing
        Words for missing values besides the usual ones (empty, NA, #N/A, nan and null, missing where a number is
        wanted); these are missing in every column.
    header
        Whether the first row names the columns.
    sheet
        The sheet of a workbook; None for the first.
    """

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    comment: str | None = None
    missing: tuple[str, ...] = ()
    header: bool = True
    sheet: str | None = None

    def __post_init__(self) -> None:
        if self.delimiter is not None and (
            len(self.delimiter.encode()) != 1 or self.delimiter in '"\r\n' or self.delimiter.isalnum()
        ):
            raise TableError(f"the delimiter must be one ASCII character or 'tab', not {self.delimiter!r}")
        if self.decimal not in {None, ".", ","}:
            raise TableError(f"the decimal mark is '.' or ',', not {self.decimal!r}")
        if self.decimal is not None and self.decimal == self.delimiter:
            raise TableError(f"{self.decimal!r} cannot stand between cells and in numbers too")
        if self.comment is not None and (not self.comment.strip() or "\n" in self.comment or '"' in self.comment):
            raise TableError(f"a comment begins with a sign such as '#', not with {self.comment!r}")


def check_applies(reading: Reading, kind: str, name: str) -> None:
    """Refuse what is said about text of a file that is none, and about workbooks of one that is none.

    Raises
    ------
    TableError
        If something would have no effect.
    """
    text = (("--delimiter", reading.delimiter), ("--encoding", reading.encoding), ("--comment", reading.comment))
    said = [option for option, value in text if value is not None] if kind != "text" else []
    if reading.sheet is not None and kind != "workbook":
        raise TableError(f"--sheet names a sheet of a workbook, and {name} is none")
    if said:
        raise TableError(
            f"{said[0]} is about text, and {name} is a {kind} file"
            if kind != "workbook"
            else f"{said[0]} is about text, and {name} is a workbook"
        )


_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}


@final
@dataclass(frozen=True)
class Found:
    """What was found about a file.

    Attributes
    ----------
    kind
        ``"text"``, ``"Parquet"``, ``"Arrow"`` or ``"workbook"``.
    delimiter, decimal, encoding
        Those of text; the decimal mark also of numbers that other files hold as text.
    mark
        The bytes before the text that say in which encoding it is.
    compression
        ``"gzip"``, ``"zstd"`` or ``""``.
    comments
        How many lines were passed over because a comment begins them.
    note
        Whatever else is to be said, such as which sheet was read.
    """

    kind: str = "text"
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    mark: bytes = b""
    compression: str = ""
    comments: int = 0
    note: str = ""

    @property
    def plain(self) -> bool:
        """Whether the file is as everybody writes it, so that nothing needs to be said."""
        return self.said() in {"comma-separated", "a Parquet file", "an Arrow file"}

    def said(self) -> str:
        """Say in a phrase how the file was read."""
        if self.kind == "text":
            parts = [f"{_WORDS.get(self.delimiter, repr(self.delimiter))}-separated"]
        else:
            parts = [f"{'an' if self.kind[0] in 'AEIOU' else 'a'} {self.kind}{' file' * (self.kind != 'workbook')}"]
        if self.decimal == ",":
            parts.append("decimal comma")
        if self.kind == "text" and self.encoding != "utf-8":
            parts.append(f"in {self.encoding}")
        if self.compression:
            parts.append(f"compressed by {self.compression}")
        if self.comments:
            parts.append(f"{self.comments} lines of comment passed over")
        if self.note:
            parts.append(self.note)
        return ", ".join(parts)


@final
@dataclass(frozen=True)
class Table:
    """A table as it was read: cells of text stay text until numbers are asked for.

    Attributes
    ----------
    name
        What the table is called in sentences: the name of its file.
    names
        The names of the columns, in order; two may be equal.
    columns
        The cells of each column.
    rows
        How many rows there are.
    found
        What was found about the file.
    missing
        Marks for missing values besides the usual ones.
    """

    name: str
    names: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]
    rows: int
    found: Found = field(default_factory=Found)
    missing: tuple[str, ...] = ()

    def places(self, name: str, what: str) -> list[int]:
        """Return the columns of a name: one, or several of the same name.

        Raises
        ------
        TableError
            If there is none; the message names the nearest.
        """
        found = [place for place, own in enumerate(self.names) if own == name]
        if not found:
            raise TableError(no_column(self.name, self.names, name, what))
        return found

    def place(self, name: str, what: str) -> int:
        """Return the one column of a name; several of the same name are refused."""
        found = self.places(name, what)
        if len(found) > 1:
            places = f"{_listed([k + 1 for k in found])} of {len(self.names)}"
            raise TableError(
                f"{self.name} has {len(found)} columns called {name!r} ({places}), and {what or 'it'} could be any: "
                "rename them, or say --replicates if they are repeated measurements of y"
            )
        return found[0]

    def numbers(self, place: int) -> Numbers:
        """Return a column as numbers."""
        return read_numbers(self.columns[place], decimal=self.found.decimal, missing=self.missing)

    def labels(self, place: int) -> list[Any]:
        """Return a column as labels of the type they have; None where there is none."""
        return [None if no_label(cell, self.missing) else cell for cell in self.columns[place]]


def no_label(cell: Any, missing: Iterable[str] = ()) -> bool:
    """Whether a cell holds no label: text is one unless it is blank, or a mark that the user named."""
    if isinstance(cell, str):
        return not cell.strip() or cell.strip() in missing
    return says_nothing(cell)


def no_column(table: str, names: Sequence[str], name: str, what: str) -> str:
    """Say that a table has no such column, and which is meant or which there are."""
    near = difflib.get_close_matches(str(name), [str(each) for each in names], n=1, cutoff=0.5)
    purpose = f" for {what}" if what else ""
    hint = f"did you mean {near[0]!r}?" if near else f"the columns are {', '.join(map(repr, names))}"
    return f"{table} has no column {name!r}{purpose}; {hint}"


def some_rows(rows: Sequence[int], most: int = 5) -> str:
    """Name rows, from 0 as they come and from 1 as they are named; only so many of them."""
    numbers = [int(row) + 1 for row in rows[:most]]
    more = f" and {len(rows) - most:,} more" if len(rows) > most else ""
    return f"row{'s' * (len(rows) > 1)} {_listed(numbers) if not more else ', '.join(map(str, numbers))}{more}"


def _listed(numbers: Sequence[int]) -> str:
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}" if first else last
