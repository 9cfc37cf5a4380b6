#!/usr/bin/env python3
"""Find by bisection where peers lose a shape's value and slope, and write docs/where-peers-lose-it.{json,md}.

NumPy's formulas and SciPy are always measured; PyTorch and JAX where they can be imported, and what was measured of
them before is kept where they cannot. The truth is Ogive's float64 kernel, whose error is tested against ball
arithmetic; a float64 peer is measured against the same kernel.

    python docs/make_why_the_slope_dies.py          measure what is installed, write both files
    python docs/make_why_the_slope_dies.py --page   write the page from the measurements there are
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special

import ogive as og

HERE = Path(__file__).resolve().parent
DATA, PAGE = HERE / "where-peers-lose-it.json", HERE / "where-peers-lose-it.md"
DTYPES = ("float16", "float32", "float64")
LOSSES = {"0.1%": 1e-3, "1%": 1e-2, "100%": 1.0}
Function = Callable[[Any], Any]


# ---- Peers: (value, slope) of each shape -------------------------------------------------------------------------


def _logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _from_value(value: Function, slope: Function) -> tuple[Function, Function]:
    return value, lambda x: slope(value(x))


def numpy_peers() -> dict[str, tuple[Function, Function | None]]:
    """Return the formulas that people write."""
    half = lambda x: x.dtype.type(0.5)  # noqa: E731 - a constant of the argument's own type
    return {
        "sigmoid": _from_value(_logistic, lambda a: a * (1 - a)),
        "tanh": _from_value(np.tanh, lambda a: 1 - a * a),
        "softplus": (lambda x: np.log(1 + np.exp(x)), _logistic),
        "elu": (lambda x: np.where(x > 0, x, np.exp(x) - 1), lambda x: np.where(x > 0, 1, (np.exp(x) - 1) + 1)),
        "silu": (
            lambda x: x / (1 + np.exp(-x)),
            lambda x: _logistic(x) * (1 + x * (1 - _logistic(x))),
        ),
        "mish": (lambda x: x * np.tanh(np.log(1 + np.exp(x))), None),
        "gelu_tanh": (
            lambda x: (
                half(x) * x * (1 + np.tanh(x.dtype.type(0.7978845608028654) * (x + x.dtype.type(0.044715) * x**3)))
            ),
            None,
        ),
    }


def scipy_peers() -> dict[str, tuple[Function, Function | None]]:
    """Return what SciPy offers, the slope by the identity in the value."""
    return {
        "sigmoid": _from_value(special.expit, lambda a: a * (1 - a)),
        "softplus": (lambda x: -special.log_expit(-x), special.expit),
        "silu": (lambda x: x * special.expit(x), lambda x: special.expit(x) * (1 + x * (1 - special.expit(x)))),
    }


def torch_peers() -> dict[str, tuple[Function, Function]]:
    """Return PyTorch's functions and what its backward pass makes of them."""
    torch = importlib.import_module("torch")
    nn = torch.nn.functional
    functions = {
        **{name: getattr(nn, name) for name in ("softplus", "elu", "silu", "mish")},
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "gelu_tanh": lambda x: nn.gelu(x, approximate="tanh"),
    }

    def slope(f: Function) -> Function:
        def at(x: Any) -> Any:
            argument = torch.from_numpy(x).requires_grad_()
            f(argument).sum().backward()
            return argument.grad.numpy()

        return at

    return {name: (lambda x, f=f: f(torch.from_numpy(x)).numpy(), slope(f)) for name, f in functions.items()}


def jax_peers() -> dict[str, tuple[Function, Function]]:
    """Return JAX's functions and their gradients, with float64 switched on."""
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    names = ("sigmoid", "softplus", "elu", "silu", "mish")
    functions = {**{name: getattr(jax.nn, name) for name in names}, "tanh": jax.numpy.tanh}
    functions["gelu_tanh"] = lambda x: jax.nn.gelu(x, approximate=True)
    return {
        name: (lambda x, f=f: np.asarray(f(x)), lambda x, f=f: np.asarray(jax.vmap(jax.grad(f))(x)))
        for name, f in functions.items()
    }


PEERS = {"numpy": numpy_peers, "scipy": scipy_peers, "torch": torch_peers, "jax": jax_peers}


# ---- Bisection ---------------------------------------------------------------------------------------------------


def at(f: Function, x: float, dtype: str) -> float:
    """Evaluate an array function at one argument, through a full vector: what a user's array would get."""
    with np.errstate(all="ignore"):
        return float(np.asarray(f(np.full(64, x, dtype)))[0])


