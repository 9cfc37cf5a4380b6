"""Screens that are disturbed: whatever happens, the output is that of an undisturbed run, to the byte.

In the way SQLite is tested: every request to the disk fails once, and every one from there on; runs are killed at
random moments; the same run is started twice. By hand, for longer:

    python tests/fitting/many/survival.py kills 100
    python tests/fitting/many/survival.py pairs 100
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from ogive import _files
from ogive._optional import optional
from ogive.fitting.many.screens.lock import LockedError
from ogive.fitting.many.screens.screen import fit_file

DISK = ("write", "synchronise", "rename", "remove", "make_folder", "remove_folder")
"""What is asked of the disk, by the names that `ogive._files` gives it."""


def write_screen(path: Path, curves: int = 11) -> None:
    """Write a small screen, whose curves cross from one row group into the next."""
    arrow = optional("pyarrow", for_="tables")
    parquet = optional("pyarrow.parquet", for_="tables")

    random = np.random.default_rng(5)
    doses = 10.0 ** np.arange(-9, -4.4, 0.5)
    place = random.uniform(-8, -5, (curves, 1))
    y = 1 / (1 + 10.0 ** (place - np.log10(doses))) + random.normal(0, 0.03, (curves, 10))
    table = {"well": np.repeat(np.arange(curves) - 2, 10), "dose": np.tile(doses, curves), "response": y.ravel()}
    parquet.write_table(arrow.table(table), path, row_group_size=37)


def screen(source: Path, target: Path, **options: Any) -> Any:
    """Fit it in four blocks."""
    asked = {"x": "dose", "y": "response", "by": ["well"], "rows": 37, "threads": 1}
    return fit_file("log-logistic-3", source, target, **asked, **options)


def undisturbed(folder: Path, suffix: str = ".parquet") -> tuple[Path, Path, bytes]:
    """Return an input, an output that is not there yet, and what will be in it."""
    source, target = folder / "screen.parquet", folder / f"fits{suffix}"
    write_screen(source)
    screen(source, target)
    expected = target.read_bytes()
    target.unlink()
    return source, target, expected


# ---- A disk that refuses -----------------------------------------------------------------------------------------


class Refusals:
    """Put functions in the place of the disk's, of which the n-th request fails, or all from there on."""

    def __init__(self, nth: int, *, lasting: bool = False) -> None:
        self.nth, self.lasting, self.asked = nth, lasting, 0
        self.former: dict[str, Any] = {}

    def __enter__(self) -> Refusals:
        self.former = {name: getattr(_files, name) for name in DISK}
        for name, function in self.former.items():
            setattr(_files, name, self.guarded(function))
        return self

    def __exit__(self, *_: object) -> None:
        for name, function in self.former.items():
            setattr(_files, name, function)

    def guarded(self, function: Any) -> Any:
        def asked(*arguments: Any) -> Any:
            self.asked += 1
            if self.asked == self.nth or (self.lasting and self.asked > self.nth):
                raise OSError(28, "No space left on device")
            return function(*arguments)

        return asked


# ---- Runs that are killed, and pairs -----------------------------------------------------------------------------


def started(source: Path, target: Path) -> int:
    """Start a run in a process of its own: it leaves with 0, or with 3 where another run is at work."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        screen(source, target)
        status = 0
    except LockedError:
        status = 3
    finally:
        os._exit(status)


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kills(count: int, seed: int = 1) -> int:
    """Kill runs at random moments and let others go on; returns how many were killed in the middle of their work."""
    chance, killed = np.random.default_rng(seed), 0
    with tempfile.TemporaryDirectory() as name:
        source, target, expected = undisturbed(Path(name))
        began = time.perf_counter()
        assert ended(started(source, target)) == 0
        long = time.perf_counter() - began
        target.unlink()
        for round_ in range(count):
            child = started(source, target)
            time.sleep(chance.uniform(0, 1.1 * long))
            os.kill(child, signal.SIGKILL)
            killed += ended(child) == -signal.SIGKILL
            assert not target.exists() or target.read_bytes() == expected
            if round_ % 3:  # twice the next run is killed too
                continue
            assert ended(started(source, target)) == 0
            assert target.read_bytes() == expected
            assert sorted(path.name for path in Path(name).iterdir()) == [target.name, source.name]
            target.unlink()
    return killed


def pairs(count: int, seed: int = 2) -> int:
    """Start the same run twice, at offsets; returns how often one of the two was refused."""
    chance, refused = np.random.default_rng(seed), 0
    with tempfile.TemporaryDirectory() as name:
        source, target, expected = undisturbed(Path(name))
        for _ in range(count):
            one = started(source, target)
            time.sleep(chance.uniform(0, 0.1))
            other = started(source, target)
            statuses = sorted((ended(one), ended(other)))
            assert statuses in ([0, 0], [0, 3]), statuses
            refused += statuses == [0, 3]
            assert target.read_bytes() == expected
            assert sorted(path.name for path in Path(name).iterdir()) == [target.name, source.name]
            target.unlink()
    return refused


if __name__ == "__main__":
    what, number = sys.argv[1], int(sys.argv[2])
    found = {"kills": kills, "pairs": pairs}[what](number)
    print(f"{number} {what}: {found} {'in the middle of their work' if what == 'kills' else 'with one refused'}")
