"""No command writes over what it reads, whichever option says so; nobody's table is taken for a report's name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from ogive.cli import COMMANDS
from ogive.cli.fit import FILES
from ogive.cli.paths import TABLES, Command, Reads, Writes

if TYPE_CHECKING:
    from conftest import Run

PLAIN = "drug,dose,response\n" + "".join(
    f"{drug},{dose},{100 / (1 + dose / middle) + (-1) ** k}\n"
    for drug, middle in (("A", 1), ("B", 3))
    for k, dose in enumerate((0.01, 0.1, 0.5, 1, 2, 10, 100))
)
FIT = ["fit", "{read}", "--x", "dose", "--y", "response"]
SCREEN = ["screen", *FIT[1:], "--by", "drug"]

# For each option that writes: a call that works, where {read} is a table and {write} what is asked for, and a name of
# what is written that may stand there.
CALLS: dict[tuple[str, str], tuple[list[str], str]] = {
    ("tour", "out"): (["tour", "--out", "{write}"], "tale"),
    ("eval", "output"): (["eval", "sigmoid", "{read}", "-c", "dose", "-o", "{write}"], "out.csv"),
    ("explain", "output"): (["explain", "sigmoid", "-o", "{write}"], "out.txt"),
    ("properties", "output"): (["properties", "sigmoid", "-o", "{write}"], "out.txt"),
    ("practice", "scores"): (["practice", "--scores", "{write}"], "scores.json"),
    ("plot", "output"): (["plot", "sigmoid", "-o", "{write}"], "out.png"),
    ("fit", "output"): ([*FIT, "--by", "drug", "-o", "{write}"], "out"),
    ("screen", "output"): ([*SCREEN, "-o", "{write}"], "out.csv"),
    ("screen", "page"): ([*SCREEN, "-o", "out.parquet", "--page", "{write}"], "out.html"),
}
# What each command reads that is no table of observations.
READERS = {("fit", "unknowns"): [*FIT, "--unknowns", "{other}", "-o", "{write}"]}


def options(kind: type) -> list[tuple[click.Command, click.Parameter]]:
    return [(command, p) for command in COMMANDS for p in command.params if isinstance(p.type, kind)]


WRITING = [(str(command.name), str(p.name)) for command, p in options(Writes)]
READING = {str(command.name) for command, _ in options(Reads)}


# ---- Nothing is forgotten ----------------------------------------------------------------------------------------


def test_every_command_looks_at_its_files_and_every_file_says_what_it_is() -> None:
    for command in COMMANDS:
        assert isinstance(command, Command), command.name
        for parameter in command.params:
            words = f"{parameter.name} {parameter.metavar or ''}".lower()
            if re.search(r"file|path|dir|folder|\bout|page|\.\w", words):
                assert isinstance(parameter.type, Reads | Writes), f"{command.name}: {words}"
            else:
                assert type(parameter.type).__name__ not in {"Path", "File"}, f"{command.name}: {words}"


def test_every_option_that_writes_is_tried_here() -> None:
    assert set(WRITING) == set(CALLS)


# ---- Every option that writes, against every way to name a file ---------------------------------------------------


def names_of(path: Path, how: str) -> Path:
    """Return another name of a file."""
    folder = path.parent
    if how == "hard link":
        (folder / f"hard{path.suffix}").hardlink_to(path)
        return folder / f"hard{path.suffix}"
    if how == "symbolic link":
        (folder / f"soft{path.suffix}").symlink_to(path)
        return folder / f"soft{path.suffix}"
    if how == "other spelling":
        return folder / "." / ".." / folder.name / path.name
    return path


HOWS = ["itself", "hard link", "symbolic link", "other spelling"]


def filled(call: list[str], **names: Path | str) -> list[str]:
    return [word.format(**names) if "{" in word else word for word in call]


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("option", WRITING, ids=" ".join)
def test_no_output_is_an_input(
    option: tuple[str, str], how: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    call, name = CALLS[option]
    # the measurements bear the name that would do as an output, and then that of a table
    own = [name] if option[0] in READING or option[1] == "scores" else []
    for source in [tmp_path / each for each in (*own, "measured.csv")]:
        source.write_text(PLAIN)
        target = names_of(source, how)
        result = run(*filled(call, read=source, write=target))
        assert result.status == 2, result
        said = ("is the file that is read", "named as a table", "holds no scores")
        assert any(sentence in result.err for sentence in said)
        assert source.read_text() == PLAIN
        for path in tmp_path.iterdir():
            path.unlink()


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("inside", FILES)
def test_a_folder_does_not_take_the_place_of_what_is_read_from_it(
    inside: str, how: str, run: Run, tmp_path: Path
) -> None:
    source = tmp_path / inside
    source.write_text(PLAIN)
    other = tmp_path / "samples.csv"
    other.write_text("response\n50\n")
    if how != "itself":
        names_of(source, how)
    result = run(*filled([*FIT, "--by", "drug", "-o", "{write}"], read=source, write=tmp_path))
    assert (result.status, source.read_text()) == (2, PLAIN)
    assert f"{inside} is the file that is read" in result.err
    result = run(*filled(READERS["fit", "unknowns"], read=other, other=source, write=tmp_path))
    assert (result.status, source.read_text()) == (2, PLAIN)


def test_what_is_written_into_a_folder_is_listed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(PLAIN.replace("B,", "A,"))
    (tmp_path / "samples.csv").write_text("response\n50\n")
    samples = ["--unknowns", str(tmp_path / "samples.csv"), "-o", str(tmp_path / "out")]
    run(*filled(FIT, read=tmp_path / "in.csv"), *samples)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES)


def test_two_outputs_are_two_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(PLAIN)
    (tmp_path / "fits.csv").write_text("former")
    (tmp_path / "page.html").symlink_to(tmp_path / "fits.csv")
    call = filled([*SCREEN, "-o", "{write}"], read=tmp_path / "in.csv", write=tmp_path / "fits.csv")
    result = run(*call, "--page", str(tmp_path / "page.html"))
    assert result.status == 2
    assert "are the same file, and both are written" in result.err
    assert (tmp_path / "fits.csv").read_text() == "former"


@pytest.mark.skipif(os.name == "nt", reason="shells differ on Windows")
@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("eval sigmoid - -c dose -o in.csv < in.csv", "in.csv is the file that is read, standard input"),
        ("eval sigmoid in.csv -c dose >> in.csv", "standard output is the file that is read, in.csv"),
        ("eval sigmoid - -c dose < in.csv >> in.csv", "standard output is the file that is read, standard input"),
    ],
)
def test_a_shell_cannot_lead_a_table_into_itself(call: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(PLAIN)
    command = f"{sys.executable} -m ogive {call}"
    ran = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S602
    assert ran.returncode == 2
    assert sentence in ran.stderr
    assert (tmp_path / "in.csv").read_text() == PLAIN


@pytest.mark.parametrize("suffix", sorted(TABLES))
def test_the_name_of_a_table_is_refused_where_none_is_written(suffix: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / f"measured{suffix.upper()}"
    written = {(str(command.name), str(p.name)): p.type.tables for command, p in options(Writes)}
    for option, (call, _) in CALLS.items():
        if suffix in written[option] and option != ("fit", "output"):
            continue
        result = run(*filled(call, read=tmp_path / "in.csv", write=target))
        assert result.status == 2
        assert "is named as a table" in result.err or "is written by ogive screen" in result.err
    assert not list(tmp_path.iterdir())
