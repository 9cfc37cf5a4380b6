"""Values of expressions to guaranteed digits, by arithmetic on intervals that always contain the truth.

A ball is a midpoint with a radius; python-flint's arithmetic on balls never loses the true value. A digit is given
away only when both ends of the ball round to it, and the precision is raised until they do.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, Final

from ogive._optional import optional
from ogive.expressions.differentiate import differentiate, expand
from ogive.expressions.functions import ELEMENTARY
from ogive.expressions.tree import (
    Call,
    Constant,
    Derivative,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    number,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["UndecidedError", "ball", "digits", "exact_value"]

Arb = Any
"""A ball of python-flint, which brings no types of its own."""

MOST_BITS: Final = 1 << 14


class UndecidedError(ArithmeticError):
    """No precision within reason fixes the digits that were asked for."""


def ball(tree: Node, at: dict[str, Fraction], *, bits: int = 128) -> Arb:
    """Return a ball that contains the value of an expression.

    Parameters
    ----------
    tree
        An expression of sums, products, fractions, powers and elementary functions.
    at
        The exact value of each symbol.
    bits
        The working precision. The ball of a function outside its domain is not finite: it says nothing.
    """
    flint = optional("flint", for_="guaranteed digits")
    with flint.ctx.workprec(bits):
        return _evaluate(tree, {name: _rational(value) for name, value in at.items()})


def exact_value(tree: Node, at: dict[str, Fraction]) -> Fraction | None:
    """Return the value as a fraction where ball arithmetic meets no rounding, such as at zero; None elsewhere."""
    found = ball(tree, at)
    return _end(found, 0) if found.is_finite() and found.is_exact() else None


def digits(tree: Node, at: dict[str, Fraction], *, count: int = 15) -> str:
    """Return the value, correctly rounded to so many significant digits, as decimal text.

    Raises
    ------
    UndecidedError
        If the expression has no value there, or one so close to a tie that its digits stay open.
    """
    bits = 64 + 4 * count
    while bits <= MOST_BITS:
        found = ball(tree, at, bits=bits)
        if found.is_finite():
            low, high = (_rounded(_end(found, side), count) for side in (-1, 1))
            if low == high:
                return low
        bits *= 2
    raise UndecidedError(f"{count} digits cannot be guaranteed at {', '.join(f'{n} = {v}' for n, v in at.items())}")


def _rational(value: Fraction) -> Arb:
    arb = optional("flint", for_="guaranteed digits").arb
    return arb(value.numerator) / value.denominator


def _end(found: Arb, side: int) -> Fraction:
    """Return one end of a ball, or its middle, as an exact fraction."""
    middle, radius = (_dyadic(part) for part in (found.mid(), found.rad()))
    return middle + side * radius


def _dyadic(exact: Arb) -> Fraction:
    mantissa, exponent = (int(part) for part in exact.man_exp())
    return mantissa * Fraction(2) ** exponent


def _rounded(value: Fraction, count: int) -> str:
    """Round a fraction half to even to so many digits; plain notation for magnitudes that people read plainly."""
    with localcontext(prec=count) as context:
        context.Emin, context.Emax = -(10**9), 10**9
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        return f"{quotient:f}" if quotient == 0 or -6 <= quotient.adjusted() < count else f"{quotient:e}"


# ---- Evaluation ------------------------------------------------------------------------------------------------


def _evaluate(node: Node, at: dict[str, Arb]) -> Arb:
    arb = optional("flint", for_="guaranteed digits").arb
    match node:
        case Number(value):
            return _rational(value)
        case Constant(name):
            return {"e": lambda: arb(1).exp(), "pi": arb.pi}[name]()
        case Symbol(name):
            return at[name]
        case Derivative(body, variable):
            return _evaluate(differentiate(body, variable.name), at)
        case Call():
            return _call(node, at)
        case Sum(parts):
            return sum((_evaluate(part, at) for part in parts), arb(0))
        case Product(parts):
            return prod((_evaluate(part, at) for part in parts), start=arb(1))
        case Quotient(top, bottom):
            return _evaluate(top, at) / _evaluate(bottom, at)
        case Negative(operand):
            return -_evaluate(operand, at)
        case Power(base, exponent):
            return _power(base, exponent, at)
    raise TypeError(f"{type(node).__name__} has no value that is one number")


def _power(base: Node, exponent: Node, at: dict[str, Arb]) -> Arb:
    if base == Constant("e"):
        return _evaluate(exponent, at).exp()
    written = number(exponent)
    if written is not None and written.denominator == 1:
        return _evaluate(base, at) ** int(written)
    return _evaluate(base, at) ** _evaluate(exponent, at)


def _call(node: Call, at: dict[str, Arb]) -> Arb:
    row = ELEMENTARY[node.name]
    if not node.primes and row.name in _FUNCTIONS and len(node.arguments) == 1:
        return _FUNCTIONS[row.name](_evaluate(node.arguments[0], at))
    simpler = expand(node)
    if simpler is None:
        raise TypeError(f"{node.name} has no ball arithmetic here")
    return _evaluate(simpler, at)


def _method(name: str) -> Callable[[Arb], Arb]:
    return lambda x: getattr(x, name)()


_FUNCTIONS: Final[dict[str, Callable[[Arb], Arb]]] = {
    **{
        name: _method(name)
        for name in (
            "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan",
            "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "lambertw",
        )
    },
    "abs": abs,
}  # fmt: skip
