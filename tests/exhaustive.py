#!/usr/bin/env python3
"""Check kernels on every float32 there is, and on dense float64 samples, against the next wider type.

    python3 dev.py exhaustive [--shape NAME ...] [--role ROLE ...] [--missing] [--stride N]

Prints the worst error of each kernel and where it is, and keeps it in docs/accuracy.csv, from which docs/accuracy.md
is written; exits with 1 if any exceeds what its row promises. All roles of a shape are tried on the same arguments,
so that each exact value is computed once. A shape's lines appear, and are kept, as soon as they are known: an
interrupted run loses one shape's work at most, and `--missing` goes on with what no line holds yet.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from support.reference import TRUTH, outputs

import ogive as og
from ogive.shapes import shapes

BLOCK = 1 << 14  # arguments at a time: the arrays of one block stay in a core's own cache
BLOCKS = 1 << 7  # in one piece of work for a process
DRAWS = 1 << 8  # blocks of float64 from each scale
WIDER = {np.dtype(np.float32): np.float64, np.dtype(np.float64): np.longdouble}
Array = np.ndarray
Roles = tuple[str, ...]
Worst = tuple[float, float]
"""The largest error, and where."""
Row = tuple[str, ...]
"""Shape, role, dtype, target, error, promise, where, how many inputs: the first four are its key."""

KEPT = Path(__file__).resolve().parents[1] / "docs" / "accuracy.csv"
PAGE = [
    "# Accuracy",
    "",
    "Written by `python3 dev.py exhaustive`; do not edit. The largest error of each kernel, in units in the last "
    "place of the exact result, and where it occurs. float32: every number there is, against float64. float64: "
    "random arguments at several scales and evenly over bit patterns, against long double. float16 is correctly "
    "rounded at all 65,536 inputs, which the tests check. The promise stands in the shape's row; tests also hold it "
    "against golden numbers from ball arithmetic, tails and branch edges included. The target is the family of "
    "processors that the kernel was compiled for: v4 has AVX-512, v3 AVX2, v1 neither, nor a fused multiply-add.",
    "",
    "| shape | function | type | target | worst error, ULP | promised | at | inputs |",
    "|---|---|---|---|---|---|---|---|",
]

# ---- The error of one block --------------------------------------------------------------------------------------


def spacing(exact: Array, dtype: np.dtype) -> Array:
    """The ULP of a narrower type at each exact value, from the power of two below it."""
    if exact.dtype == np.float64:
        power = (exact.view(np.int64) & 0x7FF0_0000_0000_0000).view(np.float64)
    else:
        mantissa, exponent = np.frexp(np.abs(exact))
        power = np.ldexp(np.ceil(mantissa), exponent - 1)  # of 0: 0
    info = np.finfo(dtype)
    np.maximum(power, info.tiny, out=power)
    power *= info.eps
    return power


def worst_of(x: Array, got: Array, exact: Array) -> Worst:
    """The largest of one output's errors, and the argument it belongs to."""
    error = got.astype(exact.dtype)
    error -= exact
    np.abs(error, out=error)
    error /= spacing(exact, x.dtype)
    at = np.argmax(error)  # the first nan, if there is one
    if not np.isfinite(error[at]):
        # right if infinite where the rounded result is, or nan where there is no result
        right = (got == exact.astype(x.dtype)) | (np.isnan(got) & np.isnan(exact))
        error = np.where(np.isfinite(error), error, np.where(right, 0, np.inf))
        at = np.argmax(error)
    return float(error[at]), float(x[at])


def worst_of_roles(shape: str, roles: Roles, blocks: Iterable[Array]) -> dict[str, Worst]:
    """The largest error of each role among all arguments; an exact value that two roles share is computed once."""
    worst = dict.fromkeys(roles, (0.0, 0.0))
    with np.errstate(all="ignore"):
        for x in blocks:
            wide = x.astype(WIDER[x.dtype])
            exact = cache(lambda role, wide=wide: TRUTH[shape].wide[role](wide))
            for role in roles:
                found = (worst_of(x, got, exact(of_role)) for of_role, got in outputs(shapes[shape], role, x))
                worst[role] = max(worst[role], *found)
    return worst


# ---- The arguments -------------------------------------------------------------------------------------------------


def float32_piece(shape: str, roles: Roles, stride: int, start: int) -> dict[str, Worst]:
    """Every stride-th float32 of one range of bit patterns."""
    step = BLOCK * stride
    blocks = (
        np.arange(first, first + step, stride, dtype=np.uint64).astype(np.uint32).view(np.float32)
        for first in range(start, start + BLOCKS * step, step)
    )
    return worst_of_roles(shape, roles, blocks)


