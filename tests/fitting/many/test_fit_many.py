"""Many curves at once: the same numbers as one at a time, the best known minima, any table, any cutting."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import ogive as og
from ogive.fitting.many.blocks.request import plan
from ogive.fitting.many.blocks.threads import fit_curves
from ogive.fitting.many.tables.curves import wide
from ogive.models import models

DATA = Path(__file__).resolve().parents[2] / "data"
DOSES = 10.0 ** np.arange(-9, -4.4, 0.5)
BOX = {"midpoint": (1e-11, 10**-2.5), "steepness": (-10, -0.01), "lower": (0, 3), "upper": (0, 3)}
SHARED = ("rss", "r_squared", "p_value")


@pytest.fixture(scope="module")
def screen() -> np.ndarray:
    return np.genfromtxt(DATA / "screen_2000.csv", delimiter=",", names=True, skip_header=2)


@pytest.fixture(scope="module")
def responses(screen: np.ndarray) -> np.ndarray:
    return np.stack([screen[f"y{i}"] for i in range(10)], axis=1)


def long_table(responses: np.ndarray, x: np.ndarray = DOSES) -> dict[str, np.ndarray]:
    count, n = responses.shape
    return {"id": np.repeat(np.arange(count), n), "x": np.tile(x, count), "y": responses.ravel()}


def same(first: dict, second: dict) -> None:
    assert list(first) == list(second)
    for name, column in first.items():
        np.testing.assert_array_equal(column, second[name], err_msg=name)


# ---- The optimum -------------------------------------------------------------------------------------------------


def test_the_reference_screen_reaches_the_best_known_minimum(screen: np.ndarray, responses: np.ndarray) -> None:
    # best_sse: see the first lines of tests/data/screen_2000.csv
    fits = og.fit_many("log-logistic-4", long_table(responses), x="x", y="y", by="id", bounds=BOX)
    found = fits["rss"] <= screen["best_sse"] * (1 + 1e-6)
    assert found.mean() >= 0.99
    assert found[screen["flat"] == 0].mean() >= 0.999
    assert (fits["status"] != "not converged").mean() > 0.999


@pytest.mark.parametrize("model", ["log-logistic-2", "log-logistic-3", "log-logistic-4"])
def test_a_curve_fits_as_it_does_alone(model: str, responses: np.ndarray) -> None:
    some = responses[:40]
    fits = og.fit_many(model, long_table(some), x="x", y="y", by="id")
    agreed = 0
    for i, y in enumerate(some):
        one = og.fit(model, DOSES, y)
        if np.isnan(list(one.stderr.values())).any() or one.status is not og.Status.OK:
            continue
        agreed += 1
        assert fits["status"][i] == str(one.status)
        for name in one.names:
            assert fits[name][i] == pytest.approx(one.params[name], rel=1e-8)
            assert fits[f"{name}_stderr"][i] == pytest.approx(one.stderr[name], rel=1e-8)
        assert fits["rss"][i] == pytest.approx(one.rss, rel=1e-10)
        assert fits["p_value"][i] == pytest.approx(one.no_effect().p_value, rel=1e-8)
        assert fits["max_slope_per_e_fold"][i] == pytest.approx(
            one.curve.derivative(one.curve.midpoint) * one.curve.midpoint, rel=1e-8
        )
        interval = one.interval("midpoint", method="reported")
        assert (fits["midpoint_low"][i], fits["midpoint_high"][i]) == pytest.approx(tuple(interval), rel=1e-4)
    assert agreed >= 3


def test_every_curve_of_the_screen_has_the_numbers_it_has_alone(responses: np.ndarray) -> None:
    """All 2,000, whatever their status."""
    fits = og.fit_many("log-logistic-4", long_table(responses), x="x", y="y", by="id")
    same_status = same_values = same_errors = same_p = 0
    for i, y in enumerate(responses):
        one = og.fit("log-logistic-4", DOSES, y)
        values = [(fits[name][i], one.params[name]) for name in one.names]
        errors = [(fits[f"{name}_stderr"][i], one.stderr[name]) for name in one.names]
        same_status += fits["status"][i] == str(one.status)
        same_values += all(np.isclose(a, b, rtol=1e-8, atol=0) for a, b in values)
        same_errors += all(np.isclose(a, b, rtol=1e-8, atol=0, equal_nan=True) for a, b in errors)
        same_p += bool(np.isclose(fits["p_value"][i], one.no_effect().p_value, rtol=1e-8, atol=0))
    counts = np.array([same_status, same_values, same_errors, same_p]) / len(responses)
    # an error may be rounding in its eighth digit, where the data say next to nothing
    assert (counts >= [1, 1, 0.999, 1]).all(), counts


NAMES = ["logistic-4", "normal-4", "gompertz-4", "cloglog-4", "arctan-4", "tanh-4", "algebraic-4", "logistic-5"]
NAMES += ["softsign-4", "gudermannian-4"]


@pytest.mark.parametrize("model", NAMES)
def test_every_shape_finds_the_curve_that_made_the_data(model: str) -> None:
    x = np.linspace(-4, 5, 24)
    shape = og.shapes[str(models[model].shape)]
    power = 1.6 if model.endswith("5") else 1.0
    truth = og.Curve(shape, lower=0.5, upper=3.0, midpoint=0.4, steepness=1.2, asymmetry=power)
    noise = np.random.default_rng(3).normal(0, 0.02, (4, len(x)))
    fits = og.fit_many(model, long_table(truth(x) + noise, x), x="x", y="y", by="id")
    for i in range(4):
        one = og.fit(model, x, truth(x) + noise[i])
        assert fits["rss"][i] == pytest.approx(one.rss, rel=1e-8)
        for name in one.names:
            assert fits[name][i] == pytest.approx(one.params[name], rel=1e-6)
            assert fits[f"{name}_stderr"][i] == pytest.approx(one.stderr[name], rel=1e-6)
        assert fits["auc"][i] == pytest.approx(one.curve.area(-4, 5) / 9, rel=1e-9)
        assert fits["max_slope"][i] == pytest.approx(one.curve.steepest.slope, rel=1e-6)


def test_fixed_and_bounded_parameters_weights_and_doses_agree_with_the_one_curve_fitter(
    responses: np.ndarray,
) -> None:
    y = responses[1]
    sd = np.linspace(0.02, 0.08, 10)
    options = {"fixed": {"lower": 0.2}, "bounds": {"upper": (0.5, 1.05)}}
    table = {"x": DOSES, "y": y, "sd": sd}
    fits = og.fit_many("log-logistic-4", table, x="x", y="y", sd="sd", ec=(10, 50), **options)
    one = og.fit("log-logistic-4", DOSES, y, sd=sd, **options)
    assert fits["lower"][0] == 0.2
    assert fits["rss"][0] == pytest.approx(one.rss, rel=1e-9)
    for percent in (10, 50):
        dose, profile = one.effective_dose(percent), one.effective_dose(percent, method="profile")
        assert fits[f"ec{percent}"][0] == pytest.approx(dose.value, rel=1e-7)
        # Wald's limits are printed where those of the profile lie within 5 % of their width, which is counted in logs
        wald, other = np.log(list(dose)), np.log(list(profile))
        expected = wald if (np.abs(other - wald) <= 0.05 * np.ptp(wald)).all() else other
        found = np.log([fits[f"ec{percent}_low"][0], fits[f"ec{percent}_high"][0]])
        assert found == pytest.approx(expected, rel=1e-5)


def test_threads_and_cutting_change_nothing(responses: np.ndarray) -> None:
    many = wide(DOSES, np.tile(responses, (9, 1)))
    request = plan("log-logistic-4", fixed=None, bounds=None, doses=(10,), level=0.95)
    one = fit_curves(request, many, threads=1)
    same(one, fit_curves(request, many, threads=3))
    pieces = [fit_curves(request, many.part(a, b), threads=1) for a, b in ((0, 13), (13, 7777), (7777, 18000))]
    same(one, {name: np.concatenate([piece[name] for piece in pieces]) for name in one})


def test_missing_values_and_ragged_curves_are_fitted_alone_as_together(responses: np.ndarray) -> None:
    y = responses[:6].copy()
    y[1, 3] = y[4, [0, 9]] = np.nan
    fits = og.fit_many("log-logistic-4", long_table(y), x="x", y="y", by="id")
    present = ~np.isnan(y)
    for i in (1, 4):
        alone = og.fit_many(
            "log-logistic-4", {"x": DOSES[present[i]], "y": y[i, present[i]]}, x="x", y="y", threads=1
        )
        assert fits["n"][i] == present[i].sum()
        for name in ("lower", "upper", "midpoint", "steepness", "rss", "p_value"):
            assert fits[name][i] == pytest.approx(alone[name][0], rel=1e-9)


def test_what_cannot_be_fitted_says_so_and_stops_nothing() -> None:
    rising = 1 / (1 + np.exp(-np.arange(-4, 4.0)))
    table = {
        "curve": ["good"] * 8 + ["infinite"] * 8 + ["negative"] * 8 + ["few"] * 2 + ["one x"] * 5 + ["flat"] * 8,
        "x": [*2.0 ** np.arange(8)] * 2 + [-1.0, *2.0 ** np.arange(1, 8)] + [1, 2] + [3] * 5 + [*2.0 ** np.arange(8)],
        "y": [*rising, *rising[:7], np.inf, *rising, 1, 2, *range(5), *([1.0] * 8)],
    }
    fits = og.fit_many("log-logistic-4", table, x="x", y="y", by="curve")
    found = dict(zip(fits["curve"].tolist(), fits["status"].tolist(), strict=True))
    assert found.pop("flat") == str(og.fit("log-logistic-4", table["x"][-8:], table["y"][-8:]).status)
    assert found == {
        "good": "ok", "infinite": "bad data", "negative": "bad data", "few": "few points", "one x": "bad data",
    }  # fmt: skip
    assert np.isnan(fits["midpoint"][1:5]).all()


# ---- Tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pandas", "polars", "lazy", "pyarrow", "duckdb"])
def test_the_result_is_a_table_of_the_same_kind(kind: str, responses: np.ndarray) -> None:
    columns = long_table(responses[:5]) | {"plate": np.repeat(["P1", "P2", "P1", "P3", "P2"], 10)}
    expected = og.fit_many("log-logistic-4", columns, x="x", y="y", by="id", keep="plate")
    package = pytest.importorskip({"lazy": "polars"}.get(kind, kind))
    if kind == "pyarrow":
        table = package.table(columns)
    elif kind == "duckdb":
        table = package.from_arrow(pytest.importorskip("pyarrow").table(columns))
    else:
        table = package.DataFrame(columns)
        table = table.lazy() if kind == "lazy" else table
    fits = og.fit_many("log-logistic-4", table, x="x", y="y", by="id", keep=["plate"])
    assert type(fits) is type(table)
    if kind == "lazy":
        fits = fits.collect()
    if kind == "duckdb":
        fits = fits.to_arrow_table()
    assert list(fits.column_names if hasattr(fits, "column_names") else fits.columns) == list(expected)
    np.testing.assert_array_equal(np.asarray(fits["midpoint"]), expected["midpoint"])
    assert [str(v) for v in np.asarray(fits["plate"])] == expected["plate"].tolist()


def test_a_plate_in_wide_layout_is_the_same_curves(responses: np.ndarray) -> None:
    some = responses[:5]
    table = {"well": np.array(list("ABCDE"))} | {f"d{i}": some[:, i] for i in range(10)}
    names = [f"d{i}" for i in range(10)]
    fits = og.fit_many("log-logistic-4", table, x=DOSES, y=names, by="well")
    expected = og.fit_many("log-logistic-4", long_table(some), x="x", y="y", by="id")
    assert fits["well"].tolist() == list("ABCDE")
    np.testing.assert_array_equal(fits["midpoint"], expected["midpoint"])


def test_rows_of_a_curve_need_not_be_together_and_labels_may_be_several(responses: np.ndarray) -> None:
    table = long_table(responses[:6])
    table["drug"], table["cell"] = np.array(list("aabbcc"))[table["id"]], np.array(list("xyxyxy"))[table["id"]]
    shuffled = np.random.default_rng(1).permutation(60)
    mixed = {name: values[shuffled] for name, values in table.items()}
    fits = og.fit_many("log-logistic-4", mixed, x="x", y="y", by=["drug", "cell"])
    expected = og.fit_many("log-logistic-4", table, x="x", y="y", by=["drug", "cell"])
    order = [[(d, c) for d, c in zip(expected["drug"], expected["cell"], strict=True)].index(pair)
             for pair in zip(fits["drug"], fits["cell"], strict=True)]  # fmt: skip
    np.testing.assert_allclose(fits["rss"], expected["rss"][order], rtol=1e-12)


def test_formulas_and_sloping_asymptotes_are_fitted_one_by_one() -> None:
    x = np.linspace(1, 9, 12)
    y = 3 + 0.1 * x + 2 / (1 + np.exp(-2 * (x - 5)))
    model = og.Model("sloped", shape="sigmoid", sloped=True, fixed={"upper_slope": 0.0})
    noise = np.random.default_rng(5).normal(0, 0.01, 12)
    fits = og.fit_many(model, {"x": x, "y": y + noise}, x="x", y="y")
    assert fits["rss"][0] == og.fit(model, x, y + noise).rss


def test_a_missing_label_is_reported_and_left_out(responses: np.ndarray) -> None:
    table = long_table(responses[:2]) | {"drug": np.array(["a"] * 10 + [None] * 10, dtype=object)}
    with pytest.warns(UserWarning, match="10 rows have no value in drug .the first is row 11"):
        fits = og.fit_many("log-logistic-4", table, x="x", y="y", by="drug")
    assert fits["drug"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"x": "dos"}, "no column 'dos' for x; did you mean 'dose'"),
        ({"by": "drog"}, "no column 'drog' for by; did you mean 'drug'"),
        ({"ec": (150,)}, "percentages between 0 and 100"),
        ({"level": 95}, "level must lie between 0 and 1"),
        ({"threads": 0}, "threads must be at least 1"),
        ({"bounds": {"midpont": (0, 1)}}, "did you mean 'midpoint'"),
    ],
)
def test_mistakes_say_what_was_wanted(options: dict, message: str) -> None:
    table = {"drug": ["a"] * 4, "dose": [1, 2, 3, 4], "y": [1, 2, 3, 5]}
    with pytest.raises(ValueError, match=message):
        og.fit_many("log-logistic-2", table, **({"x": "dose", "y": "y", "by": "drug"} | options))
