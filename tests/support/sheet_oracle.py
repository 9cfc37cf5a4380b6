"""An oracle for property sheets: reads the printed words, and tries to refute each of them by numbers.

It shares no code with what writes the sheets but the printing of numbers as trees, which it evaluates by mpmath. A
claim that survives is not proven here; one that is refuted is false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import mpmath as mp
from support.real_functions import DIGITS, Row, value

from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["refutations"]

TINY: Final = mp.mpf(10) ** -25
BEYOND: Final = 2e12
"""Powers of two from which on `support.real_functions` puts one huge or tiny number for all values."""


# ---- Numbers in sentences --------------------------------------------------------------------------------------


def number_of(node: t.Node) -> Any:
    """Evaluate a constant tree by mpmath."""
    match node:
        case t.Number(found):
            return mp.mpf(found.numerator) / found.denominator
        case t.Constant("pi"):
            return mp.pi
        case t.Constant("e"):
            return mp.e
        case t.Negative(inside):
            return -number_of(inside)
        case t.Sum(terms):
            return mp.fsum(map(number_of, terms))
        case t.Product(factors):
            return mp.fprod(map(number_of, factors))
        case t.Quotient(top, below):
            return number_of(top) / number_of(below)
        case t.Power(base, exponent):
            return number_of(base) ** number_of(exponent)
        case t.Call(name, (inside,), 0):
            return CALLS[name](number_of(inside))
    raise ValueError(f"no number: {node}")


CALLS: Final[dict[str, Callable[[Any], Any]]] = {
    "sqrt": mp.sqrt, "exp": mp.exp, "log": mp.log, "atan": mp.atan, "asin": mp.asin, "acos": mp.acos, "sin": mp.sin,
    "cos": mp.cos, "tan": mp.tan, "erf": mp.erf, "abs": abs, "cbrt": lambda u: mp.sign(u) * mp.cbrt(abs(u)),
    "tanh": mp.tanh, "sinh": mp.sinh, "cosh": mp.cosh, "lambertw": lambda u: mp.re(mp.lambertw(u)),
}  # fmt: skip


class Words:
    """A sentence as text, with a token for every formula in it."""

    def __init__(self, words: tuple[Any, ...]) -> None:
        self.nodes: list[t.Node] = []
        parts = []
        for word in words:
            if isinstance(word, str):
                parts.append(word)
            elif isinstance(word, t.Symbol):
                parts.append("X")
            else:
                parts.append(f"⟦{len(self.nodes)}⟧")
                self.nodes.append(word)
        self.text = "".join(parts)

    def number(self, text: str) -> Any:
        text = text.strip()
        if text in ("∞", "-∞"):
            return mp.inf if text == "∞" else -mp.inf
        if text.startswith("⟦"):
            return number_of(self.nodes[int(text[1:-1])])
        return mp.mpf(text.removesuffix("…").replace("−", "-"))  # digits, all right but the last


NUM: Final = r"(-?∞|⟦\d+⟧|-?[\d.]+(?:e[-+]?\d+)?…?)"


@dataclass(frozen=True)
class Region:
    """An interval of the line."""

    low: Any
    high: Any
    left: bool
    right: bool

    def holds(self, x: Any) -> bool:
        above = x >= self.low if self.left else x > self.low
        return bool(above and (x <= self.high if self.right else x < self.high))


def regions(words: Words, text: str) -> list[Region]:
    """Read ``x < 1, 2 ≤ x < 3 and every real x``."""
    found = []
    pattern = rf"every real X|{NUM} ([<≤]) X ([<≤]) {NUM}|X ([<>≤≥]) {NUM}|X = {NUM}"
    for match in re.finditer(pattern, text):
        a, one, two, b, side, c, only = match.groups()
        if only:
            point = words.number(only)
            found.append(Region(point, point, left=True, right=True))
        elif one:
            found.append(Region(words.number(a), words.number(b), one == "≤", two == "≤"))
        elif side:
            end, closed = words.number(c), side in "≤≥"
            below = side in "<≤"
            found.append(
                Region(-mp.inf if below else end, end if below else mp.inf, not below and closed, below and closed)
            )
        else:
            found.append(Region(-mp.inf, mp.inf, left=False, right=False))
    return found


# ---- Samples ---------------------------------------------------------------------------------------------------


@cache
def special(row: Row) -> tuple[Any, ...]:
    with mp.workdps(DIGITS):
        return tuple(sorted({mp.mpf(p.partition("/")[0]) / mp.mpf(p.partition("/")[2] or 1) for p in row.special}))


@cache
def samples(row: Row) -> tuple[tuple[Any, Any], ...]:
    """Points of the domain with their values: a fine grid, far away, and close to the special points."""
    with mp.workdps(DIGITS):
        places = {mp.mpf(k) / 16 + mp.mpf(1) / 997 for k in range(-150, 150)}
        places |= {mp.mpf(k) / 2 for k in range(-12, 13)}
        for k in range(1, 9):
            places |= {mp.mpf(10) ** k, -(mp.mpf(10) ** k), mp.mpf(10) ** k * 3, -(mp.mpf(10) ** k) * 3}
        for p in special(row):
            places.add(p)
            for k in (*range(1, 13), 20, 30):
                places |= {p + mp.mpf(10) ** -k, p - mp.mpf(10) ** -k}
        values = ((x, value(row, x)) for x in sorted(places))
        return tuple((x, y) for x, y in values if y is not None and (y == 0 or abs(mp.mag(y)) < BEYOND))


def ordinary(row: Row) -> list[tuple[Any, Any]]:
    return [(x, y) for x, y in samples(row) if abs(x) < 12]


def together(row: Row, a: Any, b: Any) -> bool:
    """Tell whether no end or hole of the domain, as far as special points tell, lies strictly between."""
    return all(value(row, p) is not None for p in special(row) if a < p < b) and value(row, (a + b) / 2) is not None


def slope(row: Row, x: Any, side: int = 0) -> Any:
    """Take the slope by a quotient of differences; None where a neighbour is missing."""
    h = mp.mpf(10) ** -18 * (1 + abs(x))
    a, b = (x, x + side * h) if side else (x - h, x + h)
    left, right = value(row, a), value(row, b)
    return None if left is None or right is None else (right - left) / (b - a)


# ---- Claims ----------------------------------------------------------------------------------------------------


def refutations(row: Row, name: str, words: tuple[Any, ...]) -> list[str]:
    """Return what numbers say against a statement."""
    with mp.workdps(DIGITS):
        said = Words(words)
        if said.text == "unknown":
            return []
        return list(CLAIMS[name](row, said))


def domain(row: Row, said: Words) -> Iterator[str]:
    found = regions(said, said.text)
    if not found:
        yield f"no region is read in {said.text!r}"
    asked = {mp.mpf(k) / 8 for k in range(-64, 65)} | {x + mp.mpf(1) / 997 for x in map(mp.mpf, range(-9, 9))}
    asked |= set(special(row)) | {end for r in found for end in (r.low, r.high) if mp.isfinite(end)}
    for x in sorted(asked):
        there, claimed = value(row, x) is not None, any(r.holds(x) for r in found)
        if there != claimed and not any(abs(x - p) < TINY for p in special(row) if x not in special(row)):
            yield f"at {mp.nstr(x, 8)} it is {'defined' if there else 'not defined'}"


def turning(row: Row) -> Iterator[tuple[Any, Any, int]]:
    """Yield turning points inside the domain: place, value, and 1 for a maximum."""
    points = ordinary(row)
    for (a, fa), (b, fb), (c, fc) in zip(points, points[1:], points[2:], strict=False):
        for sign in (1, -1):
            clear = TINY * (1 + abs(fb))
            higher = sign * (fb - fa) > clear and sign * (fb - fc) > clear
            if higher and together(row, a, b) and together(row, b, c) and not any(jumps(row, p) for p in (a, c)):
                x = refined(row, a, c, sign, b)
                if x is not None:
                    yield x, value(row, x), sign


def refined(row: Row, a: Any, c: Any, sign: int, b: Any) -> Any:
    """Narrow a bracketed maximum of sign f; special points are tried as they are."""
    for p in special(row):
        if a < p < c and value(row, p) is not None:
            h = mp.mpf(10) ** -20
            around = [value(row, p - h), value(row, p + h)]
            if all(v is not None and sign * (value(row, p) - v) > 0 for v in around):
                return p
    for _ in range(60):
        m, n = a + (c - a) / 3, c - (c - a) / 3
        fm, fn = value(row, m), value(row, n)
        if fm is None or fn is None:
            return None
        a, c = (a, n) if sign * (fm - fn) > 0 else (m, c)
    x = (a + c) / 2
    end_values = [value(row, b - mp.mpf(10) ** -6), value(row, b + mp.mpf(10) ** -6)]
    return x if all(v is not None for v in end_values) else None


def value_range(row: Row, said: Words) -> Iterator[str]:
    spans = [
        Region(said.number(a), said.number(b), one == "[", two == "]")
        for one, a, b, two in re.findall(rf"([\[(]){NUM}, {NUM}([\])])", said.text)
    ]
    spans += [Region(v, v, left=True, right=True) for v in map(said.number, re.findall(rf"{{{NUM}}}", said.text))]
    if not spans:
        yield f"no set is read in {said.text!r}"
        return
    for x, y in samples(row):
        slack = mp.mpf(10) ** -9 * (1 + abs(y)) if "…" in said.text else 0
        wide = [Region(r.low - slack, r.high + slack, r.left, r.right) for r in spans]
        near = any(abs(y - end) <= TINY * (1 + abs(y)) for r in spans for end in (r.low, r.high))
        if not any(r.holds(y) for r in wide) and not near:
            yield f"f({mp.nstr(x, 8)}) = {mp.nstr(y, 10)} is outside"
    exact = {y for x, y in samples(row) if x in special(row) or abs(x) <= 6}
    turns = [y for _, y, _ in turning(row)]
    flat = {y for (_, y), (_, z) in pairwise(ordinary(row)) if y == z}
    for r in spans:
        for end, closed in ((r.low, r.left), (r.high, r.right)):
            if not mp.isfinite(end):
                if closed:
                    yield "an infinity is not attained"
                continue
            close = mp.mpf(10) ** (-8 if "…" in said.text else -12)
            hit = any(abs(y - end) <= TINY for y in exact) or any(abs(y - end) < close for y in turns)
            hit = hit or end in flat
            inside = [y for _, y in samples(row)]
            if closed and not hit:
                yield f"{mp.nstr(end, 8)} is not attained"
            if not closed and any(y == end for x, y in samples(row) if x in special(row)):
                yield f"{mp.nstr(end, 8)} is attained"
            if not any(abs(y - end) < mp.mpf("0.2") * (1 + abs(end)) for y in inside):
                yield f"nothing comes near the end {mp.nstr(end, 8)}"


def zeros(row: Row, said: Words) -> Iterator[str]:
    claimed = [said.number(p) for p in re.findall(rf"X = {NUM}", said.text)]
    stretches = [r for r in regions(said, said.text) if r.low != r.high]
    for p in claimed:
        near = value(row, p)
        tolerance = mp.mpf(10) ** -5 if "…" in said.text else TINY
        if near is None or abs(near) > tolerance:
            yield f"f({mp.nstr(p, 8)}) is {near}, not 0"
    points = samples(row)
    for x, y in points:
        if "positive everywhere" in said.text and y <= 0:
            yield f"f({mp.nstr(x, 8)}) = {mp.nstr(y, 8)} is not positive"
        if "negative everywhere" in said.text and y >= 0:
            yield f"f({mp.nstr(x, 8)}) = {mp.nstr(y, 8)} is not negative"
        known = any(abs(x - p) < mp.mpf(10) ** -5 for p in claimed) or any(r.holds(x) for r in stretches)
        if y == 0 and not known:
            yield f"f({mp.nstr(x, 8)}) is 0"
        if y != 0 and any(r.holds(x) for r in stretches):
            yield f"f({mp.nstr(x, 8)}) is not 0"
    for (a, fa), (b, fb) in pairwise(points):
        if fa * fb < 0 and together(row, a, b) and abs(fa - fb) < 10 * (b - a) + mp.mpf(10) ** -9:
            jump = any(a <= p <= b for p in special(row))
            if not jump and not any(a <= p <= b for p in claimed):
                yield f"the sign changes between {mp.nstr(a, 8)} and {mp.nstr(b, 8)}"


def symmetry(row: Row, said: Words) -> Iterator[str]:
    points = [mp.mpf(k) / 7 + mp.mpf(1) / 3 for k in range(-30, 30)]

    def mirrored(centre: Any, sign: int, total: Any) -> bool:
        for x in points:
            a, b = value(row, x), value(row, 2 * centre - x)
            if (a is None) != (b is None):
                return False
            if a is not None and abs(b - sign * a - total) > TINY * (1 + abs(a)):
                return False
        return True

    text = said.text
    if text.startswith("neither"):
        if mirrored(mp.mpf(0), 1, 0) or mirrored(mp.mpf(0), -1, 0):
            yield "it is even or odd"
        return
    if text.startswith(("even", "odd")):
        if not mirrored(mp.mpf(0), 1 if text.startswith("even") else -1, 0):
            yield "it is not"
        return
    if axis := re.match(rf"mirror-symmetric about X = {NUM}", text):
        if not mirrored(said.number(axis[1]), 1, 0):
            yield "it is not"
        return
    if point := re.match(rf"point-symmetric about \({NUM}, {NUM}\)", text):
        if not mirrored(said.number(point[1]), -1, 2 * said.number(point[2])):
            yield "it is not"
        return
    yield f"not read: {text!r}"


VERBS: Final = {"rises": 1, "falls": -1, "is constant": 0, "convex": 1, "concave": -1, "straight": 0}


def runs(said: Words) -> Iterator[tuple[int, Region]]:
    """Read ``rises on x < 0 and falls on x > 0``."""
    parts = re.split(r"(rises|falls|is constant|convex|concave|straight) on ", said.text)
    for verb, rest in zip(parts[1::2], parts[2::2], strict=True):
        for region in regions(said, rest):
            yield VERBS[verb], region


def held(y: Any) -> bool:
    """Tell whether a value is one, and not a stand-in for what mpmath cannot hold: see `real_functions.exp`."""
    return bool(y == 0 or -(10**10) < mp.mag(y) < 10**10)


def monotone(row: Row, said: Words) -> Iterator[str]:
    found = list(runs(said))
    points = samples(row)
    for sign, region in found:
        blur = mp.mpf(10) ** -6 if "…" in said.text else 0
        inside = [(x, y) for x, y in points if region.low + blur < x < region.high - blur and held(y)]
        for (a, fa), (b, fb) in pairwise(inside):
            gap = fb - fa
            wrong = abs(gap) > 0 if sign == 0 else sign * gap < 0
            if wrong and abs(gap) > TINY * (abs(fa) + abs(fb)):
                yield f"between {mp.nstr(a, 8)} and {mp.nstr(b, 8)} it does not"
    yield from uncovered(row, [region for _, region in found])


def uncovered(row: Row, found: list[Region]) -> Iterator[str]:
    for x, _ in ordinary(row):
        ends = any(abs(x - end) < mp.mpf(10) ** -4 for r in found for end in (r.low, r.high) if mp.isfinite(end))
        lonely = value(row, x - TINY) is None and value(row, x + TINY) is None
        if not ends and not lonely and not any(r.low < x < r.high for r in found):
            yield f"nothing is said of {mp.nstr(x, 8)}"


def extrema(row: Row, said: Words) -> Iterator[str]:
    claimed = [
        (1 if kind == "maximum" else -1, said.number(v), said.number(p))
        for kind, v, p in re.findall(rf"(maximum|minimum) {NUM} at X = {NUM}", said.text)
    ]
    for sign, v, p in claimed:
        here = value(row, p)
        if here is None or abs(here - v) > mp.mpf(10) ** (-4 if "…" in said.text else -20) * (1 + abs(v)):
            yield f"f({mp.nstr(p, 8)}) is {here}, not {mp.nstr(v, 8)}"
            continue
        for x in (p - mp.mpf(10) ** -3, p + mp.mpf(10) ** -3):
            there = value(row, x)
            if there is None or sign * (here - there) <= 0:
                yield f"{mp.nstr(x, 8)} is no lower side of it"
    for x, _, sign in turning(row):
        if not any(abs(x - p) < mp.mpf(10) ** -3 and sign == s for s, _, p in claimed):
            yield f"a turning point at {mp.nstr(x, 8)} is left out"


def approached(row: Row, place: Any, side: str, claimed: Any) -> str:
    """Return what speaks against a limit; empty where nothing does."""
    found = []
    for k in (3, 6, 9, 14):
        if mp.isfinite(place):
            step = mp.mpf(10) ** -k
            x = place + (step if side in ("⁺", "+") else -step)
        else:
            x = mp.sign(place) * mp.mpf(10) ** (k / mp.mpf(2) + 1)
        found.append(value(row, x))
    if any(y is None for y in found):
        return "there are no values"
    if mp.isfinite(claimed):
        gaps = [abs(y - claimed) for y in found]
        good = gaps[-1] < mp.mpf("0.15") * (1 + abs(claimed)) and gaps[-1] <= gaps[0] + TINY
        return "" if good else f"values end at {mp.nstr(found[-1], 8)}"
    grows = abs(found[-1]) > abs(found[0]) + mp.mpf("0.1") and mp.sign(found[-1]) == mp.sign(claimed)
    return "" if grows else f"values end at {mp.nstr(found[-1], 8)}"


def limits(row: Row, said: Words) -> Iterator[str]:
    claims = re.findall(rf"{NUM} as X → {NUM}([⁺⁻]?)", said.text)
    if not claims and not said.text.startswith("has no"):
        yield f"no limit is read in {said.text!r}"
    for v, p, side in claims:
        place = said.number(p)
        for each in [side] if side or not mp.isfinite(place) else ["⁺", "⁻"]:
            against = approached(row, place, each, said.number(v))
            if against:
                yield f"as x → {mp.nstr(place, 6)}{each}: {against}"
    ends = {said.number(p) for _, p, _ in claims}
    for place in (mp.inf, -mp.inf):
        there = value(row, mp.sign(place) * 10**6) is not None
        none = "no limit" in said.text
        if there != (place in ends) and not none:
            yield f"nothing is said of {mp.nstr(place, 4)}" if there else "there are no values there"


def asymptotes(row: Row, said: Words) -> Iterator[str]:
    for p in re.findall(rf"the line X = {NUM}", said.text):
        place = said.number(p)
        h = mp.mpf(10) ** -40
        near = [value(row, place + s * h) for s in (1, -1)]
        if not any(y is not None and abs(y) > 10 for y in near):
            yield f"it stays bounded at {mp.nstr(place, 8)}"
    level = re.findall(rf"y = {NUM} as X → {NUM}", said.text)
    for v, p in level:
        try:
            against = approached(row, said.number(p), "", said.number(v))
        except ValueError:
            continue  # a slanting line holds the variable
        if against:
            yield against
    for place in (mp.inf, -mp.inf):
        far = [value(row, mp.sign(place) * mp.mpf(10) ** k) for k in (6, 7, 8)]
        settled = all(y is not None for y in far) and abs(far[2] - far[1]) < mp.mpf(10) ** -12 * (1 + abs(far[2]))
        if settled and f"as X → {'∞' if place > 0 else '-∞'}" not in said.text:
            yield f"the asymptote towards {mp.nstr(place, 4)} is left out"


def bend(row: Row, x: Any, h: Any) -> Any:
    a, b, c = value(row, x - h), value(row, x), value(row, x + h)
    return None if a is None or b is None or c is None else a - 2 * b + c


def curvature(row: Row, said: Words) -> Iterator[str]:
    found = list(runs(said))
    for sign, region in found:
        for x, y in ordinary(row):
            h = min(mp.mpf(1) / 100, (x - region.low) / 2, (region.high - x) / 2)
            if h <= mp.mpf(10) ** -9:
                continue
            b = bend(row, x, h)
            if b is None:
                yield f"it is not defined about {mp.nstr(x, 8)}"
            elif (b != 0 if sign == 0 else sign * b < 0) and abs(b) > TINY * (1 + abs(y)):
                yield f"at {mp.nstr(x, 8)} it bends the other way"
    yield from uncovered(row, [region for _, region in found])


def inflections(row: Row, said: Words) -> Iterator[str]:
    claimed = [said.number(p) for p in re.findall(rf"X = {NUM}", said.text)]
    for p in claimed:
        step = mp.mpf(10) ** -3
        sides = [bend(row, p - step, step / 2), bend(row, p + step, step / 2)]
        if value(row, p) is None or None in sides or sides[0] * sides[1] >= 0:
            yield f"{mp.nstr(p, 8)} is none"
    points = [x for x, _ in ordinary(row) if all(abs(x - p) > mp.mpf(10) ** -2 for p in special(row))]
    for a, b in pairwise(points):
        h = mp.mpf(10) ** -4
        one, two = bend(row, a, h), bend(row, b, h)
        if one is None or two is None or one * two >= 0 or not together(row, a, b):
            continue
        if min(abs(one), abs(two)) > TINY and not any(a <= p <= b for p in claimed):
            corner = any(a <= p <= b and kinked(row, p) for p in special(row))
            if not corner:
                yield f"the bend changes between {mp.nstr(a, 8)} and {mp.nstr(b, 8)}"


def jumps(row: Row, p: Any) -> bool:
    here = value(row, p)
    h = mp.mpf(10) ** -30
    return here is not None and any(
        v is not None and abs(v - here) > mp.mpf(10) ** -8 for v in (value(row, p - h), value(row, p + h))
    )


def kinked(row: Row, p: Any) -> bool:
    """Tell whether a function that has a value at a point has no slope there, from inside its domain."""
    if value(row, p) is None:
        return False
    sides = [v for v in (slope(row, p, 1), slope(row, p, -1)) if v is not None]
    if any(abs(v) > 10**6 for v in sides) or jumps(row, p):
        return True
    return len(sides) == 2 and abs(sides[0] - sides[1]) > mp.mpf(10) ** -6


def steepest(row: Row, said: Words) -> Iterator[str]:
    slopes = [(x, s) for x, _ in ordinary(row) if not kinked(row, x) and (s := slope(row, x)) is not None]
    text = said.text
    for which, sign in (("largest", 1), ("smallest", -1)):
        if at := re.search(rf"{which} slope {NUM}(?: at X = {NUM})?", text):
            bound = said.number(at[1])
            if any(sign * (s - bound) > mp.mpf(10) ** -9 * (1 + abs(s)) for _, s in slopes):
                yield f"there are slopes beyond {mp.nstr(bound, 8)}"
            if at[2]:
                p = said.number(at[2])
                if kinked(row, p) or abs(slope(row, p) - bound) > mp.mpf(10) ** -4 * (1 + abs(bound)):
                    yield f"at {mp.nstr(p, 8)} it is not {mp.nstr(bound, 8)}"
    for word, sign in (("below", 1), ("above", -1)):
        if bounded := re.search(rf"slope always {word} {NUM}", text):
            bound = said.number(bounded[1])
            if any(sign * (s - bound) > mp.mpf(10) ** -12 for _, s in slopes):
                yield f"there are slopes beyond {mp.nstr(bound, 8)}"
            far = [s for x, _ in samples(row) if (s := slope(row, x)) is not None]
            if far and min(abs(s - bound) for s in far) > mp.mpf("0.1"):
                yield f"no slope comes near {mp.nstr(bound, 8)}"


def lipschitz(row: Row, said: Words) -> Iterator[str]:
    points = samples(row)
    pairs = [(points[i], points[j]) for i in range(len(points)) for j in (i + 1, i + 2, i + 3) if j < len(points)]
    pairs += [(a, b) for a in points[::37] for b in points[::41] if a[0] < b[0]]
    secants = [abs(fb - fa) / (b - a) for (a, fa), (b, fb) in pairs if abs(fb - fa) > TINY * TINY * (1 + abs(fa))]
    largest = max(secants, default=mp.mpf(0))
    if best := re.search(rf"L = {NUM}", said.text):
        bound = said.number(best[1])
        if largest > bound * (1 + mp.mpf(10) ** -6) + TINY:
            yield f"a secant has the slope {mp.nstr(largest, 10)}"
        if largest < bound * mp.mpf("0.98"):
            yield f"no secant is steeper than {mp.nstr(largest, 10)}: the constant is not the best"
    elif said.text.startswith("not"):
        far = [abs(s) for x, _ in points if abs(x) > 50 and (s := slope(row, x)) is not None]
        if largest < 40 and max(far, default=mp.mpf(0)) < 40:
            yield f"no secant is steeper than {mp.nstr(largest, 10)}"
    else:
        yield f"not read: {said.text!r}"


def smoothness(row: Row, said: Words) -> Iterator[str]:
    rough = [p for p in special(row) if kinked(row, p)]
    named = [said.number(p) for p in re.findall(rf"X = {NUM}", said.text)]
    for p in rough:
        if not any(abs(p - q) < TINY for q in named):
            yield f"there is no slope at {mp.nstr(p, 8)}"
    for kind, p in re.findall(rf"(kink \(no slope\)|jumps) at X = {NUM}", said.text):
        place = said.number(p)
        if not kinked(row, place):
            yield f"there is a slope at {mp.nstr(place, 8)}"
        if kind == "jumps" and not jumps(row, place):
            yield f"it does not jump at {mp.nstr(place, 8)}"


CLAIMS: Final[dict[str, Callable[[Row, Words], Iterator[str]]]] = {
    "domain": domain, "range": value_range, "zeros": zeros, "symmetry": symmetry, "monotone": monotone,
    "extrema": extrema, "limits": limits, "asymptotes": asymptotes, "curvature": curvature,
    "inflections": inflections, "slope": steepest, "lipschitz": lipschitz, "smoothness": smoothness,
}  # fmt: skip
