"""The optimum: against an oracle that shares no code with the engine, and the same whatever the units."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

import ogive as og

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import oracle

DATA = Path(__file__).resolve().parents[2] / "data"
SEED = 3


@pytest.mark.parametrize("kind", list(oracle.KINDS))
def test_no_curve_is_beaten_by_a_dense_grid_and_another_optimiser(kind: str) -> None:
    curves = oracle.simulate(kind, 25, SEED)
    fits = oracle.fitted(curves)
    merit = oracle.judge(curves, fits["rss"], fits["status"])
    assert not merit.beaten, merit
    # the oracle is one: it finds what the engine finds
    assert np.median(merit.found / fits["rss"]) == pytest.approx(1, abs=1e-6)


def test_curves_that_ended_in_a_local_minimum() -> None:
    # tests/data/local_minima.csv: simulated curves with the sum of squares that a node of a grid already has
    with (DATA / "local_minima.csv").open() as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    table = {
        "curve": np.array([row["curve"] for row in rows]),
        "dose": np.array([float(row["dose"]) for row in rows]),
        "y": np.array([float(row["y"]) for row in rows]),
    }
    fits = og.fit_many("log-logistic-4", table, x="dose", y="y", by="curve")
    least = {row["curve"]: float(row["rss_at_most"]) for row in rows}
    for name, rss in zip(fits["curve"], fits["rss"], strict=True):
        assert rss <= least[str(name)]
        mine = table["curve"] == name
        assert og.fit("log-logistic-4", table["dose"][mine], table["y"][mine]).rss <= least[str(name)]


# ---- Units -------------------------------------------------------------------------------------------------------

# Of numbers that carry the unit of x or y, to which power.
OF_Y = {"lower": 1, "upper": 1, "lower_stderr": 1, "upper_stderr": 1, "auc": 1, "max_slope": 1,
        "max_slope_per_e_fold": 1, "rss": 2}  # fmt: skip
OF_X = {"midpoint": 1, "midpoint_stderr": 1, "midpoint_low": 1, "midpoint_high": 1}
STEEPNESS = {"steepness": -1, "steepness_stderr": -1, "max_slope": -1}
SAME = ("r_squared", "p_value")


def curves_of(kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    curves = oracle.simulate(kind, 12, SEED + 1)
    row, column = np.nonzero(curves.w)
    return row, curves.g[row, column], curves.y[row, column]


def fitted(model: str, row: np.ndarray, x: np.ndarray, y: np.ndarray, **options: object) -> dict[str, np.ndarray]:
    fits = og.fit_many(model, {"id": row, "x": x, "y": y}, x="x", y="y", by="id", threads=1, **options)
    return {name: np.asarray(column) for name, column in fits.items()}


def scaled(fits: dict[str, np.ndarray], power: dict[str, int], by: float) -> dict[str, np.ndarray]:
    return {name: column * by ** power[name] if name in power else column for name, column in fits.items()}


MODELS = [
    ("logistic-4", {}),
    ("logistic-5", {}),
    ("gompertz-4", {}),
    ("logistic-4", {"fixed": {"lower": 0.0}}),
]


@pytest.mark.parametrize("kind", list(oracle.KINDS))
@pytest.mark.parametrize(("model", "options"), MODELS)
def test_powers_of_two_change_no_digit(kind: str, model: str, options: dict[str, object]) -> None:
    row, x, y = curves_of(kind)
    fits = fitted(model, row, x, y, **options)
    for exponent in (-40, 13, 40):
        by = 2.0**exponent
        for other, power in (
            (fitted(model, row, x, y * by, **options), OF_Y),
            (fitted(model, row, x * by, y, **options), OF_X | STEEPNESS),
        ):
            wanted = scaled(fits, power, by)
            assert other["status"].tolist() == fits["status"].tolist()
            for name in wanted.keys() & (set(power) | set(SAME)):
                np.testing.assert_array_equal(other[name], wanted[name], err_msg=f"{name} by 2^{exponent}")


@pytest.mark.parametrize("kind", list(oracle.KINDS))
def test_other_units_and_levels_change_the_last_digits_alone(kind: str) -> None:
    row, x, y = curves_of(kind)
    fits = fitted("logistic-4", row, x, y)
    for a, b in ((1e-12, 0.0), (1e12, 0.0), (-3.0, 1e3), (1.0, -1e6), (1e4, 0.0)):
        other = fitted("logistic-4", row, x, a * y + b)
        assert other["status"].tolist() == fits["status"].tolist(), (a, b)
        lost = 1e-15 * (1 + abs(b)) / abs(a)
        np.testing.assert_allclose(other["rss"], a**2 * fits["rss"], rtol=1e-9 + 1e3 * lost)
        np.testing.assert_allclose(other["p_value"], fits["p_value"], rtol=1e-6 + 1e5 * lost)
    for c, shift in ((1e-12, 0.0), (1e12, 0.0), (-1.0, 0.0), (1.0, 1e4)):
        other = fitted("logistic-4", row, c * x + shift, y)
        np.testing.assert_allclose(other["rss"], fits["rss"], rtol=1e-7)
        assert (other["status"] == fits["status"]).mean() >= 0.9


def test_a_dose_in_other_units_is_the_same_curve() -> None:
    row, g, y = curves_of("even doses")
    fits = fitted("log-logistic-4", row, np.exp(g), y)
    for c in (1e-12, 1e-3, 1e12):
        other = fitted("log-logistic-4", row, c * np.exp(g), y)
        assert other["status"].tolist() == fits["status"].tolist()
        np.testing.assert_allclose(other["rss"], fits["rss"], rtol=1e-9)


def test_one_fit_does_not_mind_units_either() -> None:
    for kind in oracle.KINDS:
        row, x, y = curves_of(kind)
        for i in range(3):
            one = og.fit("logistic-4", x[row == i], y[row == i])
            for a in (2.0**-40, 1e4, 1e12):
                other = og.fit("logistic-4", x[row == i], a * y[row == i])
                assert other.status == one.status
                assert other.rss == pytest.approx(a**2 * one.rss, rel=1e-9)


def test_a_step_at_the_first_dose_is_one_in_any_unit() -> None:
    # y of a simulated curve whose first dose alone differs; 1e4 and more made it "no effect"
    x = np.array([0.001, 0.003727593720314938, 0.013894954943731374, 0.0517947467923121, 0.19306977288832497,
                  0.7196856730011514, 2.6826957952797246, 10.0])  # fmt: skip
    y = np.array([0.5593716111277157, -0.040838608681045344, -0.07553387451252704, -0.06688473370269736,
                  9.007211014759403e-06, -0.0013054241864600858, 0.04360224574548603, 0.04945249852334402])  # fmt: skip
    statuses, squares = set(), []
    for a in (1e-12, 1.0, 1e4, 1e6, 1e12):
        fits = og.fit_many("log-logistic-4", {"x": x, "y": a * y}, x="x", y="y")
        statuses.add(str(fits["status"][0]))
        squares.append(fits["rss"][0] / a**2)
    assert len(statuses) == 1
    assert "no effect" not in statuses
    np.testing.assert_allclose(squares, squares[0], rtol=1e-9)
    assert squares[0] <= np.sum((y[1:] - y[1:].mean()) ** 2) * (1 + 1e-9)


# ---- The test for an effect ----------------------------------------------------------------------------------------


def test_p_depends_on_no_other_curve() -> None:
    random = np.random.default_rng(8)
    row = np.repeat(np.arange(50), random.integers(6, 14, 50))
    x = 10 ** random.uniform(-3, 3, len(row))
    y = 0.3 * random.standard_normal(len(row)) + (row % 2) * x / (1 + x)
    y[random.random(len(row)) < 0.05] = np.nan
    fits = fitted("log-logistic-4", row, x, y)
    for i in range(0, 50, 5):
        alone = fitted("log-logistic-4", row[row == i], x[row == i], y[row == i])
        assert alone["p_value"][0] == fits["p_value"][i]
        if not np.isnan(alone["p_value"][0]):
            one = og.fit("log-logistic-4", x[row == i], y[row == i])
            assert one.no_effect().p_value == pytest.approx(fits["p_value"][i], rel=1e-8)


def test_a_curve_of_ten_thousand_doses_has_its_test() -> None:
    x = np.linspace(0.01, 100, 10_000)
    y = 1 / (1 + x) + 0.1 * np.random.default_rng(1).standard_normal(len(x))
    fits = og.fit_many("log-logistic-4", {"x": x, "y": y}, x="x", y="y")
    assert fits["status"][0] == "ok"
    assert fits["p_value"][0] < 1e-100
    assert og.fit("log-logistic-4", x, y).rss == pytest.approx(fits["rss"][0], rel=1e-9)
