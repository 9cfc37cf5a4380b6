"""Which fit is better: fits to the same data beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np
from scipy import special

from ogive._sinks import shown
from ogive.fitting.inference.hypotheses import Test
from ogive.fitting.question.likelihoods import Normal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.fitting.one import Fit

__all__ = ["Comparison", "compare"]


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
            f"{shown(r.model):<24}{r.parameters:>5}{r.log_likelihood:>12.4f}{r.aic:>12.4f}{r.aicc:>12.4f}{r.bic:>12.4f}"
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
    if isinstance(large.likelihood, Normal) and large.found.known_dispersion is None and large.dof > 0:
        statistic = drop / df / large.dispersion
        return Test(hypothesis, "F test", statistic, (df, large.dof), float(special.fdtrc(df, large.dof, statistic)))
    statistic = drop / large.dispersion
    return Test(hypothesis, "likelihood-ratio test", statistic, (df,), float(special.chdtrc(df, statistic)))
