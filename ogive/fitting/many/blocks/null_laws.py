"""The test for an effect of many curves: for each the law of R-squared of its own design.

The law goes by how many observations there are at each place, in order (`fitting.inference.calibration`), so that
most curves of a table share one, and a curve has the p-value that it has alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive.fitting.inference.calibration import MOST_LEVELS, NullLaw, levels_of, null_law

if TYPE_CHECKING:
    from ogive.fitting.many.blocks.request import Plan
    from ogive.fitting.many.tables.curves import Curves

__all__ = ["p_values"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def p_values(plan: Plan, curves: Curves, block: Any, r_squared: Floats) -> Floats:
    """Return the probability of at least such an R-squared without an effect, for each curve."""
    result, dimension = np.ones(curves.count), len(plan.free) - 2
    usable = np.flatnonzero(~block.failed & (block.dof > 0))
    for rows, counts in _designs(plan, curves, usable):
        if counts.sum() - 1 <= dimension or counts[1] == 0:
            continue
        law = null_law(counts, plan.model.row, dimension=dimension, powered=plan.model.asymmetric)
        result[rows] = _tail(law, r_squared[rows])
    return result


def _designs(plan: Plan, curves: Curves, usable: Codes) -> list[tuple[Codes, Codes]]:
    """Return the curves that have the same number of observations at each place, and these numbers."""
    counts = np.empty((len(usable), MOST_LEVELS), dtype=np.int64)
    for n in np.unique(curves.length[usable]):
        rows = np.flatnonzero(curves.length[usable] == n)
        counts[rows] = _counts(plan, curves, usable[rows], int(n))
    if not len(usable) or (counts == counts[0]).all():
        return [(usable, counts[0])] if len(usable) else []
    whole = np.ascontiguousarray(counts).view(np.dtype((np.void, counts.itemsize * MOST_LEVELS))).ravel()
    _, first, which = np.unique(whole, return_index=True, return_inverse=True)
    return [(usable[which.ravel() == i], counts[k]) for i, k in enumerate(first)]


def _counts(plan: Plan, curves: Curves, rows: Codes, n: int) -> Codes:
    """Return the numbers of observations at each place for curves of one length."""
    steps = np.arange(n)
    missing = np.isnan(curves.y[curves.begin[rows, None] + steps])
    if curves.sd is not None:
        missing |= np.isnan(curves.sd[curves.begin[rows, None] + steps])
    place = curves.place[rows]
    if (place == place[0]).all() and not missing.any():
        return levels_of(_axis(plan, curves.x[place[:1, None] + steps]))
    return levels_of(np.where(missing, np.nan, _axis(plan, curves.x[place[:, None] + steps])))


def _axis(plan: Plan, x: Floats) -> Floats:
    """Return places on the axis, those at its ends infinite."""
    g = plan.places(x)
    return np.where(np.abs(g) < 1e29, g, np.where(np.isnan(g), np.nan, np.copysign(np.inf, g)))


def _tail(law: NullLaw, r_squared: Floats) -> Floats:
    """Return the law's probability for many R-squared at once."""
    ambient, rest = law.observations - 1, 1 - np.clip(r_squared, 0.0, 1.0)
    tail = np.zeros_like(rest)
    orders = [k for k in range(law.dimension, -1, -1) if ambient - k - 1 > 0]
    for k, weight in zip(orders, law.weights, strict=True):
        if weight:
            a, b = 0.5 * (ambient - k - 1), 0.5 * (k + 1)
            tail += weight * (rest**a if b == 1 else special.betainc(a, b, rest))
    upper = 1 - np.linspace(0.0, 0.6, len(law.body))
    body = np.interp(r_squared, law.body, upper)
    result = np.where(r_squared >= law.body[-1], np.minimum(tail, 1.0), body)
    return np.where(r_squared > 0, result, 1.0)
