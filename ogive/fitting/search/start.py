"""Where a search begins: a grid over midpoint and steepness, with an exact linear step for the asymptotes.

Given midpoint, steepness and exponent a curve is linear in its asymptotes, so the best asymptotes follow by (box-
constrained) least squares at every grid point. The few best basins of the grid are where searches start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from ogive.curves import Mean, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ogive.fitting.question.problem import Problem

__all__ = [
    "FAR", "MOST_BENT", "Box", "Seeds", "box_of", "extension_of", "flattest", "midpoints_between", "seeds_of",
    "sides_of", "with_asymptotes",
]  # fmt: skip

Floats = NDArray[np.float64]

# Standard deviations of the responses that stand for infinity; the largest logarithm of an exponent.
FAR, MOST_BENT = 1e7, float(np.log(50.0))

_LINEAR = (0, 1, 5, 6)
_MIDPOINT, _STEEPNESS, _ASYMMETRY = 2, 3, 4


class Seeds(NamedTuple):
    """Starts (B, p), the limits of each (a search keeps the sign of its steepness), and the damping at the start."""

    start: Floats
    lower: Floats
    upper: Floats
    damping: Floats


@final
@dataclass(frozen=True)
class Box:
    """Limits of each free parameter, and which of them the user set."""

    lower: Floats
    upper: Floats
    by_user: NDArray[np.bool_]

    def without_far(self, problem: Problem) -> Box:
        """Return the limits without those of asymptotes that only stand for infinity."""
        if np.isfinite(problem.likelihood.limits).any():
            return self
        far = np.array([stem in {"lower", "upper"} for stem in problem.layout.stems], dtype=bool) & ~self.by_user
        return Box(np.where(far, -np.inf, self.lower), np.where(far, np.inf, self.upper), self.by_user)


class _Reach(NamedTuple):
    """How far the parameters of one group may go: beyond, the data cannot tell."""

    midpoint: tuple[float, float]
    steepness: tuple[float, float]
    places: Floats


def _reach(place: Place, axis: str) -> _Reach:
    places = np.unique(place.g[np.isfinite(place.g)])
    if len(places) < 2:
        center = float(places[0]) if len(places) else 0.0
        places = np.array([center - 1.0, center + 1.0])
    span = float(places[-1] - places[0])
    # closer neighbours than this are replicates whose x was measured, not a design that resolves steepness
    gap = max(float(np.diff(places).min()), span / (20 * len(places)))
    low, high = midpoints_between(places[0], places[-1], axis)
    return _Reach((float(low), float(high)), (flattest(span), 44 / gap), places)


def extension_of(axis: str) -> float:
    """Return how much farther than twice its span beyond the points a midpoint is looked for, on the axis."""
    return float(np.log(100)) if axis == "log" else 0.0


def midpoints_between(first: Any, last: Any, axis: str) -> tuple[Any, Any]:
    """Return how far a midpoint may lie from points between a first and a last place (or arrays of them)."""
    beyond = 2 * (last - first) + extension_of(axis)
    low, high = first - beyond, last + beyond
    return (np.maximum(low, 10 * first), np.minimum(high, 0.1 * last)) if axis == "reciprocal" else (low, high)


def flattest(span: Any) -> Any:
    """Return the smallest size of a steepness over a span of places (or spans)."""
    return 0.05 / span


def box_of(problem: Problem) -> Box:
    """Return the limits of a problem: those of the user, and elsewhere those beyond which data cannot tell."""
    lower, upper = np.full(problem.size, -np.inf), np.full(problem.size, np.inf)
    user = np.zeros(problem.size, dtype=bool)
    if problem.model.is_curve:
        _natural_limits(problem, lower, upper)
    for i, stem in enumerate(problem.layout.stems):
        if stem in problem.model.bounds:
            inside = problem.model.scale(stem).inside
            low, high = (float(inside(value)) for value in problem.model.bounds[stem])
            lower[i] = low if np.isfinite(low) else lower[i]
            upper[i] = high if np.isfinite(high) else upper[i]
            user[i] = True
    return Box(lower, upper, user)


def _natural_limits(problem: Problem, lower: Floats, upper: Floats) -> None:
    limits = problem.likelihood.limits
    for i, stem in enumerate(problem.layout.stems):
        group = int(np.flatnonzero((problem.layout.slots == i).any(axis=1))[0])
        if stem in {"lower", "upper"} and not problem.model.sloped:
            lower[i], upper[i] = limits if np.isfinite(limits).any() else _far(problem, i)
        elif stem == "midpoint":
            shared = bool((problem.layout.slots == i).all(axis=1).any()) and len(problem.layout.slots) > 1
            lower[i], upper[i] = _reach(_of_group(problem, None if shared else group), problem.model.axis).midpoint
        elif stem == "steepness":
            # what one group cannot tell from a step another one can
            groups = np.flatnonzero((problem.layout.slots == i).any(axis=1))
            most = max(_reach(_of_group(problem, int(k)), problem.model.axis).steepness[1] for k in groups)
            lower[i], upper[i] = -most, most
        elif stem == "asymmetry":
            lower[i], upper[i] = -MOST_BENT, MOST_BENT


def _far(problem: Problem, i: int) -> tuple[float, float]:
    """Return how far an asymptote may go: ten million standard deviations stand for infinity."""
    rows = (problem.layout.slots[problem.data.group] == i).any(axis=1)
    y, weights = problem.data.y[rows], problem.likelihood.weights[rows]  # type: ignore[attr-defined]
    if not len(y):
        return -np.inf, np.inf
    mean = float(np.average(y, weights=weights))
    far = FAR * float(np.sqrt(np.average((y - mean) ** 2, weights=weights))) + 1e-300
    return mean - far, mean + far


def with_asymptotes(problem: Problem, theta: Floats, box: Box) -> Floats:
    """Return the vector of a problem without groups, with the asymptotes that suit the rest of it best."""
    values = problem.layout.expand(theta)[0]
    node = np.array([[values[_MIDPOINT], values[_STEEPNESS], np.exp(values[_ASYMMETRY])]])
    y, weights = _responses(problem, 0)
    found, _ = _asymptotes(problem, 0, (problem.place, _fraction(problem, node, problem.place), y, weights), box)
    result = theta.copy()
    for j in (0, 1):
        slot = problem.layout.slots[0, j]
        if slot < problem.size:
            result[slot] = found[0, j]
    return result


def _fraction(problem: Problem, nodes: Floats, place: Place) -> Floats:
    """Return how far the curves of some grid points have gone at the places."""
    mean: Mean = problem.mean
    with np.errstate(all="ignore"):
        z = nodes[:, 1, None] * (place.g - nodes[:, 0, None])
        return mean.transition.value(np.where(np.isnan(z), 0.0, z), nodes[:, 2, None] if mean.powered else None)


def _of_group(problem: Problem, group: int | None) -> Place:
    place: Place = problem.place
    if group is None or len(problem.layout.slots) == 1:
        return place
    rows = problem.data.group == group
    return Place(place.x[rows], place.g[rows], place.finite)


def seeds_of(problem: Problem, box: Box, start: Mapping[str, float]) -> Seeds:
    """Return where to start.

    Raises
    ------
    ValueError
        If a formula lacks a start for some parameter, or a start is not a finite number.
    """
    given = _given(problem, start)
    if not problem.model.is_curve:
        missing = [name for name, value in zip(problem.layout.names, given, strict=True) if np.isnan(value)]
        if missing and problem.model.formula is not None:
            raise ValueError(
                f"a formula needs a start for every parameter: start={{{', '.join(f'{m!r}: ...' for m in missing)}}}"
            )
        # one start, searched boldly and timidly at once: a bold first step may leave its basin
        damping = np.array([1e-3, 1e-1, 1e1, 1e3])
        first, lower, upper = (
            np.repeat(each[None, :], len(damping), axis=0)
            for each in (np.where(np.isnan(given), 0.0, given), box.lower, box.upper)
        )
        return Seeds(first, lower, upper, damping)
    ranked = [_grid(problem, group, box) for group in range(len(problem.layout.slots))]
    count = min(max(len(r) for r in ranked), 5)
    found = np.array([_combined(problem, [r[min(i, len(r) - 1)] for r in ranked]) for i in range(count)])
    found = np.where(np.isnan(given), found, given)
    if not np.isnan(given).any():
        found = found[:1]
    return _signed(problem, box, np.clip(found, box.lower, box.upper))


def _given(problem: Problem, start: Mapping[str, float]) -> Floats:
    """Place the user's starts in the vector; nan where there are none."""
    named = dict(problem.model.translated((name.partition(":")[0], value)) for name, value in start.items())
    exact = {name: value for name, value in start.items() if ":" in name}
    vector = np.full(problem.size, np.nan)
    for i, (name, stem) in enumerate(zip(problem.layout.names, problem.layout.stems, strict=True)):
        value = exact.get(name, named.get(stem))
        if value is not None:
            vector[i] = problem.model.scale(stem).inside(float(value))
            if not np.isfinite(vector[i]):
                raise ValueError(f"the start of {name} must be a finite number in its range, not {value!r}")
    return vector


def _combined(problem: Problem, per_group: list[Floats]) -> Floats:
    """Average what is shared; take the rest from each group."""
    total, count = np.zeros(problem.size), np.zeros(problem.size)
    for slots, values in zip(problem.layout.slots, per_group, strict=True):
        for slot, value in zip(slots, values, strict=True):
            if slot < problem.size:
                total[slot] += value
                count[slot] += 1
    return total / np.maximum(count, 1)


def sides_of(problem: Problem, box: Box, theta: Floats) -> tuple[Floats, Floats]:
    """Return the limits that keep every steepness on the side of 0 where it is."""
    seeds = _signed(problem, box, theta[None])
    return seeds.lower[0], seeds.upper[0]


def _signed(problem: Problem, box: Box, start: Floats) -> Seeds:
    """Keep every search on the side of steepness 0 where it starts."""
    lower, upper = np.repeat(box.lower[None], len(start), axis=0), np.repeat(box.upper[None], len(start), axis=0)
    for i, stem in enumerate(problem.layout.stems):
        if stem != "steepness":
            continue
        group = int(np.flatnonzero((problem.layout.slots == i).any(axis=1))[0])
        least = _reach(_of_group(problem, group), problem.model.axis).steepness[0]
        smallest = float(np.abs(start[:, i]).min()) or least
        # a start of the user's own may be flatter yet
        least = least if smallest >= least * (1 - 1e-9) else 0.5 * smallest
        rising = start[:, i] >= 0
        lower[:, i] = np.where(rising, np.maximum(lower[:, i], least), lower[:, i])
        upper[:, i] = np.where(rising, upper[:, i], np.minimum(upper[:, i], -least))
    return Seeds(start, np.minimum(lower, upper), upper, np.full(len(start), 1e-3))


# ---- The grid of one group ---------------------------------------------------------------------------------------


def _grid(problem: Problem, group: int, box: Box) -> list[Floats]:
    """Return the best starts of one group, best first, as full vectors of the model's parameters."""
    place = _of_group(problem, group)
    y, weights = _responses(problem, group)
    nodes = _nodes(problem, group, place, box)
    fraction = _fraction(problem, nodes, place)
    values, rss = _asymptotes(problem, group, (place, fraction, y, weights), box)
    crossed = values[:, 0] > values[:, 1] + 1e-12 * np.abs(values[:, 1])
    rss = np.where(crossed, rss.max(initial=0.0) + rss, rss)
    return [_vector(nodes[k], values[k]) for k in _basins(rss, nodes)]


def _vector(node: Floats, values: Floats) -> Floats:
    return np.array([values[0], values[1], node[0], node[1], np.log(node[2]), values[2], values[3]])


def _responses(problem: Problem, group: int) -> tuple[Floats, Floats]:
    """Return responses on the scale of the mean, with rough weights."""
    data, name = problem.data, problem.likelihood.name
    rows = data.group == group
    y = data.y[rows]
    if name == "binomial":
        trials = np.asarray(data.trials)[rows]
        p = (y + 0.5) / (trials + 1)
        return y / trials, trials / (p * (1 - p))
    if name == "poisson":
        return y, 1 / (y + 1)
    weights: Any = problem.likelihood.weights  # type: ignore[attr-defined]
    return y, np.asarray(weights)[rows]


def _nodes(problem: Problem, group: int, place: Place, box: Box) -> Floats:
    """Return the grid points (midpoint, steepness, exponent) of one group."""
    reach = _reach(place, problem.model.axis)
    span = reach.places[-1] - reach.places[0]
    count = int(np.clip(2 * len(reach.places), 24, 60))
    middles = np.linspace(reach.places[0] - 0.3 * span, reach.places[-1] + 0.3 * span, count)
    if problem.model.axis == "reciprocal":
        middles = middles[(middles < reach.midpoint[1]) & (middles > reach.midpoint[0])]
    steep = np.geomspace(1.5 / span, max(reach.steepness[1] / 2, 3 / span), 8)
    axes = [
        _allowed(problem, group, box, _MIDPOINT, middles),
        _allowed(problem, group, box, _STEEPNESS, np.concatenate([-steep[::-1], steep])),
        np.exp(_allowed(problem, group, box, _ASYMMETRY, np.log([0.3, 1.0, 3.0]))),
    ]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)


def _allowed(problem: Problem, group: int, box: Box, j: int, candidates: Floats) -> Floats:
    """Return the candidates within limits; the held value of a parameter that is not free."""
    slot = int(problem.layout.slots[group, j])
    if slot >= problem.size:
        held: Floats = problem.layout.constants[slot - problem.size : slot - problem.size + 1]
        return held
    low, high = box.lower[slot], box.upper[slot]
    inside: Floats = candidates[(candidates >= low) & (candidates <= high)]
    if len(inside) >= 3 or (len(inside) and j == _ASYMMETRY):
        return inside
    low, high = max(low, float(candidates[0])), min(high, float(candidates[-1]))
    if low >= high:
        low, high = box.lower[slot], box.upper[slot]
    between = np.linspace(low, high, 9)
    return between[between != 0] if j == _STEEPNESS else between


