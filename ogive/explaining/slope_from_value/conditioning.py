"""How well the slope can be computed from the value, what to use instead, and the order of the smallest equation."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from ogive._optional import optional
from ogive.explaining.exact import calculus as form_calculus
from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.effort import Budget
from ogive.explaining.exact.elimination import factored_tree
from ogive.explaining.exact.forms import form_to_tree, form_value, is_complex, is_constant
from ogive.explaining.exact.polynomials import Quotient, TooLargeError
from ogive.explaining.exact.series import UNIT, Expansion, LostError
from ogive.explaining.exact.world import NoFormError, World
from ogive.explaining.properties import phrases
from ogive.explaining.records.subject import all_functions
from ogive.explaining.signs.charts import Charter
from ogive.explaining.signs.points import Root, UnknownError
from ogive.explaining.signs.stretches import Span, image
from ogive.explaining.signs.study import Study
from ogive.expressions import balls, parse, to_text, to_unicode
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate

if TYPE_CHECKING:
    from ogive.explaining.records.self_reference import SelfReference
    from ogive.expressions.balls import Ball

__all__ = ["judged", "smallest_order"]

_RANGE: Final = 60_000  # units of work for each of the questions asked here
_FAILURES: Final = (UnknownError, NoFormError, TooLargeError, ZeroDivisionError, RecursionError)


def judged(found: SelfReference, tree: t.Node, name: str) -> SelfReference:
    """Add the values for which the form holds, how it treats errors there, and a form that keeps its tails."""
    stable = to_text(stable_slope(tree, name))
    if found.kind == "implicit":
        return replace(found, stable=stable)
    factor = error_factor(parse(found.form))
    span = _range(tree, name) if t.symbols(tree) == {name} else None
    domain, warning = "", ""
    if span is not None:
        charter, spans = span
        domain = _domain(charter, spans)
        warning = _warning(factor, charter, spans)
    conditioning = "" if factor is None else to_text(t.Call("abs", (_unsigned(factor),)))
    return replace(found, conditioning=conditioning, stable=stable, domain=domain, warning=warning)


def _range(tree: t.Node, name: str) -> tuple[Charter, list[Span]] | None:
    functions = all_functions()
    charter = Charter(World(functions, budget=Budget(_RANGE)), name)
    try:
        return charter, image(Study(charter, tree, name, functions))
    except _FAILURES:
        return None


def _domain(charter: Charter, spans: list[Span]) -> str:
    parts = [
        phrases.interval(phrases.number(charter, s.low), phrases.number(charter, s.high), left=s.left, right=s.right)
        for s in spans
    ]
    return "y in " + " or ".join("".join(x if isinstance(x, str) else to_unicode(x) for x in part) for part in parts)


def _limited() -> World:
    """Return a world in which nothing takes long."""
    return World(all_functions(), budget=Budget(_RANGE))


def error_factor(form: t.Node) -> t.Node | None:
    """Return y R'(y)/R(y), by which a relative error of y is multiplied."""
    if any(isinstance(node, t.Conditional) for _, node in t.walk(form)):
        return None
    world, y = _limited(), t.Symbol("y")
    try:
        value = world.form(form)
        if not value:
            return None
        derivative = differentiate(form, "y")
        slope = world.form(derivative)
        if is_complex(world, value):
            raw = t.Quotient(t.Product((y, derivative)), form)
            return next((known for known in map(parse, _CIRCULAR) if world.equal(raw, known)), raw)
        return factored_tree(world, world.times(world.times(world.form(y), slope), world.invert(value)))
    except _FAILURES:
        return None


_CIRCULAR: Final = ("-y*sin(y)/cos(y)", "-2*y*sin(y)/cos(y)", "y*sin(y)/cos(y)", "-y*cos(y)/sin(y)")


def _unsigned(factor: t.Node) -> t.Node:
    """Leave out a minus sign in front, which an absolute value does not see."""
    match factor:
        case t.Negative(operand):
            return _unsigned(operand)
        case t.Quotient(t.Negative(top), bottom):
            return t.Quotient(top, bottom)
        case t.Product((t.Negative(first), *rest)):
            return t.Product((first, *rest))
    return factor


def _warning(factor: t.Node | None, charter: Charter, spans: list[Span]) -> str:
    """Say at which ends of the range the factor grows without bound."""
    if factor is None or any(isinstance(node, t.Call) and node.name == "abs" for _, node in t.walk(factor)):
        return ""
    there = Charter(_limited(), "y")
    bad: list[str] = []
    for value, side in ((spans[0].low, 1), (spans[-1].high, -1)):
        if value.infinite or value.exact is None:
            continue
        end = form_to_tree(charter.world, value.exact)
        if _unbounded(there, factor, end, side):
            bad.append(to_unicode(end))
    if not bad:
        return ""
    return (
        f"a rounding error of y grows without bound in the slope as y → {' and y → '.join(bad)}; use the stable form"
    )


def _unbounded(charter: Charter, factor: t.Node, end: t.Node, side: int) -> bool:
    try:
        if is_complex(charter.world, charter.world.form(factor)):
            return _vanishes(charter, factor, end)
        series = charter.series(charter.world.form(factor), Root(Fraction(0), Fraction(0), end), side)
        expansion = Expansion(charter.world, charter.variable)
        return bool(series.terms) and expansion.compare(series.terms[0].monomial, UNIT) > 0
    except (*_FAILURES, LostError):
        return False


