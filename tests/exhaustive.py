#!/usr/bin/env python3
"""Check kernels on every float32 there is, and on dense float64 samples, against the next wider type.

    python3 dev.py exhaustive [--shape NAME] [--role ROLE] [--stride N]

Prints the worst error of each kernel and where it is, and keeps it in docs/accuracy.csv, from which docs/accuracy.md
is written; exits with 1 if any exceeds what its row promises. Some minutes a shape on two cores; each kernel's line
appears, and is kept, as soon as it is known, so that an interrupted run loses nothing.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from support.reference import TRUTH

from ogive.shapes import shapes

CHUNK = 1 << 20
DENSE = 1 << 24
Worst = tuple[float, float]
Row = tuple[str, str, str, str, str, str, str]  # shape, role, dtype, error, promise, where, how many inputs

KEPT = Path(__file__).resolve().parents[1] / "docs" / "accuracy.csv"
PAGE = [
    "# Accuracy",
    "",
    "Written by `python3 dev.py exhaustive`; do not edit. The largest error of each kernel, in units in the last "
    "place of the exact result, and where it occurs. float32: every number there is, against float64. float64: "
    "random arguments at several scales and evenly over bit patterns, against long double. float16 is correctly "
    "rounded at all 65,536 inputs, which the tests check. The promise stands in the shape's row; tests also hold it "
    "against golden numbers from ball arithmetic, tails and branch edges included.",
    "",
    "| shape | function | type | worst error, ULP | promised | at | inputs |",
    "|---|---|---|---|---|---|---|",
]


def spacing(exact: np.ndarray, dtype: type) -> np.ndarray:
    """The ULP at each exact value, as the wider type."""
    info = np.finfo(dtype)
    _, exponent = np.frexp(np.abs(exact))
    return np.ldexp(exact.dtype.type(1), np.maximum(exponent, info.minexp + 1) - info.nmant - 1)


def worst_of(shape: str, role: str, x: np.ndarray) -> Worst:
    """The largest error among these arguments, and where; one output at a time for kernels with two."""
    wider = np.float64 if x.dtype == np.float32 else np.longdouble
    with np.errstate(all="ignore"):
        got = shapes[shape].ufunc_of(role)(x)
        pairs = zip(got, ("", "derivative"), strict=True) if role == "value_and_derivative" else [(got, role)]
        worst = (0.0, 0.0)
        for result, of_role in pairs:
            exact = TRUTH[shape].wide[of_role](x.astype(wider))
            error = np.abs(result.astype(wider) - exact) / spacing(exact, x.dtype.type)
            # what is infinite once rounded, nan, or exact
            settled = (result == exact.astype(x.dtype)) & ~np.isfinite(result)
            settled |= (result == exact) | (np.isnan(result) & np.isnan(exact))
            error = np.where(settled, 0, np.where(np.isfinite(error), error, np.inf))
            at = int(np.argmax(error))
            worst = max(worst, (float(error[at]), float(x[at])))
    return worst


def float32_chunk(shape: str, role: str, stride: int, start: int) -> Worst:
    """Every stride-th float32 of one range of bit patterns."""
    bits = np.arange(start, start + CHUNK * stride, stride, dtype=np.uint64).astype(np.uint32)
    return worst_of(shape, role, bits.view(np.float32))


def float64_chunk(shape: str, role: str, seed: int) -> Worst:
    """Random float64: evenly over each scale or over the range of the value, and evenly over bit patterns."""
    rng = np.random.default_rng(seed)
    truth = TRUTH[shape]
    scales = [(-scale, scale) for scale in truth.scales]
    if role == "inverse":
        scales = [(max(truth.range[0], -700.0), min(truth.range[1], 700.0))]
    even = [rng.uniform(low, high, CHUNK // 4) for low, high in scales]
    return worst_of(shape, role, np.concatenate([*even, rng.integers(0, 2**64, CHUNK // 4, np.uint64).view(float)]))


def checks(arguments: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """Every kernel asked for, as (shape, role, dtype)."""
    for name, row in shapes.items():
        for role in row.roles:
            if arguments.shape in (None, name) and arguments.role in (None, role):
                yield from ((name, role, dtype) for dtype in ("float32", "float64"))


def keep(row: Row) -> None:
    """Put one kernel's figures in the place of its older ones, and write the page anew."""
    older = list(csv.reader(KEPT.read_text().splitlines())) if KEPT.exists() else []
    kept = {tuple(old[:3]): tuple(old) for old in older if old[0] in shapes} | {row[:3]: row}
    rows = [kept[key] for key in sorted(kept)]
    with KEPT.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    table = [
        f"| {shape} | {role or 'value'} | {dtype} | {error} | {promised} | {at} | {inputs} |"
        for shape, role, dtype, error, promised, at, inputs in rows
    ]
    KEPT.with_suffix(".md").write_text("\n".join([*PAGE, *table, ""]))


def main() -> None:
    """Check, print, and tell by the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape")
    parser.add_argument("--role")
    parser.add_argument("--stride", type=int, default=1, help="check every N-th float32 only")
    arguments = parser.parse_args()
    failed = False
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, role, dtype in checks(arguments):
            if dtype == "float32":
                work = partial(float32_chunk, name, role, arguments.stride)
                starts = range(0, 2**32, CHUNK * arguments.stride)
            else:
                work = partial(float64_chunk, name, role)
                starts = range(max(1, DENSE // CHUNK // arguments.stride))
            error, at = max(pool.map(work, starts))
            promised = shapes[name].max_ulp[role][dtype]
            failed |= not error <= promised
            verdict = "ok" if error <= promised else "EXCEEDED"
            print(
                f"{name:12} {role or 'value':22} {dtype}  {error:.4f} of {promised} ULP at {at!r}  {verdict}",
                flush=True,
            )
            inputs = "all 4,294,967,296" if dtype == "float32" else f"{DENSE:,}"
            if arguments.stride == 1:
                keep((name, role, dtype, f"{error:.4f}", f"{promised:g}", repr(at), inputs))
    sys.exit(failed)


if __name__ == "__main__":
    main()
