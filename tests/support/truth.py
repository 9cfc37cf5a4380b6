"""How the truth about a shape is written down for tests: exact functions, quick ones, and where to try them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np
from flint import arb, ctx

Array = np.ndarray
R = TypeVar("R")
Ball = Callable[[arb], arb]

LN2 = float(np.log(2))
EXP_EDGES = (
    *((n + 0.5) * LN2 for n in (0, 1, 2, 20, 52, 91, 922)),  # where the exponential's reduction steps
    *(16.635532333438686, 36.7368005696771),  # where 1 + e**-x rounds to 1 in float32 and float64
    *(64.0, 87.33654475055310, 103.97207708399179, 120.0),  # near/far, smallest normal, smallest number in float32
    *(640.0, 708.3964185322641, 745.1332191019411, 800.0),  # the same in float64
    *(90.0, 95.0, 100.0, 102.5, 710.0, 720.0, 730.0, 740.0, 744.0),  # where results are subnormal
)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What a shape is, role by role, and which arguments try its kernels hard.

    Attributes
    ----------
    exact
        role -> function of a `flint.arb` ball, from the definition, in the plainest stable form.
    wide
        role -> function of an array in the next wider type, for every float32 there is: from the definition in
        stable form, independent of the kernels. float64 stands 29 bits behind float32, and x86's long double 11 bits
        behind float64, so a few ULP of error here do not show.
    scales
        Arguments are drawn evenly up to each of these sizes, on both sides.
    edges
        Where a kernel changes its form, or a result leaves a range: tried with their neighbours, on both sides.
    range, centre, inverse_edges
        The range of the value, where the inverse is 0, and the edges of its kernel.
    """

    exact: Mapping[str, Ball]
    wide: Mapping[str, Callable[[Array], Array]]
    scales: tuple[float, ...]
    edges: tuple[float, ...]
    range: tuple[float, float] = (0.0, 1.0)
    centre: float = 0.5
    inverse_edges: tuple[float, ...] = ()


# ---- What the quick functions share -------------------------------------------------------------------------------


def either(first: Array, yes: Callable[[], Array], no: Callable[[], Array]) -> Array:
    """One formula or another, element by element; neither is evaluated where no element wants it.

    The float32 of a block lie side by side, so that nearly always a single formula does for all of them.
    """
    if first.all():
        return yes()
    return np.where(first, yes(), no()) if first.any() else no()


def remembered(function: Callable[[Array], R]) -> Callable[[Array], R]:
    """Keep what was last computed, for all roles of a shape are asked at the same arguments, one after another."""
    last: list[tuple[Array, R]] = []

    def once(x: Array) -> R:
        if not last or last[0][0] is not x:
            last[:] = [(x, function(x))]
        return last[0][1]

    return once


LOG_OF_TINY = {np.dtype(kind): -float(np.log(np.finfo(kind).tiny)) for kind in (np.float64, np.longdouble)}


@remembered
def tail(x: Array) -> Array:
    """e^-|x|, spared where nothing is left of it, for there the library is slow."""
    size = np.abs(x)
    return either(size > 1.1 * LOG_OF_TINY[x.dtype], lambda: np.zeros_like(x), lambda: np.exp(-size))


@remembered
def logistic(x: Array) -> Array:
    return either(x < 0, lambda: tail(x), lambda: np.ones_like(x)) / (1 + tail(x))


@remembered
def logistic_slope(x: Array) -> Array:
    return tail(x) / (1 + tail(x)) ** 2


@remembered
def log1p_tail(x: Array) -> Array:
    """log(1 + e^-|x|)."""
    return np.log1p(tail(x))


# ---- The exact functions ------------------------------------------------------------------------------------------


def exact(function: Ball, x: float) -> Fraction:
    """Evaluate at a float to at least 160 significant bits, or 0 where the ball is exactly 0."""
    precision = 256
    while precision < 40_000:
        ctx.prec = precision
        ball = function(arb(x))
        if ball.is_exact() and ball == 0:
            return Fraction(0)
        if ball.is_finite() and ball.rel_accuracy_bits() >= 160:
            mantissa, exponent = ball.mid().man_exp()
            if exponent < -20_000:  # far below the smallest number of any type: any such number does
                return Fraction(1 if int(mantissa) > 0 else -1, 2**20_000)
            return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
        precision *= 2
    raise ArithmeticError(f"no accurate ball at {x!r}")
