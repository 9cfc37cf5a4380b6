#!/usr/bin/env python3
"""Write the golden numbers of every shape: ``<shape>.csv`` beside this file, a line per role, dtype and argument, and
``ogive/golden.csv``, the few that `ogive doctor` compares a build with.

Exact values come from ball arithmetic (python-flint, see tests/support/reference.py), argument and value as
hexadecimal floats. Arguments: seeded random numbers over the range where the result varies, powers of two down to
the subnormals, and the neighbours of every branch edge of the kernels. Run after adding a shape, and commit what it
writes: ``python3 tests/data/make_golden.py [SHAPE ...]``.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from support.reference import EXACT, exact  # noqa: E402
from support.ulp import to_text  # noqa: E402

DTYPES = ("float32", "float64")
PER_SCALE = 40
SCALES = (0.01, 0.5, 2.0, 8.0, 40.0, 120.0, 800.0)
EDGES = (
    *((n + 0.5) * np.log(2) for n in (0, 1, 2, 20, 52, 91, 922)),  # where the exponential's reduction steps
    *(16.635532333438686, 36.7368005696771),  # where the value rounds to 1 in float32 and float64
    *(64.0, 87.33654475055310, 103.97207708399179, 120.0),  # near/far, smallest normal, smallest number in float32
    *(640.0, 708.3964185322641, 745.1332191019411, 800.0),  # the same in float64
)


def neighbours(points: np.ndarray) -> np.ndarray:
    """Each point with its two neighbours on either side, in its own dtype."""
    below, above = (np.nextafter(points, np.array(side, points.dtype)) for side in (-np.inf, np.inf))
    return np.concatenate([points, below, above])


def arguments(role: str, dtype: str) -> np.ndarray:
    """Arguments that try a role hard: everywhere it varies, every edge, both signs."""
    rng = np.random.default_rng(20261121)
    if role == "inverse":
        low = np.exp2(-rng.uniform(0, 149 if dtype == "float32" else 1074, 200))
        middle = np.concatenate([rng.uniform(0, 1, 300), 0.5 + rng.normal(0, 1e-4, 60)])
        edges = neighbours(np.array([0.5, 0.25, 0.4, 0.6, 2 / 3, 1 / 3, 0.75, 2.0**-24, 2.0**-53], dtype))
        points = np.concatenate([low, middle, 1 - np.exp2(-rng.uniform(1, 53, 100)), edges]).astype(dtype)
        return np.unique(points[(points > 0) & (points < 1)])
    small = np.exp2(-rng.uniform(0, 149 if dtype == "float32" else 1074, 60))
    spread = np.concatenate([rng.uniform(0, scale, PER_SCALE) for scale in SCALES])
    points = np.concatenate([small, spread]).astype(dtype)
    points = np.concatenate([points, neighbours(np.array(EDGES, dtype))])
    return np.unique(np.concatenate([points, -points]))


def write(shape: str) -> None:
    """Write one shape's file."""
    lines = ["# Made by tests/data/make_golden.py: ball arithmetic, 160 bits or more", "role,dtype,x,value"]
    for role, function in EXACT[shape].items():
        for dtype in DTYPES:
            points = arguments(role, dtype).astype(float).tolist()
            lines += [f"{role},{dtype},{x.hex()},{to_text(exact(function, x))}" for x in points]
    (HERE / f"{shape}.csv").write_text("\n".join(lines) + "\n")


def selfcheck_arguments(role: str) -> list[float]:
    """A few arguments that every dtype holds, and a few that only the wider ones do."""
    if role == "inverse":
        return [2.0**-k for k in (1000, 130, 20, 10, 3, 1)] + [0.375, 0.4990234375, 0.625, 0.9375, 1 - 2.0**-10, 0.7]
    sizes = [0.0, 1e-30, 2.0**-10, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.3125, 11.25, 17.25, 20.0, 36.75, 50.0, 100.0]
    sizes += [np.pi, 103.96875, 300.0, 700.0, 708.5, 745.125]
    return sorted({sign * size for size in sizes for sign in (1, -1)})


def write_selfcheck() -> None:
    """Write what the package itself carries: the exact value as the sum of two float64."""
    lines = ["# Made by tests/data/make_golden.py. shape, role, argument, value to float64, and what that left out"]
    for shape, roles in EXACT.items():
        for role, function in roles.items():
            for x in selfcheck_arguments(role):
                value = exact(function, x)
                high = float(value)
                lines.append(f"{shape},{role},{x.hex()},{high.hex()},{float(value - Fraction(high)).hex()}")
    (HERE.parents[1] / "ogive" / "golden.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    for name in sys.argv[1:] or EXACT:
        write(name)
    write_selfcheck()
