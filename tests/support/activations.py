"""The truth about the activations: in ball arithmetic, and in plain NumPy for the next wider type."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import mpmath as mp
import numpy as np
from flint import arb
from support.s_curves import S_CURVES
from support.truth import (
    EXP_EDGES,
    LN2,
    Array,
    Ball,
    Truth,
    either,
    log1p_tail,
    logistic,
    logistic_slope,
    remembered,
    tail,
)

SCALES = (0.01, 0.5, 2.0, 8.0, 40.0, 120.0, 800.0)

# ---- Tools --------------------------------------------------------------------------------------------------------


def _pieces(kink: float, left: Ball, right: Ball) -> Ball:
    """One function up to and at a kink, another beyond it."""
    return lambda x: right(x) if x > kink else left(x)


def _constant(dtype: np.dtype, value: mp.mpf) -> np.floating:
    return dtype.type(mp.nstr(value, 40))


Parts = tuple[Array, Array]


def _in_parts(dtype: np.dtype, value: mp.mpf) -> Parts:
    """A constant as high + low, each in the wide type, whose own value mpmath learns in two float64."""
    high = _constant(dtype, value)
    return high, _constant(dtype, value - mp.mpf(float(high)) - mp.mpf(float(high - float(high))))


def _beside_zero(
    zero: str, f: Callable[[mp.mpf], mp.mpf], order: int, elsewhere: Callable[[Array], Array]
) -> Callable[[Array], Array]:
    """A formula for arrays, but next to a zero of the order-th derivative of f that derivative's Taylor series.

    There the terms of a formula cancel, and a type with 11 bits more does not stand far enough behind. Series and
    zero are mpmath's, at 50 digits.
    """

    @cache
    def series(dtype: np.dtype) -> tuple[np.floating, np.floating, list[np.floating]]:
        with mp.workdps(50):
            at = mp.findroot(lambda x: mp.taylor(f, x, order)[order], mp.mpf(zero))
            terms = list(enumerate(mp.taylor(f, at, order + 22)))[order + 1 :]
            coefficients = [_constant(dtype, c * mp.factorial(n) / mp.factorial(n - order)) for n, c in terms]
            return *_in_parts(dtype, at), coefficients[::-1]

    def wide(x: Array) -> Array:
        high, low, polynomial = series(x.dtype)
        d = (x - high) - low
        near = np.abs(d) < 0.08
        return either(near, lambda: np.polyval(polynomial, np.where(near, d, 0)) * d, lambda: elsewhere(x))

    return wide


def _even(f: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda x: f(np.abs(x))


def _holding(limit: float) -> Callable[[Array], Array]:
    """Hold arguments within the reach of an exponential of any type, so that 0 times infinity does not occur."""
    return remembered(lambda x: np.clip(x, -limit, limit))


_held = _holding(20000)


# ---- Softplus -----------------------------------------------------------------------------------------------------


def _sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


@cache
def _ln2(dtype: np.dtype) -> Parts:
    with mp.workdps(50):
        return _in_parts(dtype, mp.log(2))


def _wide_softplus_inverse(y: Array) -> Array:
    high, low = _ln2(y.dtype)
    d = (y - high) - low
    near = np.abs(d) < 0.1
    return either(near, lambda: np.log1p(2 * np.expm1(np.where(near, d, 0))), lambda: y + np.log(-np.expm1(-y)))


_SOFTPLUS = Truth(
    exact={
        "": lambda x: x.exp().log1p(),
        "derivative": _sigmoid,
        "second_derivative": lambda x: _sigmoid(x) * _sigmoid(-x),
        "inverse": lambda y: y.expm1().log(),
    },
    wide={
        "": lambda x: np.maximum(x, 0) + log1p_tail(x),
        "derivative": logistic,
        "second_derivative": logistic_slope,
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
        "": lambda x: either(x > 0, lambda: x, lambda: np.expm1(x)),
        "derivative": lambda x: either(x > 0, lambda: np.ones_like(x), lambda: np.exp(x)),
        "second_derivative": lambda x: either(x >= 0, lambda: np.zeros_like(x), lambda: np.exp(x)),
        "inverse": lambda y: either(y > 0, lambda: y, lambda: np.log1p(y)),
    },
    scales=SCALES,
    edges=EXP_EDGES,
    range=(-1.0, np.inf),
    centre=0.0,
    inverse_edges=(-0.5, -0.25, -(2.0**-54), -0.3, -1 / 3, -0.9),
)

_SCALE = "1.0507009873554804934193349852946"
_LEFT = "1.6732632423543772848170429916717"


@cache
def _selu_constants(dtype: np.dtype) -> tuple[np.floating, np.floating, np.floating]:
    """The scale, and its product with what stands on the left, with what that has rounded away."""
    with mp.workdps(50):
        return _constant(dtype, mp.mpf(_SCALE)), *_in_parts(dtype, mp.mpf(_SCALE) * mp.mpf(_LEFT))


def _wide_selu(x: Array) -> Array:
    s, sc, _ = _selu_constants(x.dtype)
    return either(x > 0, lambda: s * x, lambda: sc * np.expm1(x))


def _wide_selu_slope(x: Array) -> Array:
    s, sc, _ = _selu_constants(x.dtype)
    return either(x > 0, lambda: np.full_like(x, s), lambda: sc * np.exp(x))


def _wide_selu_inverse(y: Array) -> Array:
    s, sc, low = _selu_constants(y.dtype)
    from_end = ((y + sc) + low) / sc  # 1 + y / sc, where the sum is exact
    left = lambda: either(y < -1, lambda: np.log(from_end), lambda: np.log1p(y / sc))  # noqa: E731
    return either(y > 0, lambda: y / s, left)


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
        "second_derivative": lambda x: either(x >= 0, lambda: np.zeros_like(x), lambda: _wide_selu_slope(x)),
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
    return logistic(z) * (1 + z * logistic(-z))


def _wide_silu_curvature(x: Array) -> Array:
    z = -np.abs(_held(x))
    return logistic_slope(z) * (2 - z * np.tanh(z / 2))


_SILU = Truth(
    exact={
        "": lambda x: x * _sigmoid(x),
        "derivative": lambda x: _sigmoid(x) * (1 + x * _sigmoid(-x)),
        "second_derivative": lambda x: _sigmoid(x) * _sigmoid(-x) * (2 + x * (_sigmoid(-x) - _sigmoid(x))),
    },
    wide={
        "": lambda x: np.where(x < 0, _held(x), x) * logistic(_held(x)),
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


@remembered
def _wide_mish_parts(x: Array) -> tuple[Array, Array]:
    """The hyperbolic tangent and its slope, in e^-|x| on both sides."""
    t, left = tail(x), x < 0
    top = either(left, lambda: t * (t + 2), lambda: 1 + 2 * t)
    bottom = top + either(left, lambda: np.full_like(t, 2), lambda: 2 * t * t)
    return top / bottom, either(left, lambda: 4 * t * (1 + t), lambda: 4 * t * t * (1 + t)) / bottom**2


def _wide_mish_slope(x: Array) -> Array:
    tanh, slope = _wide_mish_parts(_held(x))
    return tanh + _held(x) * slope


def _wide_mish_curvature(x: Array) -> Array:
    z = _held(x)
    t = tail(z)
    square, cube = t**2, t**2 * t

    def on_left() -> Array:
        top = 4 * t * (4 + 8 * t + 6 * square + 2 * cube + z * (2 + 2 * t - 3 * square - 2 * cube))
        return top / (square + 2 * t + 2) ** 2 / (square + 2 * t + 2)

    def on_right() -> Array:
        top = 4 * square * (2 + 6 * t + 8 * square + 4 * cube - z * (2 + 3 * t - 2 * square - 2 * cube))
        return top / (1 + 2 * t + 2 * square) ** 2 / (1 + 2 * t + 2 * square)

    return either(z < 0, on_left, on_right)


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


_near_held = _holding(200)


@remembered
def _wide_density(x: Array) -> Array:
    return np.exp(-x * x / 2) / np.sqrt(2 * _constant(x.dtype, mp.pi))


@remembered
def _wide_normal(x: Array) -> Array:
    return S_CURVES["normal"].wide[""](x)


@cache
def _root_2(dtype: np.dtype) -> Parts:
    with mp.workdps(50):
        return _in_parts(dtype, mp.sqrt(2))


def _wide_gelu_curvature(x: Array) -> Array:
    """(2 - x^2) times the density, with the first as a product that is exact next to its zeros."""
    size = np.abs(_near_held(x))
    high, low = _root_2(x.dtype)
    return ((high - size) + low) * (high + size) * _wide_density(_near_held(x))


_GELU = Truth(
    exact={
        "": lambda x: x * _normal(x),
        "derivative": lambda x: _normal(x) + x * _density(x),
        "second_derivative": lambda x: (2 - x * x) * _density(x),
    },
    wide={
        "": lambda x: np.where(x < 0, _near_held(x), x) * _wide_normal(x),
        "derivative": _beside_zero(
            "-0.7518", _mp_gelu, 1, lambda x: _wide_normal(x) + _near_held(x) * _wide_density(_near_held(x))
        ),
        "second_derivative": _wide_gelu_curvature,
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


_held_by_bend = _holding(60)


@cache
def _bend_constants(dtype: np.dtype) -> tuple[Parts, Parts]:
    with mp.workdps(50):
        c = 2 * mp.sqrt(2 / mp.pi)
        return _in_parts(dtype, c), _in_parts(dtype, c * mp.mpf("0.044715"))


def _halves(a: Array) -> Parts:
    """Half the digits of a number each (Veltkamp 1968)."""
    shifted = a * (2 ** ((np.finfo(a.dtype).nmant + 2) // 2) + 1)
    high = shifted - (shifted - a)
    return high, a - high


def _product(a: Array, b: Array) -> Parts:
    """A product, and what it rounds away (Dekker 1971)."""
    (ah, al), (bh, bl), high = _halves(a), _halves(b), a * b
    return high, ((ah * bh - high) + ah * bl + al * bh) + al * bl


@remembered
def _wide_bend(x: Array) -> tuple[Parts, Array, Array]:
    """v in two parts, for what it rounds away counts as often in e^v as v is large; and its two derivatives."""
    (c, c_low), (k, k_low) = _bend_constants(x.dtype)
    square, square_low = _product(x, x)
    bend, bend_low = _product(np.full_like(x, k), square)
    inner = bend + c  # the smaller of the two decides what is lost
    inner_low = np.where(bend > c, c - (inner - bend), bend - (inner - c))
    inner_low += bend_low + k * square_low + k_low * square + c_low
    v, v_low = _product(x, inner)
    return (v, v_low + x * inner_low), c + 3 * bend, 6 * k * x


def _wide_bend_logistic(v: Parts) -> tuple[Array, Array]:
    """The logistic of v and its complement."""
    high, low = v
    a, b = logistic(high), logistic(-high)
    return a * (1 + low * b), b * (1 - low * a)


def _wide_gelu_tanh(x: Array) -> Array:
    z = _held_by_bend(x)
    return np.where(x < 0, z, x) * _wide_bend_logistic(_wide_bend(z)[0])[0]


def _wide_gelu_tanh_slope(x: Array) -> Array:
    z = _held_by_bend(x)
    v, slope, _ = _wide_bend(z)
    a, b = _wide_bend_logistic(v)
    return a * (1 + z * slope * b)


def _wide_gelu_tanh_curvature(x: Array) -> Array:
    z = np.abs(_held_by_bend(x))
    v, slope, curvature = _wide_bend(z)
    a, b = _wide_bend_logistic(v)
    return a * b * (2 * slope + z * curvature - z * slope**2 * np.tanh(v[0] / 2))


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
