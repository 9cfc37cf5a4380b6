"""How each peer computes a shape's value, and its value and slope together, in its quickest documented form.

A contender is a function of arrays made beforehand (argument, room for the value, room for the slope), so that a
benchmark times the work and not the allocation: `out=` where a peer has it, and, for torch, the forward and backward
kernels without the bookkeeping of a graph. JAX has no `out=`: its compiled functions return arrays of their own,
which are waited for and not copied.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# One thread, as for everyone: read when JAX's compiler starts.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["NPROC"] = "1"

import jax
import numpy as np
import torch
from functions import NUMPY, SCIPY, Formula, jax_functions, jax_pair, torch_functions

import ogive as og

torch.set_num_threads(1)
jax.config.update("jax_cpu_enable_async_dispatch", False)  # the result is waited for: spare the second thread

Array = np.ndarray
Run = Callable[[], object]


@dataclass(frozen=True)
class Arrays:
    """One argument array and room for two results, seen by NumPy and by torch; and results in a peer's own arrays."""

    x: Array
    value: Array
    slope: Array
    own: list[Any] = field(default_factory=list)

    @classmethod
    def of(cls, x: Array) -> Arrays:
        return cls(x, np.empty_like(x), np.empty_like(x))

    def torch(self) -> tuple[torch.Tensor, ...]:
        return tuple(torch.from_numpy(array) for array in (self.x, self.value, self.slope))

    def results(self) -> list[Array]:
        """Value and slope, wherever the contender has left them."""
        return [np.asarray(array) for array in self.own] or [self.value, self.slope]


Contender = Callable[[Arrays], Run]


# ---- Ogive, NumPy and SciPy ----------------------------------------------------------------------------------------


def ours(shape: str, work: str) -> Contender:
    """Ogive's own."""
    if work == "value":
        return into(og.shapes[shape])
    pair = og.shapes[shape].value_and_derivative
    return lambda arrays: lambda: pair(arrays.x, out=(arrays.value, arrays.slope))


def into(ufunc: Callable[..., object]) -> Contender:
    """A ufunc that writes into the room for the value."""
    return lambda arrays: lambda: ufunc(arrays.x, out=arrays.value)


def formula_value(formula: Formula) -> Contender:
    """A formula of NumPy arrays, as a user would write it; a bare ufunc writes into the room."""
    value, _ = formula
    if isinstance(value, np.ufunc):
        return into(value)

    def make(arrays: Arrays) -> Run:
        def run() -> None:
            arrays.value[...] = value(arrays.x)

        return run

    return make


def formula_pair(formula: Formula) -> Contender:
    """Value and slope by formulas of NumPy arrays, the slope from argument and value."""
    value, slope = formula

    def make(arrays: Arrays) -> Run:
        def run() -> None:
            arrays.value[...] = y = value(arrays.x)
            arrays.slope[...] = slope(arrays.x, y)

        return run

    return make


# ---- PyTorch -------------------------------------------------------------------------------------------------------


def torch_value(function: Callable[..., torch.Tensor]) -> Contender:
    """A torch function that returns a new tensor."""

    def make(arrays: Arrays) -> Run:
        x, value, _ = arrays.torch()
        return lambda: value.copy_(function(x))

    return make


def torch_into(function: Callable[..., torch.Tensor]) -> Contender:
    """A torch function that writes into the room for the value."""

    def make(arrays: Arrays) -> Run:
        x, value, _ = arrays.torch()
        return lambda: function(x, out=value)

    return make


def torch_graph(function: Callable[[torch.Tensor], torch.Tensor]) -> Contender:
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


def torch_kernels(
    forward: Callable[..., torch.Tensor], backward: Callable[..., torch.Tensor], *, keeps: str = "input"
) -> Contender:
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


aten: Any = torch.ops.aten


