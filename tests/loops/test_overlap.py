"""An output may share memory with the input: whatever NumPy lets through gives what a fresh output would hold.

The oracle is the same function of a copy of the input, into an array of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ogive as og

UFUNCS = [shape.ufunc_of(role) for shape in og.shapes.values() for role in shape.roles]
LOOPS = [(ufunc, types[0]) for ufunc in UFUNCS for types in ufunc.types]
COUNT = 1700
"""Elements of the array that input and output are cut from: more than three blocks of any loop."""


def arguments(dtype: np.dtype[Any], seed: int) -> np.ndarray:
    """Make numbers of all sizes that kernels tell apart, so that blocks are looked at twice."""
    random = np.random.default_rng(seed)
    scale = random.choice([0.6, 3.0, 40.0, 900.0], size=COUNT, p=[0.5, 0.3, 0.1, 0.1])
    x = random.uniform(-1, 1, COUNT) * scale
    x[random.integers(COUNT, size=5)] = [np.nan, np.inf, -np.inf, -0.0, 1e-310]
    with np.errstate(over="ignore"):
        return (x + 0.3j * random.uniform(-1, 1, COUNT) if dtype.kind == "c" else x).astype(dtype)


@st.composite
def slices(draw: st.DrawFn) -> tuple[slice, ...]:
    """Choose an input and one or two outputs of as many elements, near each other, each going its own way."""
    count = draw(st.sampled_from([1, 2, 3, 15, 16, 17, 100, 129, 300, 511, 513, 550]))
    found = []
    for _ in range(3):
        step = draw(st.sampled_from([1, 1, 1, 1, 2, 3, -1, -1, -2]))
        span = abs(step) * (count - 1)
        start = min(draw(st.sampled_from([0, 1, 2, 3, 7, 8, 9, 16, 40, 130])), COUNT - 1 - span)
        found.append(
            slice(start, start + span + 1, step)
            if step > 0
            else slice(start + span, start - 1 if start else None, step)
        )
    return tuple(found)


def assert_right(ufunc: np.ufunc, memory: np.ndarray, places: list[Any]) -> None:
    """Call the ufunc on places of the memory, and on copies."""
    places = places[: 1 + ufunc.nout]
    if ufunc.nout == 2 and np.shares_memory(memory[places[1]], memory[places[2]]):
        places[2] = None  # which of two results stays is nobody's promise
    x, *outputs = (np.empty_like(memory[places[0]]) if place is None else memory[place] for place in places)
    wanted = ufunc(x.copy())
    ufunc(x, out=tuple(outputs))
    for output, right in zip(outputs, wanted if ufunc.nout == 2 else [wanted], strict=True):
        np.testing.assert_array_equal(output, right)


@given(loop=st.sampled_from(LOOPS), seed=st.integers(0, 2**32 - 1), places=slices())
@settings(max_examples=600, deadline=None)
def test_outputs_that_overlap_the_input(loop: tuple[np.ufunc, str], seed: int, places: tuple[slice, ...]) -> None:
    ufunc, letter = loop
    assert_right(ufunc, arguments(np.dtype(letter), seed), list(places))


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda ufunc: ufunc.__name__)
def test_an_input_just_ahead_of_the_output(ufunc: np.ufunc) -> None:
    for types in ufunc.types:
        for ahead in (1, 2, 15, 16, 64, 127, 128, 500):
            memory = arguments(np.dtype(types[0]), ahead)
            assert_right(ufunc, memory, [slice(ahead, None), slice(0, -ahead), None])
            memory = arguments(np.dtype(types[0]), ahead)
            assert_right(ufunc, memory, [slice(-ahead - 1, None, -1), slice(None, ahead - 1, -1), None])


@given(
    loop=st.sampled_from(LOOPS),
    seed=st.integers(0, 2**32 - 1),
    width=st.integers(1, 90),
    shift=st.tuples(st.integers(-3, 3), st.integers(-3, 3)),
    reverse=st.tuples(st.booleans(), st.booleans()),
)
@settings(max_examples=200, deadline=None)
def test_rows_of_matrices(
    loop: tuple[np.ufunc, str], seed: int, width: int, shift: tuple[int, int], reverse: tuple[bool, bool]
) -> None:
    ufunc, letter = loop
    matrix = arguments(np.dtype(letter), seed)[: COUNT // width * width].reshape(-1, width)

    def cut(shift: int, size: int, axis_reversed: bool) -> tuple[slice, slice]:
        """Give the input's and the output's slice of one axis: equally long, one `shift` before the other."""
        shift = max(-(size - 1), min(shift, size - 1))
        ahead, behind = slice(abs(shift), size), slice(0, size - abs(shift))
        first, second = (ahead, behind) if shift > 0 else (behind, ahead)
        return (first, second) if not axis_reversed else (first, slice(None, None, -1) if not shift else second)

    (x_rows, rows), (x_columns, columns) = (cut(shift[axis], matrix.shape[axis], reverse[axis]) for axis in range(2))
    assert_right(ufunc, matrix, [(x_rows, x_columns), (rows, columns), None])


def test_the_case_that_was_reported() -> None:
    x = np.linspace(-3, 3, 400)
    x[200] = np.nan
    y = x.copy()
    og.sigmoid(y[1:], out=y[:-1])
    np.testing.assert_array_equal(y[:-1], og.sigmoid(x[1:]))
    far = np.linspace(-900, 900, 100)
    y = far.copy()
    og.sigmoid(y[1:], out=y[:-1])
    np.testing.assert_array_equal(y[:-1], og.sigmoid(far[1:]))
