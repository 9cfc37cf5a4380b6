"""Random expressions, every route: the result of a derivation beside two judges that share no code with its rules.

The judges are `ogive.expressions.differentiate`, computed in ball arithmetic, and mpmath's numerical slope of the
expression itself, computed by the small evaluator below. Every step of a derivation is compared in numbers too, the
proven ones included.

Run as a script for the full count: ``python tests/explaining/differential.py 100000``.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from fractions import Fraction
from typing import Any

import mpmath

import ogive as og
from ogive.explaining import ROUTES, Derivation, DerivationTooLongError, RouteError
from ogive.explaining.deriving.audit import RefutedError, audit, stands_for, witness_against
from ogive.explaining.records.derivation import OWN_LIMITS
from ogive.explaining.records.steps import INTRODUCING, leaves
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import ExpressionError, parse, to_text
from ogive.expressions import tree as t
from ogive.expressions.differentiate import expand

X = t.Symbol("x")


# ---- Expressions -------------------------------------------------------------------------------------------------

FUNCTIONS = (
    *("sin", "cos", "tan", "exp", "log", "sqrt", "cbrt", "atan", "asin", "sinh", "tanh", "erf", "sec", "log10"),
    *("sigmoid", "softplus", "acosh", "abs", "sign"),
)


def whole(dice: random.Random, low: int = 0, high: int = 9) -> t.Node:
    return t.integer(dice.randint(low, high))


def fraction(dice: random.Random) -> Fraction:
    return Fraction(dice.choice([-3, -2, -1, 1, 1, 2, 3, 5]), dice.choice([2, 3, 4]))


def constant(dice: random.Random) -> t.Node:
    """A number in one of the ways in which people write it: a surd, a power, a fraction, e, pi, zero."""
    base = whole(dice, 1)
    match dice.randint(0, 9):
        case 0:
            return whole(dice)
        case 1 | 2:
            return t.Call("sqrt", (base,))
        case 3:
            return t.Power(base, t.rational(fraction(dice)))
        case 4:
            return t.Power(whole(dice, 0, 5), whole(dice, 1, 3))
        case 5:
            return t.Quotient(whole(dice, 1), t.Call("sqrt", (base,)))
        case 6:
            return t.Call("cbrt", (t.Negative(base),))
        case 7:
            return dice.choice([t.EULER, t.PI, t.Call("log", (base,))])
        case 8:
            return t.Negative(t.Call("sqrt", (base,)))
    return t.rational(fraction(dice))


def expression(dice: random.Random, depth: int) -> t.Node:
    if depth == 0 or dice.random() < 0.08:
        return dice.choice([X, X, X, constant(dice), t.Symbol("a"), t.Symbol("k")])
    below = [expression(dice, depth - 1) for _ in range(3)]
    match dice.randint(0, 13):
        case 0:
            return t.Sum((below[0], constant(dice), below[1]))
        case 1:
            return t.Sum((below[0], t.Negative(below[1])))
        case 2 | 3:
            return t.Product((constant(dice), below[0]))
        case 4:
            return t.Product((below[0], constant(dice), below[1], constant(dice)))
        case 5:
            return t.Quotient(below[0], t.Sum((constant(dice), below[1])))
        case 6:
            return t.Quotient(t.Product((constant(dice), below[0])), t.Product((constant(dice), below[1])))
        case 7:
            return t.Power(below[0], t.rational(fraction(dice)))
        case 8:
            return t.Power(below[0], dice.choice([constant(dice), whole(dice, -3, 4), t.Symbol("a")]))
        case 9:
            return t.Power(dice.choice([t.EULER, constant(dice)]), t.Product((constant(dice), below[0])))
        case 10:
            return t.Conditional(t.Relation(dice.choice(["<", ">="]), X, constant(dice)), below[0], below[1])
        case 11:
            return t.Call("abs", (below[0],))
    return t.Call(dice.choice(FUNCTIONS), (below[0],))


# ---- A judge of its own: mpmath ----------------------------------------------------------------------------------


class NotRealError(ArithmeticError):
    """No real value at this point."""


def value(tree: t.Node, at: dict[str, Any]) -> Any:
    """The value of a tree in mpmath's real numbers; powers with a broken exponent are those of a positive base."""
    match tree:
        case t.Number(number):
            return mpmath.mpf(number.numerator) / number.denominator
        case t.Symbol(name):
            return at[name]
        case t.Constant(name):
            return +mpmath.pi if name == "pi" else +mpmath.e
        case t.Conditional(t.Relation(operator, left, right), then, otherwise):
            gap = value(left, at) - value(right, at)
            chosen = {"<": gap < 0, "<=": gap <= 0, ">": gap > 0, ">=": gap >= 0}[operator]
            return value(then if chosen else otherwise, at)
        case t.Call(name, (argument,), 0) if name in DIRECT:
            return real(DIRECT[name](value(argument, at)))
        case t.Call():
            opened = expand(tree, VOCABULARY)
            assert opened is not None
            return value(opened, at)
    parts = [value(part, at) for part in t.children(tree)]
    match tree:
        case t.Sum():
            return mpmath.fsum(parts)
        case t.Product():
            return mpmath.fprod(parts)
        case t.Negative():
            return -parts[0]
        case t.Quotient():
            if parts[1] == 0:
                raise NotRealError
            return parts[0] / parts[1]
    return power(*parts, t.number(tree.exponent) if isinstance(tree, t.Power) else None)


