"""Shapes from text alone: those of the table rebuilt from their formulas, laws, and everything else a shape does."""

from __future__ import annotations

import copy
import math
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ogive as og
from ogive.expressions import balls, differentiate, parse

INF = math.inf
HILL = og.Shape.from_formula("hill2", "z^2/(1+z^2)", domain=(0, INF))
STEEP = og.Shape.from_formula("steep", "1/(1+exp(-3z))")
REBUILT: dict[str, og.Shape] = {}


def rebuilt(name: str) -> og.Shape:
    """The shape of the table, made again from the text of its formula."""
    if name not in REBUILT:
        REBUILT[name] = og.Shape.from_formula(f"{name}_again", og.shapes[name].formula)
    return REBUILT[name]


# ---- The table, rebuilt ------------------------------------------------------------------------------------------

X = np.concatenate([np.linspace(-9.13, 9.17, 38), np.linspace(-711.3, 713.7, 20), [1e-7, -1e-7, 1e8, -1e8, 0.011]])
SLOW_IN_BALLS = {"gelu_tanh", "algebraic", "mish", "gudermannian"}  # whose fourth derivatives are long trees


@pytest.mark.parametrize("name", og.shapes)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_values_and_slopes_are_those_of_the_kernels(name: str, order: int) -> None:
    """To 2e-13: e**u of a rounded u is off by u ULP, which is a thousand where the formula is e**-700."""
    shape, again = og.shapes[name], rebuilt(name)
    want = shape.derivative(X, order) if order else shape(X)
    got = again.derivative(X, order) if order else again(X)
    small = 1e-20 if name == "gelu_tanh" else 1e-300  # its formula cancels where tanh rounds to -1: the row says so
    np.testing.assert_allclose(got, want, rtol=2e-13, atol=small)


@pytest.mark.parametrize("name", og.shapes)
@pytest.mark.parametrize("order", [3, 4])
def test_higher_slopes_are_those_of_the_rules_in_ball_arithmetic(name: str, order: int) -> None:
    """An oracle that shares the rules only; relative to what stands beside a zero of the derivative."""
    tree, again = parse(og.shapes[name].formula, names=("z",)), rebuilt(name)
    if order == 4 and name in SLOW_IN_BALLS:
        pytest.skip("the third order holds the rules; the fourth of shorter formulas holds the order")
    x = X[(np.abs(X) > 1e-3) & (np.abs(X) < 30)][::4]
    lower, got = again.derivative(x, order - 1), again.derivative(x, order)
    for _ in range(order):
        tree = differentiate(tree, "z")
    with balls.precision(300):
        want = [float(balls.evaluate(tree, {"z": balls.ball(Fraction(float(at)))}).mid()) for at in x]
    np.testing.assert_array_less(np.abs(got - want), 1e-12 * (np.abs(want) + np.abs(lower)) + 1e-300)


@pytest.mark.parametrize("name", og.shapes)
def test_limits_kinks_and_kind_are_those_of_the_row(name: str) -> None:
    row, again = og.shapes[name], rebuilt(name)
    assert again.limits == row.limits
    assert again.kind == (row.kind if name != "hard_tanh" else "s-curve")  # whose row counts it to its family
    assert [kink.x for kink in again.kinks] == [kink.x for kink in row.kinks]
    assert [kink.jumps for kink in again.kinks] == [kink.jumps for kink in row.kinks]
    values = {special.x: special.value for special in row.special}
    assert all(math.isclose(at.value, values[at.x], abs_tol=1e-16) for at in again.special if at.x in values)


@pytest.mark.parametrize("name", [name for name, row in og.shapes.items() if "inverse" in row.roles])
def test_inverses_are_those_of_the_kernels(name: str) -> None:
    """Between the limits; a limit that a float only comes near to (pi/2) is the end of the line here."""
    row, again = og.shapes[name], rebuilt(name)
    low, high = (max(-30.0, min(30.0, limit)) for limit in row.limits)
    p = low + (high - low) * np.concatenate(
        [np.linspace(0.01, 0.99, 57), [0.0, 1.0] if low.is_integer() and high.is_integer() else []]
    )
    p = np.concatenate([p, [low - 1] if math.isfinite(row.limits[0]) else []])
    np.testing.assert_allclose(again.inverse(p), row.inverse(p), rtol=1e-13, atol=1e-15)


SAID_OTHERWISE = {
    "hard_sigmoid": "if(y <= 0, 0, if(y < 1, 1/6, 0))",  # the row: a step, which it calls no elementary formula
    "normal": "sqrt(2)/(2*sqrt(pi)*exp(erfinv(2*y - 1)**2))",  # the row: erfinv is not elementary
    "smoothstep": None,  # the row: trigonometry of a cubic; here the relation of value and slope is found
}


