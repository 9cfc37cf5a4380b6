"""What is true of a formula: where it is real, its limits, its direction; what the explanations find of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import numpy as np

from ogive._optional import MissingExtraError
from ogive.explaining.exact.effort import Budget
from ogive.explaining.exact.ring import NoFormError
from ogive.explaining.exact.world import World
from ogive.explaining.properties.statements import leading_text
from ogive.explaining.records.self_reference import SelfReference
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.explaining.signs.charts import Charter
from ogive.explaining.signs.pieces import expanded
from ogive.explaining.signs.points import Root, position
from ogive.explaining.signs.stretches import components
from ogive.explaining.signs.study import Study
from ogive.explaining.slope_from_value.self_reference import self_reference
from ogive.expressions import to_text
from ogive.expressions import tree as t
from ogive.expressions.extended import Program, Scaled
from ogive.formula_shapes.inverse import first_reached
from ogive.formula_shapes.stretches import VARIABLE, Fork, Stretch, at_end, stretches_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from ogive.explaining.records.self_reference import SelfReference

__all__ = ["Findings", "Reference"]

Floats: TypeAlias = "NDArray[np.float64]"
Domain: TypeAlias = tuple[float, float]

_SMALLEST: Final = float(np.finfo(float).tiny)
_NEAR: Final = 6.0  # arguments at which nothing common underflows
_EFFORT: Final = 0.1  # of what one question to the explanations usually gets, counted in work: some seconds
_FAILURES: Final = (ArithmeticError, NoFormError, RecursionError, ValueError, MissingExtraError)


# ---- The formula ---------------------------------------------------------------------------------------------------


def opened(tree: t.Node) -> t.Node:
    """Write shapes and abbreviations such as sec out, so that nothing but elementary functions is left."""
    return expanded(tree, VOCABULARY)


def samples(domain: Domain) -> Floats:
    """Return some hundred arguments inside a domain: simple ones, crooked ones, huge and tiny ones."""
    low, high = domain
    far = np.geomspace(1e-9, 1e9, 55)
    if math.isinf(low) and math.isinf(high):
        found = np.concatenate(
            [np.arange(-8, 8.5, 0.5), np.linspace(-40.3, 40.7, 163), np.linspace(-2.03, 3.07, 120), far, -far]
        )
    elif math.isinf(high):
        found = low + np.concatenate([far, np.arange(0.5, 8.5, 0.5), np.linspace(0.37, 40.7, 110)])
    elif math.isinf(low):
        found = high - np.concatenate([far, np.arange(0.5, 8.5, 0.5), np.linspace(0.37, 40.7, 110)])
    else:
        parts = np.concatenate([np.geomspace(1e-9, 0.1, 24), np.linspace(0.01, 0.99, 99)])
        found = np.concatenate([low + (high - low) * parts, high - (high - low) * parts])
    found = np.unique(found)
    return found[(found > low) & (found < high)]


def check_real(whole: Fork | Stretch, at: Floats, domain: Domain, formula: str, study: Findings) -> None:
    """Refuse a formula that is not real and finite on its domain: by proof, else as far as some hundred points tell.

    Raises
    ------
    ValueError
        If it is not.
    """
    missing = study.undefined(domain)
    if missing:
        raise ValueError(_not_real(formula, missing, domain))
    if missing is not None:
        return
    values = whole(at)
    values[np.isnan(values)] = [_as_it_is(whole, float(x)) for x in at[np.isnan(values)]]
    near = (
        np.abs(at - (domain[0] if math.isfinite(domain[0]) else 0.0)) <= 2
    )  # beyond, infinity may be too large a number
    bad = np.flatnonzero(np.isnan(values) | (np.isinf(values) & near))
    where = float(at[bad[0]]) if len(bad) else _pole(whole)
    if where is None:
        return
    raise ValueError(_not_real(formula, f"{where:.6g}", domain))


def _not_real(formula: str, where: str, domain: Domain) -> str:
    shown = interval_text(domain)
    return f"{formula} is not a real number at z = {where}, but its domain is {shown}; give domain=(low, high)"


def _as_it_is(whole: Fork | Stretch, x: float) -> float:
    """Return a value whether it has right digits or not, to tell what is not known from what is not real."""
    return float(stretch_at(whole, x).program(0).run(Scaled(*np.frexp(np.array([x])))).plain[0])


def _pole(whole: Fork | Stretch) -> float | None:
    """Return a place next to which a denominator changes its sign."""
    for stretch in stretches_of(whole):
        for _, node in t.walk(stretch.tree):
            below = _below(node)
            if below is None or VARIABLE not in t.symbols(below):
                continue
            found = Program(below, VARIABLE).run(Scaled(*np.frexp(stretch.samples)))
            signs = np.sign(np.broadcast_to(found.m, stretch.samples.shape))
            changes = np.flatnonzero(signs[1:] * signs[:-1] <= 0)
            if len(changes):
                places = (stretch.samples[changes] + stretch.samples[changes + 1]) / 2
                return float(places[np.argmin(np.abs(places))])
    return None


def _below(node: t.Node) -> t.Node | None:
    """Return what a function divides by."""
    if isinstance(node, t.Quotient):
        return node.denominator
    return t.Call("cos", node.arguments) if isinstance(node, t.Call) and node.name == "tan" else None


def interval_text(domain: Domain) -> str:
    """Write an interval as an inequality: ``z > 0``."""
    low, high = domain
    if math.isinf(low) and math.isinf(high):
        return "every z"
    if math.isinf(high):
        return f"z > {low:.15g}"
    return f"z < {high:.15g}" if math.isinf(low) else f"{low:.15g} < z < {high:.15g}"


# ---- Limits --------------------------------------------------------------------------------------------------------


def limits(whole: Fork | Stretch, domain: Domain, order: int, study: Findings) -> tuple[float, float]:
    """Return the limits of a derivative at both ends of the domain; nan where there is none, or none is found."""
    first, last = (_limit(whole, domain, side, order, study) for side in (0, 1))
    return first, last


def _limit(whole: Fork | Stretch, domain: Domain, side: int, order: int, study: Findings) -> float:
    end, sign = domain[side], (1, -1)[side]
    program = end_stretch(whole, domain, side).program(order)
    if math.isfinite(end):
        value = float(program(np.array([end]))[0])
        if math.isfinite(value):
            return value
    found = study.limit(end, sign, order)
    if math.isnan(found) and (math.isinf(end) or end == 0):
        size = 1 if math.isinf(end) else -1
        direction = -sign if math.isinf(end) else sign
        pair = (program.settled(Scaled(np.array([direction * 0.5]), np.array([size * e]))) for e in (600.0, 1000.0))
        seen = _settled(*pair)
        if seen is not None:
            study.only_seen(end, order)
            return seen
    return found


def _settled(near: Scaled, far: Scaled) -> float | None:
    """Return the limit that two numbers on the way lead to: of one value, or many orders of magnitude apart."""
    near, far = (Scaled(*np.broadcast_arrays(x.m, x.e, [0.0])[:2]) for x in (near, far))
    a, b = float(near.plain[0]), float(far.plain[0])
    if math.isnan(a) or math.isnan(b):
        return None
    if a == b or math.isclose(a, b, rel_tol=1e-15):
        return b + 0.0
    if far.m[0] == 0 or far.e[0] < near.e[0] - 50:
        return 0.0
    return math.copysign(math.inf, b) if math.isinf(b) or far.e[0] > near.e[0] + 50 else None


def end_stretch(whole: Fork | Stretch, domain: Domain, side: int) -> Stretch:
    """Return the function that holds next to one end of the domain."""
    end = domain[side]
    if math.isinf(end):
        return at_end(whole, 1 if end > 0 else -1)
    inside = end + (1, -1)[side] * max(abs(end) * 2.0**-30, 1e-30)
    return stretch_at(whole, inside)


def flat_end(whole: Fork | Stretch, domain: Domain, side: int) -> float | None:
    """Return where a function that is constant towards an end of its domain stops being so; None if it is not."""
    flat = end_stretch(whole, domain, side)
    if t.number(flat.form(1)) != 0:
        return None

    def outside(x: Floats) -> Floats:
        return np.array([0.0 if stretch_at(whole, float(at)) is flat else 1.0 for at in x])

    return float(
        first_reached(outside if side == 0 else lambda x: 1 - outside(x), np.array([1.0]), domain, strictly=False)[0]
    )


def stretch_at(whole: Fork | Stretch, x: float) -> Stretch:
    """Return the function that holds at an argument."""
    while isinstance(whole, Fork):
        whole = whole.sides[int(np.sign(whole.question(np.array([x])))[0])]
    return whole


def logarithm(function: Fork | Stretch) -> Fork | Stretch:
    """Return the logarithm of a function, on each stretch that of the form that is computed."""
    if isinstance(function, Stretch):
        return Stretch(t.Call("log", (function.form(0),)), function.samples)
    return Fork(function.question, {sign: logarithm(side) for sign, side in function.sides.items()})


def positive(function: Fork | Stretch) -> bool:
    """Tell whether a function is above 0 at its samples, and no lower where it underflows."""
    with np.errstate(all="ignore"):
        pairs = [(s.samples, s.program(0).run(Scaled(*np.frexp(s.samples))).m) for s in stretches_of(function)]
    return all(bool(np.all(m >= 0) and np.all((m > 0) | (np.abs(x) > _NEAR))) for x, m in pairs if x.size)


def logs(values: tuple[float, float]) -> tuple[float, float]:
    """Return the logarithms of two limits."""
    first, last = (
        math.log(v) if 0 < v < math.inf else -math.inf if v == 0 else v if v > 0 else math.nan for v in values
    )
    return first, last


def exact_number(value: float) -> t.Node | None:
    """Return a number, or a part of pi, as a tree, if the float is that of a short one."""
    if not math.isfinite(value):
        return None
    plain = Fraction(value).limit_denominator(1000)
    if float(plain) == value:
        return t.rational(plain)
    turns = Fraction(value / math.pi).limit_denominator(100)
    return t.Product((t.rational(turns), t.PI)) if float(turns) * math.pi == value else None


# ---- What the explanations find ------------------------------------------------------------------------------------


@final
@dataclass(frozen=True, slots=True)
class Reference:
    """The slope as text in the value, or why there is none."""

    form: str
    note: str


@final
@dataclass
class Findings:
    """The sign charts and series of a formula on the whole line, asked for when they are wanted.

    Attributes
    ----------
    tree
        The formula.
    unknown
        What was asked and not found, with the reason.
    seen
        What is said although it was only looked at, a sentence each.
    """

    tree: t.Node
    unknown: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    _study: Study | None = None

    @property
    def study(self) -> Study:
        """The pieces of the formula, with their charts."""
        if self._study is None:
            charter = Charter(World(VOCABULARY, budget=Budget.of(_EFFORT)), VARIABLE)
            self._study = Study(charter, self.tree, VARIABLE, VOCABULARY)
        return self._study

    def _asked(self, what: str, find: Callable[[], Any], otherwise: Any) -> Any:
        try:
            self.study.charter.world.budget = Budget.of(_EFFORT)  # each question has its own
            return find()
        except _FAILURES as error:
            self.unknown.setdefault(what, str(error))
            return otherwise

    def direction(self, domain: Domain) -> int | None:
        """Return 1 where it never falls on the domain, -1 where it never rises, 0 where it does both; None: open."""
        return self._asked("direction", lambda: self._direction(domain), None)  # type: ignore[no-any-return]

    def _direction(self, domain: Domain) -> int:
        inside = [s for s in self.study.segments() if number_of(s.high) > domain[0] and number_of(s.low) < domain[1]]
        signs = {segment.sign for segment in inside} - {0}
        seams = [at for at, seam in self.study.seams() if domain[0] < number_of(seam) < domain[1]]
        if len(signs) != 1 or not all(self.study.agrees(at, 0) for at in seams):
            return 0
        return signs.pop()

    def undefined(self, domain: Domain) -> str | None:
        """Return a place of the domain, as text, at which the formula is proved not to be real.

        Empty text if there is proved to be none, and None where that is not decided, as `seen` then says.
        """
        parts = self._asked("domain", lambda: components(self.study), None)
        if parts is None:
            reason = self.unknown.pop("domain")
            text = f"that it is real on its domain is not proved, but seen at some hundred arguments: {reason}"
            self.seen.append(text)
            return None
        inside = [part for part in parts if number_of(part.high) > domain[0] and number_of(part.low) < domain[1]]
        first, last = (number_of(inside[0].low), number_of(inside[0].high)) if inside else (domain[1], domain[1])
        if first > domain[0]:
            return f"{_between(domain[0], first):.6g}"
        if last < domain[1] and inside[0].right:
            return f"{_between(last, number_of(inside[1].low) if len(inside) > 1 else domain[1]):.6g}"
        return f"{last:.6g}" if last < domain[1] else ""

    def only_seen(self, end: float, order: int) -> None:
        """Note that a limit is what two arguments far out tell."""
        what = _limit_text(end, order)
        self.seen.append(f"{what} is seen at two arguments, not proved: {self.unknown.pop(what)}")

    def seams(self) -> list[float]:
        """Return where pieces of the formula meet."""
        found = self._asked("kinks", lambda: [number_of(root) for _, root in self.study.seams()], [])
        return sorted(set(found))

    def limit(self, end: float, side: int, order: int) -> float:
        """Return a limit that arithmetic did not find; nan where none is found here either."""
        what = _limit_text(end, order)
        return self._asked(what, lambda: self._limit(end, side, order), math.nan)  # type: ignore[no-any-return]

    def _limit(self, end: float, side: int, order: int) -> float:
        value = self.study.limit(self._piece(end, side), order, side)
        return math.copysign(math.inf, value.infinite) if value.infinite else float(value.ball().mid())

    def _piece(self, end: float, side: int) -> int:
        for at, piece in enumerate(self.study.pieces):
            if number_of(piece.low if side == 1 else piece.high) == end:
                return at
        raise ArithmeticError(f"no piece of the formula ends at {end:g}")

    def asymptotics(self, domain: Domain) -> tuple[str, str]:
        """Return the leading terms at both ends, empty where they are not found."""
        first, last = (self._asked("asymptotics", lambda e=end, s=side: self._leading(e, s), "")  # type: ignore[misc]
                       for end, side in zip(domain, (1, -1), strict=True))  # fmt: skip
        return first, last

    def _leading(self, end: float, side: int) -> str:
        if math.isfinite(end):
            return ""
        at = self._piece(end, side)
        piece = self.study.pieces[at]
        return leading_text(self.study, at, piece.low if side == 1 else piece.high, side)

    def _reference(self) -> SelfReference:
        return self_reference(to_text(self.tree), var=VARIABLE)

    def slope_in_value(self, domain: Domain) -> Reference:
        """Return the slope as text in the value; what is found for the whole line holds on a part of it."""
        found = self._on_the_line()
        if found.form or domain == (-math.inf, math.inf):
            return found
        return Reference("", f"not known for {interval_text(domain)}; on the whole line {found.note}")

    def _on_the_line(self) -> Reference:
        found = self._asked("the slope in the value", self._reference, None)
        if found is None:
            return Reference("", f"not known: {self.unknown['the slope in the value']}")
        if found.kind in ("rational", "radical", "elementary", "special"):
            return Reference(found.form, "")
        if found.kind == "implicit":
            return Reference("", f"not known: with Y for the slope only a relation of the two is known, {found.form}")
        return Reference("", found.reason if found.kind == "none" else f"not known: {found.reason}")


def _limit_text(end: float, order: int) -> str:
    what = ("value", "slope", "second derivative")[order] if order < 3 else f"derivative of order {order}"
    return f"the limit of the {what} towards {end:g}"


def _between(low: float, high: float) -> float:
    """Return a number inside an interval."""
    if math.isinf(low) and math.isinf(high):
        return 0.0
    return high - 1 if math.isinf(low) else low + 1 if math.isinf(high) else (low + high) / 2


def number_of(end: Any) -> float:
    """Return a point of the line as a float."""
    if not isinstance(end, Root):
        return float(end)
    if not end.exact:
        end.narrow(Fraction(1, 2**80))
    low, high = position(end)
    return float((low + high) / 2)


# ---- Sentences -----------------------------------------------------------------------------------------------------


def accuracy(whole: Fork | Stretch, at: Floats) -> str:
    """Say what is known of errors: that none is promised, and where digits are lost."""
    parts = []
    for what, order in (("value", 0), ("slope", 1)):
        bounds = np.zeros(at.shape)
        for stretch in stretches_of(whole):
            inside = np.isin(at, stretch.samples)
            program = stretch.program(order)
            gone = np.abs(program(at[inside])) < _SMALLEST  # below the smallest normal number
            bounds[inside] = np.where(gone, 0.0, program.error(at[inside]))
        parts.append(_lost(what, at, bounds))
    return f"not promised; an estimate from {len(at)} arguments: {'; '.join(parts)}"


def _lost(what: str, at: Floats, bounds: Floats) -> str:
    worst = int(np.argmax(bounds))
    if bounds[worst] >= 2.0**53:
        lost = at[bounds >= 2.0**53]
        return f"the formula cancels, and no digit of the {what} is left at z = {lost[np.argmin(np.abs(lost))]:.3g}"
    return f"{what} within {bounds[worst]:.0f} ULP, the most at z = {at[worst]:.3g}"


def notes(whole: Fork | Stretch, domain: Domain, direction: Any, study: Findings) -> tuple[str, ...]:
    """Say what is not proved, not found, and where no digit is known."""
    reasons: dict[str, list[str]] = {}
    for what, why in study.unknown.items():
        reasons.setdefault(why, []).append(what)
    found = [*study.seen, *(f"not found: {', '.join(what)}: {why}" for why, what in reasons.items())]
    found += _far_out(whole, domain)
    if not direction.proved:
        way = {1: "rises", -1: "falls", 0: "neither rises nor falls all the way"}[direction.sign]
        found.insert(0, f"that it {way} is not proved, only seen at some hundred arguments")
    return tuple(found)


def _far_out(whole: Fork | Stretch, domain: Domain) -> Iterator[str]:
    """Say where nan is returned because no digit is known, as far as some arguments far out tell."""
    far = np.concatenate([np.geomspace(10, 1e12, 34), np.geomspace(1e13, 1e308, 25)])
    for sign, end in ((-1, domain[0]), (1, domain[1])):
        for what, order in (("value", 0), ("slope", 1)):
            if math.isfinite(end):
                continue
            at = sign * far
            at = at[(at > domain[0]) & (at < domain[1])]
            lost = at[np.isnan(whole(at, order))]
            if lost.size:
                first = lost[np.argmin(np.abs(lost))]
                yield f"no digit of the {what} is known at z = {first:.3g}, and nan is returned there and further out"
