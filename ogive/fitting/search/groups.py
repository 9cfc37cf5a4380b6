"""Groups with parameters in common, looked at one by one: one of them may have a better minimum for the values found.

A joint search starts every group in a basin of its own choice, before anything is known of what they have in common.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.question.likelihoods import part_of
from ogive.fitting.question.problem import Problem, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["alone", "better_groups"]

Floats = NDArray[np.float64]


def better_groups(problem: Problem, theta: Floats, solve: Callable[[Problem], Any]) -> Floats | None:
    """Return the vector with better minima of some groups, for the common values it has; None where there are none.

    Parameters
    ----------
    solve
        Finds the best minimum of a problem of one group.
    """
    slots, size = problem.layout.slots, problem.size
    times = np.bincount(slots[slots < size], minlength=size)
    if len(slots) == 1 or not problem.model.is_curve or (times == 1).all():
        return None
    result, found = theta.copy(), False
    for k, row in enumerate(slots):
        own = [int(slot) for slot in row if slot < size and times[slot] == 1]
        if not own:
            continue
        part = alone(problem, theta, k, times)
        inside = theta[own]
        best = solve(part)
        if best.half_deviance < float(part.half_deviance(inside)) * (1 - 1e-9):
            result[own], found = best.theta, True
    return result if found else None


def alone(problem: Problem, theta: Floats, k: int, times: NDArray[np.intp]) -> Problem:
    """Return the problem of one group, with what it shares held."""
    model, row = problem.model, problem.layout.slots[k]
    common = {
        name: float(model.scale(name).outside(theta[slot]))
        for name, slot in zip(model.parameters, row, strict=True)
        if slot < problem.size and times[slot] > 1
    }
    rows = problem.data.group == k
    data = replace(problem.data.take(rows), groups=("",), group=np.zeros(int(rows.sum()), dtype=np.intp))
    bounds = {name: pair for name, pair in model.bounds.items() if name not in common}
    held = replace(model, fixed={**model.fixed, **common}, bounds=bounds)
    return Problem(held, data, part_of(problem.likelihood, rows), lay_out(held, data.groups))
