"""Rules for lines that are equations, and for limits: what the less travelled routes need.

In an equation a quantity y may depend on the variable; its derivative dy/dx is then what is solved for.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from ogive.explaining.moves.calculus import is_constant
from ogive.explaining.moves.terms import base_and_exponent, factors, join_factors, join_terms, strip_sign, terms
from ogive.expressions.tree import (
    EULER,
    ONE,
    ZERO,
    Call,
    Derivative,
    Limit,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Symbol,
    is_number,
    number,
    rational,
    substitute,
    symbols,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ogive.explaining.moves.calculus import Bindings, CalculusRule
    from ogive.expressions import Functions

__all__ = ["EQUATIONS"]


# ---- Both sides --------------------------------------------------------------------------------------------------


def _logarithm_of_both_sides(node: Node, _: Bindings, __: Functions) -> Node | None:
    # a = b, so ln a = ln b
    if not isinstance(node, Relation) or node.operator != "=":
        return None
    return Relation("=", Call("log", (node.left,)), Call("log", (node.right,)))


def _differentiate_both_sides(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # a = b, so a' = b'
    by = bindings.get("by")
    if not isinstance(node, Relation) or node.operator != "=" or not isinstance(by, Symbol):
        return None
    return Relation("=", Derivative(node.left, by), Derivative(node.right, by))


def _clear_denominator(node: Node, _: Bindings, __: Functions) -> Node | None:
    # y = a/b, so y·b = a
    if not isinstance(node, Relation) or node.operator != "=" or not isinstance(node.right, Quotient):
        return None
    return Relation("=", Product((node.left, node.right.denominator)), node.right.numerator)


def _solve_for_slope(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # y'·a + b = c, so y' = (c - b)/a
    slope = bindings.get("slope")
    if not isinstance(node, Relation) or node.operator != "=" or not isinstance(slope, Derivative):
        return None
    cofactors: list[Node] = []
    rest: list[Node] = []
    for term in terms(node.left):
        cofactor = _cofactor(term, slope)
        if cofactor is None:
            return None
        (rest if cofactor == ZERO else cofactors).append(term if cofactor == ZERO else cofactor)
    if not cofactors or _mentions(node.right, slope):
        return None
    moved = [Negative(term) for term in rest]
    right = join_terms([node.right, *moved]) if rest else node.right
    below = join_terms(cofactors)
    return Relation("=", slope, right if below == ONE else Quotient(right, below))


def _mentions(tree: Node, part: Node) -> bool:
    return any(node == part for _, node in walk(tree))


def _cofactor(term: Node, slope: Node) -> Node | None:
    """Return what multiplies the slope in a term; zero if it does not occur, None if it occurs otherwise."""
    if not _mentions(term, slope):
        return ZERO
    sign, bare = strip_sign(term)
    top = bare.numerator if isinstance(bare, Quotient) else bare
    parts = list(factors(top))
    if parts.count(slope) != 1:
        return None
    parts.remove(slope)
    rest = join_factors(parts)
    if _mentions(rest, slope):
        return None
    rest = Quotient(rest, bare.denominator) if isinstance(bare, Quotient) else rest
    return rest if sign > 0 else Negative(rest)


# ---- Inverse functions -------------------------------------------------------------------------------------------


def _undo(node: Node, bindings: Bindings, functions: Functions) -> Node | None:
    # y = f(g(x)), so f⁻¹(y) = g(x)
    by = bindings.get("by")
    if not isinstance(node, Relation) or node.operator != "=" or not isinstance(by, Symbol):
        return None
    undone = _undone(node.left, node.right, by, functions)
    return None if undone is None else Relation("=", *undone)


def _undone(left: Node, right: Node, x: Symbol, functions: Functions) -> tuple[Node, Node] | None:
    match right:
        case Negative(operand):
            return Negative(left), operand
        case Sum(parts):
            fixed = [part for part in parts if is_constant(part, x)]
            varying = [part for part in parts if not is_constant(part, x)]
            return None if not fixed or not varying else (_minus(left, fixed), join_terms(varying))
        case Product(parts):
            fixed = [part for part in parts if is_constant(part, x)]
            varying = [part for part in parts if not is_constant(part, x)]
            return None if not fixed or not varying else (Quotient(left, join_factors(fixed)), join_factors(varying))
        case Quotient(top, bottom) if is_constant(top, x):
            return Quotient(top, left), bottom
        case Quotient(top, bottom) if is_constant(bottom, x):
            return Product((left, bottom)), top
        case Power(base, exponent) if base == EULER:
            return Call("log", (left,)), exponent
        case Call(name, (argument,), 0) if name in _ONE_TO_ONE:
            return Call(functions[name].inverse, (left,)), argument
    return _undone_power(left, right)


_ONE_TO_ONE: Final = frozenset({
    "exp", "log", "sinh", "tanh", "asinh", "acosh", "atanh", "asin", "acos", "atan", "erf", "erfinv",
})  # fmt: skip


def _undone_power(left: Node, right: Node) -> tuple[Node, Node] | None:
    base, exponent = base_and_exponent(right)
    odd = exponent.denominator == 1 and exponent % 2 == 1
    if not odd or exponent == 1:
        return None  # an even power has two inverses
    root = Call("cbrt", (left,)) if exponent == 3 else Power(left, rational(1 / exponent))
    return root, base


def _minus(left: Node, fixed: list[Node]) -> Node:
    moved = [part.operand if isinstance(part, Negative) else Negative(part) for part in fixed]
    return Sum((*terms(left), *moved))


def _inverse_function_theorem(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # g(y) = x, so dy/dx = 1/(dg/dy)
    y = bindings.get("y")
    match node:
        case Relation("=", left, Symbol() as x) if isinstance(y, Symbol) and y.of == x.name:
            plain = substitute(left, {y.name: Symbol(y.name)})
            if is_constant(plain, x):
                return Relation("=", Derivative(y, x), Quotient(ONE, Derivative(left, y)))
    return None


# ---- Limits ------------------------------------------------------------------------------------------------------


def _definition_of_derivative(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # f'(x) = lim (f(x + h) - f(x))/h
    h = bindings.get("by")
    if not isinstance(node, Derivative) or not isinstance(h, Symbol) or h.name in symbols(node):
        return None
    x = node.variable
    moved = substitute(node.body, {x.name: Sum((x, h))})
    return Limit(Quotient(Sum((moved, Negative(node.body))), h), h, ZERO)


def _limit_of_product(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # lim f·g = lim f · lim g; factors without h come out of the limit
    part = bindings.get("part")
    if not isinstance(node, Limit) or not isinstance(node.body, Product) or part not in node.body.factors:
        return None
    rest = list(node.body.factors)
    rest.remove(part)
    first = part if is_constant(part, node.variable) else Limit(part, node.variable, node.point)
    return Product((first, Limit(join_factors(rest), node.variable, node.point)))


def _limit_by_continuity(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # lim f(h) = f(0), where f is continuous at 0
    if not isinstance(node, Limit) or bindings.get("point") != node.point:
        return None
    return substitute(node.body, {node.variable.name: node.point})


def _known_limit(node: Node, _: Bindings, __: Functions) -> Node | None:
    # lim (e^h - 1)/h = 1, lim (1 - e^-h)/h = 1, lim sin h/h = 1
    if not isinstance(node, Limit) or node.point != ZERO or not isinstance(node.body, Quotient):
        return None
    h = node.variable
    grown = (Power(EULER, h), Call("exp", (h,)))
    shrunk = (Power(EULER, Negative(h)), Call("exp", (Negative(h),)))
    tops = [Sum((power, Negative(ONE))) for power in grown] + [Sum((ONE, Negative(power))) for power in shrunk]
    fits = node.body.denominator == h and node.body.numerator in (*tops, Call("sin", (h,)))
    return ONE if fits else None


def _exponential_of_sum(node: Node, _: Bindings, __: Functions) -> Node | None:
    # e^(a + b) = e^a·e^b, e^-(a + b) = e^-a·e^-b
    match node:
        case Power(base, exponent) if base == EULER:
            return _split_exponential(exponent, lambda part: Power(EULER, part))
        case Call("exp", (exponent,), 0):
            return _split_exponential(exponent, lambda part: Call("exp", (part,)))
    return None


def _split_exponential(exponent: Node, write: Callable[[Node], Node]) -> Node | None:
    sign, bare = strip_sign(exponent)
    if not isinstance(bare, Sum):
        return None
    parts = [part if sign > 0 else Negative(part) for part in bare.terms]
    return Product(tuple(write(part) for part in parts))


def _one_fraction(node: Node, _: Bindings, __: Functions) -> Node | None:
    # a/b - c/d = (a·d - c·b)/(b·d)
    if not isinstance(node, Sum) or len(node.terms) != 2:
        return None
    (s, left), (t, right) = (strip_sign(term) for term in node.terms)
    if not isinstance(left, Quotient) or not isinstance(right, Quotient):
        return None
    first = _times(left.numerator, right.denominator)
    second = _times(right.numerator, left.denominator)
    top = Sum((first if s > 0 else Negative(first), second if t > 0 else Negative(second)))
    return Quotient(top, Product((left.denominator, right.denominator)))


def _times(a: Node, b: Node) -> Node:
    return b if is_number(a, 1) else a if is_number(b, 1) else Product((a, b))


def _log_of_power(node: Node, _: Bindings, __: Functions) -> Node | None:
    # ln aⁿ = n·ln a, ln (1/a) = -ln a
    if not isinstance(node, Call) or node.name != "log" or len(node.arguments) != 1 or node.primes:
        return None
    inner = node.arguments[0]
    if isinstance(inner, Quotient) and is_number(inner.numerator, 1):
        return Negative(Call("log", (inner.denominator,)))
    if isinstance(inner, Power):
        if inner.base == EULER:
            return inner.exponent
        value = number(inner.exponent)
        log = Call("log", (inner.base,))
        return Negative(log) if value == Fraction(-1) else Product((inner.exponent, log))
    return inner.arguments[0] if isinstance(inner, Call) and (inner.name, inner.primes) == ("exp", 0) else None


EQUATIONS: Final[dict[str, CalculusRule]] = {
    "logarithm-of-both-sides": _logarithm_of_both_sides,
    "differentiate-both-sides": _differentiate_both_sides,
    "clear-denominator": _clear_denominator,
    "solve-for-slope": _solve_for_slope,
    "undo": _undo,
    "inverse-function-theorem": _inverse_function_theorem,
    "definition-of-derivative": _definition_of_derivative,
    "limit-of-product": _limit_of_product,
    "limit-by-continuity": _limit_by_continuity,
    "known-limit": _known_limit,
    "exponential-of-sum": _exponential_of_sum,
    "one-fraction": _one_fraction,
    "log-of-power": _log_of_power,
}
