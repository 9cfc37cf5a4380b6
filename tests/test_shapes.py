"""The Shape object and the table: dtypes, ufunc behaviour, derivatives of any order, errors."""

from __future__ import annotations

import copy
import pickle

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ogive as og
from ogive import _core
from ogive.shapes import Shape, UnknownShapeError, shapes

NASTY = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e4, -1e4, 5e-324, -5e-324, 2e-310, 710.0, -710.0, 745.2, -745.2, 1e308]
ALL_UFUNCS = [row.ufunc_of(role) for row in shapes.values() for role in row.roles]
finite = st.floats(allow_nan=False, allow_infinity=False)


# ---- Calling ------------------------------------------------------------------------------------------------------


def test_a_shape_is_called_as_its_ufunc_is() -> None:
    x = np.linspace(-3, 3, 7)
    out = np.full(7, 9.0)
    assert og.sigmoid(x, out=out, where=x > 0) is out
    np.testing.assert_array_equal(out[x <= 0], 9)
    np.testing.assert_array_equal(out[x > 0], og.sigmoid.ufunc(x[x > 0]))
    assert og.sigmoid(x, dtype="f4").dtype == np.float32
    assert og.sigmoid([0.0]).shape == (1,)
    assert isinstance(og.sigmoid(0.0), np.float64)


@pytest.mark.parametrize("dtype", "?bBhHiIlLqQefdgFD")
def test_types_promote_as_for_exp(dtype: str) -> None:
    x = np.zeros(3, dtype)
    assert og.sigmoid(x).dtype == np.exp(x).dtype
    assert og.sigmoid.derivative(x).dtype == np.exp(x).dtype


def test_complex_long_double_has_no_loop_and_says_so() -> None:
    with pytest.raises(TypeError, match="sigmoid"):
        og.sigmoid(np.zeros(2, "G"))


@pytest.mark.parametrize("ufunc", ALL_UFUNCS, ids=lambda u: u.__name__)
def test_no_argument_warns(ufunc: np.ufunc) -> None:
    for types in ufunc.types:
        x = np.array(NASTY if types[0] in "dgD" else [v for v in NASTY if not 7e4 < abs(v) < np.inf], types[0])
        with np.errstate(all="raise"):
            for length in (1, 3, x.size, 1000):
                ufunc(np.resize(x, length))


@pytest.mark.parametrize("ufunc", ALL_UFUNCS, ids=lambda u: u.__name__)
@pytest.mark.parametrize("dtype", ["e", "f", "d", "g"])
def test_layout_does_not_change_the_answer(ufunc: np.ufunc, dtype: str) -> None:
    """Strided, reversed, misaligned and broadcast input, every length around a vector and a block."""
    base = np.random.default_rng(5).normal(0.5, 20, 1300).astype(dtype)
    whole = np.atleast_2d(ufunc(base))
    for length in [*range(36), 255, 256, 257, 511, 600]:
        for view in (slice(0, length), slice(3, 3 + length), slice(0, 2 * length, 2), slice(length, 0, -1)):
            x = base[view]
            np.testing.assert_array_equal(np.atleast_2d(ufunc(x)), whole[:, view])
            np.testing.assert_array_equal(np.atleast_2d(ufunc(x.copy())), whole[:, view])
    square = np.broadcast_to(base[:1], (4, 5))
    np.testing.assert_array_equal(np.unique(np.array(ufunc(square)[0])), np.unique(whole[0, :1]))


@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_output_may_be_the_input_or_overlap_it(scale: float) -> None:
    start = np.random.default_rng(6).normal(0, scale, 3000)
    want = og.sigmoid(start)
    x = start.copy()
    og.sigmoid(x, out=x)
    np.testing.assert_array_equal(x, want)
    x = start.copy()
    og.sigmoid(x[:-1], out=x[1:])
    np.testing.assert_array_equal(x[1:], want[:-1])
    x = start.copy()
    slope = og.sigmoid.derivative(start)
    value = np.empty_like(x)
    og.sigmoid.value_and_derivative(x, out=(value, x))
    np.testing.assert_array_equal(value, og.sigmoid.value_and_derivative(start)[0])
    np.testing.assert_array_equal(x, slope)


