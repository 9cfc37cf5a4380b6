"""Errors of the few curves whose information matrix cannot be inverted: by the rules of single fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.inference.covariance import inverse_of_information
from ogive.fitting.question.data import Observations
from ogive.fitting.question.likelihoods import Binomial, Likelihood, Normal, Poisson
from ogive.fitting.question.problem import Problem, lay_out
from ogive.fitting.search.engine_rows import COVARIANCE, LEVELS, ROWS

if TYPE_CHECKING:
    from ogive.fitting.many.blocks.request import Plan
    from ogive.fitting.many.tables.curves import Curves

__all__ = ["complete"]

Floats = NDArray[np.float64]


def complete(plan: Plan, curves: Curves, raw: Floats, rows: NDArray[np.intp]) -> None:
    """Write the covariances of some curves into the engine's output: infinite where the data say nothing."""
    for row in rows:
        limits = int(raw[ROWS["limits"], row])
        free = [i for i, name in enumerate(LEVELS) if name in plan.free and not limits >> i & 1]
        matrix = np.zeros((5, 5))
        matrix[np.ix_(free, free)] = _covariance(plan, curves, int(row), raw[:5, row], free)
        raw[COVARIANCE, row] = matrix[np.triu_indices(5)]


def _covariance(plan: Plan, curves: Curves, row: int, values: Floats, free: list[int]) -> Floats:
    problem = _problem(plan, curves, row)
    theta = np.array([values[LEVELS.index(name)] for name in problem.layout.names])
    hessian = problem.objective(theta)[2]
    places = [problem.layout.names.index(LEVELS[i]) for i in free]
    result, blind = inverse_of_information(hessian[np.ix_(places, places)])
    unseen = np.abs(blind).max(axis=1, initial=0.0) > 1e-6
    result[unseen, unseen] = np.inf
    return result


def _problem(plan: Plan, curves: Curves, row: int) -> Problem:
    x, y, sd = curves.of(row)
    trials = curves.trials_of(row)
    present = ~(np.isnan(y) | np.isnan(plan.places(x)))
    for beside in (sd, trials):
        if beside is not None:
            present &= ~np.isnan(beside)
    group = np.zeros(len(y), dtype=np.intp)
    data = Observations(x, y, sd, trials, ("",), group).take(present)
    return Problem(plan.model, data, _likelihood(plan, data), lay_out(plan.model, data.groups))


def _likelihood(plan: Plan, data: Observations) -> Likelihood:
    if plan.likelihood == "poisson":
        return Poisson()
    if data.trials is not None:
        return Binomial(data.trials)
    return Normal(np.ones(data.n) if data.sd is None else data.sd**-2.0)
