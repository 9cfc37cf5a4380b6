"""What a fit gives: estimates, statuses, intervals, bands, tests, and plain words when something is wrong."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reference_sets import read_table

import ogive as og
from ogive import Status

DOSE = np.array([0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100])
RESPONSE = np.array([98.2, 97.5, 98.8, 99.1, 96.9, 88.0, 63.7, 31.1, 12.2, 6.9])
MODEL = "log-logistic-4"


@pytest.fixture(scope="module")
def ryegrass() -> og.Fit:
    return og.fit(MODEL, "conc", "rootl", data=read_table("drc_ryegrass"))


def exact(**changes: Any) -> tuple[og.Curve, Any]:
    curve = og.Curve(og.sigmoid, axis="log", **{"lower": 2, "upper": 5, "midpoint": 1.7, "steepness": -1.3} | changes)
    return curve, np.geomspace(0.02, 80, 11)


# ---- Estimates ---------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    lower=st.floats(-10, 10),
    rise=st.floats(0.1, 100),
    midpoint=st.floats(0.1, 20),
    steepness=st.floats(0.4, 4).flatmap(lambda k: st.sampled_from([k, -k])),
)
def test_exact_data_give_the_curve_back(lower: float, rise: float, midpoint: float, steepness: float) -> None:
    curve, x = exact(lower=lower, upper=lower + rise, midpoint=midpoint, steepness=steepness)
    fit = og.fit(MODEL, x, curve(x))
    for name, value in fit.params.items():
        assert value == pytest.approx(getattr(curve, name), rel=1e-5, abs=1e-6 * rise), name


def test_lower_is_never_above_upper() -> None:
    random = np.random.default_rng(5)
    for _ in range(10):
        fit = og.fit("weibull-1" if "gompertz" in og.shapes else MODEL, DOSE, random.normal(0, 1, len(DOSE)))
        assert fit.params["lower"] <= fit.params["upper"]


def test_a_fit_does_not_depend_on_units() -> None:
    one, other = og.fit(MODEL, DOSE, RESPONSE), og.fit(MODEL, 1e-9 * DOSE, 1e6 * RESPONSE)
    assert other.params["midpoint"] == pytest.approx(1e-9 * one.params["midpoint"], rel=1e-9)
    assert other.stderr["upper"] == pytest.approx(1e6 * one.stderr["upper"], rel=1e-7)
    assert other.params["steepness"] == pytest.approx(one.params["steepness"], rel=1e-9)


def test_a_fit_does_not_depend_on_order() -> None:
    order = np.random.default_rng(1).permutation(len(DOSE))
    one, other = og.fit(MODEL, DOSE, RESPONSE), og.fit(MODEL, DOSE[order], RESPONSE[order])
    assert dict(other.params) == pytest.approx(dict(one.params), rel=1e-9)


def test_weights_count_as_repetitions() -> None:
    twice = og.fit(MODEL, np.repeat(DOSE, 2), np.repeat(RESPONSE, 2))
    once = og.fit(MODEL, DOSE, RESPONSE, sd=np.full(len(DOSE), np.sqrt(0.5)))
    assert dict(once.params) == pytest.approx(dict(twice.params), rel=1e-9)
    assert once.rss == pytest.approx(twice.rss, rel=1e-9)


def test_known_errors_are_not_rescaled() -> None:
    fit = og.fit(MODEL, DOSE, RESPONSE, sd=2.0, dispersion=1)
    free = og.fit(MODEL, DOSE, RESPONSE)
    assert fit.stderr["upper"] == pytest.approx(free.stderr["upper"] * 2 / free.rse, rel=1e-9)


def test_fixed_values_are_kept_and_bounds_respected() -> None:
    fit = og.fit(MODEL, DOSE, RESPONSE, fixed={"upper": 100.0}, bounds={"lower": (10.0, 50.0)})
    assert fit.params["upper"] == 100.0
    assert "upper" not in fit.stderr
    assert fit.params["lower"] == 10.0
    assert fit.status is Status.AT_BOUND
    assert "lower" in fit.detail


def test_variance_growing_with_the_mean_is_iterated_to_rest() -> None:
    fit = og.fit(MODEL, DOSE, RESPONSE, variance_power=1.0)
    weights = np.abs(fit.fitted) ** -2.0
    again = og.fit(MODEL, DOSE, RESPONSE, sd=weights**-0.5)
    assert dict(again.params) == pytest.approx(dict(fit.params), rel=1e-6)


@pytest.mark.parametrize("loss", ["huber", "tukey"])
def test_robust_losses_shrug_off_an_outlier(loss: str) -> None:
    spoilt = RESPONSE.copy()
    spoilt[3] = 40.0
    plain, robust, clean = (
        og.fit(MODEL, DOSE, spoilt),
        og.fit(MODEL, DOSE, spoilt, loss=loss),
        og.fit(MODEL, DOSE, RESPONSE),
    )
    truth = clean.params["upper"]
    assert abs(robust.params["upper"] - truth) < 0.3 * abs(plain.params["upper"] - truth)
    assert robust.errors == "sandwich"


def test_poisson_counts() -> None:
    # exp(level) counts without scatter: the likelihood is largest at the truth
    curve, x = exact(lower=20, upper=200)
    fit = og.fit(MODEL, x, curve(x), likelihood="poisson")
    assert fit.params["upper"] == pytest.approx(200, rel=1e-6)
    assert fit.deviance == pytest.approx(0, abs=1e-6)


# ---- Groups ------------------------------------------------------------------------------------------------------


def test_groups_without_sharing_are_separate_fits() -> None:
    table = read_table("drc_s_alba")
    both = og.fit(MODEL, "Dose", "DryMatter", data=table, by="Herbicide")
    for group in both.groups:
        rows = [k for k, each in enumerate(table["Herbicide"]) if each == group]
        alone = og.fit(MODEL, [table["Dose"][k] for k in rows], [table["DryMatter"][k] for k in rows])
        assert both.params[f"midpoint:{group}"] == pytest.approx(alone.params["midpoint"], rel=1e-8)
        assert both.curves[group].steepness == pytest.approx(alone.curve.steepness, rel=1e-8)


def test_shared_parameters_are_one_number() -> None:
    fit = og.fit(MODEL, "Dose", "DryMatter", data=read_table("drc_s_alba"), by="Herbicide", share=["lower", "upper"])
    assert fit.names[:2] == ("lower", "upper")
    assert len({curve.upper for curve in fit.curves.values()}) == 1


def test_a_group_must_be_named_where_there_are_several() -> None:
    fit = og.fit(MODEL, "Dose", "DryMatter", data=read_table("drc_s_alba"), by="Herbicide")
    with pytest.raises(ValueError, match="say group= one of Glyphosate, Bentazone"):
        fit.predict(1.0)


# ---- Tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make", [pd.DataFrame, pl.DataFrame, pa.table, dict], ids=["pandas", "polars", "arrow", "dict"]
)
def test_every_kind_of_table_goes_in(make: Any, ryegrass: og.Fit) -> None:
    fit = og.fit(MODEL, "conc", "rootl", data=make(read_table("drc_ryegrass")))
    assert dict(fit.params) == dict(ryegrass.params)


def test_missing_values_are_left_out_and_counted() -> None:
    y = [None, *RESPONSE[1:]]
    fit = og.fit(MODEL, DOSE, y)
    assert (fit.n, fit.data.missing) == (9, 1)
    assert "1 missing left out" in fit.report()


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", None])
def test_tables_come_out(kind: str | None, ryegrass: og.Fit) -> None:
    table = ryegrass.to_table(kind)
    assert list(table["parameter"] if kind != "arrow" else table["parameter"].to_pylist()) == list(ryegrass.params)


# ---- Intervals ---------------------------------------------------------------------------------------------------


def test_profile_limits_are_where_the_likelihood_ratio_says(ryegrass: og.Fit) -> None:
    from scipy import stats

    low, high = ryegrass.interval("steepness", method="profile")
    for end in (low, high):
        held = og.fit(MODEL, "conc", "rootl", data=read_table("drc_ryegrass"), fixed={"steepness": end})
        root = np.sqrt((held.rss - ryegrass.rss) / ryegrass.dispersion)
        assert root == pytest.approx(stats.t.ppf(0.975, ryegrass.dof), rel=1e-4)


def test_profile_of_a_function_is_that_of_its_parameter(ryegrass: og.Fit) -> None:
    one = ryegrass.interval("upper", method="profile")
    other = ryegrass.interval(lambda curve: curve.upper, method="profile")
    assert tuple(other) == pytest.approx(tuple(one), rel=1e-4)


def test_bootstrap_resembles_the_other_intervals(ryegrass: og.Fit) -> None:
    wald, resampled = ryegrass.interval("midpoint"), ryegrass.interval("midpoint", method="bootstrap", seed=3)
    assert tuple(resampled) == pytest.approx(tuple(wald), rel=0.1)
    assert tuple(resampled) == tuple(ryegrass.interval("midpoint", method="bootstrap", seed=3))


def test_a_side_that_the_data_do_not_limit_is_open() -> None:
    curve, x = exact(midpoint=60.0)
    noisy = curve(x) + np.random.default_rng(2).normal(0, 0.2, len(x))
    interval = og.fit(MODEL, x, noisy).interval("midpoint", method="profile")
    assert interval.high == np.inf
    assert 5 < interval.low < 60
    assert interval.one_sided


def test_effective_doses_relative_and_absolute(ryegrass: og.Fit) -> None:
    assert ryegrass.effective_dose(50).value == pytest.approx(ryegrass.params["midpoint"])
    level = float(ryegrass.predict(2.0))
    assert ryegrass.effective_dose(absolute=level).value == pytest.approx(2.0)
    with pytest.raises(ValueError, match="percent must lie between 0 and 100"):
        ryegrass.effective_dose(120)


def test_bands_hold_the_curve_and_the_slope(ryegrass: og.Fit) -> None:
    x = np.array([0.0, 1.0, 3.0, 10.0])
    sure, new, slope = (
        ryegrass.predict(x, band="confidence"), ryegrass.predict(x, band="prediction"),
        ryegrass.slope(x, band="confidence"),
    )  # fmt: skip
    np.testing.assert_allclose(sure.value, ryegrass.curve(x))
    assert (new.low < sure.low).all()
    np.testing.assert_allclose(slope.value, ryegrass.curve.derivative(x))
    # the error of the curve at dose 0 is that of its upper asymptote
    assert sure.stderr[0] == pytest.approx(ryegrass.stderr["upper"])


def test_the_slope_band_is_that_of_the_delta_method(ryegrass: og.Fit) -> None:
    band = ryegrass.slope([2.0], band="confidence")
    estimate = ryegrass.estimate(lambda curve: float(curve.derivative(2.0)))
    assert band.stderr[0] == pytest.approx(estimate.stderr, rel=1e-8)


def test_conventions_differ_and_are_named(ryegrass: og.Fit) -> None:
    observed = ryegrass.with_errors("observed")
    assert observed.stderr["steepness"] != ryegrass.stderr["steepness"]
    assert "observed (Hessian)" in observed.report()
    with pytest.raises(ValueError, match="errors must be one of expected, observed, sandwich"):
        ryegrass.with_errors("robust")


# ---- Statuses ----------------------------------------------------------------------------------------------------


def noisy(curve: og.Curve, x: Any, sd: float = 0.03, seed: int = 0) -> Any:
    return curve(x) + np.random.default_rng(seed).normal(0, sd, len(x))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, Status.OK),
        ({"midpoint": 400.0}, Status.EXTRAPOLATED),
        ({"midpoint": 45.0}, Status.ONE_PLATEAU),
        ({"steepness": -60.0}, Status.STEEP),
    ],
)
def test_statuses_of_curves(changes: dict[str, float], status: Status) -> None:
    curve, x = exact(**changes)
    fit = og.fit(MODEL, x, noisy(curve, x, 0.003 if status is Status.EXTRAPOLATED else 0.03))
    assert fit.status is status
    assert fit.detail or status is Status.OK


def test_noise_is_no_effect() -> None:
    y = np.random.default_rng(4).normal(1, 0.1, 12)
    fit = og.fit(MODEL, np.geomspace(0.01, 100, 12), y)
    assert fit.status is Status.NO_EFFECT
    assert fit.no_effect().p_value > 0.05


@pytest.mark.parametrize(
    ("x", "y", "status", "detail"),
    [
        ([1, 2, 3], [1, 2, 3], Status.FEW_POINTS, "3 observations cannot determine 4"),
        ([1, 2, 3, 4], [1, 2, 4, 5], Status.FEW_POINTS, "4 observations at 4 points"),
        ([2, 2, 2, 2, 2], [1, 2, 3, 4, 5], Status.BAD_DATA, "all values of x are equal"),
        ([-1, 2, 3, 4, 5], [1, 2, 3, 4, 5], Status.BAD_DATA, "no place on a log axis"),
        ([1, 2, 3, 4, 5], [1, np.inf, 3, 4, 5], Status.BAD_DATA, "infinite"),
        ([1], [1], Status.BAD_DATA, "one observation"),
    ],
)
def test_a_failed_fit_is_data(x: Any, y: Any, status: Status, detail: str) -> None:
    fit = og.fit(MODEL, x, y)
    assert fit.status is status
    assert detail in fit.detail
    assert detail.lower() in fit.report().lower()
    assert fit.to_table()["status"]


def test_every_status_says_what_to_do() -> None:
    for status in Status:
        assert status.sentence.endswith(".")
        assert len(status.sentence.split()) > 8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"likelihood": "gaussian"}, "likelihood must be one of normal, binomial, poisson"),
        ({"loss": "absolute"}, "loss must be one of squares, huber, tukey"),
        ({"likelihood": "binomial"}, "pass trials="),
        ({"errors": "hessian"}, "errors must be one of expected"),
        ({"by": ["a", "b"]}, "by and y must have equal lengths"),
        ({"start": {"midpoint": -1.0}}, "must be a finite number in its range"),
        ({"fixed": {"ec50": 1}}, "has no parameter 'ec50'"),
    ],
)
def test_mistakes_are_explained(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        og.fit(MODEL, DOSE, RESPONSE, **options)


def test_text_in_numbers_names_the_row() -> None:
    with pytest.raises(ValueError, match="y must hold numbers, but row 2 holds 'n/a'"):
        og.fit(MODEL, DOSE[:3], ["1.0", "n/a", "3"])


def test_an_unknown_column_suggests_the_nearest() -> None:
    with pytest.raises(ValueError, match="no column 'dosis' for x; did you mean 'dose'"):
        og.fit(MODEL, "dosis", "y", data={"dose": [1], "y": [2]})


# ---- Tests -------------------------------------------------------------------------------------------------------


def test_outliers_are_flagged_with_q_values() -> None:
    curve, x = exact()
    y = noisy(curve, x)
    y[4] += 1.5
    found = og.fit(MODEL, x, y).outliers()
    assert found.flagged[4]
    assert found.flagged.sum() == 1
    assert (found.q_value >= found.p_value).all()


def test_nested_fits_are_compared_by_f() -> None:
    curve, x = exact()
    x, y = np.repeat(x, 3), noisy(curve, np.repeat(x, 3), 0.1)
    four, three = og.fit(MODEL, x, y), og.fit("log-logistic-3", x, y)
    compared = og.compare(three, four)
    assert compared.test is not None
    assert compared.test.df == (1, 29)
    assert compared.test.p_value < 1e-6
    assert next(iter(compared)).model == MODEL
    assert sum(row.weight for row in compared) == pytest.approx(1)
    assert "log-lik" in str(compared)


def test_only_fits_of_the_same_data_are_compared() -> None:
    with pytest.raises(ValueError, match="data and likelihood are the same"):
        og.compare(og.fit(MODEL, DOSE, RESPONSE), og.fit(MODEL, DOSE[1:], RESPONSE[1:]))


def test_the_null_law_is_a_probability() -> None:
    from ogive.fitting.inference.calibration import null_law

    law = null_law(np.ones(10, dtype=int), og.sigmoid)
    p = [law.p_value(r) for r in np.linspace(0, 1, 101)]
    assert p[0] == 1.0
    assert p[-1] == pytest.approx(0, abs=1e-12)
    assert (np.diff(p) <= 0.01).all()


# ---- Records -----------------------------------------------------------------------------------------------------


def test_a_fit_is_frozen(ryegrass: og.Fit) -> None:
    with pytest.raises(FrozenInstanceError):
        ryegrass.errors = "observed"  # type: ignore[misc]


def test_json_makes_the_same_fit_again(ryegrass: og.Fit) -> None:
    again = og.Fit.from_json(ryegrass.to_json())
    assert again.report() == ryegrass.report()
    assert again.to_json() == ryegrass.to_json()
    assert tuple(again.interval("midpoint", method="profile")) == tuple(
        ryegrass.interval("midpoint", method="profile")
    )


@pytest.mark.parametrize(
    "fit",
    [
        lambda: og.fit(og.Model.from_formula("a*x/(b+x)"), [1, 2, 4, 8], [1, 1.6, 2.2, 2.5], start={"a": 3, "b": 2}),
        lambda: og.fit("log-logistic-2", [1, 2, 4, 8], [1, 4, 7, 9], trials=[10, 10, 10, 10]),
        lambda: og.fit(MODEL, [1, 2, 3], [1, 2, 3]),
        lambda: og.fit(MODEL, DOSE, RESPONSE, loss="huber", bounds={"lower": (0, None)}),
    ],
    ids=["formula", "binomial", "failed", "robust"],
)
def test_json_of_other_kinds(fit: Any) -> None:
    made = fit()
    assert og.Fit.from_json(made.to_json()).report() == made.report()


def test_json_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="not a fit written by to_json"):
        og.Fit.from_json('{"format": "other"}')


def test_repr_is_one_line(ryegrass: og.Fit) -> None:
    assert repr(ryegrass) == (
        "<ogive fit of log-logistic-4: lower=0.48141, upper=7.793, midpoint=3.058, steepness=-2.9822; ok>"
    )


# ---- Further questions -------------------------------------------------------------------------------------------


def test_quantities_of_every_curve(ryegrass: og.Fit) -> None:
    assert ryegrass.estimate("half_point").value == pytest.approx(ryegrass.params["midpoint"])
    steep = ryegrass.curve.steepest
    # a logistic curve of log dose is steepest at its midpoint: height times steepness over 4
    wanted = (ryegrass.params["upper"] - ryegrass.params["lower"]) * ryegrass.params["steepness"] / 4
    assert ryegrass.estimate("max_slope_per_e_fold").value == pytest.approx(wanted)
    with pytest.raises(ValueError, match=r"max_slope is not defined for log-logistic-4: .*use max_slope_per_e_fold"):
        ryegrass.estimate("max_slope")
    low, high = ryegrass.interval("inflection", method="profile")
    assert low < steep.x < high


def test_inverse_prediction_is_wider_than_the_dose_of_a_known_response(ryegrass: og.Fit) -> None:
    known, new = ryegrass.effective_dose(absolute=4.0, scale="linear"), ryegrass.inverse_prediction(4.0)
    assert new.value == pytest.approx(known.value)
    slope = float(ryegrass.curve.derivative(new.value))
    assert new.stderr**2 == pytest.approx(known.stderr**2 + ryegrass.dispersion / slope**2, rel=1e-6)
    assert ryegrass.inverse_prediction(4.0, replicates=np.inf).stderr == pytest.approx(known.stderr)


def test_groups_by_several_columns() -> None:
    table = read_table("drc_s_alba")
    table["Year"] = ["1"] * len(table["Dose"])
    fit = og.fit(MODEL, "Dose", "DryMatter", data=table, by=["Herbicide", "Year"])
    assert fit.groups == ("Glyphosate 1", "Bentazone 1")


def test_a_midpoint_beyond_the_doses_is_reported_from_one_side() -> None:
    curve, x = exact(midpoint=150.0)
    y = curve(x) + np.random.default_rng(2).normal(0, 0.05, len(x))
    assert "not identified: above" in og.fit(MODEL, x, y).report()


def test_a_fit_explains_its_slope(ryegrass: og.Fit) -> None:
    text = str(ryegrass.explain())
    assert "steepness·(upper - lower)" in text
    assert "with lower = 0.4814" in text
    formula = og.fit(og.Model.from_formula("a*x/(b+x)"), [1, 2, 4, 8], [1, 1.6, 2.2, 2.5], start={"a": 3, "b": 2})
    assert formula.explain().steps
