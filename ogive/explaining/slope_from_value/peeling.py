"""f' = R(f) by taking a function apart from the outside: f = φ(u) and u' = S(u) give f' = φ'(φ⁻¹(f)) S(φ⁻¹(f))."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ogive.expressions import parse
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["peeled"]

_Y: Final = t.Symbol("y")

# φ'(u) and u as text in y = φ(u).
_ROWS: Final = {
    "exp": ("y", "log(y)"),
    "log": ("exp(-y)", "exp(y)"),
    "sqrt": ("1/(2*y)", "y**2"),
    "atan": ("cos(y)**2", "tan(y)"),
    "asin": ("1/cos(y)", "sin(y)"),
    "acos": ("-1/sin(y)", "cos(y)"),
    "tan": ("1 + y**2", "atan(y)"),
    "tanh": ("1 - y**2", "atanh(y)"),
    "atanh": ("cosh(y)**2", "tanh(y)"),
    "sinh": ("sqrt(1 + y**2)", "asinh(y)"),
    "asinh": ("1/cosh(y)", "sinh(y)"),
    "acosh": ("1/sinh(y)", "cosh(y)"),
    "erf": ("2/sqrt(pi)*exp(-erfinv(y)**2)", "erfinv(y)"),
    "erfinv": ("sqrt(pi)/2*exp(y**2)", "erf(y)"),
    "lambertw": ("exp(-y)/(1 + y)", "y*exp(y)"),
    "log2": ("2**(-y)/log(2)", "2**y"),
    "log10": ("10**(-y)/log(10)", "10**y"),
}


def peeled(tree: t.Node, name: str, inside: Callable[[t.Node], t.Node | None]) -> t.Node | None:
    """Return R as a tree in y, given a way to find it for what is inside; None where the outside is not known.

    Parameters
    ----------
    tree
        The function, without abbreviations.
    name
        Its variable.
    inside
        Finds S(y) for a smaller function, or None.
    """
    if tree == t.Symbol(name):
        return t.ONE
    if name not in t.symbols(tree):
        return None
    match tree:
        case t.Negative(operand):
            return _scaled(inside(operand), t.integer(-1))
        case t.Sum(terms):
            return _shifted(terms, name, inside)
        case t.Product(factors):
            return _product(factors, name, inside)
        case t.Quotient(top, bottom):
            return _quotient(top, bottom, name, inside)
        case t.Power(base, exponent):
            return _power(base, exponent, name, inside)
        case t.Call(function, (argument,), 0) if function in _ROWS:
            outer, value = (parse(text) for text in _ROWS[function])
            return _composed(outer, value, inside(argument))
    return None


def _composed(outer: t.Node, value: t.Node, found: t.Node | None) -> t.Node | None:
    """Multiply φ' by S at the inner value, both in terms of y."""
    if found is None:
        return None
    there = t.substitute(found, {"y": value})
    if outer == t.ONE:
        return there
    return outer if there == t.ONE else t.Product((outer, there))


def _scaled(found: t.Node | None, factor: t.Node) -> t.Node | None:
    return _composed(factor, t.Quotient(_Y, factor), found)


def _divided(found: t.Node | None, divisor: t.Node) -> t.Node | None:
    there = _composed(t.ONE, t.Product((divisor, _Y)), found)
    return None if there is None else t.Quotient(there, divisor)


def _split(parts: tuple[t.Node, ...], name: str) -> tuple[t.Node | None, list[t.Node]]:
    """Return the only part that varies, if there is one, and the others."""
    moving = [part for part in parts if name in t.symbols(part)]
    fixed = [part for part in parts if name not in t.symbols(part)]
    return (moving[0] if len(moving) == 1 else None), fixed


def _shifted(terms: tuple[t.Node, ...], name: str, inside: Callable[[t.Node], t.Node | None]) -> t.Node | None:
    moving, fixed = _split(terms, name)
    if moving is None:
        return None
    return _composed(t.ONE, t.Sum((_Y, *(t.Negative(part) for part in fixed))), inside(moving))


def _product(factors: tuple[t.Node, ...], name: str, inside: Callable[[t.Node], t.Node | None]) -> t.Node | None:
    moving, fixed = _split(factors, name)
    if moving is None:
        return None
    return _scaled(inside(moving), fixed[0] if len(fixed) == 1 else t.Product(tuple(fixed)))


def _quotient(top: t.Node, bottom: t.Node, name: str, inside: Callable[[t.Node], t.Node | None]) -> t.Node | None:
    if name not in t.symbols(bottom):
        return _divided(inside(top), bottom)
    if name in t.symbols(top):
        return None
    outer = t.Negative(t.Quotient(t.Power(_Y, t.integer(2)), top))
    return _composed(outer, t.Quotient(top, _Y), inside(bottom))


def _power(base: t.Node, exponent: t.Node, name: str, inside: Callable[[t.Node], t.Node | None]) -> t.Node | None:
    if name not in t.symbols(base):
        rate = t.Call("log", (base,))
        if base == t.EULER:
            return _composed(_Y, t.Call("log", (_Y,)), inside(exponent))
        return _composed(t.Product((rate, _Y)), t.Quotient(t.Call("log", (_Y,)), rate), inside(exponent))
    if name in t.symbols(exponent):
        return None
    value = t.Power(_Y, t.Quotient(t.ONE, exponent))
    return _composed(t.Product((exponent, t.Quotient(_Y, value))), value, inside(base))
