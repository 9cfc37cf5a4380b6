"""The relation between a function and its slope, by eliminating the variable with resultants.

If f and f' are rational in one quantity t (z itself, or e^(kz), perhaps with roots of polynomials in it), the
resultant of ``D y - N`` and ``D1 Y - N1`` in t is a polynomial P with P(f, f') = 0. It is factored, the factor that
vanishes identically is kept, and that it does is checked in exact normal forms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from ogive._optional import optional
from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.calculus import slope
from ogive.explaining.exact.factors import common_powers, factor_polynomial
from ogive.explaining.exact.forms import form_to_tree, is_constant, powered
from ogive.explaining.exact.polynomials import Quotient
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from ogive.explaining.exact.ring import Ring

__all__ = ["Relation", "factored_tree", "perfect_power", "relation_between"]

_DEGREE: Final = 14  # of a polynomial whose variable is eliminated
_TERMS: Final = 60


@final
@dataclass(frozen=True, slots=True)
class Relation:
    """A polynomial P(y, Y) that vanishes for y = f, Y = f'; ``by_degree[k]`` is the coefficient of Y^k."""

    by_degree: tuple[Quotient, ...]
    y: int
    slope: int


def relation_between(world: Ring, form: Quotient, slope: Quotient, variable: int) -> Relation | None:
    """Find an irreducible polynomial relation between a function and its slope; None where there is none here."""
    try:
        problem = _Problem.of(world, form, slope, variable)
        return None if problem is None else problem.solved()
    except (ValueError, ArithmeticError):
        return None


