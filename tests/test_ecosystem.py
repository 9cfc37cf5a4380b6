"""Other people's arrays go through ``__array_ufunc__`` and keep their type: with the real packages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import ogive as og
from ogive.shapes import Shape

X = np.linspace(-4, 4, 12).reshape(3, 4)
SOME = [og.sigmoid, og.relu, og.silu]


@pytest.mark.parametrize("shape", SOME, ids=lambda shape: shape.name)
def test_pandas_keeps_index_name_and_columns(shape: Shape) -> None:
    pd = pytest.importorskip("pandas")
    series = pd.Series(X[0], index=list("abcd"), name="dose")
    result = shape(series)
    pd.testing.assert_series_equal(result, pd.Series(shape(X[0]), index=list("abcd"), name="dose"))
    frame = pd.DataFrame(X, columns=list("wxyz"), index=[3, 1, 2])
    pd.testing.assert_frame_equal(
        shape.derivative(frame), pd.DataFrame(shape.derivative(X), columns=list("wxyz"), index=[3, 1, 2])
    )
    value, slope = shape.value_and_derivative(series)
    assert value.index.tolist() == slope.index.tolist() == list("abcd")


def test_xarray_keeps_dimensions_coordinates_and_datasets() -> None:
    xr = pytest.importorskip("xarray")
    array = xr.DataArray(X, dims=("plate", "well"), coords={"well": list("abcd")}, name="logit")
    result = og.sigmoid(array)
    assert isinstance(result, xr.DataArray)
    assert result.dims == ("plate", "well")
    assert result.coords["well"].values.tolist() == list("abcd")
    np.testing.assert_array_equal(result.values, og.sigmoid(X))
    dataset = og.sigmoid.derivative(xr.Dataset({"a": array, "b": -array}))
    np.testing.assert_array_equal(dataset["a"].values, dataset["b"].values)


def test_dask_stays_lazy_until_it_is_asked() -> None:
    da = pytest.importorskip("dask.array")
    lazy = da.from_array(X, chunks=(2, 3))
    result = og.sigmoid(lazy)
    assert isinstance(result, da.Array)
    assert result.chunks == lazy.chunks
    np.testing.assert_array_equal(result.compute(), og.sigmoid(X))
    np.testing.assert_array_equal(og.silu.derivative(lazy).sum().compute(), og.silu.derivative(X).sum())
    poisoned = da.map_blocks(lambda block: 1 / 0, lazy, dtype=float, meta=np.empty((0, 0)))
    assert isinstance(og.relu(poisoned), da.Array)  # nothing is computed yet


@pytest.mark.parametrize("shape", SOME, ids=lambda shape: shape.name)
def test_masked_arrays_keep_their_mask(shape: Shape) -> None:
    masked = np.ma.masked_array(X, mask=X > 2)
    result = shape.derivative(masked)
    assert isinstance(result, np.ma.MaskedArray)
    np.testing.assert_array_equal(result.mask, masked.mask)
    np.testing.assert_array_equal(result.compressed(), shape.derivative(masked.compressed()))


def test_units_are_honoured_not_dropped() -> None:
    """pint knows NumPy's functions by name: what it does not know it refuses, and a number without unit is taken."""
    pint = pytest.importorskip("pint")
    units = pint.UnitRegistry()
    dose = units.Quantity(X[0], "metre")
    with pytest.raises(TypeError):
        og.sigmoid(dose)
    ratio = (dose / units.Quantity(2.0, "metre")).to("dimensionless")
    np.testing.assert_array_equal(og.sigmoid(ratio.magnitude), og.sigmoid(X[0] / 2))


@pytest.mark.parametrize("name", og.shapes)
def test_concurrent_calls_agree_to_the_bit(name: str) -> None:
    """Kernels hold no state: eight threads on one input, each with its own output, return what one thread returns."""
    shape = og.shapes[name]
    x = np.random.default_rng(7).normal(0, 30, 20_000)
    want = [np.array(shape.ufunc_of(role)(x)) for role in shape.roles]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            futures = [pool.submit(shape.ufunc_of(role), x) for role in shape.roles for _ in range(4)]
            for number, future in enumerate(futures):
                np.testing.assert_array_equal(np.array(future.result()), want[number // 4])


def test_concurrent_calls_may_share_one_output_array() -> None:
    x = np.random.default_rng(8).normal(0, 30, 80_000)
    out = np.empty_like(x)
    parts = [slice(start, start + 10_000) for start in range(0, x.size, 10_000)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda part: og.sigmoid(x[part], out=out[part]), parts))
    np.testing.assert_array_equal(out, og.sigmoid(x))
