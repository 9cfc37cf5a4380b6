"""``ogive fit``: what it prints, what it writes, and what it says about a user's mistakes."""

from __future__ import annotations

import json
import re
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


SAMPLES = "sample,od,dilution,nominal\nA,0.50,1,50\nA,0.52,1,50\nB,1.25,10,\nC,NA,1,\n"


def test_unknowns_are_read_printed_and_written(run: Run, tmp_path: Path) -> None:
    samples = tmp_path / "samples.csv"
    samples.write_text(SAMPLES, encoding="utf-8")
    asked = ("fit", str(DATA / "elisa_standard.csv"), "--x", "conc", "--y", "od", "--unknowns", str(samples))
    result = run(*asked, "-o", str(tmp_path / "out"))
    assert result.status == 0
    assert "unknowns\nsample  response" in result.out
    assert re.search(r"A +0\.51  2 .* 91\.4 %  ok\n", result.out)
    rows = (tmp_path / "out" / "unknowns.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("label,response,replicates,dilution,estimate")
    assert [row.split(",")[0] for row in rows[1:]] == ["A", "B", "C"]
    assert rows[3].count("no response") == 1
    record = json.loads(run(*asked, "--format", "json").out)
    assert record["unknowns"]["high"][1] == "inf"
    assert record["unknowns"]["low"][1] == pytest.approx(6114.6, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sample,absorbance\nA,0.5\n", "needs a column 'od' of responses"),
        ("sample,od\nA,low\n", "row 1 of od holds 'low', which is no number"),
        ("sample,od,dilution\nA,0.5,0\n", "a dilution must be positive"),
    ],
)
def test_mistakes_in_unknowns_are_explained(run: Run, tmp_path: Path, text: str, message: str) -> None:
    samples = tmp_path / "samples.csv"
    samples.write_text(text, encoding="utf-8")
    standards = str(DATA / "elisa_standard.csv")
    result = run("fit", standards, "--x", "conc", "--y", "od", "--unknowns", str(samples))
    assert result.status == 2
    assert message in result.err


def test_unknowns_of_groups_are_read_from_their_own_curve(run: Run, tmp_path: Path) -> None:
    doses = [0.1, 0.3, 1, 3, 10, 30, 100, 300]
    lines = [
        f"{d},{top * d / (d + 3) + 0.01 * (-1) ** k},{plate}"
        for plate, top in (("p1", 1), ("p2", 2))
        for k, d in enumerate(doses)
    ]
    standards, samples = tmp_path / "standards.csv", tmp_path / "samples.csv"
    standards.write_text("dose,od,plate\n" + "\n".join(lines) + "\n", encoding="utf-8")
    samples.write_text("od,plate\n0.5,p2\n0.5,p1\n", encoding="utf-8")
    asked = ("fit", str(standards), "--x", "dose", "--y", "od", "--by", "plate", "--unknowns")
    result = run(*asked, str(samples), "-m", "log-logistic-3")
    assert "unknowns of p2" in result.out
    assert "unknowns of p1" in result.out
    samples.write_text("od,plate\n0.5,p3\n", encoding="utf-8")
    assert "names 'p3' in plate" in run(*asked, str(samples)).err
