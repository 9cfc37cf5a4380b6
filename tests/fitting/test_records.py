"""A fit is a record: it is copied, pickled, sent between processes and written to files, and stays the same fit."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import ogive as og

if TYPE_CHECKING:
    from collections.abc import Callable

DOSE = np.array([0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100])
RESPONSE = np.array([98.2, 97.5, 98.8, 99.1, 96.9, 88.0, 63.7, 31.1, 12.2, 6.9])


def denatured() -> og.Fit:
    urea = np.linspace(0, 8, 17)
    folded = np.tanh(urea - 4) / 2 + 0.5 + 0.01 * np.cos(9 * urea)
    return og.thermodynamics.fit_denaturation(urea, folded, temperature=303.15)


def grouped() -> og.Fit:
    dose, response = np.tile(DOSE, 2), np.concatenate([RESPONSE, RESPONSE[::-1] / 2])
    return og.fit("4pl", dose, response, by=np.repeat(["A", "B"], len(DOSE)), share=["upper"])


KINDS: dict[str, Callable[[], og.Fit]] = {
    "curve": lambda: og.fit("log-logistic-4", DOSE, RESPONSE),
    "field": lambda: og.dose_response.fit(DOSE, RESPONSE),
    "denaturation": denatured,
    "psychometric": lambda: og.psychophysics.fit([1, 2, 3, 4, 5, 6, 7], [10, 11, 13, 16, 18, 20, 20], [20] * 7),
    "groups": grouped,
    "formula": lambda: og.fit(
        og.Model.from_formula("a*x/(b+x)"), [1, 2, 4, 8], [1, 1.6, 2.2, 2.5], start={"a": 3, "b": 2}
    ),
    "regression": lambda: og.logistic_regression.fit({"x": [1, 2, 3, 4, 5, 6, 7, 8]}, [0, 0, 1, 0, 1, 0, 1, 1]),
    "counts": lambda: og.fit("log-logistic-2", [1, 2, 4, 8], [1, 4, 7, 9], trials=[10, 10, 10, 10]),
    "robust": lambda: og.fit("log-logistic-4", DOSE, RESPONSE, loss="huber"),
    "failed": lambda: og.fit("log-logistic-4", [1, 2, 3], [1, 2, 3]),
}


@pytest.fixture(params=KINDS, scope="module")
def fit(request: pytest.FixtureRequest) -> og.Fit:
    made = KINDS[request.param]()
    # what a fit remembers of itself goes with it, or is left behind, but does no harm
    made.report(), repr(made.params), repr(made.stderr)
    return made


def pickled(fit: og.Fit) -> og.Fit:
    again = pickle.loads(pickle.dumps(fit))  # noqa: S301 - written here
    assert isinstance(again, og.Fit)
    return again


def returned(fit: og.Fit) -> og.Fit:
    return fit


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, pickled],
                         ids=["copy", "deepcopy", "pickle"])  # fmt: skip
def test_a_fit_is_copied_and_pickled(fit: og.Fit, way: Callable[[og.Fit], og.Fit]) -> None:
    again = way(fit)
    assert again.report() == fit.report()
    assert again.to_json() == fit.to_json()
    assert again.status is fit.status


def test_fits_come_back_from_other_processes() -> None:
    fits = [make() for make in KINDS.values()]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for fit, again in zip(fits, pool.map(returned, fits), strict=True):
            assert again.report() == fit.report()


def test_json_keeps_field_status_errors_and_intervals(fit: og.Fit) -> None:
    text = fit.to_json()
    again = og.Fit.from_json(text)
    assert again.vocabulary.name == fit.vocabulary.name
    assert [w.name for w in again.vocabulary.words] == [w.name for w in fit.vocabulary.words]
    assert [q.name for q in again.vocabulary.quantities] == [q.name for q in fit.vocabulary.quantities]
    assert again.report() == fit.report()
    assert again.to_json() == text
    record = json.loads(text)
    assert record["status"] == str(fit.status)
    assert record["errors"] == fit.errors
    table = fit.to_table()
    for name in ("parameter", "estimate", "stderr", "low", "high", "status"):
        written = [value if not isinstance(value, str) or name in {"parameter", "status"} else float(value)
                   for value in record["estimates"][name]]  # fmt: skip
        np.testing.assert_array_equal(written, table[name])


# What a room upstairs returns has its type there.
RUNG = {"explain", "plot"}


def test_methods_return_typed_records() -> None:
    for name, member in inspect.getmembers(og.Fit):
        function: Any = getattr(member, "fget", None) or getattr(member, "func", None) or member
        if name.startswith("_") or name in RUNG or not inspect.isfunction(function):
            continue
        returns = str(function.__annotations__.get("return"))
        assert returns != "None", f"Fit.{name} does not say what it returns"
        assert "Any" not in returns, f"Fit.{name} returns {returns}"
