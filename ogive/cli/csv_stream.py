"""Two columns added to delimited text of any length, with every other byte left as it was.

The table is never held in memory and never rewritten by a CSV library: `ogive.tables` cuts it into rows, and the new
cells are put before each row's end. A cell that is no number leaves its new cells empty, is reported, and does not
stop the rest.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from ogive.tables.delimited import Rows, Sample, decimal_mark, looked_at
from ogive.tables.encodings import Source
from ogive.tables.numbers import all_numbers, parse_number
from ogive.tables.records import Reading, TableError, check_applies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from ogive.shapes import Shape

__all__ = ["CsvError", "Request", "add_columns"]

AT_ONCE = 4096
"""So many rows are computed together."""


class CsvError(TableError):
    """A table that cannot be extended as asked; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be done with a table.

    Attributes
    ----------
    shape
        Whose value and slope are added.
    column
        Name of the column of arguments, or its number from 1; None where there is only one column.
    names
        Names of the two new columns.
    header
        Whether the first row names the columns; None to say that it does, unless it looks like data.
    reading
        How the text is to be read, where that is not to be found out.
    """

    shape: Shape
    column: str | None = None
    names: tuple[str, str] = ("value", "slope")
    header: bool | None = None
    reading: Reading = field(default_factory=Reading)

    @property
    def named(self) -> bool:
        """Whether the first row is taken for names."""
        return self.header is not False


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of one table are cut and written.

    Attributes
    ----------
    delimiter, decimal
        What stands between cells, and the decimal mark.
    column, width, name
        The place of the column of arguments, how many columns there are, and what the column is called.
    missing
        Words for missing arguments.
    """

    delimiter: str
    decimal: str
    column: int
    width: int
    name: str
    missing: tuple[str, ...] = ()

    def says_nothing(self, cells: Sequence[str]) -> bool:
        """Whether a row has a word for a missing argument."""
        return len(cells) == self.width and cells[self.column].strip() in self.missing

    def number(self, cells: Sequence[str]) -> float | None:
        """Return the argument in a row, or None where there is no number."""
        if len(cells) != self.width or self.says_nothing(cells):
            return None
        try:
            return parse_number(cells[self.column], self.decimal)
        except ValueError:
            return None

    def numbers(self, rows: Sequence[Sequence[str]]) -> tuple[NDArray[np.float64], list[bool] | None]:
        """Return the arguments in rows, and in which rows there is one; None for all of them."""
        if set(map(len, rows)) == {self.width}:
            quick = all_numbers([cells[self.column] for cells in rows], self.decimal) if not self.missing else None
            if quick is not None:
                return quick, None
        numbers = [self.number(cells) for cells in rows]
        return np.array([np.nan if number is None else number for number in numbers]), [
            n is not None for n in numbers
        ]

    def cell(self, value: float) -> str:
        """Write a number as this table writes its own."""
        return self.quoted(repr(value).replace(".", self.decimal))

    def quoted(self, text: str) -> str:
        """Write a text so that it is one cell."""
        if not any(sign in text for sign in (self.delimiter, '"', "\n", "\r")):
            return text
        return '"' + text.replace('"', '""') + '"'

    def extended(self, record: str, cells: tuple[str, str], missing: int = 0) -> str:
        """Put two cells at the end of a record, before its line end; a short row is filled up first."""
        text = record.rstrip("\r\n")
        d = self.delimiter
        return f"{text}{d * missing}{d}{cells[0]}{d}{cells[1]}{record[len(text) :]}"

    def fault(self, cells: Sequence[str], row: int) -> str:
        """Say what is wrong with a row that has no number."""
        if len(cells) != self.width:
            return f"row {row}: {len(cells)} columns where the first row has {self.width}"
        text = cells[self.column].strip()
        what = f"{text[:40]!r} is not a number" if text else "the cell is empty"
        return f"row {row}, column {self.name!r}: {what}"


def add_columns(
    source: BinaryIO, sink: BinaryIO, request: Request, report: Callable[[str], None], *, name: str = "the table"
) -> tuple[int, int]:
    """Copy a table, adding the value and the slope of a shape at the numbers in one column.

    Parameters
    ----------
    source, sink
        Binary streams.
    request
        What to add.
    report
        Called with a sentence for each cell that is no number.
    name
        What the table is called in errors.

    Returns
    -------
    tuple of int
        How many rows there were, and how many had no number.

    Raises
    ------
    CsvError, ogive.tables.TableError
        If the table has no such column, is no text, or leaves a quote open.
    """
    check_applies(request.reading, "text", name)
    text = Source(source, name, request.reading, lenient=True)
    if not text.head.strip():
        raise CsvError(f"{name}: the table is empty")
    wanted = [request.column] if request.named and request.column is not None else []
    reading = replace(request.reading, header=request.named)
    sample = looked_at(text.head, reading, wanted, whole=text.whole)
    rows = Rows(text.text(), sample.delimiter, name, reading.comment, skip=sample.skip)
    sink.write(text.mark)
    try:
        layout = _layout(name, sample, request) if sample.rows else None
        return _extended_rows(rows, layout, sink, text, request, report)
    except UnicodeEncodeError:
        raise CsvError(
            f"{name}: the names of the new columns cannot be written in {text.encoding}; name them with --names"
        ) from None


