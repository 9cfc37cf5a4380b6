"""``ogive doctor``: what a bug report needs, and a check that is a check."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np

import ogive as og
from ogive import selfcheck

if TYPE_CHECKING:
    import pytest
    from conftest import Run


def test_it_tells_what_is_running(run: Run) -> None:
    result = run("doctor")
    assert result.status == 0
    for text in (og.__version__, np.__version__, og.build_config()["compiler"], og.build_config()["target"]):
        assert text in result.out
    assert "kernels keep their promises" in result.out


def test_a_broken_kernel_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [selfcheck.Outcome("sigmoid", "float64", 7.0, 1.0, 99)]
    monkeypatch.setattr(sys.modules["ogive.cli.doctor"], "run", lambda: broken)
    result = run("doctor")
    assert result.status == 1
    assert "FAIL sigmoid" in result.out
    assert "1 of 1 do not" in result.out


def test_a_missing_package_comes_with_the_line_that_installs_it() -> None:
    code = (
        "import importlib.metadata as m; old = m.version\n"
        "def version(name):\n"
        "    if name in ('polars', 'python-flint'): raise m.PackageNotFoundError(name)\n"
        "    return old(name)\n"
        "m.version = version\n"
        "from ogive.cli import main; main(['doctor'])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "polars     not installed: pip install 'ogive[tables]'" in ran.stdout
    assert "flint      not installed: pip install 'ogive[explain]'" in ran.stdout
