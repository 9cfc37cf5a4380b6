"""Covariances of estimates by the conventions that programs differ in, each by its name.

``expected``
    The inverse of J'J (for counts, of the Fisher information): R's nls and glm, NIST, Prism, SciPy.
``observed``
    The inverse of the Hessian at the minimum: R's drc and drda, SAS, Stata.
``sandwich``
    Hessian, times the scatter of the scores, times Hessian: right when the variances are wrong. P. J. Huber,
    The behavior of maximum likelihood estimates under nonstandard conditions, Proc. 5th Berkeley Symp. 1 (1967).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.question.likelihoods import Normal

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate

__all__ = ["CONVENTIONS", "inside", "inverse_of_information", "outside", "parameters", "standard_errors", "variance"]

Floats = NDArray[np.float64]

CONVENTIONS = ("expected", "observed", "sandwich")
"""The conventions by name."""


def inside(estimate: Estimate) -> Floats:
    """Return the covariance on the scales of estimation; nan without degrees of freedom, 0 at a limit.

    What the data do not determine is left out here: `variance` gives it its infinity.
    """
    return _known(estimate)[0]


def variance(estimate: Estimate, jacobian: Floats) -> Floats:
    """Return the variance of numbers with these derivatives by the estimates: infinite where nothing is known."""
    matrix, blind = _known(estimate)
    with np.errstate(invalid="ignore"):
        result = np.einsum("...i,ij,...j->...", jacobian, matrix, jacobian)
    if blind.size:
        unit = _units(estimate)
        scaled = jacobian / unit
        seen = np.abs(scaled @ blind).max(axis=-1) > 1e-6 * np.linalg.norm(scaled, axis=-1)
        result = np.where(seen, np.inf, result)
    positive: Floats = np.maximum(result, 0.0)
    return positive


def _known(estimate: Estimate) -> tuple[Floats, Floats]:
    """Return the covariance, and the directions that the data do not determine, on a common scale."""
    problem, theta = estimate.problem, estimate.theta
    size = problem.size
    if estimate.failed or (estimate.quasi and estimate.known_dispersion is None and estimate.dof <= 0):
        return np.full((size, size), np.nan), np.zeros((size, 0))
    free = ~estimate.at_limit
    hessian = problem.observed_hessian(theta) if estimate.errors != "expected" else problem.objective(theta)[2]
    result, blind = np.zeros((size, size)), np.zeros((size, 0))
    part = np.ix_(free, free)
    result[part], directions = _inverse(hessian[part], _units(estimate)[free])
    if directions.size:
        blind = np.zeros((size, directions.shape[1]))
        blind[free] = directions
    if estimate.errors == "sandwich":
        jacobian = problem.jacobian(theta)[1]
        scores = problem.likelihood.terms(problem.data.y, estimate.fitted).score[:, None] * jacobian
        return result @ (scores.T @ scores * estimate.n / max(estimate.dof, 1)) @ result, blind
    return result * estimate.dispersion, blind


def _units(estimate: Estimate) -> Floats:
    """Return a common scale: the root of each parameter's own information."""
    return _scale(np.diag(estimate.information))


def _scale(diagonal: Floats) -> Floats:
    floor = max(1e-30 * float(diagonal.max(initial=0.0)), 1e-200)
    return np.sqrt(np.maximum(diagonal, floor))


def _inverse(hessian: Floats, unit: Floats) -> tuple[Floats, Floats]:
    """Invert a positive definite matrix on a common scale; where it is not, return also the blind directions."""
    if not hessian.size:
        return hessian, np.zeros((0, 0))
    scaled = hessian / np.outer(unit, unit)
    if not np.isfinite(scaled).all():
        return np.full_like(hessian, np.nan), np.zeros((len(unit), 0))
    values, vectors = np.linalg.eigh(scaled)
    # beyond this condition number an inverse has no correct digit
    seen = values > 1e-15 * values[-1]
    inverse = (vectors[:, seen] / values[seen]) @ vectors[:, seen].T
    return inverse / np.outer(unit, unit), vectors[:, ~seen]


def inverse_of_information(hessian: Floats) -> tuple[Floats, Floats]:
    """Return the inverse of an information matrix, and the directions that it does not determine."""
    return _inverse(hessian, _scale(np.diag(hessian)))


def rates(estimate: Estimate) -> Floats:
    """Return the derivative of each free parameter, in units of the data, by what is estimated."""
    pairs = zip(estimate.problem.scales, estimate.theta, strict=True)
    with np.errstate(all="ignore"):
        return np.array([float(scale.rate(scale.outside(value))) for scale, value in pairs])


def outside(estimate: Estimate) -> Floats:
    """Return the covariance in units of the data."""
    rate = rates(estimate)
    result = inside(estimate) * np.outer(rate, rate)
    np.fill_diagonal(result, variance(estimate, np.diag(rate)))
    return result


def standard_errors(estimate: Estimate) -> dict[str, float]:
    """Return the standard errors by name, in units of the data; nan for a parameter at a limit."""
    errors = np.sqrt(np.diag(outside(estimate)))
    errors[estimate.at_limit | estimate.loose] = np.nan
    return dict(zip(estimate.names, map(float, errors), strict=True))


def parameters(estimate: Estimate) -> dict[str, float]:
    """Return the parameters by name in the order of the model, free and fixed, in units of the data."""
    layout, model = estimate.problem.layout, estimate.model
    found: dict[str, float] = {}
    for j, name in enumerate(model.parameters):
        if name in model.constants:
            if name in model.fixed:
                found[name] = float(model.fixed[name])
            continue
        for slot in dict.fromkeys(layout.slots[:, j]):
            found[layout.names[slot]] = float(model.scale(name).outside(estimate.theta[slot]))
    return found


def scatter_of(estimate: Estimate, mu: Floats) -> Floats:
    """Return the variance of a new observation where the curve has the values mu."""
    scatter = estimate.likelihood
    if isinstance(scatter, Normal):
        base = float(np.mean(1 / scatter.weights)) if estimate.variance_power == 0 else 1.0
        return estimate.dispersion * base * np.abs(mu) ** (2 * estimate.variance_power)
    mean: Floats = np.mean(scatter.variance(mu[..., None]), axis=-1)
    return estimate.dispersion * mean