@final
class _Problem:
    """Polynomials in flint's ring: first the eliminated generators, then y, Y and the constants."""

    def __init__(self, world: Ring, form: Quotient, slope: Quotient, moving: list[int], roots: list[int]) -> None:
        self.world, self.form, self.slope = world, form, slope
        self.y, self.capital = (world.symbol(name) for name in ("y", "Y"))
        fixed = {at for each in (form, slope) for at in _all_generators(world, each, roots)} - {*moving, *roots}
        self.order = [*roots, *moving, self.y, self.capital, *sorted(fixed)]
        self.roots, self.moving = roots, moving
        self.scale = {at: _scale(world, at, [form, slope]) for at in self.order}
        flint = optional("flint", for_="self-reference")
        self.ring = flint.fmpz_mpoly_ctx.get([f"g{at}" for at in self.order], flint.Ordering.lex)

    @classmethod
    def of(cls, world: Ring, form: Quotient, slope: Quotient, variable: int) -> _Problem | None:
        varying = {at for each in (form, slope) for at in each.generators() if not _fixed(world, at, variable)}
        roots = sorted(at for at in varying if world.generators[at].kind == "root")
        varying |= {at for root in roots for at in world.generators[root].argument.generators()}
        moving = sorted(at for at in varying - set(roots) if not _fixed(world, at, variable))
        if len(moving) != 1 or len(roots) > 2:
            return None
        made = world.generators[moving[0]]
        if moving[0] != variable and made.kind != "exp":
            return None
        if made.kind == "exp" and not is_constant(world, _rate(world, moving[0], variable), variable):
            return None
        return cls(world, form, slope, moving, roots)

    # ---- Polynomials ----

    def polynomial(self, form: Quotient) -> tuple[Any, Any]:
        """Write a form as numerator and denominator in flint's ring."""
        bottom = Quotient({(): Fraction(1)})
        for factor, times in form.bottom:
            bottom = bottom * Quotient(dict(factor)) ** times
        powers = {at: [Fraction(dict(term).get(at, 0)) for term in form.top] for at in self.order}
        lowest = {at: min(Fraction(0), *found) for at, found in powers.items()}
        shift = p.monomial(tuple((at, -power) for at, power in sorted(lowest.items()) if power))
        top, below = (Quotient(dict(form.top)) * shift).top, (bottom * shift).top
        common = math.lcm(*(value.denominator for value in (*top.values(), *below.values())))
        return self.flint(top, common), self.flint(below, common)

    def flint(self, top: p.Polynomial, common: int) -> Any:
        terms = {}
        for term, value in top.items():
            powers = dict(term)
            exponents = tuple(int(powers.get(at, 0) * self.scale[at]) for at in self.order)
            terms[exponents] = int(value * common)
        return self.ring.from_dict(terms)

    def generator(self, at: int) -> Any:
        return self.ring.gens()[self.order.index(at)]

    # ---- Elimination ----

    def solved(self) -> Relation | None:
        top, bottom = self.polynomial(self.form)
        first = bottom * self.generator(self.y) - top
        top, bottom = self.polynomial(self.slope)
        second = bottom * self.generator(self.capital) - top
        for root in self.roots:
            defining = self.defining(root)
            first = self.with_symbol(self.without(first, defining, root), self.y)
            second = self.with_symbol(self.without(second, defining, root), self.capital)
        found = self.without(first, second, self.moving[0])
        _, factors = found.factor()
        for factor, _ in factors:
            if int(factor.degrees()[self.order.index(self.capital)]) > 0:
                relation = self.relation(factor)
                if self.vanishes(relation):
                    return relation
        return None

    def with_symbol(self, a: Any, at: int) -> Any:
        """Drop the factors that do not mention a symbol: they came in with a denominator."""
        kept, index = self.ring.constant(1), self.order.index(at)
        for factor, _ in a.factor()[1]:
            if int(factor.degrees()[index]) > 0:
                kept = kept * factor
        return kept

    def defining(self, root: int) -> Any:
        """Return s^q B2 - B1 for the root s = (B1/B2)^(1/q)."""
        top, bottom = self.polynomial(self.world.generators[root].argument)
        return bottom * self.generator(root) ** self.scale[root] - top

    def without(self, a: Any, b: Any, at: int) -> Any:
        """Eliminate one generator from two polynomials."""
        index = self.order.index(at)
        degrees = [int(each.degrees()[index]) for each in (a, b)]
        if degrees[0] == 0:
            return a
        if max(degrees) > _DEGREE or degrees[0] * degrees[1] > 4 * _DEGREE or len(a) + len(b) > _TERMS:
            raise ArithmeticError("too large to be eliminated")
        return a.resultant(b, f"g{at}")

    def relation(self, factor: Any) -> Relation:
        index = self.order.index(self.capital)
        found: dict[int, p.Polynomial] = {}
        for powers, value in factor.to_dict().items():
            term = tuple(
                sorted(
                    (at, _plain(Fraction(int(power), self.scale[at])))
                    for at, power in zip(self.order, powers, strict=True)
                    if power and at != self.capital
                )
            )
            found.setdefault(int(powers[index]), {})[term] = Fraction(int(value))
        return Relation(tuple(Quotient(found.get(k, {})) for k in range(max(found) + 1)), self.y, self.capital)

    def vanishes(self, relation: Relation) -> bool:
        """Check in normal forms that the relation holds between the function and its slope."""
        total, power = p.ZERO, p.ONE
        for coefficient in relation.by_degree:
            total = total + self.world.times(self.at_value(coefficient, relation.y), power)
            power = self.world.times(power, self.slope)
        return not self.world.reduced(total)

    def at_value(self, coefficient: Quotient, y: int) -> Quotient:
        total = p.ZERO
        for term, value in coefficient.top.items():
            degree = int(dict(term).get(y, 0))
            rest = p.monomial(tuple((at, power) for at, power in term if at != y), value)
            total = total + self.world.times(rest, self.world.whole_power(self.form, degree))
        return total


def _plain(power: Fraction) -> p.Exponent:
    return power.numerator if power.denominator == 1 else power


def _fixed(world: Ring, at: int, variable: int) -> bool:
    return is_constant(world, p.generator(at), variable)


def _all_generators(world: Ring, form: Quotient, roots: list[int]) -> set[int]:
    found = set(form.generators())
    for root in roots:
        found |= world.generators[root].argument.generators()
    return found


def _rate(world: Ring, at: int, variable: int) -> Quotient:
    return slope(world, world.generators[at].argument, variable)


def _scale(world: Ring, at: int, forms: list[Quotient]) -> int:
    """Return the common denominator of the powers of a generator, so that flint sees whole powers."""
    everything = [*forms, *(made.argument for made in world.generators if made.kind == "root")]
    powers = [
        Fraction(power) for form in everything for term in _monomials(form) for each, power in term if each == at
    ]
    return math.lcm(1, *(power.denominator for power in powers))


