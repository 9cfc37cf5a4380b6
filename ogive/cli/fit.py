"""``ogive fit``: a curve fitted to two columns of a CSV file, with its report, its table and its picture."""

from __future__ import annotations

import csv
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogive._files import write_whole
from ogive._sinks import csv_text, html_text, json_text, shown
from ogive.cli.paths import READS, Command, Writes
from ogive.cli.screen import is_table, screen
from ogive.cli.unknowns import as_csv, read_unknowns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ogive.fitting import Fit, Unknowns

__all__ = ["fit"]

FILES = ("report.md", "report.html", "fit.json", "table.csv", "curve.png", "curve.svg", "unknowns.csv")
"""What is written into a folder."""


@click.command("fit", cls=Command, short_help="Fit a curve to two columns of a CSV file.")
@click.argument("file", type=READS, metavar="FILE")
@click.option("--x", "x", required=True, metavar="NAME", help="The column of points, such as doses or times.")
@click.option("--y", "y", required=True, metavar="NAME", help="The column of responses (of counts, with --trials).")
@click.option("-m", "--model", default="log-logistic-4", show_default=True, metavar="NAME", help="The curve to fit.")
@click.option("--formula", metavar="TEXT", help="A formula in x instead, such as 'a*(1-exp(-b*x))'; needs --start.")
@click.option(
    "--by", metavar="NAME", help="The column of groups (for screens: columns, with commas): each has its own curve."
)
@click.option("--share", multiple=True, metavar="PARAMETER", help="A parameter that all groups have in common.")
@click.option(
    "--within", metavar="NAMES", help="For screens: the columns of --by whose curves share (by default all curves)."
)
@click.option("--trials", metavar="NAME", help="A column of numbers of trials; --y then counts successes.")
@click.option("--sd", metavar="NAME", help="A column of standard deviations of the responses.")
@click.option("--fix", multiple=True, metavar="PARAMETER=VALUE", help="A parameter to hold.")
@click.option(
    "--bound", multiple=True, metavar="PARAMETER=LOW:HIGH", help="Limits of a parameter; either may be empty."
)
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
@click.option("--ec", metavar="PERCENTS", help="For screens: doses wanted, in percent of the full effect: 10,50,90.")
@click.option("--keep", metavar="NAMES", help="For screens: more columns to carry along, such as the plate.")
@click.option("--threads", type=int, metavar="N", help="For screens: how many threads; by default all processors.")
@click.option(
    "--page",
    type=Writes("a page"),
    metavar="FILE.html",
    help="For screens: a page with counts, volcano, midpoints and a gallery.",
)
@click.option("--plate", metavar="NAME", help="For screens: the column by which the page compares quality.")
@click.option("--restart", is_flag=True, help="For screens: throw away what an interrupted run has done.")
@click.option(
    "-o", "--output", type=Writes("a folder, .parquet or .csv", tables=(".parquet", ".csv"), inside=FILES),
    metavar="PATH",
    help="A folder for report, table, picture and JSON; or a .parquet or .csv file for a row a curve.",
)  # fmt: skip
def fit(file: str, x: str, y: str, output: str | None, form: str, **options: Any) -> int:
    """Fit a curve and report what is known about it.

    `ogive fit plate.csv --x dose --y response --model log-logistic-4 --by drug -o results` prints the report and
    writes `report.md`, `report.html`, `table.csv`, `fit.json`, `curve.png` and `curve.svg` into `results`. With
    `--unknowns samples.csv` the samples are read from the curve, printed after the report and written as
    `unknowns.csv`. The names of models are in the manual (docs/choose-a-curve.md); `-` reads standard input. The
    exit status is 1 where the data allow no fit.

    `ogive fit screen.parquet --x dose --y response --by drug,cell -o fits.parquet` fits every curve of a table of any
    size and writes a row for each; interrupted, the same command goes on where it stopped.
    """
    if is_table(output):
        return _screen(file, x, y, str(output), options)
    if options["within"]:
        raise click.UsageError("--within is for screens; in a single fit --share holds for all groups of --by.")
    table = _read(file)
    try:
        fitted = _fitted(table, x, y, options)
        by = options["by"]
        samples = read_unknowns(fitted, _read(options["unknowns"]), y, by) if options["unknowns"] else []
    except (ValueError, KeyError) as error:
        # the message of a KeyError is quoted by Python
        raise click.UsageError(str(error.args[0]) if error.args else str(error)) from None
    if output:  # first, since whoever reads what is printed may leave early
        _write(fitted, Path(output))
        if samples:
            write_whole(Path(output) / "unknowns.csv", as_csv(samples, by).encode())
    _print(fitted, form, samples)
    return 0 if fitted.status.estimated and not fitted.solution.trouble else 1


