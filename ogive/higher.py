"""Derivatives of the third order and beyond, each from the slopes that the kernels keep accurate in both tails.

A function here takes an array and an order of at least 3. Relative accuracy is that of a short polynomial in a
bounded quantity: full in the tails, and lost only next to the derivative's own zeros.
"""

from __future__ import annotations

from functools import cache
from itertools import zip_longest
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.shape import ufunc_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "algebraic", "arctan", "cloglog", "exponential", "gelu", "gompertz", "gudermannian", "normal", "pieces",
    "sigmoid", "silu", "softplus", "softsign", "tanh",
]  # fmt: skip


def _numbers(x: Any, kinds: str = "f") -> Any:
    """Return an array whose type is that of the results."""
    value = np.asarray(x)
    return value if value.dtype.kind in kinds else value.astype(float)


def _horner(coefficients: Iterable[int], x: Any) -> Any:
    """Evaluate a polynomial, coefficients by rising powers, in the type of its argument."""
    result = np.zeros_like(x)
    for coefficient in reversed(list(coefficients)):
        result = result * x + x.dtype.type(coefficient)
    return result


# ---- The logistic and what is made of it -----------------------------------------------------------------------


@cache
def _sigmoid_polynomial(order: int) -> tuple[int, ...]:
    """Integer coefficients, by rising powers of a, of the polynomial that the order-th derivative is in the value a.

    From a' = a - a^2: each step replaces a^k by k a^k - k a^(k+1) (A. A. Minai, R. D. Williams, On the derivatives of
    the sigmoid, Neural Networks 6 (1993) 845-853, equation 3).
    """
    if order == 0:
        return (0, 1)
    step = [k * c for k, c in enumerate(_sigmoid_polynomial(order - 1))]
    return tuple(a - b for a, b in zip([*step, 0], [0, *step], strict=True))


def sigmoid(x: Any, order: int) -> Any:
    """Evaluate the polynomial in the smaller of a and 1 - a, where no tail is lost; parity gives the other side."""
    value = _numbers(x, "fc")
    right = value.real > 0
    smaller = ufunc_named("sigmoid")(np.where(right, -value, value))
    result = _horner(_sigmoid_polynomial(order), smaller)
    return np.where(right & (order % 2 == 0), -result, result)[()]


def tanh(x: Any, order: int) -> Any:
    """Stretch the logistic: tanh(x) = 2 a(2x) - 1."""
    value = _numbers(x, "fc")
    return value.dtype.type(2 ** (order + 1)) * sigmoid(2 * value, order)


def softplus(x: Any, order: int) -> Any:
    """Take the logistic's derivative of one order less, for softplus is its integral."""
    return sigmoid(x, order - 1)


def silu(x: Any, order: int) -> Any:
    """Differentiate the product of x and the logistic."""
    return _times_x(sigmoid, _numbers(x, "fc"), order)


def _times_x(function: Callable[[Any, int], Any], x: Any, order: int) -> Any:
    """Return the derivative of x f(x), by Leibniz: x times f's own and the order times the one before."""
    own = function(x, order)
    return np.where(own == 0, 0, x)[()] * own + x.dtype.type(order) * function(x, order - 1)  # no inf * 0


# ---- The normal distribution -----------------------------------------------------------------------------------


def normal(x: Any, order: int) -> Any:
    """Multiply the density by Hermite's polynomial: (-1)^(n-1) He_(n-1)(x), with He_(k+1) = x He_k - k He_(k-1)."""
    value = _numbers(x)
    density = ufunc_named("normal_derivative")(value)
    value = np.where(density == 0, 0, value)  # no inf * 0
    before, polynomial = np.zeros_like(value), np.ones_like(value)
    for k in range(order - 1):
        before, polynomial = polynomial, value * polynomial - value.dtype.type(k) * before
    return (polynomial * density * value.dtype.type((-1) ** (order - 1)))[()]


def gelu(x: Any, order: int) -> Any:
    """Differentiate the product of x and the normal distribution function."""
    return _times_x(normal, _numbers(x), order)


# ---- Double exponentials ---------------------------------------------------------------------------------------


@cache
def _gompertz_polynomial(order: int) -> tuple[int, ...]:
    """Coefficients, by powers of u = e^-x, of the derivative over the value y: (y u^k)' is y (u^(k+1) - k u^k)."""
    if order == 0:
        return (1,)
    before = _gompertz_polynomial(order - 1)
    return tuple(a - k * b for k, (a, b) in enumerate(zip([0, *before], [*before, 0], strict=True)))


