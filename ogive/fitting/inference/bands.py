"""The curve and its slope at any x, with the limits between which they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive.fitting.inference import covariance
from ogive.fitting.inference.intervals import quantile

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate

__all__ = ["Band", "confidence", "predict", "slope"]

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True)
class Band:
    """A curve with its limits, point by point.

    Attributes
    ----------
    kind
        ``"confidence"`` (where the curve lies) or ``"prediction"`` (where a new observation will lie).
    """

    x: Floats
    value: Floats
    low: Floats
    high: Floats
    stderr: Floats
    kind: str
    level: float


def predict(estimate: Estimate, x: ArrayLike, *, band: str | None, level: float, group: str) -> Floats | Band:
    """Return the fitted curve, with its band if one is asked for."""
    points = np.asarray(x, dtype=np.float64)
    if band is not None:
        return _of_curve(estimate, points, band, level, group)
    values = _parameters(estimate, estimate.groups.index(group))
    at_points: Floats = estimate.problem.mean.value(values, _place(estimate, points))
    return at_points


def confidence(estimate: Estimate, x: Floats, *, level: float, group: str) -> Band:
    """Return the fitted curve with its confidence band."""
    return _of_curve(estimate, x, "confidence", level, group)


def _of_curve(estimate: Estimate, points: Floats, band: str, level: float, group: str) -> Band:
    index = estimate.groups.index(group)
    wanted = estimate.problem.layout.wanted
    place = _place(estimate, points)
    value, columns = estimate.problem.mean.value_and_jacobian(_parameters(estimate, index), place, wanted)
    return _band(estimate, index, points, (value, dict(zip(wanted, columns, strict=True))), (band, level))


def slope(estimate: Estimate, x: ArrayLike, *, band: str | None, level: float, group: str) -> Floats | Band:
    """Return the slope of the fitted curve, with its band if one is asked for."""
    if band == "prediction":
        raise ValueError("a slope is not observed, so it has a confidence band only: band='confidence'")
    points = np.asarray(x, dtype=np.float64)
    index = estimate.groups.index(group)
    mean, values, place = estimate.problem.mean, _parameters(estimate, index), _place(estimate, points)
    curve = estimate.curve(index)
    value: Floats = curve.derivative(points) if estimate.model.is_curve else mean.slope(values, place)
    if band is None:
        return value
    wanted = estimate.problem.layout.wanted
    columns = mean.slope_jacobian(values, place, wanted)
    return _band(estimate, index, points, (value, dict(zip(wanted, columns, strict=True))), (band, level))


def _place(estimate: Estimate, points: Floats) -> Any:
    return (
        estimate.problem.mean.axis.place(points) if estimate.model.is_curve else estimate.problem.mean.place(points)
    )


def _parameters(estimate: Estimate, index: int) -> list[float]:
    values = list(map(float, estimate.problem.layout.expand(estimate.theta)[index]))
    if estimate.model.is_curve:
        values[4] = float(np.exp(values[4]))
    return values


def _band(
    estimate: Estimate, index: int, points: Floats, found: tuple[Floats, dict[int, Floats]], asked: tuple[str, float]
) -> Band:
    kind, level = asked
    if kind not in {"confidence", "prediction"}:
        raise ValueError(f"band must be 'confidence' or 'prediction', not {kind!r}")
    value, columns = found
    value = np.broadcast_to(value, points.shape)
    layout = estimate.problem.layout
    jacobian = np.zeros((*points.shape, layout.size))
    for j, column in columns.items():
        slot = layout.slots[index, j]
        if slot < layout.size:
            inside = column * np.exp(layout.expand(estimate.theta)[index, j]) if _is_exponent(estimate, j) else column
            jacobian[..., slot] = inside
    with np.errstate(invalid="ignore"):
        variance = covariance.variance(estimate, jacobian)
        error = np.sqrt(variance)
        spread = np.sqrt(variance + covariance.scatter_of(estimate, value)) if kind == "prediction" else error
        half = quantile(estimate, level) * spread
    low, high = value - half, value + half
    if kind == "prediction":
        low, high = np.clip(low, *estimate.likelihood.limits), np.clip(high, *estimate.likelihood.limits)
    return Band(points, value, low, high, error, kind, level)


def _is_exponent(estimate: Estimate, j: int) -> bool:
    return estimate.model.is_curve and j == 4
