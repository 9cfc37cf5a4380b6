"""Psychophysics: detection and discrimination. Threshold, width, guess rate, lapse rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ogive.fitting import Fit
from ogive.fitting import fit as _fit
from ogive.models import Quantity, Vocabulary, Word, models
from ogive.models.holds import level, not_half_way

if TYPE_CHECKING:
    from ogive.curves import Curve

__all__ = ["VOCABULARY", "fit"]


def _flip(rate: float) -> float:
    return 1 - rate


def _half_point(curve: Curve) -> float:
    return curve.half_point


def _width(curve: Curve) -> float:
    """Return the distance over which the underlying sigmoid goes from 5 to 95 percent."""
    return curve.width(0.05, 0.95)


def _jnd(curve: Curve) -> float:
    """Return half the distance between the quarter points of the underlying sigmoid."""
    return 0.5 * curve.width(0.25, 0.75)


def _slope(curve: Curve) -> float:
    return float(curve.derivative(curve.midpoint))


VOCABULARY = Vocabulary(
    "psychophysics",
    words=(
        Word("threshold", "midpoint"),
        Word("guess", "lower", objection=level),
        Word("lapse", "upper", _flip, _flip, level),
    ),
    quantities=(
        Quantity("half_point", _half_point, "the level half-way from guess to 1 - lapse", objection=not_half_way),
        Quantity("width", _width, "from 5 to 95 percent of the way (H. H. Schütt et al. 2016)", "log", level),
        Quantity(
            "jnd", _jnd, "the just noticeable difference: half the distance of the quarter points", "log", level
        ),
        Quantity("threshold_slope", _slope, "the slope of the psychometric function at the threshold"),
    ),
)
"""Threshold, guess, lapse; width and just noticeable difference.

The threshold is the midpoint of the model: half-way for the normal and the logistic curve; the scale of a Weibull
function, where 63.2 % of the way is gone. There ``half_point`` is the level of half the way (psignifit's threshold).
"""


def fit(
    level: Any,
    correct: Any,
    trials: Any,
    *,
    guess: float | None = 0.5,
    lapse: float | None = None,
    model: str = "psychometric",
    **options: Any,
) -> Fit:
    """Fit a psychometric function to counts; the result knows ``threshold``, ``width``, ``lapse`` and ``jnd``.

    Parameters
    ----------
    level, correct, trials
        Stimulus levels, numbers of correct (or "yes") answers, and numbers of trials.
    guess
        The rate of correct answers by guessing: 1/m with m alternatives, 0.5 for two; None estimates it.
    lapse
        The rate of wrong answers to strong stimuli; None estimates it, between 0 and 1.
    model
        ``"psychometric"`` (normal), or any other model between 0 and 1, such as ``"weibull-2"`` for contrasts.
    **options
        As for `ogive.fit`.
    """
    chosen = models[model].with_options(vocabulary=VOCABULARY, bounds={"lower": (0.0, 1.0), "upper": (0.0, 1.0)})
    held = {"guess": guess, "lapse": lapse, **options.pop("fixed", {})}
    return _fit(chosen, level, correct, trials=trials, fixed=held, **options)
