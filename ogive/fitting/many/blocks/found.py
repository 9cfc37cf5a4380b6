"""What the engine found of a run of curves, on the scales of estimation, and the numbers that follow at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.many.blocks.engine import left_out
from ogive.fitting.search.engine_rows import COVARIANCE, LEVELS, ROWS, triangle

if TYPE_CHECKING:
    from ogive.fitting.many.blocks.request import Plan
    from ogive.fitting.many.blocks.sets import Sets

__all__ = ["Block"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MIDPOINT, _STEEPNESS, _ASYMMETRY = 2, 3, 4


@final
@dataclass(frozen=True)
class Block:
    """The engine's output for a run of curves, on the scales of estimation."""

    plan: Plan
    raw: Floats
    bad: Flags
    sets: Sets | None = None

    def __getattr__(self, name: str) -> Floats:
        if name in ROWS:
            row: Floats = self.raw[ROWS[name]]
            return row
        raise AttributeError(name)

    def value(self, i: int) -> Floats:
        """Return a parameter."""
        row: Floats = self.raw[i]
        return row

    def cov(self, i: int, j: int) -> Floats:
        """Return an element of the covariance, the residual variance included."""
        row: Floats = self.raw[COVARIANCE][triangle(i, j)]
        return row * self.dispersion

    def at_natural_limit(self, i: int) -> Flags:
        """Return where a parameter ended at a limit that nobody set."""
        return np.asarray(self._bits >> (8 + i) & 1, dtype=np.bool_)

    @cached_property
    def blind(self) -> Flags:
        """Where the data do not determine some parameter of a curve's own."""
        result = np.zeros(self.raw.shape[1], dtype=bool)
        for i in map(LEVELS.index, self.plan.own):
            result |= np.isinf(self.raw[COVARIANCE][triangle(i, i)])
        return result

    def quantile_of(self, level: float) -> Floats:
        """Return the two-sided quantile at another level than that of the intervals."""
        return replace(self.plan, level=level).quantile(self.dof)

    def at_limit(self, i: int) -> Flags:
        """Return where a parameter ended at a limit."""
        return np.asarray(self._bits >> i & 1, dtype=np.bool_)

    @cached_property
    def _bits(self) -> NDArray[np.int64]:
        return np.nan_to_num(self.limits).astype(np.int64)

    @cached_property
    def by_user(self) -> Flags:
        """Where some parameter ended at a limit that the user set."""
        user = sum(1 << i for i, name in enumerate(LEVELS) if name in self.plan.model.bounds)
        return np.asarray((self._bits & user) != 0)

    @cached_property
    def size(self) -> int:
        """The number of parameters that are a curve's own and free."""
        return len(self.plan.own)

    @cached_property
    def dof(self) -> Floats:
        """The residual degrees of freedom: of each curve, or of its set."""
        if self.sets is None:
            return self.n - self.size
        return self._over_sets(self.n - self.size) - len(self.plan.shared)

    @cached_property
    def dispersion(self) -> Floats:
        """The residual variance (one for a set), nan without degrees of freedom; 1 for counts."""
        if self.plan.counts:
            return np.ones_like(self.rss)
        rss = self.rss if self.sets is None else self._over_sets(self.rss)
        return np.where(self.dof > 0, rss / np.maximum(self.dof, 1), np.nan)

    def _over_sets(self, values: Floats) -> Floats:
        """Return for each curve what the curves of its set add up to, those that failed left out."""
        assert self.sets is not None  # noqa: S101 - asked where there are sets
        return self.sets.total(np.where(self.failed, 0.0, values))[self.sets.of]

    def seen(self, name: str) -> Floats:
        """Return how near the curves of a set come to an asymptote that they share, else each by itself."""
        low = name == "lower"
        values = self.fraction_low if low else self.fraction_high
        if self.sets is None or name not in self.plan.shared:
            return values
        return (self.sets.least(values) if low else self.sets.most(values))[self.sets.of]

    def level(self, name: str) -> Floats:
        """Return how many places have come near an asymptote, in any curve of the set where it is shared."""
        values = self.level_low if name == "lower" else self.level_high
        if self.sets is None or name not in self.plan.shared:
            return values
        return self.sets.most(values)[self.sets.of]

    @cached_property
    def quantile(self) -> Floats:
        """The quantile that intervals are made with."""
        return self.plan.quantile(self.dof)

    @cached_property
    def steep_by_nature(self) -> Flags:
        """Where the steepness came to the end of what the points can tell."""
        return np.asarray(self._bits >> 11 & 1, dtype=np.bool_)

    @cached_property
    def failed(self) -> Flags:
        """Where there is nothing to report."""
        return left_out(self.plan, self.raw, self.bad)
