"""A derivation as a file for Rocq: that its result is the slope, and that its lines are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ogive.explaining.rocq.claims import Claim, theorems_of
from ogive.explaining.rocq.document import document, prelude
from ogive.explaining.rocq.lines import line_theorems
from ogive.expressions import Limits, parse, to_text
from ogive.expressions.tree import substitute

if TYPE_CHECKING:
    from ogive.explaining.records.derivation import Derivation
    from ogive.explaining.rocq.theorems import Theorem
    from ogive.expressions.tree import Node

__all__ = ["claim_of", "rocq_of", "theorems_of_derivation"]

_OWN_LIMITS: Final = Limits(length=1_000_000, depth=400, exponent=10**9, digits=10_000)  # it was written here


def claim_of(derivation: Derivation) -> Claim:
    """Return what a derivation concludes, with its abbreviations put back."""
    meanings: dict[str, Node] = {
        name: parse(text, functions=derivation.functions, limits=_OWN_LIMITS)
        for name, text in derivation.definitions.items()
    }
    result = parse(derivation.result, functions=derivation.functions, names=tuple(meanings), limits=_OWN_LIMITS)
    for _ in meanings:  # an abbreviation may hold another
        result = substitute(result, meanings)
    return Claim(derivation.expression, derivation.variable, result, derivation.order)


def theorems_of_derivation(
    derivation: Derivation, *, prefix: str = "", narrowed: bool = False
) -> tuple[tuple[Theorem, ...], tuple[Theorem, ...], tuple[str, ...]]:
    """Return the theorems about the result, those about the lines, and why some lines have none.

    Their names start with the prefix, which keeps those of several derivations apart.

    Raises
    ------
    NotExpressibleError
        If the result holds something that is not stated for Rocq.
    VacuousError
        If no point was found where the conditions hold.
    """
    slopes = theorems_of(claim_of(derivation), f"{prefix}slope", derivation.functions, narrowed=narrowed)
    if derivation.order > 1:
        return slopes, (), (f"the lines: they hold a derivative of order {derivation.order}, which is not stated",)
    lines, skipped = line_theorems(derivation, prefix)
    return slopes, lines, skipped


def rocq_of(derivation: Derivation) -> str:
    """Write a derivation as a file that ``coqc`` checks with Coquelicot and Interval; a pure function of it."""
    slopes, lines, skipped = theorems_of_derivation(derivation)
    variable = derivation.variable
    times = f"d^{derivation.order}/d{variable}^{derivation.order}" if derivation.order > 1 else f"d/d{variable}"
    heading = (
        f"{times} {to_text(derivation.expression)} = {derivation.result}, by the {derivation.route} route.\n"
        "   Check it with: coqc FILE.v. The conditions are those of the expression as it was typed; the lemmas\n"
        "   that end in _not_vacuous show that they can be met; Print Assumptions lists the axioms of the reals."
    )
    if skipped:
        heading += "\n   Not stated: " + "; ".join(skipped) + "."
    return document([*slopes, *lines], opening=prelude(), heading=heading)
