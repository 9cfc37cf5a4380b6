"""Derivatives of the third order and beyond, each from the slopes that the kernels keep accurate in both tails.

A function here takes an array and an order of at least 3. Relative accuracy is that of a short polynomial in a
bounded quantity: full in the tails, down to where the slope itself is subnormal, and lost only next to the
derivative's own zeros. The terms of the polynomials grow with the order and cancel: beside the size of the derivative
around it, the largest error of any shape is 2e-12 at order 8, 6e-8 at 12 and 5e-6 at 16, where the orders end.
"""

from __future__ import annotations

from functools import cache, wraps
from itertools import pairwise, zip_longest
from math import factorial, pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.shape import ufunc_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = [
    "HIGHEST", "algebraic", "arctan", "cloglog", "exponential", "gelu", "gelu_tanh", "gompertz", "gudermannian",
    "mish", "normal", "pieces", "sigmoid", "silu", "softplus", "softsign", "tanh",
]  # fmt: skip


HIGHEST = 16
"""The highest order that still has digits in float64, whatever the shape (measured with 120 digits)."""


_NARROW = (np.dtype(np.float16), np.dtype(np.float32))
"""Types whose range the coefficients exceed, or whose digits they would use up."""


def _bounded(function: Callable[[Any, int], Any]) -> Callable[[Any, int], Any]:
    """Refuse orders without digits, work in float64, and keep quiet where a tail underflows to an exact 0."""

    @wraps(function)
    def derivative(x: Any, order: int) -> Any:
        if order > HIGHEST:
            raise ValueError(
                f"derivatives go up to order {HIGHEST}, not {order}: beyond it float64 loses every digit; "
                f"mpmath.diff takes higher orders with as many digits as they need"
            )
        narrow = getattr(x, "dtype", None) in _NARROW
        with np.errstate(all="ignore"):
            return function(x.astype(np.float64), order).astype(x.dtype) if narrow else function(x, order)

    return derivative


def _numbers(x: Any) -> Any:
    """Return numbers of the type that the results have, in a container that keeps its own type under arithmetic.

    From here on there are only ufuncs and operators, so that other packages' arrays go through, lazy ones unread.
    """
    return (x if hasattr(x, "__array_ufunc__") else np.asarray(x)) + 0.0


def _is_complex(x: Any) -> bool:
    return getattr(getattr(x, "dtype", None), "kind", "f") == "c"


def _horner(coefficients: Iterable[float], x: Any, factor: Any = 1.0) -> Any:
    """Evaluate a multiple of a polynomial, coefficients by rising powers; where the factor is 0, so is the result."""
    first, *others = reversed(list(coefficients))
    result = float(first) * factor
    for coefficient in others:
        result = result * x + float(coefficient) * factor
    return result


def _finite(x: Any) -> Any:
    """Bring infinities to where every tail has vanished in every type, for infinity times 0 is no number."""
    return np.minimum(np.maximum(x, -20000.0), 20000.0)


# ---- Polynomials, as their coefficients by rising powers -------------------------------------------------------

Polynomial = tuple[float, ...]


def _total(*polynomials: Iterable[float]) -> Polynomial:
    return tuple(map(sum, zip_longest(*polynomials, fillvalue=0)))


def _product(a: Iterable[float], b: Sequence[float]) -> Polynomial:
    return _total(*([0] * power + [c * d for d in b] for power, c in enumerate(a)))


def _slope(polynomial: Iterable[float]) -> Polynomial:
    return tuple(k * c for k, c in enumerate(polynomial))[1:]


# ---- The logistic and what is made of it -----------------------------------------------------------------------


@cache
def _sigmoid_polynomial(order: int) -> Polynomial:
    """Return what the order-th derivative is of the value a: a' = a - a^2 times the slope of the one before.

    A. A. Minai, R. D. Williams, On the derivatives of the sigmoid, Neural Networks 6 (1993) 845-853, equation 3.
    """
    return _product((0, 1, -1), _slope(_sigmoid_polynomial(order - 1))) if order else (0, 1)


@_bounded
def sigmoid(x: Any, order: int) -> Any:
    """Evaluate the polynomial in the smaller of a and 1 - a, where no tail is lost; parity gives the other side."""
    value = _numbers(x)
    if _is_complex(value):
        side = np.where(value.real > 0, -1, 1)
        return side ** (order + 1) * _horner(_sigmoid_polynomial(order), ufunc_named("sigmoid")(side * value))
    result = _horner(_sigmoid_polynomial(order), ufunc_named("sigmoid")(-abs(value)))
    return result if order % 2 else -np.sign(value) * result


@_bounded
def tanh(x: Any, order: int) -> Any:
    """Stretch the logistic: tanh(x) = 2 a(2x) - 1."""
    return 2.0 ** (order + 1) * sigmoid(2.0 * _numbers(x), order)


