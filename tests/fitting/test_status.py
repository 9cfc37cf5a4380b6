"""A status is earned: what each kind of data is called, alone, in groups and in tables, with which limits."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, stats

import ogive as og
from ogive import Status
from ogive.fitting.inference.status import STATUSES

DATA = Path(__file__).resolve().parents[1] / "data" / "status"
DOSE = np.array([0, 0.1, 0.3, 1, 3, 10, 30, 100])
Floats = NDArray[np.float64]


def read(name: str) -> dict[str, Any]:
    """Return the columns of a set; numbers where they are numbers. The first line names the source."""
    lines = (DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return {key: _column([row[key] for row in rows]) for key in rows[0]}


def _column(cells: list[str]) -> Any:
    try:
        return np.array(cells, dtype=np.float64)
    except ValueError:
        return cells


def fit_of(name: str, model: str = "log-logistic-4") -> og.Fit:
    columns = list(read(name).values())
    return og.fit(model, columns[0], columns[1])


def log_logistic(x: Floats, lower: float, upper: float, midpoint: float, slope: float) -> Floats:
    return lower + (upper - lower) / (1 + (midpoint / x) ** slope)


# ---- No effect ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [5.0, 1e-9, 1e9, 0.1 + 0.2, -7.0])
def test_constant_responses_are_no_effect(level: float) -> None:
    fit = og.fit("log-logistic-4", DOSE, [level] * len(DOSE))
    assert fit.status is Status.NO_EFFECT
    assert fit.no_effect().p_value == 1
    table = {"dose": DOSE, "y": np.full(len(DOSE), level)}
    fits = og.fit_many("log-logistic-4", table, x="dose", y="y")
    assert fits["status"][0] == "no effect"
    assert fits["p_value"][0] == 1


def test_a_formula_through_a_flat_line_is_no_effect() -> None:
    model = og.Model.from_formula("a+b*exp(-k*x)")
    fit = og.fit(model, DOSE, [5, 5.1, 4.9, 5, 5.05, 4.95, 5, 5], start={"a": 5, "b": 1, "k": 0.1})
    assert fit.status is Status.NO_EFFECT


def test_noise_is_seldom_called_an_effect_in_groups_that_share_asymptotes() -> None:
    # the F test of the joint fit calls 39 % of such data an effect
    random, called, count = np.random.default_rng(8), 0, 30
    groups = np.repeat(["A", "B", "C"], len(DOSE))
    for _ in range(count):
        fit = og.fit("log-logistic-4", np.tile(DOSE, 3), random.normal(5, 1, 3 * len(DOSE)), by=groups,
                     share=["lower", "upper"])  # fmt: skip
        called += fit.no_effect().p_value <= 0.05
    # of 30 at 5 %, more than 6 are rarer than 1 in 1,000 (binomial)
    assert called <= 6


# ---- Does not fit ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bell", "two_sites"])
def test_what_is_no_s_curve_does_not_fit(name: str) -> None:
    columns = read(name)
    fit = og.dose_response.fit(*list(columns.values())[:2])
    assert fit.status is Status.DOES_NOT_FIT
    assert Status.NO_EFFECT not in fit.flags
    x, y = list(columns.values())[:2]
    # pure error by SciPy: a one-way analysis of variance of the residuals
    cells = [y[x == each] - fit.predict(np.array([each])) for each in np.unique(x)]
    pure = sum(float(((c - c.mean()) ** 2).sum()) for c in cells)
    df1, df2 = len(cells) - 4, len(y) - len(cells)
    expected = stats.f.sf((fit.rss - pure) / df1 / (pure / df2), df1, df2)
    assert fit.lack_of_fit().p_value == pytest.approx(expected, rel=1e-6)
    assert f"p = {expected:.2g}" in fit.detail
    fits = og.fit_many("log-logistic-4", {"x": x, "y": y}, x="x", y="y")
    assert fits["status"][0] == "does not fit"
    assert fits["lack_of_fit_p"][0] == pytest.approx(expected, rel=1e-6)


def test_counts_that_scatter_more_than_counts_do_not_fit() -> None:
    dose = np.array([1.0, 2, 4, 8, 16, 32])
    dead = np.array([1, 20, 9, 38, 30, 40])
    fit = og.fit("log-logistic-2", dose, dead, trials=40)
    assert fit.status is Status.DOES_NOT_FIT
    fits = og.fit_many("log-logistic-2", {"x": dose, "y": dead, "n": [40] * 6}, x="x", y="y", trials="n")
    assert fits["status"][0] == "does not fit"
    assert fits["lack_of_fit_p"][0] == pytest.approx(fit.lack_of_fit().p_value, rel=1e-6)


def test_rows_of_yes_and_no_have_no_test_of_fit() -> None:
    fit = og.logistic_regression.fit({"x": np.arange(1, 9)}, [0, 0, 1, 0, 1, 0, 1, 1])
    assert np.isnan(fit.lack_of_fit().p_value)
    assert "lack of fit" not in fit.report()


def test_a_curve_that_is_right_fits_its_replicates() -> None:
    random, dose = np.random.default_rng(4), np.repeat(np.geomspace(0.01, 100, 9), 3)
    called = [
        og.fit("log-logistic-4", dose, log_logistic(dose, 0, 100, 1, 1.2) + random.normal(0, 3, 27)).status
        for _ in range(40)
    ]
    # at 1 % more than 3 of 40 are rarer than 1 in 1,000
    assert called.count(Status.DOES_NOT_FIT) <= 3
    assert called.count(Status.OK) >= 34


# ---- Separated ---------------------------------------------------------------------------------------------------


def test_complete_separation_is_named_with_its_open_interval() -> None:
    columns = list(read("separation_complete").values())
    fit = og.logistic_regression.fit({"x": columns[0]}, columns[1])
    assert fit.status is Status.SEPARATED
    assert fit.detail == "complete separation by x (to +∞)"
    assert np.isnan(fit.stderr["x"])
    # the profile of the deviance, by a search of its own
    low, high = fit.interval("x", method="profile")
    assert high == np.inf
    assert _profile(columns[0], columns[1], low) == pytest.approx(stats.chi2.isf(0.05, 1), abs=1e-4)
    assert low == pytest.approx(0.8018, abs=1e-4)


def _profile(x: Floats, y: Floats, slope: float) -> float:
    """Return the deviance of a logistic regression with this slope, the constant free."""

    def deviance(constant: float) -> float:
        return float(2 * np.logaddexp(0, np.where(y == 1, -1, 1) * (slope * x + constant)).sum())

    return float(optimize.minimize_scalar(deviance, bracket=(-slope * x.mean() - 1, -slope * x.mean() + 1)).fun)


def test_quasi_separation_leaves_the_other_coefficients_right() -> None:
    columns = list(read("separation_quasi").values())
    fit = og.logistic_regression.fit({"x": columns[0]}, columns[1])
    assert fit.status is Status.SEPARATED
    assert fit.detail == "quasi-complete separation by x (to +∞)"
    # R 4.2 glm
    assert fit.params["const"] == pytest.approx(-0.4054651, abs=1e-6)
    assert fit.stderr["const"] == pytest.approx(0.9128709, abs=1e-6)
    assert fit.interval("x").high == np.inf
    assert fit.interval("x").low > 0


@pytest.mark.parametrize("link", og.logistic_regression.LINKS)
def test_separation_agrees_with_a_linear_program(link: str) -> None:
    """Data are separated where some vector beyond the null space never contradicts an answer (Albert, Anderson)."""
    random = np.random.default_rng(len(link))
    for _ in range(25):
        n, columns = int(random.integers(5, 25)), int(random.integers(1, 4))
        x = random.normal(size=(n, columns)) if random.random() < 0.6 else random.integers(0, 2, (n, columns)) * 1.0
        y = (random.random(n) < 1 / (1 + np.exp(-x @ random.normal(0, 2, columns)))) * 1.0
        design = np.column_stack([x, np.ones(n)])
        sides = np.where(y == 1, 1, -1)[:, None] * design
        # the program in another form: are there multipliers, all at least 1, orthogonal to the sides?
        # By Gordan's and Stiemke's theorems there is one where and only where nothing separates.
        dual = optimize.linprog(np.zeros(n), A_eq=sides.T, b_eq=np.zeros(columns + 1), bounds=(1, None))
        fit = og.logistic_regression.fit(x, y, link=link)
        assert (fit.status is Status.SEPARATED) == (dual.status == 2), (x, y)


# ---- Not identified ----------------------------------------------------------------------------------------------


def test_columns_that_move_together_are_named() -> None:
    x = np.arange(1.0, 7)
    fit = og.logistic_regression.fit({"x": x, "z": 2 * x}, [0, 1, 0, 1, 0, 1])
    assert fit.status is Status.NOT_IDENTIFIED
    assert fit.detail == "not determined: x, z"


def test_parameters_that_move_together_are_named() -> None:
    model = og.Model.from_formula("a*b*x/(c+x)")
    y = 3 * DOSE / (2 + DOSE) + 0.01 * np.cos(7 * DOSE)
    for responses in (y, [5, 5.1, 4.9, 5, 5.05, 4.95, 5, 5]):
        fit = og.fit(model, DOSE, responses, start={"a": 2, "b": 2, "c": 1})
        assert fit.status is Status.NOT_IDENTIFIED
        assert fit.detail == "not determined: a, b"


def test_a_formula_that_runs_to_infinity_is_not_identified() -> None:
    columns = read("two_drugs")
    model = og.Model.from_formula("L/(1+exp(-k*(x-x0)))")
    fit = og.fit(model, columns["dose"], columns["response"], start={"L": 100, "k": -1, "x0": 1})
    assert fit.status is Status.NOT_IDENTIFIED
    assert fit.detail == "not determined: L, x0"


# ---- Steep -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "between"), [("one_point", (2.5, 5)), ("all_or_none", (2.5, 10)), ("step", (30, 100))]
)
def test_a_step_has_the_limits_of_its_gap_and_no_errors(name: str, between: tuple[float, float]) -> None:
    fit = fit_of(name)
    assert fit.status is Status.STEEP
    assert np.isnan(list(fit.stderr.values())).all()
    for found in (fit.interval("midpoint"), fit.interval("midpoint", method="profile"), fit.effective_dose(50)):
        assert between[0] - 1e-9 <= found.low < found.high <= between[1] + 1e-9
        assert np.isnan(found.stderr)
    low, high = fit.interval("steepness")
    assert low == -np.inf
    assert np.isfinite(high)


def test_limits_of_a_step_reach_over_the_whole_gap() -> None:
    columns = read("step")
    x, y = list(columns.values())[:2]
    fits = og.fit_many("log-logistic-4", {"x": x, "y": y}, x="x", y="y", ec=(10, 50, 90))
    assert fits["status"][0] == "steep"
    for name in ("midpoint", "ec10", "ec50", "ec90"):
        assert fits[f"{name}_low"][0] <= 30 * (1 + 1e-12)
        assert fits[f"{name}_high"][0] >= 100 * (1 - 1e-12)
    assert np.isnan(fits["midpoint_stderr"][0])
    low, high = fit_of("step").interval("midpoint")
    assert low == pytest.approx(30)
    assert high == pytest.approx(100)


def test_the_limits_of_steps_hold_the_truth() -> None:
    random, n = np.random.default_rng(6), 500
    dose = np.geomspace(0.01, 100, 8)
    y = log_logistic(dose, 0, 100, 0.3, 8) + random.normal(0, 4, (n, len(dose)))
    table = {"id": np.repeat(np.arange(n), 8), "x": np.tile(dose, n), "y": y.ravel()}
    fits = og.fit_many("log-logistic-4", table, x="x", y="y", by=["id"])
    steep = fits["status"] == "steep"
    inside = (fits["midpoint_low"] <= 0.3) & (fits["midpoint_high"] >= 0.3)
    assert steep.mean() > 0.8
    assert inside[steep].mean() >= 0.93


def test_a_profile_keeps_to_the_sign_of_the_steepness() -> None:
    low, high = fit_of("mirror").interval("steepness", method="profile")
    assert low == -np.inf or low < 0
    assert high <= 0


# ---- One plateau, extrapolated -----------------------------------------------------------------------------------


def test_an_incomplete_curve_is_not_ok_by_luck() -> None:
    assert fit_of("incomplete").status is Status.ONE_PLATEAU
    random, n = np.random.default_rng(7), 1000
    dose = np.repeat([0.01, 0.03, 0.1, 0.3, 1, 3], 2)
    y = log_logistic(dose, 0, 100, 1.5, 1) + random.normal(0, 4, (n, len(dose)))
    table = {"id": np.repeat(np.arange(n), 12), "x": np.tile(dose, n), "y": y.ravel()}
    fits = og.fit_many("log-logistic-4", table, x="x", y="y", by=["id"])
    # 57 of 1,000 when the fitted curve was asked
    assert (fits["status"] == "ok").mean() <= 0.015


def test_a_complete_curve_is_ok() -> None:
    random, n = np.random.default_rng(9), 500
    dose = np.geomspace(0.001, 100, 10)
    y = log_logistic(dose, 0, 100, 0.3, 1) + random.normal(0, 4, (n, len(dose)))
    table = {"id": np.repeat(np.arange(n), 10), "x": np.tile(dose, n), "y": y.ravel()}
    fits = og.fit_many("log-logistic-4", table, x="x", y="y", by=["id"])
    ok = fits["status"] == "ok"
    assert ok.mean() > 0.97
    assert ((fits["midpoint_low"] <= 0.3) & (fits["midpoint_high"] >= 0.3))[ok].mean() >= 0.93


def test_nothing_rests_on_a_limit_that_nobody_set() -> None:
    columns = list(read("census").values())
    fit = og.growth.fit(columns[0], columns[1])
    assert fit.status is Status.EXTRAPOLATED
    assert np.isnan(list(fit.stderr.values())).all()
    # the sum of squares falls all the way: 0.0583 at a capacity of 850, 0.0482 at infinity
    assert fit.interval("upper").high == np.inf
    assert fit.interval("midpoint").high == np.inf


# ---- Groups, and tables ------------------------------------------------------------------------------------------


def test_each_group_has_its_own_status() -> None:
    curve = [98.2, 99.1, 96.9, 88.0, 63.7, 31.1, 12.2, 6.9]
    flat = [50, 51, 49.5, 50.2, 50, 49.7, 50.4, 50]
    fit = og.fit("log-logistic-4", np.tile(DOSE, 2), [*curve, *flat], by=np.repeat(["A", "B"], len(DOSE)))
    assert fit.statuses == {"A": Status.OK, "B": Status.NO_EFFECT}
    assert fit.status is Status.NO_EFFECT
    assert fit.by_group["A"].r_squared > 0.99
    assert fit.by_group["A"].no_effect.p_value < 1e-6
    assert fit.by_group["B"].no_effect.p_value > 0.05
    assert fit.detail.startswith("B: ")


def test_single_fits_and_tables_say_the_same() -> None:
    random = np.random.default_rng(12)
    designs = [np.geomspace(0.01, 100, 8), np.repeat([0.01, 0.03, 0.1, 0.3, 1, 3], 2), np.geomspace(0.1, 3, 6)]
    seen = set()
    for dose in designs:
        n = 20
        truth = zip(10 ** random.uniform(-1.5, 1.5, n), random.choice([0.7, 1, 2, 6], n), strict=True)
        y = np.array([log_logistic(dose, 0, random.choice([100, 100, 2]), m, k) for m, k in truth])
        y += random.normal(0, 1, y.shape) * random.choice([1, 4, 10], (n, 1))
        table = {"id": np.repeat(np.arange(n), len(dose)), "x": np.tile(dose, n), "y": y.ravel()}
        fits = og.fit_many("log-logistic-4", table, x="x", y="y", by=["id"])
        for status, responses in zip(fits["status"], y, strict=True):
            assert str(og.fit("log-logistic-4", dose, responses).status) == status
            seen.add(status)
    assert {"ok", "no effect", "steep", "one plateau", "extrapolated"} <= seen


def test_every_status_says_what_to_do() -> None:
    assert tuple(Status) == STATUSES
    for status in Status:
        assert status.sentence[0].isupper()
        assert status.sentence.endswith(".")
