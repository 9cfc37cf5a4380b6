"""Random calls of the compiled core's entries, right and wrong, made to find accesses beyond memory.

What is wrong must be refused with an exception; what is right must leave every byte outside its outputs alone, and
give the bits that the same call gives on fresh contiguous arrays. `python3 dev.py sanitize` runs it in a core that
stops at the first bad access. By hand, for longer:

    python tests/fuzz/fuzzer.py [--count N] [--seed S] [--threads T]
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

import ogive as og
from ogive import _core

__all__ = ["fuzz_engine", "fuzz_engine_while_written", "fuzz_kernel", "main"]

REFUSALS = (TypeError, ValueError, BufferError, OverflowError, MemoryError)
UFUNCS = [shape.ufunc_of(role) for shape in og.shapes.values() for role in shape.roles]
SPECIAL = [
    0.0,
    -0.0,
    np.nan,
    np.inf,
    -np.inf,
    5e-324,
    -5e-324,
    1e-310,
    1.7e308,
    -1.7e308,
    1.0,
    -1.0,
    0.5,
    745.2,
    -745.2,
]
GUARD = 64
"""Bytes on both sides of an output, which no call may write."""


# ---- Kernels -----------------------------------------------------------------------------------------------------


def numbers(random: np.random.Generator, count: int) -> np.ndarray:
    """Return numbers of all sizes, some of them special, or of any bits."""
    if random.random() < 0.3:
        return random.integers(0, 2**64, count, dtype=np.uint64).view(np.float64)
    x = random.normal(size=count) * random.choice([1e-3, 1, 30, 800])
    x[random.random(count) < 0.1] = random.choice(SPECIAL)
    return x


def cut(random: np.random.Generator, memory: np.ndarray, dtype: np.dtype[Any], count: int) -> np.ndarray:
    """Return an array somewhere in memory: strided either way, not always aligned."""
    aligned = random.random() < 0.7
    start = int(random.integers(0, 4)) * dtype.itemsize if aligned else int(random.integers(0, 40))
    step = int(random.choice([1, 1, 1, 2, 3])) * dtype.itemsize + (0 if aligned else int(random.integers(0, 3)))
    array = np.ndarray((count,), dtype, memory.data, start, (step,))
    return array[::-1] if random.random() < 0.2 else array


def fuzz_kernel(random: np.random.Generator) -> bool:
    """Call a kernel on arrays in one piece of memory; returns whether the call was refused."""
    ufunc = UFUNCS[random.integers(len(UFUNCS))]
    types = ufunc.types[random.integers(len(ufunc.types))].replace("->", "")
    count = int(random.choice([0, 1, 2, 7, 8, 15, 16, 17, 64, 65, 300, 511, 512, 513, 1100]))
    dtype = np.dtype(types[0])
    if random.random() < 0.1:
        dtype = dtype.newbyteorder()
    room = (4 * count + 64) * (dtype.itemsize + 3) + 128
    memory = np.frombuffer(bytearray(random.bytes(room)), np.uint8)
    with np.errstate(all="ignore"):
        x = cut(random, memory, dtype, count)
        x[...] = numbers(random, count).astype(dtype)
        source = x.copy()
        places = [memory, np.frombuffer(bytearray(room), np.uint8)]
        outputs = [cut(random, places[random.integers(2)], dtype, count) for _ in range(ufunc.nout)]
        if ufunc.nout == 2 and np.shares_memory(*outputs):
            outputs[1] = np.empty(count, dtype)
        if random.random() < 0.1:
            outputs[0] = outputs[0].view(np.uint8) if outputs[0].flags.c_contiguous else outputs[0][:-1]
        touched = [np.zeros(len(place), np.bool_) for place in places]
        before = [place.copy() for place in places]
        for place, mask in zip(places, touched, strict=True):
            for output in outputs:
                offset = output.__array_interface__["data"][0] - place.__array_interface__["data"][0]
                if 0 <= offset < len(place):
                    mark = np.ndarray(
                        (*output.shape, output.itemsize), np.bool_, mask.data, offset, (*output.strides, 1)
                    )
                    mark[...] = True
        try:
            ufunc(x, out=tuple(outputs))
        except REFUSALS:
            return True
        wanted = ufunc(np.ascontiguousarray(source))
    for place, mask, old in zip(places, touched, before, strict=True):
        assert (place[~mask] == old[~mask]).all(), f"{ufunc.__name__} wrote beyond its outputs"
    for output, right in zip(outputs, wanted if ufunc.nout == 2 else [wanted], strict=True):
        np.testing.assert_array_equal(output, right.astype(dtype), err_msg=ufunc.__name__)
    return False


# ---- The engine --------------------------------------------------------------------------------------------------

WILD = [0, 1, 2, -1, 63, 64, 65, 2**30 - 1, 2**30, 2**31, 2**62, 2**63 - 1, -(2**63)]


def guarded(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return memory, and the doubles in it that lie between its guards."""
    memory = np.full(count + 2 * GUARD // 8, 1234.5)
    return memory, memory[GUARD // 8 : len(memory) - GUARD // 8]


def question(random: np.random.Generator) -> list[Any]:
    """Return arguments of fit_batch, right in form, for a few curves of any numbers."""
    count, points = int(random.integers(0, 12)), int(random.choice([0, 1, 2, 3, 5, 10, 63, 64, 65, 90]))
    likelihood, powered = int(random.integers(3)), int(random.integers(2))
    g = np.sort(random.normal(size=points)) * random.choice([1e-3, 1, 1e3])
    y = np.tanh(np.tile(g, count)) + 0.1 * random.normal(size=count * points)
    w = random.uniform(0.1, 3, count * points) if random.random() < 0.5 else None
    if likelihood:
        w = np.full(count * points, 20.0)
        y = np.clip(np.round(10 * y + 10), 0, 20)
    for array in (g, y, w):
        if array is not None and random.random() < 0.3:
            array[random.random(len(array)) < 0.2] = random.choice([*SPECIAL, 1e30, -1e30])
    free, held, by_user = (int(random.integers(32)) for _ in range(3))
    free &= 31 if powered else 15
    held &= ~free
    limits = np.full(10, np.nan)
    if random.random() < 0.4:
        limits = random.choice([*SPECIAL, np.nan, 2.0, 3.0], 10)
    given = random.normal(size=5 * count) if held or random.random() < 0.3 else None
    evaluate = int(given is not None and random.random() < 0.3)
    swept = random.random() < 0.4
    begin = np.arange(count, dtype=np.int64) * points
    place, length = np.zeros(count, np.int64), np.full(count, points, np.int64)
    name = str(random.choice(_core.batch_shapes))
    model = [name, powered, free, held, by_user, bool(random.integers(2)), int(random.integers(2)), random.normal()]
    outputs = [guarded(_core.batch_columns * count)[1], guarded(_core.batch_swept * count)[1] if swept else None]
    return [*model, likelihood, evaluate, limits, g, y, w, begin, place, length, given, *outputs]


def spoil(random: np.random.Generator, arguments: list[Any]) -> None:
    """Make one argument wrong, or wild."""
    where = int(random.integers(len(arguments)))
    old = arguments[where]
    if isinstance(old, np.ndarray):
        kind = int(random.integers(8))
        if kind == 0 and len(old) and old.dtype == np.int64:
            old[random.integers(len(old))] = random.choice(WILD)
        elif kind == 1:
            arguments[where] = old[:-1] if len(old) else np.zeros(1, old.dtype)
        elif kind == 2:
            with np.errstate(all="ignore"):
                arguments[where] = old.astype(random.choice(["f4", "i4", "c16", "u8", ">f8", "M8[s]"]))
        elif kind == 3:
            arguments[where] = np.repeat(old, 2)[::2]
        elif kind == 4:
            old.flags.writeable = False
        elif kind == 5:
            arguments[where] = None
        elif kind == 6:
            arguments[where] = random.choice([b"12345678", "text", 7])
        else:  # an output that lies in another array
            arguments[-2] = old
    elif isinstance(old, str):
        arguments[where] = random.choice(["", "sigmoid\0", "no such shape", "é" * 300])
    else:
        arguments[where] = random.choice([2**31, -(2**31), 2**63, -1, 3, 1e300, np.nan, "1", None], 1)[0]


def answer(arguments: list[Any]) -> bool:
    """Call the engine; returns whether it refused."""
    try:
        _core.fit_batch(*arguments)
    except REFUSALS:
        return True
    for output in arguments[-2:]:
        if output is not None and output.base is not None and output.base.dtype == np.float64:
            guards = np.concatenate([output.base[: GUARD // 8], output.base[len(output.base) - GUARD // 8 :]])
            assert (guards == 1234.5).all(), "the engine wrote beyond its output"
    return False


def fuzz_engine(random: np.random.Generator) -> bool:
    """Ask the engine something, wrong or wild more often than not; returns whether it refused."""
    arguments = question(random)
    for _ in range(int(random.choice([0, 1, 1, 1, 2]))):
        spoil(random, arguments)
    return answer(arguments)


def fuzz_engine_while_written(random: np.random.Generator) -> None:
    """Let another thread write wild places into the arrays while the engine works."""
    arguments = question(random)
    indices = arguments[14:17]
    stop = False

    def write() -> None:
        own = np.random.default_rng(1)
        while not stop:
            for array in indices:
                if len(array):
                    array[own.integers(len(array))] = own.choice(WILD)

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        try:
            for _ in range(20):
                answer(arguments)
                for array, right in zip(indices, question(random)[14:17], strict=True):
                    array[...] = np.resize(right, len(array)) if len(right) else 0
        finally:
            stop = True
        writer.result()


# ---- By hand -----------------------------------------------------------------------------------------------------


def one_thread(seed: int, count: int) -> int:
    random = np.random.default_rng(seed)
    refused = 0
    for _ in range(count):
        refused += fuzz_kernel(random) if random.random() < 0.5 else fuzz_engine(random)
    return refused


def main(arguments: list[str]) -> None:
    """Fuzz in some threads at once, and say how much was refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="calls in each thread (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    with ThreadPoolExecutor(options.threads) as pool:
        seeds = range(options.seed, options.seed + options.threads)
        refused = sum(pool.map(one_thread, seeds, [options.count] * options.threads))
    sys.stdout.write(f"{options.count * options.threads} calls, {refused} of them refused, none beyond its memory\n")


if __name__ == "__main__":
    main(sys.argv[1:])
