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
    names = list(values)
    for quantity in derived(estimate):
        names += [quantity + (f":{group}" if len(estimate.groups) > 1 else "") for group in estimate.groups]
    asked = [name for name in names if not (estimate.failed or name.partition(":")[0] in estimate.model.fixed)]
    found = dict(zip(asked, intervals.reported(estimate, asked, judgement.statuses), strict=True))
    rows = [_row(estimate, status, name, values.get(name, np.nan), found.get(name)) for name in names]
    return {key: [row[key] for row in rows] for key in rows[0]} if rows else {}


def derived(estimate: Estimate) -> list[str]:
    """Return what the field says beside the parameters: words that translate an estimate, and derived quantities."""
    model, words = estimate.model, estimate.vocabulary
    translated = [w.name for w in words.words_of(model) if not w.renames_only and w.parameter in model.free]
    return [*translated, *(quantity.name for quantity in words.quantities_of(model))]


def _row(
    estimate: Estimate, status: str, name: str, value: float, found: intervals.Interval | None
) -> dict[str, str | float | bool]:
    stem, _, group = name.partition(":")
    if found is None:
        value = value if not estimate.failed else np.nan
        error, low, high = (np.nan,) * 3
    else:
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
