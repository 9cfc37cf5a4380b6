"""Control: a sigmoid as actuator or sensor in a loop. Gain, sector, describing function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.fitting import Fit
from ogive.fitting import fit as _fit
from ogive.models import Quantity, Vocabulary, Word, models
from ogive.models.holds import half_way, level, not_half_way

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ogive.curves import Curve

__all__ = ["VOCABULARY", "describing_function", "fit", "sector"]


def _center(curve: Curve) -> float:
    return curve.half_point


def _gain(curve: Curve) -> float:
    return curve.steepest.slope


def _range(curve: Curve) -> float:
    return curve.width(0.1, 0.9)


VOCABULARY = Vocabulary(
    "control",
    words=(
        Word("saturation_low", "lower", objection=level),
        Word("saturation_high", "upper", objection=level),
        Word("center", "midpoint", objection=half_way),
    ),
    quantities=(
        Quantity("center", _center, "the input half-way between the saturations", objection=not_half_way),
        Quantity("gain", _gain, "the largest small-signal gain, in output per input"),
        Quantity("linear_range", _range, "the input range from 10 to 90 percent", "log", level),
    ),
)
"""Saturations and center; gain and linear range."""


def fit(signal: Any, output: Any, *, model: str = "logistic-4", **options: Any) -> Fit:
    """Fit the static curve of an actuator or sensor; the result knows ``gain``, ``linear_range`` and saturations.

    Parameters
    ----------
    signal, output
        Inputs and outputs at rest.
    **options
        As for `ogive.fit`.
    """
    return _fit(models[model].with_options(vocabulary=VOCABULARY), signal, output, **options)


def sector(curve: Curve, operating_point: float) -> tuple[float, float]:
    """Return the sector about an operating point: the least and largest ratio of output to input deviations.

    For circle and Popov criteria. A saturating curve's least ratio is 0, approached for large deviations.
    """
    if curve.axis != "linear":
        raise ValueError(f"a sector is defined on a linear axis, not on a {curve.axis} one")
    reach = np.geomspace(1e-9, 1e4, 2000) / abs(curve.steepness)
    deviations = np.concatenate([-reach[::-1], reach])
    ratios = (curve(operating_point + deviations) - curve(operating_point)) / deviations
    local = float(curve.derivative(operating_point))
    return (0.0, max(local, float(ratios.max()))) if curve.steepness > 0 else (min(local, float(ratios.min())), 0.0)


def describing_function(curve: Curve, amplitude: ArrayLike, *, center: float | None = None) -> Any:
    """Return the gain that a sine of each amplitude sees: the first harmonic of the output over the input.

    Parameters
    ----------
    amplitude
        Amplitudes of the sine, positive.
    center
        The operating point; by default the midpoint.

    Returns
    -------
    array
        Real gains (a curve without memory turns no phase); the slope at the center, for amplitudes towards 0.
    """
    size = np.asarray(amplitude, dtype=np.float64)
    if (size <= 0).any():
        raise ValueError("amplitudes must be positive")
    middle = curve.midpoint if center is None else center
    count = 4096
    # the trapezoidal rule over one period converges faster than any power of the number of points
    angle = np.arange(count) * (2 * np.pi / count)
    outputs = curve(middle + size[..., None] * np.sin(angle))
    gains = 2 * (outputs * np.sin(angle)).mean(axis=-1) / size
    return gains[()] if gains.ndim == 0 else gains
