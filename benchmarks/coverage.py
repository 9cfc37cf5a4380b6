"""How often intervals cover the truth, and how often the no-effect test is wrong, by simulation.

python benchmarks/coverage.py           run everything into docs/coverage.md (about a quarter of an hour)
python benchmarks/coverage.py --quick   a tenth of the simulations, to the screen only
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
from pages import put_part

import ogive as og
from ogive.fitting.inference.calibration import levels_of, null_law
from ogive.fitting.question.data import read
from ogive.fitting.question.likelihoods import Normal
from ogive.fitting.question.problem import Problem, lay_out
from ogive.fitting.search.solve import minimise
from ogive.fitting.search.start import box_of
from ogive.models import models

TRUE = {"lower": 0.1, "upper": 1.0, "midpoint": 1.0, "steepness": -1.2}
NAMES = tuple(TRUE)

# name, doses, standard deviation, truth that differs from TRUE
SCENARIOS: list[tuple[str, Any, float, dict[str, float]]] = [
    ("10 doses, both asymptotes measured", np.geomspace(0.01, 100, 10), 0.05, {}),
    ("10 doses, noisier", np.geomspace(0.01, 100, 10), 0.10, {}),
    ("8 doses in triplicate", np.repeat(np.geomspace(0.01, 100, 8), 3), 0.07, {}),
    ("10 doses, one asymptote measured", np.geomspace(0.01, 100, 10), 0.04, {"midpoint": 30.0}),
    ("10 doses, steep", np.geomspace(0.01, 100, 10), 0.05, {"steepness": -6.0}),
]
METHODS = ("wald", "profile", "bootstrap")
DESIGNS = [(n, 1) for n in (5, 6, 7, 8, 10, 12, 15, 20, 30, 50)] + [(12, 2), (24, 3), (30, 5)]


# ---- Intervals ---------------------------------------------------------------------------------------------------


def cover(scenario: tuple[str, Any, float, dict[str, float]], count: int, seed: int) -> dict[Any, Counter[str]]:
    """Return, for each status, method and parameter, how many intervals there were and how many covered."""
    _, dose, sd, changes = scenario
    truth = TRUE | changes
    curve = og.Curve(og.sigmoid, axis="log", **truth)
    random = np.random.default_rng(seed)
    tally: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    for k in range(count):
        fit = og.fit("log-logistic-4", dose, curve(dose) + random.normal(0, sd, len(dose)))
        methods = METHODS if k < count // 4 else METHODS[:2]
        for method in methods:
            for name, found in fit.interval(method=method).items():
                cell = tally[str(fit.status), method, name]
                cell["all"] += 1
                cell["covered"] += found.low <= truth[name] <= found.high
                cell["open"] += not (np.isfinite(found.high) and np.isfinite(found.low))
    return tally


# ---- The no-effect test ------------------------------------------------------------------------------------------


def null_r_squared(doses: Any, count: int, seed: int) -> Any:
    """Return R-squared of fits to pure noise: the best of the grid for each response, then polished, all at once."""
    random = np.random.default_rng(seed)
    y = random.standard_normal((count, len(doses)))
    data = read(doses, y[0])
    model = models["log-logistic-4"]
    problem = Problem(model, data, Normal(np.ones(len(doses))), lay_out(model, data.groups))
    box = box_of(problem)
    theta, lower, upper = _starts(problem, box, y)
    owner = np.repeat(np.arange(count), theta.shape[1])
    found = minimise(
        lambda vector, rows: problem.with_y(y[owner[rows]]).objective(vector),
        *(each.reshape(-1, 4) for each in (theta, lower, upper)),
        enough=1e-9,
    )
    rss = 2 * found.f.reshape(count, -1).min(axis=1)
    total = ((y - y.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    return 1 - rss / total


def _starts(problem: Problem, box: Any, y: Any, seeds: int = 4) -> Any:
    """Return for each response the best places of a grid over midpoint and steepness, with their asymptotes."""
    g = problem.place.g
    span = np.ptp(g)
    middles = np.linspace(g.min() - 0.4 * span, g.max() + 0.4 * span, max(40, 4 * len(g)))
    steep = np.geomspace(0.8 / span, 0.6 * box.upper[3], 9)
    nodes = np.stack(np.meshgrid(middles, steep, indexing="ij"), axis=-1).reshape(-1, 2)
    fraction = og.sigmoid(nodes[:, 1, None] * (g - nodes[:, 0, None]))
    mean = fraction.mean(axis=1, keepdims=True)
    centered = fraction - mean
    size = (centered**2).sum(axis=1)
    nodes, centered, mean, size = (each[size > 1e-12] for each in (nodes, centered, mean, size))
    theta = np.empty((len(y), seeds, 4))
    for part in np.array_split(np.arange(len(y)), max(len(y) // 500, 1)):
        product = y[part] @ centered.T
        gain = product**2 / size
        for k in range(seeds):
            best = gain.argmax(axis=1)
            rise = np.take_along_axis(product, best[:, None], 1)[:, 0] / size[best]
            level = y[part].mean(axis=1) - rise * mean[best, 0]
            theta[part, k] = np.stack([level, level + rise, nodes[best, 0], nodes[best, 1]], axis=-1)
            away = np.abs(nodes[None, :, 0] - nodes[best, 0][:, None]) > 0.12 * span
            gain = np.where(away, gain, -1.0)
    lower, upper = np.broadcast_to(box.lower, theta.shape).copy(), np.broadcast_to(box.upper, theta.shape).copy()
    lower[..., 3] = 0.05 / span
    return theta, lower, upper


def sizes(design: tuple[int, int], count: int, seed: int) -> tuple[float, float, float, float]:
    """Return how often the calibrated test rejects at 5, 1 and 0.1 percent, and how often the F test does at 5."""
    from scipy import special

    n, replicates = design
    doses = np.repeat(np.geomspace(0.01, 100, n // replicates), replicates)
    r_squared = null_r_squared(doses, count, seed)
    law = null_law(levels_of(np.log(doses)[None])[0], og.sigmoid)
    p = np.array([law.p_value(value) for value in r_squared])
    f = r_squared / (1 - r_squared) * (n - 4) / 3
    naive = special.fdtrc(3, n - 4, f)
    return tuple(float(np.mean(each)) for each in (p < 0.05, p < 0.01, p < 0.001, naive < 0.05))  # type: ignore[return-value]


# ---- The page ----------------------------------------------------------------------------------------------------


def interval_table(count: int) -> list[str]:
    lines = []
    with ProcessPoolExecutor(2) as pool:
        tallies = list(pool.map(cover, SCENARIOS, [count] * len(SCENARIOS), range(100, 100 + len(SCENARIOS))))
    for scenario, tally in zip(SCENARIOS, tallies, strict=True):
        lines += ["", f"### {scenario[0]}", ""]
        lines += [
            "| status | method | intervals | " + " | ".join(NAMES) + " | one side open |",
            "|---|---|---:" + "|---:" * 5 + "|",
        ]
        keys = sorted(
            {(status, method) for status, method, _ in tally}, key=lambda key: (key[0], METHODS.index(key[1]))
        )
        for status, method in keys:
            cells = [tally[status, method, name] for name in NAMES]
            if cells[0]["all"] < 40:
                continue
            rates = " | ".join(f"{100 * c['covered'] / c['all']:.1f}" for c in cells)
            wide = 100 * sum(c["open"] for c in cells) / sum(c["all"] for c in cells)
            lines.append(f"| {status} | {method} | {cells[0]['all']} | {rates} | {wide:.0f} % |")
    return lines


def null_table(count: int) -> list[str]:
    lines = ["| n | replicates | calibrated 5 % | 1 % | 0.1 % | F tables, 5 % |", "|---:|---:|---:|---:|---:|---:|"]
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(sizes, DESIGNS, [count] * len(DESIGNS), range(200, 200 + len(DESIGNS))))
    for design, (five, one, tenth, naive) in zip(DESIGNS, found, strict=True):
        cells = (f"{100 * five:.2f}", f"{100 * one:.2f}", f"{100 * tenth:.3f}", f"{100 * naive:.2f}")
        lines.append(f"| {design[0]} | {design[1]} | " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    quick = "--quick" in sys.argv
    fits, nulls = (200, 2000) if quick else (800, 10000)
    page = [
        "## The no-effect test",
        "",
        f"{nulls} responses of pure noise for each design, fitted by the four-parameter log-logistic curve: how",
        "often an effect is claimed, in percent. F tables are what most programs use. The simulation error of the",
        f"5 % column is {100 * (0.05 * 0.95 / nulls) ** 0.5:.2f}.",
        "",
        *null_table(nulls),
        "",
        "## Intervals",
        "",
        f"{fits} fits for each scenario (a quarter of them for the bootstrap); the share of nominal 95 % intervals",
        "that hold the truth, in percent, by the status that the fit reported. A status that fewer than 40 fits",
        "reported is not shown. A status is itself a finding from the same data, so its rows are conditional: fits",
        "that were called `no effect` or `one plateau` are those whose noise happened to look so.",
        *interval_table(fits),
    ]
    text = "\n".join(page) + "\n"
    if quick:
        sys.stdout.write(text)
    else:
        put_part("coverage", "benchmarks/coverage.py", text)


if __name__ == "__main__":
    main()