def test_zero_size_and_zero_dimensions() -> None:
    assert og.sigmoid(np.empty((0, 3))).shape == (0, 3)
    assert og.sigmoid(np.array(0.0)) == 0.5
    out = np.empty(())
    assert og.sigmoid(np.array(0.0), out=out) is out


def test_subclasses_and_array_ufunc_are_honoured() -> None:
    masked = np.ma.masked_array([0.0, 1.0], mask=[False, True])
    result = og.sigmoid(masked)
    assert isinstance(result, np.ma.MaskedArray)
    np.testing.assert_array_equal(result.mask, masked.mask)

    class Recorder:
        def __array_ufunc__(
            self, ufunc: np.ufunc, method: str, *inputs: object, **kwargs: object
        ) -> tuple[object, ...]:
            return ufunc, method, kwargs

    assert og.sigmoid(Recorder(), where=True) == (_core.sigmoid, "__call__", {"where": True})


# ---- Laws ---------------------------------------------------------------------------------------------------------


@given(finite)
def test_slope_is_even_to_the_bit(x: float) -> None:
    assert og.sigmoid.derivative(x) == og.sigmoid.derivative(-x)
    assert og.sigmoid.derivative(x, 2) == -og.sigmoid.derivative(-x, 2)


@given(finite)
def test_value_and_complement_sum_to_one(x: float) -> None:
    assert abs(og.sigmoid(x) + og.sigmoid(-x) - 1) <= 2**-53


@given(finite, finite)
def test_value_rises_to_within_its_error(a: float, b: float) -> None:
    low, high = sorted([a, b])
    assert og.sigmoid(low) <= np.nextafter(og.sigmoid(high), 2)


@given(st.floats(-700, 36))
def test_inverse_undoes_the_value(x: float) -> None:
    """To the error of one ULP in the value, carried back: dx = da / slope."""
    allowed = 2 * np.spacing(og.sigmoid(x)) / og.sigmoid.derivative(x) + 2 * np.spacing(abs(x))
    assert abs(og.sigmoid.inverse(og.sigmoid(x)) - x) <= allowed


def test_slope_is_nonzero_as_far_as_it_can_be() -> None:
    """ln(2**1075) = 745.13...: there the slope is half the smallest subnormal, and so in the other types."""
    for dtype, last in ((np.float16, 17.328), (np.float32, 103.972), (np.float64, 745.133)):
        assert og.sigmoid.derivative(dtype(last) * dtype([1, -1])).all()


@pytest.mark.parametrize("order", [3, 4, 5, 8, 12])
def test_any_order(order: int) -> None:
    """Against mpmath's Taylor series at 600 digits. Conditioning, not rounding, is what the tolerance allows for."""
    with mp.workdps(600):  # e**-500 beside 1
        for x in (-300.0, -20.0, -1.5, -0.3, 0.7, 2.0, 50.0, 500.0):
            f = lambda z: 1 / (1 + mp.exp(-z))  # noqa: E731 - a formula
            truth = mp.taylor(f, x, order)[order] * mp.factorial(order)
            scale = abs(truth) if abs(x) > 20 else mp.factorial(order) * mp.mpf(og.sigmoid(-abs(x)))
            assert abs(og.sigmoid.derivative(x, order) - truth) <= 1e-14 * scale


def test_any_order_of_other_types() -> None:
    assert og.sigmoid.derivative(np.float32(1), 3).dtype == np.float32
    assert og.sigmoid.derivative(np.zeros((2, 2)), 3).shape == (2, 2)
    assert og.sigmoid.derivative(0, 3) == -0.125
    z = og.sigmoid.derivative(0.3 + 0.4j, 3)
    with mp.workdps(30):
        truth = mp.diff(lambda w: 1 / (1 + mp.exp(-w)), mp.mpc(0.3, 0.4), 3)
    assert abs(z - complex(truth)) < 1e-14


