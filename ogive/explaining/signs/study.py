"""Everything that sign charts tell about a function: where it rises, what it takes, how it ends.

`Study` holds the pieces of a function and answers questions about it and its derivatives;
`ogive.explaining.properties.properties` puts the answers into words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.forms import constant_sign, form_to_tree, form_value, number_tree
from ogive.explaining.exact.series import UNIT, Expansion, LostError
from ogive.explaining.signs.pieces import Piece, expanded, pieces_of, same_point, value_at_point
from ogive.explaining.signs.points import Chart, End, Root, UnknownError
from ogive.expressions import balls, to_text
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate

if TYPE_CHECKING:
    from collections.abc import Callable

    from ogive.explaining.exact.polynomials import Quotient
    from ogive.explaining.signs.charts import Charter
    from ogive.expressions import Functions

__all__ = ["Segment", "Study", "Value", "compare_values", "negated"]

_LONGEST = 40  # characters of an exact value that is shown instead of its digits
_SMOOTHEST = 6  # orders up to which derivatives are compared at a seam


@final
@dataclass(frozen=True, slots=True)
class Value:
    """A number that the function takes or tends to: exact, or a ball of any precision; or an infinity."""

    infinite: int = 0
    exact: Quotient | None = None
    compute: Callable[[], Any] | None = None

    def ball(self) -> Any:
        """Enclose it at the precision in use."""
        if self.compute is None:
            raise UnknownError("a value without an enclosure")
        return self.compute()


@final
@dataclass(frozen=True, slots=True)
class Segment:
    """An interval on which the function is strictly monotone (``sign`` 1 or -1) or constant (0)."""

    low: End
    high: End
    sign: int
    start: Value
    stop: Value


@final
@dataclass
class Study:
    """A function of one variable, cut into analytic pieces.

    Attributes
    ----------
    tree, name, functions
        The function, its variable, and the table that knows the functions called.
    order
        Which derivative of the tree is studied.
    """

    charter: Charter
    tree: t.Node
    name: str
    functions: Functions
    order: int = 0
    forms: dict[tuple[int, int], Quotient] = field(default_factory=dict)
    charts: dict[tuple[int, int], Chart] = field(default_factory=dict)
    values: dict[tuple[int, int, int], Value] = field(default_factory=dict)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The intervals on which the function is analytic."""
        found = pieces_of(self.charter, expanded(self.tree, self.functions))
        if not found:
            raise UnknownError("the function is real at no interval of the line")
        return found

    def form(self, piece: int, order: int) -> Quotient:
        """Return a derivative of the studied function on a piece."""
        key = (piece, order + self.order)
        if key not in self.forms:
            self.forms[key] = self._derived(piece, key[1])
        return self.forms[key]

    def _derived(self, piece: int, order: int) -> Quotient:
        """Differentiate; the first time by the table of rules as well, and keep what is simpler."""
        where = self.pieces[piece]
        if order == 0:
            return where.form
        if order == 1:
            by_rules = self.charter.world.form(differentiate(where.tree, self.name, functions=self.functions))
            return min(self.charter.slope(where.form), by_rules, key=_length)
        return self.charter.slope(self.form(piece, order - 1 - self.order))

    def chart(self, piece: int, order: int) -> Chart:
        """Return the sign chart of a derivative on a piece."""
        key = (piece, order + self.order)
        if key not in self.charts:
            where = self.pieces[piece]
            self.charts[key] = self.charter.chart(self.form(piece, order), where.low, where.high)
        return self.charts[key]

    # ---- Values ----

    def value(self, piece: int, order: int, at: Root) -> Value:
        """Return the value of a derivative at a point inside a piece."""
        key = (piece, order + self.order, id(at))
        if key not in self.values:
            self.values[key] = self._value(self.form(piece, order), at)
        return self.values[key]

    def _value(self, form: Quotient, at: Root) -> Value:
        if at.closed is not None:
            return self.value_of(self.charter.value_at(form, at.closed))
        return Value(0, None, lambda: self.charter.ball(form, at.enclosure()))

    def value_of(self, exact: Quotient) -> Value:
        """Wrap an exact constant."""
        return Value(0, exact, lambda: form_value(self.charter.world, exact, {}))

    def limit(self, piece: int, order: int, side: int) -> Value:
        """Return the limit of a derivative at the low (side 1) or high (side -1) end of a piece."""
        key = (piece, order + self.order, side)
        if key not in self.values:
            end = self.pieces[piece].low if side == 1 else self.pieces[piece].high
            there = self._continued(piece, end) if order + self.order == 0 else None
            self.values[key] = there or self._limit(self.form(piece, order), end, side)
        return self.values[key]

    def _continued(self, piece: int, end: End) -> Value | None:
        """Return the value of a piece at an end where all its parts are real: they are continuous there."""
        if not isinstance(end, Root) or end.closed is None:
            return None
        exact = value_at_point(self.charter.world, self.pieces[piece].tree, self.name, end.closed)
        return None if exact is None else self.value_of(exact)

    def _limit(self, form: Quotient, end: End, side: int) -> Value:
        if not form:
            return self.value_of(form)
        expansion = Expansion(self.charter.world, self.charter.variable)
        series = self.charter.series(form, end, side)
        try:
            if not series.terms:
                if series.error is None or expansion.compare(series.error, UNIT) < 0:
                    return self.value_of(p.constant(0))
                raise UnknownError("the leading terms cancel")
            lead = series.terms[0]
            order = expansion.compare(lead.monomial, UNIT)
            if order > 0:
                return Value(expansion.sign(lead.factor))
            return self.value_of(lead.factor if order == 0 else p.constant(0))
        except LostError as error:
            raise UnknownError(str(error)) from None

    def at(self, point: t.Node) -> Quotient | None:
        """Return the value of the studied function itself at a point, where it has one."""
        if self.order == 0:
            return value_at_point(self.charter.world, expanded(self.tree, self.functions), self.name, point)
        return None

    # ---- Seams between pieces ----

    def seams(self) -> list[tuple[int, Root]]:
        """List the points at which a piece and the next one meet."""
        found = []
        for at, (left, right) in enumerate(zip(self.pieces, self.pieces[1:], strict=False)):
            if same_point(left.high, right.low) and isinstance(left.high, Root):
                found.append((at, left.high))
        return found

    def agrees(self, piece: int, order: int) -> bool:
        """Tell whether a derivative has the same finite limit from both sides of the seam after a piece."""
        left, right = self.limit(piece, order, -1), self.limit(piece + 1, order, 1)
        if left.infinite or right.infinite:
            return False
        return compare_values(self.charter, left, right) == 0

    def continuous(self, piece: int, seam: Root) -> bool:
        """Tell whether the studied function is continuous across the seam after a piece."""
        if not self.agrees(piece, 0):
            return False
        if self.order:  # a derivative exists at a seam where the function is continuous and the sides agree
            return all(self._lower_agrees(piece, seam, order) for order in range(self.order))
        if seam.closed is None:
            raise UnknownError("the value at a seam without a closed form")
        value, limit = self.at(seam.closed), self.limit(piece, 0, -1)
        return value is not None and compare_values(self.charter, self.value_of(value), limit) == 0

    def _lower_agrees(self, piece: int, seam: Root, order: int) -> bool:
        lower = Study(self.charter, self.tree, self.name, self.functions, order, self.forms, self.charts, self.values)
        return lower.continuous(piece, seam) if order == 0 else lower.agrees(piece, 0)

    def smoothness(self, piece: int) -> int | None:
        """Count the derivatives that are continuous across the seam after a piece; None if all looked at are."""
        for order in range(1, _SMOOTHEST + 1):
            if not self.agrees(piece, order):
                return order - 1
        return None

    # ---- Monotone segments ----

    def segments(self, order: int = 0) -> list[Segment]:
        """Cut every piece where the next derivative vanishes."""
        found: list[Segment] = []
        for at, piece in enumerate(self.pieces):
            chart = self.chart(at, order + 1)
            ends: list[End] = [piece.low, *chart.roots, piece.high]
            values = [self.limit(at, order, 1)]
            values += [self.value(at, order, root) for root in chart.roots]
            values.append(self.limit(at, order, -1))
            for k, sign in enumerate(chart.signs):
                found.append(Segment(ends[k], ends[k + 1], sign, values[k], values[k + 1]))
        return found


