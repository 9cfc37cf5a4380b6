"""``ogive eval``: a shape and its slope at numbers from the command line, or at a column of a table."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
import numpy as np

from ogive._files import replaced
from ogive._sinks import shown
from ogive.cli.csv_stream import CsvError, Request, add_columns
from ogive.cli.house import SHAPE, parse_number, warn
from ogive.cli.paths import READS, Command, Writes

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
@click.option(
    "--delimiter", metavar="CHAR", help="What stands between cells; found out from the header if not given."
)
@click.option("--header/--no-header", default=None, help="Whether the first row names the columns.")
@click.option(
    "--dtype", type=click.Choice(["float16", "float32", "float64"]), default="float64", show_default=True,
    help="The format that numbers on the command line are computed in.",
)  # fmt: skip
def evaluate(
    shape: Shape,
    inputs: tuple[str, ...],
    column: str | None,
    output: str | None,
    names: tuple[str, str],
    delimiter: str | None,
    header: bool | None,
    dtype: str,
) -> int:
    """Compute a shape and its slope.

    At numbers: `ogive eval sigmoid -1 0 2.5` prints a line for each.

    For a table: `ogive eval sigmoid data.csv --column x -o out.csv` adds the columns `value` and `slope` and leaves
    every other byte as it is; `-` reads standard input. The file may be larger than memory. A cell that is no number
    is reported with its row and column on standard error, its new cells stay empty, and the exit status is 1. Rows
    are counted as a spreadsheet counts them, the header being row 1.
    """
    numbers = _as_numbers(inputs)
    if numbers is None:
        request = Request(shape, column, names, _single(delimiter), header)
        return _add_columns(inputs[0], output, request)
    if column or output or delimiter or header is not None:
        raise click.UsageError("--column, --output, --delimiter and --header are for tables, not for numbers.")
    _print_numbers(shape, numbers, dtype)
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


def _single(delimiter: str | None) -> str | None:
    if delimiter is None:
        return None
    character = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if len(character.encode()) != 1 or character in '"\r\n':
        raise click.UsageError(f"the delimiter must be one ASCII character or 'tab', not {delimiter!r}.")
    return character


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
        reader: BinaryIO = sys.stdin.buffer if source == "-" else stack.enter_context(Path(source).open("rb"))
        sink: BinaryIO = stack.enter_context(replaced(output)) if output else sys.stdout.buffer
        try:
            rows, faults = add_columns(reader, sink, request, report)
        except CsvError as error:
            raise click.UsageError(f"{report.name}: {error}.") from None
        sink.flush()
    report.finish(rows, faults)
    return 1 if faults else 0


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
