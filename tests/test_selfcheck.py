"""The check that ``ogive doctor`` makes: that it passes here, and that it would notice."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import ogive as og
from ogive import selfcheck

ROOT = Path(__file__).resolve().parents[1]


def test_every_kernel_of_every_shape_is_checked() -> None:
    checked = {outcome.kernel.partition("[")[0] for outcome in selfcheck.run()}
    assert checked == {shape.ufunc_of(role).__name__ for shape in og.shapes.values() for role in shape.roles}


@pytest.mark.parametrize("outcome", selfcheck.run(), ids=lambda outcome: f"{outcome.kernel}-{outcome.dtype}")
def test_promises_are_kept(outcome: selfcheck.Outcome) -> None:
    assert outcome.kept, outcome
    assert outcome.points > 5


def test_a_wrong_bit_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored values moved by three units in the last place stand for kernels that are off by as much."""
    stored = selfcheck._golden()
    moved = {key: rows + np.array([0, 3, 0]) * np.spacing(rows[:, 1:2]) for key, rows in stored.items()}
    monkeypatch.setattr(selfcheck, "_golden", lambda: moved)
    assert not any(outcome.kept for outcome in selfcheck.run() if outcome.dtype == "float64")


def test_nan_keeps_no_promise() -> None:
    assert not selfcheck.Outcome("k", "float64", float("nan"), 1.0, 1).kept


def test_the_stored_values_are_those_their_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("make_golden", ROOT / "tests" / "data" / "make_golden.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "HERE", tmp_path / "tests" / "data")
    (tmp_path / "ogive").mkdir()
    script.write_selfcheck()
    made, stored = (root / "ogive" / "golden.csv" for root in (tmp_path, ROOT))
    assert made.read_text(encoding="utf-8") == stored.read_text(encoding="utf-8")