def gompertz(x: Any, order: int) -> Any:
    """Multiply the value by a polynomial in e^-x, whose powers it outlives."""
    value = _numbers(x)
    y = ufunc_named("gompertz")(value)
    u = np.exp(-np.where(y == 0, 0, value))  # no inf * 0
    return (y * _horner(_gompertz_polynomial(order), u))[()]


def cloglog(x: Any, order: int) -> Any:
    """Mirror the Gompertz curve, of which it is the complement."""
    return gompertz(-_numbers(x), order) * (-1) ** (order + 1)


# ---- Algebraic curves and angles -------------------------------------------------------------------------------


def softsign(x: Any, order: int) -> Any:
    """Differentiate x / (1 + |x|) on either side; orders that jump at 0 are 0 there, the mean of both sides."""
    value = _numbers(x)
    sign = -np.sign(value) if order % 2 == 0 else np.where(np.isnan(value), value, 1)
    return (sign * value.dtype.type(factorial(order)) / (1 + np.abs(value)) ** (order + 1))[()]


def _cosine(x: Any) -> tuple[Any, Any]:
    """Return 1 / sqrt(1 + x^2) and x / sqrt(1 + x^2), both bounded."""
    return 1 / np.hypot(x.dtype.type(1), x), ufunc_named("algebraic")(x)


@cache
def _algebraic_polynomial(order: int) -> tuple[int, ...]:
    """Coefficients Q in f^(n) = Q(x) / (1 + x^2)^(n + 1/2): the next is (1 + x^2) Q' - (2n + 1) x Q."""
    if order == 1:
        return (1,)
    before = _algebraic_polynomial(order - 1)
    slope = [k * c for k, c in enumerate(before)][1:]
    return _total(slope, [0, 0, *slope], [0, *((1 - 2 * order) * c for c in before)])


def _total(*polynomials: list[int]) -> tuple[int, ...]:
    return tuple(map(sum, zip_longest(*polynomials, fillvalue=0)))


def algebraic(x: Any, order: int) -> Any:
    """Evaluate f^(n) = c^(n+2) times a form in the bounded c = 1 / sqrt(1 + x^2) and s = x c, of degree n - 1."""
    c, s = _cosine(_numbers(x))
    terms = (c.dtype.type(q) * s**k * c ** (order - 1 - k) for k, q in enumerate(_algebraic_polynomial(order)) if q)
    return (c ** (order + 2) * sum(terms))[()]


def arctan(x: Any, order: int) -> Any:
    """Evaluate (n-1)! c^n sin(n d), with 1/x the tangent of d, for x >= 0; parity gives the other side."""
    value = _numbers(x)
    c, _ = _cosine(value)
    sine = np.sin(value.dtype.type(order) * np.arctan2(value.dtype.type(1), np.abs(value)))
    side = -np.sign(value) if order % 2 == 0 else value.dtype.type(1)
    return (value.dtype.type(factorial(order - 1)) * side * sine * c**order)[()]


@cache
def _sech_polynomial(order: int) -> tuple[int, ...]:
    """Coefficients P, by powers of t = tanh x, in the derivative sech(x) P(t): the next is (1 - t^2) P' - t P."""
    if order == 1:
        return (1,)
    before = _sech_polynomial(order - 1)
    slope = [k * c for k, c in enumerate(before)][1:]
    return _total(slope, [0, 0, *(-c for c in slope)], [0, *(-c for c in before)])


def gudermannian(x: Any, order: int) -> Any:
    """Multiply the slope, a hyperbolic secant, by a polynomial in the hyperbolic tangent."""
    value = _numbers(x)
    polynomial = _horner(_sech_polynomial(order), ufunc_named("tanh")(value))
    return (ufunc_named("gudermannian_derivative")(value) * polynomial)[()]


# ---- Pieces ----------------------------------------------------------------------------------------------------


def exponential(factor: float) -> Callable[[Any, int], Any]:
    """Make the derivative of a curve that is a multiple of e^x for x < 0 and straight from 0 on."""

    def derivative(x: Any, order: int) -> Any:
        del order
        value = _numbers(x)
        left = value.dtype.type(factor) * np.exp(np.minimum(value, 0))
        return np.where(value < 0, left, np.where(np.isnan(value), value, 0)).astype(value.dtype)[()]

    return derivative


def pieces(third: float = 0.0, low: float = 0.0, high: float = 0.0) -> Callable[[Any, int], Any]:
    """Make the derivative of straight and parabolic pieces: 0, but for the third order between two kinks."""

    def derivative(x: Any, order: int) -> Any:
        value = _numbers(x)
        inside = (value > low) & (value < high) & (order == 3)
        return np.where(inside, third, np.where(np.isnan(value), value, 0)).astype(value.dtype)[()]

    return derivative
