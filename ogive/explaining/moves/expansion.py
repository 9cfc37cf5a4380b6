"""Multiplying out: a sum or product as numbers times powers of whatever is not itself a sum or a product."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, TypeAlias

from ogive.explaining.moves.terms import (
    coefficient,
    exponent_of,
    exponential_like,
    join_factors,
    join_terms,
    raised,
    scaled,
)
from ogive.expressions.tree import ONE, Negative, Node, Number, Power, Product, Quotient, Sum, depth, number

__all__ = ["expanded"]

_MAX_EXPANSION: Final = 60  # terms that a product is multiplied out to

_Expansion: TypeAlias = dict[tuple[tuple[Node, int], ...], Fraction]


def expanded(node: Node) -> Node | None:
    """Multiply everything out and collect, with the highest powers first; None if that would be long."""
    sums = _expansion(node)
    if sums is None:
        return None
    ordered = sorted(sums.items(), key=lambda item: -sum(power for _, power in item[0]))
    return join_terms(
        scaled(value, join_factors(raised(base, Fraction(power)) for base, power in term)) for term, value in ordered
    )


def _expansion(node: Node) -> _Expansion | None:
    value = number(node)
    if value is not None:
        return {(): value} if value else {}
    match node:
        case Sum(parts):
            return _added([_expansion(part) for part in parts])
        case Negative(operand):
            return _multiplied({(): Fraction(-1)}, _expansion(operand))
        case Product(parts):
            total: _Expansion | None = {(): Fraction(1)}
            for part in parts:
                total = _multiplied(total, _expansion(part))
            return total
        case Quotient(top, Number(bottom)) if bottom:
            return _multiplied({(): 1 / bottom}, _expansion(top))
        case Power(base, exponent):
            power = number(exponent)
            if power is not None and power.denominator == 1 and 2 <= power <= 6 and isinstance(base, (Sum, Product)):
                total = {(): Fraction(1)}
                for _ in range(power.numerator):
                    total = _multiplied(total, _expansion(base))
                return total
            if power is not None and power.denominator == 1 and power > 0:
                return {((base, power.numerator),): Fraction(1)}
    return {(_atom(node),): Fraction(1)}


def _atom(node: Node) -> tuple[Node, int]:
    """Return what is not multiplied out as a base with a whole exponent: e^(-2·z) is e^-z, twice."""
    exponent = exponent_of(node)
    if exponent is None:
        return node, 1
    value, core = coefficient(exponent)
    if value.denominator != 1 or core == ONE:
        return node, 1
    return exponential_like(node, core if value > 0 else Negative(core)), abs(value.numerator)


def _added(parts: list[_Expansion | None]) -> _Expansion | None:
    total: _Expansion = {}
    for part in parts:
        if part is None:
            return None
        for term, value in part.items():
            total[term] = total.get(term, Fraction(0)) + value
    return {term: value for term, value in total.items() if value}


def _multiplied(a: _Expansion | None, b: _Expansion | None) -> _Expansion | None:
    if a is None or b is None or len(a) * len(b) > _MAX_EXPANSION:
        return None
    total: _Expansion = {}
    for left, x in a.items():
        for right, y in b.items():
            powers: dict[Node, int] = {}
            for base, power in (*left, *right):
                powers[base] = powers.get(base, 0) + power
            term = tuple(sorted(powers.items(), key=lambda item: (depth(item[0]), repr(item[0]))))
            total[term] = total.get(term, Fraction(0)) + x * y
    return {term: value for term, value in total.items() if value}
