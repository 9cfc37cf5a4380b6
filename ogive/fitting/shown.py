"""What the points show of each curve: how far it has gone at them, and what its profile leaves open.

All arrays have an entry for each curve (a group of a fit, a curve of a table), so that one rule book reads both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.search.groups import alone
from ogive.fitting.search.held import half_deviance_held
from ogive.fitting.search.start import box_of

if TYPE_CHECKING:
    from ogive.fitting.question.problem import Problem
    from ogive.fitting.search.solution import Solution

__all__ = [
    "BETWEEN", "CLEAR", "EXACT", "NEAR", "PLATEAU", "REJECTED", "Objection", "Shown", "farthest_plateaus", "shown_by",
    "steps_allowed",
]  # fmt: skip

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# The part of the way that a curve must have gone at the last point (or not at the first) for a plateau to be seen,
# and the part of the way such that the data must reject an asymptote of which they show no more. Of 300 plates that
# reach 67 % of the way, the second leaves one that counts as complete; the first alone leaves 30.
PLATEAU, REJECTED = 0.85, 0.77
# Between these parts of the way a point shows how steep the curve is.
BETWEEN = (0.02, 0.98)
# Up to so many quantiles of standard errors away a number needs no profile to be allowed, and from so many on none to
# be rejected: of the asymptotes of 8,000 noisy plates the profile allowed all of the first kind, and rejected 99 % of
# the second. Where a curve runs through its points standard errors are rounding, and the profile is asked.
NEAR, CLEAR, EXACT = 1.2, 2.0, 1e-12

_LOWER, _UPPER, _MIDPOINT, _STEEPNESS = range(4)


@final
@dataclass(frozen=True)
class Shown:
    """What the points show of each curve.

    Attributes
    ----------
    gone
        How far the curve has gone where it has gone least, and most: (curves, 2).
    outside
        Whether the midpoint lies outside the range of the finite places.
    unbounded
        Whether the midpoint ended at a limit that nobody set: the data would have it farther out.
    steep
        Whether the steepness is bounded from one side only: it stands at the end of what the places can tell from a
        step, no place lies between the plateaus, or its profile is open.
    low, high
        Whether the lower and the upper asymptote were not seen: the data do not reject one so far away that the
        nearest place has gone no more than `REJECTED` of the way to it.
    """

    gone: Floats
    outside: Flags
    unbounded: Flags
    steep: Flags
    low: Flags
    high: Flags

    @property
    def loose(self) -> Flags:
        """Where no error may be given, since it would be conditional on a limit that nobody set."""
        return self.steep | self.unbounded


def farthest_plateaus(lower: Floats, upper: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return the lower and the upper asymptote of which the nearest places would show `REJECTED` of the way.

    Parameters
    ----------
    lower, upper
        The fitted asymptotes.
    low, high
        The parts of the way that the curve has gone where it has gone least, and most.
    """
    span = upper - lower
    return upper - span * (1 - low) / REJECTED, lower + span * high / REJECTED


class Objection(NamedTuple):
    """By how much the deviance must rise for the data to object, and the standard errors times their quantile.

    The rise is nan where no residual variance can be estimated.
    """

    rise: float
    reach: Floats
    exact: bool


def shown_by(problem: Problem, solution: Solution, objection: Objection) -> Shown:
    """Return what the points of a fit show of the curve of each group."""
    curves = [_Group.of(problem, solution, k) for k in range(len(problem.layout.slots))]
    outside = np.array([curve.outside for curve in curves])
    unbounded = np.array([curve.at_natural_limit(_MIDPOINT) for curve in curves])
    steep = np.array([curve.steep for curve in curves])
    low, high = _unseen(problem, solution, curves, objection)
    for k, curve in enumerate(curves):
        if not steep[k] and not outside[k] and curve.free(_STEEPNESS) and not (low[k] or high[k]):
            steep[k] = _may_be_steeper(problem, solution, k, objection)
    gone = np.array([[curve.fractions.min(initial=1.0), curve.fractions.max(initial=0.0)] for curve in curves])
    return Shown(gone, outside, unbounded, steep, low, high)


@final
@dataclass(frozen=True)
class _Group:
    """The curve of one group: its parameters on the scales of estimation, and how far it has gone at its places."""

    problem: Problem
    solution: Solution
    slots: NDArray[np.intp]
    values: Floats
    places: Floats
    fractions: Floats

    @classmethod
    def of(cls, problem: Problem, solution: Solution, k: int) -> _Group:
        values = problem.layout.expand(solution.theta)[k]
        places = np.unique(problem.place.g[problem.data.group == k])
        power = np.exp(values[4]) if problem.mean.powered else None
        with np.errstate(invalid="ignore"):
            # a zero dose stands at an end of the axis, so it shows the asymptote there
            z = values[_STEEPNESS] * (places - values[_MIDPOINT])
        fractions = problem.mean.transition.value(np.where(np.isnan(z), 0.0, z), power)
        return cls(problem, solution, problem.layout.slots[k], values, places, fractions)

    def free(self, j: int) -> bool:
        return bool(self.slots[j] < self.problem.size)

    @property
    def finite(self) -> Floats:
        return self.places[np.isfinite(self.places)]

    @property
    def outside(self) -> bool:
        seen = self.finite
        return bool(len(seen) and self.free(_MIDPOINT) and not seen[0] <= self.values[_MIDPOINT] <= seen[-1])

    def at_natural_limit(self, j: int) -> bool:
        """Say whether a parameter stands at a limit that nobody set."""
        slot, box = self.slots[j], self.solution.box
        if not self.free(j) or box.by_user[slot]:
            return False
        value, slack = self.values[j], 1e-9 * max(abs(self.values[j]), 1e-9)
        return bool(value <= box.lower[slot] + slack or value >= box.upper[slot] - slack)

    @property
    def steep(self) -> bool:
        """Whether the curve is a step as far as the places can tell."""
        if not self.free(_STEEPNESS) or not len(self.finite):
            return False
        slot, box = self.slots[_STEEPNESS], self.solution.box
        if not box.by_user[slot] and abs(self.values[_STEEPNESS]) >= 0.999 * abs(box.upper[slot]):
            return True
        between = (self.fractions > BETWEEN[0]) & (self.fractions < BETWEEN[1])
        return bool(len(self.finite) > 2 and not between.any() and not self.outside)


