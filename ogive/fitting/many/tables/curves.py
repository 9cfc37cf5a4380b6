"""Many curves side by side, as the engine reads them: where each begins, and what makes one unfit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curves", "long", "wide"]

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@final
@dataclass(frozen=True)
class Curves:
    """Observations of many curves.

    Attributes
    ----------
    x, y, sd, trials
        Points, responses and (or None) standard deviations and numbers of trials, one curve after the other.
    begin, place, length
        For each curve, where its responses begin in y, its points in x, and how many there are.
    """

    x: Floats
    y: Floats
    sd: Floats | None
    begin: Places
    place: Places
    length: Places
    trials: Floats | None = None

    @property
    def count(self) -> int:
        """How many curves there are."""
        return len(self.begin)

    def part(self, start: int, stop: int) -> Curves:
        """Return a run of curves; the arrays are cut where the run allows it."""
        begin, place, length = self.begin[start:stop], self.place[start:stop], self.length[start:stop]
        if not len(begin):
            return Curves(self.x[:0], self.y[:0], _cut(self.sd, 0, 0), begin, place, length, _cut(self.trials, 0, 0))
        low, high = int(begin.min()), int((begin + length).max())
        low_x, high_x = int(place.min()), int((place + length).max())
        sd, trials = _cut(self.sd, low, high), _cut(self.trials, low, high)
        return Curves(self.x[low_x:high_x], self.y[low:high], sd, begin - low, place - low_x, length, trials)

    def of(self, index: int) -> tuple[Floats, Floats, Floats | None]:
        """Return the points, responses and standard deviations of one curve."""
        start, n = int(self.begin[index]), int(self.length[index])
        x = self.x[int(self.place[index]) : int(self.place[index]) + n]
        return x, self.y[start : start + n], _cut(self.sd, start, start + n)

    def trials_of(self, index: int) -> Floats | None:
        """Return the numbers of trials of one curve."""
        start = int(self.begin[index])
        return _cut(self.trials, start, start + int(self.length[index]))

    def owners(self, positions: Places, *, of_x: bool) -> Places:
        """Return the curves that hold elements of y (or of x)."""
        start = self.place if of_x else self.begin
        if of_x and len(start) and (start == start[0]).all():
            return np.arange(self.count) if len(positions) else np.arange(0)
        order = np.argsort(start, kind="stable")
        owner = order[np.searchsorted(start[order], positions, side="right") - 1]
        return np.unique(owner[positions < start[owner] + self.length[owner]])

    def without(self, lost: NDArray[np.bool_]) -> Curves:
        """Return the curves with no observations for some of them."""
        length = np.where(lost, 0, self.length)
        return Curves(self.x, self.y, self.sd, self.begin, self.place, length, self.trials)

    def take(self, rows: Places | NDArray[np.bool_]) -> Curves:
        """Return some of the curves, in any order; their observations stay where they are."""
        begin, place, length = self.begin[rows], self.place[rows], self.length[rows]
        return Curves(self.x, self.y, self.sd, begin, place, length, self.trials)


def _cut(values: Floats | None, start: int, stop: int) -> Floats | None:
    return None if values is None else values[start:stop]


def long(x: Floats, y: Floats, sd: Floats | None, length: Places, trials: Floats | None = None) -> Curves:
    """Return curves whose observations lie one after the other."""
    begin = np.concatenate([[0], np.cumsum(length)[:-1]]).astype(np.int64) if len(length) else length
    return Curves(x, y, sd, begin, begin, length, trials)


def wide(x: Floats, y: Floats, sd: Floats | None = None, trials: Floats | None = None) -> Curves:
    """Return the curves of a plate: a row each, at points that all rows share (or that have rows of their own)."""
    count, n = y.shape
    begin = np.arange(count, dtype=np.int64) * n
    place = np.zeros(count, dtype=np.int64) if x.ndim == 1 else begin
    flat, counts = (None if each is None else np.ascontiguousarray(each, np.float64).ravel() for each in (sd, trials))
    length = np.full(count, n, dtype=np.int64)
    return Curves(
        np.ascontiguousarray(x).ravel(), np.ascontiguousarray(y).ravel(), flat, begin, place, length, counts
    )
