"""The step of a derivation, and the derivation: frozen records that say what happened, where and why it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

from ogive.expressions.tree import Node, Path

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["INTRODUCING", "Bindings", "Certificate", "Draft", "Step", "introduced", "leaves", "visible"]

Bindings = tuple[tuple[str, Node], ...]

INTRODUCING: Final = frozenset({"chain", "abbreviate", "put-numbers"})
"""Rules whose binding defines a new name for the lines that follow."""


@final
@dataclass(frozen=True, slots=True)
class Certificate:
    """Why a step holds, in a form that the kernel re-checks.

    Attributes
    ----------
    method
        ``"normal-form"``: the rule fits, and both sides have the same exact normal form. ``"rule"``: the rule fits;
        whether the values agree was not decided. ``"steps"``: it follows from the substeps.
    """

    method: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a derivation, and the finer lines that it is made of.

    Attributes
    ----------
    id
        Place in the derivation: ``"2.3"`` is the third part of the second step.
    rule
        Frozen identifier of the rule; `ogive.explaining.moves.words` has the words for it.
    bindings
        Names that the rule needs, with what they stand for: ``g = 1 + e^-z``.
    before, after
        The whole line before and after.
    path
        Where in the line the rule was applied.
    conditions
        Under what circumstances the rule holds, as relations.
    substeps
        The steps that this one sums up; empty for the application of one rule.
    level
        The detail at which the step is shown as one line, 0 to 4.
    certificate
        Why it holds.
    """

    id: str
    rule: str
    bindings: Bindings
    before: Node
    after: Node
    path: Path
    conditions: tuple[Node, ...]
    substeps: tuple[Step, ...]
    level: int
    certificate: Certificate


def visible(step: Step, detail: int) -> Iterator[Step]:
    """Yield the steps that are lines of their own at a level of detail, from 0 (the answer) to 4 (every move)."""
    if not step.substeps or step.level >= detail:
        yield step
        return
    for part in step.substeps:
        yield from visible(part, detail)


def leaves(step: Step) -> Iterator[Step]:
    """Yield the rule applications that a step is made of, in order."""
    if not step.substeps:
        yield step
    for part in step.substeps:
        yield from leaves(part)


def introduced(step: Step) -> dict[str, Node]:
    """Return the abbreviations that a step introduces, with what they stand for."""
    found: dict[str, Node] = {}
    for leaf in leaves(step):
        if leaf.rule in INTRODUCING:
            found |= dict(leaf.bindings)
    return found


@final
@dataclass(slots=True)
class Draft:
    """A step while a derivation is being written."""

    rule: str
    before: Node
    after: Node
    path: Path = ()
    bindings: Bindings = ()
    parts: list[Draft] = field(default_factory=list)
