"""What the checker says of a derivation, or of a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from ogive.expressions import to_text

if TYPE_CHECKING:
    from ogive.expressions.tree import Node

__all__ = ["Verdict"]


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checker found.

    Attributes
    ----------
    status
        ``"proven"``, ``"not proven"`` or ``"false"``.
    conditions
        Where the result holds: relations that the checker found, all of which are needed.
    problems
        One sentence per fault, with the place of the step; empty if the derivation is proven.
    methods
        How each rule or statement is proven: ``"normal-form"``, ``"definition"``, ``"table"``; ``"rule"``: it is not.
    parts
        What was checked: ``"steps"``, or the ``"statements"`` of a sheet.
    """

    status: str
    conditions: tuple[Node, ...] = ()
    problems: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    parts: str = "steps"

    @property
    def ok(self) -> bool:
        """Whether the derivation is proven."""
        return self.status == "proven"

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        where = " for " + ", ".join(map(to_text, self.conditions)) if self.conditions else ""
        if self.ok:
            return f"proven{where}: {len(self.methods)} {self.parts}, each with a proof"
        return "\n".join([f"{self.status}:", *(f"  {problem}" for problem in self.problems)])
