"""What Rocq makes of a claim: accepted, refuted, or neither, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, final

from ogive.explaining.rocq.theorems import Theorem, VacuousError, refutation, slope
from ogive.explaining.rocq.translation import NotExpressibleError, slope_by_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.explaining.rocq.judge import Rocq
    from ogive.expressions import Functions
    from ogive.expressions.tree import Node

__all__ = ["Claim", "Finding", "Judgement", "judge_claims", "theorems_of"]


@final
class Judgement(Enum):
    """What became of a claim."""

    ACCEPTED = "accepted"
    """Rocq has the theorem: wherever the expression has a slope by its parts, this is it."""
    NARROWED = "accepted where the result is defined"
    """Rocq has the theorem under the further condition that the result has a value."""
    NOT_PROVED = "not proved"
    """The tactics are too weak, or the claim is false; neither is known."""
    REFUTED = "refuted"
    """Rocq has a proof that the claim is false."""
    VACUOUS = "vacuous"
    """No point was found that meets the conditions: a theorem might say nothing, so none is claimed."""
    NOT_EXPRESSIBLE = "not expressible"
    """The claim holds something that is not stated for Rocq."""

    @property
    def accepted(self) -> bool:
        """Whether Rocq has a proof of the claim."""
        return self in (Judgement.ACCEPTED, Judgement.NARROWED)


@final
@dataclass(frozen=True, slots=True)
class Claim:
    """That the derivative of an expression, taken `order` times by a variable, is a result."""

    expression: Node
    variable: str
    result: Node
    order: int = 1


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """A judgement, and the words for it: what cannot be expressed, or what Rocq said."""

    judgement: Judgement
    reason: str = ""


def theorems_of(claim: Claim, name: str, functions: Functions, *, narrowed: bool = False) -> tuple[Theorem, ...]:
    """Return the theorems that make up a claim: one for each time the derivative is taken.

    The slopes between are those of `ogive.expressions.differentiate`; Rocq proves each, too.
    """
    found, here = [], claim.expression
    for order in range(1, claim.order):
        between = slope_by_rule(here, claim.variable, functions)
        found.append(slope(f"{name}_{order}", here, claim.variable, between, functions))
        here = between
    last = name if claim.order == 1 else f"{name}_{claim.order}"
    return (*found, slope(last, here, claim.variable, claim.result, functions, narrowed=narrowed))


def judge_claims(rocq: Rocq, claims: Sequence[Claim], functions: Functions) -> tuple[Finding, ...]:
    """Ask Rocq about claims: for a proof, then for one with the result's conditions, then for a refutation."""
    findings: dict[int, Finding] = {}
    _tried(rocq, claims, functions, findings, narrowed=False)
    _tried(rocq, claims, functions, findings, narrowed=True)
    _refuted(rocq, claims, functions, findings)
    return tuple(findings[at] for at in range(len(claims)))


def _open(claims: Sequence[Claim], findings: dict[int, Finding]) -> list[int]:
    return [at for at in range(len(claims)) if at not in findings or findings[at].judgement is Judgement.NOT_PROVED]


def _tried(
    rocq: Rocq, claims: Sequence[Claim], functions: Functions, findings: dict[int, Finding], *, narrowed: bool
) -> None:
    written: dict[int, tuple[Theorem, ...]] = {}
    for at in _open(claims, findings):
        try:
            written[at] = theorems_of(claims[at], f"claim_{at}", functions, narrowed=narrowed)
        except NotExpressibleError as error:
            findings[at] = Finding(Judgement.NOT_EXPRESSIBLE, str(error))
        except VacuousError as error:
            findings[at] = findings.get(at, Finding(Judgement.VACUOUS, str(error)))
    outcomes = iter(rocq.judge([theorem for theorems in written.values() for theorem in theorems]))
    for at, theorems in written.items():
        found = [next(outcomes) for _ in theorems]
        said = next((outcome.message for outcome in found if not outcome.proved), "")
        if all(outcome.proved for outcome in found):
            findings[at] = Finding(Judgement.NARROWED if narrowed else Judgement.ACCEPTED)
        else:
            findings.setdefault(at, Finding(Judgement.NOT_PROVED, said))


def _refuted(rocq: Rocq, claims: Sequence[Claim], functions: Functions, findings: dict[int, Finding]) -> None:
    written: dict[int, Theorem] = {}
    for at in _open(claims, findings):
        claim, here = claims[at], claims[at].expression
        for _ in range(1, claim.order):
            here = slope_by_rule(here, claim.variable, functions)
        theorem = refutation(f"claim_{at}", here, claim.variable, claim.result, functions)
        if theorem is not None:
            written[at] = theorem
    for at, outcome in zip(written, rocq.judge(list(written.values())), strict=True):
        if outcome.proved:
            findings[at] = Finding(Judgement.REFUTED)
        else:
            findings[at] = Finding(Judgement.NOT_PROVED, findings[at].reason + outcome.message)
