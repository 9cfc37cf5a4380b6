"""``ogive judge`` and ``ogive explain --format rocq``."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

import ogive as og

if TYPE_CHECKING:
    from conftest import Run

needs_rocq = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed")


def test_explain_writes_the_file_for_rocq(run: Run) -> None:
    found = run("explain", "x^2", "--format", "rocq")
    assert found.status == 0
    assert found.out == og.explain("x^2").to_rocq()
    assert "Theorem slope : forall v_x : R, \n  is_derive (fun v_x : R => (v_x ^ 2)) v_x (2 * v_x)." in found.out


def test_what_rocq_cannot_state_is_one_line(run: Run) -> None:
    found = run("explain", "erfinv(x)", "--format", "rocq")
    assert found.status == 2
    assert "Error: erfinv(...) is not defined in Rocq's libraries, nor here" in found.err


def test_without_coqc_the_judge_says_how_to_get_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    found = run("judge", "sigmoid")
    assert found.status == 2
    assert "apt-get install coq libcoq-coquelicot libcoq-interval" in found.err


@needs_rocq
def test_a_derivation_is_accepted_line_by_line(run: Run) -> None:
    found = run("judge", "x^2")
    assert found.status == 0
    assert "✓ 2*x: accepted" in found.out
    assert "1 of 1 lines accepted" in found.out


@needs_rocq
def test_a_wrong_claim_is_refuted(run: Run) -> None:
    found = run("judge", "sqrt(3)*x^2", "--claim", "2*x")
    assert found.status == 1
    assert "✗ 2·x: refuted" in found.out
