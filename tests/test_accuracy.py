"""Every kernel within the ULP that its row promises: against golden numbers, and all of float16."""

from __future__ import annotations

import numpy as np
import pytest
from support.golden import exact_values, golden
from support.reference import outputs

from ogive.shapes import shapes

CASES = [
    (name, role, dtype) for name, row in shapes.items() for role in row.roles for dtype in ("float32", "float64")
]


@pytest.mark.parametrize(("name", "role", "dtype"), CASES)
def test_golden(name: str, role: str, dtype: str) -> None:
    shape = shapes[name]
    for of_role in ("", "derivative") if role == "value_and_derivative" else (role,):
        x, errors_of = exact_values(name, of_role, dtype)
        errors = errors_of(dict(outputs(shape, role, x))[of_role])
        worst = int(np.argmax(errors))
        assert errors[worst] <= shape.max_ulp[role][dtype], f"{errors[worst]:.4f} ULP at {x[worst]!r}"


def test_golden_covers_every_role() -> None:
    for name, row in shapes.items():
        covered = {role for role, _ in golden(name)}
        assert covered | {"value_and_derivative"} >= set(row.roles)
        assert set(row.max_ulp) == set(row.roles)


@pytest.mark.parametrize("name", shapes)
def test_value_and_derivative_is_the_pair(name: str) -> None:
    """The fused pass returns the same bits as the two kernels it stands for."""
    for dtype in ("float32", "float64"):
        x, _ = exact_values(name, "", dtype)
        value, slope = shapes[name].value_and_derivative(x)
        np.testing.assert_array_equal(slope, shapes[name].derivative(x))
        np.testing.assert_array_max_ulp(value, shapes[name](x), 1)


@pytest.mark.parametrize(("name", "role"), [(name, role) for name, row in shapes.items() for role in row.roles])
def test_float16_is_correctly_rounded(name: str, role: str) -> None:
    """All 65,536 inputs. float64, 1 ULP from the truth, stands in for it: no result is that close to a midpoint."""
    x = np.arange(2**16, dtype=np.uint16).view(np.float16)
    with np.errstate(over="ignore"):
        for (_, half), (_, double) in zip(
            outputs(shapes[name], role, x), outputs(shapes[name], role, x.astype(float)), strict=True
        ):
            assert half.dtype == np.float16
            np.testing.assert_array_equal(half, double.astype(np.float16))


@pytest.mark.parametrize("name", shapes)
def test_special_values(name: str) -> None:
    shape = shapes[name]
    for dtype in (np.float16, np.float32, np.float64):
        for special in shape.special:
            x = dtype(special.x)
            assert shape(x) == dtype(special.value)
            assert shape.derivative(x) == dtype(special.slope)
        for role in shape.roles:
            assert all(np.isnan(got) for _, got in outputs(shape, role, dtype("nan")))
