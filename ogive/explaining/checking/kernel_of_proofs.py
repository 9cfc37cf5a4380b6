"""Checks the certificates of f' = R(f) again, from their data alone.

A certificate is plain data: texts of expressions, rational points, signs. Identities are brought to normal forms, and
preimages are enclosed anew. The arithmetic here is that of the prover; sheets of properties have a checker of their
own (`ogive.explaining.checking.sheets`).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from ogive.explaining.checking.equivalence import compare_trees
from ogive.explaining.exact.polynomials import TooLargeError
from ogive.explaining.exact.world import NoFormError, World
from ogive.explaining.records.subject import all_functions
from ogive.explaining.signs.charts import Charter
from ogive.explaining.signs.pieces import Piece, pieces_of
from ogive.explaining.signs.points import End, Root, UnknownError
from ogive.explaining.signs.sturm import closed_root
from ogive.explaining.slope_from_value.preimages import check_preimages
from ogive.explaining.slope_from_value.self_reference import agree_at
from ogive.expressions import ExpressionError, parse
from ogive.expressions import tree as t
from ogive.expressions.balls import UndefinedError
from ogive.expressions.differentiate import differentiate

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["check_certificate"]

_FAILURES: Final = (
    UnknownError, NoFormError, TooLargeError, ZeroDivisionError, ExpressionError, UndefinedError, KeyError,
    ValueError, TypeError, RecursionError,
)  # fmt: skip


def check_certificate(certificate: dict[str, Any]) -> bool:
    """Tell whether a certificate proves what it claims; a damaged one is refused, never an error."""
    check = _CHECKS.get(str(certificate.get("method")))
    if check is None:
        return False
    try:
        return check(certificate)
    except _FAILURES:
        return False


def _read(text: str) -> t.Node:
    return parse(text, functions=all_functions())


def _read_end(text: str) -> End:
    """Read an end of an interval: an exact point, an enclosure, or an infinity."""
    if text in ("oo", "-oo"):
        return math.inf if text == "oo" else -math.inf
    if text.startswith("["):
        low, high = (Fraction(part) for part in text[1:-1].split(","))
        return Root(low, high)
    value = t.number(_read(text))
    return closed_root(_read(text)) if value is None else Root.at(value)


def _identity(certificate: dict[str, Any]) -> bool:
    """Check that both sides have the same normal form."""
    return World(all_functions()).equal(_read(certificate["left"]), _read(certificate["right"]))


def _self_reference(certificate: dict[str, Any]) -> bool:
    """Check that R(f) = f', by normal forms or by squares and a sign."""
    name, functions = certificate.get("variable", "z"), all_functions()
    tree = _read(certificate["function"])
    there = t.substitute(_read(certificate["form"]), {"y": tree})
    slope = differentiate(tree, name, functions=functions)
    world = World(functions)
    return (
        world.equal(there, slope)
        or _same_squares(world, there, slope, name)
        or (compare_trees(there, slope, functions).answer == "equal")
    )


def _same_squares(world: World, there: t.Node, slope: t.Node, name: str) -> bool:
    """Check that the squares are equal, that the slope has no zero, and that the signs agree at one point."""
    two = t.integer(2)
    if not world.equal(t.Power(there, two), t.Power(slope, two)):
        return False
    charter = Charter(world, name)
    pieces = pieces_of(charter, slope)
    charts = [charter.chart(piece.form, piece.low, piece.high) for piece in pieces]
    return len(charts) == 1 and bool(charts[0].constant_sign) and agree_at(there, slope, name, pieces[0])


def _relation(certificate: dict[str, Any]) -> bool:
    """Check that P(f, f') = 0."""
    name, functions = certificate["variable"], all_functions()
    tree = _read(certificate["function"])
    slope = differentiate(tree, name, functions=functions)
    relation = _read(certificate["relation"])
    if not isinstance(relation, t.Relation):
        return False
    there = t.substitute(t.Sum((relation.left, t.Negative(relation.right))), {"y": tree, "Y": slope})
    return World(functions).equal(there, t.ZERO)


def _branch(certificate: dict[str, Any]) -> bool:
    """Check that f' is the solution R(f) of a relation: both solve it, they agree at a point, the root is simple.

    A simple root of a quadratic never meets the other root, and both f' and R(f) are continuous.
    """
    if not _relation(certificate):
        return False
    name, functions = certificate["variable"], all_functions()
    tree, form, relation = (_read(certificate[key]) for key in ("function", "form", "relation"))
    polynomial = t.children(relation)[0]
    slope = differentiate(tree, name, functions=functions)
    world = World(functions)
    if not world.equal(t.substitute(polynomial, {"Y": form}), t.ZERO):
        return False
    twice = differentiate(differentiate(polynomial, "Y"), "Y")
    simple = t.substitute(differentiate(polynomial, "Y"), {"y": tree, "Y": slope})
    low, high = (_read_end(text) for text in certificate["interval"])
    chart = Charter(world, name).chart(world.form(simple), low, high)
    inside = Piece(low, high, simple, world.form(simple))
    there = t.substitute(form, {"y": tree})
    return "Y" not in t.symbols(twice) and bool(chart.constant_sign) and agree_at(there, slope, name, inside)


def _odd_root(certificate: dict[str, Any]) -> bool:
    """Check that f' is R(f): both solve a Yⁿ + c = 0, and for an odd n no two real numbers do."""
    relation, form = _read(certificate["relation"]), _read(certificate["form"])
    if not _relation(certificate) or not isinstance(relation, t.Relation):
        return False
    order, world = int(certificate["order"]), World(all_functions())
    polynomial = t.Sum((relation.left, t.Negative(relation.right)))
    rest = t.substitute(polynomial, {"Y": t.ZERO})
    lead = t.substitute(t.Sum((polynomial, t.Negative(rest))), {"Y": t.ONE})
    pure = t.Sum((t.Product((lead, t.Power(t.Symbol("Y"), t.integer(order)))), rest))
    is_odd_root = order % 2 == 1 and bool(world.form(lead).number()) and world.equal(polynomial, pure)
    return is_odd_root and world.equal(t.substitute(polynomial, {"Y": form}), t.ZERO)


def _pieces(certificate: dict[str, Any]) -> bool:
    return bool(certificate["parts"]) and all(
        check_certificate({"variable": certificate.get("variable", "z"), **part}) for part in certificate["parts"]
    )


def _preimages(certificate: dict[str, Any]) -> bool:
    return check_preimages(certificate, _read, all_functions())


_CHECKS: Final[dict[str, Callable[[dict[str, Any]], bool]]] = {
    "identity": _identity,
    "self-reference": _self_reference,
    "relation": _relation,
    "branch": _branch,
    "odd-root": _odd_root,
    "pieces-of-form": _pieces,
    "two-preimages": _preimages,
}
