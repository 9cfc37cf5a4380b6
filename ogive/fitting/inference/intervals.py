"""Intervals for parameters and for whatever is derived from them: one delta method, one profile, one bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive.curves import Curve
from ogive.fitting.inference import covariance, profile
from ogive.fitting.inference.bootstrap import resampled
from ogive.fitting.inference.status import Status, judge
from ogive.models import SCALES, Quantity, Scale, Vocabulary
from ogive.models.holds import OnAxis, level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ogive.fitting.estimate import Estimate

__all__ = [
    "PARTED", "Interval", "Named", "at_function", "dose_function", "error_of", "every_interval", "gradient_of",
    "interval", "of_curves", "quantile", "reported", "value_of", "wald",
]  # fmt: skip

Floats = NDArray[np.float64]

# A profile that ends so much of the width of Wald's interval away from it is printed in its place.
PARTED = 0.05
Named = str | Callable[[Any], float]
"""A parameter or quantity by name, or a function of the fitted curve."""


@final
@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its standard error and its confidence limits; iterating gives (low, high).

    Attributes
    ----------
    low, high
        The limits. A side that the data do not limit is infinite (0, for a positive number).
    """

    name: str
    value: float
    stderr: float
    low: float
    high: float
    level: float
    method: str

    def __iter__(self) -> Iterator[float]:
        return iter((self.low, self.high))

    @property
    def one_sided(self) -> bool:
        """Whether the data leave one side open."""
        return np.isfinite(self.low) != np.isfinite(self.high) or (self.low == 0 and self.method != "wald")


def _half_point(curve: Curve) -> float:
    return curve.half_point


def _inflection(curve: Curve) -> float:
    return curve.inflection


def _max_slope(curve: Curve) -> float:
    return curve.steepest.slope


def _max_slope_per_e_fold(curve: Curve) -> float:
    return curve.along_axis().steepest.slope


def _width(curve: Curve) -> float:
    return curve.width()


_OF_EVERY_CURVE = Vocabulary(
    "every curve",
    quantities=(
        Quantity("half_point", _half_point, "where the curve is half-way between its asymptotes", objection=level),
        Quantity("inflection", _inflection, "where the slope in x is extreme"),
        Quantity("max_slope", _max_slope, "the steepest slope, in y per x",
                 objection=OnAxis("linear", "use max_slope_per_e_fold, per natural logarithm of x")),
        Quantity("max_slope_per_e_fold", _max_slope_per_e_fold, "the steepest slope, in y per e-fold of x",
                 objection=OnAxis("log", "use max_slope")),
        Quantity("width", _width, "from a tenth to nine tenths of the way, in units of x", "log", level),
    ),
)  # fmt: skip


class _Target(NamedTuple):
    """What an interval is asked for: its name, its function of the vector, the scale of its interval."""

    name: str
    of: Callable[[Floats], float]
    scale: str
    slot: int | None
    outward: Callable[[float], float] | None = None


def quantile(estimate: Estimate, level: float) -> float:
    """Return the two-sided quantile: Student's where a variance is estimated, else the normal one."""
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, such as 0.95, not {level!r}")
    return estimate.quantile(level)


def wald(estimate: Estimate, name: Named, *, scale: str | None = None, level: float = 0.95) -> Interval:
    """Return a number with its standard error and its symmetric interval."""
    return interval(estimate, name, level=level, scale=scale)


def interval(
    estimate: Estimate,
    name: Named,
    *,
    level: float = 0.95,
    method: str = "wald",
    scale: str | None = None,
    seed: int = 0,
) -> Interval:
    """Return one interval."""
    return _intervals(estimate, [name], level, method, scale, seed)[0]


def every_interval(
    estimate: Estimate, *, level: float = 0.95, method: str = "wald", scale: str | None = None, seed: int = 0
) -> dict[str, Interval]:
    """Return the intervals of all free parameters."""
    found = _intervals(estimate, list(estimate.names), level, method, scale, seed)
    return dict(zip(estimate.names, found, strict=True))