def _monomials(form: Quotient) -> list[p.Monomial]:
    return [*form.top, *(term for factor, _ in form.bottom for term, _ in factor)]


# ---- Writing a quotient in factors ---------------------------------------------------------------------------------


def factored_tree(world: Ring, form: Quotient) -> t.Node:
    """Write a form as a fraction of factored polynomials: ``y*(1 - y)`` rather than ``y - y**2``."""
    if not form.top:
        return t.ZERO
    factors, unit, negative = _with_sign(*_factors(form))
    parts = [_power_tree(world, factor, times) for factor, times in factors if times > 0]
    under = [_power_tree(world, factor, -times) for factor, times in factors if times < 0]
    if unit.numerator != 1 or not parts:
        parts.insert(0, t.integer(unit.numerator))
    if unit.denominator != 1:
        under.insert(0, t.integer(unit.denominator))
    above = parts[0] if len(parts) == 1 else t.Product(tuple(parts))
    whole = above if not under else t.Quotient(above, under[0] if len(under) == 1 else t.Product(tuple(under)))
    return t.Negative(whole) if negative else whole


_Powers: TypeAlias = list[tuple[p.Polynomial, Fraction]]


def _power_tree(world: Ring, factor: p.Polynomial, times: Fraction) -> t.Node:
    if len(factor) == 1:
        ((at, _),) = next(iter(factor))
        return powered(world, at, times)
    base = form_to_tree(world, Quotient(factor))
    return base if times == 1 else t.Power(base, t.rational(times))


def _factors(form: Quotient) -> tuple[_Powers, Fraction]:
    """Factor numerator and denominator; return factors with their powers, and a number."""
    found, unit = _of_polynomial(form.top)
    for factor, times in form.bottom:
        below, number = _of_polynomial(dict(factor))
        unit /= number**times
        found += [(each, -power * times) for each, power in below]
    merged: dict[p.Factor, Fraction] = {}
    for each, power in found:
        key = tuple(sorted(each.items()))
        merged[key] = merged.get(key, Fraction(0)) + power
    return [(dict(key), power) for key, power in merged.items() if power], unit


def perfect_power(form: Quotient) -> tuple[Quotient, int] | None:
    """Write a form as a power of another, of a whole exponent above 1; None if it is none."""
    factors, unit = _factors(form)
    exponents = {times for _, times in factors}
    power = exponents.pop() if len(exponents) == 1 else Fraction(1)
    if power.denominator != 1 or power < 2 or abs(unit) != 1 or (unit < 0 and power % 2 == 0):
        return None
    base = p.constant(unit)
    for factor, _ in factors:
        base = base * Quotient(factor)
    return base, int(power)


def _of_polynomial(top: p.Polynomial) -> tuple[_Powers, Fraction]:
    rest, unit = Quotient(dict(top)), Fraction(1)
    found: _Powers = []
    for at, power in common_powers(top):
        rest = rest * p.generator(at, -power)
        found.append(({((at, 1),): Fraction(1)}, Fraction(power)))
    for factor, times in factor_polynomial(rest.top) if len(rest.top) > 1 else [(tuple(rest.top.items()), 1)]:
        if len(factor) == 1:
            unit *= factor[0][1] ** times
            continue
        numbers = [value for _, value in factor]
        common = Fraction(math.gcd(*(n.numerator for n in numbers)), math.lcm(*(n.denominator for n in numbers)))
        common = -common if _reads_negative(dict(factor)) else common
        unit *= common**times
        found.append(({term: value / common for term, value in factor}, Fraction(times)))
    return found, unit


def _with_sign(found: _Powers, unit: Fraction) -> tuple[_Powers, Fraction, bool]:
    """Put a minus sign into a factor above the bar that reads better with it: -(y - 1) is 1 - y."""
    if unit > 0:
        return found, unit, False
    for at, (factor, times) in enumerate(found):
        mixed = any(value < 0 for value in factor.values())
        if mixed and len(factor) > 1 and times.denominator == 1 and times % 2 and times > 0:
            turned = {term: -value for term, value in factor.items()}
            return [*found[:at], (turned, times), *found[at + 1 :]], -unit, False
    return found, -unit, True


def _reads_negative(factor: p.Polynomial) -> bool:
    constant = factor.get((), None)
    return constant < 0 if constant is not None else all(value < 0 for value in factor.values())
