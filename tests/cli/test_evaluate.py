"""``ogive eval``: numbers, and tables of which every byte but the new columns stays as it was."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

import ogive as og
from ogive.cli import csv_stream
from ogive.tables import delimited

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run


def columns(text: str) -> list[tuple[str, ...]]:
    return [tuple(line.split()) for line in text.splitlines()]


def test_numbers_are_printed_so_that_they_read_back(run: Run) -> None:
    rows = columns(run("eval", "sigmoid", "0", "1", "2").out)
    assert rows[0] == ("x", "value", "slope")
    assert rows[1] == ("0.0", "0.5", "0.25")
    for x, (_, value, slope) in zip((0.0, 1.0, 2.0), rows[1:], strict=True):
        assert (float(value), float(slope)) == (og.sigmoid(x), og.sigmoid.derivative(x))


@pytest.mark.parametrize("number", ["-1", "-.5", "-1e-5", "-inf", "−2.5", "+3", "1E2", "nan"])
def test_any_way_of_writing_a_number_works(run: Run, number: str) -> None:
    result = run("eval", "sigmoid", number)
    assert result.status == 0
    x = float(number.replace("−", "-"))
    np.testing.assert_equal(float(columns(result.out)[1][0]), x)


def test_the_format_can_be_chosen(run: Run) -> None:
    row = columns(run("eval", "sigmoid", "20", "--dtype", "float32").out)[1]
    assert row == ("20.0", "1.0", str(og.sigmoid.derivative(np.float32(20))))


def table(run: Run, text: str | bytes, *options: str, status: int = 0) -> str:
    result = run("eval", "sigmoid", "-", *options, stdin=text if isinstance(text, bytes) else text.encode())
    assert result.status == status, result.err
    return result.out


def expected(x: float) -> str:
    return f"{float(og.sigmoid(x))!r},{float(og.sigmoid.derivative(x))!r}"


def test_two_columns_are_added(run: Run) -> None:
    assert (
        table(run, "name,x\na,0\nb,1\n", "--column", "x") == f"name,x,value,slope\na,0,0.5,0.25\nb,1,{expected(1)}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        'id,x,note\n1,0,"a, ""b"""\n2,1,\n',
        'id,x,note\n1,"0","two\nlines, and\n""three"""\n2,1,plain\n',
        "id,x,note\r\n1,0,a\r\n2,1,b\r\n",
        "\ufeffid,x,note\n1,0,ä\n2,1,€",
        "id,x,note\n1, 0 ,  spaces  \n\n2,1,after an empty line\n",
        'id,x,note\n1,0,5" pipe\n2,1,6" pipe\n',
    ],
    ids=["quotes", "lines in cells", "CRLF", "BOM, no last newline", "spaces", "quotes inside plain cells"],
)
def test_every_other_byte_stays(run: Run, text: str) -> None:
    out = table(run, text.encode(), "-c", "x")
    stripped = out.replace(",value,slope", "").replace(",0.5,0.25", "").replace("," + expected(1), "")
    assert stripped == text
    rows = list(csv.reader(io.StringIO(out)))
    assert {len(row) for row in rows if row} == {5}


def test_bytes_that_are_no_utf8_stay(run: Run, tmp_path: Path) -> None:
    source, out = tmp_path / "latin1.csv", tmp_path / "out.csv"
    source.write_bytes(b"x,name\n0,M\xfcller\n")
    assert run("eval", "sigmoid", str(source), "-c", "x", "-o", str(out)).status == 0
    assert out.read_bytes() == b"x,name,value,slope\n0,M\xfcller,0.5,0.25\n"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found_from_the_header(run: Run, delimiter: str) -> None:
    text = "id,x\n1,0\n".replace(",", delimiter)
    assert table(run, text, "-c", "x") == "id,x,value,slope\n1,0,0.5,0.25\n".replace(",", delimiter)


@pytest.mark.parametrize("delimiter", ["tab", ":"])
def test_the_delimiter_can_be_given(run: Run, delimiter: str) -> None:
    character = {"tab": "\t"}.get(delimiter, delimiter)
    out = table(run, f"id{character}x\n1{character}0\n", "-c", "x", "--delimiter", delimiter)
    assert out.splitlines()[1] == character.join(["1", "0", "0.5", "0.25"])


def test_one_column_needs_no_name(run: Run) -> None:
    assert table(run, "x\n0\n") == "x,value,slope\n0,0.5,0.25\n"


def test_a_table_without_header(run: Run) -> None:
    assert table(run, "a,0\nb,0\n", "--no-header", "-c", "2") == "a,0,0.5,0.25\nb,0,0.5,0.25\n"
    assert table(run, b"\xef\xbb\xbf0\n", "--no-header") == "\ufeff0,0.5,0.25\n"