def _screen(file: str, x: str, y: str, output: str, options: dict[str, Any]) -> int:
    """Hand a table file to the screen, with the options that make sense there."""
    refused = [name for name in ("formula", "start", "unknowns") if options[name]]
    refused += [name for name, usual in (("loss", "squares"),) if options[name] != usual]
    if refused:
        raise click.UsageError(f"--{refused[0]} is for single fits; leave it out, or write into a folder.")
    try:
        asked = {
            "x": x, "y": y, "model": options["model"], "sd": options["sd"],
            "trials": options["trials"], "likelihood": options["likelihood"], "by": _names(options["by"]),
            "keep": _names(options["keep"]), "ec": [_number(part, "--ec") for part in _names(options["ec"])],
            "share": list(options["share"]), "within": _names(options["within"]),
            "fixed": _numbers(options["fix"], "--fix"),
            "bounds": {name: _limits(text) for name, text in _pairs(options["bound"], "--bound")},
            "threads": options["threads"], "restart": options["restart"], "page": options["page"],
            "plate": options["plate"],
        }  # fmt: skip
        return screen(file, output, asked)
    except (ValueError, KeyError) as error:
        raise click.UsageError(str(error.args[0]) if error.args else str(error)) from None


def _names(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _read(file: str) -> dict[str, list[str]]:
    """Read a CSV file into columns of text; comment lines with # are passed over."""
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(line for line in text.splitlines() if line.strip() and not line.startswith("#")))
    if len(rows) < 2:
        raise click.UsageError(f"{file} holds no table: a header and at least one row are needed.")
    header = [name.strip() for name in rows[0]]
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(header):
            raise click.UsageError(f"row {number} has {len(row)} cells, but the header names {len(header)} columns.")
    return {name: [row[k].strip() for row in rows[1:]] for k, name in enumerate(header)}


def _fitted(table: dict[str, list[str]], x: str, y: str, options: dict[str, Any]) -> Fit:
    from ogive.fitting import fit as fit_curve
    from ogive.models import Model, models

    model = Model.from_formula(options["formula"]) if options["formula"] else models[options["model"]]
    given = {"by": options["by"], "trials": options["trials"], "sd": options["sd"], "errors": options["errors"]}
    return fit_curve(
        model,
        x,
        y,
        data=table,
        share=list(options["share"]),
        likelihood=options["likelihood"],
        loss=options["loss"],
        fixed=_numbers(options["fix"], "--fix"),
        start=_numbers(options["start"], "--start"),
        bounds={name: _limits(text) for name, text in _pairs(options["bound"], "--bound")},
        **{key: value for key, value in given.items() if value is not None},
    )


def _print(fitted: Fit, form: str, samples: Sequence[tuple[str, Unknowns]]) -> None:
    """Print the fit, and after it the samples that were read from it; as JSON, in one object."""
    if form == "json":
        text = fitted.to_json()
        if samples:
            columns = {group: _plain_columns(found) for group, found in samples}
            record = {
                **json.loads(text),
                "unknowns": columns if len(fitted.groups) > 1 else next(iter(columns.values())),
            }
            text = json_text(record)
        click.echo(text)
        return
    click.echo(fitted.report(form), nl=False)
    for group, found in samples:
        click.echo(f"\nunknowns{f' of {shown(group)}' if group else ''}\n{found}")


def _plain_columns(found: Unknowns) -> dict[str, list[str | float]]:
    """Return the table of samples as JSON knows it; infinities and nan are text there."""
    return {
        name: [str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell for cell in column]
        for name, column in found.columns().items()
    }


def _pairs(texts: Iterable[str], option: str) -> list[tuple[str, str]]:
    pairs = []
    for text in texts:
        name, equals, value = text.rpartition("=")
        if not equals or not name:
            raise click.UsageError(f"{option} wants PARAMETER=VALUE, not {text!r}.")
        pairs.append((name.strip(), value.strip()))
    return pairs


def _numbers(texts: Iterable[str], option: str) -> dict[str, float]:
    return {name: _number(value, option) for name, value in _pairs(texts, option)}


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(f"{option} wants a number, not {text!r}.") from None


def _limits(text: str) -> tuple[float, float]:
    low, colon, high = text.partition(":")
    if not colon:
        raise click.UsageError(f"--bound wants LOW:HIGH, not {text!r}.")
    return (
        _number(low, "--bound") if low else float("-inf"),
        _number(high, "--bound") if high else float("inf"),
    )


def _write(fitted: Fit, folder: Path) -> None:
    """Write everything there is to have of a fit."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "report.md", fitted.report("markdown").encode())
    write_whole(folder / "report.html", _page(fitted).encode())
    write_whole(folder / "fit.json", (fitted.to_json() + "\n").encode())
    write_whole(folder / "table.csv", _table(fitted).encode())
    if not fitted.solution.trouble:
        from ogive.plots import save_figure

        axes = fitted.plot()
        for kind in ("png", "svg"):
            save_figure(axes[0], folder / f"curve.{kind}")
    click.echo(f"wrote {shown(str(folder))}", err=True)


def _page(fitted: Fit) -> str:
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
    shown = '<img src="curve.svg" alt="the fitted curve and its slope" width="640">\n'
    picture = "" if fitted.solution.trouble else shown
    return f"{head}\n{title}\n<style>{style}</style>\n{fitted.report('html')}{picture}</html>\n"


def _table(fitted: Fit) -> str:
    return csv_text(fitted.to_table())
