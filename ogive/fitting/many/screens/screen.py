"""A whole screen, from a file to a file: in blocks, in little memory, and resumed where it was interrupted.

Every block of results is a file of its own beside the output (see `parts`). An interrupted run leaves these parts;
the next run goes on after the last of them. When all are there, the rates over the table are computed and the output
is put together.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np

import ogive
from ogive._files import OverwriteError, check_apart
from ogive._optional import optional
from ogive.fitting.many.blocks.request import Plan, check_sets, kind_of, plan
from ogive.fitting.many.blocks.threads import fit_curves, named_statuses
from ogive.fitting.many.screens.met import Met, spoken
from ogive.fitting.many.screens.page import gallery_rows, screen_page
from ogive.fitting.many.screens.parts import Parts, parts_of
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
    former
        Which run had the output's lock when it died (its process, its machine, and since when), if one had.
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
    former: str = ""
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
        If a column, parameter or model is unknown, another run is at work on the same output (``LockedError``), the
        output is the input (``OverwriteError``), or another job's parts are in the way.
    """
    _check_target(Path(source), Path(target))
    kind = kind_of(likelihood, sd, trials)
    request = plan(model, fixed=fixed, bounds=bounds, doses=ec, level=level, likelihood=kind, share=share)
    check_sets(request, by, within)
    for name, count in (("threads", threads), ("rows", rows)):
        if count is not None and count < 1:
            raise ValueError(f"{name} must be at least 1, not {count!r}")
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
    asked = {**names, "within": whole, "read": _how(reading, given)}
    job_name = _fingerprint(Path(source), request, asked)
    with parts_of(Path(target), job_name, restart=restart) as parts:
        job = _Job(request, names, parts, threads, whole)
        blocks.start = resumed = job.resume()
        for stop in parts.fitted(blocks, job.fit):
            if progress is not None:
                progress(stop, blocks.total, job.curves)
        if _fingerprint(Path(source), request, asked) != job_name:
            raise ValueError(f"{source} was changed while it was read; run again when it is complete")
        parts.join(by, job.row)
    former = str(parts.former) if parts.former else ""
    return Summary(
        job.curves, job.row, job.counted(), tuple(blocks.bad), blocks.bad_count, resumed, former,
        tuple(blocks.told()), blocks.unlabelled,
    )  # fmt: skip


def _check_target(source: Path, target: Path) -> None:
    check_apart([target], [source])
    if target.suffix not in {".parquet", ".csv"}:
        raise ValueError(f"fits are written as .parquet or .csv, by the name of the file; {target} is neither")
    if source.resolve().parent == target.resolve().with_name(target.resolve().name + ".parts"):
        raise OverwriteError(f"{source} lies among the parts of {target}; write to another file")


def _check_columns(blocks: Blocks, columns: Sequence[str]) -> None:
    known = blocks.names()
    missing = [name for name in columns if name not in known]
    if missing:
        raise ValueError(f"{blocks.path} has no column {missing[0]!r}; it has {', '.join(known)}")


def _how(reading: Reading | None, given: Long | None) -> str:
    """Say how a table is read, and how its measurements lie where they do not lie in rows of their own."""
    return repr((reading or Reading(), given and (given.told, tuple(given.columns))))


def _fingerprint(source: Path, request: Plan, names: Mapping[str, Any]) -> str:
    """Return what must be the same for a run to be resumed: the release, the file and the question."""
    about = source.stat()
    text = json.dumps(
        [ogive.__version__, str(source.resolve()), about.st_size, about.st_mtime_ns, repr(request), names]
    )
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
    met: dict[str, Met] = field(init=False)

    def __post_init__(self) -> None:
        read = self._labels
        self.met = {"curve": Met(read), "set": Met(lambda block: self._sets(read(block)))}

    def resume(self) -> int:
        """Take up what an earlier run has done; returns the row to go on with."""
        for block, part in enumerate(self.parts.done):
            self.row = part.stop
            self.curves += part.curves
            self.statuses.update(part.statuses)
            self._meet_all(self._labels(block), part.start)
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
        self.parts.add(result, start, stop, counts)
        self.row, self.curves = stop, self.curves + result.num_rows
        self.statuses.update(counts)

    def counted(self) -> dict[str, int]:
        """Return how many curves have each status, the most frequent first."""
        return dict(self.statuses.most_common())

    def _labels(self, block: int) -> Any:
        return self.parts.labels(self.parts.done[block], self.names["by"])

    def _sets(self, labels: Any) -> Any:
        names = list(self.within or ())
        return labels.select(names).group_by(names).aggregate([])

    def _meet_all(self, labels: Any, start: int) -> None:
        self._meet("curve", labels, start)
        if self.within:
            self._meet("set", self._sets(labels), start)

    def _meet(self, what: str, labels: Any, start: int) -> None:
        """Remember the curves or sets of a block, and stop where one has been met before."""
        again = self.met[what].again(labels)
        if again is not None:
            raise BrokenOrderError(
                f"the rows of the {what} {spoken(again)} are not next to each other (some come after row {start}): "
                f"sort the file by its {what}s first, or load it and use ogive.fit_many"
            )


def _parquet() -> Any:
    return optional("pyarrow.parquet", for_="Parquet files")
