"""How large R-squared gets without an effect, for all the designs of a table.

The law of one design takes a simulation (`fitting.inference.calibration`). A table with a few designs has the law of
each; in one with very many (every curve at points of its own) each curve takes the law of evenly spaced points, as
many as it has: which of the two is decided for the table, so that cutting it in parts changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive.fitting.inference.calibration import NullLaw, null_law

if TYPE_CHECKING:
    from ogive.fitting.many.blocks.request import Plan
    from ogive.fitting.many.tables.curves import Curves

__all__ = ["Laws", "design_codes"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

# The most designs that are simulated one by one; a simulation takes about as long as fitting 200,000 curves.
_MOST = 32
# Even designs of more places than this share a law: it changes no more.
_PLACES = 60


@final
class Laws:
    """The laws of a table, each made when it is first asked for.

    Attributes
    ----------
    exact
        Whether every design has its own law.
    """

    def __init__(self, *, exact: bool) -> None:
        self.exact = exact

    @classmethod
    def of(cls, curves: Curves) -> Laws:
        """Decide for a table."""
        return cls(exact=int(design_codes(curves).max(initial=0)) < _MOST)

    def p_values(self, plan: Plan, curves: Curves, block: Any, r_squared: Floats) -> Floats:
        """Return the probability of at least such an R-squared without an effect, for each curve."""
        result = np.ones(curves.count)
        for rows, places, counts, n in self._designs(plan, curves, block):
            dimension = len(plan.free) - 2
            if n - 1 <= dimension or len(places) < 2:
                continue
            law = null_law(places, counts, n, plan.model.row, dimension=dimension, powered=plan.model.asymmetric)
            result[rows] = _tail(law, r_squared[rows])
        return result

    def _designs(self, plan: Plan, curves: Curves, block: Any) -> Any:
        """Yield the curves of each design, its places, the weight at each, and the number of observations."""
        usable = ~block.failed & (block.dof > 0)
        if self.exact:
            codes = design_codes(curves)
            codes[~usable] = -1
            for code in np.unique(codes[codes >= 0]):
                rows = np.flatnonzero(codes == code)
                yield rows, *_design(plan, curves, int(rows[0]))
            return
        pairs = np.stack([np.minimum(block.distinct, _PLACES), block.n], axis=1)
        for distinct, n in np.unique(pairs[usable], axis=0):
            rows = np.flatnonzero(usable & (pairs == (distinct, n)).all(axis=1))
            yield rows, np.arange(distinct), np.ones(int(distinct)), int(n)


def design_codes(curves: Curves) -> Codes:
    """Return a number for each design: curves with the same points, weights and gaps share it."""
    codes = np.zeros(curves.count, dtype=np.int64)
    used = 0
    for n in np.unique(curves.length):
        rows = np.flatnonzero(curves.length == n)
        own = _codes(_signatures(curves, rows, int(n)))
        codes[rows] = own + used
        used += int(own.max(initial=-1)) + 1
    return codes


def _signatures(curves: Curves, rows: Codes, n: int) -> Floats:
    """Return what makes the design of each curve, a row each."""
    steps = np.arange(n)
    missing = np.isnan(curves.y[curves.begin[rows, None] + steps])
    parts = [missing.astype(np.float64)] if missing.any() else []
    place = curves.place[rows]
    if not (place == place[:1]).all():
        parts.append(curves.x[place[:, None] + steps])
    if curves.sd is not None:
        parts.append(curves.sd[curves.begin[rows, None] + steps])
    return np.concatenate(parts, axis=1) if parts else np.zeros((len(rows), 1))


def _codes(signatures: Floats) -> Codes:
    first = signatures[:1]
    if ((signatures == first) | (np.isnan(signatures) & np.isnan(first))).all():
        return np.zeros(len(signatures), dtype=np.int64)
    rows = np.ascontiguousarray(signatures).view(np.dtype((np.void, signatures.itemsize * signatures.shape[1])))
    return np.unique(rows.ravel(), return_inverse=True)[1].astype(np.int64).ravel()


def _design(plan: Plan, curves: Curves, index: int) -> tuple[Floats, Floats, int]:
    """Return the places of a curve and the weight at each; a place at infinity moves three gaps outward."""
    x, y, sd = curves.of(index)
    g = plan.places(x)
    present = ~(np.isnan(g) | np.isnan(y)) if sd is None else ~(np.isnan(g) | np.isnan(y) | np.isnan(sd))
    g = g[present]
    weights = np.ones(len(g)) if sd is None else sd[present] ** -2.0
    finite = np.unique(g[np.abs(g) < 1e29])
    if not len(finite):
        return finite, finite, len(g)
    gap = float(np.diff(finite).mean()) if len(finite) > 1 else 1.0
    moved = np.clip(g, finite[0] - 3 * gap, finite[-1] + 3 * gap)
    places, inverse = np.unique(moved, return_inverse=True)
    return places, np.bincount(inverse.ravel(), weights=weights).astype(np.float64), len(g)


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
