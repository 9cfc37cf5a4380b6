"""The rules of differentiation, as a plain function: a tree in, the tree of its derivative out.

`ogive.explaining` tells the same rules step by step; fits and models only want the answer. Both read the derivatives
of named functions from the one table in `functions`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from ogive.expressions.functions import ELEMENTARY, Function, Functions
from ogive.expressions.parser import parse
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
    Relation,
    Sum,
    Symbol,
    mentions,
    number,
    rational,
    substitute,
)

__all__ = ["differentiate", "expand", "outer_derivative"]


def differentiate(tree: Node, variable: str, *, functions: Functions = ELEMENTARY) -> Node:
    """Return the derivative of a tree with respect to a variable.

    Every other symbol is a constant. Zero terms and factors of one are left out; nothing else is simplified.

    Parameters
    ----------
    tree
        What to differentiate; it may hold ``diff`` itself, which is taken first.
    variable
        The name of the symbol.
    functions
        The table that knows the functions called.

    Raises
    ------
    ValueError
        If the tree is a relation or holds a limit, which have no derivative of their own.
    """
    if not mentions(tree, variable):
        return ZERO
    match tree:
        case Symbol():
            return ONE
        case Sum(terms):
            return _sum([differentiate(term, variable, functions=functions) for term in terms])
        case Negative(operand):
            return _negative(differentiate(operand, variable, functions=functions))
        case Product(factors):
            return _product_rule(factors, variable, functions)
        case Quotient(top, bottom):
            return _quotient_rule(top, bottom, variable, functions)
        case Power(base, exponent):
            return _power_rule(base, exponent, variable, functions)
        case Call():
            return _chain_rule(tree, variable, functions)
        case Conditional(condition, then, otherwise):
            sides = [differentiate(side, variable, functions=functions) for side in (then, otherwise)]
            return Conditional(condition, *sides)
        case Derivative(body, inner):
            taken = differentiate(body, inner.name, functions=functions)
            return differentiate(taken, variable, functions=functions)
    what = "an equation" if isinstance(tree, Relation) else "a limit"
    raise ValueError(f"{what} has no derivative; give an expression")


def outer_derivative(call: Call, functions: Functions = ELEMENTARY) -> Node:
    """Return f'(u) for a call f(u): the derivative of the function, taken where the call is."""
    row = functions[call.name]
    if len(call.arguments) == 2:  # log(u, base), with a base that does not vary
        argument, base = call.arguments
        return Quotient(ONE, Product((argument, Call("log", (base,)))))
    if row.slopes is not None:
        return Call(call.name, call.arguments, call.primes + 1)
    slope = _slope_of(row, call.primes)
    return substitute(slope, {row.argument: call.arguments[0]})


def expand(call: Call, functions: Functions = ELEMENTARY) -> Node | None:
    """Return what a call abbreviates, ``1/cos(x)`` for ``sec(x)``; None for a function that stands for itself."""
    row = functions[call.name]
    if call.primes:
        return substitute(_slope_of(row, call.primes - 1), {row.argument: call.arguments[0]})
    if len(call.arguments) == 2:
        argument, base = call.arguments
        return Quotient(Call("log", (argument,)), Call("log", (base,)))
    if row.formula is None:
        return None
    return substitute(_parsed(row.formula, row.argument), {row.argument: call.arguments[0]})


@cache
def _parsed(text: str, argument: str) -> Node:
    return parse(text, names=(argument,))


def _slope_of(row: Function, primes: int) -> Node:
    """Return the derivative of order ``primes + 1`` of a row, as a tree in the row's own argument."""
    if row.derivative is not None:
        slope = _parsed(row.derivative, row.argument)
    elif row.formula is not None:
        slope = differentiate(_parsed(row.formula, row.argument), row.argument)
    else:
        raise ValueError(f"the derivative of {row.name} is not known: its row has neither a rule nor a formula")
    for _ in range(primes):
        slope = differentiate(slope, row.argument)
    return slope


# ---- The rules ----------------------------------------------------------------------------------------------------


def _product_rule(factors: tuple[Node, ...], variable: str, functions: Functions) -> Node:
    terms = []
    for at, factor in enumerate(factors):
        slope = differentiate(factor, variable, functions=functions)
        terms.append(_product([*factors[:at], slope, *factors[at + 1 :]]))
    return _sum(terms)


def _quotient_rule(top: Node, bottom: Node, variable: str, functions: Functions) -> Node:
    up = differentiate(top, variable, functions=functions)
    if not mentions(bottom, variable):
        return Quotient(up, bottom)
    down = differentiate(bottom, variable, functions=functions)
    numerator = _sum([_product([up, bottom]), _negative(_product([top, down]))])
    return Quotient(numerator, Power(bottom, Number(Fraction(2))))


def _power_rule(base: Node, exponent: Node, variable: str, functions: Functions) -> Node:
    if not mentions(exponent, variable):
        return _product([exponent, _lowered(base, exponent), differentiate(base, variable, functions=functions)])
    if base == EULER:
        return _product([Power(base, exponent), differentiate(exponent, variable, functions=functions)])
    # b^c = exp(c ln b), whatever varies
    logarithm = Call("log", (base,))
    rate = differentiate(Product((exponent, logarithm)), variable, functions=functions)
    return _product([Power(base, exponent), rate])


def _lowered(base: Node, exponent: Node) -> Node:
    """Return the base with an exponent less by one."""
    value = number(exponent)
    if value is None:
        return Power(base, Sum((exponent, Negative(ONE))))
    return ONE if value == 1 else base if value == 2 else Power(base, rational(value - 1))


def _chain_rule(call: Call, variable: str, functions: Functions) -> Node:
    if any(mentions(part, variable) for part in call.arguments[1:]):
        return _quotient_rule(Call("log", call.arguments[:1]), Call("log", call.arguments[1:]), variable, functions)
    inner = differentiate(call.arguments[0], variable, functions=functions)
    return _product([outer_derivative(call, functions), inner])


# ---- Writing sums and products without what adds or multiplies nothing ----------------------------------------


def _sum(terms: list[Node]) -> Node:
    kept = [term for term in terms if term != ZERO]
    return Sum(tuple(kept)) if len(kept) > 1 else kept[0] if kept else ZERO


def _product(factors: list[Node]) -> Node:
    if ZERO in factors:
        return ZERO
    signs = sum(isinstance(factor, Negative) for factor in factors)
    bare = [factor.operand if isinstance(factor, Negative) else factor for factor in factors]
    kept = [factor for factor in bare if factor != ONE]
    product = Product(tuple(kept)) if len(kept) > 1 else kept[0] if kept else ONE
    return _negative(product) if signs % 2 else product


def _negative(node: Node) -> Node:
    if isinstance(node, Negative):
        return node.operand
    return node if node == ZERO else Negative(node)
