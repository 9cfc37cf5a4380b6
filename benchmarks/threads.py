#!/usr/bin/env python3
"""Measure what a second thread gains on a large array, beside PyTorch's.

    python benchmarks/threads.py    print the table alone; `python3 dev.py bench` puts it into the page of speed

Contenders take turns round by round; a time is the median over rounds, a gain the median of the rounds' own ratios of
one thread to two. Nothing else should run on the machine: the gain of a second thread is that of an idle core.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))

from peers import PAIR, Arrays, ours

import ogive as og

SHAPE = "sigmoid"
SIZE = 1 << 24
ROUNDS = 15
COUNTS = (1, 2)


def on_threads(name: str, count: int, run) -> float:
    """Time one call on so many threads, in nanoseconds per element."""
    if name == "torch":
        torch.set_num_threads(count)
    try:
        with og.threads(count):
            start = time.perf_counter()
            run()
            return (time.perf_counter() - start) / SIZE * 1e9
    finally:
        torch.set_num_threads(1)


def measure(dtype: type) -> dict[tuple[str, int], list[float]]:
    """Let ogive and torch take turns on one thread and on two; return each one's times, round by round."""
    x = np.random.default_rng(1).normal(0, 4, SIZE).astype(dtype)
    makers = {"ogive": ours(SHAPE, "pair"), "torch": PAIR[SHAPE]["torch"]}
    arrays = {name: Arrays.of(x) for name in makers}
    runs = {name: make(arrays[name]) for name, make in makers.items()}
    times: dict[tuple[str, int], list[float]] = {(name, count): [] for name in runs for count in COUNTS}
    kept = {}
    for turn in range(ROUNDS + 1):
        for name, run in runs.items():
            for count in COUNTS:
                taken = on_threads(name, count, run)
                if turn:  # the first round touches fresh memory
                    times[name, count].append(taken)
                elif name == "ogive":
                    kept[count] = [array.copy() for array in arrays[name].results()]
    for one, two in zip(kept[1], kept[2], strict=True):
        assert one.tobytes() == two.tobytes(), "two threads gave other bits than one"
    return times


def two_threads() -> list[str]:
    """The table, and what it shows."""
    lines = [
        f"Value and slope of {SHAPE} at 16 Mi elements, nanoseconds per element, on one thread and within "
        f"`with og.threads(2):`, beside torch with as many. The gain is the median of {ROUNDS} rounds' own ratios. "
        "Both counts of threads give ogive the same bits, which is checked.",
        "",
        "| | type | one thread | two threads | gain |",
        "|---|---|---|---|---|",
    ]
    for dtype in (np.float64, np.float32):
        times = measure(dtype)
        for name in ("ogive", "torch"):
            one, two = times[name, 1], times[name, 2]
            gain = median(a / b for a, b in zip(one, two, strict=True))
            lines.append(f"| {name} | {np.dtype(dtype).name} | {median(one):.2f} | {median(two):.2f} | {gain:.2f}x |")
    return [*lines, ""]


if __name__ == "__main__":
    print("\n".join(two_threads()))
