"""The lines of a derivation as equalities for Rocq: each ``before = after`` with its abbreviations put back.

A derivative or a limit that is still to be taken stands in the statement as Rocq's own ``Derive`` or ``Lim``; its
value is proved first, and then put in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.rocq.conditions import conditions_of
from ogive.explaining.rocq.theorems import Inner, Theorem, equality
from ogive.explaining.rocq.translation import Condition, NotExpressibleError, identifier, slope_by_rule, term
from ogive.expressions import Limits, parse, to_text
from ogive.expressions.tree import (
    ZERO,
    Derivative,
    Limit,
    Negative,
    Node,
    Product,
    Quotient,
    Relation,
    Symbol,
    children,
    substitute,
    symbols,
    with_children,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ogive.explaining.records.derivation import Derivation
    from ogive.explaining.records.steps import Step
    from ogive.expressions import Functions

__all__ = ["line_theorems"]

_OWN_LIMITS: Final = Limits(length=1_000_000, depth=400, exponent=10**9, digits=10_000)  # it was written here


def line_theorems(derivation: Derivation, prefix: str = "") -> tuple[tuple[Theorem, ...], tuple[str, ...]]:
    """Return a theorem for each line that is shown, and why others have none.

    A line of expressions says that it equals the one before. A line that is an equation says that its sides are
    equal.

    Raises
    ------
    NotExpressibleError
        If an abbreviation is also a symbol of the expression.
    """
    functions = derivation.functions
    meanings = {
        name: parse(text, functions=functions, limits=_OWN_LIMITS) for name, text in derivation.definitions.items()
    }
    first = derivation.steps[0].before
    if isinstance(first, Relation) and isinstance(first.left, Symbol):
        meanings[first.left.name] = derivation.expression
    taken = sorted(set(meanings) & symbols(derivation.expression))
    if taken:
        raise NotExpressibleError(f"the abbreviation {taken[0]} is also a symbol of the expression")
    base = conditions_of(derivation.expression, functions, derivation.variable)
    found, skipped = [], []
    for at, step in enumerate(derivation.steps, 1):
        try:
            found.append(_line(f"{prefix}line_{at}", step, meanings, base, functions))
        except NotExpressibleError as error:
            skipped.append(f"line {at}, {error}")
    return tuple(found), tuple(skipped)


def _line(
    name: str, step: Step, meanings: Mapping[str, Node], base: Sequence[Condition], functions: Functions
) -> Theorem:
    reader = _Reader(functions)
    if isinstance(step.after, Relation):
        before, after = reader.read(step.after.left, meanings), reader.read(step.after.right, meanings)
    else:
        before, after = reader.read(step.before, meanings), reader.read(step.after, meanings)
    return equality(name, before, after, base, functions, tuple(reader.inner))


@final
@dataclass(slots=True)
class _Reader:
    """Puts abbreviations back, and a stand-in for each derivative and limit that is still to be taken."""

    functions: Functions
    inner: list[Inner] = field(default_factory=list)

    def read(self, tree: Node, meanings: Mapping[str, Node]) -> Node:
        match tree:
            case Symbol(name):
                return self.read(meanings[name], meanings) if name in meanings else Symbol(name)
            case Derivative(body, variable):
                return self._derivative(body, variable.name, meanings)
            case Limit(body, variable, point):
                return self._limit(body, variable.name, point, meanings)
        return with_children(tree, tuple(self.read(part, meanings) for part in children(tree)))

    def _body(self, body: Node, variable: str, meanings: Mapping[str, Node]) -> Node:
        found = self.read(body, {name: meaning for name, meaning in meanings.items() if name != variable})
        if symbols(found) & {inner.name for inner in self.inner}:
            raise NotExpressibleError(
                f"{to_text(body)} holds a derivative under another, which is not stated for Rocq"
            )
        return found

    def _derivative(self, body: Node, variable: str, meanings: Mapping[str, Node]) -> Node:
        inside = self._body(body, variable, meanings)
        point = self.read(meanings[variable], meanings) if variable in meanings else Symbol(variable)
        value = substitute(slope_by_rule(inside, variable, self.functions), {variable: point})
        conditions = [
            Condition(c.kind, substitute(c.tree, {variable: point}))
            for c in conditions_of(inside, self.functions, variable)
        ]
        here = identifier(variable)
        text = f"(Derive (fun {here} : R => {term(inside, self.functions)}) {term(point, self.functions)})"
        proof = "apply is_derive_unique."
        return self._stand_in(
            Inner("", text, value, (substitute(inside, {variable: point}),), tuple(conditions), (proof,))
        )

    def _limit(self, body: Node, variable: str, point: Node, meanings: Mapping[str, Node]) -> Node:
        inside, at = self._body(body, variable, meanings), self.read(point, meanings)
        here = identifier(variable)
        function = f"(fun {here} : R => {term(inside, self.functions)})"
        text = f"(real (Lim {function} {term(at, self.functions)}))"
        top = _without(inside, variable)
        if top is None:
            value = substitute(inside, {variable: at})
            proof = (f"apply (limit_of_continuous {function} {term(at, self.functions)}).",)
            return self._stand_in(Inner("", text, value, (), conditions_of(value, self.functions), proof, whole=True))
        if at != ZERO:
            raise NotExpressibleError(f"a limit at {to_text(at)} of the form 0/0 is not stated for Rocq")
        value = substitute(slope_by_rule(top, variable, self.functions), {variable: ZERO})
        numerator = f"(fun {here} : R => {term(top, self.functions)})"
        first = f"apply (limit_of_quotient {numerator} {function} {term(value, self.functions)})."
        parts = (substitute(top, {variable: ZERO}),)
        conditions = conditions_of(substitute(top, {variable: ZERO}), self.functions)
        return self._stand_in(Inner("", text, value, parts, conditions, (first, here)))

    def _stand_in(self, inner: Inner) -> Node:
        for known in self.inner:  # the same on both sides
            if known.text == inner.text:
                return Symbol(known.name)
        named = Inner(
            f"#{len(self.inner)}", inner.text, inner.value, inner.parts, inner.conditions, inner.proof, inner.whole
        )
        self.inner.append(named)
        return Symbol(named.name)


def _without(tree: Node, variable: str) -> Node | None:
    """Return a tree with one factor of 1/variable left out; None if it has none."""
    match tree:
        case Quotient(top, bottom):
            if bottom == Symbol(variable):
                return top
            if isinstance(bottom, Product) and Symbol(variable) in bottom.factors:
                rest = tuple(factor for factor in bottom.factors if factor != Symbol(variable))
                return Quotient(top, rest[0] if len(rest) == 1 else Product(rest))
            inner = _without(top, variable)
            return None if inner is None else Quotient(inner, bottom)
        case Product(factors):
            for at, factor in enumerate(factors):
                inner = _without(factor, variable)
                if inner is not None:
                    return Product((*factors[:at], inner, *factors[at + 1 :]))
        case Negative(operand):
            inner = _without(operand, variable)
            return None if inner is None else Negative(inner)
    return None
