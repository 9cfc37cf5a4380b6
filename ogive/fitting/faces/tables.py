"""Fits as tidy tables: a row for each parameter, in whatever kind of table is at home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ogive._optional import optional

if TYPE_CHECKING:
    from ogive.fitting.one import Fit

__all__ = ["columns", "to_table"]


def columns(fit: Fit) -> dict[str, list[Any]]:
    """Return the table of a fit as columns, a row for each parameter (free and fixed) and derived quantity."""
    rows = [_row(fit, name) for name in fit.params]
    for quantity in fit.vocabulary.quantities:
        rows += [_row(fit, quantity.name + (f":{g}" if len(fit.groups) > 1 else "")) for g in fit.groups]
    return {key: [row[key] for row in rows] for key in rows[0]} if rows else {}


def _row(fit: Fit, name: str) -> dict[str, Any]:
    stem, _, group = name.partition(":")
    if fit.solution.trouble or stem in fit.model.fixed:
        value = fit.params[name] if not fit.solution.trouble else float("nan")
        error, low, high = (float("nan"),) * 3
    else:
        found = fit.estimate(name)
        value, error, low, high = found.value, found.stderr, found.low, found.high
    return {
        "parameter": stem,
        "group": group,
        "estimate": value,
        "stderr": error,
        "low": low,
        "high": high,
        "fixed": stem in fit.model.fixed,
        "model": fit.model.name,
        "n": fit.n,
        "status": str(fit.status),
    }


def to_table(fit: Fit, kind: str | None) -> Any:
    """Return the table as columns, or as a table of another package."""
    table = columns(fit)
    if kind is None:
        return table
    if kind == "pandas":
        return optional("pandas", for_="tables").DataFrame(table)
    if kind == "polars":
        return optional("polars", for_="tables").DataFrame(table)
    if kind == "arrow":
        return optional("pyarrow", for_="tables").table(table)
    raise ValueError(f"kind must be 'pandas', 'polars' or 'arrow', not {kind!r}")
