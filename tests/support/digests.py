"""Print a digest of the bits of every kernel over random and adversarial arguments: one line a ufunc and type.

Run by tests in a process for each CPU target, ``OGIVE_TARGET=v1 python digests.py``.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

import ogive as og

MARKS = (
    *(1.0, 2.0, 3.0, 0.5, 0.25, 6.0, 2.5, 1 / 3, 2 / 3, 1e-5, 0.75, np.pi, np.pi / 2, np.log(2)),
    *(8.0, 16.64, 36.74, 37.43, 88.0, 103.9, 320.0, 640.0, 708.4, 745.1, 800.0, 15.0, 35.0, 38.5, 26.6),
    *(1.278464542761, 2.39935728052, 0.75179, 1.192, 2.256, 1.491, 0.35, 0.125, 1e-300, 1e300, 2.0**-1022, 2.0**-126),
)
"""Where kernels change their form, slopes are 0, or types end."""


def arguments(dtype: np.dtype[Any], count: int = 4096) -> np.ndarray:
    """Make bit patterns of every kind, arguments of usual sizes, few digits, neighbours of marks, and specials."""
    random = np.random.default_rng(2026)
    integers = np.dtype(f"u{dtype.itemsize}")
    spread = [random.uniform(-size, size, count) for size in (1, 4, 12, 110, 800)]
    short = random.integers(-(2**12), 2**12, count) / 2.0 ** random.integers(0, 20, count)
    with np.errstate(all="ignore"):
        marks = np.array([s * m for m in MARKS for s in (1, -1)]).astype(dtype)
        usual = np.concatenate([*spread, random.uniform(0, 1, 2 * count), short]).astype(dtype)
    near = (marks.view(integers)[:, None] + np.arange(-4, 5).astype(integers)).view(dtype).ravel()
    anything = np.frombuffer(random.bytes(2 * count * dtype.itemsize), dtype)
    shifts = random.integers(2, 24, count).astype(integers)
    small = (np.frombuffer(random.bytes(count * dtype.itemsize), integers) >> shifts).view(dtype)
    info = np.finfo(dtype)
    ends = np.array(
        [0.0, -0.0, np.inf, -np.inf, np.nan, info.tiny, info.smallest_subnormal, info.max, -info.max], dtype
    )
    return np.concatenate([usual, near, anything, small, -small, ends])


def bits(values: np.ndarray) -> np.ndarray:
    """Return the bits, those of nan made one: its sign and payload are nobody's promise."""
    values = np.where(np.isnan(values), values.dtype.type(np.nan), values)
    return values.view(f"u{values.dtype.itemsize}")


def main() -> None:
    for dtype in (np.dtype(np.float32), np.dtype(np.float64)):
        x = arguments(dtype)
        calm = x[np.abs(x) < 30]  # whole blocks of these take the quick way
        for shape in og.shapes.values():
            for role in shape.roles:
                ufunc = shape.ufunc_of(role)
                results = [np.atleast_2d(ufunc(argument)) for argument in (x, calm, x[::3], x[5:6])]
                digest = hashlib.sha256(
                    b"".join(bits(np.ascontiguousarray(r)).tobytes() for r in results)
                ).hexdigest()
                print(ufunc.__name__, dtype.name, digest[:24])


if __name__ == "__main__":
    main()