@_bounded
def softplus(x: Any, order: int) -> Any:
    """Take the logistic's derivative of one order less, for softplus is its integral."""
    return sigmoid(x, order - 1)


@_bounded
def silu(x: Any, order: int) -> Any:
    """Differentiate the product of x and the logistic."""
    return _times_x(sigmoid, x, order)


def _times_x(function: Callable[[Any, int], Any], x: Any, order: int) -> Any:
    """Return the derivative of x f(x), by Leibniz: x times f's own and the order times the one before."""
    value = _numbers(x)
    value = value if _is_complex(value) else _finite(value)
    return value * function(value, order) + float(order) * function(value, order - 1)


# ---- Mish -------------------------------------------------------------------------------------------------------


_MISH_BOTTOM = (2, 2, 1)


@cache
def _mish_polynomial(order: int) -> Polynomial:
    """Return P in the derivative P(w) / q^(n+1) of tanh(log(1 + w)) = 1 - 2/q, w = e^x, q = 2 + 2w + w^2.

    With ' for the slope in w, the next is w (q P' - (n + 1) q' P).
    """
    if order == 1:
        return (0, 4, 4)
    before = _mish_polynomial(order - 1)
    falling = _product((-order,), _product(_slope(_MISH_BOTTOM), before))
    return (0, *_total(_product(_MISH_BOTTOM, _slope(before)), falling))


def _mish_factor(x: Any, order: int) -> Any:
    """Evaluate the derivative of what Mish multiplies x by, on either side in t = e^-|x|, where no tail is lost.

    For x >= 0 numerator and denominator are divided by w^(2n + 2), which turns the coefficients round.
    """
    value = _numbers(x)
    t = np.exp(-abs(value))
    top = (*_mish_polynomial(order), 0, 0)
    left = _horner(top, t) / _horner(_MISH_BOTTOM, t) ** float(order + 1)
    right = _horner(top[::-1], t) / _horner(_MISH_BOTTOM[::-1], t) ** float(order + 1)
    return (value < 0) * left + (value >= 0) * right


@_bounded
def mish(x: Any, order: int) -> Any:
    """Differentiate the product of x and the hyperbolic tangent of softplus."""
    return _times_x(_mish_factor, x, order)


# ---- The normal distribution -----------------------------------------------------------------------------------


@_bounded
def normal(x: Any, order: int) -> Any:
    """Multiply the density by Hermite's polynomial: (-1)^(n-1) He_(n-1)(x), with He_(k+1) = x He_k - k He_(k-1)."""
    value = _finite(_numbers(x))
    before, product = 0.0, ufunc_named("normal_derivative")(value)
    for k in range(order - 1):
        before, product = product, value * product - float(k) * before
    return (-1.0) ** (order - 1) * product


@_bounded
def gelu(x: Any, order: int) -> Any:
    """Differentiate the product of x and the normal distribution function."""
    return _times_x(normal, x, order)


# ---- The normal distribution, by a hyperbolic tangent -----------------------------------------------------------

_BEND = (0.0, 2 * sqrt(2 / pi), 0.0, 2 * sqrt(2 / pi) * 0.044715)
"""The polynomial v of which the tanh form of GELU takes the logistic."""


@cache
def _chain_polynomials(order: int) -> tuple[Polynomial, ...]:
    """Polynomials B_k in the derivative of a(v(x)), which is the sum of B_k(x) times the k-th derivative of a at v.

    The next B_k is B_k' + v' B_(k-1) (Faà di Bruno's formula, a step at a time). No coefficient is negative.
    """
    if order == 0:
        return ((1.0,),)
    before = [(), *_chain_polynomials(order - 1), ()]
    return tuple(_total(_slope(same), _product(_slope(_BEND), less)) for less, same in pairwise(before))


def _gelu_tanh_factor(x: Any, order: int) -> Any:
    """Evaluate at -|x|, where the logistic is small and no tail is lost; parity gives the other side."""
    value = _numbers(x)
    size = abs(value)
    a = _gelu_tanh_tail(size)
    terms = enumerate(_chain_polynomials(order))
    result = sum(_horner(b, -size, _horner(_sigmoid_polynomial(k), a)) for k, b in terms if any(b))
    return result if order % 2 else -np.sign(value) * result


def _gelu_tanh_tail(size: Any) -> Any:
    """Return the logistic of -v: from 1 on as the kernel finds it, which has v to more digits than its type."""
    near, far = np.minimum(size, 1.0), np.maximum(size, 1.0)
    beside = ufunc_named("sigmoid")(-_horner(_BEND, near))
    return (size < 1) * beside + (size >= 1) * (ufunc_named("gelu_tanh")(-far) / -far)


