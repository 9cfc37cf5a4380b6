"""The rules of calculus: what stands under a derivative, and what may stand in its place.

A rule takes a node, the names it needs, and the table of functions; it returns the new node, or None if it does not
apply. `choose` says which rule a person would use next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, TypeAlias

from ogive.explaining.moves.terms import join_factors
from ogive.expressions import Functions
from ogive.expressions.differentiate import expand, outer_derivative
from ogive.expressions.tree import (
    EULER,
    ONE,
    ZERO,
    Call,
    Conditional,
    Derivative,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    is_number,
    number,
    rational,
    substitute,
    symbols,
    transform,
    walk,
)

__all__ = ["CALCULUS", "CalculusRule", "choose", "is_constant"]

Bindings: TypeAlias = Mapping[str, Node]
CalculusRule: TypeAlias = Callable[[Node, Bindings, Functions], Node | None]


def is_constant(node: Node, variable: Symbol) -> bool:
    """Tell whether a tree does not mention the variable."""
    return variable.name not in symbols(node)


def _simple(rule: Callable[[Node, Symbol], Node | None]) -> CalculusRule:
    """Make a rule of a function of the body and the variable of a derivative."""

    def applied(node: Node, _: Bindings, __: Functions) -> Node | None:
        return rule(node.body, node.variable) if isinstance(node, Derivative) else None

    applied.__doc__ = rule.__doc__
    return applied


# ---- Rules that look at the body alone -----------------------------------------------------------------------


def _constant(body: Node, v: Symbol) -> Node | None:
    # C' = 0
    return ZERO if is_constant(body, v) else None


def _identity(body: Node, v: Symbol) -> Node | None:
    # X' = 1
    return ONE if body == v else None


def _sum_rule(body: Node, v: Symbol) -> Node | None:
    # (f + g)' = f' + g'
    return Sum(tuple(_under(term, v) for term in body.terms)) if isinstance(body, Sum) else None


def _negative(body: Node, v: Symbol) -> Node | None:
    # (-f)' = -f'
    return _under(body, v) if isinstance(body, Negative) else None


def _under(term: Node, v: Symbol) -> Node:
    """Differentiate a term, with its minus sign left outside."""
    return Negative(Derivative(term.operand, v)) if isinstance(term, Negative) else Derivative(term, v)


def _constant_factor(body: Node, v: Symbol) -> Node | None:
    # (c·f)' = c·f'
    if not isinstance(body, Product):
        return None
    fixed = [part for part in body.factors if is_constant(part, v)]
    varying = [part for part in body.factors if not is_constant(part, v)]
    if not fixed or not varying:
        return None
    return Product((*fixed, Derivative(join_factors(varying), v)))


def _constant_divisor(body: Node, v: Symbol) -> Node | None:
    # (f/c)' = f'/c
    if not isinstance(body, Quotient) or not is_constant(body.denominator, v):
        return None
    return Quotient(Derivative(body.numerator, v), body.denominator)


def _product_rule(body: Node, v: Symbol) -> Node | None:
    # (f·g)' = f'·g + f·g'
    if not isinstance(body, Product):
        return None
    parts = body.factors
    return Sum(tuple(Product((*parts[:at], Derivative(part, v), *parts[at + 1 :])) for at, part in enumerate(parts)))


def _quotient_rule(body: Node, v: Symbol) -> Node | None:
    # (f/g)' = (f'·g - f·g')/g²
    if not isinstance(body, Quotient):
        return None
    f, g = body.numerator, body.denominator
    top = Sum((Product((Derivative(f, v), g)), Negative(Product((f, Derivative(g, v))))))
    return Quotient(top, Power(g, Number(Fraction(2))))


def _reciprocal_rule(body: Node, v: Symbol) -> Node | None:
    # (1/g)' = -g'/g²
    if not isinstance(body, Quotient) or not is_number(body.numerator, 1):
        return None
    return Negative(Quotient(Derivative(body.denominator, v), Power(body.denominator, Number(Fraction(2)))))


def _power_rule(body: Node, v: Symbol) -> Node | None:
    # (xⁿ)' = n·xⁿ⁻¹
    if not isinstance(body, Power) or body.base != v or not is_constant(body.exponent, v):
        return None
    n = number(body.exponent)
    if n is None:
        return Product((body.exponent, Power(v, Sum((body.exponent, Negative(ONE))))))
    if n == -1:
        return Negative(Power(v, rational(n - 1)))
    lowered = v if n == 2 else Power(v, rational(n - 1))
    return Product((body.exponent, lowered))


def _exponential(body: Node, v: Symbol) -> Node | None:
    # (eˣ)' = eˣ
    return body if body in (Power(EULER, v), Call("exp", (v,))) else None


def _exponential_with_base(body: Node, v: Symbol) -> Node | None:
    # (cˣ)' = cˣ·ln c
    if isinstance(body, Power) and body.exponent == v and is_constant(body.base, v):
        return Product((body, Call("log", (body.base,))))
    return None


def _cases(body: Node, v: Symbol) -> Node | None:
    # Each case is differentiated where it holds.
    if not isinstance(body, Conditional):
        return None
    return Conditional(body.condition, Derivative(body.then, v), Derivative(body.otherwise, v))


# ---- Rules that need the table or a name ---------------------------------------------------------------------


def _function_rule(node: Node, _: Bindings, functions: Functions) -> Node | None:
    # The table of derivatives: (sin x)' = cos x, ...
    if not isinstance(node, Derivative) or not isinstance(node.body, Call) or node.body.arguments != (node.variable,):
        return None
    row = functions.get(node.body.name)
    if row is None or row.derivative is None or node.body.primes:
        return None
    return outer_derivative(node.body, functions)


def _chain_rule(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # (f(u))' = f'(u)·u'
    if not isinstance(node, Derivative) or len(bindings) != 1:
        return None
    (name, inner), body = next(iter(bindings.items())), node.body
    if inner == node.variable or is_constant(inner, node.variable):
        return None
    u = Symbol(name)
    outer = _with_inner(body, inner, u)
    if outer is None or not is_constant(outer, node.variable):
        return None
    return Product((Derivative(outer, u), Derivative(inner, node.variable)))


def _with_inner(body: Node, inner: Node, u: Symbol) -> Node | None:
    """Put a name in the place of the inner function: in a call, a base, or an exponent."""
    match body:
        case Call(name, (argument, *rest), primes) if argument == inner:
            return Call(name, (u, *rest), primes)
        case Power(base, exponent) if base == inner:
            return Power(u, exponent)
        case Power(base, exponent) if exponent == inner:
            return Power(base, u)
    return None


def _slope_of_name(node: Node, _: Bindings, __: Functions) -> Node | None:
    # f(y)' = f'(y)·y'
    if not isinstance(node, Derivative):
        return None
    found = {part for _, part in walk(node.body) if isinstance(part, Symbol) and part.of == node.variable.name}
    if len(found) != 1 or node.body in found:
        return None
    y = next(iter(found))
    if not is_constant(substitute(node.body, {y.name: ONE}), node.variable):
        return None
    return Product((Derivative(node.body, y), Derivative(y, node.variable)))


def _put_numbers(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # Parameters are given their values.
    if not bindings or any(number(value) is None for value in bindings.values()):
        return None
    new = substitute(node, dict(bindings))
    return new if new != node else None


def _recall(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # An expression that has a name is called by it.
    name, long = bindings.get("name"), bindings.get("long")
    if name is None or long is None:
        return None
    new = transform(node, lambda part: name if part == long else part)
    return new if new != node else None


def _open_call(node: Node, _: Bindings, functions: Functions) -> Node | None:
    # What a name abbreviates: sec x = 1/cos x, σ(z) = 1/(1 + e^-z)
    return expand(node, functions) if isinstance(node, Call) and node.name in functions else None


def _put_back(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # What an abbreviation stands for is put in its place.
    new = substitute(node, dict(bindings))
    return new if new != node and not _differentiates_by(node, bindings) else None


def _differentiates_by(node: Node, names: Bindings) -> bool:
    """Tell whether a derivative with respect to an abbreviation is still to be taken."""
    return any(isinstance(part, Derivative) and part.variable.name in names for _, part in walk(node))


def _abbreviate(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # A name is given to an expression, wherever it occurs.
    if len(bindings) != 1:
        return None
    (name, long) = next(iter(bindings.items()))
    new = transform(node, lambda part: Symbol(name) if part == long else part)
    return new if new != node else None


# ---- Rewriting before differentiating ------------------------------------------------------------------------


def _reciprocal_as_power(node: Node, _: Bindings, __: Functions) -> Node | None:
    # c/g = c·g⁻¹, 1/gⁿ = g⁻ⁿ
    if not isinstance(node, Quotient):
        return None
    below = node.denominator
    exponent = number(below.exponent) if isinstance(below, Power) else None
    power = Power(below, rational(Fraction(-1)))
    if isinstance(below, Power) and exponent is not None:
        power = Power(below.base, rational(-exponent))
    return power if is_number(node.numerator, 1) else Product((node.numerator, power))


def _power_as_exponential(node: Node, _: Bindings, __: Functions) -> Node | None:
    # f^g = e^(g·ln f), for f > 0
    if not isinstance(node, Power) or node.base == EULER:
        return None
    return Power(EULER, Product((node.exponent, Call("log", (node.base,)))))


CALCULUS: Final[dict[str, CalculusRule]] = {
    "constant": _simple(_constant),
    "identity": _simple(_identity),
    "sum": _simple(_sum_rule),
    "negative": _simple(_negative),
    "constant-factor": _simple(_constant_factor),
    "constant-divisor": _simple(_constant_divisor),
    "product": _simple(_product_rule),
    "quotient": _simple(_quotient_rule),
    "reciprocal": _simple(_reciprocal_rule),
    "power": _simple(_power_rule),
    "exponential": _simple(_exponential),
    "exponential-with-base": _simple(_exponential_with_base),
    "cases": _simple(_cases),
    "function": _function_rule,
    "chain": _chain_rule,
    "open-call": _open_call,
    "put-back": _put_back,
    "abbreviate": _abbreviate,
    "recall": _recall,
    "put-numbers": _put_numbers,
    "slope-of-name": _slope_of_name,
    "reciprocal-as-power": _reciprocal_as_power,
    "power-as-exponential": _power_as_exponential,
}


# ---- Which rule next -----------------------------------------------------------------------------------------


def choose(node: Derivative, functions: Functions, prefer: frozenset[str] = frozenset()) -> tuple[str, Node | None]:
    """Say which rule a derivative calls for, and the inner function if that is the chain rule.

    The rules ``open-call``, ``reciprocal-as-power`` and ``power-as-exponential`` rewrite the body first. Where there
    is more than one way, `prefer` may name the rule to use: ``"quotient"`` or ``"reciprocal"`` for a fraction.
    """
    body, v = node.body, node.variable
    if is_constant(body, v):
        return "constant", None
    match body:
        case Symbol():
            return "identity", None
        case Sum():
            return "sum", None
        case Negative():
            return "negative", None
        case Conditional():
            return "cases", None
        case Product(parts):
            return ("constant-factor" if any(is_constant(part, v) for part in parts) else "product"), None
        case Quotient(top, bottom):
            return _choose_for_fraction(top, bottom, v, prefer), None
        case Power(base, exponent):
            return _choose_for_power(base, exponent, v)
        case Call():
            return _choose_for_call(body, v, functions)
    raise ValueError(f"no rule of differentiation applies to {body}")


def _choose_for_fraction(top: Node, bottom: Node, v: Symbol, prefer: frozenset[str]) -> str:
    if is_constant(bottom, v):
        return "constant-divisor"
    if not is_constant(top, v) or "quotient" in prefer:
        return "quotient"
    return "reciprocal" if "reciprocal" in prefer and is_number(top, 1) else "reciprocal-as-power"


def _choose_for_power(base: Node, exponent: Node, v: Symbol) -> tuple[str, Node | None]:
    if is_constant(exponent, v):
        return ("power", None) if base == v else _chain(base)
    if not is_constant(base, v):
        return "power-as-exponential", None
    if exponent != v:
        return _chain(exponent)
    return ("exponential" if base == EULER else "exponential-with-base"), None


def _choose_for_call(body: Call, v: Symbol, functions: Functions) -> tuple[str, Node | None]:
    row = functions[body.name]
    if len(body.arguments) > 1 or row.derivative is None or body.primes:
        return "open-call", None
    if body.arguments[0] != v:
        return _chain(body.arguments[0])
    return ("exponential" if body.name == "exp" else "function"), None


def _chain(inner: Node) -> tuple[str, Node | None]:
    """Return the chain rule; where the inner function has a name already, without a new one."""
    return ("slope-of-name", None) if isinstance(inner, Symbol) else ("chain", inner)
