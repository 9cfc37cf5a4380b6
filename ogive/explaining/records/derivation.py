"""A finished derivation: what was asked, every step, and all the ways to show it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, final

from ogive._bells import ring
from ogive.explaining.records.steps import Step, introduced, leaves, visible
from ogive.expressions import Functions, Limits, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ogive.explaining.records.verdict import Verdict
    from ogive.expressions.tree import Node

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
    conditions
        Where the result holds, as relations: ``x > 0``. They come from the expression as typed and from every line;
        none means everywhere.
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
    conditions: tuple[Node, ...]
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

    @property
    def proven(self) -> bool:
        """Whether every step says that it has a proof; `check` finds out whether that is true."""
        return all(leaf.certificate.method != "rule" for leaf in leaves(self.root))

    def check(self) -> Verdict:
        """Check every step, where the result holds, and that it is what the steps lead to."""
        verdict: Verdict = ring("ogive.explaining.checking.check", "check_finished", self)
        return verdict

    def certified(self) -> Derivation:
        """Return the same derivation with what the checker finds: how each step is proven, and where it all holds."""
        derivation: Derivation = ring("ogive.explaining.checking.check", "certified", self)
        return derivation

    # ---- Faces ----

    def __str__(self) -> str:
        return str(ring("ogive.explaining.faces.text", "text_of", self))

    def to_markdown(self) -> str:
        """Return it as Markdown with LaTeX formulas, as GitHub and Jupyter show them."""
        return str(ring("ogive.explaining.faces.markdown", "markdown_of", self))

    def to_latex(self, *, document: bool = True) -> str:
        """Return it as LaTeX: a document that compiles by itself, or the part to put into one (needs amsmath)."""
        return str(ring("ogive.explaining.faces.latex", "latex_of", self, document=document))

    def to_html(self) -> str:
        """Return it as a fragment of HTML with MathML; equal terms light up together under the pointer."""
        return str(ring("ogive.explaining.faces.html", "html_of", self))

    def to_svg(self) -> str:
        """Return it as one SVG picture: a strip of frames, one per line."""
        return str(ring("ogive.explaining.faces.svg", "svg_of", self))

    def to_rocq(self) -> str:
        """Return it as a file that the Rocq (Coq) proof assistant checks: the slope a theorem, each line a lemma.

        The conditions are those of the expression as it was typed. Rocq needs Coquelicot and Interval.

        Raises
        ------
        ValueError
            If it holds something that is not stated for Rocq, which the message names, or if no point was found
            where the conditions hold.

        Examples
        --------
        >>> import ogive as og
        >>> print(og.explain("x^2").to_rocq().splitlines()[0])
        (* d/dx x**2 = 2*x, by the rules route.
        """
        return str(ring("ogive.explaining.rocq.writing", "rocq_of", self))

    def to_json(self) -> str:
        """Return everything as JSON; `from_json` reads it back and the kernel can check it."""
        return str(ring("ogive.explaining.faces.json", "json_of", self))

    @staticmethod
    def from_json(text: str) -> Derivation:
        """Read a derivation that `to_json` wrote; nothing in it is believed before `check` says so."""
        derivation: Derivation = ring("ogive.explaining.faces.json", "derivation_from", text)
        return derivation

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_latex_(self) -> str:
        return f"$${ring('ogive.explaining.faces.latex', 'aligned_of', self)}$$"


def checked_detail(detail: int) -> int:
    """Return the detail if it is one, or say what it can be."""
    if detail not in range(5):
        raise ValueError(f"detail goes from 0 (the answer) to 4 (every move of arithmetic), not {detail!r}")
    return detail
