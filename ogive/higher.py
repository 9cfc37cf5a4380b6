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


def _numbers(x: Any) -> Any:
    """Return numbers of the type that the results have, in a container that keeps its own type under arithmetic.

    From here on there are only ufuncs and operators, so that other packages' arrays go through, lazy ones unread.
    """
    return (x if hasattr(x, "__array_ufunc__") else np.asarray(x)) + 0.0


def _is_complex(x: Any) -> bool:
    return getattr(getattr(x, "dtype", None), "kind", "f") == "c"


def _horner(coefficients: Iterable[int], x: Any, factor: Any = 1.0) -> Any:
    """Evaluate a multiple of a polynomial, coefficients by rising powers; where the factor is 0, so is the result."""
    first, *others = reversed(list(coefficients))
    result = float(first) * factor
    for coefficient in others:
        result = result * x + float(coefficient) * factor
    return result


def _finite(x: Any) -> Any:
    """Bring infinities to where every tail has vanished in every type, for infinity times 0 is no number."""
    return np.minimum(np.maximum(x, -20000.0), 20000.0)


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
    value = _numbers(x)
    if _is_complex(value):
        side = np.where(value.real > 0, -1, 1)
        return side ** (order + 1) * _horner(_sigmoid_polynomial(order), ufunc_named("sigmoid")(side * value))
    result = _horner(_sigmoid_polynomial(order), ufunc_named("sigmoid")(-abs(value)))
    return result if order % 2 else -np.sign(value) * result


def tanh(x: Any, order: int) -> Any:
    """Stretch the logistic: tanh(x) = 2 a(2x) - 1."""
    return 2.0 ** (order + 1) * sigmoid(2.0 * _numbers(x), order)


def softplus(x: Any, order: int) -> Any:
    """Take the logistic's derivative of one order less, for softplus is its integral."""
    return sigmoid(x, order - 1)


def silu(x: Any, order: int) -> Any:
    """Differentiate the product of x and the logistic."""
    return _times_x(sigmoid, x, order)


def _times_x(function: Callable[[Any, int], Any], x: Any, order: int) -> Any:
    """Return the derivative of x f(x), by Leibniz: x times f's own and the order times the one before."""
    value = _numbers(x)
    value = value if _is_complex(value) else _finite(value)
    return value * function(value, order) + float(order) * function(value, order - 1)


# ---- The normal distribution -----------------------------------------------------------------------------------


def normal(x: Any, order: int) -> Any:
    """Multiply the density by Hermite's polynomial: (-1)^(n-1) He_(n-1)(x), with He_(k+1) = x He_k - k He_(k-1)."""
    value = _finite(_numbers(x))
    before, product = 0.0, ufunc_named("normal_derivative")(value)
    for k in range(order - 1):
        before, product = product, value * product - float(k) * before
    return (-1.0) ** (order - 1) * product


def gelu(x: Any, order: int) -> Any:
    """Differentiate the product of x and the normal distribution function."""
    return _times_x(normal, x, order)


# ---- Double exponentials ---------------------------------------------------------------------------------------


@cache
def _gompertz_polynomial(order: int) -> tuple[int, ...]:
    """Coefficients, by powers of u = e^-x, of the derivative over the value y: (y u^k)' is y (u^(k+1) - k u^k)."""
    if order == 0:
        return (1,)
    before = _gompertz_polynomial(order - 1)
    return tuple(a - k * b for k, (a, b) in enumerate(zip([0, *before], [*before, 0], strict=True)))


def gompertz(x: Any, order: int) -> Any:
    """Multiply the value by a polynomial in e^-x, of which it leaves nothing from e^10 on."""
    value = np.maximum(_numbers(x), -10.0)
    return _horner(_gompertz_polynomial(order), np.exp(-value), ufunc_named("gompertz")(value))


def cloglog(x: Any, order: int) -> Any:
    """Mirror the Gompertz curve, of which it is the complement."""
    return (-1.0) ** (order + 1) * gompertz(-_numbers(x), order)


# ---- Algebraic curves and angles -------------------------------------------------------------------------------


def softsign(x: Any, order: int) -> Any:
    """Differentiate x / (1 + |x|) on either side; orders that jump at 0 are 0 there, the mean of both sides."""
    value = _numbers(x)
    size = float(factorial(order)) / (1.0 + abs(value)) ** float(order + 1)
    return size if order % 2 else -np.sign(value) * size


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
    value = _numbers(x)
    c, s = _cosine(value), ufunc_named("algebraic")(value)
    terms = [float(q) * s**k * c ** (order - 1 - k) for k, q in enumerate(_algebraic_polynomial(order)) if q]
    return c ** (order + 2) * sum(terms)


def _cosine(x: Any) -> Any:
    """Return 1 / sqrt(1 + x^2): that of the angle whose tangent is x."""
    return 1.0 / np.hypot(x, 1.0)


def arctan(x: Any, order: int) -> Any:
    """Evaluate (n-1)! c^n sin(n d), with 1/x the tangent of d, for x >= 0; parity gives the other side."""
    value = _numbers(x)
    sine = np.sin(float(order) * np.arctan2(1.0, abs(value)))
    size = float(factorial(order - 1)) * sine * _cosine(value) ** order
    return size if order % 2 else -np.sign(value) * size


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
    slope = ufunc_named("gudermannian_derivative")(value)
    return _horner(_sech_polynomial(order), ufunc_named("tanh")(value), slope)


# ---- Pieces ----------------------------------------------------------------------------------------------------


def exponential(factor: float) -> Callable[[Any, int], Any]:
    """Make the derivative of a curve that is a multiple of e^x for x < 0 and straight from 0 on."""

    def derivative(x: Any, order: int) -> Any:
        del order
        value = _numbers(x)
        return factor * np.exp(np.minimum(value, 0.0)) * (value < 0)

    return derivative


def pieces(third: float = 0.0, low: float = 0.0, high: float = 0.0) -> Callable[[Any, int], Any]:
    """Make the derivative of straight and parabolic pieces: 0, but for the third order between two kinks."""

    def derivative(x: Any, order: int) -> Any:
        value = _numbers(x)
        nothing = 0.0 * _finite(value)  # nan where the argument is
        return (nothing + third) * ((value > low) & (value < high)) if order == 3 else nothing

    return derivative
