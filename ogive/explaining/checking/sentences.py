"""What is true of a function, put into words from its table of variation: what a sheet must say, to be believed.

Each kind of statement is a function from the table to the phrases that would be true; more than one where a sentence
names one of several places. `wording` compares them with what is printed.
"""

from __future__ import annotations

import math
from functools import cmp_to_key
from itertools import pairwise, product
from typing import TYPE_CHECKING, Final, NamedTuple

from ogive.explaining.checking.constants import reduced, sign
from ogive.explaining.checking.forms import UnknownError
from ogive.explaining.checking.line import End, Point, position
from ogive.explaining.checking.variation import Run, Value, Variation
from ogive.explaining.checking.wording import Phrase, Slot, X, interval, joined, number, place, point, region, says
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ogive.explaining.records.sheet import Sentence

__all__ = ["STATEMENTS"]

Phrases = list[Phrase]


def domain(study: Variation) -> Phrases:
    """Say where it is defined."""
    shown = [
        region(study, study.pieces[part.first].low, study.pieces[part.last].high, left=part.left, right=part.right)
        for part in study.parts()
    ]
    return [("has a slope at " if study.order else "defined for ", *joined(shown))] if shown else []


# ---- Values ------------------------------------------------------------------------------------------------------


class Span(NamedTuple):
    """A set of values without gaps; whether its ends belong to it, and where they are taken or come near."""

    low: Value
    high: Value
    left: bool
    right: bool
    low_at: tuple[End, ...]
    high_at: tuple[End, ...]
    flat: bool = False  # taken on a whole stretch


def image(study: Variation, order: int = 0) -> list[Span]:
    """Return the set of values of a function or of its derivative."""
    spans = []
    for run in study.runs(order):
        way = study.compare(run.start, run.stop)
        if way == 0:
            spans.append(Span(run.start, run.start, True, True, (), (), flat=True))
        elif way < 0:
            spans.append(Span(run.start, run.stop, False, False, (run.low,), (run.high,)))
        else:
            spans.append(Span(run.stop, run.start, False, False, (run.high,), (run.low,)))
    for at in range(len(study.pieces)):
        for zero in study.chart(at, order + 1).zeros:
            value = study.inner(at, order, zero)
            spans.append(Span(value, value, True, True, (zero,), (zero,)))
    ends = _slopes_at_seams(study) if order else study.end_values()
    spans += [Span(value, value, True, True, (end,), (end,)) for value, end in ends]
    found: list[Span] = []

    def order_of(a: Span, b: Span) -> int:
        return study.compare(a.low, b.low) or b.left - a.left

    for span in sorted(spans, key=cmp_to_key(order_of)):
        if found and _touch(study, found[-1], span):
            found[-1] = _union(study, found[-1], span)
        else:
            found.append(span)
    return found


def _slopes_at_seams(study: Variation) -> list[tuple[Value, Point]]:
    """Return the slopes at points between pieces, where the function has one."""
    return [
        (study.limit(piece, 1, -1), seam)
        for piece, seam in study.seams()
        if study.continuous(piece, seam) and study.agrees(piece, 1)
    ]


def _touch(study: Variation, a: Span, b: Span) -> bool:
    order = study.compare(b.low, a.high)
    return order < 0 or (order == 0 and (a.right or b.left))


def _union(study: Variation, a: Span, b: Span) -> Span:
    low = _outer(study, (a.low, a.left, a.low_at), (b.low, b.left, b.low_at), -1)
    high = _outer(study, (a.high, a.right, a.high_at), (b.high, b.right, b.high_at), 1)
    flat = a.flat or b.flat
    return Span(low[0], high[0], low[1], high[1], low[2], high[2], flat)


def _outer(
    study: Variation, a: tuple[Value, bool, tuple[End, ...]], b: tuple[Value, bool, tuple[End, ...]], side: int
) -> tuple[Value, bool, tuple[End, ...]]:
    """Return the outer of two ends; of equal ones the one that is taken, or both."""
    order = study.compare(a[0], b[0]) * side
    if order or a[1] != b[1]:
        return a if order > 0 or (order == 0 and a[1]) else b
    return a[0], a[1], (*a[2], *b[2])


def value_range(study: Variation) -> Phrases:
    """Say which values it takes."""
    shown = [interval(study, span.low, span.high, left=span.left, right=span.right) for span in image(study)]
    return [("takes exactly the values ", *joined(shown, " ∪ ", " ∪ "))]


