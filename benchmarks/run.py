#!/usr/bin/env python3
"""Measure every shape beside its peers in one run, and write the tables that the docs show.

    python3 dev.py bench [SHAPE ...]

Single thread, in a process of its own, but for the section that benchmarks/threads.py writes. Contenders take turns
round by round, so that the machine's moods fall on all alike; a time is the median over rounds, a ratio the median of
the rounds' own ratios. Before anything is timed, every contender's answers are held against the exact ones, and its
largest error in ULP stands beside its time.
Writes docs/speed.md on a processor with AVX-512, docs/speed-avx2.md on one without.
"""

from __future__ import annotations

import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import jax
import numpy as np
import scipy
import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "tests")]

from pages import elsewhere, page  # noqa: E402
from peers import PAIR, VALUE, Arrays, ours  # noqa: E402
from support.golden import golden  # noqa: E402
from support.ulp import ulp_error  # noqa: E402
from threads import two_threads  # noqa: E402

import ogive as og  # noqa: E402

SIZES = {"1,000": 1000, "16 Ki": 1 << 14, "1 Mi": 1 << 20, "16 Mi": 1 << 24}
FEW_SIZES = {"16 Ki": 1 << 14, "1 Mi": 1 << 20}  # for shapes after the first, or a run would take an hour
DTYPES = (np.float64, np.float32)
ROUNDS = 15
TARGET_SECONDS = 0.01  # what one contender runs in one round, at least

AIMS = {
    ("value", "scipy"): 3.0,
    ("value", "numpy"): 1.0,
    ("value", "torch"): 0.8,
    ("pair", "numpy"): 1.0,
    ("pair", "torch"): 1.0,
}
"""How many times ogive's time each peer should take at least."""

LIMITS = {
    "v4": [
        "- At 1,000 elements NumPy's own call, some 0.28 microseconds, is a fifth (float64) to two fifths of the "
        "time.",
        "- The logistic's value takes 36 vector operations a register in float64 and 29 in float32, which the two "
        "vector ports of this processor cannot do in less than 18 and 15 cycles; in float64 the divider is busy for "
        "16 of them. SciPy's loop is scalar, so the ratio depends on the processor. (The logistic aims at 5 times "
        "SciPy in float64 and 8 times in float32.)",
        "- GELU in float32 takes some 50 operations to hold 2 ULP in its tail, where torch's 1 + erf cancels.",
        "- The slope of tanh beside its value in float32 takes e^(-2|x|) with a low part, so that it keeps its "
        "digits in the tail; torch's 1 - a^2 has none there.",
    ],
    "v3": [
        "- GELU in float32 takes some 50 operations to hold 2 ULP in its tail, where torch's 1 + erf cancels; at "
        "1 Mi its ratio lies between 0.78 and 0.84, from run to run.",
        "- At 16 Mi the logistic is bound by computing, not by memory: a copy takes about half its time in float64.",
    ],
}
"""What bounds the figures that fall short, as far as it is known."""


@dataclass(frozen=True)
class Row:
    """One contender's figures for one shape, dtype and kind of work."""

    name: str
    error: float
    nanoseconds: tuple[float, ...]
    ratios: tuple[float, ...]


def seconds_per_call(run, repeats: int) -> float:
    """Time a number of calls as one."""
    start = time.perf_counter()
    for _ in range(repeats):
        run()
    return (time.perf_counter() - start) / repeats


