"""One Rocq for all tests of this room: the prelude is compiled once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ogive.explaining.rocq import Rocq, RocqMissingError, rocq


@pytest.fixture(scope="session")
def judge() -> Iterator[Rocq]:
    try:
        with rocq() as found:
            yield found
    except RocqMissingError as error:
        pytest.skip(str(error).splitlines()[0])
