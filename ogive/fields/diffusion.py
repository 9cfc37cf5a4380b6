"""Diffusion of innovations: adoption and forecasting. The Bass model is a logistic curve that starts below zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.curves import Curve
from ogive.fitting import Fit
from ogive.fitting import fit as _fit
from ogive.models import Model, Quantity, Vocabulary, Word, models
from ogive.models.holds import half_way, level, not_half_way
from ogive.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

__all__ = ["BASS", "VOCABULARY", "bass_curve", "fit", "fit_bass"]


def _half_time(curve: Curve) -> float:
    return curve.half_point


def _peak_rate(curve: Curve) -> float:
    return curve.steepest.slope


def _takeover(curve: Curve) -> float:
    return curve.width(0.1, 0.9)


VOCABULARY = Vocabulary(
    "diffusion",
    words=(
        Word("market", "upper", objection=level),
        Word("rate", "steepness"),
        Word("half_time", "midpoint", objection=half_way),
    ),
    quantities=(
        Quantity("half_time", _half_time, "when half the way is gone", objection=not_half_way),
        Quantity("peak_rate", _peak_rate, "the fastest adoption, per unit of time"),
        Quantity(
            "takeover_time",
            _takeover,
            "the time from 10 to 90 percent (J. C. Fisher, R. H. Pry 1971)",
            objection=level,
        ),
    ),
)
"""Market, rate, half-time; peak rate and takeover time."""


def fit(time: Any, adopted: Any, *, model: str = "logistic-3", **options: Any) -> Fit:
    """Fit cumulative adoption; the result knows ``market``, ``half_time``, ``peak_rate`` and ``takeover_time``.

    Parameters
    ----------
    time, adopted
        When, and how many had adopted by then.
    model
        ``"logistic-3"`` (Fisher and Pry, Mansfield), ``"gompertz-3"`` ...
    **options
        As for `ogive.fit`.
    """
    return _fit(models[model].with_options(vocabulary=VOCABULARY), time, adopted, **options)


# ---- F. M. Bass, A new product growth for model consumer durables, Management Science 15 (1969) 215-227 ----------

_ADOPTED = "(1-exp(-(p+q)*{t}))/(1+(q/p)*exp(-(p+q)*{t}))"


# without more imitation than innovation, adoption is fastest at launch and falls ever after
def _peak_time(values: Mapping[str, float]) -> float:
    p, q = values["p"], values["q"]
    return float(np.log(q / p) / (p + q)) if q > p else 0.0


def _peak_sales(values: Mapping[str, float]) -> float:
    p, q, m = values["p"], values["q"], values["m"]
    return float(m * (p + q) ** 2 / (4 * q)) if q > p else float(m * p)


def _adopted_at_peak(values: Mapping[str, float]) -> float:
    p, q = values["p"], values["q"]
    return 0.5 - p / (2 * q) if q > p else 0.0


BASS = Vocabulary(
    "bass",
    words=(Word("innovation", "p"), Word("imitation", "q"), Word("market", "m")),
    quantities=(
        Quantity("peak_time", _peak_time, "when adoption is fastest"),
        Quantity("peak_sales", _peak_sales, "how fast it is then"),
        Quantity("adopted_at_peak", _adopted_at_peak, "the part of the market that has adopted by then"),
    ),
)
"""Innovation p, imitation q, market m; peak time and peak sales."""


def fit_bass(sales: ArrayLike, **options: Any) -> Fit:
    """Fit the Bass model to sales in successive periods; the result knows ``p``, ``q``, ``m`` and ``peak_time``.

    The model is the adoption within each period, m (F(t) - F(t - 1)), fitted by nonlinear least squares (V.
    Srinivasan, C. H. Mason, Marketing Science 5 (1986) 169-178), started from the regression of Bass.

    Parameters
    ----------
    sales
        Adoptions in period 1, 2, 3 ...
    **options
        As for `ogive.fit`.
    """
    y = np.asarray(sales, dtype=np.float64)
    if y.ndim != 1 or len(y) < 4:
        raise ValueError(f"sales must be a list of at least four periods, not of shape {y.shape}")
    text = f"m*({_ADOPTED.format(t='t')}-{_ADOPTED.format(t='(t-1)')})"
    model = Model.from_formula(text, variable="t", parameters=("p", "q", "m"), name="bass")
    options.setdefault("start", _bass_regression(y))
    return _fit(model.with_options(vocabulary=BASS), np.arange(1.0, len(y) + 1), y, **options)


def _bass_regression(sales: np.ndarray[Any, Any]) -> dict[str, float]:
    """Return Bass's own estimates: sales regressed on cumulative sales and their square."""
    before = np.concatenate([[0.0], np.cumsum(sales)[:-1]])
    c, b, a = np.polyfit(before, sales, 2)
    root = b**2 - 4 * a * c
    if c < 0 and root > 0:
        market = (-b - np.sqrt(root)) / (2 * c)
        p = a / market
        if p > 0 and b + p > 0:
            return {"p": float(p), "q": float(b + p), "m": float(market)}
    return {"p": 0.03, "q": 0.38, "m": 1.2 * float(sales.sum())}


def bass_curve(p: float, q: float, m: float = 1.0) -> Curve:
    """Return cumulative adoption as a curve: a logistic of rate p + q between -m p/q and m.

    Raises
    ------
    ValueError
        If p or q is not positive.
    """
    if p <= 0 or q <= 0:
        raise ValueError(f"p and q must be positive, not {p:g} and {q:g}")
    middle = float(np.log(q / p) / (p + q))
    return Curve(shapes["logistic"], lower=-m * p / q, upper=m, midpoint=middle, steepness=p + q)
