"""The rules of algebra: each takes one node and returns what may stand in its place, or None if it does not apply.

A rule makes one move that a person would make. None of them decides whether the move is useful;
`ogive.explaining.deriving` chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import gcd, prod
from typing import Final, TypeAlias

from ogive.explaining.moves.expansion import expanded
from ogive.explaining.moves.terms import (
    base_and_exponent,
    coefficient,
    exponent_of,
    exponential_like,
    factors,
    join_factors,
    join_terms,
    raised,
    scaled,
    strip_sign,
    terms,
    without_factor,
)
from ogive.expressions.tree import (
    EULER,
    ONE,
    ZERO,
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    is_number,
    number,
    rational,
    size,
)

__all__ = ["ALGEBRA", "TIDY"]

Move: TypeAlias = Callable[[Node], Node | None]

_MAX_NUMBER: Final = 10**60  # a power of numbers is written out up to here


# ---- Zeros and ones ------------------------------------------------------------------------------------------


def _zero_term(node: Node) -> Node | None:
    # A + 0 = a
    if not isinstance(node, Sum):
        return None
    kept = [term for term in node.terms if not is_number(term, 0)]
    return join_terms(kept) if len(kept) < len(node.terms) else None


def _zero_factor(node: Node) -> Node | None:
    # 0·a = 0
    return ZERO if isinstance(node, Product) and any(is_number(part, 0) for part in node.factors) else None


def _one_factor(node: Node) -> Node | None:
    # 1·a = a
    if not isinstance(node, Product):
        return None
    kept = [part for part in node.factors if not is_number(part, 1)]
    return join_factors(kept) if len(kept) < len(node.factors) else None


def _zero_fraction(node: Node) -> Node | None:
    # 0/a = 0
    return ZERO if isinstance(node, Quotient) and is_number(node.numerator, 0) else None


def _over_one(node: Node) -> Node | None:
    # a/1 = a
    return node.numerator if isinstance(node, Quotient) and is_number(node.denominator, 1) else None


def _exponent_one(node: Node) -> Node | None:
    # a¹ = a
    return node.base if isinstance(node, Power) and is_number(node.exponent, 1) else None


def _exponent_zero(node: Node) -> Node | None:
    # a⁰ = 1
    return ONE if isinstance(node, Power) and is_number(node.exponent, 0) else None


def _known_value(node: Node) -> Node | None:
    # Ln 1 = 0, ln e = 1, e⁰ = 1, sin 0 = 0, ...
    if isinstance(node, Call) and not node.primes and len(node.arguments) == 1:
        argument = node.arguments[0]
        if node.name == "log" and argument == EULER:
            return ONE
        value = number(argument)
        return None if value is None else _KNOWN.get((node.name, value))
    return None


_KNOWN: Final[dict[tuple[str, Fraction | int], Node]] = {
    ("log", 1): ZERO, ("exp", 0): ONE, ("exp", 1): EULER, ("sin", 0): ZERO, ("cos", 0): ONE, ("tan", 0): ZERO,
    ("sqrt", 0): ZERO, ("sqrt", 1): ONE, ("sqrt", 4): Number(Fraction(2)), ("sqrt", 9): Number(Fraction(3)),
    ("atan", 0): ZERO, ("sinh", 0): ZERO, ("cosh", 0): ONE, ("tanh", 0): ZERO, ("erf", 0): ZERO,
}  # fmt: skip


# ---- Signs ---------------------------------------------------------------------------------------------------


def _double_negative(node: Node) -> Node | None:
    # -(-a) = a
    if isinstance(node, Negative) and isinstance(node.operand, Negative):
        return node.operand.operand
    return ZERO if node == Negative(ZERO) else None


def _sign_of_product(node: Node) -> Node | None:
    # (-a)·b = -(a·b)
    return _with_signs_out(node.factors, join_factors) if isinstance(node, Product) else None


def _sign_of_fraction(node: Node) -> Node | None:
    # (-a)/b = -(a/b)
    if not isinstance(node, Quotient):
        return None
    return _with_signs_out((node.numerator, node.denominator), lambda parts: Quotient(*parts))


def _with_signs_out(parts: tuple[Node, ...], join: Callable[[list[Node]], Node]) -> Node | None:
    stripped = [strip_sign(part) for part in parts]
    if all(part is bare for part, (_, bare) in zip(parts, stripped, strict=True)):
        return None
    sign = 1
    for each, _ in stripped:
        sign *= each
    body = join([bare for _, bare in stripped])
    return body if sign > 0 else Negative(body)


def _leading_sign(node: Node) -> Node | None:
    # (-a)·b = -a·b, for the first factor
    if not isinstance(node, Product) or not isinstance(node.factors[0], Negative):
        return None
    return Negative(Product((node.factors[0].operand, *node.factors[1:])))


def _sign_of_sum(node: Node) -> Node | None:
    # -(a + b) = -a - b
    if not isinstance(node, Negative) or not isinstance(node.operand, Sum):
        return None
    return Sum(tuple(_negated(term) for term in node.operand.terms))


def _minus_sum(node: Node) -> Node | None:
    # A - (b - c) = a - b + c
    if not isinstance(node, Sum):
        return None
    opened = [_sign_of_sum(term) for term in node.terms]
    if not any(opened):
        return None
    return Sum(tuple(new or old for new, old in zip(opened, node.terms, strict=True)))


def _even_power_of_negative(node: Node) -> Node | None:
    # (-a)² = a², (-a)³ = -a³
    if not isinstance(node, Power) or not isinstance(node.base, Negative):
        return None
    value = number(node.exponent)
    if value is None or value.denominator != 1:
        return None
    power = Power(node.base.operand, node.exponent)
    return power if value % 2 == 0 else Negative(power)


def _negated(node: Node) -> Node:
    return node.operand if isinstance(node, Negative) else Negative(node)


# ---- Brackets ------------------------------------------------------------------------------------------------


def _flatten_sum(node: Node) -> Node | None:
    # (a + b) + c = a + b + c
    if isinstance(node, Sum) and any(isinstance(term, Sum) for term in node.terms):
        return Sum(tuple(part for term in node.terms for part in terms(term)))
    return None


def _flatten_product(node: Node) -> Node | None:
    # (a·b)·c = a·b·c
    if isinstance(node, Product) and any(isinstance(part, Product) for part in node.factors):
        return Product(tuple(each for part in node.factors for each in factors(part)))
    return None


# ---- Numbers -------------------------------------------------------------------------------------------------


def _add_numbers(node: Node) -> Node | None:
    # 2 + 3 = 5
    if not isinstance(node, Sum):
        return None
    values = [number(term) for term in node.terms]
    if sum(value is not None for value in values) < 2:
        return None
    total = sum((value for value in values if value is not None), Fraction(0))
    first = next(at for at, value in enumerate(values) if value is not None)
    kept = [term for term, value in zip(node.terms, values, strict=True) if value is None]
    return join_terms([*kept[:first], rational(total), *kept[first:]] if total else kept)


def _multiply_numbers(node: Node) -> Node | None:
    # 2·x·3 = 6·x
    if not isinstance(node, Product):
        return None
    numeric = [at for at, part in enumerate(node.factors) if number(part) is not None]
    if not numeric or (numeric == [0] and isinstance(node.factors[0], Number)):
        return None
    return scaled(*coefficient(node))


def _power_of_number(node: Node) -> Node | None:
    # 2³ = 8
    if not isinstance(node, Power):
        return None
    base, exponent = number(node.base), number(node.exponent)
    if base is None or exponent is None or exponent.denominator != 1 or abs(exponent) > 200:
        return None
    if base == 0:
        return ZERO if exponent > 0 else None
    value = base**exponent.numerator
    return rational(value) if max(abs(value.numerator), value.denominator) < _MAX_NUMBER else None


def _reduce_number(node: Node) -> Node | None:
    # 6/4 = 3/2
    if not isinstance(node, Quotient):
        return None
    value = number(node)
    return rational(value) if value is not None and rational(value) != node else None


# ---- Fractions -----------------------------------------------------------------------------------------------


def _fraction_times(node: Node) -> Node | None:
    # a·(b/c) = a·b/c
    if not isinstance(node, Product) or not any(isinstance(part, Quotient) for part in node.factors):
        return None
    tops = [each for part in node.factors for each in factors(part.numerator if isinstance(part, Quotient) else part)]
    bottoms = [each for part in node.factors if isinstance(part, Quotient) for each in factors(part.denominator)]
    kept = [top for top in tops if not is_number(top, 1)]
    return Quotient(join_factors(kept), join_factors(bottoms))


def _fraction_over(node: Node) -> Node | None:
    # (a/b)/c = a/(b·c)
    if not isinstance(node, Quotient) or not isinstance(node.numerator, Quotient):
        return None
    inner = node.numerator
    return Quotient(inner.numerator, join_factors([*factors(inner.denominator), *factors(node.denominator)]))


def _over_fraction(node: Node) -> Node | None:
    # a/(b/c) = a·c/b
    if not isinstance(node, Quotient) or not isinstance(node.denominator, Quotient):
        return None
    inner = node.denominator
    top = [part for part in (*factors(node.numerator), *factors(inner.denominator)) if not is_number(part, 1)]
    return Quotient(join_factors(top), inner.numerator)


def _power_of_fraction(node: Node) -> Node | None:
    # (a/b)² = a²/b²
    if not isinstance(node, Power) or not isinstance(node.base, Quotient):
        return None
    value = number(node.exponent)
    if value is None or value.denominator != 1:
        return None
    return Quotient(raised(node.base.numerator, value), raised(node.base.denominator, value))


def _negative_power(node: Node) -> Node | None:
    # a·b⁻² = a/b²
    parts = factors(node)
    below = [base_and_exponent(part) for part in parts]
    moved = [raised(base, -exponent) for base, exponent in below if exponent < 0 and base != EULER]
    if not moved:
        return None
    kept = [part for part, (base, exponent) in zip(parts, below, strict=True) if exponent >= 0 or base == EULER]
    return Quotient(join_factors(kept), join_factors(moved))


def _power_in_denominator(node: Node) -> Node | None:
    # a/b⁻² = a·b²
    if not isinstance(node, Quotient):
        return None
    flipped = _negative_power(node.denominator)
    if not isinstance(flipped, Quotient):
        return None
    top = [part for part in (*factors(node.numerator), *factors(flipped.denominator)) if not is_number(part, 1)]
    return Quotient(join_factors(top), flipped.numerator)


def _cancel(node: Node) -> Node | None:
    # (a·b)/(a·c) = b/c
    if not isinstance(node, Quotient):
        return None
    sign, top = strip_sign(node.numerator)
    (numbers_above, tops), (numbers_below, bottoms) = map(_numbers_and_powers, (top, node.denominator))
    common = {base: min(tops[base], bottoms[base]) for base in tops if base in bottoms and not is_number(base, 0)}
    common = {base: power for base, power in common.items() if power > 0}
    shared = gcd(_whole(numbers_above), _whole(numbers_below))
    if not common and shared == 1:
        return None
    above = _divided(numbers_above, tops, common, shared)
    below = _divided(numbers_below, bottoms, common, shared)
    result = above if below == ONE else Quotient(above, below)
    return result if sign > 0 else Negative(result)


def _numbers_and_powers(side: Node) -> tuple[list[Node], dict[Node, Fraction]]:
    """Part one side of a fraction into its numbers and the powers of everything else, roots of numbers included."""
    parts = factors(side)
    return [part for part in parts if number(part) is not None], dict(
        _collected(part for part in parts if number(part) is None)
    )


def _divided(numbers: list[Node], powers: dict[Node, Fraction], common: dict[Node, Fraction], shared: int) -> Node:
    """Take common powers and a common whole number out of one side of a fraction."""
    if shared > 1:
        numbers = [Number(Fraction(_whole(numbers) // shared))]
    rest = [raised(base, power - common.get(base, 0)) for base, power in powers.items()]
    return join_factors(part for part in (*numbers, *rest) if part != ONE)


def _whole(numbers: list[Node]) -> int:
    """Return the product of the numbers on one side of a fraction; 1 if it is not a positive whole number."""
    total = prod((value for each in numbers if (value := number(each)) is not None), start=Fraction(1))
    return total.numerator if total.denominator == 1 and total > 0 else 1


def _collected(parts: Iterable[Node]) -> list[tuple[Node, Fraction]]:
    """Add up the exponents of equal bases, in the order of their first appearance."""
    powers: dict[Node, Fraction] = {}
    for part in parts:
        base, exponent = base_and_exponent(part)
        powers[base] = powers.get(base, Fraction(0)) + exponent
    return list(powers.items())


def _cancel_in_sum(node: Node) -> Node | None:
    # (a·b + a·c)/(a·d) = (b + c)/d
    if not isinstance(node, Quotient) or not isinstance(node.numerator, Sum):
        return None
    for factor in factors(node.denominator):
        base, _ = base_and_exponent(factor)
        tops = [without_factor(term, base) for term in node.numerator.terms]
        below = without_factor(node.denominator, base)
        if below is not None and number(base) is None and all(top is not None for top in tops):
            above = Sum(tuple(top for top in tops if top is not None))
            return above if below == ONE else Quotient(above, below)
    return None


def _cancel_number(node: Node) -> Node | None:
    # (2·a + 2·b)/(2·c + 2·d) = (a + b)/(c + d)
    if not isinstance(node, Quotient):
        return None
    common = gcd(_content(node.numerator), _content(node.denominator))
    if common <= 1:
        return None
    above, below = (
        join_terms(_reduced(term, common) for term in terms(side)) for side in (node.numerator, node.denominator)
    )
    return Quotient(above, below)


# ---- Powers --------------------------------------------------------------------------------------------------


def _collect_powers(node: Node) -> Node | None:
    # a·a² = a³
    if not isinstance(node, Product):
        return None
    numbers = [part for part in node.factors if number(part) is not None]
    powers = _collected(part for part in node.factors if number(part) is None)
    if len(powers) + len(numbers) == len(node.factors) or any(is_number(base, 0) for base, _ in powers):
        return None
    return join_factors([*numbers, *(raised(base, power) for base, power in powers if power)])


def _power_of_power(node: Node) -> Node | None:
    # (a²)³ = a⁶
    if not isinstance(node, Power) or number(node.exponent) is None:
        return None
    base, inner = base_and_exponent(node.base)
    outer = number(node.exponent)
    if inner == 1 or outer is None or outer.denominator != 1 or base == EULER:
        return None
    return raised(base, inner * outer)


def _power_of_product(node: Node) -> Node | None:
    # (2·a)² = 2²·a²
    if not isinstance(node, Power) or not isinstance(node.base, Product):
        return None
    value = number(node.exponent)
    if value is None or value.denominator != 1 or number(node.base.factors[0]) is None:
        return None
    return Product(tuple(Power(part, node.exponent) for part in node.base.factors))


def _half_power(node: Node) -> Node | None:
    # a^(1/2) = √a
    if isinstance(node, Power) and number(node.exponent) == Fraction(1, 2):
        return Call("sqrt", (node.base,))
    return None


def _times_sign(node: Node) -> Node | None:
    # a·sign(a) = |a|
    if not isinstance(node, Product):
        return None
    for at, part in enumerate(node.factors):
        if isinstance(part, Call) and part.name == "sign" and part.arguments[0] in node.factors:
            rest = [*node.factors[:at], *node.factors[at + 1 :]]
            rest[rest.index(part.arguments[0])] = Call("abs", part.arguments)
            return join_factors(rest)
    return None


# ---- Exponentials --------------------------------------------------------------------------------------------


def _collect_exponentials(node: Node) -> Node | None:
    # e^x·e^(2·x) = e^(3·x), where terms of the exponents meet
    if not isinstance(node, Product):
        return None
    found = [part for part in node.factors if exponent_of(part) is not None]
    exponents = [term for part in found for term in terms(exponent_of(part) or ZERO)]
    total = expanded(Sum(tuple(exponents))) if len(found) > 1 else None
    if total is None or (total != ZERO and len(terms(total)) >= len(exponents)):
        return None
    joined = exponential_like(found[0], total)
    return join_factors([*(part for part in node.factors if part not in found), joined])


def _power_of_exponential(node: Node) -> Node | None:
    # (e^x)² = e^(2·x)
    if not isinstance(node, Power):
        return None
    inner, value = exponent_of(node.base), number(node.exponent)
    if inner is None or value is None:
        return None
    return exponential_like(node.base, scaled(value * coefficient(inner)[0], coefficient(inner)[1]))


def _exponential_of_zero(node: Node) -> Node | None:
    # e⁰ = 1
    inner = exponent_of(node)
    return ONE if inner is not None and is_number(inner, 0) else None


def _exponential_as_power(node: Node) -> Node | None:
    # e^(g·ln f) = f^g
    inner = exponent_of(node)
    if inner is None:
        return None
    sign, bare = strip_sign(inner)
    logs = [part for part in factors(bare) if isinstance(part, Call) and part.name == "log" and not part.primes]
    if not logs or len(logs[-1].arguments) != 1:
        return None
    rest = join_factors(part for part in factors(bare) if part is not logs[-1])
    return Power(logs[-1].arguments[0], rest if sign > 0 else Negative(rest))


# ---- Order and common numbers --------------------------------------------------------------------------------


def _simple_first(node: Node) -> Node | None:
    # sin x·x·2 = 2·x·sin x
    if not isinstance(node, Product):
        return None
    ordered = tuple(sorted(node.factors, key=_rank))
    return Product(ordered) if ordered != node.factors else None


def _rank(factor: Node) -> int:
    base, _ = base_and_exponent(factor)
    if number(factor) is not None:
        return 0
    if number(base) is not None:
        return 1
    return 2 if isinstance(base, (Symbol, Constant)) and base != EULER else 3


def _number_out(node: Node) -> Node | None:
    # a·(2·b + 4·c) = 2·a·(b + 2·c)
    if not isinstance(node, Product) or (len(node.factors) == 2 and number(node.factors[0]) is not None):
        return None
    for at, part in enumerate(node.factors):
        common = _content(part)
        if common > 1:
            rest = join_terms(_reduced(term, common) for term in terms(part))
            others = [each for each in (*node.factors[:at], rest, *node.factors[at + 1 :]) if each != ONE]
            return Product((Number(Fraction(common)), *others))
    return None


def _content(node: Node) -> int:
    """Return the largest whole number that divides every term of a sum."""
    if not isinstance(node, Sum):
        return 1
    values = [coefficient(term)[0] for term in node.terms]
    return gcd(*(value.numerator for value in values)) if all(value.denominator == 1 for value in values) else 1


def _reduced(term: Node, common: int) -> Node:
    value, core = coefficient(term)
    return scaled(value / common, core)


def _number_times_sum(node: Node) -> Node | None:
    # 2·(a + b) = 2·a + 2·b
    if not isinstance(node, Product) or len(node.factors) != 2:
        return None
    value, inner = number(node.factors[0]), node.factors[1]
    if value is None or not isinstance(inner, Sum):
        return None
    return Sum(tuple(scaled(value * coefficient(term)[0], coefficient(term)[1]) for term in inner.terms))


# ---- Sums ----------------------------------------------------------------------------------------------------


def _like_terms(node: Node) -> Node | None:
    # 2·x + 3·x = 5·x
    if not isinstance(node, Sum):
        return None
    totals: dict[Node, Fraction] = {}
    for term in node.terms:
        value, core = coefficient(term)
        totals[core] = totals.get(core, Fraction(0)) + value
    if len(totals) == len(node.terms):
        return None
    return join_terms(scaled(value, core) for core, value in totals.items() if value)


def _multiply_out(node: Node) -> Node | None:
    # (a + b)·c = a·c + b·c, collected, where that makes the sum shorter
    if not isinstance(node, Sum):
        return None
    result = expanded(node)
    return result if result is not None and size(result) < size(node) else None


def _same_denominator(node: Node) -> Node | None:
    # a/c + b/c = (a + b)/c
    if not isinstance(node, Sum):
        return None
    signed = [strip_sign(term) for term in node.terms]
    bottoms = {bare.denominator if isinstance(bare, Quotient) else None for _, bare in signed}
    if len(bottoms) != 1 or None in bottoms:
        return None
    tops = [
        bare.numerator if sign > 0 else Negative(bare.numerator)
        for sign, bare in signed
        if isinstance(bare, Quotient)
    ]
    return Quotient(Sum(tuple(tops)), next(bottom for bottom in bottoms if bottom is not None))


# ---- The table -----------------------------------------------------------------------------------------------

TIDY: Final[dict[str, Move]] = {
    "double-negative": _double_negative,
    "zero-factor": _zero_factor,
    "zero-term": _zero_term,
    "one-factor": _one_factor,
    "zero-fraction": _zero_fraction,
    "over-one": _over_one,
    "exponent-one": _exponent_one,
    "exponent-zero": _exponent_zero,
    "known-value": _known_value,
    "flatten-sum": _flatten_sum,
    "flatten-product": _flatten_product,
    "sign-of-product": _sign_of_product,
    "sign-of-fraction": _sign_of_fraction,
    "minus-sum": _minus_sum,
    "even-power-of-negative": _even_power_of_negative,
    "power-of-number": _power_of_number,
    "reduce-number": _reduce_number,
    "add-numbers": _add_numbers,
    "power-of-power": _power_of_power,
    "half-power": _half_power,
    "collect-powers": _collect_powers,
    "negative-power": _negative_power,
    "fraction-times": _fraction_times,
    "fraction-over": _fraction_over,
    "over-fraction": _over_fraction,
    "power-in-denominator": _power_in_denominator,
    "multiply-numbers": _multiply_numbers,
    "cancel": _cancel,
    "cancel-in-sum": _cancel_in_sum,
    "cancel-number": _cancel_number,
    "times-sign": _times_sign,
    "exponential-of-zero": _exponential_of_zero,
    "collect-exponentials": _collect_exponentials,
    "power-of-exponential": _power_of_exponential,
    "exponential-as-power": _exponential_as_power,
    "like-terms": _like_terms,
    "multiply-out": _multiply_out,
    "number-times-sum": _number_times_sum,
    "number-out": _number_out,
    "simple-first": _simple_first,
}
"""Moves that make an expression tidier, in the order in which they are tried."""

ALGEBRA: Final[dict[str, Move]] = {
    **TIDY,
    "leading-sign": _leading_sign,
    "sign-of-sum": _sign_of_sum,
    "power-of-fraction": _power_of_fraction,
    "power-of-product": _power_of_product,
    "same-denominator": _same_denominator,
}
"""Every move that needs no further choice."""
