"""Factors of the polynomials of normal forms, over the rational numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final

from ogive._optional import optional
from ogive.explaining.exact import polynomials as p

__all__ = ["common_powers", "factor_polynomial", "without_common"]

_TERMS: Final = 60
_DEGREE: Final = 400  # up to which a polynomial is factored


def common_powers(top: p.Polynomial) -> list[tuple[int, p.Exponent]]:
    """List the powers of generators that divide every term."""
    first, *rest = (dict(term) for term in top)
    found: list[tuple[int, p.Exponent]] = []
    for at in {*first, *(at for term in rest for at in term)}:
        lowest = min(term.get(at, 0) for term in (first, *rest))
        if lowest:
            found.append((at, lowest))
    return sorted(found)


def without_common(top: p.Polynomial) -> tuple[int, p.Polynomial]:
    """Divide by the monomial common to all terms; make a single term positive, and return its sign."""
    form = p.Quotient(dict(top))
    for at, power in common_powers(top):
        form = form * p.generator(at, -power)
    if len(form.top) > 1:
        return 1, form.top
    value = form.number() or Fraction(1)
    return (1 if value > 0 else -1), p.ONE.top


def factor_polynomial(top: p.Polynomial) -> list[tuple[p.Factor, int]]:
    """Factor a polynomial in generators over the rationals.

    A polynomial with fractional powers, or a large one, stays whole. Of a high degree, the common divisor of the
    powers of a generator is taken out first: t^200000 - 1 is looked at as s - 1.
    """
    if any(power.denominator != 1 for term in top for _, power in term) or len(top) > _TERMS:
        return [(tuple(top.items()), 1)]
    used = sorted({at for term in top for at, _ in term})
    powers = {at: [int(dict(term).get(at, 0)) for term in top] for at in used}
    if any(min(found) < 0 for found in powers.values()):
        return [(tuple(top.items()), 1)]
    step = {at: math.gcd(*found) if max(found) > _DEGREE else 1 for at, found in powers.items()}
    if any(max(found) // step[at] > _DEGREE for at, found in powers.items()):
        return [(tuple(top.items()), 1)]
    flint = optional("flint", for_="proofs")
    ring = flint.fmpq_mpoly_ctx.get([f"g{at}" for at in used], flint.Ordering.lex)
    terms = {
        tuple(int(dict(term).get(at, 0)) // step[at] for at in used): flint.fmpq(value.numerator, value.denominator)
        for term, value in top.items()
    }
    unit, factors = ring.from_dict(terms).factor()
    if len(factors) == 1 and factors[0][1] == 1:
        return [(tuple(top.items()), 1)]
    found = [(_from_flint(factor, step), int(times)) for factor, times in factors]
    if unit != 1:
        found.append(((((), Fraction(int(unit.p), int(unit.q))),), 1))
    return found


def _from_flint(polynomial: Any, step: dict[int, int]) -> p.Factor:
    return tuple(
        (
            tuple((at, int(power) * step[at]) for at, power in zip(step, powers, strict=True) if power),
            Fraction(int(value.p), int(value.q)),
        )
        for powers, value in polynomial.to_dict().items()
    )