@pytest.mark.parametrize("name", og.shapes)
def test_the_slope_in_the_value_is_that_of_the_row(name: str) -> None:
    row, again = og.shapes[name], rebuilt(name)
    if name in SAID_OTHERWISE:
        assert again.slope_in_value == SAID_OTHERWISE[name]
        return
    if row.slope_in_value is None:
        assert again.slope_in_value is None
        assert again.slope_in_value_note
        return
    x = np.linspace(-3.1, 3.2, 22)
    np.testing.assert_allclose(
        again.derivative_from_value(again(x)), row.derivative_from_value(row(x)), rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("name", ["sigmoid", "normal", "gompertz", "cloglog"])
@pytest.mark.parametrize("role", ["log", "log_complement"])
def test_logarithms_keep_both_tails(name: str, role: str) -> None:
    x = np.concatenate([np.linspace(-35.1, 35.2, 101), [-5.0, 6.0]])
    want, got = og.shapes[name].ufunc_of(role)(x), rebuilt(name).ufunc_of(role)(x)
    np.testing.assert_allclose(got, want, rtol=2e-13)


# ---- Laws --------------------------------------------------------------------------------------------------------

TEXTS = {
    "1/(1 + exp(-{a}*z))": lambda z, a: 1 / (1 + mp.exp(-a * z)),
    "z/(1 + abs(z)^{a})^(1/{a})": lambda z, a: z / (1 + abs(z) ** a) ** (mp.mpf(1) / a),
    "exp(-exp(-{a}z))": lambda z, a: mp.exp(-mp.exp(-a * z)),
    "atan({a}*sinh(z))": lambda z, a: mp.atan(a * mp.sinh(z)),
    "log(1 + {a}*exp(z))": lambda z, a: mp.log1p(a * mp.exp(z)),
    "sigmoid({a}z)^2": lambda z, a: (1 / (1 + mp.exp(-a * z))) ** 2,
    "tanh({a}z) + z": lambda z, a: mp.tanh(a * z) + z,
}  # the second functions share no code with the first


@cache
def of_text(text: str) -> og.Shape:
    return og.Shape.from_formula("any", text)


@given(
    text=st.sampled_from(sorted(TEXTS)), a=st.sampled_from([1, 3]),
    x=st.floats(-20, 20).filter(lambda x: abs(x) > 1e-2),
)  # fmt: skip
@settings(deadline=None, max_examples=40)
def test_values_slopes_and_inverses_hold_for_any_formula(text: str, a: int, x: float) -> None:
    shape = of_text(text.format(a=a))
    with mp.workdps(50):
        want = [mp.diff(lambda z: TEXTS[text](z, a), mp.mpf(x), k) for k in range(3)]
        want[0] = TEXTS[text](mp.mpf(x), a)
    value, first, second = float(shape(x)), float(shape.derivative(x)), float(shape.derivative(x, 2))
    assert abs(value - want[0]) <= 1e-13 * abs(want[0]) + 1e-300
    assert abs(first - want[1]) <= 1e-12 * abs(want[1]) + mp.mpf(10) ** -25 * abs(want[0]) + 1e-300
    assert abs(second - want[2]) <= 1e-11 * (abs(want[2]) + abs(want[1])) + mp.mpf(10) ** -20 * abs(want[0]) + 1e-300
    if value in shape.limits:  # rounded to it
        return
    back = float(shape.inverse(value))
    assert abs(back - x) * first <= 4 * np.spacing(abs(value)) + 1e-15 * abs(first * x)


@given(x=st.lists(st.floats(allow_nan=True), min_size=1, max_size=40), cut=st.integers(0, 39))
@settings(deadline=None, max_examples=30)
def test_no_result_depends_on_its_neighbours(x: list[float], cut: int) -> None:
    for function in (STEEP, STEEP.derivative, HILL, HILL.derivative):
        whole = function(np.array(x))
        np.testing.assert_array_equal(whole[cut:], function(np.array(x)[cut:]))


# ---- Domain and special values -----------------------------------------------------------------------------------


def test_outside_its_domain_a_shape_is_nan_and_at_its_ends_its_limit() -> None:
    x = [-1.0, 0.0, 1.0, INF, -INF, math.nan]
    np.testing.assert_array_equal(HILL(x), [math.nan, 0.0, 0.5, 1.0, math.nan, math.nan])
    np.testing.assert_array_equal(HILL.derivative(x), [math.nan, 0.0, 0.5, 0.0, math.nan, math.nan])
    np.testing.assert_array_equal(HILL.inverse([0.0, 0.5, 1.0, 1.5]), [0.0, 1.0, INF, math.nan])
    ends = og.Shape.from_formula("logs", "1 + z*log(z)", domain=(0, 1))
    assert ends.limits == (1.0, 1.0)
    assert ends.derivative(0.0) == -INF


def test_slopes_do_not_die_in_the_tails() -> None:
    """e**-700 and 1e-300, which need numbers outside of floats on the way, or a form without cancellation."""
    assert float(STEEP.derivative(-230.0)) == pytest.approx(3 * math.exp(-690), rel=1e-13)
    assert float(STEEP.derivative(230.0)) == pytest.approx(3 * math.exp(-690), rel=1e-13)
    assert float(rebuilt("softsign").derivative(1e150)) == pytest.approx(1e-300, rel=1e-15)
    assert float(rebuilt("tanh").derivative(300.0)) == pytest.approx(4 * math.exp(-600), rel=1e-13)


def test_a_kink_returns_the_mean_of_both_sides_and_says_so() -> None:
    ramp = rebuilt("relu")
    assert ramp.derivative(0.0) == 0.5
    assert str(ramp.kinks[0]) == "the slope jumps from 0 to 1, and 0.5 is returned"
    assert ramp.kinks[0].jumps


def test_a_condition_is_a_formula_too() -> None:
    shape = og.Shape.from_formula("bent", "if(x < 0, exp(x), 1 + x)")
    np.testing.assert_allclose(shape([-1.0, 0.0, 2.0]), [math.exp(-1), 1.0, 3.0])
    assert [kink.x for kink in shape.kinks] == [0.0]
    assert shape.formula == "if(z < 0, exp(z), 1 + z)"


def test_what_falls_is_inverted_too_and_what_does_both_is_not() -> None:
    falling = og.Shape.from_formula("falling", "exp(-z)")
    assert falling.direction.sign == -1
    assert float(falling.inverse(math.exp(-3))) == pytest.approx(3, rel=1e-15)
    bump = og.Shape.from_formula("bump", "exp(-z^2)")
    assert "inverse" not in bump.roles
    with pytest.raises(ValueError, match=r"bump has no 'inverse'; .* neither rises nor falls all the way"):
        bump.inverse(0.5)


def test_an_order_too_high_is_one_clear_sentence() -> None:
    wild = og.Shape.from_formula("wild", "tanh(z*exp(-z^2)*cos(z))")
    with pytest.raises(
        ValueError, match=r"wild: the formula of its derivative of order \d+ is too long; give a lower order"
    ):
        wild.derivative(0.3, 20)


# ---- As a ufunc --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["", "derivative", "inverse", "log"])
def test_outputs_masks_and_types_work_as_those_of_a_ufunc(role: str) -> None:
    function, kernel = HILL.ufunc_of(role), og.sigmoid.ufunc_of("")
    x = np.linspace(0.05, 0.95, 24).reshape(4, 6)
    want = function(x)
    out = np.full(x.shape, -1.0)
    assert function(x, out=out, where=x > 0.5) is out
    np.testing.assert_array_equal(out, np.where(x > 0.5, want, -1.0))
    for layout in (x.T, x[::-1, ::2], np.asfortranarray(x)):
        np.testing.assert_array_equal(function(layout), function(layout.copy()))
    for dtype in ("float16", "float32", "float64", "int8", "int32", "bool"):
        given_ = np.ones(3, dtype=dtype)
        assert function(given_).dtype == kernel(given_).dtype
    np.testing.assert_array_equal(function(x.astype("f4")), function(x.astype("f4").astype(float)).astype("f4"))
    assert function(x, dtype="float32").dtype == np.float32
    assert type(function(0.5)) is np.float64
    assert function(np.empty((0, 3))).shape == (0, 3)
    y = x.ravel().copy()
    np.testing.assert_array_equal(function(y[1:], out=y[:-1]), want.ravel()[1:])  # overlapping


def test_what_is_no_real_number_is_refused() -> None:
    for bad in (1j, np.longdouble(1), "x", None):
        with pytest.raises(TypeError):
            HILL(bad)
    with pytest.raises(TypeError, match="does not go into float32 by the rule 'safe'"):
        HILL.ufunc(np.ones(2), dtype="float32", casting="safe")


def test_no_argument_warns() -> None:
    with np.errstate(all="raise"):
        for shape in (HILL, STEEP):
            for function in (shape, shape.derivative, shape.inverse, shape.log):
                function(np.array([0.0, -0.0, INF, -INF, math.nan, 1e308, 5e-324, -1e308, 0.5]))


def test_other_packages_arrays_come_back_as_what_they_are() -> None:
    pandas = pytest.importorskip("pandas")
    masked = HILL(np.ma.masked_array([0.5, 1.0], mask=[True, False]))
    assert np.ma.getmask(masked).tolist() == [True, False]
    series = HILL(pandas.Series([0.0, 1.0], name="dose"))
    assert series.name == "dose"
    assert series.tolist() == [0.0, 0.5]


# ---- Copies ------------------------------------------------------------------------------------------------------


def test_copies_are_equal_and_so_are_their_functions() -> None:
    for other in (copy.copy(HILL), copy.deepcopy(HILL), pickle.loads(pickle.dumps(HILL))):  # noqa: S301 - our own
        assert other == HILL
        assert hash(other) == hash(HILL)
        assert isinstance(other, og.Shape)
    assert pickle.loads(pickle.dumps(HILL.ufunc_of("inverse")))(0.5) == 1.0  # noqa: S301 - our own
    assert og.Shape.from_formula("hill2", "x^2/(1+x^2)", domain=(0, INF)) == HILL
    assert og.Shape.from_formula("hill3", "z^2/(1+z^2)", domain=(0, INF)) != HILL
    assert repr(HILL) == "<ogive shape hill2: z**2/(1 + z**2) for z > 0>"
    with pytest.raises(AttributeError):
        HILL.name = "other"  # type: ignore[misc]


def test_other_processes_take_it() -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(HILL.derivative, 1.0).result() == 0.5


def test_the_table_does_not_change() -> None:
    assert "hill2" not in og.shapes


# ---- What cannot be a shape --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "formula", "domain", "message"),
    [
        ("f", "z + y", None, "has one variable, and 'z .* y' has 2: y, z; put numbers"),
        ("f", "a*z/(tanhh + z)", None, "the name 'tanhh' is not known"),
        ("f", "tanhh(z)", None, "there is no function 'tanhh'"),
        ("f", "1 + 2", None, "is a constant; a shape is a function of one variable"),
        ("f", "z = 1", None, "a shape is an expression"),
        ("f", "diff(z^2, z)", None, "a shape is an expression"),
        ("f", "1/(1+exp(-z)", None, "never closed"),
        ("f", "__import__('os')", None, "the character '_' has no meaning here"),
        ("f", "log(z)", None, r"not a real number at z = .*domain is every z; give domain=\(low, high\)"),
        ("f", "1/(z - 0.123456)", None, "not a real number at z = 0.1"),
        ("f", "z", (1, 1), "the domain from 1 to 1 is empty"),
        ("f", "z", (0, math.nan), "is empty"),
        ("f", "z", 3, "domain is a pair of numbers"),
        ("sigmoid", "z", None, "the name 'sigmoid' is taken: it is a shape of the table"),
        ("expit", "z", None, "is taken"),
        ("exp", "z", None, "is taken: it is a function of the language"),
        ("2f", "z", None, "called by a Python name such as 'hill2', not '2f'"),
        ("if", "z", None, "called by a Python name"),
        (3, "z", None, "called by a Python name"),
    ],
)
def test_what_is_wrong_is_said(name: Any, formula: str, domain: Any, message: str) -> None:
    options = {} if domain is None else {"domain": domain}
    with pytest.raises(ValueError, match=message):
        og.Shape.from_formula(name, formula, **options)


