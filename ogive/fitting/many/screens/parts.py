"""The finished parts of an output, in a folder beside it, until they are put together.

A part is named by the rows of the input that it holds the fits of, and says in its own metadata which job it is of.
One run at a time has the folder, by a lock in it. Only files that Ogive wrote are removed from it; the folder goes
with the last of them, and stays where somebody has put something else there.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ogive import _files
from ogive._files import replaced
from ogive._optional import optional
from ogive.fitting.many.blocks.threads import rates_of
from ogive.fitting.many.screens.lock import Holder, locked
from ogive.fitting.many.screens.met import Met, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["Part", "Parts", "parts_of"]

Block = tuple[int, int, Any]

_LOCK = "ogive.lock"
_ROWS = 100_000
"""Curves in a row group of the output, whatever the parts: a resumed run writes the bytes of an undisturbed one."""


@final
@dataclass(frozen=True)
class Part:
    """A finished part: where it lies, and what it says of itself."""

    path: Path
    job: str
    start: int
    stop: int
    curves: int
    statuses: Mapping[str, int]


@contextmanager
def parts_of(target: Path, job: str, *, restart: bool) -> Iterator[Parts]:
    """Hold the folder of parts of an output for one run.

    What stops the run (an interrupt, a full disk) leaves the finished parts for the next. Where the input is refused
    (`Parts.refused`: it is out of order, a column holds no numbers), it would be refused again, and what cures it
    makes another job: then nothing is left.

    Parameters
    ----------
    target
        The output; links are followed, so that every name of it has the same parts.
    job
        What must be the same for parts to belong together.
    restart
        Throw away what an earlier run has done.

    Raises
    ------
    LockedError
        If another run is at work.
    ValueError
        If the parts belong to another job, or something is in the way.
    """
    target = target.resolve()
    folder = target.with_name(target.name + ".parts")
    with locked(folder / _LOCK) as former:
        parts = Parts(target, folder, job, former)
        parts.take_up(restart=restart)
        try:
            yield parts
        except BaseException:
            if parts.refused:
                with suppress(OSError):
                    parts.clear()
            raise
        parts.clear()


@final
@dataclass
class Parts:
    """The parts of one job, in the order of the input's rows."""

    target: Path
    folder: Path
    job: str
    former: Holder | None
    done: list[Part] = field(default_factory=list)
    refused: bool = False

    def fitted(self, blocks: Iterable[Block], fit: Callable[[int, int, Any], None]) -> Iterator[int]:
        """Fit the blocks that are left; yields the row after each. Remembers when the input is refused."""
        try:
            for start, stop, table in blocks:
                fit(start, stop, table)
                yield stop
        except ValueError:
            self.refused = True
            raise

    def take_up(self, *, restart: bool) -> None:
        """Go on with the parts that follow each other from the first row."""
        for left in self.folder.glob(".part-*.writing"):
            _files.remove(left)
        found = sorted(map(_read, self.folder.glob("part-*.parquet")), key=lambda part: part.start)
        if any(part.job != self.job for part in found) and not restart:
            raise ValueError(
                f"{self.folder} holds parts of another job (another input, model, option or release of Ogive): "
                "delete it, or pass restart=True (on the command line --restart)"
            )
        for part in found:
            if not restart and part.start == self.row:
                self.done.append(part)
            else:
                _files.remove(part.path)

    @property
    def row(self) -> int:
        """The row of the input after the last finished part."""
        return self.done[-1].stop if self.done else 0

    def add(self, table: Any, start: int, stop: int, statuses: Mapping[str, int]) -> None:
        """Write a part; it appears whole or not at all."""
        path = self.folder / f"part-{start:012d}-{stop:012d}.parquet"
        about = {"job": self.job, "start": start, "stop": stop, "curves": table.num_rows, "statuses": statuses}
        with replaced(path, beside=f".{path.name}.writing") as stream:
            _parquet().write_table(
                table.replace_schema_metadata({"ogive": json.dumps(about)}), stream, compression="zstd"
            )
        self.done.append(Part(path, self.job, start, stop, table.num_rows, statuses))

    def labels(self, part: Part, by: Sequence[str]) -> Any:
        """Read the labels of a part's curves."""
        return _parquet().read_table(part.path, columns=list(by))

    def join(self, by: Sequence[str], rows: int) -> None:
        """Put the parts together, with the rates over the whole table.

        Raises
        ------
        ValueError
            If parts do not follow each other up to the last row, or a curve is in them twice.
        """
        try:
            self._check(by, rows)
        except ValueError:
            self.refused = True
            raise
        p_values = [_parquet().read_table(part.path, columns=["p_value"])["p_value"].to_numpy() for part in self.done]
        rates = rates_of(np.concatenate(p_values) if p_values else np.zeros(0))
        # long names may begin alike, and their runs may end at the same moment
        own = hashlib.sha256(os.fsencode(self.target.name)).hexdigest()[:12]
        with replaced(self.target, beside=f".{self.target.name[:40]}.{own}.joining") as stream:
            self._write(rates, stream)

    def clear(self) -> None:
        """Remove the parts, the last first, so that what a kill leaves is a beginning."""
        while self.done:
            _files.remove(self.done[-1].path)
            self.done.pop()

    def _check(self, by: Sequence[str], rows: int) -> None:
        """Read from the disk what is about to be put together."""
        found = [_read(part.path) for part in self.done]
        starts, stops = [part.start for part in found], [part.stop for part in found]
        if [0, *stops] != [*starts, rows] or any(part.job != self.job for part in found):
            raise ValueError(f"the parts in {self.folder} do not follow each other: has another program been there?")
        met = Met(lambda block: self.labels(found[block], by))
        for part in found:
            if again := met.again(self.labels(part, by)):
                raise ValueError(
                    f"the curve {spoken(again)} is in {self.folder} twice: has another program been there?"
                )

    def _write(self, rates: Any, stream: Any) -> None:
        writer = None
        for table in _in_groups(self._rated(rates)):
            if writer is None:
                writer = _writer(self.target, stream, table.schema)
            writer.write_table(table)
        if writer is not None:
            writer.close()

    def _rated(self, rates: Any) -> Iterator[Any]:
        arrow, at = optional("pyarrow", for_="tables in files"), 0
        for part in self.done:
            table = _parquet().read_table(part.path).replace_schema_metadata(None)
            place = table.schema.get_field_index("p_value") + 1
            yield table.add_column(place, "q_value", arrow.array(rates[at : at + table.num_rows]))
            at += table.num_rows


