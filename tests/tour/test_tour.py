"""The tour: what it writes, that it says only what is true, and that it is a good guest in a folder."""

from __future__ import annotations

import csv
import itertools
import re
from fractions import Fraction
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pytest

import ogive as og
from ogive.cli import main
from ogive.tour import write_tour
from ogive.tour.page import fill, power_of_ten
from ogive.tour.story import examples

if TYPE_CHECKING:
    from pathlib import Path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_everything_is_there(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    pictures = {f"{what}{kind}" for what in ("curve", "precision") for kind in (".svg", "-dark.svg", ".png")}
    texts = {"index.html", "tour.md", "derivation.json", "worked-examples.csv", "curve.csv", "precision.csv"}
    assert names == pictures | texts


def test_worked_examples_are_the_usual_ones_and_those_asked_for(folder: Path) -> None:
    found = rows(folder / "worked-examples.csv")
    assert [row["z"] for row in found] == ["-3", "-2", "-1", "0", "0.1", "1", "2", "3", "800"]
    for row in found:
        with mpmath.workdps(400):  # 1 - 1e-348 needs as many digits
            t = mpmath.exp(-mpmath.mpf(row["z"]))
            for text, true in ((row["value"], 1 / (1 + t)), (row["slope"], t / (1 + t) ** 2)):
                assert abs(mpmath.mpf(text) / true - 1) < mpmath.mpf(10) ** -14 / 2


def test_curve_is_what_the_kernels_compute(folder: Path) -> None:
    z, value, slope = np.array([[float(cell) for cell in row.values()] for row in rows(folder / "curve.csv")]).T
    np.testing.assert_array_equal(value, og.sigmoid(z))
    np.testing.assert_array_equal(slope, og.sigmoid.derivative(z))
    assert (slope[abs(z) < 745] > 0).all()


class Page(HTMLParser):
    """Every tag with its attributes, and whether they nest."""

    void = frozenset({"meta", "link", "img", "source", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return Page((folder / "index.html").read_text(encoding="utf-8"))


def test_the_page_is_well_formed(page: Page) -> None:
    assert page.open == []
    identities = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(identities) == len(set(identities))


def test_the_page_needs_nothing_from_elsewhere(page: Page, folder: Path) -> None:
    for tag, attributes in page.tags:
        assert tag not in ("script", "iframe", "object")
        for name in ("src", "srcset", "href"):
            target = attributes.get(name) or "#"
            assert target.startswith(("#", "data:")) or (folder / target).exists(), target
    style = (folder / "index.html").read_text(encoding="utf-8")
    assert "@import" not in style
    assert "url(" not in style.partition("</style>")[0]


def test_the_page_can_be_read_aloud(page: Page) -> None:
    assert ("html", {"lang": "en"}) in page.tags
    for tag, attributes in page.tags:
        if tag == "img":
            assert len(attributes["alt"] or "") > 40
        if tag == "th":
            assert attributes["scope"] in ("row", "col")
    targets = {attributes.get("id") for _, attributes in page.tags}
    for tag, attributes in page.tags:
        if tag == "a" and (attributes["href"] or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in targets
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(headings))


def test_page_and_markdown_tell_the_same_numbers(page: Page, folder: Path) -> None:
    text = "".join(page.text).replace("\N{NARROW NO-BREAK SPACE}", "")
    markdown = (folder / "tour.md").read_text(encoding="utf-8")
    for example in examples(og.sigmoid):
        assert example.slope in text
        assert example.slope in markdown
    for row in rows(folder / "precision.csv"):
        assert f"{float(row['zero_from']):.5g}" in text
        assert f"{float(row['zero_from']):.5g}" in markdown
    assert "$derivation" not in markdown + text


def test_a_second_run_writes_the_same_bytes_and_touches_nothing_else(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "notes.txt").write_text("mine")
    write_tour(og.sigmoid, folder, also_at=["800", "0.1"])
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert after.pop("notes.txt") == b"mine"
    assert after == before
    (folder / "notes.txt").unlink()


def test_examples_are_sorted_and_told_once() -> None:
    found = examples(og.sigmoid, ["1.0", "-2.5", "1e1"])
    assert [Fraction(row.z) for row in found] == [Fraction(text) for text in (-3, "-2.5", -2, -1, 0, 1, 2, 3, 10)]


def test_powers_of_ten() -> None:
    assert power_of_ten("5.96e-08") == "5.96\u2009×\u200910<sup>−8</sup>"
    assert power_of_ten("-0.5") == "−0.5"


def test_a_text_without_a_place_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"tour\.md has no place for nonsense"):
        fill("tour.md", nonsense="")


def ogive(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes most of the time, and is looked at elsewhere."""
    monkeypatch.setattr("ogive.tour.write.picture", lambda *_, **__: b"")


@pytest.mark.usefixtures("without_pictures")
def test_the_command_shows_progress_and_where_to_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ogive("tour", "--out", str(tmp_path / "t"), "--at", "-4.5") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("✓")] == [
        "derivation", "numbers", "properties", "precision", "pictures",
    ]  # fmt: skip
    assert lines[-1] == f"open {tmp_path / 't' / 'index.html'}"
    assert rows(tmp_path / "t" / "worked-examples.csv")[0]["z"] == "-4.5"


@pytest.mark.parametrize(
    ("number", "message"),
    [("inf", "not a finite decimal number"), ("x", "not a finite decimal number"), ("1e9", "lies beyond 10000")],
)
def test_an_example_that_makes_no_sense(number: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ogive("tour", "--at", number) == 2
    assert message in capsys.readouterr().err


def test_a_file_in_the_way_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("")
    assert ogive("tour", "--out", str(tmp_path / "taken")) == 2
    assert "taken: File exists" in capsys.readouterr().err
