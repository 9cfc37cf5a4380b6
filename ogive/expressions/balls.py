"""Numbers with guaranteed error: expressions evaluated in ball arithmetic.

A ball is a midpoint and a radius; the true value lies inside. A ball that is not a number says *nothing is known*: it
is never taken for a value. Points where an expression is certainly not real raise `UndefinedError`.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ogive._optional import optional
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate, expand
from ogive.expressions.functions import ELEMENTARY, Functions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["Ball", "UndefinedError", "ball", "decimals", "evaluate", "nearest_float", "precision", "sign", "sign_of"]

Ball: TypeAlias = Any  # flint.arb has no types of its own

_FLOAT_BITS: Final = 60  # right bits of a ball whose midpoint is rounded to a float
_START, _MOST = 96, 1536  # bits: the precision tried first, and the last one before giving up


class UndefinedError(ArithmeticError):
    """The expression has no real value at this point."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with this many bits inside the block."""
    context = optional("flint", for_="proofs").ctx
    before = context.prec
    context.prec = bits
    try:
        yield
    finally:
        context.prec = before


def ball(low: Fraction | int, high: Fraction | int | None = None) -> Ball:
    """Enclose a number, or everything between two numbers."""
    flint = optional("flint", for_="proofs")
    lower = _exact(flint, Fraction(low))
    return lower if high is None or high == low else lower.union(_exact(flint, Fraction(high)))


def _exact(flint: Any, value: Fraction) -> Ball:
    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def sign(value: Ball) -> int | None:
    """Return -1, 0 or 1 where the ball decides it, else None."""
    if value.is_nan():
        return None
    if value > 0:
        return 1
    if value < 0:
        return -1
    return 0 if value.is_zero() else None


def sign_of(compute: Callable[[], Ball], most: int = _MOST) -> int | None:
    """Return the sign of a number, computing it with more bits until its ball excludes zero; None if none does."""
    bits = _START
    while bits <= most:
        with precision(bits):
            found = sign(compute())
        if found is not None:
            return found
        bits *= 2
    return None


def nearest_float(value: Ball) -> float | None:
    """Return the float next to a number, 0 and infinity among them; None where the ball is too wide to tell."""
    if not value.is_finite():
        return None
    flint = optional("flint", for_="proofs")
    size, side = abs(value), -1.0 if value < 0 else 1.0
    if size < flint.arb(2) ** -1080:
        return math.copysign(0.0, side)
    if size > flint.arb(2) ** 1030:
        return math.copysign(math.inf, side)
    return float(value.mid()) if value.rel_accuracy_bits() >= _FLOAT_BITS else None


def decimals(value: Ball, digits: int = 10) -> str:
    """Write a ball with no more digits than it guarantees."""
    text = str(value.str(digits, radius=False))
    return text[:-2] if text.endswith(".0") else text


# ---- Trees ---------------------------------------------------------------------------------------------------------


def evaluate(tree: t.Node, at: Mapping[str, Ball], functions: Functions = ELEMENTARY) -> Ball:
    """Enclose the value of a tree where its symbols have these values.

    Raises
    ------
    UndefinedError
        If it certainly has no real value there.
    ValueError
        If a symbol has no value, or a function or a limit cannot be computed.
    """
    match tree:
        case t.Number(value):
            return ball(value)
        case t.Symbol(name):
            if name not in at:
                raise ValueError(f"the symbol {name!r} has no value")
            return at[name]
        case t.Constant(name):
            arb = optional("flint", for_="proofs").arb
            return arb.pi() if name == "pi" else arb.const_e()
        case t.Derivative(body, variable):
            return evaluate(differentiate(body, variable.name, functions=functions), at, functions)
        case t.Conditional(condition, then, otherwise):
            return _chosen(condition, then, otherwise, at, functions)
        case t.Call():
            return _call(tree, at, functions)
        case t.Power(base, exponent):
            return _power(evaluate(base, at, functions), exponent, at, functions)
        case t.Relation() | t.Limit():
            raise ValueError(f"an equation or a limit has no value of its own: {tree}")
    return _combined(tree, [evaluate(part, at, functions) for part in t.children(tree)])


def _combined(tree: t.Node, values: list[Ball]) -> Ball:
    match tree:
        case t.Sum():
            return sum(values[1:], values[0])
        case t.Product():
            product = values[0]
            for value in values[1:]:
                product = product * value
            return product
        case t.Negative():
            return -values[0]
    top, bottom = values
    if bottom.is_zero():
        raise UndefinedError
    return top / bottom


def _chosen(condition: t.Relation, then: t.Node, other: t.Node, at: Mapping[str, Ball], functions: Functions) -> Ball:
    left, right = evaluate(condition.left, at, functions), evaluate(condition.right, at, functions)
    verdict = holds(condition.operator, left - right)
    if verdict is None:
        return evaluate(then, at, functions).union(evaluate(other, at, functions))
    return evaluate(then if verdict else other, at, functions)


