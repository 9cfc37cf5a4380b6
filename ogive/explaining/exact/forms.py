"""What can be read off a normal form: its value in a ball, its sign, and a tree that people can read."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Final

from ogive.explaining.exact.polynomials import Quotient, constant
from ogive.expressions import balls
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ogive.explaining.exact.polynomials import Monomial, Polynomial
    from ogive.explaining.exact.ring import Ring
    from ogive.expressions.balls import Ball

__all__ = ["constant_sign", "form_to_tree", "form_value", "is_complex", "is_constant", "number_tree", "powered"]


# ---- Values ------------------------------------------------------------------------------------------------------


def form_value(world: Ring, form: Quotient, at: Mapping[int, Ball]) -> Ball:
    """Enclose the value of a form where its symbols, by number, have these values.

    Raises
    ------
    UndefinedError
        If a symbol has no value, if the form is complex, or if it is certainly not real there.
    """
    return _Values(world, at).of(form)


class _Values:
    def __init__(self, world: Ring, at: Mapping[int, Ball]) -> None:
        self.world = world
        self.known = dict(at)

    def of(self, form: Quotient) -> Ball:
        total = self.polynomial(form.top)
        for factor, times in form.bottom:
            below = self.polynomial(dict(factor))
            if below.is_zero():
                raise balls.UndefinedError
            total = total / below**times
        return total

    def polynomial(self, top: Polynomial) -> Ball:
        total = balls.ball(0)
        for term, value in top.items():
            product = balls.ball(value)
            for at, power in term:
                product = product * self.power(at, Fraction(power))
            total = total + product
        return total

    def power(self, at: int, power: Fraction) -> Ball:
        base = self.generator(at)
        if power.denominator == 1:
            if power < 0 and base.is_zero():
                raise balls.UndefinedError
            return base ** int(power)
        if base.is_zero():
            return base
        if balls.sign(base) == -1:
            raise balls.UndefinedError
        return base ** _ball_of(power)

    def generator(self, at: int) -> Ball:
        if at not in self.known:
            self.known[at] = self.made(at)
        return self.known[at]

    def made(self, at: int) -> Ball:
        made = self.world.generators[at]
        if made.kind == "symbol" and made.name == "pi":
            return balls.evaluate(t.PI, {})
        if made.kind in ("i", "symbol"):
            raise balls.UndefinedError
        inside = self.of(made.argument)
        return inside if made.kind == "root" else balls.apply(made.kind, inside)


def _ball_of(value: Fraction) -> Ball:
    return balls.ball(value)


def is_constant(world: Ring, form: Quotient, variable: int) -> bool:
    """Tell whether a form does not depend on a symbol."""
    return not any(_depends(world, at, variable) for at in form.generators())


def _depends(world: Ring, at: int, variable: int) -> bool:
    made = world.generators[at]
    return at == variable or (made.kind not in ("i", "symbol") and not is_constant(world, made.argument, variable))


def is_complex(world: Ring, form: Quotient) -> bool:
    """Tell whether a form is written with i, as circular functions are."""
    return any(
        world.generators[at].kind == "i"
        or (world.generators[at].kind != "symbol" and is_complex(world, world.generators[at].argument))
        for at in form.generators()
    )


def constant_sign(world: Ring, form: Quotient) -> int | None:
    """Return the sign of a form without variables: exactly 0, or from balls; None if it is not decided."""
    value = form.number()
    if value is not None:
        return (value > 0) - (value < 0)
    if not world.reduced(form):
        return 0
    try:
        return balls.sign_of(lambda: form_value(world, form, {}))
    except balls.UndefinedError:
        return None


# ---- Trees ---------------------------------------------------------------------------------------------------------


_CALLS: Final = frozenset({"log", "abs", "atan", "asin", "acos", "erf", "erfinv", "lambertw"})


def form_to_tree(world: Ring, form: Quotient) -> t.Node:
    """Write a form as a tree: powers with positive exponents above the bar, the others below."""
    if form.top and all(value < 0 for value in form.top.values()):
        return t.Negative(form_to_tree(world, -form))
    above, below = _terms(world, form.top)
    bottoms = [below] if below is not None else []
    for factor, times in form.bottom:
        inside = _sum_of(world, dict(factor))
        bottoms.append(inside if times == 1 else t.Power(inside, t.integer(times)))
    if not bottoms:
        return above
    return t.Quotient(above, bottoms[0] if len(bottoms) == 1 else t.Product(tuple(bottoms)))


def _terms(world: Ring, top: Polynomial) -> tuple[t.Node, t.Node | None]:
    """Take the common denominator of the terms out."""
    if not top:
        return t.ZERO, None
    number = 1
    for value in top.values():
        number = lcm(number, value.denominator)
    number = 1 if _reads_as_decimal(number) else number
    lowest = _lowest(top)
    scaled = {_shifted(term, lowest): value * number for term, value in top.items()}
    parts = [powered(world, at, -power) for at, power in sorted(lowest.items())]
    if number != 1:
        parts.insert(0, t.integer(number))
    below = None if not parts else parts[0] if len(parts) == 1 else t.Product(tuple(parts))
    return _sum_of(world, scaled), below


def _reads_as_decimal(bottom: int) -> bool:
    """Tell whether a denominator is better written as decimals: 1.0507 rather than 10507/10000."""
    if bottom <= 64:
        return False
    while bottom % 2 == 0:
        bottom //= 2
    while bottom % 5 == 0:
        bottom //= 5
    return bottom == 1


def number_tree(value: Fraction) -> t.Node:
    """Write a number as a fraction, or as decimals where its denominator is a large power of ten."""
    if not _reads_as_decimal(value.denominator):
        return t.rational(value)
    return t.Number(value) if value >= 0 else t.Negative(t.Number(-value))


def _lowest(top: Polynomial) -> dict[int, Fraction]:
    lowest: dict[int, Fraction] = {}
    for at in {at for term in top for at, _ in term}:
        power = min(Fraction(dict(term).get(at, 0)) for term in top)
        if power < 0:
            lowest[at] = power
    return lowest


def _shifted(term: Monomial, lowest: Mapping[int, Fraction]) -> Monomial:
    powers = {at: Fraction(power) for at, power in term}
    for at, power in lowest.items():
        powers[at] = powers.get(at, Fraction(0)) - power
    return tuple(sorted((at, power) for at, power in powers.items() if power))


def _sum_of(world: Ring, top: Polynomial) -> t.Node:
    ordered = sorted(top.items(), key=lambda pair: (pair[1] < 0, -len(pair[0]), pair[0]))
    nodes = [_product_of(world, term, value) for term, value in ordered]
    return nodes[0] if len(nodes) == 1 else t.Sum(tuple(nodes))


def _product_of(world: Ring, term: Monomial, value: Fraction) -> t.Node:
    if value < 0:
        return t.Negative(_product_of(world, term, -value))
    parts = [powered(world, at, Fraction(power)) for at, power in term]
    if value != 1 or not parts:
        parts.insert(0, number_tree(value))
    return parts[0] if len(parts) == 1 else t.Product(tuple(parts))


def _exponential(world: Ring, argument: Quotient, power: Fraction) -> t.Node:
    """Write e^(n ln y) as y^n, and any other power of e as it is."""
    only = argument.term()
    logs = [at for at, times in only[0] if world.generators[at].kind == "log" and times == 1] if only else []
    if only is not None and len(logs) == 1:
        rest = tuple((at, times) for at, times in only[0] if at != logs[0])
        exponent = form_to_tree(world, Quotient({rest: only[1] * power}))
        return t.Power(form_to_tree(world, world.generators[logs[0]].argument), exponent)
    return t.Call("exp", (form_to_tree(world, argument * constant(power)),))


def powered(world: Ring, at: int, power: Fraction) -> t.Node:
    """Write a power of a generator."""
    made = world.generators[at]
    match made.kind:
        case "exp":
            if made.argument.number() == 1:
                return t.EULER if power == 1 else t.Power(t.EULER, t.rational(power))
            return _exponential(world, made.argument, power)
        case "symbol":
            base: t.Node = t.PI if made.name == "pi" else t.Symbol(made.name)
        case "i":
            base = t.Symbol("i")
        case "root":
            base = form_to_tree(world, made.argument)
            if power == Fraction(1, 2):
                return t.Call("sqrt", (base,))
        case _:
            base = t.Call(made.kind, (form_to_tree(world, made.argument),))
    if power == 1:
        return base
    return t.Call("sqrt", (base,)) if power == Fraction(1, 2) else t.Power(base, t.rational(power))
