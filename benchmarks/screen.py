"""Curves a second, beside SciPy and numba on the same data in the same run.

Writes docs/screen-speed.md, or docs/screen-speed-avx2.md on a processor without AVX-512.

python benchmarks/screen.py [curves]     200,000 by default; one core

The curves are those of tests/data/screen_2000.csv, each repeated with fresh noise a tenth of its own scatter so that
no two are alike, and the 2,000 originals, whose best sums of squares are known. Times are processor times of this
process: other programs on the machine do not count.
"""

from __future__ import annotations

import importlib
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pages import elsewhere, page
from scipy import optimize

import ogive as og
from ogive.fitting.many.blocks.engine import Engine, unfit
from ogive.fitting.many.blocks.request import plan
from ogive.fitting.many.blocks.threads import fit_curves
from ogive.fitting.many.tables.curves import wide

ROOT = Path(__file__).resolve().parents[1]
LOG_DOSE = np.arange(-9, -4.4, 0.5)
BOX = {"midpoint": (1e-11, 10**-2.5), "steepness": (-10, -0.01), "lower": (0, 3), "upper": (0, 3)}
SAMPLE, FEW = 400, 20_000  # curves that slower contenders are given
ROUNDS = 7

PROFILES = {
    "v4": "What the time of the estimates goes into (time stamps about the parts, 2,400 cycles a curve): two fifths "
    "is the start (the curve's components along 200 tabulated directions in single precision, its limits, and the "
    "lowest nodes), nearly half the search (nine evaluations of eight curves at once, rivals included), and a "
    "seventh covariances and areas. Without limits settling what the data leave undetermined adds a tenth.",
    "v3": "What the time of the estimates goes into (time stamps about the parts, 4,800 cycles a curve): a quarter "
    "is the start, half the search (nine evaluations of four curves at once, rivals included), and a fifth "
    "covariances and areas. Without limits a curve takes 7,000 cycles: what the data leave undetermined takes more "
    "steps, and a fifth of the time settles it.",
}
"""Where the time goes, by target."""