@_bounded
def gelu_tanh(x: Any, order: int) -> Any:
    """Differentiate the product of x and the logistic of a cubic."""
    return _times_x(_gelu_tanh_factor, x, order)


# ---- Double exponentials ---------------------------------------------------------------------------------------


@cache
def _gompertz_polynomial(order: int) -> Polynomial:
    """Return P, of u = e^-x, in the derivative y P(u) of the value y, whose slope is y u: the next is u (P - P')."""
    if order == 0:
        return (1,)
    before = _gompertz_polynomial(order - 1)
    return _product((0, 1), _total(before, [-c for c in _slope(before)]))


@_bounded
def gompertz(x: Any, order: int) -> Any:
    """Multiply the value by a polynomial in e^-x, of which it leaves nothing from e^10 on."""
    value = np.maximum(_numbers(x), -10.0)
    return _horner(_gompertz_polynomial(order), np.exp(-value), ufunc_named("gompertz")(value))


@_bounded
def cloglog(x: Any, order: int) -> Any:
    """Mirror the Gompertz curve, of which it is the complement."""
    return (-1.0) ** (order + 1) * gompertz(-_numbers(x), order)


# ---- Algebraic curves and angles -------------------------------------------------------------------------------


@_bounded
def softsign(x: Any, order: int) -> Any:
    """Differentiate x / (1 + |x|) on either side; orders that jump at 0 are 0 there, the mean of both sides."""
    value = _numbers(x)
    size = float(factorial(order)) / (1.0 + abs(value)) ** float(order + 1)
    return size if order % 2 else -np.sign(value) * size


@cache
def _algebraic_polynomial(order: int) -> Polynomial:
    """Return Q in f^(n) = Q(x) / (1 + x^2)^(n + 1/2): the next is (1 + x^2) Q' - (2n + 1) x Q."""
    if order == 1:
        return (1,)
    before = _algebraic_polynomial(order - 1)
    return _total(_product((1, 0, 1), _slope(before)), _product((0, 1 - 2 * order), before))


@_bounded
def algebraic(x: Any, order: int) -> Any:
    """Evaluate f^(n) = c^(n+2) times a form in the bounded c = 1 / sqrt(1 + x^2) and s = x c, of degree n - 1."""
    value = _numbers(x)
    c, s = _cosine(value), ufunc_named("algebraic")(value)
    terms = [float(q) * s**k * c ** (order - 1 - k) for k, q in enumerate(_algebraic_polynomial(order)) if q]
    return c ** (order + 2) * sum(terms)


def _cosine(x: Any) -> Any:
    """Return 1 / sqrt(1 + x^2): that of the angle whose tangent is x."""
    return 1.0 / np.hypot(x, 1.0)


@_bounded
def arctan(x: Any, order: int) -> Any:
    """Evaluate (n-1)! c^n sin(n d), with 1/x the tangent of d, for x >= 0; parity gives the other side."""
    value = _numbers(x)
    sine = np.sin(float(order) * np.arctan2(1.0, abs(value)))
    size = float(factorial(order - 1)) * sine * _cosine(value) ** order
    return size if order % 2 else -np.sign(value) * size


@cache
def _sech_polynomial(order: int) -> Polynomial:
    """Return P, of t = tanh x, in the derivative sech(x) P(t): the next is (1 - t^2) P' - t P."""
    if order == 1:
        return (1,)
    before = _sech_polynomial(order - 1)
    return _total(_product((1, 0, -1), _slope(before)), _product((0, -1), before))


@_bounded
def gudermannian(x: Any, order: int) -> Any:
    """Multiply the slope, a hyperbolic secant, by a polynomial in the hyperbolic tangent."""
    value = _numbers(x)
    slope = ufunc_named("gudermannian_derivative")(value)
    return _horner(_sech_polynomial(order), ufunc_named("tanh")(value), slope)


# ---- Pieces ----------------------------------------------------------------------------------------------------


def exponential(factor: float) -> Callable[[Any, int], Any]:
    """Make the derivative of a curve that is a multiple of e^x for x < 0 and straight from 0 on."""

    def derivative(x: Any, order: int) -> Any:
        del order
        value = _numbers(x)
        with np.errstate(all="ignore"):
            return factor * np.exp(np.minimum(value, 0.0)) * (value < 0)

    return derivative


def pieces(third: float = 0.0, low: float = 0.0, high: float = 0.0) -> Callable[[Any, int], Any]:
    """Make the derivative of straight and parabolic pieces: 0, but for the third order between two kinks."""

    def derivative(x: Any, order: int) -> Any:
        value = _numbers(x)
        nothing = 0.0 * _finite(value)  # nan where the argument is
        return (nothing + third) * ((value > low) & (value < high)) if order == 3 else nothing

    return derivative
