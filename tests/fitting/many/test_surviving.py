"""Screens survive: a disk that refuses, kills, a second run of the same, and what lies where the parts go."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fitting.many import survival

from ogive import _files
from ogive._files import OverwriteError
from ogive.fitting.many.screens.lock import LockedError, locked
from ogive.fitting.many.screens.met import Met
from ogive.fitting.many.screens.screen import fit_file
from ogive.fitting.many.tables.source import BrokenOrderError

arrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

ASKED = {"x": "dose", "y": "response", "by": ["well"], "rows": 37, "threads": 1}


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def parts_of(target: Path) -> list[str]:
    folder = target.with_name(target.name + ".parts")
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# ---- What is tried on purpose ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "lasting"), [(".parquet", False), (".csv", True)])
def test_every_request_to_the_disk_may_fail(tmp_path: Path, suffix: str, lasting: bool) -> None:
    source, target, expected = survival.undisturbed(tmp_path, suffix)
    with survival.Refusals(0) as counted:
        survival.screen(source, target)
    assert counted.asked > 25
    for nth in range(1, counted.asked + 1):
        target.unlink(missing_ok=True)
        with survival.Refusals(nth, lasting=lasting), pytest.raises(OSError, match="No space left on device"):
            survival.screen(source, target)
        assert not target.exists() or target.read_bytes() == expected
        survival.screen(source, target)
        assert target.read_bytes() == expected
        assert sorted(path.name for path in tmp_path.iterdir()) == [target.name, source.name]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are forked")
@pytest.mark.parametrize(("what", "count"), [("kills", 9), ("pairs", 6)])
def test_kills_and_pairs(what: str, count: int) -> None:
    """A process of its own forks the runs: it has no threads that a child would miss."""
    command = [sys.executable, survival.__file__, what, str(count)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout.split(": ")[1].split()[0]) > 0, ran.stdout


# ---- The lock ----------------------------------------------------------------------------------------------------


def test_a_second_run_is_refused_in_a_sentence(tmp_path: Path) -> None:
    survival.write_screen(source := tmp_path / "screen.parquet")
    link = tmp_path / "other-name.parquet"
    link.symlink_to(tmp_path / "fits.parquet")
    refused = []

    def try_again(*_: object) -> None:
        for name in ("fits.parquet", "other-name.parquet"):
            with pytest.raises(
                LockedError, match=rf"process {os.getpid()} on .*, at work since 20.*is writing"
            ) as no:
                survival.screen(source, tmp_path / name)
            refused.append(str(no.value))

    assert survival.screen(source, tmp_path / "fits.parquet", progress=try_again).curves == 11
    assert len(refused) >= 8
    assert not parts_of(tmp_path / "fits.parquet")


def test_a_lock_left_by_a_dead_run_is_taken_over_and_said(tmp_path: Path) -> None:
    source, target, expected = survival.undisturbed(tmp_path)
    folder = tmp_path / "fits.parquet.parts"
    folder.mkdir()
    (folder / "ogive.lock").write_text('{"ogive": "lock", "pid": 1, "host": "far", "started": "2026-01-01T00:00:00"}')
    assert survival.screen(source, target).former == "process 1 on far, at work since 2026-01-01T00:00:00"
    assert target.read_bytes() == expected
    assert not folder.exists()
    assert survival.screen(source, target).former == ""


@pytest.mark.parametrize("alive", [True, False])
def test_where_the_system_has_no_locks_the_named_process_decides(
    tmp_path: Path, alive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno
    import fcntl
    import json
    import socket

    def unsupported(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "not supported")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    lock = tmp_path / "x.parts" / "ogive.lock"
    lock.parent.mkdir()
    pid = os.getpid() if alive else ended.pid
    lock.write_text(json.dumps({"ogive": "lock", "pid": pid, "host": socket.gethostname(), "started": "then"}))
    if alive:
        with pytest.raises(LockedError, match="if that run is gone, remove"), locked(lock):
            pass
        assert lock.exists()
        return
    with locked(lock) as former:
        assert former is not None
        assert former.pid == pid
        with pytest.raises(LockedError), locked(lock):
            pass
    assert not lock.parent.exists()


# ---- What lies where the parts go --------------------------------------------------------------------------------


def test_a_users_file_among_the_parts_stays(tmp_path: Path) -> None:
    source, target, expected = survival.undisturbed(tmp_path)
    folder = tmp_path / "fits.parquet.parts"
    folder.mkdir()
    mine = {"notes.txt": b"mine", "job.json": b"{}", "part-1.txt": b"", ".hidden": b"x"}
    for name, content in mine.items():
        (folder / name).write_bytes(content)
    with pytest.raises(KeyboardInterrupt):
        survival.screen(source, target, progress=stop)
    survival.screen(source, target, restart=True)
    assert target.read_bytes() == expected
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == mine


def test_outputs_whose_long_names_begin_alike_do_not_disturb_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, _, expected = survival.undisturbed(tmp_path)
    one, other = (tmp_path / f"{'fits-of-the-second-screen-' * 3}{k}.parquet" for k in (1, 2))
    inner = {"rename": _files.rename}

    def meanwhile(path: Path, target: Path) -> None:
        if target == one and not other.exists():  # the moment before one of them takes its place
            survival.screen(source, other)
        inner["rename"](path, target)

    monkeypatch.setattr(_files, "rename", meanwhile)
    survival.screen(source, one)
    assert one.read_bytes() == other.read_bytes() == expected


def test_the_parts_may_lie_on_another_disk(tmp_path: Path) -> None:
    source, target, expected = survival.undisturbed(tmp_path)
    (tmp_path / "scratch").mkdir()
    folder = tmp_path / "fits.parquet.parts"
    folder.symlink_to(tmp_path / "scratch")
    survival.screen(source, target)
    assert target.read_bytes() == expected
    assert folder.is_symlink()
    assert not list(folder.iterdir())


@pytest.mark.parametrize("name", ["part-000000000000-000000000030.parquet", "ogive.lock"])
def test_a_strange_file_of_our_own_name_is_refused_and_stays(tmp_path: Path, name: str) -> None:
    source, target, _ = survival.undisturbed(tmp_path)
    folder = tmp_path / "fits.parquet.parts"
    folder.mkdir()
    (folder / name).write_bytes(b"mine")
    for restart in (False, True):
        with pytest.raises(ValueError, match="that Ogive wrote; move it away"):
            survival.screen(source, target, restart=restart)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {name: b"mine"}


def test_parts_that_do_not_follow_each_other_are_made_again(tmp_path: Path) -> None:
    source, target, expected = survival.undisturbed(tmp_path)
    seen: list[int] = []

    def third(*_: object) -> None:
        seen.append(1)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        survival.screen(source, target, progress=third)
    first, second, _ = parts_of(target)
    (tmp_path / "fits.parquet.parts" / second).unlink()
    summary = survival.screen(source, target)
    assert summary.resumed == int(first[18:30])
    assert target.read_bytes() == expected


def test_what_another_program_does_to_the_parts_is_noticed_before_they_are_joined(tmp_path: Path) -> None:
    source, target, _ = survival.undisturbed(tmp_path)
    folder = tmp_path / "fits.parquet.parts"

    def double(rows: int, total: int | None, *_: object) -> None:
        if rows == total:
            first, second, *_others = sorted(folder.glob("part-*"))
            table = parquet.read_table(first)
            about = parquet.read_schema(second).metadata
            parquet.write_table(table.replace_schema_metadata(about), second)

    with pytest.raises(ValueError, match=r"well=-2 is in .*fits\.parquet\.parts twice"):
        survival.screen(source, target, progress=double)
    assert not target.exists()

    def lose(rows: int, total: int | None, *_: object) -> None:
        if rows == total:
            first, second, *_others = sorted(folder.glob("part-*"))
            second.write_bytes(first.read_bytes())

    with pytest.raises(ValueError, match="do not follow each other"):
        survival.screen(source, target, progress=lose)
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


# ---- Refusals ----------------------------------------------------------------------------------------------------


def test_a_refused_call_leaves_nothing_that_refuses_the_corrected_one(tmp_path: Path) -> None:
    source, target, expected = survival.undisturbed(tmp_path)
    whole = parquet.read_table(source)
    parquet.write_table(arrow.concat_tables([whole, whole.slice(0, 10)]), source)
    with pytest.raises(BrokenOrderError, match="well=-2 are not next to each other"):
        survival.screen(source, target)
    assert [path.name for path in tmp_path.iterdir()] == [source.name]
    parquet.write_table(whole, source, row_group_size=37)
    survival.screen(source, target)
    assert target.read_bytes() == expected


def test_a_call_refused_for_its_arguments_leaves_what_an_earlier_run_has_done(tmp_path: Path) -> None:
    source, target, _ = survival.undisturbed(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        survival.screen(source, target, progress=stop)
    done = parts_of(target)
    assert len(done) == 1

    def fault(*_: object) -> None:
        raise ValueError("of the caller's own")

    for wrong in ({"threads": 0}, {"rows": 0}, {"level": 2.0}, {"fixed": {"no such": 1.0}}, {"keep": ["none"]}):
        with pytest.raises((ValueError, KeyError)):
            fit_file("log-logistic-3", source, target, **{**ASKED, **wrong})
    assert parts_of(target) == done
    with pytest.raises(ValueError, match="of the caller's own"):
        survival.screen(source, target, progress=fault)
    assert len(parts_of(target)) == 2


def test_an_input_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    source, target, _ = survival.undisturbed(tmp_path)
    with pytest.raises(ValueError, match="was changed while it was read"):
        survival.screen(source, target, progress=lambda *_: os.utime(source, ns=(1, 1)))
    assert not target.exists()


@pytest.mark.parametrize("how", ["itself", "hard link", "symbolic link", "other spelling"])
def test_the_output_is_never_the_input(tmp_path: Path, how: str) -> None:
    survival.write_screen(source := tmp_path / "screen.parquet")
    former = source.read_bytes()
    target = source if how == "itself" else tmp_path / "fits.parquet"
    if how == "hard link":
        target.hardlink_to(source)
    elif how == "symbolic link":
        target.symlink_to(source)
    elif how == "other spelling":
        target = tmp_path / ".." / tmp_path.name / source.name
    with pytest.raises(OverwriteError, match="is the file that is read"):
        survival.screen(source, target)
    assert source.read_bytes() == former
    with pytest.raises(ValueError, match=r"written as \.parquet or \.csv"):
        survival.screen(source, tmp_path / "fits.txt")


# ---- Labels ------------------------------------------------------------------------------------------------------


def test_labels_of_one_hash_are_told_apart() -> None:
    """-1 and -2 have one hash in Python, as numbers a multiple of 2^61 - 1 apart have."""
    blocks = [arrow.table({"well": [-1, 5]}), arrow.table({"well": [-2, 2**61 + 4]}), arrow.table({"well": [7, 5]})]
    met = Met(blocks.__getitem__)
    assert [met.again(block) for block in blocks] == [None, None, {"well": 5}]


@pytest.mark.parametrize("labels", [["a", None], [1.5, float("nan")], ["A", "A\u200b"]])
def test_labels_of_any_kind_are_met_again(labels: list[object]) -> None:
    for encode in (False, True):
        column = arrow.array(labels)
        column = column.dictionary_encode() if encode else column
        one, other = arrow.table({"by": column[:1]}), arrow.table({"by": column[1:]})
        met = Met([one, other].__getitem__)
        assert met.again(one) is None
        assert met.again(other) is None
        assert met.again(other) is not None
