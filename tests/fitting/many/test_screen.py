"""Screens from file to file: whole curves, interruptions, bad cells, files out of order."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

import ogive as og
from ogive.cli import main
from ogive.fitting.many.screens.page import gallery_rows
from ogive.fitting.many.screens.screen import fit_file
from ogive.fitting.many.tables.source import BrokenOrderError

arrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

DOSES = 10.0 ** np.arange(-9, -4.4, 0.5)


def columns(count: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(11)
    height, place = random.uniform(0.2, 0.9, (count, 1)), random.uniform(-8, -5, (count, 1))
    y = 1 - height / (1 + 10.0 ** (place - np.log10(DOSES))) + random.normal(0, 0.03, (count, 10))
    drug, cell = np.divmod(np.arange(count), 7)
    return {
        "drug": np.repeat([f"D{i}" for i in drug], 10), "cell": np.repeat([f"C{i}" for i in cell], 10),
        "plate": np.repeat(drug // 3, 10), "dose": np.tile(DOSES, count), "response": y.ravel(),
    }  # fmt: skip


ASKED = {"x": "dose", "y": "response", "by": ["drug", "cell"]}


def test_curves_across_row_groups_are_whole(tmp_path: Path) -> None:
    table = columns(61)
    parquet.write_table(arrow.table(table), tmp_path / "screen.parquet", row_group_size=37)
    seen: list[tuple[int, int | None, int]] = []
    summary = fit_file(
        "log-logistic-4", tmp_path / "screen.parquet", tmp_path / "fits.parquet", keep=["plate"], rows=123,
        progress=lambda *state: seen.append(state), **ASKED,
    )  # fmt: skip
    expected = og.fit_many("log-logistic-4", table, keep=["plate"], **ASKED)
    fits = parquet.read_table(tmp_path / "fits.parquet")
    assert fits.column_names == list(expected)
    for name in fits.column_names:
        np.testing.assert_array_equal(np.asarray(fits[name]), expected[name], err_msg=name)
    assert (summary.curves, summary.rows) == (61, 610)
    assert sum(summary.statuses.values()) == 61
    assert seen[-1] == (610, 610, 61)
    assert not (tmp_path / "fits.parquet.parts").exists()


KILLED = """
    import sys, time
    from ogive.fitting.many.screens.screen import fit_file
    fit_file("log-logistic-4", sys.argv[1], sys.argv[2], x="dose", y="response", by=["drug", "cell"], rows=100,
             progress=lambda *_: time.sleep(0.05))
