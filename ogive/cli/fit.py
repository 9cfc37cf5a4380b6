"""``ogive fit``: a curve fitted to two columns of a table, with its report, its table and its picture."""

from __future__ import annotations

import json
import math
import shlex
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogive._files import write_whole
from ogive._sinks import csv_text, html_text, json_text, markdown, shown
from ogive.cli.paths import READS, Command, Writes
from ogive.cli.reading import (
    about_curves,
    about_reading,
    curve_options,
    fitting_options,
    layout_options,
    number,
    pairs,
    reading_options,
    say,
    wanted_of,
)
from ogive.cli.screen import TABLES
from ogive.cli.unknowns import as_csv, read_unknowns
from ogive.tables import read_file
from ogive.tables.layouts import arranged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.fitting import Fit, Unknowns
    from ogive.tables.layouts import Long
    from ogive.tables.records import Reading

__all__ = ["fit"]

FILES = ("report.md", "report.html", "fit.json", "table.csv", "curve.png", "curve.svg", "unknowns.csv")
"""What is written into a folder."""

_MANY = "ogive screen, which fits every curve of a table, a row for each; ogive fit makes one fit with a report"
_SCREENS = dict.fromkeys(["--within", "--ec", "--keep", "--threads", "--page", "--plate", "--restart"], _MANY)


@click.command("fit", cls=Command, others=_SCREENS, short_help="Fit a curve to two columns of a table.")
@click.argument("file", type=READS, metavar="FILE")
@curve_options
@click.option("--formula", metavar="TEXT", help="A formula in x instead, such as 'a*(1-exp(-b*x))'; needs --start.")
@click.option("--by", metavar="NAMES", help="The columns of groups, with commas: each group has its own curve.")
@click.option("--share", multiple=True, metavar="PARAMETER", help="A parameter that all groups have in common.")
@fitting_options
@click.option("--start", multiple=True, metavar="PARAMETER=VALUE", help="Where to start.")
@click.option(
    "--likelihood", type=click.Choice(["normal", "binomial", "poisson"]), default="normal", show_default=True,
    help="How the responses scatter.",
)  # fmt: skip
@click.option(
    "--loss", type=click.Choice(["squares", "huber", "tukey"]), default="squares", show_default=True,
    help="What a residual costs; outliers cannot dominate the last two.",
)  # fmt: skip
@click.option("--errors", type=click.Choice(["expected", "observed", "sandwich"]), help="The convention of errors.")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "html", "json"]), default="text", show_default=True,
    help="How the report is printed.",
)  # fmt: skip
@click.option(
    "--unknowns", type=READS, metavar="SAMPLES.csv",
    help="Samples to read from the curve: a column of responses named as --y, and if there are any, of labels "
    "('label' or 'sample'), 'dilution', 'nominal' and 'replicates'.",
)  # fmt: skip
@layout_options
@reading_options
@click.option(
    "-o", "--output", type=Writes("a folder", tables=(*TABLES, ".arrow"), inside=FILES), metavar="FOLDER",
    help="A folder for report, table, picture and JSON.",
)  # fmt: skip
def fit(file: str, output: str | None, form: str, unknowns: str | None, **options: Any) -> int:
    """Fit a curve and report what is known about it.

    `ogive fit plate.csv --x dose --y response --model log-logistic-4 --by drug -o results` prints the report and
    writes `report.md`, `report.html`, `table.csv`, `fit.json`, `curve.png` and `curve.svg` into `results`. With
    `--unknowns samples.csv` the samples are read from the curve, printed after the report and written as
    `unknowns.csv`. The names of models are in the manual (docs/choose-a-curve.md); `-` reads standard input.

    The table is delimited text, a Parquet or Arrow file or a workbook; how it was read is said, and missing values
    are left out and counted. The groups have one residual variance; `ogive screen` fits each curve by itself. The
    exit status is 1 where the data allow no fit, or rows have no label.
    """
    if output is not None and Path(output).suffix.lower() in {*TABLES, ".arrow"}:
        raise click.UsageError(f"-o {output}: a table with a row for each curve is written by {_MANY}.")
    try:
        reading = about_reading(options)
        measured, read = _measured(file, reading, options)
        fitted = _fitted(measured, options)
        samples = []
        if unknowns:
            table = read_file(unknowns, reading, wanted=[measured.y], numbers=[measured.y])
            samples = read_unknowns(fitted, table, measured.y, measured.by)
    except (ValueError, KeyError) as error:
        # the message of a KeyError is quoted by Python
        raise click.UsageError(str(error.args[0]) if error.args else str(error)) from None
    if output:  # first, since whoever reads what is printed may leave early
        _write(fitted, Path(output), read)
        if samples:
            write_whole(Path(output) / "unknowns.csv", as_csv(samples, measured.by).encode())
    _print(fitted, form, samples, read)
    failed = not fitted.status.estimated or fitted.solution.trouble or measured.unlabelled
    return 1 if failed else 0


