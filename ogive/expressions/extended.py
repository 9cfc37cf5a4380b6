"""Trees as functions on arrays that do not overflow on the way: numbers m·2^e with an exponent of any size.

``exp(-z)/(1 + exp(-z))**2`` is a small number at z = -700, and infinity over infinity in floats. Here a program is
run in floats first; the elements at which any step leaves their range are computed again in numbers with exponents of
their own. Subtractions that cancel are written otherwise where a function for it exists: ``1 - exp(u)`` is
``-expm1(u)``, ``1 + erf(u)`` is ``erfc(-u)``. What cancels beyond that is told by an estimate of the error.

Far out, ``exp(3*z)/(exp(z)*(1 + exp(2*z)))`` is 1 by exponents that cancel, and an exponent of 1e20 is known to
10,000 only. Where the estimate leaves no digit of such a value, it is computed in ball arithmetic; where that is not
installed, or finds none, it is nan: no value is wrong without a sign.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, reduce
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from ogive._optional import MissingExtraError
from ogive.expressions import balls
from ogive.expressions.compiler import compile_numpy
from ogive.expressions.differentiate import expand
from ogive.expressions.functions import ELEMENTARY, Function, Functions
from ogive.expressions.parser import parse
from ogive.expressions.text import to_text
from ogive.expressions.tree import (
    EULER,
    ONE,
    Call,
    Conditional,
    Constant,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
    integer,
    is_number,
    number,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["STABLE", "Program", "Scaled", "in_any_arithmetic"]

Floats = NDArray[np.float64]

_TINY, _HUGE = 2.0**-1000, 2.0**1000  # between them a step of a program is trusted in floats
_MEANINGLESS: Final = 2.0**60  # units in the last place: no digit is right
_HUGEST: Final = int(1e308)
_WIDE: Final = 1024.0  # exponents beyond which the estimate of errors is asked
_TRUSTED: Final = 2.0**20  # units in the last place up to which a value far out is returned as it is
_DIGITS: Final = 2.0**50  # units in the last place from which on an error is one of the exponent
_BEYOND: Final = 2.0**900  # what e is raised to at most, that its exponent and its error are floats
_BITS: Final = (256, 1280, 5120)  # of the balls that are tried one after the other


# ---- The rules of differentiation, where the usual ones cancel ----------------------------------------------------

_STABLE_SLOPES: Final = {
    "tan": "1/cos(u)**2",
    "tanh": "1/cosh(u)**2",
    "asin": "1/sqrt((1 - u)*(1 + u))",
    "acos": "-1/sqrt((1 - u)*(1 + u))",
    "atanh": "1/((1 - u)*(1 + u))",
    "acosh": "1/sqrt((u - 1)*(u + 1))",
}


def _with_stable_slope(row: Function) -> Function:
    return replace(row, derivative=_STABLE_SLOPES.get(row.name, row.derivative))


STABLE: Final = Functions(_with_stable_slope(row) for row in ELEMENTARY.values())
"""The elementary functions with derivatives that keep their digits: ``1/cosh(u)**2``, not ``1 - tanh(u)**2``."""


# ---- Numbers -------------------------------------------------------------------------------------------------------


@final
class Scaled(NamedTuple):
    """Numbers m·2^e, m from 1/2 to 1 in size, and an estimate of their relative errors in units of the last place."""

    m: Any
    e: Any
    error: Any = 0.0

    @property
    def plain(self) -> Any:
        """The numbers as floats, which may be 0 or infinite."""
        with np.errstate(all="ignore"):
            return np.ldexp(self.m, np.clip(self.e, -5000, 5000).astype(np.int64))


def _normal(m: Any, e: Any, error: Any = 0.0) -> Scaled:
    """Bring m between 1/2 and 1; not beside exponents so large that they would not change."""
    exponent = np.asarray(e, float)
    fraction, shift = np.frexp(m)
    huge = np.abs(exponent) > 2.0**50
    regular = np.isfinite(m) & (m != 0)
    return Scaled(np.where(huge, m, fraction), np.where(regular, exponent + np.where(huge, 0, shift), 0.0), error)


def _add(*terms: Scaled) -> Scaled:
    exponents = [np.where(term.m == 0, -np.inf, term.e) for term in terms]
    top = np.asarray(np.maximum.reduce(np.broadcast_arrays(*exponents)))
    top = np.where(np.isneginf(top), 0.0, top)
    parts = [np.ldexp(term.m, np.clip(term.e - top, -5000, 0).astype(np.int64)) for term in terms]
    total = np.asarray(sum(parts[1:], parts[0]))
    lost = sum(np.abs(part) * term.error for part, term in zip(parts, terms, strict=True))
    error = np.where(lost > 0, np.divide(lost, np.abs(total)) + 1.0, 1.0 * (total != 0))
    error = np.where(np.isinf(total), sum(term.error for term in terms), error)
    error = np.where(np.isnan(lost), np.inf, error)  # 0 that is left where all digits cancelled
    worst = reduce(np.maximum, [term.error for term in terms])
    error = np.where((error > _DIGITS) & (worst <= _DIGITS), np.inf, error)  # cancelled: the sign is open too
    if np.any(worst > _DIGITS):
        error = np.where(worst > _DIGITS, np.maximum(error, _contended(terms, total, top, worst)), error)
    return _normal(total, top, error)


def _contended(terms: tuple[Scaled, ...], total: Any, top: Any, worst: Any) -> Any:
    """Return the error of a sum of which exponents are uncertain: which term is the largest may be, and the sign."""
    error: Any = 0.0
    for term in terms:
        rival = (term.m != 0) & (top - term.e < 60 + worst * 2.0**-51)
        against = np.sign(term.m) != np.sign(total)
        error = np.maximum(error, np.where(rival, np.where(against, np.inf, term.error), 0.0))
    return error


def _multiply(*factors: Scaled) -> Scaled:
    result = factors[0]
    for factor in factors[1:]:
        exact = (np.abs(result.m) == 0.5) | (np.abs(factor.m) == 0.5)  # a power of two
        error = _beside_nothing(result, factor, result.error + factor.error + np.where(exact, 0.0, 1.0))
        result = _normal(*_scaled(result.m * factor.m, result.e, factor.e), error)
    return result


def _divide(top: Scaled, bottom: Scaled) -> Scaled:
    rounded = np.where(np.abs(bottom.m) == 0.5, 0.0, 1.0)
    error = _beside_nothing(top, bottom, top.error + bottom.error + rounded)
    return _normal(*_scaled(top.m / bottom.m, top.e, -bottom.e), error)


def _beside_nothing(a: Scaled, b: Scaled, error: Any) -> Any:
    """Return the error of a product or quotient: what is 0 or infinite stays so, however uncertain the other is."""
    ends = ((part, (part.m == 0) | np.isinf(part.m)) for part in (b, a))
    for part, at_the_end in ends:
        error = np.where(at_the_end, part.error, error)
    return error


def _scaled(m: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """Add two exponents; what the sum of a huge and a small one loses stays with m."""
    total = np.asarray(a + b, float)
    lost = (a - (total - (total - a))) + (b - (total - a))
    return np.ldexp(m, np.where(np.abs(lost) < 500, lost, 0).astype(np.int64)), total


def _negative(u: Scaled) -> Scaled:
    return Scaled(-u.m, u.e, u.error)


def _power(base: Scaled, exponent: Scaled) -> Scaled:
    p = np.asarray(exponent.plain)
    scale = base.e * p
    whole = np.floor(scale)
    small = np.abs(p) < 500
    with_small = base.m ** np.where(small, p, 1.0) * np.exp2(scale - whole)
    size = _exp(_normal(p * _log(base).plain, np.zeros_like(scale)))
    m, e = np.where(small, with_small, size.m), np.where(small, whole, size.e)
    grown = np.where(exponent.error == 0, 0.0, np.abs(p * _log(base).plain) * exponent.error)
    rounded = np.where(small, np.where(scale == whole, 0.0, np.abs(scale)), np.abs(p * _log(base).plain) + size.error)
    return _normal(m, e, np.abs(p) * base.error + grown + rounded + 1.0)


def _root(u: Scaled) -> Scaled:
    odd = u.e % 2
    return _normal(np.sqrt(u.m * 2.0**odd), (u.e - odd) / 2)


# ---- Functions -----------------------------------------------------------------------------------------------------

_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # the first with 21 zeros at its end
_LN2: Final = math.log(2)
_TURNS_SHORT: Final = math.ldexp(round(math.ldexp(1 / _LN2, 28)), -28)


def _exp(u: Scaled) -> Scaled:
    """Evaluate e^u as 2^k e^r; far out, where k is rounded, short numbers u keep their proportions."""
    x = u.plain
    turns = np.rint(x / _LN2)
    far = np.isfinite(x) & (np.abs(turns) > 2.0**40)
    most = np.ldexp(np.rint(np.ldexp(turns, -20)), 20)  # multiples of these have no error
    inside = np.where(np.isfinite(x), ((x - most * _LN2_HIGH) - (turns - most) * _LN2_HIGH) - turns * _LN2_LOW, x)
    fraction, exponent = np.frexp(x)
    short = np.ldexp(np.rint(np.ldexp(fraction, 22)) * _TURNS_SHORT, exponent - 22)
    error = np.where(far, np.abs(x) * 2.0**33, 0.0)  # u is taken to 22 bits, and 1/ln 2 to 28
    turned = np.where(far, short, np.where(np.isfinite(x), turns, 0.0))
    beyond = np.abs(x) > _BEYOND
    m = np.where(beyond, np.where(x > 0, np.inf, 0.0), np.exp(np.where(far, 0.0, inside)))
    turned, error = np.where(beyond, 0.0, turned), np.where(beyond, 0.0, error)
    return _normal(m, turned, error)


def _log(u: Scaled) -> Scaled:
    near = np.abs(u.e) < 1000
    return _normal(np.where(near, np.log(np.where(near, u.plain, 1.0)), np.log(u.m) + u.e * _LN2), 0.0)


def _log1p(u: Scaled) -> Scaled:
    x, far = u.plain, _log(u)
    big, small = u.e > 1000, u.e < -100
    near = _normal(np.log1p(np.where(big | small, 0.0, x)), 0.0)
    return _choose(big, far, _choose(small, u, near))


def _expm1(u: Scaled) -> Scaled:
    x = u.plain
    big, small = x > 600, u.e < -100
    near = _normal(np.expm1(np.where(big | small, 0.0, x)), 0.0)
    return _choose(big, _exp(u), _choose(small, u, near))


def _cosh(u: Scaled) -> Scaled:
    return _grown(u, np.cosh, np.ones_like(u.m))


def _sinh(u: Scaled) -> Scaled:
    return _choose(u.e < -100, u, _grown(u, np.sinh, np.sign(u.m)))


def _grown(u: Scaled, function: Callable[[Any], Any], side: Any) -> Scaled:
    x = u.plain
    big = np.abs(x) > 600
    far = _exp(Scaled(np.abs(u.m), u.e))
    near = _normal(function(np.where(big, 0.0, x)), 0.0)
    return _choose(big, _normal(side * far.m / 2, far.e, far.error), near)


def _erfc(u: Scaled) -> Scaled:
    """Evaluate erfc(u) = exp(-u²)·erfcx(u) for u > 1, the square without the error of its rounding."""
    from scipy.special import erfc, erfcx

    x = u.plain
    far = (x > 1) & (x < 1e150)
    at = np.where(far, x, 1.0)
    head = np.ldexp(np.rint(np.ldexp(at, 20)), -20)
    head = np.where(at < 2.0**6, head, at)
    square = _exp(_normal(-head * head, 0.0))
    tail = np.exp(-(at - head) * (at + head)) * erfcx(at)
    beyond = _normal(np.where(x >= 1e150, 0.0, erfc(np.where(far, 0.0, x))), 0.0)
    return _choose(far, _normal(square.m * tail, square.e, square.error), beyond)


def _choose(condition: Any, then: Scaled, otherwise: Scaled) -> Scaled:
    return Scaled(*(np.where(condition, a, b) for a, b in zip(then, otherwise, strict=True)))


_FUNCTIONS: Final[dict[str, Callable[[Scaled], Scaled]]] = {
    "exp": _exp, "log": _log, "log1p": _log1p, "expm1": _expm1, "cosh": _cosh, "sinh": _sinh, "erfc": _erfc,
    "abs": lambda u: Scaled(np.abs(u.m), u.e),
    "sign": lambda u: _normal(np.sign(u.m), 0.0),
    "sqrt": _root,
    "cbrt": lambda u: _multiply(_normal(np.sign(u.m), 0.0), _power(Scaled(np.abs(u.m), u.e), _constant(1 / 3))),
    "log2": lambda u: _divide(_log(u), _constant(_LN2)),
    "log10": lambda u: _divide(_log(u), _constant(math.log(10))),
}  # fmt: skip
_AT_ZERO: Final = {  # the slope at 0 of functions that vanish there: where u underflows, they are this multiple of it
    **dict.fromkeys(("sin", "tan", "asin", "atan", "tanh", "asinh", "atanh", "lambertw"), 1.0),
    "erf": 2 / math.sqrt(math.pi),
    "erfinv": math.sqrt(math.pi) / 2,
}


def _applied(row: Function, u: Scaled) -> Scaled:
    if row.name in _FUNCTIONS:
        return _FUNCTIONS[row.name](u)
    function = row.evaluate()
    if function is None:
        raise ValueError(f"{row.name} cannot be computed: its row names no function and no formula")
    found = _normal(np.asarray(function(u.plain), dtype=np.float64), 0.0)
    if row.name not in _AT_ZERO:
        return found
    return _choose(u.e < -300, _normal(u.m * _AT_ZERO[row.name], u.e), found)


def _growth(row: Function, u: Scaled, value: Scaled) -> Any:
    """Return the factor by which a relative error of u grows in f(u), which is that of u f'(u)/f(u)."""
    if row.name in ("abs", "sign") or not np.any(u.error):
        return 1.0
    slope = _slope_program(row.name).run(u)
    factor = np.abs(_divide(_multiply(u, slope), value).plain)
    gone = (u.m == 0) | (value.m == 0) | np.isinf(value.m)  # beyond every exponent, whatever the last digits of u are
    return np.where(np.isnan(factor), np.where(gone, 1.0, _MEANINGLESS), factor)


