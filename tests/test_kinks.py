"""What a row says of its kinks: that something jumps there, what we return, and what PyTorch and JAX do, asked."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import ogive as og
from ogive.shapes import Kink, Shape

sys.path.append(str(Path(__file__).resolve().parents[1] / "benchmarks"))

from functions import jax_functions, jax_pair, torch_functions, torch_pair

KINKS = [(shape, kink) for shape in og.shapes.values() for kink in shape.kinks]
JUMPS = [(shape, kink) for shape, kink in KINKS if kink.torch is not None]


def identity(value: object) -> str:
    return value.name if isinstance(value, Shape) else f"{value.x:g}" if isinstance(value, Kink) else str(value)


def sides(shape: Shape, x: float, order: int) -> tuple[float, float]:
    return tuple(float(shape.derivative(np.nextafter(x, to), order)) for to in (-np.inf, np.inf))  # type: ignore[return-value]


@pytest.mark.parametrize(("shape", "kink"), KINKS, ids=identity)
def test_something_jumps_and_one_side_is_returned(shape: Shape, kink: Kink) -> None:
    left, right = sides(shape, kink.x, 1)
    here = shape.derivative(kink.x)
    if kink.torch is None:
        assert left == pytest.approx(here, abs=1e-12) == right
        left, right = sides(shape, kink.x, 2)
        here = shape.derivative(kink.x, 2)
        assert here in (left, right, (left + right) / 2)
    else:
        assert here == pytest.approx(left) or here == pytest.approx(right)
    assert abs(left - right) > 0.1


@pytest.mark.parametrize("shape", og.shapes.values(), ids=identity)
def test_nothing_jumps_elsewhere(shape: Shape) -> None:
    """Between kinks, the second derivative nowhere changes by more over one step of 1e-4 than a smooth one may."""
    x = np.linspace(-8, 8, 160_001) + 3e-5
    steps = np.abs(np.diff(shape.derivative(x, 2)))
    places = {round(float(x[at]), 3) for at in np.flatnonzero(steps > 0.01)}
    slopes = np.abs(np.diff(shape.derivative(x)))
    places |= {round(float(x[at]), 3) for at in np.flatnonzero(slopes > 0.01)}
    assert places == {kink.x for kink in shape.kinks}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("shape", "kink"), JUMPS, ids=identity)
def test_torch_is_asked(shape: Shape, kink: Kink, dtype: str) -> None:
    pytest.importorskip("torch")
    _, slope = torch_pair(torch_functions()[shape.name])(np.array([kink.x], dtype))
    assert float(slope[0]) == pytest.approx(kink.torch, rel=2 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("shape", "kink"), JUMPS, ids=identity)
def test_jax_is_asked(shape: Shape, kink: Kink, dtype: str) -> None:
    pytest.importorskip("jax")
    _, slope = jax_pair(jax_functions()[shape.name])(np.array([kink.x], dtype))
    assert float(slope[0]) == pytest.approx(kink.jax, rel=2 * float(np.finfo(dtype).eps))


def test_the_sentence_names_both_peers_where_they_differ() -> None:
    assert str(Kink(0.0, "a jump")) == "a jump"
    assert str(Kink(0.0, "a jump", torch=0.0, jax=0.0)) == "a jump; PyTorch and JAX say 0"
    assert str(Kink(0.0, "a jump", torch=0.01, jax=1.0)) == "a jump; PyTorch says 0.01, JAX 1"
