"""How often a status is earned, and how often the printed limits hold the truth: thirteen designs, simulated.

python benchmarks/honesty.py                  2,000 curves and 200 single fits of each; to docs/coverage.md
python benchmarks/honesty.py 2000 2000        so many of each
python benchmarks/honesty.py 300 40 --show    to the screen only

A screen is `ogive.fit_many`, which prints limits of the midpoint. A single fit is `ogive.fit`, whose table prints
limits of the midpoint and of both plateaus. An open limit holds the truth, and so does one that is not printed.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from pages import put_part

import ogive as og

__all__ = ["DESIGNS", "LIMITS", "Design", "Tally", "screened", "single"]

LIMITS = ("midpoint", "lower", "upper")
# A status that fewer fits of a design have is not given a share of its own: the error of it would exceed 3.5 %.
FEW = 40

Floats = np.ndarray
Random = np.random.Generator


@dataclass(frozen=True)
class Design:
    """Doses, what is true at them, and how responses scatter; whether a fit of it deserves to be called ok.

    Attributes
    ----------
    truth
        The true midpoint and plateaus, where there are any; of several groups a midpoint for each.
    draw
        Makes responses of a number of data sets, (count, doses), from a random generator.
    """

    model: str
    x: Floats
    truth: Mapping[str, Any]
    draw: Callable[[Random, int], Floats]
    deserves: bool
    options: Mapping[str, Any] = field(default_factory=dict)
    groups: int = 1
    trials: int = 0


@dataclass
class Tally:
    """Of the fits with one status: how many there are, and how many printed limits hold the truth, by parameter."""

    count: int = 0
    held: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    closed: int = 0

    def add(self, name: str, truth: float, low: Floats, high: Floats) -> None:
        """Count limits of one parameter; nan is a limit that is not printed."""
        held = ~(np.asarray(low) > truth) & ~(np.asarray(high) < truth)
        self.held[name] = self.held.get(name, 0) + int(np.sum(held))
        self.asked[name] = self.asked.get(name, 0) + int(np.size(held))

    def share(self, name: str) -> float:
        """Return the share of limits that hold the truth, in percent; nan where none was asked for."""
        return 100 * self.held[name] / self.asked[name] if self.asked.get(name) else np.nan


# ---- Designs -----------------------------------------------------------------------------------------------------


def hill(x: Floats, lower: float, upper: float, midpoint: float, slope: float) -> Floats:
    """Return a log-logistic curve."""
    with np.errstate(divide="ignore"):
        return lower + (upper - lower) / (1 + (midpoint / x) ** slope)


def normal(mean: Floats, sd: float, random: Random, count: int) -> Floats:
    return mean + random.normal(0, sd, (count, len(mean)))


def heavy(mean: Floats, sd: float, random: Random, count: int) -> Floats:
    """Student's t with three degrees of freedom, of the same standard deviation."""
    return mean + sd / 3**0.5 * random.standard_t(3, (count, len(mean)))


def events(mean: Floats, random: Random, count: int) -> Floats:
    return random.poisson(mean, (count, len(mean))).astype(float)


def answers(chance: Floats, trials: int, random: Random, count: int) -> Floats:
    return random.binomial(trials, chance, (count, len(chance))).astype(float)


def separated(x: Floats, random: Random, count: int) -> Floats:
    """Yes at every x above a threshold, no below it."""
    return (x > random.uniform(x[2], x[-3], (count, 1))).astype(float)


def _curve(x: Floats, midpoint: float, slope: float, sd: float, deserves: bool, scatter: Any = normal) -> Design:
    truth = {"midpoint": midpoint, "lower": 0.0, "upper": 100.0}
    return Design("log-logistic-4", x, truth, partial(scatter, hill(x, 0, 100, midpoint, slope), sd), deserves)


def _no_curve(x: Floats, mean: Floats, sd: float) -> Design:
    return Design("log-logistic-4", x, {}, partial(normal, mean, sd), False)


def _groups(x: Floats) -> Design:
    middles = (0.3, 1.0, 3.0)
    mean = np.concatenate([hill(x, 0, 100, m, 1.2) for m in middles])
    truth = {"midpoint": middles, "lower": 0.0, "upper": 100.0}
    return Design("log-logistic-4", np.tile(x, 3), truth, partial(normal, mean, 5), True, groups=3)


