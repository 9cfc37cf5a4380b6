"""A derivation as text for a terminal: formulas on the left, reasons on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ogive.explaining.faces.lines import first_line, lines_of, where, written
from ogive.expressions import to_unicode

if TYPE_CHECKING:
    from ogive.explaining.records.derivation import Derivation
    from ogive.expressions.tree import Node

__all__ = ["text_of"]

_WIDEST: Final = 64  # a longer formula pushes its reason to a line of its own
_GAP: Final = 3


def text_of(derivation: Derivation) -> str:
    """Write a derivation as Unicode text; a pure function of it, the same on every terminal."""

    def write(tree: Node) -> str:
        return to_unicode(tree, derivation.functions)

    rows = [(f"  {line.sign} {write(line.tree)}", written(line.reason, write)) for line in lines_of(derivation)]
    column = max((len(row) for row, _ in rows if len(row) <= _WIDEST), default=_GAP) + _GAP
    holds = [f"  {written(where(derivation), write)}"] if derivation.conditions else []
    return "\n".join([write(first_line(derivation)), *(_row(row, why, column) for row, why in rows), *holds])


def _row(formula: str, why: str, column: int) -> str:
    if len(formula) + _GAP > column:
        return f"{formula}\n{' ' * column}{why}"
    return formula.ljust(column) + why
