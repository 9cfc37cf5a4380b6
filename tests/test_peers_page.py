"""The page of where peers lose value and slope: against thresholds that were measured before, and its own numbers."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ogive as og

ROOT = Path(__file__).resolve().parents[1]
KNOWN = json.loads((ROOT / "docs" / "where-peers-lose-it.json").read_text(encoding="utf-8"))
BEFORE = json.loads((ROOT / "tests" / "data" / "app_a_sigmoid_gradient.json").read_text(encoding="utf-8"))


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_page", ROOT / "docs" / "make_why_the_slope_dies.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(**wanted: str) -> dict[str, Any]:
    (found,) = [r for r in KNOWN["records"] if all(r[key] == value for key, value in wanted.items())]
    return found


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("shape", ["sigmoid", "tanh"])
def test_zeros_of_torch_are_those_measured_before(shape: str, dtype: str) -> None:
    """app_a_sigmoid_gradient.json: bisection on representable inputs with PyTorch 2.13, by another script."""
    before = BEFORE["measured_torch"]["smallest_positive_x_with_gradient_exactly_zero"][shape][dtype]
    found = record(peer="torch", shape=shape, output="slope", dtype=dtype, side="positive")
    # torch's vector code for tanh differs in the last bits from processor to processor
    assert found["lost"]["100%"] == pytest.approx(before, rel=1e-10)


def test_zeros_of_jax_are_those_measured_before() -> None:
    for dtype in ("float32", "float64"):
        found = record(peer="jax", shape="sigmoid", output="slope", dtype=dtype, side="positive")
        assert found["lost"]["100%"] == BEFORE["measured_jax"]["sigmoid"][dtype]


def test_numpy_is_measured_again() -> None:
    """The formula needs no package but NumPy: every threshold in float64 is found anew."""
    module = script()
    slope = module.numpy_peers()["sigmoid"][1]
    end, lost = module.losses(slope, og.sigmoid.ufunc_of("derivative"), 1, "float64")
    found = record(peer="numpy", shape="sigmoid", output="slope", dtype="float64", side="positive")
    assert lost["100%"] == found["lost"]["100%"]
    assert end == found["ends"]


def test_the_page_is_made_of_the_numbers() -> None:
    page = (ROOT / "docs" / "where-peers-lose-it.md").read_text(encoding="utf-8")
    assert page == script().page(KNOWN)
