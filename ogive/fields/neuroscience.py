"""Neurons: firing rate against input, and the opening of ion channels with voltage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ogive.fitting import Fit
from ogive.fitting import fit as _fit
from ogive.models import Quantity, Vocabulary, Word, models
from ogive.models.holds import half_way, level, logistic_in_x, not_half_way

if TYPE_CHECKING:
    from ogive.curves import Curve

__all__ = ["ACTIVATION", "FIRING", "fit_activation", "fit_firing_rate"]


def _half_point(curve: Curve) -> float:
    return curve.half_point


def _gain(curve: Curve) -> float:
    return curve.steepest.slope


def _dynamic_range(curve: Curve) -> float:
    return curve.width(0.1, 0.9)


def _invert(value: float) -> float:
    return 1 / value


FIRING = Vocabulary(
    "firing rate",
    words=(
        Word("max_rate", "upper", objection=level),
        Word("spontaneous", "lower", objection=level),
        Word("half_input", "midpoint", objection=half_way),
    ),
    quantities=(
        Quantity("half_input", _half_point, "the input half-way between the rates", objection=not_half_way),
        Quantity("gain", _gain, "the largest slope, in rate per input"),
        Quantity("dynamic_range", _dynamic_range, "the range of inputs from 10 to 90 percent", "log", level),
    ),
)
"""Maximal and spontaneous rate, half input; gain and dynamic range."""

ACTIVATION = Vocabulary(
    "activation",
    words=(
        Word("v_half", "midpoint", objection=half_way),
        Word("slope_factor", "steepness", _invert, _invert, logistic_in_x),
        Word("g_max", "upper", objection=level),
    ),
    quantities=(
        Quantity("v_half", _half_point, "the voltage of half the conductance", objection=not_half_way),
        Quantity("gain", _gain, "the largest slope, per volt as given"),
    ),
)
"""Half-activation voltage, slope factor (voltage per e-fold), maximal conductance."""


def fit_firing_rate(current: Any, rate: Any, *, model: str = "logistic-4", **options: Any) -> Fit:
    """Fit firing rate against input; the result knows ``max_rate``, ``half_input``, ``gain`` and ``dynamic_range``.

    Parameters
    ----------
    current, rate
        Inputs and rates; contrasts with ``model="log-logistic-4"`` give the Naka-Rushton function.
    **options
        As for `ogive.fit`; ``likelihood="poisson"`` for counts of spikes.
    """
    return _fit(models[model].with_options(vocabulary=FIRING), current, rate, **options)


def fit_activation(voltage: Any, conductance: Any, *, model: str = "logistic-3", **options: Any) -> Fit:
    """Fit the Boltzmann curve of an ion channel; the result knows ``v_half``, ``slope_factor`` and ``g_max``.

    Parameters
    ----------
    voltage, conductance
        Voltages, and conductances (``model="logistic-2"`` for normalised ones).
    **options
        As for `ogive.fit`.
    """
    return _fit(models[model].with_options(vocabulary=ACTIVATION), voltage, conductance, **options)
