"""The bootstrap: refit to data that might have been, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.question.likelihoods import Normal
from ogive.fitting.search.solve import minimise

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate

__all__ = ["resampled", "simulated"]

Floats = NDArray[np.float64]


def resampled(estimate: Estimate, seed: int, count: int = 999) -> Floats:
    """Return the vectors of refits to resampled data (count, p), each on the scales of estimation.

    Normal errors: the residuals, each scaled up by what fitting took from it (its leverage), are drawn with
    replacement. Counts are drawn from the fitted law.
    """
    if estimate.failed or estimate.dof <= 0:
        return np.full((count, estimate.problem.size), np.nan)
    y = simulated(estimate, np.random.default_rng(seed), count)
    problem = estimate.problem
    box = estimate.solution.box

    def objective(theta: Floats, rows: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
        return problem.with_y(y[rows]).objective(theta)

    starts = np.repeat(estimate.theta[None], count, axis=0)
    limits = (np.broadcast_to(side, starts.shape) for side in (box.lower, box.upper))
    return minimise(objective, starts, *limits, steps=60).theta


def simulated(estimate: Estimate, random: np.random.Generator, count: int) -> Floats:
    """Return responses that might have been observed (count, n)."""
    mu, scatter = estimate.fitted, estimate.likelihood
    if isinstance(scatter, Normal):
        root = np.sqrt(scatter.weights)
        design = estimate.jacobian * root[:, None]
        basis = np.linalg.qr(design[:, np.abs(design).max(axis=0) > 0])[0]
        pool = estimate.residuals * root / np.sqrt(np.maximum(1 - np.sum(basis**2, axis=1), 0.05))
        pool = pool - pool.mean()
        return mu + random.choice(pool, size=(count, estimate.n)) / root
    if estimate.data.trials is not None:
        draws = random.binomial(estimate.data.trials.astype(np.int64), np.clip(mu, 0, 1), size=(count, estimate.n))
        return draws.astype(np.float64)
    return random.poisson(mu, size=(count, estimate.n)).astype(np.float64)
