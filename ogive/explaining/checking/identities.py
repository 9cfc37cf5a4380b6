"""Proofs that two expressions are equal at every point where both are real, the edges of their domains among them.

`meaning.equal` proves equality wherever facts hold. The facts are chosen so that this says something of *all* points:

- denominators are not zero, logarithms have positive arguments: these hold at every point of both domains;
- x >= 3 is used as x > 3, for all linear conditions together, if they cut out a convex set with an inside: each of
  its points is a limit of inner ones, and the expressions are continuous. Not where they may jump: if(...), sign;
- other conditions with an edge, such as x²·(x - 1) >= 0, give no fact: 0 is a point of that domain by itself.

A power whose exponent is an expression is looked at in three cases: of a positive base; of zero, where it is zero;
and of a negative base, where the exponent is whole. Where both sides are analytic in the base, apart from poles, what
holds for a positive base holds for a negative one; otherwise x^n = ±(-x)^n, with either sign.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.checking.arithmetic import Arithmetic
from ogive.explaining.checking.forms import UnknownError
from ogive.explaining.checking.meaning import decided, equal
from ogive.explaining.checking.values import exact_root, sign_of, value_at
from ogive.explaining.checking.where import has_roots, inside_of_edges, needs_of, open_powers, surely
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ogive.expressions import Functions

__all__ = ["facts_everywhere", "proven_equal"]

_DEEPEST: Final = 6  # powers with an expression as exponent that are split into cases
_MOST: Final = 100  # comparisons in one proof
_HALF: Final = Fraction(1, 2)


def proven_equal(left: t.Node, right: t.Node, functions: Functions) -> bool:
    """Tell whether two expressions are proven equal at every point where both have a value.

    Parameters
    ----------
    left, right
        Expressions without abbreviations, derivatives and limits.
    functions
        The table that knows the functions called.

    Examples
    --------
    >>> from ogive.expressions import ELEMENTARY, parse
    >>> proven_equal(parse("sqrt(x)*sqrt(y)"), parse("sqrt(x*y)"), ELEMENTARY)
    True
    >>> proven_equal(parse("sqrt(x**2)"), parse("x"), ELEMENTARY)
    False
    """
    a, b = (_with_settled_signs(_denested(side, functions), (left, right), functions) for side in (left, right))
    try:
        case = _Case(functions, tuple(facts_everywhere((left, right))), {}, [_MOST])
        return _in_every_case(a, b, case)
    except (ValueError, ArithmeticError, RecursionError):
        return False


def facts_everywhere(trees: Sequence[t.Node]) -> list[t.Relation]:
    """Return strict relations from which equality follows for the whole of the common domain."""
    needs = list(dict.fromkeys(need for tree in trees for need in needs_of(tree)))
    joints = any(_jumps(node) for tree in trees for _, node in t.walk(tree))
    found = [need.fact() for need in needs if not need.weak]
    if not joints:
        found += inside_of_edges(needs)
    return list(dict.fromkeys(found))


def _jumps(node: t.Node) -> bool:
    return isinstance(node, t.Conditional) or (isinstance(node, t.Call) and node.name == "sign")


# ---- Before the comparison ---------------------------------------------------------------------------------------


def _with_settled_signs(tree: t.Node, both: Sequence[t.Node], functions: Functions) -> t.Node:
    """Write sign(u) as 1, -1 or 0 by cases, unless u is certainly not zero: |u|/u has no value at 0."""
    if not any(isinstance(node, t.Call) and node.name == "sign" for _, node in t.walk(tree)):
        return tree
    try:
        facts = facts_everywhere(both)
    except ValueError:
        facts = []

    def settle(node: t.Node) -> t.Node:
        if not (isinstance(node, t.Call) and node.name == "sign"):
            return node
        u = node.arguments[0]
        if not has_roots(u) and surely(t.Relation("!=", u, t.ZERO), facts, functions):
            return node
        below = t.Conditional(t.Relation("<", u, t.ZERO), t.integer(-1), t.ZERO)
        return t.Conditional(t.Relation(">", u, t.ZERO), t.ONE, below)

    return t.transform(tree, settle)


def _denested(tree: t.Node, functions: Functions) -> t.Node:
    """Write √(a + b) as √((a+d)/2) ± √((a-d)/2) where a, b² and d = √(a² - b²) are rational: √(3+2√2) = 1 + √2."""

    def rewrite(node: t.Node) -> t.Node:
        match node:
            case t.Call("sqrt", (inner,), 0):
                times = 1
            case t.Call("abs" | "sign" as name, (inner,), 0) if not t.symbols(inner):
                return _of_constant(name, inner, functions) or node
            case t.Power(inner, exponent) if (power := t.number(exponent)) is not None and power.denominator == 2:
                times = power.numerator
            case _:
                return node
        found = None if t.symbols(inner) else _root_of_surd(inner, functions)
        return node if found is None else found if times == 1 else t.Power(found, t.integer(times))

    return t.transform(tree, rewrite)


def _of_constant(name: str, u: t.Node, functions: Functions) -> t.Node | None:
    """Return |u| or sign(u) of a number whose sign balls show."""
    try:
        sign = sign_of(value_at(u, {}, functions))
    except (ArithmeticError, ValueError):
        return None
    return t.integer(sign) if name == "sign" else u if sign >= 0 else t.Negative(u)


def _root_of_surd(tree: t.Node, functions: Functions) -> t.Node | None:
    try:
        arithmetic = Arithmetic(functions)
        form = arithmetic.form(tree)
        constant = form.top.to_dict().get((0,) * len(arithmetic.ring.slots), 0)
        a = Fraction(int(constant.p), int(constant.q)) if constant else Fraction(0)
        if not form.bottom.is_one():
            return None
        square = ((form - arithmetic.ring.form_of(a)) ** 2).rational()
        sign = sign_of(value_at(t.Sum((tree, t.rational(-a))), {}, functions))
    except (ArithmeticError, ValueError):
        return None
    d = exact_root(a * a - square, 2) if square and a > 0 and square < a * a else None
    if d is None:
        return None
    parts = [t.Power(t.rational(half), t.rational(_HALF)) for half in ((a + d) / 2, (a - d) / 2)]
    return t.Sum((parts[0], parts[1] if sign > 0 else t.Negative(parts[1])))


# ---- Cases -------------------------------------------------------------------------------------------------------


@final
@dataclass(frozen=True, slots=True)
class _Case:
    """What is known in one case: facts, and which whole exponents are odd."""

    functions: Functions
    facts: tuple[t.Relation, ...]
    odd: Mapping[t.Node, bool]
    left_over: list[int]
    depth: int = 0

    def given(self, *facts: t.Relation, instead_of: Sequence[t.Relation] | None = None) -> _Case:
        kept = self.facts if instead_of is None else tuple(instead_of)
        return replace(self, facts=(*kept, *facts), depth=self.depth + 1)

    def excludes(self, need: t.Relation) -> bool:
        """Tell whether a relation certainly fails; roots are not relied on, since they may be zero."""
        return not has_roots(need) and decided(need, self.facts, self.functions) is False

    def includes(self, need: t.Relation) -> bool:
        return need in self.facts or (not has_roots(need) and decided(need, self.facts, self.functions) is True)


def _in_every_case(left: t.Node, right: t.Node, case: _Case) -> bool:
    """Compare in every case of every condition, and of every power whose exponent is an expression."""
    case.left_over[0] -= 1
    if case.left_over[0] < 0 or case.depth > _DEEPEST:
        raise UnknownError("too many cases")
    both = t.Sum((left, right))
    conditions = [node.condition for _, node in t.walk(both) if isinstance(node, t.Conditional)]
    if conditions:
        return _of_condition(left, right, min(conditions, key=t.size), case)
    bases = [power.base for power in open_powers(both)]
    base = next((base for base in bases if not case.includes(t.Relation(">", base, t.ZERO))), None)
    if base is None:
        return _equal(left, right, case.facts, case.functions)
    positive = t.Relation(">", base, t.ZERO)
    return (
        (case.excludes(positive) or _in_every_case(left, right, case.given(positive)))
        and _of_zero(left, right, base, case)
        and _of_negative(left, right, base, case)
    )


def _of_condition(left: t.Node, right: t.Node, condition: t.Relation, case: _Case) -> bool:
    """Compare where the left side of a condition is below, above and at its right side."""
    for operator in ("<", ">", "="):
        here = t.Relation(operator, condition.left, condition.right)
        if operator != "=" and case.excludes(here):
            continue
        if operator == "=" and surely(t.Relation("!=", here.left, here.right), case.facts, case.functions):
            continue
        holds = operator in _HOLDS[condition.operator]
        at = {}
        if operator == "=":
            pairs = ((condition.left, condition.right), (condition.right, condition.left))
            at = next(({x.name: v} for x, v in pairs if isinstance(x, t.Symbol) and x.name not in t.symbols(v)), {})

        def put(tree: t.Node, holds: bool = holds, at: dict[str, t.Node] = at) -> t.Node:
            def choose(node: t.Node) -> t.Node:
                chosen = isinstance(node, t.Conditional) and node.condition == condition
                return (
                    (node.then if holds else node.otherwise) if chosen and isinstance(node, t.Conditional) else node
                )

            return _folded(t.substitute(t.transform(tree, choose), at)) if at else t.transform(tree, choose)

        facts = [fact for each in case.facts for fact in [put(each)] if isinstance(fact, t.Relation)]
        given = case.given(*([here] if operator != "=" else []), instead_of=facts)
        if not _in_every_case(put(left), put(right), given):
            return False
    return True


_HOLDS: Final = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=", "!=": "<>"}


def _of_zero(left: t.Node, right: t.Node, base: t.Node, case: _Case) -> bool:
    """Compare where the base is zero: its powers are zero there, for the exponent is positive."""
    if surely(t.Relation("!=", base, t.ZERO), case.facts, case.functions):
        return True
    powers = [power for power in open_powers(t.Sum((left, right))) if power.base == base]
    signs = [t.Relation(">", power.exponent, t.ZERO) for power in powers]
    if any(
        decided(sign, signs[:at], case.functions) is False for at, sign in enumerate(signs) if not has_roots(sign)
    ):
        return True  # such as 0^a·0^(-a)
    for zero in _zeros(base):

        def put(node: t.Node, zero: t.Node = zero) -> t.Node:
            opened = isinstance(node, t.Power) and node.base == base and t.number(node.exponent) is None
            return t.ZERO if opened or node == zero else node

        if surely(t.Relation("!=", zero, t.ZERO), case.facts, case.functions):
            continue
        sides = [_folded(_top_down(side, put)) for side in (left, right)]  # powers first, so that no base changes
        kept = [fact for fact in case.facts if zero not in {node for _, node in t.walk(fact)}]
        if not _in_every_case(sides[0], sides[1], case.given(instead_of=kept)):
            return False
    return True


def _zeros(tree: t.Node) -> list[t.Node]:
    """Return expressions of which one is zero where the tree is."""
    match tree:
        case t.Product(factors):
            return list(dict.fromkeys(zero for factor in factors for zero in _zeros(factor)))
        case t.Negative(inner) | t.Quotient(inner, _) | t.Call("abs" | "sqrt" | "cbrt", (inner,), 0):
            return _zeros(inner)
        case t.Power(inner, exponent) if inner != t.EULER and (t.number(exponent) or 0) > 0:
            return _zeros(inner)
    return [tree]


def _top_down(tree: t.Node, rewrite: Callable[[t.Node], t.Node]) -> t.Node:
    new = rewrite(tree)
    return new if new != tree else t.with_children(tree, tuple(_top_down(part, rewrite) for part in t.children(tree)))


def _folded(tree: t.Node) -> t.Node:
    """Write what is zero because a part of it is zero as 0: 0·u, 0/u, |0|, and 0^v, which is real for v > 0."""

    def fold(node: t.Node) -> t.Node:
        match node:
            case t.Product(factors) if t.ZERO in factors:
                return t.ZERO
            case t.Power(base, exponent) if base == t.ZERO and (
                t.number(exponent) is None or t.number(exponent) != 0
            ):
                return t.ZERO if (t.number(exponent) or 1) > 0 else node
            case t.Negative(u) | t.Quotient(u, _) | t.Call("abs" | "sqrt" | "cbrt", (u,), 0) if u == t.ZERO:
                return t.ZERO
        return node

    return t.transform(tree, fold)


def _of_negative(left: t.Node, right: t.Node, base: t.Node, case: _Case) -> bool:
    """Compare where the base is negative and the exponents of its powers are whole."""
    negative = t.Relation(">", t.Negative(base), t.ZERO)
    if case.excludes(negative):
        return True
    given = [fact for fact in case.facts if all(power.base != base for power in open_powers(fact))]
    if isinstance(base, t.Symbol) and all(_analytic(side, base) for side in (left, right)):
        apart = [fact for fact in given if base.name not in t.symbols(fact)]
        if _in_every_case(left, right, case.given(t.Relation(">", base, t.ZERO), instead_of=apart)):
            return True
    exponents = [power.exponent for power in open_powers(t.Sum((left, right))) if power.base == base]
    parities = _parities(exponents, case.odd)
    unknown = sorted({atom for atoms, _ in parities.values() for atom in atoms} - set(case.odd), key=str)
    if len(unknown) > _UNKNOWN_PARITIES:
        return False
    for turn in range(2 ** len(unknown)):
        odd = {**case.odd, **{atom: bool(turn >> at & 1) for at, atom in enumerate(unknown)}}
        turns = {n: (sum(odd[atom] for atom in atoms) + whole) % 2 for n, (atoms, whole) in parities.items()}

        def put(node: t.Node, turns: dict[t.Node, int] = turns) -> t.Node:
            if not (isinstance(node, t.Power) and node.base == base and node.exponent in turns):
                return node
            positive = t.Power(t.Negative(base), node.exponent)
            return t.Negative(positive) if turns[node.exponent] else positive

        new = [_top_down(side, put) for side in (left, right)]
        if not _in_every_case(new[0], new[1], replace(case.given(negative, instead_of=given), odd=odd)):
            return False
    return True


def _parities(
    exponents: Sequence[t.Node], known: Mapping[t.Node, bool]
) -> dict[t.Node, tuple[frozenset[t.Node], int]]:
    """Write whole exponents as sums of whole terms: the terms that count an odd number of times, and a number."""
    single = {*known, *(part for n in exponents for part in [_peeled(n)] if not isinstance(part, t.Sum))}
    found = {}
    for exponent in exponents:
        inner = _peeled(exponent)
        terms = [_peeled(term) for term in inner.terms] if isinstance(inner, t.Sum) else [inner]
        numbers = [value for term in terms if (value := t.number(term)) is not None]
        rest = [term for term in terms if t.number(term) is None]
        whole = sum(term in single for term in rest) >= len(rest) - 1 and all(v.denominator == 1 for v in numbers)
        odd = frozenset(term for term in rest if rest.count(term) % 2)
        found[exponent] = (odd, int(sum(numbers))) if whole else (frozenset({inner}), 0)
    return found


def _peeled(exponent: t.Node) -> t.Node:
    """Leave out a sign, which does not change whether a whole number is odd."""
    return _peeled(exponent.operand) if isinstance(exponent, t.Negative) else exponent


def _analytic(tree: t.Node, x: t.Symbol) -> bool:
    """Tell whether a tree is analytic in a symbol apart from poles, where the exponents of its powers are whole."""
    if x.name not in t.symbols(tree):
        return True
    match tree:
        case t.Power(base, exponent) if base == t.EULER:
            return _analytic(exponent, x)
        case t.Power(base, exponent):
            value = t.number(exponent)
            whole = base == x if value is None else value.denominator == 1
            return whole and x.name not in t.symbols(exponent) and _analytic(base, x)
        case t.Call(name, _, _) if name not in _ENTIRE:
            return False
        case t.Conditional():
            return False
    return all(_analytic(part, x) for part in t.children(tree))


_UNKNOWN_PARITIES: Final = 3
_ENTIRE: Final = frozenset({"exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf"})


# ---- One comparison ----------------------------------------------------------------------------------------------


def _of_absolute(node: t.Node) -> t.Node:
    """Write √u as √|u| and ln u as ln |u|: where they are real that is the same, and |x·y| is |x|·|y|."""
    match node:
        case t.Call("sqrt" | "log" as name, (u,), 0) if t.symbols(u):
            return t.Call(name, (t.Call("abs", (u,)),))
        case t.Power(u, exponent) if u != t.EULER and t.symbols(u):
            value = t.number(exponent)
            fractional = value is not None and value.denominator != 1
            return t.Power(t.Call("abs", (u,)), exponent) if fractional else node
    return node


def _equal(left: t.Node, right: t.Node, facts: Sequence[t.Relation], functions: Functions) -> bool:
    """Compare by arithmetic; then by squares of what is not negative, and by cubes."""
    if equal(left, right, facts, functions):
        return True
    bare = [t.transform(side, _of_absolute) for side in (left, right)]
    if bare != [left, right] and equal(bare[0], bare[1], facts, functions):
        return True
    roots = has_roots(left) or has_roots(right)
    if not roots:
        return False
    two, three = t.integer(2), t.integer(3)
    signed = all(surely(t.Relation(">=", side, t.ZERO), facts, functions) for side in (left, right))
    if signed and equal(t.Power(left, two), t.Power(right, two), facts, functions):
        return True
    return equal(t.Power(left, three), t.Power(right, three), facts, functions)
