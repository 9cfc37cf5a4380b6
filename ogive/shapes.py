"""The table of shapes: one row per function.

Everything that needs to know about a function reads its row here: the accuracy tests read the promised error, the
explanations read the formula, the command line lists the names. Adding a function is one kernel in ``core/math/``
and one row at the end of this file.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.shape import Shape, ShapeTable, Special, UnknownShapeError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Shape", "ShapeTable", "Special", "UnknownShapeError", "shapes"]


def _within(ulp: float, *roles: str, **others: float) -> dict[str, Mapping[str, float]]:
    """Promise float16 correctly rounded, float32 and float64 within so many ULP: the value, these roles, others."""
    promised = dict.fromkeys(("", *roles), ulp) | others
    return {role: {"float16": 0.5, "float32": bound, "float64": bound} for role, bound in promised.items()}


def _sigmoid_polynomial(order: int) -> list[int]:
    """Integer coefficients, by rising powers of a, of the polynomial that the order-th derivative is in the value a.

    From a' = a - a^2: each step replaces a^k by k a^k - k a^(k+1) (A. A. Minai, R. D. Williams, On the derivatives of
    the sigmoid, Neural Networks 6 (1993) 845-853, equation 3).
    """
    coefficients = [0, 1]
    for _ in range(order):
        step = [k * c for k, c in enumerate(coefficients)]
        coefficients = [a - b for a, b in zip([*step, 0], [0, *step], strict=True)]
    return coefficients


def _sigmoid_higher_derivative(x: Any, order: int) -> Any:
    """Evaluate the polynomial in the smaller of a and 1 - a, where no tail is lost; parity gives the other side.

    Relative accuracy is that of the polynomial: full in the tails, and lost only next to the derivative's own zeros.
    """
    value = np.asarray(x)
    value = value if value.dtype.kind in "fc" else value.astype(float)
    right = value.real > 0
    smaller = shapes["sigmoid"](np.where(right, -value, value))
    result = np.zeros_like(smaller)
    for coefficient in reversed(_sigmoid_polynomial(order)):
        result = result * smaller + smaller.dtype.type(coefficient)
    signed = np.where(right & (order % 2 == 0), -result, result)
    return signed[()] if signed.ndim == 0 else signed


# ---- The rows --------------------------------------------------------------------------------------------------


shapes = ShapeTable(
    Shape(
        name="sigmoid",
        aliases=("logistic", "expit"),
        letters=("σ", "sigma"),
        title="logistic function",
        formula="1/(1+exp(-z))",
        slope_in_value="y*(1-y)",
        slope_of_value=lambda a: a * (1 - a),
        special=(
            Special(-inf, 0.0, 0.0),
            Special(-0.0, 0.5, 0.25),
            Special(0.0, 0.5, 0.25),
            Special(inf, 1.0, 0.0),
        ),
        higher_derivative=_sigmoid_higher_derivative,
        max_ulp=_within(1.0, "derivative", "value_and_derivative", "inverse", "log", second_derivative=1.25),
        references=(
            "P.-F. Verhulst, Notice sur la loi que la population suit dans son accroissement, Correspondance "
            "mathématique et physique 10 (1838) 113-121",
            "D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating errors, "
            "Nature 323 (1986) 533-536",
        ),
    ),
)
