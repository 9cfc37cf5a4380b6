"""What each shape is called elsewhere: for every peer and shape a plain function, and its slope.

The benchmarks time them, `docs/make_why_the_slope_dies.py` looks for where they lose digits, and the tests ask them
what they choose at kinks. NumPy's are the formulas that a careful user writes in one line, SciPy's are made of its
own functions; both give the slope from argument and value. PyTorch and JAX differentiate by themselves.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special as sc

__all__ = ["NUMPY", "SCIPY", "jax_functions", "jax_pair", "torch_functions", "torch_pair"]

Function = Callable[[Any], Any]
Formula = tuple[Function, Callable[[Any, Any], Any]]
"""The value at x, and the slope from x and the value."""

SELU_SCALE, SELU_LEFT = 1.0507009873554805, 1.7580993408473766  # the scale, and the scale times its alpha


# ---- NumPy and SciPy -----------------------------------------------------------------------------------------------


def _like(x: Any, number: float) -> Any:
    """A constant in the argument's own type."""
    return x.dtype.type(number)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _softplus(x: Any) -> Any:
    return np.logaddexp(_like(x, 0), x)


def _smoothstep(x: Any) -> Any:
    t = np.clip(x, 0, 1)
    return t * t * (3 - 2 * t)


def _smoothstep_slope(x: Any, _: Any) -> Any:
    t = np.clip(x, 0, 1)
    return 6 * t * (1 - t)


def _normal_slope(x: Any) -> Any:
    return np.exp(-x * x / 2) / _like(x, 2.5066282746310002)  # sqrt(2 pi)


def _cubic(x: Any) -> Any:
    return _like(x, 0.7978845608028654) * (x + _like(x, 0.044715) * x * x * x)  # sqrt(2 / pi)


def _gelu_tanh_slope(x: Any, _: Any) -> Any:
    t = np.tanh(_cubic(x))
    inner = _like(x, 0.7978845608028654) * (1 + _like(x, 3 * 0.044715) * x * x)
    return _like(x, 0.5) * (1 + t) + _like(x, 0.5) * x * (1 - t * t) * inner


def _mish_slope(x: Any, _: Any) -> Any:
    t = np.tanh(_softplus(x))
    return t + x * (1 - t * t) * _sigmoid(x)


def _pieces(x: Any, low: float, high: float, inside: Any, right: float = 0) -> Any:
    """0 on the left of both corners, something between them, a constant on the right."""
    return np.where(x >= high, _like(x, right), np.where(x <= low, _like(x, 0), inside))


NUMPY: dict[str, Formula] = {
    "sigmoid": (_sigmoid, lambda _, y: y * (1 - y)),
    "tanh": (np.tanh, lambda _, y: 1 - y * y),
    "softsign": (lambda x: x / (1 + np.abs(x)), lambda x, _: 1 / (1 + np.abs(x)) ** 2),
    "algebraic": (lambda x: x / np.sqrt(1 + x * x), lambda x, _: (1 + x * x) ** _like(x, -1.5)),
    "hard_sigmoid": (
        lambda x: np.clip(x / 6 + _like(x, 0.5), 0, 1),
        lambda x, _: _pieces(x, -3, 3, _like(x, 1 / 6)),
    ),
    "arctan": (np.arctan, lambda x, _: 1 / (1 + x * x)),
    "gudermannian": (lambda x: 2 * np.arctan(np.tanh(x / 2)), lambda x, _: 1 / np.cosh(x)),
    "smoothstep": (_smoothstep, _smoothstep_slope),
    "gompertz": (lambda x: np.exp(-np.exp(-x)), lambda x, y: np.exp(-x) * y),
    "cloglog": (lambda x: -np.expm1(-np.exp(x)), lambda x, _: np.exp(x - np.exp(x))),
    "softplus": (_softplus, lambda x, _: _sigmoid(x)),
    "relu": (lambda x: np.maximum(x, 0), lambda x, _: np.where(x > 0, _like(x, 1), _like(x, 0))),
    "leaky_relu": (
        lambda x: np.where(x > 0, x, _like(x, 0.01) * x),
        lambda x, _: np.where(x > 0, _like(x, 1), _like(x, 0.01)),
    ),
    "elu": (
        lambda x: np.where(x > 0, x, np.expm1(x)),
        lambda x, y: np.where(x > 0, _like(x, 1), y + 1),
    ),
    "selu": (
        lambda x: np.where(x > 0, _like(x, SELU_SCALE) * x, _like(x, SELU_LEFT) * np.expm1(x)),
        lambda x, y: np.where(x > 0, _like(x, SELU_SCALE), y + _like(x, SELU_LEFT)),
    ),
    "silu": (lambda x: x * _sigmoid(x), lambda x, y: _sigmoid(x) + y * (1 - _sigmoid(x))),
    "gelu_tanh": (lambda x: _like(x, 0.5) * x * (1 + np.tanh(_cubic(x))), _gelu_tanh_slope),
    "mish": (lambda x: x * np.tanh(_softplus(x)), _mish_slope),
    "hard_swish": (
        lambda x: x * np.clip(x / 6 + _like(x, 0.5), 0, 1),
        lambda x, _: _pieces(x, -3, 3, x / 3 + _like(x, 0.5), 1),
    ),
    "hard_tanh": (lambda x: np.clip(x, -1, 1), lambda x, _: _pieces(x, -1, 1, _like(x, 1))),
}

