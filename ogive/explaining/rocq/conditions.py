"""Where an expression, as it is typed, has a value and a slope: the conditions of a theorem about it.

Every part counts, constants too: nothing is left out because it is multiplied by 0. No derivation is read here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ogive.explaining.rocq.translation import ROWS, Condition, resolved
from ogive.expressions.tree import (
    EULER,
    Call,
    Derivative,
    Limit,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
    number,
    symbols,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.expressions import Functions

__all__ = ["conditions_of", "is_nonnegative", "is_positive"]


def conditions_of(tree: Node, functions: Functions, variable: str = "") -> tuple[Condition, ...]:
    """Return the conditions under which every part of an expression has a value; with a variable, a slope by it too.

    Parameters
    ----------
    tree
        The expression as typed.
    functions
        The table that knows the functions called.
    variable
        The name of the variable of the slope; empty where only the value matters.

    Raises
    ------
    NotExpressibleError
        If a function called is not stated for Rocq.
    """
    found = _conditions(tree, functions, variable)
    return tuple(dict.fromkeys(simple for condition in found for simple in _simplified(condition)))


def _simplified(condition: Condition) -> Iterator[Condition]:
    """Say the same of the factors: a product is not zero where no factor is."""
    match condition.kind, condition.tree:
        case "nonzero", Product(factors):
            for factor in factors:
                yield from _simplified(Condition("nonzero", factor))
        case "nonzero", Negative(operand) | Quotient(operand, _):  # that the denominator is not zero stands beside it
            yield from _simplified(Condition("nonzero", operand))
        case "nonzero", Power(base, exponent) if base != EULER and _whole(exponent):
            if number(exponent):
                yield from _simplified(Condition("nonzero", base))
        case "positive", Power(base, exponent) if base != EULER and _whole(exponent) and number(exponent):
            odd = (number(exponent) or Fraction(0)).numerator % 2
            yield from _simplified(Condition("positive" if odd else "nonzero", base))
        case "positive", Product(factors) if len(rest := [f for f in factors if not is_positive(f)]) == 1:
            yield from _simplified(Condition("positive", rest[0]))
        case "positive", Quotient(top, bottom) if is_positive(bottom):
            yield from _simplified(Condition("positive", top))
        case "nonzero" | "positive", Number(value) if value:  # 3 is not 0; one that is 0 stays, and has no witness
            return
        case _:
            yield condition


def _whole(exponent: Node) -> bool:
    value = number(exponent)
    return value is not None and value.denominator == 1


def _conditions(tree: Node, functions: Functions, variable: str) -> Iterator[Condition]:
    if isinstance(tree, Derivative):
        yield from _conditions(tree.body, functions, tree.variable.name)
        return
    if isinstance(tree, Limit):  # what is under it need not have a value at the point; see `equalities`
        return
    if isinstance(tree, Call):
        meaning = resolved(tree, functions)
        if not (isinstance(meaning, Call) and len(meaning.arguments) == 1 and meaning.name in ROWS):
            yield from _conditions(meaning, functions, variable)
            return
        argument = meaning.arguments[0]
        yield from _conditions(argument, functions, variable)
        yield from ROWS[meaning.name].conditions(argument, slope=variable in symbols(argument))
        return
    for part in children(tree):
        yield from _conditions(part, functions, variable)
    match tree:
        case Quotient(_, bottom):
            yield Condition("nonzero", bottom)
        case Power(base, exponent) if base != EULER:
            value = number(exponent)
            if value is None or value.denominator != 1:
                yield Condition("positive", base)
            elif value <= 0:
                yield Condition("nonzero", base)


# ---- What is plain from the signs of the parts --------------------------------------------------------------------


def is_positive(tree: Node, known: frozenset[Node] = frozenset()) -> bool:
    """Tell whether an expression is positive wherever it has a value, by the signs of its parts alone."""
    if tree in known:
        return True
    match tree:
        case Number(value):
            return value > 0
        case Symbol():
            return False
        case Sum(terms):
            return all(is_nonnegative(part, known) for part in terms) and any(
                is_positive(part, known) for part in terms
            )
        case Power(base, exponent):
            power = number(exponent)
            if base == EULER or power is None or power.denominator != 1:
                return True
            return is_positive(base, known)
        case Call("exp" | "cosh" | "sech"):
            return True
        case Call("sqrt", (argument,)):
            return is_positive(argument, known)
        case Call("log", (argument,)):
            return _exceeds_one(argument, known)
        case Call() | Derivative() | Limit():
            return False
    parts = children(tree)
    if isinstance(tree, Negative):
        return False
    return all(is_positive(part, known) for part in parts)  # constants, products, quotients


def _exceeds_one(tree: Node, known: frozenset[Node]) -> bool:
    """Tell whether a number or a sum is plainly greater than one."""
    if isinstance(tree, Number):
        return tree.value > 1
    if isinstance(tree, Sum):
        large = [part for part in tree.terms if isinstance(part, Number) and part.value >= 1]
        rest = [part for part in tree.terms if part not in large]
        return bool(large) and bool(rest) and all(is_positive(part, known) for part in rest)
    return tree == EULER


def is_nonnegative(tree: Node, known: frozenset[Node] = frozenset()) -> bool:
    """Tell whether an expression is nowhere negative, by the signs of its parts alone."""
    if is_positive(tree, known):
        return True
    match tree:
        case Number(value):
            return value >= Fraction(0)
        case Sum(parts):
            return all(is_nonnegative(part, known) for part in parts)
        case Power(base, exponent):
            power = number(exponent)
            even = power is not None and power.denominator == 1 and power.numerator % 2 == 0
            return even or is_nonnegative(base, known)
        case Call("abs" | "sqrt"):
            return True
        case Call() | Symbol():
            return False
    if isinstance(tree, Negative | Derivative | Limit):
        return False
    return all(is_nonnegative(part, known) for part in children(tree))
