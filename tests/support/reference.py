"""The truth about every shape, gathered: name -> `Truth`; and what a kernel computes beside it."""

from __future__ import annotations

import numpy as np
from support.activations import ACTIVATIONS
from support.s_curves import S_CURVES
from support.truth import Truth, exact

from ogive.shapes import Shape

__all__ = ["TRUTH", "Truth", "exact", "outputs"]

TRUTH: dict[str, Truth] = {**S_CURVES, **ACTIVATIONS}


def outputs(shape: Shape, role: str, x: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """What a kernel computes, each output with the role whose exact values it must match."""
    result = shape.ufunc_of(role)(x)
    return [("", result[0]), ("derivative", result[1])] if role == "value_and_derivative" else [(role, result)]
