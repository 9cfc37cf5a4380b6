"""Laws that every curve obeys, whatever its shape, axis and numbers."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ogive as og
from ogive.curves import AXES, Mean, Transition

# The smooth shapes that fits use; those with corners have no second derivative to check.
SMOOTH = ("sigmoid", "tanh", "normal", "gompertz", "cloglog", "arctan", "algebraic")
SHAPES = [name for name in SMOOTH if name in og.shapes]
LEVEL = st.floats(-5, 5)
RISE = st.floats(0.1, 10)


@st.composite
def curves(draw: Any, *, axes: tuple[str, ...] = tuple(AXES), sloped: bool = True) -> og.Curve:
    lower = draw(LEVEL)
    shape = og.shapes[draw(st.sampled_from(SHAPES))]
    slopes = {"lower_slope": draw(st.floats(-0.1, 0.1)), "upper_slope": draw(st.floats(-0.1, 0.1))} if sloped else {}
    return og.Curve(
        shape,
        lower=lower,
        upper=lower + draw(RISE),
        midpoint=draw(st.floats(0.5, 5)),
        steepness=draw(st.floats(0.3, 4)) * draw(st.sampled_from([-1, 1])),
        asymmetry=draw(st.sampled_from([1.0, 0.5, 2.5])),
        axis=draw(st.sampled_from(axes)),
        **slopes,
    )


X = np.linspace(0.6, 6.0, 7)
STEP = 1e-4


def difference(function: Any, x: Any) -> Any:
    """Fourth-order central difference: rounding and truncation both near 1e-11 of the function."""
    return (8 * (function(x + STEP) - function(x - STEP)) - function(x + 2 * STEP) + function(x - 2 * STEP)) / (
        12 * STEP
    )


def close(found: Any, wanted: Any, curve: og.Curve) -> None:
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-7 * (1 + abs(curve.lower) + abs(curve.upper)))


@given(curve=curves())
def test_slope_and_second_derivative_are_those_of_the_value(curve: og.Curve) -> None:
    close(curve.derivative(X), difference(curve, X), curve)
    close(curve.derivative(X, 2), difference(curve.derivative, X), curve)


@given(curve=curves())
def test_gradient_and_hessian_are_those_of_the_value(curve: og.Curve) -> None:
    gradient, hessian = curve.gradient(X), curve.hessian(X)
    assert gradient.shape == (*X.shape, len(curve.parameters))
    for k, name in enumerate(curve.parameters):
        value = getattr(curve, name)

        def moved(number: float, name: str = name) -> og.Curve:
            return curve.with_parameters(**{name: number})

        close(gradient[:, k], difference(lambda v: moved(float(v))(X), np.float64(value)), curve)
        slope_of = [moved(value + d) for d in (STEP, -STEP)]
        if all(len(each.parameters) == len(curve.parameters) for each in slope_of):
            change = (slope_of[0].gradient(X) - slope_of[1].gradient(X)) / (2 * STEP)
            np.testing.assert_allclose(hessian[:, k], change, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(hessian, np.swapaxes(hessian, 1, 2))


@given(curve=curves(sloped=False))
def test_inverse_undoes_the_value(curve: og.Curve) -> None:
    y = curve(X)
    np.testing.assert_allclose(curve(curve.inverse(y)), y, rtol=1e-9, atol=1e-12)


@given(curve=curves(sloped=False))
def test_no_value_lies_outside_the_asymptotes(curve: og.Curve) -> None:
    assert np.isnan(curve.inverse([curve.lower - 0.1, curve.upper + 0.1])).all()
    y = curve(np.geomspace(1e-3, 1e3, 50))
    slack = 1e-12 * (abs(curve.lower) + abs(curve.upper))
    assert (y >= curve.lower - slack).all()
    assert (y <= curve.upper + slack).all()


@given(curve=curves(sloped=False))
def test_the_curve_goes_one_way(curve: og.Curve) -> None:
    y = curve(np.geomspace(1e-3, 1e3, 50))
    assert (np.diff(y) * np.sign(curve.steepness) >= -1e-12 * (abs(curve.lower) + curve.upper)).all()


@given(curve=curves(axes=("linear",), sloped=False))
def test_inflection_is_where_the_slope_is_extreme(curve: og.Curve) -> None:
    steep = curve.steepest
    near = steep.x + np.array([-1e-3, 1e-3]) / abs(curve.steepness)
    assert (np.abs(curve.derivative(near)) <= abs(steep.slope) * (1 + 1e-12)).all()
    assert steep.x == curve.inflection


@settings(max_examples=30)
@given(curve=curves(sloped=False))
def test_area_adds_up(curve: og.Curve) -> None:
    whole, parts = curve.area(0.5, 8.0), curve.area(0.5, 2.0) + curve.area(2.0, 8.0)
    np.testing.assert_allclose(whole, parts, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(curve.area(8.0, 0.5), -whole)
    # the area under the slope is the rise: the fundamental theorem
    middles = np.linspace(0.5, 8.0, 20001)
    rise = np.sum((curve.derivative(middles)[1:] + curve.derivative(middles)[:-1]) / 2) * (middles[1] - middles[0])
    np.testing.assert_allclose(rise, curve(8.0) - curve(0.5), rtol=1e-5, atol=1e-6)


@given(p=st.floats(0.05, 0.95), curve=curves(sloped=False))
def test_width_is_the_distance_of_fractions(p: float, curve: og.Curve) -> None:
    x = curve.at_fraction(p)
    assert np.isclose((curve(x) - curve.lower) / (curve.upper - curve.lower), p, atol=1e-9)
    assert np.isclose(curve.width(p, p), 0)


# ---- Named places ------------------------------------------------------------------------------------------------


def dose_curve(**changes: float) -> og.Curve:
    return og.Curve(
        og.sigmoid, **{"lower": 1.0, "upper": 9.0, "midpoint": 3.0, "steepness": 2.0, "axis": "log"} | changes
    )


def test_dose_zero_and_infinity_are_legal() -> None:
    curve = dose_curve()
    assert curve(0.0) == 1.0
    assert curve(np.inf) == 9.0
    assert dose_curve(steepness=-2.0)(0.0) == 9.0
    np.testing.assert_array_equal(curve.gradient(0.0), [1, 0, 0, 0, 0])
    assert np.isfinite(curve.hessian([0.0, 1.0, np.inf])).all()


@pytest.mark.parametrize(
    ("steepness", "slope"),
    # (x/3)**k has slope 8 k x**(k-1) / 3**k at dose 0: 0, 8/3, infinite
    [(2.0, 0.0), (1.0, 8 / 3), (0.5, np.inf)],
)
def test_slope_at_dose_zero_is_its_limit(steepness: float, slope: float) -> None:
    assert dose_curve(steepness=steepness).derivative(0.0) == pytest.approx(slope, rel=1e-10)


def test_a_shallow_dose_curve_is_steepest_at_zero() -> None:
    steep = dose_curve(steepness=1.0).steepest
    assert (steep.x, steep.y) == (0.0, 1.0)
    assert np.isnan(dose_curve(steepness=1.0).inflection)


def test_inflection_on_a_log_axis_is_known() -> None:
    # for steepness k the Hill curve bends at m ((k-1)/(k+1))**(1/k): with k = 2, m / sqrt(3)
    assert dose_curve().inflection == pytest.approx(3 / np.sqrt(3), rel=1e-9)


def test_half_point_differs_from_the_midpoint_where_the_shape_is_not_symmetric() -> None:
    assert dose_curve(asymmetry=0.5).half_point != 3.0
    assert dose_curve().half_point == pytest.approx(3.0)


def test_area_of_a_logistic_is_known() -> None:
    # the integral of 1/(1+exp(-x)) is log(1+exp(x))
    curve = og.Curve(og.sigmoid)
    assert curve.area(-50.0, 3.0) == pytest.approx(np.log1p(np.exp(3.0)), rel=1e-12)
    np.testing.assert_allclose(curve.area(0.0, [1.0, 2.0]), np.log((1 + np.exp([1.0, 2.0])) / 2), rtol=1e-13)


def test_area_over_the_axis_of_a_dose_curve_is_that_of_the_logistic() -> None:
    assert dose_curve(lower=0, upper=1).area(3.0, 6.0, over="axis") == pytest.approx(
        0.5 * np.log((1 + np.exp(2 * np.log(2))) / 2), rel=1e-12
    )


def test_formula_says_the_same_as_the_curve() -> None:
    from ogive.expressions import compile_numpy, parse

    curve = dose_curve(asymmetry=1.5, lower_slope=0.1)
    run = compile_numpy(parse(curve.formula()), ["x"])
    np.testing.assert_allclose(run(X), curve(X), rtol=1e-13)


# ---- Refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lower": 2.0, "upper": 1.0}, "falling curve has lower < upper"),
        ({"axis": "logarithmic"}, "axis must be one of linear, log, reciprocal"),
        ({"asymmetry": 0.0}, "asymmetry must be positive"),
        ({"axis": "log", "midpoint": -1.0}, "midpoint must be positive"),
    ],
)
def test_a_curve_that_is_none_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        og.Curve(og.sigmoid, **changes)


def test_orders_and_measures_are_checked() -> None:
    with pytest.raises(ValueError, match="order must be 1 or 2"):
        dose_curve().derivative(1.0, order=3)
    with pytest.raises(ValueError, match="over must be 'x' or 'axis'"):
        dose_curve().area(1, 2, over="log")


def test_a_mean_computes_many_vectors_at_once() -> None:
    mean = Mean(Transition(og.sigmoid), AXES["log"])
    place = mean.axis.place([0.0, 1.0, 10.0])
    p = [np.zeros((4, 1)), np.ones((4, 1)), np.linspace(-1, 1, 4)[:, None], 1.0, 1.0, 0.0, 0.0]
    assert mean.value(p, place).shape == (4, 3)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softsign", "algebraic", "arctan", "gudermannian", "gompertz"])
@pytest.mark.parametrize("power", [None, 0.3, 2.7])
def test_both_sides_of_a_transition_keep_their_digits(name: str, power: float | None) -> None:
    """References by mpmath with 60 digits, from the formulas in the rows."""
    mp = mpmath.mp.clone()
    mp.dps = 60
    formulas = {
        "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
        "tanh": lambda z: (1 + mp.tanh(z)) / 2,
        "softsign": lambda z: (1 + z / (1 + abs(z))) / 2,
        "algebraic": lambda z: (1 + z / mp.sqrt(1 + z * z)) / 2,
        "arctan": lambda z: mp.mpf(1) / 2 + mp.atan(z) / mp.pi,
        "gudermannian": lambda z: mp.mpf(1) / 2 + 2 * mp.atan(mp.tanh(z / 2)) / mp.pi,
        "gompertz": lambda z: mp.exp(-mp.exp(-z)),
    }
    z = np.concatenate([-np.geomspace(1e-8, 4, 12), np.geomspace(1e-8, 30, 12)])
    sides = Transition(og.shapes[name]).sides(z, power)
    for place, gone, left in zip(z, *sides, strict=True):
        exact = formulas[name](mp.mpf(float(place))) ** mp.mpf(power or 1)
        assert abs(mp.mpf(float(gone)) / exact - 1) < 2e-15
        assert abs(mp.mpf(float(left)) / (1 - exact) - 1) < 2e-15


def test_a_far_asymptote_costs_no_digits() -> None:
    """The last stretch towards 1 from a million below, of which only e^-x is seen: by its series."""
    x = np.linspace(18, 22, 5)
    curve = og.Curve(og.tanh, lower=-1e6, upper=1.0, midpoint=0, steepness=0.5)
    np.testing.assert_allclose(1 - curve(x), (1e6 + 1) * (np.exp(-x) - np.exp(-2 * x)), rtol=1e-12)
