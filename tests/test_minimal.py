"""If only one test file is run, this is the one: wheels and plain installs run it."""

import numpy as np

import ogive as og


def test_value_and_slope() -> None:
    value, slope = og.sigmoid(0.0), og.sigmoid.derivative(0.0)
    assert (value, slope) == (0.5, 0.25)


def test_slope_survives_where_the_value_has_rounded_to_one() -> None:
    x = np.float32(20)
    assert og.sigmoid(x) == 1
    assert 2.06e-9 < og.sigmoid.derivative(x) < 2.07e-9
