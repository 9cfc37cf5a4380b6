"""The page of where peers lose value and slope: against thresholds that were measured before, and its own numbers."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import ogive as og

ROOT = Path(__file__).resolve().parents[1]
BEFORE = json.loads((ROOT / "tests" / "data" / "app_a_sigmoid_gradient.json").read_text(encoding="utf-8"))


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_page", ROOT / "docs" / "make_why_the_slope_dies.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGE = script()
VERSIONS, RECORDS = PAGE.read()


def record(**wanted: str) -> Any:
    (found,) = [r for r in RECORDS if all(getattr(r, key) == value for key, value in wanted.items())]
    return found


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("shape", ["sigmoid", "tanh"])
def test_zeros_of_torch_are_those_measured_before(shape: str, dtype: str) -> None:
    """app_a_sigmoid_gradient.json: bisection on representable inputs with PyTorch 2.13, by another script."""
    before = BEFORE["measured_torch"]["smallest_positive_x_with_gradient_exactly_zero"][shape][dtype]
    found = record(peer="torch", shape=shape, output="slope", dtype=dtype, side="positive")
    # where tanh begins to round to 1 it flickers, in other places on other processors: which zero is met first varies
    assert found.all == pytest.approx(before, rel=1e-6)
    assert found.gives == "0"


def test_zeros_of_jax_are_those_measured_before() -> None:
    for dtype in ("float32", "float64"):
        found = record(peer="jax", shape="sigmoid", output="slope", dtype=dtype, side="positive")
        assert found.all == BEFORE["measured_jax"]["sigmoid"][dtype]


@pytest.mark.parametrize("name", og.shapes)
def test_every_shape_is_measured_with_every_peer_that_has_it(name: str) -> None:
    peers = {r.peer for r in RECORDS if r.shape == name}
    assert peers >= {"torch", "jax", "ogive"}
    assert peers & {"numpy", "scipy"}
    assert set(VERSIONS) == {"numpy", "scipy", "torch", "jax"}


def test_numpy_is_measured_again() -> None:
    """The formula needs no package but NumPy: thresholds in two formats are found anew."""
    pair = dict(PAGE.peers())["numpy"]["sigmoid"]
    for dtype in ("float16", "float64"):
        with np.errstate(all="ignore"):
            lost = list(PAGE.losses(pair, og.sigmoid.ufunc_of("derivative"), 1, dtype, 1))
        found = record(peer="numpy", shape="sigmoid", output="slope", dtype=dtype, side="positive")
        assert lost[2] == found.all
        assert lost[0] == pytest.approx(found.tenth, rel=0.05)  # to the noise of NumPy's own last bits


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("output", ["value", "slope"])
def test_we_lose_digits_only_where_the_format_does(output: str, dtype: str) -> None:
    """Every loss of ours lies where the exact result is below the smallest normal number of the format."""
    ours = [r for r in RECORDS if r.peer == "ogive" and (r.output, r.dtype) == (output, dtype)]
    assert len(ours) == 2 * len(og.shapes)
    for found in ours:
        exact = og.shapes[found.shape].ufunc_of("derivative" if output == "slope" else "")
        for x in found.lost:
            assert x is None or abs(exact(np.longdouble(x))) < np.finfo(dtype).smallest_normal, found


def test_the_search_finds_a_loss_in_a_narrow_place() -> None:
    """A function that is wrong on the last 0.1 % before its end only: no ladder may step over it."""
    for dtype, end in (("float32", 745.0), ("float64", 1e308)):
        edge = np.array(end * 0.999, dtype)
        assert PAGE.first(lambda x, edge=edge: x >= edge, dtype, 1, end) == edge


def test_the_page_is_made_of_the_numbers() -> None:
    assert (ROOT / "docs" / "why-the-slope-dies.md").read_text(encoding="utf-8") == PAGE.page(VERSIONS, RECORDS)
    assert (ROOT / "docs" / "why-the-slope-dies.csv").read_text(encoding="utf-8") == PAGE.text_of(VERSIONS, RECORDS)
