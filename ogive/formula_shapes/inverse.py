"""The inverse of a monotone function by bracketing, down to neighbouring floats."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["bracketed", "first_reached"]

Floats: TypeAlias = "NDArray[np.float64]"
Places: TypeAlias = "NDArray[np.int64]"

_LOWEST = np.int64(-(2**63))
_HALVINGS = 65  # from the whole line of floats to two neighbours


def bracketed(
    function: Callable[[Floats], Floats], p: Floats, domain: tuple[float, float], limits: tuple[float, float],
    direction: int, flat: tuple[float | None, float | None],
) -> Floats:  # fmt: skip
    """Return the argument at which a monotone function takes each value; nan outside its limits.

    Floats are counted in their order, and the count is halved: 65 steps end at two neighbours between which the value
    is passed, of which the nearer one is returned. A limit that is never reached belongs to the end of the domain; a
    limit that is held on a whole half-line, to the end of that half-line.

    Parameters
    ----------
    function
        Takes flat arrays of arguments inside the domain.
    domain, limits
        Where it is defined, and its values at both ends.
    direction
        1 if it rises, -1 if it falls.
    flat
        Where it stops being constant towards either end; None where it is not constant there.
    """
    result = np.full(p.shape, np.nan)
    low, high = sorted(limits)
    inside = (p > low) & (p < high)
    for end, limit, corner in zip(domain, limits, flat, strict=True):
        result[p == limit] = end if corner is None else corner
    if inside.any():
        result[inside] = _passed(function, p[inside], domain, direction)
    return result


def _passed(function: Callable[[Floats], Floats], p: Floats, domain: tuple[float, float], direction: int) -> Floats:
    """Return the argument at which each value is passed, of two neighbours the nearer one.

    Rounding gives a stretch of arguments the same value: the middle of it is returned, or 0, if that is in it.
    """
    target = direction * p

    def rising(x: Floats) -> Floats:
        return direction * function(x)

    first, last = (first_reached(rising, target, domain, strictly=strictly) for strictly in (False, True))
    before, last = np.nextafter(first, -np.inf), np.nextafter(last, -np.inf)
    middle = np.where((first <= 0) & (last >= 0), 0.0, first / 2 + last / 2)
    miss = [np.abs(rising(side) - target) for side in (before, first)]
    nearer = np.where(miss[0] < miss[1], before, first)
    lost = np.isnan(miss[1]) | (np.isnan(miss[0]) & (before > domain[0]))
    return np.where(lost, np.nan, np.where(first <= last, middle, nearer))


def first_reached(
    function: Callable[[Floats], Floats], target: Floats, domain: tuple[float, float], *, strictly: bool
) -> Floats:
    """Return the first argument at which a rising function has reached its target, or (strictly) is past it."""
    ends = np.nextafter(domain[0], np.inf), np.nextafter(domain[1], -np.inf)
    below, above = (np.full(target.shape, _place(np.array([end]))[0]) for end in ends)
    for _ in range(_HALVINGS):
        middle = (below >> 1) + (above >> 1) + (below & above & 1)
        value = function(_float_at(middle))
        there = value > target if strictly else value >= target
        there = np.where(np.isnan(value), middle > 0, there)  # not known far out: look nearer
        below, above = np.where(there, below, middle), np.where(there, middle, above)
    return _float_at(above)


def _place(x: Floats) -> Places:
    """Count floats in their order; 0 is at 0."""
    bits = x.view(np.int64)
    return np.where(bits >= 0, bits, _LOWEST - bits)


def _float_at(place: Places) -> Floats:
    return np.where(place >= 0, place, _LOWEST - place).view(np.float64)
