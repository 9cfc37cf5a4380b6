"""Every derived quantity of every field against the curve itself, over every model that the field may be fitted with.

The oracles read nothing but values of the curve: differences, a search on a grid that is refined, and limits
towards the past. They share no code with the quantities.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import ogive as og
from ogive.fields import control, diffusion, dose_response, growth, neuroscience, psychophysics, thermodynamics
from ogive.models import Model, NotTrueOfModelError, Vocabulary, models

FIELDS: dict[str, Vocabulary] = {
    "growth": growth.VOCABULARY,
    "diffusion": diffusion.VOCABULARY,
    "dose-response": dose_response.VOCABULARY,
    "psychophysics": psychophysics.VOCABULARY,
    "control": control.VOCABULARY,
    "firing": neuroscience.FIRING,
    "activation": neuroscience.ACTIVATION,
    "denaturation": thermodynamics.denaturation(),
}
CURVES = [name for name in models if models[name].is_curve and models[name].axis != "reciprocal"]


def curve_of(model: Model, sign: float = 1.0, steepness: float = 1.7) -> og.Curve:
    """Make a curve of a model, with numbers for what it leaves free."""
    numbers = {
        "lower": 2.0, "upper": 9.0, "midpoint": 6.0, "steepness": sign * steepness, "asymmetry": 0.4,
        "lower_slope": 0.0, "upper_slope": 0.3,
    }  # fmt: skip
    return og.Curve(model.row, axis=model.axis, **{**numbers, **model.constants})


# ---- Oracles: values of the curve only ---------------------------------------------------------------------------


def slope_at(curve: og.Curve, x: Any) -> Any:
    """Return the slope by central differences of sixth order."""
    h = 1e-3 * np.maximum(np.abs(x), 1.0)
    first, second, third = ((curve(x + k * h) - curve(x - k * h)) / (2 * k * h) for k in (1, 2, 3))
    return 1.5 * first - 0.6 * second + 0.1 * third


def steepest_of(places: np.ndarray, at: Callable[[Any], Any]) -> tuple[float, float]:
    """Return where a function of the curve is steepest, on a grid refined about its best point, and the slope."""

    def slope(g: Any) -> Any:
        h = 1e-4
        return (at(g + h) - at(g - h)) / (2 * h)

    for _ in range(4):
        slopes = slope(places)
        best = int(np.argmax(np.abs(slopes)))
        places = np.linspace(places[max(best - 1, 0)], places[min(best + 1, len(places) - 1)], 401)
    return float(places[200]), float(slopes[best])


@cache
def reaches(curve: og.Curve, fraction: float) -> float:
    """Return by bisection where a fraction of the way from lower to upper is gone."""
    low, high = (1e-12, 1e12) if curve.axis == "log" else (-1e5, 1e5)
    for _ in range(300):
        middle = np.sqrt(low * high) if curve.axis == "log" else 0.5 * (low + high)
        gone = (curve(middle) - curve.lower) / (curve.upper - curve.lower)
        if (gone < fraction) == (curve.steepness > 0):
            low = middle
        else:
            high = middle
    return float(middle)


def along_log(curve: og.Curve) -> Callable[[Any], Any]:
    return lambda g: curve(np.exp(g))


def doubling(curve: og.Curve) -> float:
    """Return ln 2 over the relative growth above the baseline, far in the past."""
    # what stands above the baseline, without the digits that the baseline costs
    above = curve.with_parameters(lower=0.0, upper=curve.upper - curve.lower)
    t = -2.2 if curve.steepness > 0 else 14.2
    h = 0.5
    ahead, behind = (above(t + s * h) for s in (1, -1))
    return float(abs(np.log(2) * 2 * h / np.log(ahead / behind)))


def wide(curve: og.Curve) -> np.ndarray:
    return np.linspace(-30, 40, 3001) if curve.axis == "linear" else np.linspace(0.5, 60, 3001)


@cache
def steepest_in_x(curve: og.Curve) -> tuple[float, float]:
    return steepest_of(wide(curve), curve)


def lag(curve: og.Curve) -> float:
    x, slope = steepest_in_x(curve)
    return x - (float(curve(x)) - curve.lower) / slope


def midpoint_slope(curve: og.Curve) -> float:
    return float(slope_at(curve, curve.midpoint))


@cache
def per_e_fold(curve: og.Curve) -> float:
    return steepest_of(np.linspace(-6, 9, 1501), along_log(curve))[1]


ORACLES: dict[str, Callable[[og.Curve], float]] = {
    "inflection": lambda c: steepest_in_x(c)[0],
    "max_rate": lambda c: steepest_in_x(c)[1],
    "peak_rate": lambda c: steepest_in_x(c)[1],
    "gain": lambda c: steepest_in_x(c)[1],
    "max_slope": lambda c: steepest_in_x(c)[1],
    "max_slope_per_e_fold": per_e_fold,
    "max_slope_per_decade": lambda c: per_e_fold(c) * np.log(10),
    "doubling_time": doubling,
    "lag": lag,
    "half_time": lambda c: reaches(c, 0.5),
    "half_point": lambda c: reaches(c, 0.5),
    "half_input": lambda c: reaches(c, 0.5),
    "v_half": lambda c: reaches(c, 0.5),
    "d50": lambda c: reaches(c, 0.5),
    "center": lambda c: reaches(c, 0.5),
    "ec50": lambda c: reaches(c, 0.5),
    "pec50": lambda c: -np.log10(reaches(c, 0.5)),
    "span": lambda c: float(c.upper - c.lower),
    "takeover_time": lambda c: abs(reaches(c, 0.9) - reaches(c, 0.1)),
    "linear_range": lambda c: abs(reaches(c, 0.9) - reaches(c, 0.1)),
    "dynamic_range": lambda c: abs(reaches(c, 0.9) - reaches(c, 0.1)),
    "width": lambda c: abs(reaches(c, 0.95) - reaches(c, 0.05)),
    "jnd": lambda c: 0.5 * abs(reaches(c, 0.75) - reaches(c, 0.25)),
    "threshold_slope": midpoint_slope,
    # the log odds of unfolding at no denaturant, in J/mol
    "stability": lambda c: (
        thermodynamics.GAS_CONSTANT * 298.15 * abs(np.log((c(0.0) - c.lower) / (c.upper - c(0.0))))
    ),
}
BLUNT = {"inflection": 2e-3, "lag": 2e-3}
"""A maximum found on values is known to the root of their precision."""
STEEPEST = {"inflection", "max_rate", "peak_rate", "gain", "max_slope", "lag"}


def steepest_at_zero(curve: og.Curve) -> bool:
    """Whether the curve is steepest at x = 0, where its slope may be infinite."""
    near, far = slope_at_tiny(curve, 1e-6), steepest_in_x(curve)[1]
    return curve.axis == "log" and abs(near) > abs(far)


def slope_at_tiny(curve: og.Curve, x: float) -> float:
    return float((curve(1.01 * x) - curve(0.99 * x)) / (0.02 * x))


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("field", FIELDS)
def test_every_quantity_is_true_of_the_curve(field: str, name: str, sign: float) -> None:
    model = models[name]
    curve = curve_of(model, sign)
    checked = 0
    for quantity in FIELDS[field].quantities_of(model):
        found = quantity.of(curve)
        checked += 1
        if quantity.name in STEEPEST and steepest_at_zero(curve):
            # at dose 0: no inflection, and no slope anywhere that is steeper than what is said
            assert np.isnan(found) or quantity.name == "lag" or abs(found) >= 0.99 * abs(slope_at_tiny(curve, 1e-9))
            continue
        # differences blunt the cusp of the slope of the softsign
        close = 1e-2 if name.startswith("softsign") else BLUNT.get(quantity.name, 1e-5)
        assert found == pytest.approx(ORACLES[quantity.name](curve), rel=close), quantity.name
    refused = [q.name for q in FIELDS[field].quantities if q.objection(model)]
    assert checked + len(refused) >= len(FIELDS[field].quantities) - 1


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("field", FIELDS)
def test_a_word_for_the_half_way_point_is_half_way(field: str, name: str) -> None:
    model, words = models[name], FIELDS[field]
    curve = curve_of(model)
    for word in words.words_of(model):
        if word.name in {"half_time", "half_input", "v_half", "d50", "center"}:
            assert curve.midpoint == pytest.approx(reaches(curve, 0.5), rel=1e-6)
        if word.name == "slope_factor":
            # a voltage of one slope factor multiplies the odds of being open by e
            odds = [(curve(v) - curve.lower) / (curve.upper - curve(v)) for v in (5.0, 5.0 + word.outside(1.7))]
            assert odds[1] / odds[0] == pytest.approx(np.e)


@pytest.mark.parametrize(
    ("field", "model", "quantity", "reason"),
    [
        ("growth", "gompertz-3", "doubling_time", r"no constant doubling time; use doubling_time_at\(t\)"),
        ("growth", "normal-4", "doubling_time", "no constant doubling time"),
        ("growth", "arctan-4", "doubling_time", "no constant doubling time"),
        ("growth", "log-logistic-3", "doubling_time", "begins as a power of time"),
        ("dose-response", "brain-cousens", "ec50", r"use effective_dose\(50\)"),
        ("dose-response", "brain-cousens", "pec50", r"use effective_dose\(50\)"),
        ("dose-response", "logistic-4", "pec50", "log dose already"),
        ("dose-response", "log-logistic-4", "max_slope", "use max_slope_per_e_fold"),
        ("dose-response", "logistic-4", "max_slope_per_e_fold", "use max_slope"),
    ],
)  # fmt: skip
def test_what_is_not_true_is_refused_with_the_reason(field: str, model: str, quantity: str, reason: str) -> None:
    with pytest.raises(NotTrueOfModelError, match=f"{quantity} is not defined for {model}: .*{reason}"):
        FIELDS[field].quantity(quantity, models[model])


@pytest.mark.parametrize(
    ("field", "model", "word"),
    [
        ("dose-response", "weibull-1", "hill"),
        ("activation", "normal-3", "slope_factor"),
        ("denaturation", "tanh-4", "m"),
    ],
)
def test_words_are_refused_too(field: str, model: str, word: str) -> None:
    with pytest.raises(NotTrueOfModelError, match=f"{word} is not defined for {model}"):
        models[model].with_options(vocabulary=FIELDS[field], fixed={word: 1.0})


# ---- On fits -----------------------------------------------------------------------------------------------------


def richards(asymmetry: float, rate: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    time = np.arange(0.0, 60.0, 2.0)
    return time, 100 * (1 + np.exp(-rate * (time - 20))) ** -asymmetry + 0.01 * np.sin(7 * time)


@pytest.mark.parametrize("asymmetry", [0.3, 0.5, 1.0, 2.0])
def test_the_doubling_time_of_richards_is_that_of_its_early_growth(asymmetry: float) -> None:
    # exp(asymmetry k t), the limit towards the past of N' / N: a closed form
    fit = og.growth.fit(*richards(asymmetry), model="richards")
    wanted = np.log(2) / (asymmetry * 0.5)
    assert fit.doubling_time == pytest.approx(wanted, rel=0.02)
    low, high = fit.interval("doubling_time")
    assert low < fit.doubling_time < high


def test_gompertz_has_a_doubling_time_at_each_time_only() -> None:
    time = np.arange(0.0, 40.0, 2.0)
    fit = og.growth.fit(time, 50 * np.exp(-np.exp(-0.2 * (time - 12))) + 0.02 * np.cos(5 * time), model="gompertz-3")
    assert not hasattr(fit, "doubling_time")
    with pytest.raises(ValueError, match="use doubling_time_at"):
        fit.interval("doubling_time")
    assert "doubling_time" not in fit.report()
    assert "doubling_time" not in fit.to_table()["parameter"]
    for t in (2.0, 10.0, 25.0):
        # the relative growth rate of Gompertz is k exp(-k (t - m))
        rate = fit.rate * np.exp(-fit.rate * (t - fit.params["midpoint"]))
        found = fit.doubling_time_at(t)
        assert found.value == pytest.approx(np.log(2) / rate, rel=1e-9)
        assert found.low < found.value < found.high
    profile = fit.doubling_time_at(10.0, method="profile")
    assert tuple(profile) == pytest.approx(tuple(fit.doubling_time_at(10.0)), rel=0.05)


def test_the_doubling_time_at_a_time_tends_to_the_doubling_time() -> None:
    fit = og.growth.fit(*richards(0.5), model="richards")
    assert fit.doubling_time_at(-40.0).value == pytest.approx(fit.doubling_time, rel=1e-9)


def test_functions_of_one_of_several_curves() -> None:
    time, size = richards(1.0)
    fit = og.growth.fit(np.tile(time, 2), np.concatenate([size, 2 * size]), by=np.repeat(["a", "b"], len(time)))
    with pytest.raises(ValueError, match="say group="):
        fit.doubling_time_at(3.0)
    assert fit.doubling_time_at(3.0, group="b").value == pytest.approx(
        np.log(2) * fit.curves["b"](3.0) / fit.curves["b"].derivative(3.0)
    )


def test_a_melt_takes_up_heat_whichever_way_the_signal_goes() -> None:
    kelvin = np.linspace(300, 360, 40)
    truth = og.Curve(
        og.sigmoid, lower=1.0, upper=2.0, midpoint=333.15, steepness=-4e5 / thermodynamics.GAS_CONSTANT,
        axis="reciprocal",
    )  # fmt: skip
    fit = thermodynamics.fit_melt(kelvin, truth(kelvin) + 1e-3 * np.sin(kelvin), baselines=False)
    assert fit.enthalpy == pytest.approx(4e5, rel=0.01)
    assert fit.entropy == pytest.approx(4e5 / 333.15, rel=0.01)
    low, high = fit.interval("enthalpy")
    assert 0 < low < fit.enthalpy < high
    assert "enthalpy" in fit.report()


def test_a_denaturant_unfolds_whichever_way_the_signal_goes() -> None:
    molar = np.linspace(0, 8, 30)
    truth = og.Curve(og.sigmoid, lower=10, upper=90, midpoint=3.9, steepness=-2.4)
    fit = thermodynamics.fit_denaturation(molar, truth(molar) + 0.1 * np.sin(5 * molar), model="logistic-4")
    thermal = thermodynamics.GAS_CONSTANT * 298.15
    assert (fit.m, fit.stability) == pytest.approx((2.4 * thermal, 2.4 * 3.9 * thermal), rel=0.01)


def test_adoption_without_imitation_is_fastest_at_launch() -> None:
    values = {"p": 0.1, "q": 0.04, "m": 500.0}
    found = {q.name: q.of(values) for q in diffusion.BASS.quantities}
    rate = diffusion.bass_curve(**values).derivative(np.linspace(0, 40, 4001))
    assert np.argmax(rate) == 0
    assert found == {"peak_time": 0.0, "peak_sales": pytest.approx(rate[0]), "adopted_at_peak": 0.0}


def test_objections_survive_pickling() -> None:
    fit = og.dose_response.fit([0.1, 0.3, 1, 3, 10, 30], [9.8, 9, 7.4, 4.6, 2.1, 1.4])
    fit = pickle.loads(pickle.dumps(fit))  # noqa: S301 - our own bytes
    with pytest.raises(NotTrueOfModelError, match="max_slope_per_e_fold"):
        _ = fit.max_slope
    assert fit.max_slope_per_decade == pytest.approx(np.log(10) * fit.max_slope_per_e_fold)