def _intervals(
    estimate: Estimate, names: Sequence[Named], level: float, method: str, scale: str | None, seed: int
) -> list[Interval]:
    known = ("wald", "profile", "bootstrap", "reported")
    if method not in known:
        raise ValueError(f"method must be one of {', '.join(known)}, not {method!r}")
    if scale is not None and scale not in {"linear", "log"}:
        raise ValueError(f"scale must be 'linear' or 'log', not {scale!r}")
    targets = [_target(estimate, each, scale) for each in names]
    if method == "profile":
        return _by_profile(estimate, targets, level)
    if method == "bootstrap":
        return _by_bootstrap(estimate, targets, level, seed)
    if method == "reported":
        return _reported(estimate, targets, level, judge(estimate).statuses)
    return _wald_or_loose(estimate, targets, level)


def _wald_or_loose(estimate: Estimate, targets: list[_Target], level: float) -> list[Interval]:
    """Return Wald's intervals, and the profile's of what has no error."""
    known = covariance.standard_errors(estimate)
    found = [_by_wald(estimate, target, level, known) for target in targets]
    loose = [i for i, each in enumerate(found) if estimate.loose.any() and np.isnan(each.stderr)]
    for i, each in zip(loose, _by_profile(estimate, [targets[i] for i in loose], level), strict=True):
        found[i] = each
    return found


def value_of(estimate: Estimate, name: str) -> float:
    """Return a parameter or derived quantity by any of its names."""
    return _target(estimate, name, None).of(estimate.theta)


def error_of(estimate: Estimate, name: str) -> float:
    """Return the standard error of a parameter or derived quantity by any of its names."""
    return standard_error(estimate, _target(estimate, name, None))


def at_function(estimate: Estimate, name: str, x: float, group: str) -> Callable[[Any], float]:
    """Return a function of the field at one x, as a function of the fitted curve."""
    row = estimate.vocabulary.function(name, estimate.model)
    if row is None:
        raise KeyError(f"the fit of {estimate.model.name} has no function {name!r}")

    def at(curves: Any) -> float:
        return float(row.of(curves if isinstance(curves, Curve) else curves[group], x))

    at.__name__ = f"{name}({x:g})" if len(estimate.groups) == 1 else f"{name}({x:g}) of {group}"
    at.scale = row.scale  # type: ignore[attr-defined]
    return at


def dose_function(estimate: Estimate, percent: float, absolute: float | None, group: str) -> Callable[[Any], float]:
    """Return the function of the fitted curve that is an effective dose."""
    if not estimate.model.is_curve:
        raise ValueError("an effective dose needs a curve; for a formula pass a function to interval()")
    if absolute is None and not 0 < percent < 100:
        raise ValueError(f"percent must lie between 0 and 100, not {percent!r}")
    what = f"ED{percent:g}" if absolute is None else f"dose for {absolute:g}"

    def dose(curves: Any) -> float:
        curve: Curve = curves if isinstance(curves, Curve) else curves[group]
        if absolute is not None:
            return float(curve.inverse(absolute))
        fraction = percent / 100 if curve.steepness > 0 else 1 - percent / 100
        if curve.lower_slope or curve.upper_slope:
            return float(curve.inverse(curve.lower + fraction * (curve.upper - curve.lower)))
        return float(curve.at_fraction(fraction))

    dose.__name__ = what if len(estimate.groups) == 1 else f"{what} of {group}"
    dose.scale = "log" if estimate.model.axis == "log" else "linear"  # type: ignore[attr-defined]
    return dose


# ---- What is asked for -------------------------------------------------------------------------------------------


def _target(estimate: Estimate, name: Any, scale: str | None) -> _Target:
    if callable(name):
        own = scale or str(getattr(name, "scale", "linear"))
        return _Target(getattr(name, "__name__", "quantity"), of_curves(estimate, name), own, None)
    stem, _, group = str(name).partition(":")
    model, words = estimate.model, estimate.vocabulary
    quantity = words.quantity(stem, model)
    if quantity is None and not words.knows(stem) and model.is_curve:
        quantity = _OF_EVERY_CURVE.quantity(stem, model)
    if quantity is not None:
        return _Target(str(name), of_curves(estimate, quantity.of, group or None), scale or quantity.scale, None)
    word = words.word(stem, model)
    parameter, outward = (stem, _unchanged) if word is None else (word.parameter, word.outside)
    slot = _slot(estimate, parameter, group)
    if slot is None:
        value = float(estimate.model.fixed[parameter])
        return _Target(str(name), lambda _: outward(value), "linear", None)
    estimated = estimate.problem.scales[slot]
    if word is not None and not word.renames_only:
        value_at = _translated(slot, estimated, outward)
        return _Target(str(name), value_at, scale or "linear", slot, outward)
    return _Target(str(name), lambda t: float(estimated.outside(t[slot])), scale or estimated.name, slot)


