"""Many curves before the compiled engine: their observations laid out for it, and what no fit can use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray

from ogive import _core
from ogive.fitting.search.engine_rows import ROWS, ends_of, output_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.fitting.many.blocks.request import Plan
    from ogive.fitting.many.tables.curves import Curves

__all__ = ["Engine", "left_out", "unfit"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@final
@dataclass(frozen=True)
class Engine:
    """The engine with the observations of some curves laid out for it: places, responses and weights."""

    plan: Plan
    curves: Curves
    points: tuple[Floats, Floats, Floats | None]

    @classmethod
    def of(cls, plan: Plan, curves: Curves) -> Engine:
        """Lay out the observations of curves."""
        weights = curves.trials if curves.sd is None else np.ascontiguousarray(curves.sd**-2.0)
        return cls(plan, curves, (plan.places(curves.x), np.ascontiguousarray(curves.y), weights))

    def take(self, rows: NDArray[np.intp] | Flags) -> Engine:
        """Return the engine for some of the curves, whose observations stay as they are laid out."""
        return replace(self, curves=self.curves.take(rows))

    def search(self, *, skip: Flags) -> Floats:
        """Fit each curve alone, but for those to skip; returns the output, a row for each quantity."""
        return self._run(self.plan.arguments(), np.where(skip, 0, self.curves.length), None, None)

    def search_held(self, given: Floats, *, evaluate: bool = False) -> tuple[Floats, Floats]:
        """Fit curves whose shared parameters are held; returns the output and the swept matrices (core/batch.hpp).

        Parameters
        ----------
        given
            For each curve (5, count) values: those of what is held, and where to start with the rest (nan: anywhere).
        evaluate
            Take the given values as they are.
        """
        swept = np.empty((_core.batch_swept, self.curves.count))
        model = self.plan.arguments(held=self.plan.shared, evaluate=evaluate)
        raw = self._run(model, self.curves.length, np.ascontiguousarray(given), swept)
        return raw, swept

    def search_from(self, given: Floats, *, held: Sequence[str]) -> Floats:
        """Fit curves with some parameters held, from starts (nan: anywhere); returns the output."""
        return self._run(self.plan.arguments(held=held), self.curves.length, np.ascontiguousarray(given), None)

    def ends_from(self, given: Floats, rise: Floats) -> Floats:
        """Return the ends (2, count) of the profile of a dose of curves at their minima (see `ends_of`)."""
        places = (self.curves.begin, self.curves.place, self.curves.length)
        return ends_of(self.plan.arguments(), self.points, places, given, rise)

    def _run(self, model: tuple[Any, ...], length: Any, given: Floats | None, swept: Floats | None) -> Floats:
        return output_of(model, self.points, (self.curves.begin, self.curves.place, length), given, swept)


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
