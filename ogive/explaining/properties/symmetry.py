"""Whether a function is even, odd, or symmetric about another point or axis, its values between pieces included."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.forms import form_to_tree
from ogive.explaining.properties import phrases
from ogive.explaining.records.sheet import Property, Sentence
from ogive.explaining.signs.pieces import same_point
from ogive.explaining.signs.points import End, Root, UnknownError, end_text, position
from ogive.expressions import to_text
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from ogive.explaining.signs.study import Study

__all__ = ["symmetry"]


def symmetry(study: Study) -> Property:
    """Whether it is even, odd, or symmetric about another point or axis."""
    for centre in _centres(study):
        for sign in (1, -1):
            offset = _mirrored(study, centre, sign)
            if offset is not None:
                return _symmetric(study, centre, sign, offset)
    return Property(
        "symmetry", ("neither even nor odd",), _why_not_even(study), {"method": "no-mirror", **_witness(study)}
    )


def _centres(study: Study) -> list[Root]:
    roots = [Root.at(0)]
    for at in range(len(study.pieces)):
        for order in (1, 2) if study.order == 0 else (1,):
            try:
                roots += [root for root in study.chart(at, order).roots if root.exact]
            except UnknownError:
                continue
    roots += [seam for _, seam in study.seams() if seam.exact]
    unique = {root.low: root for root in roots}
    return list(unique.values())


def _mirrored(study: Study, centre: Root, sign: int) -> p.Quotient | None:
    """Return the constant f(2m - z) - sign f(z), which is zero for an axis; None if it is not constant."""
    charter, pieces = study.charter, study.pieces
    turned = t.Sum((t.rational(2 * centre.low), t.Negative(t.Symbol(study.name))))
    offset: p.Quotient | None = None
    for at, piece in enumerate(pieces):
        other = pieces[-1 - at]
        if not _mirror_ends(piece.high, other.low, centre.low):
            return None
        there = charter.value_at(study.form(len(pieces) - 1 - at, 0), turned)
        rest = charter.world.reduced(there - study.form(at, 0) * p.constant(sign))
        if sign == 1 and rest:
            return None
        if charter.slope(rest) or (offset is not None and charter.world.reduced(offset - rest)):
            return None
        offset = rest
    return offset if offset is None or _points_mirror(study, sign, offset) else None


def _points_mirror(study: Study, sign: int, offset: p.Quotient) -> bool:
    """Tell whether the values at the ends of the pieces are mirrored too; the pieces themselves are."""
    ends = [piece.low for piece in study.pieces] + [piece.high for piece in study.pieces]
    points: list[Root] = []
    for end in ends:
        if isinstance(end, Root) and not any(same_point(end, other) for other in points):
            points.append(end)
    points.sort(key=lambda point: point.low)
    found = [_value_there(study, point) for point in points]
    for here, there in zip(found, reversed(found), strict=True):
        if (here is None) != (there is None):
            return False
        if here is not None and there is not None:
            rest = there - here * p.constant(sign) - offset
            if study.charter.world.reduced(rest):
                return False
    return True


def _value_there(study: Study, point: Root) -> p.Quotient | None:
    """Return the value at an end of a piece; a derivative there is as its limits are, which are mirrored."""
    if point.closed is None or study.order:
        return None
    return study.at(point.closed)


def _mirror_ends(high: End, low: End, centre: Fraction) -> bool:
    if isinstance(high, Root) and isinstance(low, Root):
        if high.exact and low.exact:
            return high.low + low.low == 2 * centre
        return (
            high.closed is not None
            and low.closed is not None
            and abs(high.low + low.low - 2 * centre) < Fraction(1, 2**40)
        )
    return not isinstance(high, Root) and not isinstance(low, Root) and high == -low


def _symmetric(study: Study, centre: Root, sign: int, offset: p.Quotient) -> Property:
    z, world = t.Symbol(study.name), study.charter.world
    middle = form_to_tree(world, offset * p.constant(Fraction(1, 2)))
    certificate = {
        "method": "mirror", "centre": str(centre.low), "sign": sign, "offset": to_text(form_to_tree(world, offset)),
        "pieces": [[to_text(piece.tree), end_text(piece.low), end_text(piece.high)] for piece in study.pieces],
        "order": study.order, "variable": study.name,
    }  # fmt: skip
    f = "f" + "′" * study.order
    if centre.low == 0 and not (sign == -1 and offset):
        kind = "even" if sign == 1 else "odd"
        right = f") = {f}(" if sign == 1 else f") = -{f}("
        return Property(
            "symmetry", (kind, f": {f}(-", z, right, z, ")"), ("both sides have the same normal form",), certificate
        )
    if sign == 1:
        words: Sentence = ("mirror-symmetric about ", *phrases.place(study.name, centre))
    else:
        words = (
            "point-symmetric about (",
            *phrases.point(centre),
            ", ",
            middle,
            "): ",
            *_point_identity(f, z, centre, study, offset),
        )
    return Property("symmetry", words, ("both sides have the same normal form",), certificate)


def _point_identity(f: str, z: t.Node, centre: Root, study: Study, offset: p.Quotient) -> Sentence:
    value = form_to_tree(study.charter.world, offset)
    if centre.low == 0:
        return (f"{f}(-", z, ") = ", value, f" - {f}(", z, ")") if offset else (f"{f}(-", z, f") = -{f}(", z, ")")
    return (f"{f}(", t.rational(2 * centre.low), " - ", z, ") + ", f"{f}(", z, ") = ", value)


def _witness(study: Study) -> dict[str, Any]:
    """Find a point where f(-z) is neither f(z) nor -f(z); without one nothing is claimed."""
    alone = _alone(study)
    if alone is not None:
        return {"expression": to_text(study.tree), "variable": study.name, "only_at": str(alone)}
    from ogive.explaining.signs.pieces import expanded
    from ogive.expressions import balls

    tree = expanded(study.tree, study.functions)
    for _ in range(study.order):
        tree = t.Derivative(tree, t.Symbol(study.name))
    even = odd = None
    for point in (Fraction(1, 3), Fraction(5, 4), Fraction(3), Fraction(1, 7), Fraction(11, 2)):
        try:
            with balls.precision(128):
                here, there = (
                    balls.evaluate(tree, {study.name: balls.ball(x)}, study.functions) for x in (point, -point)
                )
                even = even or (str(point) if balls.sign(here - there) else None)
                odd = odd or (str(point) if balls.sign(here + there) else None)
        except balls.UndefinedError:
            continue
        if even and odd:
            return {"expression": to_text(tree), "variable": study.name, "not_even_at": even, "not_odd_at": odd}
    raise UnknownError("no symmetry was proved, and no point that rules it out was found")


def _alone(study: Study) -> Fraction | None:
    """Find a point inside a piece whose mirror image lies outside of all of them; None where there is none."""
    for piece in study.pieces:
        (_, low), (high, _) = position(piece.low), position(piece.high)
        for point in (Fraction(k, 8) + Fraction(1, 97) for k in range(-64, 65)):
            if low < point < high and all(
                position(other.low)[0] > -point or position(other.high)[1] < -point for other in study.pieces
            ):
                return point
    return None


def _why_not_even(study: Study) -> Sentence:
    found = _witness(study)
    f, z = "f" + "′" * study.order, study.name
    if "only_at" in found:
        return (f"{f} has a value at {z} = {found['only_at']} and none at {z} = {-Fraction(found['only_at'])}",)
    return (
        f"{f}(-{z}) differs from {f}({z}) at {z} = {found['not_even_at']}, ",
        f"and from -{f}({z}) at {z} = {found['not_odd_at']}",
    )
