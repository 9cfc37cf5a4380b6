"""What a function does at an end of an interval: its leading terms there, with a bound on all the rest.

The end is moved to infinity: x = t, x = -t or x = a ± 1/t, and t >= T. There a function is a short sum of exact terms
c·M plus a rest of at most r·R, where M and R are products of powers of t, log t, e^t, e^(t²), e^(e^t), ..., each
beyond all powers of the next. As r holds for all t >= T, a leading term that outweighs what follows tells the limit
*and* the sign on the whole of [T, oo). Where terms cancel, T is too small, or a function is not known here, nothing
is said.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, final

from ogive.explaining.checking.arithmetic import Arithmetic
from ogive.explaining.checking.constants import tree_of
from ogive.explaining.checking.forms import Form, UnknownError
from ogive.expressions import balls
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate, expand
from ogive.expressions.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ogive.expressions import Functions

__all__ = ["Tail", "Terms"]

_TERMS: Final = 5  # exact terms that are kept, and terms of a Taylor polynomial
_WORK: Final = 1500  # products of terms at one end
_U: Final = t.Symbol("u")
_OPENED: Final = {
    "tanh": "1 - 2/(e**(2*u) + 1)", "sinh": "(e**u - e**(-u))/2", "cosh": "(e**u + e**(-u))/2",
    "atanh": "(log(1 + u) - log(1 - u))/2", "acosh": "log(u + sqrt(u**2 - 1))", "acos": "pi/2 - asin(u)",
    "log2": "log(u)/log(2)", "log10": "log(u)/log(10)", "tan": "sin(u)/cos(u)", "log1p": "log(1 + u)",
    "expm1": "e**u - 1", "erfc": "1 - erf(u)",
}  # fmt: skip

Monomial: TypeAlias = "dict[int, Form]"
"""Exponents of scales; a scale that is left out has the exponent 0."""


class Terms(NamedTuple):
    """Exact terms from the largest to the smallest, and a bound r·R on all that is left out; no bound: exact."""

    exact: tuple[tuple[Monomial, Form], ...]
    rest: tuple[Monomial, Any] | None = None


@cache
def _taylor(function: t.Node, order: int) -> t.Node:
    """Return a derivative of a function of u."""
    return function if order == 0 else differentiate(_taylor(function, order - 1), "u")


@final
class Tail:
    """Leading terms for t >= T, in scales that are made while they are needed.

    Parameters
    ----------
    functions
        The table of functions.
    at
        The end: a closed number, or an infinity.
    side
        On which side of a finite end the interval lies: 1 to the right of it, -1 to the left.
    start
        T, at least 16.
    """

    def __init__(self, functions: Functions, name: str, at: t.Node | float, side: int, start: int) -> None:
        self.functions, self.name, self.numbers = functions, name, Arithmetic(functions)
        self.one = self.numbers.ring.one
        self.start = start
        self._work = 0
        self.order = [0, 1, 2]  # t, log t, log log t: from the largest to the smallest
        self.logs: dict[int, Monomial | None] = {0: {1: self.one}, 1: {2: self.one}, 2: None}
        if isinstance(at, float):
            self.variable = Terms((({0: self.one}, self.one * (1 if at > 0 else -1)),))
        else:
            self.variable = self.tidy([({}, self.numbers.form(at)), ({0: -self.one}, self.one * side)])

    # ---- Monomials ----

    def ball(self, form: Form) -> Any:
        """Enclose an exact number."""
        value = form.rational()
        return balls.ball(value) if value is not None else balls.evaluate(tree_of(form), {}, self.functions)

    def sign(self, form: Form) -> int:
        """Return the sign of an exact number."""
        value = form.rational()
        if value is not None:
            return (value > 0) - (value < 0)
        found = 0 if form.top.is_zero() else balls.sign_of(lambda: self.ball(form), most=400)
        if found is None:
            raise UnknownError("the sign of a constant")
        return found

    def times(self, a: Monomial, b: Monomial, power: Form | int = 1) -> Monomial:
        """Return a·b^power."""
        found = dict(a)
        for scale, exponent in b.items():
            found[scale] = found.get(scale, self.one * 0) + exponent * power
        return {scale: exponent for scale, exponent in found.items() if not exponent.top.is_zero()}

    def growth(self, mono: Monomial) -> int:
        """Return 1 for a monomial that goes to infinity, -1 for one that goes to 0, 0 for 1."""
        return next((self.sign(mono[scale]) for scale in self.order if scale in mono), 0)

    def most(self, mono: Monomial) -> Any:
        """Bound a monomial that does not grow, for all t >= T.

        The logarithm of b^p·c^q·... is log b·(p + q·log c/log b + ...), and every log c/log b goes to 0.
        """
        if not mono:
            return balls.ball(1)
        first, *others = [scale for scale in self.order if scale in mono]
        lead, total = self.logs[first], self.ball(mono[first])
        if lead is None:
            return balls.ball(self.start).log().log() ** total if total < 0 else balls.ball(1) / 0
        for scale in others:
            above = self.logs[scale]
            ratio = self.most(self.times(above, lead, -1)) if above is not None else (-balls.ball(1)).exp()
            total += self.ball(mono[scale]).max(0) * ratio
        if not total < 0:
            raise UnknownError("a bound near an end")
        return (total / self.most(self.times({}, lead, -1))).exp()

    def exponential(self, of: Monomial) -> int:
        """Return the scale e^M for a monomial M that goes to infinity."""
        for place, scale in enumerate(self.order):
            log = self.logs[scale]
            above = 1 if log is None else self.growth(self.times(of, log, -1))
            if above == 0:
                return scale
            if above > 0:
                made = len(self.logs)
                self.logs[made] = of
                self.order.insert(place, made)
                return made
        raise UnknownError("a scale below all others")

    # ---- Sums ----

    def tidy(self, exact: Iterable[tuple[Monomial, Form]], rests: Iterable[tuple[Monomial, Any]] = ()) -> Terms:
        """Collect like terms, sort them, and let the rest take what is not larger than it."""
        kept: list[tuple[Monomial, Form]] = []
        for mono, value in exact:
            self._work += 1
            for place, (other, there) in enumerate(kept):
                way = self.growth(self.times(mono, other, -1))
                if way == 0:
                    kept[place] = (other, there + value)
                    break
                if way > 0:
                    kept.insert(place, (mono, value))
                    break
            else:
                kept.append((mono, value))
        if self._work > _WORK:
            raise UnknownError("too much work at an end")
        kept = [(mono, value) for mono, value in kept if not value.top.is_zero()]
        left = [*rests, *((mono, abs(self.ball(value))) for mono, value in kept[_TERMS:])]
        if not left:
            return Terms(tuple(kept))
        top = left[0][0]
        for mono, _ in left[1:]:
            top = mono if self.growth(self.times(mono, top, -1)) > 0 else top
        exact_, more = [], []
        for mono, value in kept[:_TERMS]:
            if self.growth(self.times(mono, top, -1)) > 0:
                exact_.append((mono, value))
            else:
                more.append((mono, abs(self.ball(value))))
        radius = sum((size * self.most(self.times(mono, top, -1)) for mono, size in (*left, *more)), balls.ball(0))
        return Terms(tuple(exact_), (top, radius))

    def plus(self, a: Terms, b: Terms) -> Terms:
        """Add."""
        return self.tidy([*a.exact, *b.exact], [rest for rest in (a.rest, b.rest) if rest is not None])

    def scaled(self, a: Terms, mono: Monomial, value: Form) -> Terms:
        """Multiply by one exact term."""
        exact = tuple((self.times(mono, m), value * v) for m, v in a.exact)
        rest = None if a.rest is None else (self.times(mono, a.rest[0]), a.rest[1] * abs(self.ball(value)))
        return Terms(exact, rest)

    def product(self, a: Terms, b: Terms) -> Terms:
        """Multiply."""
        exact = [(self.times(m, n), v * w) for m, v in a.exact for n, w in b.exact]
        rests = []
        for one, other in ((a, b), (b, a)):
            if one.rest is not None:
                mono, radius = one.rest
                rests += [(self.times(mono, n), radius * abs(self.ball(w))) for n, w in other.exact]
        if a.rest is not None and b.rest is not None:
            rests.append((self.times(a.rest[0], b.rest[0]), a.rest[1] * b.rest[1]))
        return self.tidy(exact, rests)

    def size(self, a: Terms) -> Any:
        """Bound a sum that does not grow, for all t >= T."""
        parts = [(mono, abs(self.ball(value))) for mono, value in a.exact]
        parts += [a.rest] if a.rest is not None else []
        return sum((radius * self.most(mono) for mono, radius in parts), balls.ball(0)).upper()

    def lead(self, a: Terms) -> tuple[Monomial, Form, Terms]:
        """Split a sum into its leading term and w, where the sum is that term times 1 + w and w goes to 0."""
        if not a.exact:
            raise UnknownError("the leading terms cancel" if a.rest is not None else "division by zero")
        mono, value = a.exact[0]
        w = self.scaled(Terms(a.exact[1:], a.rest), self.times({}, mono, -1), self.one / value)
        if w.rest is not None and self.growth(w.rest[0]) >= 0:
            raise UnknownError("the leading term is not known")
        return mono, value, w

    def split(self, a: Terms) -> tuple[list[tuple[Monomial, Form]], Form, Terms]:
        """Split a sum into what grows, its constant, and what goes to 0."""
        if a.rest is not None and self.growth(a.rest[0]) >= 0:
            raise UnknownError("the constant term is not known")
        large = [(mono, value) for mono, value in a.exact if self.growth(mono) > 0]
        constant = next((value for mono, value in a.exact if not mono), self.one * 0)
        small = tuple((mono, value) for mono, value in a.exact if self.growth(mono) < 0)
        return large, constant, Terms(small, a.rest)

    # ---- Functions ----

    def taylor(self, function: t.Node, at: Form, w: Terms) -> Terms:
        """Return a function of u near a number at which it is analytic, at u = at + w."""
        if not w.exact and w.rest is None:
            return self.tidy([({}, self.numbers.form(t.substitute(function, {"u": tree_of(at)})))])
        size = self.size(w)
        around = self.ball(at) + size.union(-size)
        total, power = self.tidy([]), self.tidy([({}, self.one)])
        for n in range(_TERMS):
            slope = t.substitute(_taylor(function, n), {"u": tree_of(at)})
            value = self.numbers.form(slope) * Fraction(1, math.factorial(n))
            total = self.plus(total, self.scaled(power, {}, value))
            power = self.product(power, w)
        bound = balls.evaluate(_taylor(function, _TERMS), {"u": around}, self.functions) / math.factorial(_TERMS)
        if not bound.is_finite():
            raise UnknownError("a Taylor polynomial")
        whole = [*((mono, abs(self.ball(value))) for mono, value in power.exact)]
        whole += [power.rest] if power.rest is not None else []
        return self.tidy(
            total.exact, [*([total.rest] if total.rest else []), *((m, r * abs(bound)) for m, r in whole)]
        )

    def power(self, base: Terms, exponent: t.Node) -> Terms:
        """Raise to a constant power."""
        mono, value, w = self.lead(base)
        p = self.numbers.form(exponent)
        whole = p.rational()
        if (whole is None or whole.denominator != 1) and self.sign(value) < 0:
            raise UnknownError("a power of what is negative")
        near = self.taylor(t.Power(_U, tree_of(p)), self.one, w)
        return self.scaled(near, self.times({}, mono, p), self.numbers.power(value, p))

    def exp(self, a: Terms) -> Terms:
        """Return e to a sum."""
        large, constant, small = self.split(a)
        mono: Monomial = {}
        for each, value in large:
            mono = self.times(mono, {self.exponential(each): self.one}, value)
        return self.scaled(self.taylor(t.Power(t.EULER, _U), self.one * 0, small), mono, self.numbers.exp(constant))

    def log(self, a: Terms) -> Terms:
        """Return the logarithm of a sum."""
        mono, value, w = self.lead(a)
        if self.sign(value) < 0:
            raise UnknownError("the logarithm of what is negative")
        exact: list[tuple[Monomial, Form]] = [({}, self.numbers.log(value))]
        for scale, exponent in mono.items():
            log = self.logs[scale]
            if log is None:
                raise UnknownError("a logarithm of a logarithm of a logarithm")
            exact.append((log, exponent))
        return self.plus(self.tidy(exact), self.taylor(t.Call("log", (_U,)), self.one, w))

    def call(self, name: str, a: Terms) -> Terms:
        """Return a named function of a sum."""
        if name in {"exp", "log"}:
            return self.exp(a) if name == "exp" else self.log(a)
        if name == "sqrt":
            return self.power(a, t.rational(Fraction(1, 2))) if a.exact or a.rest else a
        large, constant, small = self.split(a)
        function, minus = t.Call(name, (_U,)), -self.one
        if not large:
            if name in ("asin", "acos", "atanh") and (constant * constant).rational() == 1:
                return self.at_the_edge(name, a, constant)
            return self.taylor(function, constant, small)
        way = self.sign(large[0][1])
        away = a if way > 0 else self.scaled(a, {}, minus)  # every function below is odd, or has no value there
        if name == "atan":
            half = self.numbers.form(t.PI) * Fraction(1, 2)
            inverse = self.call("atan", self.power(away, t.integer(-1)))
            found = self.plus(self.tidy([({}, half)]), self.scaled(inverse, {}, minus))
        elif name == "erf":
            found = self.plus(self.tidy([({}, self.one)]), self.scaled(self.complement(away), {}, minus))
        elif name == "asinh":
            root = self.power(
                self.plus(self.product(away, away), self.tidy([({}, self.one)])), t.rational(Fraction(1, 2))
            )
            found = self.log(self.plus(away, root))
        else:
            raise UnknownError(f"{name} far away")
        return found if way > 0 else self.scaled(found, {}, minus)

    def at_the_edge(self, name: str, a: Terms, side: Form) -> Terms:
        """Return asin, acos or atanh where its argument goes to 1 or -1."""
        if name != "asin":
            return self.value(parse(_OPENED[name], names=("u",)), {"u": a})
        inner = t.Call("asin", (t.Call("sqrt", (t.Quotient(t.Sum((t.ONE, t.Negative(_U))), t.integer(2)),)),))
        up = self.scaled(a, {}, side)
        half = self.numbers.form(t.PI) * Fraction(1, 2)
        near = self.scaled(self.value(inner, {"u": up}), {}, -self.one * 2)
        return self.scaled(self.plus(self.tidy([({}, half)]), near), {}, side)

    def complement(self, a: Terms) -> Terms:
        """Return 1 - erf of what goes to infinity: the asymptotic series is off by less than its next term."""
        square = self.product(a, a)
        down = self.power(square, t.integer(-1))
        total, term = self.tidy([({}, self.one)]), self.tidy([({}, self.one)])
        for n in range(1, _TERMS):
            term = self.scaled(self.product(term, down), {}, self.one * Fraction(1 - 2 * n, 2))
            total = self.plus(total, term if n < _TERMS - 1 else self.blurred(term))
        head = self.exp(self.scaled(square, {}, -self.one))
        front = self.product(head, self.power(a, t.integer(-1)))
        return self.scaled(self.product(front, total), {}, self.one / self.numbers.form(t.Call("sqrt", (t.PI,))))

    def blurred(self, a: Terms) -> Terms:
        """Return what is anything between the sum and its negative."""
        left = [(mono, abs(self.ball(value))) for mono, value in a.exact]
        return self.tidy([], [*left, *([a.rest] if a.rest is not None else [])])

    # ---- Trees ----

    def value(self, tree: t.Node, at: dict[str, Terms] | None = None) -> Terms:
        """Return the leading terms of a plain expression."""
        known = {self.name: self.variable} if at is None else at
        if not t.symbols(tree) & known.keys():
            return self.tidy([({}, self.numbers.form(tree))])
        match tree:
            case t.Symbol(name):
                return known[name]
            case t.Negative(inner):
                return self.scaled(self.value(inner, known), {}, -self.one)
            case t.Sum((first, *rest)) | t.Product((first, *rest)):
                total = self.value(first, known)
                for part in rest:
                    other = self.value(part, known)
                    total = self.plus(total, other) if isinstance(tree, t.Sum) else self.product(total, other)
                return total
            case t.Quotient(top, bottom):
                return self.product(self.value(top, known), self.power(self.value(bottom, known), t.integer(-1)))
            case t.Power(base, exponent):
                if base == t.EULER:
                    return self.exp(self.value(exponent, known))
                if not t.symbols(exponent) & known.keys():
                    n = t.number(exponent)
                    if n is not None and n in range(1, 7):
                        return self.value(t.Product((base,) * int(n)) if n > 1 else base, known)
                    return self.power(self.value(base, known), exponent)
                return self.exp(self.product(self.value(exponent, known), self.log(self.value(base, known))))
            case t.Call(name, (u,), 0) if name in _OPENED and name not in ("atanh", "acos"):
                opened = parse(_OPENED[name], names=("u",))
                return self.value(opened, {"u": self.value(u, known)})
            case t.Call(name, (u,), 0) if (
                row := self.functions[name]
            ).formula is None and row.derivative is not None:
                return self.call(name, self.value(u, known))
            case t.Call() if (opened_ := expand(tree, self.functions)) is not None:
                return self.value(opened_, known)
        raise UnknownError(f"the behaviour of {type(tree).__name__} near an end")

    def sign_of(self, tree: t.Node) -> int:
        """Return the sign that an expression has for every t >= T."""
        a = self.value(tree)
        if not a.exact and a.rest is None:
            return 0
        _, value, w = self.lead(a)
        if not self.size(w) < 1:
            raise UnknownError("the sign near an end")
        return self.sign(value)

    def limit(self, tree: t.Node) -> t.Node | float:
        """Return the limit of an expression: a closed number, or an infinity."""
        large, constant, _ = self.split(self.value(tree))
        return self.sign(large[0][1]) * math.inf if large else tree_of(constant)
