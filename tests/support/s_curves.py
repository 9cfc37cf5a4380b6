"""The truth about the S-curves: in ball arithmetic, and in plain NumPy for the next wider type."""

from __future__ import annotations

import numpy as np
from flint import arb
from support.truth import EXP_EDGES, Array, Truth

# ---- Logistic -----------------------------------------------------------------------------------------------------


def _sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


def _sigmoid_slope(x: arb) -> arb:
    return _sigmoid(x) * _sigmoid(-x)


def _sigmoid_log(x: arb) -> arb:
    # log1p, for log(1 + e^-x) loses e^-x in the 1 at any fixed precision
    return -((-x).exp().log1p())


def _tail(x: Array) -> Array:
    return np.exp(-np.abs(x))


def _wide_logit(p: Array) -> Array:
    away = np.log(p) - np.log1p(-p)
    return np.where(np.abs(p - 0.5) < 0.25, 2 * np.arctanh(2 * p - 1), away)


def _wide_log_sigmoid(x: Array) -> Array:
    return np.minimum(x, 0) - np.log1p(_tail(x))


_SIGMOID = Truth(
    exact={
        "": _sigmoid,
        "derivative": _sigmoid_slope,
        "second_derivative": lambda x: _sigmoid_slope(x) * (_sigmoid(-x) - _sigmoid(x)),
        "inverse": lambda p: (p / (1 - p)).log(),
        "log": _sigmoid_log,
        "log_complement": lambda x: _sigmoid_log(-x),
    },
    wide={
        "": lambda x: np.where(x < 0, _tail(x), 1) / (1 + _tail(x)),
        "derivative": lambda x: _tail(x) / (1 + _tail(x)) ** 2,
        "second_derivative": lambda x: np.sign(x) * np.expm1(-np.abs(x)) * _tail(x) / (1 + _tail(x)) ** 3,
        "inverse": _wide_logit,
        "log": _wide_log_sigmoid,
        "log_complement": lambda x: _wide_log_sigmoid(-x),
    },
    scales=(0.01, 0.5, 2.0, 8.0, 40.0, 120.0, 800.0),
    edges=EXP_EDGES,
    inverse_edges=(0.5, 0.25, 0.4, 0.6, 2 / 3, 1 / 3, 0.75, 2.0**-24, 2.0**-53),
)

# ---- All of them --------------------------------------------------------------------------------------------------

S_CURVES = {
    "sigmoid": _SIGMOID,
}
