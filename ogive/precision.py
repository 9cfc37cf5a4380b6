"""How far a slope can be trusted in each floating-point format, found by asking the machine.

The identity f' = R(f) is exact, and it fails in floating point: the value rounds to its asymptote, and with it goes
what the slope is made of. Nothing here knows where that happens; it is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.expressions import compile_numpy, differentiate, parse
from ogive.expressions.digits import enclosure

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ogive.shapes import Shape

    Errors = NDArray[np.float64]

__all__ = ["FORMATS", "Loss", "slope_errors", "slope_loss"]

FORMATS = ("float16", "float32", "float64")
"""The formats that are compared, narrow ones first."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Where the slope dies in one format when it is computed from the value, and where it really ends.

    Attributes
    ----------
    dtype
        The floating-point format.
    dies
        The first positive argument from which on the slope is exactly zero when it is computed from the value, and
        the value by the formula as it is written.
    dies_at_best
        The same when the value comes from the kernel, which is as near to the truth as the format allows.
    kernel_there
        What the slope kernel returns where the slope from the formula dies.
    ends
        The last argument at which the slope kernel is not zero: beyond it the format holds no number so small.
    """

    dtype: str
    dies: float
    dies_at_best: float
    kernel_there: float
    ends: float


def slope_loss(shape: Shape, dtype: str) -> Loss:
    """Find, by bisection over the numbers of a format, where the slope from the value dies and where the kernel ends.

    Raises
    ------
    ValueError
        If the slope of the shape is no function of its value, or does not vanish on the positive side.
    """
    number = np.dtype(dtype).type
    written = _as_written(shape)
    dies = _first(number, lambda x: shape.derivative_from_value(written(x)) == 0)
    best = _first(number, lambda x: shape.derivative_from_value(shape(x)) == 0)
    gone = _first(number, lambda x: shape.derivative(x) == 0)
    ends = np.nextafter(gone, number(0))
    return Loss(dtype, float(dies), float(best), float(shape.derivative(dies)), float(ends))


def _as_written(shape: Shape) -> Callable[[Any], Any]:
    """Return the formula of a row as a NumPy programmer would write it: in the format of its argument throughout."""
    formula = compile_numpy(parse(shape.formula), ["z"])

    def run(x: Any) -> Any:
        with np.errstate(all="ignore"):
            return formula(x)

    return run


def _first(number: Any, is_gone: Callable[[Any], Any]) -> Any:
    """Return the first positive number of a format from which on something is gone.

    Positive floating-point numbers are ordered as the integers their bits spell, so halving the integers finds a
    number exactly, in as many steps as the format has bits.
    """
    bits = np.dtype(f"u{np.dtype(number).itemsize}").type
    low, high = 0, int(np.array(np.finfo(number).max).view(bits))
    if not is_gone(np.array(bits(high)).view(number)[()]):
        raise ValueError("the slope does not vanish on the positive side, so there is nothing to look for")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_gone(np.array(bits(middle)).view(number)[()]) else (middle, high)
    return np.array(bits(high)).view(number)[()]


@lru_cache(maxsize=16)
def slope_errors(shape: Shape, dtype: str, *, until: float, stretches: int = 90) -> tuple[Errors, Errors]:
    """Return the largest relative error of the slope on each stretch from 0 on: from the value, and the kernel's.

    Each stretch is sampled at eight numbers of the format, spread unevenly so that they share no pattern with the
    format's own steps; the truth comes from ball arithmetic on the formula in the shape's row.
    """
    edges = np.linspace(0, until, stretches + 1)
    steps = (np.arange(8) + 0.5 + 0.3 * np.sin(np.arange(8))) / 8
    x = (edges[:-1, None] + np.diff(edges)[:, None] * steps).astype(dtype)
    slope = differentiate(parse(shape.formula), "z")
    true = [enclosure(slope, {"z": Fraction(float(number))}) for number in x.ravel()]
    found = shape.derivative_from_value(_as_written(shape)(x)), shape.derivative(x)
    identity, kernel = (_largest(computed, true) for computed in found)
    return identity, kernel


def _largest(computed: NDArray[Any], true: list[Any]) -> Errors:
    """Return the largest relative error in each row."""
    errors = [abs((number - truth) / truth) for number, truth in zip(computed.ravel().tolist(), true, strict=True)]
    largest: Errors = np.array([float(error) for error in errors]).reshape(computed.shape).max(axis=1)
    largest.flags.writeable = False  # it is remembered
    return largest
