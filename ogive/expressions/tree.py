"""The syntax tree: an expression kept exactly as it was written.

Nothing collapses, reorders or evaluates when a node is made: ``1 + 1 - 1`` has three terms and stays that way until
a rule of `ogive.explaining` says, on a line of its own, what becomes of them. Nodes are frozen and compare by
structure. A node has no identity of its own; its place in a tree is a *path*, the tuple of child positions that
leads to it from the root.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias, final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "EULER",
    "ONE",
    "PI",
    "ZERO",
    "Call",
    "Conditional",
    "Constant",
    "Derivative",
    "Limit",
    "Negative",
    "Node",
    "Number",
    "Path",
    "Power",
    "Product",
    "Quotient",
    "Relation",
    "Sum",
    "Symbol",
    "children",
    "depth",
    "integer",
    "is_number",
    "number",
    "rational",
    "replace_at",
    "size",
    "substitute",
    "subtree",
    "symbols",
    "transform",
    "walk",
    "with_children",
]

Path: TypeAlias = tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class Number:
    """A number that is not negative and can be written down in full: ``2``, ``0.25``."""

    value: Fraction

    def __post_init__(self) -> None:
        rest = self.value.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        if self.value < 0 or rest != 1:
            raise ValueError(f"a Number is written in digits alone, and {self.value} is not; use rational()")


@final
@dataclass(frozen=True, slots=True)
class Symbol:
    """A variable or a parameter; or, where `of` names a variable, a quantity that depends on it: y of x in dy/dx."""

    name: str
    of: str = ""


@final
@dataclass(frozen=True, slots=True)
class Constant:
    """A number with a name: ``e`` or ``pi``."""

    name: str


@final
@dataclass(frozen=True, slots=True)
class Sum:
    """Two or more terms; a term that is taken away is a `Negative`."""

    terms: tuple[Node, ...]


@final
@dataclass(frozen=True, slots=True)
class Product:
    """Two or more factors."""

    factors: tuple[Node, ...]


@final
@dataclass(frozen=True, slots=True)
class Quotient:
    """A fraction."""

    numerator: Node
    denominator: Node


@final
@dataclass(frozen=True, slots=True)
class Power:
    """A base with an exponent."""

    base: Node
    exponent: Node


@final
@dataclass(frozen=True, slots=True)
class Negative:
    """A minus sign and what it stands before."""

    operand: Node


@final
@dataclass(frozen=True, slots=True)
class Call:
    """A named function of its arguments; primes count how often it is differentiated, as in ``sigmoid'(z)``."""

    name: str
    arguments: tuple[Node, ...]
    primes: int = 0


@final
@dataclass(frozen=True, slots=True)
class Relation:
    """An equation or an inequality: one of ``=  <  <=  >  >=``."""

    operator: str
    left: Node
    right: Node


@final
@dataclass(frozen=True, slots=True)
class Conditional:
    """One expression where a condition holds, another where it does not: ``if(z < 0, exp(z) - 1, z)``."""

    condition: Relation
    then: Node
    otherwise: Node


@final
@dataclass(frozen=True, slots=True)
class Derivative:
    """The derivative of a body, still to be taken: ``diff(z**2, z)``."""

    body: Node
    variable: Symbol


@final
@dataclass(frozen=True, slots=True)
class Limit:
    """The limit of a body, still to be taken: ``limit((exp(h) - 1)/h, h, 0)``."""

    body: Node
    variable: Symbol
    point: Node


Node: TypeAlias = (
    Number
    | Symbol
    | Constant
    | Sum
    | Product
    | Quotient
    | Power
    | Negative
    | Call
    | Relation
    | Conditional
    | Derivative
    | Limit
)

ZERO: Final = Number(Fraction(0))
ONE: Final = Number(Fraction(1))
EULER: Final = Constant("e")
PI: Final = Constant("pi")


# ---- Numbers -----------------------------------------------------------------------------------------------------


def integer(value: int) -> Node:
    """Write an integer: a `Number`, or the `Negative` of one."""
    return rational(Fraction(value))


def rational(value: Fraction) -> Node:
    """Write a fraction the way a person does: ``-3/4`` is a minus sign, a numerator and a denominator."""
    if value < 0:
        return Negative(rational(-value))
    top = Number(Fraction(value.numerator))
    return top if value.denominator == 1 else Quotient(top, Number(Fraction(value.denominator)))


