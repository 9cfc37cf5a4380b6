"""A rational point at which conditions hold: the witness that a theorem is about something."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from ogive.expressions import compile_numpy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.explaining.rocq.translation import Condition
    from ogive.expressions import Functions

__all__ = ["witness"]

# Plain numbers first: Rocq proves what holds at them sooner. The fine ones are for narrow domains.
_PLAIN: Final = tuple(
    map(Fraction, ("1/2", "2", "1/3", "3", "-1/2", "1", "-2", "1/5", "5/4", "4", "-3", "1/10", "10"))
)
_FINE: Final = tuple(Fraction(n, 64) for n in range(-640, 641) if n)
_MARGIN: Final = 1e-4  # nearer to its edge than this, a condition is hard to prove in numbers
_MOST: Final = 200_000


def witness(
    conditions: Sequence[Condition], names: Sequence[str], functions: Functions
) -> tuple[Fraction, ...] | None:
    """Return a value for each name at which all conditions hold, or None where none was found."""
    if not names:
        names = ()
    for values in (_PLAIN, _FINE):
        rows = _rows(values, len(names))
        columns = [np.array([float(row[at]) for row in rows]) for at in range(len(names))]
        good = np.ones(len(rows), dtype=bool)
        with np.errstate(all="ignore"):
            for condition in conditions:
                found = compile_numpy(condition.tree, names, functions=functions)(*columns)
                value = np.broadcast_to(np.asarray(found, dtype=float), good.shape)
                good &= np.isfinite(value)
                good &= {"positive": value > _MARGIN, "nonnegative": value >= 0, "nonzero": np.abs(value) > _MARGIN}[
                    condition.kind
                ]
        hits = np.flatnonzero(good)
        if len(hits):
            return rows[int(hits[0])]
    return None


def _rows(values: tuple[Fraction, ...], count: int) -> list[tuple[Fraction, ...]]:
    """Return points of as many coordinates: all combinations where they are few, else a walk through some."""
    if len(values) ** count <= _MOST:
        return (
            sorted(product(values, repeat=count), key=lambda row: sum(values.index(v) for v in row))
            if len(values) < 20
            else list(product(values, repeat=count))
        )
    steps = (1, 7, 19, 31, 43, 59, 71, 83)
    walk = range(_MOST // 10)
    return [tuple(values[(at * steps[c % len(steps)] + 11 * c) % len(values)] for c in range(count)) for at in walk]
