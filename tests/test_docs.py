"""The documentation is true: its examples run, its links lead somewhere, what is generated is up to date."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import ogive as og
from ogive.cli import COMMANDS
from ogive.plots.style import THEMES

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES_OF_SHAPES = sorted((ROOT / "docs" / "shapes").glob("*.md"))


def identity(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=identity)
def test_examples_run(page: Path) -> None:
    result = doctest.testfile(str(page), module_relative=False, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.failed == 0


@pytest.mark.parametrize("page", [*PAGES, *PAGES_OF_SHAPES], ids=identity)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    for link in links:
        assert link.startswith("https://") or (page.parent / link).exists(), f"{identity(page)} links to {link}"


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    for page in PAGES[1:]:
        assert page.name == "index.md" or f"({page.name})" in index, f"docs/index.md does not list {page.name}"


def test_every_shape_has_a_page_in_the_fixed_order_and_no_other_has() -> None:
    assert [page.stem for page in PAGES_OF_SHAPES] == sorted(og.shapes)
    for page in PAGES_OF_SHAPES:
        text = page.read_text(encoding="utf-8")
        headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert headings == ["Definition", "Picture", "Slope", "Properties", "Accuracy", "Uses", "References"]
        assert og.shapes[page.stem].formula in text
    names = {path.name for path in (ROOT / "docs" / "shapes").glob("*.svg")}
    assert names == {f"{name}-{theme}.svg" for name in og.shapes for theme in ("light", "dark")}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_of_shapes_are_small_and_of_one_theme(theme: str) -> None:
    colours = THEMES[theme]
    known = {colours.paper, colours.ink, colours.faint, *colours.series}
    for path in (ROOT / "docs" / "shapes").glob(f"*-{theme}.svg"):
        svg = path.read_text(encoding="utf-8")
        assert len(svg) < 10_000
        assert set(re.findall(r"#[0-9a-f]{6}\b", svg)) <= known
        ET.fromstring(svg)  # noqa: S314 - our own picture


def test_every_promise_about_files_and_names_is_held_by_a_test() -> None:
    page = (ROOT / "docs" / "files-and-names.md").read_text(encoding="utf-8")
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    promises = re.split(r"^- ", page, flags=re.MULTILINE)[1:]
    assert len(promises) > 10
    for promise in promises:
        named = re.findall(r"`(test_\w+)`", promise)
        assert named, f"no test holds: {promise}"
        for name in named:
            assert f"def {name}(" in written, name


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
