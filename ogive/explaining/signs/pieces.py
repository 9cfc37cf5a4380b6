"""A function cut into pieces on which it is analytic: its domain, its kinks and its value at each of them.

Absolute values, signs and conditions are resolved on intervals where they come out one way, found by sign charts of
what they ask about; logarithms, roots and denominators say where the function is real.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias, final

from ogive.explaining.exact.forms import constant_sign
from ogive.explaining.exact.polynomials import Quotient, TooLargeError
from ogive.explaining.exact.world import NoFormError, World
from ogive.explaining.signs.points import End, Root, UnknownError, compare
from ogive.expressions import parse
from ogive.expressions import tree as t
from ogive.expressions.differentiate import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.explaining.signs.charts import Charter
    from ogive.expressions import Functions

__all__ = ["Piece", "expanded", "pieces_of", "value_at_point"]

_MOST: int = 24  # pieces

Stretch: TypeAlias = tuple[End, End, t.Node]


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """An open interval and the function there, without absolute values or conditions."""

    low: End
    high: End
    tree: t.Node
    form: Quotient


def expanded(tree: t.Node, functions: Functions) -> t.Node:
    """Open every abbreviation: shapes, derivatives still to be taken, sec, coth and the like."""
    from ogive.expressions.differentiate import differentiate

    def open_(node: t.Node) -> t.Node:
        if isinstance(node, t.Derivative):
            return expanded(differentiate(node.body, node.variable.name, functions=functions), functions)
        if isinstance(node, t.Call):
            inside = expand(node, functions)
            return node if inside is None else expanded(inside, functions)
        return node

    return t.transform(tree, open_)


def pieces_of(charter: Charter, tree: t.Node) -> tuple[Piece, ...]:
    """Cut the real line, as far as the function is real there, into intervals on which it is analytic.

    Raises
    ------
    UnknownError
        If a sign that decides about a piece is not found.
    """
    found: list[Piece] = []
    for low, high, plain in _resolved(charter, (-math.inf, math.inf, tree)):
        found += [Piece(a, b, plain, _form(charter.world, plain)) for a, b in _real(charter, low, high, plain)]
        if len(found) > _MOST:
            raise UnknownError("too many pieces")
    return tuple(found)


def _form(world: World, tree: t.Node) -> Quotient:
    try:
        return world.form(tree)
    except (NoFormError, TooLargeError, ZeroDivisionError, RecursionError) as error:
        raise UnknownError(f"no normal form: {error}") from None


# ---- Absolute values and conditions --------------------------------------------------------------------------------


def _resolved(charter: Charter, stretch: Stretch) -> list[Stretch]:
    """Replace absolute values, signs and conditions, innermost first, cutting the interval where they change."""
    low, high, tree = stretch
    at = _innermost(tree)
    if at is None:
        return [stretch]
    node = t.subtree(tree, at)
    chart = charter.chart(_form(charter.world, _question(node)), low, high)
    ends: list[End] = [low, *chart.roots, high]
    found: list[Stretch] = []
    for left, right, sign in zip(ends, ends[1:], chart.signs, strict=False):
        found += _resolved(charter, (left, right, t.replace_at(tree, at, _answer(node, sign))))
        if len(found) > _MOST:
            raise UnknownError("too many pieces")
    return found


def _innermost(tree: t.Node) -> t.Path | None:
    asked = [path for path, node in t.walk(tree) if _asks(node)]
    return max(asked, key=len) if asked else None


def _asks(node: t.Node) -> bool:
    if isinstance(node, t.Conditional):
        return True
    return isinstance(node, t.Call) and node.name in ("abs", "sign", "cbrt") and not node.primes


def _question(node: t.Node) -> t.Node:
    """Return the expression whose sign decides about a node."""
    if isinstance(node, t.Conditional):
        return t.Sum((node.condition.left, t.Negative(node.condition.right)))
    return t.children(node)[0]


def _answer(node: t.Node, sign: int) -> t.Node:
    if isinstance(node, t.Conditional):
        return node.then if _holds(node.condition.operator, sign) else node.otherwise
    inside = t.children(node)[0]
    if isinstance(node, t.Call) and node.name == "sign":
        return t.integer(sign)
    plain = inside if sign >= 0 else t.Negative(inside)
    if isinstance(node, t.Call) and node.name == "abs":
        return plain
    root = t.Power(plain, t.rational(Fraction(1, 3)))  # the real cube root is odd
    return root if sign >= 0 else t.Negative(root)


def _holds(operator: str, sign: int) -> bool:
    return sign in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}[operator]


# ---- The domain ----------------------------------------------------------------------------------------------------


def _real(charter: Charter, low: End, high: End, tree: t.Node) -> list[tuple[End, End]]:
    """Return the parts of an interval on which every logarithm, root and quotient is real and analytic."""
    parts: list[tuple[End, End]] = [(low, high)]
    for asked, positive in dict.fromkeys(_demands(tree, charter.name)):
        parts = [part for a, b in parts for part in _cut(charter, asked, (a, b), positive=positive)]
    return parts


def _cut(charter: Charter, asked: t.Node, part: tuple[End, End], *, positive: bool) -> Iterator[tuple[End, End]]:
    chart = charter.chart(_form(charter.world, asked), *part)
    ends: list[End] = [part[0], *chart.roots, part[1]]
    for left, right, sign in zip(ends, ends[1:], chart.signs, strict=False):
        if sign > 0 or (sign < 0 and not positive):
            yield left, right


def _demands(tree: t.Node, variable: str) -> Iterator[tuple[t.Node, bool]]:
    """Yield what must be positive (True) or only not zero (False) for a tree to be real and analytic."""
    for _, node in t.walk(tree):
        match node:
            case t.Quotient(_, below) if variable in t.symbols(below):
                yield below, False
            case t.Power(base, exponent) if variable in t.symbols(base):
                value = t.number(exponent)
                if value is None or value.denominator != 1:
                    yield base, True
                elif value < 0:
                    yield base, False
            case t.Call(name, (argument,), 0) if name in _DEMANDS:
                yield from _named(name, argument)


def _named(name: str, argument: t.Node) -> Iterator[tuple[t.Node, bool]]:
    for text, positive in _DEMANDS[name]:
        yield t.substitute(parse(text), {"u": argument}), positive


_INSIDE = (("1 - u", True), ("1 + u", True))
_DEMANDS: dict[str, tuple[tuple[str, bool], ...]] = {
    "log": (("u", True),),
    "log2": (("u", True),),
    "log10": (("u", True),),
    "sqrt": (("u", True),),
    "asin": _INSIDE,
    "acos": _INSIDE,
    "atanh": _INSIDE,
    "erfinv": _INSIDE,
    "acosh": (("u - 1", True),),
    "lambertw": (("1 + e*u", True),),
    "tan": (("cos(u)", False),),
}


# ---- Single points -------------------------------------------------------------------------------------------------


def value_at_point(world: World, tree: t.Node, name: str, point: t.Node) -> Quotient | None:
    """Return the exact value at a point with a closed form; None where the function is not real there.

    Raises
    ------
    UnknownError
        If a sign that decides about the value is not found.
    """
    there = t.substitute(tree, {name: point})
    try:
        plain = t.transform(there, lambda node: _at_point(world, node))
        return world.form(plain)
    except (ZeroDivisionError, _NotRealError):
        return None
    except (NoFormError, TooLargeError, RecursionError) as error:
        raise UnknownError(f"the value at a point: {error}") from None


class _NotRealError(ArithmeticError):
    """A logarithm or root of a negative number."""


def _at_point(world: World, node: t.Node) -> t.Node:
    if _asks(node):
        return _answer(node, _sign(world, _question(node)))
    match node:
        case t.Quotient(_, below) if _sign(world, below) == 0:
            raise _NotRealError
        case t.Call("log" | "log2" | "log10", (argument,), 0) if _sign(world, argument) <= 0:
            raise _NotRealError
        case t.Call("sqrt", (argument,), 0):
            return _root_at_point(world, node, argument)
        case t.Power(base, exponent) if (value := t.number(exponent)) is not None and value.denominator != 1:
            if _sign(world, base) == 0 and value < 0:
                raise _NotRealError
            return _root_at_point(world, node, base)
    return node


def _root_at_point(world: World, node: t.Node, inside: t.Node) -> t.Node:
    found = _sign(world, inside)
    if found < 0:
        raise _NotRealError
    return node if found else t.ZERO


def _sign(world: World, tree: t.Node) -> int:
    found = constant_sign(world, world.form(tree))
    if found is None:
        raise UnknownError("the sign of a number")
    return found


def same_point(a: End, b: End) -> bool:
    """Tell whether two ends are the same point of the line."""
    return isinstance(a, Root) and isinstance(b, Root) and (a is b or compare(a, b) == 0)
