"""Tests: is there an effect, does the curve fit, which observations does it not explain, which fit is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive.fitting import covariance
from ogive.fitting.calibration import null_law
from ogive.fitting.likelihoods import Normal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.fitting.result import Fit

__all__ = ["Comparison", "Outliers", "Test", "compare", "lack_of_fit", "no_effect", "null_rss", "outliers"]

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


@final
@dataclass(frozen=True, slots=True)
class Comparison:
    """Fits to the same data, beside each other; iterating gives its rows, best first by AICc.

    Attributes
    ----------
    test
        The test of the smaller model against the larger, where there are two and one is the other with
        parameters held.
    """

    rows: tuple[Row, ...]
    test: Test | None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __str__(self) -> str:
        lines = [f"{'model':<24}{'free':>5}{'log-lik':>12}{'AIC':>12}{'AICc':>12}{'BIC':>12}{'weight':>8}"]
        lines += [
            f"{r.model:<24}{r.parameters:>5}{r.log_likelihood:>12.4f}{r.aic:>12.4f}{r.aicc:>12.4f}{r.bic:>12.4f}"
            f"{r.weight:>8.3f}"
            for r in self.rows
        ]
        if self.test is not None:
            df = ", ".join(f"{d:g}" for d in self.test.df)
            lines.append(f"{self.test.method}: {self.test.statistic:.4g} on {df} df, p = {self.test.p_value:.3g}")
        return "\n".join(lines)


class Row(NamedTuple):
    """One fit of a comparison; the weight is its Akaike weight (by AICc) among them."""

    model: str
    parameters: int
    log_likelihood: float
    aic: float
    aicc: float
    bic: float
    weight: float
    fit: Fit


# ---- Is there an effect ------------------------------------------------------------------------------------------


def null_rss(fit: Fit) -> float:
    """Return the weighted sum of squares about the mean (of each group)."""
    weights, y = _responses(fit)
    total = 0.0
    for k in range(len(fit.groups)):
        rows = fit.data.group == k
        center = np.average(y[rows], weights=weights[rows])
        total += float(np.sum(weights[rows] * (y[rows] - center) ** 2))
    return total


def no_effect(fit: Fit) -> Test:
    """Test whether a flat line describes the data as well.

    Where the asymptotes are free and errors are normal, the law of R-squared under no effect is computed for the
    very design (`ogive.fitting.calibration`), since midpoint and steepness do not exist without an effect and F
    tables mislead. Otherwise the F or likelihood-ratio test against a constant is used.
    """
    hypothesis = "a flat line describes the data as well as the curve"
    groups, size = len(fit.groups), fit.problem.size
    if fit.solution.trouble:
        return Test(hypothesis, "none", np.nan, (), np.nan)
    if not isinstance(fit.likelihood, Normal):
        drop = max(_null_deviance(fit) - fit.deviance, 0.0) / fit.dispersion
        df = max(size - groups, 1)
        return Test(hypothesis, "likelihood-ratio test", drop, (df,), float(special.chdtrc(df, drop)))
    if _calibrated(fit):
        law = null_law(*_design(fit), fit.n, fit.model.row, dimension=size - 2, powered=fit.model.asymmetric)
        r_squared = fit.r_squared
        return Test(hypothesis, "calibrated R-squared", r_squared, (size - 1, fit.dof), law.p_value(r_squared))
    statistic, df1 = _naive(fit)
    return Test(
        hypothesis, "F test", statistic, (df1, fit.dof), float(special.fdtrc(df1, max(fit.dof, 1), statistic))
    )


def effect_is_plain(fit: Fit) -> bool:
    """Say whether an effect is so strong that no calibration could undo it."""
    if fit.dof <= 0 or not isinstance(fit.likelihood, Normal):
        return False
    statistic, df = _naive(fit)
    return bool(special.fdtrc(df, fit.dof, statistic) < 1e-8)


def _naive(fit: Fit) -> tuple[float, int]:
    df = max(fit.problem.size - len(fit.groups), 1)
    gain = max(null_rss(fit) - fit.rss, 0.0)
    if fit.dof <= 0:
        return np.nan, df
    return (float("inf") if fit.rss == 0 else gain / df / (fit.rss / fit.dof)), df


def _calibrated(fit: Fit) -> bool:
    plain = isinstance(fit.likelihood, Normal) and fit.likelihood.loss.name == "squares" and not fit.variance_power
    free = {"lower", "upper", "midpoint", "steepness"} <= set(fit.names)
    return bool(
        plain and free and fit.model.is_curve and not fit.model.sloped and len(fit.groups) == 1
        and fit.problem.size in {4, 5} and fit.dof > 0 and not {"lower", "upper"} & set(fit.model.bounds)
    )  # fmt: skip


def _design(fit: Fit) -> tuple[Floats, Floats]:
    """Return the distinct places on the axis and the weight at each; a place at infinity moves one gap outward."""
    weights, _ = _responses(fit)
    g = fit.problem.place.g
    finite = np.unique(g[np.isfinite(g)])
    gap = float(np.diff(finite).mean()) if len(finite) > 1 else 1.0
    moved = np.clip(g, finite[0] - 3 * gap, finite[-1] + 3 * gap)
    places, inverse = np.unique(moved, return_inverse=True)
    return places, np.bincount(inverse.ravel(), weights=weights).astype(np.float64)


def _responses(fit: Fit) -> tuple[Floats, Floats]:
    data = fit.data
    if isinstance(fit.likelihood, Normal):
        return fit.likelihood.weights, data.y
    return (np.ones(fit.n), data.y) if data.trials is None else (data.trials, data.y / data.trials)


def _null_deviance(fit: Fit) -> float:
    """Return the deviance of a constant for each group."""
    weights, y = _responses(fit)
    mu = np.empty(fit.n)
    for k in range(len(fit.groups)):
        rows = fit.data.group == k
        mu[rows] = np.average(y[rows], weights=weights[rows])
    return 2 * float(fit.likelihood.terms(fit.data.y, mu).f)


# ---- Does the curve fit ------------------------------------------------------------------------------------------


def lack_of_fit(fit: Fit) -> Test:
    """Test whether the scatter about the curve is no larger than among replicates, or than counts must scatter."""
    if not isinstance(fit.likelihood, Normal):
        df = fit.dof
        p = float(special.chdtrc(df, fit.deviance)) if df > 0 else np.nan
        return Test("the counts scatter about the curve by chance alone", "deviance", fit.deviance, (df,), p)
    hypothesis = "the curve runs through the means of the replicates"
    error, cells = _pure_error(fit)
    df1, df2 = cells - fit.problem.size, fit.n - cells
    if df1 <= 0 or df2 <= 0 or error == 0:
        return Test(hypothesis, "F test (needs replicates)", np.nan, (df1, df2), np.nan)
    statistic = (fit.rss - error) / df1 / (error / df2)
    return Test(hypothesis, "F test", statistic, (df1, df2), float(special.fdtrc(df1, df2, max(statistic, 0.0))))


def _pure_error(fit: Fit) -> tuple[float, int]:
    """Return the sum of squares about the means of replicates, and how many distinct points there are."""
    weights, y = _responses(fit)
    cells: dict[tuple[int, float], list[int]] = {}
    for i, (group, x) in enumerate(zip(fit.data.group, fit.data.x, strict=True)):
        cells.setdefault((int(group), float(x)), []).append(i)
    total = 0.0
    for rows in cells.values():
        total += float(np.sum(weights[rows] * (y[rows] - np.average(y[rows], weights=weights[rows])) ** 2))
    return total, len(cells)


# ---- Which observations it does not explain ----------------------------------------------------------------------


def outliers(fit: Fit, q: float) -> Outliers:
    """Return studentised residuals with their false-discovery rates (Benjamini and Hochberg 1995)."""
    nothing = np.full(fit.n, np.nan)
    if fit.solution.trouble or fit.dof < 2:
        return Outliers(nothing, nothing, nothing, np.zeros(fit.n, dtype=bool))
    residual = _studentised(fit)
    normal = isinstance(fit.likelihood, Normal) and fit.known_dispersion is None
    size = np.abs(residual)
    p = 2 * (special.stdtr(fit.dof - 1, -size) if normal else special.ndtr(-size))
    rates = q_values(p)
    return Outliers(residual, p, rates, rates <= q)


def _studentised(fit: Fit) -> Floats:
    """Return each residual over the standard error it would have in the fit without its observation."""
    problem, theta = fit.problem, fit.solution.theta
    terms = problem.likelihood.terms(fit.data.y, fit.fitted)
    root = np.sqrt(terms.information)
    design = problem.jacobian(theta)[1] * root[:, None]
    free = ~covariance.at_limit(fit)
    basis = np.linalg.qr(design[:, free])[0]
    left = np.maximum(1 - np.sum(basis**2, axis=1), 1e-12)
    with np.errstate(all="ignore"):
        pearson = np.where(root > 0, terms.score / root, 0.0)
        if not isinstance(fit.likelihood, Normal) or fit.known_dispersion is not None:
            return pearson / np.sqrt(left * fit.dispersion)  # type: ignore[no-any-return]
        without = (fit.rss - pearson**2 / left) / (fit.dof - 1)
        return pearson / np.sqrt(left * np.maximum(without, 1e-300))  # type: ignore[no-any-return]


def q_values(p: Floats) -> Floats:
    """Return the false-discovery rate of rejecting each hypothesis and all with smaller p-values."""
    order = np.argsort(p)
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    result = np.empty_like(ranked)
    result[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return result


# ---- Which fit is better -----------------------------------------------------------------------------------------


def compare(*fits: Fit) -> Comparison:
    """Set fits to the same data beside each other, by information criteria and, for two, by a test.

    The test takes the fit with fewer free parameters as a special case of the other: an F test where a variance is
    estimated, else a likelihood-ratio test.

    Raises
    ------
    ValueError
        If the fits are not of the same data with the same likelihood.
    """
    if len(fits) < 2:
        raise ValueError("compare() needs at least two fits")
    for other in fits[1:]:
        same = other.n == fits[0].n and np.array_equal(other.data.y, fits[0].data.y)
        if not same or other.likelihood.name != fits[0].likelihood.name:
            raise ValueError("fits can be compared only where data and likelihood are the same")
    scores = np.array([fit.aicc if np.isfinite(fit.aicc) else fit.aic for fit in fits])
    weights = np.exp(-0.5 * (scores - np.nanmin(scores)))
    weights = weights / np.nansum(weights)
    rows = [
        Row(f.model.name, f.problem.size, f.log_likelihood, f.aic, f.aicc, f.bic, float(w), f)
        for f, w in zip(fits, weights, strict=True)
    ]
    ordered = sorted(zip(scores, rows, strict=True), key=lambda pair: pair[0])
    test = _nested(*fits) if len(fits) == 2 else None
    return Comparison(tuple(row for _, row in ordered), test)


def _nested(one: Fit, other: Fit) -> Test | None:
    small, large = sorted((one, other), key=lambda fit: fit.problem.size)
    df = large.problem.size - small.problem.size
    if df == 0:
        return None
    hypothesis = f"{small.model.name} describes the data as well as {large.model.name}"
    drop = max(small.deviance - large.deviance, 0.0)
    if isinstance(large.likelihood, Normal) and large.known_dispersion is None and large.dof > 0:
        statistic = drop / df / large.dispersion
        return Test(hypothesis, "F test", statistic, (df, large.dof), float(special.fdtrc(df, large.dof, statistic)))
    statistic = drop / large.dispersion
    return Test(hypothesis, "likelihood-ratio test", statistic, (df,), float(special.chdtrc(df, statistic)))


def likelihood_ratio(small: Fit, large: Fit) -> Test:
    """Return twice the gain in log-likelihood with its chi-squared probability, variances at their maxima."""
    statistic = 2 * (large.log_likelihood - small.log_likelihood)
    df = large.parameter_count - small.parameter_count
    return Test(
        "the smaller model holds", "likelihood-ratio test", statistic, (df,), float(special.chdtrc(df, statistic))
    )
