"""How Rocq writes an expression, and where its total functions mean what ours mean.

Rocq's functions have a value everywhere: ``ln (-1)`` and ``1 / 0`` are 0. So each row says, beside Rocq's name, where
the function has the meaning that a textbook gives it, and where it has a slope.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, final

from ogive.expressions import parse, to_text
from ogive.expressions.differentiate import differentiate, expand
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
    integer,
    number,
    substitute,
    transform,
)

if TYPE_CHECKING:
    from ogive.expressions import Functions

__all__ = [
    "ROWS",
    "Condition",
    "Kind",
    "NotExpressibleError",
    "Row",
    "identifier",
    "plain",
    "resolved",
    "slope_by_rule",
    "term",
]

Kind: TypeAlias = Literal["positive", "nonnegative", "nonzero"]


class NotExpressibleError(ValueError):
    """A claim holds something that is not stated for Rocq; the message names it."""


@final
@dataclass(frozen=True, slots=True)
class Condition:
    """That a term is positive, not negative, or not zero."""

    kind: Kind
    tree: Node


@final
@dataclass(frozen=True, slots=True)
class Row:
    """A function: Rocq's name, where it has our meaning, and where it has a slope if that is less."""

    name: str
    value: tuple[tuple[Kind, str], ...] = ()
    slope: tuple[tuple[Kind, str], ...] = ()

    def conditions(self, argument: Node, *, slope: bool) -> tuple[Condition, ...]:
        """Return where it is defined, or where it has a slope, at an argument."""
        wanted = self.slope if slope and self.slope else self.value
        return tuple(Condition(kind, substitute(_read(text), {"u": argument})) for kind, text in wanted)


@cache
def _read(text: str) -> Node:
    return parse(text, names=("u",))


_INSIDE: Final[tuple[tuple[Kind, str], ...]] = (("positive", "1 - u"), ("positive", "1 + u"))
_ONE: Final[tuple[tuple[Kind, str], ...]] = (("nonnegative", "1 - u"), ("nonnegative", "1 + u"))

ROWS: Final = {
    "exp": Row("exp"),
    "log": Row("ln", (("positive", "u"),)),
    "sqrt": Row("sqrt", (("nonnegative", "u"),), (("positive", "u"),)),
    "cbrt": Row("cbrt", (), (("nonzero", "u"),)),
    "abs": Row("Rabs", (), (("nonzero", "u"),)),
    "sign": Row("sign", (), (("nonzero", "u"),)),
    "sin": Row("sin"),
    "cos": Row("cos"),
    "tan": Row("tan", (("nonzero", "cos(u)"),)),
    "cot": Row("cot", (("nonzero", "sin(u)"),)),
    "sec": Row("sec", (("nonzero", "cos(u)"),)),
    "csc": Row("csc", (("nonzero", "sin(u)"),)),
    "asin": Row("asin", _ONE, _INSIDE),
    "acos": Row("acos", _ONE, _INSIDE),
    "atan": Row("atan"),
    "sinh": Row("sinh"),
    "cosh": Row("cosh"),
    "tanh": Row("tanh"),
    "coth": Row("coth", (("nonzero", "sinh(u)"),)),
    "sech": Row("sech"),
    "csch": Row("csch", (("nonzero", "sinh(u)"),)),
    "asec": Row("asec", (("nonnegative", "u^2 - 1"),), (("positive", "u^2 - 1"),)),
    "acsc": Row("acsc", (("nonnegative", "u^2 - 1"),), (("positive", "u^2 - 1"),)),
    "asinh": Row("arcsinh"),
    "acosh": Row("acosh", (("nonnegative", "u - 1"),), (("positive", "u - 1"),)),
    "atanh": Row("atanh", _INSIDE),
    "acoth": Row("acoth", (("positive", "u^2 - 1"),)),
    "erf": Row("erf"),
}
"""The functions that Rocq's libraries or `prelude.v` define; every other one is put through its own formula."""

_LONGEST_NUMBER: Final = 200  # digits
_LARGEST_POWER: Final = 200  # Rocq writes a natural exponent in unary


def identifier(name: str) -> str:
    """Return the name of a symbol for Rocq: a prefix keeps it apart from S, I, exp, and no two names become one."""
    spelt = "".join(c if c.isascii() and c.isalnum() else "__" if c == "_" else f"_x{ord(c):x}_" for c in name)
    return f"v_{spelt}"


