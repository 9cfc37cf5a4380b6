"""What a line means, and where: plain expressions, and the conditions under which every part of a line is real.

A line may use names for expressions, and derivatives and limits still to be taken. `plain` takes them, so that two
lines can be compared by arithmetic. `conditions` reads off where a line has a value: denominators are not zero,
logarithms and powers that are not whole have a positive base, and under a derivative every function is taken where
it has a slope. These are open conditions on continuous expressions, so that what holds at a point holds around it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from ogive._optional import optional
from ogive.explaining.checking.arithmetic import Arithmetic
from ogive.explaining.checking.forms import UnknownError
from ogive.expressions import balls
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate
from ogive.expressions.domain import conditions, gap
from ogive.expressions.patterns import as_power, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ogive.expressions import Functions

__all__ = ["decided", "equal", "facts_of", "has_value", "plain", "put", "refuted", "simplified", "witnesses"]

_LARGEST: Final = 20_000  # nodes of an expression with every name put back
_CASES: Final = 4  # different conditions of if(...) in one question
_KNOWN_LIMITS: Final = tuple(map(pattern, ("(e**h - 1)/h", "(1 - e**(-h))/h", "sin(h)/h")))


def put(tree: t.Node, names: Mapping[str, t.Node]) -> t.Node:
    """Put what names stand for in their place, unless that makes the expression very large."""
    used = {name: meaning for name, meaning in names.items() if name in t.symbols(tree)}
    if not used:
        return tree
    many = sum(
        t.size(used[node.name]) for _, node in t.walk(tree) if isinstance(node, t.Symbol) and node.name in used
    )
    if many > _LARGEST:
        raise UnknownError("the expression is too large with its names put back")
    return t.substitute(tree, used)


def plain(tree: t.Node, names: Mapping[str, t.Node], functions: Functions) -> t.Node:
    """Return the value of a line as an expression without names, derivatives and limits.

    The variable of a derivative is free inside it, whatever it stands for outside; other names stand for their
    meaning.

    Raises
    ------
    UnknownError, ValueError
        If that is not known, such as a limit of a form 0/0.
    """
    match tree:
        case t.Symbol(name, of):
            if of and name not in names:
                raise UnknownError(f"it is not known what {name} is")
            return names.get(name, tree)
        case t.Derivative(body, v):
            inside = plain(body, {**names, v.name: t.Symbol(v.name)}, functions)
            if t.size(inside) > _LARGEST // 5:
                raise UnknownError("the expression is too large to be differentiated at once")
            slope = differentiate(inside, v.name, functions=functions)
            return put(slope, {v.name: names[v.name]}) if v.name in names else slope
        case t.Limit(body, h, point):
            inside = plain(body, {**names, h.name: t.Symbol(h.name)}, functions)
            return limit(inside, h.name, plain(point, names, functions), functions)
    parts = t.children(tree)
    new = tuple(plain(part, names, functions) for part in parts)
    return t.with_children(tree, new) if new != parts else tree


def limit(body: t.Node, h: str, point: t.Node, functions: Functions) -> t.Node:
    """Return a limit that exists: a known one, that of a continuous expression, or a product of such.

    Raises
    ------
    UnknownError
        If it is none of these.
    """
    if point == t.ZERO and as_power(t.substitute(body, {h: t.Symbol("h")})) in _KNOWN_LIMITS:
        return t.ONE
    needs = [t.substitute(each, {h: point}) for each in conditions(body, functions)]
    if all(decided(need, (), functions) is not False for need in needs if isinstance(need, t.Relation)):
        return put(body, {h: point})
    if isinstance(body, (t.Product, t.Sum, t.Negative)):
        return t.with_children(body, tuple(limit(part, h, point, functions) for part in t.children(body)))
    raise UnknownError("whether this limit exists is not known")


# ---- What follows from what --------------------------------------------------------------------------------------


def _choices(trees: Sequence[t.Node]) -> Iterator[dict[t.Node, bool]]:
    """Yield every way in which the conditions of if(...) can come out."""
    found = [node.condition for tree in trees for _, node in t.walk(tree) if isinstance(node, t.Conditional)]
    every = list(dict.fromkeys(found))
    if len(every) > _CASES:
        raise UnknownError("too many conditions")
    for case in range(2 ** len(every)):
        yield {condition: bool(case >> at & 1) for at, condition in enumerate(every)}


def facts_of(needs: Sequence[t.Relation], names: Mapping[str, t.Node], functions: Functions) -> list[t.Relation]:
    """Return conditions as plain relations, each once."""
    found = [plain(need, names, functions) for need in dict.fromkeys(needs)]
    return [need for need in found if isinstance(need, t.Relation)]


def equal(left: t.Node, right: t.Node, facts: Sequence[t.Relation], functions: Functions) -> bool:
    """Tell whether two plain expressions are proven equal wherever the facts hold."""
    if left == right:
        return True
    return any(_equal(left, right, facts, functions, unit) for unit in (1, 2, 6))


def _equal(left: t.Node, right: t.Node, facts: Sequence[t.Relation], functions: Functions, unit: int) -> bool:
    try:
        for choices in _choices((left, right)):
            arithmetic = Arithmetic(functions, facts, choices, unit=unit)
            difference = arithmetic.form(left) - arithmetic.form(right)
            # What times something that is not zero is zero, is zero: (|z| - z)·(|z| + z) = 0.
            if not any((difference * known).top.is_zero() for known in (arithmetic.ring.one, *arithmetic.nonzero)):
                return False
    except (ArithmeticError, ValueError, RecursionError):
        return False
    return True


def decided(need: t.Relation, facts: Sequence[t.Relation], functions: Functions) -> bool | None:
    """Tell whether a condition is proven to hold, or to fail, wherever the facts hold; None if neither."""
    found: set[bool | None] = set()
    value = gap(need)
    try:
        for choices in _choices((value,)):
            arithmetic = Arithmetic(functions, facts, choices)
            form = arithmetic.form(value)
            sign = arithmetic.sign(form)
            if need.operator == "!=":
                found.add(False if sign == 0 else True if sign or arithmetic.is_nonzero(form) else None)
            else:
                found.add(None if sign is None else sign > 0 or (sign == 0 and need.operator in ("<=", ">=")))
    except (ArithmeticError, ValueError, RecursionError):
        found = {None}
    if found == {None}:  # a number, or bounded like 2 + sin x: the ball of every real number decides
        every = optional("flint", for_="proofs").arb(0, float("inf"))
        sign = _sign_at(value, dict.fromkeys(t.symbols(value), every), functions)
        found = {None if sign is None else sign != 0 if need.operator == "!=" else sign > 0}
    return found.pop() if len(found) == 1 else None


def simplified(needs: Sequence[t.Relation], functions: Functions) -> tuple[tuple[t.Relation, ...], t.Relation | None]:
    """Leave out what always holds or follows from the rest; also return a condition that never holds, if any."""
    kept: list[t.Relation] = []
    for need in dict.fromkeys(needs):
        verdict = decided(need, kept, functions)
        if verdict is False:
            return (), need
        if verdict is None:
            kept.append(need)
    for need in kept[:-1]:
        rest = [other for other in kept if other != need]
        if decided(need, rest, functions):
            kept = rest
    return tuple(kept), None


# ---- Numbers -----------------------------------------------------------------------------------------------------


def _sign_at(tree: t.Node, at: Mapping[str, balls.Ball | Fraction], functions: Functions) -> int | None:
    values = {name: balls.ball(value) if isinstance(value, Fraction) else value for name, value in at.items()}
    try:
        return balls.sign_of(lambda: balls.evaluate(tree, values, functions), most=400)
    except (ArithmeticError, ValueError, RecursionError):
        return None


def has_value(tree: t.Node, point: Mapping[str, Fraction], functions: Functions) -> bool:
    """Tell whether a plain expression is real at a point, as far as balls can say."""
    try:
        balls.evaluate(tree, {name: balls.ball(value) for name, value in point.items()}, functions)
    except balls.UndefinedError:
        return False
    except (ArithmeticError, ValueError, RecursionError):
        return True
    return True


def witnesses(
    needs: Sequence[t.Relation], names: Sequence[str], functions: Functions, most: int = 6
) -> list[dict[str, Fraction]]:
    """Return rational points at which all conditions certainly hold."""
    found: list[dict[str, Fraction]] = []
    dice = 1
    for turn in range(240):
        point = {}
        for name in sorted(names):
            dice = dice * 48271 % 2147483647
            point[name] = _POINTS[dice % (9 if turn < 120 else len(_POINTS))]
        good = all(
            sign is not None and (sign != 0 if need.operator == "!=" else sign > 0)
            for need in needs
            for sign in [_sign_at(gap(need), point, functions)]
        )
        if good and point not in found:
            found.append(point)
        if len(found) == most or (not names and found):
            break
    return found


_POINTS: Final = tuple(
    Fraction(top, bottom)
    for top, bottom in (
        (1, 2), (-1, 2), (6, 5), (-7, 5), (2, 1), (1, 3), (-1, 7), (3, 1), (-2, 1), (9, 10), (-9, 10),
        (5, 1), (-4, 1),
        (8, 1), (12, 1), (-11, 1), (20, 1), (-30, 1), (150, 1), (1000, 1), (1, 20), (-1, 50), (3, 2), (5, 4),
    )
)  # fmt: skip


def refuted(
    left: t.Node, right: t.Node, points: Sequence[Mapping[str, Fraction]], functions: Functions
) -> Mapping[str, Fraction] | None:
    """Return a point at which two plain expressions certainly differ, if one is found."""
    difference = t.Sum((left, t.Negative(right)))
    return next((point for point in points if _sign_at(difference, point, functions) in (1, -1)), None)