def _vanishes(charter: Charter, factor: t.Node, end: t.Node) -> bool:
    """Tell whether the denominator of the factor is exactly zero at an end, and the numerator is not."""
    factor = _unsigned(factor)
    if not isinstance(factor, t.Quotient):
        return False
    values = [charter.world.form(t.substitute(side, {"y": end})) for side in (factor.numerator, factor.denominator)]
    return bool(values[0]) and not values[1]


# ---- A form that keeps its tails -----------------------------------------------------------------------------------


def stable_slope(tree: t.Node, name: str) -> t.Node:
    """Return the slope from the input, in powers of e^-|z| where it is even, so that nothing overflows or cancels."""
    world = _limited()
    slope = differentiate(tree, name, functions=world.functions)
    if any(isinstance(node, t.Conditional) for _, node in t.walk(tree)):
        return slope
    try:
        form = world.form(slope)
        variable = world.form(t.Symbol(name)).term()[0][0][0]  # type: ignore[index]
        mirrored = form_calculus.replace(world, form, variable, -p.generator(variable))
        if is_complex(world, form) or world.reduced(mirrored - form):
            return slope
        return _decaying(world, form, variable) or slope
    except _FAILURES:
        return slope


def _decaying(world: World, form: Quotient, variable: int) -> t.Node | None:
    """Write an even function of t = e^(kz) in u = e^-|kz|."""
    moving = [at for at in form.generators() if not is_constant(world, p.generator(at), variable)]
    if len(moving) != 1 or world.generators[moving[0]].kind != "exp":
        return None
    if world.generators[moving[0]].argument.term() not in _plain_arguments(variable):
        return None
    u = world.form(t.Symbol("u_"))
    at = u.term()[0][0][0]  # type: ignore[index]
    total = _exchanged(world, form.top, moving[0], at)
    for factor, times in form.bottom:
        below = world.whole_power(_exchanged(world, dict(factor), moving[0], at), times)
        total = world.times(total, world.invert(below))
    rate = form_to_tree(world, world.generators[moving[0]].argument)
    inside = t.Negative(t.Call("abs", (rate,)))
    return t.substitute(factored_tree(world, total), {"u_": t.Call("exp", (inside,))})


def _plain_arguments(variable: int) -> list[tuple[p.Monomial, Fraction]]:
    return [(((variable, 1),), Fraction(1))]


def _exchanged(world: World, top: p.Polynomial, old: int, new: int) -> Quotient:
    total = p.ZERO
    for term, value in top.items():
        rest = p.monomial(tuple((at, power) for at, power in term if at != old), value)
        power = dict(term).get(old, 0)
        total = total + world.times(rest, p.generator(new, -power) if power else p.ONE)
    return total


# ---- The smallest algebraic differential equation ------------------------------------------------------------------


def smallest_order(charter: Charter, form: Quotient) -> int | None:
    """Count how many of f, f', f'', ... are algebraically independent: that is the order of the smallest equation.

    All of them lie in the field of the generators that occur, which are algebraically independent (Ax, On Schanuel's
    conjectures, Annals of Mathematics 93 (1971) 252-268), so the rank of the Jacobian counts it. A rank found at one
    point is a lower bound, and the number of generators an upper one; the order is given where the two agree.
    """
    derivatives = [form]
    for _ in range(4):
        derivatives.append(charter.slope(derivatives[-1]))
    moving = sorted(
        {
            at
            for each in derivatives
            for at in each.generators()
            if not is_constant(charter.world, p.generator(at), charter.variable)
        }
    )
    if any(charter.world.generators[at].kind in ("root", "abs") for at in moving) or len(moving) > 4:
        return None
    if _independent(charter.world, derivatives[: len(moving)], moving):
        return len(moving)
    return None


def _independent(world: World, forms: list[Quotient], moving: list[int]) -> bool:
    """Tell whether the Jacobian by the generators is certainly not singular at one point."""
    flint = optional("flint", for_="proofs")
    with balls.precision(256):
        values = {each: balls.ball(Fraction(2 * k + 3, 7)) for k, each in enumerate(moving)}
        fixed = {at for form in forms for at in form.generators()} - set(moving)
        for k, at in enumerate(sorted(fixed)):
            constant = world.generators[at]
            free = constant.kind == "symbol" and constant.name != "pi"
            values[at] = balls.ball(Fraction(5 + k, 3)) if free else form_value(world, p.generator(at), {})
            if constant.kind == "root":
                values[at] = form_value(world, constant.argument, {})
        rows = [[_partial(form, values, at) for at in moving] for form in forms]
        return balls.sign(flint.arb_mat(rows).det()) in (1, -1)


def _partial(form: Quotient, values: dict[int, Ball], at: int) -> Ball:
    """Return the partial derivative of a form by one generator, all others held."""
    top, slope_top = _evaluated(dict(form.top), values, at)
    bottom, slope_bottom = balls.ball(1), balls.ball(0)
    for factor, times in form.bottom:
        value, slope = _evaluated(dict(factor), values, at)
        for _ in range(times):
            bottom, slope_bottom = bottom * value, slope_bottom * value + bottom * slope
    return (slope_top * bottom - top * slope_bottom) / bottom**2


def _evaluated(top: p.Polynomial, values: dict[int, Ball], at: int) -> tuple[Ball, Ball]:
    total, slope = balls.ball(0), balls.ball(0)
    for term, value in top.items():
        product = balls.ball(value)
        for each, power in term:
            whole = power.denominator == 1
            product = product * (values[each] ** int(power) if whole else values[each] ** balls.ball(Fraction(power)))
        total = total + product
        slope = slope + product * balls.ball(Fraction(dict(term).get(at, 0))) / values[at]
    return total, slope
