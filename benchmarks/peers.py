"""What each shape is called elsewhere, and how each peer computes its value, and its value and slope together.

A contender is a function of arrays made beforehand (argument, room for the value, room for the slope), so that a
benchmark times the work and not the allocation. Peers get their quickest documented form: `out=` where they have it,
and, for torch, the forward and backward kernels without the bookkeeping of a graph.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.special as sc
import torch

import ogive as og

torch.set_num_threads(1)

Array = np.ndarray
Run = Callable[[], object]


@dataclass(frozen=True)
class Arrays:
    """One argument array and room for two results, seen by NumPy and by torch."""

    x: Array
    value: Array
    slope: Array

    @classmethod
    def of(cls, x: Array) -> Arrays:
        return cls(x, np.empty_like(x), np.empty_like(x))

    def torch(self) -> tuple[torch.Tensor, ...]:
        return tuple(torch.from_numpy(array) for array in (self.x, self.value, self.slope))


def into(ufunc: Callable[..., object]) -> Callable[[Arrays], Run]:
    """A ufunc that writes into the room for the value."""
    return lambda arrays: lambda: ufunc(arrays.x, out=arrays.value)


def numpy_value(formula: Callable[[Array], Array]) -> Callable[[Arrays], Run]:
    """A formula in NumPy, as a user would write it."""

    def make(arrays: Arrays) -> Run:
        def run() -> None:
            arrays.value[...] = formula(arrays.x)

        return run

    return make


def numpy_pair(formula: Callable[[Array], tuple[Array, Array]]) -> Callable[[Arrays], Run]:
    """Value and slope by formulas in NumPy."""

    def make(arrays: Arrays) -> Run:
        def run() -> None:
            arrays.value[...], arrays.slope[...] = formula(arrays.x)

        return run

    return make


def torch_value(function: Callable[..., torch.Tensor], *, out: bool = True) -> Callable[[Arrays], Run]:
    """A torch function, writing into the room for the value where it can."""

    def make(arrays: Arrays) -> Run:
        x, value, _ = arrays.torch()
        if out:
            return lambda: function(x, out=value)
        return lambda: value.copy_(function(x))

    return make


def torch_pair(
    forward: Callable[[torch.Tensor], torch.Tensor], backward: Callable[..., torch.Tensor], *, keeps: str
) -> Callable[[Arrays], Run]:
    """Torch's forward and backward kernels; `keeps` says whether backward takes the input or the output."""

    def make(arrays: Arrays) -> Run:
        x, value, slope = arrays.torch()
        ones = torch.ones_like(x)

        def run() -> None:
            y = forward(x)
            value.copy_(y) if y.data_ptr() != value.data_ptr() else None
            slope.copy_(backward(ones, y if keeps == "output" else x))

        return run

    return make


def torch_sigmoid_pair(arrays: Arrays) -> Run:
    """Torch's quickest: both kernels with `out`."""
    x, value, slope = arrays.torch()
    ones = torch.ones_like(x)

    def run() -> None:
        torch.sigmoid(x, out=value)
        torch.ops.aten.sigmoid_backward.grad_input(ones, value, grad_input=slope)

    return run


def torch_tanh_pair(arrays: Arrays) -> Run:
    """Torch's quickest: both kernels with `out`."""
    x, value, slope = arrays.torch()
    ones = torch.ones_like(x)

    def run() -> None:
        torch.tanh(x, out=value)
        torch.ops.aten.tanh_backward.grad_input(ones, value, grad_input=slope)

    return run


def ours(shape: str, work: str) -> Callable[[Arrays], Run]:
    """Ogive's own."""
    if work == "value":
        return into(og.shapes[shape])
    pair = og.shapes[shape].value_and_derivative
    return lambda arrays: lambda: pair(arrays.x, out=(arrays.value, arrays.slope))


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _sigmoid_pair(x: Array) -> tuple[Array, Array]:
    a = _sigmoid(x)
    return a, a * (1 - a)


def _tanh_pair(x: Array) -> tuple[Array, Array]:
    y = np.tanh(x)
    return y, 1 - y * y


VALUE: dict[str, dict[str, Callable[[Arrays], Run]]] = {
    "sigmoid": {
        "scipy": into(sc.expit),
        "numpy": numpy_value(_sigmoid),
        "torch": torch_value(torch.sigmoid),
    },
}
"""shape -> peer -> contender for the value."""

PAIR: dict[str, dict[str, Callable[[Arrays], Run]]] = {
    "sigmoid": {"numpy": numpy_pair(_sigmoid_pair), "torch": torch_sigmoid_pair},
}
"""shape -> peer -> contender for value and slope."""
