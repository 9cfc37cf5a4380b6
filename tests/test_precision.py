"""Where slopes die, checked number by number where that is possible."""

from __future__ import annotations

import math

import numpy as np
import pytest

import ogive as og
from ogive.precision import FORMATS, slope_errors, slope_loss


def test_float16_by_trying_every_number() -> None:
    x = np.arange(np.float16(np.inf).view(np.uint16), dtype=np.uint16).view(np.float16)
    found = slope_loss(og.sigmoid, "float16")
    with np.errstate(all="ignore"):
        written = 1 / (1 + np.exp(-x))
    assert found.dies == x[written * (1 - written) != 0][-1] + np.spacing(np.float16(found.dies))
    assert found.ends == x[og.sigmoid.derivative(x) != 0][-1]


@pytest.mark.parametrize(("dtype", "digits"), [("float32", 24), ("float64", 53)])
def test_where_one_plus_a_power_of_e_rounds_to_one(dtype: str, digits: int) -> None:
    """With t = e^-x, 1 + t rounds to 1 from t = 2^-digits on, and 1 - t from half of that on."""
    found = slope_loss(og.sigmoid, dtype)
    eps = 4 * float(np.spacing(np.dtype(dtype).type(found.dies)))
    assert found.dies == pytest.approx(digits * math.log(2), abs=eps)
    assert found.dies_at_best == pytest.approx((digits + 1) * math.log(2), abs=eps)


@pytest.mark.parametrize("dtype", FORMATS)
def test_the_kernel_lasts_until_the_format_ends(dtype: str) -> None:
    """The slope is e^-x there, and rounds to zero at half the smallest subnormal."""
    found = slope_loss(og.sigmoid, dtype)
    half = np.finfo(dtype).smallest_subnormal.astype(np.longdouble) / 2
    assert found.ends == pytest.approx(float(-np.log(half)), rel=2 * float(np.finfo(dtype).eps))
    assert found.kernel_there == pytest.approx(math.exp(-found.dies), rel=2 * float(np.finfo(dtype).eps) + 1e-3)


def test_errors_grow_by_e_with_every_unit() -> None:
    identity, kernel = (errors[5:] for errors in slope_errors(og.sigmoid, "float64", until=30, stretches=30))
    growth = np.polyfit(np.arange(25), np.log(identity), 1)[0]
    assert growth == pytest.approx(1, abs=0.05)
    assert (kernel < 2.3e-16).all()


def test_a_slope_that_stays_has_no_end() -> None:
    from ogive.precision import _first

    with pytest.raises(ValueError, match="does not vanish"):
        _first(np.float32, lambda _: False)
