"""Every statement of a property sheet against numbers, on functions written out again by hand for mpmath.

`support.real_functions` has the functions, `support.sheet_oracle` reads the printed words and tries to refute them.
Functions whose domain has ends, holes and joints come first: that is where statements were false.
"""

from __future__ import annotations

import pytest
from support.real_functions import ROWS, Row
from support.sheet_oracle import refutations

import ogive as og


@pytest.mark.parametrize("row", ROWS, ids=[row.text for row in ROWS])
def test_no_statement_is_refuted(row: Row) -> None:
    sheet = og.properties(row.text, effort=0.1)  # what is not found in a tenth of the usual work is unknown here
    found = {item.name: refutations(row, item.name, item.words) for item in sheet.items if item.proved}
    assert {name: against for name, against in found.items() if against} == {}
