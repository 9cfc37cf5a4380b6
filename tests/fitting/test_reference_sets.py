"""Published data sets, with the digits that must agree; the numbers and where they come from are in tests/data."""

from __future__ import annotations

import pytest
from support.reference_sets import (
    CASES,
    NIST,
    Case,
    certified,
    digits,
    nist,
    promised,
    published,
    read_record,
    read_table,
)

from ogive.shape import UnknownShapeError

# The least part of a set's published numbers that must be compared at all: some are of other programs' own making.
ENOUGH = 0.6


@pytest.mark.parametrize("start", ["start1", "start2"])
@pytest.mark.parametrize("name", NIST)
def test_nist_from_both_starts(name: str, start: str) -> None:
    found, wanted = nist(name, start), certified(name)
    assert wanted.keys() <= found.keys()
    for key, value in wanted.items():
        assert digits(found[key], value) >= 8, (key, found[key], value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_published_sets(case: Case) -> None:
    record = read_record(case.name)
    try:
        found = case.compute(read_table(case.name), record)
    except UnknownShapeError as error:
        pytest.skip(str(error))
    wanted = published(case, record)
    compared = found.keys() & wanted.keys()
    assert len(compared) >= ENOUGH * len(wanted)
    short = {
        key: (found[key], wanted[key]) for key in compared if digits(found[key], wanted[key]) < promised(case, key)
    }
    assert not short