# ---- The row -----------------------------------------------------------------------------------------------------


def test_the_row_says_that_nothing_is_promised_and_where_digits_are_lost() -> None:
    assert dict(HILL.max_ulp) == {}
    assert HILL.accuracy.startswith("not promised")
    cancels = og.Shape.from_formula("cancels", "(1 + z^2) - sqrt(1 + 2z^2)")
    assert "the formula cancels" in cancels.accuracy
    assert HILL.notes == ()


def test_the_estimate_of_errors_is_no_less_than_the_errors() -> None:
    x = np.linspace(-30.1, 30.2, 40)
    for name in ("sigmoid", "normal", "gompertz", "mish", "algebraic"):
        again: Any = rebuilt(name)
        program = again._whole.program(1)
        want = og.shapes[name].derivative(x)
        seen = np.abs(program(x) - want) / np.spacing(np.abs(want))
        assert (seen <= program.error(x) + 2)[want > 1e-300].all()


# ---- In the rest of the house ------------------------------------------------------------------------------------


def test_it_is_explained_and_its_properties_are_proved() -> None:
    derivation = og.explain(STEEP)
    assert derivation.result == "3*(1/(1 + exp(-3*z)))*(1 - 1/(1 + exp(-3*z)))"
    assert str(derivation).splitlines()[-1].split("=")[1].split()[0] == "3·a·(1"
    sheet = og.properties(STEEP)
    assert sheet["range"].statement == "takes exactly the values (0, 1)"
    assert sheet.check() == ()
    assert "defined from 0 to inf only" in str(og.properties(HILL))
    assert og.equivalent(STEEP, "1/(1 + exp(-3z))").answer == "equal"
    assert og.self_reference(STEEP).form == STEEP.slope_in_value


