"""What adding a shape takes, as the documentation shows it: all of it, from the files, and nothing but it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import ogive as og

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "add-a-shape.md").read_text(encoding="utf-8")


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("diff_of_a_shape", ROOT / "docs" / "diff_of_a_shape.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def added() -> dict[str, list[str]]:
    """The lines that the page's diff adds, by file."""
    (diff,) = re.findall(r"```diff\n(.*?)```", PAGE, re.DOTALL)
    files = re.split(r"^--- .*\n\+\+\+ b/(.*)\n", diff, flags=re.MULTILINE)[1:]
    texts = zip(files[::2], files[1::2], strict=True)
    return {path: [line[1:] for line in text.splitlines() if line.startswith("+")] for path, text in texts}


def test_every_line_shown_stands_in_its_file() -> None:
    for path, lines in added().items():
        source = (ROOT / path).read_text(encoding="utf-8").splitlines()
        assert lines
        if path.startswith("core/math"):
            assert lines == source
        at = 0
        for line in lines:  # in this order
            at = source.index(line, at) + 1


def test_every_line_of_the_sources_that_names_it_is_shown() -> None:
    """The kernels, the package and the truth of the tests; not the stub, which is generated."""
    shown = {(path, line) for path, lines in added().items() for line in lines}
    folders = [(ROOT / "core", "*.[ch]pp"), (ROOT / "ogive", "*.py"), (ROOT / "tests" / "support", "*.py")]
    for path in (path for folder, pattern in folders for path in folder.rglob(pattern)):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"\b(hard_tanh|HardTanh|_HARD_TANH)\b", line):
                assert (path.relative_to(ROOT).as_posix(), line) in shown


@pytest.mark.parametrize("name", og.shapes)
def test_a_shape_is_a_kernel_twice_two_lists_a_row_and_a_truth(name: str) -> None:
    changed = [path for _, path, hunks in script().changes(name) if hunks]
    assert len(changed) == 6
    assert changed[:4] == [f"core/math/{name}.hpp", f"core/math/wide/{name}.hpp", "core/kernels.cpp", "core/wide.cpp"]
    assert changed[4].removeprefix("ogive/") == changed[5].removeprefix("tests/support/")
