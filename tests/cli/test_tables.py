"""Tables as people have them, at the command line: what was once lost, joined or refused, each a test.

The tables in ``tests/data/tables`` are our own, made to show one fault each; ``na``, ``cp1252_mu``,
``semicolon_comma`` and ``prism_wide`` are written as R, old Windows, European spreadsheets and Prism write.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from support.reference_sets import DATA

import ogive as og
from ogive.cli import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

TABLES = DATA / "tables"
ASKED = ("--x", "dose", "--y", "response")

DOSES = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]


def responses(midpoint: float) -> list[float]:
    return [round(float(100 / (1 + d / midpoint) + 0.7 * (-1) ** k), 3) for k, d in enumerate(DOSES)]


def fitted(run: Run, *arguments: str, status: int = 0, stdin: bytes = b"") -> dict[str, Any]:
    """Return the JSON of a fit, and what was said, under "said"."""
    result = run("fit", *arguments, "--format", "json", stdin=stdin)
    assert result.status == status, result.err
    return json.loads(result.out) | {"said": result.err, "fit": og.Fit.from_json(result.out)}


# ---- Rows that were lost or joined -------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "groups"), [("hash-ids", ("A", "#12", "C")), ("newline-ids", ("A\nx", "Ax", "B"))])
def test_no_label_is_a_comment_nor_joined_with_another(run: Run, name: str, groups: tuple[str, ...]) -> None:
    found = fitted(run, str(TABLES / f"{name}.csv"), *ASKED, "--by", "drug")["fit"]
    assert found.groups == groups
    assert found.n == 48


def test_lines_before_the_header_are_comments_and_are_said_to_be(run: Run) -> None:
    result = run("fit", str(DATA / "drc_ryegrass.csv"), "--x", "conc", "--y", "rootl")
    assert "3 lines of comment passed over" in result.err


def test_a_header_that_begins_with_the_sign_of_comments_is_a_header(run: Run) -> None:
    lines = [f"{d},{y}" for d, y in zip(DOSES, responses(1), strict=True)]
    for header in ("# dose,response", "#dose,response"):
        text = "\n".join(["# made by savetxt", header, *lines]).encode()
        assert fitted(run, "-", *ASKED, stdin=text)["fit"].n == 8
    text = "\n".join(["#dose,response", *lines]).encode()
    assert fitted(run, "-", "--x", "#dose", "--y", "response", stdin=text)["fit"].n == 8


def test_comments_are_a_choice(run: Run) -> None:
    lines = [f"{d},{y}" for d, y in zip(DOSES, responses(1), strict=True)]
    text = "\n".join(["dose,response", *lines[:4], "% washed here", *lines[4:]]).encode()
    assert run("fit", "-", *ASKED, stdin=text).status == 2
    found = fitted(run, "-", *ASKED, "--comment", "%", stdin=text)
    assert found["fit"].n == 8
    assert "1 lines of comment" in found["read"]


def test_two_columns_of_one_name_are_refused_by_every_command(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    file = str(TABLES / "dup-header.csv")
    for result in (
        run("fit", file, *ASKED),
        run("screen", file, *ASKED, "-o", str(tmp_path / "fits.csv")),
        run("eval", "sigmoid", file, "-c", "dose"),
    ):
        assert result.status == 2
        assert re.search(r"2 columns called 'dose'|columns 1, 2 are all called 'dose'", result.err)
    assert run("eval", "sigmoid", file, "-c", "2").status == 0


def test_a_stray_quote_swallows_nothing(run: Run) -> None:
    result = run("eval", "sigmoid", str(TABLES / "stray-quote-header.csv"), "-c", "x")
    assert result.status == 0
    assert result.out.splitlines()[1].startswith('1",2,0,0.8807970779778824,')  # sigmoid(2)


@pytest.mark.parametrize("command", ["fit", "screen", "eval"])
def test_a_quote_that_is_never_closed_is_named(run: Run, command: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "open.csv"
    path.write_text('drug,dose,response\nA,1,2\n"B,2,3\nC,3,4\n')
    more = {"fit": ASKED, "screen": (*ASKED, "-o", str(tmp_path / "fits.csv"))}
    arguments = ("sigmoid", str(path), "-c", "dose") if command == "eval" else (str(path), *more[command])
    result = run(command, *arguments)
    assert result.status == 2
    assert "opens a quote" in result.err


# ---- Numbers as people write them --------------------------------------------------------------------------------


def test_missing_values_are_left_out_counted_and_said(run: Run) -> None:
    found = fitted(run, str(TABLES / "na.csv"), *ASKED, "-m", "log-logistic-3")
    assert (found["fit"].n, found["fit"].data.missing) == (4, 3)
    assert "3 of 14 cells hold no number: rows 2, 5 and 7" in found["said"]
    assert "3 of 14 cells hold no number: rows 2, 5 and 7" in found["read"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_screen_counts_what_is_missing_and_says_where_it_begins(run: Run, kind: str, tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = TABLES / "na.csv"
    if kind == "parquet":
        path = tmp_path / "na.parquet"
        columns = {
            "dose": [0.001, 0.01, 0.1, 1, 10, 100, None],
            "response": [99, None, 88, 52, float("nan"), 4, 50.0],
        }
        parquet.write_table(arrow.table(columns), path)
    result = run("screen", str(path), *ASKED, "-o", str(tmp_path / "fits.csv"))
    assert result.status == 0
    assert "3 of 14 cells hold no number (the first is in row 2)" in result.err


def test_a_word_for_a_missing_value_is_named_and_others_are_refused(run: Run) -> None:
    lines = [f"{d},{y}" for d, y in zip(DOSES, responses(1), strict=True)]
    text = "\n".join(["dose,response", *lines, "40,saturated"]).encode()
    refused = run("fit", "-", *ASKED, stdin=text)
    assert refused.status == 2
    assert "row 9 holds 'saturated'" in refused.err
    assert "--missing saturated" in refused.err
    assert fitted(run, "-", *ASKED, "--missing", "saturated", stdin=text)["fit"].n == 8


def test_a_word_for_a_missing_value_leaves_the_new_cells_empty(run: Run) -> None:
    result = run("eval", "sigmoid", "-", "--missing", "none", "--missing", "-1", stdin=b"x\n0\nnone\n-1\n")
    assert (result.status, result.err) == (0, "")
    assert result.out == "x,value,slope\n0,0.5,0.25\nnone,,\n-1,,\n"


@pytest.mark.parametrize("text", ["1_0", "0x10", "1,000", "1.5.2", "१०", "1e5.2", "--1"])
def test_what_other_programs_do_not_read_as_a_number_is_none(run: Run, text: str) -> None:
    result = run("fit", "-", *ASKED, stdin=f'dose;response\n1.5;2\n2;"{text}"\n3;4\n'.encode())
    assert result.status == 2
    assert "row 2 holds" in result.err


def test_semicolons_and_decimal_commas_are_found_and_said(run: Run) -> None:
    found = fitted(run, str(TABLES / "semicolon_comma.csv"), *ASKED)
    np.testing.assert_array_equal(found["fit"].data.x, [0.001, 0.01, 0.1, 1, 10, 100])
    assert "read as semicolon-separated, decimal comma; 6 rows" in found["said"]
    given = fitted(run, str(TABLES / "semicolon_comma.csv"), *ASKED, "--delimiter", ";", "--decimal", ",")
    assert given["fit"].params == found["fit"].params
    wrong = run("fit", str(TABLES / "semicolon_comma.csv"), *ASKED, "--decimal", ".")
    assert wrong.status == 2
    assert "row 1 holds '0,001'" in wrong.err


def test_grouped_digits_between_commas_are_no_decimal_commas(run: Run) -> None:
    result = run("fit", "-", *ASKED, stdin=b'dose,response\n"1,204",3\n"2,408",4\n"4,816",5\n')
    assert result.status == 2
    assert "row 1 holds '1,204'" in result.err


@pytest.mark.parametrize("kind", ["tab", "utf-16", "utf-16-le", "cp1252", "utf-8-sig", "gzip", "zstd", "cr"])
def test_text_is_read_however_it_is_written(run: Run, kind: str, tmp_path: Path) -> None:
    lines = ["Conc (µM),response", *(f"{d},{y}" for d, y in zip(DOSES, responses(1), strict=True))]
    text = ("\r" if kind == "cr" else "\n").join(lines)
    encoding = kind if kind.startswith(("utf", "cp")) else "utf-8"
    content = text.replace(",", "\t" if kind == "tab" else ",").encode(encoding)
    if kind == "gzip":
        content = gzip.compress(content)
    if kind == "zstd":
        content = pytest.importorskip("pyarrow").compress(content, codec="zstd", asbytes=True)
    path = tmp_path / "table.txt"
    path.write_bytes(content)
    asked = (str(path), "--x", "Conc (µM)", "--y", "response")
    found = fitted(run, *asked)["fit"]
    alone = og.fit("log-logistic-4", DOSES, responses(1))
    assert found.params == alone.params
    assert run("eval", "sigmoid", str(path), "-c", "Conc (µM)", "-o", str(tmp_path / "out")).status == 0
    pytest.importorskip("pyarrow")
    result = run("screen", *asked, "-o", str(tmp_path / "fits.csv"))
    assert result.status == 0
    assert "1 curves from 8 rows" in result.out


def test_an_encoding_can_be_given_and_a_wrong_one_is_a_sentence(run: Run) -> None:
    file = str(TABLES / "latin1-ids.csv")
    found = fitted(run, file, *ASKED, "--by", "drug")
    assert found["fit"].groups == ("é", "B")
    assert "in cp1252" in found["said"]
    assert fitted(run, file, *ASKED, "--by", "drug", "--encoding", "latin-1")["fit"].groups == ("é", "B")
    for name, message in (("utf-8", "is not in utf-8"), ("klingon", "there is no encoding 'klingon'")):
        refused = run("fit", file, *ASKED, "--by", "drug", "--encoding", name)
        assert refused.status == 2
        assert message in refused.err


@pytest.mark.parametrize("kind", ["parquet", "feather", "xlsx"])
def test_tables_that_are_no_text_are_read_by_every_command(run: Run, kind: str, tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    path = tmp_path / f"table.{kind}"
    columns = {"dose": [*DOSES, None], "response": [*responses(1), 3.0]}
    if kind == "parquet":
        pytest.importorskip("pyarrow.parquet").write_table(arrow.table(columns), path)
    elif kind == "feather":
        pytest.importorskip("pyarrow.feather").write_feather(arrow.table(columns), str(path))
    else:
        book = pytest.importorskip("openpyxl").Workbook()
        for row in [tuple(columns), *zip(*columns.values(), strict=True)]:
            book.active.append(row)
        book.save(path)
    found = fitted(run, str(path), *ASKED)
    assert found["fit"].params == og.fit("log-logistic-4", DOSES, responses(1)).params
    assert "1 of 18 cells holds no number: row 9" in found["said"]
    added = run("eval", "sigmoid", str(path), "-c", "dose")
    # a workbook knows no difference between 1 and 1.0
    assert (
        added.out.splitlines()[5].replace("1,50", "1.0,50")
        == f"1.0,{responses(1)[4]},0.7310585786300049,0.19661193324148185"
    )  # sigmoid(1)
    assert run("screen", str(path), *ASKED, "-o", str(tmp_path / "fits.csv")).status == 0


def test_what_is_no_table_is_a_sentence(run: Run, tmp_path: Path) -> None:
    for content, message in (
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is no text"),
        (b"PAR1 but nothing else", "Parquet file that can be read|need pyarrow"),
        (b"PK\x03\x04 and nothing else", "workbook that can be read|need openpyxl"),
        (b"\x1f\x8b\x08 and nothing else", "cannot be decompressed by gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a workbook", "of the old kind"),
        (b"dose,response\n", "a header and at least one row"),
        (b"dose,response\n1,2\n3\n", "row 2 has 1 cells, but the header names 2 columns"),
    ):
        path = tmp_path / "table"
        path.write_bytes(content)
        result = run("fit", str(path), *ASKED)
        assert result.status == 2, content
        assert re.search(message, result.err), result.err
        assert "Traceback" not in result.err


# ---- Labels ------------------------------------------------------------------------------------------------------


def test_rows_without_a_label_are_left_out_and_said(run: Run, tmp_path: Path) -> None:
    said = r"16 rows have no value in drug \((rows 1, 2, 3, 4, 5 and 11 more|the first is row 1)\)"
    file = str(TABLES / "blank-group.csv")
    found = fitted(run, file, *ASKED, "--by", "drug", status=1)
    assert found["fit"].groups == ("B",)
    assert re.search(said, found["said"])
    pytest.importorskip("pyarrow")
    result = run("screen", file, *ASKED, "--by", "drug", "-o", str(tmp_path / "fits.csv"))
    assert result.status == 1
    assert re.search(said, result.err)
    assert "1 curves" in result.out


def test_a_column_that_looks_numeric_at_first_may_hold_text_later(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path, fits = tmp_path / "screen.csv", tmp_path / "fits.csv"
    lines = ["well,dose,response"]
    for well in [*range(12_000), "A12"]:  # more than a block of Arrow's reader
        count = 1 if isinstance(well, int) else 8
        lines += [f"{well:>80},{d},{y}" for d, y in zip(DOSES[:count], responses(1), strict=False)]
    path.write_text("\n".join(lines))
    result = run("screen", str(path), *ASKED, "--by", "well", "-o", str(fits))
    assert result.status == 0, result.err
    assert "12,001 curves" in result.out


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_labels_that_look_like_numbers_keep_their_spelling_and_their_points(
    run: Run, kind: str, tmp_path: Path
) -> None:
    """Fits in CSV were read again for the page with 001 as 1, and no curve of the gallery had points."""
    parquet = pytest.importorskip("pyarrow.parquet")
    path, fits, page = tmp_path / "screen.csv", tmp_path / f"fits.{kind}", tmp_path / "page.html"
    lines = [
        f"{well},{d},{y}" for well in ("001", "01", "1", "1.0") for d, y in zip(DOSES, responses(1), strict=True)
    ]
    path.write_text("\n".join(["well,dose,response", *lines]))
    assert run("screen", str(path), *ASKED, "--by", "well", "-o", str(fits), "--page", str(page)).status == 0
    assert page.read_text(encoding="utf-8").count('class="dot"') == 32
    if kind == "parquet":
        assert parquet.read_table(fits)["well"].to_pylist() == ["001", "01", "1", "1.0"]
    else:
        assert [line.split(",")[0] for line in fits.read_text().splitlines()[1:]] == ['"001"', '"01"', '"1"', '"1.0"']


# ---- Layouts -----------------------------------------------------------------------------------------------------


def test_replicates_under_one_header_are_refused_or_taken_as_asked(run: Run, tmp_path: Path) -> None:
    asked = (str(TABLES / "prism_wide.csv"), "--x", "Conc (uM)", "--y", "Drug A")
    refused = run("fit", *asked)
    assert refused.status == 2
    assert "3 columns called 'Drug A': say --replicates" in refused.err
    found = fitted(run, *asked, "--replicates")
    assert found["fit"].n == 18
    assert "3 columns of 1 name read as replicates" in found["said"]
    pytest.importorskip("pyarrow")
    fits = tmp_path / "fits.csv"
    assert run("screen", *asked, "--replicates", "-o", str(fits)).status == 0
    midpoint = np.genfromtxt(fits, delimiter=",", names=True, dtype=None, encoding="utf-8")["midpoint"]
    assert float(midpoint) == pytest.approx(found["fit"].params["midpoint"], rel=1e-9)


LONG = [("A", d, y) for d, y in zip(DOSES, responses(1), strict=True)]
LONG += [("B", d, y) for d, y in zip(DOSES, responses(5), strict=True)]


def layouts() -> dict[str, tuple[str, tuple[str, ...]]]:
    a, b = responses(1), responses(5)
    rows = [f"{d},{p},{q}" for d, p, q in zip(DOSES, a, b, strict=True)]
    wide = [",".join(map(str, ["A", *a])), ",".join(map(str, ["B", *b]))]
    return {
        "long": ("drug,dose,y\n" + "\n".join(f"{k},{d},{y}" for k, d, y in LONG),
                 ("--x", "dose", "--y", "y", "--by", "drug")),
        "columns": ("dose,A,B\n" + "\n".join(rows), ("--x", "dose", "--y", "A", "--y", "B")),
        "pattern": ("dose,A,B\n" + "\n".join(rows), ("--x", "dose", "--y", "*")),
        "rows": ("drug," + ",".join(f"{d:g} uM" for d in DOSES) + "\n" + "\n".join(wide),
                 ("--layout", "rows", "--y", "*", "--by", "drug")),
    }  # fmt: skip


@pytest.mark.parametrize("layout", layouts())
def test_every_layout_gives_the_same_curves(run: Run, layout: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    text, asked = layouts()[layout]
    path, fits = tmp_path / "table.csv", tmp_path / "fits.csv"
    path.write_text(text)
    found = fitted(run, str(path), *asked)["fit"]
    assert found.groups == ("A", "B")
    assert run("screen", str(path), *asked, "-o", str(fits)).status == 0
    table = np.genfromtxt(fits, delimiter=",", names=True, dtype=None, encoding="utf-8")
    right = og.fit_many(
        "log-logistic-4",
        {name: [row[k] for row in LONG] for k, name in enumerate(("drug", "dose", "y"))},
        x="dose", y="y", by="drug",
    )  # fmt: skip
    assert table.dtype.names[1:] == tuple(right)[1:]
    np.testing.assert_allclose(table["midpoint"], right["midpoint"], rtol=1e-15)
    np.testing.assert_allclose(table["midpoint_stderr"], right["midpoint_stderr"], rtol=1e-15)
    # one variance for both groups, so other errors, and the report says so; the estimates are the same
    assert [found.params[f"midpoint:{g}"] for g in "AB"] == pytest.approx(right["midpoint"].tolist(), rel=1e-6)
    assert "one residual variance for all" in run("fit", str(path), *asked).out


def test_columns_called_as_new_ones_are_kept(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path, fits = tmp_path / "table.csv", tmp_path / "fits.csv"
    rows = [f"p,q,{d},{a},{b}" for d, a, b in zip(DOSES, responses(1), responses(5), strict=True)]
    path.write_text("\n".join(["column,y,x,A,B", *rows]))
    asked = (str(path), "--x", "x", "--y", "A", "--y", "B", "--by", "column,y")
    assert fitted(run, *asked)["fit"].groups == ("p q A", "p q B")
    assert run("screen", *asked, "-o", str(fits)).status == 0
    assert fits.read_text().splitlines()[0].startswith('"column","y","column_","lower"')
    assert run("fit", str(path), "--x", "x", "--y", "A", "--by", ",").status == 2


def test_columns_may_be_called_as_negative_numbers(run: Run) -> None:
    points = [-9, -8, -7, -6, -5, -4]
    text = "id," + ",".join(map(str, points)) + "\na,99,97,88,52,14,4\n"
    asked = [argument for point in points for argument in ("--y", str(point))]
    found = fitted(run, "-", "--layout", "rows", "--by", "id", *asked, "-m", "logistic-4", stdin=text.encode())
    assert found["fit"].data.x.tolist() == points


def test_units_of_points_in_names_must_agree(run: Run) -> None:
    asked = ("fit", "-", "--layout", "rows", "--y", "*", "--by", "id")
    result = run(*asked, stdin=b"id,1 nM,10 nM,1 uM\na,1,2,3\n")
    assert result.status == 2
    assert "several units ('1 nM', '1 uM')" in result.err
    result = run(*asked, stdin=b"id,1,10,high\na,1,2,3\n")
    assert "'high' is no number" in result.err


# ---- Two commands for two jobs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "option", "other"),
    [
        *(("fit", option, "ogive screen") for option in ("--page", "--ec", "--keep", "--threads", "--within")),
        *(("screen", option, "ogive fit") for option in ("--formula", "--start", "--loss", "--errors", "--unknowns")),
    ],
)
def test_an_option_of_the_other_command_is_refused_with_its_name(
    run: Run, command: str, option: str, other: str
) -> None:
    result = run(command, str(TABLES / "plain.csv"), *ASKED, "-o", "out", option, "1")
    assert result.status == 2
    assert f"{option} is for {other}" in result.err
    assert option not in {o for c in COMMANDS if c.name == command for p in c.params for o in p.opts}


@pytest.mark.parametrize("command", ["fit", "screen", "eval"])
def test_an_option_that_would_do_nothing_is_refused(run: Run, command: str, tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    text, path = TABLES / "plain.csv", tmp_path / "table.parquet"
    parquet.write_table(arrow.table({"dose": DOSES, "response": responses(1)}), path)
    more = {"fit": ASKED, "screen": (*ASKED, "-o", str(tmp_path / "fits.csv")), "eval": ("-c", "dose")}[command]
    start = (command, "sigmoid") if command == "eval" else (command,)
    for file, options, message in (
        (text, ("--sheet", "Sheet1"), "--sheet names a sheet of a workbook"),
        (path, ("--encoding", "cp1252"), "--encoding is about text"),
        (path, ("--delimiter", ";"), "--delimiter is about text"),
        (path, ("--comment", "#"), "--comment is about text"),
        (text, ("--delimiter", ";;"), "must be one ASCII character"),
        (text, ("--delimiter", ",", "--decimal", ","), "cannot stand between cells and in numbers too"),
        (text, ("--decimal", ";"), "the decimal mark is '.' or ','"),
        (text, ("--comment", ""), "a comment begins with a sign"),
    ):
        result = run(*start, str(file), *more, *options)
        assert result.status == 2, (options, result.out)
        assert message in result.err


def test_the_name_of_an_output_decides_nothing(run: Run, tmp_path: Path) -> None:
    for name in ("fits.csv", "fits.parquet", "fits.arrow"):
        result = run("fit", str(TABLES / "plain.csv"), *ASKED, "--by", "drug", "-o", str(tmp_path / name))
        assert result.status == 2
        assert "ogive screen" in result.err
    result = run("screen", str(TABLES / "plain.csv"), *ASKED, "--by", "drug", "-o", str(tmp_path / "results"))
    assert result.status == 2
    assert "ogive fit writes reports into folders" in result.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--bound", "midpoint=10:1"), "has no number between its limits"),
        (("--bound", "midpoint=1:10", "--bound", "midpoint=0:5"), "names 'midpoint' twice"),
        (("--fix", "lower=0", "--fix", "lower=1"), "names 'lower' twice"),
        (("--fix", "lower=0", "--bound", "lower=0:1"), "--fix and --bound both name 'lower'"),
        (("--fix", "lower=1_0"), "wants a number, not '1_0'"),
    ],
)
@pytest.mark.parametrize("command", ["fit", "screen"])
def test_limits_are_taken_as_they_are_written_or_refused(
    run: Run, command: str, options: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    more = ("-o", str(tmp_path / "fits.csv")) if command == "screen" else ()
    result = run(command, str(TABLES / "plain.csv"), *ASKED, *options, *more)
    assert result.status == 2
    assert message in result.err


def test_python_and_the_command_line_find_the_same_numbers(run: Run, tmp_path: Path) -> None:
    pandas, path = pytest.importorskip("pandas"), TABLES / "plain.csv"
    frame = pandas.read_csv(path)
    alone = og.fit("log-logistic-4", "dose", "response", data=frame, by="drug")
    assert fitted(run, str(path), *ASKED, "--by", "drug")["fit"].params == alone.params
    fits = og.fit_many("log-logistic-4", frame, x="dose", y="response", by="drug")
    pytest.importorskip("pyarrow")
    assert run("screen", str(path), *ASKED, "--by", "drug", "-o", str(tmp_path / "fits.parquet")).status == 0
    written = pandas.read_parquet(tmp_path / "fits.parquet")
    pandas.testing.assert_frame_equal(written, fits, check_dtype=False)


WITHOUT = "import sys; sys.modules[{package!r}] = None; from ogive.cli import main; main({arguments!r})"


@pytest.mark.parametrize(
    ("package", "name", "command", "status", "message"),
    [
        ("pyarrow", "table.csv.gz", "fit", 0, "compressed by gzip"),
        ("pyarrow", "table.csv.zst", "fit", 2, "need pyarrow: pip install 'ogive[tables]'"),
        ("pyarrow", "table.csv.gz", "screen", 2, "need pyarrow: pip install 'ogive[tables]'"),
        ("openpyxl", "table.xlsx", "fit", 2, "workbooks need openpyxl: pip install 'ogive[xlsx]'"),
    ],
)
def test_a_missing_package_is_a_line_and_plain_text_needs_none(
    package: str, name: str, command: str, status: int, message: str, tmp_path: Path
) -> None:
    path = TABLES / name
    if not path.exists():
        path, text = tmp_path / name, (TABLES / "plain.csv").read_bytes()
        start = {"zst": b"\x28\xb5\x2f\xfd", "parquet": b"PAR1", "xlsx": b"PK\x03\x04"}
        path.write_bytes(gzip.compress(text) if name.endswith("gz") else start[name.rpartition(".")[2]] + text)
    arguments = [command, str(path), *ASKED, *(("-o", str(tmp_path / "f.csv")) if command == "screen" else ())]
    code = WITHOUT.format(package=package, arguments=arguments)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == status, ran.stderr
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr
