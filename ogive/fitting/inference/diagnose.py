"""What is wrong with a fit: which statuses apply, and why, in its own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.inference import covariance, hypotheses
from ogive.fitting.inference.status import Status
from ogive.fitting.question.likelihoods import Normal

if TYPE_CHECKING:
    from ogive.fitting.one import Fit

__all__ = ["detail", "flags"]

Floats = NDArray[np.float64]

# The level of the test that decides between a curve and a flat line.
EFFECT_LEVEL = 0.05


def flags(fit: Fit) -> tuple[Status, ...]:
    """Return everything that is wrong, most serious first."""
    if fit.solution.trouble:
        few = fit.n < fit.problem.size and not fit.data.trouble
        return (Status.FEW_POINTS if few else Status.BAD_DATA,)
    found = {
        Status.FEW_POINTS: _few_points(fit),
        Status.NOT_CONVERGED: not fit.solution.converged,
        Status.AT_BOUND: bool((covariance.at_limit(fit) & fit.solution.box.by_user).any()),
    }
    if fit.model.is_curve:
        found[Status.NO_EFFECT] = _no_effect(fit)
        for k in range(len(fit.groups)):
            for status, applies in _of_group(fit, k).items():
                found[status] = found.get(status, False) or applies
    return tuple(status for status in Status if found.get(status))


def detail(fit: Fit) -> str:
    """Say what is wrong in the numbers of the fit."""
    if fit.solution.trouble:
        return fit.solution.trouble
    lines = {
        Status.FEW_POINTS: f"{fit.n} observations at {_distinct(fit)} points, {fit.problem.size} free parameters",
        Status.NOT_CONVERGED: f"stopped after {fit.solution.steps} steps",
        Status.AT_BOUND: "at a limit: " + ", ".join(np.array(fit.names)[covariance.at_limit(fit)]),
    }
    if fit.status is Status.NO_EFFECT:
        test = fit.no_effect()
        return f"{test.method}: p = {test.p_value:.2g} for no effect"
    if fit.status in {Status.EXTRAPOLATED, Status.STEEP, Status.ONE_PLATEAU}:
        return "; ".join(filter(None, (_described(fit, k) for k in range(len(fit.groups)))))
    return lines.get(fit.status, "")


def _distinct(fit: Fit) -> int:
    return len(np.unique(fit.data.x)) if fit.data.x.ndim == 1 else fit.n


def _few_points(fit: Fit) -> bool:
    if fit.dof <= 0 and fit.quasi and fit.known_dispersion is None:
        return True
    if not fit.model.is_curve:
        return False
    slots = fit.problem.layout.slots
    for k, row in enumerate(slots):
        others = np.delete(slots, k, axis=0).ravel()
        own = [s for s in set(row.tolist()) if s < fit.problem.size and s not in others]
        if len(np.unique(fit.data.x[fit.data.group == k])) < len(own):
            return True
    return False


def _no_effect(fit: Fit) -> bool:
    if fit.dof <= 0 or hypotheses.effect_is_plain(fit):
        return False
    if isinstance(fit.likelihood, Normal) and fit.rss <= 1e-24 * hypotheses.null_rss(fit):
        return False
    return bool(hypotheses.no_effect(fit).p_value > EFFECT_LEVEL)


def _of_group(fit: Fit, k: int) -> dict[Status, bool]:
    """Say what is wrong with the curve of one group."""
    row = fit.problem.layout.slots[k]
    values = fit.problem.layout.expand(fit.solution.theta)[k]
    g = fit.problem.place.g[fit.data.group == k]
    seen = np.unique(g[np.isfinite(g)])
    if not len(seen):
        return {}
    size = fit.problem.size
    middle = row[2] < size and not seen[0] <= values[2] <= seen[-1]
    fractions = _fractions(fit, k, seen)
    box = fit.solution.box
    steepest = row[3] < size and abs(values[3]) >= 0.999 * abs(box.upper[row[3]]) and not box.by_user[row[3]]
    jump = row[3] < size and len(seen) > 2 and not ((fractions > 0.02) & (fractions < 0.98)).any()
    # a common asymptote is shown where any group comes near it
    slots = fit.problem.layout.slots
    beside = [np.flatnonzero(slots[:, j] == row[j]).tolist() for j in (0, 1)]
    low = row[0] < size and min(_ends(fit, other)[0] for other in beside[0]) > 0.15
    high = row[1] < size and max(_ends(fit, other)[1] for other in beside[1]) < 0.85
    return {
        Status.EXTRAPOLATED: bool(middle),
        Status.STEEP: bool(steepest or (jump and not middle)),
        Status.ONE_PLATEAU: bool(low or high),
    }


def _ends(fit: Fit, k: int) -> tuple[float, float]:
    """Return how near the curve of a group comes to its asymptotes.

    A zero dose stands at an end of the axis, so it shows the asymptote there.
    """
    fractions = _fractions(fit, k, np.unique(fit.problem.place.g[fit.data.group == k]))
    return float(fractions.min()), float(fractions.max())


def _fractions(fit: Fit, k: int, g: Floats) -> Floats:
    """Return how far the curve of a group has gone at places on the axis."""
    values = fit.problem.layout.expand(fit.solution.theta)[k]
    power = np.exp(values[4]) if fit.problem.mean.powered else None
    with np.errstate(invalid="ignore"):
        z = values[3] * (g - values[2])
    return fit.problem.mean.transition.value(np.where(np.isnan(z), 0.0, z), power)  # type: ignore[no-any-return]


def _described(fit: Fit, k: int) -> str:
    wrong = [status for status, applies in _of_group(fit, k).items() if applies]
    if not wrong:
        return ""
    g = fit.problem.place
    x = g.x[(fit.data.group == k) & np.isfinite(g.g)]
    curve = fit.curves[fit.groups[k]]
    label = f"{fit.groups[k]}: " if len(fit.groups) > 1 else ""
    said = {
        Status.EXTRAPOLATED: f"midpoint {curve.midpoint:.4g} outside {x.min():.4g} to {x.max():.4g}",
        Status.STEEP: f"steepness {curve.steepness:.4g} is only a lower limit of its size",
        Status.ONE_PLATEAU: _plateau(fit, k),
    }
    return label + ", ".join(said[status] for status in wrong)


def _plateau(fit: Fit, k: int) -> str:
    g = fit.problem.place.g[fit.data.group == k]
    seen = _fractions(fit, k, np.unique(g))
    return f"the data cover {100 * seen.min():.0f} % to {100 * seen.max():.0f} % of the way from lower to upper"
