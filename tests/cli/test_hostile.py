"""Names that others chose, at every place where they are shown: terminal, Markdown, HTML, pictures, CSV, JSON."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

import ogive as og
from ogive._sinks import csv_text, html_text, json_text, markdown, shown

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

NAMES = [
    r"$\foo$", "$", "$x$ and $y^2$", r"\alpha_{", "_hidden", "%", "^{", "{", r"\\",
    "<script>alert(1)</script>", "</title><script>x</script>", '" onload="x', "<img src=x onerror=y>", "a&lt;b",
    "[a](javascript:x)", "![a](x)", "https://a.example/x", "www.a.example", "me@a.example", "`x`", "**bold**", "a|b",
    "<https://a.example>", "<!-- x -->", "~~no~~",
    "\x1b[31mred", "\x1b]0;title\x07", "\x9b31m", "back\x08space", "nul\x00", "del\x7f",
    "abc\u202edcba", "\u2066x\u2069", "\u200fx", "zero\u200bwidth", "a\u200db", "line\u2028end",
    "\ufeffmark", "soft\xadhyphen", "tag\U000e0041", "lone\udc80",
    "=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\t=1",
]  # fmt: skip


def seen(text: str) -> bool:
    """Whether every character of text but line ends can be seen."""
    return not [c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and c != "\n"]


# ---- Each sink ---------------------------------------------------------------------------------------------------


def test_what_cannot_be_seen_is_written_out() -> None:
    """Formats and controls are shown, all others stay: most scripts, and a sample of the rest of Unicode."""
    for number in [*range(0x3100), *range(0x3100, 0x110000, 97)]:
        mark = chr(number)
        said = shown(f"x{mark}")
        if unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"}:
            assert said.startswith("x\\"), hex(number)
            assert said.isascii()
        elif unicodedata.category(mark) != "Cf":
            assert said == f"x{mark}", hex(number)
    assert shown("\n\t", keep="\n") == "\n\\t"
    # joiners and signs that are part of writing stay where they are part of it
    for text in ("👩\u200d🔬", "می\u200cخواهم", "\u0600١٢", "σ = 1/(1+e⁻ᶻ)", "日本語"):
        assert shown(text) == text


def test_markdown_shows_itself() -> None:
    """What a reader of Markdown takes back is what was written: its backslashes are all that is added."""
    for name in NAMES:
        said = markdown(name)
        assert seen(said)
        assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", said) == shown(name)
        assert not re.search(r"(?<!\\)(?:\\\\)*[`*\[\]|$]", said)
        assert not re.search(r"<(?=[A-Za-z/!?])", re.sub(r"\\.", "", said))
        assert not re.search(r"(?<!\\)://", said)
    assert markdown("log_dose p < 1e-8 (J'J) 0.5") == "log_dose p < 1e-8 (J'J) 0.5"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag + "".join(sorted(f" {name}" for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_shows_itself() -> None:
    for name in NAMES:
        reader = Tags()
        reader.feed(f'<p title="{html_text(name)}">{html_text(name)}</p>')
        assert reader.tags == ["p title"]
        assert reader.text == shown(name)


def test_json_means_the_same_and_can_be_seen() -> None:
    for name in NAMES[:-6]:
        assert seen(json_text({name: [name]}))
        assert json.loads(json_text({name: [name]})) == {name: [name]}


def test_csv_keeps_every_label() -> None:
    """The choice: a label is data, also where a spreadsheet would run it."""
    names = [name for name in NAMES if "\x00" not in name]
    read = list(csv.reader(io.StringIO(csv_text({"a": names, "=b": names}), newline="")))
    assert read == [["a", "=b"], *([name, name] for name in names)]


# ---- Whole commands ----------------------------------------------------------------------------------------------

WRITABLE = [name for name in NAMES if not set(name) & set("\x00\udc80\u2028")]


def table_of(names: list[str], header: tuple[str, str, str] = ("drug", "dose", "response")) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for place, name in enumerate(names):
        for k, dose in enumerate((0.01, 0.1, 1, 10, 100)):
            writer.writerow([name, dose, 100 / (1 + dose * (place + 1)) + (-1) ** k])
    return text.getvalue()


FIT = ("--x", "dose", "--y", "response", "-m", "log-logistic-2", "--fix", "upper=100")


# One of each kind; the screen below has them all.
SOME = [
    [r"$\foo$", "_hidden", "^{", "<script>alert(1)</script>", "=HYPERLINK(1)"],
    ["a|b", "[a](javascript:x)", "\x1b]0;title\x07", "abc\u202edcba", "A\u200b"],
]


@pytest.mark.parametrize("names", SOME, ids=ascii)
def test_groups_of_any_name_are_fitted_drawn_and_reported(names: list[str], run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(table_of(names), encoding="utf-8", newline="")
    result = run("fit", str(tmp_path / "in.csv"), *FIT, "--by", "drug", "-o", str(tmp_path / "out"))
    assert result.status == 0, result.err
    assert seen(result.out + result.err)
    for name in names:
        assert f"midpoint:{shown(name)}" in result.out
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    page = Tags()
    page.feed((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert seen(report)
    assert {tag.split()[0] for tag in page.tags}.isdisjoint({"script", "a", "b", "iframe"})
    assert [tag for tag in page.tags if tag.startswith("img")] == ["img alt src width"]
    for name in names:
        assert f"| {markdown(f'midpoint:{name}')} |" in report
        assert f"midpoint:{shown(name)}" in page.text
    picture = ET.parse(tmp_path / "out" / "curve.svg").getroot()  # noqa: S314 - our own
    assert not picture.findall(".//{*}script")
    fitted = og.Fit.from_json((tmp_path / "out" / "fit.json").read_text(encoding="utf-8"))
    assert list(fitted.groups) == names
    rows = list(
        csv.DictReader((tmp_path / "out" / "table.csv").read_text(encoding="utf-8").splitlines(keepends=True))
    )
    assert {row["group"] for row in rows} - {""} == set(names)


@pytest.mark.parametrize("name", [r"$\foo$", "<b>\x1b[31mx"], ids=ascii)
def test_columns_of_any_name_are_drawn_and_reported(name: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(table_of(["A"], ("drug", f"x{name}", f"y{name}")), encoding="utf-8")
    asked = ("--x", f"x{name}", "--y", f"y{name}", "-m", "log-logistic-2", "--fix", "upper=100")
    result = run("fit", str(tmp_path / "in.csv"), *asked, "-o", str(tmp_path / "out"))
    assert result.status == 0, result.err
    assert seen(result.out)
    assert f"y{shown(name)} against x{shown(name)}" in result.out
    page = Tags()
    page.feed((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert "b" not in page.tags
    for form in ("markdown", "json"):
        assert seen(run("fit", str(tmp_path / "in.csv"), *asked, "--format", form).out)


def test_a_screen_and_its_page_show_labels_of_any_name(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    names = [name for name in WRITABLE if name.strip() == name]
    (tmp_path / "in.csv").write_text(table_of(names), encoding="utf-8", newline="")
    page = tmp_path / "<b>page.html"
    asked = (*FIT, "--by", "drug", "--plate", "drug", "--page", str(page), "-o", str(tmp_path / "fits.csv"))
    result = run("screen", str(tmp_path / "in.csv"), *asked)
    assert seen(result.out + result.err)
    reader = Tags()
    reader.feed(page.read_text(encoding="utf-8"))
    assert {tag.split()[0] for tag in reader.tags}.isdisjoint({"script", "img", "a", "b"})
    for name in names:
        assert shown(name) in reader.text
    read = list(csv.DictReader((tmp_path / "fits.csv").read_text(encoding="utf-8").splitlines(keepends=True)))
    assert [row["drug"] for row in read] == names


def test_what_a_session_prints_can_be_seen() -> None:
    name = "\x1b[31mred\u202e"
    x, y, by = [1.0, 2, 3, 4, 5, 6] * 2, [0.1, 0.2, 0.5, 0.8, 0.9, 0.93] * 2, ["A"] * 6 + [name] * 6
    fit = og.fit(og.Model(name, shape="sigmoid", fixed={"lower": 0.0, "upper": 1.0}), x, y, by=by)
    for said in (
        repr(fit),
        fit.report(),
        str(og.compare(fit, fit)),
        str(fit.unknowns([0.5], labels=[name], group=name)),
    ):
        assert seen(said)
        assert shown(name) in said


@pytest.mark.parametrize(
    "call",
    [
        ["eval", "{}", "1"], ["eval", "sigmoid", "{}"], ["explain", "{}"], ["explain", "sigmoid", "--route", "{}"],
        ["properties", "x{}"], ["check", "{}"], ["check-work", "{}"], ["plot", "{}"],
        ["plot", "sigmoid", "-o", "{}.bmp"],
        ["fit", "{}", "--x", "a", "--y", "b"], ["screen", "{}", "--x", "a", "--y", "b"],
        ["shapes", "{}"], ["{}"], ["fit", "--{}"], ["judge", "{}"],
        ["explain", "sigmoid", "--target", "{}"], ["practice", "--scores", "{}.csv"], ["tour", "--at", "{}"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_is_said_about_a_mistake_can_be_seen(call: list[str], run: Run) -> None:
    for name in ("\x1b[31mred", "abc\u202edcba", "\x9b31m", "z\u200bw"):
        result = run(*(word.format(name) for word in call))
        assert result.status in (1, 2, 3)
        assert seen(result.out + result.err), ascii(result.err)