def _extended_rows(
    rows: Rows, layout: Layout | None, sink: BinaryIO, text: Source, request: Request, report: Callable[[str], None]
) -> tuple[int, int]:
    """Copy the rows with their new cells; returns how many there were, and how many had no number."""
    count = faults = row = 0
    named = not request.named
    records = ((rows.raw, cells) for cells in rows.with_blank_lines())
    while some := list(islice(records, AT_ONCE)):
        if layout is None:  # there are blank lines and no row
            sink.write("".join(record for record, _ in some).encode(text.encoding, text.errors))
            continue
        new = iter(_values(layout, request.shape, [cells for _, cells in some]))
        written = []
        for record, cells in some:
            value = next(new)
            row += 1
            if not cells or (len(cells) == 1 < layout.width and not cells[0].strip()):
                written.append(record)
            elif not named:
                named = True
                written.append(
                    layout.extended(record, (layout.quoted(request.names[0]), layout.quoted(request.names[1])))
                )
            elif value is None and layout.says_nothing(cells):
                count += 1
                written.append(layout.extended(record, ("", "")))
            elif value is None:
                count, faults = count + 1, faults + 1
                report(layout.fault(cells, row))
                written.append(layout.extended(record, ("", ""), max(0, layout.width - len(cells))))
            else:
                count += 1
                written.append(layout.extended(record, value))
        sink.write("".join(written).encode(text.encoding, text.errors))
    sink.write(rows.raw.encode(text.encoding, text.errors))  # comments after the last row
    return count, faults


def _values(layout: Layout, shape: Shape, rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, str] | None]:
    """Yield the new cells of rows, or None where there is no number."""
    x, known = layout.numbers(rows)
    value, slope = shape(x).tolist(), shape.derivative(x).tolist()
    write = repr if layout.decimal == "." else layout.cell
    pairs = zip(map(write, value), map(write, slope), strict=True)
    yield from pairs if known is None else (pair if k else None for pair, k in zip(pairs, known, strict=True))


# ---- Finding the column ----------------------------------------------------------------------------------------


def _layout(name: str, sample: Sample, request: Request) -> Layout:
    names, delimiter = sample.names, sample.delimiter
    place = _place(name, names, request)
    body = sample.rows[request.named :]
    cells = [row[place] for row in body if place < len(row)]
    decimal = request.reading.decimal or decimal_mark([cells], delimiter)
    called = names[place] if request.named else str(place + 1)
    layout = Layout(delimiter, decimal, place, len(names), called, request.reading.missing)
    if not request.named:
        return layout
    if request.header is None and layout.number(sample.rows[0]) is not None:
        raise CsvError(f"{name}: the first row holds the number {names[place]!r}: say --no-header if it is data")
    for new in request.names:
        if new in names:
            raise CsvError(
                f"{name}: the table already has a column {new!r}; name the new ones with --names VALUE SLOPE"
            )
    return layout


def _place(name: str, names: Sequence[str], request: Request) -> int:
    """Return the place of the column of arguments."""
    column = request.column
    if column is None:
        if len(names) > 1:
            raise CsvError(f"{name}: the table has {len(names)} columns; name the one to use with --column")
        return 0
    if request.named and names.count(column) > 1:
        places = ", ".join(str(k + 1) for k, own in enumerate(names) if own == column)
        raise CsvError(f"{name}: columns {places} are all called {column!r}; give the number of the one to use")
    if request.named and column in names:
        return names.index(column)
    if column.isdecimal() and 1 <= int(column) <= len(names):
        return int(column) - 1
    if not request.named:
        raise CsvError(
            f"{name}: there is no column {column!r}; without a header, give its number from 1 to {len(names)}"
        )
    raise CsvError(f"{name}: there is no column {column!r}; the columns are {', '.join(map(repr, names))}")


def as_text(names: Sequence[str], columns: Sequence[Sequence[object]]) -> BinaryIO:
    """Return a table that was no text as comma-separated text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(zip(*columns, strict=True))
    return io.BytesIO(text.getvalue().encode())
