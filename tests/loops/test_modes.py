"""The floating-point mode of the process changes no result: flushing to zero, subnormals as zeros, rounding.

The C library sets the mode, as libraries for networks do (``torch.set_flush_denormal(True)``). The oracle is the same
call in the default mode. Complex numbers and long double go through the C library too, and are held to the same.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import ogive as og
from ogive import _core

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in {"x86_64", "aarch64"},
    reason="sets the mode through the C library of Linux",
)

INTEL = platform.machine() == "x86_64"
ROUNDING = {"downward": 0x400, "upward": 0x800, "toward zero": 0xC00}
"""The numbers of <fenv.h> on x86-64."""
if not INTEL:
    ROUNDING = {"downward": 0x800000, "upward": 0x400000, "toward zero": 0xC00000}
FLUSHING = {"flush to zero": 0x8000, "subnormals are zeros": 0x40, "both": 0x8040} if INTEL else {"both": 1 << 24}
"""Bits of the control register: MXCSR, the last of eight words of fenv_t; FPCR, the first of two."""
MODES = [*ROUNDING, *FLUSHING]


@contextmanager
def mode(name: str) -> Iterator[None]:
    """Set a mode for a while, in this thread."""
    libm = ctypes.CDLL("libm.so.6")
    before, changed = (ctypes.c_uint32 * 16)(), (ctypes.c_uint32 * 16)()
    assert libm.fegetenv(before) == 0
    assert libm.fegetenv(changed) == 0
    if name in ROUNDING:
        assert libm.fesetround(ROUNDING[name]) == 0
    else:
        changed[7 if INTEL else 0] |= FLUSHING[name]
        assert libm.fesetenv(changed) == 0
    try:
        yield
    finally:
        assert libm.fesetenv(before) == 0


def test_the_modes_are_set() -> None:
    smallest, third = np.array([5e-324]), np.array([1.0])
    for name in FLUSHING:
        with mode(name):
            assert (smallest * 1.0)[0] == 0 or name == "flush to zero"
            flushed = (np.array([2.0**-1000]) * np.array([2.0**-60]))[0]
        assert flushed == (2.0**-1060 if name == "subnormals are zeros" else 0)
    with mode("upward"):
        up = third / 3
    with mode("downward"):
        down = third / 3
    assert up > down
    assert smallest[0] == 5e-324


def arguments(letter: str) -> np.ndarray:
    random = np.random.default_rng(7)
    ends = [5e-324, 1e-310, 1e-45, 1e-40, 1e-38, 0.0, 1.0, 0.5, 1e-5, 740.0, 88.0, 103.0, 37.0, 17.0, np.inf]
    x = np.concatenate([random.uniform(0, size, 40) for size in (1, 3, 20, 110, 760)])
    x = np.concatenate([ends, np.negative(ends), x, -x])
    with np.errstate(all="ignore"):
        return (x + 1j * random.uniform(-1, 1, x.size) if letter in "FD" else x).astype(letter)


def same_bits(a: Any, b: Any) -> bool:
    """Compare bit for bit, but for what a nan carries and the padding of long double."""
    a, b = np.atleast_1d(a), np.atleast_1d(b)
    if a.dtype.kind == "c":
        return same_bits(a.real, b.real) and same_bits(a.imag, b.imag)
    return np.array_equal(a, b, equal_nan=True) and np.array_equal(
        np.signbit(a) & ~np.isnan(a), np.signbit(b) & ~np.isnan(b)
    )


@pytest.mark.parametrize("name", MODES)
def test_kernels(name: str) -> None:
    found = []
    for shape in og.shapes.values():
        for role in shape.roles:
            ufunc = shape.ufunc_of(role)
            for types in ufunc.types:
                x = arguments(types[0])
                single = x[3:4]
                right, right_single = ufunc(x), ufunc(single)
                with mode(name):
                    result, result_single = ufunc(x), ufunc(single)
                pairs = zip(np.atleast_2d(result), np.atleast_2d(right), strict=True)
                if not all(same_bits(a, b) for a, b in pairs) or not same_bits(result_single, right_single):
                    found.append((ufunc.__name__, types))
    assert not found


@pytest.mark.parametrize("name", MODES)
def test_the_engine_of_fits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[Any, ...]] = []
    engine = _core.fit_batch

    def recorded(*arguments: Any) -> None:
        calls.append(tuple(a.copy() if isinstance(a, np.ndarray) else a for a in arguments))
        engine(*arguments)

    monkeypatch.setattr(_core, "fit_batch", recorded)
    x = np.repeat(np.logspace(-9, -4, 10)[None], 5, axis=0)
    top = np.arange(5.0)[:, None] + 1
    y = top / (1 + (10.0**-6.5 / x) ** 1.3) + 0.02 * np.sin(1e9 * x + top)
    table = {"curve": np.repeat(np.arange(5), 10), "x": x.ravel(), "y": y.ravel()}
    og.fit_many("dose-response", table, x="x", y="y", by="curve")
    assert calls
    for arguments in calls:
        results = []
        for wanted in (None, name):
            copies = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
            if wanted is None:
                engine(*copies)
            else:
                with mode(wanted):
                    engine(*copies)
            results.append(copies)
        for a, b in zip(*results, strict=True):
            if isinstance(a, np.ndarray):
                assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def test_the_mode_is_put_back() -> None:
    libm = ctypes.CDLL("libm.so.6")
    environment = (ctypes.c_uint32 * 16)()

    def control() -> tuple[int, int]:
        """Read the control bits alone: NumPy clears the flags of exceptions before it calls a loop."""
        libm.fegetenv(environment)
        return environment[0] & 0xFFFF if INTEL else environment[0], environment[7] & ~0x3F if INTEL else 0

    for name in MODES:
        for letter in "efdgFD":
            x = arguments(letter)
            with mode(name):
                before = control()
                og.sigmoid(x)
                after = control()
            assert before == after, (name, letter)
