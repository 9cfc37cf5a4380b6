"""Unknown samples read from a standard curve: the x that a response points to, with the limits it deserves.

The limits hold every x whose prediction band holds the response: the set of x for which the response, the mean of so
many replicates, is no surprise, with the uncertainty of the curve and the scatter of the replicates both counted and
Student's quantile (C. Eisenhart, Ann. Math. Statist. 10 (1939) 162-186, for lines). Near a plateau that set does not
end, and the limit is open; where the response lies beyond the band of the plateau it is empty, and a flag says so.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._optional import table_of
from ogive._sinks import shown
from ogive.fitting.inference import bands, covariance
from ogive.fitting.inference.intervals import Interval, quantile
from ogive.models import SCALES
from ogive.models.holds import level as level_asymptotes

if TYPE_CHECKING:
    from ogive.curves import Curve
    from ogive.fitting.estimate import Estimate

__all__ = ["Flag", "Unknowns", "inverse_prediction", "unknowns"]

Floats = NDArray[np.float64]


class Flag(StrEnum):
    """What is to be said of one unknown; `OK` where nothing is."""

    OK = "ok"
    ABOVE_CURVE = "above the curve"
    BELOW_CURVE = "below the curve"
    NONE_ABOVE = "no x: above the curve"
    NONE_BELOW = "no x: below the curve"
    ABOVE_STANDARDS = "above the standards"
    BELOW_STANDARDS = "below the standards"
    ABOVE_QUANTIFICATION = "above the limit of quantification"
    BELOW_QUANTIFICATION = "below the limit of quantification"
    NOT_QUANTIFIABLE = "nowhere precise enough"
    CURVE_OPEN = "the curve is not pinned down"
    NO_CURVE = "no curve"
    NO_RESPONSE = "no response"

    @property
    def sentence(self) -> str:
        """What happened, and what to do."""
        return _SENTENCES[self]


_SENTENCES = {
    Flag.OK: "The estimate lies among the standards and is precise enough.",
    Flag.ABOVE_CURVE: "The response exceeds the upper plateau: report the limit that is closed, or dilute.",
    Flag.BELOW_CURVE: "The response falls short of the lower plateau: report the limit that is closed.",
    Flag.NONE_ABOVE: "The response exceeds the upper plateau by more than scatter: no x explains it.",
    Flag.NONE_BELOW: "The response falls short of the lower plateau by more than scatter: no x explains it.",
    Flag.ABOVE_STANDARDS: "The estimate lies above the highest standard: dilute the sample and measure again.",
    Flag.BELOW_STANDARDS: "The estimate lies below the lowest standard: report it as below.",
    Flag.ABOVE_QUANTIFICATION: "The curve is too flat there to read x precisely: dilute the sample.",
    Flag.BELOW_QUANTIFICATION: "The curve is too flat there to read x precisely: report it as below the limit.",
    Flag.NOT_QUANTIFIABLE: "At no standard is x read with the precision asked for: add replicates.",
    Flag.CURVE_OPEN: "The standards leave the curve open (see the status of the fit): add standards on its slope.",
    Flag.NO_CURVE: "The fit of the standards gives no curve with an error.",
    Flag.NO_RESPONSE: "Every replicate is missing.",
}


@final
@dataclass(frozen=True, slots=True)
class Unknowns:
    """Samples read from a standard curve, a row for each; all x are multiplied by the dilution of the sample.

    Attributes
    ----------
    label, response, replicates, dilution
        The sample, the mean of its responses, how many there are, and by what factor it was diluted.
    estimate, stderr, low, high
        The x that the response points to, its standard error, and its limits: infinite (0 for a dose) where they are
        open, nan where no x explains the response, which the flag says. An estimate beyond a plateau is an end of x.
    flag
        What is to be said of the sample; see `Flag`.
    quantification_low, quantification_high
        The limits of quantification: between them, among the standards, the relative standard error of x is at most
        ``precision``. nan on a linear axis unless a precision is asked for, or where there are none (see the flag).
    nominal, recovery
        What the sample is known to hold, and the estimate in percent of it; nan where it is not known.
    """

    label: tuple[str, ...]
    response: Floats
    replicates: Floats
    dilution: Floats
    estimate: Floats
    stderr: Floats
    low: Floats
    high: Floats
    flag: tuple[Flag, ...]
    quantification_low: Floats
    quantification_high: Floats
    nominal: Floats
    recovery: Floats
    level: float

    def __len__(self) -> int:
        return len(self.label)

    def columns(self) -> dict[str, list[str | float]]:
        """Return the table as columns of text and numbers."""
        found: dict[str, list[str | float]] = {}
        for field in fields(self):
            column = getattr(self, field.name)
            if field.name != "level":
                found[field.name] = [str(c) for c in column] if isinstance(column, tuple) else column.tolist()
        return found

    def to_table(self, kind: str | None = None) -> Any:
        """Return the table as columns, or as a ``"pandas"``, ``"polars"`` or ``"arrow"`` table."""
        return table_of(self.columns(), kind)

    def __str__(self) -> str:
        header = ("sample", "response", "n", "estimate", f"{100 * self.level:g} % from", "to", "recovery", "flag")
        rows: list[tuple[str, ...]] = [header]
        for k, label in enumerate(self.label):
            recovery = "" if np.isnan(self.recovery[k]) else f"{self.recovery[k]:.1f} %"
            numbers = (_written(column[k]) for column in (self.estimate, self.low, self.high))
            rows.append(
                (shown(label), f"{self.response[k]:.6g}", f"{self.replicates[k]:g}", *numbers, recovery, self.flag[k])
            )
        widths = [max(len(row[k]) for row in rows) for k in range(len(header))]
        lines = []
        for row in rows:
            middle = (f"{cell:>{wide}}" for cell, wide in zip(row[1:-1], widths[1:-1], strict=True))
            lines.append("  ".join([f"{row[0]:<{widths[0]}}", *middle, row[-1]]).rstrip())
        return "\n".join(lines)


def _written(value: float) -> str:
    if np.isnan(value):
        return "-"
    return f"{value:.4g}" if np.isfinite(value) else ("∞" if value > 0 else "-∞")


# ---- What is asked -----------------------------------------------------------------------------------------------


class _Samples(NamedTuple):
    """The samples, replicates gathered."""

    label: tuple[str, ...]
    response: Floats
    replicates: Floats
    dilution: Floats
    nominal: Floats


def _samples(responses: ArrayLike, labels: Any, dilution: Any, replicates: Any, nominal: Any) -> _Samples:
    """Gather replicates: the columns of a row, and rows with the same label, dilution and nominal value."""
    y = np.array(responses, dtype=np.float64, ndmin=1)
    if y.ndim > 2:
        raise ValueError(f"responses must be a list, or a row of replicates for each sample, not of shape {y.shape}")
    table = y if y.ndim == 2 else y[:, None]
    size = len(table)
    each = _column(replicates, size, "replicates", 1.0)
    diluted, known = _column(dilution, size, "dilution", 1.0), _column(nominal, size, "nominal", np.nan)
    if not (each > 0).all():
        raise ValueError("replicates must be positive: the number of observations that each response is the mean of")
    if not ((diluted > 0) & np.isfinite(diluted)).all():
        raise ValueError("a dilution must be positive: 10 for one part in ten")
    if labels is not None and len(labels) != size:
        raise ValueError(f"there are {size} responses and {len(labels)} labels")
    names = [str(k + 1) for k in range(size)] if labels is None else [str(label) for label in labels]
    rows: dict[tuple[str, float, str], list[int]] = {}
    for k, name in enumerate(names):
        rows.setdefault((name, float(diluted[k]), repr(float(known[k]))), []).append(k)
    weights = np.where(np.isnan(table), 0.0, each[:, None])
    # an exactly known response has infinitely many replicates
    shares = np.where(np.isinf(weights), 1.0, weights)
    picked = [np.array(members) for members in rows.values()]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = [np.nansum(shares[m] * table[m]) / shares[m].sum() for m in picked]
    first = [members[0] for members in picked]
    return _Samples(
        tuple(names[k] for k in first), np.array(means), np.array([weights[m].sum() for m in picked]),
        diluted[first], known[first],
    )  # fmt: skip


def _column(values: Any, size: int, what: str, usual: float) -> Floats:
    column = np.array(usual if values is None else values, dtype=np.float64)
    if column.ndim > 1 or (column.ndim == 1 and len(column) != size):
        raise ValueError(f"{what} must be one number, or one for each of the {size} responses")
    return np.broadcast_to(column, (size,)).copy()


# ---- The inversion -----------------------------------------------------------------------------------------------


@final
@dataclass(frozen=True)
class _Standard:
    """A standard curve with its band, as functions of places on the axis."""

    estimate: Estimate
    group: str
    level: float

    @property
    def curve(self) -> Curve:
        return self.estimate.curve(self.estimate.groups.index(self.group))

    def x(self, g: Floats) -> Floats:
        found: Floats = np.asarray(SCALES[self.estimate.model.axis].outside(g), dtype=np.float64)
        return found

    @property
    def ends(self) -> tuple[float, float]:
        """Where x ends."""
        return (-np.inf, np.inf) if self.estimate.model.axis == "linear" else (0.0, np.inf)

    def places(self) -> Floats:
        """Return places on the axis from plateau to plateau, dense on the slope."""
        center = float(SCALES[self.estimate.model.axis].inside(self.curve.midpoint))
        far = np.geomspace(30, 1e6, 120)
        z = np.concatenate([-far[::-1], np.linspace(-30, 30, 601)[1:-1], far])
        g = np.sort(center + z / self.curve.steepness)
        if self.estimate.model.axis == "log":
            return g[np.abs(g) < 690]
        return g[g < 0] if self.estimate.model.axis == "reciprocal" else g

    def band(self, g: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the curve, its variance, and the scatter of one observation, at places."""
        found = bands.confidence(self.estimate, self.x(g), level=self.level, group=self.group)
        return found.value, found.stderr**2, covariance.scatter_of(self.estimate, found.value)

    def surprise(self, y: Floats, count: Floats, g: Floats) -> Floats:
        """Return by how much a mean of so many observations lies outside the band; at most 0 inside."""
        return _outside(y, count, self.band(g), quantile(self.estimate, self.level))


