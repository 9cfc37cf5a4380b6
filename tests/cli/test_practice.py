"""``ogive practice`` and ``ogive check-work``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ogive as og

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run


def test_a_sheet_is_listed(run: Run) -> None:
    assert run("practice", "--list", "--seed", "3").out == og.practice(3).to_text()
    assert "Answers" in run("practice", "--list", "--answers").out


def test_questions_hints_and_scores(run: Run, tmp_path: Path) -> None:
    first, second = og.practice(1, topic="value", count=2)
    scores = tmp_path / "scores.json"
    typed = f"?\n{first.answer}\n1/7\n1/7\n1/7\n".encode()
    result = run("practice", "--topic", "value", "--count", "2", "--scores", str(scores), stdin=typed)
    assert result.status == 0
    assert first.hint(1) in result.out
    assert "✓ right" in result.out
    assert f"The answer is {second.answer}" in result.out
    assert "value: 1 of 2" in result.out
    assert scores.exists()


def test_nothing_is_kept_unless_asked(run: Run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("practice", "--count", "1", stdin=b"\n").status == 0
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_scores(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("{}")
    result = run("practice", "--scores", str(path))
    assert result.status == 2
    assert "give another file" in result.err


def test_check_work(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("y = e^(-2z)\ny' = 2e^(-2z)\n")
    result = run("check-work", str(path))
    assert result.status == 1
    assert "a minus sign was lost" in result.out
    assert run("check-work", "-", stdin=b"y = z^2\ny' = 2z\n").status == 0
    assert run("check-work", "-", stdin=b"").status == 2
