"""Forms written as expressions again; and numbers: whether they are real, their order, and when they are equal."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ogive.explaining.checking.arithmetic import Arithmetic
from ogive.explaining.checking.forms import UnknownError, fraction
from ogive.explaining.checking.values import value_at
from ogive.expressions import balls
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ogive.explaining.checking.forms import Form, Generator
    from ogive.expressions import Functions

__all__ = ["divided", "has_value", "is_zero", "reduced", "same", "sign", "tree_of"]


def tree_of(form: Form, symbols: Mapping[int, t.Node] | None = None) -> t.Node:
    """Write a form as an expression; a form that is not real has none."""
    top, bottom = (_polynomial(side, form, symbols or {}, {}) for side in (form.top, form.bottom))
    return top if bottom == t.ONE else t.Quotient(top, bottom)


def divided(form: Form, symbols: Mapping[int, t.Node]) -> list[t.Node]:
    """Write the top of a form divided, term by term, by the lowest and by the highest of its powers of e.

    That keeps zeros and signs: the first is small on the left, the other on the right.
    """
    powers = {
        at: [int(monomial[at]) for monomial in form.top.to_dict()]
        for at, made in enumerate(form.ring.generators)
        if made.kind == "exp" and form.top.degrees()[at] > 0
    }
    shifts: list[dict[int, int]] = [{at: way(found) for at, found in powers.items()} for way in (min, max)]
    return list(dict.fromkeys(_polynomial(form.top, form, symbols, shift) for shift in shifts))


def _polynomial(polynomial: Any, form: Form, symbols: Mapping[int, t.Node], shift: Mapping[int, int]) -> t.Node:
    terms = []
    for monomial, value in polynomial.to_dict().items():
        number = fraction(value)
        powers = ((at, int(p) - shift.get(at, 0)) for at, p in enumerate(monomial))
        factors = [_power(form, at, p, symbols) for at, p in powers if p]
        if abs(number) != 1 or not factors:
            factors.insert(0, t.rational(abs(number)))
        product = factors[0] if len(factors) == 1 else t.Product(tuple(factors))
        terms.append(t.Negative(product) if number < 0 else product)
    return t.ZERO if not terms else terms[0] if len(terms) == 1 else t.Sum(tuple(terms))


def _power(form: Form, at: int, power: int, symbols: Mapping[int, t.Node]) -> t.Node:
    made: Generator = form.ring.generators[at]
    if made.kind in ("exp", "root") and made.of is not None:
        inner, exponent = tree_of(made.of, symbols), Fraction(power, made.unit)
        if made.kind == "root":
            return t.Call("sqrt", (inner,)) if exponent == Fraction(1, 2) else t.Power(inner, t.rational(exponent))
        times = inner if exponent == 1 else t.Product((t.rational(exponent), inner))
        return t.Power(t.EULER, t.rational(exponent) if inner == t.ONE else times)
    found = _generator(made, at, symbols)
    return found if power == 1 else t.Power(found, t.integer(power))


def _generator(made: Generator, at: int, symbols: Mapping[int, t.Node]) -> t.Node:
    if made.kind == "symbol" and at in symbols:
        return symbols[at]
    if made.kind == "pi":
        return t.PI
    if made.kind in ("i", "turn", "symbol") or made.of is None:
        raise UnknownError("it cannot be written with real numbers")
    inner = tree_of(made.of, symbols)
    if made.kind == "lambert":
        return t.Power(t.EULER, t.Call("lambertw", (inner,)))
    return inner if made.kind == "whole" else t.Call(made.kind, (inner,))


# ---- Numbers -----------------------------------------------------------------------------------------------------


def reduced(tree: t.Node, functions: Functions) -> t.Node:
    """Write every part of a number that is rational as such, so that exact values are seen: (√2)² as 2."""
    parts = tuple(reduced(part, functions) for part in t.children(tree))
    tree = t.with_children(tree, parts) if parts != t.children(tree) else tree
    if isinstance(tree, (t.Relation, t.Number, t.Conditional)):
        return tree
    try:
        value = Arithmetic(functions).form(tree).rational()
    except (ArithmeticError, ValueError, RecursionError):
        return tree
    return tree if value is None else t.rational(value)


def has_value(tree: t.Node, functions: Functions) -> bool:
    """Tell whether a number is real, its parts being real.

    Raises
    ------
    UnknownError
        If that is left open.
    """
    try:
        value_at(tree, {}, functions)
    except balls.UndefinedError:
        return False
    return True


def sign(tree: t.Node, functions: Functions) -> int:
    """Return the sign of a number.

    Raises
    ------
    UnknownError
        If it is too close to 0 to be told apart from it.
    """
    found = balls.sign_of(lambda: balls.evaluate(tree, {}, functions), most=400)
    if found is None and is_zero(tree, functions):
        return 0
    if found is None:
        raise UnknownError("the sign of a number")
    return found


def is_zero(tree: t.Node, functions: Functions) -> bool:
    """Tell whether a number is proven to be 0."""
    try:
        return bool(Arithmetic(functions).form(tree).top.is_zero())
    except (ArithmeticError, ValueError, RecursionError):
        return False


def same(a: t.Node | float, b: t.Node | float, functions: Functions) -> bool:
    """Tell whether two numbers are equal; infinities are equal to themselves.

    Raises
    ------
    UnknownError
        If they are too close to be told apart.
    """
    if isinstance(a, float) or isinstance(b, float):
        return isinstance(a, float) and isinstance(b, float) and math.copysign(1, a) == math.copysign(1, b)
    return a == b or sign(t.Sum((a, t.Negative(b))), functions) == 0
