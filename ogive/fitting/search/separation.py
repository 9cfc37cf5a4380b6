"""Separation: where a linear predictor runs away, because some weighted sum of columns tells yes from no.

No finite coefficients are best then (A. Albert, J. A. Anderson, On the existence of maximum likelihood estimates in
logistic regression models, Biometrika 71 (1984) 1-10). Whether there is such a sum is a linear program: coefficients
within a box that make the sum positive where the answer is always yes, negative where it is always no, and 0 where it
is both (K. Konis, Linear programming algorithms for detecting separated data in binary logistic regression models,
DPhil thesis, Oxford 2007).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ogive.fitting.question.problem import Problem

__all__ = ["Separation", "separation_of"]

Floats = NDArray[np.float64]

# A linear program is solved to 1e-7 of its constraints; rows are scaled to size 1.
_CLOSE = 1e-6
# Where no answer is foretold this closely, nothing has run away.
_FORETOLD = 1e-2


class Separation(NamedTuple):
    """Which coefficients have no finite estimate, in which direction each runs, and whether all answers are told."""

    columns: tuple[str, ...]
    direction: tuple[float, ...]
    complete: bool


def separation_of(problem: Problem, fitted: Floats) -> Separation | None:
    """Return the separation of a binomial regression, or None where there is none."""
    if problem.model.regressors is None or problem.data.trials is None:
        return None
    share = problem.data.y / problem.data.trials
    if not (np.abs(share - fitted)[(share == 0) | (share == 1)] < _FORETOLD).any():
        return None
    free = [problem.model.parameters.index(stem) for stem in problem.layout.stems if stem not in problem.model.bounds]
    if not free or len(problem.layout.slots) > 1:
        return None
    names = [problem.model.parameters[j] for j in free]
    return _separated(problem.data.x[:, free], share, names)


def _separated(columns: Floats, share: Floats, names: list[str]) -> Separation | None:
    unit = np.abs(columns).max(axis=0)
    scaled = columns / np.where(unit > 0, unit, 1.0)
    told, both = (share == 0) | (share == 1), (share > 0) & (share < 1)
    sides = np.where(share == 1, 1.0, -1.0)[told, None] * scaled[told]
    found = _largest(sides.sum(axis=0), sides, scaled[both])
    if found is None or sides.sum(axis=0) @ found <= _CLOSE * len(sides):
        return None
    direction = np.where(np.abs(found) > _CLOSE, found, 0.0)
    constant = np.ptp(scaled, axis=0) == 0
    running = np.flatnonzero((direction != 0) & ~(constant & (direction[~constant] != 0).any()))
    return Separation(
        tuple(names[j] for j in running), tuple(map(float, direction[running])), not both.any() and _clear(sides)
    )


def _clear(sides: Floats) -> bool:
    """Say whether some sum stays clear of 0 in every row."""
    with_margin = np.column_stack([sides, -np.ones(len(sides))])
    found = _largest(np.array([*np.zeros(sides.shape[1]), 1.0]), with_margin, with_margin[:0])
    return found is not None and bool(found[-1] > _CLOSE)


def _largest(goal: Floats, sides: Floats, level: Floats) -> Floats | None:
    """Return the vector in a box that makes a sum largest, with all of the sides positive and the level ones 0."""
    from scipy.optimize import linprog

    solve: Any = linprog
    equal = {"A_eq": level, "b_eq": np.zeros(len(level))} if len(level) else {}
    found = solve(-goal, A_ub=-sides, b_ub=np.zeros(len(sides)), bounds=(-1, 1), **equal)
    return found.x if found.status == 0 else None
