"""The slope of a function in terms of its own value: f' = R(f), or the proof that there is no such R.

The identity is what a backward pass can use to keep the output alone. It is found by elimination (f and f' rational
in z or in e^(kz), roots allowed), by taking the function apart from the outside (f = φ(u)), and piece by piece where
absolute values or conditions occur. What is found is proved in exact normal forms before it is reported.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, final

from ogive.explaining.exact import calculus as form_calculus
from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.effort import Budget
from ogive.explaining.exact.elimination import Relation, factored_tree, perfect_power, relation_between
from ogive.explaining.exact.forms import form_to_tree
from ogive.explaining.exact.polynomials import Quotient, TooLargeError
from ogive.explaining.exact.world import NoFormError, World
from ogive.explaining.records.self_reference import SelfReference
from ogive.explaining.records.subject import Subject, all_functions, read_subject, unreal_part
from ogive.explaining.signs.charts import Charter
from ogive.explaining.signs.pieces import Piece, expanded, pieces_of
from ogive.explaining.signs.points import UnknownError, end_text, position
from ogive.explaining.slope_from_value import conditioning
from ogive.explaining.slope_from_value.gluing import glued
from ogive.explaining.slope_from_value.peeling import peeled
from ogive.explaining.slope_from_value.preimages import two_preimages
from ogive.expressions import balls, parse, to_text, to_unicode
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["self_reference"]

_FAILURES: Final = (UnknownError, NoFormError, TooLargeError, ZeroDivisionError, RecursionError, balls.UndefinedError)


def self_reference(expr: Any, *, var: str | None = None, effort: float = 1.0) -> SelfReference:
    """Find the slope of a function in terms of its own value, or prove that there is no such form.

    Parameters
    ----------
    expr
        A shape, the name of one, or an expression as text; symbols other than the variable are parameters.
    var
        The variable, if it is not clear which symbol it is.
    effort
        How much work may be done, as a multiple of the usual amount; what is not found within it is "unknown". Work
        is counted, not timed.

    Raises
    ------
    ExpressionError
        If the text is not an expression.
    ValueError
        If a parameter is called ``y`` or ``Y``, which stand for the value and the slope.

    Examples
    --------
    >>> import ogive as og
    >>> og.self_reference("1/(1 + exp(-z))").form
    'y*(1 - y)'
    >>> og.self_reference("z/(1 + exp(-z))").kind
    'none'
    """
    subject = _renamed(read_subject(expr, var))
    finder = _Finder(subject, effort)
    found = finder.found()
    if found.kind not in ("unknown", "none"):
        found = conditioning.judged(found, finder.tree, subject.variable)
    return replace(found, order=finder.order(found)) if found.order is None else found


def _renamed(subject: Subject) -> Subject:
    """Give a variable called y another name; y stands for the value."""
    others = t.symbols(subject.tree) - {subject.variable}
    if others & {"y", "Y"}:
        raise ValueError("y stands for the value and Y for the slope; call the parameter something else")
    if subject.variable not in ("y", "Y"):
        return subject
    name = next(each for each in ("z", "x", "t", "u", "s") if each not in others)
    return replace(subject, tree=t.substitute(subject.tree, {subject.variable: t.Symbol(name)}), variable=name)


@final
class _Finder:
    def __init__(self, subject: Subject, effort: float) -> None:
        self.subject, self.name = subject, subject.variable
        self.tree = expanded(subject.tree, subject.functions)
        self.world = World(subject.functions, budget=Budget.of(effort))
        self.charter = Charter(self.world, self.name)
        self.variable = self.charter.variable
        self.proofs: list[dict[str, Any]] = []  # of the pieces
        self.only: Piece | None = None  # the piece that is looked at, where there are several

    def found(self) -> SelfReference:
        """Try each way in turn."""
        unreal = unreal_part(self.tree)
        if unreal is not None:
            return SelfReference("unknown", reason=f"{to_text(unreal)} has no real value")
        try:
            if any(_asks(node) for _, node in t.walk(self.tree)):
                return self.in_pieces()
            found = self.whole(self.tree)
            return self.unless_ruled_out(found) if found.kind == "implicit" else found
        except _FAILURES as error:
            return SelfReference("unknown", reason=str(error) or "no normal form was found")

    # ---- One analytic piece ----

    def whole(self, tree: t.Node) -> SelfReference:
        if self.name not in t.symbols(tree) or not self.charter.slope(self.world.form(tree)):
            return self.reported(t.ZERO, tree, "the function is constant")
        relation = self.relation(tree)
        if relation is not None:
            return self.of_relation(relation, tree)
        found = self.taken_apart(tree)
        if found is not None:
            return found
        return self.without_form()

    def relation(self, tree: t.Node) -> Relation | None:
        try:
            form = self.world.form(tree)
            return relation_between(self.world, form, self.charter.slope(form), self.variable)
        except _FAILURES:
            return None

    def of_relation(self, relation: Relation, tree: t.Node) -> SelfReference:
        degree = len(relation.by_degree) - 1
        if degree == 1:
            form = self.world.times(-relation.by_degree[0], self.world.invert(relation.by_degree[1]))
            return self.reported(self.shortest(form), tree, "resultant of two polynomials, factored")
        if degree == 2:
            for candidate in self.branches(relation):
                if self.proved(candidate, tree) or self.branch(relation, candidate, tree):
                    found = self.reported(candidate, tree, "resultant of degree 2, and the branch that holds")
                    return replace(found, certificate={**found.certificate, **self.branch_proof(relation)})
        text = to_text(self.equation(relation))
        root = odd_root(relation)
        if root is not None:
            found = self.reported(root, tree, f"resultant of degree {degree}, and its only real root")
            return replace(
                found, certificate={**found.certificate, "method": "odd-root", "relation": text, "order": degree}
            )
        certificate = {"method": "relation", "relation": text, "function": to_text(tree), "variable": self.name}
        return SelfReference(
            "implicit", text, "input", certificate=certificate, reason="resultant of two polynomials"
        )

    def unless_ruled_out(self, implicit: SelfReference) -> SelfReference:
        """Report that there is no R where two points rule it out; the relation that holds is in the reason."""
        try:
            found = self.without_form()
        except _FAILURES:
            return implicit
        if found.kind != "none":
            return implicit
        known = f"{found.reason}; y and its slope Y are bound by {to_unicode(parse(implicit.form))}"
        return replace(found, order=1, reason=known)

    def branches(self, relation: Relation) -> Iterator[t.Node]:
        """Yield both solutions of a quadratic in Y."""
        c, b, a = relation.by_degree
        if not b:
            root = self.root(self.world.times(-c, self.world.invert(a)))
            yield from (root, t.Negative(root))
            return
        half = self.world.invert(p.constant(2) * a)
        middle = factored_tree(self.world, self.world.times(-b, half))
        inside = self.world.times(b * b - p.constant(4) * a * c, self.world.times(half, half))
        root = self.root(inside)
        yield from (t.Sum((middle, root)), t.Sum((middle, t.Negative(root))))

    def branch_proof(self, relation: Relation) -> dict[str, Any]:
        ends = (-math.inf, math.inf) if self.only is None else (self.only.low, self.only.high)
        text = to_text(self.equation(relation))
        return {"method": "branch", "relation": text, "interval": [end_text(end) for end in ends]}

    def root(self, square: Quotient) -> t.Node:
        """Write a square root, (1 - y²)^(3/2) for that of (1 - y)³(1 + y)³."""
        found = perfect_power(square)
        if found is None:
            return _rooted(factored_tree(self.world, square))
        return t.Power(self.shortest(found[0]), t.rational(Fraction(found[1], 2)))

    def branch(self, relation: Relation, candidate: t.Node, tree: t.Node) -> bool:
        """Tell whether f' is this solution of the quadratic: the two never meet, and a point decides.

        The slope is continuous and one of the two solutions everywhere; where the discriminant and the leading
        coefficient have no zero, it cannot change from one to the other.
        """
        c, b, a = (self.at_function(each, tree) for each in relation.by_degree)
        inside = self.world.times(b, b) - p.constant(4) * self.world.times(a, c)
        try:
            pieces = self.stretches(tree)
            whole = len(pieces) == 1 and all(
                self.charter.chart(form, pieces[0].low, pieces[0].high).constant_sign for form in (inside, a)
            )
            return whole and agree_at(
                t.substitute(candidate, {"y": tree}), self.derivative(tree), self.name, pieces[0]
            )
        except _FAILURES:
            return False

    def at_function(self, coefficient: Quotient, tree: t.Node) -> Quotient:
        y = self.world.form(t.Symbol("y")).term()[0][0][0]  # type: ignore[index]
        return form_calculus.replace(self.world, coefficient, y, self.world.form(tree))

    def equation(self, relation: Relation) -> t.Node:
        capital = p.generator(relation.slope)
        total = p.ZERO
        for k, coefficient in enumerate(relation.by_degree):
            total = total + coefficient * capital**k
        return t.Relation("=", form_to_tree(self.world, self.world.reduced(total)), t.ZERO)

    def taken_apart(self, tree: t.Node) -> SelfReference | None:
        """Peel outer functions until what is inside has a relation of degree 1."""
        candidate = self.inside(tree, top=True)
        if candidate is None:
            return None
        shown = self.tidy(candidate)
        if self.proved(shown, tree):
            return self.reported(shown, tree, "taking the function apart from the outside")
        return None

    def through(self, tree: t.Node) -> t.Node | None:
        """Write f = g(u) with g a quotient of linear functions of u, and go on with u."""
        v = t.Symbol("v_")
        # the largest part that can stand for the variable everywhere
        inner = {node for _, node in t.walk(tree) if not isinstance(node, t.Symbol) and self.name in t.symbols(node)}
        for part in sorted(inner - {tree}, key=t.size, reverse=True)[:12]:
            outer = _with_symbol(tree, part, v)
            if self.name in t.symbols(outer):
                continue
            value = self.solved(outer, v)
            found = None if value is None else self.inside(part)
            if value is not None and found is not None:
                rate = differentiate(outer, v.name, functions=self.subject.functions)
                return t.Product((t.substitute(rate, {v.name: value}), t.substitute(found, {"y": value})))
        return None

    def solved(self, outer: t.Node, v: t.Symbol) -> t.Node | None:
        """Solve y = (a v + b)/(c v + d) for v."""
        try:
            form, at = self.world.form(outer), self.world.form(v).term()[0][0][0]  # type: ignore[index]
            if len(form.bottom) > 1 or any(times > 1 for _, times in form.bottom):
                return None
            sides = (Quotient(dict(form.top)), Quotient(dict(form.bottom[0][0])) if form.bottom else p.ONE)
            if any(dict(term).get(at, 0) not in (0, 1) for side in sides for term in side.top):
                return None
            b, d = (form_calculus.replace(self.world, side, at, p.ZERO) for side in sides)
            a, c = (form_calculus.replace(self.world, side, at, p.ONE) for side in sides)
            y = self.world.form(t.Symbol("y"))
            lower = (a - b) - self.world.times(c - d, y)
            return factored_tree(self.world, self.world.times(self.world.times(d, y) - b, self.world.invert(lower)))
        except _FAILURES:
            return None

    def inside(self, tree: t.Node, *, top: bool = False) -> t.Node | None:
        if not top and tree != t.Symbol(self.name):
            relation = self.relation(tree)
            if relation is not None and len(relation.by_degree) == 2:
                form = self.world.times(-relation.by_degree[0], self.world.invert(relation.by_degree[1]))
                return factored_tree(self.world, form)
        return peeled(tree, self.name, self.inside) or self.through(tree)

    def tidy(self, candidate: t.Node) -> t.Node:
        """Choose the shortest of a known form that is equal, the factored normal form, and the tree as it came."""
        shape = self.subject.shape
        known = [] if shape is None or shape.slope_in_value is None else [shape.slope_in_value]
        for text in (*known, *_USUAL):
            form = parse(text)
            if self.world.equal(form, candidate):
                return form
        try:
            normal = self.shortest(self.world.form(candidate))
        except _FAILURES:
            return candidate
        return normal if t.size(normal) < t.size(candidate) else candidate

    def shortest(self, form: Quotient) -> t.Node:
        """Write a form as the table writes it, in factors, or as a sum, whichever is shortest."""
        shape = self.subject.shape
        if shape is not None and shape.slope_in_value is not None:
            known = parse(shape.slope_in_value)
            if self.world.equal(known, form_to_tree(self.world, form)):
                return known
        factored, expanded_ = factored_tree(self.world, form), form_to_tree(self.world, form)
        return min(factored, expanded_, key=lambda tree: (t.size(tree), len(to_text(tree)) // 40))

    def proved(self, candidate: t.Node, tree: t.Node) -> bool:
        """Check in normal forms that R(f) = f'."""
        there = t.substitute(candidate, {"y": tree})
        slope = self.derivative(tree)
        if self.world.equal(there, slope):
            return True
        try:
            square = self.world.form(t.Power(there, t.integer(2))) - self.world.form(t.Power(slope, t.integer(2)))
            return not self.world.reduced(square) and self.same_sign(there, slope)
        except _FAILURES:
            return False

    def same_sign(self, left: t.Node, right: t.Node) -> bool:
        """Check that two functions of equal squares, which vanish nowhere, agree at a point of a connected domain."""
        try:
            pieces = self.stretches(right)
            charts = [self.charter.chart(piece.form, piece.low, piece.high) for piece in pieces]
        except _FAILURES:
            return False
        if len(charts) != 1 or not charts[0].constant_sign:
            return False
        return agree_at(left, right, self.name, pieces[0])

    def derivative(self, tree: t.Node) -> t.Node:
        return differentiate(tree, self.name, functions=self.subject.functions)

    def stretches(self, tree: t.Node) -> tuple[Piece, ...]:
        """Cut the line, or the piece that is looked at, into intervals on which a tree is analytic."""
        if self.only is None:
            return pieces_of(self.charter, tree)
        return (Piece(self.only.low, self.only.high, tree, self.world.form(tree)),)

    def reported(self, candidate: t.Node, tree: t.Node, how: str) -> SelfReference:
        certificate = {
            "method": "self-reference", "form": to_text(candidate), "function": to_text(tree), "variable": self.name,
        }  # fmt: skip
        return SelfReference(kind_of(candidate), to_text(candidate), "output", certificate=certificate, reason=how)

    # ---- Several pieces ----

    def in_pieces(self) -> SelfReference:
        pieces = pieces_of(self.charter, self.tree)
        if not pieces:
            raise UnknownError("the function is real on no interval")
        parts = []
        for piece in pieces:
            self.only = piece
            parts.append(self.piece(piece))
        self.only = None
        known = [part for part in parts if part is not None]
        if len(known) == len(pieces):
            joined = glued(self.charter, self.tree, self.subject.functions, known)
            if joined is not None:
                certificate = {
                    "method": "pieces-of-form",
                    "variable": self.name,
                    "parts": self.proofs,
                }
                return SelfReference(
                    kind_of(joined), to_text(joined), "output", certificate=certificate,
                    reason="piece by piece, joined at the values where the pieces meet",
                )  # fmt: skip
        return self.half_implicit(pieces, known) or self.without_form(pieces)

    def half_implicit(self, pieces: tuple[Piece, ...], known: list[t.Node]) -> SelfReference | None:
        """Report the relation of a function that has one on a single piece, and is constant on the others."""
        if any(part != t.ZERO for part in known) or len(known) != len(pieces) - 1:
            return None
        for piece in pieces:
            self.only = piece
            found = self.whole(piece.tree)
            if (
                found.kind == "implicit"
                and self.charter.chart(self.charter.slope(piece.form), piece.low, piece.high).constant_sign
            ):
                return replace(found, reason=f"{found.reason}, where it is not constant")
        return None

    def piece(self, piece: Piece) -> t.Node | None:
        relation = self.relation(piece.tree) if self.name in t.symbols(piece.tree) else None
        found = self.whole(piece.tree) if relation is None else self.of_relation(relation, piece.tree)
        self.proofs.append(found.certificate)
        return None if found.kind in ("none", "unknown", "implicit") else parse(found.form)

    # ---- No form ----

    def without_form(self, pieces: tuple[Piece, ...] | None = None) -> SelfReference:
        pieces = pieces_of(self.charter, self.tree) if pieces is None else pieces
        certificate = two_preimages(pieces, self.name, self.subject.functions)
        if certificate is None:
            return SelfReference("unknown", reason="no form was found, and no two points that rule one out")
        low, high = (float(Fraction(end)) for end in certificate["interval"])
        reason = (
            f"at {self.name} = {certificate['point']} and at a point between {low:.6g} and {high:.6g} the values are "
            f"the same and the slopes differ: {certificate['slopes'][0]}, and one {certificate['slopes'][1]}"
        )
        return SelfReference("none", certificate=certificate, reason=reason)

    def order(self, found: SelfReference) -> int | None:
        """Return the order of the smallest algebraic differential equation."""
        if found.kind in ("rational", "radical", "implicit"):
            return 1
        if any(_asks(node) for _, node in t.walk(self.tree)):
            return None
        try:
            return conditioning.smallest_order(self.charter, self.world.form(self.tree))
        except _FAILURES:
            return None


