"""Exact arithmetic for the certificate kernel: fractions of polynomials in numbered generators.

A generator is anything that is treated as a variable: a symbol, ``e^z``, ``ln x``, a root. Exponents may be negative
or fractional, so a denominator of one term never stays a denominator. Nothing here knows what a generator means;
`ogive.explaining.exact.world` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias, final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "ONE",
    "ZERO",
    "Exponent",
    "Monomial",
    "Polynomial",
    "Quotient",
    "TooLargeError",
    "constant",
    "generator",
    "monomial",
]

Exponent: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[int, Exponent], ...]
Factor: TypeAlias = tuple[tuple[Monomial, Fraction], ...]
Polynomial: TypeAlias = dict[Monomial, Fraction]

MAX_TERMS: Final = 3000  # beyond this a comparison is called unknown rather than waited for
_MAX_DIVISION: Final = 200  # terms up to which a common factor is looked for


class TooLargeError(ArithmeticError):
    """An expression whose expanded form is too large to be worth comparing."""


@final
@dataclass(frozen=True, slots=True)
class Quotient:
    """A polynomial over a product of powers of polynomials, each of several terms, without a monomial factor."""

    top: Polynomial
    bottom: tuple[tuple[Factor, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.top)

    def __add__(self, other: Quotient) -> Quotient:
        mine, yours = dict(self.bottom), dict(other.bottom)
        common = {factor: max(mine.get(factor, 0), yours.get(factor, 0)) for factor in {**mine, **yours}}
        left = _times_missing(self.top, common, mine)
        right = _times_missing(other.top, common, yours)
        return _cancelled(_add(left, right), common)

    def __neg__(self) -> Quotient:
        return Quotient({monomial: -value for monomial, value in self.top.items()}, self.bottom)

    def __sub__(self, other: Quotient) -> Quotient:
        return self + -other

    def __mul__(self, other: Quotient) -> Quotient:
        bottom = dict(self.bottom)
        for factor, power in other.bottom:
            bottom[factor] = bottom.get(factor, 0) + power
        return _cancelled(_multiply(self.top, other.top), bottom)

    def inverse(self) -> Quotient:
        """Return one over it. Dividing by the zero polynomial raises ZeroDivisionError."""
        if not self.top:
            raise ZeroDivisionError("the denominator is zero")
        unit, factor = _primitive(self.top)
        top = _expanded(dict(self.bottom))
        result = _multiply(top, {_power(next(iter(unit)), -1): 1 / next(iter(unit.values()))})
        return _cancelled(result, {factor: 1} if factor else {})

    def __pow__(self, exponent: int) -> Quotient:
        base = self if exponent >= 0 else self.inverse()
        if len(base.top) > 1 and abs(exponent) * len(base.top) > MAX_TERMS:
            raise TooLargeError
        result = ONE
        for bit in bin(abs(exponent))[2:]:
            result = result * result
            if bit == "1":
                result = result * base
        return result

    def number(self) -> Fraction | None:
        """Return its value if it is a number."""
        if self.bottom or any(self.top.keys() - {()}):
            return None
        return self.top.get((), Fraction(0))

    def term(self) -> tuple[Monomial, Fraction] | None:
        """Return its only term if it has one and no denominator."""
        if self.bottom or len(self.top) != 1:
            return None
        return next(iter(self.top.items()))

    def generators(self) -> frozenset[int]:
        """Return the numbers of the generators that occur."""
        monomials = [*self.top, *(monomial for factor, _ in self.bottom for monomial, _ in factor)]
        return frozenset(at for monomial in monomials for at, _ in monomial)


def constant(value: Fraction | int) -> Quotient:
    """Make a number."""
    return Quotient({(): Fraction(value)} if value else {})


def generator(at: int, exponent: Exponent = 1) -> Quotient:
    """Make a power of a generator."""
    return Quotient({((at, exponent),): Fraction(1)})


def monomial(powers: Monomial, value: Fraction | int = 1) -> Quotient:
    """Make a single term."""
    return Quotient({powers: Fraction(value)})


# ---- Polynomials ---------------------------------------------------------------------------------------------------


def _add(a: Polynomial, b: Polynomial) -> Polynomial:
    total = dict(a)
    for term, value in b.items():
        new = total.get(term, 0) + value
        if new:
            total[term] = Fraction(new)
        else:
            total.pop(term, None)
    return total


def _join(a: Monomial, b: Monomial) -> Monomial:
    if not a or not b:
        return a or b
    powers = dict(a)
    for at, exponent in b:
        powers[at] = powers.get(at, 0) + exponent
    return tuple(sorted((at, _plain(exponent)) for at, exponent in powers.items() if exponent))


def _plain(exponent: Exponent) -> Exponent:
    return exponent.numerator if exponent.denominator == 1 else exponent


def _power(term: Monomial, exponent: Exponent) -> Monomial:
    return tuple((at, _plain(power * exponent)) for at, power in term)


def _multiply(a: Polynomial, b: Polynomial) -> Polynomial:
    if len(a) * len(b) > 20 * MAX_TERMS:
        raise TooLargeError
    total: Polynomial = {}
    for left, x in a.items():
        for right, y in b.items():
            term = _join(left, right)
            total[term] = total.get(term, Fraction(0)) + x * y
    product = {term: value for term, value in total.items() if value}
    if len(product) > MAX_TERMS:
        raise TooLargeError
    return product


def _primitive(a: Polynomial) -> tuple[Polynomial, Factor]:
    """Split into a single term and what is left, whose terms have no common monomial and lead with 1."""
    lowest: dict[int, Exponent] = {}
    for at in {at for term in a for at, _ in term}:
        lowest[at] = min(dict(term).get(at, 0) for term in a)
    common: Monomial = tuple(sorted((at, exponent) for at, exponent in lowest.items() if exponent))
    inverse = _power(common, -1)
    rest = {_join(term, inverse): value for term, value in a.items()}
    lead = rest[max(rest)]
    if len(rest) == 1:
        return {common: lead}, ()
    return {common: lead}, tuple(sorted((term, value / lead) for term, value in rest.items()))


def _expanded(bottom: Mapping[Factor, int]) -> Polynomial:
    product: Polynomial = {(): Fraction(1)}
    for factor, power in bottom.items():
        for _ in range(power):
            product = _multiply(product, dict(factor))
    return product


def _times_missing(
    top: Polynomial,
    common: Mapping[Factor, int],
    present: Mapping[Factor, int],
) -> Polynomial:
    missing = {factor: power - present.get(factor, 0) for factor, power in common.items()}
    return _multiply(top, _expanded({factor: power for factor, power in missing.items() if power}))


def _cancelled(top: Polynomial, bottom: Mapping[Factor, int]) -> Quotient:
    """Divide the numerator by each factor of the denominator as often as that goes without a rest."""
    left: dict[Factor, int] = {}
    for factor, times in bottom.items():
        power = times
        while power and top and (quotient := _divided(top, dict(factor))) is not None:
            top, power = quotient, power - 1
        if power and top:
            left[factor] = power
    return Quotient(top, tuple(sorted(left.items())))


_Vector: TypeAlias = tuple[Exponent, ...]


def _divided(top: Polynomial, factor: Polynomial) -> Polynomial | None:
    """Divide exactly, by long division in lexicographic order; None if there is a rest."""
    if len(top) < 2 or len(top) > _MAX_DIVISION or len(top) * len(factor) > 4 * _MAX_DIVISION:
        return None
    used = sorted({at for part in (top, factor) for term in part for at, _ in term})
    quotient = _long_division(_vectors(top, used), _vectors(factor, used))
    if quotient is None:
        return None
    return {
        tuple((at, _plain(power)) for at, power in zip(used, vector, strict=True) if power): value
        for vector, value in quotient.items()
    }


def _vectors(part: Polynomial, used: list[int]) -> dict[_Vector, Fraction]:
    """Write monomials as vectors of exponents: their order as tuples respects multiplication."""
    return {tuple(dict(term).get(at, 0) for at in used): value for term, value in part.items()}


def _box(vectors: Iterable[_Vector]) -> list[tuple[Exponent, Exponent]]:
    """Return the least and the greatest exponent of each generator."""
    return [(min(column), max(column)) for column in zip(*vectors, strict=True)]


def _long_division(top: dict[_Vector, Fraction], factor: dict[_Vector, Fraction]) -> dict[_Vector, Fraction] | None:
    """Divide; the exponents of an exact quotient lie in a known box, which ends most vain attempts early."""
    box = [(a - c, b - d) for (a, b), (c, d) in zip(_box(top), _box(factor), strict=True)]
    lead = max(factor)
    rest, quotient = dict(top), dict[_Vector, Fraction]()
    while rest:
        leading = max(rest)
        shift = tuple(a - b for a, b in zip(leading, lead, strict=True))
        if not all(low <= power <= high for power, (low, high) in zip(shift, box, strict=True)):
            return None
        value = rest[leading] / factor[lead]
        quotient[shift] = value
        if len(quotient) > _MAX_DIVISION:
            return None
        for vector, each in factor.items():
            at = tuple(a + b for a, b in zip(shift, vector, strict=True))
            new = rest.get(at, 0) - value * each
            if new:
                rest[at] = Fraction(new)
            else:
                rest.pop(at, None)
    return quotient


ZERO: Final = constant(0)
ONE: Final = constant(1)