def _measured(file: str, reading: Reading, options: dict[str, Any]) -> tuple[Long, str]:
    """Read the measurements; returns them with a sentence about what was read, which is said if it is unusual."""
    asked = dict(options)
    for name in ("x", "y", "by", "sd", "trials", "layout", "replicates"):
        options.pop(name)
    wanted = wanted_of(dict(asked))
    table = read_file(file, reading, wanted=wanted.named, numbers=wanted.numbers)
    wanted = wanted_of(asked, table.names)  # a name may hold a comma, as only the table knows
    found = arranged(table, wanted)
    if found.wrong:
        row, column, text = found.wrong[0]
        more = f" (and {len(found.wrong) - 1:,} more hold none)" if len(found.wrong) > 1 else ""
        raise click.UsageError(
            f"{table.name}: {column} must hold numbers, but row {row + 1} holds {text!r}{more}; if that says there "
            f"is no value, give --missing {shlex.quote(text)}"
        )
    sentences = [f"read as {table.found.said()}; {table.rows:,} row{'s' * (table.rows != 1)}", *found.told]
    say(table.name, sentences[1:] if table.found.plain else sentences)
    return found, f"{table.name}: {'; '.join(sentences)}"


def _fitted(measured: Long, options: dict[str, Any]) -> Fit:
    from ogive.fitting import fit as fit_curve
    from ogive.models import Model, models

    start = {name: number(text, "--start") for name, text in pairs(options.pop("start"), "--start")}
    asked = about_curves(options)
    formula, name = options.pop("formula"), options.pop("model")
    given = {"trials": measured.trials, "sd": measured.sd, **options}
    with warnings.catch_warnings():
        # about rows without a label, which have been told of
        warnings.filterwarnings("ignore", message=".* no label in by", category=UserWarning)
        return fit_curve(
            Model.from_formula(formula) if formula else models[name],
            measured.x,
            measured.y,
            data=measured.columns,
            by=list(measured.by) or None,
            start=start,
            **asked,
            **{key: value for key, value in given.items() if value is not None},
        )


def _print(fitted: Fit, form: str, samples: Sequence[tuple[str, Unknowns]], read: str) -> None:
    """Print the fit, and after it the samples that were read from it; as JSON, in one object."""
    if form == "json":
        record = {**json.loads(fitted.to_json()), "read": read}
        if samples:
            columns = {group: _plain_columns(found) for group, found in samples}
            record["unknowns"] = columns if len(fitted.groups) > 1 else next(iter(columns.values()))
        click.echo(json_text(record))
        return
    click.echo(_report(fitted, form, read), nl=False)
    for group, found in samples:
        click.echo(f"\nunknowns{f' of {shown(group)}' if group else ''}\n{found}")


def _report(fitted: Fit, form: str, read: str) -> str:
    """Return the report with a last line about the table it was made of."""
    report = fitted.report(form)
    if form == "html":
        return f"{report}<p>{html_text(read)}</p>\n"
    return f"{report}\n{markdown(read) if form == 'markdown' else shown(read)}\n"


def _plain_columns(found: Unknowns) -> dict[str, list[str | float]]:
    """Return the table of samples as JSON knows it; infinities and nan are text there."""
    return {
        name: [str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell for cell in column]
        for name, column in found.columns().items()
    }


def _write(fitted: Fit, folder: Path, read: str) -> None:
    """Write everything there is to have of a fit."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "report.md", _report(fitted, "markdown", read).encode())
    write_whole(folder / "report.html", _page(fitted, read).encode())
    write_whole(folder / "fit.json", (fitted.to_json() + "\n").encode())
    write_whole(folder / "table.csv", _table(fitted).encode())
    if not fitted.solution.trouble:
        from ogive.plots import save_figure

        axes = fitted.plot()
        for kind in ("png", "svg"):
            save_figure(axes[0], folder / f"curve.{kind}")
    click.echo(f"wrote {shown(str(folder))}", err=True)


def _page(fitted: Fit, read: str) -> str:
    """Return the report as a page of its own."""
    head = (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    )
    style = (
        "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
        ":root{color-scheme:light dark}"
        "table{border-collapse:collapse}th,td{padding:.2rem .8rem;text-align:right}th:first-child{text-align:left}"
        ".warning strong{color:#c24d00}dt{font-weight:600}dd{margin:0 0 .4rem}"
    )
    title = f"<title>{html_text(fitted.model.name)}</title>"
    image = '<img src="curve.svg" alt="the fitted curve and its slope" width="640">\n'
    picture = "" if fitted.solution.trouble else image
    return f"{head}\n{title}\n<style>{style}</style>\n{_report(fitted, 'html', read)}{picture}</html>\n"


def _table(fitted: Fit) -> str:
    return csv_text(fitted.to_table())
