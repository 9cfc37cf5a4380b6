"""Sets of real numbers and stretches of the line, as a study of a function finds them: domain, range, runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cmp_to_key, partial
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, final

from ogive.explaining.signs.points import End, Root, UnknownError
from ogive.explaining.signs.study import Segment, Study, Value, compare_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ogive.explaining.signs.charts import Charter

__all__ = ["Component", "Run", "Span", "Turn", "components", "curvature_runs", "end_values", "image", "runs", "turns"]


@final
@dataclass(frozen=True, slots=True)
class Component:
    """A part of the domain without gaps: pieces ``first`` to ``last`` and whether the two ends belong to it."""

    first: int
    last: int
    low: End
    high: End
    left: bool
    right: bool


@final
@dataclass(frozen=True, slots=True)
class Run:
    """A longest stretch on which a function rises (1), falls (-1) or is constant (0)."""

    low: End
    high: End
    sign: int
    start: Value
    stop: Value
    joined: bool = False  # whether the function is continuous where the run before it ends


@final
@dataclass(frozen=True, slots=True)
class Span:
    """An interval of values, with the places where its ends are attained or approached."""

    low: Value
    high: Value
    left: bool
    right: bool
    low_at: End
    high_at: End


def components(study: Study) -> list[Component]:
    """Join the pieces of a study wherever the function is defined at the seam between them."""
    seams = {piece: seam for piece, seam in study.seams() if defined(study, piece, seam)}
    found: list[Component] = []
    first = 0
    for at in range(len(study.pieces)):
        if at in seams:
            continue
        low, high = study.pieces[first].low, study.pieces[at].high
        found.append(Component(first, at, low, high, _closed(study, low), _closed(study, high)))
        first = at + 1
    return found


def defined(study: Study, piece: int, seam: Root) -> bool:
    """Tell whether the function has a value at the seam after a piece."""
    if study.order:
        return study.continuous(piece, seam)
    if seam.closed is None:
        raise UnknownError("whether the function is defined at a point without a closed form")
    return study.at(seam.closed) is not None


def _closed(study: Study, end: End) -> bool:
    if not isinstance(end, Root) or study.order or end.closed is None:
        return False
    return study.at(end.closed) is not None


# ---- Runs ----------------------------------------------------------------------------------------------------------


def runs(study: Study, order: int = 0) -> list[Run]:
    """Join monotone segments of the same direction wherever the function is continuous between them."""
    smooth_until = {id(seam): _carries_on(study, piece, seam, order) for piece, seam in study.seams()}
    found: list[Run] = []
    for segment in study.segments(order):
        joined = bool(found) and _continuous_at(study, segment.low, smooth_until)
        if joined and found[-1].sign == segment.sign:
            last = found.pop()
            found.append(Run(last.low, segment.high, segment.sign, last.start, segment.stop, last.joined))
        else:
            found.append(Run(segment.low, segment.high, segment.sign, segment.start, segment.stop, joined))
    return found


def _carries_on(study: Study, piece: int, seam: Root, order: int) -> bool:
    """Tell whether a function is continuous across a seam, and its derivatives up to an order with it."""
    return study.continuous(piece, seam) and all(study.agrees(piece, k) for k in range(1, order + 1))


def _continuous_at(study: Study, low: End, known: dict[int, bool]) -> bool:
    """Tell whether a run may go on at the low end of a segment: a seam, or a zero of a slope."""
    for piece, seam in study.seams():
        if seam is low or study.pieces[piece + 1].low is low:
            return known[id(seam)]
    return all(piece.low is not low for piece in study.pieces)


@final
@dataclass(frozen=True, slots=True)
class Turn:
    """A local maximum (1) or minimum (-1) inside the domain."""

    sign: int
    value: Value
    place: Root


def turns(study: Study) -> list[Turn]:
    """Return the strict local maxima and minima, at seams where the function jumps too."""
    found: list[Turn] = []
    segments = study.segments()
    values = [(value, place) for value, place in end_values(study) if any(place is seam for _, seam in study.seams())]
    ends = [end for piece in study.pieces for end in (piece.low, piece.high)]
    for left, right in pairwise(segments):
        for value, seam in values:
            if seam is left.high:
                found += _turn_at(study, value, seam, left, right)
        place = left.high
        inside = left.sign * right.sign == -1 and not any(end is place for end in ends)
        if inside and isinstance(place, Root):
            found.append(Turn(left.sign, left.stop, place))
    return found


def _turn_at(study: Study, value: Value, seam: Root, left: Segment, right: Segment) -> Iterable[Turn]:
    """Compare a value with what the function does on both sides: it tends there, rising or falling."""
    for sign in (1, -1):
        gaps = [sign * compare_values(study.charter, value, limit) for limit in (left.stop, right.start)]
        slopes = (left.sign * sign, -right.sign * sign)
        if all(gap > 0 or (gap == 0 and slope > 0) for gap, slope in zip(gaps, slopes, strict=True)):
            yield Turn(sign, value, seam)


def curvature_runs(study: Study) -> list[Run]:
    """Return the runs of the slope: rising where the function is convex, falling where it is concave."""
    return runs(study, 1)


# ---- Images --------------------------------------------------------------------------------------------------------


def image(study: Study) -> list[Span]:
    """Return the set of values as a union of intervals, each with its ends attained or not."""
    spans = [_span(study.charter, each.start, each.stop, (each.low, each.high)) for each in study.segments()]
    inside = [
        (study.value(at, 0, root), root) for at in range(len(study.pieces)) for root in study.chart(at, 1).roots
    ]
    spans += [Span(value, value, True, True, place, place) for value, place in [*inside, *end_values(study)]]
    merged: list[Span] = []
    for span in sorted(spans, key=cmp_to_key(partial(_order, study.charter))):
        if merged and _touch(study.charter, merged[-1], span):
            merged[-1] = _union(study.charter, merged[-1], span)
        else:
            merged.append(span)
    return merged


def _order(charter: Charter, a: Span, b: Span) -> int:
    return compare_values(charter, a.low, b.low) or b.left - a.left


def _span(charter: Charter, start: Value, stop: Value, ends: tuple[End, End]) -> Span:
    order = compare_values(charter, start, stop)
    if order == 0:
        return Span(start, start, True, True, inf, inf)  # attained on a whole interval: no single place
    if order < 0:
        return Span(start, stop, False, False, *ends)
    return Span(stop, start, False, False, ends[1], ends[0])


def end_values(study: Study) -> Iterable[tuple[Value, Root]]:
    """Yield the exact values at seams and at ends that belong to the domain."""
    for piece, seam in study.seams():
        if study.order:
            if study.continuous(piece, seam):
                yield study.limit(piece, 0, -1), seam
        else:
            yield from _value_at(study, seam)
    for component in components(study):
        for end, closed in ((component.low, component.left), (component.high, component.right)):
            if closed and isinstance(end, Root):
                yield from _value_at(study, end)


def _value_at(study: Study, end: Root) -> Iterable[tuple[Value, Root]]:
    exact = study.at(end.closed) if end.closed is not None else None
    if exact is not None:
        yield study.value_of(exact), end


def _touch(charter: Charter, a: Span, b: Span) -> bool:
    order = compare_values(charter, b.low, a.high)
    return order < 0 or (order == 0 and (a.right or b.left))


def _union(charter: Charter, a: Span, b: Span) -> Span:
    order = compare_values(charter, a.high, b.high)
    low, left, low_at = a.low, a.left, a.low_at
    if not left and b.left and compare_values(charter, a.low, b.low) == 0:
        left, low_at = True, b.low_at
    if order > 0 or (order == 0 and a.right):
        return Span(low, a.high, left, a.right, low_at, a.high_at)
    return Span(low, b.high, left, b.right, low_at, b.high_at)
