"""Trees as functions on arrays: a tape of NumPy calls, on which equal subexpressions are computed once."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final, final

import numpy as np

from ogive.expressions.differentiate import differentiate, expand
from ogive.expressions.functions import ELEMENTARY, Functions
from ogive.expressions.text import to_text
from ogive.expressions.tree import (
    EULER,
    ONE,
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
    children,
    number,
)

__all__ = ["compile_numpy"]


def compile_numpy(
    tree: Node | Sequence[Node], names: Sequence[str], *, functions: Functions = ELEMENTARY
) -> Callable[..., Any]:
    """Make a NumPy function of a tree; nothing is evaluated as text.

    Parameters
    ----------
    tree
        An expression, or several that share work, such as a model and its gradient.
    names
        The symbols, in the order in which the function takes them. Arguments broadcast as in NumPy.
    functions
        The table that knows the functions called.

    Returns
    -------
    Callable
        Takes one array per name; returns the value, or a tuple of values where several trees were given.

    Raises
    ------
    ValueError
        If a tree mentions a symbol that is not among the names.
    """
    single = not isinstance(tree, Sequence)
    trees: Sequence[Node] = [tree] if not isinstance(tree, Sequence) else tree
    tape = _Tape(functions, {Symbol(name): at for at, name in enumerate(names)}, len(names))
    results = [tape.slot(each) for each in trees]
    operations, count = tuple(tape.operations), len(names)

    def run(*values: Any) -> Any:
        if len(values) != count:
            raise TypeError(f"expected {count} arguments ({', '.join(names)}), not {len(values)}")
        slots = [np.asarray(value) for value in values]
        for function, operands in operations:
            slots.append(function(*[slots[at] for at in operands]))
        return slots[results[0]] if single else tuple(slots[at] for at in results)

    return run


@final
@dataclass(slots=True)
class _Tape:
    """Operations in order; each reads earlier slots and fills the next one."""

    functions: Functions
    known: dict[Node, int]
    inputs: int
    operations: list[tuple[Callable[..., Any], tuple[int, ...]]] = field(default_factory=list)

    def slot(self, node: Node) -> int:
        """Return the slot that holds the value of a node, putting what it needs on the tape."""
        if node not in self.known:
            rewritten = self.rewritten(node)
            self.known[node] = self.record(node) if rewritten is None else self.slot(rewritten)
        return self.known[node]

    def record(self, node: Node) -> int:
        operands = tuple(self.slot(part) for part in children(node))
        self.operations.append((self.operation(node), operands))
        return self.inputs + len(self.operations) - 1

    def rewritten(self, node: Node) -> Node | None:
        """Return a tree that says the same in simpler words, or None."""
        match node:
            case Power(base, exponent) if base == EULER:
                return Call("exp", (exponent,))
            case Power(base, exponent) if number(exponent) == -1:
                return Quotient(ONE, base)
            case Derivative(body, variable):
                return differentiate(body, variable.name, functions=self.functions)
            case Call(name, arguments, primes):
                row = self.functions[name]
                computed = row.numpy is not None if not primes else row.slopes is not None
                return None if computed and len(arguments) == 1 else expand(node, self.functions)
        return None

    def operation(self, node: Node) -> Callable[..., Any]:
        match node:
            case Number(value):
                return _constant(float(value))
            case Constant(name):
                return _constant(_CONSTANTS[name])
            case Relation(sign, _, _):
                return _RELATIONS[sign]
            case Call(name, _, primes):
                return self.function(name, primes)
            case Symbol(name):
                known = ", ".join(symbol.name for symbol in self.known if isinstance(symbol, Symbol)) or "none"
                raise ValueError(f"the symbol {name!r} has no value; the names given are {known}")
            case Limit():
                raise ValueError(f"a limit cannot be computed on arrays: {to_text(node)}")
        return _OPERATIONS[type(node)]

    def function(self, name: str, primes: int) -> Callable[..., Any]:
        row = self.functions[name]
        function = row.slopes(primes) if primes and row.slopes is not None else row.evaluate()
        if function is None:
            raise ValueError(f"{name} cannot be computed: its row names no function and no formula")
        return function


def real_lambertw(x: Any) -> Any:
    """Return the principal real branch of Lambert's W; nan below -1/e."""
    from scipy.special import lambertw

    value = lambertw(x)
    return np.where(value.imag == 0, value.real, np.nan)


def _constant(value: float) -> Callable[[], Any]:
    return lambda: value


def _add(*terms: Any) -> Any:
    return reduce(operator.add, terms)


def _multiply(*factors: Any) -> Any:
    return reduce(operator.mul, factors)


def _power(base: Any, exponent: Any) -> Any:
    return np.power(np.asarray(base, dtype=np.result_type(base, exponent, 0.0)), exponent)


_CONSTANTS: Final = {"e": np.e, "pi": np.pi}
_RELATIONS: Final[dict[str, Callable[..., Any]]] = {
    "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "!=": operator.ne,
}  # fmt: skip
_OPERATIONS: Final[dict[type, Callable[..., Any]]] = {
    Sum: _add,
    Product: _multiply,
    Quotient: operator.truediv,
    Power: _power,
    Negative: operator.neg,
    Conditional: np.where,
}
