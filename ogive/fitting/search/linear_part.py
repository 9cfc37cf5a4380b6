"""Searching only where a formula is not linear: given those parameters, the linear ones follow exactly.

G. H. Golub, V. Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems whose variables
separate, SIAM J. Numer. Anal. 10 (1973) 413-432, with the Gauss-Newton matrix of L. Kaufman, BIT 15 (1975) 49-57.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.question.likelihoods import Normal
from ogive.fitting.search.solve import ROUGHLY, minimise

if TYPE_CHECKING:
    from ogive.fitting.question.problem import Problem

__all__ = ["search_projected"]

Floats = NDArray[np.float64]


def search_projected(problem: Problem, start: Floats, floor: float) -> tuple[Floats, float] | None:
    """Search from one start in the parameters that are not linear; None where that is not possible."""
    linear, others = _parts(problem)
    plain = isinstance(problem.likelihood, Normal) and problem.likelihood.loss.name == "squares"
    if not plain or not len(linear) or not len(others) or problem.model.bounds or len(problem.layout.slots) > 1:
        return None

    def objective(inner: Floats, rows: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
        del rows
        full = _completed(problem, inner, linear, others)
        f, gradient, hessian = problem.objective(full)
        cross = hessian[:, others[:, None], linear]
        inside = _solved(hessian[:, linear[:, None], linear], np.swapaxes(cross, 1, 2))
        return f, gradient[:, others], hessian[:, others[:, None], others] - np.matmul(cross, inside)

    damping = np.array([1e-3, 1e-1, 1e1, 1e3])
    starts = np.repeat(start[None, others], len(damping), axis=0)
    open_ended = np.full_like(starts, np.inf)
    found = minimise(
        objective,
        starts,
        -open_ended,
        open_ended,
        floor=floor,
        enough=ROUGHLY,
        rivals=True,
        damping=damping,
        steps=1000,
    )
    best = int(np.where(np.isfinite(found.f), found.f, np.inf).argmin())
    return _completed(problem, found.theta[best][None], linear, others)[0], float(found.f[best])


def _parts(problem: Problem) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places in the vector of linear parameters, and of the others."""
    formula = problem.model.formula
    names = () if formula is None else tuple(formula.parameters[j] for j in formula.linear)
    linear = np.array([i for i, stem in enumerate(problem.layout.stems) if stem in names], dtype=np.intp)
    return linear, np.setdiff1d(np.arange(problem.size), linear)


def _completed(problem: Problem, inner: Floats, linear: NDArray[np.intp], others: NDArray[np.intp]) -> Floats:
    """Return full vectors whose linear parameters are the best for the others."""
    full = np.zeros((len(inner), problem.size))
    full[:, others] = inner
    _, gradient, hessian = problem.objective(full)
    full[:, linear] = -_solved(hessian[:, linear[:, None], linear], gradient[:, linear, None])[..., 0]
    return full


def _solved(matrix: Floats, right: Floats) -> Floats:
    """Solve on a common scale, with a ridge far below the last digit that matters to a search."""
    diagonal = np.einsum("bii->bi", matrix)
    unit = np.sqrt(np.where(np.isfinite(diagonal) & (diagonal > 0), diagonal, 1.0))
    scaled = np.where(np.isfinite(matrix), matrix, 0.0) / (unit[:, :, None] * unit[:, None, :])
    scaled = scaled + 1e-14 * np.eye(matrix.shape[1])
    return np.linalg.solve(scaled, right / unit[..., None]) / unit[..., None]
