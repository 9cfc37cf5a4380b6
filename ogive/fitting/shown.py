"""What the points show of each curve: how far it has gone at them, and what its profile leaves open.

All arrays have an entry for each curve (a group of a fit, a curve of a table), so that one rule book reads both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.search.groups import alone
from ogive.fitting.search.held import half_deviance_held
from ogive.fitting.search.start import box_of

if TYPE_CHECKING:
    from ogive.fitting.question.problem import Problem
    from ogive.fitting.search.solution import Solution

__all__ = [
    "CLEAR", "EXACT", "HALFWAY", "JUDGED", "NEAR", "PLATEAU", "SEEN_LEVEL", "STEEP_LEVEL", "Objection", "Shown",
    "farthest_plateaus", "parts_to_reject", "shown_by", "steps_allowed",
]  # fmt: skip

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# The part of the way that a curve must have gone at the last place (or not at the first) for a plateau to be seen.
# That the curve is level there takes two such places. A curve that has gone two thirds of the way at its last place
# is incomplete, so beside two places the data need only reject an asymptote of which they show no more than that;
# where one place is all there is, it must itself be known to have gone so far.
PLATEAU, INCOMPLETE = 0.85, 2 / 3
# Between these parts of the way a place shows how steep the curve is. Through two such places a curve of any height
# runs exactly, whatever their noise, and nothing is left to judge its steepness by: with fewer than `JUDGED` of them
# a step must be rejected by a test, at a level that keeps a step from being called ok in one of a hundred.
BETWEEN, JUDGED = (0.02, 0.98), 3
SEEN_LEVEL, STEEP_LEVEL = 0.95, 0.99
# Up to so many quantiles of standard errors away a number needs no profile to be allowed, and from so many on none to
# be rejected: of 34,000 asymptotes of plates of eleven designs the profile allowed all of the first kind, and none of
# the second; at `HALFWAY` it allows half. Where a curve runs through its points standard errors are rounding, and the
# profile is asked.
NEAR, HALFWAY, CLEAR, EXACT = 1.2, 2.4, 5.0, 1e-12

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
        step, no place lies between the plateaus, or one or two do and its profile is open.
    low, high
        Whether the lower and the upper asymptote were not seen: no place has gone `PLATEAU` of the way, or the data
        do not reject an asymptote so far away that the nearest place has gone no more than `parts_to_reject`.
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


def parts_to_reject(places: Any) -> Floats:
    """Return how far the nearest place may seem to have gone to an asymptote that the data must reject.

    Parameters
    ----------
    places
        How many places have gone `PLATEAU` of the way to each asymptote.
    """
    return np.where(np.asarray(places) >= 2, INCOMPLETE, PLATEAU)


def farthest_plateaus(
    lower: Floats, upper: Floats, gone: tuple[Floats, Floats], parts: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Return the lower and the upper asymptote of which the nearest places would show given parts of the way.

    Parameters
    ----------
    lower, upper
        The fitted asymptotes.
    gone
        The parts of the way that the curve has gone where it has gone least, and most.
    parts
        The parts that are to be left of these, towards the lower asymptote and the upper one.
    """
    span = upper - lower
    return upper - span * (1 - gone[0]) / parts[0], lower + span * gone[1] / parts[1]


class Objection(NamedTuple):
    """By how much the deviance must rise for the data to object, and the standard errors times their quantile.

    The rise is nan where no residual variance can be estimated.
    """

    rise: float
    reach: Floats
    exact: bool


def shown_by(problem: Problem, solution: Solution, objections: tuple[Objection, Objection]) -> Shown:
    """Return what the points of a fit show of the curve of each group.

    Parameters
    ----------
    objections
        When the data object at `SEEN_LEVEL`, and at `STEEP_LEVEL`.
    """
    curves = [_Group.of(problem, solution, k) for k in range(len(problem.layout.slots))]
    outside = np.array([curve.outside for curve in curves])
    unbounded = np.array([curve.at_natural_limit(_MIDPOINT) for curve in curves])
    steep = np.array([curve.steep for curve in curves])
    low, high = _unseen(problem, solution, curves, objections[0])
    for k, curve in enumerate(curves):
        asked = not (steep[k] or outside[k] or low[k] or high[k]) and curve.between < JUDGED
        if asked and curve.free(_STEEPNESS):
            steep[k] = _may_be_steeper(problem, solution, k, objections[1])
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
        return self.between == 0 and not self.outside

    @property
    def between(self) -> int:
        """How many places show how steep the curve is; of a curve of two places both do."""
        if len(self.finite) < 3:
            return JUDGED
        at = self.fractions[np.isfinite(self.places)]
        return int(np.sum((at > BETWEEN[0]) & (at < BETWEEN[1])))

    def level(self, j: int) -> int:
        """How many places are near an asymptote; one at an end of the axis stands on it, and needs no other."""
        near = self.fractions <= 1 - PLATEAU if j == _LOWER else self.fractions >= PLATEAU
        return int(np.sum(near) + np.sum(near & np.isinf(self.places)))


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
    parts = tuple(float(parts_to_reject(curve.level(i))) for i in (_LOWER, _UPPER))
    far = float(farthest_plateaus(curve.values[_LOWER], curve.values[_UPPER], (low, high), parts)[j])  # type: ignore[arg-type]
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
    times = np.bincount(problem.layout.slots[problem.layout.slots < problem.size], minlength=problem.size)
    if len(problem.layout.slots) > 1 and (times > 1).any():
        # curves that have parameters in common: by the standard errors of their joint fit, which say little of how
        # steep a curve may be but that it surely may; a midpoint stays in its gap
        enough = NEAR if j == _STEEPNESS else HALFWAY
        return j != _MIDPOINT and not distance > enough * objection.reach[slot]
    if j != _MIDPOINT and not objection.exact:
        if distance < NEAR * objection.reach[slot]:
            return True
        if distance > CLEAR * objection.reach[slot]:
            return False
    if len(problem.layout.slots) > 1:
        part = alone(problem, solution.theta, k, times)
        own = [int(s) for s in problem.layout.slots[k] if s < problem.size and times[s] == 1]
        problem, theta, box, slot = part, solution.theta[own], box_of(part), own.index(slot)
    else:
        theta, box = solution.theta, solution.box
    least = float(problem.half_deviance(theta))
    return 2 * (half_deviance_held(problem, theta, box, slot, value) - least) <= objection.rise
