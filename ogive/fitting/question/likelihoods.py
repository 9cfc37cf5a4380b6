"""How observations scatter about the curve: what is minimised, its score and its information, per observation.

Every likelihood gives, for means ``mu`` of any leading shape, half its deviance ``f``, the score ``d(-f)/dmu``, and
the expected and the observed information ``d2f/dmu2``. The solver needs nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = [
    "LIKELIHOODS",
    "LOSSES",
    "USUAL",
    "Binomial",
    "Likelihood",
    "Loss",
    "Normal",
    "Poisson",
    "Terms",
    "part_of",
]

Floats = NDArray[np.float64]


class Terms(NamedTuple):
    """Half the deviance of each parameter vector; score and expected information of each observation."""

    f: Floats
    score: Floats
    information: Floats


class Likelihood(Protocol):
    """What the solver asks of a likelihood."""

    @property
    def name(self) -> str:
        """What reports call it."""

    @property
    def limits(self) -> tuple[float, float]:
        """Between what a mean must lie."""

    @property
    def estimates_dispersion(self) -> bool:
        """Whether a variance is estimated from the residuals."""

    def terms(self, y: Floats, mu: Floats) -> Terms:
        """Return half the deviance, score and expected information."""

    def observed(self, y: Floats, mu: Floats) -> Floats:
        """Return the observed information of each observation."""

    def log_likelihood(self, y: Floats, mu: Floats) -> float:
        """Return the maximised log-likelihood, constants included."""

    def variance(self, mu: Floats) -> Floats:
        """Return the variance of each observation, up to the dispersion."""


@final
@dataclass(frozen=True)
class Loss:
    """What a residual costs, in units of the scale: squares, or something that outliers cannot dominate.

    Attributes
    ----------
    tuning
        Where the loss leaves squares: the values give 95 % efficiency for normal errors.
    """

    name: str
    tuning: float = np.inf

    def cost(self, u: Floats) -> Floats:
        """Return the cost of standardised residuals."""
        if self.name == "squares":
            return 0.5 * u**2
        c, size = self.tuning, np.abs(u)
        if self.name == "huber":
            return np.where(size <= c, 0.5 * u**2, c * (size - 0.5 * c))
        return np.where(size <= c, c**2 / 6 * (1 - (1 - np.minimum(size / c, 1) ** 2) ** 3), c**2 / 6)

    def weight(self, u: Floats) -> Floats:
        """Return the derivative of the cost over u: the weight of the observation."""
        if self.name == "squares":
            return np.ones_like(u)
        size = np.abs(u)
        if self.name == "huber":
            return np.minimum(1.0, self.tuning / np.maximum(size, 1e-300))
        return np.where(size <= self.tuning, (1 - np.minimum(size / self.tuning, 1) ** 2) ** 2, 0.0)

    def curvature(self, u: Floats) -> Floats:
        """Return the second derivative of the cost."""
        if self.name == "squares":
            return np.ones_like(u)
        if self.name == "huber":
            return np.where(np.abs(u) <= self.tuning, 1.0, 0.0)
        v = np.minimum((u / self.tuning) ** 2, 1)
        return np.where(v < 1, (1 - v) * (1 - 5 * v), 0.0)


LOSSES = {
    "squares": Loss("squares"),
    # P. J. Huber, Robust estimation of a location parameter, Ann. Math. Statist. 35 (1964) 73-101
    "huber": Loss("huber", 1.345),
    # A. E. Beaton, J. W. Tukey, The fitting of power series, Technometrics 16 (1974) 147-185
    "tukey": Loss("tukey", 4.685),
}
"""The losses by name."""


@final
@dataclass(frozen=True)
class Normal:
    """Normal scatter with known relative weights (inverse variances) and a loss.

    Attributes
    ----------
    weights
        Inverse variances, relative or absolute.
    scale
        The scale of the residuals in units of which a robust loss is counted.
    """

    weights: Floats
    loss: Loss = LOSSES["squares"]
    scale: float = 1.0
    estimates_dispersion: bool = True
    name: str = "normal"
    limits: tuple[float, float] = (-np.inf, np.inf)

    def terms(self, y: Floats, mu: Floats) -> Terms:
        """Return half the weighted sum of costs, score and information."""
        residual = y - mu
        if self.loss.name == "squares":
            score = self.weights * residual
            return Terms(0.5 * (score * residual).sum(axis=-1), score, self.weights)
        u = residual * np.sqrt(self.weights) / self.scale
        information = self.weights * self.loss.weight(u)
        return Terms(self.scale**2 * self.loss.cost(u).sum(axis=-1), information * residual, information)

    def observed(self, y: Floats, mu: Floats) -> Floats:
        """Return the weights, times the curvature of the loss."""
        return self.weights * self.loss.curvature((y - mu) * np.sqrt(self.weights) / self.scale)

    def log_likelihood(self, y: Floats, mu: Floats) -> float:
        """Return the log-likelihood at the maximum-likelihood variance (at the known one, for absolute errors)."""
        rss = float(np.sum(self.weights * (y - mu) ** 2))
        n, half_log = len(y), 0.5 * float(np.sum(np.log(self.weights)))
        if not self.estimates_dispersion:
            return float(half_log - 0.5 * (n * np.log(2 * np.pi) + rss))
        if rss == 0:
            return float("inf")
        return float(half_log - 0.5 * n * (np.log(2 * np.pi * rss / n) + 1))

    def variance(self, mu: Floats) -> Floats:
        """Return the inverse weights."""
        return np.broadcast_to(1 / self.weights, mu.shape)


@final
@dataclass(frozen=True)
class Binomial:
    """Counts of successes among known numbers of trials; the curve is the probability of success."""

    trials: Floats
    estimates_dispersion: bool = False
    name: str = "binomial"
    limits: tuple[float, float] = (0.0, 1.0)

    def terms(self, y: Floats, mu: Floats) -> Terms:
        """Return half the deviance, score and expected information."""
        p = np.clip(mu, 1e-300, 1 - 1e-16)
        n = self.trials
        f = special.xlogy(y, y / (n * p)) + special.xlogy(n - y, (n - y) / (n * (1 - p)))
        information = np.where(_possible(mu), n / (p * (1 - p)), 0.0)
        return Terms(f.sum(axis=-1), information * (y / n - p), information)

    def observed(self, y: Floats, mu: Floats) -> Floats:
        """Return the observed information."""
        p = np.clip(mu, 1e-300, 1 - 1e-16)
        known = _possible(mu)
        inner = np.where(known, p, 0.5)
        return np.where(known, y / inner**2 + (self.trials - y) / (1 - inner) ** 2, 0.0)

    def log_likelihood(self, y: Floats, mu: Floats) -> float:
        """Return the log-likelihood, binomial coefficients included."""
        p, n = np.clip(mu, 1e-300, 1 - 1e-16), self.trials
        ways = special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)
        return float(np.sum(ways + special.xlogy(y, p) + special.xlog1py(n - y, -p)))

    def variance(self, mu: Floats) -> Floats:
        """Return the variance of the count over the square of the trials: that of the proportion."""
        return mu * (1 - mu) / self.trials


def _possible(mu: Floats) -> NDArray[np.bool_]:
    """Return False where a curve without natural response says never or always: nothing can be learned there."""
    return (mu > 1e-300) & (mu < 1 - 1e-16)


@final
@dataclass(frozen=True)
class Poisson:
    """Counts without an upper limit; the curve is their mean."""

    estimates_dispersion: bool = False
    name: str = "poisson"
    limits: tuple[float, float] = (0.0, np.inf)

    def terms(self, y: Floats, mu: Floats) -> Terms:
        """Return half the deviance, score and expected information."""
        m = np.maximum(mu, 1e-300)
        f: Floats = (special.xlogy(y, y / m) - (y - m)).sum(axis=-1)
        return Terms(f, (y - m) / m, 1 / m)

    def observed(self, y: Floats, mu: Floats) -> Floats:
        """Return the observed information."""
        information: Floats = y / np.maximum(mu, 1e-300) ** 2
        return information

    def log_likelihood(self, y: Floats, mu: Floats) -> float:
        """Return the log-likelihood."""
        return float(np.sum(special.xlogy(y, mu) - mu - special.gammaln(y + 1)))

    def variance(self, mu: Floats) -> Floats:
        """Return the mean."""
        return mu


def part_of(likelihood: Likelihood, rows: NDArray[np.bool_]) -> Likelihood:
    """Return the law of some of the observations."""
    if isinstance(likelihood, Normal):
        return replace(likelihood, weights=likelihood.weights[rows])
    return replace(likelihood, trials=likelihood.trials[rows]) if isinstance(likelihood, Binomial) else likelihood


LIKELIHOODS: dict[str, Any] = {"normal": Normal, "binomial": Binomial, "poisson": Poisson}
"""The likelihoods by name."""

USUAL = "normal"
"""The name of the likelihood where nothing else is said."""
