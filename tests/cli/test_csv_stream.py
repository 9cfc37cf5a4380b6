"""The table reader against Python's own, on tables of any content."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ogive as og
from ogive.cli.csv_stream import Request, add_columns
from ogive.tables import TableError

# No carriage return alone: Python's writer does not quote it, and at the end of a line nobody can tell what it was.
CELLS = st.lists(st.sampled_from(["a", ",", ";", '"', "\n", "\r\n", "\t", " ", "ä"]), max_size=8).map("".join)
NUMBERS = st.floats(allow_nan=False).map(repr)


def added(text: str, request: Request) -> tuple[list[list[str]], list[str]]:
    """Run a table through, and read the result with Python's csv."""
    reports: list[str] = []
    sink = io.BytesIO()
    add_columns(io.BytesIO(text.encode()), sink, request, reports.append)
    return list(csv.reader(io.StringIO(sink.getvalue().decode(), newline=""))), reports


@given(
    rows=st.lists(st.tuples(CELLS, st.one_of(NUMBERS, CELLS), CELLS), min_size=1, max_size=12),
    newline=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_python_reads_what_it_wrote_and_two_columns_more(rows, newline: str, quoting) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=newline, quoting=quoting).writerows([("first", "x", "last"), *rows])
    found, reports = added(text.getvalue(), Request(og.sigmoid, "x"))
    assert [tuple(row[:3]) for row in found[1:]] == rows
    assert found[0] == ["first", "x", "last", "value", "slope"]
    for row in found[1:]:
        if row[3]:
            x = float(row[1])
            assert (float(row[3]), float(row[4])) == (og.sigmoid(x), og.sigmoid.derivative(x))
    assert len(reports) == sum(row[3] == "" for row in found[1:])


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_answered(content: bytes) -> None:
    """With a table or with a sentence, never with anything else; and what was there is still there."""
    sink = io.BytesIO()
    try:
        add_columns(io.BytesIO(content), sink, Request(og.sigmoid, "1", header=False), lambda _: None)
    except TableError:
        pass
    else:
        assert len(sink.getvalue()) >= len(content)


@pytest.mark.parametrize("ends", ["1,2\n", "1,2"])
def test_the_last_line_end_stays_as_it_is(ends: str) -> None:
    sink = io.BytesIO()
    add_columns(io.BytesIO(f"a,x\n{ends}".encode()), sink, Request(og.sigmoid, "x"), lambda _: None)
    assert sink.getvalue().endswith(b"\n") == ends.endswith("\n")
