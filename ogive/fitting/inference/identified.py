"""Which parameters the data do not determine: the directions in which all means stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate

__all__ = ["Undetermined", "undetermined"]

Floats = NDArray[np.float64]

# Singular values below this part of the largest are rounding of the derivatives, or of what goes to infinity.
_RANK = 1e-8
# The part that a parameter must have in an undetermined direction to be named.
_PART = 0.05


class Undetermined(NamedTuple):
    """The parameters that the data do not determine, and whether no data at these points could."""

    names: tuple[str, ...]
    everywhere: bool


def undetermined(estimate: Estimate) -> Undetermined:
    """Return the parameters that are free to move together without moving the curve."""
    free = ~estimate.at_limit
    weights = estimate.problem.likelihood.terms(estimate.data.y, estimate.fitted).information
    here = _directions(estimate.jacobian[:, free] * np.sqrt(np.maximum(weights, 0.0))[:, None])
    involved = np.abs(here).max(axis=1, initial=0.0) > _PART
    names = tuple(np.array(estimate.names, dtype=object)[free][involved])
    if not names:
        return Undetermined((), False)
    return Undetermined(names, all(_blind_beside(estimate, free, factor) for factor in (0.7, 1.3)))


def _blind_beside(estimate: Estimate, free: NDArray[np.bool_], factor: float) -> bool:
    """Say whether the directions are undetermined beside the estimate as well."""
    beside = estimate.theta * factor ** (1 + np.arange(len(estimate.theta)) % 3)
    with np.errstate(all="ignore"):
        jacobian = estimate.problem.jacobian(beside)[1][:, free]
    return bool(np.isfinite(jacobian).all() and _directions(jacobian).size)


def _directions(design: Floats) -> Floats:
    """Return the directions (parameters, directions) in which a design does not move."""
    if not design.size or not np.isfinite(design).all():
        return np.zeros((design.shape[1], 0))
    unit = np.linalg.norm(design, axis=0)
    scaled = design / np.where(unit > 0, unit, 1.0)
    _, values, rows = np.linalg.svd(scaled, full_matrices=True)
    values = np.concatenate([values, np.zeros(len(rows) - len(values))])
    blind: Floats = rows[values <= _RANK * max(values.max(), 1e-300)].T
    return blind