def test_a_curve_of_it_stays_at_its_asymptote_beyond_the_domain() -> None:
    curve = og.Curve(HILL, lower=1, upper=5, midpoint=2, steepness=0.5)
    np.testing.assert_allclose(curve([-3.0, 2.0, 4.0, INF]), [1.0, 1.0, 3.0, 5.0])
    np.testing.assert_allclose(curve.derivative([-3.0, 4.0]), [0.0, 1.0])
    assert curve.inverse(3.0) == 4.0
    text = parse(curve.formula())
    for x in (-3, 1, 3, 9):
        with balls.precision(100):
            assert float(balls.evaluate(text, {"x": balls.ball(x)}).mid()) == pytest.approx(
                float(curve(x)), rel=1e-14
            )
    derivation = og.explain(curve)
    assert derivation.check().ok
    slope = parse(derivation.result)
    for x in (-3, 1, 3, 9):
        with balls.precision(100):
            assert float(balls.evaluate(slope, {"x": balls.ball(x)}).mid()) == pytest.approx(
                float(curve.derivative(x)), rel=1e-14
            )


def test_a_curve_of_a_shape_between_other_limits_runs_between_its_own() -> None:
    """The square of the logistic times 3, less 1: neither from 0 nor up to 1, nor symmetric."""
    shape = og.Shape.from_formula("odd_limits", "3*sigmoid(z)^2 - 1")
    curve = og.Curve(shape, lower=2, upper=4, steepness=1.5)
    x = np.linspace(-3, 3, 13)
    np.testing.assert_allclose(curve(x), 2 + 2 / (1 + np.exp(-1.5 * x)) ** 2, rtol=1e-13)
    np.testing.assert_allclose(curve.inverse(curve(x)), x, atol=1e-12)


