"""Values and signs of forms in one variable: at points from balls, at roots exactly, near ends from series."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from ogive.explaining.exact import calculus, series
from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.forms import constant_sign, form_to_tree, form_value, is_constant
from ogive.explaining.exact.polynomials import Quotient, TooLargeError
from ogive.explaining.exact.world import NoFormError, World
from ogive.explaining.signs.points import End, Root, UnknownError, points_towards, simplest_between
from ogive.expressions import balls, to_text
from ogive.expressions import tree as t

__all__ = ["Values"]


class Values:
    """Forms of one world as functions of one variable.

    Parameters
    ----------
    world
        The world that made the forms; its budget is what the work here is taken from.
    name
        The variable.
    """

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.variable = world.symbol(name)

    def ball(self, form: Quotient, at: Any) -> Any:
        """Enclose the value of a form at a ball."""
        self.world.budget.spend(4 + 2 * len(form.top) + 8 * len(form.bottom))
        return form_value(self.world, form, {self.variable: at})

    def sign_at(self, form: Quotient, point: Fraction) -> int | None:
        """Return the sign at a rational point, from balls."""
        try:
            return balls.sign_of(lambda: self.ball(form, balls.ball(point)), most=384)
        except balls.UndefinedError:
            return None

    def sign_at_root(self, form: Quotient, root: Root) -> int | None:
        """Return the sign at a root of something else: from balls, or exactly zero where its closed form says so."""
        try:
            found = balls.sign_of(lambda: self.ball(form, root.enclosure()), most=384)
        except balls.UndefinedError:
            return None
        if found is None and root.closed is not None:
            return constant_sign(self.world, self.value_at(form, root.closed))
        return found

    def value_at(self, form: Quotient, point: t.Node) -> Quotient:
        """Return the exact value at a point that has a closed form."""
        try:
            return calculus.replace(self.world, form, self.variable, self.world.form(point))
        except (ZeroDivisionError, NoFormError, TooLargeError) as error:
            raise UnknownError(f"the value at {to_text(point)}: {error}") from None

    def slope(self, form: Quotient) -> Quotient:
        """Return the derivative of a form."""
        return calculus.slope(self.world, form, self.variable)

    def series(self, form: Quotient, end: End, side: int) -> series.Series:
        """Return the leading terms at an end, in x = 1/|z - end|, or x = |z| at infinity.

        ``side`` says on which side of the end the interval lies: 1 to the right of it, -1 to the left.
        """
        x = p.generator(self.variable)
        if isinstance(end, Root):
            if end.closed is None:
                raise UnknownError("a limit at a point without a closed form")
            step = self.world.times(p.constant(side), self.world.invert(x))
            moved = self.world.form(end.closed) + step
        else:
            moved = x if end > 0 else -x
        try:
            there = calculus.replace(self.world, form, self.variable, moved) if moved != x else form
            return series.expand_at_infinity(self.world, there, self.variable)
        except (series.LostError, ZeroDivisionError, NoFormError, TooLargeError, RecursionError) as error:
            raise UnknownError(f"the behaviour near an end: {error}") from None

    def end_sign(self, form: Quotient, end: End, side: int) -> int:
        """Return the sign just inside an end."""
        if isinstance(end, Root):
            found = self.sign_at_root(form, end)
            if found:
                return found
        expansion = series.Expansion(self.world, self.variable)
        try:
            return expansion.leading_sign(self.series(form, end, side))
        except series.LostError as error:
            raise UnknownError(str(error)) from None

    # ---- What a form depends on ----

    def text(self, form: Quotient) -> str:
        """Write a form as text that the parser reads."""
        return to_text(form_to_tree(self.world, form))

    def varies(self, at: int) -> bool:
        """Tell whether a generator depends on the variable."""
        return not is_constant(self.world, p.generator(at), self.variable)

    def divides(self, at: int) -> bool:
        """Tell whether a generator is a power of e that varies."""
        return self.world.generators[at].kind == "exp" and self.varies(at)

    # ---- Roots of monotone functions ----

    def between(self, form: Quotient, ends: list[End], marks: list[int]) -> tuple[list[Root], list[int]]:
        """Find the roots of a function that is monotone between neighbouring ends, where its signs are known."""
        roots: list[Root] = []
        signs: list[int] = []
        for at, (left, right) in enumerate(pairwise(marks)):
            if left and right and left != right:
                roots.append(self._root_between(form, ends[at], ends[at + 1], left))
                signs += [left, right]
            else:
                signs.append(left or right)
            if right == 0 and at + 2 < len(ends):
                touching = ends[at + 1]
                if isinstance(touching, Root):
                    roots.append(touching)
            elif at + 2 < len(ends):
                signs.pop()  # the same sign goes on through a zero of the slope
        return roots, signs

    def _root_between(self, form: Quotient, low: End, high: End, left: int) -> Root:
        a, b = self._inside(form, low, high, left), self._inside(form, high, low, -left)
        simple = simplest_between(a, b)
        if not self._exact_zero(form, simple):
            simple = simplest_between(a + (b - a) * Fraction(1, 997), b - (b - a) * Fraction(1, 991))
        if self._exact_zero(form, simple):
            return Root.at(simple)
        root = Root(a, b, None, lambda point: self.sign_at(form, point), rises=left < 0)
        root.narrow()
        return root

    def _exact_zero(self, form: Quotient, point: Fraction) -> bool:
        try:
            return self.sign_at(form, point) in (None, 0) and not self.value_at(form, t.rational(point))
        except UnknownError:
            return False

    def _inside(self, form: Quotient, end: End, other: End, wanted: int) -> Fraction:
        """Find a rational point between two ends where the form already has the sign that it has at the first one."""
        for point in points_towards(end, other):
            if self.sign_at(form, point) == wanted:
                return point
        raise UnknownError("a root lies too near to the end of its interval")
