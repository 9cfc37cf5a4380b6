"""Complex arguments: every role that takes them, against mpmath, over the plane, in the tails and next to poles."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import mpmath as mp
import numpy as np
import pytest

import ogive as og

Function = Callable[[mp.mpc], mp.mpc]


def sigma(z: mp.mpc) -> mp.mpc:
    return 1 / (1 + mp.exp(-z))


TRUTH: dict[tuple[str, str], Function] = {
    ("sigmoid", ""): sigma,
    ("sigmoid", "derivative"): lambda z: sigma(z) * sigma(-z),
    ("sigmoid", "log"): lambda z: mp.log(sigma(z)),
    ("sigmoid", "log_complement"): lambda z: mp.log(sigma(-z)),
    ("tanh", ""): mp.tanh,
    ("tanh", "derivative"): lambda z: 1 / mp.cosh(z) ** 2,
    ("tanh", "inverse"): mp.atanh,
    ("arctan", ""): mp.atan,
    ("arctan", "derivative"): lambda z: 1 / (1 + z * z),
    ("arctan", "inverse"): mp.tan,
    ("softplus", ""): lambda z: -mp.log(sigma(-z)),
    ("softplus", "derivative"): sigma,
    ("softplus", "second_derivative"): lambda z: sigma(z) * sigma(-z),
    ("silu", ""): lambda z: z * sigma(z),
    ("silu", "derivative"): lambda z: sigma(z) + z * sigma(z) * sigma(-z),
}
"""Formulas for mpmath, which evaluates them at 700 digits: e^-700 stands beside 1 there."""

POINTS = [
    *(
        complex(x, y)
        for x in (-30.0, -3.7, -1.1, -0.2, 0.3, 0.9, 2.5, 17.0)
        for y in (-2.9, -1.3, -0.4, 0.2, 1.7, 3.1)
    ),
    *(0.01 + 3.14159j, 1e-9 + 3.141592653589793j, -1e-7 - 3.141592653589793j, 0.5e-8 + 1.5707963267948966j),
    *(1e-8 + 1.0000001j, 1e-300 + 1e-300j, 300 + 1j, -300 + 2j, -700 + 1.5j, 0.999999 + 1e-9j),
]


def with_loops(letter: str) -> list[tuple[str, str]]:
    """The shapes and roles that have a loop for this type, pairs left out: they are made of two others."""
    found = [(name, role) for name, shape in og.shapes.items() for role in shape.roles]
    one = [(name, role) for name, role in found if role != "value_and_derivative"]
    return [(name, role) for name, role in one if f"{letter}->{letter}" in og.shapes[name].ufunc_of(role).types]


@cache
def truth(name: str, role: str, z: complex) -> complex:
    with mp.workdps(700):
        return complex(TRUTH[name, role](mp.mpc(z)))


def scale(name: str, role: str, z: complex) -> float:
    """What the error is measured against: the modulus, or that of the larger term where two cancel."""
    size = abs(truth(name, role, z))
    return max(size, abs(truth("sigmoid", "", z))) if (name, role) == ("silu", "derivative") else size


def test_every_loop_has_a_truth() -> None:
    assert set(with_loops("D")) == set(with_loops("F")) == set(TRUTH)


@pytest.mark.parametrize(("name", "role"), TRUTH)
def test_complex128_is_within_4e_15_of_the_modulus(name: str, role: str) -> None:
    got = og.shapes[name].ufunc_of(role)(np.array(POINTS))
    for z, value in zip(POINTS, got.tolist(), strict=True):
        assert abs(value - truth(name, role, z)) <= 4e-15 * scale(name, role, z), z


@pytest.mark.parametrize(("name", "role"), TRUTH)
def test_complex64_is_within_2e_7_of_the_modulus(name: str, role: str) -> None:
    points = np.array([z for z in POINTS if abs(z.real) < 80 and abs(z) > 1e-30], "F")
    got = og.shapes[name].ufunc_of(role)(points)
    assert got.dtype == np.complex64
    for z, value in zip(points.tolist(), got.tolist(), strict=True):
        assert abs(value - truth(name, role, z)) <= 2e-7 * scale(name, role, z), z


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "arctan", "softplus", "silu"])
def test_both_in_one_pass_are_the_two(name: str) -> None:
    shape, z = og.shapes[name], np.array(POINTS)
    value, slope = shape.value_and_derivative(z)
    np.testing.assert_array_equal(value, shape(z))
    np.testing.assert_array_equal(slope, shape.derivative(z))


@pytest.mark.parametrize(("name", "role"), TRUTH)
def test_the_real_axis_agrees_with_real_arguments(name: str, role: str) -> None:
    """To a few ULP: other formulas, same function."""
    x = np.linspace(-0.95, 0.95, 39)
    ufunc = og.shapes[name].ufunc_of(role)
    np.testing.assert_allclose(ufunc(x.astype(complex)), ufunc(x), rtol=4e-15, atol=1e-300)


@pytest.mark.parametrize(("name", "role"), TRUTH)
def test_conjugates_go_to_conjugates(name: str, role: str) -> None:
    """To the last bits: the C library's arc tangent takes another way above the real axis than below."""
    z, ufunc = np.array(POINTS), og.shapes[name].ufunc_of(role)
    np.testing.assert_allclose(ufunc(np.conj(z)), np.conj(ufunc(z)), rtol=2e-15)


def test_shapes_without_an_analytic_form_refuse_complex_numbers() -> None:
    for name in og.shapes:
        if (name, "") not in TRUTH:
            with pytest.raises(TypeError, match=name):
                og.shapes[name](1j)
