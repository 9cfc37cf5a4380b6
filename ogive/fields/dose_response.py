"""Dose and response: pharmacology and toxicology. EC50, Hill slope, potency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.fitting import Fit
from ogive.fitting import fit as _fit
from ogive.models import Quantity, Vocabulary, Word, models
from ogive.models.holds import OnAxis, hill_slope, level

if TYPE_CHECKING:
    from ogive.curves import Curve

__all__ = ["VOCABULARY", "fit"]


def _ec50(curve: Curve) -> float:
    return curve.half_point


def _pec50(curve: Curve) -> float:
    return float(-np.log10(curve.half_point))


def _span(curve: Curve) -> float:
    return curve.upper - curve.lower


def _max_slope(curve: Curve) -> float:
    return curve.steepest.slope


def _max_slope_per_e_fold(curve: Curve) -> float:
    return curve.along_axis().steepest.slope


def _max_slope_per_decade(curve: Curve) -> float:
    return float(np.log(10)) * _max_slope_per_e_fold(curve)


_ON_LOG_AXIS = OnAxis("log", "use max_slope, per unit of x")


VOCABULARY = Vocabulary(
    "dose-response",
    words=(
        Word("bottom", "lower"),
        Word("top", "upper"),
        Word("hill", "steepness", objection=hill_slope),
        Word("emin", "lower"),
        Word("emax", "upper"),
    ),
    quantities=(
        Quantity("ec50", _ec50, "the dose of half the effect, half-way between bottom and top", "log", level),
        Quantity(
            "pec50",
            _pec50,
            "minus the decimal logarithm of the EC50",
            objection=OnAxis("log", "where x is a log dose already, ec50 is the logarithm"),
        ),
        Quantity("span", _span, "the largest effect, top less bottom", objection=level),
        Quantity(
            "max_slope",
            _max_slope,
            "the steepest slope, in response per unit of x",
            objection=OnAxis("linear", "use max_slope_per_e_fold or max_slope_per_decade of dose"),
        ),
        Quantity(
            "max_slope_per_e_fold",
            _max_slope_per_e_fold,
            "the steepest slope, in response per e-fold of dose",
            objection=_ON_LOG_AXIS,
        ),
        Quantity(
            "max_slope_per_decade",
            _max_slope_per_decade,
            "the steepest slope, in response per tenfold dose",
            objection=_ON_LOG_AXIS,
        ),
    ),
)
"""Bottom, top, Hill slope (negative for inhibition), EC50."""


def fit(dose: Any, response: Any, *, model: str = "log-logistic-4", **options: Any) -> Fit:
    """Fit a dose-response curve; the result knows ``ec50``, ``pec50``, ``hill``, ``top`` and ``bottom``.

    Parameters
    ----------
    dose, response
        Doses (0 is legal) and responses.
    model
        Any model on a log axis: ``"log-logistic-3"``, ``"weibull-1"``, ``"log-normal"``, ``"brain-cousens"`` ...
    **options
        As for `ogive.fit`: ``by=``, ``share=``, ``fixed={"bottom": 0}``, ``trials=``, ``loss="huber"`` ...

    Examples
    --------
    >>> import ogive as og
    >>> dose = [0, 0.1, 0.3, 1, 3, 10, 30, 100]
    >>> response = [98.2, 99.1, 96.9, 88.0, 63.7, 31.1, 12.2, 6.9]
    >>> print(f"{og.dose_response.fit(dose, response).ec50:.3f}")
    4.571
    """
    return _fit(models[model].with_options(vocabulary=VOCABULARY), dose, response, **options)
