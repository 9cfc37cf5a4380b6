"""``ogive eval``: a shape and its slope at numbers from the command line, or at a column of a table."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
import numpy as np

from ogive._files import replaced
from ogive._sinks import shown
from ogive.cli.csv_stream import Request, add_columns, as_text
from ogive.cli.house import SHAPE, warn
from ogive.cli.paths import READS, Command, Writes
from ogive.cli.reading import about_reading, reading_options
from ogive.tables import TableError, read_file
from ogive.tables.files import kind_of
from ogive.tables.numbers import parse_number

if TYPE_CHECKING:
    from ogive.shapes import Shape

__all__ = ["evaluate"]

MOST_REPORTS = 20
"""So many bad cells are reported one by one, and the others counted: a wrong column would fill the screen."""


@click.command("eval", cls=Command, short_help="Compute a shape and its slope, at numbers or for a CSV file.")
@click.argument("shape", type=SHAPE)
@click.argument("inputs", type=READS, nargs=-1, required=True, metavar="NUMBER... | FILE")
@click.option("-c", "--column", metavar="NAME", help="The column of arguments: its name, or its number from 1.")
@click.option(
    "-o", "--output", type=Writes("text", tables=(".csv", ".tsv", ".tab")), metavar="FILE",
    help="Write the table here instead of to standard output.",
)  # fmt: skip
@click.option("--names", nargs=2, default=("value", "slope"), metavar="VALUE SLOPE", help="Names of the new columns.")
@reading_options
@click.option("--header/--no-header", default=None, help="Whether the first row names the columns.")
@click.option(
    "--dtype", type=click.Choice(["float16", "float32", "float64"]),
    help="The format that numbers on the command line are computed in; float64 if not given.",
)  # fmt: skip
def evaluate(
    shape: Shape,
    inputs: tuple[str, ...],
    column: str | None,
    output: str | None,
    names: tuple[str, str],
    header: bool | None,
    dtype: str | None,
    **options: Any,
) -> int:
    """Compute a shape and its slope.

    At numbers: `ogive eval sigmoid -1 0 2.5` prints a line for each.

    For a table: `ogive eval sigmoid data.csv --column x -o out.csv` adds the columns `value` and `slope` and leaves
    every other byte as it is; `-` reads standard input. The file may be larger than memory, compressed by gzip or
    zstd, and in any encoding; of a Parquet or Arrow file or a workbook the cells are written as comma-separated text.
    A cell that is no number is reported with its row and column on standard error, its new cells stay empty, and the
    exit status is 1. Rows are counted as a spreadsheet counts them, the header being row 1.
    """
    numbers = _as_numbers(inputs)
    if numbers is None:
        if dtype is not None:
            raise click.UsageError("--dtype is for numbers on the command line; tables are computed in float64.")
        try:
            reading = about_reading(options)
            return _add_columns(inputs[0], output, Request(shape, column, names, header, reading))
        except TableError as error:
            raise click.UsageError(f"{error}.") from None
    given = [name for name in ("column", "output", "header") if click.get_current_context().params[name] is not None]
    given += [name for name, value in options.items() if value]
    if given or names != ("value", "slope"):
        words = ", ".join(f"--{name}" for name in given or ["names"])
        raise click.UsageError(f"{words} are for tables, not for numbers.")
    _print_numbers(shape, numbers, dtype or "float64")
    return 0


def _as_numbers(inputs: tuple[str, ...]) -> list[float] | None:
    """Return the numbers, or None if the one input is a table."""
    try:
        return [parse_number(text) for text in inputs]
    except ValueError:
        pass
    if len(inputs) == 1 and (inputs[0] == "-" or Path(inputs[0]).exists()):
        return None
    stray = next(text for text in inputs if not _is_number(text))
    if len(inputs) > 1 and (stray == "-" or Path(stray).exists()):
        raise click.UsageError(f"give one file or any number of numbers; {stray!r} came with {len(inputs) - 1} more.")
    raise click.UsageError(f"{stray!r} is neither a number nor a file that exists.")


def _is_number(text: str) -> bool:
    try:
        parse_number(text)
    except ValueError:
        return False
    return True


# ---- Numbers ---------------------------------------------------------------------------------------------------


def _print_numbers(shape: Shape, numbers: list[float], dtype: str) -> None:
    with np.errstate(over="ignore"):  # a number beyond the format is its infinity
        x = np.array(numbers).astype(dtype)
    rows = [("x", "value", "slope")]
    rows += [(str(a), str(b), str(c)) for a, b, c in zip(x, shape(x), shape.derivative(x), strict=True)]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    for index, row in enumerate(rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.echo(click.style(line, dim=True) if index == 0 else line)


# ---- Tables ----------------------------------------------------------------------------------------------------


def _add_columns(source: str, output: str | None, request: Request) -> int:
    report = _Report(source)
    with ExitStack() as stack:
        reader = _opened(source, request, stack)
        sink: BinaryIO = stack.enter_context(replaced(output)) if output else sys.stdout.buffer
        rows, faults = add_columns(reader, sink, request, report, name=report.name)
        sink.flush()
    report.finish(rows, faults)
    return 1 if faults else 0


def _opened(source: str, request: Request, stack: ExitStack) -> BinaryIO:
    """Open a table as text; what is no text is read as a whole."""
    if source == "-":
        return sys.stdin.buffer
    if kind_of(Path(source)) == "text":
        return stack.enter_context(Path(source).open("rb"))
    table = read_file(source, request.reading)
    if not request.named:
        raise TableError(f"--no-header is about text, and {source} is read as {table.found.said()}")
    return as_text(table.names, table.columns)


class _Report:
    """Bad cells on standard error: the first ones in full, the others counted."""

    def __init__(self, source: str) -> None:
        self.name = "standard input" if source == "-" else shown(source)
        self.count = 0

    def __call__(self, sentence: str) -> None:
        self.count += 1
        if self.count <= MOST_REPORTS:
            click.echo(f"{warn(self.name)}: {shown(sentence)}", err=True)

    def finish(self, rows: int, faults: int) -> None:
        """Say how many there were in all."""
        if faults > MOST_REPORTS:
            click.echo(f"... and {faults - MOST_REPORTS} more", err=True)
        if faults:
            click.echo(f"{faults} of {rows} rows have no value and slope", err=True)
