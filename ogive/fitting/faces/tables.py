"""Fits as tidy tables: a row for each parameter, in whatever kind of table is at home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ogive._optional import table_of
from ogive.fitting.inference import covariance, intervals

if TYPE_CHECKING:
    from ogive.fitting.estimate import Estimate
    from ogive.fitting.inference.status import Judgement

__all__ = ["Columns", "columns", "derived", "to_table"]

Columns = dict[str, list[str | float | bool]]


def columns(estimate: Estimate, judgement: Judgement) -> Columns:
    """Return the table of a fit as columns, a row for each parameter (free and fixed) and derived quantity."""
    values, status = covariance.parameters(estimate), str(judgement.status)
    rows = [_row(estimate, status, name, values[name]) for name in values]
    for quantity in derived(estimate):
        for group in estimate.groups:
            name = quantity + (f":{group}" if len(estimate.groups) > 1 else "")
            rows.append(_row(estimate, status, name, np.nan))
    return {key: [row[key] for row in rows] for key in rows[0]} if rows else {}


def derived(estimate: Estimate) -> list[str]:
    """Return what the field says beside the parameters: words that translate an estimate, and derived quantities."""
    model, words = estimate.model, estimate.vocabulary
    translated = [w.name for w in words.words_of(model) if not w.renames_only and w.parameter in model.free]
    return [*translated, *(quantity.name for quantity in words.quantities_of(model))]


def _row(estimate: Estimate, status: str, name: str, value: float) -> dict[str, str | float | bool]:
    stem, _, group = name.partition(":")
    if estimate.failed or stem in estimate.model.fixed:
        value = value if not estimate.failed else np.nan
        error, low, high = (np.nan,) * 3
    else:
        found = intervals.wald(estimate, name)
        value, error, low, high = found.value, found.stderr, found.low, found.high
    return {
        "parameter": stem,
        "group": group,
        "estimate": value,
        "stderr": error,
        "low": low,
        "high": high,
        "fixed": stem in estimate.model.fixed,
        "model": estimate.model.name,
        "n": estimate.n,
        "status": status,
    }


def to_table(estimate: Estimate, judgement: Judgement, kind: str | None) -> Any:
    """Return the table as columns, or as a table of another package."""
    return table_of(columns(estimate, judgement), kind)
