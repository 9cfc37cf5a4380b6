"""Every CPU target that this machine runs keeps the same promises."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ogive as og

HERE = Path(__file__).parent
CONFIG = og.build_config()


def run(target: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "OGIVE_TARGET": target},
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE.parent,
    )


@pytest.mark.parametrize("target", [name for name in CONFIG["targets"] if name != CONFIG["target"]])
def test_other_targets(target: str) -> None:
    files = [str(HERE / name) for name in ("test_accuracy.py", "test_shapes.py")]
    result = run(target, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files)
    assert result.returncode == 0, result.stdout[-4000:]
