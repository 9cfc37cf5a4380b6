"""The golden numbers in tests/data/, and how far results are from them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
from support.ulp import from_text, ulp_error

DATA = Path(__file__).resolve().parents[1] / "data"


@cache
def golden(shape: str) -> dict[tuple[str, str], list[tuple[float, Fraction | float]]]:
    """Read one shape's file: (role, dtype) -> [(argument, exact value)]."""
    table = defaultdict(list)
    with (DATA / f"{shape}.csv").open() as file:
        next(file)
        for row in csv.DictReader(file):
            table[row["role"], row["dtype"]].append((float.fromhex(row["x"]), from_text(row["value"])))
    return dict(table)


def exact_values(shape: str, role: str, dtype: str) -> tuple[np.ndarray, Callable[[np.ndarray], list[float]]]:
    """Return the arguments, and the function that gives each result's error in ULP."""
    rows = golden(shape)[role, dtype]

    def errors_of(results: np.ndarray) -> list[float]:
        return [ulp_error(float(got), exact, dtype) for got, (_, exact) in zip(results, rows, strict=True)]

    return np.array([x for x, _ in rows], dtype), errors_of
