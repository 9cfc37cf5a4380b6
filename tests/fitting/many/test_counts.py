"""Counts: binomial and Poisson curves have the numbers that each has alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ogive as og
from ogive.cli import main

DOSES = 2.0 ** np.arange(-4, 5)
CURVES = 60


def simulated(model: str, likelihood: str) -> dict[str, np.ndarray]:
    """Return a table of simulated counts, the same on every machine but for the generator's own stream."""
    random = np.random.default_rng(7)
    whole = model.endswith("2")
    counts, trials = np.empty((CURVES, len(DOSES))), np.empty((CURVES, len(DOSES)))
    for i in range(CURVES):
        lower, upper = (0.0, 1.0) if whole else (random.uniform(0, 0.2), random.uniform(0.7, 1))
        steepness = float(random.choice([-1, 1]) * random.uniform(0.7, 3))
        midpoint = float(np.exp(random.normal(0, 0.7)))
        curve = og.Curve(og.sigmoid, lower=lower, upper=upper, midpoint=midpoint, steepness=steepness, axis="log")
        height = np.clip(curve(DOSES), 0, 1)
        trials[i] = random.integers(15, 80, len(DOSES))
        counts[i] = random.binomial(trials[i].astype(int), height) if likelihood == "binomial" else 0
        if likelihood == "poisson":
            counts[i] = random.poisson(40 * height)
    ids = np.repeat(np.arange(CURVES), len(DOSES))
    return {"id": ids, "x": np.tile(DOSES, CURVES), "y": counts.ravel(), "t": trials.ravel()}


def agrees(fits: dict[str, Any], i: int, one: og.Fit) -> bool:
    pairs = [(fits[name][i], one.params[name]) for name in one.names]
    pairs += [(fits[f"{name}_stderr"][i], one.stderr[name]) for name in one.names]
    pairs += [(fits["deviance"][i], one.deviance), (fits["p_value"][i], one.no_effect().p_value)]
    return fits["status"][i] == str(one.status) and all(
        np.isclose(a, b, rtol=1e-8, atol=0, equal_nan=True) for a, b in pairs
    )


@pytest.mark.parametrize(
    ("model", "likelihood", "options"),
    [
        ("log-logistic-2", "binomial", {}),
        ("log-logistic-4", "binomial", {}),
        ("log-logistic-4", "binomial", {"fixed": {"lower": 0.05}}),
        ("log-logistic-4", "binomial", {"bounds": {"steepness": (-1.5, 1.5)}}),
        ("log-logistic-4", "poisson", {}),
    ],
)
def test_counts_fit_as_they_do_alone(model: str, likelihood: str, options: dict) -> None:
    table = simulated(model, likelihood)
    kind = {"trials": "t"} if likelihood == "binomial" else {"likelihood": "poisson"}
    fits = og.fit_many(model, table, x="x", y="y", by="id", **kind, **options)
    y, t = (table[name].reshape(CURVES, -1) for name in ("y", "t"))
    for i in range(CURVES):
        one = og.fit(model, DOSES, y[i], likelihood=likelihood, trials=t[i] if "trials" in kind else None, **options)
        assert agrees(fits, i, one)


def test_counts_in_wide_layout_and_with_missing_values_are_the_same_curves() -> None:
    table = simulated("log-logistic-2", "binomial")
    table["y"][3] = np.nan
    long = og.fit_many("log-logistic-2", table, x="x", y="y", by="id", trials="t")
    y, t = (table[name].reshape(CURVES, -1) for name in ("y", "t"))
    wide = {f"y{j}": y[:, j] for j in range(9)} | {f"t{j}": t[:, j] for j in range(9)}
    fits = og.fit_many(
        "log-logistic-2", wide, x=DOSES, y=[f"y{j}" for j in range(9)], trials=[f"t{j}" for j in range(9)]
    )
    assert fits["n"][0] == 8
    np.testing.assert_array_equal(fits["midpoint"], long["midpoint"])


def test_impossible_counts_are_bad_data() -> None:
    table = simulated("log-logistic-2", "binomial")
    table["y"][2] = table["t"][2] + 1
    table["y"][11] = -1
    fits = og.fit_many("log-logistic-2", table, x="x", y="y", by="id", trials="t")
    assert fits["status"][:3].tolist() == ["bad data", "bad data", "ok"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"likelihood": "binomial"}, "needs the number of trials"),
        ({"likelihood": "poisson", "trials": "t"}, "trials= is for a binomial likelihood"),
        ({"likelihood": "poisson", "sd": "t"}, "knows its own variance"),
        ({"likelihood": "gamma"}, "likelihood must be one of"),
    ],
)
def test_mistakes_about_counts_say_what_was_wanted(options: dict, message: str) -> None:
    table = simulated("log-logistic-2", "binomial")
    with pytest.raises(ValueError, match=message):
        og.fit_many("log-logistic-2", table, x="x", y="y", by="id", **options)


def test_counts_go_from_a_file_to_a_file_and_a_page(tmp_path: Path) -> None:
    table = simulated("log-logistic-2", "binomial")
    source, target, page = tmp_path / "counts.csv", tmp_path / "fits.csv", tmp_path / "page.html"
    rows = zip(table["id"], table["x"], table["y"], table["t"], strict=True)
    source.write_text("id,x,y,t\n" + "".join(f"c{i},{x},{y},{t}\n" for i, x, y, t in rows))
    command = [
        "screen",
        str(source),
        "--model",
        "log-logistic-2",
        "--x",
        "x",
        "--y",
        "y",
        "--trials",
        "t",
        "--by",
        "id",
    ]
    with pytest.raises(SystemExit) as left:
        main([*command, "-o", str(target), "--page", str(page)])
    assert left.value.code == 0
    expected = og.fit_many("log-logistic-2", table, x="x", y="y", by="id", trials="t")
    found = np.genfromtxt(target, delimiter=",", names=True, dtype=None, encoding="utf-8")
    np.testing.assert_allclose(found["deviance"], expected["deviance"], rtol=1e-12)
    assert "Best fits" in page.read_text()
