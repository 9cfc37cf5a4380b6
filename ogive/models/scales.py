"""The scales on which parameters are estimated: a midpoint on its axis, an exponent by its logarithm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["SCALES", "Scale"]


@final
@dataclass(frozen=True, slots=True)
class Scale:
    """A rising change of variable from a parameter as people state it to the number that is estimated.

    Attributes
    ----------
    inside, outside
        The map to the estimated number, and back.
    rate
        The derivative of the outside value by the inside one, as a function of the outside value.
    """

    name: str
    inside: Callable[[Any], Any]
    outside: Callable[[Any], Any]
    rate: Callable[[Any], Any]


def _quiet(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def quietly(value: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(np.asarray(value, dtype=np.float64)[()])

    return quietly


SCALES: Mapping[str, Scale] = {
    "linear": Scale("linear", lambda v: v, lambda v: v, np.ones_like),
    "log": Scale("log", _quiet(np.log), _quiet(np.exp), lambda v: v),
    "reciprocal": Scale("reciprocal", _quiet(lambda v: -1 / v), _quiet(lambda v: -1 / v), lambda v: v**2),
}
"""The scales by name; they share their names with the axes of curves."""
