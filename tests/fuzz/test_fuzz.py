"""The low-level entries of the core stay within memory, whatever they are given: a short fuzz, and what it found."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fuzz import fuzzer, tables

from ogive import _core


@pytest.mark.skipif("OGIVE_SANITIZED" not in os.environ, reason="asked by python3 dev.py sanitize")
def test_the_core_is_the_one_with_the_sanitizers() -> None:
    assert Path(_core.__file__).is_relative_to(os.environ["OGIVE_SANITIZED"])
    assert b"__asan_" in Path(_core.__file__).read_bytes()


def test_kernels_write_their_outputs_and_nothing_else() -> None:
    random = np.random.default_rng(1)
    refused = sum(fuzzer.fuzz_kernel(random) for _ in range(600))
    assert 0 < refused < 300


def test_the_engine_refuses_what_is_wrong_and_writes_its_outputs_and_nothing_else() -> None:
    random = np.random.default_rng(2)
    refused = sum(fuzzer.fuzz_engine(random) for _ in range(300))
    assert 50 < refused < 280


def test_arrays_that_are_written_meanwhile_lead_nowhere_else() -> None:
    fuzzer.fuzz_engine_while_written(np.random.default_rng(3))


def test_threads_do_not_disturb_each_other() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(fuzzer.one_thread, range(4), [60] * 4)) > 0


def engine(**changed: object) -> None:
    """Ask for the fit of two curves of five points, with some arguments changed."""
    arguments = {
        "model": ("sigmoid", 0, 15, 0, 0, True, 0, 1.0),
        "likelihood": 0,
        "evaluate": 0,
        "limits": np.full(10, np.nan),
        "g": np.arange(5.0),
        "y": np.tile([0.0, 0.1, 0.5, 0.9, 1.0], 2),
        "w": None,
        "begin": np.array([0, 5]),
        "place": np.array([0, 0]),
        "length": np.array([5, 5]),
        "given": None,
        "out": np.empty(2 * _core.batch_columns),
        "swept": None,
    } | changed
    model, *rest = arguments.values()
    _core.fit_batch(*model, *rest)  # type: ignore[misc]


@pytest.mark.parametrize("name", ["begin", "place"])
@pytest.mark.parametrize("wild", [2**63 - 1, 2**63 - 5, 2**62, 6, -1, -(2**63)])
def test_a_curve_beyond_its_arrays_is_refused(name: str, wild: int) -> None:
    engine()
    with pytest.raises(ValueError, match="a curve reaches beyond its arrays"):
        engine(**{name: np.array([0, wild])})


@pytest.mark.parametrize("wild", [-1, 6, 11, 2**30, 2**63 - 1, -(2**63)])
def test_a_length_beyond_its_arrays_is_refused(wild: int) -> None:
    with pytest.raises(ValueError, match="a curve reaches beyond its arrays"):
        engine(length=np.array([5, wild]))


def test_an_output_in_another_array_is_refused() -> None:
    memory = np.zeros(2 * _core.batch_columns)
    with pytest.raises(ValueError, match="must not share memory"):
        engine(out=memory, y=memory[:10])
    memory = np.zeros(max(_core.batch_columns, _core.batch_swept) * 4)
    with pytest.raises(ValueError, match="must not share memory"):
        engine(out=memory[: 2 * _core.batch_columns], swept=memory[1 : 1 + 2 * _core.batch_swept])


@pytest.mark.parametrize("likelihood", [-1, 3, 2**31 - 1])
def test_a_likelihood_that_is_none_is_refused(likelihood: int) -> None:
    with pytest.raises(ValueError, match="the likelihood is 0, 1 or 2"):
        engine(likelihood=likelihood)


# ---- Tables ------------------------------------------------------------------------------------------------------


def test_broken_tables_are_answered_alike_by_every_reader() -> None:
    pytest.importorskip("pyarrow")
    refused, _ = tables.fuzz(5, 80)
    assert 20 < refused < 75
