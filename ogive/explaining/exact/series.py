"""How a normal form behaves at the end of an interval: its leading terms, by exact series.

A series is a sum of terms ``c exp(E) x^a (ln x)^b`` as x goes to infinity, where c is an exact constant and E is a
series of the same kind that grows faster than any logarithm. Sums, products, reciprocals, exponentials, logarithms
and roots of series are series again, cut off after a few terms with the size of what was left out. Limits,
asymptotes and the sign near an end are read off the first terms. Nothing is sampled.

The method is that of transseries (J. van der Hoeven, Transseries and Real Differential Algebra, Springer 2006).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.exact import calculus as form_calculus
from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.forms import constant_sign
from ogive.explaining.exact.polynomials import ONE, Quotient

if TYPE_CHECKING:
    from ogive.explaining.exact.ring import Ring

__all__ = ["UNIT", "Expansion", "LostError", "Series", "Term", "expand_at_infinity"]

_TERMS: Final = 7  # of a series that are kept
_ENDS: Final = frozenset({"asin", "erfinv"})  # not analytic where their argument is 1 or -1


class LostError(ArithmeticError):
    """The leading terms cancelled, or a function has no series here: nothing is known about the end."""


@final
@dataclass(frozen=True, slots=True)
class Monomial:
    """``exp(E) x^a (ln x)^b``, with E as terms that grow."""

    exponent: tuple[Term, ...] = ()
    power: Fraction = Fraction(0)
    log: Fraction = Fraction(0)


@final
@dataclass(frozen=True, slots=True)
class Term:
    """A constant times a monomial."""

    factor: Quotient
    monomial: Monomial


@final
@dataclass(frozen=True, slots=True)
class Series:
    """Terms from the largest down, and the monomial that everything left out is at most of the size of."""

    terms: tuple[Term, ...]
    error: Monomial | None = None


UNIT: Final = Monomial()
_X: Final = Monomial(power=Fraction(1))
_LOG: Final = Monomial(log=Fraction(1))


def expand_at_infinity(world: Ring, form: Quotient, variable: int) -> Series:
    """Return the leading terms of a form as the symbol goes to plus infinity.

    Raises
    ------
    LostError
        If they are not found.
    """
    return Expansion(world, variable).of(form)


@final
@dataclass(slots=True)
class Expansion:
    """The series of the generators of one world in one variable."""

    world: Ring
    variable: int
    known: dict[int, Series] = field(default_factory=dict)

    def of(self, form: Quotient) -> Series:
        """Return the series of a form."""
        total = self._polynomial(form.top)
        for factor, times in form.bottom:
            inverse = self.inverse(self._polynomial(dict(factor)))
            for _ in range(times):
                total = self.times(total, inverse)
        return total

    def _polynomial(self, top: p.Polynomial) -> Series:
        total = Series(())
        for term, value in top.items():
            product = self.constant(p.constant(value))
            for at, power in term:
                product = self.times(product, self._power_of_generator(at, Fraction(power)))
            total = self.plus(total, product)
        return total

    def _power_of_generator(self, at: int, power: Fraction) -> Series:
        if not self._varies(at):
            return self.constant(p.generator(at, power.numerator if power.denominator == 1 else power))
        if at not in self.known:
            self.known[at] = self._generator(at)
        return self.known[at] if power == 1 else self.power(self.known[at], power)

    def _varies(self, at: int) -> bool:
        if at == self.variable:
            return True
        made = self.world.generators[at]
        return made.kind not in ("i", "symbol") and any(map(self._varies, made.argument.generators()))

    def _generator(self, at: int) -> Series:
        if at == self.variable:
            return Series((Term(ONE, _X),))
        made = self.world.generators[at]
        u = self.of(made.argument)
        match made.kind:
            case "root":  # the power of the generator is the exponent
                return u
            case "exp":
                return self.exp(u)
            case "log":
                return self.log(u)
            case "abs":
                return u if self.leading_sign(u) > 0 else self.scaled(u, p.constant(-1))
        return self._opaque(made.kind, u)

    # ---- Arithmetic ----

    def constant(self, value: Quotient) -> Series:
        """Return the series of a constant."""
        return Series((Term(value, UNIT),) if value else ())

    def scaled(self, a: Series, factor: Quotient) -> Series:
        """Multiply by a constant."""
        if not factor:
            return Series(())
        return Series(tuple(Term(self.world.times(term.factor, factor), term.monomial) for term in a.terms), a.error)

    def plus(self, a: Series, b: Series) -> Series:
        """Add two series."""
        error = self._larger(a.error, b.error)
        merged = self._merged(a.terms, b.terms)
        if error is not None:
            merged = [term for term in merged if self.compare(term.monomial, error) > 0]
        if len(merged) > _TERMS:
            error = merged[_TERMS].monomial
        return Series(tuple(merged[:_TERMS]), error)

    def _merged(self, a: tuple[Term, ...], b: tuple[Term, ...]) -> list[Term]:
        left, right, merged = list(a), list(b), []
        while left and right:
            order = self.compare(left[0].monomial, right[0].monomial)
            if order:
                merged.append((left if order > 0 else right).pop(0))
                continue
            first, second = left.pop(0), right.pop(0)
            total = self.world.reduced(first.factor + second.factor)
            if total:
                merged.append(Term(total, first.monomial))
        return [*merged, *left, *right]

    def _larger(self, a: Monomial | None, b: Monomial | None) -> Monomial | None:
        if a is None or b is None:
            return a or b
        return a if self.compare(a, b) >= 0 else b

    def times(self, a: Series, b: Series) -> Series:
        """Multiply two series."""
        total = Series((), self._larger(self._error_of_product(a, b), self._error_of_product(b, a)))
        for term in a.terms:
            row = tuple(
                Term(self.world.times(term.factor, other.factor), self.join(term.monomial, other.monomial))
                for other in b.terms
            )
            total = self.plus(total, Series(row))
        return total

    def _error_of_product(self, a: Series, b: Series) -> Monomial | None:
        if b.error is None:
            return None
        if a.terms:
            return self.join(a.terms[0].monomial, b.error)
        return None if a.error is None else self.join(a.error, b.error)

    def join(self, a: Monomial, b: Monomial) -> Monomial:
        """Multiply two monomials."""
        return Monomial(tuple(self._merged(a.exponent, b.exponent)), a.power + b.power, a.log + b.log)

    def raised(self, a: Monomial, power: Fraction) -> Monomial:
        """Raise a monomial to a power."""
        factor = p.constant(power)
        terms = tuple(Term(self.world.times(factor, term.factor), term.monomial) for term in a.exponent)
        return Monomial(terms if power else (), a.power * power, a.log * power)

    def compare(self, a: Monomial, b: Monomial) -> int:
        """Return 1, 0 or -1 as a grows faster than b, alike, or more slowly."""
        if a is b:
            return 0
        difference = self._merged(a.exponent, self.raised(b, Fraction(-1)).exponent)
        if difference:
            return self.sign(difference[0].factor)
        gap = a.power - b.power or a.log - b.log
        return (gap > 0) - (gap < 0)

    def sign(self, factor: Quotient) -> int:
        """Return the sign of a constant that is not zero."""
        found = constant_sign(self.world, factor)
        if not found:
            raise LostError("the sign of a constant is not decided")
        return found

    def leading(self, a: Series) -> Term:
        """Return the leading term."""
        if not a.terms:
            raise LostError("the leading terms cancel")
        return a.terms[0]

    def leading_sign(self, a: Series) -> int:
        """Return the sign near the end; 0 for the series that is exactly zero."""
        if not a.terms and a.error is None:
            return 0
        return self.sign(self.leading(a).factor)

    # ---- Functions ----

    def _split(self, a: Series) -> tuple[Term, Series]:
        """Write a series as its leading term times (1 + rest)."""
        lead = self.leading(a)
        shift = Series((Term(self.world.invert(lead.factor), self.raised(lead.monomial, Fraction(-1))),))
        rest = self.times(Series(a.terms[1:], a.error), shift)
        return lead, rest

    def _taylor(self, coefficients: list[Quotient], rest: Series) -> Series:
        """Return the sum of c_k rest^k for a series that goes to zero."""
        total, power = self.constant(coefficients[0]), self.constant(ONE)
        if not rest.terms and rest.error is None:
            return total
        for factor in coefficients[1:]:
            power = self.times(power, rest)
            total = self.plus(total, self.scaled(power, factor))
        power = self.times(power, rest)
        left_out = power.terms[0].monomial if power.terms else power.error
        return self.plus(total, Series((), left_out))

    def inverse(self, a: Series) -> Series:
        """Return one over a series."""
        return self.power(a, Fraction(-1))

    def power(self, a: Series, power: Fraction) -> Series:
        """Raise a series to a power."""
        if not a.terms and a.error is None and power > 0:
            return a
        if power.denominator == 1 and 0 <= power <= _TERMS:
            product = self.constant(ONE)
            for _ in range(int(power)):
                product = self.times(product, a)
            return product
        lead, rest = self._split(a)
        coefficients, binomial = [], Fraction(1)
        for k in range(_TERMS):
            coefficients.append(p.constant(binomial))
            binomial = binomial * (power - k) / (k + 1)
        front = self.world.power(lead.factor, p.constant(power))
        head = Series((Term(front, self.raised(lead.monomial, power)),))
        return self.times(head, self._taylor(coefficients, rest))

    def exp(self, a: Series) -> Series:
        """Return e to a series."""
        grows, power, constant, rest = self._parts(a)
        coefficients, factorial = [], 1
        for k in range(_TERMS):
            factorial *= max(k, 1)
            coefficients.append(p.constant(Fraction(1, factorial)))
        head = Series((Term(self.world.exp(constant), Monomial(grows, power)),))
        return self.times(head, self._taylor(coefficients, rest))

    def _parts(self, a: Series) -> tuple[tuple[Term, ...], Fraction, Quotient, Series]:
        """Split into what grows faster than logarithms, the factor of ln x, the constant, and what goes to zero."""
        if a.error is not None and self.compare(a.error, UNIT) >= 0:
            raise LostError("a series is not known down to its constant")
        grows, power, constant, small = [], Fraction(0), p.constant(0), []
        for term in a.terms:
            order = self.compare(term.monomial, UNIT)
            if order == 0:
                constant = term.factor
            elif order < 0:
                small.append(term)
            elif self.compare(term.monomial, _LOG) == 0:
                power = self._rational(term.factor)
            elif self.compare(term.monomial, _LOG) < 0:
                raise LostError("logarithms of logarithms")
            else:
                grows.append(term)
        return tuple(grows), power, constant, Series(tuple(small), a.error)

    def _rational(self, factor: Quotient) -> Fraction:
        value = factor.number()
        if value is None:
            raise LostError("a power of x with an exponent that is not rational")
        return value

    def log(self, a: Series) -> Series:
        """Return the logarithm of a series that is positive near the end."""
        lead, rest = self._split(a)
        if lead.monomial.log or self.sign(lead.factor) < 0:
            raise LostError("the logarithm of a logarithm, or of a negative number")
        logs = Series((Term(p.constant(lead.monomial.power), _LOG),) if lead.monomial.power else ())
        total = self.plus(Series(lead.monomial.exponent), self.plus(logs, self.constant(self.world.log(lead.factor))))
        coefficients = [p.constant(0), *(p.constant(Fraction((-1) ** (k + 1), k)) for k in range(1, _TERMS))]
        return self.plus(total, self._taylor(coefficients, rest))

    def _opaque(self, kind: str, u: Series) -> Series:
        """Return the series of atan, erf and the like: by Taylor's formula, or from infinity."""
        if u.terms and self.compare(u.terms[0].monomial, UNIT) > 0:
            return self._from_infinity(kind, u)
        if u.error is not None and self.compare(u.error, UNIT) >= 0:
            raise LostError("an argument is not known down to its constant")
        head = bool(u.terms) and self.compare(u.terms[0].monomial, UNIT) == 0
        centre = u.terms[0].factor if head else p.constant(0)
        rest = Series(u.terms[1:], u.error) if head else u
        if kind in _ENDS and centre.number() in (1, -1):
            return self._at_end(kind, u, 1 if centre.number() == 1 else -1)
        return self._taylor(self._derivatives(kind, centre), rest)

    def _at_end(self, kind: str, u: Series, side: int) -> Series:
        """Return the series of asin where its argument goes to 1 or -1: asin u = pi/2 - 2 asin sqrt((1 - u)/2)."""
        if kind != "asin":
            raise LostError(f"{kind} has no series at the end of its domain")
        half = self.plus(self.constant(p.constant(Fraction(1, 2))), self.scaled(u, p.constant(Fraction(-side, 2))))
        rest = self._opaque("asin", self.power(half, Fraction(1, 2)))
        quarter = self.constant(self.world.times(p.constant(Fraction(side, 2)), p.generator(1)))
        return self.plus(quarter, self.scaled(rest, p.constant(-2 * side)))

    def _derivatives(self, kind: str, centre: Quotient) -> list[Quotient]:
        """Return f(c), f'(c), f''(c)/2, ... of a function that is analytic at c."""
        at = p.generator(self.variable)
        form, factorial, found = self.world.opaque(kind, at), 1, []
        for k in range(_TERMS):
            factorial *= max(k, 1)
            try:
                value = form_calculus.replace(self.world, form, self.variable, centre)
            except ZeroDivisionError:
                raise LostError(f"{kind} is singular here") from None
            found.append(self.world.times(value, p.constant(Fraction(1, factorial))))
            form = form_calculus.slope(self.world, form, self.variable)
        return found

    def _from_infinity(self, kind: str, u: Series) -> Series:
        side = self.leading_sign(u)
        if kind == "atan":  # atan u = ±pi/2 - atan(1/u)
            rest = self._opaque("atan", self.inverse(u))
            quarter = self.constant(self.world.times(p.constant(Fraction(side, 2)), p.generator(1)))
            return self.plus(quarter, self.scaled(rest, p.constant(-1)))
        if kind == "erf":  # DLMF 7.12.1: 1 - erf u ~ e^(-u²)/(u √pi) (1 - 1/(2u²) + 3/(4u⁴) - ...)
            return self.plus(self.constant(p.constant(side)), self.scaled(self._tail_of_erf(u), p.constant(-1)))
        raise LostError(f"{kind} has no series at infinity here")

    def _tail_of_erf(self, u: Series) -> Series:
        square = self.times(u, u)
        inverse = self.inverse(square)
        coefficients, factor = [], Fraction(1)
        for k in range(_TERMS):
            coefficients.append(p.constant(factor))
            factor *= -Fraction(2 * k + 1, 2)
        front = self.times(self.exp(self.scaled(square, p.constant(-1))), self.inverse(u))
        root = p.generator(1, Fraction(-1, 2))
        return self.scaled(self.times(front, self._taylor(coefficients, inverse)), root)
