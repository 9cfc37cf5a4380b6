"""``ogive fit`` from a table file to a table file: a screen, with its progress and its summary."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click

from ogive._files import write_whole
from ogive._sinks import shown

__all__ = ["is_table", "screen"]

TABLES = (".parquet", ".arrow", ".csv")


def is_table(output: str | None) -> bool:
    """Whether an output is a table file rather than a folder."""
    return output is not None and Path(output).suffix in TABLES


def screen(file: str, output: str, options: dict[str, Any]) -> int:
    """Fit every curve of a table file; returns the exit status: 1 where cells were no numbers.

    Raises
    ------
    ValueError
        If a column, parameter or model is unknown, or the file is not sorted by its curves.
    """
    from ogive.fitting.many.screens.screen import fit_file, page_of

    page, plate = options.pop("page", None), options.pop("plate", None)
    if plate and plate not in [*options["by"], *options["keep"]]:
        options["keep"] = [*options["keep"], plate]
    meter = _Meter(sys.stderr.isatty())
    model = options.pop("model")
    try:
        summary = fit_file(model, file, output, progress=meter.show, **options)
    except KeyboardInterrupt:
        meter.end()
        click.echo(f"stopped; the same command goes on from here ({shown(output)}.parts)", err=True)
        raise
    meter.end()
    if page:  # before anything is printed, since whoever reads that may leave early
        asked = {name: options[name] for name in ("x", "y", "by")}
        write_whole(page, page_of(model, file, output, plate=plate, **asked))
    click.echo(_told(summary, output))
    if summary.former:
        click.echo(f"an earlier run had died at this work ({summary.former}); its lock is taken over", err=True)
    for row, column, text in summary.bad[:10]:
        click.echo(f"row {row}: {shown(column)} holds {text!r}, which is no number; left out", err=True)
    if summary.bad_count > 10:
        click.echo(f"... {summary.bad_count} such cells in all", err=True)
    return 1 if summary.bad_count else 0


def _told(summary: Any, output: str) -> str:
    resumed = f", of which {summary.resumed:,} rows had been done before" if summary.resumed else ""
    lines = [f"{summary.curves:,} curves from {summary.rows:,} rows{resumed}; written to {shown(output)}"]
    lines += [f"{count:>12,}  {status}" for status, count in summary.statuses.items()]
    return "\n".join(lines)


class _Meter:
    """A line on standard error with the rate and the time left; nothing where nobody looks."""

    def __init__(self, seen: bool) -> None:
        self._seen = seen
        self._began = time.monotonic()
        self._first: tuple[int, int] | None = None

    def show(self, rows: int, total: int | None, curves: int) -> None:
        if not self._seen:
            return
        spent = max(time.monotonic() - self._began, 1e-9)
        first_rows, first_curves = self._first or (0, 0)
        if self._first is None:
            self._first = (0, 0)
        text = f"{curves:,} curves, {(curves - first_curves) / spent:,.0f}/s"
        if total:
            left = (total - rows) * spent / max(rows - first_rows, 1)
            text += f", {100 * rows / total:.0f} %, {_minutes(left)} left"
        click.echo(f"\r{text:<70}", nl=False, err=True)

    def end(self) -> None:
        if self._seen:
            click.echo(err=True)


def _minutes(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
