"""What every face shows: the first line, then each further line with its sign and the reason beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from ogive.explaining.moves.words import Part, reason
from ogive.explaining.records.steps import leaves
from ogive.expressions.tree import Node, Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ogive.explaining.records.derivation import Derivation
    from ogive.explaining.records.steps import Step

__all__ = ["Line", "first_line", "lines_of", "where", "written"]


@final
@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation.

    Attributes
    ----------
    sign
        ``"="``, or ``"⇒"`` where lines are equations.
    tree
        What stands on the line.
    reason
        Why, as text and trees; a line without a proof says so.
    step
        The step that led here.
    """

    sign: str
    tree: Node
    reason: tuple[Part, ...]
    step: Step


def first_line(derivation: Derivation) -> Node:
    """Return what the derivation starts from."""
    return derivation.root.before


def lines_of(derivation: Derivation) -> Iterator[Line]:
    """Yield every further line at the detail that is shown."""
    for step in derivation.steps:
        sign = "⇒" if isinstance(step.after, Relation) else "="
        open_steps = any(leaf.certificate.method == "rule" for leaf in leaves(step))
        yield Line(sign, step.after, reason(step) + ((" (not proven)",) if open_steps else ()), step)


def where(derivation: Derivation) -> tuple[Part, ...]:
    """Say where the result holds; nothing if that is everywhere."""
    parts: list[Part] = []
    for condition in derivation.conditions:
        parts += [", " if parts else "holds for ", condition]
    return tuple(parts)


def written(parts: tuple[Part, ...], write: Callable[[Node], str], text: Callable[[str], str] = str) -> str:
    """Join the parts of a reason, each tree written by the face that asks and each text escaped by it."""
    return "".join(text(part) if isinstance(part, str) else write(part) for part in parts)