def number(node: Node) -> Fraction | None:
    """Read a written number back, signs and one fraction bar included; None for anything else."""
    match node:
        case Number(value):
            return value
        case Negative(operand):
            inner = number(operand)
            return None if inner is None else -inner
        case Quotient(Number(top), Number(bottom)) if bottom:
            return top / bottom
    return None


def is_number(node: Node, value: int) -> bool:
    """Tell whether a node is this integer, written plainly."""
    return number(node) == value


# ---- Children and paths ------------------------------------------------------------------------------------------


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node, in reading order. The variable of a derivative or a limit is not a part."""
    match node:
        case Sum(parts) | Product(parts):
            return parts
        case Call(_, parts, _):
            return parts
        case Quotient(a, b) | Power(a, b) | Relation(_, a, b):
            return a, b
        case Negative(a) | Derivative(a, _):
            return (a,)
        case Conditional(a, b, c):
            return a, b, c
        case Limit(a, _, b):
            return a, b
    return ()


def with_children(node: Node, parts: tuple[Node, ...]) -> Node:
    """Make the same kind of node from other parts."""
    match node:
        case Sum():
            return Sum(parts)
        case Product():
            return Product(parts)
        case Quotient():
            return Quotient(*parts)
        case Power():
            return Power(*parts)
        case Negative():
            return Negative(*parts)
        case Call(name, _, primes):
            return Call(name, parts, primes)
        case Relation(operator, _, _):
            return Relation(operator, *parts)
        case Conditional():
            condition, then, otherwise = parts
            if not isinstance(condition, Relation):
                raise TypeError(f"a condition is a relation such as z < 0, not {condition!r}")
            return Conditional(condition, then, otherwise)
        case Derivative(_, variable):
            return Derivative(parts[0], variable)
        case Limit(_, variable, _):
            return Limit(parts[0], variable, parts[1])
    return node


def subtree(tree: Node, path: Path) -> Node:
    """Return the node that a path leads to."""
    for position in path:
        tree = children(tree)[position]
    return tree


def replace_at(tree: Node, path: Path, new: Node) -> Node:
    """Return the tree with another node at the end of a path; everything else stays as it was."""
    if not path:
        return new
    parts = list(children(tree))
    parts[path[0]] = replace_at(parts[path[0]], path[1:], new)
    return with_children(tree, tuple(parts))


def walk(tree: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Yield every node with its path, a parent before its parts."""
    yield path, tree
    for position, part in enumerate(children(tree)):
        yield from walk(part, (*path, position))


# ---- Whole trees -------------------------------------------------------------------------------------------------


def transform(tree: Node, rewrite: Callable[[Node], Node]) -> Node:
    """Rebuild a tree from its leaves upwards, passing each node through a function."""
    parts = children(tree)
    new = tuple(transform(part, rewrite) for part in parts)
    return rewrite(with_children(tree, new) if new != parts else tree)


def substitute(tree: Node, values: dict[str, Node]) -> Node:
    """Put expressions in the place of symbols."""
    return transform(tree, lambda node: values.get(node.name, node) if isinstance(node, Symbol) else node)


def symbols(tree: Node) -> frozenset[str]:
    """Return the names of all variables and parameters in a tree, bound ones and those that others depend on too."""
    found = {name for _, node in walk(tree) if isinstance(node, Symbol) for name in (node.name, node.of)}
    found |= {node.variable.name for _, node in walk(tree) if isinstance(node, (Derivative, Limit))}
    return frozenset(found - {""})


def mentions(tree: Node, name: str) -> bool:
    """Tell whether a name is among the `symbols` of a tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Symbol) and name in (node.name, node.of):
            return True
        if isinstance(node, (Derivative, Limit)) and node.variable.name == name:
            return True
        waiting += children(node)
    return False


def _levels(tree: Node) -> Iterator[list[Node]]:
    level = [tree]
    while level:
        yield level
        level = [part for node in level for part in children(node)]


def depth(tree: Node) -> int:
    """Count the levels of a tree, without recursion: it is asked of trees that may be too deep to recurse into."""
    return sum(1 for _ in _levels(tree))


def size(tree: Node) -> int:
    """Count the nodes of a tree."""
    return sum(map(len, _levels(tree)))
