"""The mistakes people make in differentiating, as rules of their own: what a wrong answer matches exactly is named.

Each mistake is the right set of rules with one rule exchanged. An answer is compared with what the exchanged rule
gives, at one place or at all of them, by the same exact comparison as any other answer. A mistake is named only if it
gives precisely the answer in hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.checking.equivalence import compare_trees
from ogive.explaining.signs.pieces import expanded
from ogive.explaining.slope_from_value.self_reference import self_reference
from ogive.expressions import parse
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate, outer_derivative

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.expressions import Functions

__all__ = ["MISTAKES", "Mistake", "diagnose", "wrong_derivatives"]


@final
@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake with a name that never changes, and what to say about it."""

    name: str
    words: str


MISTAKES: Final = {
    each.name: each
    for each in (
        Mistake("not-differentiated", "this is the function itself; it still has to be differentiated"),
        Mistake("integrated", "this is an antiderivative: its derivative is the function. Differentiate instead"),
        Mistake("inner-derivative-dropped", "the chain rule also multiplies by the derivative of what is inside"),
        Mistake("sign-lost", "a minus sign was lost: the derivative of -u is -u'"),
        Mistake("exponent-kept", "the power rule lowers the exponent by one: (u^n)' = n u^(n-1) u'"),
        Mistake(
            "factor-of-power-dropped", "the power rule brings the exponent down as a factor: (u^n)' = n u^(n-1) u'"
        ),
        Mistake("product-of-derivatives", "(f g)' is f' g + f g', not f' g'"),
        Mistake("half-of-the-product-rule", "(f g)' has two terms, f' g + f g'; one of them is missing"),
        Mistake("quotient-of-derivatives", "(f/g)' is (f' g - f g')/g², not f'/g'"),
        Mistake("quotient-order", "(f/g)' is (f' g - f g')/g²; here the two terms are the wrong way round"),
        Mistake("quotient-square-dropped", "(f/g)' is (f' g - f g')/g²; the square below is missing"),
        Mistake("outer-at-inner-derivative", "the outer derivative is taken at u, not at u': f(u)' = f'(u) u'"),
        Mistake("slope-at-the-value", "the slope was taken at the value instead of at the input: σ'(a) is not σ'(z)"),
        Mistake(
            "input-for-output", "the form in terms of the value takes the output y, as in y(1 - y), not the input z"
        ),
        Mistake("value-for-slope", "this is the value, not the slope; a small value is not a small slope"),
        Mistake("constant-differentiated", "a constant factor stays as it is; its derivative is not a factor"),
    )
}


def diagnose(answer: t.Node, function: t.Node, name: str, functions: Functions) -> Mistake | None:
    """Name the mistake that gives exactly this answer for the derivative of a function; None if none does."""
    if _same(answer, function, functions):
        return MISTAKES["not-differentiated"]
    if name in t.symbols(answer) and _same(t.Derivative(answer, t.Symbol(name)), function, functions):
        return MISTAKES["integrated"]
    for mistake, wrong in (
        *wrong_derivatives(function, name, functions),
        *_about_the_value(function, name, functions),
    ):
        if _same(answer, wrong, functions):
            return MISTAKES[mistake]
    return None


def _about_the_value(function: t.Node, name: str, functions: Functions) -> Iterator[tuple[str, t.Node]]:
    """Yield R(z) for R(y), and the slope taken at the value."""
    z = t.Symbol(name)
    slope = differentiate(function, name, functions=functions)
    yield "slope-at-the-value", t.substitute(slope, {name: function})
    found = self_reference(function, var=name, effort=0.3) if {"y", "Y"}.isdisjoint(t.symbols(function)) else None
    if found is not None and found.kind in ("rational", "radical", "elementary"):
        yield "input-for-output", t.substitute(parse(found.form), {"y": z})


def _same(a: t.Node, b: t.Node, functions: Functions) -> bool:
    left, right = expanded(a, functions), expanded(b, functions)
    if t.size(left) + t.size(right) > 300:
        return False
    try:
        return compare_trees(left, right, functions).answer == "equal"
    except ValueError:
        return False


def wrong_derivatives(function: t.Node, name: str, functions: Functions) -> Iterator[tuple[str, t.Node]]:
    """Yield what each exchanged rule makes of a derivative: at every place where it applies, then at each alone."""
    right = differentiate(function, name, functions=functions)
    seen = {right}
    for rule in _EXCHANGED:
        everywhere = _Rules(rule, None, functions)
        results = [everywhere.of(function, name)]
        places = min(everywhere.met, 6)
        results += [_Rules(rule, at, functions).of(function, name) for at in range(places if places > 1 else 0)]
        for result in results:
            if result not in seen:
                seen.add(result)
                yield rule, result


_EXCHANGED: Final = (
    "sign-lost", "inner-derivative-dropped", "exponent-kept", "factor-of-power-dropped", "product-of-derivatives",
    "half-of-the-product-rule", "quotient-of-derivatives", "quotient-order", "quotient-square-dropped",
    "outer-at-inner-derivative", "constant-differentiated",
)  # fmt: skip