def _unchanged(value: float) -> float:
    return value


def _translated(slot: int, scale: Scale, outward: Callable[[float], float]) -> Callable[[Floats], float]:
    return lambda theta: float(outward(float(scale.outside(theta[slot]))))


def _slot(estimate: Estimate, parameter: str, group: str) -> int | None:
    """Return the place of a parameter in the vector, None where it is fixed."""
    full = f"{parameter}:{group}" if group else parameter
    if full in estimate.names:
        return estimate.names.index(full)
    if parameter in estimate.names:
        return estimate.names.index(parameter)
    if parameter in estimate.model.fixed:
        return None
    known = [*estimate.names, *estimate.model.fixed, *(w.name for w in estimate.vocabulary.words_of(estimate.model))]
    known += [q.name for q in estimate.vocabulary.quantities_of(estimate.model)]
    raise KeyError(f"the fit of {estimate.model.name} has no {full!r}; it has {', '.join(known)}")


def of_curves(
    estimate: Estimate, function: Callable[[Any], float], group: str | None = None
) -> Callable[[Floats], float]:
    """Make a function of the fitted curve, or of the mapping of curves, into one of the vector."""
    problem, groups = estimate.problem, estimate.groups

    def of(theta: Floats) -> float:
        if len(groups) == 1:
            return float(function(problem.group_curve(theta, 0)))
        if group is not None:
            return float(function(problem.group_curve(theta, groups.index(group))))
        return float(function({name: problem.group_curve(theta, k) for k, name in enumerate(groups)}))

    return of


# ---- The three methods -------------------------------------------------------------------------------------------


def gradient_of(function: Callable[[Floats], float], theta: Floats, errors: Floats) -> Floats:
    """Return the gradient by sixth-order central differences: eleven digits for what is smooth."""
    unit = np.where(np.isfinite(errors) & (errors > 0), errors, 0.0)
    steps = 2e-3 * np.maximum(np.maximum(np.abs(theta), np.minimum(unit, 1.0)), 1e-9)
    result = np.zeros_like(theta)
    for i, step in enumerate(steps):
        values = []
        for multiple in (1, 2, 3):
            shift = np.zeros_like(theta)
            shift[i] = multiple * step
            values.append((function(theta + shift) - function(theta - shift)) / (2 * step))
        result[i] = 1.5 * values[0] - 0.3 * values[1] + values[2] / 30
    return result


def standard_error(estimate: Estimate, target: _Target, known: Mapping[str, float] | None = None) -> float:
    """Return the standard error of a target in its own units; `known`: those of the parameters."""
    if target.slot is not None and target.outward is None:
        known = covariance.standard_errors(estimate) if known is None else known
        return known[estimate.names[target.slot]]
    if estimate.failed:
        return float("nan")
    errors = np.sqrt(np.diag(covariance.inside(estimate)))
    gradient = gradient_of(target.of, estimate.theta, errors)
    if _rests_on(estimate, gradient):
        return float("nan")
    return float(np.sqrt(covariance.variance(estimate, gradient)))


def _rests_on(estimate: Estimate, gradient: Floats) -> bool:
    """Say whether a number moves with a parameter that has no error, because a limit that nobody set holds it."""
    return bool((estimate.loose & (gradient != 0)).any())


def _by_wald(estimate: Estimate, target: _Target, level: float, known: Mapping[str, float] | None = None) -> Interval:
    value, error = target.of(estimate.theta), standard_error(estimate, target, known)
    half = quantile(estimate, level) * error
    low, high = value - half, value + half
    if target.scale != "linear" and value > 0:
        scale = SCALES[target.scale]
        with np.errstate(all="ignore"):
            inside, reach = float(scale.inside(value)), half / float(scale.rate(value))
            low, high = float(scale.outside(inside - reach)), float(scale.outside(inside + reach))
            low = 0.0 if reach == np.inf else low
        if target.scale == "reciprocal" and high < 0:
            high = float("inf")
    return Interval(target.name, value, error, low, high, level, "wald")