def zeros(study: Variation) -> Phrases:
    """Say where it is zero."""
    closed = [end for value, end in study.end_values() if _is_zero(study, value)]
    stretches: list[Phrases] = []
    inside: list[End] = []
    for at, (low, high, _) in enumerate(study.pieces):
        if 0 in study.chart(at, 0).signs:
            # without its ends the stretch is open; with them closed, if both belong to it
            whole = all(end in closed for end in (low, high) if isinstance(end, Point))
            stretches.append([region(study, low, high, left=whole, right=whole)])
            inside += [low, high]
    points = [place(study, root) for at in range(len(study.pieces)) for root in study.chart(at, 0).zeros]
    points += [place(study, end) for end in closed if end not in inside]
    if stretches or points:
        found = [phrases[0] for phrases in stretches] + points
        if any(end in inside for end in closed) and not all(
            end in closed for end in inside if isinstance(end, Point)
        ):
            raise UnknownError("a stretch of zeros with one end")
        return [("zero at ", *joined(found), ", nowhere else")]
    signs = {way for at in range(len(study.pieces)) for way in study.chart(at, 0).signs}
    signs |= {_sign(study, value) for value, _ in study.end_values()}
    side = ": positive everywhere" if signs == {1} else ": negative everywhere" if signs == {-1} else ""
    return [("never zero" + side,)]


def _sign(study: Variation, value: Value) -> int:
    return study.compare(value, Value(t.ZERO))


def _is_zero(study: Variation, value: Value) -> bool:
    return _sign(study, value) == 0


# ---- Runs --------------------------------------------------------------------------------------------------------


class Stretch(NamedTuple):
    """A longest stretch on which it rises or falls, and whether it is continuous where the one before ends."""

    low: End
    high: End
    sign: int
    joined: bool


def stretches(study: Variation, order: int = 0) -> list[Stretch]:
    """Join runs of one direction wherever the function, and its derivatives up to an order, are continuous."""
    on = {
        piece + 1: study.continuous(piece, seam) and all(study.agrees(piece, k) for k in range(1, order + 1))
        for piece, seam in study.seams()
    }
    found: list[Stretch] = []
    before = -1
    for run in study.runs(order):
        together = bool(found) and (run.piece == before or on.get(run.piece, False))
        before = run.piece
        if together and found[-1].sign == run.sign:
            last = found.pop()
            found.append(Stretch(last.low, run.high, run.sign, last.joined))
        else:
            found.append(Stretch(run.low, run.high, run.sign, together))
    return found


def _directions(study: Variation, order: int, verbs: dict[int, str]) -> Phrases:
    parts = []
    for way in (1, -1, 0):
        shown = [region(study, each.low, each.high) for each in stretches(study, order) if each.sign == way]
        if shown:
            parts.append((verbs[way] + " on ", *joined(shown, ", ", " and on ")))
    return [joined(parts)]


def monotone(study: Variation) -> Phrases:
    """Say where it rises and falls."""
    return _directions(study, 0, {1: "rises", -1: "falls", 0: "is constant"})


def curvature(study: Variation) -> Phrases:
    """Say where it is convex and concave."""
    return _directions(study, 1, {1: "convex", -1: "concave", 0: "straight"})


def inflections(study: Variation) -> Phrases:
    """Say where the curvature changes its sign."""
    found = [
        place(study, right.low)
        for left, right in pairwise(stretches(study, 1))
        if right.joined and left.sign * right.sign == -1
    ]
    return [("inflection at ", *joined(found))] if found else [("no inflection",)]


def extrema(study: Variation) -> Phrases:
    """Say where it is larger, or smaller, than everywhere around: inside the domain, strictly."""
    values = {end: value for value, end in study.end_values()}
    seams = {seam for _, seam in study.seams()}
    found: list[Phrase] = []
    for left, right in pairwise(study.runs()):
        if left.piece == right.piece:
            way = left.sign if left.sign * right.sign == -1 else 0
            value = left.stop
        elif isinstance(left.high, Point) and left.high in seams and left.high in values:
            value = values[left.high]
            way = _turn(study, value, left, right)
        else:
            continue
        if way:
            kind = "maximum " if way > 0 else "minimum "
            found.append((kind, number(study, value), " at ", *place(study, left.high)))
    return [joined(found)] if found else [("no maximum or minimum inside its domain",)]


def _turn(study: Variation, value: Value, left: Run, right: Run) -> int:
    """Tell whether a value between two pieces is a maximum (1) or a minimum (-1), strictly."""
    for way in (1, -1):
        gaps = [way * study.compare(value, limit) for limit in (left.stop, right.start)]
        slopes = (left.sign * way, -right.sign * way)
        if all(gap > 0 or (gap == 0 and slope > 0) for gap, slope in zip(gaps, slopes, strict=True)):
            return way
    return 0


