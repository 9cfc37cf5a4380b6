"""Fitting many curves in blocks, on several threads: the same numbers however they are cut."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.inference.hypotheses import q_values
from ogive.fitting.inference.status import STATUSES
from ogive.fitting.many.blocks.block import fit_block
from ogive.fitting.many.blocks.sets import Sets
from ogive.fitting.one import Fit, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.fitting.many.blocks.request import Plan
    from ogive.fitting.many.tables.curves import Curves

__all__ = ["fit_curves", "named_statuses", "rates_of"]

Columns = dict[str, Any]
Codes = NDArray[np.int64]
Part = tuple["Curves", Sets | None]

# Curves whose numbers stay in a core's cache from the search to the tests.
_BLOCK = 8192


def fit_curves(plan: Plan, curves: Curves, *, sets: Codes | None = None, threads: int | None = None) -> Columns:
    """Fit every curve; returns columns of results, the statuses as numbers.

    Parameters
    ----------
    sets
        Where parameters are shared, the number of the set of each curve (-1: none, so that it cannot be fitted).
    """
    if sets is not None and curves.count:
        return _in_sets(plan, curves, sets, threads)
    if not plan.compiled:
        return _one_by_one(plan, curves)
    parts: list[Part] = [(curves.part(start, stop), None) for start, stop in _cuts(curves.count)]
    return _together(plan, parts, threads)


def _together(plan: Plan, parts: list[Part], threads: int | None) -> Columns:
    """Fit parts of a table, several at a time, and put the columns together."""
    count = threads if threads is not None else (os.cpu_count() or 1)
    if count < 1:
        raise ValueError(f"threads must be at least 1, not {threads!r}")
    if count == 1 or len(parts) == 1:
        results = [fit_block(plan, part, sets) for part, sets in parts]
    else:
        with ThreadPoolExecutor(min(count, len(parts))) as pool:
            results = list(pool.map(lambda part: fit_block(plan, part[0], part[1]), parts))
    return {name: np.concatenate([result[name] for result in results]) for name in results[0]}


def _cuts(count: int) -> Iterator[tuple[int, int]]:
    for start in range(0, max(count, 1), _BLOCK):
        yield start, min(start + _BLOCK, count)


# ---- Curves that have parameters in common -----------------------------------------------------------------------


def _in_sets(plan: Plan, curves: Curves, codes: Codes, threads: int | None) -> Columns:
    """Fit the sets of a table, whose curves may lie apart."""
    order = np.argsort(codes, kind="stable")
    sets = Sets.of_codes(codes[order])
    beside = curves.take(order).without(codes[order] < 0)
    columns = _set_by_set(plan, beside, sets) if not plan.compiled else _sets_together(plan, beside, sets, threads)
    back = np.argsort(order, kind="stable")
    return {name: column[back] for name, column in columns.items()}


def _sets_together(plan: Plan, curves: Curves, sets: Sets, threads: int | None) -> Columns:
    parts: list[Part] = [(curves.part(start, stop), sets.part(start, stop)) for start, stop in _cuts_between(sets)]
    return _together(plan, parts, threads)


def _cuts_between(sets: Sets) -> Iterator[tuple[int, int]]:
    """Yield runs of whole sets, of about as many curves as a block has."""
    start = 0
    for end in [*sets.starts[1:].tolist(), len(sets.of)]:
        if end - start >= _BLOCK or (end == len(sets.of) and end > start):
            yield start, end
            start = end


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
    rows = []
    for i in range(curves.count):
        x, y, sd = curves.of(i)
        one = fit(plan.model, x, y, sd=sd, trials=curves.trials_of(i), likelihood=plan.likelihood)
        test = None if one.solution.trouble or not one.model.is_curve else one.no_effect()
        whole = {"rss": one.rss, "r_squared": one.r_squared} if not one.solution.trouble else {}
        row = _row(plan, one, None) | {"rss": np.nan, "r_squared": np.nan} | whole
        row |= {"n": one.n, "p_value": np.nan if test is None else test.p_value}
        rows.append(row | {"status": STATUSES.index(one.status), "steps": one.solution.steps})
    return _columns(rows)


def _set_by_set(plan: Plan, curves: Curves, sets: Sets) -> Columns:
    """Fit each set with the one-curve fitter, a curve for each label; the status is that of the set."""
    rows: list[dict[str, Any]] = []
    for start, stop in zip(sets.starts, [*sets.starts[1:], curves.count], strict=True):
        members = range(int(start), int(stop))
        each = zip(*((*curves.of(i), curves.trials_of(i)) for i in members), strict=True)
        x, y, sd, trials = (None if parts[0] is None else np.concatenate(parts) for parts in each)
        labels = np.repeat([str(i) for i in members], curves.length[start:stop])
        joint = fit(plan.model, x, y, by=labels, share=plan.shared, sd=sd, trials=trials, likelihood=plan.likelihood)
        for i in members:
            row = _row(plan, joint, str(i)) | _part(joint, str(i))
            rows.append(row | {"status": STATUSES.index(joint.status), "steps": joint.solution.steps})
    return _columns(rows)


def _columns(rows: list[dict[str, Any]]) -> Columns:
    if not rows:
        return {}
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    columns["status"] = columns["status"].astype(np.int8)
    return columns


def _row(plan: Plan, one: Fit, group: str | None) -> dict[str, Any]:
    """Return the estimates and doses of a fit, or of one curve of it."""
    row: dict[str, Any] = {}
    for name in plan.model.parameters:
        known = f"{name}:{group}" if f"{name}:{group}" in one.params else name
        if known in one.params:
            row[name] = one.params[known]
        if known in one.names:
            row[f"{name}_stderr"] = one.stderr[known]
    for percent in plan.doses:
        row |= _dose(one, percent, plan.level, group)
    return row


def _part(joint: Fit, group: str) -> dict[str, Any]:
    """Return what one curve of a joint fit has of its squares; there is no test of one curve of a formula."""
    nothing = {"rss": np.nan, "r_squared": np.nan, "n": 0, "p_value": np.nan}
    if joint.solution.trouble or group not in joint.groups:
        return nothing
    rows = joint.data.group == joint.groups.index(group)
    weights = getattr(joint.likelihood, "weights", np.ones(joint.n))[rows]
    y, fitted = joint.data.y[rows], joint.fitted[rows]
    rss = float(np.sum(weights * (y - fitted) ** 2))
    total = float(np.sum(weights * (y - np.average(y, weights=weights)) ** 2))
    return nothing | {"rss": rss, "r_squared": 1 - rss / total if total > 0 else np.nan, "n": int(rows.sum())}


def _dose(one: Fit, percent: float, level: float, group: str | None) -> dict[str, float]:
    name = f"ec{percent:g}"
    if one.solution.trouble or not one.model.is_curve:
        return {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
    found = one.effective_dose(percent, level=level, group=group)
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
