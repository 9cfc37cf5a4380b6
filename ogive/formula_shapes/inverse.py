"""The inverse of a monotone function by bracketing, down to neighbouring floats."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["bracketed"]

Floats: TypeAlias = "NDArray[np.float64]"
Places: TypeAlias = "NDArray[np.int64]"

_LOWEST = np.int64(-(2**63))
_HALVINGS = 65  # from the whole line of floats to two neighbours


def bracketed(
    function: Callable[[Floats], Floats], p: Floats, domain: tuple[float, float], limits: tuple[float, float],
    direction: int, flat: tuple[bool, bool],
) -> Floats:  # fmt: skip
    """Return the argument at which a monotone function takes each value; nan outside its limits.

    Floats are counted in their order, and the count is halved: 65 steps end at two neighbours between which the value
    is passed, of which the nearer one is returned. A limit that is never reached belongs to the end of the domain; a
    value that is taken on a whole stretch, to the end of that stretch which lies nearer to the middle.

    Parameters
    ----------
    function
        Takes flat arrays of arguments inside the domain.
    domain, limits
        Where it is defined, and its values at both ends.
    direction
        1 if it rises, -1 if it falls.
    flat
        Whether it is constant towards either end.
    """
    result = np.full(p.shape, np.nan)
    low, high = sorted(limits)
    inside = (p > low) & (p < high)
    for end, limit, is_flat in zip(domain, limits, flat, strict=True):
        if is_flat:
            inside |= p == limit
        else:
            result[p == limit] = end
    if inside.any():
        result[inside] = _passed(function, p[inside], domain, limits, direction)
    return result


def _passed(
    function: Callable[[Floats], Floats], p: Floats, domain: tuple[float, float], limits: tuple[float, float],
    direction: int,
) -> Floats:  # fmt: skip
    target = direction * p
    first, last = (direction * limit for limit in limits)
    early = target < first + (last - first) / 2 if np.isfinite(first) and np.isfinite(last) else np.isfinite(first)
    ends = np.nextafter(domain[0], np.inf), np.nextafter(domain[1], -np.inf)
    below, above = (np.full(p.shape, _place(np.array([end]))[0]) for end in ends)
    for _ in range(_HALVINGS):
        middle = (below >> 1) + (above >> 1) + (below & above & 1)
        value = direction * function(_float_at(middle))
        past = np.where(early, value > target, value >= target)
        below, above = np.where(past, below, middle), np.where(past, middle, above)
    left, right = _float_at(below), _float_at(above)
    miss = [np.abs(direction * function(side) - target) for side in (left, right)]
    return np.where(miss[0] == miss[1], np.where(early, left, right), np.where(miss[0] < miss[1], left, right))


def _place(x: Floats) -> Places:
    """Count floats in their order; 0 is at 0."""
    bits = x.view(np.int64)
    return np.where(bits >= 0, bits, _LOWEST - bits)


def _float_at(place: Places) -> Floats:
    return np.where(place >= 0, place, _LOWEST - place).view(np.float64)
