"""How the measurements lie in a table, brought to one form: a row for each measurement.

Long: a column of points and one of responses. Columns: a column for each curve (each well), a row for each dose or
time. Rows: a row for each curve, a column for each dose, whose name is the dose. Columns of one name are replicates.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray

from ogive.tables.numbers import parse_number
from ogive.tables.records import Table, TableError, no_column, some_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["COLUMN", "LAYOUTS", "Long", "Wanted", "arranged", "points_of", "response_places"]

Floats = NDArray[np.float64]

LAYOUTS = ("long", "columns", "rows")
COLUMN, POINT, RESPONSE = "column", "x", "y"
"""What the curves of a layout with a column for each are told apart by, and what points and responses are called
where no column names them."""


@final
@dataclass(frozen=True)
class Wanted:
    """What is wanted of a table.

    Attributes
    ----------
    x
        The column of points; None where the names of columns are the points.
    y
        The columns of responses: names, or patterns such as ``"A*"``.
    by, keep
        The columns that tell curves apart, and others to carry along.
    sd, trials
        Columns beside the responses, or None.
    layout
        One of ``LAYOUTS``; None for long with one column of responses, and a column a curve with several.
    replicates
        Whether columns of one name are replicates.
    """

    x: str | None
    y: tuple[str, ...]
    by: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    sd: str | None = None
    trials: str | None = None
    layout: str | None = None
    replicates: bool = False

    @property
    def named(self) -> tuple[str, ...]:
        """Every name that a column must have."""
        names = (self.x, *self.y, *self.by, *self.keep, self.sd, self.trials)
        return tuple(dict.fromkeys(name for name in names if name is not None))

    @property
    def numbers(self) -> tuple[str, ...]:
        """The names of columns of numbers."""
        return tuple(name for name in (self.x, *self.y, self.sd, self.trials) if name is not None)


@final
@dataclass(frozen=True)
class Long:
    """Measurements in long form.

    Attributes
    ----------
    columns
        The points, responses, deviations and trials as floats (nan: missing) and the labels as they are (None:
        missing), by the names of their columns.
    x, y, sd, trials, by
        The names in ``columns``.
    absent, wrong, unlabelled
        How many cells say that there is no number, which cells hold something else (row, column, text), and the rows
        without a label.
    cells
        How many cells were to hold a number.
    told
        Sentences about what was found.
    """

    columns: dict[str, Any]
    x: str
    y: str
    by: tuple[str, ...]
    sd: str | None
    trials: str | None
    absent: int
    wrong: tuple[tuple[int, str, str], ...]
    unlabelled: tuple[int, ...]
    cells: int
    told: tuple[str, ...] = ()


def arranged(table: Table, wanted: Wanted) -> Long:
    """Bring the measurements of a table to long form.

    Raises
    ------
    TableError
        If a column is unknown or one of several of its name, or the layout does not fit the table.
    """
    places = response_places(table.names, wanted, table.name)
    layout = layout_of(table.names, wanted, places)
    reader = _Reader(table)
    by = {name: table.labels(table.place(name, "--by")) for name in wanted.by}
    keep = {name: table.labels(table.place(name, "--keep")) for name in wanted.keep if name not in by}
    count = len(places)
    labels = {name: cells * count for name, cells in (by | keep).items()}
    if layout == "rows":
        points = points_of([table.names[k] for k in places], table.found.decimal)
        x, xs = _free(POINT, labels), np.repeat(points, table.rows)
        labels = _with_row_numbers(labels, by, table.rows, count)
    else:
        if wanted.x is None:
            raise TableError("name the column of points with --x; without it a row is a curve, with --layout rows")
        x, xs = wanted.x, np.tile(reader.column(table.place(wanted.x, "--x")), count)
    ys = np.concatenate([reader.column(place) for place in places])
    y = table.names[places[0]] if len({table.names[k] for k in places}) == 1 else _free(RESPONSE, {*labels, x})
    columns: dict[str, Any] = dict(labels)
    beside = {}
    for what, name in (("sd", wanted.sd), ("trials", wanted.trials)):
        if name is not None:
            beside[what] = name
            columns[name] = np.tile(reader.column(table.place(name, f"--{what}")), count)
    told = list(_told(table, layout, places))
    if layout == "columns":
        column = _free(COLUMN, {*columns, x, y})
        columns[column] = [table.names[place] for place in places for _ in range(table.rows)]
    own = (*wanted.by, column) if layout == "columns" else tuple(name for name in labels if name not in keep)
    columns |= {x: xs, y: ys}
    lost = sorted({row for cells in by.values() for row, cell in enumerate(cells) if cell is None})
    return Long(
        columns, x, y, own, wanted.sd, wanted.trials, reader.absent, tuple(reader.wrong), tuple(lost), reader.cells,
        (*told, *reader.told(), *_unlabelled(lost, wanted.by)),
    )  # fmt: skip


def _free(name: str, taken: Collection[str]) -> str:
    """Return a name that no column has yet."""
    while name in taken:
        name += "_"
    return name


class _Reader:
    """Columns of numbers, with what was missing in them."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.cells = self.absent = 0
        self.rows: set[int] = set()
        self.wrong: list[tuple[int, str, str]] = []

    def column(self, place: int) -> Floats:
        found = self._table.numbers(place)
        self.cells += len(found.values)
        self.absent += len(found.absent)
        self.rows |= set(found.absent.tolist())
        self.wrong += [(row, self._table.names[place], text) for row, text in found.wrong]
        return found.values

    def told(self) -> list[str]:
        """Say how many cells hold no number, and in which rows."""
        if not self.absent:
            return []
        verb = "hold" if self.absent > 1 else "holds"
        return [f"{self.absent:,} of {self.cells:,} cells {verb} no number: {some_rows(sorted(self.rows))}"]