# ---- Slopes ------------------------------------------------------------------------------------------------------


def slope(study: Variation) -> Phrases:
    """Say where the slope is largest and smallest."""
    spans = image(study, 1)
    top, bottom = spans[-1], spans[0]
    return [
        joined(each, "; ", "; ")
        for each in product(
            _slope_end(study, "largest", top.high, top.high_at, attained=top.right),
            _slope_end(study, "smallest", bottom.low, bottom.low_at, attained=bottom.left),
        )
    ]


def _slope_end(study: Variation, which: str, value: Value, at: tuple[End, ...], *, attained: bool) -> Phrases:
    shown = number(study, value)
    if attained:
        named: Phrases = [(f"{which} slope ", shown, " at ", *place(study, *at))] if at else []
        return [(f"{which} slope ", shown), *named]
    towards = (" as ", X, " → ", point(study, *at))
    if value.infinite:
        return [(f"no {which} slope: unbounded", *towards)]
    bound = "below" if which == "largest" else "above"
    return [(f"slope always {bound} ", shown, ", approached", *towards)]


def lipschitz(study: Variation) -> Phrases:
    """Say the best constant L with |f(a) - f(b)| <= L |a - b| for all a and b of the domain."""
    ends = [value for run in study.runs(1) for value in (run.start, run.stop)]
    jumps = [
        place(study, seam)
        for piece, seam in study.seams()
        if not (study.continuous(piece, seam) if study.value(seam) is not None else study.agrees(piece, 0))
    ]
    found: Phrases = [("not Lipschitz: it jumps at ", *each) for each in jumps]
    if any(value.infinite for value in ends):
        found.append(("not Lipschitz: the slope is unbounded",))
    if found:
        return found
    seams = dict.fromkeys(seam for _, seam in study.seams())
    for value, end in study.end_values():
        sides = [
            (at, side)
            for at, piece in enumerate(study.pieces)
            for side, p in ((1, piece.low), (-1, piece.high))
            if p == end
        ]
        if end not in seams and any(study.compare(study.limit(at, 0, side), value) for at, side in sides):
            raise UnknownError("the function jumps at an end of its domain")
    if len(study.seams()) + 1 < len(study.pieces):
        raise UnknownError("the domain has a gap")
    sizes = [_size(study, value) for value in ends]
    best = sizes[0]
    for each in sizes:
        best = each if study.compare(each, best) > 0 else best
    return [("Lipschitz with the best constant L = ", number(study, best))]


def _size(study: Variation, value: Value) -> Value:
    if _sign(study, value) >= 0:
        return value
    if value.of is not None:
        return Value(None, t.Negative(value.of), value.at)
    return (
        Value(t.Negative(value.closed)) if value.closed is not None and not isinstance(value.closed, float) else value
    )


# ---- Ends --------------------------------------------------------------------------------------------------------


def _ends(study: Variation) -> Iterable[tuple[int, End, int]]:
    for part in study.parts():
        yield part.first, study.pieces[part.first].low, 1
        yield part.last, study.pieces[part.last].high, -1


def limits(study: Variation) -> Phrases:
    """Say what it tends to at the ends of its domain."""
    shown: list[Phrase] = []
    for piece, end, side in _ends(study):
        mark = "" if isinstance(end, float) else "⁺" if side == 1 else "⁻"
        towards: Phrase = (" as ", X, " → ", point(study, end), mark)
        shown.append((number(study, study.limit(piece, 0, side)), *towards))
    return [("tends to ", *joined(shown))]


def asymptotes(study: Variation) -> Phrases:
    """Say its horizontal, oblique and vertical asymptotes."""
    found: list[Phrase] = []
    seams = {piece: seam for piece, seam in study.seams() if study.value(seam) is not None}
    for at, seam in seams.items():  # a value there does not keep it from going to infinity beside it
        if study.limit(at, 0, -1).infinite or study.limit(at + 1, 0, 1).infinite:
            found.append(("the line ", *place(study, seam)))
    for piece, end, side in _ends(study):
        value = study.limit(piece, 0, side)
        if not isinstance(end, float):
            found += [("the line ", *place(study, end))] if value.infinite else []
            continue
        towards = (" as ", X, " → ", point(study, end))
        if not value.infinite:
            found.append(("y = ", number(study, value), *towards))
        elif (steep := _oblique(study, piece, side)) is not None:
            found.append(("y = ", Slot(study, line=(piece, side, steep)), *towards))
    return [joined(found)] if found else [("no asymptote",)]


