"""The truth about the S-curves: in ball arithmetic, and in plain NumPy for the next wider type."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flint import arb
from scipy import special
from support.truth import (
    EXP_EDGES,
    LN2,
    Array,
    Truth,
    either,
    log1p_tail,
    logistic,
    logistic_slope,
    remembered,
    tail,
)

from ogive.shapes import shapes

# ---- Logistic -----------------------------------------------------------------------------------------------------


def _sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


def _sigmoid_slope(x: arb) -> arb:
    return _sigmoid(x) * _sigmoid(-x)


def _sigmoid_log(x: arb) -> arb:
    # log1p, for log(1 + e^-x) loses e^-x in the 1 at any fixed precision
    return -((-x).exp().log1p())


def _wide_logit(p: Array) -> Array:
    beside = np.abs(p - 0.5) < 0.25
    return either(beside, lambda: 2 * np.arctanh(2 * p - 1), lambda: np.log(p) - np.log1p(-p))


def _wide_log_sigmoid(x: Array) -> Array:
    return np.minimum(x, 0) - log1p_tail(x)


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
        "": logistic,
        "derivative": logistic_slope,
        "second_derivative": lambda x: np.sign(x) * np.expm1(-np.abs(x)) * logistic_slope(x) / (1 + tail(x)),
        "inverse": _wide_logit,
        "log": _wide_log_sigmoid,
        "log_complement": lambda x: np.minimum(-x, 0) - log1p_tail(x),
    },
    scales=(0.01, 0.5, 2.0, 8.0, 40.0, 120.0, 800.0),
    edges=EXP_EDGES,
    inverse_edges=(0.5, 0.25, 0.4, 0.6, 2 / 3, 1 / 3, 0.75, 2.0**-24, 2.0**-53),
)

# ---- Hyperbolic tangent -------------------------------------------------------------------------------------------


def _tanh_slope(x: arb) -> arb:
    return 4 / ((-x).exp() + x.exp()) ** 2


@remembered
def _wide_tanh(x: Array) -> Array:
    return np.tanh(x)


@remembered
def _wide_tanh_slope(x: Array) -> Array:
    return 4 * logistic_slope(2 * x)


_TANH = Truth(
    exact={
        "": lambda x: x.tanh(),
        "derivative": _tanh_slope,
        "second_derivative": lambda x: -2 * x.tanh() * _tanh_slope(x),
        "inverse": lambda p: ((1 + p) / (1 - p)).log() / 2,
    },
    wide={
        "": _wide_tanh,
        "derivative": _wide_tanh_slope,
        "second_derivative": lambda x: -2 * _wide_tanh(x) * _wide_tanh_slope(x),
        "inverse": np.arctanh,
    },
    scales=(0.01, 0.5, 2.0, 8.0, 20.0, 60.0, 400.0),
    edges=(*(edge / 2 for edge in EXP_EDGES), 20.0),
    range=(-1.0, 1.0),
    centre=0.0,
    inverse_edges=(0.2, -0.2, 0.5, 2.0**-27, 2.0**-53),
)

# ---- Softsign -----------------------------------------------------------------------------------------------------

_SOFTSIGN = Truth(
    exact={
        "": lambda x: x / (1 + abs(x)),
        "derivative": lambda x: 1 / (1 + abs(x)) ** 2,
        "second_derivative": lambda x: -2 * x.sgn() / (1 + abs(x)) ** 3,
        "inverse": lambda p: p / (1 - abs(p)),
    },
    wide={
        "": lambda x: np.sign(x) / (1 + 1 / np.abs(x)),
        "derivative": lambda x: 1 / (1 + np.abs(x)) ** 2,
        "second_derivative": lambda x: -2 * np.sign(x) / (1 + np.abs(x)) ** 2 / (1 + np.abs(x)),
        "inverse": lambda p: p / np.where(np.abs(p) > 1, np.nan, 1 - np.abs(p)),
    },
    scales=(0.01, 1.0, 8.0, 1e3, 1e9, 1e15, 1e22, 1e30),
    edges=(1.0, 2.0**12, 2.0**24, 2.0**53, 2.0**54, 1e17, 1e19, 2.0**120),
    range=(-1.0, 1.0),
    centre=0.0,
    inverse_edges=(0.5, -0.5, 2.0**-24, 2.0**-53),
)

# ---- Algebraic ----------------------------------------------------------------------------------------------------

_ALGEBRAIC = Truth(
    exact={
        "": lambda x: x / (1 + x * x).sqrt(),
        "derivative": lambda x: 1 / (1 + x * x).sqrt() ** 3,
        "second_derivative": lambda x: -3 * x / (1 + x * x).sqrt() ** 5,
        "inverse": lambda p: p / (1 - p * p).sqrt(),
    },
    wide={
        "": lambda x: np.sign(x) / np.sqrt(1 + 1 / x**2),
        "derivative": lambda x: 1 / np.sqrt(1 + x**2) / (1 + x**2),
        "second_derivative": lambda x: -3 * np.sign(x) / np.sqrt(1 + 1 / x**2) / (1 + x**2) / (1 + x**2),
        "inverse": lambda p: p / np.sqrt((1 - p) * (1 + p)),
    },
    scales=(0.01, 1.0, 8.0, 1e3, 1e6, 1e9, 1e12, 1e15),
    edges=(1.0, 2.0**12, 2.0**24, 2.0**27, 2.0**37, 2.0**42, 2.0**50, 2.0**60),
    range=(-1.0, 1.0),
    centre=0.0,
    inverse_edges=(0.5, -0.5, 2.0**-24, 2.0**-53, 0.70710678118654752),
)

# ---- Hard sigmoid -------------------------------------------------------------------------------------------------


def _hard_sigmoid(x: arb) -> arb:
    return arb(0) if x <= -3 else arb(1) if x >= 3 else (x + 3) / 6


_HARD_SIGMOID = Truth(
    exact={
        "": _hard_sigmoid,
        "derivative": lambda x: arb(1) / 6 if abs(x) < 3 else arb(0),
        "second_derivative": lambda x: 0 * x,
        "inverse": lambda p: 6 * p - 3,
    },
    wide={
        "": lambda x: np.where(x >= 3, 1, np.where(x <= -3, 0, (x + 3) / 6)),
        "derivative": lambda x: np.where(np.abs(x) < 3, x.dtype.type(1) / 6, np.where(np.isnan(x), x, 0)),
        "second_derivative": lambda x: np.where(np.isnan(x), x, 0),
        "inverse": lambda p: np.where((p >= 0) & (p <= 1), 6 * p - 3, np.nan),
    },
    scales=(0.01, 1.0, 3.5, 100.0),
    edges=(1.0, 2.5, 3.0, 4.0),
    inverse_edges=(0.5, 0.25),
)

# ---- Arc tangent --------------------------------------------------------------------------------------------------

HALF_PI = float(np.pi / 2)


def _outside_half_pi(p: Array, inside: Callable[[Array], Array]) -> Array:
    """nan outside the range; what infinity rounds to in float32 goes back to infinity."""
    beyond = np.where(np.abs(p) == float(np.float32(HALF_PI)), np.copysign(np.inf, p), np.nan)
    return either(np.abs(p) > HALF_PI, lambda: beyond, lambda: inside(p))


_ARCTAN = Truth(
    exact={
        "": lambda x: x.atan(),
        "derivative": lambda x: 1 / (1 + x * x),
        "second_derivative": lambda x: -2 * x / (1 + x * x) ** 2,
        "inverse": lambda p: p.tan(),
    },
    wide={
        "": np.arctan,
        "derivative": lambda x: 1 / (1 + x**2),
        "second_derivative": lambda x: -2 * np.where(np.isinf(x), 0, x / (1 + x**2)) / (1 + x**2),
        "inverse": lambda p: _outside_half_pi(p, np.tan),
    },
    scales=(0.01, 0.4, 1.0, 3.0, 20.0, 1e4, 1e9, 1e15, 1e22),
    edges=(np.tan(np.pi / 8), 1.0, 1 / np.tan(np.pi / 8), 2.0**24, 2.0**40, 2.0**53, 1e13, 1e19, 2.0**120),
    range=(-HALF_PI, HALF_PI),
    centre=0.0,
    inverse_edges=(HALF_PI / 4, HALF_PI / 2, 3 * HALF_PI / 4, 1.5707963),
)

# ---- Gudermannian -------------------------------------------------------------------------------------------------


def _sech(x: arb) -> arb:
    return 2 / (x.exp() + (-x).exp())


def _gudermannian(x: arb) -> arb:
    return 2 * (x / 2).tanh().atan()


def _wide_sech(x: Array) -> Array:
    return 2 * tail(x) / (1 + tail(x) ** 2)


def _wide_inverse_gudermannian(p: Array) -> Array:
    # np.pi in the wider type: the digits that are missing are those that count next to pi/2
    rest = (p.dtype.type(HALF_PI) - np.abs(p)) + p.dtype.type(6.123233995736766e-17)
    return either(
        np.abs(p) < 1, lambda: 2 * np.arctanh(np.tan(p / 2)), lambda: np.copysign(np.log(np.tan(rest / 2)), p)
    )


_GUDERMANNIAN = Truth(
    exact={
        "": _gudermannian,
        "derivative": _sech,
        "second_derivative": lambda x: -_sech(x) * x.tanh(),
        "inverse": lambda p: ((1 + (p / 2).tan()) / (1 - (p / 2).tan())).log(),
    },
    wide={
        "": lambda x: 2 * np.arctan(np.tanh(x / 2)),
        "derivative": _wide_sech,
        "second_derivative": lambda x: -_wide_sech(x) * np.tanh(x),
        "inverse": lambda p: _outside_half_pi(p, _wide_inverse_gudermannian),
    },
    scales=(0.01, 0.8, 2.0, 8.0, 40.0, 120.0, 800.0),
    edges=(*EXP_EDGES, 0.881373587019543, 60.0),  # ... where e**-x is tan(pi/8)
    range=(-HALF_PI, HALF_PI),
    centre=0.0,
    inverse_edges=(HALF_PI / 2, 1.0, 1.5707963),
)

# ---- Smoothstep ---------------------------------------------------------------------------------------------------


def _smoothstep(x: arb) -> arb:
    return arb(0) if x <= 0 else arb(1) if x >= 1 else x * x * (3 - 2 * x)


def _inverse_smoothstep(p: arb) -> arb:
    """With p = sin^2(3 u), the cosine of a third of an angle gives sin(u) (sin(u) + sqrt(3) cos(u))."""
    third = p.sqrt().asin() / 3
    return third.sin() * (third.sin() + arb(3).sqrt() * third.cos())


def _inside(x: Array, inside: Array) -> Array:
    return np.where((x > 0) & (x < 1), inside, np.where(np.isnan(x), x, 0))


def _wide_inverse_smoothstep(p: Array) -> Array:
    third = np.arcsin(np.sqrt(np.minimum(p, 1 - p))) / 3
    lower = np.sin(third) * (np.sin(third) + np.sqrt(p.dtype.type(3)) * np.cos(third))
    return np.where(p > 0.5, 1 - lower, lower)


_SMOOTHSTEP = Truth(
    exact={
        "": _smoothstep,
        "derivative": lambda x: 6 * x * (1 - x) if 0 < x < 1 else arb(0),
        "second_derivative": lambda x: 6 - 12 * x if 0 < x < 1 else arb(0),
        "inverse": _inverse_smoothstep,
    },
    wide={
        "": lambda x: np.where(x >= 1, 1, _inside(x, x * (3 - 2 * x) * x)),
        "derivative": lambda x: _inside(x, 6 * x * (1 - x)),
        "second_derivative": lambda x: _inside(x, 6 - 12 * x),
        "inverse": lambda p: either(
            (p >= 0) & (p <= 1), lambda: _wide_inverse_smoothstep(p), lambda: np.full_like(p, np.nan)
        ),
    },
    scales=(1e-15, 0.001, 0.1, 1.0, 1.1, 100.0),
    edges=(0.25, 0.5, 1.0),
    inverse_edges=(0.5, 0.25, 1e-30),
)

# ---- Normal -------------------------------------------------------------------------------------------------------


def _normal(x: arb) -> arb:
    return (-x / arb(2).sqrt()).erfc() / 2


def _normal_log(x: arb) -> arb:
    return (-_normal(-x)).log1p() if x > 0 else _normal(x).log()


def _density(x: arb) -> arb:
    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


def _probit(p: arb) -> arb:
    return -arb(2).sqrt() * (2 * p).erfcinv()


def _wide_normal(role: str, double: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """SciPy in float64; in long double, which SciPy has not, the kernel that calls the C library's erfc."""
    return lambda x: double(x) if x.dtype == np.float64 else shapes["normal"].ufunc_of(role)(x)