def power(base: Any, exponent: Any, number: Fraction | None) -> Any:
    is_whole = number is not None and number.denominator == 1
    if base == 0 and exponent <= 0 and number != 0:
        raise NotRealError
    if base < 0 and not is_whole:
        raise NotRealError
    if base != 0 and abs(exponent * mpmath.log(abs(base))) > 10**6:
        raise NotRealError  # too large to compute with
    return base ** (number.numerator if number is not None and is_whole else exponent)


def real(number: Any) -> Any:
    if isinstance(number, mpmath.mpc) or not mpmath.isfinite(number):
        raise NotRealError
    return number


def bounded_exp(u: Any) -> Any:
    if abs(u) > 10**6:
        raise NotRealError
    return mpmath.exp(u)


DIRECT = {
    name: getattr(mpmath, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "tanh", "erf", "sign")
}
DIRECT |= {name: getattr(mpmath, name) for name in ("acosh", "asinh", "atanh", "erfc", "erfinv", "log1p", "lambertw")}
DIRECT |= {
    "exp": bounded_exp,
    "sqrt": mpmath.sqrt,
    "abs": abs,
    "log": lambda u: mpmath.log(u) if u > 0 else mpmath.nan,
}
DIRECT |= {"cbrt": lambda u: mpmath.sign(u) * mpmath.cbrt(abs(u))}
DIRECT |= {
    name: (lambda u, base=base: mpmath.log(u, base) if u > 0 else mpmath.nan)
    for name, base in (("log2", 2), ("log10", 10))
}
DIRECT |= {
    "sinh": lambda u: (bounded_exp(u) - bounded_exp(-u)) / 2,
    "cosh": lambda u: (bounded_exp(u) + bounded_exp(-u)) / 2,
}


def numerical_slope(tree: t.Node, at: dict[str, Any], digits: int) -> Any:
    """The slope by a central difference; `NotRealError` near the end of a domain."""
    with mpmath.workdps(digits * 4):
        step = mpmath.mpf(10) ** (-digits)
        ahead, behind = (value(tree, {**at, "x": at["x"] + sign * step}) for sign in (1, -1))
        return (ahead - behind) / (2 * step)


POINTS = ("0.3719", "-1.2873", "2.1637", "0.0613", "-0.4441", "7.3313", "-9.177")


def has_a_value(tree: t.Node) -> bool:
    for place in POINTS:
        try:
            value(tree, {"x": mpmath.mpf(place), "a": mpmath.mpf("1.5331"), "k": mpmath.mpf("0.7177")})
        except (NotRealError, ZeroDivisionError, OverflowError, ValueError):
            continue
        return True
    return False


