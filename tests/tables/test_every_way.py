"""The same hostile tables through every way in: each sees the same rows, labels and numbers."""

from __future__ import annotations

import csv
import gzip
import io
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from support.hostile import Hostile, as_columns, hostile

import ogive as og
from ogive.cli.csv_stream import Request, add_columns
from ogive.fitting.many.tables.frames import opened
from ogive.fitting.many.tables.layout import read_table
from ogive.fitting.many.tables.source import Blocks
from ogive.fitting.question.data import read
from ogive.tables import Reading, read_file
from ogive.tables.layouts import Wanted, arranged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Rows = list[tuple[Any, float, float]]

SEEDS = range(100)


def expected(table: Hostile) -> Rows:
    """Return what belongs to a curve: the rows with a label."""
    return [row for row in table.rows if row[0] is not None]


def same(found: Rows, right: Rows) -> None:
    assert [row[0] for row in found] == [row[0] for row in right]
    np.testing.assert_array_equal([row[1:] for row in found], [row[1:] for row in right])


# ---- Files -------------------------------------------------------------------------------------------------------


def of_file(path: Path | str, table: Hostile, reading: Reading | None = None) -> Rows:
    """Read as `ogive fit` does."""
    by, x, y = table.names
    wanted = Wanted(x, (y,), (by,))
    found = arranged(read_file(path, reading, wanted=wanted.named, numbers=wanted.numbers), wanted)
    assert not found.wrong
    return kept(found.columns[by], found.columns[x], found.columns[y])


def kept(labels: Any, xs: Any, ys: Any) -> Rows:
    rows = zip(labels, map(float, xs), map(float, ys), strict=True)
    return [row for row in rows if row[0] is not None]


def of_blocks(path: Path, table: Hostile, reading: Reading | None = None, rows: int = 1000) -> Rows:
    """Read as `ogive screen` does, in blocks of a few rows."""
    by, x, y = table.names
    blocks = Blocks(path, [by, x, y], [x, y], [by], rows=rows, reading=reading or Reading())
    found: Rows = []
    for _, _, block in blocks:
        found += zip(*(block.column(name).to_pylist() for name in table.names), strict=True)
    assert not blocks.bad
    assert blocks.unlabelled == sum(row[0] is None for row in table.rows)
    return [(label, *(np.nan if each is None else each for each in numbers)) for label, *numbers in found]


def test_files_of_text_hold_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    path, packed = tmp_path / "table.csv", tmp_path / "table.gz"
    for seed in SEEDS:
        table = hostile(seed)
        path.write_bytes(table.content)
        packed.write_bytes(gzip.compress(table.content, 1))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(table.content)))
        right = expected(table)
        same(of_file(path, table), right)
        same(of_file("-", table), right)
        same(of_file(packed, table), right)
        same(of_blocks(path, table, rows=1000 if seed % 9 else 3), right)
        # a sign of comments that no line has: Python's reader of rows instead of Arrow's
        same(of_blocks(packed, table, Reading(comment="%%")), right)


def test_a_table_that_is_extended_keeps_its_bytes_and_gets_the_slope_at_every_number() -> None:
    for seed in SEEDS:
        table = hostile(seed)
        sink, said = io.BytesIO(), []
        request = Request(og.tanh, table.names[1], header=True)
        rows, faults = add_columns(io.BytesIO(table.content), sink, request, said.append)
        points = [row[1] for row in table.rows]
        assert rows == len(points)
        assert faults == len(said)
        text = sink.getvalue().decode(table.encoding)
        for point in points:
            if point == point:  # noqa: PLR0124
                assert repr(float(og.tanh.derivative(point))).replace(".", table.decimal) in text
        before, after = (
            list(csv.reader(io.StringIO(each, newline=""), delimiter=table.delimiter))
            for each in (table.content.decode(table.encoding), text)
        )
        assert [row[:3] for row in after] == before
        assert {len(row) for row in after if row} == {5}
        assert sum(np.isnan(points)) >= faults  # nan itself has a value: nan


# ---- Other files, and frames -------------------------------------------------------------------------------------


