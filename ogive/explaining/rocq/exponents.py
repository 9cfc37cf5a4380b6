"""Expressions as polynomials over what they are made of: which exponentials are powers of one another.

``e^(2x)`` and ``e^-x`` are powers of one exponential, ``x^(2/3)`` and ``x^(-1/3)`` of ``e^(ln(x)/3)``. Rocq's `field`
sees strangers in them until it is told; `facts` writes down what is found here, and Rocq proves it.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import Final, TypeAlias

from ogive.explaining.rocq.conditions import is_positive
from ogive.expressions.tree import (
    EULER,
    Call,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    number,
)

__all__ = ["Monomial", "Polynomial", "common", "factors_of", "polynomial"]

Monomial: TypeAlias = frozenset[tuple[Node, int]]
Polynomial: TypeAlias = dict[Monomial, Fraction]

_ONE: Final[Monomial] = frozenset()
_LARGEST: Final = 6  # a sum is multiplied out up to this power


def _add(left: Polynomial, right: Polynomial, times: Fraction = Fraction(1)) -> Polynomial:
    total = dict(left)
    for monomial, coefficient in right.items():
        total[monomial] = total.get(monomial, Fraction(0)) + times * coefficient
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}


def _times(left: Polynomial, right: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for one, first in left.items():
        for other, second in right.items():
            powers = dict(one)
            for atom, power in other:
                powers[atom] = powers.get(atom, 0) + power
            monomial = frozenset((atom, power) for atom, power in powers.items() if power)
            total = _add(total, {monomial: first * second})
    return total


def _settled(value: Polynomial, known: frozenset[Node]) -> Polynomial:
    """Multiply out sums that stand in a product after all, and let the squares of square roots go: 1/(1/(a + b))."""
    total: Polynomial = {}
    for monomial, coefficient in value.items():
        loose = [(atom, power) for atom, power in monomial if _is_loose(atom, power)]
        if not loose:
            total = _add(total, {monomial: coefficient})
            continue
        product: Polynomial = {monomial - frozenset(loose): coefficient}
        for atom, power in loose:
            inner, times = (atom, power) if isinstance(atom, Sum) else (atom.arguments[0], power // 2)  # type: ignore[union-attr]
            part = _power(inner, times, known)
            if isinstance(atom, Call) and power % 2:
                part = _times(part, {frozenset({(atom, power % 2)}): Fraction(1)})
            product = _times(product, part)
        total = _add(total, _settled(product, known))
    return total


def _is_loose(atom: Node, power: int) -> bool:
    if isinstance(atom, Sum):
        return 0 < power <= _LARGEST
    return isinstance(atom, Call) and atom.name == "sqrt" and (power > 1 or power < 0) and abs(power) <= 2 * _LARGEST


def _inverse(value: Polynomial) -> Polynomial | None:
    if len(value) != 1:
        return None
    ((monomial, coefficient),) = value.items()
    return {frozenset((atom, -power) for atom, power in monomial): 1 / coefficient}


def polynomial(tree: Node, known: frozenset[Node]) -> Polynomial:
    """Expand an expression over its atoms; logarithms of products become sums where the factors are positive."""
    match tree:
        case Number(value):
            return {_ONE: value} if value else {}
        case Sum(terms):
            total: Polynomial = {}
            for part in terms:
                total = _add(total, polynomial(part, known))
            return total
        case Negative(operand):
            return _add({}, polynomial(operand, known), Fraction(-1))
        case Product(factors):
            product: Polynomial = {_ONE: Fraction(1)}
            for part in factors:
                product = _times(product, polynomial(part, known))
            return _settled(product, known)
        case Quotient(top, bottom):
            below = _inverse(polynomial(bottom, known))
            below = {frozenset({(bottom, -1)}): Fraction(1)} if below is None else below
            return _settled(_times(polynomial(top, known), below), known)
        case Power(base, exponent) if base != EULER:
            power = number(exponent)
            if power is not None and power.denominator == 1 and abs(power) <= _LARGEST:
                return _power(base, power.numerator, known)
        case Call("log", (argument,)):
            return _logarithm(argument, known)
    return {frozenset({(tree, 1)}): Fraction(1)}


def _power(base: Node, exponent: int, known: frozenset[Node]) -> Polynomial:
    inner = polynomial(base, known)
    if exponent < 0:
        inverse = _inverse(inner)
        if inverse is None:
            return {frozenset({(base, exponent)}): Fraction(1)}
        inner = inverse
    product: Polynomial = {_ONE: Fraction(1)}
    for _ in range(abs(exponent)):
        product = _times(product, inner)
    return _settled(product, known)


def _logarithm(argument: Node, known: frozenset[Node]) -> Polynomial:
    """Write ln(a·b^n/c) as ln a + n·ln b - ln c, where a, b and c are positive."""
    if isinstance(argument, Sum):
        return _logarithm_of_exponential(argument, known)
    total: Polynomial = {}
    for factor, times in factors_of(argument):
        if isinstance(factor, Call) and factor.name == "exp":
            total = _add(total, polynomial(factor.arguments[0], known), Fraction(times))
        elif is_positive(factor, known):
            total = _add(total, {frozenset({(Call("log", (factor,)), 1)}): Fraction(times)})
        else:
            return _logarithm_of_exponential(argument, known)
    return total


def _logarithm_of_exponential(argument: Node, known: frozenset[Node]) -> Polynomial:
    """Write ln(1 + e^z - 1) as z."""
    value = polynomial(argument, known)
    if len(value) == 1:
        ((monomial, coefficient),) = value.items()
        atoms = [(_exponent_of(atom), power) for atom, power in monomial]
        if coefficient == 1 and atoms and all(exponent is not None for exponent, _ in atoms):
            total: Polynomial = {}
            for exponent, power in atoms:
                if exponent is not None:
                    total = _add(total, polynomial(exponent, known), Fraction(power))
            return total
    return {frozenset({(Call("log", (argument,)), 1)}): Fraction(1)}


def _exponent_of(atom: Node) -> Node | None:
    match atom:
        case Call("exp", (argument,)):
            return argument
        case Power(base, exponent) if base == EULER:
            return exponent
    return None


def factors_of(tree: Node, times: int = 1) -> list[tuple[Node, int]]:
    """Return the factors of a product with their whole exponents; numbers fall into primes, powers into ``exp``."""
    match tree:
        case Number(value) if value > 0 and max(value.numerator, value.denominator) <= 10_000:
            above: list[tuple[Node, int]] = [(Number(Fraction(p)), n * times) for p, n in _primes(value.numerator)]
            return above + [(Number(Fraction(p)), -n * times) for p, n in _primes(value.denominator)]
        case Product(parts):
            return [pair for part in parts for pair in factors_of(part, times)]
        case Quotient(top, bottom):
            return [*factors_of(top, times), *factors_of(bottom, -times)]
        case Power(base, exponent):
            power = number(exponent)
            if base == EULER:
                return [(Call("exp", (exponent,)), times)]
            if power is None or power.denominator != 1:
                return [(Call("exp", (Product((exponent, Call("log", (base,)))),)), times)]
            if power % 2 == 0 and isinstance(base, Negative):
                return factors_of(base.operand, times * power.numerator)
            return factors_of(base, times * power.numerator)
    return [(tree, times)]


def _primes(value: int) -> list[tuple[int, int]]:
    found: dict[int, int] = {}
    prime = 2
    while value > 1:
        while value % prime == 0:
            found[prime] = found.get(prime, 0) + 1
            value //= prime
        prime += 1
    return list(found.items())


def common(coefficients: list[Fraction]) -> Fraction:
    """Return the largest number of which all these are whole multiples."""
    bottom = lcm(*(value.denominator for value in coefficients))
    top = gcd(*(abs(int(value * bottom)) for value in coefficients))
    return Fraction(top, bottom)