def _lost(row: Function, u: Scaled) -> Any:
    """Return the error of a function that grows so slowly that it finds back what no exponent can hold: log(0)."""
    return np.where(np.isinf(u.m) | (u.m == 0), _MEANINGLESS, 0.0) if row.name in _SLOW else 0.0


_SLOW: Final = frozenset({"log", "log2", "log10", "log1p", "asinh", "acosh", "lambertw"})


@cache
def _slope_program(name: str) -> Program:
    row = STABLE[name]
    return Program(parse(str(row.derivative), names=("u",)), "u")


def _constant(value: Fraction | float) -> Scaled:
    exact = Fraction(value)
    size = exact.numerator.bit_length() - exact.denominator.bit_length()
    near_one = exact / Fraction(2) ** size  # a number of any size, with an exponent of its own
    return _normal(np.asarray(float(near_one)), float(size), 0.0 if float(near_one) == near_one else 0.5)


# ---- Subtractions that a function stands for ----------------------------------------------------------------------


def _opened(node: Node, functions: Functions) -> Node | None:
    """Return a tree that says the same and keeps more digits, or is made of fewer kinds; None for most nodes."""
    match node:
        case Power(base, exponent) if base == EULER:
            return Call("exp", (exponent,))
        case Power(base, exponent) if number(exponent) == -1:
            return Quotient(ONE, base)
        case Call("log", (Call("exp", (inner,), 0),), 0):
            return inner
        case Call("log", (Quotient(top, inner),), 0) if top == ONE:
            return Negative(Call("log", (inner,)))
        case Call("log", (Sum(terms),), 0) if ONE in terms and _difference(terms) is None:
            return Call("log1p", (_without(terms, ONE),))
        case Call(name, arguments, primes):
            row = functions[name]
            if primes or len(arguments) != 1 or row.numpy is None:
                return expand(node, functions)
        case Sum(terms):
            return _difference(terms)
    return None


