"""A long table in a file, cut into blocks that never cut a curve (or a set of curves) in two."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ogive._optional import optional
from ogive.tables.batches import Batches, arrow_column, arrow_numbers
from ogive.tables.groups import by_appearance, codes_of_labels, codes_of_rows
from ogive.tables.records import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ogive.tables.layouts import Long

__all__ = ["Blocks", "BrokenOrderError"]


class BrokenOrderError(ValueError):
    """The rows of a curve are not next to each other in a file that is read in one pass."""


@final
@dataclass
class Blocks:
    """The blocks of a file: each a run of whole curves, or of whole sets of curves.

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
    reading
        How the file is to be read, where that is not found out.
    given
        The measurements, where they have been read and brought to long form before: of a table with a column for each
        curve.
    bad, bad_count
        Cells of numbers that hold something else, as (row, column, text); the first hundred of them, and how many.
    cells, absent, absent_first
        How many cells were to hold a number, how many of them say that there is none, and the row of the first of
        these (from 1; 0 without any).
    unlabelled, unlabelled_first
        How many rows have no label and are left out, and the first of them (from 1; 0 without any).
    """

    path: Path
    columns: Sequence[str]
    numbers: Sequence[str]
    by: Sequence[str]
    rows: int = 1_000_000
    start: int = 0
    whole: Sequence[str] | None = None
    reading: Reading = field(default_factory=Reading)
    given: Long | None = None
    bad: list[tuple[int, str, str]] = field(init=False, default_factory=list)
    bad_count: int = field(init=False, default=0)
    cells: int = field(init=False, default=0)
    absent: int = field(init=False, default=0)
    absent_first: int = field(init=False, default=0)
    unlabelled: int = field(init=False, default=0)
    unlabelled_first: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        if self.given is not None:
            wrong = [(row + 1, name, text) for row, name, text in self.given.wrong]
            self.bad, self.bad_count, self.unlabelled = wrong[:100], len(wrong), len(self.given.unlabelled)

    @cached_property
    def file(self) -> Batches:
        """The file, looked at: its columns and how it is written."""
        return Batches(self.path, self.reading, self.columns, self.numbers)

    @property
    def total(self) -> int | None:
        """How many rows the file has; None where that is not known before it is read."""
        return self.file.total if self.given is None else len(self.given.columns[self.given.y])

    def names(self) -> list[str]:
        """Return the names of the file's columns."""
        return list(self.file.names if self.given is None else self.given.columns)

    def told(self) -> list[str]:
        """Say what was found, when all has been read."""
        if self.given is not None:
            return list(self.given.told)
        told = [] if self.file.found.plain else [f"read as {self.file.found.said()}"]
        if self.absent:
            verb = "hold" if self.absent > 1 else "holds"
            told.append(
                f"{self.absent:,} of {self.cells:,} cells {verb} no number (the first is in row {self.absent_first})"
            )
        if self.unlabelled:
            rows = "rows have" if self.unlabelled > 1 else "row has"
            told.append(
                f"{self.unlabelled:,} {rows} no value in {' or '.join(self.by)} (the first is row "
                f"{self.unlabelled_first}); they belong to no curve and are left out"
            )
        return told

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

    def _batches(self) -> Iterator[Any]:
        if self.given is None:
            yield from self.file.batches(self.columns, min(131_072, self.rows))
        else:
            yield from sorted_by_curve(self.given, self.columns).to_batches()

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
        """Turn text into numbers, remember what is none with its place, and leave out rows without a label."""
        arrow = optional("pyarrow", for_="tables in files")
        for name in self.numbers:
            place = table.schema.get_field_index(name)
            column = table.column(place)
            if arrow.types.is_string(column.type) or arrow.types.is_large_string(column.type):
                decimal, missing = self.file.found.decimal, self.reading.missing
                values, absent, wrong = arrow_numbers(column, decimal, missing)
                self.bad_count += len(wrong)
                self.bad += [(at + row + 1, name, text) for row, text in wrong[: 100 - len(self.bad)]]
                table = table.set_column(place, name, arrow.array(values))
            else:
                absent = np.flatnonzero(_missing(column))
            self.cells += table.num_rows
            self.absent += len(absent)
            if len(absent):
                first = at + int(absent[0]) + 1
                self.absent_first = min(first, self.absent_first or first)
        return self._labelled(table, at)

    def _labelled(self, table: Any, at: int) -> Any:
        compute = optional("pyarrow.compute", for_="tables in files")
        lost: Any = None
        for name in self.by:
            gone = _no_label(table.column(name), self.reading.missing)
            lost = gone if lost is None else compute.or_(lost, gone)
        count = 0 if lost is None else compute.sum(lost).as_py() or 0
        if not count:
            return table
        if self.given is None:
            self.unlabelled += count
            self.unlabelled_first = self.unlabelled_first or at + int(np.flatnonzero(lost.to_numpy())[0]) + 1
        return table.filter(compute.invert(lost))


def _missing(column: Any) -> NDArray[np.bool_]:
    """Say where an Arrow column of numbers has none."""
    compute = optional("pyarrow.compute", for_="tables in files")
    gone: NDArray[np.bool_] = compute.is_null(column, nan_is_null=True).to_numpy().astype(bool)
    return gone


def _no_label(column: Any, missing: Sequence[str]) -> Any:
    """Say where an Arrow column has no label: null, not a number, blank text, or a mark that the user named."""
    arrow = optional("pyarrow", for_="tables in files")
    compute = optional("pyarrow.compute", for_="tables in files")
    if arrow.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    gone = compute.is_null(column, nan_is_null=True)
    if arrow.types.is_string(column.type) or arrow.types.is_large_string(column.type):
        marks = arrow.array(["", *missing], column.type)
        gone = compute.or_(gone, compute.is_in(compute.utf8_trim_whitespace(column), marks))
    return gone


def sorted_by_curve(given: Long, columns: Sequence[str]) -> Any:
    """Return measurements as an Arrow table in which the rows of a curve are next to each other."""
    arrow = optional("pyarrow", for_="tables in files")
    rows = len(given.columns[given.y])
    codes, _ = by_appearance(*codes_of_rows([codes_of_labels(given.columns[name]) for name in given.by], rows))
    order = np.argsort(codes, kind="stable")
    return arrow.table({name: arrow_column(given.columns[name]) for name in columns}).take(order)
