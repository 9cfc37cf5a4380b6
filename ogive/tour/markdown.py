"""The tour as Markdown, with mathematics as most viewers of Markdown set it: LaTeX between dollar signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ogive
from ogive.expressions import parse, to_latex, with_shapes
from ogive.tour.page import example_rows, fill, identity_of, loss_rows
from ogive.tour.story import COUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.expressions.tree import Node
    from ogive.tour.write import Chapters

__all__ = ["render"]


def render(chapters: Chapters, names: Sequence[str]) -> str:
    """Make the text from the chapters; names are the other files of the folder."""
    shape = chapters.shape
    return fill(
        "tour.md",
        title=shape.title,
        name=shape.name,
        identity=_display(identity_of(shape)),
        formula=_display(parse(f"{shape.name}(z) = {shape.formula}", functions=with_shapes(ogive.shapes))),
        derivation=_lowered(chapters.derivation.to_markdown()),
        checked=str(chapters.derivation.check()),
        examples=example_rows(chapters.examples, html=False),
        properties=_lowered(chapters.properties.to_markdown()),
        losses=loss_rows(chapters.losses, html=False),
        count=str(COUNT),
        version=ogive.__version__,
        files=", ".join(f"[{name}]({name})" for name in names),
    )


def _display(tree: Node) -> str:
    return f"$$ {to_latex(tree, with_shapes(ogive.shapes))} $$"


def _lowered(text: str) -> str:
    """Put the headings of a chapter below the chapter's own, two levels down, and take its title away."""
    lines = [line for line in text.strip().splitlines() if not line.startswith("# ")]
    return "\n".join(f"#{line}" if line.startswith("##") else line for line in lines).strip()
