"""The documentation is true: its examples run, its links lead somewhere, what is generated is up to date."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ogive.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def identity(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=identity)
def test_examples_run(page: Path) -> None:
    result = doctest.testfile(str(page), module_relative=False, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=identity)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    for link in links:
        assert link.startswith("https://") or (page.parent / link).exists(), f"{identity(page)} links to {link}"


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    for page in PAGES[1:]:
        assert page.name == "index.md" or f"({page.name})" in index, f"docs/index.md does not list {page.name}"


def test_every_command_is_documented() -> None:
    manual = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"## ogive {command.name}" in manual
        assert command.name in readme


def test_what_is_generated_is_up_to_date() -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_the_stub_has_every_name() -> None:
    import ogive

    stub = (ROOT / "ogive" / "__init__.pyi").read_text(encoding="utf-8")
    for name in (*ogive.__all__, "__version__"):
        assert re.search(rf"\b{name}\b", stub), f"the stub lacks {name}"