def _unseen(problem: Problem, solution: Solution, curves: list[_Group], objection: Objection) -> tuple[Flags, Flags]:
    """Say of each curve whether its asymptotes were not seen; a common one is seen by any curve."""
    result = np.zeros((2, len(curves)), dtype=bool)
    slots = problem.layout.slots
    for j in (_LOWER, _UPPER):
        for slot in {int(s) for s in slots[:, j] if s < problem.size}:
            members = np.flatnonzero(slots[:, j] == slot)
            gone = [curves[k].fractions.min() if j == _LOWER else curves[k].fractions.max() for k in members]
            best = int(members[np.argmin(gone) if j == _LOWER else np.argmax(gone)])
            result[j, members] = _plateau_open(problem, solution, curves[best], (best, j), objection)
    return result[0], result[1]


def _plateau_open(
    problem: Problem, solution: Solution, curve: _Group, which: tuple[int, int], objection: Objection
) -> bool:
    k, j = which
    low, high = float(curve.fractions.min()), float(curve.fractions.max())
    if (low > 1 - PLATEAU) if j == _LOWER else (high < PLATEAU):
        return True
    slot, box = int(curve.slots[j]), solution.box.without_far(problem)
    far = float(farthest_plateaus(curve.values[_LOWER], curve.values[_UPPER], low, high)[j])  # type: ignore[arg-type]
    if not box.lower[slot] <= far <= box.upper[slot]:
        # a limit that the user set, or that is natural to a probability or a count, closes the profile
        return False
    return _allowed(problem, solution, k, (slot, j), far, objection)


def _may_be_steeper(problem: Problem, solution: Solution, k: int, objection: Objection) -> bool:
    """Say whether the data allow the steepest curve that the places can tell from a step."""
    slot = int(problem.layout.slots[k, _STEEPNESS])
    if solution.box.by_user[slot]:
        return False
    most = solution.box.upper[slot] if solution.theta[slot] > 0 else solution.box.lower[slot]
    return _allowed(problem, solution, k, (slot, _STEEPNESS), float(most), objection)


def steps_allowed(problem: Problem, solution: Solution, k: int, objection: Objection) -> tuple[float, float] | None:
    """Return the ends of the run of gaps between places, about the midpoint, in which the data allow a midpoint."""
    slot = int(problem.layout.slots[k, _MIDPOINT])
    places = _Group.of(problem, solution, k).finite
    if slot >= problem.size or len(places) < 2:
        return None
    here = min(max(int(np.searchsorted(places, solution.theta[slot], side="right")), 1), len(places) - 1)

    def allowed(i: int) -> bool:
        center = 0.5 * (places[i - 1] + places[i])
        return _allowed(problem, solution, k, (slot, _MIDPOINT), float(center), objection)

    found = [i for i in (here, here - 1, here + 1) if 1 <= i < len(places) and allowed(i)]
    if not found:
        return None
    first, last = min(found), max(found)
    while first > 1 and allowed(first - 1):
        first -= 1
    while last < len(places) - 1 and allowed(last + 1):
        last += 1
    return float(places[first - 1]), float(places[last])


def _allowed(
    problem: Problem, solution: Solution, k: int, which: tuple[int, int], value: float, objection: Objection
) -> bool:
    """Say whether the data do not object to a value of a parameter, the others following."""
    slot, j = which
    if not np.isfinite(objection.rise):
        return False
    here = solution.theta[slot]
    # the errors of a steepness are those of its inverse, since a step lies at infinity
    distance = abs(here) if j == _STEEPNESS else abs(value - here)
    if j != _MIDPOINT and not objection.exact:
        if distance < NEAR * objection.reach[slot]:
            return True
        if distance > CLEAR * objection.reach[slot]:
            return False
    times = np.bincount(problem.layout.slots[problem.layout.slots < problem.size], minlength=problem.size)
    if len(problem.layout.slots) > 1 and times[slot] == 1:
        part = alone(problem, solution.theta, k, times)
        own = [int(s) for s in problem.layout.slots[k] if s < problem.size and times[s] == 1]
        problem, theta, box, slot = part, solution.theta[own], box_of(part), own.index(slot)
    else:
        theta, box = solution.theta, solution.box
    least = float(problem.half_deviance(theta))
    return 2 * (half_deviance_held(problem, theta, box, slot, value) - least) <= objection.rise
