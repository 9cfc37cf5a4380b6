"""Which models a word of a field is true of: each function returns its objection to a model, empty for none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from ogive.curves import Transition

if TYPE_CHECKING:
    from ogive.models.model import Model
    from ogive.shapes import Shape

__all__ = [
    "OnAxis", "early_rate", "exponential_start", "half_way", "hill_slope", "level", "logistic_in_x", "not_half_way",
]  # fmt: skip


def early_rate(shape: Shape) -> float:
    """Return the r for which a shape begins as exp(r z) far below its midpoint; nan where it does not.

    The ratio of second to first derivative tends to r there. Where it still changes between z = -33 and z = -45, or
    the slope has vanished, the beginning is no exponential: for Gompertz' and the normal curve the rate grows without
    end towards the past, for the arc tangent it dies.
    """
    transition = Transition(shape)
    with np.errstate(all="ignore"):
        _, first, second = transition.slopes(np.array([-45.0, -33.0]))
        far, near = second / first
    return float(far) if abs(far - near) < 1e-9 and far > 0 else float("nan")


def level(model: Model) -> str:
    """Object to models whose asymptotes are not level."""
    if not model.is_curve:
        return "a formula has no asymptotes to measure from; pass a function of its parameters to interval()"
    if any(model.constants.get(name) != 0 for name in ("lower_slope", "upper_slope")):
        return (
            "one of its asymptotes slopes with x, so parts of the way from one to the other say nothing about the "
            "response; use effective_dose(50) or effective_dose(absolute=...)"
        )
    return ""


def half_way(model: Model) -> str:
    """Object to models whose midpoint is not half-way between the asymptotes."""
    reason = level(model)
    if reason:
        return reason
    if model.constants.get("asymmetry") != 1 or not Transition(model.row).symmetric:
        return "its midpoint is not half-way between the asymptotes; use half_point"
    return ""


def not_half_way(model: Model) -> str:
    """Object where the midpoint is the half-way point itself, which is then a parameter, or there is none."""
    return level(model) or ("" if half_way(model) else "its midpoint is the half-way point")


@final
@dataclass(frozen=True, slots=True)
class OnAxis:
    """Object to models on another axis, saying what to use there."""

    axis: str
    instead: str

    def __call__(self, model: Model) -> str:
        """Return the objection to a model."""
        if not model.is_curve or model.axis == self.axis:
            return level(model)
        return f"it is for a {self.axis} axis, and this model has a {model.axis} one; {self.instead}"


def exponential_start(model: Model) -> str:
    """Object to models whose early growth is not exponential, so that no time doubles them again and again."""
    reason = level(model)
    if reason:
        return reason
    if model.axis != "linear":
        return f"on a {model.axis} axis growth begins as a power of time; use doubling_time_at(t)"
    if np.isnan(early_rate(model.row)):
        return (
            f"the relative growth rate of the {model.row.name} curve never stops changing, so there is no constant "
            "doubling time; use doubling_time_at(t)"
        )
    return ""


def _is_logistic(shape: Shape) -> bool:
    """Whether the odds of a shape are exp(z), which is what slope factors, Hill slopes and free energies speak of."""
    transition, z = Transition(shape), np.array([-3.0, -0.7, 1.3, 2.9])
    gone = transition.value(z)
    return bool(np.allclose(gone / (1 - gone), np.exp(z), rtol=1e-9, atol=0.0))


def logistic_in_x(model: Model) -> str:
    """Object to models that are not a plain logistic curve of x."""
    reason = level(model)
    if reason:
        return reason
    if model.axis != "linear" or not _is_logistic(model.row) or model.constants.get("asymmetry") != 1:
        return "it belongs to the logistic curve of x, whose odds grow as exp(steepness x); use the steepness itself"
    return ""


def hill_slope(model: Model) -> str:
    """Object to models whose steepness is no Hill slope."""
    if not model.is_curve or model.axis != "log" or not _is_logistic(model.row):
        return "a Hill slope belongs to the log-logistic curves; use steepness"
    return ""