@pytest.mark.parametrize("z", [1 + 2j, -3 + 3.1j, 0.01 + 3.14159j, 700 + 1j, -700 + 2j, 1e-9 + 3.141592653589793j])
def test_complex_values(z: complex) -> None:
    """Against mpmath at 700 digits, next to poles too; within 2e-15 of the modulus."""
    with mp.workdps(700):
        w = mp.mpc(z)
        value = 1 / (1 + mp.exp(-w))
        truths = {"": value, "derivative": value / (1 + mp.exp(w)), "log": -mp.log(1 + mp.exp(-w))}
        for role, truth in truths.items():
            assert abs(og.sigmoid.ufunc_of(role)(z) - truth) <= 2e-15 * abs(truth)


def test_long_double_matches_mpmath() -> None:
    """20 digits of mpmath at 30; on machines whose long double is a double this is the double's test again."""
    ulp = float(np.finfo(np.longdouble).eps)
    with mp.workdps(30):
        for x in (-50.5, -1.25, 0.0, 3.5, 40.0):
            truth = mp.exp(-x) / (1 + mp.exp(-x)) ** 2
            got = og.sigmoid.derivative(np.longdouble(x))
            assert abs(mp.mpf(str(got)) - truth) <= 4 * ulp * truth


def test_identity_by_name_loses_what_it_says_it_loses() -> None:
    x = np.float64(38.0)
    assert og.sigmoid.derivative_from_value(og.sigmoid(x)) == 0 < og.sigmoid.derivative(x)
    assert og.sigmoid.derivative_from_value(0.5) == 0.25


# ---- The object and the table -------------------------------------------------------------------------------------


def test_names_and_aliases_are_one_object() -> None:
    assert og.logistic is og.expit is og.shapes["expit"] is og.sigmoid
    assert set(og.shapes) == {row.name for row in og.shapes.values()}
    assert "expit" in og.shapes
    assert repr(og.sigmoid) == "<ogive shape sigmoid: 1/(1+exp(-z))>"


def test_a_shape_survives_pickle_and_copy() -> None:
    assert pickle.loads(pickle.dumps(og.sigmoid)) is og.sigmoid  # noqa: S301 - our own bytes
    assert copy.deepcopy(og.sigmoid) is og.sigmoid


def test_a_row_is_frozen() -> None:
    with pytest.raises(AttributeError):
        og.sigmoid.name = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        og.sigmoid.ufunc = np.exp  # type: ignore[misc]


def test_an_unknown_shape_suggests_the_nearest() -> None:
    with pytest.raises(UnknownShapeError, match="no shape 'sigmiod'; did you mean 'sigmoid'"):
        og.shapes["sigmiod"]
    with pytest.raises(KeyError, match="the shapes are sigmoid"):
        og.shapes["zzz"]


@pytest.mark.parametrize("order", [0, -1, 1.5, "1", True, None])
def test_a_bad_order_says_what_is_wanted(order: object) -> None:
    with pytest.raises(ValueError, match="order must be a positive integer, not"):
        og.sigmoid.derivative(0.0, order)  # type: ignore[arg-type]


def test_missing_roles_say_what_there_is() -> None:
    with pytest.raises(ValueError, match="sigmoid has no 'integral'; it has '', 'derivative'"):
        og.sigmoid.ufunc_of("integral")
    with pytest.raises(TypeError, match="order 3 is not a ufunc and takes no out"):
        og.sigmoid.derivative(0.0, 3, out=np.empty(()))


def test_rows_agree_with_the_core() -> None:
    """Every compiled ufunc belongs to a row, and every row's text form of the slope is the function beside it."""
    compiled = {name for name, item in vars(_core).items() if isinstance(item, np.ufunc)}
    assert compiled == {u.__name__ for u in ALL_UFUNCS}
    for row in shapes.values():
        assert isinstance(row, Shape)
        assert row.slope_in_value or row.slope_in_value_note
