"""Derivatives, substitutions and limits of normal forms.

The kernel differentiates here by rules of its own, few and separate from the table that derivations use: a derivation
and its check do not share a mistake.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.polynomials import ONE, ZERO, Quotient, TooLargeError

if TYPE_CHECKING:
    from ogive.explaining.exact.ring import Ring

__all__ = ["limit_at_zero", "replace", "slope"]

_MAX_ORDER: Final = 4  # how often numerator and denominator may vanish together in a limit


# ---- Derivatives -------------------------------------------------------------------------------------------------


def slope(world: Ring, form: Quotient, variable: int) -> Quotient:
    """Differentiate a form with respect to the symbol whose generator is given."""
    return world.plus(world.times(_of_top(world, form, variable), ONE), _of_bottom(world, form, variable))


def _of_top(world: Ring, form: Quotient, variable: int) -> Quotient:
    total = ZERO
    for term, value in form.top.items():
        for at, power in term:
            rate = _of_generator(world, at, variable)
            if rate:
                lowered = p.monomial(term, value * Fraction(power)) * p.generator(at, -1)
                total = world.plus(total, world.times(lowered, rate))
    return world.times(total, Quotient(dict(ONE.top), form.bottom))


def _of_bottom(world: Ring, form: Quotient, variable: int) -> Quotient:
    """Return -N F'/F for each factor F of the denominator, as often as it occurs."""
    total = ZERO
    for factor, times in form.bottom:
        inside = Quotient(dict(factor))
        rate = _of_top(world, inside, variable)
        if rate:
            change = world.times(world.times(form, p.constant(-times)), world.times(rate, world.invert(inside)))
            total = world.plus(total, change)
    return total


def _of_generator(world: Ring, at: int, variable: int) -> Quotient:
    if at == variable:
        return ONE
    key = (at, variable)
    if key not in world.slopes:
        world.slopes[key] = _rate(world, at, variable)
    return world.slopes[key]


def _rate(world: Ring, at: int, variable: int) -> Quotient:
    made = world.generators[at]
    if made.kind in ("i", "symbol"):
        return ZERO
    u, this = made.argument, p.generator(at)
    inner = slope(world, u, variable)
    if not inner:
        return ZERO
    return world.times(_outer(world, made.kind, u, this), inner)


def _outer(world: Ring, kind: str, u: Quotient, this: Quotient) -> Quotient:
    """Return dg/du for a generator g of this kind and argument."""
    square = world.times(u, u)
    match kind:
        case "exp":
            return this
        case "log":
            return world.invert(u)
        case "root":  # a generator is the first power of its argument; the exponent is in the monomial
            return ONE
        case "abs":
            return world.times(this, world.invert(u))
        case "atan":
            return world.invert(ONE + square)
        case "asin":
            return world.root(ONE - square, Fraction(-1, 2))
        case "acos":
            return -world.root(ONE - square, Fraction(-1, 2))
        case "erf":
            return world.times(p.constant(2) * _root_of_pi(-1), world.exp(-square))
        case "erfinv":
            return world.times(p.constant(Fraction(1, 2)) * _root_of_pi(1), world.exp(world.times(this, this)))
    # Lambert's W: from W e^W = u
    return world.times(this, world.invert(world.times(u, ONE + this)))


def _root_of_pi(sign: int) -> Quotient:
    return p.generator(1, Fraction(sign, 2))


# ---- Substitution ------------------------------------------------------------------------------------------------


def replace(world: Ring, form: Quotient, variable: int, value: Quotient) -> Quotient:
    """Put a value in the place of a symbol, inside the arguments of other generators too."""
    if not _mentions(world, form, variable):
        return form
    total = _polynomial(world, form.top, variable, value)
    for factor, times in form.bottom:
        inside = _polynomial(world, dict(factor), variable, value)
        total = world.times(total, world.whole_power(world.invert(inside), times))
    return total


def _mentions(world: Ring, form: Quotient, variable: int) -> bool:
    return any(
        at == variable or (at > 1 and _mentions(world, world.generators[at].argument, variable))
        for at in form.generators()
    )


def _polynomial(world: Ring, top: p.Polynomial, variable: int, value: Quotient) -> Quotient:
    total = ZERO
    for term, factor in top.items():
        product = p.constant(factor)
        for at, power in term:
            product = world.times(product, _power_of_generator(world, at, power, variable, value))
        total = world.plus(total, product)
    return total


def _power_of_generator(world: Ring, at: int, power: p.Exponent, variable: int, value: Quotient) -> Quotient:
    made = world.generators[at]
    exponent = p.constant(Fraction(power))
    if at == variable:
        return world.power(value, exponent)
    if made.kind in ("i", "symbol") or not _mentions(world, made.argument, variable):
        return p.generator(at, power)
    u = replace(world, made.argument, variable, value)
    if made.kind == "exp":
        return world.exp(world.times(exponent, u))
    if made.kind == "root":
        return world.power(u, exponent)
    if made.kind in ("log", "abs"):
        return world.power(world.log(u) if made.kind == "log" else world.absolute(u), exponent)
    return world.power(world.opaque(made.kind, u), exponent)


# ---- Limits ------------------------------------------------------------------------------------------------------


def limit_at_zero(world: Ring, form: Quotient, variable: int) -> Quotient:
    """Return the limit as a symbol goes to zero, by L'Hôpital's rule on numerator and denominator.

    Raises
    ------
    TooLargeError
        If numerator and denominator still vanish together after a few derivatives.
    """
    top, bottom = _split(world, form, variable)
    for _ in range(_MAX_ORDER):
        below = replace(world, bottom, variable, ZERO)
        above = replace(world, top, variable, ZERO)
        if below:
            return world.times(above, world.invert(below))
        if above:
            raise ZeroDivisionError("the limit is infinite")
        top, bottom = slope(world, top, variable), slope(world, bottom, variable)
    raise TooLargeError


def _split(world: Ring, form: Quotient, variable: int) -> tuple[Quotient, Quotient]:
    """Write a form as a numerator over a denominator, neither of which divides by the variable itself."""
    lowest = min((power for term in form.top for at, power in term if at == variable), default=0)
    shift = p.generator(variable, -min(lowest, 0))
    bottom = shift
    for factor, times in form.bottom:
        bottom = world.times(bottom, Quotient(dict(factor)) ** times)
    return world.reduced(Quotient(dict(form.top)) * shift), bottom
