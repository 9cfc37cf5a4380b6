"""The table of models, their parameters, and the words of fields."""

from __future__ import annotations

import numpy as np
import pytest

import ogive as og
from ogive.models import Model, Quantity, Vocabulary, Word, models

NAMED_IN_THE_MANUAL = [
    *(f"{family}-{count}" for family in ("logistic", "log-logistic") for count in (2, 3, 4, 5)),
    "gompertz", "weibull-1", "weibull-2", "log-normal", "richards", "probit", "michaelis-menten", "brain-cousens",
    "two-state", "psychometric", "dose-response",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMED_IN_THE_MANUAL)
def test_every_named_model_is_there(name: str) -> None:
    assert name in models
    assert models[name].free


@pytest.mark.parametrize(
    ("name", "free"),
    [
        ("log-logistic-2", ("midpoint", "steepness")),
        ("log-logistic-3", ("upper", "midpoint", "steepness")),
        ("logistic-4", ("lower", "upper", "midpoint", "steepness")),
        ("logistic-5", ("lower", "upper", "midpoint", "steepness", "asymmetry")),
        ("richards", ("upper", "midpoint", "steepness", "asymmetry")),
        ("michaelis-menten", ("upper", "midpoint")),
        ("brain-cousens", ("lower", "upper", "midpoint", "steepness", "upper_slope")),
    ],
)
def test_free_parameters(name: str, free: tuple[str, ...]) -> None:
    assert models[name].free == free


def test_an_unknown_model_suggests_the_nearest() -> None:
    with pytest.raises(KeyError, match="did you mean 'log-logistic-4'"):
        models["log-logistc-4"]


def test_options_fix_free_and_bound() -> None:
    model = models["log-logistic-3"].with_options(fixed={"lower": None, "steepness": -1}, bounds={"upper": (0, 2)})
    assert model.free == ("lower", "upper", "midpoint")
    assert model.bounds == {"upper": (0, 2)}
    freed = models["logistic-4"].with_options(fixed={"asymmetry": None, "upper_slope": None})
    assert {"asymmetry", "upper_slope"} <= set(freed.free)


WORDS = Vocabulary(
    "test",
    words=(Word("lapse", "upper", lambda v: 1 - v, lambda v: 1 - v), Word("threshold", "midpoint")),
    quantities=(Quantity("double", lambda curve: 2 * curve.midpoint, "twice the threshold"),),
)


def test_words_translate_values_and_turn_limits() -> None:
    model = models["psychometric"].with_options(vocabulary=WORDS, fixed={"lapse": 0.02})
    assert model.fixed["upper"] == pytest.approx(0.98)
    turned = models["psychometric"].with_options(vocabulary=WORDS, bounds={"lapse": (0.0, 0.1)})
    assert turned.bounds["upper"] == pytest.approx((0.9, 1.0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: models["logistic-4"].with_options(fixed={"midpiont": 1}), "did you mean 'midpoint'"),
        (lambda: Model("none"), "either a shape or a formula"),
        (lambda: Model("x", shape="sigmoid", bounds={"lower": (2, 1)}), "low < high"),
        (lambda: Model("x", shape="sigmoid", axis="ln"), "axis must be one of"),
    ],
)
def test_mistakes_are_explained(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]


# ---- Formulas ----------------------------------------------------------------------------------------------------


def test_a_formula_finds_its_parameters_in_order() -> None:
    model = Model.from_formula("b1/(1+exp(b2-b3*x))")
    assert model.parameters == ("b1", "b2", "b3")
    assert model.formula is not None
    assert model.formula.linear == (0,)


def test_derivatives_of_a_formula_are_those_of_its_value() -> None:
    mean = Model.from_formula("a*x^b + sigmoid(c*x)*exp(-a)").mean
    place, p, step = mean.place([0.5, 1.5, 3.0]), np.array([0.7, 1.3, 0.4]), 1e-5
    _, columns = mean.value_and_jacobian(p, place, [0, 1, 2])
    second = mean.hessian(p, place, [0, 1, 2])
    for k in range(3):
        shift = step * np.eye(3)[k]
        near = mean.value_and_jacobian(p + shift, place, [0, 1, 2])
        far = mean.value_and_jacobian(p - shift, place, [0, 1, 2])
        np.testing.assert_allclose(columns[k], (near[0] - far[0]) / (2 * step), rtol=1e-8)
        for j in range(k, 3):
            np.testing.assert_allclose(second[k, j], (near[1][j] - far[1][j]) / (2 * step), rtol=1e-7, atol=1e-9)


def test_names_with_digits_and_declared_letters() -> None:
    assert Model.from_formula("Vmax*x/(K1+x)").parameters == ("Vmax", "K1")
    assert Model.from_formula("c+(d-c)/(1+exp(b*(log(x)-log(e))))", parameters=("b", "c", "d", "e")).free == (
        "b", "c", "d", "e",
    )  # fmt: skip
    assert Model.from_formula("2e3*a*t", variable="t").parameters == ("a",)


@pytest.mark.parametrize("text", ["x+1", "a*(x", "__import__('os')", "a*unknown(x)"])
def test_formulas_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Model.from_formula(text)


def test_a_formula_without_a_start_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match=r"needs a start for every parameter: start=.'b'"):
        og.fit(Model.from_formula("a*exp(b*x)"), [1, 2, 3], [1, 2, 4], start={"a": 1.0})