@remembered
def _wide_density(x: Array) -> Array:
    return np.exp(-x * x / 2) / np.sqrt(2 * np.pi)


_NORMAL = Truth(
    exact={
        "": _normal,
        "derivative": _density,
        "second_derivative": lambda x: -x * _density(x),
        "inverse": _probit,
        "log": _normal_log,
        "log_complement": lambda x: _normal_log(-x),
    },
    wide={
        "": _wide_normal("", special.ndtr),
        "derivative": _wide_normal("derivative", _wide_density),
        "second_derivative": _wide_normal(
            "second_derivative", lambda x: -np.where(np.isinf(x), 0, x) * _wide_density(x)
        ),
        "inverse": _wide_normal("inverse", special.ndtri),
        "log": _wide_normal("log", special.log_ndtr),
        "log_complement": _wide_normal("log_complement", lambda x: special.log_ndtr(-x)),
    },
    scales=(0.01, 0.7, 2.0, 6.0, 14.0, 40.0, 1e6),
    edges=(1.0, 13.0, 14.2, 15.0, 35.0, 37.5, 38.5, 40.0, *(np.sqrt((2 * n + 1) * LN2) for n in (0, 1, 2, 20, 400))),
    inverse_edges=(0.5, 0.25, 0.75, 1e-5, 0.99999, 2.0**-900, 1e-300, 1e-38),
)

