"""Profile likelihood: how far a number can be moved before the data object.

To follow the profile of g, the search minimises ``half deviance + K/2 (g - c)**2`` for a target c. The minimum lies
not quite at g = c, but wherever it lies it is the best fit among all with that value of g, so the pair (g, deviance)
is an exact point of the profile. All sides of all parameters are searched at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.search.engine_rows import LEVELS, midpoint_ends, takes
from ogive.fitting.search.held import half_deviances_held, searched_held
from ogive.fitting.search.solve import minimise
from ogive.fitting.search.start import sides_of
from ogive.fitting.shown import EXACT

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate

__all__ = ["limits", "of_midpoint", "parted"]

Floats = NDArray[np.float64]
Function = Callable[[Floats], float]

# How closely the likelihood ratio must meet its quantile, relative to it, and how often a target may be moved.
_CLOSE, _ROUNDS = 1e-5, 30
# A limit so many times farther out than a Wald limit would be is none.
_GONE = 1e6


@final
@dataclass
class _Sides:
    """The sides that are followed: two for each target, with what is known of each."""

    of: list[int]
    sign: Floats
    inner: Floats  # the farthest target known to end inside, where it ended, and its root of the likelihood ratio
    inner_value: Floats
    inner_root: Floats
    outer: Floats  # the nearest target known to end outside (nan: none yet)
    outer_root: Floats
    vectors: Floats
    reach: Floats
    center: Floats
    result: Floats


def limits(estimate: Estimate, targets: Sequence[int | Function], cut: float) -> list[tuple[float, float]]:
    """Return the lowest and highest value of each target that the likelihood ratio at ``cut`` allows.

    A target is the place of a parameter, or a function of the vector. Limits are on the scale of estimation; one
    that the data do not set is infinite.
    """
    if takes(estimate.problem) and estimate.separation is None and estimate.rss > EXACT * estimate.null_rss:
        quick = [isinstance(target, int) and estimate.names[target] in LEVELS for target in targets]
        if any(quick):
            others = iter(limits(estimate, [t for t, own in zip(targets, quick, strict=True) if not own], cut))
            pairs = zip(targets, quick, strict=True)
            return [_by_engine(estimate, t, cut) if own and isinstance(t, int) else next(others) for t, own in pairs]
    if not targets:
        return []
    centers = np.array([_value(target, estimate.theta) for target in targets])
    spread = np.array([_spread(estimate, target) for target in targets])
    count = len(targets)
    sign = np.tile([-1.0, 1.0], count)
    of = [k for k in range(count) for _ in (0, 1)]
    center = centers[of]
    sides = _Sides(
        of, sign, center.copy(), center.copy(), np.zeros(2 * count),
        np.full(2 * count, np.nan), np.full(2 * count, np.nan),
        np.repeat(estimate.theta[None], 2 * count, axis=0), cut * spread[of], center, np.full(2 * count, np.nan),
    )  # fmt: skip
    for _ in range(_ROUNDS):
        running = np.flatnonzero(np.isnan(sides.result))
        if not len(running):
            break
        aims = _aims(sides, running, center, cut)
        _advance(estimate, targets, sides, running, aims, cut)
    unset = np.isnan(sides.result)
    with_outer = unset & ~np.isnan(sides.outer)
    sides.result[with_outer] = 0.5 * (sides.inner + sides.outer)[with_outer]
    sides.result[np.isnan(sides.result)] = (sign * np.inf)[np.isnan(sides.result)]
    found = [(float(sides.result[2 * k]), float(sides.result[2 * k + 1])) for k in range(count)]
    if estimate.separation is not None:
        signs = dict(zip(estimate.separation.columns, np.sign(estimate.separation.direction), strict=True))
        for k, target in enumerate(targets):
            if isinstance(target, int) and estimate.names[target] in signs:
                found[k] = _runaway(estimate, target, float(signs[estimate.names[target]]), cut)
    return found


def _by_engine(estimate: Estimate, slot: int, cut: float) -> tuple[float, float]:
    """Return the limits of a parameter of one curve that the engine fits, both sides at once.

    The root of the likelihood ratio is nearly straight, so that secants find where it meets the cut; one that would
    leave what is known to lie inside and outside is replaced by its middle.
    """
    problem, theta, solution = estimate.problem, estimate.theta, estimate.solution
    lower, upper = sides_of(problem, solution.box.without_far(problem), theta)
    center, reach, sign = float(theta[slot]), cut * _spread(estimate, slot), np.array([-1.0, 1.0])
    bound = np.maximum(np.array([center - lower[slot], upper[slot] - center]), 0.0)
    far, result = np.minimum(bound, _GONE * reach), np.full(2, np.nan)
    step, inner, outer = np.minimum(reach, far), np.zeros(2), np.full(2, np.nan)
    former, former_root = np.zeros(2), np.zeros(2)
    for _ in range(2 * _ROUNDS):
        running = np.flatnonzero(np.isnan(result))
        if not len(running):
            break
        values = center + sign[running] * step[running]
        found = half_deviances_held(problem, theta, solution.box, slot, values)
        roots = np.sqrt(2 * np.maximum(found.deviance - solution.half_deviance, 0.0) / estimate.dispersion)
        for i, value, root, adrift in zip(running, values, roots, found.adrift, strict=True):
            if abs(root - cut) <= _CLOSE * cut or outer[i] - inner[i] <= 1e-9 * step[i]:
                result[i] = sign[i] * np.inf if adrift else value
            elif root <= cut and step[i] >= far[i]:
                result[i] = sign[i] * np.inf if far[i] < bound[i] else _end(estimate, slot, value, sign[i])
            elif root > cut:
                outer[i] = step[i]
            else:
                inner[i] = step[i]
            rate = (root - former_root[i]) / (step[i] - former[i]) if step[i] != former[i] else 0.0
            new = step[i] + (cut - root) / rate if rate > 0 and np.isfinite(root) else np.nan
            if np.isnan(outer[i]):
                new = min(max(np.nan_to_num(new, nan=np.inf), 1.2 * step[i]), 8 * step[i], far[i])
            elif not inner[i] < new < outer[i]:
                new = 0.5 * (inner[i] + outer[i])
            former[i], former_root[i], step[i] = step[i], root, new
    unset = np.isnan(result)
    result[unset] = (center + sign * 0.5 * (inner + outer))[unset]
    return float(result[0]), float(result[1])


def of_midpoint(estimate: Estimate, slot: int, cut: float) -> tuple[float, float] | None:
    """Return the limits of the midpoint of one curve as tables print them, in a few steps of the engine; or None."""
    problem = estimate.problem
    if problem.layout.stems[slot] != "midpoint" or not takes(problem) or estimate.rss <= EXACT * estimate.null_rss:
        return None
    rise = max(cut**2 * estimate.dispersion, 1e-20 * estimate.null_rss)
    return midpoint_ends(problem, estimate.theta, estimate.solution.half_deviance, 0.5 * rise)


def parted(estimate: Estimate, slots: Sequence[int], ends: Floats, cut: float, part: float) -> NDArray[np.bool_]:
    """Say of which parameters a limit of the profile lies more than a part of the width away from Wald's.

    Parameters
    ----------
    ends
        Wald's limits on the scale of estimation, (slots, 2).
    """
    problem, theta, box = estimate.problem, estimate.theta, estimate.solution.box
    lower, upper = sides_of(problem, box, theta) if problem.model.is_curve else (box.lower, box.upper)
    result = np.zeros(len(slots), dtype=bool)
    for i, slot in enumerate(slots):
        quick = of_midpoint(estimate, slot, cut)
        if quick is not None:
            result[i] = bool((np.abs(np.array(quick) - ends[i]) > part * (ends[i, 1] - ends[i, 0])).any())
            continue
        inside = (ends[i] > lower[slot]) & (ends[i] < upper[slot])
        if not inside.all():
            result[i] = True
            continue
        half = half_deviances_held(problem, theta, box, slot, ends[i]).deviance - estimate.solution.half_deviance
        roots = np.sqrt(2 * np.maximum(half, 0.0) / estimate.dispersion)
        # where the root is straight, the profile ends at that many times Wald's distance
        with np.errstate(divide="ignore"):
            result[i] = bool((np.abs(cut / roots - 1) > 2 * part).any())
    return result


def _value(target: int | Function, theta: Floats) -> float:
    return float(theta[target]) if isinstance(target, int) else float(target(theta))


def _spread(estimate: Estimate, target: int | Function) -> float:
    """Return a step that moves the deviance by about its dispersion: the standard error, or a conditional one."""
    hessian = estimate.information
    unit = np.sqrt(estimate.dispersion / np.maximum(np.diag(hessian), 1e-300))
    scaled = hessian * np.outer(unit, unit) / estimate.dispersion
    slope = _gradient(target, estimate.theta, unit) * unit
    inverse = np.linalg.pinv(scaled, rcond=1e-8, hermitian=True)
    error = float(np.sqrt(max(float(slope @ inverse @ slope), 0.0)))
    return error if np.isfinite(error) and error > 0 else 1.0


def _gradient(target: int | Function, theta: Floats, unit: Floats) -> Floats:
    slope = np.zeros_like(theta)
    if isinstance(target, int):
        slope[target] = 1.0
        return slope
    steps = 1e-5 * np.maximum(np.abs(theta), np.minimum(unit, 1.0))
    for i, step in enumerate(steps):
        shift = np.zeros_like(theta)
        shift[i] = step
        slope[i] = (target(theta + shift) - target(theta - shift)) / (2 * step)
    return np.where(np.isfinite(slope), slope, 0.0)


def _aims(sides: _Sides, running: NDArray[np.intp], center: Floats, cut: float) -> Floats:
    """Return where to look next: outward while nothing is outside, else between what is inside and outside."""
    inner, outer, root = sides.inner[running], sides.outer[running], sides.inner_root[running]
    done = np.abs(inner - center[running])
    with np.errstate(all="ignore"):
        stretch = np.where(root > 0, np.clip(1.05 * cut / root, 1.2, 4.0), 0)
        outward = sides.sign[running] * np.where(done > 0, np.maximum(done * stretch, 0), sides.reach[running])
        part = np.clip((cut - root) / (sides.outer_root[running] - root), 0.1, 0.9)
    return np.where(np.isnan(outer), center[running] + outward, inner + part * (outer - inner))


def _advance(
    estimate: Estimate,
    targets: Sequence[int | Function],
    sides: _Sides,
    running: NDArray[np.intp],
    aims: Floats,
    cut: float,
) -> None:
    """Find the best fits near the aims, and file them inside or outside."""
    vectors, half = _constrained(estimate, [targets[sides.of[k]] for k in running], sides.vectors[running], aims,
                                 sides.reach[running] / cut)  # fmt: skip
    gain = np.maximum(half - estimate.solution.half_deviance, 0.0)
    roots = np.sqrt(2 * gain / estimate.dispersion)
    for k, aim, vector, root in zip(running, aims, vectors, roots, strict=True):
        value = _value(targets[sides.of[k]], vector)
        beyond = sides.sign[k] * (value - sides.inner_value[k])
        if not np.isfinite(value) or not np.isfinite(root):
            sides.result[k] = sides.sign[k] * np.inf
        elif abs(root - cut) <= _CLOSE * cut:
            gone = abs(value - sides.center[k]) > _GONE * sides.reach[k]
            sides.result[k] = sides.sign[k] * np.inf if gone or _adrift(estimate, vector) else value
        elif root > cut:
            sides.outer[k], sides.outer_root[k] = aim, root
        elif beyond <= 1e-7 * sides.reach[k] and np.isnan(sides.outer[k]):
            # pushed outward, the number does not move and the data do not object: a limit holds it
            sides.result[k] = _end(estimate, targets[sides.of[k]], value, float(sides.sign[k]))
        else:
            sides.inner[k], sides.inner_value[k], sides.inner_root[k], sides.vectors[k] = aim, value, root, vector
            if not np.isnan(sides.outer[k]) and abs(sides.outer[k] - aim) <= 1e-9 * max(abs(aim), 1e-9):
                sides.result[k] = value


def _end(estimate: Estimate, target: int | Function, value: float, sign: float) -> float:
    """Return where a number ends that the data do not stop: at a limit that a user or its nature sets, or nowhere."""
    if not isinstance(target, int):
        return sign * np.inf
    box, stem = estimate.solution.box.without_far(estimate.problem), estimate.problem.layout.stems[target]
    near = 1e-9 * max(abs(value), 1e-9)
    at = min(abs(value - box.lower[target]), abs(value - box.upper[target])) <= near
    if at and (box.by_user[target] or stem in {"lower", "upper"}):
        return value
    if stem == "midpoint" and not at:
        # no steepness that the places can tell from a step takes it farther: a steeper curve does, to the next place
        g = np.unique(estimate.problem.place.g[np.isfinite(estimate.problem.place.g)])
        beyond = g[g >= value] if sign > 0 else g[g <= value][::-1]
        return float(beyond[0]) if len(beyond) else sign * np.inf
    # a curve that may be flat as well as steep ends at no steepness
    return 0.0 if stem == "steepness" and sign * value < 0 else sign * np.inf


def _constrained(
    estimate: Estimate, targets: list[int | Function], starts: Floats, aims: Floats, unit: Floats
) -> tuple[Floats, Floats]:
    """Minimise with each target pulled towards its aim; return the vectors and their half deviances."""
    problem = estimate.problem
    # strong enough to hold the target near its aim, weak enough to leave the matrix well conditioned
    pull = 1e4 * estimate.dispersion / unit**2
    conditional = np.ones(problem.size)

    def objective(theta: Floats, rows: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
        f, gradient, hessian = problem.objective(theta)
        values = np.array([_value(targets[r], t) for r, t in zip(rows, theta, strict=True)])
        slopes = np.array([_gradient(targets[r], t, conditional) for r, t in zip(rows, theta, strict=True)])
        off = values - aims[rows]
        f = f + 0.5 * pull[rows] * off**2
        gradient = gradient + (pull[rows] * off)[:, None] * slopes
        return f, gradient, hessian + pull[rows, None, None] * slopes[:, :, None] * slopes[:, None, :]

    moved = starts.copy()
    for row, target in enumerate(targets):
        if isinstance(target, int):
            moved[row, target] = aims[row]
    lower, upper = _box(estimate, len(moved))
    found = minimise(objective, np.clip(moved, lower, upper), lower, upper, steps=100)
    return found.theta, problem.half_deviance(found.theta)


def _box(estimate: Estimate, count: int) -> tuple[Floats, Floats]:
    """Return the limits of the fit, for so many searches; a curve keeps to its side of steepness 0."""
    problem = estimate.problem
    box = estimate.solution.box.without_far(problem)
    lower, upper = sides_of(problem, box, estimate.theta) if problem.model.is_curve else (box.lower, box.upper)
    return np.repeat(lower[None], count, axis=0), np.repeat(upper[None], count, axis=0)


def _adrift(estimate: Estimate, vector: Floats) -> bool:
    """Say whether a midpoint stands at a limit that nobody set, so that what was found is conditional on it."""
    box = estimate.solution.box
    middle = np.array([stem == "midpoint" for stem in estimate.problem.layout.stems], dtype=bool) & ~box.by_user
    slack = 1e-9 * np.maximum(np.abs(vector), 1e-9)
    return bool((middle & ((vector <= box.lower + slack) | (vector >= box.upper - slack))).any())


def _runaway(estimate: Estimate, slot: int, sign: float, cut: float) -> tuple[float, float]:
    """Return the limits of a coefficient that runs to infinity: the deviance falls all the way, so one is open."""
    problem, theta, box = estimate.problem, estimate.theta, estimate.solution.box
    least = float(2 * problem.half_deviance(theta))

    def excess(value: float) -> float:
        starts = np.stack([theta * (value / theta[slot]), np.zeros_like(theta)])
        starts[:, slot] = value
        here = 2 * searched_held(problem, theta, box, starts, slot)
        return here - least - cut**2 * estimate.dispersion

    size = max(abs(float(theta[slot])), 1e-8)
    inside, outside = sign * size, 0.0
    for _ in range(60):
        if excess(outside) > 0:
            break
        outside = -sign * size if outside == 0 else 2 * outside
    else:
        return -np.inf, np.inf
    for _ in range(80):
        middle = 0.5 * (inside + outside)
        inside, outside = (inside, middle) if excess(middle) > 0 else (middle, outside)
    return (inside, np.inf) if sign > 0 else (-np.inf, inside)