def resolved(call: Call, functions: Functions) -> Node:
    """Return what a call stands for, in functions that have a row: itself, or its formula."""
    if call.name not in functions:
        raise NotExpressibleError(f"{call.name}(...) is no function that is known here")
    row = functions[call.name]
    if call.primes:
        raise NotExpressibleError(f"{to_text(call)} is a slope by name; it is not stated for Rocq")
    if len(call.arguments) == 1 and row.name in ROWS:
        return call if call.name == row.name else Call(row.name, call.arguments)
    if len(call.arguments) == 1 and row.name in ("log2", "log10"):
        base = integer(int(row.name[3:]))
        return Quotient(Call("log", call.arguments), Call("log", (base,)))
    formula = expand(call, functions)
    if formula is None:
        raise NotExpressibleError(f"{row.name}(...) is not defined in Rocq's libraries, nor here")
    return formula


def plain(tree: Node, functions: Functions) -> Node:
    """Write an expression with functions that have a row alone."""

    def meaning(node: Node) -> Node:
        if not isinstance(node, Call):
            return node
        found = resolved(node, functions)
        if isinstance(found, Call) and len(found.arguments) == 1 and found.name in ROWS:
            return found
        return plain(found, functions)

    return transform(tree, meaning)


def slope_by_rule(tree: Node, variable: str, functions: Functions) -> Node:
    """Return the derivative by the rules of `ogive.expressions`, in functions that have a row alone.

    It is a guess: nothing rests on it before Rocq has proved it.
    """
    return differentiate(plain(tree, functions), variable, functions=functions)


def term(tree: Node, functions: Functions) -> str:
    """Write an expression for Rocq, in brackets where it is made of parts.

    Raises
    ------
    NotExpressibleError
        If it holds a function, a case distinction or a number that is not stated for Rocq.
    """
    match tree:
        case Number(value):
            if max(len(str(value.numerator)), len(str(value.denominator))) > _LONGEST_NUMBER:
                raise NotExpressibleError(f"a number of more than {_LONGEST_NUMBER} digits is not stated for Rocq")
            return str(value) if value.denominator == 1 else f"({value.numerator} / {value.denominator})"
        case Symbol(name, of):
            if of:
                raise NotExpressibleError(f"{name} depends on {of} and has no formula")
            return identifier(name)
        case Constant(name):
            return "PI" if name == "pi" else "(exp 1)"
        case Sum(terms):
            text = term(terms[0], functions)
            for part in terms[1:]:
                sign, bare = ("-", part.operand) if isinstance(part, Negative) else ("+", part)
                text += f" {sign} {term(bare, functions)}"
            return f"({text})"
        case Product(factors):
            return f"({' * '.join(term(factor, functions) for factor in factors)})"
        case Quotient(top, bottom):
            return f"({term(top, functions)} / {term(bottom, functions)})"
        case Negative(operand):
            return f"(- {term(operand, functions)})"
        case Power(base, exponent):
            return _power(base, exponent, functions)
        case Call():
            meaning = resolved(tree, functions)
            if isinstance(meaning, Call) and meaning.name in ROWS and len(meaning.arguments) == 1:
                return f"({ROWS[meaning.name].name} {term(meaning.arguments[0], functions)})"
            return term(meaning, functions)
        case Derivative(body, variable):
            here = term(variable, functions)
            return f"(Derive (fun {here} : R => {term(body, functions)}) {here})"
        case Limit(body, variable, point):
            here = term(variable, functions)
            return f"(real (Lim (fun {here} : R => {term(body, functions)}) {term(point, functions)}))"
        case Conditional():
            raise NotExpressibleError(f"a case distinction, {to_text(tree)}, is not stated for Rocq")
        case Relation():
            raise NotExpressibleError(f"an equation, {to_text(tree)}, has no value")


def _power(base: Node, exponent: Node, functions: Functions) -> str:
    if base == EULER:
        return f"(exp {term(exponent, functions)})"
    value = number(exponent)
    if value is None or value.denominator != 1:
        return f"(Rpower {term(base, functions)} {term(exponent, functions)})"
    if abs(value) > _LARGEST_POWER:
        raise NotExpressibleError(f"a power of more than {_LARGEST_POWER} is not stated for Rocq")
    whole = f"({term(base, functions)} ^ {abs(value.numerator)})"
    return whole if value >= 0 else f"(/ {whole})"
