"""One block of curves: the engine's numbers, and what follows from them: errors, intervals, doses, tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive import _core
from ogive.fitting.diagnose import EFFECT_LEVEL
from ogive.fitting.many.blind import complete
from ogive.fitting.many.peaks import peak
from ogive.fitting.many.plan import LEVELS, Plan
from ogive.fitting.status import Status

if TYPE_CHECKING:
    from ogive.fitting.many.curves import Curves
    from ogive.fitting.many.laws import Laws

__all__ = ["fit_block"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_COVARIANCE, _RSS, _N = 5, 20, 22
_SINGLE = (
    "rss", "total", "n", "steps", "converged", "limits", "distinct", "first", "last", "fraction_low", "fraction_high",
    "between", "area",
)  # fmt: skip
_MIDPOINT, _STEEPNESS, _ASYMMETRY = 2, 3, 4
STATUSES = tuple(Status)


@final
@dataclass(frozen=True)
class Block:
    """The engine's output for a run of curves, on the scales of estimation."""

    plan: Plan
    raw: Floats
    bad: Flags

    def __getattr__(self, name: str) -> Floats:
        if name in _SINGLE:
            row: Floats = self.raw[20 + _SINGLE.index(name)]
            return row
        raise AttributeError(name)

    def value(self, i: int) -> Floats:
        """Return a parameter."""
        row: Floats = self.raw[i]
        return row

    def cov(self, i: int, j: int) -> Floats:
        """Return an element of the covariance, the residual variance included."""
        a, b = min(i, j), max(i, j)
        row: Floats = self.raw[_COVARIANCE + a * 5 - a * (a - 1) // 2 + b - a]
        return row * self.dispersion

    def at_limit(self, i: int) -> Flags:
        """Return where a parameter ended at a limit."""
        return np.asarray(self._bits >> i & 1, dtype=np.bool_)

    @cached_property
    def _bits(self) -> NDArray[np.int64]:
        return np.nan_to_num(self.limits).astype(np.int64)

    @cached_property
    def by_user(self) -> Flags:
        """Where some parameter ended at a limit that the user set."""
        user = sum(1 << i for i, name in enumerate(LEVELS) if name in self.plan.model.bounds)
        return np.asarray((self._bits & user) != 0)

    @cached_property
    def size(self) -> int:
        """The number of free parameters."""
        return len(self.plan.free)

    @cached_property
    def dof(self) -> Floats:
        """The residual degrees of freedom."""
        return self.n - self.size

    @cached_property
    def dispersion(self) -> Floats:
        """The residual variance, nan without degrees of freedom; 1 for counts."""
        if self.plan.counts:
            return np.ones_like(self.rss)
        return np.where(self.dof > 0, self.rss / np.maximum(self.dof, 1), np.nan)

    @cached_property
    def quantile(self) -> Floats:
        """The quantile that intervals are made with."""
        return self.plan.quantile(self.dof)

    @cached_property
    def steep_by_nature(self) -> Flags:
        """Where the steepness came to the end of what the points can tell."""
        return np.asarray(self._bits >> 11 & 1, dtype=np.bool_)

    @cached_property
    def failed(self) -> Flags:
        """Where there is nothing to report."""
        return self.bad | (self.n < 2) | (self.distinct < 2) | (self.n < self.size)


def fit_block(plan: Plan, curves: Curves, laws: Laws) -> dict[str, Any]:
    """Fit a run of curves and return the columns of its results."""
    with np.errstate(all="ignore"):
        block = _searched(plan, curves)
        columns = _estimates(block)
        columns |= _doses(block)
        columns |= _summary(block, curves, laws)
    for name, column in columns.items():
        if name not in {"n", "status"}:
            column[block.failed] = np.nan if column.dtype.kind == "f" else 0
    return columns


def _searched(plan: Plan, curves: Curves) -> Block:
    places = plan.places(curves.x)
    bad = _unfit(plan, curves)
    length = np.where(bad, 0, curves.length) if bad.any() else curves.length
    weights = curves.trials if curves.sd is None else np.ascontiguousarray(curves.sd**-2.0)
    raw = np.empty((_core.batch_columns, curves.count))
    arrays = (places, np.ascontiguousarray(curves.y), weights, curves.begin, curves.place, length, raw)
    _core.fit_batch(*plan.arguments(), *arrays)
    singular = np.isnan(raw[_COVARIANCE:_RSS]).any(axis=0) & ~bad & (raw[_N] >= max(len(plan.free), 2))
    if singular.any():
        complete(plan, curves, raw, np.flatnonzero(singular))
    return Block(plan, raw, bad)


def _unfit(plan: Plan, curves: Curves) -> Flags:
    """Say which curves hold what no fit can use: infinite responses, impossible points or deviations."""
    bad = np.zeros(curves.count, dtype=bool)
    wrong_y = np.isinf(curves.y)
    if curves.sd is not None:
        wrong_y |= ~((curves.sd > 0) | np.isnan(curves.sd)) | np.isinf(curves.sd)
    if plan.counts:
        wrong_y |= curves.y < 0
    if curves.trials is not None:
        wrong_y |= (curves.trials <= 0) | np.isinf(curves.trials) | (curves.y > curves.trials)
    wrong_x = curves.x < 0 if plan.model.axis != "linear" else np.isinf(curves.x)
    for wrong, of_x in ((wrong_y, False), (wrong_x, True)):
        if wrong.any():
            bad[curves.owners(np.flatnonzero(wrong), of_x=of_x)] = True
    return bad


# ---- Parameters --------------------------------------------------------------------------------------------------


def _estimates(block: Block) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    plan = block.plan
    for name in plan.named:
        i = LEVELS.index(name)
        scale = plan.model.scale(name)
        value = np.array(scale.outside(block.value(i)))
        columns[name] = value
        if name in plan.free:
            rate = scale.rate(value) if scale.name != "linear" else 1.0
            columns[f"{name}_stderr"] = np.where(block.at_limit(i), np.nan, np.sqrt(block.cov(i, i)) * np.abs(rate))
    if "midpoint" in plan.free:
        columns |= _interval(block, "midpoint", block.value(_MIDPOINT), np.sqrt(block.cov(_MIDPOINT, _MIDPOINT)))
    return columns


def _interval(block: Block, name: str, inside: Floats, error: Floats) -> dict[str, Floats]:
    """Return the limits of a place on the axis, in units of x."""
    half = block.quantile * error
    outside = block.plan.model.scale("midpoint").outside
    return {f"{name}_low": np.array(outside(inside - half)), f"{name}_high": np.array(outside(inside + half))}


def _doses(block: Block) -> dict[str, Any]:
    """Return the doses that have given parts of the full effect, with their intervals."""
    columns: dict[str, Any] = {}
    plan, k = block.plan, block.value(_STEEPNESS)
    power = np.exp(block.value(_ASYMMETRY)) if plan.powered else None
    rising = k > 0
    for percent in plan.doses:
        fraction = np.where(rising, percent / 100, 1 - percent / 100)
        z, by_power = _argument(plan, fraction, power)
        place = block.value(_MIDPOINT) + z / k
        slopes = {_MIDPOINT: np.ones_like(k), _STEEPNESS: -z / k**2, _ASYMMETRY: by_power / k}
        free = [i for i in slopes if LEVELS[i] in plan.free]
        variance = sum(slopes[i] * slopes[j] * block.cov(i, j) for i in free for j in free)
        name = f"ec{percent:g}"
        columns[name] = np.array(plan.model.scale("midpoint").outside(place))
        columns |= _interval(block, name, place, np.sqrt(variance))
    return columns


def _argument(plan: Plan, fraction: Floats, power: Floats | None) -> tuple[Floats, Floats]:
    """Return z at which a fraction is reached, and its derivative by the logarithm of the exponent."""
    transition = plan.transition
    if power is None:
        levels, which = np.unique(fraction, return_inverse=True)
        return transition.inverse(levels)[which], np.zeros_like(fraction)
    root = fraction ** (1 / power)
    z = transition.inverse(root)
    return z, -root * np.log(fraction) / power / transition.slopes(z)[1]


# ---- Summary -----------------------------------------------------------------------------------------------------


def _summary(block: Block, curves: Curves, laws: Laws) -> dict[str, Any]:
    plan = block.plan
    span = block.value(1) - block.value(0)
    steepest = peak(plan.transition, block.value(_ASYMMETRY) if plan.powered else None)
    if plan.counts:
        return _summary_of_counts(block, span * block.value(_STEEPNESS) * steepest)
    r_squared = 1 - block.rss / block.total
    gain = np.maximum(block.total - block.rss, 0.0)
    df = max(block.size - 1, 1)
    statistic = np.where(block.rss == 0, np.inf, gain / df / (block.rss / np.maximum(block.dof, 1)))
    statistic = np.where(block.dof > 0, statistic, np.nan)
    naive = special.fdtrc(df, np.maximum(block.dof, 1), statistic)
    p_value = naive
    if plan.calibrated:
        p_value = np.where(block.dof > 0, laws.p_values(plan, curves, block, r_squared), naive)
    return {
        "auc": block.area.copy(),
        "max_slope": span * block.value(_STEEPNESS) * steepest,
        "rss": block.rss.copy(),
        "r_squared": r_squared,
        "n": np.nan_to_num(block.n).astype(np.int64),
        "f_value": statistic,
        "p_value": p_value,
        "status": _status(block, np.asarray(p_value, np.float64), np.asarray(naive, np.float64)),
        "steps": np.nan_to_num(block.steps).astype(np.int64),
    }


def _summary_of_counts(block: Block, max_slope: Floats) -> dict[str, Any]:
    """Return what is said of counts: deviances, and their difference as a test against one level."""
    gain = np.maximum(block.total - block.rss, 0.0)
    p_value = np.asarray(special.chdtrc(max(block.size - 1, 1), gain), np.float64)
    return {
        "auc": block.area.copy(),
        "max_slope": max_slope,
        "deviance": block.rss.copy(),
        "null_deviance": block.total.copy(),
        "n": np.nan_to_num(block.n).astype(np.int64),
        "p_value": p_value,
        "status": _status(block, p_value, np.ones_like(p_value)),
        "steps": np.nan_to_num(block.steps).astype(np.int64),
    }


def _status(block: Block, p_value: Floats, naive: Floats) -> NDArray[np.int8]:
    """Return the most serious thing that is wrong with each curve, as its place among the statuses."""
    plan, m, _k = block.plan, block.value(_MIDPOINT), block.value(_STEEPNESS)
    free = set(plan.free)
    outside = ~((block.first <= m) & (m <= block.last)) & ("midpoint" in free)
    jump = (block.between == 0) & ~outside
    exact = (block.rss <= 1e-24 * block.total) & (not plan.counts)
    no_effect = (block.dof > 0) & ~(naive < 1e-8) & ~exact & (p_value > EFFECT_LEVEL)
    low = (block.fraction_low > 0.15) & ("lower" in free)
    high = (block.fraction_high < 0.85) & ("upper" in free)
    # from the least serious to the most, each overwriting what it outranks
    ranked = (
        (Status.AT_BOUND, block.by_user),
        (Status.ONE_PLATEAU, low | high),
        (Status.STEEP, (block.steep_by_nature | jump) & ("steepness" in free)),
        (Status.EXTRAPOLATED, outside),
        (Status.NO_EFFECT, no_effect),
        (Status.NOT_CONVERGED, block.converged != 1),
        (Status.FEW_POINTS, ((block.dof <= 0) & (not plan.counts)) | (block.distinct < block.size)),
        (Status.FEW_POINTS, block.n < block.size),
        (Status.BAD_DATA, (block.distinct < 2) & (block.n >= block.size)),
        (Status.BAD_DATA, block.bad | (block.n < 2) | np.isnan(block.n)),
    )
    code = np.full(len(m), STATUSES.index(Status.OK), dtype=np.int8)
    for status, where in ranked:
        code[where] = STATUSES.index(status)
    return code
