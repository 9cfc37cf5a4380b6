"""The exact value of a tree, in a form in which equal expressions can be recognised.

An expression is read into a fraction of polynomials over the generators of a `Ring`, and two expressions are equal if
their difference has the numerator zero. That is a proof. The converse is not claimed: a difference that does not
vanish may still be zero for a reason that is not known here, and the answer is then "unknown".

The proofs are those of calculus: they hold where both sides are defined and real.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Final, TypeAlias, final

from ogive.explaining.exact import calculus
from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.effort import Budget
from ogive.explaining.exact.polynomials import ONE, ZERO, Quotient
from ogive.explaining.exact.ring import NoFormError, Ring
from ogive.expressions import ELEMENTARY, Functions
from ogive.expressions import tree as t
from ogive.expressions.differentiate import expand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["NoFormError", "World"]

_MAX_DEPTH: Final = 12  # of limits and derivatives within each other
_MAX_CONDITIONS: Final = 4
_COMPARISON: Final = 100_000  # products of terms in one comparison; a fraction of a second

_Forms: TypeAlias = "dict[tuple[t.Node, frozenset[str]], Quotient]"


@final
class World(Ring):
    """A ring, and the words in which questions to it are put.

    Parameters
    ----------
    functions
        The table that knows the functions called; shapes are opened by their formula.
    definitions
        Abbreviations: symbols that stand for trees.
    budget
        How much work may be done. A comparison has a budget of its own; what it takes is taken from here too.
    """

    def __init__(
        self,
        functions: Functions = ELEMENTARY,
        definitions: Mapping[str, t.Node] | None = None,
        budget: Budget | None = None,
    ) -> None:
        super().__init__(budget)
        self.functions = functions
        self.definitions = dict(definitions or {})
        self._forms: _Forms = {}

    def form(self, tree: t.Node) -> Quotient:
        """Return the normal form of a tree over the generators of this world.

        Raises
        ------
        NoFormError, TooLargeError, ZeroDivisionError
            If it has none here, if it is too large, or if it divides by zero.
        """
        return _Reading(self, self.functions, self.definitions, {}, forms=self._forms).form(tree)

    def equal(self, left: t.Node, right: t.Node) -> bool:
        """Tell whether two trees are proven equal; False means that no proof was found.

        Where conditions occur, the sides are compared for every way in which the conditions can come out. Every
        comparison has generators and a budget of its own: what was asked before changes no answer.
        """
        budget = Budget(_COMPARISON)
        try:
            return self._equal_in_every_case(left, right, budget)
        except (ValueError, ArithmeticError, RecursionError):
            return False
        finally:
            self.budget.left -= _COMPARISON - max(budget.left, 0)

    def _equal_in_every_case(self, left: t.Node, right: t.Node, budget: Budget) -> bool:
        both = [*t.walk(left), *t.walk(right), *(pair for tree in self.definitions.values() for pair in t.walk(tree))]
        conditions = list(dict.fromkeys(node.condition for _, node in both if isinstance(node, t.Conditional)))
        if len(conditions) > _MAX_CONDITIONS:
            raise NoFormError("too many conditions")
        for case in range(2 ** len(conditions)):
            choices = {condition: bool(case >> at & 1) for at, condition in enumerate(conditions)}
            ring = Ring(budget)
            reading = _Reading(ring, self.functions, self.definitions, choices)
            if ring.reduced(reading.form(left) - reading.form(right)):
                return False
        return True


@final
@dataclass(frozen=True, slots=True)
class _Reading:
    """Trees into forms: with these meanings of names, and these sides of conditions taken."""

    ring: Ring
    functions: Functions
    definitions: Mapping[str, t.Node]
    choices: Mapping[t.Relation, bool]
    hidden: frozenset[str] = frozenset()  # abbreviations that are variables just now
    forms: _Forms = field(default_factory=dict)  # what was read already

    def form(self, tree: t.Node) -> Quotient:
        key = (tree, self.hidden)
        if key not in self.forms:
            self.forms[key] = self._form(tree)
        return self.forms[key]

    def _form(self, tree: t.Node) -> Quotient:
        ring = self.ring
        match tree:
            case t.Number(value):
                return p.constant(value)
            case t.Symbol(name):
                return self._symbol(name)
            case t.Constant(name):
                return ring.exp(ONE) if name == "e" else p.generator(ring.symbol(name))
            case t.Sum(terms):
                return reduce(ring.plus, map(self.form, terms), ZERO)
            case t.Product(factors):
                return self._product(factors)
            case t.Quotient(top, bottom):
                return ring.times(self.form(top), ring.invert(self.form(bottom)))
            case t.Negative(operand):
                return -self.form(operand)
            case t.Power(base, exponent):
                return ring.power(self.form(base), self.form(exponent))
            case t.Conditional(condition, then, otherwise) if condition in self.choices:
                return self.form(then if self.choices[condition] else otherwise)
            case t.Relation("=", left, right):
                return self.form(left) - self.form(right)
        return self._applied(tree)

    def _product(self, factors: tuple[t.Node, ...]) -> Quotient:
        total = ONE
        for factor in factors:
            total = self.ring.times(total, self.form(factor))
        return total

    def _applied(self, tree: t.Node) -> Quotient:
        match tree:
            case t.Derivative(body, variable):
                return self._at_definition(variable.name, body, calculus.slope)
            case t.Limit(body, variable, point) if not self.form(point):
                return self._at_definition(variable.name, body, calculus.limit_at_zero)
            case t.Call():
                known = self.ring.applied(tree.name, self.form(tree.arguments[0])) if _is_plain(tree) else None
                if known is not None:
                    return known
                opened = expand(tree, self.functions)
                if opened is not None:
                    return self.form(opened)
        raise NoFormError(f"no normal form is known for {tree}")

    def _symbol(self, name: str) -> Quotient:
        if name in self.definitions and name not in self.hidden:
            return replace(self, hidden=frozenset()).form(self.definitions[name])
        return p.generator(self.ring.symbol(name))

    def _at_definition(self, name: str, body: t.Node, compute: Callable[[Ring, Quotient, int], Quotient]) -> Quotient:
        """Compute with an abbreviation as a free variable, then put what it stands for in its place."""
        if len(self.hidden) > _MAX_DEPTH:
            raise NoFormError("derivatives are nested too deeply")
        at = self.ring.symbol(name)
        value = compute(self.ring, replace(self, hidden=self.hidden | {name}).form(body), at)
        if name in self.definitions and name not in self.hidden:
            return calculus.replace(self.ring, value, at, self._symbol(name))
        return value


def _is_plain(call: t.Call) -> bool:
    return len(call.arguments) == 1 and not call.primes