def first(holds: Callable[[float], bool], start: float, end: float, dtype: str) -> float | None:
    """Return the argument nearest to start, on the way to end, at which something holds; None if not even at end."""
    if not holds(end):
        return None
    low, high = np.array([start, end], dtype)
    while True:
        middle = low + (high - low) / 2
        if middle in (low, high):
            return float(high)
        low, high = (low, middle) if holds(float(middle)) else (middle, high)


def end_of(kernel: Function, sign: int, dtype: str) -> float:
    """Return the last argument whose true result, rounded to the dtype, is not 0; the last one tried if none is."""
    last = {"float16": 40.0, "float32": 200.0, "float64": 1000.0}[dtype] * sign
    gone = first(lambda x: at(kernel, x, dtype) == 0, sign * 1.0, last, dtype)
    return last if gone is None else float(np.nextafter(np.array(gone, dtype), np.array(0, dtype)))


def losses(peer: Function, kernel: Function, sign: int, dtype: str) -> tuple[float, dict[str, float | None]]:
    """Where our result ends, and where the peer's has lost each share of it. 100 % is a zero, or worse."""
    end = end_of(kernel, sign, dtype)

    def lost(share: float) -> Callable[[float], bool]:
        def holds(x: float) -> bool:
            got, truth = at(peer, x, dtype), at(kernel, x, "float64")
            return not abs(got - truth) < share * abs(truth)

        return holds

    return end, {name: first(lost(share), sign * 1.5, end, dtype) for name, share in LOSSES.items()}


def measure(name: str) -> Iterator[dict[str, Any]]:
    """Yield one record per shape, dtype, side and output of a peer."""
    for shape, functions in PEERS[name]().items():
        for output, f in zip(("value", "slope"), functions, strict=True):
            kernel = og.shapes[shape].ufunc_of("" if output == "value" else "derivative")
            for dtype in DTYPES if f else ():
                for side, sign in (("negative", -1), ("positive", 1)):
                    end, lost = losses(f, kernel, sign, dtype)  # type: ignore[arg-type]
                    record = {"peer": name, "shape": shape, "output": output, "dtype": dtype, "side": side}
                    yield {**record, "lost": lost, "ends": end}


def measured() -> dict[str, Any]:
    """Measure every peer that is installed; keep what is known of the others."""
    known = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {"versions": {}, "records": []}
    for name in PEERS:
        try:
            records = list(measure(name))
        except ModuleNotFoundError:
            continue
        known["versions"][name] = importlib.metadata.version(name)
        known["records"] = [record for record in known["records"] if record["peer"] != name] + records
    return known


# ---- The page ----------------------------------------------------------------------------------------------------


def page(known: dict[str, Any]) -> str:
    """Write the tables: a section per shape, only the cases in which something is lost."""
    versions = ", ".join(f"{name} {version}" for name, version in sorted(known["versions"].items()))
    parts = [
        "<!-- generated by docs/make_why_the_slope_dies.py; edit what it is made from -->\n",
        "# Where peers lose the value and the slope\n",
        "[Why the slope dies](why-the-slope-dies.md) tells the reason; here is where. Each row is found by bisection "
        f"over the numbers of the format, with {versions}; numpy means the formula as people write it. The three "
        "columns say from which argument on 0.1 % and 1 % of the result are lost, and all of it: the result is 0, "
        "infinite, or wrong by its own size. The last column is the last argument at which Ogive's result is not 0, "
        "which is where the format ends. Cases in which a peer loses nothing are left out.\n",
    ]
    for shape in dict.fromkeys(record["shape"] for record in known["records"]):
        rows = [r for r in known["records"] if r["shape"] == shape and any(v is not None for v in r["lost"].values())]
        parts += [
            f"## {shape}\n",
            "| output | dtype | side | peer | 0.1 % lost from | 1 % from | all from | ours until |",
            "|---|---|---|---|--:|--:|--:|--:|",
            *map(_row, sorted(rows, key=lambda r: (r["output"], r["dtype"], r["side"], r["peer"]))),
            "",
        ]
    return "\n".join(parts)


def _row(record: dict[str, Any]) -> str:
    cells = [record[key] for key in ("output", "dtype", "side", "peer")]
    cells += ["" if x is None else f"{x:.5g}" for x in record["lost"].values()]
    ends = record["ends"]
    return f"| {' | '.join(cells)} | {'no end' if abs(ends) in (40, 200, 1000) else f'{ends:.5g}'} |"


def main() -> None:
    """Measure and write."""
    known = json.loads(DATA.read_text(encoding="utf-8")) if "--page" in sys.argv[1:] else measured()
    DATA.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(known), encoding="utf-8")


if __name__ == "__main__":
    main()
