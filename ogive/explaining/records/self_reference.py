"""The record of a slope in terms of its own value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, final

from ogive.expressions import parse, to_unicode

__all__ = ["SelfReference"]


@final
@dataclass(frozen=True, slots=True)
class SelfReference:
    """The slope in terms of the value.

    Attributes
    ----------
    kind
        ``"rational"``, ``"radical"``, ``"elementary"`` or ``"special"``: f' = R(f), by the functions that R needs;
        ``"implicit"``: a polynomial relation between y = f and Y = f', of which no single R is a solution in sight;
        ``"none"``: proved that there is no R; ``"unknown"``.
    form
        R as text in ``y``, or the relation in ``y`` and ``Y``; empty for the last two kinds.
    saves
        What a backward pass must keep: ``"output"`` or ``"input"``.
    domain
        For which y the form holds: the range of the function, where it was found.
    conditioning
        The factor |y R'(y)/R(y)| by which a relative error of y grows in R(y), as text in y.
    warning
        Where that factor grows without bound.
    stable
        The slope as text in the variable, in a form that does not lose its tails.
    order
        The smallest order of an algebraic differential equation with constant coefficients, where it is known.
    certificate
        The proof as data.
    reason
        How it was found, in words.
    """

    kind: str
    form: str = ""
    saves: str = "input"
    domain: str = ""
    conditioning: str = ""
    warning: str = ""
    stable: str = ""
    order: int | None = None
    certificate: dict[str, Any] = field(default_factory=dict, compare=False)
    reason: str = ""

    def __str__(self) -> str:
        if self.kind in ("none", "unknown"):
            return f"{self.kind}: {self.reason}"
        what = "y' = " if self.kind != "implicit" else "with Y = y': "
        return f"{self.kind}: {what}{to_unicode(parse(self.form))}"
