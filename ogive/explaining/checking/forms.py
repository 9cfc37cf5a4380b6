"""Fractions of polynomials over generators with relations: the ring in which values are compared.

A generator stands for a symbol, an exponential, a logarithm, a root, an absolute value, ...; `Generator` says which.
Powers that a relation makes superfluous are rewritten: i² = -1, |u|² = u², (u^(1/q))^q = u. Where the expression has
a value no denominator is zero, so that nothing is gained or lost by cancelling. Work is bounded by counts of terms.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, gcd, lcm
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from ogive._optional import optional

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Form", "Generator", "Ring", "UnknownError", "fraction"]

_SLOTS: Final = 48  # generators of one question
_MOST_TERMS: Final = 4000  # of one polynomial
_WORK: Final = 400_000  # products of terms in one question


class UnknownError(ArithmeticError):
    """No answer: outside what is known here, or too large."""


class Generator(NamedTuple):
    """What a generator stands for: its kind, its argument, and q for the power 1/q of it."""

    kind: str
    of: Form | None = None
    unit: int = 1


def affordable(polynomial: Any, n: int) -> None:
    """Refuse a power of a polynomial that would have too many terms, or too long numbers."""
    terms, bits = len(polynomial), sum(int(c.p).bit_length() + int(c.q).bit_length() - 2 for c in polynomial.coeffs())
    if n > 10**10 or bits * n > 100_000 or (terms > 1 and (n > _MOST_TERMS or comb(n + terms - 1, n) > _MOST_TERMS)):
        raise UnknownError("the power is too large")


def fraction(value: Any) -> Fraction:
    """Return a number of flint as a Fraction."""
    return Fraction(int(value.p), int(value.q))


@final
class Form:
    """A value: a fraction of polynomials in the generators of one ring."""

    __slots__ = ("bottom", "ring", "top")

    def __init__(self, ring: Ring, top: Any, bottom: Any) -> None:
        self.ring, self.top, self.bottom = ring, top, bottom

    def same(self, other: Form) -> bool:
        """Tell whether two forms are proven equal."""
        alike = self.top == other.top and self.bottom == other.bottom
        return bool(alike or (self - other).top.is_zero())

    def rational(self) -> Fraction | None:
        """Return the number that this is, if it is one."""
        constant = self.top.is_constant() and self.bottom.is_constant()
        return fraction((self.top.coeffs() or [self.ring.rational(0)])[0]) if constant else None

    def __neg__(self) -> Form:
        return Form(self.ring, -self.top, self.bottom)

    def __add__(self, other: Form | int) -> Form:
        other = self.ring.form_of(other)
        self.ring.spend(self, other)
        if self.bottom == other.bottom:
            return self.ring.tidy(self.top + other.top, self.bottom)
        return self.ring.tidy(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)

    def __sub__(self, other: Form | int) -> Form:
        return self + (-other)

    def __mul__(self, other: Form | Fraction | int) -> Form:
        other = self.ring.form_of(other)
        self.ring.spend(self, other)
        return self.ring.tidy(self.top * other.top, self.bottom * other.bottom)

    def __truediv__(self, other: Form | int) -> Form:
        other = self.ring.form_of(other)
        return self * self.ring.tidy(other.bottom, other.top)

    def __pow__(self, exponent: int) -> Form:
        n = abs(exponent)
        affordable(self.top, n)
        affordable(self.bottom, n)
        base = self if exponent >= 0 else self.ring.one / self
        return self.ring.tidy(base.top**n, base.bottom**n)


@final
class Ring:
    """The generators of one question, and the relations between them."""

    def __init__(self, unit: int = 1) -> None:
        self.unit = unit  # of exponentials: e^(m/unit) is the generator, unless a finer one is needed
        flint = optional("flint", for_="proofs")
        self.rational: Any = flint.fmpq
        self.polynomials: Any = flint.fmpq_mpoly_ctx.get([f"g{at}" for at in range(_SLOTS)], flint.Ordering.lex)
        self.slots: Any = self.polynomials.gens()
        self.generators: list[Generator] = []
        self._finer: dict[int, tuple[int, int]] = {}  # generators written as powers of a finer one
        self._work = 0
        self._unit = self.polynomials.constant(1)
        self.one = self.form_of(1)
        self.i = self.power(self.new(Generator("i")))

    def form_of(self, value: Form | Fraction | int) -> Form:
        """Return a number as a form."""
        if isinstance(value, Form):
            return value
        value = Fraction(value)
        return Form(self, self._unit * self.rational(value.numerator, value.denominator), self._unit)

    def spend(self, a: Form, b: Form) -> None:
        """Count the work of one operation."""
        cost = (len(a.top) + len(a.bottom)) * (len(b.top) + len(b.bottom))
        self._work += cost
        if self._work > _WORK or cost > 20 * _MOST_TERMS:
            raise UnknownError("too large")

    def tidy(self, top: Any, bottom: Any) -> Form:
        """Use the relations between generators, cancel, and let the denominator lead with 1."""
        while (a := self._related(top)) is not None or self._reducible(bottom) is not None:
            a, b = a or (top, self._unit), self._related(bottom) or (bottom, self._unit)
            top, bottom = a[0] * b[1], a[1] * b[0]
        if bottom.is_zero():
            raise UnknownError("division by zero")
        if max(len(top), len(bottom)) > _MOST_TERMS:
            raise UnknownError("too large")
        if not bottom.is_constant() and len(top) * len(bottom) < 10 * _MOST_TERMS:
            common = top.gcd(bottom)
            top, bottom = divmod(top, common)[0], divmod(bottom, common)[0]
        lead = bottom.leading_coefficient()
        return Form(self, top / lead, bottom / lead)

    # ---- Relations ----

    def _degree(self, at: int) -> int:
        made = self.generators[at]
        return {"i": 2, "abs": 2, "root": made.unit}.get(made.kind, 0)

    def _reducible(self, polynomial: Any) -> int | None:
        degrees = polynomial.degrees()[: len(self.generators)]
        found = (at for at, d in enumerate(degrees) if d > 0 and (at in self._finer or 0 < self._degree(at) <= d))
        return next(found, None)

    def _related(self, polynomial: Any) -> tuple[Any, Any] | None:
        """Rewrite powers of one generator that a relation makes superfluous; None if there are none."""
        at = self._reducible(polynomial)
        if at is None:
            return None
        if at in self._finer:
            finer, times = self._finer[at]
            return self.collected(polynomial, at, lambda p: (0, {finer: p * times}))[0], self._unit
        made, degree = self.generators[at], self._degree(at)
        value = made.of or self.form_of(-1)
        powers = 2 if made.kind == "abs" else 1
        top, bottom = value.top**powers, value.bottom**powers
        parts = self.collected(polynomial, at, lambda p: (p // degree, {at: p % degree}))
        most = max(parts)
        affordable(top, most)
        affordable(bottom, most)
        return sum((part * top**n * bottom ** (most - n) for n, part in parts.items()), self._unit * 0), bottom**most

    def collected(
        self, polynomial: Any, at: int, split: Callable[[int], tuple[int, dict[int, int]]]
    ) -> dict[int, Any]:
        """Group the terms of a polynomial by what the power of a generator is split into."""
        found: dict[int, dict[tuple[int, ...], Any]] = {}
        for monomial, value in polynomial.to_dict().items():
            power, kept = split(int(monomial[at]))
            new = list(monomial)
            new[at] = 0
            for generator, times in kept.items():
                new[generator] += times
            group = found.setdefault(power, {})
            group[tuple(new)] = group.get(tuple(new), 0) + value
        return {power: self.polynomials.from_dict(terms) for power, terms in found.items()}

    # ---- Generators ----

    def new(self, made: Generator) -> int:
        """Take the next generator for something."""
        if len(self.generators) == _SLOTS:
            raise UnknownError("too many different functions")
        self.generators.append(made)
        return len(self.generators) - 1

    def power(self, at: int, exponent: int = 1) -> Form:
        """Return a power of a generator."""
        power = self.slots[at] ** abs(exponent)
        return self.tidy(power, self._unit) if exponent >= 0 else self.tidy(self._unit, power)

    def find(self, kind: str, of: Form) -> int | None:
        """Return the generator of a kind and an argument, if there is one."""
        alike = (at for at, made in enumerate(self.generators) if made.kind == kind and at not in self._finer)
        return next((at for at in alike if of.same(self.generators[at].of or of)), None)

    def function(self, kind: str, of: Form, *, odd: bool = False) -> Form:
        """Return the generator for a function of an argument; an odd function of -u is that of u with a sign."""
        at = self.find(kind, of)
        if at is None and odd and (at := self.find(kind, -of)) is not None:
            return -self.power(at)
        return self.power(self.new(Generator(kind, of)) if at is None else at)

    def fractional(self, kind: str, of: Form, exponent: Fraction) -> Form:
        """Return e^(q·m) or u^q as a whole power of one generator, the same for every q of one denominator."""
        at = self.find(kind, of)
        if at is None:
            at = self.new(Generator(kind, of, lcm(exponent.denominator, self.unit if kind == "exp" else 1)))
        unit = self.generators[at].unit
        if unit % exponent.denominator:
            times = exponent.denominator // gcd(unit, exponent.denominator)
            finer = self.new(Generator(kind, of, unit * times))
            self._finer[at] = (finer, times)
            at, unit = finer, unit * times
        return self.power(at, int(exponent * unit))

    def single(self, form: Form) -> int | None:
        """Return the generator that a form is; None if it is anything else."""
        one = form.bottom.is_one() and len(form.top) == 1 and form.top.total_degree() == 1
        return form.top.degrees().index(1) if one and form.top.leading_coefficient() == 1 else None

    def conjugate(self, form: Form) -> Form:
        """Return the complex conjugate: -i for i, and one over for a power of e^i."""
        sides = []
        for polynomial in (form.top, form.bottom):
            degrees, terms = polynomial.degrees(), {}
            for monomial, value in polynomial.to_dict().items():
                turned = [max(degrees[at], 0) - p if at in self.complex[1:] else p for at, p in enumerate(monomial)]
                terms[tuple(turned)] = value * (-1) ** int(monomial[self.complex[0]])
            whole = self.polynomials.from_dict(terms)
            most = self._unit
            for at in self.complex[1:]:
                most = most * self.slots[at] ** max(degrees[at], 0)
            sides.append(self.tidy(whole, most))
        return sides[0] / sides[1]

    @property
    def complex(self) -> list[int]:
        """The generators that are not real: i and powers of e^i."""
        return [at for at, made in enumerate(self.generators) if made.kind in ("i", "turn")]

    def is_complex(self, polynomial: Any) -> bool:
        """Tell whether a polynomial holds a generator that is not real."""
        degrees = polynomial.degrees()
        return any(degrees[at] > 0 for at in self.complex)