def _outside(y: Floats, count: Floats, band: tuple[Floats, Floats, Floats], cut: float) -> Floats:
    value, variance, scatter = band
    return np.abs(y - value) - cut * np.sqrt(variance + scatter / count)


def _limits(standard: _Standard, y: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Return the lowest and highest x whose band holds each response: nan where there is none."""
    places = standard.places()
    band, cut = standard.band(places), quantile(standard.estimate, standard.level)
    low, high = np.full(len(y), np.nan), np.full(len(y), np.nan)
    with np.errstate(all="ignore"):
        own = np.asarray(SCALES[standard.estimate.model.axis].inside(_read(standard, y)), dtype=np.float64)
    own[~((own > places[0]) & (own < places[-1]))] = np.nan
    for begin in range(0, len(y), 2000):
        rows = np.arange(begin, min(begin + 2000, len(y)))
        inside = _outside(y[rows, None], count[rows, None], band, cut) <= 0
        for target, inner, outer, at_end, end in (
            (low, *_brackets(places, inside, own[rows]), inside[:, 0], standard.ends[0]),
            (high, *_brackets(places[::-1], inside[:, ::-1], own[rows]), inside[:, -1], standard.ends[1]),
        ):
            some = ~np.isnan(inner)
            g = _edges(standard, y[rows[some]], count[rows[some]], inner[some], outer[some])
            target[rows[some]] = np.where(at_end[some], end, standard.x(g))
    return low, high


def _brackets(places: Floats, inside: NDArray[np.bool_], own: Floats) -> tuple[Floats, Floats]:
    """Return the first place inside of each row and the one before it; a row's own place is always inside."""
    sign = 1.0 if places[-1] > places[0] else -1.0
    some = inside.any(axis=1)
    first = np.where(some, places[inside.argmax(axis=1)], np.nan)
    inner = sign * np.fmin(sign * first, sign * own)
    before = np.searchsorted(sign * places, sign * np.where(np.isnan(inner), places[0], inner)) - 1
    return inner, places[np.maximum(before, 0)]


def _edges(standard: _Standard, y: Floats, count: Floats, inner: Floats, outer: Floats) -> Floats:
    """Halve the distance between a place inside and one outside until it is nothing."""
    for _ in range(44):
        middle = 0.5 * (inner + outer)
        inside = standard.surprise(y, count, middle) <= 0
        inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
    return inner


def _read(standard: _Standard, y: Floats) -> Floats:
    """Return the x of each response; beyond a plateau, the end of x on that side."""
    curve = standard.curve
    x = np.atleast_1d(np.asarray(curve.inverse(y), dtype=np.float64))
    start, stop = standard.ends if curve.steepness > 0 else standard.ends[::-1]
    return np.where(y <= curve.lower, start, np.where(y >= curve.upper, stop, x))


def _errors(standard: _Standard, x: Floats, count: Floats) -> Floats:
    """Return the standard error of each estimate by the delta method: infinite at the end of x."""
    finite = np.isfinite(x) & (x != standard.ends[0])
    result = np.full(len(x), np.inf)
    if finite.any():
        g = np.asarray(SCALES[standard.estimate.model.axis].inside(x[finite]), dtype=np.float64)
        _, variance, scatter = standard.band(g)
        slope = np.abs(np.asarray(standard.curve.derivative(x[finite]), dtype=np.float64))
        with np.errstate(divide="ignore"):
            result[finite] = np.sqrt(variance + scatter / count[finite]) / slope
    result[np.isnan(x)] = np.nan
    return result


def _quantification(standard: _Standard, count: float, precision: float | None) -> tuple[float, float]:
    """Return between which x, among the standards, one is read with the precision asked for; nan where nowhere."""
    lowest, highest = _standards(standard)
    log = standard.estimate.model.axis == "log"
    if (precision is None and not log) or not np.isfinite(count) or not lowest < highest:
        return np.nan, np.nan
    wanted = 0.2 if precision is None else precision
    scale = SCALES[standard.estimate.model.axis]
    g = np.linspace(float(scale.inside(lowest)), float(scale.inside(highest)), 2001)
    x = standard.x(g)
    error = _errors(standard, x, np.full(len(x), count))
    good = np.flatnonzero(error <= wanted * (x if log else 1.0))
    return (float(x[good[0]]), float(x[good[-1]])) if len(good) else (np.nan, np.nan)


def _standards(standard: _Standard) -> tuple[float, float]:
    """Return the lowest standard (above 0, on a log axis) and the highest."""
    data = standard.estimate.data
    x = data.x[data.group == standard.estimate.groups.index(standard.group)]
    x = x[np.isfinite(x) & (x > standard.ends[0])]
    return (float(x.min()), float(x.max())) if len(x) else (np.nan, np.nan)


def _check(estimate: Estimate) -> None:
    """Refuse models that cannot be read backwards."""
    reason = level_asymptotes(estimate.model) if estimate.model.is_curve else "it is not a curve between two plateaus"
    if reason:
        raise ValueError(f"unknowns cannot be read from {estimate.model.name}: {reason}")
    if estimate.data.trials is not None:
        raise ValueError("unknowns are read from measured responses; for counts use effective_dose(absolute=...)")


def unknowns(
    estimate: Estimate,
    responses: ArrayLike,
    *,
    labels: Any = None,
    dilution: Any = None,
    replicates: Any = 1,
    nominal: Any = None,
    group: str,
    level: float = 0.95,
    precision: float | None = None,
) -> Unknowns:
    """Return the samples read from the standard curve; see `ogive.Fit.unknowns`."""
    _check(estimate)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level!r}")
    if precision is not None and not precision > 0:
        raise ValueError(f"precision must be positive, such as 0.2 for 20 %, not {precision!r}")
    asked = _samples(responses, labels, dilution, replicates, nominal)
    standard = _Standard(estimate, group, level)
    x, error, low, high = (np.full(len(asked.label), np.nan) for _ in range(4))
    there = np.isfinite(asked.response)
    usable = not estimate.failed and bool(np.isfinite(quantile(estimate, level) * estimate.dispersion))
    open_ = usable and bool(estimate.shown.loose[estimate.groups.index(group)])
    quantified = np.full((len(asked.label), 2), np.nan)
    if usable and there.any():
        y, count = asked.response[there], asked.replicates[there]
        x[there] = _read(standard, y)
        if open_:
            # no error may be conditional on a curve that the standards leave open
            low[there], high[there] = standard.ends
        else:
            error[there] = _errors(standard, x[there], count)
            low[there], high[there] = _limits(standard, y, count)
            of_count = {n: _quantification(standard, n, precision) for n in set(map(float, asked.replicates))}
            quantified = np.array([of_count[float(n)] for n in asked.replicates])
    states = (there, usable, open_)
    flags = tuple(_flags(standard, asked, x, (low, quantified), states))
    with np.errstate(divide="ignore", invalid="ignore"):
        recovery = np.where(np.isfinite(x), 100 * x * asked.dilution / asked.nominal, np.nan)
    own = asked.dilution
    return Unknowns(
        asked.label, asked.response, asked.replicates, own, x * own, error * own, low * own, high * own, flags,
        quantified[:, 0] * own, quantified[:, 1] * own, asked.nominal, recovery, level,
    )  # fmt: skip


