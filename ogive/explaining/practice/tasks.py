"""The kinds of exercises, each a function of chance and of a level from 1 to 3."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from ogive.explaining.practice.task import Exercise
from ogive.explaining.records.subject import all_functions
from ogive.explaining.slope_from_value.self_reference import self_reference
from ogive.expressions import parse
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

__all__ = ["TOPICS"]


def _read(text: str) -> t.Node:
    return parse(text, functions=all_functions())


def _slope_of(text: str) -> t.Node:
    """Return the derivative of a call, taken where the call is."""
    call = _read(text)
    return t.Call(call.name, call.arguments, 1) if isinstance(call, t.Call) else call


# ---- The slope of the sigmoid from its value ---------------------------------------------------------------------


def value(chance: Random, level: int) -> Exercise:
    """Evaluate the slope at a point, from the value there."""
    if level == 3:
        return _value_of_tanh(chance)
    odds = Fraction(chance.choice((2, 3, 4, 9)) if level == 1 else chance.choice(("1/3", "3/2", "7/3", "19")))
    a = odds / (1 + odds)
    z = t.Call("log", (t.rational(odds),))
    sigma = _read("sigmoid(z)")
    slope = t.rational(a * (1 - a))
    traps = (
        ("value-for-slope", t.rational(a)),
        ("input-for-output", t.Product((z, t.Sum((t.ONE, t.Negative(z)))))),
        ("slope-at-the-value", _slope_of(f"sigmoid({a})")),
    )
    return Exercise(
        topic="value", level=level, solution=slope, traps=traps,
        words=("At z = ", z, " the sigmoid is ", sigma, " = ", t.rational(a), ". How steep is it there?"),
        hints=(
            ("the slope of the sigmoid needs nothing but its value",),
            ("with a the value, the slope is ", _read("a*(1 - a)")),
            ("so it is ", t.rational(a), " times ", t.rational(1 - a)),
        ),
    )  # fmt: skip


def _value_of_tanh(chance: Random) -> Exercise:
    odds = Fraction(chance.choice((2, 3, 4, 5)))
    y = (odds**2 - 1) / (odds**2 + 1)
    z = t.Call("log", (t.rational(odds),))
    traps = (
        ("value-for-slope", t.rational(y)),
        ("input-for-output", t.Sum((t.ONE, t.Negative(t.Power(z, t.integer(2)))))),
        ("slope-at-the-value", _slope_of(f"tanh({y})")),
    )
    tanh = _read("tanh(z)")
    return Exercise(
        topic="value", level=3, solution=t.rational(1 - y * y), traps=traps,
        words=("At z = ", z, " the value of ", tanh, " is ", t.rational(y), ". How steep is it there?"),
        hints=(
            ("tanh, too, has a slope that needs nothing but its value",),
            ("with y the value, the slope is ", _read("1 - y^2")),
            ("so it is 1 - (", t.rational(y), ")²"),
        ),
    )  # fmt: skip


# ---- Derivatives -------------------------------------------------------------------------------------------------

_DERIVE: Final = {
    1: ("z^{n}", "{a}*z^{n}", "e^({a}*z)", "e^(-{a}*z)", "ln({a}*z)", "sin({a}*z)", "1/(1 + e^(-z))", "1/z^{n}"),
    2: (
        "1/(1 + e^(-{a}*z))", "z*e^({a}*z)", "(1 + z^2)^{n}", "ln(1 + e^({a}*z))", "tanh({a}*z)", "z^{n}/(1 + z)",
        "e^(-z^2)", "z^{n}*ln(z)", "sigmoid({a}*z + {b})",
    ),
    3: (
        "z/(1 + e^(-{a}*z))", "e^(-e^(-{a}*z))", "z/sqrt({b} + z^2)", "atan({a}*z^2)", "tanh(ln(1 + e^z))",
        "(1 + e^(-{a}*z))^(-{n})", "e^(-{a}*z)*sin({b}*z)", "ln(z^2 + {b})/z",
    ),
}  # fmt: skip
_RULES: Final[dict[type, str]] = {
    t.Sum: "it is a sum: differentiate term by term",
    t.Product: "it is a product: (f g)' = f' g + f g', and a constant factor stays",
    t.Quotient: "it is a quotient: (f/g)' = (f' g - f g')/g²",
    t.Power: "it is a power: (u^n)' = n u^(n-1) u', and (e^u)' = e^u u'",
    t.Call: "it is a function of something: f(u)' = f'(u) u'",
}


def derive(chance: Random, level: int) -> Exercise:
    """Differentiate a function."""
    pattern = chance.choice(_DERIVE[level])
    text = pattern.format(n=chance.choice((2, 3, 4)), a=chance.choice((2, 3, 5)), b=chance.choice((1, 2, 4)))
    function = _read(text)
    slope = differentiate(function, "z", functions=all_functions())
    first = _RULES.get(type(function), "look at what is done last")
    inner = next((part for part in _insides(function) if part != t.Symbol("z")), None)
    second = (
        ("what is inside, ", inner, ", has the derivative ", differentiate(inner, "z")) if inner is not None else ()
    )
    hints = (
        ((first,), second, ("unsimplified, it is ", slope)) if second else ((first,), ("unsimplified, it is ", slope))
    )
    return Exercise(
        topic="derive", level=level, solution=slope, hints=hints, variable="z", allowed=frozenset({"z"}),
        function=function, words=("Differentiate ", function, " with respect to z."),
    )  # fmt: skip


def _insides(tree: t.Node) -> list[t.Node]:
    """List what stands inside functions and powers and varies."""
    found: list[t.Node] = []
    for _, node in t.walk(tree):
        match node:
            case t.Call(_, (argument,), _) if "z" in t.symbols(argument):
                found.append(argument)
            case t.Power(base, exponent):
                found += [part for part in (exponent, base) if "z" in t.symbols(part)]
    return found


# ---- The slope in terms of the value -----------------------------------------------------------------------------

_REFER: Final = {
    1: ("1/(1 + e^(-z))", "e^({a}*z)", "tanh(z)", "1 - e^(-{a}*z)"),
    2: ("1/(1 + e^(-{a}*z))", "tanh({a}*z)", "{a}/(1 + e^(-z))", "1/z", "ln(1 + e^z)"),
    3: ("e^(-e^(-z))", "atan(z)", "z/sqrt(1 + z^2)", "2/(1 + e^(-{a}*z)) - 1"),
}


def refer(chance: Random, level: int) -> Exercise:
    """Find f' = R(f)."""
    function = _read(chance.choice(_REFER[level]).format(a=chance.choice((2, 3, 5))))
    found = self_reference(function, var="z")
    form = parse(found.form)
    slope = differentiate(function, "z", functions=all_functions())
    return Exercise(
        topic="self-reference", level=level, solution=form, stands_for={"y": function}, variable="z",
        function=function, traps=(("input-for-output", t.substitute(form, {"y": t.Symbol("z")})),),
        words=("Let ", t.Relation("=", t.Symbol("y"), function), ". Write the slope y' in terms of y alone."),
        hints=(
            ("differentiate first: y' = ", slope),
            ("then solve ", t.Relation("=", t.Symbol("y"), function), " for what contains z, and put it in"),
        ),
    )  # fmt: skip


