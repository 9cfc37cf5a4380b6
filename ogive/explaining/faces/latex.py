"""A derivation as LaTeX: an aligned display, alone or in a document that compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ogive.explaining.faces.lines import first_line, lines_of, where, written
from ogive.expressions import to_latex

if TYPE_CHECKING:
    from ogive.explaining.records.derivation import Derivation
    from ogive.expressions.tree import Node

__all__ = ["aligned_of", "latex_of"]

_DOCUMENT: Final = r"""\documentclass{article}
\usepackage{amsmath}
\usepackage[landscape,margin=15mm]{geometry}
\allowdisplaybreaks
\begin{document}
%s
\end{document}
"""
_SIGNS: Final = {"=": "=", "⇒": r"\Rightarrow"}
_SPECIAL: Final = str.maketrans(
    {"\\": r"\textbackslash{}", **{mark: f"\\{mark}" for mark in "&%$#_{}"}, "~": r"\textasciitilde{}"}
)


def latex_of(derivation: Derivation, *, document: bool) -> str:
    """Write a derivation as LaTeX; amsmath is all it needs."""
    rows = " \\\\\n".join(_rows(derivation))
    body = f"\\begin{{align*}}\n{rows}\n\\end{{align*}}"
    return _DOCUMENT % body if document else body + "\n"


def aligned_of(derivation: Derivation) -> str:
    """Write the lines as one ``aligned`` environment, for notebooks."""
    rows = " \\\\ ".join(_rows(derivation))
    return f"\\begin{{aligned}} {rows} \\end{{aligned}}"


def _rows(derivation: Derivation) -> list[str]:
    def write(tree: Node) -> str:
        return f"${to_latex(tree, derivation.functions)}$"

    rows = [f"&\\phantom{{={{}}}} {to_latex(first_line(derivation), derivation.functions)}"]
    for line in lines_of(derivation):
        why = written(line.reason, write, lambda text: text.translate(_SPECIAL))
        formula = to_latex(line.tree, derivation.functions)
        rows.append(f"&{_SIGNS[line.sign]} {formula} && \\text{{{why}}}")
    if derivation.conditions:
        rows.append(f"&\\phantom{{={{}}}} \\text{{{written(where(derivation), write)}}}")
    return rows
