"""Moves that need a choice: what to add and subtract, what to split off, what to factor out, what to call by name.

The choice is in the bindings of the step, so that the kernel can repeat the move;
`ogive.explaining.deriving.search` makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ogive.explaining.moves.expansion import expanded
from ogive.explaining.moves.terms import base_and_exponent, factors, join_factors, strip_sign, terms, without_factor
from ogive.expressions.differentiate import expand
from ogive.expressions.parser import parse
from ogive.expressions.tree import (
    EULER,
    ONE,
    Call,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
    is_number,
    number,
    transform,
    with_children,
)

if TYPE_CHECKING:
    from ogive.explaining.moves.calculus import Bindings, CalculusRule
    from ogive.expressions import Functions

__all__ = ["IDENTITIES", "STRATEGY", "sorted_parts"]


def _add_and_subtract(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # A = c + a - c
    c = bindings.get("c")
    if c is None:
        return None
    sign, bare = strip_sign(c)
    back = bare if sign < 0 else Negative(bare)
    return Sum((*terms(c), *terms(node), back))


def _split_fraction(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # (a + b)/c = a/c + b/c
    part = bindings.get("part")
    if part is None or not isinstance(node, Quotient) or not isinstance(node.numerator, Sum):
        return None
    rest = list(node.numerator.terms)
    for term in terms(part):
        if term not in rest:
            return None
        rest.remove(term)
    if not rest:
        return None
    below = node.denominator
    return Sum((Quotient(part, below), *(_over(term, below) for term in rest)))


def _over(term: Node, below: Node) -> Node:
    return Negative(Quotient(term.operand, below)) if isinstance(term, Negative) else Quotient(term, below)


def _power_of_reciprocal(node: Node, _: Bindings, __: Functions) -> Node | None:
    # 1/a² = (1/a)²
    if not isinstance(node, Quotient) or not is_number(node.numerator, 1):
        return None
    base, _exponent = base_and_exponent(node.denominator)
    return Power(Quotient(ONE, base), node.denominator.exponent) if isinstance(node.denominator, Power) else None


def _factor_out(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # a·b + a·c = a·(b + c)
    factor = bindings.get("factor")
    if factor is None or not isinstance(node, Sum):
        return None
    rests = [without_factor(term, factor) for term in node.terms]
    kept = [rest for rest in rests if rest is not None]
    return Product((factor, Sum(tuple(kept)))) if len(kept) == len(rests) else None


def _factor_from_fraction(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # a·b/c = a·(b/c)
    factor = bindings.get("factor")
    if factor is None or not isinstance(node, Quotient) or not isinstance(node.numerator, Product):
        return None
    rest = list(node.numerator.factors)
    if factor not in rest:
        return None
    rest.remove(factor)
    return Product((factor, Quotient(join_factors(rest), node.denominator)))


def _split_into_product(node: Node, _: Bindings, __: Functions) -> Node | None:
    # a·b/(c·(d)) = a·(b/c)·(1/d), for two factors above, and one single factor below
    if not isinstance(node, Quotient) or not isinstance(node.numerator, Product):
        return None
    above, below = node.numerator.factors, factors(node.denominator)
    single = next((part for part in below if isinstance(part, Symbol)), None)
    if len(above) != 2 or single is None or len(below) < 2:
        return None
    rest = join_factors(part for part in below if part is not single)
    return Product((above[0], Quotient(above[1], single), Quotient(ONE, rest)))


def _distribute(node: Node, _: Bindings, __: Functions) -> Node | None:
    # a·(b + c) = a·b + a·c
    if not isinstance(node, (Product, Power)):
        return None
    result = expanded(node)
    return result if result is not None and result != node and isinstance(result, Sum) else None


def _fold_call(node: Node, bindings: Bindings, functions: Functions) -> Node | None:
    # 1/(1 + e^-z) = σ(z): an expression is called by the name that abbreviates it
    call = bindings.get("call")
    if not isinstance(call, Call) or call.name not in functions:
        return None
    row = functions[call.name]
    if row.formula is None or call.primes or len(call.arguments) != 1:
        return None
    long = expand(call, functions)
    return call if long is not None and one_exponential(long) == one_exponential(node) else None


def one_exponential(node: Node) -> Node:
    """Write exp(u) as e^u throughout, so that two ways of typing the same are compared as one."""
    return transform(node, _as_power)


def _as_power(node: Node) -> Node:
    if isinstance(node, Call) and (node.name, node.primes) == ("exp", 0):
        return Power(EULER, node.arguments[0])
    return node


# ---- Identities ----------------------------------------------------------------------------------------------

IDENTITIES: Final = (
    ("sin(u)**2", "1 - cos(u)**2"),
    ("cos(u)**2", "1 - sin(u)**2"),
    ("1 + tan(u)**2", "sec(u)**2"),
    ("tan(u)**2 + 1", "sec(u)**2"),
    ("sec(u)**2", "1 + tan(u)**2"),
    ("1/cos(u)", "sec(u)"),
    ("1/sin(u)", "csc(u)"),
    ("sin(u)/cos(u)", "tan(u)"),
    ("cos(u)/sin(u)", "cot(u)"),
    ("tan(u)", "sin(u)/cos(u)"),
    ("sec(u)", "1/cos(u)"),
    ("csc(u)**2", "1 + cot(u)**2"),
    ("1 - tanh(u)**2", "sech(u)**2"),
    ("sech(u)**2", "1 - tanh(u)**2"),
    ("cosh(u)**2", "1 + sinh(u)**2"),
    ("1/cosh(u)", "sech(u)"),
    ("sinh(u)/cosh(u)", "tanh(u)"),
    ("2*sin(u)*cos(u)", "sin(2*u)"),
    ("cos(u)**2 - sin(u)**2", "cos(2*u)"),
    ("1/(1 + exp(-u))", "1/2 + tanh(u/2)/2"),
    ("tanh(u/2)", "2*(1/(1 + exp(-u))) - 1"),
)
"""Pairs that may stand for each other, left for right, for every u."""


def _identity_move(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # sin² u = 1 - cos² u, and the other entries of the table of identities
    at, u = bindings.get("entry"), bindings.get("u")
    index = number(at) if at is not None else None
    if index is None or u is None or not 0 <= index < len(IDENTITIES):
        return None
    left, right = (parse(text) for text in IDENTITIES[int(index)])
    return _instance(right, u) if one_exponential(_instance(left, u)) == one_exponential(node) else None


def _instance(pattern: Node, u: Node) -> Node:
    return transform(pattern, lambda node: u if node == Symbol("u") else node)


# ---- The last move -------------------------------------------------------------------------------------------


def _reorder(node: Node, bindings: Bindings, _: Functions) -> Node | None:
    # A + b = b + a, a·b = b·a
    to = bindings.get("to")
    return to if to is not None and to != node and sorted_parts(to) == sorted_parts(node) else None


def sorted_parts(node: Node) -> Node:
    """Put terms and factors in an order that does not depend on how they were written."""
    return transform(one_exponential(node), _sorted)


def _sorted(node: Node) -> Node:
    if isinstance(node, (Sum, Product)):
        flat = [each for part in children(node) for each in (children(part) if type(part) is type(node) else (part,))]
        return with_children(node, tuple(sorted(flat, key=repr)))
    return node


def _same_normal_form(_: Node, bindings: Bindings, __: Functions) -> Node | None:
    # Both sides have the same exact normal form.
    return bindings.get("to")


STRATEGY: Final[dict[str, CalculusRule]] = {
    "add-and-subtract": _add_and_subtract,
    "split-fraction": _split_fraction,
    "power-of-reciprocal": _power_of_reciprocal,
    "factor-out": _factor_out,
    "factor-from-fraction": _factor_from_fraction,
    "split-into-product": _split_into_product,
    "distribute": _distribute,
    "fold-call": _fold_call,
    "identity-of-functions": _identity_move,
    "reorder": _reorder,
    "same-normal-form": _same_normal_form,
}
