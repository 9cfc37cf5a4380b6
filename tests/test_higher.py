"""Derivatives of order 3 and more, against mpmath's Taylor series of the formulas, tails and both types included."""

from __future__ import annotations

from collections.abc import Callable

import mpmath as mp
import numpy as np
import pytest

import ogive as og

Function = Callable[[mp.mpf], mp.mpf]


def logistic(z: mp.mpf) -> mp.mpf:
    return 1 / (1 + mp.exp(-z))


SMOOTH: dict[str, Function] = {
    "sigmoid": logistic,
    "tanh": mp.tanh,
    "softsign": lambda z: z / (1 + (z if z.real > 0 else -z)),
    "algebraic": lambda z: z / mp.sqrt(1 + z * z),
    "arctan": mp.atan,
    "gudermannian": lambda z: 2 * mp.atan(mp.tanh(z / 2)),
    "gompertz": lambda z: mp.exp(-mp.exp(-z)),
    "cloglog": lambda z: -mp.expm1(-mp.exp(z)),
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "silu": lambda z: z * logistic(z),
    "mish": lambda z: z * mp.tanh(mp.log1p(mp.exp(z))),
    "gelu_tanh": lambda z: z * logistic(mp.sqrt(8 / mp.pi) * (z + mp.mpf("0.044715") * z**3)),
    "elu": lambda z: mp.exp(z) - 1 if z.real < 0 else z,
    "selu": lambda z: mp.mpf("1.7580993408473768599402175208123") * (mp.exp(z) - 1) if z.real < 0 else z,
}
"""mpmath's own formulas; Taylor series on one side of a kink see that side only."""

SECOND: dict[str, Function] = {
    "normal": lambda z: -z * mp.npdf(z),
    "gelu": lambda z: (2 - z * z) * mp.npdf(z),
}
"""Second derivatives, where mpmath is slow to differentiate the function itself."""

POINTS = (-20.0, -6.0, -0.9, 0.2, 1.9, 11.0)


def truth(name: str, x: float, order: int) -> tuple[mp.mpf, mp.mpf]:
    """The derivative, and the size of what cancels in it: that of the terms around it in the series."""
    taken = 2 if name in SECOND else 0
    # e**-e**6, or e**-200, stands beside 1, and e**-600 at -20
    with mp.workdps({"gompertz": 250, "cloglog": 250, "gelu_tanh": 400}.get(name, 120)):
        series = mp.taylor((SECOND | SMOOTH)[name], mp.mpf(x), order - taken + 2)
        scale = mp.factorial(order) / mp.ff(order, taken)
        own = series[order - taken] * scale
        return own, max(abs(own), *(abs(c) * scale for c in series[max(0, order - taken - 1) :]))


@pytest.mark.parametrize("order", [3, 4, 5, 8])
@pytest.mark.parametrize("name", [*SMOOTH, *SECOND])
def test_values_are_those_of_the_taylor_series(name: str, order: int) -> None:
    got = og.shapes[name].derivative(np.array(POINTS), order)
    for x, value in zip(POINTS, got.tolist(), strict=True):
        want, size = truth(name, x, order)
        assert abs(value - want) <= 2e-13 * size + 5e-324, x


@pytest.mark.parametrize(
    ("name", "x"),
    [
        *(("tanh", -300.0), ("gudermannian", 600.0), ("softplus", -600.0), ("silu", -600.0), ("elu", -700.0)),
        *(("arctan", 1e30), ("softsign", -1e30), ("algebraic", 1e30), ("gompertz", 600.0), ("cloglog", -600.0)),
        *(("normal", -35.0), ("gelu", -35.0), ("sigmoid", 600.0), ("mish", -600.0), ("mish", 340.0)),
        *(("gelu_tanh", -20.0), ("gelu_tanh", 20.0)),
    ],
)
def test_tails_keep_their_relative_accuracy(name: str, x: float) -> None:
    with mp.workdps(600):
        want = mp.diff(SECOND[name], x) if name in SECOND else mp.taylor(SMOOTH[name], mp.mpf(x), 3)[3] * 6
        assert want != 0
        assert abs(og.shapes[name].derivative(x, 3) - want) <= 1e-12 * abs(want)


@pytest.mark.parametrize("name", og.shapes)
def test_what_holds_for_every_shape(name: str) -> None:
    """The ends, nan, the type and the form of the result; and no warning on the way."""
    shape = og.shapes[name]
    for order in (3, 4, 6):
        with np.errstate(all="raise", under="ignore"):
            assert (shape.derivative(np.array([-np.inf, np.inf]), order) == 0).all()
        assert np.isnan(shape.derivative(np.nan, order))
        assert shape.derivative(np.float32(0.5), order).dtype == np.float32
        assert shape.derivative(np.full((2, 3), 0.5), order).shape == (2, 3)
        assert shape.derivative(np.array([], float), order).shape == (0,)
        assert np.ndim(shape.derivative(1, order)) == 0


@pytest.mark.parametrize("order", [3, 4])
@pytest.mark.parametrize("name", ["relu", "leaky_relu", "hard_sigmoid", "hard_swish", "hard_tanh", "smoothstep"])
def test_pieces_of_polynomials(name: str, order: int) -> None:
    """3 t^2 - 2 t^3 has the third derivative -12; no other piece is of the third degree."""
    x = np.array([-4.0, 0.0, 0.5, 1.0, 4.0])
    want = [0, 0, -12, 0, 0] if (name, order) == ("smoothstep", 3) else [0, 0, 0, 0, 0]
    np.testing.assert_array_equal(og.shapes[name].derivative(x, order), want)


@pytest.mark.parametrize("name", ["tanh", "softplus", "silu"])
def test_complex_arguments_where_the_logistic_takes_them(name: str) -> None:
    with mp.workdps(60):
        want = mp.taylor(SMOOTH[name], mp.mpc(0.3, 0.4), 3)[3] * 6
    assert abs(og.shapes[name].derivative(0.3 + 0.4j, 3) - complex(want)) < 1e-13


EDGES = np.array(
    [0.0, -0.0, *(s * v for s in (1, -1) for v in (5e-324, 1e-310, 1e-20, 0.5, 9.9, 40, 760, 2e4, 1e154, 1.7e308))]
)


@pytest.mark.parametrize("name", og.shapes)
def test_every_order_is_a_number_or_one_sentence(name: str) -> None:
    """No warning whatever the argument, and orders without digits are refused, not tried."""
    shape = og.shapes[name]
    for order in (3, 8, 15, 16):
        for dtype in (np.float32, np.float64):
            with np.errstate(over="ignore", under="ignore"):
                x = EDGES.astype(dtype)
            x = x[np.isfinite(x)]
            with np.errstate(all="raise"):
                result = shape.derivative(x, order)
            assert np.isfinite(result).all()
            assert result.dtype == dtype
            assert (np.abs(result[np.abs(x) > 1e4]) < 1e-5).all()
    straight = name in {"relu", "leaky_relu", "elu", "selu", "smoothstep"} or name.startswith("hard_")
    for order in (17, 200, 1000, 10**30):
        if straight:
            assert np.isfinite(shape.derivative(x, order)).all()
        else:
            with pytest.raises(ValueError, match=f"derivatives go up to order 16, not {order}: .* mpmath"):
                shape.derivative(x, order)


def test_float16_overflows_only_where_the_derivative_does() -> None:
    x = np.array([0.0, 0.5, 3.0], np.float16)
    np.testing.assert_array_equal(
        og.sigmoid.derivative(x, 12), og.sigmoid.derivative(x.astype(float), 12).astype("e")
    )