def holds(operator: str, difference: Ball) -> bool | None:
    """Tell whether a relation holds between two numbers with this difference; None if the ball leaves it open."""
    found = sign(difference)
    if found is not None:
        return found in _HOLDS[operator]
    if difference.is_nan():
        return None
    if operator == "<=" and difference <= 0:
        return True
    return True if operator == ">=" and difference >= 0 else None


_HOLDS: Final = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}


def _power(base: Ball, exponent: t.Node, at: Mapping[str, Ball], functions: Functions) -> Ball:
    value = t.number(exponent)
    if value is not None and value.denominator == 1:
        if value < 0 and base.is_zero():
            raise UndefinedError
        return _whole_power(base, int(value))
    if base.is_zero() and value is not None and value > 0:
        return base
    _require(sign(base), 0, 1)
    if value is not None and value.denominator == 2:
        return base.sqrt() ** value.numerator
    return (evaluate(exponent, at, functions) * base.log()).exp() if sign(base) != 0 else base


def _whole_power(base: Ball, n: int) -> Ball:
    """Raise to a whole power; of a ball that holds 0, flint itself says nothing."""
    if n <= 1 or sign(base) is not None or not base.is_finite():
        return base**n
    low, high = ((part.mid() ** n if not part.is_zero() else part) for part in (base.lower(), base.upper()))
    return low.union(high) if n % 2 else ball(0).union(low).union(high)


def _require(found: int | None, *allowed: int) -> None:
    if found is not None and found not in allowed:
        raise UndefinedError


def _call(tree: t.Call, at: Mapping[str, Ball], functions: Functions) -> Ball:
    if len(tree.arguments) == 1 and not tree.primes and tree.name in FUNCTIONS:
        return apply(tree.name, evaluate(tree.arguments[0], at, functions))
    opened = expand(tree, functions)
    if opened is None:
        raise ValueError(f"{tree.name} cannot be computed with guaranteed error")
    return evaluate(opened, at, functions)


def apply(name: str, u: Ball) -> Ball:
    """Enclose a named function of a ball."""
    inside = _INSIDE.get(name)
    if inside is not None:
        for part in inside(u):
            _require(sign(part), 0, 1)
    if name in _POSITIVE:
        _require(sign(u), 1)
    return FUNCTIONS[name](u)


def _root(u: Ball, n: int) -> Ball:
    found = sign(u)
    if found in (0, 1):
        return u if found == 0 else u.root(n)
    return -((-u).root(n)) if found == -1 else optional("flint", for_="proofs").arb.nan()


def _sign(u: Ball) -> Ball:
    found = sign(u)
    return u.sgn() if found is None else ball(found)


_POSITIVE: Final = frozenset({"log", "log2", "log10"})
_INSIDE: Final[dict[str, Callable[[Ball], tuple[Ball, ...]]]] = {
    "sqrt": lambda u: (u,),
    "asin": lambda u: (1 - u, 1 + u),
    "acos": lambda u: (1 - u, 1 + u),
    "atanh": lambda u: (1 - u, 1 + u),
    "erfinv": lambda u: (1 - u, 1 + u),
    "acosh": lambda u: (u - 1,),
    "log1p": lambda u: (u + 1,),
    "lambertw": lambda u: (u * ball(1).exp() + 1,),
}
FUNCTIONS: Final[dict[str, Callable[[Ball], Ball]]] = {
    "exp": lambda u: u.exp(),
    "log": lambda u: u.log(),
    "log2": lambda u: u.log() / ball(2).log(),
    "log10": lambda u: u.log() / ball(10).log(),
    "log1p": lambda u: u.log1p(),
    "expm1": lambda u: u.expm1(),
    "sqrt": lambda u: u.sqrt(),
    "cbrt": lambda u: _root(u, 3),
    "abs": abs,
    "sign": _sign,
    "sin": lambda u: u.sin(),
    "cos": lambda u: u.cos(),
    "tan": lambda u: u.tan(),
    "asin": lambda u: u.asin(),
    "acos": lambda u: u.acos(),
    "atan": lambda u: u.atan(),
    "sinh": lambda u: u.sinh(),
    "cosh": lambda u: u.cosh(),
    "tanh": lambda u: u.tanh(),
    "asinh": lambda u: u.asinh(),
    "acosh": lambda u: u.acosh(),
    "atanh": lambda u: u.atanh(),
    "erf": lambda u: u.erf(),
    "erfc": lambda u: u.erfc(),
    "erfinv": lambda u: u.erfinv(),
    "lambertw": lambda u: u.lambertw(),
}
