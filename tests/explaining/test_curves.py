"""``og.explain(curve)``: the slope of a curve, told with its parameters, ending in its numbers."""

import numpy as np
import pytest

import ogive as og
from ogive.explaining import check
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import compile_numpy, parse

CURVES = [
    og.Curve(og.sigmoid, lower=0.1, upper=1.9, midpoint=3.2, steepness=1.4, axis="log"),
    og.Curve(og.sigmoid),
    og.Curve(og.tanh, midpoint=-0.5, steepness=0.7),
    og.Curve(og.arctan, upper=2, steepness=1e-3),
    og.Curve(og.sigmoid, upper=3, midpoint=3.2, steepness=-1.4, asymmetry=0.7, axis="reciprocal"),
    og.Curve(og.sigmoid, lower=0.1, upper=1.9, lower_slope=0.1, upper_slope=-0.2),
]


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: f"{curve.shape.name}-{curve.axis}")
def test_the_result_is_the_slope_of_the_curve(curve: og.Curve) -> None:
    derivation = og.explain(curve)
    assert check(derivation.to_json()).ok
    x = np.array([0.5, 1.5, 4.0])
    slope = compile_numpy(parse(derivation.result, functions=VOCABULARY), ["x"], functions=VOCABULARY)
    # both are computed in float64; the formula of tanh loses a few digits where 1 - tanh² cancels
    assert slope(x) == pytest.approx(curve.derivative(x), rel=1e-11)


def test_parameters_keep_their_names_until_the_numbers_come() -> None:
    lines = str(og.explain(CURVES[0])).split("\n")
    assert lines[0] == "d/dx[lower + (upper - lower)·(1/(1 + e^(-steepness·(ln(x) - ln(midpoint)))))]"
    assert lines[-2].strip() == "with lower = 0.1, midpoint = 3.2, steepness = 1.4, upper = 1.9"
    assert lines[-1].strip() == "holds for x > 0, lower = 0.1, midpoint = 3.2, steepness = 1.4, upper = 1.9"


def test_the_standard_curve_is_its_shape() -> None:
    derivation = og.explain(og.Curve(og.sigmoid))
    assert str(derivation).startswith("d/dx[1/(1 + e^-x)]")
    assert str(derivation).endswith("factor out a")
