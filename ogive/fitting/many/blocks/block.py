"""One block of curves: the engine's numbers, and what follows from them: errors, intervals, doses, tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive.fitting.many.blocks.engine import Engine, unfit
from ogive.fitting.many.blocks.evidence import Close, lack_of_fit, shown_by
from ogive.fitting.many.blocks.found import Block
from ogive.fitting.many.blocks.limits import Dose, limits_of
from ogive.fitting.many.blocks.null_laws import p_values
from ogive.fitting.many.blocks.shared import search_sets
from ogive.fitting.many.blocks.singular import complete
from ogive.fitting.many.blocks.steepest import peak
from ogive.fitting.search.engine_rows import COVARIANCE, LEVELS, ROWS

if TYPE_CHECKING:
    from ogive.fitting.many.blocks.request import Plan
    from ogive.fitting.many.blocks.sets import Sets
    from ogive.fitting.many.tables.curves import Curves

__all__ = ["fit_block"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MIDPOINT, _STEEPNESS, _ASYMMETRY = 2, 3, 4


def fit_block(plan: Plan, curves: Curves, sets: Sets | None = None) -> dict[str, Any]:
    """Fit a run of curves (in whole sets, where they share parameters) and return the columns of its results."""
    with np.errstate(all="ignore"):
        bad = unfit(plan, curves)
        raw = _alone(plan, curves, bad) if sets is None else search_sets(plan, curves, sets, bad)
        block = Block(plan, raw, bad, sets)
        columns = _estimates(block)
        doses = _doses(block)
        columns |= _judged(block, curves, columns, doses, *_summary(block, curves))
    for name, column in columns.items():
        if name not in {"n", "status"}:
            column[block.failed] = np.nan if column.dtype.kind == "f" else 0
    return columns


def _alone(plan: Plan, curves: Curves, bad: Flags) -> Floats:
    raw = Engine.of(plan, curves).search(skip=bad)
    enough = raw[ROWS["n"]] >= max(len(plan.free), 2)
    singular = np.isnan(raw[COVARIANCE]).any(axis=0) & ~bad & enough
    if singular.any():
        complete(plan, curves, raw, np.flatnonzero(singular))
    return raw


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
    return columns


def _doses(block: Block) -> list[Dose]:
    """Return the midpoint, where it is free, and the doses that have given parts of the full effect."""
    doses = []
    m, none = block.value(_MIDPOINT), np.zeros_like(block.rss)
    if "midpoint" in block.plan.free:
        doses.append(Dose("midpoint", m, np.sqrt(block.cov(_MIDPOINT, _MIDPOINT)), none))
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
        doses.append(Dose(f"ec{percent:g}", place, np.sqrt(variance), np.broadcast_to(z, k.shape)))
    return doses


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


def _summary(block: Block, curves: Curves) -> tuple[dict[str, Any], Floats]:
    """Return what a curve explains, and the p-value of the plain test for an effect."""
    plan = block.plan
    span = block.value(1) - block.value(0)
    steepest = peak(plan.transition, block.value(_ASYMMETRY) if plan.powered else None)
    # as single fits call it: per unit of x, or on a log axis per e-fold of x
    slope = {
        "max_slope_per_e_fold" if plan.model.axis == "log" else "max_slope": span * block.value(_STEEPNESS) * steepest
    }
    if plan.counts:
        return _summary_of_counts(block, slope)
    r_squared = 1 - block.rss / block.total
    gain = np.maximum(block.total - block.rss, 0.0)
    df = max(block.size - 1, 1)
    statistic = np.where(block.dispersion == 0, np.inf, gain / df / block.dispersion)
    statistic = np.where(block.dof > 0, statistic, np.nan)
    naive = special.fdtrc(df, np.maximum(block.dof, 1), statistic)
    p_value = naive
    if plan.calibrated:
        p_value = np.where(block.dof > 0, p_values(plan, curves, block, r_squared), naive)
    found = {
        "auc": block.area.copy(),
        **slope,
        "rss": block.rss.copy(),
        "r_squared": r_squared,
        "n": np.nan_to_num(block.n).astype(np.int64),
        "f_value": statistic,
        "p_value": np.asarray(p_value, np.float64),
        "steps": np.nan_to_num(block.steps).astype(np.int64),
    }
    return found, np.asarray(naive, np.float64)


def _summary_of_counts(block: Block, slope: dict[str, Floats]) -> tuple[dict[str, Any], Floats]:
    """Return what is said of counts: deviances, and their difference as a test against one level."""
    gain = np.maximum(block.total - block.rss, 0.0)
    p_value = np.asarray(special.chdtrc(max(block.size - 1, 1), gain), np.float64)
    found = {
        "auc": block.area.copy(),
        **slope,
        "deviance": block.rss.copy(),
        "null_deviance": block.total.copy(),
        "n": np.nan_to_num(block.n).astype(np.int64),
        "p_value": p_value,
        "steps": np.nan_to_num(block.steps).astype(np.int64),
    }
    return found, np.ones_like(p_value)


def _judged(
    block: Block, curves: Curves, columns: dict[str, Any], doses: list[Dose], summary: dict[str, Any], plain: Floats
) -> dict[str, Any]:
    """Return limits, summary and status, by the rules of single fits; and empty the errors that rest on nothing."""
    misfit = lack_of_fit(block, curves)
    p_value, constant = summary["p_value"], block.total == 0
    close = Close(block, Engine.of(block.plan, curves))
    shown, status = shown_by(block, close, (p_value, plain, misfit))
    loose = shown.loose & ~block.failed & ("midpoint" in block.plan.free)
    for name in block.plan.own:
        columns[f"{name}_stderr"][loose] = np.nan
    outside = block.plan.model.scale("midpoint").outside
    limits = limits_of(block, close, (shown, status), doses)
    found: dict[str, Any] = {}
    for dose in doses:
        if dose.name != "midpoint":
            found[dose.name] = np.array(outside(dose.place))
        low, high = (np.array(outside(values)) for values in limits[dose.name])
        if block.plan.model.axis == "reciprocal":
            # an infinite x stands at 0 on this axis, and beyond it there is none
            high[limits[dose.name][1] >= 0] = np.inf
        found[f"{dose.name}_low"], found[f"{dose.name}_high"] = low, high
    steps = summary.pop("steps")
    summary["p_value"] = np.where(constant & ~block.failed, 1.0, p_value)
    return found | summary | {"lack_of_fit_p": misfit, "status": status, "steps": steps}
