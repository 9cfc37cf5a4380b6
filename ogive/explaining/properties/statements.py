"""The statements of a sheet of properties, each with its reason and certificate."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.forms import constant_sign, form_to_tree
from ogive.explaining.exact.series import UNIT, Expansion, Monomial, Series
from ogive.explaining.properties import phrases
from ogive.explaining.properties.symmetry import symmetry
from ogive.explaining.records.sheet import Property, Sentence
from ogive.explaining.signs import stretches as line
from ogive.explaining.signs.pieces import same_point
from ogive.explaining.signs.points import End, Root, UnknownError, end_text
from ogive.explaining.signs.study import Study, Value, compare_values, negated
from ogive.expressions import to_text
from ogive.expressions import tree as t
from ogive.expressions.domain import conditions, gap

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FOR_SLOPE", "FOR_VALUE", "leading_text"]


def _certificate(study: Study, order: int, **more: Any) -> dict[str, Any]:
    """Collect the sign charts of a derivative on every piece."""
    charts = []
    for at, piece in enumerate(study.pieces):
        chart = study.chart(at, order)
        charts.append(
            {
                "expression": to_text(piece.tree),
                "order": order + study.order,
                "variable": study.name,
                "interval": [end_text(piece.low), end_text(piece.high)],
                "roots": [end_text(root) for root in chart.roots],
                "signs": list(chart.signs),
                "proof": chart.proof,
            }
        )
    return {"method": "signs", "charts": charts, **more}


def _pieces_certificate(study: Study) -> dict[str, Any]:
    ends = [[end_text(piece.low), end_text(piece.high)] for piece in study.pieces]
    return {"method": "pieces", "expression": to_text(study.tree), "variable": study.name, "pieces": ends}


def _why_signs(study: Study, order: int) -> Sentence:
    """Say why the signs of a derivative are as they are."""
    mark = "′" * (order + study.order)
    parts: list[Sentence] = []
    for at in range(len(study.pieces)):
        form = study.form(at, order)
        shown = form_to_tree(study.charter.world, form)
        head: Sentence = (f"f{mark}(", t.Symbol(study.name), ") = ", shown) if t.size(shown) <= 60 else ()
        reason = phrases.proof_words(study.chart(at, order).proof)
        parts.append((*head, ": ", *reason) if head else reason)
    return phrases.joined(parts[:4], "; ", "; ")


# ---- Domain and values ---------------------------------------------------------------------------------------------


def domain(study: Study) -> Property:
    """Where the function is defined."""
    parts = line.components(study)
    regions = [_region(study, part) for part in parts]
    certificate = _pieces_certificate(study)
    if len(parts) == 1 and not isinstance(parts[0].low, Root) and not isinstance(parts[0].high, Root):
        why: Sentence = ("no denominator vanishes and no logarithm or root leaves its domain",)
    else:
        why = ("denominators must not vanish, and logarithms and roots need positive arguments",)
    what = "has a slope at " if study.order else "defined for "
    return Property("domain", (what, *phrases.joined(regions, ", ", " and ")), why, certificate)


def _region(study: Study, part: line.Component) -> Sentence:
    words = phrases.region(study.name, part.low, part.high)
    if not part.left and not part.right:
        return words
    text = [" ≤ " if word == " < " else " ≥ " if word == " > " else word for word in words]
    if isinstance(part.low, Root) and isinstance(part.high, Root):
        marks = [at for at, word in enumerate(text) if word == " ≤ "]
        for at, closed in zip(marks, (part.left, part.right), strict=True):
            text[at] = " ≤ " if closed else " < "
    return tuple(text)


def values(study: Study) -> Property:
    """Which values it takes, and whether the ends are attained."""
    spans = line.image(study)
    shown = [
        phrases.interval(
            phrases.number(study.charter, span.low),
            phrases.number(study.charter, span.high),
            left=span.left,
            right=span.right,
        )
        if compare_values(study.charter, span.low, span.high)
        else ("{", *phrases.number(study.charter, span.low), "}")
        for span in spans
    ]
    words: Sentence = ("takes exactly the values ", *phrases.joined(shown, " ∪ ", " ∪ "))
    why: list[Sentence] = []
    for span in spans:
        why += [_end_of_range(study, span.low, span.low_at, span.left)] if not span.low.infinite else []
        if not span.high.infinite and compare_values(study.charter, span.low, span.high):
            why.append(_end_of_range(study, span.high, span.high_at, span.right))
    why.append(("it is continuous and monotone in between",))
    return Property("range", words, phrases.joined(why, ", ", ", and "), _certificate(study, 1))


def _end_of_range(study: Study, value: Value, place: End, attained: bool) -> Sentence:
    number = phrases.number(study.charter, value)
    if attained:
        return (
            (*number, " is attained at ", *phrases.place(study.name, place))
            if isinstance(place, Root)
            else (*number, " is attained")
        )
    return (*number, " is approached as ", t.Symbol(study.name), " → ", *phrases.point(place), " and never attained")


def zeros(study: Study) -> Property:
    """Where it is zero, and its sign elsewhere."""
    found = _stretches_of_zero(study)
    found += [phrases.place(study.name, root) for at in range(len(study.pieces)) for root in study.chart(at, 0).roots]
    for value, place in line.end_values(study):
        if value.exact is not None and not value.exact and not _in_a_stretch(study, place):
            found.append(phrases.place(study.name, place))
    certificate = _certificate(study, 0)
    if found:
        return Property(
            "zeros", ("zero at ", *phrases.joined(found), ", nowhere else"), _why_signs(study, 0), certificate
        )
    signs = {sign for at in range(len(study.pieces)) for sign in study.chart(at, 0).signs}
    side = ": positive everywhere" if signs == {1} else ": negative everywhere" if signs == {-1} else ""
    return Property("zeros", (f"never zero{side}",), _why_signs(study, 0), certificate)


def _stretches_of_zero(study: Study) -> list[Sentence]:
    """Describe the pieces on which the function is zero throughout, with the ends that belong to them."""
    closed = [place for value, place in line.end_values(study) if value.exact is not None and not value.exact]
    found: list[Sentence] = []
    for at, piece in enumerate(study.pieces):
        if 0 in study.chart(at, 0).signs:
            ends = [end for end in (piece.low, piece.high) if isinstance(end, Root)]
            whole = all(any(same_point(end, other) for other in closed) for end in ends)
            words = phrases.region(study.name, piece.low, piece.high)
            shut = {" < ": " ≤ ", " > ": " ≥ "} if whole else {}
            found.append(tuple(shut.get(word, word) if isinstance(word, str) else word for word in words))
    return found


def _in_a_stretch(study: Study, place: Root) -> bool:
    return any(
        0 in study.chart(at, 0).signs and (same_point(piece.low, place) or same_point(piece.high, place))
        for at, piece in enumerate(study.pieces)
    )


# ---- Monotone runs and extrema -------------------------------------------------------------------------------------

_VERBS = {1: "rises", -1: "falls", 0: "is constant"}


def monotone(study: Study) -> Property:
    """Where it rises and where it falls."""
    found = line.runs(study)
    parts: list[Sentence] = []
    for sign in (1, -1, 0):
        regions = [phrases.region(study.name, run.low, run.high) for run in found if run.sign == sign]
        if regions:
            parts.append((_VERBS[sign], " on ", *phrases.joined(regions, ", ", " and on ")))
    return Property("monotone", phrases.joined(parts), _why_signs(study, 1), _certificate(study, 1))


def extrema(study: Study) -> Property:
    """Its local maxima and minima, with their values."""
    found: list[Sentence] = []
    for turn in line.turns(study):
        kind = "maximum " if turn.sign > 0 else "minimum "
        value = phrases.number(study.charter, turn.value)
        found.append((kind, *value, " at ", *phrases.place(study.name, turn.place)))
    if not found:
        return Property(
            "extrema", ("no maximum or minimum inside its domain",), _why_signs(study, 1), _certificate(study, 1)
        )
    return Property(
        "extrema",
        phrases.joined(found),
        ("it rises on one side and falls on the other, there and nowhere else",),
        _certificate(study, 1),
    )


def curvature(study: Study) -> Property:
    """Where it bends upwards (convex) and downwards (concave)."""
    words = {1: "convex", -1: "concave", 0: "straight"}
    parts: list[Sentence] = []
    found = line.curvature_runs(study)
    for sign in (1, -1, 0):
        regions = [phrases.region(study.name, run.low, run.high) for run in found if run.sign == sign]
        if regions:
            parts.append((words[sign], " on ", *phrases.joined(regions, ", ", " and on ")))
    return Property("curvature", phrases.joined(parts), _why_signs(study, 2), _certificate(study, 2))


def inflections(study: Study) -> Property:
    """Where the curvature changes its sign."""
    found: list[Sentence] = []
    bends = line.curvature_runs(study)
    for left, right in pairwise(bends):
        if right.joined and left.sign * right.sign == -1 and isinstance(right.low, Root):
            found.append(phrases.place(study.name, right.low))
    words: Sentence = ("inflection at ", *phrases.joined(found)) if found else ("no inflection",)
    why: Sentence = (
        ("the second derivative changes its sign there and nowhere else",) if found else _why_signs(study, 2)
    )
    return Property("inflections", words, why, _certificate(study, 2))


def steepest(study: Study) -> Property:
    """Where the slope is largest and smallest."""
    slope = Study(
        study.charter,
        study.tree,
        study.name,
        study.functions,
        study.order + 1,
        study.forms,
        study.charts,
        study.values,
    )
    spans = line.image(slope)
    top, bottom = spans[-1], spans[0]
    parts = [
        _slope_end(study, "largest", top.high, top.high_at, top.right),
        _slope_end(study, "smallest", bottom.low, bottom.low_at, bottom.left),
    ]
    return Property("slope", phrases.joined(parts, "; ", "; "), _why_signs(study, 2), _certificate(study, 2))


def _slope_end(study: Study, which: str, value: Value, place: End, attained: bool) -> Sentence:
    number = phrases.number(study.charter, value)
    if attained and isinstance(place, Root):
        return (f"{which} slope ", *number, " at ", *phrases.place(study.name, place))
    if attained:
        return (f"{which} slope ", *number)
    if value.infinite:
        return (f"no {which} slope: unbounded as ", t.Symbol(study.name), " → ", *phrases.point(place))
    bound = "below" if which == "largest" else "above"
    return (f"slope always {bound} ", *number, ", approached as ", t.Symbol(study.name), " → ", *phrases.point(place))


def lipschitz(study: Study) -> Property:
    """State the best constant L with |f(a) - f(b)| <= L |a - b|, for a and b in the domain."""
    ends = [value for segment in study.segments(1) for value in (segment.start, segment.stop)]
    if any(value.infinite for value in ends):
        return Property(
            "lipschitz",
            ("not Lipschitz: the slope is unbounded",),
            ("of the limits of the slope",),
            _certificate(study, 2),
        )
    for piece, seam in study.seams():
        inside = line.defined(study, piece, seam)
        if not (study.continuous(piece, seam) if inside else study.agrees(piece, 0)):
            return Property(
                "lipschitz",
                ("not Lipschitz: it jumps at ", *phrases.place(study.name, seam)),
                ("the limits from the left and from the right, and the value there, are not the same",),
                _pieces_certificate(study),
            )
    for value, place in line.end_values(study):
        if any(place is piece.low and not _tends_to(study, at, 1, value) for at, piece in enumerate(study.pieces)):
            raise UnknownError("the function jumps at an end of its domain")
    if len(study.seams()) + 1 < len(study.pieces):
        raise UnknownError("the domain has a gap, across which a secant may be steeper than any slope")
    best = ends[0]
    for value in {id(value): value for value in ends}.values():
        if value is not best and compare_values(study.charter, _absolute(study, value), _absolute(study, best)) > 0:
            best = value
    words = ("Lipschitz with the best constant L = ", *phrases.number(study.charter, _absolute(study, best)))
    return Property(
        "lipschitz",
        words,
        ("it is the least upper bound of |slope|, and the function does not jump",),
        _certificate(study, 2),
    )


def _tends_to(study: Study, piece: int, side: int, value: Value) -> bool:
    """Tell whether the function tends to its value at an end of a piece."""
    limit = study.limit(piece, 0, side)
    return not limit.infinite and compare_values(study.charter, limit, value) == 0


def _absolute(study: Study, value: Value) -> Value:
    if compare_values(study.charter, value, study.value_of(p.constant(0))) >= 0:
        return value
    return negated(value)


# ---- Ends ----------------------------------------------------------------------------------------------------------


def _ends(study: Study) -> list[tuple[int, End, int]]:
    found: list[tuple[int, End, int]] = []
    for part in line.components(study):
        found += [(part.first, part.low, 1), (part.last, part.high, -1)]
    return found


def limits(study: Study) -> Property:
    """State what it tends to at the ends of its domain."""
    parts: list[Sentence] = []
    shown: list[str] = []
    for piece, end, side in _ends(study):
        value = study.limit(piece, 0, side)
        sign = "" if not isinstance(end, Root) else "⁺" if side == 1 else "⁻"
        parts.append(
            (*phrases.number(study.charter, value), " as ", t.Symbol(study.name), " → ", *phrases.point(end), sign)
        )
        shown.append(end_text(end))
    why = _why_limits(study)
    return Property("limits", ("tends to ", *phrases.joined(parts)), why, {"method": "ends", "ends": shown})


def _why_limits(study: Study) -> Sentence:
    parts: list[Sentence] = []
    for piece, end, side in _ends(study):
        if isinstance(end, Root):
            continue
        form = study.form(piece, 0)
        if not form:
            continue
        tree = _leading_tree(study, study.charter.series(form, end, side), 1 if end > 0 else -1)
        if tree is not None and t.size(tree) <= 24:
            parts.append(
                ("f" + "′" * study.order, " ~ ", tree, " as ", t.Symbol(study.name), " → ", *phrases.point(end))
            )
    return phrases.joined(parts) if parts else ("of the leading terms at the ends",)


def leading_text(study: Study, piece: int, end: End, side: int) -> str:
    """Write the leading term at an end of a piece, in the distance from it."""
    form = study.form(piece, 0)
    if not form:
        return "0"
    tree = _leading_tree(study, study.charter.series(form, end, side), 1)
    return "" if tree is None else to_text(tree)


def _leading_tree(study: Study, series: Series, sign: int) -> t.Node | None:
    """Write the leading term of a series in x as a term in z, where x = z (sign 1) or x = -z (sign -1)."""
    if not series.terms:
        return None
    z = t.Symbol(study.name)
    x: t.Node = z if sign > 0 else t.Negative(z)
    return _term_tree(study, series.terms[0].factor, series.terms[0].monomial, x)


def _term_tree(study: Study, factor: p.Quotient, monomial: Monomial, x: t.Node) -> t.Node | None:
    parts: list[t.Node] = []
    value = factor.number()
    negative = value is not None and value < 0
    constant = form_to_tree(study.charter.world, -factor if negative else factor)
    if constant != t.ONE:
        parts.append(constant)
    if monomial.power:
        parts.append(x if monomial.power == 1 else t.Power(x, t.rational(monomial.power)))
    if monomial.log:
        log = t.Call("log", (x,))
        parts.append(log if monomial.log == 1 else t.Power(log, t.rational(monomial.log)))
    if monomial.exponent:
        inside = [_term_tree(study, term.factor, term.monomial, x) for term in monomial.exponent]
        if any(part is None for part in inside):
            return None
        exponents = [part for part in inside if part is not None]
        parts.append(t.Call("exp", (_plain_sign(exponents[0] if len(exponents) == 1 else t.Sum(tuple(exponents))),)))
    product = t.ONE if not parts else parts[0] if len(parts) == 1 else t.Product(tuple(parts))
    return t.Negative(product) if negative else product


def _plain_sign(node: t.Node) -> t.Node:
    """Write -(-z) as z."""
    if isinstance(node, t.Negative) and isinstance(node.operand, t.Negative):
        return node.operand.operand
    return node


def asymptotes(study: Study) -> Property:
    """Its horizontal, oblique and vertical asymptotes."""
    found: list[Sentence] = []
    for at, seam in study.seams():  # a value there does not keep it from going to infinity beside it
        beside = (study.limit(at, 0, -1), study.limit(at + 1, 0, 1))
        if line.defined(study, at, seam) and any(value.infinite for value in beside):
            found.append(("the line ", *phrases.place(study.name, seam)))
    for piece, end, side in _ends(study):
        value = study.limit(piece, 0, side)
        if isinstance(end, Root):
            if value.infinite:
                found.append(("the line ", *phrases.place(study.name, end)))
        elif not value.infinite:
            found.append(
                (
                    "y = ",
                    *phrases.number(study.charter, value),
                    " as ",
                    t.Symbol(study.name),
                    " → ",
                    *phrases.point(end),
                )
            )
        else:
            found += _oblique(study, piece, end, side)
    words: Sentence = phrases.joined(found) if found else ("no asymptote",)
    return Property("asymptotes", words, _why_limits(study), limits(study).certificate)


def _oblique(study: Study, piece: int, end: float, side: int) -> list[Sentence]:
    series = study.charter.series(study.form(piece, 0), end, side)
    lead, expansion = series.terms[0], Expansion(study.charter.world, study.charter.variable)
    if lead.monomial != Monomial(power=Fraction(1)):
        return []
    slope = lead.factor * p.constant(1 if end > 0 else -1)
    rest = [term for term in series.terms[1:] if expansion.compare(term.monomial, UNIT) >= 0]
    if any(expansion.compare(term.monomial, UNIT) > 0 for term in rest):
        return []
    if series.error is not None and expansion.compare(series.error, UNIT) >= 0:
        raise UnknownError("the constant of an oblique asymptote")
    world, z = study.charter.world, study.charter.world.form(t.Symbol(study.name))
    straight = world.times(slope, z) + (rest[0].factor if rest else p.constant(0))
    return [("y = ", form_to_tree(world, straight), " as ", t.Symbol(study.name), " → ", *phrases.point(end))]


def smoothness(study: Study) -> Property:
    """How often it can be differentiated."""
    seams = study.seams()
    kept = [(piece, seam) for piece, seam in seams if line.defined(study, piece, seam)]
    certificate = _pieces_certificate(study)
    parts: list[Sentence] = []
    for piece, seam in kept:
        words = _seam_words(study, piece, seam)
        if words:
            parts.append((words, " at ", *phrases.place(study.name, seam)))
    for part in line.components(study):
        for end, closed, at, side in ((part.low, part.left, part.first, 1), (part.high, part.right, part.last, -1)):
            words = _end_words(study, at, end, side) if closed and isinstance(end, Root) else ""
            if words:
                parts.append((words, " at ", *phrases.place(study.name, end)))
    if parts:
        why: Sentence = ("the one-sided derivatives there are compared exactly; everywhere else it is analytic",)
        return Property("smoothness", phrases.joined(parts, "; ", "; "), why, certificate)
    return Property(
        "smoothness",
        ("has derivatives of every order on its domain",),
        ("it is composed of analytic functions there",),
        certificate,
    )


def _end_words(study: Study, piece: int, end: Root, side: int) -> str:
    """Say what is not smooth at an end that belongs to the domain, seen from inside; nothing where all is."""
    values = [value for value, place in line.end_values(study) if place is end]
    if not values or not _tends_to(study, piece, side, values[0]):
        return "jumps"
    for order in range(1, 7):
        if study.limit(piece, order, side).infinite:
            return "continuous with a vertical tangent (no slope)" if order == 1 else _times(order - 1)
    return "" if _goes_on(study, piece, end) else "at least six continuous derivatives"


def _goes_on(study: Study, piece: int, end: Root) -> bool:
    """Tell whether every part of a piece is real, and has a slope, at an end too: then it goes on beyond it."""
    world = study.charter.world
    if end.closed is None:
        return False
    for need in conditions(form_to_tree(world, study.pieces[piece].form), study.functions, under=True):
        there = t.substitute(gap(need), {study.name: end.closed})
        found = constant_sign(world, world.form(there))
        if not found or (found < 0 and need.operator != "!="):
            return False
    return True


def _times(orders: int) -> str:
    times = {1: "once", 2: "twice"}.get(orders, f"{orders} times")
    return f"{times} continuously differentiable and no more"


def _seam_words(study: Study, piece: int, seam: Root) -> str:
    if not study.continuous(piece, seam):
        return "jumps"
    orders = study.smoothness(piece)
    if orders is None:
        return "at least six continuous derivatives"
    if orders == 0:
        return "continuous with a kink (no slope)"
    return _times(orders)


FOR_VALUE: tuple[tuple[str, Callable[[Study], Property]], ...] = (
    ("domain", domain), ("range", values), ("zeros", zeros), ("symmetry", symmetry), ("monotone", monotone),
    ("extrema", extrema), ("limits", limits), ("asymptotes", asymptotes), ("curvature", curvature),
    ("inflections", inflections), ("slope", steepest), ("lipschitz", lipschitz), ("smoothness", smoothness),
)  # fmt: skip
FOR_SLOPE: tuple[tuple[str, Callable[[Study], Property]], ...] = (
    ("domain", domain), ("range", values), ("extrema", extrema), ("symmetry", symmetry), ("monotone", monotone),
    ("limits", limits), ("zeros", zeros), ("smoothness", smoothness),
)  # fmt: skip