def _oblique(study: Variation, piece: int, side: int) -> Value | None:
    """Return the slope of an oblique asymptote: f/x has a limit that is not 0, and so has what is left."""
    tree, x = study.derivative(piece, 0), t.Symbol(study.name)
    steep = study.limit_of(t.Quotient(tree, x), piece, side)
    if steep.infinite or isinstance(steep.closed, float) or steep.closed is None or _is_zero(study, steep):
        return None
    rest = study.limit_of(t.Sum((tree, t.Negative(t.Product((steep.closed, x))))), piece, side)
    return None if rest.infinite else steep


def smoothness(study: Variation) -> Phrases:
    """Say how often it can be differentiated."""
    parts = []
    for piece, seam in study.seams():
        if study.value(seam) is not None and (words := _at_seam(study, piece, seam)):
            parts.append((words + " at ", *place(study, seam)))
    for part in study.parts():
        low, high = study.pieces[part.first].low, study.pieces[part.last].high
        for end, closed, at, side in ((low, part.left, part.first, 1), (high, part.right, part.last, -1)):
            if closed and isinstance(end, Point) and (words := _at_end(study, at, end, side)):
                parts.append((words + " at ", *place(study, end)))
    return [joined(parts, "; ", "; ")] if parts else [("has derivatives of every order on its domain",)]


def _at_seam(study: Variation, piece: int, seam: Point) -> str:
    if not study.continuous(piece, seam):
        return "jumps"
    orders = study.smoothness(piece)
    if orders is None:
        return "at least six continuous derivatives"
    return "continuous with a kink (no slope)" if orders == 0 else _times(orders)


def _at_end(study: Variation, piece: int, end: Point, side: int) -> str:
    value = study.value(end)
    if value is None or study.compare(value, study.limit(piece, 0, side)):
        return "jumps"
    for order in range(1, 7):
        if study.limit(piece, order, side).infinite:
            return "continuous with a vertical tangent (no slope)" if order == 1 else _times(order - 1)
    return "" if study.regular(piece, end) else "at least six continuous derivatives"


def _times(orders: int) -> str:
    times = {1: "once", 2: "twice"}.get(orders, f"{orders} times")
    return f"{times} continuously differentiable and no more"


def vanishing_gradient(study: Variation) -> Phrases:
    """Say how large a slope is that dies in both tails."""
    last = len(study.pieces) - 1
    tails = (study.limit(0, 0, 1), study.limit(last, 0, -1))
    if any(value.infinite or not _is_zero(study, value) for value in tails):
        return []
    spread = (-math.inf, math.inf) == (study.pieces[0].low, study.pieces[last].high)
    spans = image(study)
    smallest, largest = spans[0].low, spans[-1].high
    if not spread or largest.infinite or smallest.infinite or study.compare(_size(study, smallest), largest) > 0:
        return []
    after = ": n layers pass back at most the n-th power of that, and a saturated unit next to nothing"
    return [("the slope goes to 0 in both tails, and is at most ", number(study, largest), after)]


# ---- Symmetry ----------------------------------------------------------------------------------------------------


def symmetry(study: Variation) -> Phrases:
    """Say whether it is even, odd or neither; `other_symmetry` judges what is said of other points and axes."""
    f, zero = "f" + "′" * study.order, t.ZERO
    even, odd = mirrored(study, zero, 1, zero), mirrored(study, zero, -1, zero)
    if even:
        return [(f"even: {f}(-", X, f") = {f}(", X, ")")]
    if odd:
        return [(f"odd: {f}(-", X, f") = -{f}(", X, ")")]
    return [("neither even nor odd",)]


def mirrored(study: Variation, centre: t.Node, way: int, total: t.Node) -> bool:
    """Tell whether f(2c - x) = ±f(x) + total, everywhere; False only where a point shows that it is not so.

    Raises
    ------
    UnknownError
        If neither is found.
    """
    twice = t.Sum((centre, centre))
    if _is_mirror(study, twice, way, total):
        return True
    if _is_no_mirror(study, twice, way, total):
        return False
    raise UnknownError("whether it is symmetric")


def _gap(study: Variation, here: int, there: int, twice: t.Node, way: int, total: t.Node) -> t.Node:
    turned = t.substitute(study.derivative(there, 0), {study.name: t.Sum((twice, t.Negative(t.Symbol(study.name))))})
    plain = study.derivative(here, 0)
    return t.Sum((turned, plain if way < 0 else t.Negative(plain), t.Negative(total)))


