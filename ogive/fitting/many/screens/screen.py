"""A whole screen, from a file to a file: in blocks, in little memory, and resumed where it was interrupted.

Every block of results is a file of its own beside the output, which appears whole or not at all and says in its own
metadata at which row the next block begins. An interrupted run leaves these parts; the next run goes on after the
last of them. When all are there, the rates over the table are computed and the output is put together.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ogive._files import replaced, write_whole
from ogive._optional import optional
from ogive.fitting.many.blocks.request import Plan, check_sets, kind_of, plan
from ogive.fitting.many.blocks.threads import fit_curves, named_statuses, rates_of
from ogive.fitting.many.screens.page import gallery_rows, screen_page
from ogive.fitting.many.tables.frames import opened
from ogive.fitting.many.tables.layout import read_table, set_codes
from ogive.fitting.many.tables.source import Blocks, BrokenOrderError
from ogive.fitting.question.likelihoods import USUAL
from ogive.models import models
from ogive.tables.records import Reading

if TYPE_CHECKING:
    from ogive.models import Model
    from ogive.tables.layouts import Long

__all__ = ["Summary", "fit_file", "page_of"]

Progress = Callable[[int, int | None, int], None]


@final
@dataclass(frozen=True)
class Summary:
    """What became of a screen.

    Attributes
    ----------
    curves, rows
        How many curves there were, and rows of observations.
    statuses
        How many curves have each status, the most frequent first.
    bad
        Cells that hold no number, as (row, column, text): at most a hundred; ``bad_count`` says how many there are.
    resumed
        How many rows an earlier run had already done.
    told
        Sentences about how the table was read and what was missing in it.
    unlabelled
        How many rows had no label and belong to no curve.
    """

    curves: int
    rows: int
    statuses: Mapping[str, int]
    bad: tuple[tuple[int, str, str], ...] = ()
    bad_count: int = 0
    resumed: int = 0
    told: tuple[str, ...] = ()
    unlabelled: int = 0


def fit_file(
    model: Model | str,
    source: str | Path,
    target: str | Path,
    *,
    x: str,
    y: str,
    by: Sequence[str],
    sd: str | None = None,
    trials: str | None = None,
    likelihood: str = USUAL,
    fixed: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    share: Sequence[str] = (),
    within: Sequence[str] = (),
    ec: Sequence[float] = (),
    level: float = 0.95,
    keep: Sequence[str] = (),
    threads: int | None = None,
    rows: int = 1_000_000,
    restart: bool = False,
    progress: Progress | None = None,
    reading: Reading | None = None,
    given: Long | None = None,
) -> Summary:
    """Fit every curve of a long table in a file, and write a table of fits.

    The rows of a curve must be next to each other, and those of curves that share parameters; a curve may cross from
    one row group into the next. A set of curves is held in memory as a whole (without ``within`` that is the file).
    Interrupted, by the keyboard or by the power, the work goes on where it stopped when the same call is made again.

    Parameters
    ----------
    source
        A table in a file: delimited text (also compressed by gzip or zstd), Parquet or a folder of such files, Arrow
        or Feather, a workbook.
    target
        A Parquet or CSV file, by its name.
    rows
        About how many rows are held in memory at once.
    restart
        Throw away what an earlier run has done.
    progress
        Called after every block with the rows done, all rows (None where not known) and the curves done.
    reading
        How the table is to be read, where that is not to be found out.
    given
        The measurements in the file, where they did not lie in a long table and have been brought to that form.

    Other parameters are those of `ogive.fit_many`.

    Raises
    ------
    BrokenOrderError
        If the rows of a curve, or of curves that share parameters, are not next to each other.
    ValueError
        If a column, parameter or model is unknown, or another job's parts are in the way.
    """
    kind = kind_of(likelihood, sd, trials)
    request = plan(model, fixed=fixed, bounds=bounds, doses=ec, level=level, likelihood=kind, share=share)
    check_sets(request, by, within)
    names = {
        "x": x,
        "y": y,
        "sd": sd,
        "trials": trials,
        "by": list(by),
        "keep": [name for name in keep if name not in by],
    }
    numbers = [name for name in (x, y, sd, trials) if name is not None]
    columns = list(dict.fromkeys([*by, *names["keep"], *numbers]))  # type: ignore[misc]
    whole = list(within) if request.shared else None
    blocks = Blocks(Path(source), columns, numbers, by, rows, whole=whole, reading=reading or Reading(), given=given)
    _check_columns(blocks, columns)
    parts = Parts(
        Path(target), _fingerprint(Path(source), request, {**names, "within": whole, "read": _how(reading, given)})
    )
    parts.open(restart=restart)
    job = _Job(request, names, parts, threads, whole)
    blocks.start = resumed = job.resume()
    for start, stop, table in blocks:
        job.fit(start, stop, table)
        if progress is not None:
            progress(stop, blocks.total, job.curves)
    summary = Summary(
        job.curves, job.row, job.counted(), tuple(blocks.bad), blocks.bad_count, resumed, tuple(blocks.told()),
        blocks.unlabelled,
    )  # fmt: skip
    parts.join()
    return summary


def _check_columns(blocks: Blocks, columns: Sequence[str]) -> None:
    known = blocks.names()
    missing = [name for name in columns if name not in known]
    if missing:
        raise ValueError(f"{blocks.path} has no column {missing[0]!r}; it has {', '.join(known)}")


def _how(reading: Reading | None, given: Long | None) -> str:
    """Say how a table is read, and how its measurements lie where they do not lie in rows of their own."""
    return repr((reading or Reading(), given and (given.told, tuple(given.columns))))


def _fingerprint(source: Path, request: Plan, names: Mapping[str, Any]) -> str:
    """Return what must be the same for a run to be resumed: the file and the question."""
    about = source.stat()
    text = json.dumps([str(source.resolve()), about.st_size, about.st_mtime_ns, repr(request), names])
    return hashlib.sha256(text.encode()).hexdigest()


def page_of(
    model: Model | str,
    source: str | Path,
    target: str | Path,
    *,
    x: str,
    y: str,
    by: Sequence[str],
    plate: str | None,
    reading: Reading | None = None,
    given: Long | None = None,
) -> str:
    """Return the page about a screen whose fits have been written; the points of its gallery are read again."""
    chosen = models[model] if isinstance(model, str) else model
    wanted = {
        *by,
        *chosen.parameters,
        "status",
        "p_value",
        "q_value",
        "r_squared",
        "rss",
        "deviance",
        "null_deviance",
        "n",
        plate,
    }
    table = _read_fits(Path(target), wanted, [*by, plate])
    fits = {name: table.column(name).to_numpy() for name in table.column_names}
    worst, best = gallery_rows(fits)
    labels = {tuple(str(fits[name][row]) for name in by): row for row in [*worst, *best]}
    data = _points_of(Path(source), labels, {"x": x, "y": y, "by": by}, reading or Reading(), given)
    return screen_page(fits, model=model, by=by, title=Path(source).stem, plate=plate, data=data)


def _read_fits(target: Path, wanted: set[Any], labels: Sequence[str | None]) -> Any:
    """Read the columns of the fits that the page is made of; a label that looks like a number stays as it is."""
    if target.suffix == ".csv":
        csv, text = (
            optional("pyarrow.csv", for_="tables in files"),
            optional("pyarrow", for_="tables in files").string(),
        )
        options = csv.ConvertOptions(column_types={name: text for name in labels if name is not None})
        table = csv.read_csv(str(target), csv.ReadOptions(), csv.ParseOptions(newlines_in_values=True), options)
        return table.select([name for name in table.column_names if name in wanted])
    names = _parquet().read_schema(target).names
    return _parquet().read_table(target, columns=[name for name in names if name in wanted])


def _points_of(
    source: Path,
    wanted: Mapping[tuple[Any, ...], int],
    names: Mapping[str, Any],
    reading: Reading,
    given: Long | None,
) -> dict[int, Any]:
    """Read the points of a few curves."""
    by, numbers = list(names["by"]), [names["x"], names["y"]]
    found: dict[int, Any] = {}
    columns = list(dict.fromkeys([*by, *numbers]))
    for _, _, table in Blocks(source, columns, numbers, by, reading=reading, given=given):
        frame, _ = opened(table)
        layout = read_table(frame, x=names["x"], y=names["y"], by=by, sd=None, keep=[])
        if layout.first is None:
            continue
        own = [np.asarray(layout.labels[name].to_numpy())[layout.first] for name in by]
        for index, label in enumerate(tuple(map(str, row)) for row in zip(*own, strict=True)):
            if label in wanted:
                found[wanted[label]] = layout.curves.of(index)[:2]
    return found


# ---- The parts ---------------------------------------------------------------------------------------------------


@final
@dataclass
class Parts:
    """The finished parts of an output, in a folder beside it."""

    target: Path
    fingerprint: str
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.target.with_name(self.target.name + ".parts")

    def open(self, *, restart: bool) -> None:
        """Make the folder, or go on in it where it belongs to this very job."""
        manifest = self.folder / "job.json"
        if self.folder.exists() and restart:
            shutil.rmtree(self.folder)
        if manifest.exists() and json.loads(manifest.read_text())["job"] != self.fingerprint:
            raise ValueError(
                f"{self.folder} holds parts of another job (another input, model or option): delete it, or pass "
                "restart=True (on the command line --restart)"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        if not manifest.exists():
            write_whole(manifest, json.dumps({"job": self.fingerprint}))

    def files(self) -> list[Path]:
        """Return the finished parts in order."""
        return sorted(self.folder.glob("part-*.parquet"))

    def add(self, table: Any, about: Mapping[str, Any]) -> None:
        """Write a part; it appears whole or not at all."""
        table = table.replace_schema_metadata({"ogive": json.dumps(about)})
        with replaced(self.folder / f"part-{len(self.files()):06d}.parquet") as stream:
            _parquet().write_table(table, stream, compression="zstd")

    def about(self) -> Iterator[dict[str, Any]]:
        """Yield what each part says of itself."""
        for path in self.files():
            yield json.loads(_parquet().read_schema(path).metadata[b"ogive"])

    def join(self) -> None:
        """Put the parts together, with the rates over the whole table, and clear them away."""
        files = self.files()
        p_values = [_parquet().read_table(path, columns=["p_value"])["p_value"].to_numpy() for path in files]
        rates = rates_of(np.concatenate(p_values) if p_values else np.zeros(0))
        with replaced(self.target) as stream:
            self._write(files, rates, stream)
        shutil.rmtree(self.folder)

    def _write(self, files: Sequence[Path], rates: Any, stream: Any) -> None:
        arrow = optional("pyarrow", for_="tables in files")
        writer = None
        at = 0
        for path in files:
            table = _parquet().read_table(path).replace_schema_metadata(None)
            place = table.schema.get_field_index("p_value") + 1
            table = table.add_column(place, "q_value", arrow.array(rates[at : at + table.num_rows]))
            at += table.num_rows
            if writer is None:
                writer = _writer(self.target, stream, table.schema)
            writer.write_table(table)
        if writer is not None:
            writer.close()


def _writer(target: Path, stream: Any, schema: Any) -> Any:
    if target.suffix == ".csv":
        return optional("pyarrow.csv", for_="tables in files").CSVWriter(stream, schema)
    return _parquet().ParquetWriter(stream, schema, compression="zstd")


def _parquet() -> Any:
    return optional("pyarrow.parquet", for_="Parquet files")


# ---- The work ----------------------------------------------------------------------------------------------------


@final
@dataclass
class _Job:
    """A run in progress: where it is, what it has counted, which curves it has met."""

    request: Plan
    names: Mapping[str, Any]
    parts: Parts
    threads: int | None
    within: Sequence[str] | None
    row: int = 0
    curves: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    met: dict[str, list[Any]] = field(default_factory=lambda: {"curve": [], "set": []})

    def resume(self) -> int:
        """Take up what an earlier run has done; returns the row to go on with."""
        for path, about in zip(self.parts.files(), self.parts.about(), strict=True):
            self.row = about["stop"]
            self.curves += about["curves"]
            self.statuses.update(about["statuses"])
            self._meet_all(_parquet().read_table(path, columns=list(self.names["by"])), self.row)
        return self.row

    def fit(self, start: int, stop: int, table: Any) -> None:
        """Fit one block and keep its part."""
        frame, close = opened(table)
        found = read_table(frame, **self.names)
        sets = None if self.within is None else set_codes(found, self.within)
        columns = fit_curves(self.request, found.curves, sets=sets, threads=self.threads)
        columns["status"] = named_statuses(columns["status"])
        result = close(found, columns)
        self._meet_all(result.select(list(self.names["by"])), start)
        counts = Counter(map(str, columns["status"]))
        self.row, self.curves = stop, self.curves + result.num_rows
        self.statuses.update(counts)
        about = {"start": start, "stop": stop, "curves": result.num_rows, "statuses": counts}
        self.parts.add(result, about)

    def counted(self) -> dict[str, int]:
        """Return how many curves have each status, the most frequent first."""
        return dict(self.statuses.most_common())

    def _meet_all(self, labels: Any, start: int) -> None:
        self._meet("curve", labels, start)
        if self.within:
            self._meet("set", labels.select(list(self.within)).group_by(list(self.within)).aggregate([]), start)

    def _meet(self, what: str, labels: Any, start: int) -> None:
        """Remember the curves or sets of a block by a hash, and stop where one has been met before."""
        keys = _hashes(labels)
        for former in self.met[what]:
            again = np.isin(keys, former, assume_unique=True)
            if again.any():
                label = ", ".join(f"{k}={v}" for k, v in labels.slice(int(again.argmax()), 1).to_pylist()[0].items())
                raise BrokenOrderError(
                    f"the rows of the {what} {label} are not next to each other (some come after row {start}): sort "
                    f"the file by its {what}s first, or load it and use ogive.fit_many"
                )
        self.met[what].append(keys)


def _hashes(labels: Any) -> Any:
    """Return a number of 64 bits for each row of labels: equal rows have equal numbers."""
    total = np.zeros(labels.num_rows, dtype=np.uint64)
    for name in labels.column_names:
        values = labels.column(name).to_pylist()
        each = np.fromiter(
            (hash(value) & 0xFFFF_FFFF_FFFF_FFFF for value in values), dtype=np.uint64, count=len(values)
        )
        total = (total ^ each) * np.uint64(0x9E37_79B9_7F4A_7C15) + np.uint64(0x7F4A_7C15)
        total ^= total >> np.uint64(29)
    return total
