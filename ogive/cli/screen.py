"""``ogive screen``: every curve of a table, a row for each, from file to file, with its progress and its summary."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogive._files import write_whole
from ogive._sinks import shown
from ogive.cli.paths import READS, Command, Writes
from ogive.cli.reading import (
    about_curves,
    about_reading,
    curve_options,
    fitting_options,
    layout_options,
    listed,
    number,
    reading_options,
    say,
    wanted_of,
)

if TYPE_CHECKING:
    from ogive.tables.layouts import Long, Wanted
    from ogive.tables.records import Reading

__all__ = ["TABLES", "screen"]

TABLES = (".parquet", ".csv")
"""What a table of fits is written as, by the name of its file."""

_ONE = "ogive fit, which makes one fit with a report; ogive screen fits every curve for itself"
_FITS = dict.fromkeys(["--formula", "--start", "--loss", "--errors", "--format", "--unknowns"], _ONE)


@click.command(
    "screen", cls=Command, others=_FITS, short_help="Fit every curve of a table of any size, a row for each."
)
@click.argument("file", type=READS, metavar="FILE")
@curve_options
@click.option("--by", metavar="NAMES", help="The columns that tell curves apart, with commas.")
@click.option("--share", multiple=True, metavar="PARAMETER", help="A parameter that curves have in common.")
@click.option("--within", metavar="NAMES", help="The columns of --by whose curves share (by default all curves).")
@fitting_options
@click.option(
    "--likelihood", type=click.Choice(["normal", "binomial", "poisson"]), default="normal", show_default=True,
    help="How the responses scatter.",
)  # fmt: skip
@click.option("--ec", metavar="PERCENTS", help="Doses wanted, in percent of the full effect: 10,50,90.")
@click.option("--keep", metavar="NAMES", help="More columns to carry along, such as the plate.")
@click.option("--threads", type=int, metavar="N", help="How many threads; by default all processors.")
@click.option(
    "--page", type=Writes("a page"), metavar="FILE.html", help="A page with counts, volcano, midpoints and a gallery."
)
@click.option("--plate", metavar="NAME", help="The column by which the page compares quality.")
@click.option("--restart", is_flag=True, help="Throw away what an interrupted run has done.")
@layout_options
@reading_options
@click.option(
    "-o", "--output", type=Writes("a table of fits", tables=TABLES), required=True, metavar="FITS",
    help="The table of fits: a .parquet or .csv file.",
)  # fmt: skip
def screen(file: str, output: str, **options: Any) -> int:
    """Fit every curve of a table, each by itself, and write a row for each.

    `ogive screen screen.parquet --x dose --y response --by drug,cell -o fits.parquet` reads a table of any size in
    blocks; the rows of a curve must be next to each other. Interrupted, the same command goes on where it stopped.
    With --share the curves of a set have parameters in common and one residual variance.

    Cells that hold no number are left out and counted; where one holds anything but a mark for a missing value, or a
    row has no label, it is named and the exit status is 1.
    """
    if Path(output).suffix not in TABLES:
        raise click.UsageError(
            f"a screen is written as {' or '.join(TABLES)}, not as {output!r}; ogive fit writes reports into folders."
        )
    if file == "-":
        raise click.UsageError(
            "a screen is read from a file, so that an interrupted run can go on; save the input first."
        )
    try:
        return _screened(file, output, options)
    except (ValueError, KeyError) as error:
        raise click.UsageError(str(error.args[0]) if error.args else str(error)) from None


def _screened(file: str, output: str, options: dict[str, Any]) -> int:
    from ogive.fitting.many.screens.screen import fit_file, page_of
    from ogive.tables.batches import Batches

    reading = about_reading(options)
    page, plate, model = options.pop("page"), options.pop("plate"), options.pop("model")
    if plate and not page:
        raise click.UsageError("--plate is the column by which --page compares quality; give --page too.")
    known = Batches(Path(file), reading).names
    within, ec = listed(options.pop("within"), known), options.pop("ec")
    asked = about_curves(options)
    wanted = wanted_of(options, known)
    if plate and plate not in {*wanted.by, *wanted.keep}:
        wanted = type(wanted)(**{**_fields(wanted), "keep": (*wanted.keep, plate)})
    columns, given = _columns(file, reading, wanted)
    reads: dict[str, Any] = {"reading": reading, "given": given}
    meter = _Meter(sys.stderr.isatty())
    try:
        summary = fit_file(
            model, file, output, progress=meter.show, **columns, **asked, **reads, **options,
            ec=[number(part, "--ec") for part in listed(ec)], within=within, keep=list(wanted.keep),
        )  # fmt: skip
    except KeyboardInterrupt:
        meter.end()
        click.echo(f"stopped; the same command goes on from here ({shown(output)}.parts)", err=True)
        raise
    meter.end()
    if page:  # before anything is printed, since whoever reads that may leave early
        where = {name: columns[name] for name in ("x", "y", "by")}
        write_whole(page, page_of(model, file, output, plate=plate, **where, **reads))
    click.echo(_told(summary, output))
    if summary.former:
        click.echo(f"an earlier run had died at this work ({summary.former}); its lock is taken over", err=True)
    say(file, summary.told)
    for row, column, text in summary.bad[:10]:
        click.echo(f"row {row}: {shown(column)} holds {text!r}, which is no number; left out", err=True)
    if summary.bad_count > 10:
        click.echo(f"... {summary.bad_count} such cells in all", err=True)
    return 1 if summary.bad_count or summary.unlabelled else 0


def _fields(wanted: Wanted) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}


def _columns(file: str, reading: Reading, wanted: Wanted) -> tuple[dict[str, Any], Long | None]:
    """Return the names of the columns to fit, and the measurements where they do not lie in a long table."""
    from ogive.tables import read_file
    from ogive.tables.batches import Batches
    from ogive.tables.layouts import arranged, layout_of, response_places

    names = Batches(Path(file), reading, wanted.named, wanted.numbers).names
    places = response_places(names, wanted, file)
    if layout_of(names, wanted, places) != "long" or len(places) > 1:
        given = arranged(read_file(file, reading, wanted=wanted.named, numbers=wanted.numbers), wanted)
        columns = {"x": given.x, "y": given.y, "by": list(given.by), "sd": given.sd, "trials": given.trials}
        return columns, given
    if wanted.x is None:
        raise click.UsageError("name the column of points with --x.")
    beside = {"sd": wanted.sd, "trials": wanted.trials}
    return {"x": wanted.x, "y": names[places[0]], "by": list(wanted.by), **beside}, None


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
