"""Reading observations: arrays, columns of tables, counts, groups; and saying plainly what is wrong with them."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from ogive.tables.columns import floats, labels
from ogive.tables.frames import as_frame, gathered
from ogive.tables.groups import by_appearance, codes_of_labels, shown

__all__ = ["Observations", "read"]

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Observations:
    """The observations that are fitted, in the order given, without the missing ones.

    Attributes
    ----------
    x, y
        Points and responses (counts of successes, for a binomial likelihood).
    sd
        Standard deviations of y, or None.
    trials
        Numbers of trials, for a binomial likelihood, or None.
    groups
        The labels of the groups, in order of appearance; one label, "", without groups.
    group
        For each observation, the place of its label in ``groups``.
    missing
        How many observations were left out because a value was missing.
    trouble
        What makes the data unfit for fitting, or "".
    names
        What x and y are called.
    """

    x: Floats
    y: Floats
    sd: Floats | None
    trials: Floats | None
    groups: tuple[str, ...]
    group: NDArray[np.intp]
    missing: int = 0
    trouble: str = ""
    names: tuple[str, str] = ("x", "y")

    @property
    def n(self) -> int:
        """The number of observations."""
        return len(self.y)

    def of_group(self, index: int) -> Observations:
        """Return the observations of one group."""
        return self.take(self.group == index)

    def take(self, which: NDArray[Any]) -> Observations:
        """Return some of the observations, with the same list of groups."""
        return replace(
            self,
            x=self.x[which],
            y=self.y[which],
            sd=None if self.sd is None else self.sd[which],
            trials=None if self.trials is None else self.trials[which],
            group=self.group[which],
        )


def read(
    x: Any, y: Any, *, data: Any = None, sd: Any = None, trials: Any = None, by: Any = None, wide: bool = False
) -> Observations:
    """Read observations from arrays, or from columns of a pandas, polars or Arrow table named by strings.

    Raises
    ------
    ValueError
        If a column is unknown, holds text, or lengths differ. What is wrong with the numbers themselves (an
        infinite response, counts above their trials) is stored in ``trouble``, so that a fit can report it.
    """
    columns = _Columns(data)
    xs = columns.numbers(x, "x", wide=wide)
    ys = columns.numbers(y, "y")
    sds = None if sd is None else columns.numbers(sd, "sd", like=ys)
    counts = None if trials is None else columns.numbers(trials, "trials", like=ys)
    own = None if by is None else columns.labels(by)
    for what, array in (("x", xs), ("sd", sds), ("trials", counts), ("by", own)):
        if array is not None and len(array) != len(ys):
            raise ValueError(f"{what} and y must have equal lengths, but {what} has {len(array)} and y has {len(ys)}")
    present = ~np.isnan(ys) & ~np.isnan(xs if xs.ndim == 1 else xs.sum(axis=1))
    for extra in (sds, counts):
        if extra is not None:
            present &= ~np.isnan(extra)
    groups, codes, labelled = (
        (("",), np.zeros(len(ys), dtype=np.intp), np.ones(len(ys), dtype=bool)) if own is None else _factored(own)
    )
    if not labelled.all():
        lost = int((~labelled).sum())
        warnings.warn(
            f"{lost} row{'s have' if lost > 1 else ' has'} no label in by (the first is row "
            f"{int(labelled.argmin()) + 1}); they belong to no group and are left out",
            stacklevel=4,
        )
        present &= labelled
    names = (x if isinstance(x, str) else "x", y if isinstance(y, str) else "y")
    everything = Observations(xs, ys, sds, counts, groups, codes, int(np.sum(~present)), names=names)
    kept = everything.take(present) if everything.missing else everything
    return replace(kept, trouble=_trouble(kept))


# A list of so few labels names columns, if there is a table: it is too short for labels of observations.
_MOST_KEYS = 4


class _Columns:
    """Where named columns come from: a table, or nowhere."""

    def __init__(self, data: Any) -> None:
        table = gathered(data)
        self.table = table if table is None or isinstance(table, Mapping) else as_frame(table)[0]

    def raw(self, source: Any, what: str) -> Any:
        """Return the column that a string names, or the array itself."""
        if not isinstance(source, str):
            return source
        if self.table is None:
            raise ValueError(f"{what}={source!r} names a column, but there is no table: pass data=")
        known = list(self.table if isinstance(self.table, Mapping) else self.table.columns)
        if source not in known:
            near = difflib.get_close_matches(source, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"the columns are {', '.join(map(str, known))}"
            raise ValueError(f"there is no column {source!r} for {what}; {hint}")
        column = self.table[source]
        if isinstance(self.table, Mapping):
            return column
        return column.to_numpy() if column.dtype.is_numeric() else column.to_list()

    def numbers(self, source: Any, what: str, *, wide: bool = False, like: Floats | None = None) -> Floats:
        """Return a column as floats; a masked value is missing."""
        array = floats(self.raw(source, what), source if isinstance(source, str) else what)
        if array.ndim == 0 and like is not None:
            array = np.full(len(like), float(array))
        if array.ndim != (2 if wide else 1):
            raise ValueError(f"{what} must be {'two' if wide else 'one'}-dimensional, not {array.ndim}-dimensional")
        return array

    def labels(self, source: Any) -> list[Any]:
        """Return the labels of groups as they are, tuples where several columns make them; None: missing."""
        if self.table is not None and isinstance(source, (list, tuple)) and 1 <= len(source) <= _MOST_KEYS:
            columns = [self.labels(name) for name in source]
            rows = zip(*columns, strict=True)
            return [None if None in row else row if len(row) > 1 else row[0] for row in rows]
        return labels(self.raw(source, "by"))


def _factored(given: list[Any]) -> tuple[tuple[str, ...], NDArray[np.intp], NDArray[np.bool_]]:
    """Return the labels in order of first appearance, the number of each observation's label, and whether it has one.

    Raises
    ------
    ValueError
        If two labels look the same, such as 1 and "1": reports could not tell their groups apart.
    """
    codes, first = by_appearance(*codes_of_labels(given))
    known = [given[row] for row in first]
    names: dict[str, Any] = {}
    for label in known:
        name = shown(label)
        if name in names:
            raise ValueError(f"the labels {names[name]!r} and {label!r} both read {name!r}: rename one of them")
        names[name] = label
    return tuple(names), np.maximum(codes, 0).astype(np.intp), codes >= 0


def _trouble(data: Observations) -> str:
    if data.n < 2:
        return f"there {'is one observation' if data.n == 1 else 'are no observations'} with both x and y"
    if not np.isfinite(data.y).all():
        return "a response is infinite"
    if data.sd is not None and not (np.isfinite(data.sd) & (data.sd > 0)).all():
        return "a standard deviation is not a positive number"
    if data.trials is not None and ((data.trials <= 0) | (data.y < 0) | (data.y > data.trials)).any():
        return "a count does not lie between 0 and its number of trials"
    return ""
