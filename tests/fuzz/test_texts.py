"""Texts that somebody else may have written are read or refused with a sentence: a short fuzz, and what it found."""

from __future__ import annotations

import json

import numpy as np
import pytest
from fuzz import texts

import ogive as og
from ogive.explaining import check
from ogive.expressions import ExpressionError, parse

QUIET = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numbers that no fit writes overflow


def test_a_changed_fit_is_refused_whatever_was_changed() -> None:
    """Only what means the same is read: another spelling of a number, a space."""
    said = [json.loads(fit.to_json()) for fit in texts.fits()]
    refused = 0
    for text in texts.of_fits(210, seed=1, forge=False):
        try:
            og.Fit.from_json(text)
        except ValueError:
            refused += 1
        else:
            assert json.loads(text) in said
    assert refused > 190


@QUIET
def test_a_forged_fit_is_refused_or_can_be_asked() -> None:
    found = texts.fuzz(texts.read_and_asked, texts.of_fits(210, seed=2, forge=True), longest=np.inf)
    assert found["faults"] == 0
    assert found["refused"] > 100
    assert found["read"] > 50  # what the report says of the fit may be anything: it is not read


def forge(path: tuple[object, ...], value: object, of: int = 0) -> str:
    record = json.loads(texts.fits()[of].to_json())
    return texts.forged(texts.changed(record, path, lambda inner, key: inner.__setitem__(key, value)))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("data", "y", 0), "x", "data.y should be a number, not 'x'"),
        (("data", "y", 0), 12.0, "solution.half_deviance should be"),
        (("data", "group", 0), 1, "data.group should be a whole number from 0 to 0, not 1"),
        (("data", "group"), [0], "data.group should be a list of 6"),
        (("data", "trials"), [1.0] * 6, None),
        (("solution", "theta"), [1.0], "solution.theta should be a list of 4"),
        (("solution", "converged"), 1, "solution.converged should be true or false"),
        (("solution", "steps"), -1, "solution.steps should be a whole number"),
        (("layout", "slots", 0, 1), 0, "layout should be that of log-logistic-4 for these groups"),
        (("layout", "constants", 0), 2.0, "layout.constants should be what the model holds"),
        (("model", "shape"), "sigmoids", "model.shape should be the name of a shape"),
        (("model", "formula"), ["a*x"], "model.formula should be a list of 3"),
        (("likelihood", "loss"), "cubes", "likelihood.loss should be one of squares, huber, tukey"),
        (("errors",), "none", "errors should be one of expected, observed, sandwich"),
        (("known_dispersion",), 0, "known_dispersion should be above 0"),
        (("model",), None, "model should be an object"),
    ],
)
def test_what_is_wrong_with_a_fit_is_said_with_its_place(path: tuple[object, ...], value: object, said: str) -> None:
    if said is None:
        assert og.Fit.from_json(forge(path, value)).n == 6
        return
    with pytest.raises(ValueError, match="this fit is damaged") as no:
        og.Fit.from_json(forge(path, value))
    assert said in str(no.value)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 100_000, '{"format": "ogive-fit-1"}', '{"a": NaN'])
def test_what_is_no_fit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a fit|Expecting|column"):
        og.Fit.from_json(text)


def test_derivations_are_read_or_refused() -> None:
    found = texts.fuzz(check, texts.of_derivations(40, seed=1), longest=np.inf)
    assert found["faults"] == 0
    assert found["refused"] > 20


def test_scores_are_read_or_refused() -> None:
    found = texts.fuzz(texts.read_scores, texts.of_scores(300, seed=1), longest=np.inf)
    assert found["faults"] == 0
    assert found["refused"] > 100


def test_formulas_are_read_or_refused() -> None:
    found = texts.fuzz(parse, texts.of_formulas(1500, seed=1), longest=np.inf)
    assert found["faults"] == 0
    assert found["read"] > 150


@pytest.mark.parametrize("text", ["if'z<0,a,b)", "diff'", "limit'(x,x,0)"])
def test_what_the_fuzz_found(text: str) -> None:
    with pytest.raises(ExpressionError, match="takes its parts in parentheses"):
        parse(text)
