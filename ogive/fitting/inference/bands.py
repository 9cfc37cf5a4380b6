"""The curve and its slope at any x, with the limits between which they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive.fitting.inference import covariance
from ogive.fitting.inference.intervals import quantile

if TYPE_CHECKING:
    from ogive.fitting.one import Fit

__all__ = ["Band", "predict", "slope"]

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


def predict(fit: Fit, x: ArrayLike, *, band: str | None, level: float, group: str) -> Any:
    """Return the fitted curve, with its band if one is asked for."""
    points = np.asarray(x, dtype=np.float64)
    index = fit.groups.index(group)
    mean, values = fit.problem.mean, _parameters(fit, index)
    place = _place(fit, points)
    if band is None:
        return mean.value(values, place)
    wanted = fit.problem.layout.wanted
    value, columns = mean.value_and_jacobian(values, place, wanted)
    return _band(fit, index, points, (value, dict(zip(wanted, columns, strict=True))), (band, level))


def slope(fit: Fit, x: ArrayLike, *, band: str | None, level: float, group: str) -> Any:
    """Return the slope of the fitted curve, with its band if one is asked for."""
    if band == "prediction":
        raise ValueError("a slope is not observed, so it has a confidence band only: band='confidence'")
    points = np.asarray(x, dtype=np.float64)
    index = fit.groups.index(group)
    mean, values, place = fit.problem.mean, _parameters(fit, index), _place(fit, points)
    value = fit.curves[group].derivative(points) if fit.model.is_curve else mean.slope(values, place)
    if band is None:
        return value
    wanted = fit.problem.layout.wanted
    columns = mean.slope_jacobian(values, place, wanted)
    return _band(fit, index, points, (value, dict(zip(wanted, columns, strict=True))), (band, level))


def _place(fit: Fit, points: Floats) -> Any:
    return fit.problem.mean.axis.place(points) if fit.model.is_curve else fit.problem.mean.place(points)


def _parameters(fit: Fit, index: int) -> list[float]:
    values = list(map(float, fit.problem.layout.expand(fit.solution.theta)[index]))
    if fit.model.is_curve:
        values[4] = float(np.exp(values[4]))
    return values


def _band(
    fit: Fit, index: int, points: Floats, found: tuple[Floats, dict[int, Floats]], asked: tuple[str, float]
) -> Band:
    kind, level = asked
    if kind not in {"confidence", "prediction"}:
        raise ValueError(f"band must be 'confidence' or 'prediction', not {kind!r}")
    value, columns = found
    value = np.broadcast_to(value, points.shape)
    layout = fit.problem.layout
    jacobian = np.zeros((*points.shape, layout.size))
    for j, column in columns.items():
        slot = layout.slots[index, j]
        if slot < layout.size:
            inside = column * np.exp(layout.expand(fit.solution.theta)[index, j]) if _is_exponent(fit, j) else column
            jacobian[..., slot] = inside
    with np.errstate(invalid="ignore"):
        variance = covariance.variance(fit, jacobian)
        error = np.sqrt(variance)
        spread = np.sqrt(variance + covariance.scatter_of(fit, value)) if kind == "prediction" else error
        half = quantile(fit, level) * spread
    low, high = value - half, value + half
    if kind == "prediction":
        low, high = np.clip(low, *fit.likelihood.limits), np.clip(high, *fit.likelihood.limits)
    return Band(points, value, low, high, error, kind, level)


def _is_exponent(fit: Fit, j: int) -> bool:
    return fit.model.is_curve and j == 4
