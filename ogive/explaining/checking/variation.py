"""The table of variation of a function: its pieces, its zeros and those of its derivatives, values and limits.

Everything is found anew from the expression: the pieces (`pieces`), the signs on them (`line`), the limits at their
ends (`ends`) and the values at the points between them. Nothing is taken from whoever made a claim about it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from ogive.explaining.checking.constants import sign
from ogive.explaining.checking.ends import Tail
from ogive.explaining.checking.forms import UnknownError
from ogive.explaining.checking.line import Chart, End, Line, Point
from ogive.explaining.checking.pieces import cells, settled, value_at_point
from ogive.expressions import balls
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate
from ogive.expressions.domain import conditions, gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.expressions import Functions

__all__ = ["Part", "Run", "Value", "Variation"]

_STARTS: Final = (16, 64, 1024, 2**16)
_LARGEST: Final = 3000  # nodes of a derivative
_SMOOTHEST: Final = 6  # derivatives that are compared at a joint


class Value(NamedTuple):
    """A number: in closed form or infinite, or the value of an expression at a point that has no closed form."""

    closed: t.Node | float | None
    of: t.Node | None = None
    at: Point | None = None

    @property
    def infinite(self) -> bool:
        """Whether it is an infinity."""
        return isinstance(self.closed, float)


class Part(NamedTuple):
    """A part of the domain without gaps: from which piece to which, and whether its ends belong to it."""

    first: int
    last: int
    left: bool
    right: bool


class Run(NamedTuple):
    """A stretch inside one piece on which a derivative has one sign, with what the function tends to at both ends."""

    piece: int
    low: End
    high: End
    sign: int
    start: Value
    stop: Value


@final
class Variation:
    """A function, or its derivative, and all that is asked about it.

    Parameters
    ----------
    functions
        The table of functions.
    tree, name
        The function and its variable.
    order
        0 for the function, 1 for its derivative.
    hints
        Closed numbers that may be ends, joints or zeros: they are tried, never believed.
    """

    def __init__(
        self, functions: Functions, tree: t.Node, name: str, order: int = 0, hints: Sequence[t.Node] = ()
    ) -> None:
        self.functions, self.tree, self.name, self.order = functions, tree, name, order
        self.line = Line(functions, name, hints)
        every = cells(self.line, tree, -math.inf, math.inf)
        self.gaps = [cell for cell in every if cell.tree is None]
        self.pieces = [cell for cell in every if cell.tree is not None]
        self.points = [cell.high for cell in every[:-1] if isinstance(cell.high, Point)]
        self._trees: dict[tuple[int, int], t.Node] = {}
        self._limits: dict[tuple[int, int, int], Value] = {}
        self._values: dict[Point, t.Node | None] = {}

    # ---- The function on its pieces ----

    def derivative(self, piece: int, order: int) -> t.Node:
        """Return a derivative of the function asked about, on a piece."""
        order += self.order
        if (piece, order) not in self._trees:
            low, high, tree = self.pieces[piece]
            if order:
                tree = differentiate(
                    self.derivative(piece, order - 1 - self.order), self.name, functions=self.functions
                )
                tree = self.line.simplified(tree, low, high)
                if t.size(tree) > _LARGEST:
                    raise UnknownError("a derivative is too large")
            self._trees[piece, order] = tree if tree is not None else t.ZERO
        return self._trees[piece, order]

    def chart(self, piece: int, order: int) -> Chart:
        """Return the zeros and signs of a derivative on a piece."""
        low, high, _ = self.pieces[piece]
        return self.line.chart(self.derivative(piece, order), low, high)

    def limit(self, piece: int, order: int, side: int) -> Value:
        """Return the limit at the low (side 1) or the high (side -1) end of a piece."""
        key = (piece, order, side)
        if key not in self._limits:
            end = self.pieces[piece].low if side > 0 else self.pieces[piece].high
            tree = self.derivative(piece, order)
            try:
                self._limits[key] = Value(self._limit(tree, end, side))
            except UnknownError:  # sin(x)**2 + cos(x)**2 has a limit as 1
                self._limits[key] = self.limit_of(tree, piece, side)
        return self._limits[key]

    def limit_of(self, tree: t.Node, piece: int, side: int) -> Value:
        """Return the limit of another expression that is real on a piece, at its low (1) or high (-1) end."""
        end = self.pieces[piece].low if side > 0 else self.pieces[piece].high
        low, high, _ = self.pieces[piece]
        return Value(self._limit(self.line.simplified(tree, low, high), end, side))

    def _limit(self, tree: t.Node, end: End, side: int) -> t.Node | float:
        """Return a limit: the value where all parts of the expression have one there, else by leading terms."""
        if isinstance(end, Point):
            if end.closed is None:
                raise UnknownError("a limit at a point without a closed form")
            try:
                value = settled(t.substitute(tree, {self.name: end.closed}), self.line)
            except (ArithmeticError, ValueError, RecursionError):
                value = None
            if value is not None:
                return value
        at = end.closed if isinstance(end, Point) and end.closed is not None else end
        if isinstance(at, Point):
            raise UnknownError("a limit at a point without a closed form")
        for start in _STARTS:
            try:
                return Tail(self.functions, self.name, at, side, start).limit(tree)
            except (ArithmeticError, ValueError, RecursionError) as error:
                reason = error
        raise UnknownError(f"a limit: {reason}")

    # ---- Points between pieces ----

    def at(self, point: Point) -> t.Node | None:
        """Return the value of the function itself at a point between pieces; None where it has none."""
        if point not in self._values:
            self._values[point] = value_at_point(self.line, self.tree, point)
        return self._values[point]

    def value(self, point: Point) -> Value | None:
        """Return the value, at a point between pieces, of what is asked about; None where it has none."""
        if not self.order:
            found = self.at(point)
            return None if found is None else Value(found)
        pair = next(((i, i + 1) for i, seam in self.seams() if seam == point), None)
        if pair is None:  # a derivative needs both sides
            return None
        left, right = self.limit(pair[0], 0, -1), self.limit(pair[1], 0, 1)
        together = not left.infinite and self.compare(left, right) == 0 and self._lower_continuous(*pair, point)
        return left if together else None

    def _lower_continuous(self, left: int, right: int, point: Point) -> bool:
        value = self.at(point)
        sides = [Value(self._limit(self._trees_of(piece), point, side)) for piece, side in ((left, -1), (right, 1))]
        return value is not None and all(self.compare(Value(value), each) == 0 for each in sides)

    def _trees_of(self, piece: int) -> t.Node:
        return self.derivative(piece, -self.order)

    def seams(self) -> list[tuple[int, Point]]:
        """List the points at which a piece and the next one meet."""
        return [
            (at, left.high)
            for at, (left, right) in enumerate(zip(self.pieces, self.pieces[1:], strict=False))
            if isinstance(left.high, Point) and left.high == right.low  # cut there, and not a gap
        ]

    def continuous(self, piece: int, seam: Point) -> bool:
        """Tell whether the function is continuous at the point after a piece."""
        value = self.value(seam)
        if value is None:
            return False
        return all(self.compare(each, value) == 0 for each in (self.limit(piece, 0, -1), self.limit(piece + 1, 0, 1)))

    def agrees(self, piece: int, order: int) -> bool:
        """Tell whether a derivative has one finite limit from both sides of the point after a piece."""
        left, right = self.limit(piece, order, -1), self.limit(piece + 1, order, 1)
        return not left.infinite and not right.infinite and self.compare(left, right) == 0

    def regular(self, piece: int, end: Point) -> bool:
        """Tell whether a piece goes on beyond an end: each part of it is real, with a slope, there."""
        low, high, tree = self.pieces[piece]
        if tree is None or end.closed is None:
            return False
        plain = self.line.simplified(tree, low, high)
        for need in conditions(plain, self.functions, under=True):
            way = sign(t.substitute(gap(need), {self.name: end.closed}), self.functions)
            if way <= 0 and not (need.operator == "!=" and way):
                return False
        return True

    def smoothness(self, piece: int) -> int | None:
        """Count the derivatives that are continuous after a piece; None if all that are looked at are."""
        return next((order - 1 for order in range(1, _SMOOTHEST + 1) if not self.agrees(piece, order)), None)

    def parts(self) -> list[Part]:
        """Join the pieces wherever the function has a value between them.

        Raises
        ------
        UnknownError
            If it has a value at a point with none beside it.
        """
        joined = {at for at, seam in self.seams() if self.value(seam) is not None}
        ends = [end for low, high, _ in self.pieces for end in (low, high)]
        for point in self.points:
            if not any(isinstance(end, Point) and end == point for end in ends) and self.at(point) is not None:
                raise UnknownError("a value at a point with none beside it")
        found, first = [], 0
        for at in range(len(self.pieces)):
            if at not in joined:
                closed = [
                    isinstance(end, Point) and not self.order and self.at(end) is not None
                    for end in (self.pieces[first].low, self.pieces[at].high)
                ]
                found.append(Part(first, at, closed[0], closed[1]))
                first = at + 1
        return found

    def end_values(self) -> list[tuple[Value, Point]]:
        """Return the values at the points between pieces, then at ends that belong to the domain, each once."""
        ends = [seam for _, seam in self.seams()]
        ends += [end for low, high, _ in self.pieces for end in (low, high) if isinstance(end, Point)]
        return [(value, point) for point in dict.fromkeys(ends) if (value := self.value(point)) is not None]

    # ---- Runs ----

    def runs(self, order: int = 0) -> list[Run]:
        """Cut every piece where the next derivative vanishes."""
        found = []
        for at, (low, high, _) in enumerate(self.pieces):
            chart = self.chart(at, order + 1)
            ends: list[End] = [low, *chart.zeros, high]
            values = [self.limit(at, order, 1)]
            values += [self.inner(at, order, zero) for zero in chart.zeros]
            values.append(self.limit(at, order, -1))
            for k, way in enumerate(chart.signs):
                found.append(Run(at, ends[k], ends[k + 1], way, values[k], values[k + 1]))
        return found

    def inner(self, piece: int, order: int, point: Point) -> Value:
        """Return the value of a derivative at a point inside a piece."""
        tree = self.derivative(piece, order)
        if point.closed is None:
            return Value(None, tree, point)
        found = settled(t.substitute(tree, {self.name: point.closed}), self.line)
        if found is None:
            raise UnknownError("a value inside a piece")
        return Value(found)

    # ---- Numbers ----

    def ball(self, value: Value, bits: int = 100) -> Any:
        """Enclose a finite number."""
        with balls.precision(bits + 60):
            if value.of is not None and value.at is not None:
                at = {self.name: self.line.ball(value.at, bits)}
                return balls.evaluate(value.of, at, self.functions)
            if isinstance(value.closed, float) or value.closed is None:
                raise UnknownError("an infinity has no enclosure")
            return balls.evaluate(value.closed, {}, self.functions)

    def compare(self, a: Value, b: Value) -> int:
        """Order two numbers."""
        if a == b:
            return 0
        if isinstance(a.closed, float) or isinstance(b.closed, float):
            sizes = [each.closed if isinstance(each.closed, float) else 0.0 for each in (a, b)]
            return (sizes[0] > sizes[1]) - (sizes[0] < sizes[1])
        if a.closed is not None and b.closed is not None:
            return sign(t.Sum((a.closed, t.Negative(b.closed))), self.functions)
        for bits in (100, 250):
            with balls.precision(bits + 60):
                found = balls.sign(self.ball(a, bits) - self.ball(b, bits))
            if found is not None:
                return found
        raise UnknownError("two numbers are too close to be told apart")
