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
    from ogive.fitting.one import Fit

__all__ = ["CONVENTIONS", "inside", "inverse_of_information", "outside", "parameters", "standard_errors", "variance"]

Floats = NDArray[np.float64]

CONVENTIONS = ("expected", "observed", "sandwich")
"""The conventions by name."""


def inside(fit: Fit) -> Floats:
    """Return the covariance on the scales of estimation; nan without degrees of freedom, 0 at a limit.

    What the data do not determine is left out here: `variance` gives it its infinity.
    """
    return _known(fit)[0]


def variance(fit: Fit, jacobian: Floats) -> Floats:
    """Return the variance of numbers with these derivatives by the estimates: infinite where nothing is known."""
    matrix, blind = _known(fit)
    with np.errstate(invalid="ignore"):
        result = np.einsum("...i,ij,...j->...", jacobian, matrix, jacobian)
    if blind.size:
        unit = _units(fit)
        scaled = jacobian / unit
        seen = np.abs(scaled @ blind).max(axis=-1) > 1e-6 * np.linalg.norm(scaled, axis=-1)
        result = np.where(seen, np.inf, result)
    positive: Floats = np.maximum(result, 0.0)
    return positive


def _known(fit: Fit) -> tuple[Floats, Floats]:
    """Return the covariance, and the directions that the data do not determine, on a common scale."""
    cached = fit.__dict__.get("_covariance_inside")
    if cached is None:
        cached = _covariance(fit)
        # a frozen record may remember what follows from it
        fit.__dict__["_covariance_inside"] = cached
    return cached


def _covariance(fit: Fit) -> tuple[Floats, Floats]:
    problem, theta = fit.problem, fit.solution.theta
    size = problem.size
    if fit.solution.trouble or (fit.quasi and fit.known_dispersion is None and fit.dof <= 0):
        return np.full((size, size), np.nan), np.zeros((size, 0))
    free = ~at_limit(fit)
    hessian = problem.observed_hessian(theta) if fit.errors != "expected" else problem.objective(theta)[2]
    result, blind = np.zeros((size, size)), np.zeros((size, 0))
    part = np.ix_(free, free)
    result[part], directions = _inverse(hessian[part], _units(fit)[free])
    if directions.size:
        blind = np.zeros((size, directions.shape[1]))
        blind[free] = directions
    if fit.errors == "sandwich":
        jacobian = problem.jacobian(theta)[1]
        scores = problem.likelihood.terms(problem.data.y, fit.fitted).score[:, None] * jacobian
        return result @ (scores.T @ scores * fit.n / max(fit.dof, 1)) @ result, blind
    return result * fit.dispersion, blind


def _units(fit: Fit) -> Floats:
    """Return a common scale: the root of each parameter's own information."""
    return _scale(np.diag(fit.problem.objective(fit.solution.theta)[2]))


def _scale(diagonal: Floats) -> Floats:
    floor = max(1e-30 * float(diagonal.max(initial=0.0)), 1e-200)
    return np.sqrt(np.maximum(diagonal, floor))


def at_limit(fit: Fit) -> NDArray[np.bool_]:
    """Return which free parameters ended at a limit, where they have no error of their own."""
    theta, box = fit.solution.theta, fit.solution.box
    slack = 1e-9 * np.maximum(np.abs(theta), 1e-9)
    return (theta <= box.lower + slack) | (theta >= box.upper - slack)


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


def rates(fit: Fit) -> Floats:
    """Return the derivative of each free parameter, in units of the data, by what is estimated."""
    pairs = zip(fit.problem.scales, fit.solution.theta, strict=True)
    with np.errstate(all="ignore"):
        return np.array([float(scale.rate(scale.outside(value))) for scale, value in pairs])


def outside(fit: Fit) -> Floats:
    """Return the covariance in units of the data."""
    rate = rates(fit)
    result = inside(fit) * np.outer(rate, rate)
    np.fill_diagonal(result, variance(fit, np.diag(rate)))
    return result


def standard_errors(fit: Fit) -> dict[str, float]:
    """Return the standard errors by name, in units of the data; nan for a parameter at a limit."""
    errors = np.sqrt(np.diag(fit.covariance))
    errors[at_limit(fit)] = np.nan
    return dict(zip(fit.names, map(float, errors), strict=True))


def parameters(fit: Fit) -> dict[str, float]:
    """Return the parameters by name in the order of the model, free and fixed, in units of the data."""
    layout, model = fit.problem.layout, fit.model
    found: dict[str, float] = {}
    for j, name in enumerate(model.parameters):
        if name in model.constants:
            if name in model.fixed:
                found[name] = float(model.fixed[name])
            continue
        for slot in dict.fromkeys(layout.slots[:, j]):
            found[layout.names[slot]] = float(model.scale(name).outside(fit.solution.theta[slot]))
    return found


def scatter_of(fit: Fit, mu: Floats) -> Floats:
    """Return the variance of a new observation where the curve has the values mu."""
    scatter = fit.likelihood
    if isinstance(scatter, Normal):
        base = float(np.mean(1 / scatter.weights)) if fit.variance_power == 0 else 1.0
        return fit.dispersion * base * np.abs(mu) ** (2 * fit.variance_power)
    mean: Floats = np.mean(scatter.variance(mu[..., None]), axis=-1)
    return fit.dispersion * mean