def _without(terms: tuple[Node, ...], *left_out: Node) -> Node:
    rest = list(terms)
    for term in left_out:
        rest.remove(term)
    return rest[0] if len(rest) == 1 else Sum(tuple(rest))


def _difference(terms: tuple[Node, ...]) -> Node | None:
    """Write 1 and the function beside it as one: 1 - exp(u), 1 + erf(u), 1 + tanh(u), 1 - cos(u), 1 - u²."""
    for one in (ONE, Negative(ONE)):
        if one not in terms:
            continue
        for other in terms:
            joined = _joined(other if one == ONE else _turned(other))
            if joined is not None:
                joined = joined if one == ONE else _turned(joined)
                return Sum((joined, _without(terms, one, other))) if len(terms) > 2 else joined
    return None


def _joined(other: Node) -> Node | None:
    """Return what 1 plus a term is, where that has a form without the sum."""
    match other:
        case Negative(Call("exp", (u,), 0)):
            return Negative(Call("expm1", (u,)))
        case Negative(Power(base, u)) if base == EULER:
            return Negative(Call("expm1", (u,)))
        case Call("erf", (u,), 0):
            return Call("erfc", (_turned(u),))
        case Negative(Call("erf", (u,), 0)):
            return Call("erfc", (u,))
        case Call("tanh", (u,), 0):
            return Quotient(integer(2), Sum((ONE, Call("exp", (Product((integer(-2), u)),)))))
        case Negative(Call("tanh", (u,), 0)):
            return Quotient(integer(2), Sum((ONE, Call("exp", (Product((integer(2), u)),)))))
        case Negative(Call("cos", (u,), 0)):
            return Product((integer(2), Power(Call("sin", (Quotient(u, integer(2)),)), integer(2))))
        case Negative(Power(u, two)) if is_number(two, 2):
            return Product((Sum((ONE, Negative(u))), Sum((ONE, u))))
    return None


