"""Relative potency: how much more of one substance it takes, with the interval that a ratio deserves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.fitting.inference import covariance
from ogive.fitting.inference.intervals import Interval, dose_function, gradient_of, interval, of_curves, quantile

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate

__all__ = ["relative_potency"]

Dose = Callable[[Any], float]


def relative_potency(
    estimate: Estimate,
    group: str,
    reference: str,
    *,
    percent: float = 50.0,
    level: float = 0.95,
    method: str = "fieller",
) -> Interval:
    """Return the ratio of the effective doses of two groups of one fit.

    Parameters
    ----------
    group, reference
        The labels: the ratio is the dose of ``group`` over the dose of ``reference``.
    percent
        The part of the full effect that both doses have.
    method
        ``"fieller"`` (the doses whose ratio the data do not reject: E. C. Fieller, J. R. Statist. Soc. B 16 (1954)
        175-185), ``"delta"`` (symmetric), ``"profile"`` or ``"bootstrap"``.

    Returns
    -------
    Interval
        By Fieller's method infinite where the reference dose cannot be told from 0.
    """
    of_group, of_reference = (dose_function(estimate, percent, None, name) for name in (group, reference))

    def ratio(curves: Any) -> float:
        return of_group(curves) / of_reference(curves)

    ratio.__name__ = f"ED{percent:g} {group}/{reference}"
    if method == "fieller":
        return _fieller(estimate, (of_group, of_reference), ratio.__name__, level)
    known = {"delta": "wald", "profile": "profile", "bootstrap": "bootstrap"}
    if method not in known:
        raise ValueError(f"method must be one of fieller, {', '.join(known)}, not {method!r}")
    return interval(estimate, ratio, level=level, method=known[method], scale=None, seed=0)


def _fieller(estimate: Estimate, doses: tuple[Dose, Dose], name: str, level: float) -> Interval:
    theta, matrix = estimate.theta, covariance.inside(estimate)
    errors = np.sqrt(np.diag(matrix))
    of_vector = [of_curves(estimate, dose) for dose in doses]
    top, bottom = (of(theta) for of in of_vector)
    slopes = np.array([gradient_of(of, theta, errors) for of in of_vector])
    (v11, v12), (_, v22) = slopes @ matrix @ slopes.T
    cut = quantile(estimate, level) ** 2
    # the ratios r that (top - r bottom)**2 <= cut * variance(top - r bottom) does not reject
    a, b, c = bottom**2 - cut * v22, top * bottom - cut * v12, top**2 - cut * v11
    inside = b**2 - a * c
    low, high = (-np.inf, np.inf) if a <= 0 or inside < 0 else ((b - np.sqrt(inside)) / a, (b + np.sqrt(inside)) / a)
    ratio = top / bottom
    error = abs(ratio) * np.sqrt(v11 / top**2 + v22 / bottom**2 - 2 * v12 / (top * bottom))
    return Interval(name, ratio, float(error), float(low), float(high), level, "fieller")