def _length(form: Quotient) -> int:
    return len(form.top) + sum(len(factor) * times for factor, times in form.bottom)


def compare_values(charter: Charter, a: Value, b: Value) -> int:
    """Order two values.

    Raises
    ------
    UnknownError
        If neither balls nor exact forms tell them apart.
    """
    if a is b:
        return 0
    if a.infinite or b.infinite:
        return (a.infinite > b.infinite) - (a.infinite < b.infinite)
    if a.exact is not None and b.exact is not None:
        found = constant_sign(charter.world, charter.world.reduced(a.exact - b.exact))
    else:
        found = balls.sign_of(lambda: a.ball() - b.ball(), most=384)
    if found is None:
        raise UnknownError("two values are too close to be told apart")
    return found


def negated(value: Value) -> Value:
    """Return a finite value with the other sign."""
    return Value(0, None if value.exact is None else -value.exact, lambda: -value.ball())


def value_tree(charter: Charter, value: Value, most: int = 16) -> t.Node | None:
    """Write an exact value as a tree, if it is short enough to be read."""
    if value.exact is None:
        return None
    plain = value.exact.number()
    tree = number_tree(plain) if plain is not None else form_to_tree(charter.world, value.exact)
    return tree if t.size(tree) <= most and len(to_text(tree)) <= _LONGEST else None
