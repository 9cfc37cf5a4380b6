"""What each field derives, against published or closed-form numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from support.reference_sets import DATA, read_table

import ogive as og
from ogive.fields import control, diffusion, growth, neuroscience, thermodynamics


def record(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


# ---- Dose and response -------------------------------------------------------------------------------------------


def test_dose_response_speaks_its_words() -> None:
    table = read_table("drc_ryegrass")
    fit = og.dose_response.fit("conc", "rootl", data=table)
    assert fit.ec50 == fit.params["midpoint"]
    assert fit.hill == fit.params["steepness"] < 0
    assert fit.pec50 == pytest.approx(-np.log10(fit.ec50))
    low, high = fit.interval("ec50", method="profile")
    assert tuple(fit.interval("midpoint", method="profile")) == pytest.approx((low, high), rel=1e-5)
    assert "ec50" in fit.report()
    with pytest.raises(AttributeError, match="has no attribute 'ic50x'"):
        _ = fit.ic50x


def test_words_are_understood_in_options() -> None:
    table = read_table("drc_ryegrass")
    fit = og.dose_response.fit("conc", "rootl", data=table, fixed={"bottom": 0.5})
    assert fit.params["lower"] == 0.5
    assert fit.bottom == 0.5


# ---- Growth ------------------------------------------------------------------------------------------------------


def test_pearl_and_reed() -> None:
    # K, r and the inflection of 1920, from the three census points
    wanted = record("app_e_us_population")["three_point_method"]
    found = growth.three_points(*zip(*wanted["points"], strict=True))
    assert found == pytest.approx((wanted["K"], wanted["r"], wanted["t0"]), rel=1e-9)


@pytest.mark.parametrize("last", [1910, 1950])
def test_population_of_the_united_states(last: int) -> None:
    table, wanted = read_table("app_e_us_population"), record("app_e_us_population")[f"nls_1790_{last}"]
    rows = [k for k, year in enumerate(table["year"]) if year <= last]
    fit = og.growth.fit([table["year"][k] for k in rows], [table["population_millions"][k] for k in rows])
    assert (fit.capacity, fit.rate, fit.rss) == pytest.approx((wanted["K"], wanted["r"], wanted["SSE"]), rel=1e-7)
    assert [fit.stderr[n] for n in ("capacity", "rate", "midpoint")] == pytest.approx(wanted["se"], rel=1e-5)
    assert fit.doubling_time == pytest.approx(np.log(2) / wanted["r"], rel=1e-7)


def test_lag_and_fastest_growth_of_a_logistic_have_closed_forms() -> None:
    time = np.linspace(0, 20, 15)
    curve = og.Curve(og.sigmoid, lower=1, upper=9, midpoint=8, steepness=0.7)
    fit = og.growth.fit(time, curve(time) + 1e-3 * np.cos(time * 7), model="logistic-4")
    assert fit.max_rate == pytest.approx(8 * 0.7 / 4, rel=1e-2)
    assert fit.lag == pytest.approx(8 - 2 / 0.7, rel=1e-2)


def test_points_on_no_logistic_are_refused() -> None:
    with pytest.raises(ValueError, match="growth must slow down"):
        growth.three_points([0, 1, 2], [1, 2, 8])
    with pytest.raises(ValueError, match="equal steps"):
        growth.three_points([0, 1, 3], [1, 2, 3])


# ---- Diffusion ---------------------------------------------------------------------------------------------------


def test_bass_room_air_conditioners() -> None:
    data = record("app_e_bass")
    wanted = data["nls_interval_form"]["room_air_conditioners"]
    fit = diffusion.fit_bass(data["data"]["room_air_conditioners"]["sales_thousands"])
    assert (fit.params["p"], fit.params["q"], fit.params["m"]) == pytest.approx(
        (wanted["p"], wanted["q"], wanted["m"]), rel=1e-4
    )
    assert list(fit.stderr.values()) == pytest.approx(wanted["se"], rel=1e-4)
    assert (fit.peak_time, fit.peak_sales) == pytest.approx((wanted["T_peak"], wanted["peak"]), rel=1e-4)
    assert fit.innovation == fit.params["p"]


def test_the_bass_curve_is_a_logistic_from_below_zero() -> None:
    p, q = 0.03, 0.38
    curve, t = diffusion.bass_curve(p, q), np.linspace(0, 30, 7)
    decay = np.exp(-(p + q) * t)
    np.testing.assert_allclose(curve(t), (1 - decay) / (1 + q / p * decay), atol=1e-15)
    adopted = curve(t)
    np.testing.assert_allclose(curve.derivative(t), (p + q * adopted) * (1 - adopted), rtol=1e-10)


# ---- Psychophysics -----------------------------------------------------------------------------------------------


@pytest.mark.skipif("normal" not in og.shapes, reason="psychometric functions need the normal shape")
def test_lapse_is_bounded_and_reported_on_its_own_scale() -> None:
    table = read_table("psignifit_2afc")
    fit = og.psychophysics.fit("level", "ncorrect", "ntotal", data=table)
    assert fit.lapse == pytest.approx(0, abs=1e-9)
    interval = fit.interval("lapse", method="profile")
    assert interval.low == 0
    assert 0.005 < interval.high < 0.03
    assert fit.threshold == fit.params["midpoint"]


# ---- Thermodynamics ----------------------------------------------------------------------------------------------


def test_unfolding_of_fkbp12() -> None:
    table, wanted = read_table("app_d_fkbp12_urea"), record("app_d_two_state")["fkbp12"]["scipy_check"]
    fit = thermodynamics.fit_denaturation("urea_M", "fraction_unfolded", data=table)
    calories = 4184.0
    assert fit.m / calories == pytest.approx(wanted["m"], rel=1e-5)
    assert fit.stderr["m"] / calories == pytest.approx(wanted["m_se"], rel=1e-5)
    assert fit.stability / calories == pytest.approx(wanted["dG_water_kcal_mol"], rel=1e-5)
    # the t-interval that the source should have printed
    interval = [end / calories for end in fit.interval("m")]
    assert fit.dof == 39
    assert interval == pytest.approx(wanted["ci95_correct_t39"], rel=1e-5)


def test_a_melting_curve_gives_its_enthalpy_back() -> None:
    kelvin = np.linspace(300, 360, 40)
    truth = og.Curve(
        og.sigmoid, lower=1.0, upper=2.0, midpoint=333.15, steepness=4e5 / thermodynamics.GAS_CONSTANT,
        axis="reciprocal", lower_slope=0.001, upper_slope=0.002,
    )  # fmt: skip
    fit = thermodynamics.fit_melt(kelvin, truth(kelvin))
    assert (fit.tm, fit.enthalpy) == pytest.approx((333.15, 4e5), rel=1e-6)
    assert fit.entropy == pytest.approx(4e5 / 333.15, rel=1e-6)
    wanted = record("app_d_two_state")["identities"]["example"]
    assert fit.fraction_slope == pytest.approx(wanted["slope_per_K"], rel=1e-6)


def test_degrees_celsius_are_refused() -> None:
    with pytest.raises(ValueError, match=r"add 273\.15"):
        thermodynamics.fit_melt([-5, 10, 20, 30, 40, 50, 60], [1, 1, 1.2, 1.5, 1.8, 2, 2])


@pytest.mark.parametrize("lipid", ["DMPC", "DPPC"])
def test_lipids(lipid: str) -> None:
    data = record("app_d_two_state")["lipids"]
    measured, wanted = data[lipid], data["derived"][lipid]
    enthalpy = thermodynamics.vant_hoff_enthalpy(measured["Tm_C"] + 273.15, measured["dT_half_C"])
    assert enthalpy / 1e3 == pytest.approx(wanted["dH_vH_kJ_mol"], rel=1e-6)
    unit = thermodynamics.cooperative_unit(enthalpy / 1e3, measured["dH_kJ_mol"])
    assert unit == pytest.approx(wanted["cooperative_unit"], rel=1e-3)
    width = thermodynamics.heat_capacity_width(measured["Tm_C"] + 273.15, enthalpy)
    assert width == pytest.approx(measured["dT_half_C"])


def test_the_mean_field_magnet() -> None:
    for temperature, wanted in record("app_d_two_state")["mean_field_ising"]["cases"].items():
        assert thermodynamics.spontaneous_magnetisation(float(temperature)) == pytest.approx(wanted, rel=1e-12)
    assert thermodynamics.spontaneous_magnetisation(1.2) == 0.0


# ---- Neurons and loops -------------------------------------------------------------------------------------------


def test_an_ion_channel() -> None:
    volts = np.linspace(-80, 20, 21)
    truth = og.Curve(og.sigmoid, upper=3.0, midpoint=-32.0, steepness=1 / 6.5)
    fit = neuroscience.fit_activation(volts, truth(volts) + 1e-4 * np.sin(volts))
    assert (fit.v_half, fit.slope_factor, fit.g_max) == pytest.approx((-32.0, 6.5, 3.0), rel=1e-3)
    # the error of a reciprocal, by the delta method
    steepness = fit.params["steepness"]
    assert fit.stderr["slope_factor"] == pytest.approx(fit.stderr["steepness"] / steepness**2, rel=1e-8)


def test_describing_function_of_the_logistic() -> None:
    # mpmath values for the logistic less one half, a tanh of half the argument and half the height
    for row in record("app_c_control")["describing_functions"]:
        found = control.describing_function(og.Curve(og.sigmoid), row["A"])
        assert found == pytest.approx(row["logistic_minus_half_mpmath"], rel=1e-12)


def test_sector_of_the_logistic() -> None:
    assert control.sector(og.Curve(og.sigmoid), 0.0) == pytest.approx((0.0, 0.25), abs=1e-7)
    falling = control.sector(og.Curve(og.sigmoid, steepness=-1.0), 0.0)
    assert falling == pytest.approx((-0.25, 0.0), abs=1e-7)


# ---- Regression --------------------------------------------------------------------------------------------------


def test_odds_ratios_and_probabilities() -> None:
    table = read_table("spector_mazzeo")
    fit = og.logistic_regression.fit({key: table[key] for key in ("GPA", "TUCE", "PSI")}, table["GRADE"])
    ratios = og.logistic_regression.odds_ratios(fit)
    assert ratios["PSI"].value == pytest.approx(np.exp(fit.params["PSI"]))
    rows = [[table[key][0] for key in ("GPA", "TUCE", "PSI")]]
    assert og.logistic_regression.probability(fit, rows) == pytest.approx(fit.fitted[:1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"link": "log"}, "link must be one of logit, probit"),
        ({"y": [0, 1, 2]}, "y must hold 0 and 1 only"),
        ({"names": ["a", "b"]}, "1 columns need as many names"),
    ],
)
def test_regression_mistakes_are_explained(options: dict[str, Any], message: str) -> None:
    y = options.pop("y", [0, 1, 1])
    with pytest.raises(ValueError, match=message):
        og.logistic_regression.fit([1.0, 2.0, 3.0], y, **options)
