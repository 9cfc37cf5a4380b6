"""Trees as NumPy functions."""

import numpy as np
import pytest

import ogive as og
from ogive.expressions import compile_numpy, parse, with_shapes

TABLE = with_shapes(og.shapes)


def test_a_model_and_its_gradient_share_their_work() -> None:
    value, slope = compile_numpy([parse("a/(1+exp(-k*x))"), parse("1/(1+exp(-k*x))")], ["a", "k", "x"])(
        2.0, 3.0, [0.0, 1.0]
    )
    assert value == pytest.approx([1.0, 2 / (1 + np.exp(-3))])
    assert slope * 2 == pytest.approx(value)


def test_shapes_are_computed_by_their_kernels() -> None:
    f = compile_numpy(parse("sigmoid(z)", functions=TABLE), ["z"], functions=TABLE)
    slope = compile_numpy(parse("sigmoid'(z)", functions=TABLE), ["z"], functions=TABLE)
    x = np.linspace(-40, 40, 9)
    np.testing.assert_array_equal(f(x), og.sigmoid(x))
    np.testing.assert_array_equal(slope(x), og.sigmoid.derivative(x))


def test_conditions_choose_element_by_element() -> None:
    f = compile_numpy(parse("if(z < 0, -z, 2z)"), ["z"])
    np.testing.assert_array_equal(f([-1.0, 3.0]), [1.0, 6.0])


def test_integers_may_have_negative_powers() -> None:
    assert compile_numpy(parse("x^-2"), ["x"])([2, 4]) == pytest.approx([0.25, 0.0625])


def test_a_symbol_without_a_value_is_named() -> None:
    with pytest.raises(ValueError, match="'k' has no value; the names given are x"):
        compile_numpy(parse("k*x"), ["x"])


def test_the_number_of_arguments_is_checked() -> None:
    with pytest.raises(TypeError, match=r"expected 2 arguments \(a, x\), not 1"):
        compile_numpy(parse("a*x"), ["a", "x"])(1.0)
