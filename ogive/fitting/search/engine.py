"""From a question to its minimum: start, search, sharpen, settle."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.question.likelihoods import Normal
from ogive.fitting.search.engine_rows import Found, minimum_of
from ogive.fitting.search.groups import better_groups
from ogive.fitting.search.infinity import settled
from ogive.fitting.search.linear_part import search_projected
from ogive.fitting.search.solution import Solution
from ogive.fitting.search.solve import ROUGHLY, minimise, polish
from ogive.fitting.search.start import Box, Seeds, box_of, seeds_of, sides_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ogive.fitting.question.problem import Problem

__all__ = ["search", "solve"]

Floats = NDArray[np.float64]

# A step that promises less, as a part of the deviance, is a billionth of a standard error: what the engine found then
# stays as it is, so that a curve has the same numbers alone and in a table.
_SHARP = 1e-18
# Times that groups with parameters in common are looked at anew.
_ROUNDS = 4


def solve(problem: Problem, start: Mapping[str, float], box: Box) -> Solution:
    """Find the best minimum: by the engine where it takes the problem, else by searches from several starts."""
    compiled = None if start else minimum_of(problem)
    if compiled is not None:
        return _solution(problem, _taken(problem, compiled, box), True, compiled.steps, box)
    floor = _floor(problem)
    theta, limits, converged, steps = _searched(problem, seeds_of(problem, box, start), box)
    for _ in range(_ROUNDS):
        better = better_groups(problem, theta, lambda alone: solve(alone, {}, box_of(alone)))
        if better is None:
            break
        theta, converged = _descended(problem, better, sides_of(problem, box, better))
    half = float(problem.half_deviance(theta))
    end = settled(problem, theta, half, limits, box, partial(_refined, problem)) if half > floor else None
    if end is not None:
        theta, converged = end, True
    return _solution(problem, theta, converged, steps, box)


def _searched(problem: Problem, seeds: Seeds, box: Box) -> tuple[Floats, tuple[Floats, Floats], bool, int]:
    """Search from seeds; returns the best minimum, sharpened, its limits, whether it is one, and the steps."""
    floor = _floor(problem)
    found = minimise(
        lambda theta, _: problem.objective(theta), seeds.start, seeds.lower, seeds.upper,
        floor=floor, enough=ROUGHLY, rivals=True, damping=seeds.damping,
        steps=200 if problem.model.is_curve else 1000,
    )  # fmt: skip
    best = _best(problem, found.theta, found.f)
    theta, f, limits = found.theta[best], float(found.f[best]), (seeds.lower[best], seeds.upper[best])
    projected = search_projected(problem, seeds.start[0], floor)
    if projected is not None and not f <= projected[1] * (1 + 1e-6):
        theta, f = projected
    theta, sharp = _polished(problem, theta, limits)
    converged = bool(sharp or (found.converged[best] and np.isfinite(f)))
    if not converged and np.isfinite(f):
        # a search that was given up beside a rival, on ground too flat for Newton: let it end by itself
        last = minimise(lambda t, _: problem.objective(t), theta[None], *(side[None] for side in limits), floor=floor)
        theta, converged = last.theta[0], bool(last.converged[0]) or _level(problem, last.theta[0], box)
    return theta, limits, converged, int(found.steps[best])


def _solution(problem: Problem, theta: Floats, converged: bool, steps: int, box: Box) -> Solution:
    theta = _canonical(problem, theta, box)
    half = float(problem.half_deviance(theta))
    return Solution(theta, half, converged or half <= _floor(problem), steps, box)


def _taken(problem: Problem, found: Found, box: Box) -> Floats:
    """Take what the engine found as it is, but for what is left to sharpen."""
    if found.settled:
        return found.theta
    return _polished(problem, found.theta, sides_of(problem, box, found.theta), enough=_SHARP)[0]


def _descended(problem: Problem, theta: Floats, limits: tuple[Floats, Floats]) -> tuple[Floats, bool]:
    """Search on from one vector within limits to the end; returns where that is, and whether it is a minimum."""
    sides = (side[None] for side in limits)
    found = minimise(lambda vector, _: problem.objective(vector), theta[None], *sides, floor=_floor(problem))
    end, sharp = _polished(problem, found.theta[0], limits)
    return end, bool(sharp or found.converged[0])


def _refined(problem: Problem, theta: Floats, limits: tuple[Floats, Floats]) -> tuple[Floats, float]:
    """Search on from one vector within limits, and sharpen."""
    sides = (side[None] for side in limits)
    found = minimise(lambda vector, _: problem.objective(vector), theta[None], *sides, enough=ROUGHLY)
    end, _ = _polished(problem, found.theta[0], limits)
    return end, float(problem.half_deviance(end))


def _level(problem: Problem, theta: Floats, box: Box) -> bool:
    """Say whether the residuals are at right angles to all that can move: a valley floor has no one lowest point."""
    f, gradient, hessian = problem.objective(theta)
    held = ((theta <= box.lower) & (gradient > 0)) | ((theta >= box.upper) & (gradient < 0))
    length = np.sqrt(np.maximum(np.diag(hessian) * 2 * float(f), 1e-300))
    return bool((np.abs(gradient[~held]) <= 1e-4 * length[~held]).all())


def search(problem: Problem, start: Mapping[str, float], power: float) -> tuple[Solution, Problem]:
    """Search, again with new weights where the weights depend on the fit, until neither moves."""
    box = box_of(problem)
    solution = solve(problem, start, box)
    for _ in range(50):
        weighed = _reweighed(problem, solution, power)
        if weighed is None:
            break
        before, problem = solution.theta, weighed
        solution = _continued(problem, before, box)
        if np.allclose(before, solution.theta, rtol=1e-9, atol=1e-12):
            break
    return solution, problem


def _reweighed(problem: Problem, solution: Solution, power: float) -> Problem | None:
    """Return the problem with the scale or the variances that the fit implies; None where they are given."""
    scatter = problem.likelihood
    if not isinstance(scatter, Normal) or (power == 0 and scatter.loss.name == "squares"):
        return None
    data, mu = problem.data, problem.means(solution.theta)
    base = np.ones(data.n) if data.sd is None else data.sd**-2.0
    if power:
        size = np.abs(mu)
        floor = 1e-8 * size.max() or 1.0
        base = base * np.clip(np.maximum(size, floor), 1e-100, 1e100) ** (-2 * power)
    scale = scatter.scale
    if scatter.loss.name != "squares":
        # the median absolute residual of a normal law is 0.6745 standard deviations
        spread = float(np.median(np.abs((data.y - mu) * np.sqrt(base)))) / 0.6744897501960817
        scale = spread * float(np.sqrt(data.n / max(data.n - problem.size, 1)))
        # residuals that are nothing but rounding have no scale of their own
        scale = max(scale, 1e-12 * float(np.abs(data.y).max())) or 1.0
    return problem.with_likelihood(replace(scatter, weights=base, scale=scale))


def _continued(problem: Problem, theta: Floats, box: Box) -> Solution:
    """Search on from one vector."""
    limits = box.lower[None], box.upper[None]
    found = minimise(lambda vector, _: problem.objective(vector), theta[None], *limits, floor=_floor(problem))
    theta, sharp = _polished(problem, found.theta[0], (box.lower, box.upper))
    half = float(problem.half_deviance(theta))
    return Solution(theta, half, bool(sharp or found.converged[0]), int(found.steps[0]), box)


def _floor(problem: Problem) -> float:
    """Return the half deviance of residuals that are nothing but rounding."""
    if isinstance(problem.likelihood, Normal):
        return 1e-28 * float(np.sum(problem.likelihood.weights * problem.data.y**2))
    return 1e-15


def _best(problem: Problem, theta: Floats, f: Floats) -> int:
    """Return the lowest minimum; where its asymptotes crossed, the lowest of those that did not.

    In a fit of several groups an asymptote may lie on either side of a common one.
    """
    score = np.where(np.isfinite(f), f, np.inf)
    if problem.model.is_curve and len(problem.layout.slots) == 1 and not _may_swap(problem):
        full = problem.layout.expand(theta)
        crossed = (full[..., 0] > full[..., 1]).any(axis=1)
        if not crossed.all():
            score = np.where(crossed, np.inf, score)
    return int(score.argmin())


def _may_swap(problem: Problem) -> bool:
    """Say whether exchanging the asymptotes and turning the steepness gives the same curve."""
    layout, model = problem.layout, problem.model
    low, high, steep = layout.slots[:, 0], layout.slots[:, 1], layout.slots[:, 3]
    free = (low < layout.size).all() and (high < layout.size).all() and (steep < layout.size).all()
    together = len(set(low)) == len(set(high)) and (len(set(low)) in {1, len(low)})
    apart = len(set(low)) == 1 or len(set(steep)) == len(steep)
    level = not model.sloped or bool((layout.slots[:, 5:] < layout.size).all())
    return bool(free and together and apart and level and not model.asymmetric and "asymmetry" not in model.fixed
                and problem.mean.transition.symmetric)  # fmt: skip


def _canonical(problem: Problem, theta: Floats, box: Box) -> Floats:
    """Return the same curves with lower <= upper."""
    if not problem.model.is_curve or not _may_swap(problem):
        return theta
    result, slots = theta.copy(), problem.layout.slots
    crossed = theta[slots[:, 0]] > theta[slots[:, 1]]
    if not crossed.any():
        return theta
    for row in np.unique(slots[crossed], axis=0) if len(set(slots[:, 0])) > 1 else slots[:1]:
        result[[row[0], row[1]]] = theta[[row[1], row[0]]]
        if problem.model.sloped:
            result[[row[5], row[6]]] = theta[[row[6], row[5]]]
    for slot in np.unique(slots[crossed, 3]):
        result[slot] = -theta[slot]
    inside = (result >= box.lower).all() and (result <= box.upper).all()
    return result if inside else theta


def _polished(
    problem: Problem, theta: Floats, limits: tuple[Floats, Floats], *, enough: float = 0.0
) -> tuple[Floats, bool]:

    def evaluate(vector: Floats) -> tuple[float, Floats, Floats]:
        f, gradient, hessian = problem.objective(vector)
        return float(f), gradient, hessian

    with np.errstate(all="ignore"):
        if not np.isfinite(problem.half_deviance(theta)):
            return theta, False
        return polish(evaluate, problem.observed_hessian, theta, limits, enough=enough)
