"""A derivation as Markdown: a list of lines, each a LaTeX formula with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive.explaining.faces.lines import first_line, lines_of, where, written
from ogive.expressions import to_latex

if TYPE_CHECKING:
    from ogive.explaining.records.derivation import Derivation
    from ogive.expressions.tree import Node

__all__ = ["markdown_of"]

_SIGNS = {"=": "=", "⇒": r"\Rightarrow"}


def markdown_of(derivation: Derivation) -> str:
    """Write a derivation as Markdown with ``$...$`` formulas."""

    def write(tree: Node) -> str:
        return f"${to_latex(tree, derivation.functions)}$"

    def row(formula: str, why: str) -> str:
        return f"1. {formula}  \n   {why}"

    lines = [f"{write(first_line(derivation))}", ""]
    for line in lines_of(derivation):
        formula = f"$\\displaystyle {_SIGNS[line.sign]} {to_latex(line.tree, derivation.functions)}$"
        lines.append(row(formula, written(line.reason, write, _escaped)))
    if derivation.conditions:
        lines += ["", written(where(derivation), write, _escaped)]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("*", r"\*").replace("_", r"\_").replace("|", r"\|")