# ---- Gompertz and complementary log-log ---------------------------------------------------------------------------


def _gumbel_slope(x: arb) -> arb:
    return (x - x.exp()).exp()


def _log_of_one_minus_exp(x: arb) -> arb:
    """log(1 - exp(-e^x))."""
    u = x.exp()
    return (-(-u).exp()).log1p() if u > 1 else (-(-u).expm1()).log()


_GUMBEL_EDGES = (0.5, 1.0, 5.0, 6.4, 6.6134, 7.0, 110.0, 640.0, 708.4, 710.0, 745.2)


@remembered
def _wide_power(x: Array) -> Array:
    """e^x, up to where nothing is left of e^-e^x."""
    return np.exp(np.minimum(x, 20))


@remembered
def _wide_gumbel_slope(x: Array) -> Array:
    return np.exp(np.minimum(x, 20) - _wide_power(x))


def _wide_gumbel_curvature(x: Array) -> Array:
    return -_wide_gumbel_slope(x) * np.expm1(np.minimum(x, 20))


def _wide_log_of_one_minus_exp(x: Array) -> Array:
    u = _wide_power(x)
    near = lambda: either(u > 1, lambda: np.log1p(-np.exp(-u)), lambda: np.log(-np.expm1(-u)))  # noqa: E731
    return either(x < -70, lambda: x, near)


