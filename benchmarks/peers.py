"""What each shape is called elsewhere, and how each peer computes its value, and its value and slope together.

A contender is a function of arrays made beforehand (argument, room for the value, room for the slope), so that a
benchmark times the work and not the allocation. Peers get their quickest documented form: `out=` where they have it,
and, for torch, the forward and backward kernels without the bookkeeping of a graph.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
    forward: Callable[[torch.Tensor], torch.Tensor], backward: Callable[..., torch.Tensor], *, keeps: str = "input"
) -> Callable[[Arrays], Run]:
    """Torch's forward and backward kernels, both with `out`; `keeps` says what backward takes: input or output."""

    def make(arrays: Arrays) -> Run:
        x, value, slope = arrays.torch()
        ones = torch.ones_like(x)
        kept = value if keeps == "output" else x

        def run() -> None:
            forward(x, out=value)
            backward(ones, kept, grad_input=slope)

        return run

    return make


def torch_graph(function: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Arrays], Run]:
    """Value and slope as torch's users get them where it has no single backward kernel: through a graph."""

    def make(arrays: Arrays) -> Run:
        x, value, slope = arrays.torch()
        leaf = x.detach().requires_grad_()
        ones = torch.ones_like(x)

        def run() -> None:
            y = function(leaf)
            value.copy_(y.detach())
            slope.copy_(torch.autograd.grad(y, leaf, ones)[0])

        return run

    return make


def ours(shape: str, work: str) -> Callable[[Arrays], Run]:
    """Ogive's own."""
    if work == "value":
        return into(og.shapes[shape])
    pair = og.shapes[shape].value_and_derivative
    return lambda arrays: lambda: pair(arrays.x, out=(arrays.value, arrays.slope))


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _normal_slope(x: Array) -> Array:
    return np.exp(-x * x / 2) / np.sqrt(2 * np.pi).astype(x.dtype)


def _softplus(x: Array) -> Array:
    return np.logaddexp(x.dtype.type(0), x)


def _gudermannian(x: Array) -> Array:
    return 2 * np.arctan(np.tanh(x / 2))


def _smoothstep(x: Array) -> Array:
    t = np.clip(x, 0, 1)
    return t * t * (3 - 2 * t)


def _gelu_tanh(x: Array) -> Array:
    return 0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))  # sqrt(2 / pi)


def with_slope(
    value: Callable[[Array], Array], slope: Callable[[Array, Array], Array]
) -> Callable[[Array], tuple[Array, Array]]:
    """Value, and slope from argument and value, as one formula."""

    def pair(x: Array) -> tuple[Array, Array]:
        y = value(x)
        return y, slope(x, y)

    return pair


aten: Any = torch.ops.aten
functional = torch.nn.functional

VALUE: dict[str, dict[str, Callable[[Arrays], Run]]] = {
    "sigmoid": {"scipy": into(sc.expit), "numpy": numpy_value(_sigmoid), "torch": torch_value(torch.sigmoid)},
    "tanh": {"numpy": into(np.tanh), "torch": torch_value(torch.tanh)},
    "normal": {"scipy": into(sc.ndtr), "torch": torch_value(torch.special.ndtr)},
    "arctan": {"numpy": into(np.arctan), "torch": torch_value(torch.atan)},
    "softsign": {
        "numpy": numpy_value(lambda x: x / (1 + np.abs(x))),
        "torch": torch_value(functional.softsign, out=False),
    },
    "algebraic": {
        "numpy": numpy_value(lambda x: x / np.sqrt(1 + x * x)),
        "torch": torch_value(lambda x: x * torch.rsqrt(1 + x * x), out=False),
    },
    "gompertz": {
        "numpy": numpy_value(lambda x: np.exp(-np.exp(-x))),
        "torch": torch_value(lambda x: torch.exp(-torch.exp(-x)), out=False),
    },
    "cloglog": {
        "numpy": numpy_value(lambda x: -np.expm1(-np.exp(x))),
        "torch": torch_value(lambda x: -torch.expm1(-torch.exp(x)), out=False),
    },
    "gudermannian": {"numpy": numpy_value(_gudermannian)},
    "hard_sigmoid": {
        "numpy": numpy_value(lambda x: np.clip(x / 6 + x.dtype.type(0.5), 0, 1)),
        "torch": torch_value(aten.hardsigmoid.out),
    },
    "smoothstep": {"numpy": numpy_value(_smoothstep)},
    "softplus": {
        "scipy": numpy_value(lambda x: -sc.log_expit(-x)),
        "numpy": numpy_value(_softplus),
        "torch": torch_value(aten.softplus.out),
    },
    "relu": {
        "numpy": numpy_value(lambda x: np.maximum(x, 0)),
        "torch": torch_value(lambda x, out: torch.clamp_min(x, 0, out=out)),
    },
    "leaky_relu": {
        "numpy": numpy_value(lambda x: np.where(x > 0, x, x.dtype.type(0.01) * x)),
        "torch": torch_value(aten.leaky_relu.out),
    },
    "elu": {
        "numpy": numpy_value(lambda x: np.where(x > 0, x, np.expm1(x))),
        "torch": torch_value(aten.elu.out),
    },
    "selu": {
        "numpy": numpy_value(
            lambda x: np.where(x > 0, 1.0507009873554805, 1.7580993408473766) * np.where(x > 0, x, np.expm1(x))
        ),
        "torch": torch_value(torch.selu, out=False),
    },
    "silu": {
        "scipy": numpy_value(lambda x: x * sc.expit(x)),
        "numpy": numpy_value(lambda x: x * _sigmoid(x)),
        "torch": torch_value(aten.silu.out),
    },
    "gelu": {"scipy": numpy_value(lambda x: x * sc.ndtr(x)), "torch": torch_value(aten.gelu.out)},
    "gelu_tanh": {
        "numpy": numpy_value(_gelu_tanh),
        "torch": torch_value(lambda x, out: aten.gelu.out(x, approximate="tanh", out=out)),
    },
    "mish": {
        "numpy": numpy_value(lambda x: x * np.tanh(_softplus(x))),
        "torch": torch_value(aten.mish.out),
    },
    "hard_swish": {
        "numpy": numpy_value(lambda x: x * np.clip(x / 6 + x.dtype.type(0.5), 0, 1)),
        "torch": torch_value(aten.hardswish.out),
    },
    "hard_tanh": {
        "numpy": numpy_value(lambda x: np.clip(x, -1, 1)),
        "torch": torch_value(aten.hardtanh.out),
    },
}
"""shape -> peer -> contender for the value."""

