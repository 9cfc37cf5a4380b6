"""Broken tables, to every reader: each answers with a table or with a sentence, never with a traceback or a hang.

Short in the tests; by hand ``python tests/fuzz/tables.py 100000`` tries so many.
"""

from __future__ import annotations

import gzip
import io
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from support.hostile import hostile

import ogive as og
from ogive.cli.csv_stream import Request, add_columns
from ogive.fitting.many.tables.source import Blocks
from ogive.tables import Reading, TableError, read_file
from ogive.tables.layouts import Wanted, arranged

PIECES = (
    *(
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b"#",
        b"sep=;\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
    ),
    *(
        b"\x1f\x8b",
        b"PAR1",
        b"ARROW1",
        b"PK\x03\x04",
        b"\x28\xb5\x2f\xfd",
        b"1e999",
        b"NA",
        b"1,5",
        b"\xe9",
        b" ",
        b"dose",
    ),
)


def broken(random: np.random.Generator) -> tuple[bytes, tuple[str, str, str]]:
    """Return a table that was whole, and what is left of its names after some bytes were changed."""
    table = hostile(int(random.integers(2**32)))
    content = bytearray(table.content)
    for _ in range(int(random.integers(0, 6))):
        at, kind = int(random.integers(len(content) + 1)), random.random()
        if kind < 0.5:
            content[at:at] = PIECES[int(random.integers(len(PIECES)))]
        elif kind < 0.7:
            del content[at : at + int(random.integers(1, 20))]
        elif kind < 0.85:
            content[at : at + 1] = bytes([int(random.integers(256))])
        else:
            content = content[:at]
    packed = bytes(content)
    if random.random() < 0.1:
        packed = gzip.compress(packed, 1)[: int(random.integers(10, 300))]
    return packed, table.names


def ways(path: Path, names: tuple[str, str, str]) -> list[Any]:
    """Read a table in every way; what comes is the rows, or the sentence."""
    by, x, y = names
    found: list[Any] = []
    wanted = Wanted(x, (y,), (by,))
    try:
        read = arranged(read_file(path, wanted=wanted.named, numbers=wanted.numbers), wanted)
        rows = zip(read.columns[by], read.columns[x].tolist(), read.columns[y].tolist(), strict=True)
        found.append([row for row in rows if row[0] is not None])
    except TableError as error:
        found.append(str(error))
    for reading in (Reading(), Reading(comment="%%")):
        try:
            got: list[Any] = []
            for _, _, block in Blocks(path, [by, x, y], [x, y], [by], reading=reading):
                got += zip(*(block.column(name).to_pylist() for name in names), strict=True)
            found.append([(label, *(np.nan if n is None else n for n in numbers)) for label, *numbers in got])
        except TableError as error:
            found.append(str(error))
    try:
        add_columns(io.BytesIO(path.read_bytes()), io.BytesIO(), Request(og.sigmoid, x), lambda _: None)
    except TableError as error:
        assert str(error)  # noqa: PT017 - the sentence is the answer
    return found


def fuzz(seed: int, count: int) -> tuple[int, float]:
    """Try so many tables; returns how many were refused, and the longest time that one took.

    Raises
    ------
    AssertionError
        If two ways see different rows in one table.
    """
    random = np.random.default_rng(seed)
    refused, longest = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        for number in range(count):
            content, names = broken(random)
            if len(set(names)) < 3:
                continue
            path.write_bytes(content)
            began = time.process_time()
            found = ways(path, names)
            longest = max(longest, time.process_time() - began)
            refused += isinstance(found[0], str)
            # the last way knows comments by another sign, so it may find others where lines begin with #
            agreed = found[:2] if b"#" in content else found
            for other in agreed[1:]:
                assert isinstance(other, str) == isinstance(found[0], str), (seed, number, content, found)
                if not isinstance(other, str):
                    assert repr(other) == repr(found[0]), (seed, number, content, found)
    return refused, longest


def main(arguments: list[str]) -> None:
    """Fuzz by hand: how many tables, and with which seed."""
    count, seed = (int(arguments[0]) if arguments else 10_000), (int(arguments[1]) if arguments[1:] else 1)
    refused, longest = fuzz(seed, count)
    sys.stdout.write(f"{count} tables, {refused} refused with a sentence, the longest {longest:.2f} s\n")


if __name__ == "__main__":
    main(sys.argv[1:])
