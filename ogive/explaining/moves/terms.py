"""Sums as coefficients times terms, products as bases with exponents: the bookkeeping that algebra rules share."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ogive.expressions.tree import (
    EULER,
    ONE,
    ZERO,
    Call,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    number,
    rational,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "base_and_exponent",
    "coefficient",
    "exponent_of",
    "exponential_like",
    "factors",
    "join_factors",
    "join_terms",
    "raised",
    "scaled",
    "strip_sign",
    "terms",
    "without_factor",
]


def terms(node: Node) -> tuple[Node, ...]:
    """Return the terms of a sum; anything else is its own single term."""
    return node.terms if isinstance(node, Sum) else (node,)


def factors(node: Node) -> tuple[Node, ...]:
    """Return the factors of a product; anything else is its own single factor."""
    return node.factors if isinstance(node, Product) else (node,)


def join_terms(parts: Iterable[Node]) -> Node:
    """Write a sum of any number of terms: none is 0, one is itself."""
    kept = tuple(parts)
    return Sum(kept) if len(kept) > 1 else kept[0] if kept else ZERO


def join_factors(parts: Iterable[Node]) -> Node:
    """Write a product of any number of factors: none is 1, one is itself."""
    kept = tuple(parts)
    return Product(kept) if len(kept) > 1 else kept[0] if kept else ONE


def strip_sign(node: Node) -> tuple[int, Node]:
    """Split a node into a sign and what the minus signs stood before."""
    sign = 1
    while isinstance(node, Negative):
        sign, node = -sign, node.operand
    return sign, node


def coefficient(term: Node) -> tuple[Fraction, Node]:
    """Split a term into a number and what it multiplies: ``-2*x/3`` gives -2/3 and ``x``."""
    value = number(term)
    if value is not None:
        return value, ONE
    match term:
        case Negative(operand):
            inner, core = coefficient(operand)
            return -inner, core
        case Quotient(top, Number(bottom)) if bottom:
            inner, core = coefficient(top)
            return inner / bottom, core
        case Product(parts):
            numbers = [n for n in map(number, parts) if n is not None]
            total = Fraction(1)
            for each in numbers:
                total *= each
            return total, join_factors(part for part in parts if number(part) is None)
    return Fraction(1), term


def scaled(value: Fraction, core: Node) -> Node:
    """Write a number times a term the way a person does: ``-2*x/3``."""
    if value == 0 or core == ZERO:
        return ZERO
    if value < 0:
        return Negative(scaled(-value, core))
    if core == ONE:
        return rational(value)
    top, bottom = value.numerator, value.denominator
    body = core if top == 1 else Product((Number(Fraction(top)), *factors(core)))
    return body if bottom == 1 else Quotient(body, Number(Fraction(bottom)))


def base_and_exponent(factor: Node) -> tuple[Node, Fraction]:
    """Split a factor into a base and a number that it is raised to."""
    if isinstance(factor, Power):
        value = number(factor.exponent)
        if value is not None:
            return factor.base, value
    if isinstance(factor, Call) and (factor.name, factor.primes) == ("sqrt", 0):
        return factor.arguments[0], Fraction(1, 2)
    return factor, Fraction(1)


def raised(base: Node, exponent: Fraction) -> Node:
    """Write a power the way a person does: exponents 0 and 1 vanish, 1/2 is a root."""
    if exponent == 0:
        return ONE
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return Call("sqrt", (base,))
    return Power(base, rational(exponent))


def without_factor(term: Node, factor: Node) -> Node | None:
    """Divide a term by one of its factors; None if it does not have it."""
    sign, bare = strip_sign(term)
    if isinstance(bare, Quotient):
        top = without_factor(bare.numerator, factor)
        return None if top is None else _signed(sign, Quotient(top, bare.denominator))
    parts = list(factors(bare))
    for at, part in enumerate(parts):
        base, exponent = base_and_exponent(part)
        if part == factor or (base == factor and exponent > 1):
            parts[at] = ONE if part == factor else raised(base, exponent - 1)
            left = [each for each in parts if each != ONE]
            return _signed(sign, join_factors(left))
    return None


def _signed(sign: int, node: Node) -> Node:
    return node if sign > 0 else Negative(node)


def exponent_of(node: Node) -> Node | None:
    """Return u for e^u, however it is written."""
    if isinstance(node, Power) and node.base == EULER:
        return node.exponent
    if isinstance(node, Call) and (node.name, node.primes) == ("exp", 0):
        return node.arguments[0]
    return None


def exponential_like(other: Node, exponent: Node) -> Node:
    """Write e^u in the way in which another exponential is written."""
    return Call("exp", (exponent,)) if isinstance(other, Call) else Power(EULER, exponent)
