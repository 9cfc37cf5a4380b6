"""Boxes as LaTeX: only amsmath is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ogive.expressions import layout as boxes
from ogive.expressions.functions import ELEMENTARY, Functions

if TYPE_CHECKING:
    from ogive.expressions.tree import Node

__all__ = ["to_latex"]

_MARKS: Final = {"−": "-", "·": r" \cdot ", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "→": r"\to ", "′": "'", ",": ", "}
_TIGHT: Final = frozenset("·→,′")


def to_latex(tree: Node, functions: Functions = ELEMENTARY) -> str:
    r"""Write a tree as LaTeX for mathematics mode: ``\\frac{1}{1 + e^{-z}}``."""
    return _spell(boxes.layout(tree, functions))


def _spell(box: boxes.Box) -> str:
    match box:
        case boxes.Word(kind, text, latex):
            return latex or _word(kind, text)
        case boxes.Mark(text):
            return "'" * len(text) if text.startswith("′") else _MARKS.get(text, text)
        case boxes.Row(parts):
            return _row(parts)
        case boxes.Fraction(top, bottom):
            return f"\\frac{{{_spell(top)}}}{{{_spell(bottom)}}}"
        case boxes.Scripts(base, above, below):
            return _spell(base) + _script("_", below) + _script("^", above)
        case boxes.Root(body):
            return f"\\sqrt{{{_spell(body)}}}"
        case boxes.Fence(opening, body, closing):
            return f"\\left{opening}{_spell(body)}\\right{closing}"
        case boxes.Cases(rows):
            inside = r" \\ ".join(f"{_spell(value)} & {_condition(condition)}" for value, condition in rows)
            return f"\\begin{{cases}} {inside} \\end{{cases}}"


def _word(kind: str, text: str) -> str:
    if kind == "number" or len(text) == 1:
        return text if kind != "text" else f"\\mathrm{{{text}}}"
    return f"\\mathrm{{{text}}}"


def _condition(box: boxes.Box) -> str:
    return f"\\text{{{box.text}}}" if isinstance(box, boxes.Word) else f"\\text{{if }} {_spell(box)}"


def _script(sign: str, box: boxes.Box | None) -> str:
    if box is None:
        return ""
    return _spell(box) if isinstance(box, boxes.Mark) else f"{sign}{{{_spell(box)}}}"


def _row(parts: tuple[boxes.Box, ...]) -> str:
    """Join parts with the spaces that a person would type; a command never runs into the letter after it."""
    text = ""
    for at, part in enumerate(parts):
        spelt = _spell(part)
        if isinstance(part, boxes.Mark) and at and part.text[0] not in _TIGHT:
            text += f" {spelt} "
        else:
            text += (" " if _runs_together(text, spelt) else "") + spelt
    return text


def _runs_together(left: str, right: str) -> bool:
    word = left.rpartition("\\")[2]
    return bool(word) and "\\" in left and word.isalpha() and right[:1].isalpha()
