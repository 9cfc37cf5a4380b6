"""Values of expressions to guaranteed digits.

A digit is given away only when both ends of a ball that contains the value round to it, and the precision is raised
until they do.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from ogive.expressions.balls import Ball, UndefinedError, ball, evaluate, precision

if TYPE_CHECKING:
    from ogive.expressions.tree import Node

__all__ = ["UndecidedError", "digits", "enclosure", "exact_value"]

MOST_BITS: Final = 1 << 14


class UndecidedError(ArithmeticError):
    """No precision within reason fixes the digits that were asked for."""


def enclosure(tree: Node, at: dict[str, Fraction], *, bits: int = 128) -> Ball:
    """Return a ball that contains the value of an expression, whose symbols have these exact values.

    Raises
    ------
    UndefinedError
        If the expression certainly has no real value there.
    """
    with precision(bits):
        try:
            return evaluate(tree, {name: ball(value) for name, value in at.items()})
        except UndefinedError:
            raise UndefinedError(f"there is no real value at {_place(at)}") from None


def exact_value(tree: Node, at: dict[str, Fraction]) -> Fraction | None:
    """Return the value as a fraction where ball arithmetic meets no rounding, such as at zero; None elsewhere."""
    found = enclosure(tree, at)
    return _end(found, 0) if found.is_finite() and found.is_exact() else None


def digits(tree: Node, at: dict[str, Fraction], *, count: int = 15) -> str:
    """Return the value, correctly rounded to so many significant digits, as decimal text.

    Raises
    ------
    UndefinedError
        If the expression certainly has no real value there.
    UndecidedError
        If its value is so close to a tie, or so hard to enclose, that its digits stay open.
    """
    bits = 64 + 4 * count
    while bits <= MOST_BITS:
        found = enclosure(tree, at, bits=bits)
        if found.is_finite():
            low, high = (_rounded(_end(found, side), count) for side in (-1, 1))
            if low == high:
                return low
        bits *= 2
    raise UndecidedError(f"{count} digits cannot be guaranteed at {_place(at)}")


def _place(at: dict[str, Fraction]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in at.items())


def _end(found: Ball, side: int) -> Fraction:
    """Return one end of a ball, or its middle, as an exact fraction."""
    middle, radius = (_dyadic(part) for part in (found.mid(), found.rad()))
    return middle + side * radius


def _dyadic(exact: Ball) -> Fraction:
    mantissa, exponent = (int(part) for part in exact.man_exp())
    return mantissa * Fraction(2) ** exponent


def _rounded(value: Fraction, count: int) -> str:
    """Round a fraction half to even to so many digits; plain notation for magnitudes that people read plainly."""
    with localcontext(prec=count) as context:
        context.Emin, context.Emax = -(10**9), 10**9
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        return f"{quotient:f}" if quotient == 0 or -6 <= quotient.adjusted() < count else f"{quotient:e}"
