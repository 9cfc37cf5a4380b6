"""Tests: is there an effect, does the curve fit, which observations does it not explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive.fitting.inference.calibration import levels_of, null_law
from ogive.fitting.question.likelihoods import Normal, part_of

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate

__all__ = [
    "NOTHING", "Outliers", "Test", "is_constant", "lack_of_fit", "lack_of_fit_of", "no_effect", "no_effect_of",
    "outliers", "plain_p_value", "q_values", "r_squared_of",
]  # fmt: skip

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True)
class Test:
    """The outcome of a test.

    Attributes
    ----------
    statistic, df
        The statistic and its degrees of freedom; their kind is in ``method``.
    p_value
        The probability of at least such a statistic if the hypothesis were true.
    """

    hypothesis: str
    method: str
    statistic: float
    df: tuple[float, ...]
    p_value: float

    # pytest collects classes by name; this one is not a test case
    __test__ = False


@final
@dataclass(frozen=True, slots=True)
class Outliers:
    """Which observations the curve does not explain.

    Attributes
    ----------
    residual
        Externally studentised residuals: each from the fit without it.
    p_value, q_value
        Two-sided probability of each, and the false-discovery rate of flagging it and all rarer ones.
    flagged
        Where the q-value is below the rate that was asked for.
    """

    residual: Floats
    p_value: Floats
    q_value: Floats
    flagged: NDArray[np.bool_]


NOTHING = Test("none", "none", np.nan, (), np.nan)
"""The outcome where nothing can be tested."""


# ---- Is there an effect ------------------------------------------------------------------------------------------

_FLAT = "a flat line describes the data as well as the curve"
# A sum of squares about the mean below this part of that about 0 is rounding.
_ROUNDING = 1e-24


def no_effect(estimate: Estimate) -> Test:
    """Test whether a flat line (for each group) describes the data as well.

    Where the asymptotes are free and errors are normal, the law of R-squared under no effect is computed for the
    very design (`fitting.inference.calibration`), since midpoint and steepness do not exist without an effect and F
    tables mislead. Otherwise the F or likelihood-ratio test against a constant is used. Of several groups the one
    with the strongest effect counts, and its p-value is multiplied by their number (Bonferroni).
    """
    count = len(estimate.groups)
    if estimate.failed:
        return Test(_FLAT, "none", np.nan, (), np.nan)
    if count == 1:
        return no_effect_of(estimate, 0)
    tests = [test for test in (no_effect_of(estimate, k) for k in range(count)) if not np.isnan(test.p_value)]
    if not tests:
        return Test(_FLAT, "none", np.nan, (), np.nan)
    best = min(tests, key=lambda test: test.p_value)
    method = f"{best.method}, the strongest of {count} groups"
    return Test(_FLAT, method, best.statistic, best.df, min(1.0, count * best.p_value))


def no_effect_of(estimate: Estimate, k: int) -> Test:
    """Test whether a flat line describes the data of one group as well as its curve.

    The residuals of all groups make up its residual variance.
    """
    df = _moving(estimate, k)
    if estimate.failed or df < 1 or not _flat_is_special(estimate):
        return Test(_FLAT, "none", np.nan, (), np.nan)
    if is_constant(estimate, k):
        return Test(_FLAT, "constant responses", 0.0, (df, estimate.dof), 1.0)
    part = _Part.of(estimate, k)
    gain = max(part.null - part.rest, 0.0)
    if not isinstance(estimate.likelihood, Normal):
        drop = gain / estimate.dispersion
        return Test(_FLAT, "likelihood-ratio test", drop, (df,), float(special.chdtrc(df, drop)))
    if estimate.dof <= 0:
        return Test(_FLAT, "none", np.nan, (), np.nan)
    if _calibrated(estimate):
        beside, free = estimate.rss - part.rest, estimate.dof - (part.n - _own(estimate, k))
        r_squared = gain / (part.null + beside)
        powered = estimate.model.asymmetric
        counts = levels_of(estimate.problem.place.g[estimate.data.group == k][None])[0]
        law = null_law(
            counts, str(estimate.model.shape), observations=part.n + max(free, 0), dimension=2 + powered,
            powered=powered,
        )  # fmt: skip
        return Test(_FLAT, "calibrated R-squared", r_squared, (df, estimate.dof), law.p_value(r_squared))
    statistic = _f_value(estimate, gain, df)
    return Test(_FLAT, "F test", statistic, (df, estimate.dof), _f_tail(df, estimate.dof, statistic))


def plain_p_value(estimate: Estimate, k: int) -> float:
    """Return the p-value of the F test against a flat line, which no calibration undoes where it is tiny."""
    df = _moving(estimate, k)
    if estimate.dof <= 0 or df < 1 or not isinstance(estimate.likelihood, Normal) or is_constant(estimate, k):
        return np.nan
    part = _Part.of(estimate, k)
    return _f_tail(df, estimate.dof, _f_value(estimate, max(part.null - part.rest, 0.0), df))


def is_constant(estimate: Estimate, k: int) -> bool:
    """Say whether the responses of a group are all the same, up to rounding."""
    weights, y = (values[estimate.data.group == k] for values in estimate.responses)
    center = np.average(y, weights=weights)
    return bool(np.sum(weights * (y - center) ** 2) <= _ROUNDING * np.sum(weights * y**2))


def r_squared_of(estimate: Estimate, k: int) -> float:
    """Return the part of the (weighted) variance about its mean that the curve of a group explains."""
    rows = estimate.data.group == k
    weights, y = (values[rows] for values in estimate.responses)
    total = float(np.sum(weights * (y - np.average(y, weights=weights)) ** 2))
    left = float(np.sum(weights * (y - estimate.fitted[rows]) ** 2))
    return 1 - left / total if total > 0 else np.nan


class _Part(NamedTuple):
    """The deviance of the curve of a group, that of a constant, and how many observations there are."""

    rest: float
    null: float
    n: int

    @classmethod
    def of(cls, estimate: Estimate, k: int) -> _Part:
        rows = estimate.data.group == k
        weights, y = (values[rows] for values in estimate.responses)
        mu = np.full(int(rows.sum()), np.average(y, weights=weights))
        if isinstance(estimate.likelihood, Normal):
            return cls(float(np.sum(estimate.squares[rows])), float(np.sum(weights * (y - mu) ** 2)), len(mu))
        scatter, counts = part_of(estimate.likelihood, rows), estimate.data.y[rows]
        rest, null = (2 * float(scatter.terms(counts, each).f) for each in (estimate.fitted[rows], mu))
        return cls(rest, null, len(mu))


def _own(estimate: Estimate, k: int) -> int:
    """Return how many free parameters the curve of a group has for itself."""
    slots = estimate.problem.layout.slots
    others = set(np.delete(slots, k, axis=0).ravel().tolist())
    return len({int(s) for s in slots[k] if s < estimate.problem.size and s not in others})


def _moving(estimate: Estimate, k: int) -> int:
    """Return how many parameters of a group a flat line does without."""
    own = _own(estimate, k)
    shared = len({int(s) for s in estimate.problem.layout.slots[k] if s < estimate.problem.size}) > own
    # beside common asymptotes a flat line is a number of its own
    return own if shared and own < 2 else own - 1 if own else 0


def _flat_is_special(estimate: Estimate) -> bool:
    """Say whether the model holds a flat line: any curve or formula, and a regression with a constant in it."""
    if estimate.model.regressors is None:
        return True
    x = estimate.data.x
    rest = np.ones(len(x)) - x @ np.linalg.lstsq(x, np.ones(len(x)), rcond=None)[0]
    return bool(np.abs(rest).max() < 1e-8) and not estimate.model.fixed


def _f_value(estimate: Estimate, gain: float, df: int) -> float:
    return float("inf") if estimate.rss == 0 else gain / df / (estimate.rss / estimate.dof)


def _f_tail(df: int, dof: int, statistic: float) -> float:
    return float(special.fdtrc(df, max(dof, 1), statistic))


def _calibrated(estimate: Estimate) -> bool:
    model, scatter = estimate.model, estimate.likelihood
    plain = isinstance(scatter, Normal) and scatter.loss.name == "squares" and not estimate.variance_power
    free = {"lower", "upper", "midpoint", "steepness"} <= set(model.free)
    return bool(plain and free and model.is_curve and not model.sloped and not {"lower", "upper"} & set(model.bounds))


# ---- Does the curve fit ------------------------------------------------------------------------------------------

# Below so many trials (or counts) on average, the deviance of counts does not follow its law.
_ENOUGH_TRIALS, _ENOUGH_COUNTS = 2.0, 1.0


def lack_of_fit(estimate: Estimate) -> Test:
    """Test whether the scatter about the curve is no larger than among replicates, or than counts must scatter."""
    return _lack(estimate, np.ones(estimate.n, dtype=bool), estimate.problem.size)


def lack_of_fit_of(estimate: Estimate, k: int) -> Test:
    """Test whether the curve of one group fits."""
    return _lack(estimate, estimate.data.group == k, _own(estimate, k))


def _lack(estimate: Estimate, rows: NDArray[np.bool_], size: int) -> Test:
    n = int(rows.sum())
    if not isinstance(estimate.likelihood, Normal):
        hypothesis, df = "the counts scatter about the curve by chance alone", n - size
        y = estimate.data.y[rows]
        deviance = 2 * float(part_of(estimate.likelihood, rows).terms(y, estimate.fitted[rows]).f)
        trials = estimate.data.trials
        enough = np.mean(y) >= _ENOUGH_COUNTS if trials is None else np.mean(trials[rows]) >= _ENOUGH_TRIALS
        if df <= 0 or not enough or estimate.failed:
            return Test(hypothesis, "deviance (needs counts above 1)", deviance, (df,), np.nan)
        return Test(
            hypothesis, "deviance", deviance, (df,), float(special.chdtrc(df, deviance / estimate.dispersion))
        )
    hypothesis = "the curve runs through the means of the replicates"
    error, cells = _pure_error(estimate, rows)
    df1, df2 = cells - size, n - cells
    if df1 <= 0 or df2 <= 0 or error == 0:
        return Test(hypothesis, "F test (needs replicates)", np.nan, (df1, df2), np.nan)
    statistic = (float(np.sum(estimate.squares[rows])) - error) / df1 / (error / df2)
    return Test(hypothesis, "F test", statistic, (df1, df2), float(special.fdtrc(df1, df2, max(statistic, 0.0))))


def _pure_error(estimate: Estimate, rows: NDArray[np.bool_]) -> tuple[float, int]:
    """Return the sum of squares about the means of replicates, and how many distinct points there are."""
    weights, y = (values[rows] for values in estimate.responses)
    points = np.column_stack([estimate.data.group[rows], estimate.data.x[rows]])
    _, cell = np.unique(points, axis=0, return_inverse=True)
    cell = cell.ravel()
    weight = np.bincount(cell, weights=weights)
    mean = np.bincount(cell, weights=weights * y) / weight
    return float(np.sum(weights * (y - mean[cell]) ** 2)), len(weight)


# ---- Which observations it does not explain ----------------------------------------------------------------------


def outliers(estimate: Estimate, q: float) -> Outliers:
    """Return studentised residuals with their false-discovery rates (Benjamini and Hochberg 1995)."""
    nothing = np.full(estimate.n, np.nan)
    if estimate.failed or estimate.dof < 2:
        return Outliers(nothing, nothing, nothing, np.zeros(estimate.n, dtype=bool))
    residual = _studentised(estimate)
    normal = isinstance(estimate.likelihood, Normal) and estimate.known_dispersion is None
    size = np.abs(residual)
    p = 2 * (special.stdtr(estimate.dof - 1, -size) if normal else special.ndtr(-size))
    rates = q_values(p)
    return Outliers(residual, p, rates, rates <= q)


def _studentised(estimate: Estimate) -> Floats:
    """Return each residual over the standard error it would have in the fit without its observation."""
    problem, theta = estimate.problem, estimate.theta
    terms = problem.likelihood.terms(estimate.data.y, estimate.fitted)
    root = np.sqrt(terms.information)
    design = problem.jacobian(theta)[1] * root[:, None]
    free = ~estimate.at_limit
    basis = np.linalg.qr(design[:, free])[0]
    left = np.maximum(1 - np.sum(basis**2, axis=1), 1e-12)
    with np.errstate(all="ignore"):
        pearson = np.where(root > 0, terms.score / root, 0.0)
        if not isinstance(estimate.likelihood, Normal) or estimate.known_dispersion is not None:
            return pearson / np.sqrt(left * estimate.dispersion)  # type: ignore[no-any-return]
        without = (estimate.rss - pearson**2 / left) / (estimate.dof - 1)
        return pearson / np.sqrt(left * np.maximum(without, 1e-300))  # type: ignore[no-any-return]


def q_values(p: Floats) -> Floats:
    """Return the false-discovery rate of rejecting each hypothesis and all with smaller p-values."""
    order = np.argsort(p)
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    result = np.empty_like(ranked)
    result[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return result