def test_a_fit_of_it_finds_what_the_kernel_finds() -> None:
    x = np.linspace(0, 10, 40)
    y = 1 + 3 / (1 + np.exp(-1.2 * (x - 4))) + 0.05 * np.sin(37 * x)
    mine = og.fit(og.Model("mine", shape=STEEP), x, y)
    theirs = og.fit("logistic-4", x, y)
    assert mine.status == theirs.status
    assert mine.params["midpoint"] == pytest.approx(theirs.params["midpoint"], rel=1e-5)
    assert 3 * mine.params["steepness"] == pytest.approx(theirs.params["steepness"], rel=1e-5)
    assert mine.rss == pytest.approx(theirs.rss, rel=1e-9)
    assert 3 * mine.stderr["steepness"] == pytest.approx(theirs.stderr["steepness"], rel=1e-4)


def test_a_fit_of_it_is_stored_and_read_back() -> None:
    x = np.linspace(0, 10, 30)
    fit = og.fit(
        og.Model("hill", shape=HILL, fixed={"midpoint": 0.0}), x, 1 + 3 * HILL(x / 2.5) + 0.02 * np.sin(9 * x)
    )
    assert 1 / fit.params["steepness"] == pytest.approx(2.5, rel=0.05)
    for again in (og.Fit.from_json(fit.to_json()), pickle.loads(pickle.dumps(fit))):  # noqa: S301 - our own
        assert again.params == fit.params
        assert again.model.shape == HILL


def test_models_know_a_shape_of_the_table_by_its_name() -> None:
    assert og.Model("m", shape=og.sigmoid).shape == "sigmoid"
    assert og.Model("m", shape=og.sigmoid).row is og.Model("m", shape="sigmoid").row


def test_it_is_plotted_on_its_domain() -> None:
    pytest.importorskip("matplotlib")
    axes = og.plot(HILL)
    assert axes.lines
    with pytest.raises(ValueError, match="hill2 is not defined between -3 and -1"):
        og.plot(HILL, span=(-3, -1))
