"""A derivation as a fragment of HTML: MathML from the tree, no script library, no fonts, nothing from the network.

Every term carries a ``data-id``; the same term has the same number in every line. A few lines of script light all of
them up when the pointer is over one, and a page without script still shows everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from ogive._sinks import html_text
from ogive.explaining.faces.lines import Line, first_line, lines_of, where, written
from ogive.expressions import to_mathml
from ogive.expressions.tree import Number, subtree

if TYPE_CHECKING:
    from ogive.explaining.records.derivation import Derivation
    from ogive.expressions import Functions
    from ogive.expressions.tree import Node, Path

__all__ = ["html_of"]

_STYLE: Final = """<style>
.ogive-derivation { border-collapse: collapse; margin: 1em 0; }
.ogive-derivation td { padding: .45em .6em .45em 0; vertical-align: middle; border: 0; text-align: left; }
.ogive-derivation math { font-size: 1.15em; }
.ogive-derivation .why { color: color-mix(in srgb, currentColor 65%, transparent); padding-left: 1.5em; }
.ogive-derivation .why math { font-size: 1em; }
.ogive-derivation .lit { background: color-mix(in srgb, gold 45%, transparent); border-radius: .2em; }
</style>"""

_SCRIPT: Final = """<script>
(() => {
  const table = document.currentScript.previousElementSibling;
  const light = (id, on) => table.querySelectorAll(`[data-id="${id}"]`).forEach(t => t.classList.toggle("lit", on));
  let lit = null;
  table.addEventListener("pointerover", event => {
    const term = event.target.closest("[data-id]");
    if (lit !== null) light(lit, false);
    lit = term ? term.dataset.id : null;
    if (lit !== null) light(lit, true);
  });
  table.addEventListener("pointerleave", () => { if (lit !== null) light(lit, false); lit = null; });
})();
</script>"""


def html_of(derivation: Derivation) -> str:
    """Write a derivation as a table of lines and reasons, with its style and its script."""
    terms = _Terms(derivation.functions)
    rows = [f"<tr><td></td><td>{terms.write(first_line(derivation))}</td><td></td></tr>"]
    rows += [_row(line, terms) for line in lines_of(derivation)]
    if derivation.conditions:
        rows.append(
            f'<tr><td></td><td class="where">{written(where(derivation), terms.write, html_text)}</td><td></td></tr>'
        )
    table = '<table class="ogive-derivation">\n' + "\n".join(rows) + "\n</table>"
    return f"{_STYLE}\n{table}\n{_SCRIPT}\n"


def _row(line: Line, terms: _Terms) -> str:
    why = written(line.reason, terms.write, html_text)
    title = f' title="{html_text(line.step.rule)}"'
    return f'<tr{title}><td>{line.sign}</td><td>{terms.write(line.tree)}</td><td class="why">{why}</td></tr>'


@final
class _Terms:
    """Numbers for terms: equal subtrees get equal numbers, in the order of their first appearance."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self.numbers: dict[Node, int] = {}

    def write(self, tree: Node) -> str:
        return to_mathml(tree, self.functions, identify=lambda path: self.identity(tree, path))

    def identity(self, tree: Node, path: Path) -> str:
        node = subtree(tree, path)
        if isinstance(node, Number) and path:
            return ""  # every 1 lighting up would say nothing
        return f"t{self.numbers.setdefault(node, len(self.numbers))}"
