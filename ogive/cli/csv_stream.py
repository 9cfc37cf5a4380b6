"""Two columns added to a table of comma-separated values of any length, with every other byte left as it was.

The table is never held in memory and never rewritten by a CSV library: the new cells are put before each line's
end. A cell that is no number leaves its new cells empty, is reported, and does not stop the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from ogive.cli.house import parse_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from ogive.shapes import Shape

    Numbers = NDArray[np.float64]

__all__ = ["CsvError", "Request", "add_columns"]

CHUNK = 1 << 20
LONGEST_RECORD = 1 << 24
"""A record longer than this is a quote that was never closed, not data."""

_BOM = b"\xef\xbb\xbf"


class CsvError(ValueError):
    """A table that cannot be read as asked; the message says what to change."""


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
    delimiter
        What stands between cells; None to find out from the header.
    header
        Whether the first row names the columns; None to say that it does, unless it looks like data.
    """

    shape: Shape
    column: str | None = None
    names: tuple[str, str] = ("value", "slope")
    delimiter: str | None = None
    header: bool | None = None

    @property
    def named(self) -> bool:
        """Whether the first row is taken for names."""
        return self.header is not False


@dataclass(slots=True)
class Layout:
    """How the rows of one table are cut: the delimiter, the column of arguments, and the number of columns."""

    delimiter: bytes
    column: int
    width: int
    name: str
    fields: re.Pattern[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.fields = _field_pattern(self.delimiter)


def add_columns(source: BinaryIO, sink: BinaryIO, request: Request, report: Callable[[str], None]) -> tuple[int, int]:
    """Copy a table, adding the value and the slope of a shape at the numbers in one column.

    Parameters
    ----------
    source, sink
        Binary streams.
    request
        What to add.
    report
        Called with a sentence for each cell that is no number.

    Returns
    -------
    tuple of int
        How many rows there were, and how many had no number.

    Raises
    ------
    CsvError
        If the table has no such column, is not in an encoding that contains ASCII, or leaves a quote open.
    """
    blocks = _blocks(source)
    block = next(blocks, [])
    first, block = _first_record(block)
    mark, first = (_BOM, first.removeprefix(_BOM)) if first.startswith(_BOM) else (b"", first)
    layout = _layout(first, request)
    if request.named:
        sink.write(mark + _extended(first, layout, request.names))
    else:
        sink.write(mark)
        block = [first, *block]
    return _add_to_rows(_batches(chain([block], blocks), layout), sink, layout, request, report)


# ---- Cutting the stream into records ---------------------------------------------------------------------------


def _blocks(source: BinaryIO) -> Iterator[list[bytes]]:
    """Yield lines with their ends, so many at a time that they fill a chunk; none is longer than a record may be."""
    lines = iter(partial(source.readline, LONGEST_RECORD), b"")
    count = 64
    while block := list(islice(lines, count)):
        size = sum(map(len, block))
        if max(map(len, block)) == LONGEST_RECORD:
            raise CsvError(f"a line is longer than {LONGEST_RECORD >> 20} MiB; this does not look like a table")
        yield block
        count = min(max(CHUNK * len(block) // size, 1), 8192)


def _first_record(block: list[bytes]) -> tuple[bytes, list[bytes]]:
    """Split off the first row, whose delimiter is not yet known: its quotes come in pairs, whatever that is."""
    record = b""
    for index, line in enumerate(block):
        record += line
        if record.count(b'"') % 2 == 0:
            return _readable(record), block[index + 1 :]
    raise CsvError("the first row opens a quote and does not close it" if record else "the table is empty")


def _readable(record: bytes) -> bytes:
    if not record.strip(_BOM + b"\r\n"):
        raise CsvError("the table is empty, or begins with an empty line")
    if b"\0" in record:
        raise CsvError("this is no text in UTF-8 or a similar encoding; save the table as CSV in UTF-8")
    return record


def _field_pattern(delimiter: bytes) -> re.Pattern[bytes]:
    """Match one cell: quoted, in which delimiters, line ends and doubled quotes are text, or plain."""
    d = re.escape(delimiter)
    return re.compile(rb'("[^"]*(?:""[^"]*)*"(?!")[^%b]*|[^%b]*)(?:%b|\Z)' % (d, d, d))


def _cells(record: bytes, layout: Layout) -> list[bytes]:
    text = record.rstrip(b"\r\n")
    if b'"' not in text:
        return text.split(layout.delimiter)
    cells = layout.fields.findall(text)
    # At the end the pattern matches once more, the empty cell after the last delimiter or nothing at all.
    return cells if text.endswith(layout.delimiter) else cells[:-1]


def _is_open(record: bytes, layout: Layout) -> bool:
    """Whether a quoted cell goes on in the next line."""
    return any(cell.startswith(b'"') and not _CLOSED.match(cell) for cell in _cells(record, layout))


_CLOSED = re.compile(rb'"[^"]*(?:""[^"]*)*"(?!")')


def _batches(blocks: Iterable[list[bytes]], layout: Layout) -> Iterator[list[bytes]]:
    """Join the lines that a quoted cell spans, also across blocks."""
    joined = _Joined(layout)
    for block in blocks:
        if not joined.parts and b'"' not in b"".join(block):
            yield block
        else:
            yield [record for line in block if (record := joined.add(line))]
    if joined.parts:
        raise CsvError(f"the row that begins {_text(joined.parts[0])!r} opens a quote and never closes it")


class _Joined:
    """Lines gathered until no quote is open."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.parts: list[bytes] = []
        self.size = 0

    def add(self, line: bytes) -> bytes:
        """Take one line more; return the record if it is whole, else nothing."""
        # Inside an open quote a line reads as if it began with the quote, so each line is looked at only once.
        goes_on = _is_open(b'"' + line if self.parts else line, self.layout)
        self.parts.append(line)
        self.size += len(line)
        if self.size > LONGEST_RECORD:
            raise CsvError(f"the row that begins {_text(self.parts[0])!r} opens a quote and does not close it")
        if goes_on:
            return b""
        record = b"".join(self.parts)
        self.parts, self.size = [], 0
        return record


def _text(line: bytes) -> str:
    return line[:40].decode("utf-8", "replace").rstrip("\r\n")


# ---- Finding the column ----------------------------------------------------------------------------------------


def _layout(text: bytes, request: Request) -> Layout:
    given = None if request.delimiter is None else request.delimiter.encode()
    candidates = [given] if given else [b",", b";", b"\t", b"|"]
    layouts = [_try_layout(text, delimiter, request) for delimiter in candidates]
    found = [layout for layout in layouts if layout]
    if not found:
        raise CsvError(_no_column(text, candidates[0], request))
    best = max(found, key=lambda layout: layout.width)
    if request.column is None and best.width > 1:
        raise CsvError(f"the table has {best.width} columns; name the one to use with --column")
    _check_header(text, best, request)
    return best


def _try_layout(text: bytes, delimiter: bytes, request: Request) -> Layout | None:
    layout = Layout(delimiter, 0, 0, "1")
    names = [_plain(cell) for cell in _cells(text, layout)]
    layout.width = len(names)
    if request.column is None:
        layout.name = names[0] if request.named else "1"
    elif request.named and request.column in names:
        layout.column, layout.name = names.index(request.column), request.column
    elif request.column.isdecimal() and 1 <= int(request.column) <= len(names):
        layout.column = int(request.column) - 1
        layout.name = names[layout.column] if request.named else request.column
    else:
        return None
    return layout


def _plain(cell: bytes) -> str:
    text = cell.decode("utf-8", "replace").strip()
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text


def _no_column(text: bytes, delimiter: bytes, request: Request) -> str:
    names = [_plain(cell) for cell in _cells(text, Layout(delimiter, 0, 0, ""))]
    if not request.named:
        return f"there is no column {request.column!r}; without a header, give its number from 1 to {len(names)}"
    return f"there is no column {request.column!r}; the columns are {', '.join(map(repr, names))}"


def _check_header(text: bytes, layout: Layout, request: Request) -> None:
    if not request.named:
        return
    names = [_plain(cell) for cell in _cells(text, layout)]
    if request.header is None and _is_number(names[layout.column]):
        raise CsvError(f"the first row holds the number {names[layout.column]!r}: say --no-header if it is data")
    for name in request.names:
        if name in names:
            raise CsvError(f"the table already has a column {name!r}; name the new ones with --names VALUE SLOPE")


def _is_number(name: str) -> bool:
    return _number(name.encode()) is not None


# ---- Computing and writing -------------------------------------------------------------------------------------


def _add_to_rows(
    batches: Iterator[list[bytes]],
    sink: BinaryIO,
    layout: Layout,
    request: Request,
    report: Callable[[str], None],
) -> tuple[int, int]:
    rows = faults = 0
    for batch in batches:
        numbers, found = _numbers(batch, layout, rows + request.named)
        value, slope = request.shape(numbers).tolist(), request.shape.derivative(numbers).tolist()
        new = list(zip(map(repr, value), map(repr, slope), strict=True))
        for index, sentence in found:
            new[index] = ("", "")
            faults += bool(sentence)
            if sentence:
                report(sentence)
        sink.writelines(_extended(record, layout, cells) for record, cells in zip(batch, new, strict=True))
        rows += len(batch)
    return rows, faults


def _numbers(batch: list[bytes], layout: Layout, row: int) -> tuple[Numbers, list[tuple[int, str]]]:
    """Read one column of a batch; where there is no number, give the place and what to say about it."""
    quoted = b'"' in b"".join(batch)
    cells = [_cells(record, layout) if quoted else record.split(layout.delimiter) for record in batch]
    if set(map(len, cells)) == {layout.width}:
        column = [row_cells[layout.column] for row_cells in cells]
        try:
            if b"_" not in b"".join(column):
                return np.array([float(cell) for cell in column]), []
        except ValueError:
            pass
    return _numbers_one_by_one(batch, layout, row)


def _numbers_one_by_one(batch: list[bytes], layout: Layout, row: int) -> tuple[Numbers, list[tuple[int, str]]]:
    numbers, found = [], []
    for index, record in enumerate(batch):
        row_cells = _cells(record, layout)
        number = _number(row_cells[layout.column]) if len(row_cells) == layout.width else None
        numbers.append(np.nan if number is None else number)
        if number is None:
            found.append((index, _fault(row_cells, layout, row + index + 1)))
    return np.array(numbers, float), found


def _number(cell: bytes) -> float | None:
    try:
        return parse_number(_plain(cell))
    except ValueError:
        return None


def _fault(cells: list[bytes], layout: Layout, row: int) -> str:
    """Say what is wrong with a row that has no number; nothing is wrong with an empty line."""
    if cells == [b""]:
        return ""
    if len(cells) != layout.width:
        return f"row {row}: {len(cells)} columns where the first row has {layout.width}"
    text = _plain(cells[layout.column])
    what = f"{text[:40]!r} is not a number" if text else "the cell is empty"
    return f"row {row}, column {layout.name!r}: {what}"


def _extended(record: bytes, layout: Layout, cells: tuple[str, str]) -> bytes:
    """Put two cells at the end of a record, before its line end; a short row is filled up first."""
    text = record.rstrip(b"\r\n")
    if not text:
        return record
    end = record[len(text) :]
    if cells == ("", ""):
        text += layout.delimiter * max(0, layout.width - len(_cells(record, layout)))
    return b"%b%b%b%b%b%b" % (text, layout.delimiter, cells[0].encode(), layout.delimiter, cells[1].encode(), end)
