"""Delimited text: what stands between its cells, and its rows one after the other.

Python's ``csv`` cuts a row into cells. Here is what it leaves open: which character stands between cells, which mark
is in numbers, which lines are comments, and that a quote which is never closed is a fault and not a cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, final

from ogive.tables.encodings import not_decoded
from ogive.tables.records import Reading, TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["LONGEST_LINE", "Rows", "Sample", "decimal_mark", "looked_at"]

LONGEST_LINE = 1 << 24
"""A line longer than this, in characters, is no line of a table."""

_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 200
"""So many rows are looked at to find the delimiter."""

_END = "\0end of the text\0"
"""A line put after the last: where a quote is still open it becomes part of a row, and the fault is seen."""


@final
class Rows:
    """The rows of a text, each as a list of its cells; blank lines and comments are passed over.

    Attributes
    ----------
    raw
        The text of the last row, its line end included, and of what was passed over before it.
    comments
        How many lines of comment were passed over.
    """

    def __init__(
        self, text: Iterable[str], delimiter: str, name: str, comment: str | None = None, *, skip: int = 0
    ) -> None:
        self._lines = text if not hasattr(text, "readline") else iter(partial(text.readline, LONGEST_LINE), "")
        self._name = name
        self._comment = comment
        self._skip = skip
        self._between = True
        self._ended = False
        self._held: list[str] = []
        self._reader = csv.reader(self._fed(), delimiter=delimiter)
        self.comments = 0
        self.raw = ""

    def __iter__(self) -> Iterator[list[str]]:
        for cells in self.with_blank_lines():
            if len(cells) > 1 or (cells and cells[0].strip()):
                yield cells

    def with_blank_lines(self) -> Iterator[list[str]]:
        """Yield the rows and, as no cells or one, the blank lines."""
        while True:
            self._between = True
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TableError(self._unread(error)) from None
            except UnicodeError as error:
                raise TableError(not_decoded(self._name, getattr(error, "encoding", "its encoding"), error)) from None
            if self._ended:
                if not self._between:
                    begins = f"{self._name}: the row that begins {_beginning(self._held)}"
                    raise TableError(f"{begins} opens a quote and never closes it")
                self.raw = "".join(self._held[:-1])
                return
            self.raw = "".join(self._held)
            self._held.clear()
            yield cells

    def _fed(self) -> Iterator[str]:
        """Yield the lines that hold data, and remember what was read."""
        for line in self._lines:
            if len(line) >= LONGEST_LINE:
                raise TableError(
                    f"{self._name} has a line of {LONGEST_LINE:,} characters or more; this does not look like a table"
                )
            self._held.append(line)
            if self.comments < self._skip:
                self.comments += 1
                continue
            if self._comment is not None and self._between and line.lstrip().startswith(self._comment):
                self.comments += 1
                continue
            self._between = False
            yield line
        self._held.append(_END)
        self._ended = True
        yield _END

    def _unread(self, error: csv.Error) -> str:
        if "field limit" in str(error):
            return (
                f"{self._name}: the row that begins {_beginning(self._held)} has a cell longer than "
                f"{csv.field_size_limit():,} characters: it opens a quote and does not close it"
            )
        return f"{self._name}: the row that begins {_beginning(self._held)} cannot be read: {error}"


def _beginning(lines: Sequence[str]) -> str:
    return repr("".join(lines).removesuffix(_END)[:40].rstrip("\r\n"))


@final
@dataclass(frozen=True)
class Sample:
    """The beginning of a text, looked at.

    Attributes
    ----------
    skip
        How many lines of comment stand before the header.
    delimiter
        What stands between cells.
    rows
        The first rows, the header among them.
    names
        The names of the columns.
    """

    skip: int
    delimiter: str
    rows: tuple[list[str], ...]
    names: tuple[str, ...]


def looked_at(head: str, reading: Reading, wanted: Sequence[str] = (), *, whole: bool = True) -> Sample:
    """Look at the beginning of a text: where its header is, what stands between cells, how columns are called."""
    lines = list(io.StringIO(head, newline=""))
    skip = _preamble(lines, reading, wanted)
    separator = _SEPARATOR.fullmatch(lines[0].rstrip("\r\n")) if lines else None
    if separator and reading.header:  # a line for spreadsheets, which they do not show
        skip, reading = 1, replace(reading, delimiter=reading.delimiter or separator[1])
    text = "".join(lines[skip:])
    delimiter = delimiter_of(text, reading, wanted, whole=whole)
    rows = cut(text, delimiter, reading, whole=whole, most=1_000_000)
    if not rows:
        return Sample(skip, delimiter, (), ())
    if not reading.header:
        return Sample(skip, delimiter, tuple(rows), tuple(str(k + 1) for k in range(len(rows[0]))))
    return Sample(skip, delimiter, tuple(rows), _named(header_names(rows[0]), wanted))


def _preamble(lines: Sequence[str], reading: Reading, wanted: Sequence[str]) -> int:
    """Return how many lines of comment stand before the header, where no sign of them was given.

    A header may begin with the sign itself, as NumPy writes it: the last such line is one if it has the names asked
    for; where none are, if it has as many cells as the line after it.
    """
    if reading.comment is not None or not reading.header or not lines or not lines[0].startswith("#"):
        return 0
    count = next((k for k, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    last = max(k for k in range(count) if lines[k].startswith("#"))
    after = lines[count : count + 1]
    for delimiter in [reading.delimiter] if reading.delimiter else _DELIMITERS:
        names, *body = cut("".join([lines[last], *after]), delimiter, reading, whole=True, most=2) or [[]]
        plain = [name for name in wanted if not _PATTERN.search(name)]
        if plain and set(plain) <= set(_named(header_names(names), wanted)):
            return last
        if not plain and body and len(names) == len(body[0]) > 1:
            return last
    return count


_SEPARATOR = re.compile(r"sep=([,;\t|])", re.IGNORECASE)
_PATTERN = re.compile(r"[*?\[]")


def _named(names: tuple[str, ...], wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the names, the first without a sign of comments where that is how it is asked for."""
    if not names or not names[0].startswith("#") or names[0] in wanted:
        return names
    bare = names[0].lstrip("#").strip()
    return (bare, *names[1:]) if bare in wanted else names


