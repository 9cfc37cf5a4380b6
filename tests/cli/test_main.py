"""What all commands share: help, statuses, one-line errors, pipes, interrupts and colour."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

import ogive as og
from ogive.cli import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

OGIVE = [sys.executable, "-m", "ogive"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help(command, run: Run) -> None:
    result = run(command.name, "--help")
    assert result.status == 0
    assert result.out.startswith(f"Usage: ogive {command.name}")
    assert command.help
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name not in ("help", "form", "theme"):
            assert parameter.help, f"{command.name} --{parameter.name} has no help"


def test_help_lists_the_commands_in_the_order_of_the_table(run: Run) -> None:
    listed = [line.split()[0] for line in run("--help").out.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == [command.name for command in COMMANDS]


def test_version(run: Run) -> None:
    assert run("--version").out == f"ogive {og.__version__}\n"


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    result = run()
    assert result.status in (0, 2)  # old releases of click call that a success, new ones do not
    assert "ogive tour" in result.out + result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["eval", "sigmod", "1"], "did you mean 'sigmoid'?"),
        (["plot", "zzz"], "the shapes are sigmoid"),
        (["evl"], "No such command 'evl'"),
        (["eval", "sigmoid", "one"], "'one' is neither a number nor a file that exists"),
        (["eval", "sigmoid", "1_000"], "'1_000' is neither a number nor a file that exists"),
        (["eval", "sigmoid", "1", "-o", "x.csv"], "are for tables, not for numbers"),
        (["plot", "sigmoid", "-o", "x.bmp"], "a picture is .png, .svg, .pdf"),
        (["plot", "sigmoid", "--span", "1", "-1"], "the smaller first"),
    ],
)
def test_a_mistake_is_answered_in_one_line(run: Run, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.status == 2
    assert message in result.err
    assert result.out == ""


def test_a_folder_that_does_not_exist_is_named(run: Run, tmp_path: Path) -> None:
    result = run("plot", "sigmoid", "-o", str(tmp_path / "none" / "x.png"))
    assert result.status == 2
    assert "none" in result.err
    assert "No such file or directory" in result.err


def test_a_reader_that_leaves_early_is_no_error() -> None:
    writer = subprocess.Popen([*OGIVE, "shapes", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()
    assert writer.wait() == 141
    assert writer.stderr.read() == b""
    writer.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
@pytest.mark.parametrize(
    ("number", "status", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated"), (signal.SIGHUP, 129, "hung up")],
)
def test_a_signal_to_end_is_clean(number: signal.Signals, status: int, word: str, tmp_path: Path) -> None:
    """The command waits for standard input that never ends; nothing may be left beside the output's name."""
    out = tmp_path / "out.csv"
    command = [*OGIVE, "eval", "sigmoid", "-", "-c", "x", "-o", str(out)]
    # A test run that a shell put into the background ignores interrupts, and its children would inherit that.
    heeding = lambda: signal.signal(number, signal.SIG_DFL)  # noqa: E731
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heeding) as waiting:  # noqa: PLW1509
        assert waiting.stdin is not None
        waiting.stdin.write(b"x\n" + b"1\n" * 100)
        waiting.stdin.flush()
        while not list(tmp_path.iterdir()):  # until the command has opened its output
            assert waiting.poll() is None
            time.sleep(0.01)
        waiting.send_signal(number)
        assert waiting.wait(timeout=60) == status
        assert waiting.stderr is not None
        assert waiting.stderr.read() == f"{word}\n".encode()
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
def test_a_signal_that_nohup_ignores_is_ignored() -> None:
    from ogive.cli.leaving import heeding_signals

    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with heeding_signals():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, former)


@pytest.mark.skipif(os.name == "nt", reason="shells differ on Windows")
@pytest.mark.parametrize(
    ("call", "status", "said"),
    [
        ("shapes >&-", 141, ""),
        ("no-such-command >&- 2>&-", 141, ""),
        ("eval sigmoid - -c x <&-", 2, "Error: standard input: the table is empty.\n"),
        ("shapes --json | true; exit ${PIPESTATUS[0]}", 141, ""),
        ("fit in.csv --x x --y y -m logistic-2 -o out | true; exit ${PIPESTATUS[0]}", 141, "wrote out\n"),
    ],
)
def test_closed_streams(call: str, status: int, said: str, tmp_path: Path) -> None:
    """Nobody reads what is printed; what is written into files is there all the same, and no file takes a stream."""
    (tmp_path / "in.csv").write_text(
        "x,y\n" + "".join(f"{x},{1 / (1 + 2.0**-x) + x % 2 / 50}\n" for x in range(-5, 6))
    )
    command = f"{sys.executable} -m ogive {call}"
    ran = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == status, ran.stderr
    assert ran.stderr.endswith(said) if said else ran.stderr == ""
    if "-o out" in call:
        assert (tmp_path / "out" / "report.md").exists()
        assert (tmp_path / "out" / "curve.svg").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device")  # noqa: PTH110
@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("shapes > /dev/full", "Error: standard output: No space left on device\n"),
        ("explain sigmoid -o /dev/full", "Error: /dev/full: No space left on device\n"),
        ("plot sigmoid -o full.png", "Error: /dev/full: No space left on device\n"),
        ("eval sigmoid in.csv -c x -o full.csv", "Error: /dev/full: No space left on device\n"),
        ("(ulimit -f 1; exec {} plot sigmoid -o x.png)", "/x.png: File too large\n"),
        ("no-such-command 2> /dev/full", ""),
    ],
)
def test_a_full_disk_names_the_file(call: str, said: str, tmp_path: Path) -> None:
    for name in ("full.png", "full.csv"):
        (tmp_path / name).symlink_to("/dev/full")
    (tmp_path / "in.csv").write_text("x\n" + "1\n" * 100_000)
    ogive = f"{sys.executable} -m ogive"
    command = call.format(ogive) if "{}" in call else f"{ogive} {call}"
    ran = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.endswith(said)
    assert "Traceback" not in ran.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full.csv", "full.png", "in.csv"]


def test_no_colour_where_no_terminal_is(run: Run) -> None:
    assert "\x1b[" not in run("doctor").out + run("eval", "sigmoid", "0").out


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colour_on_a_terminal_unless_refused(no_color: str, coloured: bool) -> None:
    import pty

    leader, follower = pty.openpty()
    environment = {**os.environ, "NO_COLOR": no_color}
    subprocess.run([*OGIVE, "eval", "sigmoid", "0"], stdout=follower, env=environment, check=True)
    os.close(follower)
    assert (b"\x1b[" in os.read(leader, 4096)) is coloured
    os.close(leader)


def test_output_that_cannot_show_a_letter_goes_on() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "koi8-r"}
    ran = subprocess.run([*OGIVE, "shapes", "sigmoid"], capture_output=True, env=environment, check=True)
    assert b"math?matique" in ran.stdout