def _near_its_zero(c: Array, away: Callable[[], Array]) -> Array:
    """log(-log(c)), by log1p of log(c e) next to c = 1/e, of which two float64 parts are taken."""
    distance = (c - 0.36787944117144233) + 1.2428753672788363e-17
    beside = lambda: np.log1p(-np.log1p(distance * np.exp(c.dtype.type(1))))  # noqa: E731
    return either(np.abs(distance) < 0.1, beside, away)


_mirrored = remembered(np.negative)


_CLOGLOG = Truth(
    exact={
        "": lambda x: -(-x.exp()).expm1(),
        "derivative": _gumbel_slope,
        "second_derivative": lambda x: -_gumbel_slope(x) * x.expm1(),
        "inverse": lambda p: (-(-p).log1p()).log(),
        "log": _log_of_one_minus_exp,
        "log_complement": lambda x: -x.exp(),
    },
    wide={
        "": lambda x: -np.expm1(-np.exp(x)),
        "derivative": _wide_gumbel_slope,
        "second_derivative": _wide_gumbel_curvature,
        "inverse": lambda p: _near_its_zero(1 - p, lambda: np.log(-np.log1p(-p))),
        "log": _wide_log_of_one_minus_exp,
        "log_complement": lambda x: -np.exp(x),
    },
    scales=(0.01, 0.5, 2.0, 7.0, 40.0, 120.0, 800.0),
    edges=_GUMBEL_EDGES,
    centre=0.6321205588285577,
    inverse_edges=(0.45, 0.5, 0.6321205588285577, 0.75, 2.0**-900, 1e-38),
)

_GOMPERTZ = Truth(
    exact={
        "": lambda x: (-(-x).exp()).exp(),
        "derivative": lambda x: _gumbel_slope(-x),
        "second_derivative": lambda x: _gumbel_slope(-x) * (-x).expm1(),
        "inverse": lambda p: -(-p.log()).log(),
        "log": lambda x: -(-x).exp(),
        "log_complement": lambda x: _log_of_one_minus_exp(-x),
    },
    wide={
        "": lambda x: np.exp(-np.exp(-x)),
        "derivative": lambda x: _wide_gumbel_slope(_mirrored(x)),
        "second_derivative": lambda x: -_wide_gumbel_curvature(_mirrored(x)),
        "inverse": lambda p: -_near_its_zero(p, lambda: np.log(-np.log(p))),
        "log": lambda x: -np.exp(-x),
        "log_complement": lambda x: _wide_log_of_one_minus_exp(_mirrored(x)),
    },
    scales=(0.01, 0.5, 2.0, 7.0, 40.0, 120.0, 800.0),
    edges=_GUMBEL_EDGES,
    centre=0.36787944117144233,
    inverse_edges=(0.25, 0.55, 0.36787944117144233, 2.0**-1000, 1e-38),
)

# ---- All of them --------------------------------------------------------------------------------------------------

S_CURVES = {
    "sigmoid": _SIGMOID,
    "tanh": _TANH,
    "softsign": _SOFTSIGN,
    "algebraic": _ALGEBRAIC,
    "hard_sigmoid": _HARD_SIGMOID,
    "arctan": _ARCTAN,
    "gudermannian": _GUDERMANNIAN,
    "smoothstep": _SMOOTHSTEP,
    "normal": _NORMAL,
    "gompertz": _GOMPERTZ,
    "cloglog": _CLOGLOG,
}
