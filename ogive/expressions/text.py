"""Trees as text: one form that machines read back, and one that reads well on a terminal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ogive.expressions.functions import ELEMENTARY, Functions
from ogive.expressions.tree import (
    EULER,
    Call,
    Conditional,
    Constant,
    Derivative,
    Limit,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Symbol,
    number,
)

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["decimal", "to_text", "to_unicode"]

# How tightly a node holds together; a part that holds less tightly than its place demands gets parentheses.
RELATION, SUM, PRODUCT, POWER, ATOM = range(5)

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_RELATIONS = {"<=": "≤", ">=": "≥", "!=": "≠"}


def to_text(tree: Node) -> str:
    """Write a tree as plain text, ``exp(-z)/(1 + exp(-z))**2``; parsing the text gives the same tree back."""
    return _plain(tree, RELATION)


def to_unicode(tree: Node, functions: Functions = ELEMENTARY) -> str:
    """Write a tree for reading on a terminal, ``e^-z/(1 + e^-z)²``.

    Parsing gives an equal expression back, unless it holds a derivative, a limit or a condition.
    """
    return _pretty(tree, RELATION, functions)


def tightness(node: Node) -> int:
    """Say how tightly a node holds together, from `RELATION` to `ATOM`."""
    match node:
        case Relation():
            return RELATION
        case Sum() | Negative():
            return SUM
        case Product() | Quotient():
            return PRODUCT
        case Power():
            return POWER
    return ATOM


def decimal(value: Fraction) -> str:
    """Write a number of finitely many digits: ``0.25``, never ``1/4``."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str((value * 10**places).numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _fenced(text: str, node: Node, place: int) -> str:
    return f"({text})" if tightness(node) < place else text


def _sum(terms: tuple[Node, ...], write: partial[str], minus: str) -> str:
    """Write terms with their signs; a term after the first that is itself a sum keeps its parentheses."""
    first, *rest = terms
    text = write(first, PRODUCT) if isinstance(first, Sum) else write(first, SUM)
    for term in rest:
        signed = isinstance(term, Negative)
        text += f" {minus if signed else '+'} " + write(term.operand if isinstance(term, Negative) else term, PRODUCT)
    return text


# ---- Plain text ----------------------------------------------------------------------------------------------------


def _plain(node: Node, place: int) -> str:
    return _fenced(_plain_bare(node), node, place)


def _plain_bare(node: Node) -> str:
    match node:
        case Number(value):
            return decimal(value)
        case Symbol(name) | Constant(name):
            return name
        case Sum(terms):
            return _sum(terms, partial(_plain), "-")
        case Negative(operand):
            return "-" + _plain(operand, PRODUCT)
        case Product(factors):
            first, *rest = factors
            head = _plain(first, POWER if isinstance(first, Product) else PRODUCT)
            return "*".join([head, *(_plain(factor, POWER) for factor in rest)])
        case Quotient(top, bottom):
            return f"{_plain(top, PRODUCT)}/{_plain(bottom, POWER)}"
        case Power(base, exponent):
            return f"{_plain(base, ATOM)}**{_plain(exponent, POWER)}"
        case Relation(operator, left, right):
            return f"{_plain(left, SUM)} {operator} {_plain(right, SUM)}"
    return _plain_call(node)


def _plain_call(node: Node) -> str:
    match node:
        case Call(name, arguments, primes):
            return name + "'" * primes + _list(*arguments)
        case Conditional(condition, then, otherwise):
            return "if" + _list(condition, then, otherwise)
        case Derivative(body, variable):
            return "diff" + _list(body, variable)
        case Limit(body, variable, point):
            return "limit" + _list(body, variable, point)
    raise TypeError(f"not a node: {node!r}")


def _list(*parts: Node) -> str:
    return f"({', '.join(_plain(part, RELATION) for part in parts)})"


# ---- Unicode text --------------------------------------------------------------------------------------------------


def _pretty(node: Node, place: int, functions: Functions) -> str:
    if isinstance(node, Call) and (node.name, node.primes) == ("exp", 0):
        node = Power(EULER, node.arguments[0])
    return _fenced(_pretty_bare(node, functions), node, place)


def _pretty_bare(node: Node, functions: Functions) -> str:
    write = partial(_pretty, functions=functions)
    match node:
        case Number(value):
            return decimal(value)
        case Symbol(name) | Constant(name):
            return _GREEK.get(name, name)
        case Sum(terms):
            return _sum(terms, write, "-")
        case Negative(operand):
            return "-" + write(operand, PRODUCT)
        case Product(factors):
            first, *rest = factors
            head = write(first, POWER if isinstance(first, Product) else PRODUCT)
            return "·".join([head, *(write(factor, POWER) for factor in rest)])
        case Quotient(top, bottom):
            below = f"({write(bottom, RELATION)})" if isinstance(bottom, Derivative) else write(bottom, POWER)
            return f"{write(top, PRODUCT)}/{below}"
        case Power(base, exponent):
            return write(base, ATOM) + _raised(exponent, functions)
        case Relation(operator, left, right):
            return f"{write(left, SUM)} {_RELATIONS.get(operator, operator)} {write(right, SUM)}"
    return _pretty_call(node, functions)


def _raised(exponent: Node, functions: Functions) -> str:
    value = number(exponent)
    if value is not None and value.denominator == 1:
        return str(value).translate(_SUPERSCRIPT)
    if isinstance(exponent, Negative) and tightness(exponent.operand) == ATOM:
        return "^-" + _pretty(exponent.operand, ATOM, functions)
    return "^" + _pretty(exponent, ATOM, functions)


def _pretty_call(node: Node, functions: Functions) -> str:
    write = partial(_pretty, functions=functions)
    match node:
        case Call("abs", (argument,), 0):
            return f"|{write(argument, RELATION)}|"
        case Call("sqrt", (argument,), 0):
            return f"√({write(argument, RELATION)})"
        case Call(name, arguments, primes):
            row = functions.get(name)
            inside = ", ".join(write(part, RELATION) for part in arguments)
            return f"{(row and row.symbol) or name}{chr(39) * primes}({inside})"
        case Derivative(body, variable) if isinstance(body, Symbol):
            return f"d{body.name}/d{variable.name}"
        case Derivative(body, variable):
            return f"d/d{variable.name}[{write(body, RELATION)}]"
        case Limit(body, variable, point):
            return f"lim[{variable.name}→{write(point, RELATION)}] {write(body, ATOM)}"
        case Conditional(condition, then, otherwise):
            return f"{{{write(then, 0)} if {write(condition, 0)}, else {write(otherwise, 0)}}}"
    raise TypeError(f"not a node: {node!r}")


_GREEK = {
    "pi": "π", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "rho": "ρ", "tau": "τ", "phi": "φ", "omega": "ω",
}  # fmt: skip