def _is_mirror(study: Variation, twice: t.Node, way: int, total: t.Node) -> bool:
    """Prove it: piece by piece by exact arithmetic, and at the points between them."""
    last = len(study.pieces) - 1
    for at, (low, high, _) in enumerate(study.pieces):
        other = study.pieces[last - at]
        if not (_opposite(study, low, other.high, twice) and _opposite(study, high, other.low, twice)):
            return False
        try:
            gap = study.line.arithmetic(low, high).form(_gap(study, at, last - at, twice, way, total))
        except (ArithmeticError, ValueError, RecursionError):
            return False
        if not gap.top.is_zero():
            return False
    ends = dict.fromkeys(end for low, high, _ in study.pieces for end in (low, high) if isinstance(end, Point))
    return all(
        _values_mirror(study, study.value(end), study.value(other), way, total)
        for end, other in zip(ends, reversed(ends), strict=True)
    )


def _values_mirror(study: Variation, here: Value | None, there: Value | None, way: int, total: t.Node) -> bool:
    if here is None or there is None:
        return here is None and there is None
    if (
        here.closed is None
        or isinstance(here.closed, float)
        or there.closed is None
        or isinstance(there.closed, float)
    ):
        return False
    turned = here.closed if way > 0 else t.Negative(here.closed)
    return sign(t.Sum((there.closed, t.Negative(turned), t.Negative(total))), study.functions) == 0


def _is_no_mirror(study: Variation, twice: t.Node, way: int, total: t.Node) -> bool:
    """Find a point at which it is not so: both values are there and differ, or only one is there."""
    for at, (low, high, _) in enumerate(study.pieces):
        for inside in study.line.within(low, high):
            turned = t.number(reduced(t.Sum((twice, t.Negative(t.rational(inside)))), study.functions))
            if turned is None:
                return False
            for k, (a, b, _) in enumerate(study.pieces):
                if not position(a)[1] < turned < position(b)[0]:
                    continue
                if study.line.sign(_gap(study, at, k, twice, way, total), inside) in (1, -1):
                    return True
            if any(position(a)[1] < turned < position(b)[0] for a, b, _ in study.gaps):
                return True
    for end in study.points:  # a value at a point between pieces, and another one opposite
        here = study.value(end)
        opposite = [other for other in study.points if _opposite(study, end, other, twice)]
        if here is not None and opposite and not _values_mirror(study, here, study.value(opposite[0]), way, total):
            return True
    return False


def _opposite(study: Variation, a: End, b: End, twice: t.Node) -> bool:
    if not isinstance(a, Point) or not isinstance(b, Point):
        return not isinstance(a, Point) and not isinstance(b, Point) and a == -b
    if a.closed is None or b.closed is None:
        raise UnknownError("whether two points without a closed form are opposite")
    return sign(t.Sum((a.closed, b.closed, t.Negative(twice))), study.functions) == 0


def other_symmetry(study: Variation, words: Sentence) -> bool:
    """Tell whether a sentence rightly names an axis or a point of symmetry."""
    nodes = [word for word in words if not isinstance(word, str) and word != t.Symbol(study.name)]
    if any(t.symbols(node) for node in nodes):
        return False
    values = [Value(node) for node in nodes]
    f = "f" + "′" * study.order
    if len(nodes) == 1:
        phrase: Phrase = ("mirror-symmetric about ", X, " = ", number(study, values[0]))
        return says(words, [phrase], study.name) and mirrored(study, nodes[0], 1, t.ZERO)
    if len(nodes) < 2:
        return False
    head: Phrase = ("point-symmetric about (", number(study, values[0]), ", ", number(study, values[1]), "): ")
    both, twice = Value(t.Sum((nodes[1], nodes[1]))), Value(t.Sum((nodes[0], nodes[0])))
    tails: list[Phrase] = [(f"{f}(", number(study, twice), " - ", X, ") + ", f"{f}(", X, ") = ", number(study, both))]
    if study.compare(values[0], Value(t.ZERO)) == 0:
        tails.append((f"{f}(-", X, ") = ", number(study, both), f" - {f}(", X, ")"))
    right = says(words, [(*head, *tail) for tail in tails], study.name)
    return right and mirrored(study, nodes[0], -1, t.Sum((nodes[1], nodes[1])))


STATEMENTS: Final[dict[str, Callable[[Variation], Phrases]]] = {
    "domain": domain, "range": value_range, "zeros": zeros, "symmetry": symmetry, "monotone": monotone,
    "extrema": extrema, "limits": limits, "asymptotes": asymptotes, "curvature": curvature,
    "inflections": inflections, "slope": slope, "lipschitz": lipschitz, "smoothness": smoothness,
    "vanishing gradient": vanishing_gradient,
}  # fmt: skip
"""What a sheet states, by the name of the statement."""
