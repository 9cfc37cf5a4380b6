"""What a tree looks like on paper, before anyone asks for LaTeX or MathML.

Where a fraction bar, a raised exponent or a pair of parentheses goes is decided here, once. The result is a tree of
boxes; `ogive.expressions.latex` and `ogive.expressions.mathml` only spell boxes out. A box remembers the path of the
node that it draws, so that a page can point at the same term in two lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias, final

from ogive.expressions.functions import ELEMENTARY, Functions
from ogive.expressions.text import ATOM, POWER, PRODUCT, RELATION, SUM, decimal, tightness
from ogive.expressions.tree import (
    Call,
    Conditional,
    Constant,
    Derivative,
    Limit,
    Negative,
    Node,
    Number,
    Path,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Symbol,
)

__all__ = ["Box", "Cases", "Fence", "Fraction", "Mark", "Root", "Row", "Scripts", "Word", "layout"]


@final
@dataclass(frozen=True, slots=True)
class Word:
    """A number, or a name: of a symbol, a constant, a function, or a word of English."""

    kind: str
    text: str
    latex: str = ""
    path: Path | None = None


@final
@dataclass(frozen=True, slots=True)
class Mark:
    """A sign between or before operands."""

    text: str


@final
@dataclass(frozen=True, slots=True)
class Row:
    """Boxes side by side."""

    parts: tuple[Box, ...]
    path: Path | None = None


@final
@dataclass(frozen=True, slots=True)
class Fraction:
    """A box above another, with a bar between them."""

    top: Box
    bottom: Box
    path: Path | None = None


@final
@dataclass(frozen=True, slots=True)
class Scripts:
    """A box with something raised or lowered at its side."""

    base: Box
    above: Box | None = None
    below: Box | None = None
    path: Path | None = None


@final
@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    body: Box
    path: Path | None = None


@final
@dataclass(frozen=True, slots=True)
class Fence:
    """A box between parentheses, brackets or bars."""

    opening: str
    body: Box
    closing: str
    path: Path | None = None


@final
@dataclass(frozen=True, slots=True)
class Cases:
    """Values with the conditions under which they hold, behind a brace."""

    rows: tuple[tuple[Box, Box], ...]
    path: Path | None = None


Box: TypeAlias = Word | Mark | Row | Fraction | Scripts | Root | Fence | Cases

_MARKS: Final = {"<=": "≤", ">=": "≥", "!=": "≠"}
_GREEK: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "theta": "θ", "kappa": "κ", "lambda": "λ",
    "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "Phi": "Φ", "omega": "ω",
}  # fmt: skip


def layout(tree: Node, functions: Functions = ELEMENTARY) -> Box:
    """Lay a tree out as boxes."""
    return _Layout(functions).place(tree, RELATION, ())


@final
@dataclass(frozen=True, slots=True)
class _Layout:
    functions: Functions

    def place(self, node: Node, place: int, path: Path) -> Box:
        """Draw a node, in parentheses where it holds together less tightly than its place demands."""
        if isinstance(node, Call) and (node.name, node.primes) == ("exp", 0):
            # e^u: the exponent is the first part of the call, and keeps that path
            base = Word("constant", "e")
            drawn: Box = Scripts(base, self.place(node.arguments[0], RELATION, (*path, 0)), path=path)
            return _fence(drawn) if place == ATOM else drawn
        if isinstance(node, Quotient) and place == PRODUCT:
            return self.bare(node, path)  # a fraction bar holds its parts together by itself
        drawn = self.bare(node, path)
        return _fence(drawn) if tightness(node) < place else drawn

    def bare(self, node: Node, path: Path) -> Box:
        match node:
            case Number(value):
                return Word("number", decimal(value), path=path)
            case Symbol(name):
                return name_box(name, path)
            case Constant(name):
                return Word("constant", _GREEK.get(name, name), f"\\{name}" if name in _GREEK else "", path)
            case Sum(terms):
                return self.sum(terms, path)
            case Negative(operand):
                return Row((Mark("−"), self.place(operand, PRODUCT, (*path, 0))), path)
            case Product(factors):
                return self.product(factors, path)
            case Quotient(top, bottom):
                return Fraction(self.place(top, RELATION, (*path, 0)), self.place(bottom, RELATION, (*path, 1)), path)
            case Power():
                return self.power(node, path)
            case Relation(operator, left, right):
                sides = self.place(left, SUM, (*path, 0)), self.place(right, SUM, (*path, 1))
                return Row((sides[0], Mark(_MARKS.get(operator, operator)), sides[1]), path)
        return self.named(node, path)

    def sum(self, terms: tuple[Node, ...], path: Path) -> Box:
        parts: list[Box] = [self.place(terms[0], PRODUCT if isinstance(terms[0], Sum) else SUM, (*path, 0))]
        for at, term in enumerate(terms[1:], start=1):
            if isinstance(term, Negative):
                parts += [Mark("−"), self.place(term.operand, PRODUCT, (*path, at, 0))]
            else:
                parts += [Mark("+"), self.place(term, PRODUCT, (*path, at))]
        return Row(tuple(parts), path)

    def product(self, factors: tuple[Node, ...], path: Path) -> Box:
        parts: list[Box] = []
        for at, factor in enumerate(factors):
            fraction = isinstance(factor, Quotient)
            grouped = isinstance(factor, Product)
            place = PRODUCT if fraction or (at == 0 and not grouped) else POWER
            if parts and _needs_dot(factors[at - 1], factor):
                parts.append(Mark("·"))
            parts.append(self.place(factor, place, (*path, at)))
        return Row(tuple(parts), path)

    def power(self, node: Power, path: Path) -> Box:
        exponent = self.place(node.exponent, RELATION, (*path, 1))
        base = node.base
        if isinstance(base, Call) and not base.primes and _writes_power_on_name(base, self.functions):
            # sin²(x) rather than sin(x)²
            head = Scripts(self.function_name(base), exponent)
            return Row((head, self.argument(base.arguments, (*path, 0))), path)
        return Scripts(self.place(base, ATOM, (*path, 0)), exponent, path=path)

    def named(self, node: Node, path: Path) -> Box:
        match node:
            case Call("abs", (argument,), 0):
                return Fence("|", self.place(argument, RELATION, (*path, 0)), "|", path)
            case Call("sqrt", (argument,), 0):
                return Root(self.place(argument, RELATION, (*path, 0)), path)
            case Call("log", (argument, base), 0):
                head = Scripts(Word("function", "log", r"\log"), below=self.place(base, RELATION, (*path, 1)))
                return Row((head, self.argument((argument,), path)), path)
            case Call(_, arguments, _):
                return Row((self.function_name(node), self.argument(arguments, path)), path)
            case Derivative(body, variable):
                return self.derivative(body, variable, path)
            case Limit(body, variable, point):
                below = Row((name_box(variable.name), Mark("→"), self.place(point, SUM, (*path, 1))))
                head = Scripts(Word("function", "lim", r"\lim"), below=below)
                return Row((head, self.place(body, PRODUCT, (*path, 0))), path)
            case Conditional():
                return self.cases(node, path)
        raise TypeError(f"not a node: {node!r}")

    def function_name(self, call: Call) -> Box:
        row = self.functions.get(call.name)
        symbol = (row and row.symbol) or call.name
        word = Word("function", symbol, (row and row.latex) or f"\\operatorname{{{call.name}}}")
        return Scripts(word, Mark("′" * call.primes)) if call.primes else word

    def argument(self, arguments: tuple[Node, ...], path: Path) -> Box:
        parts: list[Box] = []
        for at, argument in enumerate(arguments):
            parts += [Mark(","), self.place(argument, RELATION, (*path, at))]
        return _fence(Row(tuple(parts[1:])) if len(parts) > 2 else parts[1])

    def derivative(self, body: Node, variable: Symbol, path: Path) -> Box:
        below = Row((Word("text", "d"), name_box(variable.name)))
        if isinstance(body, Symbol):
            return Fraction(Row((Word("text", "d"), name_box(body.name, (*path, 0)))), below, path)
        operand = Fence("[", self.place(body, RELATION, (*path, 0)), "]")
        return Row((Fraction(Word("text", "d"), below), operand), path)

    def cases(self, node: Conditional, path: Path) -> Box:
        """Draw nested conditions as one list: otherwise-branches that are conditions continue it."""
        rows: list[tuple[Box, Box]] = []
        rest: Node = node
        while isinstance(rest, Conditional):
            rows.append(
                (self.place(rest.then, RELATION, (*path, 1)), self.place(rest.condition, RELATION, (*path, 0)))
            )
            rest, path = rest.otherwise, (*path, 2)
        rows.append((self.place(rest, RELATION, path), Word("text", "otherwise")))
        return Cases(tuple(rows), path)


def name_box(name: str, path: Path | None = None) -> Box:
    """Draw the name of a symbol: Greek names as letters, what follows an underscore as a subscript."""
    head, _, tail = name.partition("_")
    word = Word("symbol", _GREEK.get(head, head), f"\\{head}" if head in _GREEK else "", None if tail else path)
    if not tail:
        return word
    below = Word("number" if tail.isdigit() else "text", tail)
    return Scripts(word, below=below, path=path)


def _fence(body: Box) -> Box:
    return Fence("(", body, ")")


def _needs_dot(left: Node, right: Node) -> bool:
    """Tell whether two factors need a dot between them to be told apart; ``2x`` and ``a(1 - a)`` do not."""
    if isinstance(right, (Number, Quotient, Derivative)) or isinstance(left, (Quotient, Derivative, Conditional)):
        return True
    if isinstance(right, Power):
        return isinstance(right.base, Number) or _needs_dot(left, right.base)
    if tightness(right) < PRODUCT:
        return isinstance(left, Call)
    return not (isinstance(left, Number) and isinstance(right, (Symbol, Constant, Call)))


def _writes_power_on_name(call: Call, functions: Functions) -> bool:
    row = functions.get(call.name)
    return bool(row and row.inverse and row.name not in ("exp", "log", "erf", "erfinv"))
