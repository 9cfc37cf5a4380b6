"""Every rule by its identifier: the one place where a derivation, its kernel and its texts agree on what a rule is.

An identifier is frozen: files and exercises refer to it. A rule that sums up others has no application of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ogive.explaining.moves.algebra import ALGEBRA
from ogive.explaining.moves.calculus import CALCULUS, Bindings
from ogive.explaining.moves.choices import STRATEGY
from ogive.explaining.moves.equations import EQUATIONS
from ogive.expressions import balls
from ogive.expressions.parser import parse
from ogive.expressions.tree import (
    EULER,
    ZERO,
    Call,
    Conditional,
    Derivative,
    Negative,
    Node,
    Power,
    Relation,
    Sum,
    number,
    substitute,
    symbols,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ogive.expressions import Functions

__all__ = ["GROUPS", "RULES", "apply_rule", "conditions_of", "may_sum_up", "truth"]

GROUPS: Final = {
    "derive": 0,
    "differentiate-again": 0,
    "differentiate": 1,
    "simplify": 1,
    "reach-target": 1,
    "differentiate-parts": 2,
    "tidy": 2,
    "solve-for-variable": 2,
    "arithmetic": 3,
    "by-name": 3,
}
"""Rules that sum up their substeps, and the finest detail at which each is still one line."""

RULES: Final = frozenset({*ALGEBRA, *CALCULUS, *EQUATIONS, *STRATEGY, *GROUPS})
"""Every identifier."""

_NAMING: Final = frozenset({"power-of-reciprocal", "fold-call", "abbreviate", "recall"})
_REWRITING: Final = frozenset({*ALGEBRA, *STRATEGY, "put-back", "log-of-power", "exponential-of-sum"})
_TAKING: Final = (
    frozenset(CALCULUS) - _NAMING - {"put-back", "put-numbers", "open-call"}
)  # rules that take a derivative
_CONTENTS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "derive": (RULES, RULES),
    "differentiate-again": (RULES, _TAKING),
    "differentiate": (RULES, _TAKING),
    "differentiate-parts": (RULES, _TAKING),
    "simplify": (_REWRITING, RULES),
    "tidy": (_REWRITING, RULES),
    "arithmetic": (frozenset(ALGEBRA), RULES),
    "reach-target": (_REWRITING | _NAMING, frozenset(STRATEGY) | _NAMING),
    "by-name": (_NAMING, _NAMING),
    "solve-for-variable": (frozenset({*ALGEBRA, "undo"}), frozenset({"undo"})),
}


def may_sum_up(group: str, rules: Iterable[str]) -> bool:
    """Tell whether a step may be called by the name of a group, given the rules that it sums up."""
    allowed, needed = _CONTENTS[group]
    used = set(rules)
    return used <= allowed and bool(used & needed)


def apply_rule(rule: str, node: Node, bindings: Bindings, functions: Functions) -> Node | None:
    """Return what a rule makes of a node, or None if it does not apply there."""
    if rule in ALGEBRA:
        return ALGEBRA[rule](node) if not bindings else None
    for table in (CALCULUS, EQUATIONS, STRATEGY):
        if rule in table:
            return table[rule](node, bindings, functions)
    return None


# ---- Conditions ----------------------------------------------------------------------------------------------


def conditions_of(rule: str, before: Node, functions: Functions) -> tuple[Node, ...]:
    """Return the relations that a rule needs where it was applied, beyond those that its line needs anyway.

    A relation between numbers that certainly holds is left out; one that certainly does not is kept.
    """
    needs = _CONDITIONS.get(rule)
    found = () if needs is None else needs(before, functions)
    return tuple(relation for relation in found if truth(relation) is not True)


def truth(relation: Relation) -> bool | None:
    """Tell whether a relation between numbers holds; None where it has symbols, or balls do not decide it."""
    if symbols(relation):
        return None
    try:
        return balls.holds(relation.operator, balls.evaluate(Sum((relation.left, Negative(relation.right))), {}))
    except (ValueError, ArithmeticError):
        return None


def _positive(node: Node) -> tuple[Relation, ...]:
    return (Relation(">", node, ZERO),)


def _of_function(node: Node, functions: Functions) -> tuple[Relation, ...]:
    # (f(x))' = f'(x), where f has a slope
    if not isinstance(node, Derivative) or not isinstance(node.body, Call):
        return ()
    row = functions[node.body.name]
    relation = (
        parse(row.slope_domain or row.domain, names=(row.argument,)) if row.slope_domain or row.domain else None
    )
    found = None if relation is None else substitute(relation, {row.argument: node.body.arguments[0]})
    return (found,) if isinstance(found, Relation) else ()


def _of_power(node: Node, _: Functions) -> tuple[Relation, ...]:
    # (x^n)' = n·x^(n-1): a power with an exponent that is not a written number has a positive base
    body = node.body if isinstance(node, Derivative) else None
    return _positive(body.base) if isinstance(body, Power) and number(body.exponent) is None else ()


def _of_exponential(node: Node, _: Functions) -> tuple[Relation, ...]:
    # (c^x)' = c^x·ln c, for c > 0
    return _positive(node.body.base) if isinstance(node, Derivative) and isinstance(node.body, Power) else ()


def _of_cases(node: Node, _: Functions) -> tuple[Relation, ...]:
    # Each case is differentiated where it holds, but not where the two meet.
    if isinstance(node, Derivative) and isinstance(node.body, Conditional):
        return (Relation("!=", node.body.condition.left, node.body.condition.right),)
    return ()


def _of_log_of_power(node: Node, _: Functions) -> tuple[Relation, ...]:
    # ln aⁿ = n·ln a, where n may be even
    inner = node.arguments[0] if isinstance(node, Call) else None
    if not isinstance(inner, Power) or inner.base == EULER:
        return ()
    value = number(inner.exponent)
    odd_or_broken = value is not None and (value.denominator != 1 or value % 2 == 1)
    return () if odd_or_broken else _positive(inner.base)


def _of_undoing(node: Node, _: Functions) -> tuple[Relation, ...]:
    # y = g⁵ gives y^(1/5) = g, for y ≥ 0; divisions show on the new line what they need
    if isinstance(node, Relation) and isinstance(node.right, Power):
        value = number(node.right.exponent)
        return () if value in (None, -1, 3) else (Relation(">=", node.left, ZERO),)
    return ()


_CONDITIONS: Final[dict[str, Callable[[Node, Functions], tuple[Relation, ...]]]] = {
    "function": _of_function,
    "power": _of_power,
    "exponential-with-base": _of_exponential,
    "cases": _of_cases,
    "log-of-power": _of_log_of_power,
    "undo": _of_undoing,
    "power-as-exponential": lambda node, _: _positive(node.base) if isinstance(node, Power) else (),
    "logarithm-of-both-sides": lambda node, _: _positive(node.left) if isinstance(node, Relation) else (),
}
