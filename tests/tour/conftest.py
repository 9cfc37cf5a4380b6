"""One real tour, for all tests of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import ogive as og
from ogive.tour import write_tour


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tour in it that has two examples more than usual."""
    out = tmp_path_factory.mktemp("tour") / "ogive-tour"
    write_tour(og.sigmoid, out, also_at=["0.1", "800"])
    return out
