"""Fitting many curves in blocks, on several threads: the same numbers however they are cut."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.fitting.engine import fit
from ogive.fitting.hypotheses import q_values
from ogive.fitting.many.block import STATUSES, fit_block
from ogive.fitting.many.laws import Laws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ogive.fitting.many.curves import Curves
    from ogive.fitting.many.plan import Plan
    from ogive.fitting.result import Fit

__all__ = ["fit_curves", "named_statuses", "rates_of"]

Columns = dict[str, Any]

# Curves whose numbers stay in a core's cache from the search to the tests.
_BLOCK = 8192


def fit_curves(plan: Plan, curves: Curves, *, threads: int | None = None, laws: Laws | None = None) -> Columns:
    """Fit every curve; returns columns of results, the statuses as numbers."""
    if not plan.compiled:
        return _one_by_one(plan, curves)
    if laws is None:
        laws = Laws.of(curves) if plan.calibrated else Laws(exact=False)
    count = threads if threads is not None else (os.cpu_count() or 1)
    if count < 1:
        raise ValueError(f"threads must be at least 1, not {threads!r}")
    parts = [curves.part(start, stop) for start, stop in _cuts(curves.count)]
    if count == 1 or len(parts) == 1:
        results = [fit_block(plan, part, laws) for part in parts]
    else:
        with ThreadPoolExecutor(min(count, len(parts))) as pool:
            results = list(pool.map(lambda part: fit_block(plan, part, laws), parts))
    return {name: np.concatenate([result[name] for result in results]) for name in results[0]}


def _cuts(count: int) -> Iterator[tuple[int, int]]:
    for start in range(0, max(count, 1), _BLOCK):
        yield start, min(start + _BLOCK, count)


def rates_of(p_value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the false-discovery rate of each p-value in its table; curves without one have none."""
    result = np.full(len(p_value), np.nan)
    known = ~np.isnan(p_value)
    result[known] = q_values(p_value[known])
    return result


def named_statuses(codes: NDArray[np.int8]) -> NDArray[np.str_]:
    """Return the statuses by name."""
    return np.array([str(status) for status in STATUSES])[codes]


# ---- Models that the engine does not know ------------------------------------------------------------------------


def _one_by_one(plan: Plan, curves: Curves) -> Columns:
    """Fit with the one-curve fitter: formulas and sloping asymptotes, at its speed."""
    rows = [_row(plan, *curves.of(i), curves.trials_of(i)) for i in range(curves.count)]
    if not rows:
        return {}
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    columns["status"] = columns["status"].astype(np.int8)
    return columns


def _row(plan: Plan, x: Any, y: Any, sd: Any, trials: Any) -> dict[str, Any]:
    one = fit(plan.model, x, y, sd=sd, trials=trials, likelihood=plan.likelihood)
    row: dict[str, Any] = {}
    for name, value in one.params.items():
        row[name] = value
        if name in one.names:
            row[f"{name}_stderr"] = one.stderr[name]
    for percent in plan.doses:
        row |= _dose(one, percent, plan.level)
    test = None if one.solution.trouble or not one.model.is_curve else one.no_effect()
    row |= {
        "rss": one.rss if not one.solution.trouble else np.nan,
        "r_squared": one.r_squared if not one.solution.trouble else np.nan,
        "n": one.n,
        "p_value": np.nan if test is None else test.p_value,
        "status": STATUSES.index(one.status),
        "steps": one.solution.steps,
    }
    return row


def _dose(one: Fit, percent: float, level: float) -> dict[str, float]:
    name = f"ec{percent:g}"
    if one.solution.trouble or not one.model.is_curve:
        return {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
    found = one.effective_dose(percent, level=level)
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