PAIR: dict[str, dict[str, Callable[[Arrays], Run]]] = {
    "sigmoid": {
        "numpy": numpy_pair(with_slope(_sigmoid, lambda _, y: y * (1 - y))),
        "torch": torch_pair(torch.sigmoid, aten.sigmoid_backward.grad_input, keeps="output"),
    },
    "tanh": {
        "numpy": numpy_pair(with_slope(np.tanh, lambda _, y: 1 - y * y)),
        "torch": torch_pair(torch.tanh, aten.tanh_backward.grad_input, keeps="output"),
    },
    "normal": {
        "scipy": numpy_pair(with_slope(sc.ndtr, lambda x, _: _normal_slope(x))),
        "torch": torch_graph(torch.special.ndtr),
    },
    "arctan": {
        "numpy": numpy_pair(with_slope(np.arctan, lambda x, _: 1 / (1 + x * x))),
        "torch": torch_graph(torch.atan),
    },
    "softsign": {
        "numpy": numpy_pair(with_slope(lambda x: x / (1 + np.abs(x)), lambda x, _: 1 / (1 + np.abs(x)) ** 2)),
        "torch": torch_graph(functional.softsign),
    },
    "algebraic": {
        "numpy": numpy_pair(with_slope(lambda x: x / np.sqrt(1 + x * x), lambda x, _: (1 + x * x) ** -1.5)),
        "torch": torch_graph(lambda x: x * torch.rsqrt(1 + x * x)),
    },
    "gompertz": {
        "numpy": numpy_pair(with_slope(lambda x: np.exp(-np.exp(-x)), lambda x, y: np.exp(-x) * y)),
        "torch": torch_graph(lambda x: torch.exp(-torch.exp(-x))),
    },
    "cloglog": {
        "numpy": numpy_pair(with_slope(lambda x: -np.expm1(-np.exp(x)), lambda x, _: np.exp(x - np.exp(x)))),
        "torch": torch_graph(lambda x: -torch.expm1(-torch.exp(x))),
    },
    "gudermannian": {"numpy": numpy_pair(with_slope(_gudermannian, lambda x, _: 1 / np.cosh(x)))},
    "hard_sigmoid": {"torch": torch_pair(aten.hardsigmoid.out, aten.hardsigmoid_backward.grad_input)},
    "softplus": {
        "numpy": numpy_pair(with_slope(_softplus, lambda x, _: _sigmoid(x))),
        "torch": torch_pair(
            aten.softplus.out,
            lambda g, x, grad_input: aten.softplus_backward.grad_input(g, x, 1, 20, grad_input=grad_input),
        ),
    },
    "relu": {
        "torch": torch_pair(
            lambda x, out: torch.clamp_min(x, 0, out=out),
            lambda g, y, grad_input: aten.threshold_backward.grad_input(g, y, 0, grad_input=grad_input),
            keeps="output",
        )
    },
    "leaky_relu": {
        "torch": torch_pair(
            aten.leaky_relu.out,
            lambda g, x, grad_input: aten.leaky_relu_backward.grad_input(g, x, 0.01, False, grad_input=grad_input),
        )
    },
    "elu": {
        "torch": torch_pair(
            aten.elu.out,
            lambda g, x, grad_input: aten.elu_backward.grad_input(g, 1.0, 1.0, 1.0, False, x, grad_input=grad_input),
        )
    },
    "selu": {"torch": torch_graph(torch.selu)},
    "silu": {
        "numpy": numpy_pair(with_slope(lambda x: x * _sigmoid(x), lambda x, y: _sigmoid(x) + y * (1 - _sigmoid(x)))),
        "torch": torch_pair(aten.silu.out, aten.silu_backward.grad_input),
    },
    "gelu": {
        "scipy": numpy_pair(with_slope(lambda x: x * sc.ndtr(x), lambda x, _: sc.ndtr(x) + x * _normal_slope(x))),
        "torch": torch_pair(aten.gelu.out, aten.gelu_backward.grad_input),
    },
    "gelu_tanh": {
        "torch": torch_pair(
            lambda x, out: aten.gelu.out(x, approximate="tanh", out=out),
            lambda g, x, grad_input: aten.gelu_backward.grad_input(g, x, approximate="tanh", grad_input=grad_input),
        )
    },
    "mish": {"torch": torch_graph(functional.mish)},
    "hard_swish": {"torch": torch_graph(functional.hardswish)},
    "hard_tanh": {
        "torch": torch_pair(
            aten.hardtanh.out,
            lambda g, x, grad_input: aten.hardtanh_backward.grad_input(g, x, -1, 1, grad_input=grad_input),
        )
    },
}
"""shape -> peer -> contender for value and slope."""