# ---- Where the slope is largest ----------------------------------------------------------------------------------


def steepest(chance: Random, level: int) -> Exercise:
    """Find where a logistic curve is steepest, or how steep it is there."""
    k, c, top = chance.choice((1, 2, 4)), chance.choice((-3, -1, 2, 5)), chance.choice((1, 2, 8))
    shift = f"- {c}" if c > 0 else f"+ {-c}"
    rate = "" if k == 1 else f"{k}*"
    function = _read(f"{top}/(1 + e^(-{rate}(z {shift})))")
    if level == 1:
        return Exercise(
            topic="steepest", level=1, solution=t.integer(c), function=None,
            words=("At which z is the slope of ", function, " largest?"),
            hints=(
                ("a logistic curve is steepest half-way between its asymptotes",),
                (f"half-way is {Fraction(top, 2)}, where the exponent is 0",),
            ),
            traps=(("value-for-slope", t.rational(Fraction(top, 2))),) if Fraction(top, 2) != c else (),
        )  # fmt: skip
    largest = Fraction(k * top, 4)
    traps = (("inner-derivative-dropped", t.rational(Fraction(top, 4))),) if k > 1 else ()
    return Exercise(
        topic="steepest", level=level, solution=t.rational(largest), traps=traps,
        words=("How large is the largest slope of ", function, "?"),
        hints=(
            ("with y the value, the slope is ", _read(f"{rate}y*({top} - y)/{top}")),
            (f"it is largest at y = {Fraction(top, 2)}",),
        ),
    )  # fmt: skip