def _by_profile(estimate: Estimate, targets: list[_Target], level: float) -> list[Interval]:
    """Return intervals of all values that the likelihood ratio does not reject."""
    cut = quantile(estimate, level)
    if estimate.failed or not np.isfinite(cut * estimate.dispersion):
        return [Interval(t.name, t.of(estimate.theta), np.nan, np.nan, np.nan, level, "profile") for t in targets]
    if estimate.dispersion == 0:
        return [_by_wald(estimate, target, level) for target in targets]
    functions = [t.slot if t.slot is not None else _monotone(t) for t in targets]
    ends = profile.limits(estimate, functions, cut) if functions else []
    known = covariance.standard_errors(estimate) if functions else {}
    found = []
    for target, pair in zip(targets, ends, strict=True):
        value, error = target.of(estimate.theta), standard_error(estimate, target, known)
        # a function of a coefficient that runs to infinity may be anything
        anything = target.slot is None and estimate.separation is not None and np.isnan(error)
        ends_of = (-np.inf, np.inf) if anything else pair
        low, high = _with_steps(estimate, target, cut, *_outward(estimate, target, *ends_of))
        found.append(Interval(target.name, value, error, low, high, level, "profile"))
    return found


def _with_steps(estimate: Estimate, target: _Target, cut: float, low: float, high: float) -> tuple[float, float]:
    """Return limits that hold the values of all steps that the data allow, where a curve may be one."""
    slots, box = estimate.problem.layout.slots, estimate.solution.box
    for k in np.flatnonzero(estimate.shown.steep) if estimate.model.is_curve else ():
        middle, steep = slots[k, 2], slots[k, 3]
        if middle >= estimate.problem.size:
            continue
        ends = profile.limits(estimate, [int(middle)], cut)[0]
        allowed = estimate.steps(int(k)) or ends
        most = box.upper[steep] if estimate.theta[steep] > 0 else box.lower[steep]
        values = np.array([
            [target.of(_moved(estimate.theta, {middle: place, steep: part * most})) for part in (1.0, 0.5)]
            for place in (min(ends[0], allowed[0]), max(ends[1], allowed[1]))
        ])  # fmt: skip
        # a number that moves with the steepness goes on where the midpoint does not
        moved = np.abs(values[1] - values[0])
        if not np.isfinite(values).all() or not (np.abs(values[:, 1] - values[:, 0]) < 0.2 * moved[0]).all():
            continue
        at_steps = values[:, 0]
        low = min(low, at_steps.min()) if np.isfinite(low) and low > 0 else at_steps.min()
        high = max(high, at_steps.max()) if np.isfinite(high) else at_steps.max()
    return float(low), float(high)


def _moved(theta: Floats, values: Mapping[int, float]) -> Floats:
    """Return a vector with some of its values replaced."""
    result = theta.copy()
    for slot, value in values.items():
        result[slot] = value
    return result


def _outward(estimate: Estimate, target: _Target, low: float, high: float) -> tuple[float, float]:
    """Return limits of a profile in the units of the target."""
    if target.slot is None:
        if target.scale == "log":
            return float(np.exp(low)), float(np.exp(min(high, 700.0))) if np.isfinite(high) else high
        return low, high
    scale = estimate.problem.scales[target.slot]
    ends = [float(scale.outside(low)), float(scale.outside(high))]
    if scale.name == "reciprocal" and ends[1] <= 0:
        ends[1] = float("inf")
    if target.outward is not None:
        ends = sorted(map(target.outward, ends))
    return ends[0], ends[1]


# ---- What reports and tables print -------------------------------------------------------------------------------


def reported(estimate: Estimate, names: Sequence[Named], statuses: Sequence[Status]) -> list[Interval]:
    """Return the 95 % intervals that reports and tables print, by the status of each group.

    They are Wald's, but the profile's where a limit of it lies more than `PARTED` of the width away; and a curve that
    shows no effect has its parameters anywhere. Profiles of fits of several groups are followed where a group is not
    ok. Robust errors have no profile beside them.
    """
    return _reported(estimate, [_target(estimate, name, None) for name in names], 0.95, statuses)


