"""Slips of algebra between one line and the next, matched exactly like the mistakes in differentiating."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ogive.explaining.checking.equivalence import compare_trees
from ogive.explaining.practice.mistakes import Mistake
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.expressions import Functions

__all__ = ["SLIPS", "slip_between"]

_MOST: Final = 60  # candidates that are compared

SLIPS: Final = {
    each.name: each
    for each in (
        Mistake("sign-of-a-term", "the sign of a term changed from the line before"),
        Mistake("power-of-a-sum", "(a + b)² is a² + 2ab + b²: a power is not taken term by term"),
        Mistake("exponential-of-a-sum", "e^(a + b) is e^a times e^b, not their sum"),
        Mistake("reciprocal-of-a-sum", "1/(a + b) is not 1/a + 1/b"),
        Mistake("logarithm-of-a-sum", "ln(a + b) is not ln a + ln b"),
        Mistake("root-of-a-sum", "a root is not taken term by term"),
        Mistake("term-lost", "a term of a sum was lost from the line before"),
        Mistake("factor-lost", "a factor was lost from the line before"),
        Mistake("cancelled-a-term", "only factors cancel in a fraction, not terms"),
        Mistake("exponent-lost", "an exponent was lost from the line before"),
    )
}


def slip_between(before: t.Node, after: t.Node, functions: Functions) -> Mistake | None:
    """Name the slip that turns one line into exactly the other; None if none does."""
    if t.size(before) + t.size(after) > 200:
        return None
    for count, (name, wrong) in enumerate(_slips(before)):
        if count == _MOST:
            return None
        if compare_trees(wrong, after, functions).answer == "equal":
            return SLIPS[name]
    return None


def _slips(tree: t.Node) -> Iterator[tuple[str, t.Node]]:
    for path, node in t.walk(tree):
        for name, new in _at(node):
            yield name, t.replace_at(tree, path, new)


def _at(node: t.Node) -> Iterator[tuple[str, t.Node]]:
    """Yield what each slip makes of a node."""
    match node:
        case t.Sum(terms):
            yield from _in_sum(terms)
        case t.Negative(operand):
            yield "sign-of-a-term", operand
        case t.Power(base, exponent):
            yield from _in_power(base, exponent)
        case t.Quotient(top, bottom):
            yield from _in_quotient(top, bottom)
        case t.Product(factors):
            for at in range(len(factors)):
                rest = (*factors[:at], *factors[at + 1 :])
                yield "factor-lost", rest[0] if len(rest) == 1 else t.Product(rest)
        case t.Call("exp", (t.Sum(terms),), 0):
            yield "exponential-of-a-sum", t.Sum(tuple(t.Call("exp", (term,)) for term in terms))
        case t.Call("log", (t.Sum(terms),), 0):
            yield "logarithm-of-a-sum", t.Sum(tuple(t.Call("log", (term,)) for term in terms))
        case t.Call("sqrt", (t.Sum(terms),), 0):
            yield "root-of-a-sum", t.Sum(tuple(t.Call("sqrt", (term,)) for term in terms))


def _in_sum(terms: tuple[t.Node, ...]) -> Iterator[tuple[str, t.Node]]:
    for at, term in enumerate(terms):
        turned = term.operand if isinstance(term, t.Negative) else t.Negative(term)
        yield "sign-of-a-term", t.Sum((*terms[:at], turned, *terms[at + 1 :]))
    for at in range(len(terms)):
        rest = (*terms[:at], *terms[at + 1 :])
        yield "term-lost", rest[0] if len(rest) == 1 else t.Sum(rest)


def _in_power(base: t.Node, exponent: t.Node) -> Iterator[tuple[str, t.Node]]:
    if isinstance(base, t.Sum):
        yield "power-of-a-sum", t.Sum(tuple(t.Power(term, exponent) for term in base.terms))
    if base == t.EULER and isinstance(exponent, t.Sum):
        yield "exponential-of-a-sum", t.Sum(tuple(t.Power(base, term) for term in exponent.terms))
    if base != t.EULER:
        yield "exponent-lost", base


def _in_quotient(top: t.Node, bottom: t.Node) -> Iterator[tuple[str, t.Node]]:
    if isinstance(bottom, t.Sum):
        yield "reciprocal-of-a-sum", t.Sum(tuple(t.Quotient(top, term) for term in bottom.terms))
        for at, term in enumerate(bottom.terms):
            if term == top:
                rest = (*bottom.terms[:at], *bottom.terms[at + 1 :])
                yield "cancelled-a-term", t.Quotient(t.ONE, rest[0] if len(rest) == 1 else t.Sum(rest))
    if isinstance(top, t.Sum):
        for at, term in enumerate(top.terms):
            if term == bottom:
                rest = (*top.terms[:at], *top.terms[at + 1 :])
                yield "cancelled-a-term", rest[0] if len(rest) == 1 else t.Sum(rest)
