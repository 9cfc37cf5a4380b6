"""What the sheets add to the proofs: the bound as an identity in the value, and what other texts get wrong."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ogive.explaining.exact.world import World
from ogive.explaining.properties import phrases
from ogive.explaining.records.sheet import Property, Sentence
from ogive.explaining.signs.points import Root, UnknownError
from ogive.expressions import parse, to_text
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from ogive.explaining.records.subject import Subject
    from ogive.explaining.signs.study import Study

__all__ = ["notes_on", "value_identity", "vanishing_gradient"]


def notes_on(subject: Subject, order: int) -> tuple[Sentence, ...]:
    """Return what a reader of other texts should know."""
    return (*_of_domain(subject), *_of_slope(subject, order))


def _of_domain(subject: Subject) -> tuple[Sentence, ...]:
    """Say that the statements are of the formula, where a shape is defined on less than that."""
    low, high = (float("-inf"), float("inf")) if subject.shape is None else subject.shape.domain
    if (low, high) == (float("-inf"), float("inf")):
        return ()
    named = f"the shape {subject.title.removeprefix('the ')} is defined from {low:g} to {high:g} only"
    return ((f"{named}; what stands here holds for its formula, wherever that is real",),)


def _of_slope(subject: Subject, order: int) -> tuple[Sentence, ...]:
    """Contradict what other texts say about the slope."""
    left, right = (subject.variable, float("-inf"), Root.at(0)), (subject.variable, Root.at(0), float("inf"))
    logistic = t.substitute(parse("1/(1 + exp(-z))"), {"z": t.Symbol(subject.variable)})
    if order and World(subject.functions).equal(subject.tree, logistic):
        return (
            (
                "a widely read text says that the slope of the sigmoid is “monotonically decreasing”. It is not: it "
                "rises on ", *phrases.region(*left), ", peaks at ",
                t.rational(Fraction(1, 4)), " and falls on ", *phrases.region(*right),
                ".",
            ),
        )  # fmt: skip
    return ()


def value_identity(subject: Subject, found: Property) -> Property:
    """Add the bound as a square: c - R(y) = a (y - m)² where the slope is the quadratic R in the value y."""
    row = subject.shape
    if row is None or row.slope_in_value is None or not found.proved:
        return found
    quadratic = _quadratic(row.slope_in_value)
    if quadratic is None:
        return found
    c, b, a = quadratic
    if a >= 0:
        return found
    middle, top = -b / (2 * a), c - b * b / (4 * a)
    inside = _linear(middle) if middle else "y"
    square = parse(f"{-a / middle.denominator**2}*({inside})**2")
    slope = parse(row.slope_in_value)
    difference = t.Sum((t.rational(top), t.Negative(slope)))
    if not World().equal(difference, square):
        raise UnknownError("the bound as a square")
    why: Sentence = (
        "with y the value, the slope is ", slope, ", and ", difference, " = ", _tidy(square), " ≥ 0, zero only at ",
        "y = ", t.rational(middle), "; ", *found.why,
    )  # fmt: skip
    identity = {"method": "identity", "variable": "y", "left": to_text(difference), "right": to_text(square)}
    return replace(found, why=why, certificate={"method": "all", "parts": [identity, found.certificate]})


def _linear(middle: Fraction) -> str:
    """Write a y - b with whole coefficients and the zero `middle`."""
    return f"{middle.denominator}*y - {middle.numerator}"


def _tidy(tree: t.Node) -> t.Node:
    """Leave out a factor of one, and write a fraction in front below the bar."""
    if not isinstance(tree, t.Product):
        return tree
    factor, rest = tree.factors
    value = t.number(factor)
    if value is None or value == 1:
        return rest
    return t.Quotient(rest, t.integer(value.denominator)) if value.numerator == 1 else tree


def _quadratic(text: str) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return the coefficients of a quadratic in y, by rising powers; None for anything else."""
    world = World()
    form = world.form(parse(text, names=("y",)))
    y = world.form(t.Symbol("y")).term()
    if form.bottom or y is None:
        return None
    powers = {0: Fraction(0), 1: Fraction(0), 2: Fraction(0)}
    for term, value in form.top.items():
        degree = 0 if not term else term[0][1] if len(term) == 1 and term[0][0] == y[0][0][0] else None
        if degree not in powers:
            return None
        powers[int(degree)] = value
    return powers[0], powers[1], powers[2]


def vanishing_gradient(study: Study) -> Property:
    """Say how fast the slope dies in the tails, where it does on both sides."""
    from ogive.explaining.properties.statements import limits
    from ogive.explaining.signs.stretches import image
    from ogive.explaining.signs.study import compare_values, negated

    last = len(study.pieces) - 1
    ends = (study.limit(0, 0, 1), study.limit(last, 0, -1))
    if any(end.infinite or end.exact is None or end.exact for end in ends):
        return Property("vanishing gradient", ())
    tails = limits(study)
    spans = image(study)
    smallest, largest = spans[0], spans[-1]
    if largest.high.infinite or smallest.low.infinite:
        raise UnknownError("the slope is unbounded")
    if compare_values(study.charter, negated(smallest.low), largest.high) > 0:
        return Property("vanishing gradient", ())  # steeper where it falls than where it rises
    words: Sentence = (
        "the slope goes to 0 in both tails, and is at most ", *phrases.number(study.charter, largest.high),
        ": n layers pass back at most the n-th power of that, and a saturated unit next to nothing",
    )  # fmt: skip
    return Property("vanishing gradient", words, tails.why, tails.certificate)