def _asymptotes(
    problem: Problem, group: int, parts: tuple[Place, Floats, Floats, Floats], box: Box
) -> tuple[Floats, Floats]:
    """Solve for the asymptotes at every grid point; return the four of them, and the sum of squares."""
    place, fraction, y, weights = parts
    slots = problem.layout.slots[group]
    sloped = problem.mean.sloped
    columns = {0: 1 - fraction, 1: fraction}
    if sloped:
        columns |= {5: place.x * (1 - fraction), 6: place.x * fraction}
    free = [j for j in columns if slots[j] < problem.size]
    values = np.zeros((len(fraction), 4))
    rest = np.broadcast_to(y, fraction.shape).copy()
    for j, column in columns.items():
        if j not in free:
            values[:, _LINEAR.index(j)] = held = problem.layout.constants[slots[j] - problem.size]
            rest -= held * column
    if not free:
        return values, (weights * rest**2).sum(axis=1)
    limits = box.lower[slots[free]], box.upper[slots[free]]
    solution, rss = _linear_step(np.stack([columns[j] for j in free], axis=-1), rest, weights, limits)
    for i, j in enumerate(free):
        values[:, _LINEAR.index(j)] = solution[:, i]
    return values, rss


def _linear_step(design: Floats, y: Floats, weights: Floats, limits: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Minimise a weighted sum of squares at every grid point, exactly within limits for one or two columns."""
    weighted = design * weights[:, None]
    normal = np.matmul(np.swapaxes(weighted, 1, 2), design)
    right = np.matmul(np.swapaxes(weighted, 1, 2), y[..., None])[..., 0]
    square = np.einsum("gn,gn->g", y * weights, y)

    def rss(beta: Floats) -> Floats:
        inner = np.einsum("gi,gij,gj->g", beta, normal, beta)
        total: Floats = np.maximum(square - 2 * np.einsum("gi,gi->g", beta, right) + inner, 0.0)
        return total

    beta = _solve(normal, right)
    clipped = np.clip(beta, *limits)
    if beta.shape[1] > 2 or (clipped == beta).all():
        return clipped, rss(clipped)
    return _best_on_edges(normal, right, limits, (beta, rss))


def _solve(normal: Floats, right: Floats) -> Floats:
    """Solve normal equations with a ridge far below what a start needs, so that empty columns do no harm."""
    size = normal.shape[1]
    unit = np.sqrt(np.einsum("gii->gi", normal) + 1e-300)
    scaled = normal / (unit[:, :, None] * unit[:, None, :]) + 1e-10 * np.eye(size)
    return np.linalg.solve(scaled, (right / unit)[..., None])[..., 0] / unit  # type: ignore[no-any-return]


def _best_on_edges(
    normal: Floats, right: Floats, limits: tuple[Floats, Floats], inner: tuple[Floats, Callable[[Floats], Floats]]
) -> tuple[Floats, Floats]:
    """Compare the inner minimum with the minimum on each edge of the box, where the other column is free."""
    beta, rss = inner
    lower, upper = limits
    candidates = [beta]
    for i in range(beta.shape[1]):
        for edge in (lower[i], upper[i]):
            if np.isfinite(edge):
                point = np.clip(beta, lower, upper)
                point[:, i] = edge
                if beta.shape[1] == 2:
                    o = 1 - i
                    with np.errstate(all="ignore"):
                        best = (right[:, o] - normal[:, o, i] * edge) / normal[:, o, o]
                    point[:, o] = np.clip(np.where(np.isfinite(best), best, point[:, o]), lower[o], upper[o])
                candidates.append(point)
    stack = np.stack(candidates)
    outside = ((stack < lower) | (stack > upper)).any(axis=-1)
    scores = np.where(outside, np.inf, np.stack([rss(candidate) for candidate in candidates]))
    best = scores.argmin(axis=0)
    rows = np.arange(len(beta))
    return stack[best, rows], scores[best, rows]


def _basins(rss: Floats, nodes: Floats) -> list[int]:
    """Return up to five grid points in different basins, best first."""
    span = max(float(np.ptp(nodes[:, 0])), 1e-300)
    score = np.where(np.isfinite(rss), rss, np.inf)
    chosen: list[int] = []
    for _ in range(5):
        k = int(score.argmin())
        if not np.isfinite(score[k]):
            break
        chosen.append(k)
        near = np.abs(nodes[:, 0] - nodes[k, 0]) < 0.12 * span
        ratio = nodes[:, 1] / nodes[k, 1]
        score = np.where(near & (ratio > 0.3) & (ratio < 3.4), np.inf, score)
    return chosen or [0]
