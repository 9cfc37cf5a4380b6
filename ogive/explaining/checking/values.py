"""The value of an expression at a rational point, and whether it has one: exact where it can be, never guessed.

Definedness is decided with exact numbers. A power with a whole exponent wants only that zero is not raised to zero or
less; any other wants a positive base, or the base zero and a positive exponent. An exponent counts by its value:
``x^a`` has a value at x = -2, a = 1. Where balls leave it open whether a denominator is zero, nothing is said.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Final, TypeAlias

from ogive.explaining.checking.forms import UnknownError
from ogive.expressions import balls
from ogive.expressions import tree as t
from ogive.expressions.balls import Ball, UndefinedError
from ogive.expressions.differentiate import expand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ogive.expressions import Functions

__all__ = ["Value", "as_ball", "exact_root", "sign_of", "value_at"]

Value: TypeAlias = "Fraction | Ball"

_LONGEST: Final = 4000  # bits of an exact power
_AT_ZERO: Final[dict[str, int]] = {
    "sin": 0, "tan": 0, "sinh": 0, "tanh": 0, "asin": 0, "atan": 0, "asinh": 0, "atanh": 0, "erf": 0, "erfinv": 0,
    "lambertw": 0, "exp": 1, "cos": 1, "cosh": 1,
}  # fmt: skip
_AT_ONE: Final = frozenset({"log", "log2", "log10", "acos", "acosh"})  # zero there


def as_ball(value: Value) -> Ball:
    """Return a value as a ball."""
    return balls.ball(value) if isinstance(value, Fraction) else value


def sign_of(value: Value) -> int:
    """Return the sign of a value.

    Raises
    ------
    UnknownError
        If its ball holds zero and more.
    """
    if isinstance(value, Fraction):
        return (value > 0) - (value < 0)
    found = balls.sign(value)
    if found is None:
        raise UnknownError("whether this is zero")
    return found


def value_at(tree: t.Node, point: Mapping[str, Fraction], functions: Functions) -> Value:
    """Return the value of a plain expression at a point: a fraction where that is exact, else a ball.

    Parameters
    ----------
    tree
        An expression without derivatives and limits.
    point
        A number for every symbol.
    functions
        The table that knows the functions called.

    Raises
    ------
    UndefinedError
        If the expression has no real value there.
    UnknownError
        If it is left open whether it has one, or it cannot be computed.

    Examples
    --------
    >>> from ogive.expressions import ELEMENTARY, parse
    >>> value_at(parse("x**a + sqrt(9/4)"), {"x": Fraction(-2), "a": Fraction(3)}, ELEMENTARY)
    Fraction(-13, 2)
    """
    match tree:
        case t.Number(value):
            return value
        case t.Symbol(name):
            return point[name]
        case t.Constant():
            return balls.evaluate(tree, {}, functions)
        case t.Conditional(condition, then, otherwise):
            left, right = (value_at(side, point, functions) for side in (condition.left, condition.right))
            verdict = sign_of(_plus(left, _times(Fraction(-1), right))) in _HOLDS[condition.operator]
            return value_at(then if verdict else otherwise, point, functions)
        case t.Call(name, (argument,), 0) if name in balls.FUNCTIONS:
            return _called(name, value_at(argument, point, functions))
        case t.Call():
            opened = expand(tree, functions)
            if opened is None:
                raise UnknownError(f"{tree.name} cannot be computed")
            return value_at(opened, point, functions)
        case t.Power(base, exponent):
            power = value_at(exponent, point, functions)
            return _called("exp", power) if base == t.EULER else _power(value_at(base, point, functions), power)
        case t.Sum((first, *rest)) | t.Product((first, *rest)):
            total = value_at(first, point, functions)
            for part in rest:
                combine = _plus if isinstance(tree, t.Sum) else _times
                total = combine(total, value_at(part, point, functions))
            return total
        case t.Negative(operand):
            return _times(Fraction(-1), value_at(operand, point, functions))
        case t.Quotient(top, bottom):
            return _times(value_at(top, point, functions), _power(value_at(bottom, point, functions), Fraction(-1)))
    raise UnknownError(f"{type(tree).__name__} has no value of its own")


_HOLDS: Final = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}


def _plus(a: Value, b: Value) -> Value:
    return a + b if isinstance(a, Fraction) and isinstance(b, Fraction) else _finite(as_ball(a) + as_ball(b))


def _times(a: Value, b: Value) -> Value:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a * b
    zero = any(isinstance(side, Fraction) and side == 0 for side in (a, b))
    return Fraction(0) if zero else _finite(as_ball(a) * as_ball(b))


def _finite(value: Ball) -> Ball:
    if not value.is_finite():
        raise UnknownError("too large, or not known well enough")
    return value


def _power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return _whole_power(base, exponent.numerator)
    if not isinstance(exponent, Fraction) and sign_of(base) < 0:
        near = exponent.mid().floor()
        if any(exponent.overlaps(near + k) for k in (-1, 0, 1, 2)):
            raise UnknownError("whether an exponent is whole")
    side = sign_of(base)
    if side < 0 or (side == 0 and sign_of(exponent) <= 0):
        raise UndefinedError
    if side == 0:
        return Fraction(0)
    if isinstance(base, Fraction) and isinstance(exponent, Fraction):
        root = exact_root(base, exponent.denominator)
        if root is not None:
            return _whole_power(root, exponent.numerator)
    return _finite((as_ball(exponent) * as_ball(base).log()).exp())


def _whole_power(base: Value, n: int) -> Value:
    if n <= 0 and sign_of(base) == 0:
        raise UndefinedError
    if isinstance(base, Fraction):
        if abs(n) * max(base.numerator.bit_length(), base.denominator.bit_length()) <= _LONGEST:
            return base**n
        return _finite(balls.ball(base) ** n)
    return _finite(base**n)


def exact_root(value: Fraction, n: int) -> Fraction | None:
    """Return the n-th root of a number that is not negative, if it is rational."""
    roots = [_whole_root(part, n) for part in (value.numerator, value.denominator)]
    return None if roots[0] is None or not roots[1] else Fraction(roots[0], roots[1])


def _whole_root(value: int, n: int) -> int | None:
    if value < 2 or n == 2:
        root = isqrt(value) if n == 2 else value
        return root if root**n == value else None
    if n > value.bit_length():
        return None
    low, high = 1, 1 << (value.bit_length() // n + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**n < value else (low, middle)
    return low if low**n == value else None


def _called(name: str, u: Value) -> Value:
    if name in ("abs", "sign"):
        side = sign_of(u)
        return Fraction(side) if name == "sign" else u if side >= 0 else _times(Fraction(-1), u)
    if isinstance(u, Fraction):
        if u == 0 and name in _AT_ZERO:
            return Fraction(_AT_ZERO[name])
        if u == 1 and name in _AT_ONE:
            return Fraction(0)
        root = exact_root(abs(u), 2 if name == "sqrt" else 3) if name in ("sqrt", "cbrt") else None
        if root is not None and (u >= 0 or name == "cbrt"):
            return root if u >= 0 else -root
    return _finite(balls.apply(name, as_ball(u)))
