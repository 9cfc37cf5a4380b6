"""The search for a minimum: bounded Levenberg-Marquardt for many vectors at once, then Newton for the last digits.

For normal errors the expected Hessian is J'J and the method is Levenberg-Marquardt; for counts it is the Fisher
information and the method is damped Fisher scoring. The damping follows H. B. Nielsen, Damping parameter in
Marquardt's method, IMM-REP-1999-05; limits are kept by stepping in the parameters that are free to move and
clipping the step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, final

import numpy as np
from numpy.typing import NDArray

__all__ = ["ROUGHLY", "Minimum", "minimise", "polish"]

Floats = NDArray[np.float64]
Objective = Callable[[Floats, NDArray[np.intp]], tuple[Floats, Floats, Floats]]

# The predicted decrease, relative to the deviance, below which a search ends. Where Newton steps follow, a rougher
# end is enough: estimates are then within 1e-3 of a standard error, and Newton doubles the digits with each step.
_ENOUGH = 1e-13
ROUGHLY = 1e-8
# How many more steps rivals get once one of them has ended: a basin that is better shows it sooner.
_PATIENCE = 8


class Minimum(NamedTuple):
    """Where each search ended: vectors, half deviances, whether each converged, and in how many steps."""

    theta: Floats
    f: Floats
    converged: NDArray[np.bool_]
    steps: NDArray[np.intp]


@final
@dataclass
class _Search:
    """The state of all searches that still run."""

    theta: Floats
    f: Floats
    gradient: Floats
    hessian: Floats
    damping: Floats
    growth: Floats
    size: Floats

    def keep(self, which: NDArray[np.bool_]) -> _Search:
        return _Search(*(getattr(self, name)[which] for name in self.__dataclass_fields__))

    def accept(self, better: NDArray[np.bool_], theta: Floats, f: Floats, gradient: Floats, hessian: Floats) -> None:
        wide = better[:, None]
        self.theta = np.where(wide, theta, self.theta)
        self.f = np.where(better, f, self.f)
        self.gradient = np.where(wide, gradient, self.gradient)
        self.hessian = np.where(wide[..., None], hessian, self.hessian)
        self.size = np.maximum(self.size, np.einsum("bii->bi", self.hessian))


def minimise(
    objective: Objective,
    start: Floats,
    lower: Floats,
    upper: Floats,
    *,
    floor: float = 0.0,
    steps: int = 200,
    enough: float = _ENOUGH,
    rivals: bool = False,
    damping: Floats | float = 1e-3,
) -> Minimum:
    """Search from each start, within limits.

    Parameters
    ----------
    objective
        Half deviance, gradient and expected Hessian of vectors (B, p), given the numbers of their searches.
    start, lower, upper
        Starts (B, p) and limits, each of shape (B, p).
    floor
        A half deviance below which a fit counts as exact.
    steps
        The largest number of steps.
    enough
        The predicted decrease, relative to the half deviance, at which a search ends.
    rivals
        Whether the searches are after the same minimum: those that cannot win any more are then given up.
    damping
        The damping at the start, for each search: a large one keeps to the basin where the search starts.
    """
    with np.errstate(all="ignore"):
        first = np.broadcast_to(np.asarray(damping, dtype=np.float64), (len(start),)).copy()
        return _minimised(
            objective, (np.clip(start, lower, upper), lower, upper), (floor, enough), steps, rivals, first
        )


def _minimised(
    objective: Objective, vectors: tuple[Floats, Floats, Floats], ends: tuple[float, float], steps: int, rivals: bool,
    damping: Floats,
) -> Minimum:  # fmt: skip
    theta, lower, upper = vectors
    count = len(theta)
    rows = np.arange(count)
    f, gradient, hessian = objective(theta, rows)
    size = np.einsum("bii->bi", hessian)
    state = _Search(theta, f, gradient, hessian, damping, np.full(count, 2.0), size.copy())
    result = Minimum(theta.copy(), f.copy(), np.zeros(count, dtype=bool), np.zeros(count, dtype=np.intp))
    patience = _PATIENCE
    for _ in range(steps):
        done, stuck, promise = _step(objective, state, rows, (lower[rows], upper[rows]), ends)
        result.theta[rows], result.f[rows] = state.theta, state.f
        result.steps[rows] += 1
        result.converged[rows] = done
        running = ~(done | stuck)
        if rivals and result.converged.any():
            patience -= 1
            running &= _may_win(result, state.f, promise) & (patience > 0)
        if not running.all():
            rows, state = rows[running], state.keep(running)
            if not len(rows):
                break
    return result


def _may_win(result: Minimum, f: Floats, promise: Floats) -> NDArray[np.bool_]:
    """Say which searches may still end below the best that has ended."""
    best = result.f[result.converged].min()
    return (f - 20 * promise < best) & (np.abs(f - best) > 1e-6 * best)  # type: ignore[no-any-return]


def _step(
    objective: Objective, state: _Search, rows: NDArray[np.intp], limits: tuple[Floats, Floats],
    ends: tuple[float, float],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Floats]:  # fmt: skip
    """Take one step in every search; return which are done, which are stuck, and what an undamped step promises."""
    lower, upper = limits
    floor, enough = ends
    held = ((state.theta <= lower) & (state.gradient > 0)) | ((state.theta >= upper) & (state.gradient < 0))
    unit = np.sqrt(np.maximum(state.size, 1e-300))
    delta, promise = _directions(state, held, unit)
    tried = np.clip(state.theta + delta, lower, upper)
    moved = tried - state.theta
    bent = np.matmul(state.hessian, moved[..., None])[..., 0]
    predicted = -(moved * (state.gradient + 0.5 * bent)).sum(axis=1)
    f, gradient, hessian = objective(tried, rows)
    sound = np.isfinite(f + gradient.sum(axis=1) + hessian.sum(axis=(1, 2)))
    better = sound & (f < state.f) & (predicted > 0)
    gain = np.divide(state.f - f, predicted, out=np.full_like(predicted, -1.0), where=better)
    exact = np.maximum(state.f, floor)
    done = (promise <= enough * exact) | (state.f <= floor)
    done |= (np.abs(moved) <= 1e-15 * np.abs(state.theta)).all(axis=1)
    state.accept(better, tried, f, gradient, hessian)
    shrink = np.maximum(1 / 3, 1 - (2 * np.clip(gain, 0, 1) - 1) ** 3)
    state.damping = np.where(better, np.maximum(state.damping * shrink, 1e-15), state.damping * state.growth)
    state.growth = np.where(better, 2.0, state.growth * 2)
    # a step that cannot improve while almost nothing is left to gain has met rounding
    rounding = ~better & (promise <= 1e-9 * exact) & (state.damping > 1e3)
    return done | rounding, state.damping > 1e18, promise


def _directions(state: _Search, held: NDArray[np.bool_], unit: Floats) -> tuple[Floats, Floats]:
    """Return the damped step of each search, and the decrease that an undamped one would promise."""
    scaled = state.hessian / (unit[:, :, None] * unit[:, None, :])
    gradient = np.where(held, 0.0, state.gradient / unit)
    free = ~(held[:, :, None] | held[:, None, :])
    matrix = np.where(free, scaled, 0.0)
    diagonal = np.arange(matrix.shape[1])
    both = np.stack([matrix, matrix])
    both[0][:, diagonal, diagonal] += np.where(held, 1.0, state.damping[:, None])
    both[1][:, diagonal, diagonal] += np.where(held, 1.0, 1e-14)
    delta, whole = np.linalg.solve(both, np.stack([-gradient, gradient])[..., None])[..., 0]
    return delta / unit, 0.5 * np.abs((gradient * whole).sum(axis=1))


def polish(
    evaluate: Callable[[Floats], tuple[float, Floats, Floats]],
    hessian: Callable[[Floats], Floats],
    theta: Floats,
    limits: tuple[Floats, Floats],
    *,
    enough: float = 0.0,
) -> tuple[Floats, bool]:
    """Sharpen one minimum to the last digits by Newton steps, and say whether the gradient vanishes there.

    Parameters
    ----------
    evaluate
        Half deviance, gradient and expected Hessian at one vector.
    hessian
        The observed Hessian at one vector.
    enough
        A step that promises no more than this part of the half deviance is not taken.
    """
    lower, upper = limits
    f, gradient, expected = evaluate(theta)
    decrement = np.inf
    for _ in range(12):
        free = ~(((theta <= lower) & (gradient > 0)) | ((theta >= upper) & (gradient < 0)))
        if not free.any():
            return theta, True
        step, left = _newton(hessian(theta), expected, gradient, free)
        if left <= enough * f:
            return theta, True
        tried = np.clip(theta + step, lower, upper)
        f_tried, gradient_tried, expected_tried = evaluate(tried)
        # half the digits of f are noise in theta: accept any step that does not raise f beyond rounding
        if not f_tried <= f * (1 + 1e-11) + 1e-300 or left > 4 * decrement:
            break
        theta, f, gradient, expected, previous = tried, f_tried, gradient_tried, expected_tried, decrement
        decrement = left
        if left <= 1e-26 * max(f, 1e-300) or (left >= 0.25 * previous and left <= 1e-20 * f):
            break
    return theta, bool(decrement <= 1e-9 * max(f, 1e-300))


def _newton(observed: Floats, expected: Floats, gradient: Floats, free: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Return the Newton step in the free parameters, by the observed Hessian where it is positive definite."""
    step = np.zeros_like(gradient)
    for matrix in (observed, expected):
        part = matrix[np.ix_(free, free)]
        unit = np.sqrt(np.maximum(np.abs(np.diag(part)), 1e-300))
        try:
            factor = np.linalg.cholesky(part / np.outer(unit, unit))
        except np.linalg.LinAlgError:
            continue
        half = np.linalg.solve(factor, gradient[free] / unit)
        step[free] = -np.linalg.solve(factor.T, half) / unit
        return step, 0.5 * float(half @ half)
    return step, 0.0
