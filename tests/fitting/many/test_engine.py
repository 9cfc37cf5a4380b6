"""The compiled engine against the searches in Python, which share no code with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ogive as og
from ogive.fitting.search import engine

DATA = Path(__file__).resolve().parents[2] / "data"
LOG_DOSE = np.arange(-9, -4.4, 0.5)
COUNT = 100


@pytest.fixture(scope="module")
def screen() -> np.ndarray:
    table = np.genfromtxt(DATA / "screen_2000.csv", delimiter=",", names=True, skip_header=2)
    return np.stack([table[f"y{i}"] for i in range(10)], axis=1)[:COUNT]


def counted(screen: np.ndarray, kind: str) -> np.ndarray:
    """Return counts about the curves of the screen, few enough for asymptotes to lie at their limits."""
    random = np.random.default_rng(5)
    if kind == "binomial":
        return random.binomial(20, np.clip(0.7 * screen, 0.02, 0.98)).astype(float)
    return random.poisson(np.clip(5 * screen, 0.05, None)).astype(float)


CASES: list[tuple[str, dict[str, Any]]] = [
    ("logistic-4", {}),
    ("logistic-4", {"fixed": {"upper": 1.0}}),
    ("logistic-4", {"fixed": {"lower": 0.5}}),
    ("logistic-4", {"fixed": {"steepness": -2.0}}),
    ("logistic-4", {"bounds": {"steepness": (-5.0, -0.5), "lower": (0.0, 3.0)}}),
    ("logistic-5", {}),
    ("gompertz-4", {}),
    ("cloglog-4", {}),
    ("normal-4", {}),
    ("arctan-4", {}),
    ("gudermannian-4", {}),
    ("softsign-4", {}),
    ("logistic-4", {"trials": 20}),
    ("logistic-4", {"likelihood": "poisson"}),
]


@pytest.mark.parametrize(("model", "options"), CASES)
def test_the_engine_ends_no_higher_than_searches_in_python(
    model: str, options: dict[str, Any], screen: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = "binomial" if "trials" in options else options.get("likelihood", "normal")
    y = screen if kind == "normal" else counted(screen, kind)
    table = {"id": np.repeat(np.arange(COUNT), 10), "x": np.tile(LOG_DOSE, COUNT), "y": y.ravel()}
    if kind == "binomial":
        table["t"] = np.full(10 * COUNT, 20.0)
    named = {name: "t" if name == "trials" else value for name, value in options.items()}
    fits = og.fit_many(model, table, x="x", y="y", by="id", **named)
    monkeypatch.setattr(engine, "minimum_of", lambda _: None)
    higher, same = 0, 0
    for i in range(COUNT):
        each = {name: np.full(10, 20.0) if name == "trials" else value for name, value in options.items()}
        one = og.fit(model, LOG_DOSE, y[i], **each)
        searched, found = (one.rss, fits["rss"][i]) if kind == "normal" else (one.deviance, fits["deviance"][i])
        # going to a limit may cost 1e-7 (ogive/fitting/search/infinity.py)
        slack = 2e-7 * (searched if kind == "normal" else max(searched, 1.0))
        higher += found > searched + slack
        if (
            str(one.status) == fits["status"][i] in {"ok", "one plateau"}
            and abs(found - searched) <= 1e-12 * searched
        ):
            same += 1
            for name in one.names:
                error = one.stderr[name]
                # along directions that the data do not show the last digits of both are rounding
                if error < 1e3 * abs(one.params[name]):
                    assert abs(fits[name][i] - one.params[name]) <= 1e-5 * error
                    assert fits[f"{name}_stderr"][i] == pytest.approx(error, rel=1e-6)
    assert not higher
    assert same >= 3


def test_a_curve_has_the_same_numbers_alone_and_in_a_table(screen: np.ndarray) -> None:
    x = 10.0**LOG_DOSE
    table = {"id": np.repeat(np.arange(COUNT), 10), "x": np.tile(x, COUNT), "y": screen.ravel()}
    fits = og.fit_many("log-logistic-4", table, x="x", y="y", by="id")
    for i, y in enumerate(screen):
        one = og.fit("log-logistic-4", x, y)
        assert str(one.status) == fits["status"][i]
        for name in one.names:
            assert one.params[name] == pytest.approx(fits[name][i], rel=1e-12)


def test_narrow_limits_of_counts_are_kept(screen: np.ndarray) -> None:
    table = {
        "id": np.repeat(np.arange(COUNT), 10), "x": np.tile(LOG_DOSE, COUNT), "y": counted(screen, "poisson").ravel()
    }  # fmt: skip
    limits = {"lower": (0.0, 1e-6), "upper": (2.0, 2.5)}
    fits = og.fit_many("logistic-4", table, x="x", y="y", by="id", likelihood="poisson", bounds=limits)
    for name, (low, high) in limits.items():
        assert (fits[name] >= low).all()
        assert (fits[name] <= high).all()


def test_what_the_engine_does_not_take_is_searched_in_python() -> None:
    x = np.linspace(-3, 3, 15)
    y = og.sigmoid(x) + 0.01 * np.cos(40 * x)
    for model, options in (("logistic-4", {"loss": "huber"}), ("two-state", {})):
        points = x + 5 if model == "two-state" else x
        assert og.fit(model, points, y, **options).solution.converged