def float64_scales(shape: str, roles: Roles) -> list[tuple[float, float]]:
    """Between which numbers float64 arguments are drawn evenly: those of an inverse over the range of the value."""
    truth = TRUTH[shape]
    if roles == ("inverse",):
        return [(max(truth.range[0], -700.0), min(truth.range[1], 700.0))]
    return [(-scale, scale) for scale in truth.scales]


def float64_piece(shape: str, roles: Roles, seed: int) -> dict[str, Worst]:
    """One block of random float64 evenly over each scale, and one evenly over bit patterns."""
    rng = np.random.default_rng(seed)
    even = (rng.uniform(low, high, BLOCK) for low, high in float64_scales(shape, roles))
    return worst_of_roles(shape, roles, (*even, rng.integers(0, 2**64, BLOCK, np.uint64).view(np.float64)))


# ---- All kernels ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """What was found of one kernel."""

    shape: str
    role: str
    dtype: str
    error: float
    at: float
    inputs: int

    @property
    def promised(self) -> float:
        return shapes[self.shape].max_ulp[self.role][self.dtype]

    @property
    def exceeds(self) -> bool:
        return not self.error <= self.promised

    def row(self) -> Row:
        """The figure as it is kept."""
        key = (self.shape, self.role, self.dtype, og.build_config()["target"])
        count = f"{'all ' if self.inputs == 2**32 else ''}{self.inputs:,}"
        return *key, f"{self.error:.4f}", f"{self.promised:g}", repr(self.at), count

    def __str__(self) -> str:
        shape, role, dtype, target, error, promised, at, _ = self.row()
        verdict = "EXCEEDED" if self.exceeds else "ok"
        return f"{shape:12} {role or 'value':22} {dtype} {target}  {error} of {promised} ULP at {at}  {verdict}"


def check(pool: Executor, shape: str, roles: Roles, dtype: str, stride: int) -> list[Figure]:
    """Try some roles of one shape together."""
    if dtype == "float32":
        found = list(pool.map(partial(float32_piece, shape, roles, stride), range(0, 2**32, BLOCK * BLOCKS * stride)))
        inputs = 2**32 // stride
    else:
        draws = max(1, DRAWS // stride)
        found = list(pool.map(partial(float64_piece, shape, roles), range(draws)))
        inputs = draws * BLOCK * (len(float64_scales(shape, roles)) + 1)
    return [Figure(shape, role, dtype, *max(piece[role] for piece in found), inputs) for role in roles]


def groups(arguments: argparse.Namespace) -> Iterator[tuple[str, Roles, str]]:
    """The kernels asked for, as (shape, roles, dtype): in float64 an inverse has arguments of its own."""
    for dtype in arguments.dtype:
        for shape in arguments.shape:
            left_out = {row[1] for row in kept_rows() if arguments.missing and row[:3:2] == (shape, dtype)}
            asked = set(shapes[shape].roles if arguments.role is None else arguments.role) - left_out
            for alone in (False, True):
                roles = (role for role in shapes[shape].roles if role in asked)
                group = tuple(role for role in roles if (dtype == "float64" and role == "inverse") == alone)
                if group:
                    yield shape, group, dtype


def kept_rows() -> list[Row]:
    """The lines there are, of shapes that still exist."""
    return [tuple(row) for row in csv.reader(KEPT.read_text().splitlines()) if row[0] in shapes]


def keep(new: Iterable[Row]) -> None:
    """Put kernels' figures in the place of their older ones, and write the page anew."""
    kept = {row[:4]: row for row in (*kept_rows(), *new)}
    rows = [kept[key] for key in sorted(kept)]
    with KEPT.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    table = [f"| {' | '.join((shape, role or 'value', *others))} |" for shape, role, *others in rows]
    KEPT.with_suffix(".md").write_text("\n".join([*PAGE, *table, ""]))


def parsed() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", nargs="*", default=list(shapes), choices=list(shapes))
    parser.add_argument("--role", nargs="*", help="such as derivative; the value is ''")
    parser.add_argument("--dtype", nargs="*", default=["float64", "float32"])
    parser.add_argument("--missing", action="store_true", help="leave out what a line holds, on whatever target")
    parser.add_argument("--stride", type=int, default=1, help="check every N-th only, and keep nothing")
    return parser.parse_args()


def main() -> None:
    """Check, print, and tell by the exit status."""
    arguments = parsed()
    failed = False
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for shape, roles, dtype in groups(arguments):
            figures = check(pool, shape, roles, dtype, arguments.stride)
            print(*figures, sep="\n", flush=True)
            failed |= any(figure.exceeds for figure in figures)
            if arguments.stride == 1:
                keep(figure.row() for figure in figures)
    sys.exit(failed)


if __name__ == "__main__":
    main()
