"""The truth about the activations: in ball arithmetic, and in plain NumPy for the next wider type."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import mpmath as mp
import numpy as np
from flint import arb
from support.s_curves import S_CURVES
from support.truth import EXP_EDGES, LN2, Array, Ball, Truth

SCALES = (0.01, 0.5, 2.0, 8.0, 40.0, 120.0, 800.0)

# ---- Tools --------------------------------------------------------------------------------------------------------


def _pieces(kink: float, left: Ball, right: Ball) -> Ball:
    """One function up to and at a kink, another beyond it."""
    return lambda x: right(x) if x > kink else left(x)


def _constant(x: Array, value: mp.mpf) -> np.floating:
    return x.dtype.type(mp.nstr(value, 40))


def _beside_zero(
    zero: str, f: Callable[[mp.mpf], mp.mpf], order: int, elsewhere: Callable[[Array], Array]
) -> Callable[[Array], Array]:
    """A formula for arrays, but next to a zero of the order-th derivative of f that derivative's Taylor series.

    There the terms of a formula cancel, and a type with 11 bits more does not stand far enough behind. Series and
    zero are mpmath's, at 50 digits.
    """

    @cache
    def series() -> tuple[mp.mpf, list[mp.mpf]]:
        with mp.workdps(50):
            at = mp.findroot(lambda x: mp.taylor(f, x, order)[order], mp.mpf(zero))
            terms = list(enumerate(mp.taylor(f, at, order + 22)))[order + 1 :]
            return at, [c * mp.factorial(n) / mp.factorial(n - order) for n, c in terms]

    def wide(x: Array) -> Array:
        at, coefficients = series()
        high = _constant(x, at)
        with mp.workdps(50):
            low = _constant(x, at - mp.mpf(float(high)) - mp.mpf(float(high - float(high))))
        d = (x - high) - low
        near = np.abs(d) < 0.08
        beside = np.polyval([_constant(x, c) for c in reversed(coefficients)], np.where(near, d, 0)) * d
        return np.where(near, beside, elsewhere(x))

    return wide


def _even(f: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda x: f(np.abs(x))


def _tail(x: Array) -> Array:
    return np.exp(-np.abs(x))


def _logistic(x: Array) -> Array:
    return np.where(x < 0, _tail(x), 1) / (1 + _tail(x))


def _held(x: Array, limit: float = 20000.0) -> Array:
    """Arguments within the reach of an exponential of the widest type, so that 0 times infinity does not occur."""
    return np.clip(x, -limit, limit)


# ---- Softplus -----------------------------------------------------------------------------------------------------


def _sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


def _wide_softplus_inverse(y: Array) -> Array:
    ln2 = mp.log(2)
    high = _constant(y, ln2)
    low = _constant(y, ln2 - mp.mpf(str(high)))
    d = (y - high) - low
    near = np.abs(d) < 0.1
    return np.where(near, np.log1p(2 * np.expm1(np.where(near, d, 0))), y + np.log(-np.expm1(-y)))


_SOFTPLUS = Truth(
    exact={
        "": lambda x: x.exp().log1p(),
        "derivative": _sigmoid,
        "second_derivative": lambda x: _sigmoid(x) * _sigmoid(-x),
        "inverse": lambda y: y.expm1().log(),
    },
    wide={
        "": lambda x: np.maximum(x, 0) + np.log1p(_tail(x)),
        "derivative": _logistic,
        "second_derivative": lambda x: _tail(x) / (1 + _tail(x)) ** 2,
        "inverse": _wide_softplus_inverse,
    },
    scales=SCALES,
    edges=EXP_EDGES,
    range=(0.0, np.inf),
    centre=LN2,
    inverse_edges=(LN2, LN2 - 0.34, LN2 + 0.34, 50.0, 2.0**-900, 36.7, 16.6),
)

# ---- Straight pieces ----------------------------------------------------------------------------------------------


def _constantly(value: float) -> Ball:
    return lambda _: arb(value)


def _wide_constantly(value: float) -> Callable[[Array], Array]:
    return lambda x: np.where(np.isnan(x), x, value)


_RELU = Truth(
    exact={
        "": _pieces(0, _constantly(0), lambda x: x),
        "derivative": _pieces(0, _constantly(0), _constantly(1)),
        "second_derivative": _constantly(0),
    },
    wide={
        "": lambda x: np.maximum(x, 0),
        "derivative": lambda x: np.where(np.isnan(x), x, x > 0),
        "second_derivative": _wide_constantly(0),
    },
    scales=SCALES,
    edges=(1.0,),
)

_LEAKY_RELU = Truth(
    exact={
        "": _pieces(0, lambda x: x / 100, lambda x: x),
        "derivative": _pieces(0, lambda _: arb(1) / 100, _constantly(1)),
        "second_derivative": _constantly(0),
        "inverse": _pieces(0, lambda y: 100 * y, lambda y: y),
    },
    wide={
        "": lambda x: np.where(x > 0, x, x / 100),
        "derivative": lambda x: np.where(np.isnan(x), x, np.where(x > 0, 1, x.dtype.type(1) / 100)),
        "second_derivative": _wide_constantly(0),
        "inverse": lambda y: np.where(y > 0, y, 100 * y),
    },
    scales=SCALES,
    edges=(1.0,),
    range=(-1000.0, 1000.0),
    centre=0.0,
)

_HARD_TANH = Truth(
    exact={
        "": lambda x: arb(-1) if x < -1 else arb(1) if x > 1 else x,
        "derivative": lambda x: arb(1) if -1 < x < 1 else arb(0),
        "second_derivative": _constantly(0),
        "inverse": lambda y: y,
    },
    wide={
        "": lambda x: np.clip(x, -1, 1),
        "derivative": lambda x: np.where(np.isnan(x), x, np.abs(x) < 1),
        "second_derivative": _wide_constantly(0),
        "inverse": lambda y: np.where(np.abs(y) <= 1, y, np.nan),
    },
    scales=SCALES,
    edges=(1.0,),
    range=(-1.0, 1.0),
    centre=0.0,
)

_HARD_SWISH = Truth(
    exact={
        "": lambda x: arb(0) if x <= -3 else x if x >= 3 else x * (x + 3) / 6,
        "derivative": lambda x: arb(0) if x <= -3 else arb(1) if x >= 3 else (2 * x + 3) / 6,
        "second_derivative": lambda x: arb(1) / 3 if -3 < x < 3 else arb(0),
    },
    wide={
        "": lambda x: np.where(x <= -3, 0, np.where(x >= 3, x, _held(x) * (_held(x) + 3) / 6)),
        "derivative": lambda x: np.where(x <= -3, 0, np.where(x >= 3, 1, (2 * _held(x) + 3) / 6)),
        "second_derivative": lambda x: np.where(np.isnan(x), x, np.where(np.abs(x) < 3, x.dtype.type(1) / 3, 0)),
    },
    scales=SCALES,
    edges=(1.5, 3.0),
)

# ---- Exponential linear units -------------------------------------------------------------------------------------

_ELU = Truth(
    exact={
        "": _pieces(0, lambda x: x.expm1(), lambda x: x),
        "derivative": _pieces(0, lambda x: x.exp(), _constantly(1)),
        "second_derivative": lambda x: x.exp() if x < 0 else arb(0),
        "inverse": _pieces(0, lambda y: y.log1p(), lambda y: y),
    },
    wide={
        "": lambda x: np.where(x > 0, x, np.expm1(x)),
        "derivative": lambda x: np.where(x > 0, 1, np.exp(x)),
        "second_derivative": lambda x: np.where(x >= 0, 0, np.exp(x)),
        "inverse": lambda y: np.where(y > 0, y, np.log1p(y)),
    },
    scales=SCALES,
    edges=EXP_EDGES,
    range=(-1.0, np.inf),
    centre=0.0,
    inverse_edges=(-0.5, -0.25, -(2.0**-54), -0.3, -1 / 3, -0.9),
)

_SCALE = "1.0507009873554804934193349852946"
_LEFT = "1.6732632423543772848170429916717"


def _selu_constants(x: Array) -> tuple[np.floating, np.floating]:
    with mp.workdps(50):
        return _constant(x, mp.mpf(_SCALE)), _constant(x, mp.mpf(_SCALE) * mp.mpf(_LEFT))


def _wide_selu(x: Array) -> Array:
    s, sc = _selu_constants(x)
    return np.where(x > 0, s * x, sc * np.expm1(x))


def _wide_selu_slope(x: Array) -> Array:
    s, sc = _selu_constants(x)
    return np.where(x > 0, s, sc * np.exp(x))


def _wide_selu_inverse(y: Array) -> Array:
    s, sc = _selu_constants(y)
    with mp.workdps(50):
        low = _constant(y, mp.mpf(_SCALE) * mp.mpf(_LEFT) - mp.mpf(str(sc)))
    from_end = ((y + sc) + low) / sc  # 1 + y / sc, where the sum is exact
    return np.where(y > 0, y / s, np.where(y < -1, np.log(from_end), np.log1p(y / sc)))


_SELU = Truth(
    exact={
        "": _pieces(0, lambda x: arb(_SCALE) * arb(_LEFT) * x.expm1(), lambda x: arb(_SCALE) * x),
        "derivative": _pieces(0, lambda x: arb(_SCALE) * arb(_LEFT) * x.exp(), lambda _: arb(_SCALE)),
        "second_derivative": lambda x: arb(_SCALE) * arb(_LEFT) * x.exp() if x < 0 else arb(0),
        "inverse": _pieces(0, lambda y: (y / (arb(_SCALE) * arb(_LEFT))).log1p(), lambda y: y / arb(_SCALE)),
    },
    wide={
        "": _wide_selu,
        "derivative": _wide_selu_slope,
        "second_derivative": lambda x: np.where(x >= 0, 0, _wide_selu_slope(x)),
        "inverse": _wide_selu_inverse,
    },
    scales=SCALES,
    edges=EXP_EDGES,
    range=(-1.7580993408473766, np.inf),
    centre=0.0,
    inverse_edges=(-0.5, -1.0, -(2.0**-54), -1.3, -1.5),
)

# ---- Sigmoid linear unit ------------------------------------------------------------------------------------------

_SILU_ZEROS = (1.2784645427610738, 2.3993572805154677)


def _mp_silu(x: mp.mpf) -> mp.mpf:
    return x / (1 + mp.exp(-x))


def _wide_silu_slope(x: Array) -> Array:
    z = _held(x)
    return _logistic(z) * (1 + z * _logistic(-z))


def _wide_silu_curvature(x: Array) -> Array:
    z = -np.abs(_held(x))
    return _logistic(z) * _logistic(-z) * (2 - z * np.tanh(z / 2))


_SILU = Truth(
    exact={
        "": lambda x: x * _sigmoid(x),
        "derivative": lambda x: _sigmoid(x) * (1 + x * _sigmoid(-x)),
        "second_derivative": lambda x: _sigmoid(x) * _sigmoid(-x) * (2 + x * (_sigmoid(-x) - _sigmoid(x))),
    },
    wide={
        "": lambda x: np.where(x < 0, _held(x), x) * _logistic(_held(x)),
        "derivative": _beside_zero("-1.2785", _mp_silu, 1, _wide_silu_slope),
        "second_derivative": _even(_beside_zero("2.3994", _mp_silu, 2, _wide_silu_curvature)),
    },
    scales=SCALES,
    edges=(*EXP_EDGES, *_SILU_ZEROS, *(zero + side / 8 for zero in _SILU_ZEROS for side in (-1, 1))),
)

# ---- Mish ---------------------------------------------------------------------------------------------------------

_MISH_ZEROS = (1.1924312145154953, 2.2563763963607931, 1.4905711794854285)


def _mp_mish(x: mp.mpf) -> mp.mpf:
    return x * mp.tanh(mp.log1p(mp.exp(x)))


def _mish_tanh(x: arb) -> arb:
    n = x.exp() * (x.exp() + 2)
    return n / (n + 2)


def _mish_tanh_slope(x: arb) -> arb:
    w = x.exp()
    return 4 * w * (w + 1) / (w * w + 2 * w + 2) ** 2


def _mish_curvature(x: arb) -> arb:
    w = x.exp()
    bottom = w * w + 2 * w + 2
    tanh_curvature = 4 * w * (2 + 2 * w - 3 * w**2 - 2 * w**3) / bottom**3
    return 2 * _mish_tanh_slope(x) + x * tanh_curvature


def _wide_mish_parts(x: Array) -> tuple[Array, Array]:
    """The hyperbolic tangent and its slope, in e^-|x| on both sides."""
    t, left = _tail(x), x < 0
    top = np.where(left, t * (t + 2), 1 + 2 * t)
    bottom = top + np.where(left, 2, 2 * t * t)
    return top / bottom, np.where(left, 4 * t * (1 + t), 4 * t * t * (1 + t)) / bottom**2


def _wide_mish_slope(x: Array) -> Array:
    tanh, slope = _wide_mish_parts(_held(x))
    return tanh + _held(x) * slope


def _wide_mish_curvature(x: Array) -> Array:
    z = _held(x)
    t, left = _tail(z), z < 0
    w = t
    on_left = 4 * w * (4 + 8 * w + 6 * w**2 + 2 * w**3 + z * (2 + 2 * w - 3 * w**2 - 2 * w**3))
    on_right = 4 * t**2 * (2 + 6 * t + 8 * t**2 + 4 * t**3 - z * (2 + 3 * t - 2 * t**2 - 2 * t**3))
    bottom = np.where(left, t * t + 2 * t + 2, 1 + 2 * t + 2 * t * t)
    return np.where(left, on_left, on_right) / bottom**3


_MISH = Truth(
    exact={
        "": lambda x: x * _mish_tanh(x),
        "derivative": lambda x: _mish_tanh(x) + x * _mish_tanh_slope(x),
        "second_derivative": _mish_curvature,
    },
    wide={
        "": lambda x: np.where(x < 0, _held(x), x) * _wide_mish_parts(_held(x))[0],
        "derivative": _beside_zero("-1.1924", _mp_mish, 1, _wide_mish_slope),
        "second_derivative": _beside_zero(
            "-2.2564", _mp_mish, 2, _beside_zero("1.4906", _mp_mish, 2, _wide_mish_curvature)
        ),
    },
    scales=SCALES,
    edges=(*EXP_EDGES, *_MISH_ZEROS, 371.0, *(zero + side / 8 for zero in _MISH_ZEROS for side in (-1, 1))),
)

# ---- Gaussian error linear unit -----------------------------------------------------------------------------------


def _mp_gelu(x: mp.mpf) -> mp.mpf:
    return x * mp.erfc(-x / mp.sqrt(2)) / 2


def _density(x: arb) -> arb:
    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


def _normal(x: arb) -> arb:
    return (-x / arb(2).sqrt()).erfc() / 2


def _wide_density(x: Array) -> Array:
    return np.exp(-x * x / 2) / np.sqrt(2 * _constant(x, mp.pi))


def _wide_normal(x: Array) -> Array:
    return S_CURVES["normal"].wide[""](x)


_GELU = Truth(
    exact={
        "": lambda x: x * _normal(x),
        "derivative": lambda x: _normal(x) + x * _density(x),
        "second_derivative": lambda x: (2 - x * x) * _density(x),
    },
    wide={
        "": lambda x: np.where(x < 0, _held(x, 200.0), x) * _wide_normal(x),
        "derivative": _beside_zero(
            "-0.7518", _mp_gelu, 1, lambda x: _wide_normal(x) + _held(x, 200.0) * _wide_density(_held(x, 200.0))
        ),
        "second_derivative": lambda x: (2 - _held(x, 200.0) ** 2) * _wide_density(_held(x, 200.0)),
    },
    scales=(0.01, 0.5, 2.0, 8.0, 16.0, 40.0),
    edges=(0.7517915246935645, 1.0, 2**0.5, 0.5017915, 1.0017915, 12.0, 13.0, 14.0, 35.0, 37.5, 38.4, 38.5, 40.0),
)

# ---- Gaussian error linear unit, by a hyperbolic tangent ----------------------------------------------------------

_GELU_TANH_ZEROS = (0.7524614220710163, 1.4185040087908284)


def _mp_gelu_tanh(x: mp.mpf) -> mp.mpf:
    return x * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3))) / 2


def _bend(x: arb) -> tuple[arb, arb, arb]:
    """v = 2 sqrt(2/pi) (x + 0.044715 x^3) with its first two derivatives."""
    c, k = 2 * (2 / arb.pi()).sqrt(), arb(44715) / 1000000
    return c * (x + k * x**3), c * (1 + 3 * k * x**2), 6 * c * k * x


def _gelu_tanh_curvature(x: arb) -> arb:
    v, slope, curvature = _bend(x)
    a, b = _sigmoid(v), _sigmoid(-v)
    return a * b * (2 * slope + x * curvature + x * slope**2 * (b - a))


def _wide_bend(x: Array) -> tuple[Array, Array, Array]:
    with mp.workdps(50):
        c = _constant(x, 2 * mp.sqrt(2 / mp.pi))
        k = _constant(x, mp.mpf("0.044715"))
    return c * (x + k * x**3), c * (1 + 3 * k * x**2), 6 * c * k * x


def _wide_gelu_tanh(x: Array) -> Array:
    z = _held(x, 60.0)
    return np.where(x < 0, z, x) * _logistic(_wide_bend(z)[0])


def _wide_gelu_tanh_slope(x: Array) -> Array:
    z = _held(x, 60.0)
    v, slope, _ = _wide_bend(z)
    return _logistic(v) * (1 + z * slope * _logistic(-v))


def _wide_gelu_tanh_curvature(x: Array) -> Array:
    z = np.abs(_held(x, 60.0))
    v, slope, curvature = _wide_bend(z)
    a, b = _logistic(v), _logistic(-v)
    return a * b * (2 * slope + z * curvature - z * slope**2 * np.tanh(v / 2))


_GELU_TANH = Truth(
    exact={
        "": lambda x: x * _sigmoid(_bend(x)[0]),
        "derivative": lambda x: _sigmoid(_bend(x)[0]) * (1 + x * _bend(x)[1] * _sigmoid(-_bend(x)[0])),
        "second_derivative": _gelu_tanh_curvature,
    },
    wide={
        "": _wide_gelu_tanh,
        "derivative": _beside_zero("-0.7525", _mp_gelu_tanh, 1, _wide_gelu_tanh_slope),
        "second_derivative": _even(_beside_zero("1.4185", _mp_gelu_tanh, 2, _wide_gelu_tanh_curvature)),
    },
    scales=(0.01, 0.5, 2.0, 8.0, 12.0, 24.0),
    edges=(*EXP_EDGES, *_GELU_TANH_ZEROS, 12.0, 20.0, 21.0, 21.5, 22.0, 10.0, 10.5),
)

# ---- All of them --------------------------------------------------------------------------------------------------

ACTIVATIONS = {
    "softplus": _SOFTPLUS,
    "relu": _RELU,
    "leaky_relu": _LEAKY_RELU,
    "elu": _ELU,
    "selu": _SELU,
    "silu": _SILU,
    "gelu": _GELU,
    "gelu_tanh": _GELU_TANH,
    "mish": _MISH,
    "hard_swish": _HARD_SWISH,
    "hard_tanh": _HARD_TANH,
}
