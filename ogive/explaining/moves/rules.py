"""Every rule by its identifier: the one place where a derivation, its kernel and its texts agree on what a rule is.

An identifier is frozen: files and exercises refer to it. A rule that sums up others has no application of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ogive.explaining.moves.algebra import ALGEBRA
from ogive.explaining.moves.calculus import CALCULUS, Bindings
from ogive.explaining.moves.choices import STRATEGY
from ogive.explaining.moves.equations import EQUATIONS
from ogive.expressions.parser import parse
from ogive.expressions.tree import (
    ZERO,
    Call,
    Conditional,
    Derivative,
    Node,
    Power,
    Relation,
    substitute,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ogive.expressions import Functions

__all__ = ["GROUPS", "INTRODUCING", "RULES", "apply_rule", "conditions_of", "may_sum_up"]

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

INTRODUCING: Final = frozenset({"chain", "abbreviate", "put-numbers"})
"""Rules whose binding defines a new name for the lines that follow."""

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
    """Return the relations that a rule needs where it was applied, beyond those that its line needs anyway."""
    if rule == "function" and isinstance(before, Derivative) and isinstance(before.body, Call):
        return _of_function(before.body, functions)
    if rule == "power-as-exponential" and isinstance(before, Power):
        return (Relation(">", before.base, ZERO),)
    if rule == "cases" and isinstance(before, Derivative) and isinstance(before.body, Conditional):
        condition = before.body.condition
        return (Relation("!=", condition.left, condition.right),)
    if rule == "logarithm-of-both-sides" and isinstance(before, Relation):
        return (Relation(">", before.left, ZERO),)
    return ()


def _of_function(call: Call, functions: Functions) -> tuple[Node, ...]:
    row = functions[call.name]
    text = row.slope_domain or row.domain
    if not text:
        return ()
    relation = parse(text, names=(row.argument,))
    return (substitute(relation, {row.argument: call.arguments[0]}),)
