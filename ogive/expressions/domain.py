"""Where an expression is real, read off from it as typed.

A denominator is not zero; a logarithm and a power that is not whole have a positive base; a^0 has a base that is not
zero; a named function is taken where its row says. x^r is real for x > 0 unless r is a whole number; the cube root
of any real number is written cbrt(x). cbrt(u) and sign(u), which have a kink or a jump at 0, are taken for u != 0.
The relations are strict, so that what holds at a point holds around it, and under a derivative every function is
taken where it has a slope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive.expressions import tree as t
from ogive.expressions.differentiate import expand
from ogive.expressions.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.expressions import Functions

__all__ = ["conditions", "gap"]


def gap(need: t.Relation) -> t.Node:
    """Return the expression that a condition says is positive, or not zero where it is an inequation."""
    low, high = (need.left, need.right) if need.operator in ("<", "<=") else (need.right, need.left)
    return high if low == t.ZERO else t.Sum((high, t.Negative(low)))


def conditions(tree: t.Node, functions: Functions, *, under: bool = False) -> Iterator[t.Relation]:
    """Yield what must hold so that every part of an expression, or of an equation, is real.

    Parameters
    ----------
    tree
        The expression. It may hold derivatives and limits; a condition inside a limit must hold at its point.
    functions
        The table that knows the functions called.
    under
        Whether the expression is to be differentiated, so that functions need a slope and joints are left out.

    Examples
    --------
    >>> from ogive.expressions import ELEMENTARY, parse, to_text
    >>> [to_text(each) for each in conditions(parse("log(x)/(x - 2)"), ELEMENTARY)]
    ['x > 0', 'x - 2 != 0']
    """
    match tree:
        case t.Derivative(body, _):
            yield from conditions(body, functions, under=True)
            return
        case t.Limit(body, h, point):
            for each in conditions(body, functions, under=under):
                apart = each == t.Relation("!=", t.Symbol(h.name), point) and point == t.ZERO
                if not apart:  # what holds at the point holds around it
                    yield _at(each, h.name, point)
            return
        case t.Conditional(condition, then, otherwise):
            yield from _of_cases(condition, then, otherwise, functions, under)
            return
    for part in t.children(tree):
        yield from conditions(part, functions, under=under)
    yield from _of_node(tree, functions, under)


def _at(need: t.Relation, name: str, point: t.Node) -> t.Relation:
    return t.Relation(need.operator, *(t.substitute(side, {name: point}) for side in (need.left, need.right)))


def _of_cases(
    condition: t.Relation, then: t.Node, otherwise: t.Node, functions: Functions, under: bool
) -> Iterator[t.Relation]:
    yield from conditions(condition, functions, under=under)
    if under:
        yield t.Relation("!=", condition.left, condition.right)
    for first, side in ((True, then), (False, otherwise)):
        for each in conditions(side, functions, under=under):
            sides = (gap(each), t.ONE) if first else (t.ONE, gap(each))
            yield t.Relation("!=" if each.operator == "!=" else ">", t.Conditional(condition, *sides), t.ZERO)


def _of_node(tree: t.Node, functions: Functions, under: bool) -> Iterator[t.Relation]:
    match tree:
        case t.Quotient(_, bottom):
            yield from _nonzero(bottom)
        case t.Power(base, exponent) if base != t.EULER:
            value = t.number(exponent)
            if value is None or value.denominator != 1:
                yield from _positive(base)
            elif value <= 0:
                yield from _nonzero(base)
        case t.Call("log", (u, base), 0):
            yield from (t.Relation(">", u, t.ZERO), t.Relation(">", base, t.ZERO), t.Relation("!=", base, t.ONE))
        case t.Call(name, (u,), primes):
            row = functions[name]
            opened = expand(tree, functions)
            if opened is not None and (primes or not row.domain):
                yield from conditions(opened, functions, under=under)
            elif row.domain or under or name in ("cbrt", "sign"):
                weak = row.slope_domain and "=" in row.domain.replace("!=", "")
                for text in dict.fromkeys(("" if weak else row.domain, row.slope_domain)):
                    need = parse(text, names=(row.argument,)) if text else None
                    if isinstance(need, t.Relation):
                        need = _at(need, row.argument, u)
                        split = {"!=": _nonzero, ">": _positive}.get(need.operator) if need.right == t.ZERO else None
                        yield from split(need.left) if split else (need,)
        case t.Call(name):
            raise ValueError(f"where {name} of {len(tree.arguments)} arguments is real is not known")


def _positive(tree: t.Node) -> Iterator[t.Relation]:
    """Say that an expression is positive; of an even power, that its base is not zero."""
    exponent = t.number(tree.exponent) if isinstance(tree, t.Power) and tree.base != t.EULER else None
    if isinstance(tree, t.Power) and exponent is not None and exponent.denominator == 1 and exponent % 2 == 0:
        yield from _nonzero(tree.base)
    else:
        yield t.Relation(">", tree, t.ZERO)


def _nonzero(tree: t.Node) -> Iterator[t.Relation]:
    """Say that a product is not zero factor by factor."""
    match tree:
        case t.Product(parts):
            for part in parts:
                yield from _nonzero(part)
        case t.Negative(inner) | t.Call("abs" | "sqrt" | "sign" | "cbrt", (inner,), 0) | t.Quotient(inner, _):
            yield from _nonzero(inner)
        case t.Power(base, exponent) if base != t.EULER and (t.number(exponent) or 0) != 0:
            yield from _nonzero(base)
        case _:
            yield t.Relation("!=", tree, t.ZERO)