def measure(contenders: dict, x: np.ndarray) -> dict[str, list[float]]:
    """Let the contenders take turns; return each one's nanoseconds per element, round by round."""
    runs = {name: make(Arrays.of(x)) for name, make in contenders.items()}
    for run in runs.values():
        run()  # JAX compiles when it is first called
    repeats = {name: max(1, round(TARGET_SECONDS / seconds_per_call(run, 2))) for name, run in runs.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            times[name].append(seconds_per_call(run, repeats[name]) / len(x) * 1e9)
    return times


def largest_error(make, shape: str, work: str, dtype: type) -> float:
    """The largest error in ULP over the golden arguments, tails included, of all the outputs of one contender.

    Slopes at kinks are left out: there a peer may choose another side, which is no error.
    """
    name, kinks = np.dtype(dtype).name, {kink.x for kink in og.shapes[shape].kinks}
    worst = 0.0
    for role in ("",) if work == "value" else ("", "derivative"):
        rows = golden(shape)[role, name]
        arrays = Arrays.of(np.array([x for x, _ in rows], dtype))
        with np.errstate(all="ignore"):
            make(arrays)()
        pairs = zip(arrays.results()[role != ""], rows, strict=True)
        errors = [ulp_error(float(got), exact, name) for got, (x, exact) in pairs if role == "" or x not in kinks]
        worst = max(worst, *errors)
    return worst


def copying(arrays: Arrays):
    """The yardstick for large arrays: what moving the data costs."""
    return lambda: np.copyto(arrays.value, arrays.x)


def compare(shape: str, work: str, dtype: type, sizes: dict[str, int]) -> list[Row]:
    """Measure one shape's contenders at these sizes."""
    contenders = {"ogive": ours(shape, work), **(VALUE if work == "value" else PAIR)[shape]}
    errors = {name: largest_error(make, shape, work, dtype) for name, make in contenders.items()}
    promised = og.shapes[shape].max_ulp["" if work == "value" else "value_and_derivative"][np.dtype(dtype).name]
    assert errors["ogive"] <= promised, f"{shape} {work} {np.dtype(dtype).name}: {errors['ogive']} ULP"
    contenders["copy"] = copying
    rng = np.random.default_rng(1)
    by_size = [measure(contenders, rng.normal(0, 4, n).astype(dtype)) for n in sizes.values()]
    return [
        Row(
            name,
            errors.get(name, float("nan")),
            tuple(median(times[name]) for times in by_size),
            tuple(median(a / b for a, b in zip(times[name], times["ogive"], strict=True)) for times in by_size),
        )
        for name in contenders
    ]


def table(rows: list[Row], sizes: dict[str, int]) -> list[str]:
    """One comparison as a Markdown table."""
    head = " | ".join(sizes)
    lines = [f"| | error, ULP | {head} |", f"|---|---|{'---|' * len(sizes)}"]
    for row in rows:
        cells = [
            f"{ns:.2f}" if row.name == "ogive" else f"{ns:.2f} ({ratio:.2f}x)"
            for ns, ratio in zip(row.nanoseconds, row.ratios, strict=True)
        ]
        error = "" if np.isnan(row.error) else f"{row.error:.2f}" if row.error < 1e4 else f"{row.error:.0e}"
        lines.append(f"| {row.name} | {error} | {' | '.join(cells)} |")
    return lines


def scalar_calls() -> list[str]:
    """What a call with one Python float costs."""
    runs = {"og.sigmoid(0.5)": lambda: og.sigmoid(0.5), "np.exp(0.5)": lambda: np.exp(0.5)}
    times = {name: median(seconds_per_call(run, 20_000) for _ in range(ROUNDS)) * 1e9 for name, run in runs.items()}
    return ["| call | ns |", "|---|---|", *(f"| `{name}` | {ns:.0f} |" for name, ns in times.items())]


def machine() -> str:
    """The processor's name, as Linux gives it."""
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
    return names[0] if names else platform.machine()


def machine_sentence() -> str:
    """The machine, and what ran on it."""
    config = og.build_config()
    return (
        f"{machine()}, target {config['target']}, {config['compiler']}; NumPy {np.__version__}, "
        f"SciPy {scipy.__version__}, torch {torch.__version__}, JAX {jax.__version__} (compiled, with float64)."
    )


def preamble() -> list[str]:
    """What was measured, where, with what."""
    return [
        "# Speed, and the error beside it",
        "",
        "Written by `python3 dev.py bench`; do not edit. Nanoseconds per element, one thread, median of "
        f"{ROUNDS} rounds in which the contenders take turns; in brackets how many times ogive's time that is (the "
        "median of the rounds' ratios). Errors are the largest over the golden arguments, tails included, in units "
        "in the last place of the exact value; an error above a million means that the peer returns 0 where the "
        "value is not.",
        "",
        f"{machine_sentence()} {elsewhere('speed')}",
        "",
    ]


def shortfall(shape: str, work: str, dtype: type, rows: list[Row], sizes: dict[str, int]) -> list[str]:
    """Which peers are nearer than the aims, at which sizes."""
    where = f"{shape}, {'value' if work == 'value' else 'value and slope'}, {np.dtype(dtype).name}"
    return [
        f"| {where}, {size} | {row.name} | {ratio:.2f} | {AIMS[work, row.name]:g} |"
        for row in rows
        if (work, row.name) in AIMS
        for size, ratio in zip(sizes, row.ratios, strict=True)
        if ratio < AIMS[work, row.name]
    ]


def shortfalls(found: list[str]) -> list[str]:
    """All of them as a table, and what bounds them."""
    return [
        "## Where ogive falls short of its aims",
        "",
        "The aims: a value at least 3 times as quick as SciPy's, ahead of NumPy's, and within 1.25 times the time of "
        "torch's; value and slope ahead of NumPy's and torch's.",
        "",
        *(["| what | peer | times ogive's time | aim |", "|---|---|---|---|", *found] if found else ["Nowhere."]),
        "",
        *LIMITS.get(og.build_config()["target"], []),
        "",
    ]


def show_in_readme(lines: list[str]) -> None:
    """Put the first shape's tables, under the sentence on the machine, between the README's markers."""
    end = next(i for i in range(1, len(lines)) if lines[i].startswith("## "))
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text().partition("<!-- speed:begin -->")
    _, _, after = rest.partition("<!-- speed:end -->")
    shown = "\n".join([machine_sentence(), "", *lines[2:end]])
    readme.write_text(f"{before}<!-- speed:begin -->\n\n{shown}\n<!-- speed:end -->{after}")


def main() -> None:
    """Measure and write."""
    target, names = None if sys.argv[1:] else page("speed"), sys.argv[1:] or list(og.shapes)
    lines, found = [], []
    for shape in names:
        sizes = SIZES if shape == next(iter(og.shapes)) else FEW_SIZES
        lines += [f"## {shape}", ""]
        for work, title in (("value", "value"), ("pair", "value and slope")):
            for dtype in DTYPES:
                print(f"{shape}, {title}, {np.dtype(dtype).name} ...", flush=True)
                rows = compare(shape, work, dtype, sizes)
                lines += [f"**{title}, {np.dtype(dtype).name}**", "", *table(rows, sizes), ""]
                found += shortfall(shape, work, dtype, rows, sizes)
    lines += ["## Two threads", "", *two_threads(), "## One number", "", *scalar_calls(), ""]
    if target is None:
        print("\n".join([*shortfalls(found), *lines]))
        return
    target.write_text("\n".join([*preamble(), *shortfalls(found), *lines]))
    if target.name == "speed.md":
        show_in_readme(lines)


if __name__ == "__main__":
    main()
