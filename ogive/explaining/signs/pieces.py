"""A function cut into pieces on which it is analytic: its domain, its kinks and its value at each of them.

Absolute values, signs and conditions are resolved on intervals where they come out one way, found by sign charts of
what they ask about; logarithms, roots and denominators say where the function is real.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias, final

from ogive.explaining.exact.forms import constant_sign
from ogive.explaining.exact.polynomials import Quotient, TooLargeError
from ogive.explaining.exact.world import NoFormError, World
from ogive.explaining.signs.points import Chart, End, Root, UnknownError, compare
from ogive.expressions import parse, to_text
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
    points: list[Root] = []
    for low, high, plain in _resolved(charter, (-math.inf, math.inf, tree)):
        parts, changes = _real(charter, low, high, plain)
        found += [Piece(a, b, plain, _form(charter.world, plain)) for a, b in parts]
        points += [*changes, *(end for end in (low, high) if isinstance(end, Root))]
        if len(found) > _MOST:
            raise UnknownError("too many pieces")
    for point in points:
        if not any(same_point(point, end) for piece in found for end in (piece.low, piece.high)):
            _see_that_nothing_is_there(charter, tree, point)
    return tuple(found)


def _see_that_nothing_is_there(charter: Charter, tree: t.Node, point: Root) -> None:
    """Refuse a function that has a value at a point with none beside it, such as sqrt(-x²): no interval tells it."""
    if point.closed is None:
        raise UnknownError("whether the function is defined at a point by itself")
    if value_at_point(charter.world, tree, charter.name, point.closed) is not None:
        raise UnknownError(f"the function has a value at {charter.name} = {to_text(point.closed)} and none beside it")


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


class Demand(Enum):
    """What an argument must be for an expression to be real: at a point, and (stricter) on an interval."""

    POSITIVE = "positive"  # here and there
    NOT_NEGATIVE = "not negative"  # zero is allowed at a point, where the expression is not analytic
    NOT_ZERO = "not zero"

    def holds_at(self, sign: int) -> bool:
        """Tell whether an argument of this sign makes the expression real at a point."""
        return sign > 0 or (sign < 0 if self is Demand.NOT_ZERO else sign == 0 and self is Demand.NOT_NEGATIVE)

    def holds_around(self, sign: int) -> bool:
        """Tell whether an argument of this sign makes the expression real and analytic on an interval."""
        return sign > 0 or (sign < 0 and self is Demand.NOT_ZERO)


def _real(charter: Charter, low: End, high: End, tree: t.Node) -> tuple[list[tuple[End, End]], list[Root]]:
    """Return the parts of an interval on which a tree is real and analytic, and the points where that changes."""
    parts: list[tuple[End, End]] = [(low, high)]
    points: list[Root] = []
    for asked, demand in dict.fromkeys(_demands(tree, charter.name)):
        kept: list[tuple[End, End]] = []
        for part in parts:
            chart = _signs_of(charter, asked, part)
            ends: list[End] = [part[0], *chart.roots, part[1]]
            points += chart.roots
            constant = charter.name not in t.symbols(asked)
            for left, right, sign in zip(ends, ends[1:], chart.signs, strict=False):
                if demand.holds_at(sign) if constant else demand.holds_around(sign):
                    kept.append((left, right))
        parts = kept
    return parts, points


def _signs_of(charter: Charter, asked: t.Node, part: tuple[End, End]) -> Chart:
    try:
        return charter.chart(_form(charter.world, asked), *part)
    except ZeroDivisionError:
        raise UnknownError("a quotient by zero") from None


def _demands(tree: t.Node, variable: str) -> Iterator[tuple[t.Node, Demand]]:
    """Yield what a tree asks of its parts, constant parts too: 0·ln(-1) is nowhere real."""
    for _, node in t.walk(tree):
        match node:
            case t.Quotient(_, below):
                yield below, Demand.NOT_ZERO
            case t.Power(base, exponent):
                demand = _of_power(exponent, variable)
                if demand is not None and not _plainly_positive(base):
                    yield base, demand
            case t.Call(name, (argument,), 0) if name in _DEMANDS:
                for text, named in _DEMANDS[name]:
                    yield t.substitute(parse(text), {"u": argument}), named


def _plainly_positive(base: t.Node) -> bool:
    value = t.number(base)
    return isinstance(base, t.Constant) or (value is not None and value > 0)


def _of_power(exponent: t.Node, variable: str) -> Demand | None:
    """Say what a power asks of its base. A power with a variable exponent is e^(v ln u), and 0^0 has no value."""
    value = t.number(exponent)
    if value is None:
        return Demand.POSITIVE if variable in t.symbols(exponent) else Demand.NOT_NEGATIVE
    if value.denominator != 1:
        return Demand.NOT_NEGATIVE if value > 0 else Demand.POSITIVE
    return Demand.NOT_ZERO if value <= 0 else None


_CLOSED = (("1 - u", Demand.NOT_NEGATIVE), ("1 + u", Demand.NOT_NEGATIVE))
_OPEN = (("1 - u", Demand.POSITIVE), ("1 + u", Demand.POSITIVE))
_DEMANDS: dict[str, tuple[tuple[str, Demand], ...]] = {
    "log": (("u", Demand.POSITIVE),),
    "log2": (("u", Demand.POSITIVE),),
    "log10": (("u", Demand.POSITIVE),),
    "sqrt": (("u", Demand.NOT_NEGATIVE),),
    "asin": _CLOSED,
    "acos": _CLOSED,
    "atanh": _OPEN,
    "erfinv": _OPEN,
    "acosh": (("u - 1", Demand.NOT_NEGATIVE),),
    "lambertw": (("1 + e*u", Demand.NOT_NEGATIVE),),
    "tan": (("cos(u)", Demand.NOT_ZERO),),
}


# ---- Single points -------------------------------------------------------------------------------------------------


def value_at_point(world: World, tree: t.Node, name: str, point: t.Node) -> Quotient | None:
    """Return the exact value at a point with a closed form; None where the function is not real there.

    Only the branch of a condition that is taken is asked for a value.

    Raises
    ------
    UnknownError
        If a sign that decides about the value is not found.
    """
    try:
        return world.form(_plain_at(world, tree, name, point))
    except (ZeroDivisionError, _NotRealError):
        return None
    except (NoFormError, TooLargeError, RecursionError) as error:
        raise UnknownError(f"the value at a point: {error}") from None


class _NotRealError(ArithmeticError):
    """A logarithm or root of a negative number, or a quotient by zero."""


def _plain_at(world: World, node: t.Node, name: str, point: t.Node) -> t.Node:
    """Put a point in, settle conditions, absolute values and signs, and see that every part is real."""
    if isinstance(node, t.Symbol):
        return point if node.name == name else node
    if isinstance(node, t.Conditional):
        left, right = (_plain_at(world, side, name, point) for side in (node.condition.left, node.condition.right))
        taken = _answer(node, _sign(world, t.Sum((left, t.Negative(right)))))
        return _plain_at(world, taken, name, point)
    plain = t.with_children(node, tuple(_plain_at(world, part, name, point) for part in t.children(node)))
    if isinstance(node, t.Power) and isinstance(plain, t.Power):
        return _power_at(world, plain, _of_power(node.exponent, name))
    if _asks(plain):
        found = _sign(world, _question(plain))
        return _answer(plain, found) if found else t.ZERO  # |0|, sign 0 and the cube root of 0
    for asked, demand in _demands_of_one(plain):
        found = _sign(world, asked)
        if not demand.holds_at(found):
            raise _NotRealError
        if not found and isinstance(plain, t.Call) and plain.name in _AT_THE_END:
            return _AT_THE_END[plain.name]
    return plain


_AT_THE_END: dict[str, t.Node] = {"sqrt": t.ZERO, "acosh": t.ZERO, "lambertw": t.integer(-1)}
"""Values where a demand is just met, and the normal form, which is analytic, has none."""


def _demands_of_one(node: t.Node) -> Iterator[tuple[t.Node, Demand]]:
    """Yield what a node asks of its own parts; those below have been seen."""
    if isinstance(node, t.Quotient):
        yield node.denominator, Demand.NOT_ZERO
    if isinstance(node, t.Call) and node.name in _DEMANDS and not node.primes:
        for text, demand in _DEMANDS[node.name]:
            yield t.substitute(parse(text), {"u": node.arguments[0]}), demand


def _power_at(world: World, node: t.Power, demand: Demand | None) -> t.Node:
    """See that a power is real at a point: 0^v is 0 for v > 0, and nothing else."""
    if demand is None:
        return node
    base = _sign(world, node.base)
    if base or demand is Demand.NOT_ZERO:
        if not demand.holds_at(base):
            raise _NotRealError
        return node
    if _sign(world, node.exponent) <= 0:
        raise _NotRealError
    return t.ZERO


def _sign(world: World, tree: t.Node) -> int:
    found = constant_sign(world, world.form(tree))
    if found is None:
        raise UnknownError("the sign of a number")
    return found


def same_point(a: End, b: End) -> bool:
    """Tell whether two ends are the same point of the line."""
    return isinstance(a, Root) and isinstance(b, Root) and (a is b or compare(a, b) == 0)
