"""Tables of variation of random expressions beside mpmath: no sign, limit or domain of theirs is wrong."""

from __future__ import annotations

import pytest
from explaining.tables import run


@pytest.mark.parametrize("seed", range(3))
def test_no_table_is_wrong(seed: int) -> None:
    """Some 70 tables; 1,800 by hand: ``python tests/explaining/tables.py 600`` with three seeds."""
    found, faults = run(24, 1000 + seed)
    assert not faults
    assert found["known"] > 12
    assert found["tail known"] > 6
