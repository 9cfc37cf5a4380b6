"""Other people's arrays go through ``__array_ufunc__`` and keep their type: with the real packages."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import ogive as og
from ogive import _core
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
    poisoned = da.map_blocks(lambda _: 1 / 0, lazy, dtype=float, meta=np.empty((0, 0)))
    assert isinstance(og.relu(poisoned), da.Array)  # nothing is computed yet


@pytest.mark.parametrize("name", og.shapes)
def test_dask_takes_every_role_lazily_and_values_with_slopes_in_two_calls(name: str) -> None:
    da = pytest.importorskip("dask.array")
    shape = og.shapes[name]
    lazy = da.from_array(X, chunks=(2, 3))
    value, slope = shape.value_and_derivative(lazy)
    assert isinstance(value, da.Array)
    assert isinstance(slope, da.Array)
    np.testing.assert_array_equal(value.compute(), shape(X))
    np.testing.assert_array_equal(slope.compute(), shape.derivative(X))


def test_a_mistake_with_both_at_once_is_still_a_mistake() -> None:
    with pytest.raises(TypeError, match="sigmoid_value_and_derivative"):
        og.sigmoid.value_and_derivative(np.array(["a"]))


def containers() -> dict[str, object]:
    pd, xr, da = pytest.importorskip("pandas"), pytest.importorskip("xarray"), pytest.importorskip("dask.array")
    units, pint = pytest.importorskip("astropy.units"), pytest.importorskip("pint")
    og.register_units()
    return {
        "series": pd.Series(X[0], index=list("abcd"), name="dose"),
        "frame": pd.DataFrame(X, columns=list("wxyz")),
        "xarray": xr.DataArray(X, dims=("plate", "well")),
        "dask": da.from_array(X, chunks=2),
        "masked": np.ma.masked_array(X, mask=X > 2),
        "pint": pint.UnitRegistry().Quantity(X, ""),
        "astropy": X * units.one,
    }


@pytest.mark.parametrize("name", og.shapes)
def test_derivatives_of_high_order_keep_the_type_too(name: str) -> None:
    """Every container but Pint's for the two whose kernels it takes for NumPy's: those are the same to rounding."""
    for kind, x in containers().items():
        for order in (3, 4):
            got = og.shapes[name].derivative(x, order)
            assert type(got) is type(x), kind
            plain = np.asarray(X[0] if kind == "series" else X)
            want = np.ma.masked_array(og.shapes[name].derivative(plain, order), mask=np.ma.getmask(got))
            found = np.ma.asarray(getattr(got, "magnitude", getattr(got, "value", got)))
            np.testing.assert_allclose(found.filled(0), want.filled(0), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("shape", SOME, ids=lambda shape: shape.name)
def test_masked_arrays_keep_their_mask(shape: Shape) -> None:
    masked = np.ma.masked_array(X, mask=X > 2)
    result = shape.derivative(masked)
    assert isinstance(result, np.ma.MaskedArray)
    np.testing.assert_array_equal(result.mask, masked.mask)
    np.testing.assert_array_equal(result.compressed(), shape.derivative(masked.compressed()))


# ---- Units --------------------------------------------------------------------------------------------------------

PERCENT = np.array([25.0, 50.0, 75.0])  # a hundredth of each is exact, whether by division or by 0.01
UNITS = sorted({u.__name__ for shape in og.shapes.values() for u in map(shape.ufunc_of, shape.roles)})


def test_pint_keeps_pure_numbers_as_quantities() -> None:
    """A unit that is a number goes in as that number: 50 % is 0.5."""
    pint = pytest.importorskip("pint")
    assert "pint" in og.register_units()
    units = pint.UnitRegistry()
    dose = units.Quantity(X[0], "metre")
    value = og.sigmoid(dose / units.Quantity(2.0, "cm"))
    assert isinstance(value, units.Quantity)
    assert value.unitless
    np.testing.assert_array_equal(value.magnitude, og.sigmoid((X[0] / 2) * 100))
    pair = og.silu.value_and_derivative(units.Quantity(PERCENT, "percent"))
    for part, want in zip(pair, og.silu.value_and_derivative(PERCENT / 100), strict=True):
        np.testing.assert_array_equal(part.magnitude, want)
    assert og.sigmoid.inverse(units.Quantity(50.0, "percent")) == units.Quantity(0.0)


def test_pint_writes_into_a_quantity_without_unit() -> None:
    pint = pytest.importorskip("pint")
    og.register_units("pint")
    units = pint.UnitRegistry()
    room = units.Quantity(np.empty(3), "")
    assert og.sigmoid(units.Quantity(PERCENT, "percent"), out=room) is room
    np.testing.assert_array_equal(og.sigmoid(PERCENT / 100, out=room).magnitude, og.sigmoid(PERCENT / 100))
    with pytest.raises(pint.DimensionalityError, match="the result has no unit"):
        og.sigmoid(PERCENT, out=units.Quantity(np.empty(3), "metre"))


@pytest.mark.parametrize("unit", ["metre", "degC", "1/second"])
def test_pint_refuses_other_units_and_says_what_is_wanted(unit: str) -> None:
    pint = pytest.importorskip("pint")
    og.register_units("pint")
    with pytest.raises(pint.DimensionalityError, match="sigmoid_derivative takes a pure number: divide by a scale"):
        og.sigmoid.derivative(pint.UnitRegistry().Quantity(1.0, unit))


def test_pint_keeps_what_shares_a_name_with_numpy() -> None:
    """Pint goes by the name alone: og.tanh of a quantity is NumPy's, and NumPy's own is untouched."""
    pint = pytest.importorskip("pint")
    og.register_units("pint")
    quantity = pint.UnitRegistry().Quantity(X[0], "")
    np.testing.assert_array_equal(og.tanh(quantity).magnitude, np.tanh(X[0]))
    np.testing.assert_array_equal(og.tanh.derivative(quantity).magnitude, og.tanh.derivative(X[0]))


@pytest.mark.parametrize("name", UNITS)
def test_astropy_takes_every_function_of_ours(name: str) -> None:
    units = pytest.importorskip("astropy.units")
    assert og.register_units("astropy") == ("astropy",)
    ufunc = vars(_core)[name]
    got = ufunc(PERCENT * units.percent)
    for part, want in zip(np.atleast_2d(got), np.atleast_2d(ufunc(0.01 * PERCENT)), strict=True):
        np.testing.assert_array_equal(np.asarray(part), want)
    first = got[0] if isinstance(got, tuple) else got
    assert first.unit == units.dimensionless_unscaled
    with pytest.raises(units.UnitTypeError, match=f"{name} takes a pure number: .*; it is in m"):
        ufunc(1.0 * units.m)


def test_astropy_writes_into_a_quantity_and_takes_ratios() -> None:
    units = pytest.importorskip("astropy.units")
    og.register_units("astropy")
    room = np.zeros(3) * units.one
    assert og.sigmoid(PERCENT * units.m / units.cm, out=room) is room
    np.testing.assert_array_equal(room.value, og.sigmoid(100 * PERCENT))


def test_units_of_unknown_packages_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="units are known of pint and astropy, not of 'quantities'"):
        og.register_units("quantities")


# ---- Threads ------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("dtype", ["float16", "float32", "longdouble", "complex64", "complex128"])
def test_concurrent_calls_of_other_types_agree_to_the_bit(dtype: str) -> None:
    """Types that pass through buffers or the C library: strided views, eight threads at once."""
    x = np.random.default_rng(9).normal(0, 4, 40_000).astype(dtype)[::2]
    want = og.sigmoid(x)
    with ThreadPoolExecutor(8) as pool:
        for got in pool.map(lambda _: og.sigmoid(x), range(32)):
            np.testing.assert_array_equal(got, want)


def test_concurrent_calls_keep_their_own_error_state() -> None:
    """Flags of floating point belong to a thread: one that raises on them is not disturbed by the others."""
    x = np.random.default_rng(10).normal(0, 400, 20_000)

    def strict(_: int) -> None:
        with np.errstate(all="raise"):
            og.gelu.value_and_derivative(x)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(strict, range(32)))


def test_concurrent_calls_may_share_one_output_array() -> None:
    x = np.random.default_rng(8).normal(0, 30, 80_000)
    out = np.empty_like(x)
    parts = [slice(start, start + 10_000) for start in range(0, x.size, 10_000)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda part: og.sigmoid(x[part], out=out[part]), parts))
    np.testing.assert_array_equal(out, og.sigmoid(x))


def test_the_module_declares_that_it_needs_no_global_lock() -> None:
    """The slot Py_mod_gil (4) of the module's definition holds Py_MOD_GIL_NOT_USED (1), where Python knows of it."""
    source = (Path(__file__).resolve().parents[1] / "core" / "module.cpp").read_text(encoding="utf-8")
    assert "{Py_mod_gil, Py_MOD_GIL_NOT_USED}" in source
    if sys.version_info >= (3, 13):
        assert slots_of(_core)[4] == 1


def slots_of(module: ModuleType) -> dict[int, int | None]:
    """Read a compiled module's slots: a PyModuleDef is an object's head, then 8 words of which the last is theirs."""

    class Slot(ctypes.Structure):
        _fields_ = [("slot", ctypes.c_int), ("value", ctypes.c_void_p)]

    initialise = ctypes.PyDLL(module.__file__ or "").PyInit__core
    initialise.restype = ctypes.c_void_p
    place = initialise() + object.__basicsize__ + 7 * ctypes.sizeof(ctypes.c_void_p)
    slots = ctypes.cast(ctypes.c_void_p.from_address(place).value or 0, ctypes.POINTER(Slot))
    found = {}
    for slot in slots:
        if slot.slot == 0:
            break
        found[slot.slot] = slot.value
    return found


@pytest.mark.skipif(getattr(sys, "_is_gil_enabled", lambda: True)(), reason="this Python has a global lock")
def test_free_threaded_python_stays_without_its_lock() -> None:
    """Importing a module that does not declare itself would switch the lock on, with a warning."""
    code = "import sys, ogive; sys.exit(sys._is_gil_enabled())"
    assert subprocess.run([sys.executable, "-W", "error", "-c", code], check=False).returncode == 0
