"""What SciPy's own tests hold of expit, logit, log_expit, ndtr, log_ndtr and ndtri, held of our functions.

The facts are theirs (limits, tails, symmetry, dtypes); the numbers are computed here with mpmath, at 60 digits or
more, by the expression that stands beside them.
"""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from scipy import special

import ogive as og


def ulps(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    return np.abs(got - want) / np.spacing(np.abs(want))


# ---- Logistic -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_expit_and_logit_keep_the_type_and_reach_their_limits(dtype: type) -> None:
    edges = np.array([-np.inf, 0, np.inf, np.nan], dtype)
    value = og.expit(edges)
    assert value.dtype == dtype
    np.testing.assert_array_equal(value, np.array([0, 0.5, 1, np.nan], dtype))
    back = og.expit.inverse(np.array([0, 0.5, 1, -0.1, 1.1, np.nan], dtype))
    assert back.dtype == dtype
    np.testing.assert_array_equal(back, np.array([-np.inf, 0, np.inf, np.nan, np.nan, np.nan], dtype))


def test_logit_next_to_one_half() -> None:
    """mp.log(p / (1 - p)) at p = mp.mpf(1)/2 + k * mp.mpf(2)**-53: 4 k 2**-53 to 17 digits."""
    steps = np.array([-3, -2, -1, 2, 4])
    np.testing.assert_array_equal(og.expit.inverse(0.5 + steps * 2.0**-53), 4 * steps * 2.0**-53)


def test_log_expit_where_the_value_rounds_to_one_or_underflows() -> None:
    x = np.array([-1000.0, -745.5, -40.0, 40.0, 700.0, 745.0])
    with mp.workdps(400):
        want = np.array([float(-mp.log1p(mp.exp(-mp.mpf(v)))) for v in x.tolist()])
    assert ulps(og.expit.log(x), want).max() <= 1
    assert og.expit.log(-np.inf) == -np.inf
    assert og.expit.log(np.inf) == 0


# ---- Normal -------------------------------------------------------------------------------------------------------

GRID = np.concatenate([np.linspace(-38.4, 38.4, 1537), np.linspace(-1, 1, 401)])


def test_ndtr_agrees_with_scipy_and_reaches_the_last_subnormal() -> None:
    value = og.normal(GRID)
    # SciPy rounds x / sqrt(2), which the tail magnifies by x**2: 1,720 ULP at -36.9, where ours has 2
    np.testing.assert_allclose(value[GRID > -37], special.ndtr(GRID[GRID > -37]), rtol=1e-12)
    np.testing.assert_array_equal(og.normal([-np.inf, 0.0, np.inf]), [0, 0.5, 1])
    assert np.isnan(og.normal(np.nan))
    assert og.normal(-38.4) > 0 == og.normal(-39.0)


def test_ndtr_tail_at_minus_38() -> None:
    """mp.ncdf(-38) = 2.8854283e-316: subnormal, to the nearest."""
    with mp.workdps(60):
        assert abs(og.normal(-38.0) - float(mp.ncdf(-38))) <= 5e-324


def test_log_ndtr_far_left() -> None:
    """-x**2/2 - log(-x sqrt(2 pi)) + log of the series 1 - 1/x**2 + ..., by mpmath's erfc at 60 digits."""
    x = np.array([-1e6, -1e4, -100.0, -37.0, -10.0, -1.0, -1e-3, 0.0])
    with mp.workdps(60):
        want = np.array([float(mp.log(mp.erfc(-mp.mpf(v) / mp.sqrt(2)) / 2)) for v in x.tolist()])
    assert ulps(og.normal.log(x), want).max() <= 2
    np.testing.assert_array_equal(og.normal.log([-np.inf, np.inf]), [-np.inf, 0])
    np.testing.assert_allclose(og.normal.log(x), special.log_ndtr(x), rtol=1e-14)


def test_log_ndtr_far_right() -> None:
    """-Phi(-x), long after log(Phi(x)) would be 0."""
    x = np.array([6.0, 8.3, 10.0, 25.0, 38.0])
    with mp.workdps(400):
        want = np.array([float(mp.log1p(-mp.erfc(mp.mpf(v) / mp.sqrt(2)) / 2)) for v in x.tolist()])
    assert np.abs(og.normal.log(x) - want).max() <= 2 * np.spacing(np.abs(want)).max()
    assert (og.normal.log(x) < 0).all()


def test_ndtri_limits_symmetry_and_agreement() -> None:
    np.testing.assert_array_equal(og.normal.inverse([0.0, 0.5, 1.0]), [-np.inf, 0, np.inf])
    assert np.isnan(og.normal.inverse([-0.1, 1.1, np.nan])).all()
    p = np.concatenate([np.geomspace(1e-300, 0.5, 500), np.linspace(0.01, 0.99, 99)])
    np.testing.assert_allclose(og.normal.inverse(p), special.ndtri(p), rtol=2e-14, atol=1e-16)
    half = np.ldexp(np.arange(1, 512), -9)
    np.testing.assert_array_equal(og.normal.inverse(half), -og.normal.inverse(1 - half))


def test_ndtri_undoes_ndtr() -> None:
    x = np.linspace(-37, 5, 1000)
    np.testing.assert_allclose(og.normal.inverse(og.normal(x)), x, rtol=1e-9, atol=1e-15)


# ---- C99 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ours", "peer"), [("tanh", np.tanh), ("arctan", np.arctan)])
def test_special_values_are_those_of_c99(ours: str, peer: np.ufunc) -> None:
    """Signed zeros and subnormals included: both functions are x there."""
    x = np.array([-np.inf, -0.0, 0.0, np.inf, np.nan, 5e-324, -5e-324, 1e-310])
    got, want = og.shapes[ours](x), peer(x)
    np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(np.signbit(got[:4]), np.signbit(want[:4]))


@pytest.mark.parametrize("name", ["tanh", "arctan", "softsign", "algebraic", "gudermannian"])
def test_odd_shapes_are_odd_to_the_bit(name: str) -> None:
    x = np.random.default_rng(3).normal(0, 4, 2000)
    shape = og.shapes[name]
    np.testing.assert_array_equal(shape(-x), -shape(x))
    np.testing.assert_array_equal(shape.derivative(-x), shape.derivative(x))
