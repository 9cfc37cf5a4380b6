"""How far values in common may go: the limits of the user, and those beyond which data cannot tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.question.likelihoods import LIKELIHOODS
from ogive.fitting.search.engine_rows import LEVELS, ROWS
from ogive.fitting.search.start import FAR, MOST_BENT, flattest, midpoints_between

if TYPE_CHECKING:
    from ogive.fitting.many.blocks.request import Plan
    from ogive.fitting.many.blocks.sets import Sets

__all__ = ["Reach", "reach_of"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@final
@dataclass(frozen=True)
class Reach:
    """Limits of common values, (sets, common parameters).

    Attributes
    ----------
    flattest
        The smallest size of a steepness in each set.
    """

    plan: Plan
    low: Floats
    high: Floats
    flattest: Floats

    def clipped(self, common: Floats) -> Floats:
        """Return values within the limits."""
        return np.clip(common, self.low, self.high)

    def on_the_side_of(self, start: Floats) -> Reach:
        """Return the limits that keep a steepness on the side of 0 where its search starts."""
        low, high = self.low.copy(), self.high.copy()
        for k, name in enumerate(self.plan.shared):
            if name == "steepness":
                size = np.abs(start[:, k])
                least = np.where(size >= self.flattest * (1 - 1e-9), self.flattest, 0.5 * size)
                rising = start[:, k] >= 0
                low[:, k] = np.where(rising, np.maximum(low[:, k], least), low[:, k])
                high[:, k] = np.where(rising, high[:, k], np.minimum(high[:, k], -least))
        return replace(self, low=low, high=high)

    def at_limit(self, common: Floats) -> Flags:
        """Say which values are at a limit."""
        slack = 1e-9 * np.maximum(np.abs(common), 1e-9)
        return np.asarray((common <= self.low + slack) | (common >= self.high - slack))

    def bits(self, common: Floats) -> Floats:
        """Return what the engine says of limits (core/batch.hpp, batch_limits), for each set."""
        near = 1e-3 * np.maximum(np.abs(self.low), np.abs(self.high))
        closely, about = self.at_limit(common), (common <= self.low + near) | (common >= self.high - near)
        total = np.zeros(len(common))
        for k, name in enumerate(self.plan.shared):
            i = LEVELS.index(name)
            natural = about[:, k] & (name not in self.plan.model.bounds)
            total += np.where(closely[:, k], 1 << i, 0) + np.where(natural, 256 << i, 0)
        return total


def reach_of(plan: Plan, sets: Sets, alone: Floats) -> Reach:
    """Return the limits that the designs and responses of some sets call for."""
    natural = _natural(plan, sets, alone)
    low, high = (np.stack([natural[name][side] for name in plan.shared], axis=1) for side in (0, 1))
    for k, name in enumerate(plan.shared):
        if name in plan.model.bounds:
            inside = plan.model.scale(name).inside
            lowest, highest = (float(inside(value)) for value in plan.model.bounds[name])
            low[:, k] = lowest if np.isfinite(lowest) else low[:, k]
            high[:, k] = highest if np.isfinite(highest) else high[:, k]
    widest = sets.most(alone[ROWS["last"]] - alone[ROWS["first"]])
    return Reach(plan, low, high, flattest(widest))


def _natural(plan: Plan, sets: Sets, alone: Floats) -> dict[str, tuple[Floats, Floats]]:
    first, last = sets.least(alone[ROWS["first"]]), sets.most(alone[ROWS["last"]])
    steepest = sets.most(alone[ROWS["steepest"]])
    bent = np.full_like(first, MOST_BENT)
    heights = _heights(plan, sets, alone)
    midpoints = midpoints_between(first, last, plan.model.axis)
    return {
        "lower": heights, "upper": heights, "midpoint": midpoints, "steepness": (-steepest, steepest),
        "asymmetry": (-bent, bent),
    }  # fmt: skip


def _heights(plan: Plan, sets: Sets, alone: Floats) -> tuple[Floats, Floats]:
    """Return how far an asymptote may go: where counts do, or ten million standard deviations for infinity."""
    weight = sets.total(alone[ROWS["weight"]])
    if plan.counts:
        low, high = LIKELIHOODS[plan.likelihood].limits
        return np.full_like(weight, low), np.full_like(weight, high)
    mean = sets.total(alone[ROWS["weight"]] * alone[ROWS["mean"]]) / weight
    off = alone[ROWS["mean"]] - mean[sets.of]
    square = sets.total(alone[ROWS["total"]] + alone[ROWS["weight"]] * off**2) / weight
    far = FAR * np.sqrt(square) + 1e-300
    return mean - far, mean + far
