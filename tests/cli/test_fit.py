"""``ogive fit``: what it prints, what it writes, and what it says about a user's mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.reference_sets import DATA

import ogive as og

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

RYEGRASS = str(DATA / "drc_ryegrass.csv")


def test_the_report_is_printed(run: Run) -> None:
    result = run("fit", RYEGRASS, "--x", "conc", "--y", "rootl")
    assert result.status == 0
    assert result.out.startswith("log-logistic-4: rootl against conc")
    assert "midpoint      3.058" in result.out


def test_everything_is_written(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    result = run("fit", RYEGRASS, "--x", "conc", "--y", "rootl", "-o", str(folder))
    assert result.status == 0
    assert "wrote" in result.err
    names = {path.name for path in folder.iterdir()}
    assert names == {"report.md", "report.html", "table.csv", "fit.json", "curve.png", "curve.svg"}
    again = og.Fit.from_json((folder / "fit.json").read_text(encoding="utf-8"))
    assert again.params["midpoint"] == pytest.approx(3.0579551693, rel=1e-9)
    assert (folder / "table.csv").read_text(encoding="utf-8").startswith("parameter,group,estimate")


def test_groups_fixed_values_and_formats(run: Run) -> None:
    result = run(
        "fit", str(DATA / "drc_s_alba.csv"), "--x", "Dose", "--y", "DryMatter", "--by", "Herbicide",
        "--share", "upper",
        "--fix", "lower=0", "--format", "markdown",
    )  # fmt: skip
    assert result.status == 0
    assert "| midpoint:Bentazone |" in result.out
    assert "| lower | 0 | fixed |" in result.out


def test_a_formula(run: Run) -> None:
    result = run(
        "fit", str(DATA / "nist_misra1a.csv"), "--x", "x", "--y", "y", "--formula", "b1*(1-exp(-b2*x))",
        "--start", "b1=500",
        "--start", "b2=0.0001",
    )  # fmt: skip
    assert result.status == 0
    assert "238.9" in result.out


def test_standard_input_and_json(run: Run) -> None:
    result = run("fit", "-", "--x", "t", "--y", "n", "--model", "logistic-2", "--format", "json",
                       stdin=b"t,n\n1,0.1\n2,0.4\n3,0.8\n4,0.9\n")  # fmt: skip
    assert result.status == 0
    assert og.Fit.from_json(result.out).n == 4


def test_data_that_allow_no_fit_leave_with_status_1(run: Run) -> None:
    result = run("fit", "-", "--x", "x", "--y", "y", stdin=b"x,y\n1,2\n1,3\n1,4\n1,5\n")
    assert result.status == 1
    assert "all values of x are equal" in result.out.lower()


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        (["--x", "dosis", "--y", "y"], "dose,y\n1,2\n", "did you mean 'dose'"),
        (["--x", "x", "--y", "y"], "x,y\n1,2\n2,high\n", "row 2 holds 'high'"),
        (["--x", "x", "--y", "y"], "x,y\n1,2,3\n", "row 1 has 3 cells"),
        (["--x", "x", "--y", "y"], "x,y\n", "holds no table"),
        (["--x", "x", "--y", "y", "-m", "log-logistc-4"], "x,y\n1,2\n", "did you mean 'log-logistic-4'"),
        (["--x", "x", "--y", "y", "--fix", "lower"], "x,y\n1,2\n", "wants PARAMETER=VALUE"),
        (["--x", "x", "--y", "y", "--bound", "lower=1"], "x,y\n1,2\n", "wants LOW:HIGH"),
        (["--x", "x", "--y", "y", "--formula", "a*(x"], "x,y\n1,2\n", "a*(x"),
    ],
)
def test_mistakes_are_explained_in_one_line(run: Run, arguments: list[str], text: str, message: str) -> None:
    result = run("fit", "-", *arguments, stdin=text.encode())
    assert result.status == 2
    assert message in result.err
    assert "Traceback" not in result.err
