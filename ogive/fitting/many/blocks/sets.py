"""Which curves have parameters in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Sets"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@final
@dataclass(frozen=True)
class Sets:
    """Curves in sets, the curves of a set side by side.

    Attributes
    ----------
    of
        The set of each curve, counted from 0 in the order of the curves.
    """

    of: Codes

    @classmethod
    def of_codes(cls, codes: Codes) -> Sets:
        """Return the sets of curves that are in order of some numbers, a number for each set."""
        return cls(np.unique(codes, return_inverse=True)[1].ravel().astype(np.int64))

    @property
    def count(self) -> int:
        """How many sets there are."""
        return len(self.starts)

    @cached_property
    def starts(self) -> Codes:
        """The first curve of each set."""
        return np.flatnonzero(np.diff(self.of, prepend=-1)).astype(np.int64)

    def part(self, start: int, stop: int) -> Sets:
        """Return the sets of a run of curves that cuts none of them."""
        return Sets(self.of[start:stop] - self.of[start])

    def chosen(self, wanted: NDArray[np.bool_]) -> Sets:
        """Return the sets of some curves."""
        return Sets.of_codes(self.of[wanted])

    def total(self, values: Floats) -> Floats:
        """Add up over each set what there is for each curve (in the last axis)."""
        return np.add.reduceat(values, self.starts, axis=-1)

    def least(self, values: Floats) -> Floats:
        """Return the smallest of each set; nan counts for nothing."""
        return np.fmin.reduceat(values, self.starts, axis=-1)

    def most(self, values: Floats) -> Floats:
        """Return the largest of each set; nan counts for nothing."""
        return np.fmax.reduceat(values, self.starts, axis=-1)

    def quantile(self, values: Floats, weights: Floats, part: float) -> Codes:
        """Return which curve has the weighted quantile of each set; where nothing has a weight, the plain one."""
        some = self.total(weights) > 0
        weights = np.where(some[self.of], weights, np.isfinite(values))
        order = np.lexsort((values, self.of))
        run = np.cumsum(weights[order])
        total = self.total(weights)
        before = np.concatenate([[0.0], np.cumsum(total)[:-1]])
        reached = run - before[self.of] >= part * total[self.of] * (1 - 1e-9)
        # the first place of each set where that part of its weight is reached
        first = np.minimum.reduceat(np.where(reached, np.arange(len(order)), len(order) - 1), self.starts)
        return order[first]
