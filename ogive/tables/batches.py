"""A file of any size as Arrow batches, one after the other: the same cells that `read_file` finds in it as a whole.

Text goes through Arrow's reader of CSV. It is told to take every cell for text, so that no column changes its type
when a later block looks different; comments it does not know, so tables with those go through Python's.
"""

from __future__ import annotations

import io
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, final

import numpy as np

from ogive._optional import optional
from ogive.tables.delimited import Rows, decimal_mark, looked_at
from ogive.tables.encodings import Source, not_decoded, open_source
from ogive.tables.files import kind_of, ragged, read_file
from ogive.tables.numbers import parse_number, says_nothing
from ogive.tables.records import Found, Reading, Table, TableError, check_applies

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Batches", "arrow_column", "arrow_numbers"]

_BLOCK = 1 << 20
_ROWS = 16_384
_END = "\0end of the text\0"
"""A line put after the last: where a quote is still open it becomes part of a row, and the fault is seen."""


@final
class Batches:
    """A file that is read in batches.

    Attributes
    ----------
    names
        The names of its columns.
    found
        What was found about it.
    total
        How many rows it has; None where that is not known before it is read.
    """

    def __init__(self, path: Path, reading: Reading, wanted: Sequence[str] = (), numbers: Sequence[str] = ()) -> None:
        self.path = path
        self.reading = reading
        self.total: int | None = None
        self._skip = 0
        kind = kind_of(path)
        check_applies(reading, kind, str(path))
        self._table: Table | None = None
        if kind == "text":
            self.names, self.found = self._looked_at(wanted, numbers)
        elif kind == "workbook":
            self._table = read_file(path, reading, wanted=wanted, numbers=numbers)
            self.names, self.found, self.total = self._table.names, self._table.found, self._table.rows
        else:
            self.names, self.total = self._schema(kind)
            self.found = Found(kind=kind, decimal=reading.decimal or ".")

    def batches(self, columns: Sequence[str], size: int) -> Iterator[Any]:
        """Yield record batches of some columns, in the order in which they are named; cells of text stay text."""
        places = [self.place(name) for name in columns]
        if self._table is not None:
            yield self._of_table(self._table, columns, places)
        elif self.found.kind == "text":
            yield from self._of_text(columns, places)
        elif self.found.kind == "Arrow":
            reader = optional("pyarrow.ipc", for_="Arrow files").open_file(str(self.path))
            for number in range(reader.num_record_batches):
                yield reader.get_batch(number).select(list(columns))
        elif self.path.is_dir():
            yield from self._dataset().to_batches(columns=list(columns), batch_size=size, use_threads=False)
        else:
            file = optional("pyarrow.parquet", for_="Parquet files").ParquetFile(self.path, pre_buffer=False)
            yield from file.iter_batches(batch_size=size, columns=list(columns), use_threads=False)

    def place(self, name: str) -> int:
        """Return the one column of a name, or say that there is none or that there are several."""
        return Table(str(self.path), self.names, (), 0).place(name, "")

    # ---- What Arrow reads ----

    def _dataset(self) -> Any:
        return optional("pyarrow.dataset", for_="Parquet files").dataset(str(self.path), partitioning="hive")

    def _schema(self, kind: str) -> tuple[tuple[str, ...], int | None]:
        arrow = optional("pyarrow", for_=f"{kind} files")
        try:
            if self.path.is_dir():
                return tuple(self._dataset().schema.names), self._dataset().count_rows()
            if kind == "Parquet":
                file = optional("pyarrow.parquet", for_="Parquet files").ParquetFile(self.path)
                return tuple(file.schema_arrow.names), int(file.metadata.num_rows)
            reader = optional("pyarrow.ipc", for_="Arrow files").open_file(str(self.path))
            return tuple(reader.schema.names), None
        except (arrow.ArrowException, OSError) as error:
            raise TableError(f"{self.path} is no {kind} file that can be read: {error}") from None

    # ---- Text ----

    def _looked_at(self, wanted: Sequence[str], numbers: Sequence[str]) -> tuple[tuple[str, ...], Found]:
        """Look at the beginning of a text: the names of its columns, and how it is written."""
        source = open_source(self.path, self.reading)
        source.close()
        if not source.head.strip():
            raise TableError(f"{self.path} holds no table: it is empty")
        sample = looked_at(source.head, self.reading, wanted, whole=source.whole)
        if len(sample.rows) <= self.reading.header and source.whole:
            raise TableError(f"{self.path} holds no table: a header and at least one row are needed")
        self._skip = sample.skip
        places = [k for k, name in enumerate(sample.names) if name in numbers or not numbers]
        columns = [[row[k] for row in sample.rows[self.reading.header :] if k < len(row)] for k in places]
        found = Found(
            delimiter=sample.delimiter,
            decimal=self.reading.decimal or decimal_mark(columns, sample.delimiter),
            encoding=source.encoding,
            mark=source.mark,
            compression=source.compression,
            comments=sample.skip,
        )
        return sample.names, found

    def _of_text(self, columns: Sequence[str], places: Sequence[int]) -> Iterator[Any]:
        source = open_source(self.path, self.reading)
        # what Arrow would take for a row, or for the header
        first = source.head.split("\n", self._skip + 1)[self._skip : self._skip + 1]
        odd = self.reading.comment is not None or not self.reading.header or not "".join(first).strip()
        read = self._by_python if odd else self._by_arrow
        arrow = optional("pyarrow", for_="tables in files")
        try:
            yield from read(source, columns, places)
        except arrow.ArrowInvalid as error:
            if "straddling" in str(error):
                raise TableError(f"{self.path} opens a quote and does not close it") from None
            if "UTF8" in str(error):
                raise TableError(
                    f"{self.path} is not in {source.encoding}; name its encoding with --encoding"
                ) from None
            raise TableError(f"{self.path} cannot be read: {error}") from None
        except UnicodeError as error:
            raise TableError(not_decoded(str(self.path), source.encoding, error)) from None
        finally:
            source.close()

    def _by_python(self, source: Source, columns: Sequence[str], places: Sequence[int]) -> Iterator[Any]:
        arrow = optional("pyarrow", for_="tables in files")
        rows = iter(Rows(source.text(), self.found.delimiter, str(self.path), self.reading.comment, skip=self._skip))
        if self.reading.header:
            next(rows)
        at, width = 0, len(self.names)
        while some := list(islice(rows, _ROWS)):
            for number, cells in enumerate(some, start=at + 1):
                if len(cells) != width:
                    raise TableError(f"{self.path}: {ragged(number, len(cells), width)}")
            at += len(some)
            arrays = [arrow.array([cells[k] for cells in some], arrow.string()) for k in places]
            yield arrow.RecordBatch.from_arrays(arrays, names=list(columns))

    def _by_arrow(self, source: Source, columns: Sequence[str], places: Sequence[int]) -> Iterator[Any]:
        arrow = optional("pyarrow", for_="tables in files")
        csv = optional("pyarrow.csv", for_="tables in files")
        names = [str(k) for k in range(len(self.names))]
        oddities = _Oddities(str(self.path))
        reader = csv.open_csv(
            _Ended(source.stream, f"\n{_END}\n".encode(source.encoding)),
            read_options=csv.ReadOptions(
                use_threads=False, block_size=_BLOCK, column_names=names, encoding=source.encoding,
                skip_rows=self._skip, skip_rows_after_names=1,
            ),
            parse_options=csv.ParseOptions(
                delimiter=self.found.delimiter, newlines_in_values=True, invalid_row_handler=oddities,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, arrow.string()), strings_can_be_null=False,
                include_columns=[str(k) for k in dict.fromkeys(places)],
            ),
        )  # fmt: skip
        single = len(names) == 1
        for batch in reader:
            oddities.check()
            kept = batch
            if single and batch.num_rows and batch.column(0)[-1].as_py() == _END:
                oddities.ended, kept = True, batch.slice(0, batch.num_rows - 1)
            if kept.num_rows:
                arrays = [kept.column(str(k)) for k in places]
                yield arrow.RecordBatch.from_arrays(arrays, names=list(columns))
        oddities.check()
        if not oddities.ended:
            raise TableError(f"{self.path}: a row opens a quote and never closes it")

    @staticmethod
    def _of_table(table: Table, columns: Sequence[str], places: Sequence[int]) -> Any:
        arrow = optional("pyarrow", for_="tables in files")
        arrays = [arrow_column(table.columns[place]) for place in places]
        return arrow.RecordBatch.from_arrays(arrays, names=list(columns))