def test_a_header_of_numbers_has_to_be_confirmed(run: Run) -> None:
    assert table(run, "2020,2021\n5,0\n", "--header", "-c", "2021") == "2020,2021,value,slope\n5,0,0.5,0.25\n"


def test_new_columns_can_be_named(run: Run) -> None:
    assert table(run, "x\n0\n", "--names", "p", "dp") == "x,p,dp\n0,0.5,0.25\n"


def test_bad_cells_are_reported_and_the_rest_is_done(run: Run) -> None:
    text = 'id,x\n1,0\n2,abc\n3,\n4,"no\nnumber"\n5\n6,0,0\n7,1_0\n8,0\n'
    result = run("eval", "sigmoid", "-", "-c", "x", stdin=text.encode())
    assert result.status == 1
    assert result.err.splitlines() == [
        "standard input: row 3, column 'x': 'abc' is not a number",
        "standard input: row 4, column 'x': the cell is empty",
        "standard input: row 5, column 'x': 'no\\nnumber' is not a number",
        "standard input: row 6: 1 columns where the first row has 2",
        "standard input: row 7: 3 columns where the first row has 2",
        "standard input: row 8, column 'x': '1_0' is not a number",
        "6 of 8 rows have no value and slope",
    ]
    rows = list(csv.reader(io.StringIO(result.out)))
    assert rows[1] == ["1", "0", "0.5", "0.25"]
    assert rows[5] == ["5", "", "", ""]  # a short row is filled up, so that the new cells stand in their columns
    assert rows[8] == ["8", "0", "0.5", "0.25"]


def test_many_bad_cells_are_counted(run: Run) -> None:
    result = run("eval", "sigmoid", "-", stdin=b"x\n" + b"?\n" * 50)
    assert len(result.err.splitlines()) == 22
    assert "... and 30 more" in result.err


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (b"a,b\n1,2\n", ["-c", "x"], "there is no column 'x'; the columns are 'a', 'b'"),
        (b"a,b\n1,2\n", [], "the table has 2 columns; name the one to use with --column"),
        (b"1,2\n3,4\n", ["-c", "1"], "the first row holds the number '1': say --no-header if it is data"),
        (b"1,2\n", ["--no-header", "-c", "3"], "give its number from 1 to 2"),
        (b"x,value\n1,2\n", ["-c", "x"], "already has a column 'value'; name the new ones with --names"),
        (b"", ["-c", "x"], "the table is empty"),
        (b"x\n1\0\n", ["-c", "x"], "is no text; tables are read from CSV, Parquet"),
        (b'x,n\n1,"never closed\n2,b\n', ["-c", "x"], "opens a quote and never closes it"),
        (b"x\n1\n", ["--delimiter", "::"], "the delimiter must be one ASCII character"),
    ],
)
def test_a_table_that_cannot_be_read_as_asked(run: Run, text: bytes, options: list[str], message: str) -> None:
    result = run("eval", "sigmoid", "-", *options, stdin=text)
    assert result.status == 2
    assert message in result.err


def test_the_input_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "data.csv"
    source.write_text("x\n0\n")
    (tmp_path / "link.csv").symlink_to(source)
    for name in ("data.csv", "link.csv"):
        result = run("eval", "sigmoid", str(source), "-o", str(tmp_path / name))
        assert result.status == 2
        assert "is the file that is read" in result.err
    assert source.read_text() == "x\n0\n"


def test_a_failed_run_leaves_the_former_output(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("former")
    assert run("eval", "sigmoid", "-", "-o", str(out), stdin=b'x,n\n1,"open\n').status == 2
    assert out.read_text() == "former"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_blocks_do_not_show(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same table in one block and in blocks of a few lines, with cells that cross their borders."""
    rows = [f'{i},"line {i}\nand ""more"" of {i}"' if i % 7 == 0 else f"{i},plain" for i in range(1000)]
    text = "x,note\n" + "\n".join(rows) + "\n"
    whole = table(run, text, "-c", "x")
    monkeypatch.setattr(csv_stream, "AT_ONCE", 10)
    assert table(run, text, "-c", "x") == whole
    assert whole.count(expected(500)) == 1


def test_a_line_without_end_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LONGEST_LINE", 1000)
    result = run("eval", "sigmoid", "-", "-c", "x", stdin=b"x,n\n1," + b"a" * 2000)
    assert "this does not look like a table" in result.err
    result = run("eval", "sigmoid", "-", "-c", "x", stdin=b'x,n\n1,"' + b"a\n" * 70_000)
    assert "opens a quote and does not close it" in result.err
