"""The rule book: what became of a fit, in one word and one sentence that says what to do.

One set of rules for curves, formulas, regressions, groups and counts, of single fits and of tables: `Evidence` has an
entry for each curve, and `broken` says which statuses apply to each.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.inference import hypotheses
from ogive.fitting.inference.identified import Undetermined, undetermined
from ogive.fitting.question.likelihoods import Normal

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate
    from ogive.fitting.shown import Shown

__all__ = ["PLAIN", "STATUSES", "Evidence", "Group", "Judgement", "Status", "broken", "judge", "worst"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@final
class Status(Enum):
    """What is wrong with a fit, if anything; members are ordered from the most serious to none.

    Each member carries a sentence (`sentence`) that says what happened and what to do next.
    """

    BAD_DATA = "bad data"
    FEW_POINTS = "few points"
    SEPARATED = "separated"
    NOT_IDENTIFIED = "not identified"
    NOT_CONVERGED = "not converged"
    NO_EFFECT = "no effect"
    DOES_NOT_FIT = "does not fit"
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
    Status.SEPARATED: (
        "A sum of the columns tells yes from no without error, so no finite estimate is best: report the profile "
        "limits, which are open on one side, or use a penalised fit (Firth 1993)."
    ),
    Status.NOT_IDENTIFIED: (
        "Some parameters can move together without changing the curve, so the data cannot tell their values: fix one "
        "of those named, or leave it out."
    ),
    Status.NOT_CONVERGED: (
        "The search stopped before it reached a minimum: give a start near the answer, or fix a parameter."
    ),
    Status.NO_EFFECT: (
        "A flat line describes the data as well as the curve: report no effect, and do not use the midpoint."
    ),
    Status.DOES_NOT_FIT: (
        "The observations lie farther from the curve than chance allows, so its numbers do not describe them: look "
        "at the residuals, and try another curve (a bell, two sites), or ask what else differs between observations."
    ),
    Status.EXTRAPOLATED: (
        "The midpoint lies outside the measured range: report it as beyond that range, or measure further out."
    ),
    Status.STEEP: (
        "The curve goes over between neighbouring points, so its steepness is only bounded from one side and its "
        "midpoint may lie anywhere between them: use the limits, and measure between them if the steepness matters."
    ),
    Status.ONE_PLATEAU: (
        "An asymptote was not measured and is extrapolated: measure further out, or fix it if known."
    ),
    Status.AT_BOUND: (
        "A parameter ended at a limit that was set for it: check the limit, and read its interval as one-sided."
    ),
    Status.OK: "The curve is supported by the data; use the estimates with their intervals.",
}

STATUSES = tuple(Status)
"""The statuses in the order of their seriousness, as tables number them."""

# The level of the test that decides between a curve and a flat line; and a p-value so small that no calibration of
# the test could undo it.
EFFECT_LEVEL, PLAIN = 0.05, 1e-8
# The level of the test of a curve against its replicates.
FIT_LEVEL = 0.01
# A sum of squares below this part of that about the mean (or, for that, about 0) is rounding.
_ROUNDING = 1e-24


class Evidence(NamedTuple):
    """What the rules ask of each curve; every array has an entry for each.

    Attributes
    ----------
    bad, few
        Whether the data cannot be fitted, and whether there are too few points for errors.
    separated, unidentified, degenerate
        Whether a linear predictor runs away; whether no data at these points could tell the parameters; whether these
        data do not.
    converged
        Whether the search arrived.
    effect, plain_effect
        The p-value of the test against a flat line (nan: none), and that of the F test, which is not calibrated.
    exact, constant
        Whether the curve runs through all responses, and whether these are all the same.
    misfit
        The p-value of lack of fit (nan: no test).
    shown
        What the points show of the curve; None where there is no curve.
    at_user_limit
        Whether a parameter stands at a limit that the user set.
    """

    bad: Flags
    few: Flags
    separated: Flags
    unidentified: Flags
    degenerate: Flags
    converged: Flags
    effect: Floats
    plain_effect: Floats
    exact: Flags
    constant: Flags
    misfit: Floats
    shown: Shown | None
    at_user_limit: Flags


def broken(evidence: Evidence) -> Flags:
    """Return which statuses apply to which curves: (statuses, curves), in the order of `STATUSES`."""
    e = evidence
    misfit = e.misfit < FIT_LEVEL
    # what lies about a curve more than chance allows lies about a flat line even more so
    flat = (e.effect > EFFECT_LEVEL) & ~(e.plain_effect < PLAIN) & ~e.exact & ~misfit
    none = np.zeros_like(e.bad)
    outside, steep, plateau = (none, none, none)
    if e.shown is not None:
        outside = e.shown.outside | e.shown.unbounded
        steep, plateau = e.shown.steep, e.shown.low | e.shown.high
    no_effect = flat | e.constant
    known = no_effect | e.separated | outside | steep | plateau
    found = {
        Status.BAD_DATA: e.bad,
        Status.FEW_POINTS: e.few & ~e.bad,
        Status.SEPARATED: e.separated,
        Status.NOT_IDENTIFIED: (e.unidentified & ~e.separated) | (e.degenerate & ~known),
        Status.NOT_CONVERGED: ~e.converged,
        Status.NO_EFFECT: no_effect,
        Status.DOES_NOT_FIT: misfit & ~e.constant,
        Status.EXTRAPOLATED: outside,
        Status.STEEP: steep,
        Status.ONE_PLATEAU: plateau,
        Status.AT_BOUND: e.at_user_limit,
        Status.OK: ~none,
    }
    return np.stack([found[status] for status in STATUSES])


def worst(found: Flags) -> NDArray[np.int8]:
    """Return the place among `STATUSES` of the most serious thing that is wrong with each curve."""
    places: NDArray[np.int8] = np.argmax(found, axis=0).astype(np.int8)
    return places


# ---- Single fits -------------------------------------------------------------------------------------------------


@final
@dataclass(frozen=True)
class Group:
    """What is known of the curve of one group: its status, what it explains, and its tests."""

    status: Status
    flags: tuple[Status, ...]
    n: int
    r_squared: float
    no_effect: hypotheses.Test
    lack_of_fit: hypotheses.Test


@final
@dataclass(frozen=True)
class Judgement:
    """What is wrong with a fit, most serious first, in its own numbers; and the same for the curve of each group."""

    flags: tuple[Status, ...]
    detail: str
    groups: dict[str, Group]

    @property
    def status(self) -> Status:
        """The most serious thing that is wrong with the curve of any group, or OK."""
        return self.flags[0] if self.flags else Status.OK

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The status of the curve of each group, in their order."""
        return tuple(group.status for group in self.groups.values())


