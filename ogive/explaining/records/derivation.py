"""A finished derivation: what was asked, every step, and all the ways to show it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.checking.kernel import Verdict, check_derivation
from ogive.explaining.moves.words import introduced
from ogive.explaining.records.steps import Step, visible
from ogive.expressions import ExpressionError, Functions, Limits, parse, to_text
from ogive.expressions.tree import Derivative, Node, Symbol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OWN_LIMITS", "Derivation", "checked_detail"]

OWN_LIMITS: Final = Limits(length=1_000_000, depth=400, exponent=10**9, digits=10_000)
"""What is read back was written here: the limits for typed input do not apply."""


@final
@dataclass(frozen=True, slots=True)
class Derivation:
    """How a derivative is found, line by line, with a certificate for every line.

    Printing it gives text; `to_markdown`, `to_latex`, `to_html`, `to_json` and `to_svg` give the same in other forms,
    and a notebook shows it typeset.

    Attributes
    ----------
    expression
        What is differentiated, as a tree.
    variable, order
        By which variable, and how often.
    root
        The step that sums up all others.
    result
        The derivative as text that `ogive.expressions.parse` reads: the last line, with the abbreviations of the
        derivation put back. With a target of your own, the last line as it stands.
    route
        Which way was taken.
    detail
        How many lines are shown, from 0 (the answer) to 4 (every move of arithmetic).
    """

    expression: Node
    variable: str
    order: int
    root: Step
    result: str
    route: str
    detail: int
    functions: Functions = field(repr=False, compare=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines that are shown at this level of detail."""
        return tuple(visible(self.root, self.detail))

    @property
    def definitions(self) -> Mapping[str, str]:
        """The abbreviations of the derivation, with what they stand for, as text."""
        return {name: to_text(meaning) for name, meaning in introduced(self.root).items()}

    def with_detail(self, detail: int) -> Derivation:
        """Return the same derivation shown with more or fewer lines, 0 to 4."""
        return replace(self, detail=checked_detail(detail))

    def check(self) -> Verdict:
        """Re-check every step, and that the result is what the steps lead to, with the certificate kernel."""
        first: Node = self.expression
        for _ in range(self.order):
            first = Derivative(first, Symbol(self.variable))
        try:
            result = parse(self.result, functions=self.functions, names=introduced(self.root), limits=OWN_LIMITS)
        except ExpressionError as error:
            return Verdict((f"the result cannot be read: {error}",), 0, 0)
        return check_derivation(self.root, first, result, self.functions)

    # ---- Faces ----

    def __str__(self) -> str:
        from ogive.explaining.faces.text import text_of

        return text_of(self)

    def to_markdown(self) -> str:
        """Return it as Markdown with LaTeX formulas, as GitHub and Jupyter show them."""
        from ogive.explaining.faces.markdown import markdown_of

        return markdown_of(self)

    def to_latex(self, *, document: bool = True) -> str:
        """Return it as LaTeX: a document that compiles by itself, or the part to put into one (needs amsmath)."""
        from ogive.explaining.faces.latex import latex_of

        return latex_of(self, document=document)

    def to_html(self) -> str:
        """Return it as a fragment of HTML with MathML; equal terms light up together under the pointer."""
        from ogive.explaining.faces.html import html_of

        return html_of(self)

    def to_svg(self) -> str:
        """Return it as one SVG picture: a strip of frames, one per line."""
        from ogive.explaining.faces.svg import svg_of

        return svg_of(self)

    def to_json(self) -> str:
        """Return everything as JSON; `from_json` reads it back and the kernel can check it."""
        from ogive.explaining.faces.json import json_of

        return json_of(self)

    @staticmethod
    def from_json(text: str) -> Derivation:
        """Read a derivation that `to_json` wrote; nothing in it is believed before `check` says so."""
        from ogive.explaining.faces.json import derivation_from

        return derivation_from(text)

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_latex_(self) -> str:
        from ogive.explaining.faces.latex import aligned_of

        return f"$${aligned_of(self)}$$"


def checked_detail(detail: int) -> int:
    """Return the detail if it is one, or say what it can be."""
    if detail not in range(5):
        raise ValueError(f"detail goes from 0 (the answer) to 4 (every move of arithmetic), not {detail!r}")
    return detail