"""


def test_a_killed_run_is_resumed_without_loss_or_repetition(tmp_path: Path) -> None:
    table = columns(200)
    source, target = tmp_path / "screen.parquet", tmp_path / "fits.parquet"
    parquet.write_table(arrow.table(table), source)
    worker = subprocess.Popen([sys.executable, "-c", textwrap.dedent(KILLED), source, target])
    parts = tmp_path / "fits.parquet.parts"
    while worker.poll() is None and len(list(parts.glob("part-*"))) < 3:
        time.sleep(0.01)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    done = len(list(parts.glob("part-*.parquet")))
    assert not target.exists()
    assert done >= 3
    summary = fit_file("log-logistic-4", source, target, rows=100, **ASKED)
    assert summary.resumed >= done * 90  # a block of 100 rows leaves its last curve to the next
    assert summary.curves == 200
    expected = og.fit_many("log-logistic-4", table, **ASKED)
    fits = parquet.read_table(target)
    for name in fits.column_names:
        np.testing.assert_array_equal(np.asarray(fits[name]), expected[name], err_msg=name)


def test_parts_of_another_job_are_not_mixed_in(tmp_path: Path) -> None:
    source, target = tmp_path / "screen.parquet", tmp_path / "fits.parquet"
    parquet.write_table(arrow.table(columns(30)), source)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_file("log-logistic-4", source, target, rows=100, progress=stop, **ASKED)
    with pytest.raises(ValueError, match="parts of another job"):
        fit_file("log-logistic-3", source, target, rows=100, **ASKED)
    assert fit_file("log-logistic-3", source, target, rows=100, restart=True, **ASKED).resumed == 0


def test_a_file_out_of_order_is_refused_with_the_curve_named(tmp_path: Path) -> None:
    table = {name: np.concatenate([values, values[:10]]) for name, values in columns(40).items()}
    parquet.write_table(arrow.table(table), tmp_path / "screen.parquet")
    with pytest.raises(BrokenOrderError, match="drug=D0, cell=C0 are not next to each other"):
        fit_file("log-logistic-4", tmp_path / "screen.parquet", tmp_path / "fits.parquet", rows=100, **ASKED)


def test_the_command_fits_a_csv_file_and_reports_bad_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = columns(3)
    lines = ["drug,cell,dose,response"]
    rows = zip(table["drug"], table["cell"], table["dose"], table["response"], strict=True)
    lines += [f"{drug},{cell},{dose:g},{response:.6f}" for drug, cell, dose, response in rows]
    lines[5] = lines[5].rsplit(",", 1)[0] + ",saturated"
    (tmp_path / "screen.csv").write_text("\n".join(lines) + "\n")
    fits = tmp_path / "fits.csv"
    asked = [
        "screen",
        str(tmp_path / "screen.csv"),
        "--x",
        "dose",
        "--y",
        "response",
        "--by",
        "drug,cell",
        "--ec",
        "10",
    ]
    with pytest.raises(SystemExit) as left:
        main([*asked, "--threads", "1", "-o", str(fits)])
    assert left.value.code == 1
    told = capsys.readouterr()
    assert "3 curves from 30 rows" in told.out
    assert "row 5: response holds 'saturated', which is no number; left out" in told.err
    written = np.genfromtxt(fits, delimiter=",", names=True, dtype=None, encoding="utf-8")
    assert written["n"].tolist() == [9, 10, 10]
    assert "ec10_low" in written.dtype.names


def test_an_unknown_column_is_a_mistake_of_the_user(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parquet.write_table(arrow.table(columns(2)), tmp_path / "screen.parquet")
    with pytest.raises(SystemExit) as left:
        main(
            [
                "screen",
                str(tmp_path / "screen.parquet"),
                "--x",
                "dos",
                "--y",
                "response",
                "-o",
                str(tmp_path / "f.csv"),
            ]
        )
    assert left.value.code == 2
    assert "has no column 'dos'" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["screen.parquet"]


def test_the_page_holds_everything_and_calls_no_network(tmp_path: Path) -> None:
    table = columns(60)
    parquet.write_table(arrow.table(table), tmp_path / "screen.parquet")
    asked = ["screen", str(tmp_path / "screen.parquet"), "--x", "dose", "--y", "response", "--by", "drug,cell"]
    page = tmp_path / "page.html"
    with pytest.raises(SystemExit) as left:
        main([*asked, "--plate", "plate", "--page", str(page), "-o", str(tmp_path / "fits.parquet")])
    assert not left.value.code
    text = page.read_text(encoding="utf-8")
    for heading in (
        "How the fits ended",
        "Effect against",
        "Where the midpoints lie",
        "Quality by plate",
        "Best fits",
    ):
        assert heading in text
    assert text.count("<figure>") == 16
    assert text.count('class="dot"') == 160
    assert "http" not in text
    assert "<script" not in text


def test_a_gallery_shows_poor_fits_before_failed_searches_and_praises_only_what_is_supported() -> None:
    fits = {
        "status": np.array(["not converged", "ok", "steep", "no effect", "ok", "extrapolated"]),
        "r_squared": np.array([0.1, 0.9, 0.3, 0.05, 0.99, 0.999]),
    }
    assert gallery_rows(fits, each=2) == ([2, 1], [4])
