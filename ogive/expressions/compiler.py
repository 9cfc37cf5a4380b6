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
    symbols: dict[Node, int]
    inputs: int
    operations: list[tuple[Callable[..., Any], tuple[int, ...]]] = field(default_factory=list)
    met: dict[int, tuple[Node, int]] = field(default_factory=dict)
    numbered: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def slot(self, node: Node) -> int:
        """Return the slot that holds the value of a node, putting what it needs on the tape.

        Equal nodes have one slot. They are known by what they do to which slots: to compare whole trees would take
        the square of their size.
        """
        if id(node) not in self.met:
            rewritten = self.rewritten(node)
            self.met[id(node)] = (node, self.placed(node) if rewritten is None else self.slot(rewritten))
        return self.met[id(node)][1]

    def placed(self, node: Node) -> int:
        if isinstance(node, Symbol) and node in self.symbols:
            return self.symbols[node]
        operands = tuple(self.slot(part) for part in children(node))
        key = (type(node), *_OWN.get(type(node), _nothing)(node), operands)
        if key not in self.numbered:
            self.operations.append((self.operation(node), operands))
            self.numbered[key] = self.inputs + len(self.operations) - 1
        return self.numbered[key]

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
                known = ", ".join(symbol.name for symbol in self.symbols if isinstance(symbol, Symbol)) or "none"
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


def _nothing(_node: Any) -> tuple[Any, ...]:
    return ()


# What a node is beside its parts.
_OWN: Final[dict[type, Callable[[Any], tuple[Any, ...]]]] = {
    Number: lambda node: (node.value,),
    Constant: lambda node: (node.name,),
    Symbol: lambda node: (node.name, node.of),
    Relation: lambda node: (node.operator,),
    Call: lambda node: (node.name, node.primes),
}
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