def _in_groups(tables: Iterator[Any]) -> Iterator[Any]:
    """Cut tables into pieces of one size; a table without rows is one piece, for its columns."""
    arrow, held, waiting, given = optional("pyarrow", for_="tables in files"), [], 0, False
    for table in tables:
        held.append(table)
        waiting += table.num_rows
        while waiting >= _ROWS:
            whole = arrow.concat_tables(held)
            yield whole.slice(0, _ROWS).combine_chunks()
            held, waiting, given = [whole.slice(_ROWS)], waiting - _ROWS, True
    if held and (waiting or not given):
        yield arrow.concat_tables(held).combine_chunks()


def _read(path: Path) -> Part:
    """Read what a part says of itself.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        about = json.loads(_parquet().read_schema(path).metadata[b"ogive"])
        return Part(path, **{name: about[name] for name in ("job", "start", "stop", "curves", "statuses")})
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no part that Ogive wrote; move it away") from error


def _writer(target: Path, stream: Any, schema: Any) -> Any:
    if target.suffix == ".csv":
        return optional("pyarrow.csv", for_="tables in files").CSVWriter(stream, schema)
    return _parquet().ParquetWriter(stream, schema, compression="zstd")


def _parquet() -> Any:
    return optional("pyarrow.parquet", for_="Parquet files")
