"""``ogive tour``: the main job."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from ogive._sinks import shown
from ogive.cli.house import MINUS, TextBase, good, parse_number
from ogive.cli.paths import Command, Writes
from ogive.shapes import shapes

__all__ = ["tour"]


class _Exactly(TextBase):
    """A finite decimal number, kept as text so that 0.1 means one tenth."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the text, and give it back with a plain hyphen."""
        from ogive.tour.story import FARTHEST

        text = str(value).replace(MINUS, "-")
        try:
            parse_number(text)
            far = abs(Fraction(text)) > FARTHEST
        except ValueError:
            self.fail(f"{value!r} is not a finite decimal number.", param, ctx)
        if far:
            self.fail(f"{value} lies beyond {FARTHEST}, where the slope has thousands of zeros.", param, ctx)
        return text


@click.command(cls=Command, short_help="Tell the whole story of the sigmoid's slope, in a folder.")
@click.option(
    "--out", type=Writes("a folder"), default="ogive-tour", show_default=True, metavar="DIR", help="Where to write."
)
@click.option("--at", "also_at", type=_Exactly(), multiple=True, help="One more worked example; may be repeated.")
def tour(out: str, also_at: tuple[str, ...]) -> None:
    """Derive the slope of the sigmoid, prove it, tabulate it, draw it, and show where floating point loses it.

    Everything is written into a folder: a page to open in any browser (index.html, which needs no network), the same
    as Markdown, the pictures, and the data as CSV. Only files of its own names are replaced.
    """
    from ogive.tour import write_tour

    def report(title: str, result: str) -> None:
        click.echo(f"{good('✓')} {title:12s} {result}")

    shape = next(iter(shapes.values()))
    click.echo(f"The slope of the {shape.title}")
    paths = write_tour(shape, out, also_at=also_at, report=report)
    click.echo(f"\nopen {shown(str(Path(paths[-1])))}")