def _flags(
    standard: _Standard, asked: _Samples, x: Floats, found: tuple[Floats, Floats], states: tuple[Any, bool, bool]
) -> list[Flag]:
    """Say what is to be said of each sample: the most serious thing."""
    (low, quantified), (there, usable, open_) = found, states
    lowest, highest = _standards(standard)
    flags = []
    for k, y in enumerate(asked.response):
        if not there[k] or not usable:
            flags.append(Flag.NO_CURVE if there[k] else Flag.NO_RESPONSE)
            continue
        above, below = y >= standard.curve.upper, y <= standard.curve.lower
        least, most = quantified[k]
        asked_for = not np.isnan(quantified).all() or standard.estimate.model.axis == "log"
        rules = (
            (open_, Flag.CURVE_OPEN),
            (above and np.isnan(low[k]), Flag.NONE_ABOVE),
            (below and np.isnan(low[k]), Flag.NONE_BELOW),
            (above, Flag.ABOVE_CURVE),
            (below, Flag.BELOW_CURVE),
            (x[k] > highest, Flag.ABOVE_STANDARDS),
            (x[k] < lowest, Flag.BELOW_STANDARDS),
            (asked_for and np.isfinite(asked.replicates[k]) and np.isnan(least), Flag.NOT_QUANTIFIABLE),
            (x[k] > most, Flag.ABOVE_QUANTIFICATION),
            (x[k] < least, Flag.BELOW_QUANTIFICATION),
        )
        flags.append(next((flag for holds, flag in rules if holds), Flag.OK))
    return flags


def inverse_prediction(estimate: Estimate, y: float, *, replicates: float, level: float, group: str) -> Interval:
    """Return the x at which new observations averaging y were made: one row of `unknowns`."""
    row = unknowns(estimate, [y], replicates=replicates, level=level, group=group)
    x, error, low, high = (float(c[0]) for c in (row.estimate, row.stderr, row.low, row.high))
    return Interval(f"x for {y:g}", x, error, low, high, level, "inverse prediction")
