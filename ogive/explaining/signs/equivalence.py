"""Whether two answers are the same function: yes with a proof, no with a witness, or unknown. Never by sampling.

Two expressions are compared where both are defined and real. First balls look for a point where they certainly
differ. Then exact normal forms look for a proof that they do not; where these fail, a derivative that vanishes
together with equal values at one point of every piece of the domain is a proof as well. Otherwise the answer is
"unknown".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, final

from ogive.explaining.exact.effort import Budget
from ogive.explaining.exact.polynomials import TooLargeError
from ogive.explaining.exact.world import NoFormError, World
from ogive.explaining.records.subject import all_functions
from ogive.explaining.signs.charts import Charter
from ogive.explaining.signs.pieces import expanded, pieces_of
from ogive.explaining.signs.points import End, UnknownError, position
from ogive.expressions import Functions, balls, parse
from ogive.expressions import tree as t
from ogive.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["Equivalence", "equivalent"]

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
    """

    answer: str
    reason: str
    witness: Mapping[str, Fraction] | None = None
    values: tuple[str, str] | None = None
    one_sided: Mapping[str, Fraction] | None = None

    def __bool__(self) -> bool:
        raise TypeError("an equivalence has three answers; compare .answer with 'equal', 'different' or 'unknown'")

    def __str__(self) -> str:
        return f"{self.answer}: {self.reason}"


