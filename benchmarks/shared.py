"""Plates with common plateaus a second, beside SciPy's joint fit of the same plates; writes docs/shared-speed.md.

python benchmarks/shared.py [plates]     200 plates of 100 curves by default; one core

SciPy's `least_squares` gets all that it can use: the exact Jacobian (dense, for its exact solver, which is quicker
than its sparse one), and as start the values that made the data. Times are processor times of this process.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import optimize
from screen import Contender, race

import ogive as og

ROOT = Path(__file__).resolve().parents[1]
LOG_DOSE = np.arange(-9, -4.4, 0.5)
CURVES = 100


def simulated(plates: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return a table of plates, and for each the values that made it: plateaus, log10 midpoints, steepnesses."""
    random = np.random.default_rng(1)
    low, high = random.uniform(0.05, 0.15, (plates, 1, 1)), random.uniform(0.9, 1.1, (plates, 1, 1))
    middle, steep = random.uniform(-8.5, -5, (plates, CURVES, 1)), -random.uniform(0.6, 2.5, (plates, CURVES, 1))
    fraction = 1 / (1 + np.exp(-steep * np.log(10) * (LOG_DOSE - middle)))
    y = low + (high - low) * fraction + random.normal(0, 0.04, fraction.shape)
    table = {
        "plate": np.repeat(np.arange(plates), CURVES * len(LOG_DOSE)),
        "drug": np.tile(np.repeat(np.arange(CURVES), len(LOG_DOSE)), plates),
        "dose": np.tile(10.0**LOG_DOSE, plates * CURVES),
        "response": y.ravel(),
    }
    truth = np.concatenate([low[:, 0], high[:, 0], middle[:, :, 0], steep[:, :, 0]], axis=1)
    return table, truth


def scipy_fit(y: np.ndarray, start: np.ndarray) -> float:
    """Return the sum of squares of SciPy's joint fit of one plate."""
    rows = np.arange(y.size)
    curve = rows // len(LOG_DOSE)
    places = np.concatenate([np.zeros_like(rows), np.ones_like(rows), 2 + curve, 2 + CURVES + curve])

    def parts(theta: np.ndarray) -> tuple[np.ndarray, ...]:
        middle, steep = theta[2 : 2 + CURVES, None], theta[2 + CURVES :, None]
        off = np.log(10) * (LOG_DOSE - middle)
        return theta[1] - theta[0], off, steep, 1 / (1 + np.exp(-steep * off))

    def residuals(theta: np.ndarray) -> np.ndarray:
        span, _, _, fraction = parts(theta)
        return (theta[0] + span * fraction).ravel() - y

    def jacobian(theta: np.ndarray) -> np.ndarray:
        span, off, steep, fraction = parts(theta)
        slope = span * fraction * (1 - fraction)
        columns = [1 - fraction, fraction, -np.log(10) * steep * slope, off * slope]
        values = np.concatenate([column.ravel() for column in columns])
        dense = np.zeros((y.size, len(theta)))
        dense[np.tile(rows, 4), places] = values
        return dense

    found = optimize.least_squares(residuals, start, jacobian, x_scale="jac", ftol=1e-12, xtol=1e-12, gtol=1e-12)
    return 2 * float(found.cost)


def main(plates: int = 200) -> None:
    table, truth = simulated(plates)
    asked = {"x": "dose", "y": "response", "by": ["plate", "drug"], "threads": 1}
    common = {"share": ["lower", "upper"], "within": "plate"}
    found: list[dict[str, np.ndarray]] = []

    def joint() -> None:
        found[:] = [og.fit_many("log-logistic-4", table, **common, **asked)]

    few = min(plates, 10)
    y = table["response"].reshape(plates, -1)
    sums = np.empty(few)

    def peer() -> None:
        sums[:] = [scipy_fit(y[i], truth[i]) for i in range(few)]

    contenders = [
        Contender(
            "scipy `least_squares`, exact Jacobian, started at the truth; estimates only", few * CURVES, peer
        ),
        Contender("ogive: plateaus in common, errors, intervals, tests, statuses", plates * CURVES, joint),
        Contender(
            "ogive: the same curves each by itself", plates * CURVES,
            lambda: og.fit_many("log-logistic-4", table, **asked),
        ),
    ]  # fmt: skip
    rates = race(contenders, 3)
    ours = found[0]["rss"].reshape(plates, CURVES).sum(axis=1)
    assert (ours[:few] <= sums * (1 + 1e-8)).all()
    write(plates, contenders, rates, ours[:few] / sums - 1)


def write(plates: int, contenders: Sequence[Contender], rates: np.ndarray, lower: np.ndarray) -> None:
    """Write the page; the first contender is the peer of the ratios."""
    lines = [
        "# Plates a second", "", "Made by `python benchmarks/shared.py`; do not edit.", "",
        f"{plates} plates of {CURVES} four-parameter log-logistic curves of ten points, with one pair of plateaus a "
        f"plate (joint fits of {2 + 2 * CURVES} parameters), one core, CPU target `{og.build_config()['target']}`, "
        f"processor time, medians of {rates.shape[1]} rounds in which the contenders take turns.", "",
        "| | curves/s | plates/s | ratio to SciPy |", "|---|---:|---:|---:|",
    ]  # fmt: skip
    ratios = np.median(rates / rates[0], axis=1)
    for contender, rate, ratio in zip(contenders, np.median(rates, axis=1), ratios, strict=True):
        lines.append(f"| {contender.name} | {rate:,.0f} | {rate / CURVES:,.1f} | {ratio:,.0f} |")
    lines += [
        "", f"The sums of squares are those that SciPy ends with, to {np.abs(lower).max():.0e} of them.", "",
        "What it goes into: each curve alone, to begin with; then from three starts one search of every curve for "
        "the common values there, and a few steps, each going on with every curve; then one more look at every "
        "curve.", "",
    ]  # fmt: skip
    (ROOT / "docs" / "shared-speed.md").write_text("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