def odd_root(relation: Relation) -> t.Node | None:
    """Solve a Yⁿ = c y^m for Y, where n is odd: the real root of odd order is the only one, on the whole line."""
    order = len(relation.by_degree) - 1
    if order % 2 == 0 or order < 3 or any(relation.by_degree[1:-1]):
        return None
    below, above = relation.by_degree[-1].term(), relation.by_degree[0].term()
    if below is None or above is None or below[0] or len(above[0]) != 1 or above[0][0][0] != relation.y:
        return None
    power, value = Fraction(above[0][0][1]), -above[1] / below[1]
    y = t.Power(t.Symbol("y"), t.rational(power)) if power != 1 else t.Symbol("y")
    if power.denominator != 1 or (order != 3 and (power % 2 or value < 0)):
        return None  # a root of another order is written for a positive radicand only
    sides = [round(abs(side) ** (1 / order)) for side in (value.numerator, value.denominator)]
    exact = Fraction(*sides) * (1 if value > 0 else -1)
    if exact**order != value:
        return _root_of_order(order, t.Product((t.rational(value), y)))
    root = _root_of_order(order, y)
    if order == 3 and power != 1:
        root = t.Power(t.Call("cbrt", (t.Symbol("y"),)), t.rational(power))
    return root if exact == 1 else t.Product((t.rational(exact), root))


