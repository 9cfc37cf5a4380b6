"""Reports, byte for byte: the golden files are what the reports said when they were last read by a person.

``OGIVE_GOLDEN=write pytest tests/fitting/test_report.py`` writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.reference_sets import read_table

import ogive as og
from ogive.fitting.faces.report import number

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "fits"
SUFFIX = {"text": "txt", "markdown": "md", "html": "html"}
NOISE = [1.04, 0.97, 1.08, 1.02, 0.95, 1.01, 1.06, 0.93, 1.0, 0.98]


def ryegrass() -> og.Fit:
    return og.fit("log-logistic-4", "conc", "rootl", data=read_table("drc_ryegrass"))


def groups() -> og.Fit:
    return og.fit(
        "log-logistic-4", "Dose", "DryMatter", data=read_table("drc_s_alba"), by="Herbicide",
        share=["lower", "upper"],
        errors="observed",
    )  # fmt: skip


def flat() -> og.Fit:
    return og.fit("log-logistic-4", np.geomspace(0.01, 100, 10), NOISE)


def failed() -> og.Fit:
    return og.fit("logistic-4", [2, 2, 2, 2, 2], [1, 2, 3, 4, 5])


def growing() -> og.Fit:
    table = read_table("uspop_1790_2000")
    return og.growth.fit("year", "population", data=table)


def counts() -> og.Fit:
    table = read_table("budworm")
    return og.fit("logit", "ldose", "numdead", data=table, trials="n", by="sex", share=["steepness"])


MADE = (ryegrass, groups, flat, failed, growing, counts)


@pytest.mark.parametrize("form", SUFFIX)
@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_reports_are_golden(make: Any, form: str) -> None:
    path = GOLDEN / f"{make.__name__}.{SUFFIX[form]}"
    said = make().report(form)
    if os.environ.get("OGIVE_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8")
    assert said == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (3.0579551, 0.1858289, "3.058"),
        (1234567.8, 4321.0, "1.23457e+06"),
        (1e-9, 2e-11, "1.000e-09"),
        (5.0, float("nan"), "5"),
        (float("inf"), 1.0, "∞"),
        (float("nan"), 1.0, "-"),
    ],
)
def test_numbers_have_the_digits_that_their_errors_leave(value: float, error: float, text: str) -> None:
    shown = number(value, error)
    assert shown == text or (error < 1e-9 and float(shown) == pytest.approx(value, rel=1e-3)) or value > 1e6


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="format must be one of text, markdown, html"):
        flat().report("pdf")


def test_html_is_escaped() -> None:
    fit = og.fit("logistic-2", "a<b", "y", data={"a<b": [1, 2, 3, 4], "y": [0.1, 0.4, 0.6, 0.95]})
    assert "a&lt;b" in fit.report("html")
    assert "a<b" not in fit.report("html")


def test_pictures_show_every_group_and_take_axes() -> None:
    from matplotlib.figure import Figure

    axes = groups().plot()
    assert [axis.get_ylabel() for axis in axes] == ["DryMatter", "slope"]
    assert len(axes[0].get_legend().get_texts()) == 2
    own = Figure().subplots()
    assert ryegrass().plot(ax=own, slope=False) == (own,)
    assert failed().plot()