_OF_POWERS: Final = ("inner-derivative-dropped", "exponent-kept", "factor-of-power-dropped")


@final
class _Rules:
    """The rules of differentiation with one of them exchanged, at one place or at all."""

    def __init__(self, rule: str, place: int | None, functions: Functions) -> None:
        self.rule, self.place, self.functions = rule, place, functions
        self.met = 0  # how often the exchanged rule could be applied so far

    def wrong(self, rule: str) -> bool:
        """Tell whether the exchanged rule is used here."""
        if rule != self.rule:
            return False
        self.met += 1
        return self.place is None or self.place == self.met - 1

    def of(self, tree: t.Node, name: str) -> t.Node:
        """Differentiate."""
        if name not in t.symbols(tree):
            return t.ZERO
        match tree:
            case t.Symbol():
                return t.ONE
            case t.Sum(terms):
                return t.Sum(tuple(self.of(term, name) for term in terms))
            case t.Negative(operand):
                inner = self.of(operand, name)
                return inner if self.wrong("sign-lost") else t.Negative(inner)
            case t.Product(factors):
                return self.product(factors, name)
            case t.Quotient(top, bottom):
                return self.quotient(top, bottom, name)
            case t.Power(base, exponent):
                return self.power(base, exponent, name)
            case t.Call(_, (argument,), _):
                return self.call(tree, argument, name)
        return differentiate(tree, name, functions=self.functions)

    def product(self, factors: tuple[t.Node, ...], name: str) -> t.Node:
        fixed = [factor for factor in factors if name not in t.symbols(factor)]
        moving = [factor for factor in factors if name in t.symbols(factor)]
        slopes = [self.of(factor, name) for factor in moving]
        if len(moving) == 1:
            if fixed and self.wrong("constant-differentiated"):
                return slopes[0]
            return t.Product((*fixed, slopes[0])) if fixed else slopes[0]
        if self.wrong("product-of-derivatives"):
            return t.Product((*fixed, *slopes))
        terms = [t.Product((*fixed, *moving[:at], slopes[at], *moving[at + 1 :])) for at in range(len(moving))]
        return terms[0] if self.wrong("half-of-the-product-rule") else t.Sum(tuple(terms))

    def quotient(self, top: t.Node, bottom: t.Node, name: str) -> t.Node:
        if name not in t.symbols(bottom):
            return t.Quotient(self.of(top, name), bottom)
        if name not in t.symbols(top) and self.rule in _OF_POWERS:  # people write c/u as c u^-1
            return t.Product((top, self.power(bottom, t.integer(-1), name)))
        up, down = self.of(top, name), self.of(bottom, name)
        if self.wrong("quotient-of-derivatives"):
            return t.Quotient(up, down)
        first, second = t.Product((up, bottom)), t.Product((top, down))
        if self.wrong("quotient-order"):
            first, second = second, first
        taken = second if self.wrong("sign-lost") else t.Negative(second)
        below = bottom if self.wrong("quotient-square-dropped") else t.Power(bottom, t.Number(Fraction(2)))
        return t.Quotient(t.Sum((first, taken)), below)

    def power(self, base: t.Node, exponent: t.Node, name: str) -> t.Node:
        if name in t.symbols(exponent):
            return self.exponential(base, exponent, name)
        lowered = t.Power(base, t.Sum((exponent, t.Negative(t.ONE))))
        kept = t.Power(base, exponent) if self.wrong("exponent-kept") else lowered
        outer = kept if self.wrong("factor-of-power-dropped") else t.Product((exponent, kept))
        return self.chained(outer, base, name)

    def exponential(self, base: t.Node, exponent: t.Node, name: str) -> t.Node:
        if base != t.EULER:
            return differentiate(t.Power(base, exponent), name, functions=self.functions)
        if self.wrong("exponent-kept"):  # (e^u)' taken for u e^(u-1)
            outer: t.Node = t.Product((exponent, t.Power(base, t.Sum((exponent, t.Negative(t.ONE))))))
        else:
            outer = t.Power(base, exponent)
        return self.chained(outer, exponent, name)

    def call(self, call: t.Call, argument: t.Node, name: str) -> t.Node:
        outer = outer_derivative(call, self.functions)
        inner = self.of(argument, name)
        if argument != t.Symbol(name) and self.wrong("outer-at-inner-derivative"):
            there = outer_derivative(t.Call(call.name, (inner,), call.primes), self.functions)
            return t.Product((there, inner))
        return self.chained(outer, argument, name)

    def chained(self, outer: t.Node, inside: t.Node, name: str) -> t.Node:
        """Multiply by the derivative of what is inside, or forget to."""
        if inside == t.Symbol(name):
            return outer
        inner = self.of(inside, name)
        return outer if self.wrong("inner-derivative-dropped") else t.Product((outer, inner))
