"""Boxes as presentational MathML, which browsers draw and screen readers read without any script or font."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

from ogive.expressions import layout as boxes
from ogive.expressions.functions import ELEMENTARY, Functions
from ogive.expressions.tree import Node, Path

__all__ = ["to_mathml"]

Identify: TypeAlias = Callable[[Path], str]

_TAGS: Final = {"number": "mn", "symbol": "mi", "constant": "mi", "function": "mi", "text": "mtext"}


def to_mathml(tree: Node, functions: Functions = ELEMENTARY, *, identify: Identify | None = None) -> str:
    """Write a tree as a ``<math>`` element.

    Parameters
    ----------
    identify
        Gives the ``data-id`` of the term at a path; the empty string leaves it without one. Terms of the same
        ``data-id`` light up together on a page.
    """
    return f"<math>{_spell(boxes.layout(tree, functions), identify or _anonymous)}</math>"


def _anonymous(_: Path) -> str:
    return ""


def _spell(box: boxes.Box, identify: Identify) -> str:
    if isinstance(box, boxes.Mark):
        return f"<mo>{escape(box.text)}</mo>"
    identity = identify(box.path) if box.path is not None else ""
    attribute = f' data-id="{escape(identity)}"' if identity else ""
    tag, inside = _element(box, identify)
    return f"<{tag}{attribute}>{inside}</{tag.split()[0]}>"


def _element(box: boxes.Box, identify: Identify) -> tuple[str, str]:
    """Return the tag of a box and what stands inside it."""
    match box:
        case boxes.Word(kind, text):
            upright = ' mathvariant="normal"' if kind == "constant" and text == "e" else ""
            return _TAGS[kind] + upright, escape(text)
        case boxes.Row(parts):
            return "mrow", "".join(_spell(part, identify) for part in parts)
        case boxes.Fraction(top, bottom):
            return "mfrac", _spell(top, identify) + _spell(bottom, identify)
        case boxes.Root(body):
            return "msqrt", _spell(body, identify)
        case boxes.Fence(opening, body, closing):
            fence = '<mo fence="true">{}</mo>'
            return "mrow", fence.format(opening) + _spell(body, identify) + fence.format(closing)
        case boxes.Scripts():
            return _scripts(box, identify)
        case boxes.Cases(rows):
            return "mrow", '<mo fence="true">{</mo>' + _table(rows, identify)
    raise TypeError(f"not a box: {box!r}")


def _scripts(box: boxes.Scripts, identify: Identify) -> tuple[str, str]:
    parts = [part for part in (box.base, box.below, box.above) if part is not None]
    limit = isinstance(box.base, boxes.Word) and box.base.text == "lim"
    tag = "munder" if limit else "msubsup" if len(parts) == 3 else "msup" if box.below is None else "msub"
    return tag, "".join(_spell(part, identify) for part in parts)


def _table(rows: tuple[tuple[boxes.Box, boxes.Box], ...], identify: Identify) -> str:
    lines = []
    for value, condition in rows:
        word = "" if isinstance(condition, boxes.Word) else "<mtext>if </mtext>"
        cells = f"<mtd>{_spell(value, identify)}</mtd><mtd>{word}{_spell(condition, identify)}</mtd>"
        lines.append(f"<mtr>{cells}</mtr>")
    return f"<mtable>{''.join(lines)}</mtable>"
