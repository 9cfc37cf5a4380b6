"""Tables of variation of random expressions beside mpmath: where they are real, every sign, every limit.

The expressions and the judge are those of `differential`; it shares nothing with the checker but the parser and the
rules of differentiation. Run as a script for more: ``python tests/explaining/tables.py 2000``.
"""

from __future__ import annotations

import math
import random
import sys
from collections import Counter
from fractions import Fraction
from typing import Any

import mpmath
from explaining.differential import NotRealError, expression, value

from ogive.explaining.checking.ends import Tail
from ogive.explaining.checking.line import Point, position
from ogive.explaining.checking.variation import Variation
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import balls, to_text
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate

UNKNOWN = (ArithmeticError, ValueError, RecursionError)


def number_at(tree: t.Node, x: Any) -> Any:
    """The value by mpmath; None where it is not real."""
    try:
        return value(tree, {"x": x})
    except (NotRealError, ZeroDivisionError, OverflowError, ValueError):
        return None


def in_balls(tree: t.Node, x: Fraction) -> bool:
    """Whether balls find a value."""
    try:
        return bool(balls.evaluate(tree, {"x": balls.ball(x)}, VOCABULARY).is_finite())
    except UNKNOWN:
        return False


def points_in(low: Any, high: Any, dice: random.Random) -> list[Fraction]:
    a, b = position(low)[1], position(high)[0]
    a = max(a, Fraction(-40)) if not isinstance(a, float) else Fraction(-40)
    b = min(b, Fraction(40)) if not isinstance(b, float) else Fraction(40)
    if not a < b:
        return []
    return [a + (b - a) * Fraction(dice.randint(1, 999), 1000) for _ in range(5)]


def faults_of(tree: t.Node, dice: random.Random) -> tuple[str, list[str]]:
    try:
        study = Variation(VOCABULARY, tree, "x")
    except UNKNOWN:
        return "unknown", []
    found = list(domain_faults(study, tree, dice))
    known = 0
    for at in range(len(study.pieces)):
        for order in (0, 1, 2):
            try:
                chart = study.chart(at, order)
            except UNKNOWN:
                continue
            known += 1
            found += sign_faults(study, at, order, chart, dice)
        for side in (1, -1):
            try:
                limit = study.limit(at, 0, side)
            except UNKNOWN:
                continue
            known += 1
            found += limit_faults(study, at, side, limit.closed)
    return ("known" if known else "unknown"), found


def is_plain(tree: t.Node) -> bool:
    """Whether every exponent is a number: the judge does not ask what value another one has."""
    powers = [node for _, node in t.walk(tree) if isinstance(node, t.Power) and node.base != t.EULER]
    return all(t.number(node.exponent) is not None and abs(t.number(node.exponent) or 0) < 10 for node in powers)


def domain_faults(study: Variation, tree: t.Node, dice: random.Random) -> Any:
    plain_powers = is_plain(tree)
    for cell in (*study.pieces, *study.gaps):
        for x in points_in(cell.low, cell.high, dice):
            here = number_at(tree, mpmath.mpf(x.numerator) / x.denominator)
            if here is None and cell.tree is not None and (not plain_powers or in_balls(tree, x)):
                continue  # what mpmath finds too large, or reads in another way
            if (here is None) != (cell.tree is None):
                yield f"at {x} it is {here}"
            elif here is not None:
                plain = number_at(cell.tree, mpmath.mpf(x.numerator) / x.denominator)
                if plain is None or abs(plain - here) > 1e-20 * (1 + abs(here)):
                    yield f"at {x} it is {here}, and by the piece {plain}"


def sign_faults(study: Variation, at: int, order: int, chart: Any, dice: random.Random) -> Any:
    low, high, _ = study.pieces[at]
    ends = [low, *chart.zeros, high]
    tree = study.pieces[at].tree
    for _ in range(order):
        tree = differentiate(tree, "x", functions=VOCABULARY)
    for k, sign in enumerate(chart.signs):
        for x in points_in(ends[k], ends[k + 1], dice):
            here = number_at(tree, mpmath.mpf(x.numerator) / x.denominator)
            if here is not None and mpmath.sign(here) != sign and abs(here) > mpmath.mpf(10) ** -30:
                yield f"derivative {order} at {x} is {mpmath.nstr(here, 8)}, and its sign is said to be {sign}"


def limit_faults(study: Variation, at: int, side: int, limit: Any) -> Any:
    low, high, tree = study.pieces[at]
    end = low if side > 0 else high
    gaps = []
    for k in (8, 16, 40):
        if isinstance(end, Point):
            x = number_at(end.closed, 0) + side * mpmath.mpf(10) ** -k
        else:
            x = -side * mpmath.mpf(10) ** k
        here = number_at(tree, x)
        if here is None:
            return
        if isinstance(limit, float):
            gaps.append(1 / (here * math.copysign(1, limit)) if here else mpmath.inf)
        else:
            gaps.append(abs(here - number_at(limit, 0)))
    if not (0 <= gaps[2] < 0.05 or gaps[0] >= gaps[1] > gaps[2] > 0):
        yield f"at {end}, side {side}, the limit is not {limit}: {[mpmath.nstr(gap, 5) for gap in gaps]}"


def tail_faults(tree: t.Node, dice: random.Random) -> tuple[str, list[str]]:
    """Compare the sign that is said to hold for all t >= T with the signs at some."""
    at, side = dice.choice([(math.inf, -1), (-math.inf, 1), (t.ZERO, 1), (t.ZERO, -1), (t.ONE, -1)])
    start = dice.choice([16, 64, 1024])
    try:
        sign = Tail(VOCABULARY, "x", at, side, start).sign_of(tree)
    except UNKNOWN:
        return "tail unknown", []
    found = []
    for times in (1, Fraction(11, 10), 2, 7, 100):
        far = mpmath.mpf(start) * times.numerator / times.denominator
        x = -side * far if isinstance(at, float) else number_at(at, 0) + side / far
        here = number_at(tree, x)
        if here is not None and mpmath.sign(here) != sign and abs(here) > mpmath.mpf(10) ** -80:
            found.append(f"the sign from t = {start} at {at} is not {sign}: at {mpmath.nstr(x, 6)} it is {here}")
    return "tail known", found


def run(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Try so many expressions; return what was met, and every fault."""
    dice, met, faults = random.Random(seed), Counter(), []  # noqa: S311 - not for secrets
    with mpmath.workdps(100):
        for _ in range(count):
            numbers = {name: t.rational(Fraction(dice.randint(1, 5), dice.randint(1, 3))) for name in "ak"}
            tree = t.substitute(expression(dice, dice.choice([1, 2, 2, 3])), numbers)
            if t.size(tree) > 60:
                continue
            for ask in (faults_of, tail_faults):
                what, found = ask(tree, dice)
                met[what] += 1
                faults += [f"{to_text(tree)}: {fault}" for fault in found]
    return met, faults


if __name__ == "__main__":
    FOUND, FAULTS = run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(dict(FOUND), len(FAULTS), "faults", *FAULTS[:40], sep="\n")