def of_frame(frame: Any, table: Hostile) -> Rows:
    """Read as `ogive.fit_many` does."""
    by, x, y = table.names
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seen, _ = opened(frame)
        found = read_table(seen, x=x, y=y, by=[by], sd=None, keep=[])
    labels = [found.labels[by].to_list()[row] for row in found.first]
    rows: Rows = []
    for k, label in enumerate(labels):
        xs, ys, _ = found.curves.of(k)
        rows += [(label, *pair) for pair in zip(xs.tolist(), ys.tolist(), strict=True)]
    return rows


def by_curve(rows: Rows) -> Rows:
    """Sort rows by the first appearance of their labels."""
    order = {label: k for k, label in enumerate(dict.fromkeys(row[0] for row in rows))}
    return sorted(rows, key=lambda row: order[row[0]])


def frames(columns: dict[str, Any]) -> Iterator[Callable[[], Any]]:
    yield lambda: columns
    yield lambda: masked(columns)
    for package, make in (
        ("pandas", lambda m: m.DataFrame(columns)),
        ("polars", lambda m: m.DataFrame(columns)),
        ("polars", lambda m: m.DataFrame(columns).lazy()),
        ("pyarrow", lambda m: m.table(columns)),
        ("pyarrow", lambda m: m.table(columns).to_reader()),
        ("duckdb", lambda m: m.from_arrow(pytest.importorskip("pyarrow").table(columns))),
    ):
        yield lambda package=package, make=make: make(pytest.importorskip(package))


def masked(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers with 999 under a mask where they are missing."""
    found = {}
    for name, values in columns.items():
        if any(isinstance(value, str) for value in values):
            found[name] = values
        else:
            gone = [value is None or np.isnan(value) for value in values]
            found[name] = np.ma.masked_array([999.0 if g else v for g, v in zip(gone, values, strict=True)], gone)
    return found


@pytest.mark.parametrize("kind", range(8))
def test_frames_of_every_kind_hold_the_same(kind: int) -> None:
    for seed in list(SEEDS)[: 100 if kind == 0 else 15]:
        table = hostile(seed)
        if all(row[0] is None for row in table.rows):
            continue
        make = list(frames(as_columns(table)))[kind]
        same(of_frame(make(), table), by_curve(expected(table)))


@pytest.mark.parametrize("kind", range(8))
def test_one_fit_reads_the_same_observations(kind: int) -> None:
    for seed in list(SEEDS)[: 100 if kind == 0 else 10]:
        table = hostile(seed)
        if all(row[0] is None for row in table.rows):
            continue
        by, x, y = table.names
        make = list(frames(as_columns(table)))[kind]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = read(x, y, data=make(), by=by)
        complete = [row for row in expected(table) if not any(np.isnan(row[1:]))]
        got = zip([found.groups[k] for k in found.group], found.x.tolist(), found.y.tolist(), strict=True)
        same(list(got), complete)
        assert found.missing == len(table.rows) - len(complete)


@pytest.mark.parametrize("kind", ["parquet", "arrow", "xlsx"])
def test_files_that_are_no_text_hold_the_same(kind: str, tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    path = tmp_path / "table.bin"  # what a file is, is told by what it holds
    for seed in range(12):
        table = hostile(seed)
        columns = as_columns(table)
        if kind == "xlsx":
            write_workbook(path, columns)
        elif kind == "parquet":
            pytest.importorskip("pyarrow.parquet").write_table(arrow.table(columns), path)
        else:
            pytest.importorskip("pyarrow.feather").write_feather(arrow.table(columns), str(path))
        right = expected(table)
        if kind == "xlsx":  # a workbook keeps no carriage return
            right = [(label.replace("\r\n", "\n"), x, y) for label, x, y in right]
        same(of_file(path, table), right)
        same(of_blocks(path, table), right)


def write_workbook(path: Path, columns: dict[str, Any]) -> None:
    books = pytest.importorskip("openpyxl")
    book = books.Workbook()
    sheet = book.active
    sheet.append(list(columns))
    for row in zip(*columns.values(), strict=True):
        sheet.append([None if cell != cell else cell for cell in row])  # noqa: PLR0124
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text that begins with = is no formula
    book.save(path)