def differs_from_mpmath(tree: t.Node, result: t.Node) -> str:
    """Where the result is not the numerical slope, in words; empty where no point says so."""
    for place in POINTS:
        at = {"x": mpmath.mpf(place), "a": mpmath.mpf("1.5331"), "k": mpmath.mpf("0.7177")}
        try:
            with mpmath.workdps(60):
                ours = value(result, at)
            first, second = (numerical_slope(tree, at, digits) for digits in (15, 20))
        except (NotRealError, ZeroDivisionError, OverflowError, ValueError):
            continue
        scale = 1 + abs(ours) + abs(second)
        settled = abs(first - second) < 1e-9 * (
            1 + abs(second)
        )  # otherwise a joint or the end of the domain is too near
        if settled and abs(ours - second) > 1e-8 * scale:
            return f"at x = {place} the result is {mpmath.nstr(ours, 10)}, the slope {mpmath.nstr(second, 10)}"
    return ""


# ---- One expression ----------------------------------------------------------------------------------------------


def fault_of(tree: t.Node, derivation: Derivation) -> str:
    """What is wrong with a derivation, in words; empty if nothing is."""
    result = parse(derivation.result, functions=VOCABULARY, limits=OWN_LIMITS)
    return differs_from_mpmath(tree, result) or false_step(tree, derivation, result)


def false_step(tree: t.Node, derivation: Derivation, result: t.Node) -> str:
    """The first step that is false in numbers, the result beside the differentiator last."""
    meanings: dict[str, t.Node] = {}
    if isinstance(derivation.root.before, t.Relation):
        meanings["y"] = tree
    conditions: list[t.Node] = []
    for step in leaves(derivation.root):
        if step.rule in INTRODUCING:
            meanings |= dict(step.bindings)
        conditions += step.conditions
        before, after = (t.subtree(line, step.path) for line in (step.before, step.after))
        try:
            audit(f"step {step.id}, by {step.rule!r},", before, after, meanings, VOCABULARY, conditions)
        except RefutedError as error:
            return str(error)
    slope = stands_for(t.Derivative(tree, X), {}, VOCABULARY)
    assumed = [tree, *(stands_for(each, meanings, VOCABULARY) for each in conditions)]
    witness = witness_against(slope, result, VOCABULARY, assumed)
    return f"beside the differentiator: {witness}" if witness else ""


def examine(tree: t.Node, route: str, found: Counter[str]) -> str:
    """Derive one expression along one route; count what came of it, and return the fault, if any."""
    text = to_text(tree)
    try:
        derivation = og.explain(tree, "x", route=route)
    except (DerivationTooLongError, RouteError, ExpressionError) as error:
        found[type(error).__name__] += 1
        return ""
    except ValueError as error:
        found["refused"] += 1
        real = "has no real value" in str(error) and has_a_value(tree)
        return f"{text} by route {route}: {error}, but it has one" if real else ""
    found["derived"] += 1
    verdict = derivation.check()
    found[verdict.status] += 1
    fault = fault_of(tree, derivation)
    if not fault and verdict.status == "false":
        fault = f"called false by the checker: {verdict}"
    return f"{text} by route {route}: {fault}" if fault else ""


def run(count: int, seed: int = 0, depth: int = 3) -> tuple[Counter[str], list[str]]:
    """Examine this many random expressions, each along one route; the plain one every second time."""
    dice = random.Random(seed)  # noqa: S311 - not cryptography
    found: Counter[str] = Counter()
    faults = []
    others = [name for name in ROUTES if name != "rules"]
    for at in range(count):
        tree = expression(dice, dice.randint(1, depth))
        route = "rules" if at % 2 else dice.choice(others)
        try:
            fault = examine(tree, route, found)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            fault = f"{to_text(tree)} by route {route}: {type(error).__name__}: {error}"
        if fault:
            faults.append(fault)
            print(fault, flush=True)
    return found, faults


if __name__ == "__main__":
    totals, wrong = run(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(dict(totals), "faults:", len(wrong))
