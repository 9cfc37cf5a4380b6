"""A whole file as a table: text, Parquet, Arrow and Feather, workbooks; told apart by what they hold, not by name."""

from __future__ import annotations

import io
import sys
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ogive._optional import optional
from ogive.tables.delimited import Rows, decimal_mark, header_names, looked_at
from ogive.tables.encodings import Source
from ogive.tables.records import Found, Reading, Table, TableError, check_applies

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["kind_of", "read_file"]

_KINDS = ((b"PAR1", "Parquet"), (b"ARROW1", "Arrow"), (b"FEA1", "Arrow"), (b"PK\x03\x04", "workbook"))
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def kind_of(path: Path) -> str:
    """Return what a file holds: ``"text"``, ``"Parquet"`` (also for a folder of such files), ``"Arrow"`` or so."""
    if path.is_dir():
        return "Parquet"
    with path.open("rb") as stream:
        return _kind(stream.read(8), str(path))


def _kind(start: bytes, name: str) -> str:
    if start.startswith(_OLD_WORKBOOK):
        raise TableError(f"{name} is a workbook of the old kind (.xls); save it as .xlsx or as CSV")
    return next((kind for magic, kind in _KINDS if start.startswith(magic)), "text")


def read_file(
    file: str | Path, reading: Reading | None = None, *, wanted: Sequence[str] = (), numbers: Sequence[str] = ()
) -> Table:
    """Read a table from a file, or from standard input as ``-``.

    Parameters
    ----------
    file
        A CSV, TSV or other delimited text (also compressed by gzip or zstd, in UTF-8, UTF-16 or Windows-1252), a
        Parquet file or a folder of them, an Arrow or Feather file, or a workbook (.xlsx).
    reading
        How to read it, where that is not to be found out.
    wanted
        Names of columns that will be asked for: of several delimiters the one that makes them is taken.
    numbers
        Those of them that hold numbers: their decimal mark is found.

    Raises
    ------
    TableError
        If the file cannot be read as a table; the message says what to change.
    """
    reading = reading or Reading()
    name = "standard input" if str(file) == "-" else str(file)
    if str(file) != "-" and Path(file).is_dir():
        check_applies(reading, "Parquet", name)
        return _read_parquet(Path(file), name, reading)
    stream: BinaryIO = sys.stdin.buffer if str(file) == "-" else Path(file).open("rb")  # noqa: SIM115 - closed below
    try:
        start = stream.read(8)
        kind = _kind(start, name)
        check_applies(reading, kind, name)
        if kind == "text":
            return _read_text(_Again(start, stream), name, reading, wanted, numbers)
        content = io.BytesIO(start + stream.read())
    finally:
        if str(file) != "-":
            stream.close()
    read = {"Parquet": _read_parquet, "Arrow": _read_arrow, "workbook": _read_workbook}[kind]
    return read(content, name, reading)