def judge(estimate: Estimate) -> Judgement:
    """Judge a fit."""
    if estimate.failed:
        few = estimate.n < estimate.problem.size and not estimate.data.trouble
        flags: tuple[Status, ...] = (Status.FEW_POINTS if few else Status.BAD_DATA,)
        nothing = hypotheses.NOTHING
        each = {g: Group(flags[0], flags, int((estimate.data.group == k).sum()), np.nan, nothing, nothing)
                for k, g in enumerate(estimate.groups)}  # fmt: skip
        return Judgement(flags, estimate.solution.trouble, each)
    effects = [hypotheses.no_effect_of(estimate, k) for k in range(len(estimate.groups))]
    misfits = [hypotheses.lack_of_fit_of(estimate, k) for k in range(len(estimate.groups))]
    blind = undetermined(estimate)
    found = broken(_evidence(estimate, blind, effects, misfits))
    each = {}
    for k, group in enumerate(estimate.groups):
        flags = tuple(s for s, applies in zip(STATUSES, found[:, k], strict=True) if applies and s is not Status.OK)
        n, r_squared = int((estimate.data.group == k).sum()), hypotheses.r_squared_of(estimate, k)
        each[group] = Group((*flags, Status.OK)[0], flags, n, r_squared, effects[k], misfits[k])
    everything = tuple(s for s, row in zip(STATUSES, found, strict=True) if row.any() and s is not Status.OK)
    return Judgement(everything, _detail(estimate, everything, each, blind), each)


