"""Whether the kernels of this build, on this machine, still compute what their rows promise.

The expected values are stored in ``golden.csv`` as two float64 numbers whose sum is the true value to about 106
bits; ``tests/data/make_golden.py`` made them by interval arithmetic.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.shapes import Shape, shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Outcome", "run"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one kernel did in one format.

    Attributes
    ----------
    kernel, dtype
        Which kernel, in which format.
    worst
        Its largest error, in units in the last place of the true value.
    promised
        The error its row promises.
    points
        At how many arguments it was compared.
    """

    kernel: str
    dtype: str
    worst: float
    promised: float
    points: int

    @property
    def kept(self) -> bool:
        """Whether the promise was kept; a worst error of nan keeps nothing."""
        return self.worst <= self.promised


def run() -> list[Outcome]:
    """Compare every kernel that has stored values with them, in every format its row promises."""
    return [
        _outcome(shape, label, output, dtype, _golden()[shape.name, role])
        for shape in shapes.values()
        for label, output, role in _outputs(shape)
        for dtype in shape.max_ulp[label]
        if (shape.name, role) in _golden()
    ]


def _outputs(shape: Shape) -> Iterator[tuple[str, int, str]]:
    """Yield each output of each kernel, and the role whose values it should return."""
    for role in shape.roles:
        if role == "value_and_derivative":
            yield from ((role, 0, ""), (role, 1, "derivative"))
        else:
            yield role, 0, role


@cache
def _golden() -> dict[tuple[str, str], NDArray[np.float64]]:
    """Read the stored rows: argument, high part and low part of the true value, by shape and role."""
    tables: dict[tuple[str, str], list[list[float]]] = {}
    text = files("ogive").joinpath("golden.csv").read_text(encoding="utf-8")
    for shape, role, *numbers in csv.reader(line for line in text.splitlines() if not line.startswith("#")):
        tables.setdefault((shape, role), []).append([float.fromhex(number) for number in numbers])
    return {key: np.array(rows) for key, rows in tables.items()}


def _outcome(shape: Shape, role: str, output: int, dtype: str, rows: NDArray[np.float64]) -> Outcome:
    kernel = shape.ufunc_of(role)
    with np.errstate(over="ignore"):
        exact = rows[:, 0].astype(dtype).astype(float) == rows[:, 0]  # only arguments that the format holds
    x, high, low = rows[exact].T
    computed = kernel(x.astype(dtype))
    if kernel.nout > 1:
        computed = computed[output]
    with np.errstate(over="ignore"):
        overflows = np.isinf(high.astype(dtype)) & (computed == high.astype(dtype))
    with np.errstate(invalid="ignore"):
        errors = np.abs((computed.astype(float) - high) - low) / _ulp(high, np.dtype(dtype))
    errors = np.where(overflows, 0.0, errors)
    name = kernel.__name__ if kernel.nout == 1 else f"{kernel.__name__}[{output}]"
    return Outcome(name, dtype, float(np.max(errors)), shape.max_ulp[role][dtype], len(x))


def _ulp(true: NDArray[np.float64], dtype: np.dtype[Any]) -> Any:
    """Return the distance between neighbours of a format around each value, by its exponent."""
    info = np.finfo(dtype)
    exponent = np.maximum(np.frexp(np.abs(true))[1] - 1, info.minexp)
    return np.ldexp(1.0, exponent - info.nmant)