def curves(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the reference table, and many curves like its own."""
    table = np.genfromtxt(ROOT / "tests/data/screen_2000.csv", delimiter=",", names=True, skip_header=2)
    y = np.stack([table[f"y{i}"] for i in range(10)], axis=1)
    scatter = np.sqrt(table["best_sse"] / 6)[:, None]
    random = np.random.default_rng(1)
    copies = [y + 0.1 * scatter * random.standard_normal(y.shape) for _ in range(-(-count // len(y)))]
    return table, np.concatenate(copies)[:count]


@dataclass(frozen=True)
class Contender:
    """Some work on a number of curves, and the share of them whose best minimum it reaches."""

    name: str
    count: int
    work: Callable[[], object]
    share: float | None = None


def race(contenders: Sequence[Contender], rounds: int = ROUNDS) -> np.ndarray:
    """Return the curves a second of each contender in each round; they take turns, each on processor time."""
    rates = np.empty((len(contenders), rounds))
    for turn in range(rounds):
        for i, contender in enumerate(contenders):
            began = time.process_time()
            contender.work()
            rates[i, turn] = contender.count / (time.process_time() - began)
    return rates


def scipy_peer(y: np.ndarray, best: np.ndarray) -> Contender:
    """Return SciPy on a sample."""

    def model(x, back, front, middle, slope):
        return back + (front - back) / (1 + 10 ** (slope * (x - middle)))

    def work() -> list[float]:
        ends = []
        for row in y:
            start = (row[-1], row[0], LOG_DOSE.mean(), 1.0)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found, _ = optimize.curve_fit(model, LOG_DOSE, row, start)
                ends.append(float(np.sum((row - model(LOG_DOSE, *found)) ** 2)))
            except RuntimeError:
                ends.append(np.inf)
        return ends

    share = float(np.mean(np.array(work()) <= best * (1 + 1e-6)))
    return Contender(f"scipy `curve_fit` ({len(y)} curves)", len(y), work, share)


def numba_peer(y: np.ndarray, original: np.ndarray, best: np.ndarray) -> list[Contender]:
    """Return numba (grid start, bounded steps), where it is installed."""
    try:
        # numba looks for a package `coverage`, and would find the benchmark of that name beside this file
        here = sys.path.pop(0)
        try:
            importlib.import_module("numba")
        finally:
            sys.path.insert(0, here)
        from numba_peer import fit_all
    except ImportError:
        return []
    share = float(np.mean(fit_all(LOG_DOSE, original)[:, 4] <= best * (1 + 1e-6)))
    name = f"numba, grid and bounded steps ({len(y):,} curves), estimates only"
    return [Contender(name, len(y), lambda: fit_all(LOG_DOSE, y), share)]


def counted(kind: str, y: np.ndarray) -> Contender:
    """Return curves of counts: of 20 trials, or of some 30 events."""
    random, trials = np.random.default_rng(2), np.full(y.shape, 20.0)
    if kind == "binomial":
        many = wide(10.0**LOG_DOSE, random.binomial(20, np.clip(0.7 * y, 0.02, 0.98)).astype(float), trials=trials)
    else:
        many = wide(10.0**LOG_DOSE, random.poisson(np.maximum(30 * y, 0)).astype(float))
    request = plan("log-logistic-4", fixed=None, bounds=None, doses=(), level=0.95, likelihood=kind)
    name = f"ogive: {kind} counts, with errors and tests ({len(y):,} curves)"
    return Contender(name, len(y), lambda: fit_curves(request, many, threads=1))


def main(count: int = 200_000) -> None:
    target = page("screen-speed")
    table, y = curves(count)
    original = np.stack([table[f"y{i}"] for i in range(10)], axis=1)
    request = plan("log-logistic-4", fixed=None, bounds=BOX, doses=(), level=0.95)
    free = plan("log-logistic-4", fixed=None, bounds=None, doses=(10, 50, 90), level=0.95)
    many = wide(10.0**LOG_DOSE, y)
    parts = [many.part(start, min(start + 8192, count)) for start in range(0, count, 8192)]
    reached = fit_curves(request, wide(10.0**LOG_DOSE, original), threads=1)["rss"] <= table["best_sse"] * (1 + 1e-6)
    assert reached.mean() >= 0.99
    assert reached[table["flat"] == 0].mean() >= 0.999
    share = float(reached.mean())
    estimates = Contender(
        "ogive: estimates, covariance, AUC", count,
        lambda: [Engine.of(request, part).search(skip=unfit(request, part)) for part in parts], share,
    )  # fmt: skip
    everything = Contender(
        "ogive: and errors, intervals, tests, statuses", count, lambda: fit_curves(request, many, threads=1), share
    )
    unbound = Contender(
        "ogive: the same without limits, calibrated tests, three doses", count,
        lambda: fit_curves(free, many, threads=1),
    )  # fmt: skip
    peer = scipy_peer(original[:SAMPLE], table["best_sse"][:SAMPLE])
    others = [
        *numba_peer(y[:FEW], original, table["best_sse"]),
        *(counted(k, y[:FEW]) for k in ("binomial", "poisson")),
    ]
    contenders = [peer, estimates, everything, unbound, *others]
    write(contenders, race(contenders), reached[table["flat"] == 0].mean(), count, target)


def write(contenders: Sequence[Contender], rates: np.ndarray, responders: float, count: int, target: Path) -> None:
    """Write the page; the first contender is the peer of the ratios."""
    ratios = np.median(rates / rates[0], axis=1)
    lines = [
        "# Curves a second", "", "Made by `python benchmarks/screen.py`; do not edit.", "",
        f"{count:,} four-parameter log-logistic curves of ten points, one core, CPU target "
        f"`{og.build_config()['target']}`, processor time, medians of {rates.shape[1]} rounds in which the "
        "contenders take turns.", "",
        "| | curves/s | ratio to SciPy | within 1e-6 of the best known sum of squares |", "|---|---:|---:|---:|",
    ]  # fmt: skip
    for contender, rate, ratio in zip(contenders, np.median(rates, axis=1), ratios, strict=True):
        ok = "-" if contender.share is None else f"{100 * contender.share:.2f} %"
        lines.append(f"| {contender.name} | {rate:,.0f} | {ratio:,.0f} | {ok} |")
    lines += [
        "", f"Of the responders among the 2,000 reference curves {100 * responders:.2f} % reach the best known "
        "minimum.", "",
        PROFILES[og.build_config()["target"]] + " Errors, tests and statuses come on top, in "
        "NumPy and SciPy, and profiles of midpoints, doses and plateaus, in the engine. "
        "Counts take more: the best asymptotes for a midpoint and a steepness are found by steps of their own.", "",
        elsewhere("screen-speed"), "",
    ]  # fmt: skip
    target.write_text("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