def _turned(node: Node) -> Node:
    return node.operand if isinstance(node, Negative) else Negative(node)


def _constant_of(node: Node) -> float:
    value = number(node)
    if value is not None:
        return float(value) if abs(value) < _HUGEST else math.inf if value > 0 else -math.inf
    if isinstance(node, Constant):
        return math.pi if node.name == "pi" else math.e
    raise ValueError(f"{to_text(node)} has no value on arrays")


_OPERATIONS: Final[dict[type, Callable[..., Any]]] = {
    Sum: lambda *terms: reduce(operator.add, terms),
    Product: lambda *factors: reduce(operator.mul, factors),
    Quotient: operator.truediv,
    Power: np.power,
    Negative: operator.neg,
}


# ---- Programs ------------------------------------------------------------------------------------------------------


@final
@dataclass(frozen=True, slots=True)
class _Step:
    node: Node
    operands: tuple[int, ...]


@final
class Program:
    """A tree in one variable as steps on arrays, equal parts once; without absolute values and conditions unread.

    Parameters
    ----------
    tree
        The expression.
    variable
        The name of its only symbol.
    functions
        The table that knows the functions called.
    """

    def __init__(self, tree: Node, variable: str, functions: Functions = STABLE) -> None:
        self.tree, self.variable, self.functions = tree, variable, functions
        self._known: dict[Node, int] = {Symbol(variable): 0}
        self._steps: list[_Step] = []
        self.result = self._slot(tree)
        self._plain = [self._in_floats(step.node) for step in self._steps]
        self._inner = [at + 1 for at, step in enumerate(self._steps) if step.operands]

    def __len__(self) -> int:
        return len(self._steps)

    def _slot(self, node: Node) -> int:
        if node not in self._known:
            opened = _opened(node, self.functions)
            if opened is not None:
                self._known[node] = self._slot(opened)
            else:
                parts = () if number(node) is not None else children(node)
                operands = tuple(self._slot(part) for part in parts)
                self._steps.append(_Step(node, operands))
                self._known[node] = len(self._steps)
        return self._known[node]

    def _in_floats(self, node: Node) -> Callable[..., Any]:
        """Return one step as a function of the values of its operands."""
        match node:
            case Power(_, exponent) if is_number(exponent, 2):
                return lambda base, _: base * base
            case Call(name, _, _):
                function = self.functions[name].evaluate()
                if function is None:
                    raise ValueError(f"{name} cannot be computed: its row names no function and no formula")
                return function
        if type(node) in _OPERATIONS and number(node) is None:
            return _OPERATIONS[type(node)]
        value = _constant_of(node)
        return lambda: value

    def __call__(self, x: Floats) -> Floats:
        """Return the values at finite arguments; no result depends on what stands beside it in the array."""
        with np.errstate(all="ignore"):
            slots: list[Any] = [x]
            for step, function in zip(self._steps, self._plain, strict=True):
                slots.append(function(*[slots[at] for at in step.operands]))
            result: Floats = np.array(np.broadcast_to(slots[self.result], x.shape), dtype=np.float64)
            sizes = np.abs(np.stack([np.broadcast_to(slots[at], x.shape) for at in (0, *self._inner)]))
            odd = ~((sizes >= _TINY) & (sizes <= _HUGE)).all(axis=0)
            if odd.any():
                result[odd] = self._beyond_floats(x[odd])
        return result

    def _beyond_floats(self, x: Floats) -> Floats:
        """Compute with exponents of any size; where no digit is known then, in ball arithmetic, once for equal x."""
        found = self.settled(_normal(x, 0.0))
        result = np.array(np.broadcast_to(found.plain, x.shape))
        open_ = np.isnan(result)
        if open_.any():
            again, which = np.unique(x[open_], return_inverse=True)
            result[open_] = np.array([self._in_balls(float(at)) for at in again])[which]
        return result

    def settled(self, x: Scaled) -> Scaled:
        """Compute in numbers with exponents of their own; nan where the estimate of errors leaves no digit."""
        slots = self._slots(x, errors=False)
        found = Scaled(*np.broadcast_arrays(*slots[self.result], x.m)[:3])
        odd = [(np.abs(slot.e) > _WIDE) | (slot.m == 0) | np.isinf(slot.m) for slot in slots]
        wide = np.broadcast_to(reduce(np.logical_or, odd), found.m.shape)
        if not wide.any():
            return found
        some = Scaled(*(part[wide] for part in np.broadcast_arrays(x.m, x.e)))
        checked = self.run(some, errors=True)
        m = np.array(found.m)
        m[wide] = np.where(_is_known(checked), m[wide], np.nan)
        return found._replace(m=m)

    def _in_balls(self, x: float) -> float:
        """Return the value at one argument to a float, proven; nan where it is not found."""
        for bits in _BITS:
            try:
                with balls.precision(bits):
                    value = balls.evaluate(self.tree, {self.variable: balls.ball(Fraction(x))}, self.functions)
                    found = balls.nearest_float(value)
            except (MissingExtraError, ValueError, ArithmeticError, RecursionError):
                return math.nan
            if found is not None:
                return found
        return math.nan

    def in_any_arithmetic(self, x: Any) -> Any:
        """Compute by operators and ufuncs alone, in the type that x has and for whatever array it is."""
        slots = [x if hasattr(x, "__array_ufunc__") else np.asarray(x)]
        for step, function in zip(self._steps, self._plain, strict=True):
            slots.append(function(*[slots[at] for at in step.operands]))
        return slots[self.result]

    def run(self, x: Scaled, *, errors: bool = False) -> Scaled:
        """Compute in numbers with exponents of their own; with estimates of their errors, if wanted."""
        return self._slots(x, errors=errors)[self.result]

    def _slots(self, x: Scaled, *, errors: bool) -> list[Scaled]:
        slots = [x]
        with np.errstate(all="ignore"):
            for step in self._steps:
                slots.append(self._step(step, [slots[at] for at in step.operands], errors=errors))
        return slots

    def error(self, x: Floats) -> Floats:
        """Estimate each relative error in units of the last place: what every step rounds, and as it grows after."""
        with np.errstate(all="ignore"):
            found = np.broadcast_to(self.run(_normal(x, 0.0), errors=True).error, x.shape)
            return np.where(np.isnan(found), _MEANINGLESS, np.minimum(found, _MEANINGLESS))

    def _step(self, step: _Step, operands: list[Scaled], *, errors: bool) -> Scaled:
        if not step.operands:
            known = number(step.node)
            return _constant(known) if known is not None else _normal(_constant_of(step.node), 0.0, 0.5)
        match step.node:
            case Sum():
                return _add(*operands)
            case Product():
                return _multiply(*operands)
            case Quotient():
                return _divide(*operands)
            case Power():
                return _power(*operands)
            case Negative():
                return _negative(*operands)
            case Call(name, _, _):
                row, (u,) = self.functions[name], operands
                value = _applied(row, u)
                if not errors:
                    return value
                return value._replace(error=_growth(row, u, value) * u.error + value.error + _lost(row, u) + 1.0)
        raise ValueError(f"{to_text(step.node)} cannot be computed on arrays")


def _is_known(u: Scaled) -> Any:
    """Tell whether a digit is right, or the number is 0 or infinite in floats however its exponent is rounded."""
    away = np.abs(u.e) - 1100 > u.error * 2.0**-51
    return (u.error <= _TRUSTED) | (away & np.isfinite(u.m) & (u.m != 0))


def in_any_arithmetic(text: str, variable: str) -> Callable[[Any], Any]:
    """Make a function of text that takes arrays of any package and type, and returns the like of them."""
    tree = parse(text, names=(variable,))
    choice = next((node for _, node in walk(tree) if isinstance(node, Conditional)), None)
    if choice is not None:
        return compile_numpy(tree, (variable,))
    return Program(tree, variable).in_any_arithmetic
