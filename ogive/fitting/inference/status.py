"""The rule book: what became of a fit, in one word and one sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.inference import hypotheses
from ogive.fitting.question.likelihoods import Normal

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate

__all__ = ["EFFECT_LEVEL", "Judgement", "Status", "judge"]

Floats = NDArray[np.float64]


@final
class Status(Enum):
    """What is wrong with a fit, if anything; members are ordered from the most serious to none.

    Each member carries a sentence (`sentence`) that says what happened and what to do next.
    """

    BAD_DATA = "bad data"
    FEW_POINTS = "few points"
    NOT_CONVERGED = "not converged"
    NO_EFFECT = "no effect"
    EXTRAPOLATED = "extrapolated"
    STEEP = "steep"
    ONE_PLATEAU = "one plateau"
    AT_BOUND = "at a bound"
    OK = "ok"

    @property
    def sentence(self) -> str:
        """What happened, and what to do next."""
        return _SENTENCES[self]

    @property
    def estimated(self) -> bool:
        """Whether the fit has estimates at all."""
        return self is not Status.BAD_DATA

    @property
    def seriousness(self) -> int:
        """A number that is larger the more serious the status is; 0 for OK."""
        return len(Status) - 1 - list(Status).index(self)

    def __str__(self) -> str:
        return self.value


_SENTENCES = {
    Status.BAD_DATA: "The data cannot be fitted; correct what the detail names.",
    Status.FEW_POINTS: (
        "There are not enough different points for this many free parameters, so no errors can be given: "
        "measure more, or fix a parameter that you know."
    ),
    Status.NOT_CONVERGED: (
        "The search stopped before it reached a minimum: give a start near the answer, or fix a parameter."
    ),
    Status.NO_EFFECT: (
        "A flat line describes the data as well as the curve: report no effect, and do not use the midpoint."
    ),
    Status.EXTRAPOLATED: (
        "The midpoint lies outside the measured range: report it as beyond that range, or measure further out."
    ),
    Status.STEEP: (
        "The curve goes over between two neighbouring points, so its steepness is only bounded from one side: "
        "measure between them if the steepness matters."
    ),
    Status.ONE_PLATEAU: (
        "Only one asymptote was measured and the other is extrapolated: measure further out, or fix it if known."
    ),
    Status.AT_BOUND: (
        "A parameter ended at a limit that was set for it: check the limit, and read its interval as one-sided."
    ),
    Status.OK: "The curve is supported by the data; use the estimates with their intervals.",
}

# The level of the test that decides between a curve and a flat line.
EFFECT_LEVEL = 0.05


@final
@dataclass(frozen=True)
class Judgement:
    """What is wrong with a fit, most serious first, and what is wrong in its own numbers."""

    flags: tuple[Status, ...]
    detail: str

    @property
    def status(self) -> Status:
        """The most serious thing that is wrong, or OK."""
        return self.flags[0] if self.flags else Status.OK


def judge(estimate: Estimate) -> Judgement:
    """Judge a fit."""
    found = _flags(estimate)
    return Judgement(found, _detail(estimate, found[0] if found else Status.OK))


def _flags(estimate: Estimate) -> tuple[Status, ...]:
    """Return everything that is wrong, most serious first."""
    if estimate.failed:
        few = estimate.n < estimate.problem.size and not estimate.data.trouble
        return (Status.FEW_POINTS if few else Status.BAD_DATA,)
    found = {
        Status.FEW_POINTS: _few_points(estimate),
        Status.NOT_CONVERGED: not estimate.solution.converged,
        Status.AT_BOUND: bool((estimate.at_limit & estimate.solution.box.by_user).any()),
    }
    if estimate.model.is_curve:
        found[Status.NO_EFFECT] = _no_effect(estimate)
        for k in range(len(estimate.groups)):
            for status, applies in _of_group(estimate, k).items():
                found[status] = found.get(status, False) or applies
    return tuple(status for status in Status if found.get(status))


def _detail(estimate: Estimate, worst: Status) -> str:
    """Say what is wrong in the numbers of the fit."""
    if estimate.failed:
        return estimate.solution.trouble
    lines = {
        Status.FEW_POINTS: (
            f"{estimate.n} observations at {_distinct(estimate)} points, {estimate.problem.size} free parameters"
        ),
        Status.NOT_CONVERGED: f"stopped after {estimate.solution.steps} steps",
        Status.AT_BOUND: "at a limit: " + ", ".join(np.array(estimate.names)[estimate.at_limit]),
    }
    if worst is Status.NO_EFFECT:
        test = hypotheses.no_effect(estimate)
        return f"{test.method}: p = {test.p_value:.2g} for no effect"
    if worst in {Status.EXTRAPOLATED, Status.STEEP, Status.ONE_PLATEAU}:
        return "; ".join(filter(None, (_described(estimate, k) for k in range(len(estimate.groups)))))
    return lines.get(worst, "")


def _distinct(estimate: Estimate) -> int:
    return len(np.unique(estimate.data.x)) if estimate.data.x.ndim == 1 else estimate.n


def _few_points(estimate: Estimate) -> bool:
    if estimate.dof <= 0 and estimate.quasi and estimate.known_dispersion is None:
        return True
    if not estimate.model.is_curve:
        return False
    slots = estimate.problem.layout.slots
    for k, row in enumerate(slots):
        others = np.delete(slots, k, axis=0).ravel()
        own = [s for s in set(row.tolist()) if s < estimate.problem.size and s not in others]
        if len(np.unique(estimate.data.x[estimate.data.group == k])) < len(own):
            return True
    return False


def _no_effect(estimate: Estimate) -> bool:
    if estimate.dof <= 0 or hypotheses.effect_is_plain(estimate):
        return False
    if isinstance(estimate.likelihood, Normal) and estimate.rss <= 1e-24 * estimate.null_rss:
        return False
    return bool(hypotheses.no_effect(estimate).p_value > EFFECT_LEVEL)


def _of_group(estimate: Estimate, k: int) -> dict[Status, bool]:
    """Say what is wrong with the curve of one group."""
    row = estimate.problem.layout.slots[k]
    values = estimate.problem.layout.expand(estimate.theta)[k]
    g = estimate.problem.place.g[estimate.data.group == k]
    seen = np.unique(g[np.isfinite(g)])
    if not len(seen):
        return {}
    size = estimate.problem.size
    middle = row[2] < size and not seen[0] <= values[2] <= seen[-1]
    fractions = _fractions(estimate, k, seen)
    box = estimate.solution.box
    steepest = row[3] < size and abs(values[3]) >= 0.999 * abs(box.upper[row[3]]) and not box.by_user[row[3]]
    jump = row[3] < size and len(seen) > 2 and not ((fractions > 0.02) & (fractions < 0.98)).any()
    # a common asymptote is shown where any group comes near it
    slots = estimate.problem.layout.slots
    beside = [np.flatnonzero(slots[:, j] == row[j]).tolist() for j in (0, 1)]
    low = row[0] < size and min(_ends(estimate, other)[0] for other in beside[0]) > 0.15
    high = row[1] < size and max(_ends(estimate, other)[1] for other in beside[1]) < 0.85
    return {
        Status.EXTRAPOLATED: bool(middle),
        Status.STEEP: bool(steepest or (jump and not middle)),
        Status.ONE_PLATEAU: bool(low or high),
    }


def _ends(estimate: Estimate, k: int) -> tuple[float, float]:
    """Return how near the curve of a group comes to its asymptotes.

    A zero dose stands at an end of the axis, so it shows the asymptote there.
    """
    fractions = _fractions(estimate, k, np.unique(estimate.problem.place.g[estimate.data.group == k]))
    return float(fractions.min()), float(fractions.max())


def _fractions(estimate: Estimate, k: int, g: Floats) -> Floats:
    """Return how far the curve of a group has gone at places on the axis."""
    values = estimate.problem.layout.expand(estimate.theta)[k]
    power = np.exp(values[4]) if estimate.problem.mean.powered else None
    with np.errstate(invalid="ignore"):
        z = values[3] * (g - values[2])
    return estimate.problem.mean.transition.value(np.where(np.isnan(z), 0.0, z), power)  # type: ignore[no-any-return]


def _described(estimate: Estimate, k: int) -> str:
    wrong = [status for status, applies in _of_group(estimate, k).items() if applies]
    if not wrong:
        return ""
    g = estimate.problem.place
    x = g.x[(estimate.data.group == k) & np.isfinite(g.g)]
    curve = estimate.curve(k)
    label = f"{estimate.groups[k]}: " if len(estimate.groups) > 1 else ""
    said = {
        Status.EXTRAPOLATED: f"midpoint {curve.midpoint:.4g} outside {x.min():.4g} to {x.max():.4g}",
        Status.STEEP: f"steepness {curve.steepness:.4g} is only a lower limit of its size",
        Status.ONE_PLATEAU: _plateau(estimate, k),
    }
    return label + ", ".join(said[status] for status in wrong)


def _plateau(estimate: Estimate, k: int) -> str:
    g = estimate.problem.place.g[estimate.data.group == k]
    seen = _fractions(estimate, k, np.unique(g))
    return f"the data cover {100 * seen.min():.0f} % to {100 * seen.max():.0f} % of the way from lower to upper"