def equivalent(a: Any, b: Any, *, names: Collection[str] = ()) -> Equivalence:
    """Tell whether two expressions are the same function: "equal", "different" with a witness, or "unknown".

    The answer is deterministic. "equal" is proved, "different" comes with a point at which balls exclude equality;
    no answer rests on sampling.

    Parameters
    ----------
    a, b
        Expressions as text, shapes, or trees. They are compared where both are defined and real.
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
        return _equations(left, right, functions)
    if left == right:
        return Equivalence("equal", "they are written alike")
    search = _Search(left, right, functions)
    found = search.witness()
    if found is not None:
        return found
    if not search.met:
        return Equivalence("unknown", "no point was found at which both are defined", one_sided=search.one_sided)
    if World(functions).equal(left, right):
        return Equivalence("equal", "their difference has the normal form 0", one_sided=search.one_sided)
    if _constant_difference(left, right, functions):
        reason = "their derivatives are equal, and so are their values at a point of every piece of the domain"
        return Equivalence("equal", reason, one_sided=search.one_sided)
    return Equivalence("unknown", "neither a proof nor a point at which they differ was found")


def _equations(left: t.Node, right: t.Node, functions: Functions) -> Equivalence:
    """Compare equations side by side; anything else about them is unknown."""
    if isinstance(left, t.Relation) and isinstance(right, t.Relation) and left.operator == right.operator:
        sides = [compare_trees(a, b, functions) for a, b in zip(t.children(left), t.children(right), strict=True)]
        if all(side.answer == "equal" for side in sides):
            return Equivalence("equal", "both sides are equal")
    return Equivalence("unknown", "equations are compared side by side, and these differ")


# ---- Looking for a witness -----------------------------------------------------------------------------------------


@final
class _Search:
    """Looks at a fixed list of points for one at which two trees certainly differ."""

    def __init__(self, left: t.Node, right: t.Node, functions: Functions) -> None:
        self.sides = (left, right)
        self.functions = functions
        self.names = sorted(t.symbols(left) | t.symbols(right))
        self.met = False  # whether both are defined at some point
        self.one_sided: Mapping[str, Fraction] | None = None

    def witness(self) -> Equivalence | None:
        """Return the first point at which the balls of the two are apart."""
        for point in _points(self.names):
            for bits in _BITS:
                found = self.at(point, bits)
                if found is not None:
                    return found
        return None

    def at(self, point: Mapping[str, Fraction], bits: int) -> Equivalence | None:
        with balls.precision(bits):
            values = [self.value(side, point) for side in self.sides]
            if values[0] is None or values[1] is None:
                if (values[0] is None) != (values[1] is None):
                    self.one_sided = self.one_sided or point
                return None
            if any(value.is_nan() or not value.is_finite() for value in values):
                return None
            self.met = True
            if values[0].overlaps(values[1]):
                return None
            shown = _apart(*values)
        where = ", ".join(f"{name} = {value}" for name, value in point.items())
        reason = f"{f'at {where} ' if where else ''}the first is {shown[0]} and the second {shown[1]}"
        return Equivalence("different", reason, point, shown, self.one_sided)

    def value(self, side: t.Node, point: Mapping[str, Fraction]) -> Any:
        """Return a ball, or None where the expression is certainly not real."""
        try:
            return balls.evaluate(side, {name: balls.ball(value) for name, value in point.items()}, self.functions)
        except balls.UndefinedError:
            return None
        except ValueError:
            return balls.ball(0) / balls.ball(0)  # it cannot be computed: not a number, which says nothing


def _apart(a: Any, b: Any) -> tuple[str, str]:
    """Write two numbers with enough digits to tell them apart."""
    for digits in (10, 20, 40, 80):
        shown = balls.decimals(a, digits), balls.decimals(b, digits)
        if shown[0] != shown[1]:
            return shown
    return balls.decimals(a, 150), balls.decimals(b, 150)


# Of moderate size, so that exponentials stay readable and differ, and with large ones for shifted domains.
_GRID: Final = tuple(
    Fraction(value)
    for value in (
        "1/3", "-1/3", "7/5", "-7/5", "5/7", "-5/7", "2", "-2", "11/4", "-11/4", "9/10", "-9/10", "1/20", "-1/20",
        "17/3", "-17/3", "13/11", "-13/11", "0", "1", "-1", "31/4", "-31/4", "61/3", "-61/3", "1001/10", "-1001/10",
    )
)  # fmt: skip


def _points(names: list[str]) -> list[dict[str, Fraction]]:
    """Return the fixed points: the k-th symbol goes through the grid with its own stride."""
    if not names:
        return [{}]
    count = len(_GRID)
    steps = [1, 5, 7, 11, 13, 17, 19, 23]
    return [
        {name: _GRID[(at * steps[k % len(steps)] + 3 * k) % count] for k, name in enumerate(names)}
        for at in range(count)
    ]


# ---- A derivative that vanishes ------------------------------------------------------------------------------------


def _constant_difference(left: t.Node, right: t.Node, functions: Functions) -> bool:
    """Tell whether the difference is proved to be zero on every piece, by its derivative and one value."""
    names = sorted(t.symbols(left) | t.symbols(right))
    if len(names) != 1:
        return False
    tree = t.Sum((left, t.Negative(right)))
    charter = Charter(World(functions, budget=Budget(_WORK)), names[0])
    try:
        pieces = pieces_of(charter, tree)
        flat = bool(pieces) and not any(charter.slope(piece.form) for piece in pieces)
        return flat and all(_zero_inside(charter, piece.tree, piece.low, piece.high) for piece in pieces)
    except (UnknownError, NoFormError, TooLargeError, ZeroDivisionError, RecursionError):
        return False


_SIMPLE: Final = tuple(Fraction(value) for value in ("0", "1", "-1", "2", "-2", "1/2", "-1/2", "3", "-3"))


def _zero_inside(charter: Charter, tree: t.Node, low: End, high: End) -> bool:
    """Tell whether a function is exactly zero at one of a few simple points of an open interval."""
    left, right = position(low)[1], position(high)[0]
    near = [Fraction(math.floor(left) + 1)] if isinstance(left, Fraction) else []
    near += [Fraction(math.ceil(right) - 1)] if isinstance(right, Fraction) else []
    inside = [value for value in (*_SIMPLE, *near) if left < value < right]
    at = [t.substitute(tree, {charter.name: t.rational(value)}) for value in inside]
    return any(charter.world.equal(there, t.ZERO) for there in at)