# ---- Backpropagation ---------------------------------------------------------------------------------------------


def backpropagate(chance: Random, level: int) -> Exercise:
    """Pass a gradient back through one unit."""
    a = Fraction(chance.choice(("1/2", "3/4", "1/5", "9/10")))
    x, goal = chance.choice((2, 3, -2)), chance.choice((0, 1))
    error, slope = a - goal, a * (1 - a)
    gradient = error * slope * (x if level > 1 else 1)
    asked = "dL/dw" if level > 1 else "dL/dz"
    weights = "z = w x + b with x = " + str(x) if level > 1 else "the input z"
    traps = [
        ("value-for-slope", t.rational(error * a * (x if level > 1 else 1))),
        ("sign-lost", t.rational(-gradient)),
    ]
    if level > 1:
        traps.append(("inner-derivative-dropped", t.rational(error * slope)))
        traps.append(("inner-derivative-dropped", t.rational(error * x)))
    else:
        traps.append(("inner-derivative-dropped", t.rational(error)))
    if level == 3:
        gradient, traps, weights, asked = _two_layers(a, error, chance.choice((2, -3, 4)), traps, x)
    kept = tuple((name, wrong) for name, wrong in traps if t.number(wrong) != gradient)
    return Exercise(
        topic="backpropagate", level=level, solution=t.rational(gradient), traps=kept,
        words=(
            f"A unit takes {weights} and gives ", _read("sigmoid(z)"), " = ", t.rational(a),
            ". The loss is L = (a - ", t.integer(goal), ")²/2, where a is the output. What is ", asked, "?",
        ),
        hints=(
            ("the gradient is a product along the way back: first dL/da = a - t = ", t.rational(error)),
            ("then da/dz = ", _read("a*(1 - a)"), " = ", t.rational(slope)),
            ("and last what z is made of",) if level > 1 else ("multiply the two",),
        ),
    )  # fmt: skip


def _two_layers(
    a: Fraction, error: Fraction, weight: int, traps: list[tuple[str, t.Node]], x: int
) -> tuple[Fraction, list[tuple[str, t.Node]], str, str]:
    """Put a second unit below: its output h = 1/2 goes in with a weight."""
    gradient = error * a * (1 - a) * weight * Fraction(1, 4) * x
    dropped = [
        ("inner-derivative-dropped", t.rational(error * a * (1 - a) * weight * x)),
        ("inner-derivative-dropped", t.rational(error * a * (1 - a) * Fraction(1, 4) * x)),
    ]
    words = f"z = {weight} h, where h = σ(v x) = 1/2 is the output of a unit below with x = {x},"
    return gradient, [*dropped, *traps], words, "dL/dv"


TOPICS: Final[dict[str, Callable[[Random, int], Exercise]]] = {
    "value": value,
    "derive": derive,
    "self-reference": refer,
    "steepest": steepest,
    "backpropagate": backpropagate,
}
