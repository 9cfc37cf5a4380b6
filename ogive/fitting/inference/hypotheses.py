"""Tests: is there an effect, does the curve fit, which observations does it not explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive.fitting.inference.calibration import levels_of, null_law
from ogive.fitting.question.likelihoods import Normal

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate

__all__ = ["Outliers", "Test", "effect_is_plain", "lack_of_fit", "no_effect", "outliers", "q_values"]

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


# ---- Is there an effect ------------------------------------------------------------------------------------------


def no_effect(estimate: Estimate) -> Test:
    """Test whether a flat line describes the data as well.

    Where the asymptotes are free and errors are normal, the law of R-squared under no effect is computed for the
    very design (`fitting.inference.calibration`), since midpoint and steepness do not exist without an effect and F
    tables mislead. Otherwise the F or likelihood-ratio test against a constant is used.
    """
    hypothesis = "a flat line describes the data as well as the curve"
    groups, size = len(estimate.groups), estimate.problem.size
    if estimate.failed:
        return Test(hypothesis, "none", np.nan, (), np.nan)
    if not isinstance(estimate.likelihood, Normal):
        drop = max(_null_deviance(estimate) - estimate.deviance, 0.0) / estimate.dispersion
        df = max(size - groups, 1)
        return Test(hypothesis, "likelihood-ratio test", drop, (df,), float(special.chdtrc(df, drop)))
    if _calibrated(estimate):
        counts = levels_of(estimate.problem.place.g[None])[0]
        law = null_law(counts, str(estimate.model.shape), dimension=size - 2, powered=estimate.model.asymmetric)
        r_squared = estimate.r_squared
        return Test(hypothesis, "calibrated R-squared", r_squared, (size - 1, estimate.dof), law.p_value(r_squared))
    statistic, df1 = _naive(estimate)
    return Test(
        hypothesis,
        "F test",
        statistic,
        (df1, estimate.dof),
        float(special.fdtrc(df1, max(estimate.dof, 1), statistic)),
    )


def effect_is_plain(estimate: Estimate) -> bool:
    """Say whether an effect is so strong that no calibration could undo it."""
    if estimate.dof <= 0 or not isinstance(estimate.likelihood, Normal):
        return False
    statistic, df = _naive(estimate)
    return bool(special.fdtrc(df, estimate.dof, statistic) < 1e-8)


def _naive(estimate: Estimate) -> tuple[float, int]:
    df = max(estimate.problem.size - len(estimate.groups), 1)
    gain = max(estimate.null_rss - estimate.rss, 0.0)
    if estimate.dof <= 0:
        return np.nan, df
    return (float("inf") if estimate.rss == 0 else gain / df / (estimate.rss / estimate.dof)), df


def _calibrated(estimate: Estimate) -> bool:
    plain = (
        isinstance(estimate.likelihood, Normal)
        and estimate.likelihood.loss.name == "squares"
        and not estimate.variance_power
    )
    free = {"lower", "upper", "midpoint", "steepness"} <= set(estimate.names)
    return bool(
        plain and free and estimate.model.is_curve and not estimate.model.sloped and len(estimate.groups) == 1
        and estimate.problem.size in {4, 5} and estimate.dof > 0
        and not {"lower", "upper"} & set(estimate.model.bounds)
    )  # fmt: skip


def _null_deviance(estimate: Estimate) -> float:
    """Return the deviance of a constant for each group."""
    weights, y = estimate.responses
    mu = np.empty(estimate.n)
    for k in range(len(estimate.groups)):
        rows = estimate.data.group == k
        mu[rows] = np.average(y[rows], weights=weights[rows])
    return 2 * float(estimate.likelihood.terms(estimate.data.y, mu).f)


# ---- Does the curve fit ------------------------------------------------------------------------------------------


def lack_of_fit(estimate: Estimate) -> Test:
    """Test whether the scatter about the curve is no larger than among replicates, or than counts must scatter."""
    if not isinstance(estimate.likelihood, Normal):
        df = estimate.dof
        p = float(special.chdtrc(df, estimate.deviance)) if df > 0 else np.nan
        return Test("the counts scatter about the curve by chance alone", "deviance", estimate.deviance, (df,), p)
    hypothesis = "the curve runs through the means of the replicates"
    error, cells = _pure_error(estimate)
    df1, df2 = cells - estimate.problem.size, estimate.n - cells
    if df1 <= 0 or df2 <= 0 or error == 0:
        return Test(hypothesis, "F test (needs replicates)", np.nan, (df1, df2), np.nan)
    statistic = (estimate.rss - error) / df1 / (error / df2)
    return Test(hypothesis, "F test", statistic, (df1, df2), float(special.fdtrc(df1, df2, max(statistic, 0.0))))


def _pure_error(estimate: Estimate) -> tuple[float, int]:
    """Return the sum of squares about the means of replicates, and how many distinct points there are."""
    weights, y = estimate.responses
    cells: dict[tuple[int, float], list[int]] = {}
    for i, (group, x) in enumerate(zip(estimate.data.group, estimate.data.x, strict=True)):
        cells.setdefault((int(group), float(x)), []).append(i)
    total = 0.0
    for rows in cells.values():
        total += float(np.sum(weights[rows] * (y[rows] - np.average(y[rows], weights=weights[rows])) ** 2))
    return total, len(cells)


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
