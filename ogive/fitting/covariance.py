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

from ogive.fitting.likelihoods import Normal

if TYPE_CHECKING:
    from ogive.fitting.result import Fit

__all__ = ["CONVENTIONS", "inside", "outside", "parameters", "standard_errors"]

Floats = NDArray[np.float64]

CONVENTIONS = ("expected", "observed", "sandwich")
"""The conventions by name."""


def inside(fit: Fit) -> Floats:
    """Return the covariance on the scales of estimation; nan where the data say nothing, 0 at a limit."""
    problem, theta = fit.problem, fit.solution.theta
    size = problem.size
    if fit.solution.trouble or (fit.quasi and fit.known_dispersion is None and fit.dof <= 0):
        return np.full((size, size), np.nan)
    free = ~at_limit(fit)
    hessian = problem.observed_hessian(theta) if fit.errors != "expected" else problem.objective(theta)[2]
    result = np.zeros((size, size))
    part = np.ix_(free, free)
    result[part] = _inverse(hessian[part])
    if fit.errors == "sandwich":
        jacobian = problem.jacobian(theta)[1]
        scores = problem.likelihood.terms(problem.data.y, fit.fitted).score[:, None] * jacobian
        return result @ (scores.T @ scores * fit.n / max(fit.dof, 1)) @ result
    return result * fit.dispersion


def at_limit(fit: Fit) -> NDArray[np.bool_]:
    """Return which free parameters ended at a limit, where they have no error of their own."""
    theta, box = fit.solution.theta, fit.solution.box
    slack = 1e-9 * np.maximum(np.abs(theta), 1e-9)
    return (theta <= box.lower + slack) | (theta >= box.upper - slack)


def _inverse(hessian: Floats) -> Floats:
    """Invert a positive definite matrix on a common scale of its parameters; nan where it is not definite."""
    if not hessian.size:
        return hessian
    unit = np.sqrt(np.abs(np.diag(hessian)))
    if not (np.isfinite(hessian).all() and (unit > 0).all()):
        return np.full_like(hessian, np.nan)
    values, vectors = np.linalg.eigh(hessian / np.outer(unit, unit))
    # beyond this condition number the inverse has no correct digit
    if values[0] <= 1e-15 * values[-1]:
        return np.full_like(hessian, np.nan)
    return (vectors / values) @ vectors.T / np.outer(unit, unit)  # type: ignore[no-any-return]


def rates(fit: Fit) -> Floats:
    """Return the derivative of each free parameter, in units of the data, by what is estimated."""
    pairs = zip(fit.problem.scales, fit.solution.theta, strict=True)
    with np.errstate(all="ignore"):
        return np.array([float(scale.rate(scale.outside(value))) for scale, value in pairs])


def outside(fit: Fit) -> Floats:
    """Return the covariance in units of the data."""
    rate = rates(fit)
    return inside(fit) * np.outer(rate, rate)


def standard_errors(fit: Fit) -> dict[str, float]:
    """Return the standard errors by name, in units of the data; nan for a parameter at a limit."""
    with np.errstate(invalid="ignore"):
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
        return fit.dispersion * base * np.abs(mu) ** (2 * fit.variance_power)  # type: ignore[no-any-return]
    return fit.dispersion * np.mean(scatter.variance(mu[..., None]), axis=-1)  # type: ignore[no-any-return]