def _unlabelled(rows: Sequence[int], by: Sequence[str]) -> list[str]:
    if not rows:
        return []
    verb = "rows have" if len(rows) > 1 else "row has"
    what = f"{len(rows):,} {verb} no value in {' or '.join(by)} ({some_rows(rows)})"
    return [f"{what}; they belong to no curve and are left out"]


def _with_row_numbers(
    labels: dict[str, list[Any]], by: dict[str, list[Any]], rows: int, count: int
) -> dict[str, list[Any]]:
    """Tell the curves of a row each apart by their row, where no label does."""
    return labels if by else {"row": list(range(1, rows + 1)) * count, **labels}


def response_places(names: Sequence[str], wanted: Wanted, table: str) -> list[int]:
    """Return the columns of responses, in the order of the table for a pattern and of the names otherwise."""
    used = {wanted.x, *wanted.by, *wanted.keep, wanted.sd, wanted.trials}
    found: list[int] = []
    for name in wanted.y:
        same = [k for k, own in enumerate(names) if own == name]
        if not same and any(sign in name for sign in "*?["):
            same = [k for k, own in enumerate(names) if own not in used and own and fnmatch.fnmatchcase(own, name)]
        if not same:
            raise TableError(no_column(table, names, name, "--y"))
        found += [place for place in same if place not in found]
    for place in found:
        alike = [k for k in found if names[k] == names[place]]
        if len(alike) > 1 and not wanted.replicates:
            raise TableError(
                f"{table} has {len(alike)} columns called {names[place]!r}: say --replicates if they are repeated "
                "measurements, or rename them"
            )
    if not found:
        raise TableError("name the column of responses with --y")
    return found


def layout_of(names: Sequence[str], wanted: Wanted, places: Sequence[int]) -> str:
    """Return the layout that is meant."""
    several = len({names[k] for k in places}) > 1
    layout = wanted.layout or ("columns" if several else "long")
    if layout == "long" and several:
        raise TableError("in a long table --y names one column; with a column for each curve say --layout columns")
    if layout != "long":
        for what, name in (("sd", wanted.sd), ("trials", wanted.trials)):
            if name is not None:
                raise TableError(f"--{what} names one column, so it is for long tables, not for --layout {layout}")
    if layout == "rows" and wanted.x is not None:
        raise TableError("with --layout rows the names of the columns are the points, so leave out --x")
    return layout


def _told(table: Table, layout: str, places: Sequence[int]) -> list[str]:
    names = [table.names[place] for place in places]
    curves = len(set(names))
    told = []
    if layout == "columns":
        told.append(f"{curves} curves, a column each")
    if layout == "rows":
        told.append(f"{table.rows:,} curves, a row each, at {curves} points from {names[0]} to {names[-1]}")
    if len(names) > curves:
        told.append(f"{len(names)} columns of {curves} name{'s' * (curves > 1)} read as replicates")
    return told


_LEADING = re.compile(r"\s*([-+\N{MINUS SIGN}]?[0-9.,]+(?:[eE][-+]?[0-9]+)?)\s*(\D*)")


def points_of(names: Sequence[str], decimal: str) -> Floats:
    """Return the points that the names of columns are: numbers, with one unit behind all of them or none.

    Raises
    ------
    TableError
        If a name is no number, or units differ: 1 nM is not 1 µM.
    """
    points: list[float] = []
    units: dict[str, str] = {}
    for name in names:
        match = _LEADING.fullmatch(name)
        try:
            points.append(parse_number(match[1] if match else name, decimal))
        except ValueError:
            raise TableError(
                f"with --layout rows the names of the columns of responses are the points, and {name!r} is no number"
            ) from None
        units.setdefault(match[2].strip() if match else "", name)
    if len(units) > 1:
        first, other = list(units.values())[:2]
        raise TableError(f"the points are in several units ({first!r}, {other!r}): write them in one")
    return np.array(points, dtype=np.float64)
