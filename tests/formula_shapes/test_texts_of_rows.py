"""What rows of the table used to restate by hand beside their texts: the texts give the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ogive as og

# The slopes in the value as the rows held them by hand until their texts were computed. Those of leaky_relu and selu,
# whose texts say something else at the kink, are still there.
BY_HAND: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: (1 - a) * (1 + a),
    "softsign": lambda a: (1 - np.abs(a)) ** 2,
    "algebraic": lambda a: ((1 - a) * (1 + a)) ** 1.5,
    "arctan": lambda a: np.cos(a) ** 2,
    "gudermannian": np.cos,
    "smoothstep": lambda a: 6 * (0.25 - np.sin(np.arcsin(1 - 2 * a) / 3) ** 2),
    "gompertz": lambda a: -a * np.log(a),
    "cloglog": lambda a: -(1 - a) * np.log1p(-np.asarray(a)),
    "softplus": lambda a: -np.expm1(-a),
    "relu": np.sign,
    "elu": lambda a: 1 + np.minimum(a, 0),
    "hard_tanh": lambda a: np.sign(1 - np.square(a)),
    "leaky_relu": lambda a: np.where(a > 0, 1.0, 0.01),
    "selu": lambda a: np.where(a > 0, 1.0507009873554805, a + 1.7580993408473769),
}
HAVE_A_SLOPE = [name for name, row in og.shapes.items() if row.slope_in_value is not None]


def values_of(name: str, dtype: Any) -> Any:
    """Values that the shape takes: some hundred inside, next to the ends, at them, and no number."""
    low, high = og.shapes[name].limits
    ends = [end for end in (low, high) if math.isfinite(end)]
    x = np.concatenate(
        [np.linspace(-9, 9, 301), np.geomspace(1e-4, 30, 40), -np.geomspace(1e-4, 30, 40), [0.0, -0.0]]
    )
    inside = og.shapes[name](x).astype(dtype)
    near = [np.nextafter(np.array(end, dtype), np.array(0.5, dtype)) for end in ends]
    return np.concatenate([inside, np.array([*ends, *near, math.nan], dtype)])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", BY_HAND)
def test_the_text_gives_what_the_row_gave_by_hand(name: str, dtype: str) -> None:
    """Bit by bit."""
    a = values_of(name, dtype)
    a = a[~np.isnan(a)]
    with np.errstate(all="ignore"):
        want, got = BY_HAND[name](a).astype(dtype), og.shapes[name].derivative_from_value(a)
    np.testing.assert_array_equal(got, want)


def test_every_row_with_such_a_text_is_held() -> None:
    assert set(HAVE_A_SLOPE) == set(BY_HAND)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble"])
@pytest.mark.parametrize("name", HAVE_A_SLOPE)
def test_the_slope_from_the_value_has_the_type_of_the_value(name: str, dtype: str) -> None:
    with np.errstate(all="ignore"):
        for a in (values_of(name, dtype), np.array([], dtype), np.array([[0.25]], dtype), np.dtype(dtype).type(0.25)):
            found = og.shapes[name].derivative_from_value(a)
            assert np.asarray(found).dtype == np.dtype(dtype)
            assert np.shape(found) == np.shape(a)
    assert isinstance(og.shapes[name].derivative_from_value(0.25), (float, np.floating, np.ndarray))


@pytest.mark.parametrize("name", HAVE_A_SLOPE)
def test_no_number_has_no_slope(name: str) -> None:
    assert np.isnan(og.shapes[name].derivative_from_value(np.array([math.nan]))).all()


@pytest.mark.parametrize("name", [name for name, row in og.shapes.items() if row.gap is not None])
def test_gaps_by_hand_agree_with_those_of_the_texts(name: str) -> None:
    """The formula of the row is taken from its upper limit; two texts cancel there, and their rows stay by hand."""
    row, again = og.shapes[name], og.Shape.from_formula("again", og.shapes[name].formula)
    assert row.gap is not None
    assert again.gap is not None
    z = np.concatenate([np.linspace(0, 12, 49), [30.0, 300.0]])
    got, want = again.gap(z), row.gap(z)
    np.testing.assert_allclose(got, want, rtol=0, atol=2 * np.spacing(row.limits[1]))
    worst = np.max(np.abs(got - want)[want > 0] / want[want > 0])
    assert (worst > 1e-13) == (name in {"algebraic", "gudermannian"})
