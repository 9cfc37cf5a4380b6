"""What the tour tells, gathered before it is written: worked examples, losses, pictures, tables of numbers."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.expressions import differentiate, parse
from ogive.expressions.digits import digits
from ogive.plots import new_axes, plot, plot_precision, save_figure, theme_named
from ogive.precision import FORMATS, Loss, slope_loss

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ogive.plots.style import ThemeName
    from ogive.shapes import Shape

__all__ = ["COUNT", "FARTHEST", "Example", "curve_table", "examples", "losses", "picture", "table_of"]

COUNT = 15
"""Significant digits of the worked examples."""

FARTHEST = 10**4
"""No example lies farther out: its slope has more than 4,300 zeros after the point."""

USUAL = (-3, -2, -1, 0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Example:
    """The value and the slope at one argument, as decimal text with guaranteed digits."""

    z: str
    value: str
    slope: str


def examples(shape: Shape, also_at: Iterable[str] = ()) -> list[Example]:
    """Work out the usual examples and those at other arguments, in ascending order.

    Parameters
    ----------
    shape
        Whose value and slope are wanted.
    also_at
        Further arguments as decimal text, which is taken exactly: 0.1 means one tenth.
    """
    texts = {Fraction(text): text for text in also_at} | {Fraction(z): str(z) for z in USUAL}
    value = parse(shape.formula)
    slope = differentiate(value, "z")
    return [
        Example(texts[z], digits(value, {"z": z}, count=COUNT), digits(slope, {"z": z}, count=COUNT))
        for z in sorted(texts)
    ]


def losses(shape: Shape) -> list[Loss]:
    """Find where the slope computed from the value dies, in every format."""
    return [slope_loss(shape, dtype) for dtype in FORMATS]


# ---- Files -----------------------------------------------------------------------------------------------------


NARROW = (4.3, 3.9)
"""Inches of a picture for telephones, on which the letters of the wide one would be too small to read."""


def picture(shape: Shape, what: str, theme: ThemeName, form: str, *, narrow: bool = False) -> bytes:
    """Draw one of the two pictures, ``"curve"`` or ``"precision"``, and return it as a file's content."""
    axes = new_axes(theme_named(theme), size=NARROW) if narrow else new_axes(theme_named(theme))
    axes = plot(shape, ax=axes, theme=theme) if what == "curve" else plot_precision(shape, ax=axes, theme=theme)
    content = io.BytesIO()
    save_figure(axes, content, format=form)
    return content.getvalue()


def table_of(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Write a table as comma-separated values."""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return content.getvalue()


def curve_table(shape: Shape) -> str:
    """Tabulate the curve and its slope, as drawn and far into both tails."""
    z = np.concatenate([np.arange(-750, -10, 10), np.linspace(-10, 10, 401), np.arange(20, 760, 10)])
    return table_of(
        ("z", "value", "slope"), zip(z.tolist(), shape(z).tolist(), shape.derivative(z).tolist(), strict=True)
    )
