"""The checker's own arithmetic: when two plain expressions have the same value wherever certain facts hold.

An expression becomes a fraction of two polynomials (`flint.fmpq_mpoly`) over generators: symbols; e^m for every
independent monomial m (circular functions are powers of e^(i m)); logarithms; roots; absolute values; and functions
that have no simpler form (atan, erf, ...). Every rewriting used is an identity of real numbers at every point where
the expression is real and the facts hold: a product under a root, a logarithm or |.| is taken apart only where the
sign of the factors is *proven* from the facts; x^r with r not whole needs x > 0. Two expressions are equal if the
numerator of their difference is the zero polynomial after the relations i² = -1, |u|² = u², (u^(1/q))^q = u.
A denominator is never zero where the expression is defined, so that nothing is gained or lost by cancelling.

An `Arithmetic` serves one question. Its table of generators is filled while the question is answered, and is thrown
away with it: no answer depends on what was asked before. Work is bounded by counts of terms.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from ogive._optional import optional
from ogive.explaining.checking.slopes import opened
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ogive.expressions import Functions

__all__ = ["Arithmetic", "Form", "UnknownError"]

_SLOTS: Final = 48  # generators of one question
_MOST_TERMS: Final = 4000  # of one polynomial
_WORK: Final = 400_000  # products of terms in one question
_FACTORED: Final = 160  # longer polynomials are not factored
_PRIMES: Final = tuple(n for n in range(2, 1000) if all(n % d for d in range(2, int(n**0.5) + 1)))


class UnknownError(ArithmeticError):
    """No answer: outside what this arithmetic knows, or too large for it."""


class Form(NamedTuple):
    """A fraction of polynomials in the generators of one `Arithmetic`."""

    top: Any
    bottom: Any


class _Made(NamedTuple):
    kind: str  # symbol, i, exp, turn (e^(i m)), log, root, cbrt, abs, W, or the name of a function
    of: Form | None
    degree: int = 0  # of the relation g^degree = value; 0 for none


@final
class Arithmetic:
    """Forms over one table of generators, under facts.

    Parameters
    ----------
    functions
        The table of functions; what has a formula is opened.
    facts
        Relations known to hold: ``x > 0``, ``a != 0``, ``abs(u) < 1``.
    choices
        For every condition of an if(...), which way it goes.
    """

    def __init__(
        self, functions: Functions, facts: Iterable[t.Relation] = (), choices: Mapping[t.Node, bool] | None = None
    ) -> None:
        flint = optional("flint", for_="proofs")
        self._factor_integer: Any = flint.fmpz
        self._ring = flint.fmpq_mpoly_ctx.get([f"g{at}" for at in range(_SLOTS)], flint.Ordering.lex)
        self._slots = self._ring.gens()
        self._fmpq = flint.fmpq
        self.functions, self.choices = functions, dict(choices or {})
        self._made: list[_Made] = []
        self._finer: dict[int, tuple[int, int]] = {}  # generators written as powers of a finer one
        self._units: dict[int, int] = {}  # a generator of kind exp or root is the power 1/unit of what it is of
        self._work = 0
        self.one, self.zero = self.number(1), self.number(0)
        self._i = self._generator("i", None, 2)
        self.positive: list[Form] = []
        self.nonzero: list[Form] = []
        for fact in facts:
            self._learn(fact)
        for fact, holds in self.choices.items():
            self._learn_choice(fact, holds)

    # ---- Arithmetic of forms ----

    def number(self, value: Fraction | int) -> Form:
        value = Fraction(value)
        one = self._ring.constant(1)
        return Form(one * self._fmpq(value.numerator, value.denominator), one)

    def add(self, *forms: Form) -> Form:
        total = forms[0]
        for form in forms[1:]:
            if total.bottom == form.bottom:
                total = self._tidy(total.top + form.top, total.bottom)
            else:
                self._spend(total, form)
                total = self._tidy(total.top * form.bottom + form.top * total.bottom, total.bottom * form.bottom)
        return total

    def times(self, *forms: Form) -> Form:
        total = forms[0]
        for form in forms[1:]:
            self._spend(total, form)
            total = self._tidy(total.top * form.top, total.bottom * form.bottom)
        return total

    def minus(self, form: Form) -> Form:
        return Form(-form.top, form.bottom)

    def over(self, form: Form) -> Form:
        if form.top.is_zero():
            raise UnknownError("division by zero")
        return self._tidy(form.bottom, form.top)

    def whole_power(self, form: Form, exponent: int) -> Form:
        if exponent < 0:
            return self.whole_power(self.over(form), -exponent)
        single = len(form.top) == len(form.bottom) == 1
        bits = sum(_bits(c) for side in form for c in side.coeffs()) if exponent > 1 else 0
        if exponent > (100_000 if single else 40) or bits * exponent > 100_000:
            raise UnknownError("the power is too large")
        if single:
            return self._tidy(form.top**exponent, form.bottom**exponent)
        total = self.one
        for _ in range(exponent):
            total = self.times(total, form)
        return total

    def is_zero(self, form: Form) -> bool:
        return bool(self._tidy(form.top, form.bottom).top.is_zero())

    def same(self, a: Form, b: Form) -> bool:
        return a == b or self.is_zero(self.add(a, self.minus(b)))

    def rational(self, form: Form) -> Fraction | None:
        if not (form.top.is_constant() and form.bottom.is_constant()):
            return None
        return Fraction(0) if form.top.is_zero() else _fraction(form.top.leading_coefficient())

    def _spend(self, *forms: Form) -> None:
        a, b = forms
        cost = len(a.top) * len(b.bottom) + len(b.top) * len(a.bottom) + len(a.top) * len(b.top)
        self._work += cost + len(a.bottom) * len(b.bottom)
        if self._work > _WORK or cost > 20 * _MOST_TERMS:
            raise UnknownError("too large")

    def _tidy(self, top: Any, bottom: Any) -> Form:
        """Use the relations between generators, cancel, and let the denominator lead with 1."""
        while True:
            a, b = self._related(top), self._related(bottom)
            if a is None and b is None:
                break
            a, b = a or Form(top, self.one.top), b or Form(bottom, self.one.top)
            top, bottom = a.top * b.bottom, a.bottom * b.top
        if bottom.is_zero():
            raise UnknownError("division by zero")
        if max(len(top), len(bottom)) > _MOST_TERMS:
            raise UnknownError("too large")
        if not bottom.is_constant() and len(top) * len(bottom) < 40_000:
            common = top.gcd(bottom)
            if not common.is_one():
                top, bottom = _quotient(top, common), _quotient(bottom, common)
        lead = bottom.leading_coefficient()
        return Form(top, bottom) if lead == 1 else Form(top / lead, bottom / lead)

    def _related(self, polynomial: Any) -> Form | None:
        """Rewrite powers of generators that a relation makes superfluous; None if there are none."""
        degrees = polynomial.degrees()
        at = next((at for at, d in enumerate(degrees[: len(self._made)]) if d > 0 and self._reducible(at, d)), None)
        if at is None:
            return None
        if at in self._finer:
            finer, times = self._finer[at]
            return Form(self._collected(polynomial, at, lambda p: (0, {finer: p * times}))[0], self.one.top)
        made = self._made[at]
        value, degree = made.of or self.number(-1), made.degree
        if made.kind == "abs":
            value = Form(value.top**2, value.bottom**2)
        parts = self._collected(polynomial, at, lambda p: (p // degree, {at: p % degree}))
        most = max(parts)
        total = sum(
            (part * value.top**power * value.bottom ** (most - power) for power, part in parts.items()),
            self._ring.constant(0),
        )
        return Form(total, value.bottom**most)

    def _collected(
        self, polynomial: Any, at: int, split: Callable[[int], tuple[int, dict[int, int]]]
    ) -> dict[int, Any]:
        found: dict[int, dict[tuple[int, ...], Any]] = {}
        for monomial, value in polynomial.to_dict().items():
            power, kept = split(int(monomial[at]))
            new = list(monomial)
            new[at] = 0
            for generator, times in kept.items():
                new[generator] += times
            group = found.setdefault(power, {})
            group[tuple(new)] = group.get(tuple(new), 0) + value
        return {power: self._ring.from_dict(terms) for power, terms in found.items()}

    def _reducible(self, at: int, degree: int) -> bool:
        return at in self._finer or bool(self._made[at].degree and degree >= self._made[at].degree)

    # ---- Generators ----

    def _generator(self, kind: str, of: Form | None, degree: int = 0) -> int:
        if len(self._made) == _SLOTS:
            raise UnknownError("too many different functions")
        self._made.append(_Made(kind, of, degree))
        return len(self._made) - 1

    def _power_of(self, at: int, exponent: int = 1) -> Form:
        one = self._ring.constant(1)
        power = self._slots[at] ** abs(exponent)
        return self._tidy(power, one) if exponent >= 0 else self._tidy(one, power)

    def _find(self, kind: str, of: Form) -> int | None:
        found = (at for at, made in enumerate(self._made) if made.kind == kind and made.of is not None)
        return next((at for at in found if at not in self._finer and self.same(self._made[at].of or of, of)), None)

    def _function(self, kind: str, of: Form, *, odd: bool = False) -> Form:
        """Return the generator for a function of an argument; odd functions of -u are that of u with a sign."""
        at = self._find(kind, of)
        if at is None and odd and (at := self._find(kind, self.minus(of))) is not None:
            return self.minus(self._power_of(at))
        return self._power_of(self._generator(kind, of) if at is None else at)

    def _fractional(self, kind: str, of: Form, exponent: Fraction) -> Form:
        """Return a generator to a rational power: e^(q·m) or u^q, the same one for every q of one denominator."""
        at = self._find(kind, of)
        if at is None:
            at = self._generator(kind, of, exponent.denominator if kind == "root" else 0)
            self._units[at] = exponent.denominator
        unit = self._units[at]
        if unit % exponent.denominator:
            times = exponent.denominator // _gcd(unit, exponent.denominator)
            finer = self._generator(kind, of, unit * times if kind == "root" else 0)
            self._finer[at] = (finer, times)
            at, unit = finer, unit * times
            self._units[at] = unit
        return self._power_of(at, int(exponent * unit))

    # ---- Signs ----

    def _learn(self, fact: t.Relation) -> None:
        try:
            sides = self.form(fact.left), self.form(fact.right)
        except UnknownError:
            return
        low, high = sides if fact.operator in ("<", "<=") else sides[::-1]
        gap = self.add(high, self.minus(low))
        if fact.operator == "!=":
            self.nonzero.append(gap)
            self.nonzero += [factor for factor, _ in self.factors(gap)[1]]
        elif fact.operator in ("<", ">"):
            self._learn_positive(gap)
            if isinstance(fact.left, t.Call) and fact.left.name == "abs" and fact.operator == "<":  # |u| < v
                u = self.form(fact.left.arguments[0])
                self.positive += [self.add(sides[1], u), self.add(sides[1], self.minus(u))]
            elif (
                isinstance(fact.left, t.Call) and fact.left.name == "abs" and self.sign(sides[1]) == 1
            ):  # |u| > v > 0
                u, v = self.form(fact.left.arguments[0]), sides[1]
                self._learn_positive(self.add(self.times(u, u), self.minus(self.times(v, v))))

    def _learn_positive(self, gap: Form) -> None:
        """Of a positive product, every factor is nonzero, and one with unknown sign has the sign of the rest."""
        self.positive.append(gap)
        lead, parts = self.factors(gap)
        sign = 1 if lead > 0 else -1
        self.nonzero += [factor for factor, _ in parts]
        open_parts = []
        for factor, power in parts:
            known = self.sign(factor) if power % 2 else 1
            if known is None:
                open_parts.append(factor)
            else:
                sign *= known
        if len(open_parts) == 1:
            self.positive.append(open_parts[0] if sign > 0 else self.minus(open_parts[0]))

    def _learn_choice(self, condition: t.Node, holds: bool) -> None:
        if not isinstance(condition, t.Relation) or condition.operator == "=":
            return
        if not holds:
            flipped = {"<": ">", ">": "<", "<=": ">", ">=": "<"}[condition.operator]
            condition = t.Relation(flipped, condition.left, condition.right)
        try:
            gap = self.add(self.form(condition.left), self.minus(self.form(condition.right)))
            if condition.operator in ("<", ">") and (holds or self.is_nonzero(gap)):
                self._learn(condition)
        except UnknownError:
            return

    def sign(self, form: Form) -> int | None:
        """Return -1, 0 or 1 where the sign is proven from the facts; None where it is not."""
        if self.is_zero(form):
            return 0
        for turn in (1, -1):
            turned = form if turn > 0 else self.minus(form)
            if any(self._exceeds(turned, known) for known in self.positive):
                return turn
        lead, parts = self.factors(form)
        sign = 1 if lead > 0 else -1
        for factor, power in parts:
            known = self._sign_of_factor(factor)
            if power % 2 == 0:
                known = 1 if self.is_nonzero(factor) else None
            if known is None:
                return None
            sign *= known
        return sign

    def is_nonzero(self, form: Form) -> bool:
        """Tell whether a form is proven never zero where the facts hold."""
        if any(self.same(form, known) or self.same(self.minus(form), known) for known in self.nonzero):
            return True
        lead, parts = self.factors(form)
        return lead != 0 and all(
            self._sign_of_factor(factor) is not None
            or any(self.same(factor, known) or self.same(self.minus(factor), known) for known in self.nonzero)
            for factor, _ in parts
        )

    def _exceeds(self, form: Form, known: Form) -> bool:
        gap = self.add(form, self.minus(known))
        return bool(gap.top.is_zero()) or (gap.bottom.is_constant() and self._sum_of_positives(gap.top) == 1)

    def _sign_of_factor(self, factor: Form) -> int | None:
        for turn in (1, -1):
            turned = factor if turn > 0 else self.minus(factor)
            if any(self._exceeds(turned, known) for known in self.positive):
                return turn
        if not factor.bottom.is_constant():
            return None
        return self._sum_of_positives(factor.top) or self._sign_without_roots(factor.top)

    def _sum_of_positives(self, polynomial: Any) -> int | None:
        """Return the sign of a sum all of whose terms have one sign, at least one of them strictly."""
        terms = polynomial.to_dict()
        signs = {1 if value > 0 else -1 for value in terms.values()}
        if len(signs) != 1 or any(
            p % 2 and not self._never_negative(at) for m in terms for at, p in enumerate(m) if p
        ):
            return None
        strict = any(all(not p or self._is_positive(at) for at, p in enumerate(m)) for m in terms)
        return signs.pop() if strict and not any(m[at] for m in terms for at in self._complex) else None

    @property
    def _complex(self) -> list[int]:
        return [at for at, made in enumerate(self._made) if made.kind in ("i", "turn")]

    def _is_positive(self, at: int) -> bool:
        made = self._made[at]
        if made.kind in ("exp", "root", "W", "pi"):
            return True
        generator = self._power_of(at)
        of = made.of if made.kind == "abs" else None
        return generator in self.positive or (of is not None and of in self.nonzero)

    def _never_negative(self, at: int) -> bool:
        return self._made[at].kind == "abs" or self._is_positive(at)

    def _sign_without_roots(self, polynomial: Any) -> int | None:
        """Return the sign of a polynomial in one real generator that has no real root, or none that matters."""
        inside = [at for at, degree in enumerate(polynomial.degrees()) if degree]
        if len(inside) != 1 or inside[0] in self._complex or polynomial.total_degree() > 24:
            return None
        at = inside[0]
        flint = optional("flint", for_="proofs")
        poly = flint.fmpq_poly([0] * (polynomial.total_degree() + 1))
        for monomial, value in polynomial.to_dict().items():
            poly[int(monomial[at])] = value
        positive = self._is_positive(at)
        for root, _ in flint.fmpz_poly(list(poly.numer())).complex_roots():
            real = root.imag.contains(0)
            if real and not (positive and root.real < 0):
                return None
        return 1 if poly(1) > 0 else -1

    # ---- Factors ----

    def factors(self, form: Form) -> tuple[Fraction, list[tuple[Form, int]]]:
        """Write a form as a number times real factors to whole powers; what cannot be split stays one factor."""
        if form.top.is_zero():
            return Fraction(0), []
        lead, parts, lump = Fraction(1), [], []
        for side, turn in ((form.top, 1), (form.bottom, -1)):
            if len(side) > _FACTORED or side.total_degree() > 60:
                value, split = self._fmpq(1), [(side, 1)]
            else:
                value, split = side.factor()
            lead *= _fraction(value) ** turn
            for factor, power in split:
                circular = any(factor.degrees()[at] for at in self._complex)
                (lump if circular else parts).append((Form(factor, self.one.top), int(power) * turn))
        if lump:
            lead, joined = self._real_factor(lead, lump)
            parts = [*parts, joined]
        return lead, parts

    def _real_factor(self, lead: Fraction, lump: list[tuple[Form, int]]) -> tuple[Fraction, tuple[Form, int]]:
        """Join factors that are complex one by one; their product is real. An even power is a square, up to i."""
        even = all(power % 2 == 0 for _, power in lump)
        joined = self.times(*(self.whole_power(factor, power // 2 if even else power) for factor, power in lump))
        if even and lead < 0:
            return -lead, (self.times(self._power_of(self._i), joined), 2)
        return (lead, (joined, 2)) if even else (lead, (joined, 1))

    # ---- Powers, exponentials, logarithms ----

    def power(self, base: Form, exponent: Form) -> Form:
        value = self.rational(exponent)
        if value is None:
            return self.exp(self.times(exponent, self.log(base)))
        return self.whole_power(base, value.numerator) if value.denominator == 1 else self.root(base, value)

    def root(self, base: Form, exponent: Fraction) -> Form:
        """Write u^q for u > 0: numbers by primes, factors of proven sign apart, squares as |u|."""
        if base.top.is_zero() and exponent > 0:
            return self.zero
        lead, parts = self.factors(base)
        total, rest = self.one, self.number(1 if lead > 0 else -1)
        for prime, times in _primes(abs(lead)):
            total = self.times(total, self._fractional("root", self.number(prime), times * exponent))
        for factor, power in parts:
            sign = self.sign(factor)
            if sign:
                total = self.times(
                    total, self._positive_root(factor if sign > 0 else self.minus(factor), power * exponent)
                )
                rest = self.times(rest, self.number(sign ** (power % 2)))
            elif power % 2 == 0:
                total = self.times(total, self._positive_root(self.absolute(factor), power * exponent))
            else:
                even = power - 1 if power > 0 else power + 1
                if even:
                    total = self.times(total, self._positive_root(self.absolute(factor), even * exponent))
                rest = self.times(rest, self.whole_power(factor, power - even))
        return self.times(total, self._positive_root(rest, exponent))

    def _positive_root(self, u: Form, exponent: Fraction) -> Form:
        """Return u^q for a positive u that is not taken apart any more."""
        if exponent.denominator == 1:
            return self.whole_power(u, exponent.numerator)
        if u == self.one:
            return self.one
        at = self._single(u)
        if at is not None and self._made[at].kind in ("exp", "root"):
            made = self._made[at]
            return self._fractional(made.kind, made.of or u, exponent / self._units[at])
        if at is not None and self._made[at].kind == "W":
            raise UnknownError("a root of Lambert's function")
        inverse = None if at is not None else self._find("root", self.over(u))
        if inverse is not None:
            return self._fractional("root", self._made[inverse].of or u, -exponent)
        return self._fractional("root", u, exponent)

    def _single(self, form: Form) -> int | None:
        """Return the generator that a form is; None if it is anything else."""
        if not form.bottom.is_one() or len(form.top) != 1 or form.top.total_degree() != 1:
            return None
        return form.top.degrees().index(1) if form.top.leading_coefficient() == 1 else None

    def exp(self, exponent: Form) -> Form:
        """Write e^(a + b + ...) for a real exponent as a product of one power per independent term."""
        for at, made in enumerate(self._made):
            if made.kind == "W" and not exponent.top.is_zero() and made.of is not None:  # W(u) = u/e^W(u)
                ratio = self.rational(self.times(exponent, self.over(self.times(made.of, self._power_of(at, -1)))))
                if ratio is not None and ratio.denominator == 1:
                    return self._power_of(at, ratio.numerator)
        total = self.one
        for term, factor in self._terms(exponent):
            at = self._single(term)
            of = self._made[at].of if at is not None and self._made[at].kind == "log" else None
            power = self._fractional("exp", term, factor) if of is None else self.power(of, self.number(factor))
            total = self.times(total, power)
        return total

    def cis(self, angle: Form) -> Form:
        """Write e^(i·u) for a real u: multiples of pi/12 and inverse circular functions exactly."""
        total = self.one
        for term, factor in self._terms(angle):
            at = self._single(term)
            made = None if at is None else self._made[at]
            if made is not None and made.kind == "pi" and 12 % factor.denominator == 0:
                turn = self._root_of_unity(factor)
            elif made is not None and made.kind in ("atan", "asin") and factor.denominator == 1:
                turn = self._undone(made, factor.numerator)
            else:
                turn = self._fractional("turn", term, factor)
            total = self.times(total, turn)
        return total

    def _terms(self, form: Form) -> list[tuple[Form, Fraction]]:
        """Split a real form into real terms with rational factors; what is real only together stays one term."""
        plain, rest = {}, {}
        apart = any(form.bottom.degrees()[at] for at in self._complex)
        for monomial, value in form.top.to_dict().items():
            (rest if apart or any(monomial[at] for at in self._complex) else plain)[monomial] = value
        found = []
        for terms in (*({monomial: value} for monomial, value in plain.items()), rest):
            if terms:
                top = self._ring.from_dict(terms)
                lead = top.leading_coefficient()
                term = self._tidy(top / lead, form.bottom)
                more = term.top.leading_coefficient()
                found.append((Form(term.top / more, term.bottom), _fraction(lead * more)))
        return found

    def _undone(self, made: _Made, times: int) -> Form:
        """Return e^(i·n·atan u) or e^(i·n·asin u), which are algebraic in u."""
        u, i = made.of or self.zero, self._power_of(self._i)
        square = self.times(u, u)
        if made.kind == "atan":
            unit = self.add(self.one, self.times(i, u))
            unit = self.times(unit, self.root(self.add(self.one, square), Fraction(-1, 2)))
        else:
            leg = self.root(self.add(self.one, self.minus(square)), Fraction(1, 2))
            unit = self.add(leg, self.times(i, u))
        # on the unit circle, one over is the mirror image
        return self.whole_power(self._mirrored(unit) if times < 0 else unit, abs(times))

    def _mirrored(self, unit: Form) -> Form:
        parts = self._collected(unit.top, self._i, lambda p: (p, {}))
        return self._tidy(
            parts.get(0, self.zero.top) - parts.get(1, self.zero.top) * self._slots[self._i], unit.bottom
        )

    def _root_of_unity(self, turns: Fraction) -> Form:
        """Return e^(i pi r) for a multiple r of 1/12, as a product of powers of e^(i pi/3) and e^(i pi/4)."""
        twelfths = int(turns * 12) % 24
        i, half = self._power_of(self._i), self.number(Fraction(1, 2))
        third = self.times(half, self.add(self.one, self.times(i, self.root(self.number(3), Fraction(1, 2)))))
        eighth = self.times(self.add(self.one, i), half, self.root(self.number(2), Fraction(1, 2)))
        return self.times(self.whole_power(third, twelfths), self.whole_power(eighth, 7 * twelfths % 8))

    def log(self, argument: Form) -> Form:
        """Write ln u for u > 0: numbers by primes, factors of proven sign apart, even powers as 2·ln |u|."""
        lead, parts = self.factors(argument)
        if not lead:
            raise UnknownError("the logarithm of zero")
        total, rest = self.zero, self.number(1 if lead > 0 else -1)
        for prime, times in _primes(abs(lead)):
            total = self.add(total, self.times(self.number(times), self._function("log", self.number(prime))))
        for factor, power in parts:
            sign = self.sign(factor)
            if sign or power % 2 == 0:
                size = factor if sign == 1 else self.minus(factor) if sign == -1 else self.absolute(factor)
                total = self.add(total, self.times(self.number(power), self._log_of_positive(size)))
                rest = self.times(rest, self.number((sign or 1) ** (power % 2)))
            else:
                rest = self.times(rest, self.whole_power(factor, power))
        return self.add(total, self._log_of_positive(rest))

    def _log_of_positive(self, u: Form) -> Form:
        if u == self.one:
            return self.zero
        at = self._single(u)
        if at is not None:
            made = self._made[at]
            if made.kind == "exp" and made.of is not None:
                return self.times(made.of, self.number(Fraction(1, self._units[at])))
            if made.kind == "root" and made.of is not None:
                return self.times(self.log(made.of), self.number(Fraction(1, self._units[at])))
            if made.kind == "W" and made.of is not None:
                return self.times(made.of, self._power_of(at, -1))
        inverse = self._find("log", self.over(u))
        return self._function("log", u) if inverse is None else self.minus(self._power_of(inverse))

    def absolute(self, argument: Form) -> Form:
        """Write |u| factor by factor; factors of proven sign leave it."""
        lead, parts = self.factors(argument)
        total = self.number(abs(lead))
        for factor, power in parts:
            sign = self.sign(factor)
            size = factor if sign == 1 else self.minus(factor) if sign == -1 else self._absolute_of(factor)
            total = self.times(total, self.whole_power(size, power))
        return total

    def _absolute_of(self, factor: Form) -> Form:
        at = self._single(factor)
        if at is not None and self._never_negative(at):
            return factor
        at = self._find("abs", factor)
        at = self._find("abs", self.minus(factor)) if at is None else at
        return self._power_of(self._generator("abs", factor, 2) if at is None else at)

    # ---- Functions ----

    def _odd_root(self, u: Form) -> Form:
        """Write the cube root, real for every real number, factor by factor."""
        lead, parts = self.factors(u)
        total = self.number(1 if lead > 0 else -1 if lead < 0 else 0)
        for prime, times in _primes(abs(lead)) if lead else ():
            total = self.times(total, self._fractional("root", self.number(prime), Fraction(times, 3)))
        for factor, power in parts:
            sign = self.sign(factor)
            if sign:
                size = self._positive_root(factor if sign > 0 else self.minus(factor), Fraction(power, 3))
                total = self.times(total, size, self.number(sign ** (power % 2)))
            else:
                at = self._find("cbrt", factor)
                at = self._generator("cbrt", factor, 3) if at is None else at
                total = self.times(total, self._power_of(at, power))
        return total

    def _inverse(self, kind: str, u: Form) -> Form:
        """Return atan, asin, erf or erfinv: odd, known at some numbers, and undone by each other."""
        if u.top.is_zero():
            return u
        value = self.rational(u)
        if value is not None and (kind, abs(value)) in _TURNS:
            turn = self.times(self._pi(), self.number(_TURNS[kind, abs(value)]))
            return turn if value > 0 else self.minus(turn)
        undoes = {"erf": "erfinv", "erfinv": "erf"}.get(kind)
        for turned, sign in ((u, 1), (self.minus(u), -1)) if undoes else ():
            at = self._single(turned)
            if at is not None and self._made[at].kind == undoes:
                of = self._made[at].of or u
                return of if sign > 0 else self.minus(of)
        return self._function(kind, u, odd=True)

    def _pi(self) -> Form:
        return self._function("pi", self.one)

    def _sin_cos(self, u: Form) -> tuple[Form, Form]:
        i, half = self._power_of(self._i), self.number(Fraction(1, 2))
        up, down = self.cis(u), self.cis(self.minus(u))
        return (
            self.times(self.minus(i), half, self.add(up, self.minus(down))),
            self.times(half, self.add(up, down)),
        )

    def _sinh_cosh(self, u: Form) -> tuple[Form, Form]:
        up, down, half = self.exp(u), self.exp(self.minus(u)), self.number(Fraction(1, 2))
        return self.times(half, self.add(up, self.minus(down))), self.times(half, self.add(up, down))

    def _area(self, name: str, u: Form) -> Form:
        """Write asinh, acosh and atanh as logarithms."""
        if name == "atanh":
            logs = self.log(self.add(self.one, u)), self.minus(self.log(self.add(self.one, self.minus(u))))
            return self.times(self.number(Fraction(1, 2)), self.add(*logs))
        under = self.add(self.times(u, u), self.number(1 if name == "asinh" else -1))
        return self.log(self.add(u, self.root(under, Fraction(1, 2))))

    def _lambert(self, u: Form) -> Form:
        """Return W(u) as u/e^W(u), where e^W(u) > 0 is the generator."""
        at = self._find("W", u)
        return self.times(u, self._power_of(self._generator("W", u) if at is None else at, -1))

    def _called(self, name: str, u: Form) -> Form:
        if name in ("sin", "cos", "tan"):
            s, c = self._sin_cos(u)
            return s if name == "sin" else c if name == "cos" else self.times(s, self.over(c))
        if name in ("sinh", "cosh", "tanh"):
            s, c = self._sinh_cosh(u)
            return s if name == "sinh" else c if name == "cosh" else self.times(s, self.over(c))
        if name in ("log2", "log10"):
            return self.times(self.log(u), self.over(self.log(self.number(int(name[3:])))))
        if name == "acos":
            half = self.times(self._pi(), self.number(Fraction(1, 2)))
            return self.add(half, self.minus(self._inverse("asin", u)))
        if name == "sign":
            return self.times(self.absolute(u), self.over(u))
        return _CALLED[name](self, u)

    # ---- Trees ----

    def form(self, tree: t.Node) -> Form:
        """Return the form of a plain tree, one without derivatives and limits.

        Raises
        ------
        UnknownError
            If it has none, or none within the bounds.
        """
        match tree:
            case t.Number(value):
                return self.number(value)
            case t.Symbol(name):
                at = next((at for at, made in enumerate(self._made) if made.kind == f"symbol {name}"), None)
                return self._power_of(self._generator(f"symbol {name}", None) if at is None else at)
            case t.Constant(name):
                return self.exp(self.one) if name == "e" else self._pi()
            case t.Sum(parts):
                return self.add(*map(self.form, parts))
            case t.Product(parts):
                return self.times(*map(self.form, parts))
            case t.Quotient(top, bottom):
                return self.times(self.form(top), self.over(self.form(bottom)))
            case t.Negative(operand):
                return self.minus(self.form(operand))
            case t.Power(base, exponent):
                return (
                    self.exp(self.form(exponent))
                    if base == t.EULER
                    else self.power(self.form(base), self.form(exponent))
                )
            case t.Conditional(condition, then, otherwise) if condition in self.choices:
                return self.form(then if self.choices[condition] else otherwise)
            case t.Call(name, (argument,), 0) if name in _NAMED:
                return self._called(name, self.form(argument))
            case t.Call():
                return self.form(opened(tree, self.functions))
        raise UnknownError(f"no form is known for {type(tree).__name__}")


_CALLED: Final[dict[str, Callable[[Arithmetic, Form], Form]]] = {
    "exp": Arithmetic.exp,
    "log": Arithmetic.log,
    "abs": Arithmetic.absolute,
    "sqrt": lambda self, u: self.root(u, Fraction(1, 2)),
    "cbrt": Arithmetic._odd_root,
    "lambertw": Arithmetic._lambert,
    "asinh": lambda self, u: self._area("asinh", u),
    "acosh": lambda self, u: self._area("acosh", u),
    "atanh": lambda self, u: self._area("atanh", u),
    "atan": lambda self, u: self._inverse("atan", u),
    "asin": lambda self, u: self._inverse("asin", u),
    "erf": lambda self, u: self._inverse("erf", u),
    "erfinv": lambda self, u: self._inverse("erfinv", u),
}
_NAMED: Final = {*_CALLED, "sin", "cos", "tan", "sinh", "cosh", "tanh", "log2", "log10", "acos", "sign"}
_TURNS: Final = {("atan", 1): Fraction(1, 4), ("asin", 1): Fraction(1, 2), ("asin", Fraction(1, 2)): Fraction(1, 6)}


def _quotient(polynomial: Any, divisor: Any) -> Any:
    return divmod(polynomial, divisor)[0]


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _bits(value: Any) -> int:
    return int(value.p).bit_length() + int(value.q).bit_length() - 2


def _gcd(a: int, b: int) -> int:
    return b if not a % b else _gcd(b, a % b)


def _primes(value: Fraction) -> list[tuple[int, int]]:
    """Factor a positive number; what has no prime factor below 1000 stays whole."""
    found: list[tuple[int, int]] = []
    for number, turn in ((value.numerator, 1), (value.denominator, -1)):
        for prime in _PRIMES:
            times = 0
            while number % prime == 0:
                number, times = number // prime, times + 1
            if times:
                found.append((prime, turn * times))
        if number > 1:
            found.append((number, turn))
    return found
