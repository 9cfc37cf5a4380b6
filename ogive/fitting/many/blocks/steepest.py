"""The steepest slope of a shape raised to a power, as a function of the exponent."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate

if TYPE_CHECKING:
    from ogive.curves import Transition

__all__ = ["peak"]

Floats = NDArray[np.float64]


def peak(transition: Transition, log_power: Floats | None) -> Any:
    """Return the largest slope of the transition in its argument, for the logarithms of exponents (None: 1)."""
    if log_power is None:
        return _plain(transition)
    return np.exp(_table(transition)(log_power))


@lru_cache(maxsize=16)
def _plain(transition: Transition) -> Any:
    return _largest(transition, np.zeros(1))[0]


@lru_cache(maxsize=16)
def _table(transition: Transition) -> Any:
    at = np.linspace(-4.0, 4.0, 801)
    return interpolate.CubicSpline(at, np.log(_largest(transition, at)))


def _largest(transition: Transition, log_power: Floats) -> Floats:
    """Find the largest slope for each exponent: a grid, then golden sections about its best point."""
    power = np.exp(log_power)[:, None]
    z = np.linspace(-12.0, 12.0, 1201)
    slope = transition.slopes(z[None, :], power)[1]
    middle = z[slope.argmax(axis=1)]
    low, high = middle - 0.02, middle + 0.02
    ratio = (np.sqrt(5.0) - 1) / 2
    for _ in range(40):
        width = ratio * (high - low)
        a, b = high - width, low + width
        left = _slope(transition, a, power) >= _slope(transition, b, power)
        low, high = np.where(left, low, a), np.where(left, b, high)
    return _slope(transition, 0.5 * (low + high), power)


def _slope(transition: Transition, z: Floats, power: Floats) -> Floats:
    slope: Floats = transition.slopes(z[:, None], power)[1][:, 0]
    return slope
