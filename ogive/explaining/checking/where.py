"""Where an expression is real, with its edges: what must hold at a point, and how people say it.

`ogive.expressions.domain` gives strict conditions, which is what a derivative needs. Two answers are compared on all
of their domain: √x has a value at 0. A need here is exact: where all needs of an expression hold it has a value, and
where one fails it has none. Powers whose exponent is an expression are listed apart, since where they are real
depends on whether the exponent is whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.checking.forms import UnknownError
from ogive.explaining.checking.meaning import decided
from ogive.explaining.checking.values import value_at
from ogive.expressions import ELEMENTARY, to_text
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ogive.expressions import Functions

__all__ = ["Need", "has_roots", "inside_of_edges", "is_affine", "needs_of", "open_powers", "said", "surely"]

_LEAST: Final = t.Negative(t.Power(t.EULER, t.integer(-1)))  # of what Lambert's W takes
_ABOVE: Final[dict[str, t.Node]] = {"log": t.ZERO, "log2": t.ZERO, "log10": t.ZERO}
_FROM: Final[dict[str, t.Node]] = {"sqrt": t.ZERO, "acosh": t.ONE, "lambertw": _LEAST}


@final
@dataclass(frozen=True, slots=True)
class Need:
    """What must hold for an expression to be real, perhaps only on one side of the conditions of if(...).

    Attributes
    ----------
    relation
        ``u != 0``, ``u > v``, ``u >= v``, ``abs(u) < 1`` or ``abs(u) <= 1``.
    cases
        Conditions, each with whether it holds, under which this is needed.
    """

    relation: t.Relation
    cases: tuple[tuple[t.Relation, bool], ...] = ()

    def fact(self) -> t.Relation:
        """Return the need as one strict relation, true in the other cases of its conditions as well."""
        strict = self.relation.operator.replace("!=", "≠").replace("=", "").replace("≠", "!=")
        gap = t.Relation(strict, self.relation.left, self.relation.right)
        if not self.cases:
            return gap
        low, high = (gap.left, gap.right) if strict == "<" else (gap.right, gap.left)
        value: t.Node = t.Sum((high, t.Negative(low)))
        for condition, holds in self.cases:
            value = t.Conditional(condition, *((value, t.ONE) if holds else (t.ONE, value)))
        return t.Relation("!=" if strict == "!=" else ">", value, t.ZERO)

    @property
    def weak(self) -> bool:
        """Whether equality is allowed."""
        return self.relation.operator in ("<=", ">=")

    def __str__(self) -> str:
        said = to_text(self.relation)
        for condition, holds in self.cases:
            said += f" where {'' if holds else 'not '}{to_text(condition)}"
        return said


def needs_of(tree: t.Node, cases: tuple[tuple[t.Relation, bool], ...] = ()) -> Iterator[Need]:
    """Yield what must hold so that an expression without abbreviations is real; `open_powers` yields the rest.

    Raises
    ------
    ValueError
        If where a function is real is not known.
    """
    if isinstance(tree, t.Conditional):
        yield from needs_of(tree.condition, cases)
        yield from needs_of(tree.then, (*cases, (tree.condition, True)))
        yield from needs_of(tree.otherwise, (*cases, (tree.condition, False)))
        return
    for part in t.children(tree):
        yield from needs_of(part, cases)
    for raw in _of_node(tree):
        relation = _plainer(raw)
        if relation is not None:
            yield Need(relation, cases)


def _plainer(need: t.Relation) -> t.Relation | None:
    """Write x^3 >= 0 as x >= 0, x^2 > 0 as x != 0 and x - 3 >= 0 as x >= 3; None for what always holds."""
    left, right = need.left, need.right
    match left:
        case t.Power(base, exponent) if right == t.ZERO and base != t.EULER and need.operator in (">", ">="):
            times = t.number(exponent)
            if times is not None and times > 0 and times.denominator == 1:
                if times % 2:
                    return _plainer(t.Relation(need.operator, base, t.ZERO))
                return t.Relation("!=", base, t.ZERO) if need.operator == ">" else None
        case t.Call("abs", (inner,), 0) if right == t.ZERO and need.operator in (">", "!="):
            return t.Relation("!=", inner, t.ZERO)
        case t.Sum((t.Symbol() as x, rest)) | t.Sum((rest, t.Symbol() as x)) if t.number(rest) is not None:
            value, shift = t.number(right), t.number(rest)
            if value is not None and shift is not None:
                return t.Relation(need.operator, x, t.rational(value - shift))
    return need


def _of_node(tree: t.Node) -> Iterator[t.Relation]:
    match tree:
        case t.Quotient(_, bottom):
            yield from _nonzero(bottom)
        case t.Power(base, exponent) if base != t.EULER and (value := t.number(exponent)) is not None:
            if value.denominator == 1:
                yield from _nonzero(base) if value <= 0 else ()
            else:
                yield t.Relation(">" if value < 0 else ">=", base, t.ZERO)
        case t.Call("tan", (u,), 0):
            yield t.Relation("!=", t.Call("cos", (u,)), t.ZERO)
        case t.Call("asin" | "acos" | "atanh" | "erfinv" as name, (u,), 0):
            yield t.Relation("<=" if name in ("asin", "acos") else "<", t.Call("abs", (u,)), t.ONE)
        case t.Call(name, (u,), 0) if name in _ABOVE or name in _FROM:
            yield t.Relation(">", u, _ABOVE[name]) if name in _ABOVE else t.Relation(">=", u, _FROM[name])
        case t.Call(name, _, primes) if primes or name not in _EVERYWHERE:
            raise ValueError(f"where {name} is real is not known")
        case t.Derivative() | t.Limit():
            raise ValueError("derivatives and limits are not compared")


_EVERYWHERE: Final = frozenset({
    "exp", "cbrt", "abs", "sign", "sin", "cos", "atan", "sinh", "cosh", "tanh", "asinh", "erf", "asin", "acos",
    "atanh", "erfinv", "tan", *_ABOVE, *_FROM,
})  # fmt: skip


def _nonzero(tree: t.Node) -> Iterator[t.Relation]:
    """Say that a product is not zero factor by factor."""
    match tree:
        case t.Product(parts):
            for part in parts:
                yield from _nonzero(part)
        case t.Negative(inner) | t.Call("abs" | "sqrt" | "sign" | "cbrt", (inner,), 0) | t.Quotient(inner, _):
            yield from _nonzero(inner)
        case t.Power(base, exponent) if base != t.EULER and t.number(exponent) != 0:
            yield from _nonzero(base)
        case _:
            yield t.Relation("!=", tree, t.ZERO)


def open_powers(tree: t.Node) -> list[t.Power]:
    """List the powers whose exponent is not a written number and whose base is none; small ones first."""
    found: list[t.Power] = []
    for _, node in t.walk(tree):
        if isinstance(node, t.Power) and t.number(node.exponent) is None and not _positive_number(node.base):
            found.append(node)
    return sorted(dict.fromkeys(found), key=t.size)


def _positive_number(tree: t.Node) -> bool:
    return isinstance(tree, t.Constant) or (t.number(tree) or 0) > 0


# ---- What surely holds -------------------------------------------------------------------------------------------


def has_roots(tree: t.Node) -> bool:
    """Tell whether a root is in a tree: arithmetic takes it for positive, and at an edge of its domain it is zero."""
    return any(_is_root(node) for _, node in t.walk(tree))


def _is_root(node: t.Node) -> bool:
    if isinstance(node, t.Power) and node.base != t.EULER:
        value = t.number(node.exponent)
        return not _positive_number(node.base) if value is None else value.denominator != 1
    return isinstance(node, t.Call) and node.name in ("sqrt", "acosh", "cbrt")


def surely(need: t.Relation, facts: Sequence[t.Relation], functions: Functions) -> bool:
    """Tell whether a relation is proven wherever the facts hold, edges and all.

    A root is taken for the absolute value of anything. What is positive wherever it is not zero is never negative.
    """
    roots: dict[t.Node, t.Node] = {}

    def loose(node: t.Node) -> t.Node:
        return roots.setdefault(node, t.Call("abs", (t.Symbol(f"root{len(roots)}"),))) if _is_root(node) else node

    relation = t.transform(need, loose)
    if not isinstance(relation, t.Relation):
        return False
    strict = Need(relation).fact()
    if relation.operator in ("<=", ">="):
        facts = [*facts, t.Relation("!=", relation.left, relation.right)]
    return decided(strict, facts, functions) is True


def is_affine(tree: t.Node) -> bool:
    """Tell whether an expression is a sum of rational multiples of symbols and a number."""
    match tree:
        case t.Sum(terms):
            return all(map(is_affine, terms))
        case t.Product(factors):
            return sum(not _rational(factor) for factor in factors) <= 1 and all(map(is_affine, factors))
        case t.Quotient(top, bottom):
            return is_affine(top) and t.number(bottom) not in (None, Fraction(0))
        case t.Negative(inner):
            return is_affine(inner)
    return isinstance(tree, t.Symbol) or t.number(tree) is not None


def _rational(tree: t.Node) -> bool:
    return t.number(tree) is not None


def inside_of_edges(needs: Sequence[Need]) -> list[t.Relation]:
    """Return the linear conditions with an edge as strict ones, if they hold together anywhere; else none.

    They cut out a convex set, and each of its points is then a limit of points inside.
    """
    edged = [need for need in needs if need.weak and not need.cases]
    linear = [need.fact() for need in edged if all(is_affine(_inside(side)) for side in t.children(need.relation))]
    return linear if _have_an_inside(linear) else []


def _have_an_inside(needs: Sequence[t.Relation]) -> bool:
    """Tell whether strict linear conditions hold anywhere, by elimination of one symbol after the other."""
    names = sorted(set().union(*map(t.symbols, needs)))
    rows = {row for need in needs for row in _rows(need, names)}
    for at in range(len(names)):
        up, down = ([row for row in rows if row[at] * side > 0] for side in (1, -1))
        rows = {row for row in rows if not row[at]}
        rows |= {tuple(a / u[at] - b / d[at] for a, b in zip(u, d, strict=True)) for u in up for d in down}
        if len(rows) > _MOST_ROWS:
            return False
    return all(row[-1] > 0 for row in rows)


_MOST_ROWS: Final = 200


def _rows(need: t.Relation, names: Sequence[str]) -> list[tuple[Fraction, ...]]:
    """Return the coefficients, the constant last, of linear expressions that a strict condition says are positive."""
    low, high = (need.left, need.right) if need.operator == "<" else (need.right, need.left)
    lows = [low.arguments[0], t.Negative(low.arguments[0])] if isinstance(low, t.Call) else [low]
    found = []
    for each in lows:
        gap = t.Sum((high, t.Negative(each)))
        start = _number_at(gap, names, "")
        found.append((*(_number_at(gap, names, name) - start for name in names), start))
    return found


def _number_at(tree: t.Node, names: Sequence[str], one: str) -> Fraction:
    value = value_at(tree, {name: Fraction(name == one) for name in names}, ELEMENTARY)
    if not isinstance(value, Fraction):
        raise UnknownError("a coefficient that is not rational")
    return value


def _inside(tree: t.Node) -> t.Node:
    """Of |u|, which is at most 1, return u: |u| <= 1 is two linear conditions where u is linear."""
    return tree.arguments[0] if isinstance(tree, t.Call) and tree.name == "abs" else tree


# ---- In words ----------------------------------------------------------------------------------------------------


def said(tree: t.Node, functions: Functions) -> tuple[str, ...] | None:
    """Say where an expression is real: conditions that all must hold, none where it is real everywhere.

    Returns
    -------
    tuple of str or None
        None where that is not known.
    """
    try:
        needs = list(dict.fromkeys(needs_of(tree)))
    except ValueError:
        return None
    kept = [need for need in _joined(needs) if need.cases or not surely(need.relation, (), functions)]
    for need in list(kept):
        rest = [other.relation for other in kept if other != need and not other.cases]
        given = [other for other in rest if other.operator in ("<", ">", "!=")]
        if need.weak:  # what holds inside a convex set holds at its edge
            given += inside_of_edges([other for other in kept if other != need])
        if not need.cases and surely(need.relation, given, functions):
            kept.remove(need)
    given = [need.relation for need in kept if not need.cases and not need.weak]
    powers = [
        f"{to_text(power)} real"
        for power in open_powers(tree)
        if not surely(t.Relation(">", power.base, t.ZERO), given, functions)
    ]
    return tuple(sorted({*map(str, kept), *powers}))


def _joined(needs: Sequence[Need]) -> list[Need]:
    """Write u >= 0 and u != 0 as u > 0."""
    at = {(need.relation.operator, need.relation.left, need.relation.right, need.cases) for need in needs}
    found: list[Need] = []
    for need in needs:
        r = need.relation
        if r.operator == ">=" and ("!=", r.left, r.right, need.cases) in at:
            need = Need(t.Relation(">", r.left, r.right), need.cases)  # noqa: PLW2901 - the same need, sharper
        elif r.operator == "!=" and (">=", r.left, r.right, need.cases) in at:
            continue
        found.append(need)
    return list(dict.fromkeys(found))
