"""A long table in a file, read in blocks that never cut a curve (or a set of curves) in two."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ogive._optional import optional

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Blocks", "BrokenOrderError"]


class BrokenOrderError(ValueError):
    """The rows of a curve are not next to each other in a file that is read in one pass."""


@final
@dataclass
class Blocks:
    """The blocks of a Parquet, Arrow or CSV file: each a run of whole curves, or of whole sets of curves.

    Attributes
    ----------
    by
        The labels that tell curves apart.
    rows
        How many rows of a block are aimed at; a block ends where the next curve begins.
    start
        The row to begin with, where a curve begins.
    whole
        The labels of what must not be cut, if not those of a curve; a file without any is one block.
    total
        How many rows the file has; None where that is not known before it is read.
    bad
        Cells of numbers that are none, as (row, column, text); the first hundred of them.
    """

    path: Path
    columns: Sequence[str]
    numbers: Sequence[str]
    by: Sequence[str]
    rows: int = 1_000_000
    start: int = 0
    whole: Sequence[str] | None = None
    total: int | None = field(init=False, default=None)
    bad: list[tuple[int, str, str]] = field(init=False, default_factory=list)
    bad_count: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        if self.path.suffix == ".parquet":
            self.total = int(_parquet().ParquetFile(self.path).metadata.num_rows)

    def names(self) -> list[str]:
        """Return the names of the file's columns."""
        kind = self.path.suffix
        if kind == ".parquet":
            return list(_parquet().ParquetFile(self.path).schema_arrow.names)
        with self._opened() as reader:
            return list(reader.schema.names)

    def __iter__(self) -> Iterator[tuple[int, int, Any]]:
        """Yield (first row, row after the last, Arrow table) of each block."""
        arrow = optional("pyarrow", for_="tables in files")
        held: list[Any] = []
        waiting, at, skip = 0, self.start, self.start
        for batch in self._batches():
            if skip >= batch.num_rows:
                skip -= batch.num_rows
                continue
            piece, skip = batch.slice(skip), 0
            held.append(piece)
            waiting += piece.num_rows
            if waiting < self.rows:
                continue
            table = arrow.Table.from_batches(held)
            cut = self._last_start(table)
            if cut:
                yield at, at + cut, self._cleaned(table.slice(0, cut), at)
                at += cut
            rest = table.slice(cut)
            # a copy, or the rest would keep the whole block in memory
            held = rest.combine_chunks().to_batches() if cut else table.to_batches()
            waiting = rest.num_rows if cut else waiting
        if waiting:
            table = arrow.Table.from_batches(held)
            yield at, at + waiting, self._cleaned(table, at)

    # ---- Reading ----

    def _batches(self) -> Iterator[Any]:
        if self.path.suffix == ".parquet":
            file = _parquet().ParquetFile(self.path, pre_buffer=False)
            yield from file.iter_batches(
                batch_size=min(131_072, self.rows), columns=list(self.columns), use_threads=False
            )
            return
        with self._opened() as reader:
            for batch in reader:
                yield batch.select(list(self.columns))

    def _opened(self) -> Any:
        if self.path.suffix in {".arrow", ".ipc", ".feather"}:
            return _Opened(optional("pyarrow.ipc", for_="Arrow files").open_file(str(self.path)))
        csv = optional("pyarrow.csv", for_="tables in files")
        text = optional("pyarrow", for_="tables in files").string()
        # numbers are read as text first: a cell that is none is reported with its row, and does not stop the rest
        convert = csv.ConvertOptions(column_types=dict.fromkeys([*self.numbers, *self.by], text))
        return csv.open_csv(str(self.path), convert_options=convert)

    def _last_start(self, table: Any) -> int:
        """Return the row at which the last curve (or set) of a table begins."""
        labels = self.by if self.whole is None else self.whole
        if not labels:
            return 0
        compute = optional("pyarrow.compute", for_="tables in files")
        start = 0
        for name in labels:
            column = table.column(name).combine_chunks()
            if hasattr(column, "dictionary_decode"):
                column = column.dictionary_decode()
            last = column[-1]
            same = compute.fill_null(compute.equal(column, last), last.as_py() is None)
            different = np.flatnonzero(~same.to_numpy(zero_copy_only=False).astype(bool))
            start = max(start, int(different[-1]) + 1 if len(different) else 0)
        return start

    # ---- Cleaning ----

    def _cleaned(self, table: Any, at: int) -> Any:
        """Turn text into numbers; what is none becomes missing and is remembered with its place."""
        arrow = optional("pyarrow", for_="tables in files")
        for name in self.numbers:
            place = table.schema.get_field_index(name)
            column = table.column(place)
            if arrow.types.is_string(column.type) or arrow.types.is_large_string(column.type):
                table = table.set_column(place, name, arrow.array(self._parsed(column.to_pylist(), name, at)))
        return table

    def _parsed(self, cells: list[Any], name: str, at: int) -> Any:
        values = np.full(len(cells), np.nan)
        for i, cell in enumerate(cells):
            if cell is None or not cell.strip():
                continue
            try:
                values[i] = float(cell)
            except ValueError:
                self.bad_count += 1
                if len(self.bad) < 100:
                    self.bad.append((at + i + 1, name, cell))
        return values


@final
class _Opened:
    """An Arrow file's batches, read one after the other."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self.schema = reader.schema

    def __enter__(self) -> _Opened:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        for i in range(self._reader.num_record_batches):
            yield self._reader.get_batch(i)


def _parquet() -> Any:
    return optional("pyarrow.parquet", for_="Parquet files")
