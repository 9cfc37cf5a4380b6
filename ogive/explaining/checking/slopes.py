"""What a call abbreviates, and the slope of a plain expression: the checker's own rules of differentiation.

The slopes and formulas of named functions are the texts of their rows in `ogive.expressions.functions`; a test holds
each against ball arithmetic.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from ogive.expressions.functions import ELEMENTARY, Function, Functions
from ogive.expressions.parser import parse
from ogive.expressions.tree import (
    EULER,
    ONE,
    ZERO,
    Call,
    Conditional,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    number,
    rational,
    substitute,
    symbols,
)

__all__ = ["opened", "slope"]


@cache
def _text(text: str, argument: str) -> Node:
    return parse(text, names=(argument,))


def _slope_of_row(row: Function, primes: int) -> Node:
    """Return the derivative of order ``primes`` of a row, in the row's own argument."""
    if row.derivative is None and row.formula is None:
        raise ValueError(f"the slope of {row.name} is not known")
    tree = _text(row.derivative or row.formula or "", row.argument)
    for _ in range(primes - (row.derivative is not None)):
        tree = slope(tree, row.argument, ELEMENTARY)
    return tree


def opened(call: Call, functions: Functions) -> Node:
    """Return what a call abbreviates: its formula, the quotient of two logarithms, or a slope for f'(u).

    Raises
    ------
    ValueError
        If it abbreviates nothing.
    """
    row = functions.get(call.name)
    if row is None:
        raise ValueError(f"there is no function {call.name!r}")
    if len(call.arguments) == 2 and row.name == "log" and not call.primes:
        argument, base = call.arguments
        return Quotient(Call("log", (argument,)), Call("log", (base,)))
    if len(call.arguments) != 1 or (row.formula is None and not call.primes):
        raise ValueError(f"{call.name} stands for itself")
    tree = _slope_of_row(row, call.primes) if call.primes else _text(row.formula or "", row.argument)
    return substitute(tree, {row.argument: call.arguments[0]})


def slope(tree: Node, v: str, functions: Functions) -> Node:
    """Return the derivative of a plain tree, every other symbol being constant.

    Raises
    ------
    ValueError
        If no rule applies.
    """
    if v not in symbols(tree):
        return ZERO
    match tree:
        case Symbol():
            return ONE
        case Sum(parts):
            return _sum([slope(part, v, functions) for part in parts])
        case Negative(operand):
            return Negative(slope(operand, v, functions))
        case Product(parts):
            slopes = [slope(part, v, functions) for part in parts]
            return _sum([_product([*parts[:at], each, *parts[at + 1 :]]) for at, each in enumerate(slopes)])
        case Quotient(top, bottom):
            up, down = slope(top, v, functions), slope(bottom, v, functions)
            first = Quotient(up, bottom)
            if down == ZERO:
                return first
            return Sum((first, Negative(Quotient(_product([top, down]), Power(bottom, Number(Fraction(2)))))))
        case Power(base, exponent):
            return _of_power(base, exponent, v, functions)
        case Conditional(condition, then, otherwise):
            return Conditional(condition, slope(then, v, functions), slope(otherwise, v, functions))
        case Call(name, (argument,), primes) if name in functions:
            row = functions[name]
            outer = substitute(_slope_of_row(row, primes + 1), {row.argument: argument})
            return _product([outer, slope(argument, v, functions)])
        case Call():
            return slope(opened(tree, functions), v, functions)
    raise ValueError(f"no rule of differentiation applies to {type(tree).__name__}")


def _of_power(base: Node, exponent: Node, v: str, functions: Functions) -> Node:
    if v not in symbols(exponent):
        value = number(exponent)
        lowered = Sum((exponent, Negative(ONE))) if value is None else rational(value - 1)
        return _product([exponent, ONE if value == 1 else Power(base, lowered), slope(base, v, functions)])
    if base == EULER:
        return _product([Power(base, exponent), slope(exponent, v, functions)])
    rate = slope(Product((exponent, Call("log", (base,)))), v, functions)
    return _product([Power(base, exponent), rate])


def _sum(parts: list[Node]) -> Node:
    kept = [part for part in parts if part != ZERO]
    return Sum(tuple(kept)) if len(kept) > 1 else kept[0] if kept else ZERO


def _product(parts: list[Node]) -> Node:
    kept = [part for part in parts if part != ONE]
    return ZERO if ZERO in parts else Product(tuple(kept)) if len(kept) > 1 else kept[0] if kept else ONE
