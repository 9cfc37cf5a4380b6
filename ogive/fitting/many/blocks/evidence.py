"""What the rule book asks of the curves of a block.

What the engine gives settles most curves. The few that are close are asked again with one number held (a point of its
profile), all of them in one run of the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive.fitting.inference.status import STATUSES, Evidence, Status, broken, worst
from ogive.fitting.search.engine_rows import LEVELS, ROWS
from ogive.fitting.shown import (
    CLEAR,
    EXACT,
    HALFWAY,
    JUDGED,
    NEAR,
    PLATEAU,
    SEEN_LEVEL,
    STEEP_LEVEL,
    Shown,
    farthest_plateaus,
    parts_to_reject,
)  # fmt: skip

if TYPE_CHECKING:
    from ogive.fitting.many.blocks.engine import Engine
    from ogive.fitting.many.blocks.found import Block
    from ogive.fitting.many.tables.curves import Curves

__all__ = ["Close", "lack_of_fit", "shown_by"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]

_LOWER, _UPPER, _MIDPOINT, _STEEPNESS = range(4)
# A sum of squares below this part of that about 0 is rounding.
_ROUNDING = 1e-24
# So many times what the data object to, no better minimum is looked for.
_FAR = 2.5
# So many quantiles of standard errors beyond the part of the way that must be rejected, the profile rejects it: of
# 18,000 asymptotes none was allowed.
_SURELY = 1.5


def evidence_of(block: Block, shown: Shown, p_value: Floats, plain: Floats, misfit: Floats) -> Evidence:
    """Return what the rules ask of each curve."""
    counts, none = block.plan.counts, np.zeros(len(block.rss), dtype=bool)
    squares = block.total + block.weight * block.mean**2
    too_few = ((block.dof <= 0) & (not counts)) | (block.distinct < block.size) | (block.n < block.size)
    bad = block.bad | ~(block.n >= 2) | ((block.distinct < 2) & (block.n >= block.size))
    return Evidence(
        bad=np.asarray(bad),
        few=np.asarray(too_few),
        separated=none,
        unidentified=none,
        degenerate=np.asarray(block.blind),
        converged=np.asarray(block.converged == 1),
        effect=np.where(block.dof > 0, p_value, np.nan),
        plain_effect=plain,
        exact=np.asarray((block.rss <= _ROUNDING * block.total) & (not counts)),
        constant=np.asarray(block.total <= _ROUNDING * squares) if not counts else none,
        misfit=misfit,
        shown=shown,
        at_user_limit=block.by_user,
    )


# ---- What the points show ----------------------------------------------------------------------------------------


def shown_by(block: Block, close: Close, tests: tuple[Floats, Floats, Floats]) -> tuple[Shown, NDArray[np.int8]]:
    """Return what the points show of each curve, and its status.

    Parameters
    ----------
    tests
        The p-values of the tests for an effect (calibrated, and plain), and of lack of fit.
    """
    m, free = block.value(_MIDPOINT), block.plan.free
    outside = ~((block.first <= m) & (m <= block.last)) & ("midpoint" in free)
    steep = (block.steep_by_nature | ((block.between == 0) & ~outside)) & ("steepness" in free)
    gone = np.stack([block.seen("lower"), block.seen("upper")], axis=1)
    low = (gone[:, 0] > 1 - PLATEAU) & ("lower" in free)
    high = (gone[:, 1] < PLATEAU) & ("upper" in free)
    unbounded = block.at_natural_limit(_MIDPOINT) & ("midpoint" in free)
    shown = Shown(gone, outside, unbounded, steep, low, high)
    code = worst(broken(evidence_of(block, shown, *tests)))
    # only what would else be ok is asked again
    parts = parts_to_reject(block.level("lower")), parts_to_reject(block.level("upper"))
    far = farthest_plateaus(block.value(_LOWER), block.value(_UPPER), (gone[:, 0], gone[:, 1]), parts)
    sound = code >= STATUSES.index(Status.AT_BOUND)
    for i, seen in ((_LOWER, low), (_UPPER, high)):
        rows = np.flatnonzero(sound & ~seen & (LEVELS[i] in free))
        seen[rows] |= close.plateau_open(rows, i, far[i][rows], parts[i][rows])
    rows = np.flatnonzero(sound & ~low & ~high & ~steep & (block.between < JUDGED))
    if "steepness" in free and "steepness" not in block.plan.model.bounds:
        steep[rows] |= close.at(STEEP_LEVEL).steeper(rows)
    return shown, worst(broken(evidence_of(block, shown, *tests)))


class Close:
    """The curves of a block, asked again with a number held."""

    def __init__(self, block: Block, engine: Engine, level: float = SEEN_LEVEL) -> None:
        self.block, self.engine = block, engine
        self.cut = block.quantile_of(level)
        self.rise = np.maximum(self.cut**2 * block.dispersion, 1e-20 * block.total)
        self.exact = block.rss <= EXACT * block.total

    def at(self, level: float) -> Close:
        """Return the same, asked at another level."""
        return Close(self.block, self.engine, level)

    def plateau_open(self, rows: Rows, i: int, far: Floats, parts: Floats) -> Flags:
        """Say of which curves the data do not reject an asymptote this far out, of which they show these parts."""
        inside = self._inside(i, far)
        distance = np.abs(far - self.block.value(i)[rows])
        return self._allowed(rows, i, far, distance, self._reached(rows, i, parts)) & inside

    def steeper(self, rows: Rows) -> Flags:
        """Say of which curves the data allow the steepest curve that the places can tell from a step."""
        k = self.block.value(_STEEPNESS)[rows]
        most = np.sign(k) * self.block.steepest[rows]
        return self._allowed(rows, _STEEPNESS, most, np.abs(k), np.zeros(len(rows), dtype=bool))

    def _reached(self, rows: Rows, i: int, parts: Floats) -> Flags:
        """Say which curves have surely gone on towards an asymptote at the last place: by the error of how far."""
        block = self.block
        levels, which = np.unique(parts, return_inverse=True)
        reached = np.asarray(block.plan.transition.inverse(levels))[which] if len(rows) else parts
        m, k = block.value(_MIDPOINT)[rows], block.value(_STEEPNESS)[rows]
        z = np.where((k > 0) == (i == _UPPER), block.last[rows], block.first[rows]) - m
        own, both, of_k = (block.cov(*pair)[rows] for pair in ((2, 2), (2, 3), (3, 3)))
        error = np.sqrt(k**2 * own + z**2 * of_k - 2 * k * z * both)
        known = of_k > 0  # a steepness at a limit has no error to go by
        far = np.abs(k * z) - reached > _SURELY * self.cut[rows] * error
        return np.asarray(far & known & block.plan.transition.symmetric)

    def _inside(self, i: int, far: Floats) -> Flags:
        """Say which values lie within limits that the user set, or that are natural to counts."""
        low, high = self.block.plan.model.bounds.get(LEVELS[i], (-np.inf, np.inf))
        if self.block.plan.counts:
            low, high = max(low, 0.0), min(high, 1.0 if self.block.plan.likelihood == "binomial" else np.inf)
        return np.asarray((low <= far) & (far <= high))

    def _allowed(self, rows: Rows, i: int, values: Floats, distance: Floats, settled: Flags) -> Flags:
        error = self.cut[rows] * np.sqrt(self.block.cov(i, i)[rows])
        if self.block.sets is not None:
            # curves that have parameters in common: by the standard errors of their joint fit
            return ~(distance > (NEAR if i == _STEEPNESS else HALFWAY) * error)
        exact = self.exact[rows]
        result = ~(distance >= NEAR * error) & ~exact
        close = np.flatnonzero((~(distance > CLEAR * error) & ~result & ~settled) | exact)
        if len(close):
            result[close] = self.not_objected(rows[close], i, values[close])
        return result

    def not_objected(self, rows: Rows, i: int, values: Floats) -> Flags:
        """Say of which curves the data do not object to values of a parameter, the others following."""
        least = np.full(len(rows), np.inf)
        here, rise = self.block.rss[rows], self.rise[rows]
        bound = self.block.limits[rows] != 0
        for k, start in enumerate(self._starts(rows, i, values)):
            # What is allowed needs no better minimum. Beside an asymptote there is one only where some number stands
            # at a limit (of 54,000 curves, of the others none), and none that would do far from here; a step may lie
            # in any gap.
            open_ = least - here > rise
            if k and i in {_LOWER, _UPPER}:
                open_ &= (bound & (least - here < _FAR * rise)) | np.isinf(least)
            left = np.flatnonzero(open_)
            if not len(left):
                break
            # the engine lays out its grid once for curves beside each other that have the same value
            left = left[np.argsort(values[left], kind="stable")]
            raw = self.engine.take(rows[left]).search_from(start[:, left], held=(LEVELS[i],))
            least[left] = np.fmin(least[left], np.where(raw[ROWS["converged"]] == 1, raw[ROWS["rss"]], np.inf))
        return np.asarray(least - here <= rise)

    def ends(self, rows: Rows, argument: Floats) -> Floats:
        """Return the ends (2, rows) of the profile of a dose, at the level of the table; nan where none was found."""
        block = self.block
        rise = np.maximum(block.quantile**2 * block.dispersion, 1e-20 * block.total)
        half = np.stack([0.5 * block.rss[rows], 0.5 * rise[rows], argument])
        return self.engine.take(rows).ends_from(block.raw[: len(LEVELS), rows], half)

    def _starts(self, rows: Rows, i: int, values: Floats) -> list[Floats]:
        """Return where to start: anywhere, at the minimum, and for steeper curves turned about the nearest places."""
        here = self.block.raw[: len(LEVELS), rows].copy()
        starts = [here]
        if i == _STEEPNESS:
            m, k = here[_MIDPOINT], here[_STEEPNESS]
            places = self.places(rows)
            order = np.argsort(np.where(np.isnan(places), np.inf, np.abs(places - m[:, None])), axis=1)[:, :2]
            for near in np.take_along_axis(places, order, axis=1).T:
                turned = here.copy()
                turned[_MIDPOINT] = near + (m - near) * k / values
                starts.append(turned)
        starts.append(np.full((len(LEVELS), len(rows)), np.nan))
        for start in starts:
            start[i] = values
        return starts

    def observations(self, rows: Rows) -> tuple[Floats, Floats, Floats]:
        """Return places, responses and weights of some curves, a row each; what is missing has the weight 0."""
        curves = self.engine.curves
        length = curves.length[rows]
        steps = np.arange(int(length.max(initial=0)))
        within = steps < length[:, None]
        g = self.engine.points[0][np.where(within, curves.place[rows, None] + steps, 0)]
        at = np.where(within, curves.begin[rows, None] + steps, 0)
        y = curves.y[at]
        weight = np.ones_like(y) if curves.sd is None else curves.sd[at] ** -2.0
        present = within & ~np.isnan(g) & ~np.isnan(y) & ~np.isnan(weight)
        return g, np.where(present, y, 0.0), np.where(present, weight, 0.0)

    def places(self, rows: Rows) -> Floats:
        """Return the distinct finite places of some curves in order, a row each, filled up with nan."""
        g, _, weight = self.observations(rows)
        g = np.sort(np.where((np.abs(g) < 1e29) & (weight > 0), g, np.nan), axis=1)
        g[:, 1:][g[:, 1:] == g[:, :-1]] = np.nan
        return np.sort(g, axis=1)


# ---- Does the curve fit ------------------------------------------------------------------------------------------

# Below so many trials (or counts) on average, the deviance of counts does not follow its law.
_ENOUGH = {"binomial": 2.0, "poisson": 1.0}


def lack_of_fit(block: Block, curves: Curves) -> Floats:
    """Return the p-value of each curve against its replicates (of counts: against chance); nan without any."""
    result = np.full(len(block.rss), np.nan)
    size = block.size
    if block.plan.counts:
        df = block.n - size
        average = (block.weight if block.plan.likelihood == "binomial" else block.mean * block.n) / block.n
        usable = (df > 0) & (average >= _ENOUGH[block.plan.likelihood])
        result[usable] = special.chdtrc(df[usable], block.rss[usable])
        return result
    rows = np.flatnonzero((block.distinct > size) & (block.distinct < block.n) & ~block.failed)
    if not len(rows):
        return result
    error = _pure_error(block, curves, rows)
    df1, df2 = block.distinct[rows] - size, block.n[rows] - block.distinct[rows]
    statistic = np.where(error > 0, (block.rss[rows] - error) / df1 / (error / df2), np.nan)
    result[rows] = special.fdtrc(df1, df2, np.maximum(statistic, 0.0))
    return result


def _pure_error(block: Block, curves: Curves, rows: Rows) -> Floats:
    """Return the sums of squares about the means of replicates."""
    length = curves.length[rows]
    steps = np.arange(int(length.max(initial=0)))
    within = steps < length[:, None]
    at = np.where(within, curves.begin[rows, None] + steps, 0)
    g = block.plan.places(curves.x[np.where(within, curves.place[rows, None] + steps, 0)])
    y = curves.y[at]
    weight = np.ones_like(y) if curves.sd is None else curves.sd[at] ** -2.0
    present = within & ~np.isnan(g) & ~np.isnan(y) & ~np.isnan(weight)
    curve = np.broadcast_to(np.arange(len(rows))[:, None], y.shape)[present]
    g, y, weight = g[present], y[present], weight[present]
    order = np.lexsort((g, curve))
    curve, g, y, weight = curve[order], g[order], y[order], weight[order]
    cell = np.cumsum((np.diff(curve, prepend=-1) != 0) | (np.diff(g, prepend=np.nan) != 0)) - 1
    mean = np.bincount(cell, weights=weight * y) / np.bincount(cell, weights=weight)
    squares: Floats = np.bincount(curve, weights=weight * (y - mean[cell]) ** 2, minlength=len(rows)).astype(
        np.float64
    )
    return squares
