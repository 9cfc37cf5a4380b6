"""Running the command line inside the test's own process."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ogive.cli import main


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``ogive`` with arguments; return its status and what it wrote."""

    def run_once(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            main(arguments)
        captured = capsysbinary.readouterr()
        assert isinstance(left.value.code, int)
        return Result(left.value.code, captured.out.decode(), captured.err.decode())

    return run_once
