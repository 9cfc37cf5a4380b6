"""A derivation as an ordered list: on each line the mathematics, and beside it why it follows.

Equal terms carry equal numbers, and a rule of style for each number lights all of them up under the pointer: the page
has no script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive._sinks import html_text
from ogive.explaining.faces.lines import Line, first_line, lines_of, written
from ogive.explaining.records.steps import leaves
from ogive.expressions import to_mathml
from ogive.expressions.tree import Number, subtree

if TYPE_CHECKING:
    from ogive.explaining.records.derivation import Derivation
    from ogive.expressions import Functions
    from ogive.expressions.tree import Node, Path

__all__ = ["steps_of", "summary"]


def steps_of(derivation: Derivation) -> str:
    """Write the derivation as a list, with the style that lights up equal terms."""
    terms = _Terms(derivation.functions)
    first = terms.write(first_line(derivation))
    rows = [f'<li><span class="math">{first}</span><span class="why">What is to be found.</span></li>']
    lines = list(lines_of(derivation))
    rows += [_row(line, terms, last=line is lines[-1]) for line in lines]
    return "\n".join(['<ol class="steps">', *rows, "</ol>", f"<style>{terms.style()}</style>"])


def summary(derivation: Derivation) -> str:
    """Say in a few words how long it is and what the check found."""
    return f"{len(derivation.steps)} lines; {derivation.check()}"


def _row(line: Line, terms: _Terms, *, last: bool) -> str:
    why = written(line.reason, terms.write, html_text)
    exact = all(part.certificate.method == "normal-form" for part in leaves(line.step))
    proof = '<span class="proof">✓ checked exactly</span>' if exact else '<span class="open">by the rule alone</span>'
    return (
        f"<li{' class=last' * last}>"
        f'<span class="math"><span class="sign">{line.sign}</span> {terms.write(line.tree)}</span>'
        f'<span class="why">{why[:1].upper()}{why[1:]}.{proof}</span></li>'
    )


class _Terms:
    """Numbers for terms: equal subtrees get equal numbers, in the order of their first appearance."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self.numbers: dict[Node, int] = {}

    def write(self, tree: Node) -> str:
        """Write a tree with its terms numbered."""
        return to_mathml(tree, self.functions, identify=lambda path: self._identity(tree, path))

    def _identity(self, tree: Node, path: Path) -> str:
        node = subtree(tree, path)
        if isinstance(node, Number):
            return ""  # every 1 lighting up would say nothing
        return f"t{self.numbers.setdefault(node, len(self.numbers))}"

    def style(self) -> str:
        """Return the rules: where the innermost term under the pointer has a number, all that have it light up."""
        pattern = '.steps:has([data-id="{0}"]:hover:not(:has([data-id]:hover))) [data-id="{0}"]'
        return (
            ",\n".join(pattern.format(f"t{number}") for number in self.numbers.values())
            + " { background: var(--lit); }"
        )
