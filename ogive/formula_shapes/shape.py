"""The shape that a formula makes."""

from __future__ import annotations

import keyword
import math
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import parse, to_text
from ogive.expressions import tree as t
from ogive.expressions.lexer import likeness, ordinary
from ogive.formula_shapes import facts
from ogive.formula_shapes.inverse import bracketed
from ogive.formula_shapes.stretches import VARIABLE, Fork, Stretch, TooLongError, cut, one_sided
from ogive.formula_shapes.ufuncs import ArrayFunction
from ogive.shape import Kink, Shape, Special
from ogive.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["FormulaShape", "shape_of"]

Floats: TypeAlias = "NDArray[np.float64]"
Domain: TypeAlias = tuple[float, float]

WHOLE_LINE: Final = (-math.inf, math.inf)


def shape_of(name: str, formula: str, *, domain: Domain = WHOLE_LINE, title: str = "") -> FormulaShape:
    """Make a shape from text; what `Shape.from_formula` calls, and what copies and other processes are made by."""
    tree, low_high = read_formula(name, formula), read_domain(domain)
    return FormulaShape(name, to_text(tree), low_high, title or name)


def read_formula(name: str, formula: str) -> t.Node:
    """Read a formula of one variable, which is called z from here on.

    Raises
    ------
    ExpressionError
        If the text cannot be read; the message points at the place.
    ValueError
        If the name is none or is taken, or the formula is no function of one variable.
    """
    _check_name(name)
    tree = parse(formula, functions=VOCABULARY)
    if any(isinstance(node, (t.Derivative, t.Limit)) for _, node in t.walk(tree)) or isinstance(tree, t.Relation):
        raise ValueError(f"a shape is an expression such as 'z^2/(1 + z^2)', not {to_text(tree)!r}")
    found = sorted(t.symbols(tree))
    if not found:
        raise ValueError(f"{to_text(tree)!r} is a constant; a shape is a function of one variable, such as z")
    if len(found) > 1:
        hint = "put numbers in the place of all but one, or fit them with og.Model.from_formula"
        raise ValueError(
            f"a shape has one variable, and {formula.strip()!r} has {len(found)}: {', '.join(found)}; {hint}"
        )
    return t.substitute(tree, {found[0]: t.Symbol(VARIABLE)})


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"a shape is called by a Python name such as 'hill2', not {name!r}")
    seen = likeness(ordinary(name))  # a name that only looks like a known one is no other name to a reader
    if seen in VOCABULARY or seen in shapes:
        what = "a shape of the table" if seen in shapes else "a function of the language"
        raise ValueError(f"the name {name!r} is taken: it is {what}; choose another")


def read_domain(domain: Any) -> Domain:
    """Read an interval of the line.

    Raises
    ------
    ValueError
        If it is none, or empty.
    """
    try:
        low, high = (float(end) for end in domain)
    except (TypeError, ValueError):
        raise ValueError(f"domain is a pair of numbers such as (0, inf), not {domain!r}") from None
    if not low < high:
        raise ValueError(f"the domain from {low:g} to {high:g} is empty; give (low, high) with low < high")
    return low + 0.0, high + 0.0


@dataclass(frozen=True, slots=True)
class Direction:
    """Which way a function goes on its domain: 1 up, -1 down, 0 neither; and how that is known."""

    sign: int
    proved: bool


