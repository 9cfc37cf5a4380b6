"""A function cut into intervals on which it is analytic or not real: domain, joints and holes, from the tree alone.

Each part of an expression is asked where it is real and which way it goes: a denominator where it is zero, a root and
a logarithm where their argument is positive, |u| and if(...) where their question changes its answer. Between the
points found this way nothing changes. At such a point the value is that of the expression as typed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from ogive.explaining.checking.constants import has_value, reduced, sign
from ogive.explaining.checking.forms import UnknownError
from ogive.expressions import balls
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate, expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.explaining.checking.line import Chart, End, Line, Point

__all__ = ["Cell", "cells", "value_at_point"]

_MOST: Final = 40  # cells
_HOLDS: Final = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}
_EVERYWHERE: Final = frozenset({"exp", "sin", "cos", "atan", "sinh", "cosh", "tanh", "asinh", "erf"})
_INSIDE: Final = {
    "log": "u", "log2": "u", "log10": "u", "asin": "1-u*u", "acos": "1-u*u", "atanh": "1-u*u", "erfinv": "1-u*u",
    "acosh": "u-1", "lambertw": "e*u+1", "sqrt": "u",
}  # fmt: skip
_THIRD: Final = t.rational(Fraction(1, 3))


class Cell(NamedTuple):
    """An open interval, and the function there without cases; None where it is not real."""

    low: End
    high: End
    tree: t.Node | None


def _minus(a: t.Node, b: t.Node) -> t.Node:
    return t.Sum((a, t.Negative(b)))


def cells(line: Line, tree: t.Node, low: End, high: End) -> list[Cell]:
    """Cut an open interval.

    Raises
    ------
    UnknownError
        If a sign that decides is not found.
    """
    if line.name not in t.symbols(tree):
        constant = settled(tree, line)
        return [Cell(low, high, constant)]
    match tree:
        case t.Symbol():
            return [Cell(low, high, tree)]
        case t.Conditional(condition, then, otherwise):
            question = _minus(condition.left, condition.right)
            return [
                each
                for a, b, found in _asked(line, question, low, high)
                for each in (
                    [Cell(a, b, None)]
                    if found is None
                    else cells(line, then if found in _HOLDS[condition.operator] else otherwise, a, b)
                )
            ]
        case t.Derivative(body, v):
            found = cells(line, body, low, high)
            return [
                Cell(a, b, None if part is None else differentiate(part, v.name, functions=line.functions))
                for a, b, part in found
            ]
        case t.Call("tan", (u,), 0):
            return cells(line, t.Quotient(t.Call("sin", (u,)), t.Call("cos", (u,))), low, high)
        case t.Call() if (opened := expand(tree, line.functions)) is not None:
            return cells(line, opened, low, high)
    made: list[Cell] = []
    for a, b, parts in _together(line, t.children(tree), low, high):
        made += [Cell(a, b, None)] if parts is None else _of_node(line, t.with_children(tree, parts), a, b)
    if len(made) > _MOST:
        raise UnknownError("too many pieces")
    return made


def _together(
    line: Line, parts: tuple[t.Node, ...], low: End, high: End
) -> Iterator[tuple[End, End, tuple[t.Node, ...] | None]]:
    """Cut an interval wherever one of several parts changes."""
    if not parts:
        yield low, high, ()
        return
    for a, b, first in cells(line, parts[0], low, high):
        if first is None:
            yield a, b, None
            continue
        for c, d, others in _together(line, parts[1:], a, b):
            yield c, d, None if others is None else (first, *others)


def _asked(line: Line, question: t.Node, low: End, high: End) -> Iterator[tuple[End, End, int | None]]:
    """Cut an interval wherever an expression changes its sign; None where it is not real."""
    for a, b, plain in cells(line, question, low, high):
        if plain is None:
            yield a, b, None
            continue
        yield from _signs(line.chart(plain, a, b), a, b)


def _signs(chart: Chart, low: End, high: End) -> Iterator[tuple[End, End, int]]:
    ends: list[End] = [low, *chart.zeros, high]
    for at, found in enumerate(chart.signs):
        yield ends[at], ends[at + 1], found


def _of_node(line: Line, node: t.Node, low: End, high: End) -> list[Cell]:
    """Cut an interval on which all parts of a node are plain."""
    match node:
        case t.Sum() | t.Product() | t.Negative():
            return [Cell(low, high, node)]
        case t.Quotient(_, bottom):
            return [Cell(a, b, node if found else None) for a, b, found in _of(line, bottom, low, high)]
        case t.Power(base, exponent):
            return _of_power(line, node, base, exponent, low, high)
        case t.Call("abs" | "sign" | "cbrt" as name, (u,), 0):
            return [Cell(a, b, _sided(name, u, found)) for a, b, found in _of(line, u, low, high)]
        case t.Call(name, (_,), 0) if name in _EVERYWHERE:
            return [Cell(low, high, node)]
        case t.Call(name, (u,), 0) if name in _INSIDE:
            question = t.substitute(_question(name), {"u": u})
            found = list(_of(line, question, low, high))
            if any(way == 0 for _, _, way in found):
                raise UnknownError(f"{name} at the end of its domain, all along an interval")
            return [Cell(a, b, node if way > 0 else None) for a, b, way in found]
    raise UnknownError(f"where {type(node).__name__} is real is not known")


def _question(name: str) -> t.Node:
    u = t.Symbol("u")
    match _INSIDE[name]:
        case "u":
            return u
        case "u-1":
            return _minus(u, t.ONE)
        case "1-u*u":
            return _minus(t.ONE, t.Product((u, u)))
    return t.Sum((t.Product((t.EULER, u)), t.ONE))


def _of(line: Line, plain: t.Node, low: End, high: End) -> Iterator[tuple[End, End, int]]:
    return _signs(line.chart(plain, low, high), low, high)


def _sided(name: str, u: t.Node, found: int) -> t.Node:
    """Write |u|, sign(u) or cbrt(u) where the sign of u is known."""
    if found == 0:
        return t.ZERO
    if name == "sign":
        return t.integer(found)
    size = u if found > 0 else t.Negative(u)
    if name == "abs":
        return size
    root = t.Power(size, _THIRD)
    return root if found > 0 else t.Negative(root)


def _of_power(line: Line, node: t.Node, base: t.Node, exponent: t.Node, low: End, high: End) -> list[Cell]:
    """Cut where a power is real: x^(1/3) for x > 0 only, as everywhere in Ogive."""
    if base == t.EULER:
        return [Cell(low, high, node)]
    value = None if line.name in t.symbols(exponent) else t.number(reduced(exponent, line.functions))
    if value is not None and value.denominator == 1:
        if value > 0:
            return [Cell(low, high, node)]
        return [Cell(a, b, node if found else None) for a, b, found in _of(line, base, low, high)]
    found = list(_of(line, base, low, high))
    if value is None and line.name not in t.symbols(base) and any(way <= 0 for _, _, way in found):
        raise UnknownError("a power of a negative number")
    if value is None and line.name not in t.symbols(exponent) and not _is_broken(exponent, line):
        raise UnknownError("a power whose exponent may be a whole number")
    if any(way == 0 for _, _, way in found):
        raise UnknownError("a power of 0")
    return [Cell(a, b, node if way > 0 else None) for a, b, way in found]


def _is_broken(exponent: t.Node, line: Line) -> bool:
    """Tell whether a number certainly is no whole number."""
    with balls.precision(100):
        return not balls.evaluate(exponent, {}, line.functions).contains_integer()


# ---- Values at points --------------------------------------------------------------------------------------------


def value_at_point(line: Line, tree: t.Node, point: Point) -> t.Node | None:
    """Return the value of an expression at a point in closed form; None where it is not real.

    Raises
    ------
    UnknownError
        If that is left open.
    """
    if point.closed is None:
        raise UnknownError("a value at a point without a closed form")
    return settled(t.substitute(tree, {line.name: point.closed}), line)


def settled(tree: t.Node, line: Line) -> t.Node | None:
    """Return a number without cases; None where it is not real."""
    try:
        return _settled(tree, line)
    except balls.UndefinedError:
        return None


def _settled(tree: t.Node, line: Line) -> t.Node:
    functions = line.functions
    match tree:
        case t.Conditional(condition, then, otherwise):
            found = sign(_settled(_minus(condition.left, condition.right), line), functions)
            return _settled(then if found in _HOLDS[condition.operator] else otherwise, line)
        case t.Derivative() | t.Limit() | t.Relation():
            raise UnknownError("a derivative at a point")
        case t.Call("tan", (u,), 0):
            return _settled(t.Quotient(t.Call("sin", (u,)), t.Call("cos", (u,))), line)
        case t.Call() if (opened := expand(tree, functions)) is not None:
            return _settled(opened, line)
    parts = tuple(_settled(part, line) for part in t.children(tree))
    node = t.with_children(tree, parts) if parts else tree
    match node:
        case t.Call("abs" | "sign" | "cbrt" as name, (u,), 0):
            node = _sided(name, u, sign(u, functions))
        case t.Quotient(_, bottom) if sign(bottom, functions) == 0:
            raise balls.UndefinedError
        case t.Power(base, exponent) if base != t.EULER:
            node = _power_of_numbers(base, exponent, line)
        case t.Call(name, (u,), 0) if name in _INSIDE:
            way = sign(t.substitute(_question(name), {"u": u}), functions)
            if way < 0 or (way == 0 and name not in ("sqrt", "asin", "acos", "acosh")):
                raise balls.UndefinedError
    node = reduced(node, functions)
    if not has_value(node, functions):
        raise balls.UndefinedError
    return node


def _power_of_numbers(base: t.Node, exponent: t.Node, line: Line) -> t.Node:
    """Return a power of numbers: a whole exponent wants no 0 below a bar, any other a positive base, or 0^(q > 0)."""
    value = t.number(reduced(exponent, line.functions))
    way = sign(base, line.functions)
    if way > 0:
        return t.Power(base, exponent)
    if way == 0:
        if sign(exponent, line.functions) <= 0:
            raise balls.UndefinedError
        return t.ZERO
    if value is None:
        raise UnknownError("a power of a negative number")
    if value.denominator != 1:
        raise balls.UndefinedError
    return t.Power(base, exponent)
