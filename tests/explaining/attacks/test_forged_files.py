"""Sixteen files that an earlier checker accepted; three of them are harmless, but none says where it holds."""

from pathlib import Path

import pytest

from ogive.explaining import check

FILES = sorted((Path(__file__).parents[2] / "data" / "forged").glob("*.json"))  # collected by reviewers, as they were


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_is_refused(file: Path) -> None:
    verdict = check(file.read_text(encoding="utf-8"))
    assert verdict.status in ("not proven", "false")
    assert verdict.problems


def test_all_of_them_are_there() -> None:
    assert len(FILES) == 16