class FormulaShape(Shape):
    """A shape made by `ogive.Shape.from_formula`; what it knows of itself is worked out when it is asked."""

    __module__ = "ogive.formula_shapes"

    def __init__(self, name: str, formula: str, domain: Domain, title: str) -> None:
        own: dict[str, Any] = {"name": name, "formula": formula, "_domain": domain, "title": title}
        own |= {"max_ulp": MappingProxyType({}), "references": (), "uses": ()}
        for attribute, value in own.items():
            object.__setattr__(self, attribute, value)
        object.__setattr__(self, "_tree", facts.opened(parse(formula, functions=VOCABULARY, names=(VARIABLE,))))
        object.__setattr__(self, "_samples", facts.samples(domain))
        object.__setattr__(self, "_whole", cut(self._tree, self._samples))
        object.__setattr__(self, "_functions", {})
        facts.check_real(self._whole, self._samples, domain, formula, self._study)

    _domain: Domain
    _tree: t.Node
    _samples: Floats
    _whole: Fork | Stretch
    _functions: dict[str, ArrayFunction]

    # ---- An object among others ----

    def __call__(self, x: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return the value at each element of x; the keywords are those of a ufunc."""
        return self.ufunc_of("")(x, *args, **kwargs)

    def __reduce__(self) -> Any:
        return _again, (self.name, self.formula, self.domain, self.title)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormulaShape) and self.__reduce__() == other.__reduce__()

    def __hash__(self) -> int:
        return hash(self.__reduce__()[1])

    def __repr__(self) -> str:
        where = "" if self.domain == WHOLE_LINE else f" for {facts.interval_text(self.domain)}"
        return f"<ogive shape {self.name}: {self.formula}{where}>"

    # ---- Functions ----

    @property
    def ufunc(self) -> Any:
        """The function that computes the value, which is called as a ufunc is."""
        return self.ufunc_of("")

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Which functions the shape has: ``""`` for the value, ``"derivative"``, ``"inverse"``, ..."""
        found = ["", "derivative", "second_derivative", "value_and_derivative"]
        found += ["inverse"] if self.direction.sign else []
        positive = min(self.limits) >= 0 and facts.positive(self._whole)
        below_one = positive and max(self.limits) <= 1 and facts.positive(self._complement)
        return (*found, *(["log"] if positive else []), *(["log_complement"] if below_one else []))

    def ufunc_of(self, role: str) -> Any:
        """Return what plays one role of the shape, such as ``"derivative"``; it is called as a ufunc is."""
        if role not in self._functions:
            self._functions[role] = self._made(role)
        return self._functions[role]

    def _made(self, role: str) -> ArrayFunction:
        by_order = {"": 0, "derivative": 1, "second_derivative": 2}
        if role in by_order:
            return ArrayFunction(self, role, lambda x: (self._values(x, by_order[role]),))
        if role.startswith("derivative_") and role[11:].isdecimal():
            return ArrayFunction(self, role, lambda x: (self._values(x, int(role[11:])),))
        if role == "value_and_derivative":
            return ArrayFunction(self, role, lambda x: (self._values(x, 0), self._values(x, 1)), 2)
        if role not in self.roles:
            known = ", ".join(repr(each) for each in self.roles)
            why = "; it neither rises nor falls all the way" if role == "inverse" else ""
            raise ValueError(f"{self.name} has no {role!r}; it has {known}{why}")
        computed: dict[str, Callable[[Floats], Floats]] = {
            "inverse": self._inverse, "log": self._log, "log_complement": self._log_complement,
        }  # fmt: skip
        return ArrayFunction(self, role, lambda x: (computed[role](x),))

    def derivative(self, x: Any, /, order: int = 1, **kwargs: Any) -> Any:
        """Return the derivative of the given order at each element of x; the keywords are those of a ufunc.

        Raises
        ------
        ValueError
            If the order is not a positive integer, or so high that the formula of the derivative is too long.
        """
        if isinstance(order, bool) or not isinstance(order, (int, np.integer)) or order < 1:
            raise ValueError(f"order must be a positive integer, not {order!r}; for order 0 call the shape itself")
        names = {1: "derivative", 2: "second_derivative"}
        try:
            for lower in range(1, int(order)):
                self._ends_of(lower)
            return self.ufunc_of(names.get(int(order), f"derivative_{order}"))(x, **kwargs)
        except TooLongError as error:
            raise ValueError(f"{self.name}: {error}; give a lower order") from None

    def higher_derivative(self, x: Any, order: int) -> Any:
        """Return the derivative of an order of at least 3."""
        return self.derivative(x, order)

    # ---- Values ----

    def _values(self, x: Floats, order: int) -> Floats:
        return self._between(x, lambda inside: self._whole(inside, order), self._ends_of(order))

    def _between(self, x: Floats, compute: Callable[[Floats], Floats], ends: tuple[float, float]) -> Floats:
        """Compute inside the domain, and put what holds at its ends there; nan outside."""
        low, high = self.domain
        result = np.full(x.shape, np.nan)
        inside = (x > low) & (x < high)
        if inside.any():
            result[inside] = compute(x[inside])
        for end, value in zip(self.domain, ends, strict=True):
            result[x == end] = value
        return result

    def _ends_of(self, order: int) -> tuple[float, float]:
        if order not in self._limits:
            self._limits[order] = facts.limits(self._whole, self.domain, order, self._study)
        return self._limits[order]

    @cached_property
    def _limits(self) -> dict[int, tuple[float, float]]:
        return {}

    @cached_property
    def _complement(self) -> Fork | Stretch:
        return cut(t.Sum((t.ONE, t.Negative(self._tree))), self._samples)

    @cached_property
    def _logarithms(self) -> tuple[Fork | Stretch, Fork | Stretch]:
        """Return the logarithms of the value and of one minus the value, each from the best form of its argument."""
        return facts.logarithm(self._whole), facts.logarithm(self._complement)

    def _log(self, x: Floats) -> Floats:
        def inside(z: Floats) -> Floats:
            value = self._whole(z)
            near_one = (value > 0.5) & (value < 2)
            return np.where(near_one, np.log1p(-self._complement(z)), self._logarithms[0](z))

        return self._between(x, inside, facts.logs(self.limits))

    def _log_complement(self, x: Floats) -> Floats:
        def inside(z: Floats) -> Floats:
            value = self._whole(z)
            return np.where(value < 0.5, np.log1p(-value), self._logarithms[1](z))

        return self._between(x, inside, facts.logs((1 - self.limits[0], 1 - self.limits[1])))

    def _inverse(self, p: Floats) -> Floats:
        """Solve for the distance from the nearer limit, of which a value next to it has more digits."""
        flat = facts.flat_end(self._whole, self.domain, 0), facts.flat_end(self._whole, self.domain, 1)
        (first, last), sign = self.limits, self.direction.sign
        early = p < (first + last) / 2 if sign > 0 else p > (first + last) / 2
        if not math.isfinite(first + last):
            early = np.full(p.shape, math.isfinite(first))
        result = np.empty(p.shape)
        for side, here in ((0, early), (1, ~early)):
            limit, function = self.limits[side], self._distances[side]
            if function is None:
                result[here] = bracketed(self._whole, p[here], self.domain, self.limits, sign, flat)
            else:
                away = (first - limit, last - limit) if side == 0 else (limit - first, limit - last)
                aim = p[here] - limit if side == 0 else limit - p[here]
                result[here] = bracketed(function, aim, self.domain, away, sign if side == 0 else -sign, flat)
        return result

    @cached_property
    def _distances(self) -> tuple[Fork | Stretch | None, Fork | Stretch | None]:
        """Return the value less the first limit, and the last limit less the value; None without an exact limit."""
        found: list[Fork | Stretch | None] = []
        for side, limit in enumerate(self.limits):
            exact = facts.exact_number(limit)
            terms = (
                (self._tree, t.Negative(exact or t.ZERO)) if side == 0 else (exact or t.ZERO, t.Negative(self._tree))
            )
            found.append(
                None
                if exact is None
                else self._whole
                if side == 0 and limit == 0
                else cut(t.Sum(terms), self._samples)
            )
        return found[0], found[1]

    # ---- What the row says ----

    @property
    def domain(self) -> Domain:
        """The interval on which it is defined, with its limits at the ends; nan outside."""
        return self._domain

    @property
    def limits(self) -> tuple[float, float]:
        """The value at either end of the domain; nan where it has no limit there, or none is found."""
        return self._ends_of(0)

    @cached_property
    def kind(self) -> Any:
        """``"s-curve"`` where it climbs from one finite limit to another, else ``"activation"``."""
        low, high = self.limits
        climbs = math.isfinite(low) and math.isfinite(high) and low < high and self.direction.sign == 1
        return "s-curve" if climbs else "activation"

    @cached_property
    def _study(self) -> facts.Findings:
        return facts.Findings(self._tree)

    @cached_property
    def direction(self) -> Direction:
        """Which way it goes: by the sign charts of the explanations, or by the slopes at some hundred points."""
        found = self._study.direction(self.domain)
        if found is not None:
            return Direction(found, True)
        slopes = self._whole(self._samples, 1)
        rises, falls = bool((slopes >= 0).all()), bool((slopes <= 0).all())
        return Direction(rises - falls if np.any(slopes) else 0, False)

    @cached_property
    def kinks(self) -> tuple[Kink, ...]:
        """Arguments where the slope or the second derivative has no limit, as far as the explanations find them."""
        low, high = self.domain
        inside = [x for x in self._study.seams() if low < x < high]
        return tuple(kink for x in inside if (kink := self._kink(x)) is not None)

    def _kink(self, x: float) -> Kink | None:
        at = np.array([x])
        for order, what in ((1, "slope"), (2, "second derivative")):
            left, right = (float(one_sided(self._whole, at, order, side)[0]) for side in (-1, 1))
            if left != right and not math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9):
                verb, mean = "jumps" if left < right else "drops", (left + right) / 2
                text = f"the {what} {verb} from {left:.6g} to {right:.6g}, and {mean:.6g} is returned"
                return Kink(x, text, sides=(left, right) if order == 1 else None)
        return None

    @cached_property
    def special(self) -> tuple[Special, ...]:
        """Values at the ends of the domain, at zero and at kinks, in rising order."""
        low, high = self.domain
        inner = sorted({0.0 if low < 0 < high else low, *(kink.x for kink in self.kinks)} - {low, high})
        points = np.array([low, *inner, high])
        pairs = zip(points, self._values(points, 0), self._values(points, 1), strict=True)
        return tuple(Special(float(x), float(value), float(slope)) for x, value, slope in pairs)

    @cached_property
    def asymptotics(self) -> tuple[str, str]:
        """How the value behaves towards either end, where the explanations find it; else its limit."""
        found = self._study.asymptotics(self.domain)
        pairs = zip(found, self.limits, strict=True)
        first, last = (text or f"{limit:.15g}" for text, limit in pairs)
        return first, last

    @cached_property
    def slope_in_value(self) -> str | None:
        """The slope as text in the value ``y``, where the explanations find and prove it."""
        return self._study.slope_in_value(self.domain).form or None

    @cached_property
    def slope_in_value_note(self) -> str:
        """Why there is no such text, or where it holds."""
        return self._study.slope_in_value(self.domain).note

    @cached_property
    def gap(self) -> Callable[[Any], Any] | None:
        """How far from the upper limit it is, from the best form of the difference; None without an exact limit."""
        function = self._distances[1]
        if function is None:
            return None
        return lambda z: self._between(np.asarray(z, float), function, (self.limits[1] - self.limits[0], 0.0))

    @cached_property
    def accuracy(self) -> str:
        """What is known of errors: none is promised, and where digits are lost if the formula cancels."""
        return facts.accuracy(self._whole, self._samples)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not proved, a sentence each."""
        _ = self.limits, self._ends_of(1), self.kinks, self.asymptotics, self.slope_in_value  # what there is to ask
        return facts.notes(self._whole, self.domain, self.direction, self._study)


def _again(name: str, formula: str, domain: Domain, title: str) -> FormulaShape:
    return shape_of(name, formula, domain=domain, title=title)