class _Again:
    """A stream whose first bytes have been looked at."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start = start
        self._rest = rest

    def read(self, size: int) -> bytes:
        if self._start:
            taken, self._start = self._start[:size], self._start[size:]
            return taken
        return self._rest.read(size)

    def close(self) -> None:
        """Leave the stream to whoever opened it."""


# ---- Text ------------------------------------------------------------------------------------------------------


def _read_text(stream: Any, name: str, reading: Reading, wanted: Sequence[str], numbers: Sequence[str]) -> Table:
    source = Source(stream, name, reading)
    if not source.head.strip():
        raise TableError(f"{name} holds no table: it is empty")
    sample = looked_at(source.head, reading, wanted, whole=source.whole)
    delimiter, header = sample.delimiter, sample.names
    rows = Rows(source.text(), delimiter, name, reading.comment, skip=sample.skip)
    body = _checked(rows, name, reading)
    columns = tuple(zip(*body, strict=True))
    asked = [k for k, own in enumerate(header) if own in numbers or not numbers]
    found = Found(
        delimiter=delimiter,
        decimal=reading.decimal or decimal_mark([columns[k] for k in asked], delimiter),
        encoding=source.encoding,
        mark=source.mark,
        compression=source.compression,
        comments=rows.comments,
    )
    return Table(name, header, columns, len(body), found, reading.missing)


def _checked(rows: Rows, name: str, reading: Reading) -> list[list[str]]:
    """Return the rows after the header, all of its width."""
    body = list(rows)
    if len(body) < 1 + reading.header:
        raise TableError(f"{name} holds no table: a header and at least one row are needed")
    width = len(body[0])
    for number, cells in enumerate(body[1:], start=1):
        if len(cells) != width:
            raise TableError(f"{name}: {ragged(number, len(cells), width)}")
    return body[reading.header :]


def ragged(row: int, cells: int, width: int) -> str:
    """Say that a row has more or fewer cells than the header has names."""
    return (
        f"row {row} has {cells} cells, but the header names {width} column{'s' * (width != 1)}; if another character "
        "stands between cells, name it with --delimiter"
    )


# ---- Other kinds -----------------------------------------------------------------------------------------------


def _read_parquet(source: Any, name: str, reading: Reading) -> Table:
    return _read_by_arrow("pyarrow.parquet", "Parquet", source, name, reading)


def _read_arrow(source: Any, name: str, reading: Reading) -> Table:
    return _read_by_arrow("pyarrow.feather", "Arrow", source, name, reading)


def _read_by_arrow(module: str, kind: str, source: Any, name: str, reading: Reading) -> Table:
    arrow = optional("pyarrow", for_=f"{kind} files")
    try:
        table = optional(module, for_=f"{kind} files").read_table(source)
    except (arrow.ArrowException, OSError) as error:
        raise TableError(f"{name} is no {kind} file that can be read: {error}") from None
    return of_arrow(table, name, kind, reading)


def of_arrow(table: Any, name: str, kind: str, reading: Reading) -> Table:
    """Return an Arrow table as a table."""
    columns = tuple(column.to_pylist() for column in table.columns)
    found = Found(kind=kind, decimal=reading.decimal or decimal_mark(columns, ";"))
    return Table(name, tuple(map(str, table.column_names)), columns, table.num_rows, found, reading.missing)


def _read_workbook(source: BinaryIO, name: str, reading: Reading) -> Table:
    books = optional("openpyxl", for_="workbooks")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which hold no data
            book = books.load_workbook(source, read_only=True, data_only=True)
            sheets = book.sheetnames
            sheet = reading.sheet if reading.sheet is not None else sheets[0]
            if sheet not in sheets:
                raise TableError(f"{name} has no sheet {sheet!r}; it has {', '.join(map(repr, sheets))}")
            rows = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    except (zipfile.BadZipFile, KeyError, OSError, IndexError) as error:
        raise TableError(f"{name} is no workbook that can be read: {error}") from None
    rows = [row for row in rows if any(cell not in {None, ""} for cell in row)]
    if len(rows) < 1 + reading.header:
        raise TableError(f"{name} holds no table: sheet {sheet!r} needs a header and at least one row")
    # beside a table a sheet may have columns that were only ever formatted
    width = max(k + 1 for row in rows for k, cell in enumerate(row) if cell not in {None, ""})
    rows = [row[:width] + [None] * (width - len(row)) for row in rows]
    names = (
        ["" if cell is None else str(cell) for cell in rows[0]] if reading.header else map(str, range(1, width + 1))
    )
    body = rows[1:] if reading.header else rows
    columns = tuple(zip(*body, strict=True))
    found = Found(kind="workbook", decimal=reading.decimal or decimal_mark(columns, ";"))
    if len(sheets) > 1:
        found = replace(found, note=f"sheet {sheet!r} of {len(sheets)}")
    return Table(name, header_names(list(names)), columns, len(body), found, reading.missing)
