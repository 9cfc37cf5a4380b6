"""What the data leave undetermined: where a minimum lies at infinity, every search stops somewhere on the way.

The way has an end here: the natural limit of the parameter that runs off, if going there costs next to nothing: 1e-9
of the deviance for a step, and 1e-7 beyond the places, where an asymptote at infinity takes up the last digits. So
the same data give the same numbers, whichever fitter finds them (core/fit/settle.hpp goes by the same rules for many
curves at once), and the parameter that ended at a limit is shown to have no error of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.search.start import Box, with_asymptotes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ogive.fitting.question.problem import Problem

__all__ = ["settled"]

Floats = NDArray[np.float64]

_LOWER, _UPPER, _MIDPOINT, _STEEPNESS = range(4)
# The part of the largest steepness from which on a curve may be a step.
_ABRUPT = 0.25
# What going to a limit may cost, as a part of the deviance.
_STEP_COST, _FAR_COST = 1e-9, 1e-7


class _Way(NamedTuple):
    """A curve, and the places in the vector of those of its parameters that may run off."""

    theta: Floats
    slots: Mapping[int, int]
    values: Floats
    places: Floats
    box: Box

    def with_(self, **changed: float) -> tuple[Floats, dict[int, float]]:
        """Return a start and what it holds fast."""
        names = {"midpoint": _MIDPOINT, "steepness": _STEEPNESS, "lower": _LOWER, "upper": _UPPER}
        held = {self.slots[names[name]]: value for name, value in changed.items()}
        start = self.theta.copy()
        start[list(held)] = list(held.values())
        return start, held


def settled(
    problem: Problem, theta: Floats, half: float, limits: tuple[Floats, Floats], box: Box,
    search: Callable[[Floats, tuple[Floats, Floats]], tuple[Floats, float]],
) -> Floats | None:  # fmt: skip
    """Return where a parameter that runs off ends, or None where none does."""
    if problem.layout.only is None or not problem.model.is_curve or problem.model.sloped:
        return None
    way = _way(problem, theta, box)
    for start, held in _ends(way):
        lower, upper = limits[0].copy(), limits[1].copy()
        for slot, value in held.items():
            lower[slot] = upper[slot] = value
        tried, end = search(with_asymptotes(problem, start, box), (lower, upper))
        cost = _STEP_COST if way.slots.get(_STEEPNESS) in held else _FAR_COST
        if end <= half * (1 + cost):
            return tried
    return None


def _way(problem: Problem, theta: Floats, box: Box) -> _Way:
    row = problem.layout.slots[0]
    slots = {j: int(row[j]) for j in range(4) if row[j] < problem.size and not box.by_user[row[j]]}
    g = problem.place.g
    places = np.unique(g[np.isfinite(g)])
    return _Way(theta, slots, problem.layout.expand(theta)[0], places, box)


def _ends(way: _Way) -> Iterator[tuple[Floats, dict[int, float]]]:
    """Yield the ends that the parameters may have, the most undetermined first."""
    m, k = float(way.values[_MIDPOINT]), float(way.values[_STEEPNESS])
    if len(way.places) < 2:
        return
    steep = way.slots.get(_STEEPNESS)
    most = 0.0 if steep is None else float(way.box.upper[steep] if k > 0 else way.box.lower[steep])
    if steep is not None and abs(k) > _ABRUPT * abs(most):
        yield from _steps(way, m, k, most)
    if _MIDPOINT in way.slots and not way.places[0] <= m <= way.places[-1]:
        yield from _outside(way, m, k)


def _steps(way: _Way, m: float, k: float, most: float) -> Iterator[tuple[Floats, dict[int, float]]]:
    """Yield a step between two points, and one through the nearer of them."""
    at = min(max(int(np.searchsorted(way.places, m, side="right")), 1), len(way.places) - 1)
    before, after = float(way.places[at - 1]), float(way.places[at])
    free = _MIDPOINT in way.slots
    if free:
        yield way.with_(midpoint=0.5 * (before + after), steepness=most)
    if not before <= m <= after:
        return
    start, held = way.with_(steepness=most)
    if free:
        near = before if m - before < after - m else after
        start[way.slots[_MIDPOINT]] = near - (near - m) * k / most
    yield start, held


def _outside(way: _Way, m: float, k: float) -> Iterator[tuple[Floats, dict[int, float]]]:
    """Yield a midpoint as far out as it goes, or the asymptote beyond it."""
    slot, left = way.slots[_MIDPOINT], m < way.places[0]
    limit = float(way.box.lower[slot] if left else way.box.upper[slot])
    if m != limit:
        yield way.with_(midpoint=limit)
        beyond = _LOWER if left == (k > 0) else _UPPER
        if beyond in way.slots:
            own, mean = way.slots[beyond], 0.5 * (way.box.lower + way.box.upper)
            low = way.values[beyond] < mean[own]
            yield way.with_(
                **{"lower" if beyond == _LOWER else "upper": float((way.box.lower if low else way.box.upper)[own])}
            )
