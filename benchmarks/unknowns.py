"""How often the limits of an unknown hold the truth, from 5 to 95 percent of the way: python benchmarks/unknowns.py.

Standard curves are simulated with normal scatter, fitted, and read at responses of new observations. A limit that is
open counts as holding the truth, so the part of intervals with two ends is printed beside the coverage.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

import numpy as np

import ogive as og

__all__ = ["DESIGNS", "FRACTIONS", "Design", "coverage"]

FRACTIONS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


class Design(NamedTuple):
    """Standards, their scatter and the replicates of an unknown."""

    model: str
    doses: tuple[float, ...]
    copies: int
    sd: float
    replicates: int


_TWOFOLD = tuple(2.0**k for k in range(-5, 6))
_NINE = (3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0, 30000.0)
DESIGNS = {
    "4PL, 9 standards once, sd 3 %": Design("log-logistic-4", _NINE, 1, 0.03, 1),
    "4PL, 11 standards twice, sd 5 %": Design("log-logistic-4", _TWOFOLD, 2, 0.05, 2),
    "4PL, 8 standards twice, sd 2 %": Design("log-logistic-4", _TWOFOLD[2:10], 2, 0.02, 3),
    "3PL, 7 standards three times, sd 4 %": Design("log-logistic-3", _TWOFOLD[2:9], 3, 0.04, 2),
    "5PL, 11 standards twice, sd 2 %": Design("log-logistic-5", _TWOFOLD, 2, 0.02, 2),
    "logistic, 11 points twice, sd 5 %": Design("logistic-4", tuple(range(-5, 6)), 2, 0.05, 1),
}


def coverage(design: Design, count: int, seed: int) -> dict[float, tuple[float, float]]:
    """Return for each fraction of the way how often the truth lies inside, and how often both limits are finite."""
    rng = np.random.default_rng(seed)
    doses = np.repeat(np.array(design.doses), design.copies)
    log = design.model.startswith("log-")
    middle = float(np.exp(np.mean(np.log(design.doses)))) if log else float(np.mean(design.doses))
    curve = og.Curve(
        og.sigmoid, midpoint=middle, steepness=1.2, axis="log" if log else "linear",
        asymmetry=0.7 if design.model.endswith("5") else 1.0,
    )  # fmt: skip
    truth = np.asarray(curve.at_fraction(np.array(FRACTIONS)))
    held, closed = np.zeros(len(truth)), np.zeros(len(truth))
    for _ in range(count):
        fit = og.fit(design.model, doses, curve(doses) + design.sd * rng.standard_normal(len(doses)))
        new = curve(truth)[:, None] + design.sd * rng.standard_normal((len(truth), design.replicates))
        found = fit.unknowns(new)
        held += (found.low <= truth) & (truth <= found.high)
        closed += (found.low > (0 if log else -np.inf)) & np.isfinite(found.high)
    return {f: (held[k] / count, closed[k] / count) for k, f in enumerate(FRACTIONS)}


def main() -> None:
    """Print a row for each design."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="simulations of each design")
    count = parser.parse_args().count
    print("| design | " + " | ".join(f"{f:.0%}" for f in FRACTIONS) + " |")
    print("|---" + "|---:" * len(FRACTIONS) + "|")
    for seed, (name, design) in enumerate(DESIGNS.items()):
        found = coverage(design, count, seed)
        cells = (f"{100 * held:.1f} ({100 * closed:.0f})" for held, closed in found.values())
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