SCIPY: dict[str, Formula] = {
    "sigmoid": (sc.expit, lambda _, y: y * (1 - y)),
    "normal": (sc.ndtr, lambda x, _: _normal_slope(x)),
    "softplus": (lambda x: -sc.log_expit(-x), lambda x, _: sc.expit(x)),
    "silu": (lambda x: x * sc.expit(x), lambda x, y: sc.expit(x) + y * (1 - sc.expit(x))),
    "gelu": (lambda x: x * sc.ndtr(x), lambda x, _: sc.ndtr(x) + x * _normal_slope(x)),
}


# ---- PyTorch and JAX -----------------------------------------------------------------------------------------------


def torch_functions() -> dict[str, Function]:
    """PyTorch's functions of tensors; where it has none, the formula in its words."""
    torch = importlib.import_module("torch")
    nn = torch.nn.functional
    return {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "softsign": nn.softsign,
        "algebraic": lambda x: x * torch.rsqrt(1 + x * x),
        "hard_sigmoid": nn.hardsigmoid,
        "arctan": torch.atan,
        "gudermannian": lambda x: 2 * torch.atan(torch.tanh(x / 2)),
        "smoothstep": lambda x: torch.clamp(x, 0, 1) ** 2 * (3 - 2 * torch.clamp(x, 0, 1)),
        "normal": torch.special.ndtr,
        "gompertz": lambda x: torch.exp(-torch.exp(-x)),
        "cloglog": lambda x: -torch.expm1(-torch.exp(x)),
        "softplus": nn.softplus,
        "relu": torch.relu,
        "leaky_relu": nn.leaky_relu,
        "elu": nn.elu,
        "selu": torch.selu,
        "silu": nn.silu,
        "gelu": nn.gelu,
        "gelu_tanh": lambda x: nn.gelu(x, approximate="tanh"),
        "mish": nn.mish,
        "hard_swish": nn.hardswish,
        "hard_tanh": nn.hardtanh,
    }


def torch_pair(function: Function) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Value of an array, and the slope that PyTorch's backward pass makes of it."""
    torch = importlib.import_module("torch")

    def pair(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        leaf = torch.from_numpy(x).requires_grad_()
        y = function(leaf)
        (slope,) = torch.autograd.grad(y, leaf, torch.ones_like(leaf))
        return y.detach().numpy(), slope.numpy()

    return pair


def jax_functions() -> dict[str, Function]:
    """JAX's functions, with float64 switched on; where it has none, the formula in its words."""
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    jnp, nn = jax.numpy, jax.nn
    ndtr = importlib.import_module("jax.scipy.special").ndtr
    return {
        "sigmoid": nn.sigmoid,
        "tanh": jnp.tanh,
        "softsign": nn.soft_sign,
        "algebraic": lambda x: x * jax.lax.rsqrt(1 + x * x),
        "hard_sigmoid": nn.hard_sigmoid,
        "arctan": jnp.arctan,
        "gudermannian": lambda x: 2 * jnp.arctan(jnp.tanh(x / 2)),
        "smoothstep": lambda x: jnp.clip(x, 0, 1) ** 2 * (3 - 2 * jnp.clip(x, 0, 1)),
        "normal": ndtr,
        "gompertz": lambda x: jnp.exp(-jnp.exp(-x)),
        "cloglog": lambda x: -jnp.expm1(-jnp.exp(x)),
        "softplus": nn.softplus,
        "relu": nn.relu,
        "leaky_relu": nn.leaky_relu,
        "elu": nn.elu,
        "selu": nn.selu,
        "silu": nn.silu,
        "gelu": lambda x: nn.gelu(x, approximate=False),
        "gelu_tanh": lambda x: nn.gelu(x, approximate=True),
        "mish": nn.mish,
        "hard_swish": nn.hard_swish,
        "hard_tanh": nn.hard_tanh,
    }


def jax_pair(function: Function) -> Callable[[Any], tuple[Any, Any]]:
    """Value and slope of each element, compiled as one: the gradient of every element's own function."""
    jax = importlib.import_module("jax")
    compiled: Callable[[Any], tuple[Any, Any]] = jax.jit(jax.vmap(jax.value_and_grad(function)))
    return compiled