_BLANK = re.compile(r"\s*|\"\s*\"")
"""A line without a cell, or with one that is empty."""


@final
class _Oddities:
    """What Arrow does not take for a row: blank lines, the mark after the last line, and faults."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._blank = 0
        self._fault = ""
        self.ended = False

    def __call__(self, row: Any) -> str:
        if row.text == _END:
            self.ended = True
        elif _BLANK.fullmatch(row.text):
            self._blank += 1
        elif not self._fault:
            # the header is row 1 to Arrow
            number = row.number - 1 - self._blank
            self._fault = f"{self._name}: {ragged(number, row.actual_columns, row.expected_columns)}"
            if row.text.endswith(_END):
                begins = repr(row.text.removesuffix(_END)[:40].rstrip())
                self._fault = f"{self._name}: the row that begins {begins} opens a quote and never closes it"
        return "skip"

    def check(self) -> None:
        """Stop where a fault was met."""
        if self._fault:
            raise TableError(self._fault)


@final
class _Ended(io.RawIOBase):
    """A stream with a mark after its end."""

    def __init__(self, stream: BinaryIO, mark: bytes) -> None:
        self._stream = stream
        self._mark = mark

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        taken = self._stream.read(len(buffer))
        if not taken:
            taken, self._mark = self._mark[: len(buffer)], self._mark[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def arrow_column(cells: Any) -> Any:
    """Return cells as an Arrow column; cells of several kinds, such as a word among numbers, become text."""
    arrow = optional("pyarrow", for_="tables in files")
    if isinstance(cells, np.ndarray):
        return arrow.array(cells)
    kinds = {type(cell) for cell in cells if cell is not None}
    alike = len(kinds) <= 1 or kinds <= {int, float}
    return arrow.array(cells if alike else [None if cell is None else str(cell) for cell in cells])


# ---- Numbers -----------------------------------------------------------------------------------------------------

_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"


def arrow_numbers(
    column: Any, decimal: str, missing: Collection[str]
) -> tuple[NDArray[np.float64], NDArray[np.intp], list[tuple[int, str]]]:
    """Read an Arrow column of text as numbers: the numbers, the rows that say there is none, and wrong cells."""
    arrow = optional("pyarrow", for_="tables in files")
    compute = optional("pyarrow.compute", for_="tables in files")
    column = column.combine_chunks() if hasattr(column, "combine_chunks") else column
    if decimal == "." and not missing:
        try:
            values = compute.cast(column, arrow.float64()).to_numpy(zero_copy_only=False)
            return values, np.flatnonzero(np.isnan(values)), []
        except arrow.ArrowInvalid:
            pass
    plain = compute.replace_substring(compute.utf8_trim_whitespace(column), "\N{MINUS SIGN}", "-")
    if decimal != ".":
        plain = compute.replace_substring(compute.replace_substring(plain, ".", "?"), decimal, ".")
    fits = compute.fill_null(compute.match_substring_regex(plain, _NUMBER), fill_value=False)
    if missing:
        named = compute.is_in(compute.utf8_trim_whitespace(column), arrow.array(list(missing), column.type))
        fits = compute.and_not(fits, named)
    values = compute.cast(compute.if_else(fits, plain, None), arrow.float64()).to_numpy(zero_copy_only=False).copy()
    absent: list[int] = []
    wrong: list[tuple[int, str]] = []
    for row in np.flatnonzero(~fits.to_numpy(zero_copy_only=False).astype(bool)).tolist():
        cell = column[row].as_py()
        if says_nothing(cell, missing):
            absent.append(row)
            continue
        try:
            values[row] = parse_number(cell, decimal)
        except ValueError:
            wrong.append((row, cell))
    return values, np.array(absent, dtype=np.intp), wrong
