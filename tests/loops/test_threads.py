"""Several threads give the bits that one gives, for the context that asks and for nobody else."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from support.digests import arguments, bits

import ogive as og
from ogive import _core

LARGE = 300_000
TASKS = Path("/proc/self/task")


def large(letter: str) -> np.ndarray:
    x = np.resize(arguments(np.dtype("f4" if letter in "ef" else "f8")), LARGE)
    with np.errstate(all="ignore"):
        return x.astype(letter)


@pytest.mark.parametrize("count", [2, 3, 7, 64])
def test_every_kernel_gives_the_same_bits(count: int) -> None:
    for shape in og.shapes.values():
        for role in ("", "value_and_derivative") if count != 3 else shape.roles:
            ufunc = shape.ufunc_of(role)
            for letter in "fd":
                x = large(letter)
                right = np.atleast_2d(ufunc(x))
                with og.threads(count):
                    result = np.atleast_2d(ufunc(x))
                np.testing.assert_array_equal(bits(result), bits(right), ufunc.__name__)


@pytest.mark.parametrize("letter", list("efdgFD"))
def test_every_type_and_layout(letter: str) -> None:
    x = large(letter)
    with og.threads(3):
        for argument in (x, x[::-1], x[::2], x.reshape(600, 500).T, x[1:-3]):
            np.testing.assert_array_equal(og.sigmoid(argument), og.sigmoid.ufunc(argument.copy()))
        ahead = x.copy()
        og.sigmoid(ahead[1:], out=ahead[:-1])
        inplace = x.copy()
        og.sigmoid(inplace, out=inplace)
    np.testing.assert_array_equal(ahead[:-1], og.sigmoid(x[1:]))
    np.testing.assert_array_equal(inplace, og.sigmoid(x))


def count_here() -> int:
    """Tell what holds in this context, by a pass that is long enough for all."""
    return _core.parts(2**40)


def test_a_pass_is_cut_only_where_its_parts_are_large() -> None:
    with og.threads(4):
        sizes = [0, 1, 65_536, 131_071, 131_072, 196_607, 196_608, 262_143, 262_144, 2**40]
        assert [_core.parts(n) for n in sizes] == [1, 1, 1, 1, 2, 2, 3, 3, 4, 4]
    assert _core.parts(2**40) == 1


def test_blocks_nest() -> None:
    assert count_here() == 1
    with og.threads(4):
        assert count_here() == 4
        with og.threads(2):
            assert count_here() == 2
            with og.threads(1):
                assert count_here() == 1
            assert count_here() == 2
        assert count_here() == 4
    assert count_here() == 1


@pytest.mark.skipif(not TASKS.exists(), reason="sees threads in /proc")
def test_the_parts_are_threads_of_their_own() -> None:
    x = np.resize(large("d"), 3_000_000)
    most, over = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.is_set():
            most = max(most, sum(1 for _ in TASKS.iterdir()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    before = sum(1 for _ in TASKS.iterdir())
    with og.threads(4):
        for _ in range(50):
            og.softplus.inverse(x)
            if most > before:
                break
    over.set()
    watcher.join()
    assert most > before


def test_the_count_is_left_as_it_was_when_a_block_fails() -> None:
    with pytest.raises(TypeError), og.threads(3):
        og.sigmoid("text")
    assert count_here() == 1


def test_other_threads_and_tasks_have_their_own_count() -> None:
    seen: list[int] = []
    if not getattr(sys.flags, "thread_inherit_context", 0):
        with og.threads(3):
            other = threading.Thread(target=lambda: seen.append(count_here()))
            other.start()
            other.join()
        assert seen == [1]

    async def task(count: int, steps: int) -> None:
        with og.threads(count):
            for _ in range(steps):
                await asyncio.sleep(0)
                assert count_here() == count
        assert count_here() == 1

    async def all_tasks() -> None:
        await asyncio.gather(task(2, 9), task(3, 4), task(4, 6))
        assert count_here() == 1

    asyncio.run(all_tasks())


def test_many_python_threads_at_once() -> None:
    x = large("d")
    right = og.tanh(x)
    failures: list[str] = []

    def work(count: int) -> None:
        for _ in range(5):
            with og.threads(count):
                if not np.array_equal(og.tanh(x), right, equal_nan=True):
                    failures.append("other values")

    workers = [threading.Thread(target=work, args=(count,)) for count in (1, 2, 3, 8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures


def test_what_is_no_number_of_threads() -> None:
    for wrong in (0, -1, 1025, 10**30):
        with pytest.raises(ValueError, match="the number of threads must be 1 up to 1024"), og.threads(wrong):
            pass
    for unfit in (True, 2.0, "2", None):
        with pytest.raises(TypeError, match="must be an integer, not"), og.threads(unfit):  # type: ignore[arg-type]
            pass


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, **environment}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=False)


def test_the_environment_sets_what_holds_outside_of_blocks() -> None:
    code = "import ogive as og; from ogive import _core; print(_core.parts(2**40))"
    assert python(code, OGIVE_THREADS="3").stdout == "3\n"
    assert python(code, OGIVE_THREADS="").stdout == "1\n"
    inside = "import ogive as og\nfrom ogive import _core\nwith og.threads(2): print(_core.parts(2**40))"
    assert python(inside, OGIVE_THREADS="3").stdout == "2\n"
    for wrong in ("0", "two", "2x", "1025", "99999999999999999999"):
        done = python("import ogive", OGIVE_THREADS=wrong)
        assert f"OGIVE_THREADS={wrong} is not a number of threads; set it to 1 up to 1024" in done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_fork_computes_on() -> None:
    code = (
        "import numpy as np, ogive as og, os\n"
        "x = np.linspace(-9, 9, 400_000)\n"
        "with og.threads(3):\n"
        "    right = og.sigmoid(x)\n"
        "    child = os.fork()\n"
        "    same = (og.sigmoid(x) == right).all()\n"
        "    if child == 0: os._exit(0 if same else 3)\n"
        "    print(os.waitpid(child, 0)[1], same)\n"
    )
    done = python(code)
    assert done.stdout == "0 True\n", done.stderr
