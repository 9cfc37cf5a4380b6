#!/usr/bin/env python3
"""Write the golden numbers of every shape: ``<shape>.csv`` beside this file, a line per role, dtype and argument, and
``ogive/golden.csv``, the few that `ogive doctor` compares a build with.

Exact values come from ball arithmetic (python-flint, see tests/support/), argument and value as hexadecimal floats.
Arguments: seeded random numbers over the range where the result varies, powers of two down to the subnormals, and the
neighbours of every branch edge of the kernels. Run after adding a shape, and commit what it writes:
``python3 tests/data/make_golden.py [SHAPE ...]``.
"""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from support.reference import TRUTH, Truth, exact  # noqa: E402
from support.ulp import to_text  # noqa: E402

DTYPES = ("float32", "float64")
PER_SCALE = 20
DIGITS = 18  # hexadecimal, behind the point: 2^-20 ULP of float64


def neighbours(points: np.ndarray) -> np.ndarray:
    """Each point with its neighbour on either side, in its own dtype."""
    below, above = (np.nextafter(points, np.array(side, points.dtype)) for side in (-np.inf, np.inf))
    return np.concatenate([points, below, above])


def small_numbers(rng: np.random.Generator, dtype: str, count: int) -> np.ndarray:
    """Positive numbers of every size below 1, subnormals included."""
    return np.exp2(-rng.uniform(0, 149 if dtype == "float32" else 1074, count))


def inverse_arguments(truth: Truth, dtype: str) -> np.ndarray:
    """Values strictly inside the range: everywhere, close to its ends and to where the inverse is 0, every edge."""
    rng = np.random.default_rng(20261121)
    low, high = truth.range
    span = min(high - low, 4.0)
    close = np.concatenate([small_numbers(rng, dtype, 80), np.exp2(-rng.uniform(1, 53, 60))]) * span
    middle = np.concatenate([truth.centre + close, truth.centre - close])
    points = np.concatenate([low + close, high - close, middle, rng.uniform(low, low + span, 200)]).astype(dtype)
    points = np.concatenate([points, neighbours(np.array(truth.inverse_edges, dtype))])
    return np.unique(points[(points.astype(float) > low) & (points.astype(float) < high)])


def arguments(truth: Truth, role: str, dtype: str) -> np.ndarray:
    """Arguments that try a role hard: everywhere it varies, every edge, both signs."""
    if role == "inverse":
        return inverse_arguments(truth, dtype)
    rng = np.random.default_rng(20261121)
    spread = np.concatenate([rng.uniform(0, scale, PER_SCALE) for scale in truth.scales])
    points = np.concatenate([small_numbers(rng, dtype, 40), spread]).astype(dtype)
    points = np.concatenate([points, neighbours(np.array(truth.edges, dtype))])
    return np.unique(np.concatenate([points, -points]))


def short(x: float) -> str:
    """A hexadecimal float without the zeros at its end."""
    return re.sub(r"\.?0*p", "p", x.hex())


def write(shape: str) -> None:
    """Write one shape's file."""
    truth = TRUTH[shape]
    lines = ["# Made by tests/data/make_golden.py: ball arithmetic, 160 bits or more", "role,dtype,x,value"]
    for role, function in truth.exact.items():
        for dtype in DTYPES:
            points = arguments(truth, role, dtype).astype(float).tolist()
            lines += [f"{role},{dtype},{short(x)},{to_text(exact(function, x), DIGITS)}" for x in points]
    (HERE / f"{shape}.csv").write_text("\n".join(lines) + "\n")


def selfcheck_arguments(truth: Truth, role: str) -> list[float]:
    """A few arguments that every dtype holds, and a few that only the wider ones do."""
    if role == "inverse":
        low, high = truth.range
        parts = [2.0**-k for k in (1000, 130, 20, 10, 3, 1)] + [0.375, 0.4990234375, 0.625, 0.9375, 1 - 2.0**-10, 0.7]
        points = [low + min(high - low, 4.0) * part for part in parts]
        return sorted({x for x in [*points, *np.float16(points).astype(float)] if low < x < high})
    sizes = [0.0, 1e-30, 2.0**-10, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.3125, 11.25, 17.25, 20.0, 36.75, 50.0, 100.0]
    sizes += [np.pi, 103.96875, 300.0, 700.0, 708.5, 745.125]
    return sorted({sign * size for size in sizes for sign in (1, -1)})


def write_selfcheck() -> None:
    """Write what the package itself carries: the exact value as the sum of two float64."""
    lines = ["# Made by tests/data/make_golden.py. shape, role, argument, value to float64, and what that left out"]
    for shape, truth in TRUTH.items():
        for role, function in truth.exact.items():
            for x in selfcheck_arguments(truth, role):
                value = exact(function, x)
                if abs(value) > 2**1000:
                    continue
                high = float(value)
                lines.append(f"{shape},{role},{x.hex()},{high.hex()},{float(value - Fraction(high)).hex()}")
    (HERE.parents[1] / "ogive" / "golden.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    for name in sys.argv[1:] or TRUTH:
        write(name)
    write_selfcheck()