def _two_alternatives() -> Design:
    x, trials = np.arange(-4.0, 5), 60
    curve = og.Curve(og.shapes["normal"], lower=0.5, upper=0.96, midpoint=0.5, steepness=0.7)
    options = {"fixed": {"lower": 0.5}}
    draw = partial(answers, np.asarray(curve(x)), trials)
    return Design("psychometric", x, {"midpoint": 0.5, "upper": 0.96}, draw, True, options, trials=trials)


def _designs() -> dict[str, Design]:
    ten, three = np.geomspace(0.01, 100, 10), np.repeat(np.geomspace(0.01, 100, 9), 3)
    counts = Design(
        "log-logistic-4", ten, {"midpoint": 1.0, "lower": 4.0, "upper": 80.0},
        partial(events, hill(ten, 4, 80, 1, 1.2)), True, {"likelihood": "poisson"},
    )  # fmt: skip
    answered = np.arange(1.0, 13)
    return {
        "complete": _curve(ten, 1.0, 1.2, 5, True),
        "complete, noisy": _curve(ten, 1.0, 1.2, 10, True),
        "incomplete": _curve(np.repeat([0.01, 0.03, 0.1, 0.3, 1, 3], 2), 1.5, 1.0, 4, False),
        "steep": _curve(np.geomspace(0.01, 100, 8), 0.3, 8.0, 4, False),
        "few points": _curve(np.geomspace(0.01, 100, 6), 1.0, 1.0, 2, True),
        "counts": counts,
        "2AFC": _two_alternatives(),
        "groups": _groups(np.geomspace(0.01, 100, 8)),
        "hook": _no_curve(three, hill(three, 0, 100, 0.3, 1.2) * hill(three, 1, 0, 20, 1.2), 4),
        "two sites": _no_curve(three, 0.5 * (hill(three, 0, 100, 0.05, 1.2) + hill(three, 0, 100, 20, 1.2)), 4),
        "separated": Design("logistic-2", answered, {}, partial(separated, answered), False, trials=1),
        "flat": _no_curve(ten, np.full(10, 50.0), 5),
        "heavy tails": _curve(ten, 1.0, 1.2, 5, True, heavy),
    }


DESIGNS = _designs()


# ---- Fits --------------------------------------------------------------------------------------------------------


def screened(name: str, count: int, seed: int = 1) -> dict[str, Tally]:
    """Fit simulated data sets of a design as one table; returns what became of them, by status."""
    design = DESIGNS[name]
    y = design.draw(np.random.default_rng(seed), count)
    curves, each = count * design.groups, len(design.x) // design.groups
    table = {
        "id": np.repeat(np.arange(curves), each),
        "set": np.repeat(np.arange(count), len(design.x)),
        "x": np.tile(design.x, count),
        "y": y.ravel(),
        "n": np.full(y.size, design.trials),
    }
    shared = {"share": ["lower", "upper"], "within": ["set"]} if design.groups > 1 else {}
    fits = og.fit_many(
        design.model, table, x="x", y="y", by=["set", "id"] if design.groups > 1 else "id",
        trials="n" if design.trials else None, threads=1, **shared, **design.options,
    )  # fmt: skip
    middles = np.tile(np.atleast_1d(design.truth.get("midpoint", np.nan)), count)
    found: dict[str, Tally] = {}
    for status in np.unique(fits["status"]):
        rows = fits["status"] == status
        tally = found[str(status)] = Tally(int(rows.sum()))
        low, high = fits["midpoint_low"][rows], fits["midpoint_high"][rows]
        if design.truth:
            tally.closed = int(np.sum(np.isfinite(high) & (low > (0 if design.x[0] > 0 else -np.inf))))
            # all against their own truth: how far the limits are from it
            tally.add("midpoint", 0.0, low - middles[rows], high - middles[rows])
    return found


def single(name: str, count: int, seed: int = 1) -> dict[str, Tally]:
    """Fit simulated data sets of a design one by one; returns what became of them, by status."""
    design = DESIGNS[name]
    y = design.draw(np.random.default_rng(seed), count)
    found: dict[str, Tally] = {}
    for responses in y:
        fit = _fitted(design, responses)
        tally = found.setdefault(str(fit.status), Tally())
        tally.count += 1
        if not design.truth:
            continue
        table = fit.to_table()
        columns = (table[key] for key in ("parameter", "group", "low", "high"))
        closed = []
        for parameter, group, low, high in zip(*columns, strict=True):
            if parameter == "midpoint":
                closed.append(np.isfinite(high) and low > (0 if design.x[0] > 0 else -np.inf))
            if parameter in design.truth and parameter not in design.options.get("fixed", {}):
                truth = np.atleast_1d(design.truth[parameter])
                tally.add(parameter, float(truth[int(group) if len(truth) > 1 else 0]), low, high)
        tally.closed += bool(closed) and all(closed)
    return found