def _evidence(
    estimate: Estimate, blind: Undetermined, effects: list[hypotheses.Test], misfits: list[hypotheses.Test]
) -> Evidence:
    count = len(estimate.groups)

    def every(value: bool) -> Flags:
        return np.full(count, value)

    by_user = (estimate.at_limit & estimate.solution.box.by_user)[None, :]
    slots = estimate.problem.layout.slots
    own = (slots[:, :, None] == np.arange(estimate.problem.size)).any(axis=1)
    normal = isinstance(estimate.likelihood, Normal)
    return Evidence(
        bad=every(False),
        few=_few_points(estimate),
        separated=every(estimate.separation is not None),
        unidentified=every(bool(blind.names) and blind.everywhere),
        degenerate=every(bool(blind.names)),
        converged=every(estimate.solution.converged),
        effect=np.array([test.p_value for test in effects]),
        plain_effect=np.array([hypotheses.plain_p_value(estimate, k) for k in range(count)]),
        exact=every(normal and estimate.rss <= _ROUNDING * estimate.null_rss),
        constant=np.array([hypotheses.is_constant(estimate, k) for k in range(count)]),
        misfit=np.array([test.p_value for test in misfits]),
        shown=estimate.shown if estimate.model.is_curve else None,
        at_user_limit=(own & by_user).any(axis=1),
    )


def _distinct(estimate: Estimate) -> int:
    return len(np.unique(estimate.data.x)) if estimate.data.x.ndim == 1 else estimate.n


def _few_points(estimate: Estimate) -> Flags:
    slots, size = estimate.problem.layout.slots, estimate.problem.size
    no_variance = estimate.dof <= 0 and estimate.quasi and estimate.known_dispersion is None
    few = np.full(len(slots), no_variance)
    if not estimate.model.is_curve:
        return few
    for k, row in enumerate(slots):
        others = np.delete(slots, k, axis=0).ravel()
        own = [s for s in set(row.tolist()) if s < size and s not in others]
        few[k] |= len(np.unique(estimate.data.x[estimate.data.group == k])) < len(own)
    return few


# ---- In the numbers of a fit -------------------------------------------------------------------------------------


def _detail(estimate: Estimate, flags: tuple[Status, ...], groups: dict[str, Group], blind: Undetermined) -> str:
    """Say what is wrong in the numbers of the fit."""
    status = (*flags, Status.OK)[0]
    if status is Status.FEW_POINTS:
        return f"{estimate.n} observations at {_distinct(estimate)} points, {estimate.problem.size} free parameters"
    if status is Status.SEPARATED and estimate.separation is not None:
        kind = "complete" if estimate.separation.complete else "quasi-complete"
        pairs = zip(estimate.separation.columns, estimate.separation.direction, strict=True)
        return f"{kind} separation by " + ", ".join(f"{name} (to {'+' if d > 0 else '-'}∞)" for name, d in pairs)
    if status is Status.NOT_IDENTIFIED:
        return "not determined: " + ", ".join(blind.names)
    if status is Status.NOT_CONVERGED:
        return f"stopped after {estimate.solution.steps} steps"
    if status is Status.AT_BOUND:
        return "at a limit: " + ", ".join(np.array(estimate.names)[estimate.at_limit])
    lines = [_described(estimate, k, status) for k, each in enumerate(groups.values()) if status in each.flags]
    labels = [f"{name}: " if len(groups) > 1 else "" for name, each in groups.items() if status in each.flags]
    said = [_tested(status, each) for each in groups.values() if status in each.flags]
    return "; ".join(label + (test or line) for label, test, line in zip(labels, said, lines, strict=True))


def _tested(status: Status, group: Group) -> str:
    if status is Status.NO_EFFECT:
        return f"{group.no_effect.method}: p = {group.no_effect.p_value:.2g} for no effect"
    if status is Status.DOES_NOT_FIT:
        test = group.lack_of_fit
        df = ", ".join(f"{d:g}" for d in test.df)
        return f"lack of fit: {test.method} {test.statistic:.4g} on {df} df, p = {test.p_value:.2g}"
    return ""


def _described(estimate: Estimate, k: int, status: Status) -> str:
    if not estimate.model.is_curve:
        return ""
    g = estimate.problem.place
    x = g.x[(estimate.data.group == k) & np.isfinite(g.g)]
    curve = estimate.curve(k)
    if status is Status.EXTRAPOLATED:
        return f"midpoint {curve.midpoint:.4g}, measured from {x.min():.4g} to {x.max():.4g}"
    if status is Status.STEEP:
        return f"steepness {curve.steepness:.4g} is only a lower limit of its size"
    if status is Status.ONE_PLATEAU:
        low, high = estimate.shown.low[k], estimate.shown.high[k]
        which = "neither asymptote was" if low and high else f"the {'lower' if low else 'upper'} asymptote was not"
        gone = estimate.shown.gone[k]
        return f"the data cover {100 * gone[0]:.0f} % to {100 * gone[1]:.0f} % of the way, and {which} seen"
    return ""
