"""Where an expression is positive, negative and zero on an interval: every zero isolated, every gap covered by balls.

An expression is taken apart into factors by exact arithmetic. A factor is followed from one end of the interval to
the other: near an end by its leading terms (`ends`) or by balls, in between by balls. Where a ball leaves the sign
open its derivative is asked: where that has one sign there is at most one zero, and the signs on both sides tell if
there is one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from ogive.explaining.checking.arithmetic import Arithmetic
from ogive.explaining.checking.constants import divided, is_zero, sign, tree_of
from ogive.explaining.checking.ends import Tail
from ogive.explaining.checking.forms import UnknownError
from ogive.expressions import balls
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.expressions import Functions

__all__ = ["Chart", "End", "Line", "Point", "position"]

_STARTS: Final = (16, 64, 1024, 2**16, 2**26)  # 1/T: how near to an end its leading terms are tried
_DEEPEST: Final = 60  # halvings
_WORK: Final = 600_000  # nodes of expressions that are put into balls, on one sheet
_BITS: Final = 80


@final
@dataclass(frozen=True, slots=True)
class Point:
    """A real number: closed, or the only zero of an expression between two rational numbers."""

    low: Fraction
    high: Fraction
    closed: t.Node | None = None
    of: t.Node | None = None


End: TypeAlias = "Point | float"


Pairs: TypeAlias = "list[tuple[t.Node, t.Node]]"
"""A factor and its derivative; the same divided by something positive."""


@final
@dataclass(frozen=True, slots=True)
class Chart:
    """The zeros of an expression on an open interval, and its signs before, between and after them."""

    zeros: tuple[Point, ...]
    signs: tuple[int, ...]


def position(end: End) -> tuple[Fraction | float, Fraction | float]:
    """Return an enclosure of an end."""
    return (end.low, end.high) if isinstance(end, Point) else (end, end)


def _fraction(value: Any) -> Fraction:
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


@final
class Line:
    """The real line of one variable, with closed numbers at which something may happen.

    Parameters
    ----------
    functions
        The table of functions.
    name
        The variable.
    hints
        Closed numbers that zeros may be: they are tried, never believed.
    """

    def __init__(self, functions: Functions, name: str, hints: Sequence[t.Node] = ()) -> None:
        self.functions, self.name = functions, name
        self._work = 0
        self._sizes: dict[t.Node, int] = {}
        self._narrow: dict[Point, tuple[Fraction, Fraction]] = {}
        self.hints = [point for hint in hints if (point := self._hint(hint)) is not None]
        self.charts: dict[tuple[t.Node, End, End], Chart] = {}

    # ---- Points ----

    def at(self, number: t.Node) -> Point:
        """Return the point of a closed number."""
        value = t.number(number)
        if value is not None:
            return Point(value, value, t.rational(value))
        with balls.precision(_BITS):
            ball = balls.evaluate(number, {}, self.functions)
        if not ball.is_finite():
            raise UnknownError("a point without an enclosure")
        return Point(_fraction(ball.lower()), _fraction(ball.upper()), number)

    def _hint(self, number: t.Node) -> Point | None:
        try:
            return None if t.symbols(number) else self.at(number)
        except (ArithmeticError, ValueError, RecursionError):
            return None

    def narrowed(self, point: Point, width: Fraction) -> Point:
        """Return the same point in an interval of at most this width: by Newton's method, or by halving."""
        if point.of is None or point.high - point.low <= width:
            return point
        low, high = self._narrow.get(point, (point.low, point.high))
        left = self.sign(point.of, low)
        slope = differentiate(point.of, self.name, functions=self.functions)
        bits = 2 * _BITS + (width.denominator // width.numerator).bit_length()
        while high - low > width:
            middle = (low + high) / 2
            steep = self.over(slope, low, high, bits)
            if balls.sign(steep):
                with balls.precision(bits):
                    near = balls.ball(middle) - self.over(point.of, middle, middle, bits) / steep
                    a, b = max(low, _fraction(near.lower())), min(high, _fraction(near.upper()))
                if b - a < (high - low) / 2:
                    low, high = a, b
                    continue
            low, high = self._halved(point.of, low, high, left)
        self._narrow[point] = (low, high)
        return Point(low, high, None, point.of)

    def _halved(self, tree: t.Node, low: Fraction, high: Fraction, left: int | None) -> tuple[Fraction, Fraction]:
        for part in (Fraction(1, 2), Fraction(4, 9), Fraction(6, 11)):
            middle = low + (high - low) * part
            found = self.sign(tree, middle)
            if found:
                return (middle, high) if found == left else (low, middle)
        raise UnknownError("a zero that cannot be enclosed")

    def ball(self, point: Point, bits: int = _BITS) -> Any:
        """Enclose a point."""
        if point.closed is not None:
            with balls.precision(bits):
                return balls.evaluate(point.closed, {}, self.functions)
        there = self.narrowed(point, Fraction(1, 2**bits))
        return balls.ball(there.low, there.high)

    def compare(self, a: End, b: End) -> int:
        """Order two points; they are equal only if that is proven."""
        (low, high), (other_low, other_high) = position(a), position(b)
        if high < other_low:
            return -1
        if other_high < low:
            return 1
        if not isinstance(a, Point) or not isinstance(b, Point):
            return 0
        if a == b:
            return 0
        if a.closed is not None and b.closed is not None:
            return sign(t.Sum((a.closed, t.Negative(b.closed))), self.functions)
        within = (low <= other_low and other_high <= high) or (other_low <= low and high <= other_high)
        if within and a.of is not None and a.of == b.of:  # each interval holds one zero only
            return 0
        for bits in (100, 200):
            gap = self.ball(a, bits) - self.ball(b, bits)
            if balls.sign(gap):
                return balls.sign(gap) or 0
        raise UnknownError("two points are too close to be told apart")

    # ---- Signs at points ----

    def within(self, low: End, high: End) -> list[Fraction]:
        """Return rational points strictly between two ends."""
        a, b = position(low)[1], position(high)[0]
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return [a + (b - a) * Fraction(k, 17) for k in range(1, 17)]
        if isinstance(a, Fraction) or isinstance(b, Fraction):
            edge, way = (a, 1) if isinstance(a, Fraction) else (b, -1)
            return [Fraction(edge) + way * Fraction(k * k, 7) for k in range(1, 17)]
        return [Fraction(k * abs(k), 7) for k in range(-8, 9) if k]

    def spend(self, tree: t.Node) -> None:
        """Count the work of one ball."""
        if tree not in self._sizes:
            self._sizes[tree] = t.size(tree)
        self._work += 20 + self._sizes[tree]
        if self._work > _WORK:
            raise UnknownError("too much work")

    def over(self, tree: t.Node, low: Fraction, high: Fraction, bits: int = _BITS) -> Any:
        """Enclose the values of an expression between two numbers."""
        self.spend(tree)
        try:
            with balls.precision(bits):
                return balls.evaluate(tree, {self.name: balls.ball(low, high)}, self.functions)
        except balls.UndefinedError:
            return balls.ball(0) / 0

    def sign(self, tree: t.Node, point: Fraction) -> int | None:
        """Return the sign of an expression at a point; 0 only where that is proven, None where it is open."""
        self.spend(tree)
        at = {self.name: balls.ball(point)}
        try:
            found = balls.sign_of(lambda: balls.evaluate(tree, at, self.functions), most=400)
        except balls.UndefinedError:
            return None
        if found is None and self.vanishes(tree, t.rational(point)):
            return 0
        return found

    def sign_at(self, tree: t.Node, point: Point) -> int:
        """Return the sign of an expression at a point; 0 only where that is proven."""
        for bits in (_BITS, 160, 320):
            self.spend(tree)
            with balls.precision(bits + 40):
                found = balls.sign(balls.evaluate(tree, {self.name: self.ball(point, bits)}, self.functions))
            if found is not None:
                return found
            if point.closed is not None and self.vanishes(tree, point.closed):
                return 0
        raise UnknownError("the sign at a point")

    def vanishes(self, tree: t.Node, number: t.Node) -> bool:
        """Tell whether an expression is proven to be 0 at a closed number."""
        return is_zero(t.substitute(tree, {self.name: number}), self.functions)

    # ---- Charts ----

    def arithmetic(self, low: End, high: End) -> Arithmetic:
        """Return the arithmetic of an open interval."""
        x, facts = t.Symbol(self.name), []
        for end, operator in ((low, ">"), (high, "<")):
            if isinstance(end, Point) and end.closed is not None:
                facts.append(t.Relation(operator, x, end.closed))
        return Arithmetic(self.functions, facts)

    def simplified(self, tree: t.Node, low: End, high: End) -> t.Node:
        """Write an expression by its normal form on an interval, where it has a real one."""
        arithmetic = self.arithmetic(low, high)
        try:
            return tree_of(arithmetic.form(tree), {at: node for node, at in arithmetic.wholes.items()})
        except (ArithmeticError, ValueError, RecursionError):
            return tree

    def factors(self, tree: t.Node, low: End, high: End) -> tuple[int, list[tuple[tuple[t.Node, ...], int]]]:
        """Write an expression as a sign times factors to powers; those of one known sign are left out.

        A factor that holds powers of e is given twice: divided by the lowest of each, and by the highest.
        """
        arithmetic = self.arithmetic(low, high)
        try:
            form = arithmetic.form(tree)
            names = {at: node for node, at in arithmetic.wholes.items()}
            lead, parts = arithmetic.factors(form)
            if lead == 0:
                return 0, []
            signs = [arithmetic.sign(factor) for factor, _ in parts]
            first = 1 if lead > 0 else -1
            for known, (_, power) in zip(signs, parts, strict=True):
                first *= (known or 1) ** (power % 2)
            kept = [(factor, power) for known, (factor, power) in zip(signs, parts, strict=True) if not known]
            return first, [
                (tuple(divided(factor, names)) if factor.bottom.is_one() else (tree_of(factor, names),), power)
                for factor, power in kept
            ]
        except (ArithmeticError, ValueError, RecursionError):
            return 1, [((tree,), 1)]

    def chart(self, tree: t.Node, low: End, high: End) -> Chart:
        """Isolate the zeros of an expression that is analytic on an open interval, and find its signs.

        Raises
        ------
        UnknownError
            If that is not possible within the bounds.
        """
        key = (tree, low, high)
        if key not in self.charts:
            self.charts[key] = self._chart(tree, low, high)
        return self.charts[key]

    def _chart(self, tree: t.Node, low: End, high: End) -> Chart:
        if self.name not in t.symbols(tree):
            return Chart((), (sign(tree, self.functions),))
        first, factors = self.factors(tree, low, high)
        if first == 0:
            return Chart((), (0,))
        zeros: list[tuple[Point, int]] = []
        for factor, times in factors:
            start, found = self.zeros(factor, low, high)
            if times < 0 and found:
                raise UnknownError("a denominator vanishes")
            first *= start ** (times % 2)
            for zero, fold in found:
                power = times * fold
                place = 0
                while place < len(zeros) and (order := self.compare(zeros[place][0], zero)) < 0:
                    place += 1
                if place < len(zeros) and order == 0:
                    zeros[place] = (zeros[place][0], zeros[place][1] + power)
                else:
                    zeros.insert(place, (zero, power))
        signs = [first]
        for _, power in zeros:
            signs.append(signs[-1] * (-1) ** (power % 2))
        return Chart(tuple(zero for zero, _ in zeros), tuple(signs))

    # ---- Zeros of one factor ----

    def zeros(self, trees: tuple[t.Node, ...], low: End, high: End) -> tuple[int, list[tuple[Point, int]]]:
        """Return the sign of a factor just inside the low end, and its zeros, each with how often it is one."""
        tree = trees[0]
        match tree:
            case t.Call("atan" | "asin" | "erf" | "erfinv" | "lambertw" | "asinh" | "atanh", (u,), 0):
                chart = self.chart(u, low, high)
                return self._as_zeros(chart)
            case t.Call("log", (u,), 0):
                return self._as_zeros(self.chart(t.Sum((u, t.Negative(t.ONE))), low, high))
        slopes = [differentiate(each, self.name, functions=self.functions) for each in trees]
        pairs = [(each, self.simplified(slope, low, high)) for each, slope in zip(trees, slopes, strict=True)]
        start, left = self.near(pairs, low, 1, high)
        stop, right = self.near(pairs, high, -1, low)
        if start >= stop:
            if left != right:
                raise UnknownError("both ends of an interval are too near to each other")
            return left, []
        arithmetic = self.arithmetic(low, high)
        for _, slope in pairs:
            try:
                way = arithmetic.sign(arithmetic.form(slope))
            except (ArithmeticError, ValueError, RecursionError):
                continue
            if way:
                return left, [(self._named(tree, start, stop), 1)] if left != right else []
        return left, self.between(pairs, (start, left), (stop, right))

    def _as_zeros(self, chart: Chart) -> tuple[int, list[tuple[Point, int]]]:
        if 0 in chart.signs:
            raise UnknownError("a factor that is 0 everywhere")
        folds = [1 if a != b else 2 for a, b in zip(chart.signs, chart.signs[1:], strict=False)]
        return chart.signs[0], list(zip(chart.zeros, folds, strict=True))

    def near(self, pairs: Pairs, end: End, side: int, other: End) -> tuple[Fraction, int]:
        """Return a rational point up to which a factor has one sign, seen from an end, and that sign."""
        tree, slope = pairs[0]
        if isinstance(end, Point) and end.closed is None:
            for k in range(8, 70, 6):
                here = self.narrowed(end, Fraction(1, 2 ** (k + 4)))
                edge, away = (here.low, here.high) if side > 0 else (here.high, here.low)
                to = away + side * Fraction(1, 2**k)
                if self.inside(to, other, side) and (
                    found := balls.sign(self.over(tree, min(edge, to), max(edge, to)))
                ):
                    return to, found
            raise UnknownError("the sign near a point without a closed form")
        if isinstance(end, Point):
            edge = end.low if side > 0 else end.high
            for k in (1, 2, 3, 4, 6, 9, 13, 20, 30):
                to = (end.high if side > 0 else end.low) + side * Fraction(1, 2**k)
                if self.inside(to, other, side):
                    if found := balls.sign(self.over(tree, min(edge, to), max(edge, to))):
                        return to, found
                    way = balls.sign(self.over(slope, min(edge, to), max(edge, to)))
                    if way and end.closed is not None and self.vanishes(tree, end.closed):
                        return to, way * side
        at = end if isinstance(end, float) else end.closed or t.ZERO
        for start in _STARTS:
            to = Fraction(start) * -side if not isinstance(end, Point) else Fraction(1, start) * side
            if isinstance(end, Point):
                to += end.low if side > 0 else end.high  # not beyond a + 1/T, wherever in its enclosure a is
            if not self.inside(to, other, side):
                continue
            try:
                return to, Tail(self.functions, self.name, at, side, start).sign_of(tree)
            except (ArithmeticError, ValueError, RecursionError):
                self.spend(tree)
        raise UnknownError("the sign near an end")

    def inside(self, to: Fraction, other: End, side: int) -> bool:
        """Tell whether a point lies before the other end of the interval."""
        low, high = position(other)
        return to < low if side > 0 else to > high

    def between(
        self, pairs: Pairs, start: tuple[Fraction, int], stop: tuple[Fraction, int], depth: int = 0
    ) -> list[tuple[Point, int]]:
        """Isolate the zeros between two points at which the signs are known and not zero."""
        (low, left), (high, right) = start, stop
        half, bits = (high - low) / 2, _BITS if depth < 8 else 4 * _BITS
        for tree, slope in pairs:
            if balls.sign(self.over(tree, low, high, bits)):
                return []
            steep = self.over(slope, low, high, bits)
            if balls.sign(steep):
                return [(self._named(pairs[0][0], low, high), 1)] if left != right else []
            if steep.is_finite():
                around = self.over(tree, low + half, low + half, bits) + steep * balls.ball(-half, half)
                if balls.sign(around):
                    return []
        if depth > 4 and (flat := self.multiple(pairs[0], low, high)) is not None:
            return [flat]
        if depth > _DEEPEST:
            raise UnknownError("a zero that cannot be isolated")
        for middle in _middles(low, high, depth):
            found = self.sign(pairs[0][0], middle)
            if found:
                there = (middle, found)
                return [
                    *self.between(pairs, start, there, depth + 1),
                    *self.between(pairs, there, stop, depth + 1),
                ]
        raise UnknownError("a zero that cannot be isolated")

    def multiple(self, pair: tuple[t.Node, t.Node], low: Fraction, high: Fraction) -> tuple[Point, int] | None:
        """Find a zero of several derivatives, where the next one has one sign: there is no other zero there."""
        tree, slope = pair
        candidates = [hint for hint in self.hints if low < hint.low and hint.high < high]
        simple = _simplest(low, high)
        candidates += [self.at(t.rational(simple))] if low < simple < high and simple.denominator < 2**8 else []
        for point in candidates:
            number, fold, next_ = point.closed, 1, slope
            if number is None or not self.vanishes(tree, number):
                continue
            while fold < 7 and self.vanishes(next_, number):
                next_ = self.simplified(
                    differentiate(next_, self.name, functions=self.functions), -math.inf, math.inf
                )
                fold += 1
            if balls.sign(self.over(next_, low, high)):
                return point, fold
        return None

    def _named(self, tree: t.Node, low: Fraction, high: Fraction) -> Point:
        """Return an isolated zero in closed form: one of the hints, or the simplest number in its interval."""
        for hint in self.hints:
            if low < hint.low and hint.high < high and hint.closed is not None and self.vanishes(tree, hint.closed):
                return hint
        near = self.narrowed(Point(low, high, None, tree), Fraction(1, 2**20))
        simple = _simplest(near.low, near.high)
        if simple.denominator < 2**8 and self.vanishes(tree, t.rational(simple)):
            return self.at(t.rational(simple))
        return near


def _middles(low: Fraction, high: Fraction, depth: int) -> list[Fraction]:
    """Return points to halve an interval at: near 0 where it is very long."""
    parts = (Fraction(1, 2), Fraction(5, 11), Fraction(4, 9), Fraction(6, 11))
    if depth == 0 and low < -1 and high > 1:
        return [part - Fraction(1, 2) for part in parts]
    if high - low > 8 and (low >= 0 or high <= 0):
        return [low + (high - low) * part / 4 if low >= 0 else high - (high - low) * part / 4 for part in parts]
    return [low + (high - low) * part for part in parts]


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of the smallest denominator between two numbers."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -_simplest(-high, -low)
    whole = math.floor(low)
    if whole == low or whole + 1 <= high:
        return Fraction(whole if whole == low else whole + 1)
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))
