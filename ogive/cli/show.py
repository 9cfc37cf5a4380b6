"""``ogive explain``, ``properties``, ``plot`` and ``shapes``: what is known of a shape, as text or picture."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

import ogive
from ogive._files import replaced, write_whole
from ogive._sinks import json_text, shown
from ogive.cli.house import SHAPE, NumberType, good, own_shape, warn
from ogive.cli.paths import READS, Command, Writes
from ogive.cli.sheet import as_data, as_list, as_text
from ogive.shapes import shapes as table

if TYPE_CHECKING:
    from ogive.shapes import Shape

__all__ = ["check", "explain", "plot", "properties", "shapes"]

PICTURES = ("png", "svg", "pdf")
FORMATS = ("text", "markdown", "latex", "html", "json", "rocq")


def _write(text: str, output: str | None) -> None:
    if output:
        write_whole(output, text.rstrip("\n") + "\n")
    else:
        click.echo(text.rstrip("\n"))


@click.command(cls=Command, short_help="Derive the slope of a shape line by line.")
@click.argument("function", metavar="SHAPE | FORMULA")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "-d", "--detail", type=click.IntRange(0, 4), default=2, show_default=True,
    help="0 the answer, 1 the headlines, 2 as in a textbook, 3 every rule, 4 every move of arithmetic.",
)  # fmt: skip
@click.option("--var", metavar="NAME", help="The variable, where several symbols could be meant.")
@click.option("--order", type=click.IntRange(1, 20), default=1, show_default=True, help="How often to differentiate.")
@click.option("--target", metavar="FORMULA", help="The form that the derivative should end in, such as 'a*(1-a)'.")
@click.option("--route", metavar="NAME", help="Which way to go; a wrong name lists the routes.")
@click.option(
    "-o", "--output", type=Writes("text"), metavar="FILE", help="Write to a file instead of standard output."
)
def explain(function: str, form: str, detail: int, output: str | None, **question: Any) -> int:
    """Derive the slope of a shape or of a formula line by line, each line with its rule and its proof.

    `ogive explain sigmoid` ends in a(1 - a); `ogive explain "x^2 * e^x"` takes what people type, and nothing
    that is typed is ever evaluated. The exit status is 3 where a line has no proof; that line is marked.
    """
    subject = _function(function)
    try:
        derivation = ogive.explain(subject, detail=detail, **question)
    except ValueError as error:  # the text, the question, or the target cannot be made sense of
        raise click.UsageError(str(error)) from None
    try:
        text = str(derivation) if form == "text" else str(getattr(derivation, f"to_{form}")())
    except ValueError as error:  # what Rocq's libraries cannot state
        raise click.UsageError(str(error)) from None
    _write(text, output)
    return 0 if derivation.proven else _EXIT["not proven"]


def _function(text: str) -> Shape | str:
    """Return the shape of that name, or one's own, or the text; a single word that is none is a misspelt shape."""
    try:
        own = own_shape(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if own is not None:
        return own
    if text in table or not (text.isidentifier() and len(text) > 1):
        return table.get(text, text)
    return table[text]


@click.command(cls=Command, short_help="State what holds for a shape or its slope, and why.")
@click.argument("function", metavar="SHAPE | FORMULA")
@click.option(
    "--of",
    type=click.Choice(["value", "derivative"]),
    default="value",
    show_default=True,
    help="Whether the function itself is meant or its slope.",
)
@click.option("--var", metavar="NAME", help="The variable, where several symbols could be meant.")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html", "json"]),
    default="text",
    show_default=True,
)
@click.option(
    "-o", "--output", type=Writes("text"), metavar="FILE", help="Write to a file instead of standard output."
)
def properties(function: str, form: str, output: str | None, **question: Any) -> None:
    """State what holds for a shape, a formula, or the slope of one: range, symmetry, limits and more.

    Each property comes with the reason why, and is confirmed by a checker of its own; what it does not confirm is
    called not proven, and what was not found is called unknown.
    """
    subject = _function(function)
    try:
        sheet = ogive.properties(subject, **question)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    _write(str(getattr(sheet, f"to_{form}")()), output)


@click.command(cls=Command, short_help="Check a derivation or a sheet that was saved as JSON.")
@click.argument("file", type=READS)
@click.option("--json", "as_json", is_flag=True, help="For programs to read.")
def check(file: str, as_json: bool) -> int:
    """Check what `ogive explain --format json` or `ogive properties --format json` wrote, trusting nothing in it.

    Exit status: 0 proven; 1 false, since a value refutes it; 3 not proven; 2 it cannot be read.
    """
    from ogive.explaining import check as check_text
    from ogive.expressions import to_text

    with click.open_file(file, encoding="utf-8", errors="replace") as stream:
        text = stream.read()
    try:
        verdict = check_text(text)
    except ValueError as error:
        raise click.UsageError(f"{file}: {error}") from None
    if as_json:
        record = {
            "file": file,
            "status": verdict.status,
            "conditions": [to_text(condition) for condition in verdict.conditions],
            "problems": list(verdict.problems),
        }
        click.echo(json_text(record, indent=None))
    else:
        told = shown(str(verdict), keep="\n")
        click.echo(f"{(good if verdict.ok else warn)('✓' if verdict.ok else '✗')} {shown(file)} {told}")
    return _EXIT[verdict.status]


_EXIT: Final = {"proven": 0, "false": 1, "not proven": 3}


@click.command(cls=Command, short_help="Draw shapes and their slopes.")
@click.argument("shapes", type=SHAPE, nargs=-1, required=True, metavar="SHAPE...")
@click.option(
    "-o",
    "--output",
    type=Writes("a picture"),
    metavar="FILE",
    help="The picture: .png, .svg or .pdf. [default: SHAPE.png]",
)
@click.option(
    "--span", type=NumberType(), nargs=2, default=(-6.0, 6.0), show_default=True, help="First and last argument."
)
@click.option("--slope/--no-slope", default=True, show_default=True, help="Draw the slopes too.")
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
def plot(shapes: tuple[Shape, ...], output: str | None, span: tuple[float, float], slope: bool, theme: Any) -> None:
    """Draw a shape and its slope, or compare up to six: their curves above, their slopes below."""
    path = Path(output or f"{shapes[0].name}.png")
    kind = path.suffix.lstrip(".").lower()
    if kind not in PICTURES:
        raise click.UsageError(f"{path}: a picture is {', '.join(f'.{name}' for name in PICTURES)}.")
    if not (all(map(math.isfinite, span)) and span[0] < span[1]):
        raise click.UsageError("--span takes two finite numbers, the smaller first.")
    from ogive.plots import save_figure

    try:
        axes = ogive.plot(*shapes, span=span, slope=slope, theme=theme)
    except ValueError as error:  # more shapes than a picture holds
        raise click.UsageError(f"{error}.") from None
    with replaced(path) as stream:
        save_figure(axes, stream, format=kind)
    click.echo(shown(str(path)))


@click.command("shapes", cls=Command, short_help="List the shapes, or all about one of them.")
@click.argument("name", type=SHAPE, required=False, metavar="[SHAPE]")
@click.option("--json", "as_json", is_flag=True, help="For programs to read.")
def shapes(name: Shape | None, as_json: bool) -> None:
    """List the shapes, or everything that is known about one of them."""
    if as_json:
        rows = [as_data(shape) for shape in ([name] if name else table.values())]
        click.echo(json.dumps(rows[0] if name else rows, indent=2, ensure_ascii=False))
    else:
        click.echo(as_text(name) if name else as_list())
