"""Where a function is positive, negative and zero, on a whole interval, with a proof.

The sign chart of a normal form is found in three ways, tried in this order, factor by factor:

- *Sturm*: a polynomial in ``z``, or in ``t = e^{kz} > 0``, with rational coefficients has exactly as many real roots
  in an interval as Sturm's theorem counts.
- *Rolle*: between two neighbouring zeros of its derivative (divided by something positive first) a function is
  monotone. Its signs at those zeros and near the two ends then say how often it is zero. The derivative is simpler,
  and its chart is found in the same way.
- otherwise the chart is unknown, and says so.

Signs at points come from balls, signs near the ends from exact series (`ogive.explaining.exact.series`).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from ogive._optional import optional
from ogive.explaining.exact import calculus as form_calculus
from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact import series as asymptotics
from ogive.explaining.exact.forms import constant_sign, form_to_tree, form_value, is_complex, is_constant
from ogive.explaining.exact.polynomials import ONE, Quotient, TooLargeError
from ogive.explaining.exact.world import NoFormError, World
from ogive.expressions import balls, to_text
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Chart", "Charter", "End", "Root", "UnknownError", "end_text", "position"]

_DEPTH: Final = 40  # derivatives on top of each other
_WIDTH: Final = Fraction(1, 2**64)  # of the interval in which a root is enclosed

End: TypeAlias = "Root | float"
"""A point of the real line, or an infinity."""


class UnknownError(ArithmeticError):
    """No proof was found; the message says at what it failed."""


@final
@dataclass(slots=True)
class Root:
    """A real number: exactly ``low`` where low = high, else the only sign change of a function between the two."""

    low: Fraction
    high: Fraction
    closed: t.Node | None = None
    sign_at: Callable[[Fraction], int | None] | None = None
    rises: bool = True

    @classmethod
    def at(cls, value: Fraction | int) -> Root:
        """Make a rational point."""
        return cls(Fraction(value), Fraction(value), t.rational(Fraction(value)))

    @property
    def exact(self) -> bool:
        """Whether it is a rational number."""
        return self.low == self.high

    def enclosure(self) -> Any:
        """Return a ball around it, from the closed form at the precision in use where there is one."""
        if self.closed is not None:
            return balls.evaluate(self.closed, {})
        self.narrow(Fraction(1, 2 ** min(optional("flint", for_="proofs").ctx.prec, 320)))
        return balls.ball(self.low, self.high)

    def narrow(self, width: Fraction = _WIDTH) -> None:
        """Halve the enclosure until it is this narrow."""
        while self.high - self.low > width and not self.exact:
            self.halve()

    def halve(self) -> None:
        """Halve the enclosure."""
        middle = (self.low + self.high) / 2
        if self.closed is not None:
            found = balls.sign_of(lambda: balls.evaluate(self.closed, {}) - balls.ball(middle))  # type: ignore[arg-type]
            self._cut(middle, None if found is None else -found)
            return
        found = self.sign_at(middle) if self.sign_at is not None else None
        self._cut(middle, found if self.rises or found is None else -found)

    def _cut(self, middle: Fraction, found: int | None) -> None:
        """Keep the half in which the root is; ``found`` is -1 where the middle lies left of it."""
        if found is None:
            raise UnknownError("the sign next to a root is not decided")
        if found == 0:
            self.low = self.high = middle
            self.closed = t.rational(middle)
        elif found < 0:
            self.low = middle
        else:
            self.high = middle


def position(end: End) -> tuple[Fraction | float, Fraction | float]:
    """Return the two sides of the enclosure of an end."""
    return (end.low, end.high) if isinstance(end, Root) else (end, end)


def compare(a: End, b: End) -> int:
    """Order two points; equal only if both are the same exact number."""
    for _ in range(400):
        (low_a, high_a), (low_b, high_b) = position(a), position(b)
        if high_a < low_b:
            return -1
        if high_b < low_a:
            return 1
        if low_a == high_a == low_b == high_b:
            return 0
        if isinstance(a, Root) and isinstance(b, Root):
            if a.closed is not None and a.closed == b.closed:
                return 0
            wider = a if a.high - a.low >= b.high - b.low else b
            wider.halve()
        else:
            return -1 if low_a < low_b or high_a < high_b else 1
    raise UnknownError("two points are too close to be told apart")


@final
@dataclass(frozen=True, slots=True)
class Chart:
    """The signs of a function on an open interval: ``signs[i]`` holds between ``roots[i-1]`` and ``roots[i]``."""

    low: End
    high: End
    roots: tuple[Root, ...]
    signs: tuple[int, ...]
    proof: dict[str, Any] = field(default_factory=dict)

    @property
    def constant_sign(self) -> int | None:
        """Return the sign if it is the same everywhere and there is no root."""
        return self.signs[0] if not self.roots else None


@final
class Charter:
    """Finds sign charts of forms in one variable of one world, within a time limit.

    Parameters
    ----------
    world
        The world that made the forms.
    name
        The variable.
    seconds
        After how much time of the processor an unfinished search is called unknown.
    """

    def __init__(self, world: World, name: str, seconds: float = 5.0) -> None:
        self.world = world
        self.name = name
        self.variable = world.form(t.Symbol(name)).term()[0][0][0]  # type: ignore[index]
        self.deadline = world.deadline = time.thread_time() + seconds

    # ---- Values ----

    def ball(self, form: Quotient, at: Any) -> Any:
        """Enclose the value of a form at a ball."""
        return form_value(self.world, form, {self.variable: at})

    def sign_at(self, form: Quotient, point: Fraction) -> int | None:
        """Return the sign at a rational point, from balls."""
        try:
            return balls.sign_of(lambda: self.ball(form, balls.ball(point)), most=384)
        except balls.UndefinedError:
            return None

    def sign_at_root(self, form: Quotient, root: Root) -> int | None:
        """Return the sign at a root of something else: from balls, or exactly zero where its closed form says so."""
        try:
            found = balls.sign_of(lambda: self.ball(form, root.enclosure()), most=384)
        except balls.UndefinedError:
            return None
        if found is None and root.closed is not None:
            return constant_sign(self.world, self.value_at(form, root.closed))
        return found

    def value_at(self, form: Quotient, point: t.Node) -> Quotient:
        """Return the exact value at a point that has a closed form."""
        try:
            return form_calculus.replace(self.world, form, self.variable, self.world.form(point))
        except (ZeroDivisionError, NoFormError, TooLargeError) as error:
            raise UnknownError(f"the value at {to_text(point)}: {error}") from None

    def slope(self, form: Quotient) -> Quotient:
        """Return the derivative of a form."""
        return form_calculus.slope(self.world, form, self.variable)

    def series(self, form: Quotient, end: End, side: int) -> asymptotics.Series:
        """Return the leading terms at an end, in x = 1/|z - end|, or x = |z| at infinity.

        ``side`` says on which side of the end the interval lies: 1 to the right of it, -1 to the left.
        """
        x = p.generator(self.variable)
        if isinstance(end, Root):
            if end.closed is None:
                raise UnknownError("a limit at a point without a closed form")
            step = self.world.times(p.constant(side), self.world.invert(x))
            moved = self.world.form(end.closed) + step
        else:
            moved = x if end > 0 else -x
        try:
            there = form_calculus.replace(self.world, form, self.variable, moved) if moved != x else form
            return asymptotics.expand_at_infinity(self.world, there, self.variable)
        except (asymptotics.LostError, ZeroDivisionError, NoFormError, TooLargeError, RecursionError) as error:
            raise UnknownError(f"the behaviour near an end: {error}") from None

    def end_sign(self, form: Quotient, end: End, side: int) -> int:
        """Return the sign just inside an end."""
        if isinstance(end, Root):
            found = self.sign_at_root(form, end)
            if found:
                return found
        expansion = asymptotics.Expansion(self.world, self.variable)
        try:
            return expansion.leading_sign(self.series(form, end, side))
        except asymptotics.LostError as error:
            raise UnknownError(str(error)) from None

    # ---- Charts ----

    def chart(self, form: Quotient, low: End, high: End, depth: int = 0) -> Chart:
        """Return the sign chart of a form on an open interval on which it is analytic.

        Raises
        ------
        UnknownError
            If no proof is found within the limits.
        """
        if depth > _DEPTH or time.thread_time() > self.deadline:
            raise UnknownError("the search for a proof was ended by its limit")
        form = self.world.reduced(form)
        if not form:
            return Chart(low, high, (), (0,), {"method": "zero"})
        if is_complex(self.world, form):
            raise UnknownError("circular functions, whose signs change without end, are not charted")
        charts = [self._power(at, power, low, high, depth) for at, power in common_powers(form.top)]
        unit, rest = _without_common(form.top)
        charts.append(self._polynomial(rest, low, high, depth))
        charts += [self._polynomial(dict(factor), low, high, depth) for factor, times in form.bottom if times % 2]
        kept = [chart for chart in charts if chart.roots or chart.proof.get("method") not in ("positive", "constant")]
        return self._joined(low, high, charts, kept, unit)

    def _joined(self, low: End, high: End, charts: list[Chart], kept: list[Chart], unit: int) -> Chart:
        roots, flips = _merged_roots(charts)
        first = unit
        for chart in charts:
            first *= chart.signs[0]
        signs = [first]
        for flip in flips:
            signs.append(signs[-1] * (-1 if flip else 1))
        proofs = [chart.proof for chart in kept] or [chart.proof for chart in charts][:1]
        proof = proofs[0] if len(proofs) == 1 else {"method": "product", "factors": proofs}
        return Chart(low, high, tuple(roots), tuple(signs), proof)

    def _power(self, at: int, power: p.Exponent, low: End, high: End, depth: int) -> Chart:
        """Chart a power of one generator."""
        made = self.world.generators[at]
        form = made.argument if made.kind == "log" else p.generator(at)
        if made.kind == "exp" or power.denominator != 1 or made.kind in ("root", "abs"):
            return Chart(low, high, (), (1,), {"method": "positive"})
        if is_constant(self.world, p.generator(at), self.variable):
            return self._constant(p.generator(at, power), low, high)
        if at == self.variable:
            chart = self._polynomial({((at, 1),): Fraction(1)}, low, high, depth)
        elif made.kind == "log":
            chart = self.chart(form - ONE, low, high, depth + 1)
        elif made.kind in ("atan", "asin", "erf", "erfinv", "lambertw"):
            chart = self.chart(made.argument, low, high, depth + 1)
        else:
            chart = self._rolle(p.generator(at), low, high, depth)
        if power % 2 == 0:
            return Chart(low, high, chart.roots, tuple(abs(sign) for sign in chart.signs), chart.proof)
        return chart

    def _constant(self, form: Quotient, low: End, high: End) -> Chart:
        found = constant_sign(self.world, form)
        if not found:
            raise UnknownError("the sign of a constant")
        return Chart(low, high, (), (found,), {"method": "constant"})

    def _polynomial(self, top: p.Polynomial, low: End, high: End, depth: int) -> Chart:
        """Chart a polynomial in generators that has no monomial factor."""
        form = Quotient(top)
        if is_constant(self.world, form, self.variable):
            return self._constant(form, low, high)
        factors = factor_polynomial(top)
        charts = [self._factor(dict(factor), low, high, depth) for factor, times in factors if times % 2]
        squares = [self._factor(dict(factor), low, high, depth) for factor, times in factors if times % 2 == 0]
        charts += [Chart(low, high, c.roots, tuple(map(abs, c.signs)), c.proof) for c in squares]
        return charts[0] if len(charts) == 1 else self._joined(low, high, charts, charts, 1)

    def _factor(self, top: p.Polynomial, low: End, high: End, depth: int) -> Chart:
        form = Quotient(top)
        if is_constant(self.world, form, self.variable):
            return self._constant(form, low, high)
        if self._all_positive(top):
            return Chart(low, high, (), (1,), {"method": "terms", "form": self.text(form)})
        from ogive.explaining.signs.ratios import chart_by_balls, chart_by_ratio  # they need Root and Chart from here
        from ogive.explaining.signs.sturm import chart_by_sturm

        found = chart_by_sturm(self, top, low, high) or chart_by_balls(self, top, low, high)
        found = found or chart_by_ratio(self, top, low, high, depth)
        return self._rolle(form, low, high, depth) if found is None else found

    def _all_positive(self, top: p.Polynomial) -> bool:
        """Tell whether every term is visibly positive."""
        if not all(value > 0 for value in top.values()):
            return False
        strict = any(all(self._positive(at, power, strictly=True) for at, power in term) for term in top)
        return strict and all(self._positive(at, power) for term in top for at, power in term)

    def _positive(self, at: int, power: p.Exponent, *, strictly: bool = False) -> bool:
        kind = self.world.generators[at].kind
        if kind == "exp" or at == 1:  # a power of e, or pi
            return True
        if kind == "root":
            return not strictly or not self._varies(at)
        return not strictly and (power % 2 == 0 or kind == "abs")

    def _varies(self, at: int) -> bool:
        return not is_constant(self.world, p.generator(at), self.variable)

    def text(self, form: Quotient) -> str:
        """Write a form as text that the parser reads."""
        return to_text(form_to_tree(self.world, form))

    # ---- Rolle ----

    def _rolle(self, form: Quotient, low: End, high: End, depth: int) -> Chart:
        divisor, divided, slope = self._simplest_slope(form)
        below = self.chart(slope, low, high, depth + 1)
        marks = [self.end_sign(divided, low, 1)]
        for root in below.roots:
            found = self.sign_at_root(divided, root)
            if found is None:
                raise UnknownError(f"the sign of {self.text(form)} at a zero of its slope")
            marks.append(found)
        marks.append(self.end_sign(divided, high, -1))
        ends: list[End] = [low, *below.roots, high]
        roots, signs = self.between(divided, ends, marks)
        proof = {
            "method": "rolle", "form": self.text(form), "divided_by": self.text(divisor), "signs": marks,
            "at": [end_text(end) for end in ends], "slope": below.proof,
            "slope_signs": list(below.signs),
        }  # fmt: skip
        return Chart(low, high, tuple(roots), tuple(signs), proof)

    def between(self, form: Quotient, ends: list[End], marks: list[int]) -> tuple[list[Root], list[int]]:
        """Find the roots of a function that is monotone between neighbouring ends, where its signs are known."""
        roots: list[Root] = []
        signs: list[int] = []
        for at, (left, right) in enumerate(pairwise(marks)):
            if left and right and left != right:
                roots.append(self._root_between(form, ends[at], ends[at + 1], left))
                signs += [left, right]
            else:
                signs.append(left or right)
            if right == 0 and at + 2 < len(ends):
                touching = ends[at + 1]
                if isinstance(touching, Root):
                    roots.append(touching)
            elif at + 2 < len(ends):
                signs.pop()  # the same sign goes on through a zero of the slope
        return roots, signs

    def _simplest_slope(self, form: Quotient) -> tuple[Quotient, Quotient, Quotient]:
        """Divide by the power of e after which the derivative is simplest: divisor, quotient, derivative."""
        candidates: dict[p.Monomial, Quotient] = {(): ONE}
        for term in form.top:
            powers = tuple((at, power) for at, power in term if self.divides(at))
            candidates[powers] = p.monomial(powers)
        best = None
        for divisor in candidates.values():
            divided = self.world.times(form, self.world.invert(divisor))
            slope = self.slope(divided)
            cost = _cost(slope)
            if best is None or cost < best[0]:
                best = cost, divisor, divided, slope
        if best is None:
            raise UnknownError("there is no derivative")
        return best[1:]

    def divides(self, at: int) -> bool:
        """Tell whether a generator is a power of e that varies."""
        return self.world.generators[at].kind == "exp" and self._varies(at)

    def _root_between(self, form: Quotient, low: End, high: End, left: int) -> Root:
        a, b = self._inside(form, low, high, left), self._inside(form, high, low, -left)
        simple = simplest_between(a, b)
        if not self._exact_zero(form, simple):
            simple = simplest_between(a + (b - a) * Fraction(1, 997), b - (b - a) * Fraction(1, 991))
        if self._exact_zero(form, simple):
            return Root.at(simple)
        root = Root(a, b, None, lambda point: self.sign_at(form, point), rises=left < 0)
        root.narrow()
        return root

    def _exact_zero(self, form: Quotient, point: Fraction) -> bool:
        try:
            return self.sign_at(form, point) in (None, 0) and not self.value_at(form, t.rational(point))
        except UnknownError:
            return False

    def _inside(self, form: Quotient, end: End, other: End, wanted: int) -> Fraction:
        """Find a rational point between two ends where the form already has the sign that it has at the first one."""
        for point in _points_towards(end, other):
            if self.sign_at(form, point) == wanted:
                return point
        raise UnknownError("a root lies too near to the end of its interval")


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of the smallest denominator in a closed interval, by continued fractions."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = low.numerator // low.denominator
    if whole == low or whole + 1 <= high:
        return Fraction(whole if whole == low else whole + 1)
    return whole + 1 / simplest_between(1 / (high - whole), 1 / (low - whole))


def _points_towards(end: End, other: End) -> list[Fraction]:
    """List rational points that go towards an end, all of them inside."""
    if isinstance(end, Root):
        edge = end.low if position(other)[0] < end.low else end.high
        if end.exact and isinstance(other, Root):
            gap = (other.low if other.low > edge else other.high) - edge
            return [edge + gap / 2**k for k in range(1, 60)]
        if isinstance(other, Root):
            gap = (other.low if other.low > edge else other.high) - edge
            return [edge, *(edge + gap / 2**k for k in range(1, 8))]
        towards = 1 if other > 0 else -1
        return [edge] * (not end.exact) + [edge + towards * Fraction(2) ** k for k in range(3, -50, -1)]
    start = Fraction(0) if not isinstance(other, Root) else other.high if end > 0 else other.low
    return [start + (1 if end > 0 else -1) * Fraction(2) ** k for k in range(-3, 24)]


def common_powers(top: p.Polynomial) -> list[tuple[int, p.Exponent]]:
    """List the powers of generators that divide every term."""
    first, *rest = (dict(term) for term in top)
    found: list[tuple[int, p.Exponent]] = []
    for at in {*first, *(at for term in rest for at in term)}:
        lowest = min(term.get(at, 0) for term in (first, *rest))
        if lowest:
            found.append((at, lowest))
    return sorted(found)


def _without_common(top: p.Polynomial) -> tuple[int, p.Polynomial]:
    """Divide by the monomial common to all terms; make a single term positive, and return its sign."""
    form = Quotient(dict(top))
    for at, power in common_powers(top):
        form = form * p.generator(at, -power)
    if len(form.top) > 1:
        return 1, form.top
    value = form.number() or Fraction(1)
    return (1 if value > 0 else -1), ONE.top


def _merged_roots(charts: list[Chart]) -> tuple[list[Root], list[bool]]:
    """Sort the roots of several charts; tell for each whether the sign of the product changes there."""
    found = [
        (root, chart.signs[at] != chart.signs[at + 1]) for chart in charts for at, root in enumerate(chart.roots)
    ]
    roots: list[Root] = []
    flips: list[bool] = []
    for root, flip in found:
        at = 0
        while at < len(roots) and compare(roots[at], root) < 0:
            at += 1
        if at < len(roots) and compare(roots[at], root) == 0:
            flips[at] ^= flip
            continue
        roots.insert(at, root)
        flips.insert(at, flip)
    return roots, flips


def _cost(slope: Quotient) -> tuple[int, int, Fraction]:
    """Say how complicated what is left of a derivative is: generators, terms, powers."""
    _, rest = _without_common(slope.top) if slope.top else (1, {})
    generators = {at for term in rest for at, _ in term}
    total = sum((abs(Fraction(power)) for term in rest for _, power in term), Fraction(0))
    return len(generators) + len(slope.bottom), len(rest), total


def factor_polynomial(top: p.Polynomial) -> list[tuple[p.Factor, int]]:
    """Factor a polynomial in generators over the rationals; a polynomial with fractional powers stays whole."""
    if any(power.denominator != 1 for term in top for _, power in term) or len(top) > 60:
        return [(tuple(top.items()), 1)]
    used = sorted({at for term in top for at, _ in term})
    lowest = {at: min(0, *(int(dict(term).get(at, 0)) for term in top)) for at in used}
    if any(lowest.values()):
        return [(tuple(top.items()), 1)]
    flint = optional("flint", for_="proofs")
    ring = flint.fmpq_mpoly_ctx.get([f"g{at}" for at in used], flint.Ordering.lex)
    terms = {
        tuple(int(dict(term).get(at, 0)) for at in used): flint.fmpq(value.numerator, value.denominator)
        for term, value in top.items()
    }
    unit, factors = ring.from_dict(terms).factor()
    if len(factors) == 1 and factors[0][1] == 1:
        return [(tuple(top.items()), 1)]
    found = [(_from_flint(factor, used), int(times)) for factor, times in factors]
    if unit != 1:
        found.append(((((), Fraction(int(unit.p), int(unit.q))),), 1))
    return found


def _from_flint(polynomial: Any, used: list[int]) -> p.Factor:
    return tuple(
        (
            tuple((at, int(power)) for at, power in zip(used, powers, strict=True) if power),
            Fraction(int(value.p), int(value.q)),
        )
        for powers, value in polynomial.to_dict().items()
    )


def end_text(end: End) -> str:
    """Write a point as text: exactly, as an enclosure ``[low, high]``, or as an infinity ``oo``."""
    if not isinstance(end, Root):
        return "oo" if end > 0 else "-oo"
    if end.closed is not None:
        return to_text(end.closed)
    return f"[{end.low}, {end.high}]"


INFINITY: Final = math.inf