def _gelu_tanh(x: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
    result: torch.Tensor = aten.gelu.out(x, approximate="tanh", out=out)
    return result


def _relu(x: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
    return torch.clamp_min(x, 0, out=out)


TORCH_INTO: dict[str, Callable[..., torch.Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "normal": torch.special.ndtr,
    "arctan": torch.atan,
    "hard_sigmoid": aten.hardsigmoid.out,
    "softplus": aten.softplus.out,
    "relu": _relu,
    "leaky_relu": aten.leaky_relu.out,
    "elu": aten.elu.out,
    "silu": aten.silu.out,
    "gelu": aten.gelu.out,
    "gelu_tanh": _gelu_tanh,
    "mish": aten.mish.out,
    "hard_swish": aten.hardswish.out,
    "hard_tanh": aten.hardtanh.out,
}
"""Torch's functions that write into a tensor given to them."""

TORCH_KERNELS: dict[str, Contender] = {
    "sigmoid": torch_kernels(torch.sigmoid, aten.sigmoid_backward.grad_input, keeps="output"),
    "tanh": torch_kernels(torch.tanh, aten.tanh_backward.grad_input, keeps="output"),
    "hard_sigmoid": torch_kernels(aten.hardsigmoid.out, aten.hardsigmoid_backward.grad_input),
    "softplus": torch_kernels(
        aten.softplus.out,
        lambda g, x, grad_input: aten.softplus_backward.grad_input(g, x, 1, 20, grad_input=grad_input),
    ),
    "relu": torch_kernels(
        _relu,
        lambda g, y, grad_input: aten.threshold_backward.grad_input(g, y, 0, grad_input=grad_input),
        keeps="output",
    ),
    "leaky_relu": torch_kernels(
        aten.leaky_relu.out,
        lambda g, x, grad_input: aten.leaky_relu_backward.grad_input(g, x, 0.01, False, grad_input=grad_input),
    ),
    "elu": torch_kernels(
        aten.elu.out,
        lambda g, x, grad_input: aten.elu_backward.grad_input(g, 1.0, 1.0, 1.0, False, x, grad_input=grad_input),
    ),
    "silu": torch_kernels(aten.silu.out, aten.silu_backward.grad_input),
    "gelu": torch_kernels(aten.gelu.out, aten.gelu_backward.grad_input),
    "gelu_tanh": torch_kernels(
        _gelu_tanh,
        lambda g, x, grad_input: aten.gelu_backward.grad_input(g, x, approximate="tanh", grad_input=grad_input),
    ),
    "hard_tanh": torch_kernels(
        aten.hardtanh.out,
        lambda g, x, grad_input: aten.hardtanh_backward.grad_input(g, x, -1, 1, grad_input=grad_input),
    ),
}
"""Torch's pairs of kernels; other shapes go through a graph."""


# ---- JAX -----------------------------------------------------------------------------------------------------------


def jax_run(compiled: Callable[[Any], Any]) -> Contender:
    """A compiled JAX function of an array that JAX holds already; done when its results are there."""

    def make(arrays: Arrays) -> Run:
        x = jax.numpy.asarray(arrays.x)

        def run() -> None:
            results = jax.block_until_ready(compiled(x))
            arrays.own[:] = results if isinstance(results, tuple) else [results]

        return run

    return make


# ---- Contenders ----------------------------------------------------------------------------------------------------


def _values() -> dict[str, dict[str, Contender]]:
    """shape -> peer -> contender for the value."""
    torch_own, jax_own = torch_functions(), jax_functions()
    return {
        shape: {
            **({"scipy": formula_value(SCIPY[shape])} if shape in SCIPY else {}),
            **({"numpy": formula_value(NUMPY[shape])} if shape in NUMPY else {}),
            "torch": torch_into(TORCH_INTO[shape]) if shape in TORCH_INTO else torch_value(torch_own[shape]),
            "jax": jax_run(jax.jit(jax_own[shape])),
        }
        for shape in og.shapes
    }


def _pairs() -> dict[str, dict[str, Contender]]:
    """shape -> peer -> contender for value and slope."""
    torch_own, jax_own = torch_functions(), jax_functions()
    return {
        shape: {
            **({"scipy": formula_pair(SCIPY[shape])} if shape in SCIPY else {}),
            **({"numpy": formula_pair(NUMPY[shape])} if shape in NUMPY else {}),
            "torch": TORCH_KERNELS.get(shape) or torch_graph(torch_own[shape]),
            "jax": jax_run(jax_pair(jax_own[shape])),
        }
        for shape in og.shapes
    }


VALUE, PAIR = _values(), _pairs()
