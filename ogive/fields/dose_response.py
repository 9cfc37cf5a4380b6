"""Dose and response: pharmacology and toxicology. EC50, Hill slope, potency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.fitting import Fit
from ogive.fitting import fit as _fit
from ogive.models import Quantity, Vocabulary, Word, models

if TYPE_CHECKING:
    from ogive.curves import Curve

__all__ = ["VOCABULARY", "fit"]


def _ec50(curve: Curve) -> float:
    return curve.half_point


def _pec50(curve: Curve) -> float:
    return float(-np.log10(curve.half_point))


def _span(curve: Curve) -> float:
    return curve.upper - curve.lower


def _steepest(curve: Curve) -> float:
    return curve.steepest.slope


VOCABULARY = Vocabulary(
    "dose-response",
    words=(
        Word("bottom", "lower"),
        Word("top", "upper"),
        Word("hill", "steepness"),
        Word("emin", "lower"),
        Word("emax", "upper"),
    ),
    quantities=(
        Quantity("ec50", _ec50, "the dose of half the effect, half-way between bottom and top", scale="log"),
        Quantity("pec50", _pec50, "minus the decimal logarithm of the EC50"),
        Quantity("span", _span, "the largest effect, top less bottom"),
        Quantity("max_slope", _steepest, "the steepest slope in response per dose"),
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
