"""Reading observations: arrays, columns of tables, counts, groups; and saying plainly what is wrong with them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

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
    labels = np.full(len(ys), "") if by is None else columns.labels(by)
    for what, array in (("x", xs), ("sd", sds), ("trials", counts), ("by", labels)):
        if array is not None and len(array) != len(ys):
            raise ValueError(f"{what} and y must have equal lengths, but {what} has {len(array)} and y has {len(ys)}")
    present = ~np.isnan(ys) & ~np.isnan(xs if xs.ndim == 1 else xs.sum(axis=1))
    for extra in (sds, counts):
        if extra is not None:
            present &= ~np.isnan(extra)
    groups, codes = _factor(labels)
    names = (x if isinstance(x, str) else "x", y if isinstance(y, str) else "y")
    everything = Observations(xs, ys, sds, counts, groups, codes, int(np.sum(~present)), names=names)
    kept = everything.take(present) if everything.missing else everything
    return replace(kept, trouble=_trouble(kept))


# A list of so few labels names columns, if there is a table: it is too short for labels of observations.
_MOST_KEYS = 4


class _Columns:
    """Where named columns come from: a table, or nowhere."""

    def __init__(self, data: Any) -> None:
        self.table = None
        if data is not None:
            import narwhals as nw

            self.table = nw.from_native(data, eager_only=True) if not isinstance(data, dict) else data

    def raw(self, source: Any, what: str) -> Any:
        """Return the column that a string names, or the array itself."""
        if not isinstance(source, str):
            return source
        if self.table is None:
            raise ValueError(f"{what}={source!r} names a column, but there is no table: pass data=")
        known = list(self.table if isinstance(self.table, dict) else self.table.columns)
        if source not in known:
            near = difflib.get_close_matches(source, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"the columns are {', '.join(map(str, known))}"
            raise ValueError(f"there is no column {source!r} for {what}; {hint}")
        column = self.table[source]
        return column if isinstance(self.table, dict) else column.to_numpy()

    def numbers(self, source: Any, what: str, *, wide: bool = False, like: Floats | None = None) -> Floats:
        """Return a column as floats; a masked value is missing."""
        raw = self.raw(source, what)
        if isinstance(raw, np.ma.MaskedArray):
            raw = np.ma.filled(raw.astype(np.float64), np.nan)
        array = _floats(raw, source if isinstance(source, str) else what)
        if array.ndim == 0 and like is not None:
            array = np.full(len(like), float(array))
        if array.ndim != (2 if wide else 1):
            raise ValueError(f"{what} must be {'two' if wide else 'one'}-dimensional, not {array.ndim}-dimensional")
        return array

    def labels(self, source: Any) -> NDArray[np.str_]:
        """Return the labels of groups as text."""
        if self.table is not None and isinstance(source, (list, tuple)) and 1 < len(source) <= _MOST_KEYS:
            columns = [self.labels(name) for name in source]
            return np.asarray([" ".join(parts) for parts in zip(*columns, strict=True)], dtype=np.str_)
        return np.asarray([_label(value) for value in np.asarray(self.raw(source, "by")).ravel()], dtype=np.str_)


def _label(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (float, np.floating)) else str(value)


def _floats(raw: Any, what: str) -> Floats:
    try:
        return np.array(raw, dtype=np.float64)
    except (TypeError, ValueError):
        cells = np.asarray(raw, dtype=object).ravel()
    for row, cell in enumerate(cells):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        try:
            float(cell)
        except (TypeError, ValueError):
            raise ValueError(f"{what} must hold numbers, but row {row + 1} holds {cell!r}") from None
    empty = [
        np.nan if cell is None or (isinstance(cell, str) and not cell.strip()) else float(cell) for cell in cells
    ]
    return np.array(empty, dtype=np.float64)


def _factor(labels: NDArray[np.str_]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Return the labels in order of first appearance, and the number of each observation's label."""
    found, first, codes = np.unique(labels, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return tuple(map(str, found[order])), rank[codes.ravel()]


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