def _root_of_order(order: int, radicand: t.Node) -> t.Node:
    return t.Call("cbrt", (radicand,)) if order == 3 else t.Power(radicand, t.rational(Fraction(1, order)))


_USUAL: Final = (
    "1 - exp(-y)", "cos(y)", "cos(y)**2", "-y*log(y)", "-(1 - y)*log(1 - y)", "exp(-y)", "1/cosh(y)", "y*log(y)",
    "sqrt(1 + y**2)", "sqrt(1 - y**2)", "1 - exp(y)", "exp(y) - 1", "cosh(y)", "1/cos(y)", "2*sqrt(y)",
)  # fmt: skip


def _asks(node: t.Node) -> bool:
    return isinstance(node, t.Conditional) or (isinstance(node, t.Call) and node.name in ("abs", "sign", "cbrt"))


def agree_at(left: t.Node, right: t.Node, name: str, piece: Piece) -> bool:
    """Tell whether two functions that differ by a sign at most are the same at a point inside a piece."""
    with balls.precision(256):
        at = {name: balls.ball(_point_in(piece))}
        try:
            values = [balls.evaluate(side, at, all_functions()) for side in (left, right)]
        except (balls.UndefinedError, ValueError):
            return False
        return bool(values[0].overlaps(values[1]) and values[0].rad() < balls.ball(Fraction(1, 2**100)))


