"""The compiled engine as Python sees it: what it takes, the rows of its output, and what no fit can use."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from ogive import _core

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.fitting.many.curves import Curves
    from ogive.fitting.many.plan import Plan

__all__ = ["COVARIANCE", "ROWS", "SWEPT", "Engine", "left_out", "triangle", "unfit"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Where the output holds what (core/batch.hpp): parameters first, then the upper triangle of their covariance.
COVARIANCE = slice(5, 20)
ROWS = {
    name: 20 + i
    for i, name in enumerate((
        "rss", "total", "n", "steps", "converged", "limits", "distinct", "first", "last", "fraction_low",
        "fraction_high", "between", "area", "steepest", "mean", "weight",
    ))
}  # fmt: skip
# The rows and columns of a swept matrix: the five parameters, and the gradient.
SWEPT = 6


def triangle(i: int, j: int, size: int = 5) -> int:
    """Return the place of an element in the upper triangle of a symmetric matrix."""
    a, b = min(i, j), max(i, j)
    return a * size - a * (a - 1) // 2 + b - a


@final
class Engine:
    """The engine with the observations of some curves laid out for it."""

    def __init__(self, plan: Plan, curves: Curves) -> None:
        self._plan = plan
        self._curves = curves
        weights = curves.trials if curves.sd is None else np.ascontiguousarray(curves.sd**-2.0)
        self._points = plan.places(curves.x), np.ascontiguousarray(curves.y), weights

    def search(
        self, *, skip: Flags | None = None, rows: NDArray[np.intp] | None = None, held: Sequence[str] = (),
        given: Floats | None = None, swept: Floats | None = None, evaluate: bool = False,
    ) -> Floats:  # fmt: skip
        """Fit curves; returns the output, a row for each quantity.

        Parameters
        ----------
        skip, rows
            Curves to leave out (nan comes back for them), and the curves that are meant, if not all.
        held, given
            Parameters that are held for each curve at a value of its own, and (5, count) values: those of what is
            held, and where to start with the rest (nan: anywhere).
        swept
            Where to write the swept matrices (core/batch.hpp), if they are wanted.
        evaluate
            Take the given values as they are.
        """
        curves = self._curves if rows is None else self._curves.take(rows)
        length = curves.length if skip is None else np.where(skip, 0, curves.length)
        raw = np.empty((_core.batch_columns, curves.count))
        model = self._plan.arguments(held=held, evaluate=evaluate)
        _core.fit_batch(*model, *self._points, curves.begin, curves.place, length, given, raw, swept)
        return raw


def unfit(plan: Plan, curves: Curves) -> Flags:
    """Say which curves hold what no fit can use: infinite responses, impossible points or deviations."""
    bad = np.zeros(curves.count, dtype=bool)
    wrong_y = np.isinf(curves.y)
    if curves.sd is not None:
        wrong_y |= ~((curves.sd > 0) | np.isnan(curves.sd)) | np.isinf(curves.sd)
    if plan.counts:
        wrong_y |= curves.y < 0
    if curves.trials is not None:
        wrong_y |= (curves.trials <= 0) | np.isinf(curves.trials) | (curves.y > curves.trials)
    wrong_x = curves.x < 0 if plan.model.axis != "linear" else np.isinf(curves.x)
    for wrong, of_x in ((wrong_y, False), (wrong_x, True)):
        if wrong.any():
            bad[curves.owners(np.flatnonzero(wrong), of_x=of_x)] = True
    return bad


def left_out(plan: Plan, raw: Floats, bad: Flags) -> Flags:
    """Say where there is nothing to report: what no fit can use, and fewer observations than parameters."""
    n, distinct = raw[ROWS["n"]], raw[ROWS["distinct"]]
    return np.asarray(bad | ~(n >= max(len(plan.own), 2)) | ~(distinct >= 2))
