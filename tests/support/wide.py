"""What each shape is, in plain NumPy, for the next wider type: quick enough for every float32 there is.

Written from the definitions in stable form, independently of the kernels. float64 stands 29 bits behind float32, and
x86's long double 11 bits behind float64, so a few ULP of error here do not show.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def _tail(x: Array) -> Array:
    return np.exp(-np.abs(x))


def _sigmoid(x: Array) -> Array:
    t = _tail(x)
    return np.where(x < 0, t, 1) / (1 + t)


def _sigmoid_slope(x: Array) -> Array:
    t = _tail(x)
    return t / (1 + t) ** 2


def _sigmoid_curvature(x: Array) -> Array:
    t = _tail(x)
    return np.sign(x) * np.expm1(-np.abs(x)) * t / (1 + t) ** 3


def _logit(p: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.log(p) - np.log1p(-p)
        return np.where(np.abs(p - 0.5) < 0.25, 2 * np.arctanh(2 * p - 1), away)


def _log_sigmoid(x: Array) -> Array:
    return np.minimum(x, 0) - np.log1p(_tail(x))


WIDE: dict[str, dict[str, Callable[[Array], Array]]] = {
    "sigmoid": {
        "": _sigmoid,
        "derivative": _sigmoid_slope,
        "second_derivative": _sigmoid_curvature,
        "inverse": _logit,
        "log": _log_sigmoid,
    },
}
"""shape -> role -> function of an array."""