def _with_symbol(tree: t.Node, part: t.Node, symbol: t.Symbol) -> t.Node:
    return t.transform(tree, lambda node: symbol if node == part else node)


def _point_in(piece: Piece) -> Fraction:
    """Return a rational point inside an interval."""
    (_, low), (high, _) = position(piece.low), position(piece.high)
    if low < Fraction(1, 3) < high:
        return Fraction(1, 3)
    if isinstance(low, Fraction):
        return low + 1 if not isinstance(high, Fraction) else (low + high) / 2
    return Fraction(high) - 1


def _rooted(square: t.Node) -> t.Node:
    """Take the square root: (1 - y²)³ gives (1 - y²)^(3/2)."""
    if isinstance(square, t.Product) and (value := t.number(square.factors[0])) is not None and value > 0:
        outside = math.isqrt(value.numerator)
        if outside**2 == value.numerator and value.denominator == 1 and outside > 1:
            rest = square.factors[1:]
            inside = rest[0] if len(rest) == 1 else t.Product(rest)
            return t.Product((t.integer(outside), _rooted(inside)))
    if isinstance(square, t.Power) and (power := t.number(square.exponent)) is not None:
        return t.Power(square.base, t.rational(power / 2))
    return t.Call("sqrt", (square,))


def kind_of(tree: t.Node) -> str:
    """Say which functions a form needs: the highest of rational, radical, elementary, special."""
    rank = 0
    for _, node in t.walk(tree):
        match node:
            case t.Call("erf" | "erfinv" | "erfc" | "lambertw", _, _):
                rank = 3
            case t.Call("sqrt" | "cbrt", (inside,), _):
                rank = max(rank, 1 if "y" in t.symbols(inside) else 0)
            case t.Call("abs" | "sign", _, _):
                continue
            case t.Call(_, (inside, *_), _) | t.Power(_, inside) if "y" in t.symbols(inside):
                rank = max(rank, 2)
            case t.Power(base, exponent) if "y" in t.symbols(base):
                value = t.number(exponent)
                rank = max(rank, 2 if value is None else 0 if value.denominator == 1 else 1)
    return ("rational", "radical", "elementary", "special")[rank]