def cut(sample: str, delimiter: str, reading: Reading, *, whole: bool, most: int = _LOOKED_AT) -> list[list[str]]:
    """Cut the beginning of a text into rows; where it was cut off, the last row is left out."""
    lines = io.StringIO(sample, newline="")
    rows = Rows(lines, delimiter, "the table", reading.comment)
    found: list[list[str]] = []
    try:
        found.extend(islice(rows, most))
    except TableError:
        return found
    return found if whole or len(found) == most else found[:-1]


# ---- What stands between cells -----------------------------------------------------------------------------------


def delimiter_of(sample: str, reading: Reading, wanted: Sequence[str] = (), *, whole: bool = True) -> str:
    """Find what stands between cells: the character that cuts every row into as many cells, more than one.

    Of several, the one that makes the columns that are asked for, and then the most columns.
    """
    if reading.delimiter is not None:
        return reading.delimiter

    def merit(delimiter: str) -> tuple[bool, int, float, int]:
        rows = cut(sample, delimiter, reading, whole=whole)
        if not rows:
            return False, 0, 0.0, 0
        names = header_names(rows[0])
        width = len(names)
        alike = sum(len(row) == width for row in rows) / len(rows)
        named = sum(name in names for name in wanted)
        # one row out of shape is a fault to be told, not a reason to take another delimiter
        return width > 1 and alike >= 0.5, named, alike, width

    return max(_DELIMITERS, key=merit)


def header_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names in a first row, without the spaces around them."""
    return tuple(cell.strip() for cell in cells)


# ---- Which mark is in numbers ------------------------------------------------------------------------------------

_POINT = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"[+-]?(?:[0-9]+,[0-9]*|,[0-9]+)(?:[eE][+-]?[0-9]+)?")
_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+")


def decimal_mark(columns: Iterable[Iterable[object]], delimiter: str) -> str:
    """Find the decimal mark of some columns of text: a comma where cells hold one as a number does, and none a point.

    Between commas, cells such as ``"1,204"`` may be grouped digits; a comma is no decimal mark on their word alone.
    """
    count: Counter[str] = Counter()
    for cells in columns:
        for cell in cells:
            if not isinstance(cell, str):
                continue
            plain = cell.strip()
            if "," in plain:
                if _COMMA.fullmatch(plain) and not (delimiter == "," and _GROUPS.fullmatch(plain)):
                    count[","] += 1
            elif "." in plain and _POINT.fullmatch(plain):
                count["."] += 1
    return "," if count[","] and not count["."] else "."