def _reported(estimate: Estimate, targets: list[_Target], level: float, statuses: Sequence[Status]) -> list[Interval]:
    cut = quantile(estimate, level)
    known = np.isfinite(cut * estimate.dispersion) if not estimate.failed else False
    if not known or estimate.errors == "sandwich" or estimate.separation is not None:
        return _wald_or_loose(estimate, targets, level)
    flat = np.array([status is Status.NO_EFFECT for status in statuses])
    slots, size = estimate.problem.layout.slots, estimate.problem.size
    of_flat = {int(s) for s in slots[flat].ravel() if s < size} - {int(s) for s in slots[~flat].ravel()}
    asked = {int(s) for s in slots.ravel() if s < size} if estimate.model.is_curve else set(range(size))
    if len(statuses) > 1:
        sound = np.array([status is Status.OK for status in statuses])
        asked -= {int(s) for s in slots[sound].ravel()}
    parted = _parted(estimate, sorted(asked - of_flat - set(np.flatnonzero(estimate.loose).tolist())), cut)
    known_ends: dict[int, tuple[float, float]] = {}
    profiled, others = [], []
    for i, target in enumerate(targets):
        quick = None if target.slot not in parted else profile.of_midpoint(estimate, target.slot, cut)
        if target.slot in of_flat or (target.slot is None and flat.all()):
            known_ends[i] = _widest(estimate, target)
        elif quick is not None:
            known_ends[i] = quick
        elif target.slot in parted or (target.slot is None and parted):
            profiled.append(i)
        else:
            others.append(i)
    result: dict[int, Interval] = {}
    for i, ends in known_ends.items():
        low, high = _outward(estimate, targets[i], *ends)
        result[i] = replace(_by_wald(estimate, targets[i], level), low=low, high=high, method="profile")
    for rows, how in ((profiled, _by_profile), (others, _wald_or_loose)):
        result |= dict(zip(rows, how(estimate, [targets[i] for i in rows], level), strict=True))
    return [result[i] for i in range(len(targets))]


def _parted(estimate: Estimate, slots: list[int], cut: float) -> set[int]:
    """Return the parameters whose profile parts from Wald's interval on the scale of estimation."""
    free = [s for s in slots if not estimate.at_limit[s]]
    errors = np.sqrt(np.diag(covariance.inside(estimate)))[free]
    center = estimate.theta[free]
    ends = np.stack([center - cut * errors, center + cut * errors], axis=1)
    apart = profile.parted(estimate, free, ends, cut, PARTED)
    return {s for s, yes in zip(free, apart, strict=True) if yes} | (set(slots) - set(free))


def _widest(estimate: Estimate, target: _Target) -> tuple[float, float]:
    """Return where a number may lie of which nothing is known, on the scale of its profile."""
    if target.slot is None:
        return -np.inf, np.inf
    box, stem = estimate.solution.box.without_far(estimate.problem), estimate.problem.layout.stems[target.slot]
    if box.by_user[target.slot] or stem in {"lower", "upper"}:
        return float(box.lower[target.slot]), float(box.upper[target.slot])
    return -np.inf, np.inf


def _monotone(target: _Target) -> Callable[[Floats], float]:
    """Return the target on the scale on which its profile is followed."""
    if target.scale != "log":
        return target.of

    def logarithm(theta: Floats) -> float:
        with np.errstate(all="ignore"):
            return float(np.log(target.of(theta)))

    return logarithm


def _by_bootstrap(estimate: Estimate, targets: list[_Target], level: float, seed: int) -> list[Interval]:
    """Return percentile intervals of refits to resampled data.

    The percentiles are expanded from normal to Student's tails, without which few observations give intervals that
    are too short (T. C. Hesterberg, What teachers should know about the bootstrap, Amer. Statist. 69 (2015) 371-386).
    """
    tail = 100 * float(special.ndtr(-quantile(estimate, level)))
    if not np.isfinite(tail):
        return [Interval(t.name, t.of(estimate.theta), np.nan, np.nan, np.nan, level, "bootstrap") for t in targets]
    vectors = resampled(estimate, seed)
    found = []
    for target in targets:
        values = np.array([target.of(vector) for vector in vectors])
        values = values[~np.isnan(values)]
        low, high = np.percentile(values, [tail, 100 - tail], method="closest_observation")
        spread = float(np.std(values[np.isfinite(values)], ddof=1))
        found.append(
            Interval(target.name, target.of(estimate.theta), spread, float(low), float(high), level, "bootstrap")
        )
    return found
