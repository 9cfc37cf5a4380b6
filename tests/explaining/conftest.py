"""Golden files: what was once looked at and found good stays as it is, byte for byte."""

from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with a golden file; a missing file is written, and the test fails once so that it is read."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if not file.exists():
            file.write_text(text, encoding="utf-8")
            pytest.fail(f"{file} was written; read it, and run again")
        assert text == file.read_text(encoding="utf-8")

    return compare
