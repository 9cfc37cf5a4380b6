"""Growth of populations, cultures and organisms: capacity, rate, doubling time, lag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ogive.fitting import Fit
from ogive.fitting import fit as _fit
from ogive.models import Quantity, Vocabulary, Word, models
from ogive.models.holds import early_rate, exponential_start, level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ogive.curves import Curve

__all__ = ["VOCABULARY", "ThreePoints", "fit", "three_points"]


def _max_rate(curve: Curve) -> float:
    return curve.steepest.slope


def _doubling_time(curve: Curve) -> float:
    """Return ln 2 over the relative growth rate towards the past: steepness, asymmetry and rate of the shape."""
    return float(np.log(2) / abs(curve.steepness * curve.asymmetry * early_rate(curve.shape)))


def _doubling_time_at(curve: Curve, time: float) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log(2) * (curve(time) - curve.lower) / np.float64(curve.derivative(time)))


def _lag(curve: Curve) -> float:
    """Return where the tangent at the steepest point meets the lower asymptote (M. H. Zwietering et al. 1990)."""
    steep = curve.steepest
    return steep.x - (steep.y - curve.lower) / steep.slope


def _inflection(curve: Curve) -> float:
    return curve.inflection


VOCABULARY = Vocabulary(
    "growth",
    words=(
        Word("capacity", "upper", objection=level),
        Word("rate", "steepness"),
        Word("baseline", "lower", objection=level),
    ),
    quantities=(
        Quantity("inflection", _inflection, "the time of fastest growth"),
        Quantity("max_rate", _max_rate, "the fastest growth, in size per time"),
        Quantity(
            "doubling_time",
            _doubling_time,
            "the time in which early growth doubles what stands above the baseline (late decline halves it, where "
            "the curve falls)",
            "log",
            exponential_start,
        ),
        Quantity("lag", _lag, "where the tangent of fastest growth meets the baseline", objection=level),
    ),
    functions=(
        Quantity(
            "doubling_time_at",
            _doubling_time_at,
            "the time that doubling what stands above the baseline would take at the rate of growth at a time; "
            "negative where the curve falls",
            "log",
            level,
        ),
    ),
)
"""Capacity, rate, baseline; doubling time, lag and fastest growth.

``doubling_time`` is defined for curves that begin as an exponential: the logistic, Richards', tanh, cloglog.
Gompertz' and the normal curve have none; ``fit.doubling_time_at(t)`` is defined for all with level asymptotes.
"""


def fit(time: Any, size: Any, *, model: str = "logistic-3", **options: Any) -> Fit:
    """Fit a growth curve; the result knows ``capacity``, ``rate``, ``doubling_time``, ``lag`` and ``max_rate``.

    Parameters
    ----------
    time, size
        When, and how large.
    model
        ``"logistic-3"`` (Verhulst), ``"logistic-4"`` (with a baseline), ``"gompertz-3"``, ``"richards"`` ...
    **options
        As for `ogive.fit`.

    Examples
    --------
    >>> import numpy as np
    >>> import ogive as og
    >>> time = np.arange(0.0, 24.0, 2.0)
    >>> size = 5.0 * np.exp(-np.exp(-0.3 * (time - 8.0))) + 0.01 * np.sin(5 * time)
    >>> fitted = og.growth.fit(time, size, model="gompertz-3")
    >>> print(f"{fitted.capacity:.2f} {fitted.doubling_time_at(4.0).value:.3f}")
    5.00 0.695
    >>> hasattr(fitted, "doubling_time")  # Gompertz growth has no constant one
    False
    """
    return _fit(models[model].with_options(vocabulary=VOCABULARY), time, size, **options)


class ThreePoints(NamedTuple):
    """The logistic curve through three points equally far apart in time."""

    capacity: float
    rate: float
    midpoint: float


def three_points(time: ArrayLike, size: ArrayLike) -> ThreePoints:
    """Return the logistic curve through three points equally far apart in time.

    This is how R. Pearl and L. J. Reed (Proc. Natl. Acad. Sci. 6 (1920) 275-288) found the capacity of the United
    States; it uses no other data and gives no error.

    Raises
    ------
    ValueError
        If the points are not three, not equally far apart, or on no logistic curve.
    """
    t, y = np.asarray(time, dtype=np.float64), np.asarray(size, dtype=np.float64)
    if t.shape != (3,) or y.shape != (3,):
        raise ValueError(f"three points are needed, not {t.size} times and {y.size} sizes")
    step = float(t[1] - t[0])
    if not np.isclose(t[2] - t[1], step) or step <= 0:
        raise ValueError("the three times must rise by equal steps")
    first, second, third = map(float, y)
    below = first * third - second**2
    top = 2 * first * second * third - second**2 * (first + third)
    if below == 0 or top / below <= max(y):
        raise ValueError("no logistic curve runs through these three points: growth must slow down towards the third")
    capacity = top / below
    odds = np.log(y / (capacity - y))
    rate = float(odds[2] - odds[0]) / (2 * step)
    return ThreePoints(capacity, rate, float(t[0] - odds[0] / rate))
