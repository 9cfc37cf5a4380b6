"""How well the data can be described while one number is held: one point of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.search.engine_rows import LEVELS, Held, deviances_held, takes
from ogive.fitting.search.solve import ROUGHLY, minimise
from ogive.fitting.search.start import sides_of

if TYPE_CHECKING:
    from ogive.fitting.question.problem import Problem
    from ogive.fitting.search.start import Box

__all__ = ["half_deviance_held", "half_deviances_held", "searched_held"]

Floats = NDArray[np.float64]


def half_deviance_held(problem: Problem, theta: Floats, box: Box, slot: int, value: float) -> float:
    """Return half the smallest deviance with one parameter held at a value, on the scale of estimation."""
    return float(half_deviances_held(problem, theta, box, slot, np.array([value])).deviance[0])


def half_deviances_held(problem: Problem, theta: Floats, box: Box, slot: int, values: Floats) -> Held:
    """Return half the smallest deviances with one parameter held at each of some values."""
    name = problem.layout.names[slot]
    starts = np.stack([_starts(problem, theta, slot, float(value)) for value in values])
    half, adrift = np.full(len(values), np.inf), np.zeros(len(values), dtype=bool)
    if takes(problem) and name in LEVELS:
        found = deviances_held(problem, name, starts)
        half, adrift = 0.5 * found.deviance, found.adrift
    for i in np.flatnonzero(~np.isfinite(half)):
        half[i] = searched_held(problem, theta, box, starts[i], slot)
    return Held(half, adrift)


def _starts(problem: Problem, theta: Floats, slot: int, value: float) -> Floats:
    """Return the minimum, and flatter and steeper curves beside it, with a parameter at its value."""
    starts = np.repeat(theta[None], 3, axis=0)
    for i, stem in enumerate(problem.layout.stems):
        if stem == "steepness" and i != slot:
            starts[:, i] *= (1.0, 0.5, 2.0)
    if problem.layout.stems[slot] == "steepness":
        _turn(problem, theta, starts, slot, value)
    starts[:, slot] = value
    return starts


def _turn(problem: Problem, theta: Floats, starts: Floats, slot: int, value: float) -> None:
    """Let steeper curves keep the height that they have at a place: that next to the midpoint, or the one after."""
    row = problem.layout.slots[np.flatnonzero((problem.layout.slots == slot).any(axis=1))[0]]
    middle = int(row[2])
    if middle >= problem.size:
        return
    g = problem.place.g[np.isfinite(problem.place.g)]
    near = np.unique(g)[np.argsort(np.abs(np.unique(g) - theta[middle]))[:2]]
    starts[1 : 1 + len(near), middle] = near + (theta[middle] - near) * theta[slot] / value


def searched_held(problem: Problem, theta: Floats, box: Box, starts: Floats, slot: int) -> float:
    """Return half the smallest deviance with the parameter held that all starts have in common."""
    value = starts[0, slot]
    box = box.without_far(problem)
    lower, upper = sides_of(problem, box, theta) if problem.model.is_curve else (box.lower.copy(), box.upper.copy())
    lower[slot] = upper[slot] = value
    limits = (np.repeat(side[None], len(starts), axis=0) for side in (lower, upper))
    found = minimise(lambda vector, _: problem.objective(vector), starts, *limits, enough=ROUGHLY, steps=100)
    return float(np.where(np.isfinite(found.f), found.f, np.inf).min())
