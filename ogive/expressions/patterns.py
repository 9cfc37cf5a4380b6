"""Patterns: expressions in which letters stand for any expression, to be matched and filled in.

``diff(c*f, x)`` matches the derivative of any product of two factors. A letter that occurs twice must match the same
expression twice. `matched` finds what the letters stand for, `filled` puts it into another pattern.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ogive.expressions import tree as t
from ogive.expressions.parser import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["as_power", "filled", "matched", "pattern"]


@cache
def pattern(text: str) -> t.Node:
    """Read a pattern; every letter is a symbol in it."""
    return parse(text, names=tuple("abcdfghnpquvwxyz"))


def matched(form: t.Node, node: t.Node, found: Mapping[str, t.Node] | None = None) -> dict[str, t.Node] | None:
    """Return what the letters of a pattern stand for in an expression, or None if it does not match.

    Parameters
    ----------
    form
        The pattern.
    node
        The expression.
    found
        What is known of the letters before.

    Examples
    --------
    >>> from ogive.expressions import parse, to_text
    >>> found = matched(pattern("a*(b + c)"), parse("2*(x + sin(x))"))
    >>> {name: to_text(part) for name, part in found.items()}
    {'a': '2', 'b': 'x', 'c': 'sin(x)'}
    """
    known = dict(found or {})
    return known if _fits(form, node, known) else None


def _fits(form: t.Node, node: t.Node, found: dict[str, t.Node]) -> bool:
    if isinstance(form, t.Symbol):
        return found.setdefault(form.name, node) == node
    if isinstance(form, t.Number) or not t.children(form):
        return form == node
    match form, node:
        case (t.Derivative(_, v), t.Derivative(_, w)) | (t.Limit(_, v, _), t.Limit(_, w, _)):
            if found.setdefault(v.name, w) != w:
                return False
        case t.Call(name, _, primes), t.Call(other, _, more) if (name, primes) != (other, more):
            return False
        case t.Relation(operator, _, _), t.Relation(other, _, _) if operator != other:
            return False
    mine, yours = t.children(form), t.children(node)
    alike = type(form) is type(node) and len(mine) == len(yours)
    return alike and all(_fits(a, b, found) for a, b in zip(mine, yours, strict=True))


def filled(form: t.Node, found: Mapping[str, t.Node]) -> t.Node:
    """Put expressions in the place of the letters of a pattern.

    Raises
    ------
    KeyError
        If a letter stands for nothing.
    TypeError
        If the variable of a derivative stands for something that is not a symbol.
    """
    if isinstance(form, t.Symbol):
        return found[form.name]
    parts = tuple(filled(part, found) for part in t.children(form))
    if isinstance(form, (t.Derivative, t.Limit)):
        v = found[form.variable.name]
        if not isinstance(v, t.Symbol):
            raise TypeError(f"a derivative is taken by a symbol, not by {v}")
        return t.Derivative(parts[0], v) if isinstance(form, t.Derivative) else t.Limit(parts[0], v, parts[1])
    return t.with_children(form, parts)


def as_power(tree: t.Node) -> t.Node:
    """Write exp(u) as e^u throughout, so that two ways of typing the same are one."""
    return t.transform(tree, _as_power)


def _as_power(node: t.Node) -> t.Node:
    exponential = isinstance(node, t.Call) and (node.name, node.primes) == ("exp", 0)
    return t.Power(t.EULER, node.arguments[0]) if exponential and isinstance(node, t.Call) else node
