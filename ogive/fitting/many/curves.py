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
    x, y, sd
        Points, responses and (or None) standard deviations, one curve after the other.
    begin, place, length
        For each curve, where its responses begin in y, its points in x, and how many there are.
    """

    x: Floats
    y: Floats
    sd: Floats | None
    begin: Places
    place: Places
    length: Places

    @property
    def count(self) -> int:
        """How many curves there are."""
        return len(self.begin)

    def part(self, start: int, stop: int) -> Curves:
        """Return a run of curves; the arrays are cut where the run allows it."""
        begin, place, length = self.begin[start:stop], self.place[start:stop], self.length[start:stop]
        if not len(begin):
            return Curves(self.x[:0], self.y[:0], None if self.sd is None else self.sd[:0], begin, place, length)
        low, high = int(begin.min()), int((begin + length).max())
        low_x, high_x = int(place.min()), int((place + length).max())
        sd = None if self.sd is None else self.sd[low:high]
        return Curves(self.x[low_x:high_x], self.y[low:high], sd, begin - low, place - low_x, length)

    def of(self, index: int) -> tuple[Floats, Floats, Floats | None]:
        """Return the points, responses and standard deviations of one curve."""
        start, n = int(self.begin[index]), int(self.length[index])
        x = self.x[int(self.place[index]) : int(self.place[index]) + n]
        return x, self.y[start : start + n], None if self.sd is None else self.sd[start : start + n]

    def owners(self, positions: Places, *, of_x: bool) -> Places:
        """Return the curves that hold elements of y (or of x)."""
        start = self.place if of_x else self.begin
        if of_x and len(start) and (start == start[0]).all():
            return np.arange(self.count) if len(positions) else np.arange(0)
        return np.unique(np.searchsorted(start, positions, side="right") - 1)


def long(x: Floats, y: Floats, sd: Floats | None, length: Places) -> Curves:
    """Return curves whose observations lie one after the other."""
    begin = np.concatenate([[0], np.cumsum(length)[:-1]]).astype(np.int64) if len(length) else length
    return Curves(x, y, sd, begin, begin, length)


def wide(x: Floats, y: Floats, sd: Floats | None = None) -> Curves:
    """Return the curves of a plate: a row each, at points that all rows share (or that have rows of their own)."""
    count, n = y.shape
    begin = np.arange(count, dtype=np.int64) * n
    place = np.zeros(count, dtype=np.int64) if x.ndim == 1 else begin
    flat = None if sd is None else np.ascontiguousarray(sd, dtype=np.float64).ravel()
    length = np.full(count, n, dtype=np.int64)
    return Curves(np.ascontiguousarray(x).ravel(), np.ascontiguousarray(y).ravel(), flat, begin, place, length)
