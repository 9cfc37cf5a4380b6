"""``ogive fit --unknowns``: samples of a second file, read from the standard curve that was fitted to the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ogive._sinks import csv_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.fitting import Fit, Unknowns

__all__ = ["as_csv", "read_unknowns"]

Table = dict[str, list[str]]

_OTHERS = {
    "label": ("label", "sample", "well", "id"),
    "dilution": ("dilution", "dilution factor"),
    "nominal": ("nominal", "expected"),
    "replicates": ("replicates",),
}
"""What a column may be called, whatever its case; the responses are called as the standards call them."""


def read_unknowns(fitted: Fit, table: Table, y: str, by: str | None) -> list[tuple[str, Unknowns]]:
    """Return the samples of each group that were read; one empty group without groups."""
    if y not in table:
        raise click.UsageError(
            f"--unknowns needs a column {y!r} of responses, as the standards; it has {', '.join(table)}."
        )
    if by is not None and by not in table:
        raise click.UsageError(f"--unknowns needs the column {by!r} that says whose curve reads each sample.")
    groups = table[by] if by is not None else [""] * len(table[y])
    strangers = sorted(set(groups) - set(fitted.groups)) if by is not None else []
    if strangers:
        raise click.UsageError(f"--unknowns names {strangers[0]!r} in {by}, but the standards have no such curve.")
    found = []
    for group in dict.fromkeys(groups):
        rows = [k for k, own in enumerate(groups) if own == group]
        found.append((group, _one_group(fitted, table, rows, y, group)))
    return found


def _one_group(fitted: Fit, table: Table, rows: Sequence[int], y: str, group: str) -> Unknowns:
    columns = {what: _column(table, names) for what, names in _OTHERS.items()}
    labels = table[columns["label"]] if columns["label"] else [str(k + 1) for k in range(len(table[y]))]
    numbers = {
        what: _numbers(table, name, rows, empty)
        for what, empty in (("dilution", 1.0), ("nominal", float("nan")), ("replicates", 1.0))
        if (name := columns[what])
    }
    return fitted.unknowns(
        _numbers(table, y, rows, float("nan")),
        labels=[labels[k] for k in rows],
        dilution=numbers.get("dilution"),
        replicates=numbers.get("replicates", 1),
        nominal=numbers.get("nominal"),
        group=group or None,
    )


def _column(table: Table, names: Sequence[str]) -> str | None:
    return next((column for column in table if column.strip().lower() in names), None)


def _numbers(table: Table, name: str, rows: Sequence[int], empty: float) -> list[float]:
    """Return a column of a file as numbers, with a value for empty cells."""
    values = []
    for k in rows:
        cell = table[name][k]
        try:
            values.append(float(cell) if cell and cell.upper() != "NA" else empty)
        except ValueError:
            raise click.UsageError(f"--unknowns: row {k + 1} of {name} holds {cell!r}, which is no number.") from None
    return values


def as_csv(found: Sequence[tuple[str, Unknowns]], by: str | None) -> str:
    """Write the samples as a table of text, with the column of groups where there are any."""
    together: dict[str, list[str | float]] = {}
    for group, unknowns in found:
        if by is not None:
            together.setdefault(by, []).extend([group] * len(unknowns))
        for name, column in unknowns.columns().items():
            together.setdefault(name, []).extend(column)
    return csv_text(together)
