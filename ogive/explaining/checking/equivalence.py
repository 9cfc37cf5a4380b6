"""Whether two answers are the same function: yes with a proof, no with a witness, or unknown. Never by sampling.

Two expressions are compared where both are defined and real, and the answer says where that is. First exact numbers
and balls look for a point where both are defined and certainly differ. Then arithmetic looks for a proof that they do
not, which holds at every point of both domains (`identities`); where this fails, a derivative that vanishes together
with equal values at one point of every piece of the domain is a proof as well. Otherwise the answer is "unknown".
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from typing import TYPE_CHECKING, Any, Final, final

from ogive.explaining.checking.forms import UnknownError as NotDecidedError
from ogive.explaining.checking.identities import proven_equal
from ogive.explaining.checking.values import Value, as_ball, sign_of, value_at
from ogive.explaining.checking.where import is_affine, open_powers, said
from ogive.explaining.exact.effort import Budget
from ogive.explaining.exact.polynomials import TooLargeError
from ogive.explaining.exact.world import NoFormError, World
from ogive.explaining.records.subject import all_functions
from ogive.explaining.signs.charts import Charter
from ogive.explaining.signs.pieces import Piece, expanded, pieces_of, value_at_point
from ogive.explaining.signs.points import End, Root, UnknownError, position
from ogive.expressions import Functions, balls, parse
from ogive.expressions import tree as t
from ogive.expressions.domain import gap
from ogive.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

__all__ = ["Equivalence", "compare_trees", "equivalent"]

_BITS: Final = (128, 512)
_WORK: Final = 150_000  # units, where the derivative of the difference is looked at
_LARGEST: Final = 400  # nodes of a tree that is compared


@final
@dataclass(frozen=True, slots=True)
class Equivalence:
    """Whether two expressions are the same function where both are defined.

    Attributes
    ----------
    answer
        ``"equal"``, ``"different"`` or ``"unknown"``.
    reason
        How that is known, in words.
    witness
        Where they differ: a value for each symbol. Empty for two numbers that differ, None unless different.
    values
        What the two are at the witness, to a few digits that are all right.
    one_sided
        A point at which only one of the two is defined, if one was met on the way: ``(x² - 1)/(x + 1)`` and ``x - 1``
        at -1. The comparison is about the points at which both are.
    where
        Where both are defined, and where each of them is if that is not the same; "everywhere" if there is no
        condition; None if that is not known.
    """

    answer: str
    reason: str
    witness: Mapping[str, Fraction] | None = None
    values: tuple[str, str] | None = None
    one_sided: Mapping[str, Fraction] | None = None
    where: str | None = None

    def __bool__(self) -> bool:
        raise TypeError("an equivalence has three answers; compare .answer with 'equal', 'different' or 'unknown'")

    def __str__(self) -> str:
        where = f" {self.where}" if self.answer == "equal" and self.where else ""
        note = f" ({self.where})" if self.answer != "equal" and self.where not in (None, "everywhere") else ""
        return f"{self.answer}{where}: {self.reason}{note}"


def equivalent(a: Any, b: Any, *, names: Collection[str] = ()) -> Equivalence:
    """Tell whether two expressions are the same function: "equal", "different" with a witness, or "unknown".

    The answer is deterministic. "equal" is proved, "different" comes with a point at which balls exclude equality;
    no answer rests on sampling.

    Parameters
    ----------
    a, b
        Expressions as text, shapes, or trees. They are compared where both are defined and real: a power whose
        exponent is not whole wants a positive base, or zero and a positive exponent; 0^0 has no value. Equations and
        inequalities are equal if they hold at the same points.
    names
        Names that are symbols here whatever else they mean, such as ``("e",)``.

    Raises
    ------
    ExpressionError
        If a text is not an expression.

    Examples
    --------
    >>> import ogive as og
    >>> og.equivalent("a(1-a)", "a - a^2").answer
    'equal'
    >>> print(og.equivalent("x", "sqrt(x^2)"))
    different: at x = -1/3 the first is -0.3333333333 and the second 0.3333333333
    >>> print(og.equivalent("ln(x^2)", "2 ln x"))
    equal for x > 0, where both are defined (the first for x != 0, the second for x > 0): their difference is proven 0
    """
    functions = all_functions()
    left, right = (expanded(_tree(side, names, functions), functions) for side in (a, b))
    if t.size(left) + t.size(right) > _LARGEST:
        return Equivalence("unknown", "the expressions are too large to be compared")
    return compare_trees(left, right, functions)


def _tree(side: Any, names: Collection[str], functions: Functions) -> t.Node:
    if isinstance(side, Shape):
        return parse(side.formula, functions=functions)
    if isinstance(side, str):
        return parse(side, functions=functions, names=names)
    if isinstance(side, t.Node.__args__):
        return side  # type: ignore[no-any-return]
    raise TypeError(f"give an expression as text, a shape or a tree, not {type(side).__name__}")


def compare_trees(left: t.Node, right: t.Node, functions: Functions) -> Equivalence:
    """Compare two trees whose abbreviations have been opened."""
    if isinstance(left, t.Relation) or isinstance(right, t.Relation):
        return _relations(left, right, functions)
    where = _where(left, right, functions) if t.symbols(left) | t.symbols(right) else None
    return replace(_compared(left, right, functions), where=where)


def _where(left: t.Node, right: t.Node, functions: Functions) -> str | None:
    """Say where both sides are defined, and each if they differ."""
    sides = [said(tree, functions) for tree in (left, right)]
    both = said(t.Sum((left, right)), functions)
    if both is None or None in sides:
        return None
    words = [f"for {', '.join(side)}" if side else "everywhere" for side in (*sides, both)]
    if words[0] == words[1]:
        return words[0]
    return f"{words[2]}, where both are defined (the first {words[0]}, the second {words[1]})"


def _compared(left: t.Node, right: t.Node, functions: Functions) -> Equivalence:
    if left == right:
        return Equivalence("equal", "they are written alike")
    search = _Search(left, right, functions)
    found = search.witness()
    if found is not None:
        return found
    if not search.met:
        return Equivalence("unknown", "no point was found at which both are defined", one_sided=search.one_sided)
    if proven_equal(left, right, functions):
        return Equivalence("equal", "their difference is proven 0", one_sided=search.one_sided)
    if _constant_difference(left, right, functions):
        reason = "their derivatives are equal, and so are their values at a point of every piece of the domain"
        return Equivalence("equal", reason, one_sided=search.one_sided)
    reason = "neither a proof nor a point at which they differ was found"
    return Equivalence("unknown", reason, one_sided=search.one_sided)


# ---- Equations and inequalities ------------------------------------------------------------------------------------

_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _relations(left: t.Node, right: t.Node, functions: Functions) -> Equivalence:
    """Compare where two relations hold: their gaps are proportional, or one holds where the other does not."""
    if not (isinstance(left, t.Relation) and isinstance(right, t.Relation)):
        return Equivalence("unknown", "an equation and an expression are not compared")
    kinds = [_TURNED[each.operator] if ">" in each.operator else each.operator for each in (left, right)]
    first, second = _gap(left), _gap(right)
    where = _where(first, second, functions)
    search = _Search(first, second, functions)
    witness = search.told_apart(kinds[0], kinds[1])
    if witness is not None:
        return replace(witness, where=where)
    if kinds[0] == kinds[1]:
        for ratio in search.ratios():
            scaled = t.Product((t.rational(ratio), first))
            if (ratio > 0 or kinds[0] in ("=", "!=")) and proven_equal(scaled, second, functions):
                times = "" if ratio == 1 else f"{ratio} times "
                reason = f"the difference of the two sides is {times}that of the other"
                return Equivalence("equal", reason, where=where)
    return Equivalence(
        "unknown", "neither a proof nor a point at which only one of them holds was found", where=where
    )


def _gap(relation: t.Relation) -> t.Node:
    """Return what is positive, or zero, or not zero, where a relation holds."""
    return gap(relation) if relation.operator in _TURNED else t.Sum((relation.left, t.Negative(relation.right)))


# ---- Looking for a witness -----------------------------------------------------------------------------------------


@final
class _Search:
    """Looks at a fixed list of points for one at which two trees are both defined and certainly differ."""

    def __init__(self, left: t.Node, right: t.Node, functions: Functions) -> None:
        self.sides = (left, right)
        self.functions = functions
        self.names = sorted(t.symbols(left) | t.symbols(right))
        self.met = False  # whether both are defined at some point
        self.one_sided: Mapping[str, Fraction] | None = None

    def witness(self) -> Equivalence | None:
        """Return the first point at which the two are apart."""
        for point in self.points():
            for bits in _BITS:
                with balls.precision(bits):
                    values = self.both(point)
                    if values is None:
                        break
                    if _differ(*values):
                        return self.told(point, values, "the first is {} and the second {}")
        return None

    def points(self) -> Iterator[dict[str, Fraction]]:
        yield from _points(self.names)
        yield from islice(_edges(self.sides, self.names, self.functions), _MOST_EDGES)

    def both(self, point: Mapping[str, Fraction]) -> tuple[Value, Value] | None:
        """Return both values; None where one of them is not defined, or not known to be."""
        values = [self.value(side, point) for side in self.sides]
        if values[0] == "undefined" or values[1] == "undefined":
            if "unknown" not in values and values[0] != values[1]:
                self.one_sided = self.one_sided or point
            return None
        if "unknown" in values:
            return None
        self.met = True
        return values[0], values[1]

    def value(self, side: t.Node, point: Mapping[str, Fraction]) -> Any:
        """Return a number, "undefined" or "unknown"."""
        try:
            return value_at(side, point, self.functions)
        except balls.UndefinedError:
            return "undefined"
        except (ArithmeticError, ValueError, RecursionError):
            return "unknown"

    def told(self, point: Mapping[str, Fraction], values: Sequence[Value], words: str) -> Equivalence:
        where = ", ".join(f"{name} = {value}" for name, value in point.items())
        shown = _apart(values[0], values[1])
        reason = (f"at {where} " if where else "") + words.format(*shown)
        return Equivalence("different", reason, point, shown, self.one_sided)

    # ---- Of relations, whose sides here are gaps ----

    def told_apart(self, first: str, second: str) -> Equivalence | None:
        """Return a point at which one relation holds and the other does not."""
        for point in (*self.solutions(), *self.points()):
            values = self.both(point)
            if values is None:
                continue
            try:
                holds = [_holds(kind, value) for kind, value in zip((first, second), values, strict=True)]
            except NotDecidedError:
                continue
            if holds[0] != holds[1]:
                where = ", ".join(f"{name} = {value}" for name, value in point.items())
                reason = f"{f'at {where} ' if where else ''}only the {'first' if holds[0] else 'second'} holds"
                shown = (_written(values[0]), _written(values[1]))
                return Equivalence("different", reason, point, shown, self.one_sided)
        return None

    def solutions(self) -> Iterator[dict[str, Fraction]]:
        """Yield points at which a gap is zero, for a symbol in which it is linear."""
        for point in islice(_points(self.names), _MOST_EDGES):
            for side in self.sides:
                for name in self.names:
                    line = [self.value(side, {**point, name: Fraction(at)}) for at in (0, 1, 2)]
                    if all(isinstance(each, Fraction) for each in line):
                        a, b, c = line
                        if a + c == 2 * b and a != b:
                            yield {**point, name: a / (a - b)}

    def ratios(self) -> list[Fraction]:
        """Return what the second gap may be as a multiple of the first."""
        for point in self.points():
            values = self.both(point)
            if values is not None and all(isinstance(each, Fraction) and each for each in values):
                return list(dict.fromkeys([Fraction(values[1] / values[0]), Fraction(1), Fraction(-1)]))
        return [Fraction(1), Fraction(-1)]


def _holds(kind: str, gap_: Value) -> bool:
    sign = sign_of(gap_)
    return {"<": sign > 0, "<=": sign >= 0, "=": sign == 0, "!=": sign != 0}[kind]


def _differ(a: Value, b: Value) -> bool:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a != b
    return not as_ball(a).overlaps(as_ball(b))


def _apart(a: Value, b: Value) -> tuple[str, str]:
    """Write two numbers, with enough digits to tell them apart."""
    for digits in (10, 20, 40, 80):
        shown = _written(a, digits), _written(b, digits)
        if shown[0] != shown[1]:
            return shown
    return _written(a, 150), _written(b, 150)


def _written(value: Value, digits: int = 10) -> str:
    whole = isinstance(value, Fraction) and value.denominator == 1 and abs(value) < 10**digits
    return str(value) if whole else balls.decimals(as_ball(value), digits)


# Of moderate size, so that exponentials stay readable and differ, and with large ones for shifted domains.
_GRID: Final = tuple(
    Fraction(value)
    for value in (
        "1/3", "-1/3", "7/5", "-7/5", "5/7", "-5/7", "2", "-2", "11/4", "-11/4", "9/10", "-9/10", "1/20", "-1/20",
        "17/3", "-17/3", "13/11", "-13/11", "0", "1", "-1", "31/4", "-31/4", "61/3", "-61/3", "1001/10", "-1001/10",
    )
)  # fmt: skip
# In every combination: an exponent that is whole with a base that is negative, and an edge with an edge.
_SMALL: Final = tuple(Fraction(value) for value in ("2", "-2", "1", "3", "-1", "1/2", "0", "-3", "1/3"))
_MOST_SMALL: Final = 243
_MOST_EDGES: Final = 60


def _points(names: Sequence[str]) -> Iterator[dict[str, Fraction]]:
    """Yield the fixed points: each symbol goes through the grid with its own stride, then through small numbers."""
    if not names:
        yield {}
        return
    count = len(_GRID)
    steps = [1, 5, 7, 11, 13, 17, 19, 23]
    for at in range(count):
        yield {name: _GRID[(at * steps[k % len(steps)] + 3 * k) % count] for k, name in enumerate(names)}
    if names:
        small = _SMALL if len(names) <= 2 else _SMALL[:6] if len(names) == 3 else _SMALL[:3]
        for values in islice(product(small, repeat=len(names)), _MOST_SMALL):
            yield dict(zip(names, values, strict=True))


def _edges(sides: Sequence[t.Node], names: Sequence[str], functions: Functions) -> Iterator[dict[str, Fraction]]:
    """Yield points at which something linear in the expressions is zero or one, and points beside them."""
    nodes = [node for side in sides for _, node in t.walk(side)]
    conditions = [gap(node.condition) for node in nodes if isinstance(node, t.Conditional)]
    for part in dict.fromkeys([*conditions, *(node for node in nodes if isinstance(node, t.Sum))]):
        if not is_affine(part):
            continue
        for base in islice(_points(names), 2):
            for name in sorted(t.symbols(part)):
                zero, one = (value_at(part, {**base, name: Fraction(at)}, functions) for at in (0, 1))
                if zero != one and isinstance(zero, Fraction) and isinstance(one, Fraction):
                    root = zero / (zero - one)
                    for step in (0, 1, -1, Fraction(1, 7), Fraction(-1, 7)):
                        yield {**base, name: root + step}


# ---- A derivative that vanishes ------------------------------------------------------------------------------------


def _constant_difference(left: t.Node, right: t.Node, functions: Functions) -> bool:
    """Tell whether the difference is proved to be zero on every piece, by its derivative and one value.

    Between two pieces both sides are continuous, unless there is a sign or a condition: then ends are compared too.
    """
    names = sorted(t.symbols(left) | t.symbols(right))
    tree = t.Sum((left, t.Negative(right)))
    if len(names) != 1 or any(not _surely_real(power) for power in open_powers(tree)):
        return False
    charter = Charter(World(functions, budget=Budget(_WORK)), names[0])
    try:
        pieces = pieces_of(charter, tree)
        flat = bool(pieces) and not any(charter.slope(piece.form) for piece in pieces)
        inside = flat and all(_zero_inside(charter, piece.tree, piece.low, piece.high) for piece in pieces)
        return inside and (not _jumps(tree) or _zero_between(charter, tree, pieces))
    except (UnknownError, NoFormError, TooLargeError, ZeroDivisionError, RecursionError):
        return False


def _surely_real(power: t.Power) -> bool:
    """Tell whether a power is a number: others are whole, and real for a negative base, at points between."""
    return not t.symbols(power)


def _jumps(tree: t.Node) -> bool:
    return any(
        isinstance(node, t.Conditional) or (isinstance(node, t.Call) and node.name == "sign")
        for _, node in t.walk(tree)
    )


def _zero_between(charter: Charter, tree: t.Node, pieces: Sequence[Piece]) -> bool:
    """Tell whether a function is zero, or has no value, at every end of a piece."""
    for end in (end for piece in pieces for end in (piece.low, piece.high) if isinstance(end, Root)):
        if end.closed is None:
            return False
        value = value_at_point(charter.world, tree, charter.name, end.closed)
        if value is not None and value:
            return False
    return True


_SIMPLE: Final = tuple(Fraction(value) for value in ("0", "1", "-1", "2", "-2", "1/2", "-1/2", "3", "-3"))


def _zero_inside(charter: Charter, tree: t.Node, low: End, high: End) -> bool:
    """Tell whether a function is exactly zero at one of a few simple points of an open interval."""
    left, right = position(low)[1], position(high)[0]
    near = [Fraction(math.floor(left) + 1)] if isinstance(left, Fraction) else []
    near += [Fraction(math.ceil(right) - 1)] if isinstance(right, Fraction) else []
    inside = [value for value in (*_SIMPLE, *near) if left < value < right]
    at = [t.substitute(tree, {charter.name: t.rational(value)}) for value in inside]
    return any(charter.world.equal(there, t.ZERO) for there in at)