def _fitted(design: Design, y: Floats) -> og.Fit:
    if design.model == "logistic-2" and design.trials:
        # as people fit yes and no
        return og.logistic_regression.fit({"x": design.x}, y)
    options = dict(design.options)
    if design.groups > 1:
        options |= {"by": np.repeat(np.arange(design.groups), len(y) // design.groups), "share": ["lower", "upper"]}
    if design.trials:
        options["trials"] = design.trials
    return og.fit(design.model, design.x, y, **options)


# ---- The page ----------------------------------------------------------------------------------------------------


def rows_of(face: str, found: Mapping[str, Mapping[str, Tally]]) -> list[str]:
    """Return the lines of the table of one face: a row for each status of each design that is not rare."""
    words = LIMITS if face == "single fits" else LIMITS[:1]
    head = f"| design | status | share | closed | {' | '.join(words)} |"
    lines = [head, "|---|---|---:|---:|" + "---:|" * len(words)]
    for name, tallies in found.items():
        total = sum(each.count for each in tallies.values())
        for status, tally in sorted(tallies.items(), key=lambda pair: -pair[1].count):
            if tally.count < min(FEW, total):
                continue
            shares = (tally.share(word) for word in words)
            cells = " | ".join("" if np.isnan(share) else f"{share:.1f}" for share in shares)
            closed = f"{100 * tally.closed / tally.count:.0f}" if DESIGNS[name].truth else ""
            lines.append(f"| {name} | {status} | {100 * tally.count / total:.1f} | {closed} | {cells} |")
    return lines


def undeserved(found: Mapping[str, Mapping[str, Tally]]) -> str:
    """Return how often each design that does not deserve it is called ok, in words."""
    parts = []
    for name, tallies in found.items():
        if not DESIGNS[name].deserves:
            total, ok = sum(each.count for each in tallies.values()), tallies.get("ok", Tally()).count
            parts.append(f"{name} {100 * ok / total:.2f} %")
    return ", ".join(parts)


def page(screens: Mapping[str, Mapping[str, Tally]], fits: Mapping[str, Mapping[str, Tally]], counts: Any) -> str:
    """Return the part of the page."""
    words = (
        "Simulated data of thirteen designs (`benchmarks/honesty.py` lists them), fitted as anyone would. In "
        "percent: how often a status is given, how often both limits of the midpoint are finite, and how often the "
        "printed 95 % limits hold the truth. An open limit holds it. A status is found from the same data as the "
        "limits, so one that is rare picks unusual data: limits that miss in 5 % of all fits may miss in more of "
        "those with one status, as where a lapse rate ends at its bound of 0 (2AFC), or where noisy data look calm "
        f"enough for ok. Statuses that fewer than {FEW} fits of a design have are left out."
    )
    return "\n".join([
        "## What a status is worth",
        "",
        *textwrap.wrap(words, 116),
        "",
        f"### Screens: {counts[0]:,} data sets of each design",
        "",
        *textwrap.wrap(f"`ok` where it is not deserved: {undeserved(screens)}.", 116),
        "",
        *rows_of("screens", screens),
        "",
        f"### Single fits: {counts[1]:,} of each design",
        "",
        *textwrap.wrap(f"`ok` where it is not deserved: {undeserved(fits)}.", 116),
        "",
        *rows_of("single fits", fits),
    ])  # fmt: skip


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if not word.startswith("--")]
    many, few = (*numbers, *(2000, 200)[len(numbers) :])
    screens = {name: screened(name, many) for name in DESIGNS}
    fits = {}
    if few:
        with ProcessPoolExecutor(2) as pool:
            fits = dict(zip(DESIGNS, pool.map(single, DESIGNS, [few] * len(DESIGNS)), strict=True))
    text = page(screens, fits, (many, few))
    if "--show" in sys.argv:
        sys.stdout.write(text + "\n")
    else:
        put_part("coverage", "benchmarks/honesty.py", text)


if __name__ == "__main__":
    main()
