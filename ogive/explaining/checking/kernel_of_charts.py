"""Checks the certificates of sheets of properties again, from their text.

Sign charts, pieces and series are found anew from the expression alone and compared with what is claimed. Apart from
that, and sharing nothing with it, the claimed signs are held against balls on a fine subdivision of [-8, 8]: a ball
that lies on the other side of zero refutes the certificate.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from ogive.explaining.exact.world import World
from ogive.explaining.properties.statements import leading_text
from ogive.explaining.records.subject import all_functions
from ogive.explaining.signs.charts import Charter
from ogive.explaining.signs.pieces import expanded, pieces_of
from ogive.explaining.signs.points import End, Root, end_text, position
from ogive.explaining.signs.study import Study
from ogive.explaining.signs.sturm import closed_root
from ogive.expressions import balls, parse
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["mirror_holds", "pieces_hold", "read_end", "series_holds", "signs_hold", "witness_holds"]

_REACH: Final = 8
_STEPS: Final = 64  # intervals of the subdivision


def _read(text: str) -> t.Node:
    return parse(text, functions=all_functions())


def read_end(text: str) -> End:
    """Read an end of an interval: an exact point, an enclosure, or an infinity."""
    if text in ("oo", "-oo"):
        return math.inf if text == "oo" else -math.inf
    if text.startswith("["):
        low, high = (Fraction(part) for part in text[1:-1].split(","))
        return Root(low, high)
    value = t.number(_read(text))
    return closed_root(_read(text)) if value is None else Root.at(value)


def signs_hold(certificate: dict[str, Any]) -> bool:
    """Check the sign charts of a derivative on every piece."""
    return bool(certificate["charts"]) and all(map(_chart_holds, certificate["charts"]))


def _chart_holds(claim: dict[str, Any]) -> bool:
    name, functions = claim["variable"], all_functions()
    tree = expanded(_read(claim["expression"]), functions)
    for _ in range(int(claim["order"])):
        tree = differentiate(tree, name, functions=functions)
    low, high = map(read_end, claim["interval"])
    charter = Charter(World(functions), name)
    chart = charter.chart(charter.world.form(tree), low, high)
    roots = [read_end(text) for text in claim["roots"]]
    if list(chart.signs) != claim["signs"] or len(chart.roots) != len(roots):
        return False
    near = all(_meet(found, claimed) for found, claimed in zip(chart.roots, roots, strict=True))
    return near and not any(_refutations(tree, name, [low, *roots, high], claim["signs"]))


def _meet(a: End, b: End) -> bool:
    """Tell whether two enclosures have a point in common."""
    (low_a, high_a), (low_b, high_b) = position(a), position(b)
    return bool(low_a <= high_b and low_b <= high_a)


def _refutations(tree: t.Node, name: str, ends: list[End], signs: list[int]) -> Iterator[bool]:
    """Yield True for every ball that is certainly on the other side of zero than claimed."""
    for left, right, sign in zip(ends, ends[1:], signs, strict=False):
        low, high = max(position(left)[1], Fraction(-_REACH)), min(position(right)[0], Fraction(_REACH))
        if low >= high:
            continue
        step = (Fraction(high) - Fraction(low)) / _STEPS
        for k in range(1, _STEPS - 1):
            start = Fraction(low) + k * step
            try:
                with balls.precision(96):
                    found = balls.sign(balls.evaluate(tree, {name: balls.ball(start, start + step)}, all_functions()))
            except balls.UndefinedError:
                yield True
                continue
            yield found is not None and found != sign


def pieces_hold(certificate: dict[str, Any]) -> bool:
    """Check the intervals on which a function is analytic."""
    functions = all_functions()
    charter = Charter(World(functions), certificate["variable"])
    found = pieces_of(charter, expanded(_read(certificate["expression"]), functions))
    return bool([[end_text(piece.low), end_text(piece.high)] for piece in found] == certificate["pieces"])


def series_holds(certificate: dict[str, Any]) -> bool:
    """Check the leading terms at the ends of the domain."""
    name, functions = certificate["variable"], all_functions()
    charter = Charter(World(functions), name)
    study = Study(charter, _read(certificate["expression"]), name, functions, int(certificate["order"]))
    claimed = {(end, side): leading for end, side, leading in certificate["ends"]}
    for at, piece in enumerate(study.pieces):
        for end, side in ((piece.low, 1), (piece.high, -1)):
            leading = claimed.pop((end_text(end), side), None)
            if leading is not None and leading != leading_text(study, at, end, side):
                return False
    return not claimed


def mirror_holds(certificate: dict[str, Any]) -> bool:
    """Check f(2m - z) = sign f(z) + offset on every piece."""
    name, functions = certificate["variable"], all_functions()
    world, pieces = World(functions), certificate["pieces"]
    turned = t.Sum((t.rational(2 * Fraction(certificate["centre"])), t.Negative(t.Symbol(name))))
    for (text, low, _), (mirror, _, high) in zip(pieces, reversed(pieces), strict=True):
        tree, other = (_slope(_read(each), name, int(certificate["order"])) for each in (text, mirror))
        there = t.substitute(other, {name: turned})
        here = tree if int(certificate["sign"]) == 1 else t.Negative(tree)
        if not world.equal(there, t.Sum((here, _read(certificate["offset"])))):
            return False
        if not _opposite(low, high, Fraction(certificate["centre"])):
            return False
    return True


def _slope(tree: t.Node, name: str, order: int) -> t.Node:
    for _ in range(order):
        tree = differentiate(tree, name, functions=all_functions())
    return tree


def _opposite(low: str, high: str, centre: Fraction) -> bool:
    a, b = read_end(low), read_end(high)
    if isinstance(a, Root) and isinstance(b, Root):
        return a.low + b.low <= 2 * centre <= a.high + b.high
    return not isinstance(a, Root) and not isinstance(b, Root) and a == -b


def witness_holds(certificate: dict[str, Any]) -> bool:
    """Check the points at which f(-z) is neither f(z) nor -f(z)."""
    tree, name = _read(certificate["expression"]), certificate["variable"]
    if "only_at" in certificate:
        return _only_at(tree, name, Fraction(certificate["only_at"]))
    for key, sign in (("not_even_at", 1), ("not_odd_at", -1)):
        point = Fraction(certificate[key])
        with balls.precision(128):
            here, there = (balls.evaluate(tree, {name: balls.ball(x)}, all_functions()) for x in (point, -point))
            if balls.sign(here - there * sign) not in (1, -1):
                return False
    return True


def _only_at(tree: t.Node, name: str, point: Fraction) -> bool:
    """Check that the function has a value at a point, and none at its mirror image."""
    found = pieces_of(Charter(World(all_functions()), name), expanded(tree, all_functions()))
    spans = [(position(piece.low), position(piece.high)) for piece in found]
    here = any(low[1] < point < high[0] for low, high in spans)
    return here and all(low[0] > -point or high[1] < -point for low, high in spans)
