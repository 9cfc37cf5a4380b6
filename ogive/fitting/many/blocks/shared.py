"""Curves that have parameters in common: all sets of a table searched at once, each for its own joint minimum.

The values in common are searched by Newton's method with every other parameter following them: for given common
values the engine fits each curve by itself, and says how its best half deviance changes with them (its second
derivatives swept by the curve's own parameters: the arrow-shaped system of a set, solved without ever being written
down). The minimum is that of the joint fit, `ogive.fit(..., by=, share=)`, at some twenty fits a curve, however many
curves a set has.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.many.blocks.engine import Engine, left_out
from ogive.fitting.many.blocks.shared_limits import Reach, reach_of
from ogive.fitting.search.engine_rows import COVARIANCE, GRADIENT, LEVELS, ROWS, SWEPT, triangle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.fitting.many.blocks.request import Plan
    from ogive.fitting.many.blocks.sets import Sets
    from ogive.fitting.many.tables.curves import Curves

__all__ = ["search_sets"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MIDPOINT, _STEEPNESS, _ASYMMETRY = 2, 3, 4
_STEPS = 100
# The quantiles that searches begin with.
_PARTS = (0.5, 0.25, 0.75)
_BENT_PARTS = (0.5, 0.1, 0.3, 0.7, 0.9)
# Times that a set is left and looked at anew: some curve may have a better minimum for the values found.
_ROUNDS = 4
# A step of this promise, as a part of half the deviance, squares what is left of it: nothing more is to be learnt.
_CLOSE = 1e-11
# The promise at which it can be told which of two starts leads lower.
_ROUGHLY = 1e-6
# What a curve may lose by going to where its minimum at infinity is settled (core/fit/settle.hpp), with rounding.
_SETTLED = 2e-7


def search_sets(plan: Plan, curves: Curves, sets: Sets, bad: Flags) -> Floats:
    """Fit curves in sets; returns the engine's output with the covariances of the joint fit."""
    engine = Engine.of(plan, curves)
    # each curve alone: where the sets begin, and all that is said of curves that no fit can use
    raw = engine.search(skip=bad)
    fit = ~left_out(plan, raw, bad)
    if fit.any():
        raw[:, fit] = _Joint(plan, engine.take(fit), sets.chosen(fit), raw[:, fit]).run()
    return raw


@final
@dataclass(frozen=True)
class _Point:
    """Where a search stands: the parameters of every curve, half its deviance, its swept second derivatives."""

    given: Floats  # (5, curves)
    half: Floats
    swept: Floats

    def where(self, wanted: Flags, other: _Point) -> _Point:
        """Return this point with some curves taken from another."""
        return _Point(
            np.where(wanted, other.given, self.given),
            np.where(wanted, other.half, self.half),
            np.where(wanted, other.swept, self.swept),
        )

    def element(self, i: int, j: int) -> Floats:
        """Return an element of the swept matrices."""
        found: Floats = self.swept[triangle(i, j, SWEPT)]
        return found


@final
class _Joint:
    """The joint search for a number of sets. Common values are (sets, common parameters)."""

    def __init__(self, plan: Plan, engine: Engine, sets: Sets, alone: Floats) -> None:
        self.plan, self.engine, self.sets = plan, engine, sets
        self.shared = [LEVELS.index(name) for name in plan.shared]
        self.own = [LEVELS.index(name) for name in plan.own]
        self.reach: Reach = reach_of(plan, sets, alone)
        self.span = alone[ROWS["last"]] - alone[ROWS["first"]]
        self.alone = alone

    # ---- Where to begin ----

    def starts(self) -> Iterator[Floats]:
        """Yield common values to begin with: quantiles of what the curves of a set have by themselves.

        Asymptotes are nearly linear, so three starts about their middle do. A midpoint or a steepness is that of a
        curve of the set, at more places among them: what suits some curves may be out of reach from what suits
        others.
        """
        bent = [i for i in self.shared if i >= _MIDPOINT]
        for part in _BENT_PARTS if bent else _PARTS:
            start = np.empty((self.sets.count, len(self.shared)))
            for k, i in enumerate(self.shared):
                rows = self._quantile(bent[0], part) if i in bent else self._quantile(i, 0.5 if bent else part)
                start[:, k] = self.alone[i][rows]
            yield self.reach.clipped(start)

    def _quantile(self, i: int, part: float) -> NDArray[np.intp]:
        """Return the curve of each set at a quantile; each counts by the part of its scatter that it explains."""
        alone = self.alone
        known = (alone[ROWS["between"]] > 0) & (alone[ROWS["total"]] > 0)
        explained = 1 - alone[ROWS["rss"]] / np.where(known, alone[ROWS["total"]], 1.0)
        return self.sets.quantile(alone[i], np.where(known, np.maximum(explained, 0.0), 0.0), part)

    # ---- All of it ----

    def run(self) -> Floats:
        """Search from every start, look again, settle, and evaluate; returns the engine's output."""
        point = reduce(self.lower, (self.descend(self.look(start), enough=_ROUGHLY)[0] for start in self.starts()))
        steps = 0
        for _ in range(_ROUNDS):
            anew = self.look(self.common(point))
            better = anew.half < point.half * (1 - 1e-9)
            point = point.where(anew.half <= point.half * (1 + _SETTLED), anew)
            point, arrived, taken = self.descend(point)
            steps += taken
            if not better.any():
                break
        return self.finished(self.ordered(point), arrived, steps)

    def lower(self, one: _Point, other: _Point) -> _Point:
        """Return for each set the lower of two points."""
        better = self.sets.total(other.half) < self.sets.total(one.half)
        return one.where(better[self.sets.of], other)

    def common(self, point: _Point) -> Floats:
        """Return the common values of each set."""
        return point.given[self.shared][:, self.sets.starts].T

    def look(self, common: Floats) -> _Point:
        """Fit every curve for some common values, wherever its minimum may be."""
        given = np.full((5, len(self.sets.of)), np.nan)
        given[self.shared] = common[self.sets.of].T
        return self.fitted(given, np.arange(len(self.sets.of)))

    def fitted(self, given: Floats, rows: NDArray[np.intp]) -> _Point:
        """Fit some curves for their common values, from where they are if that is given."""
        raw, swept = self.engine.take(rows).search_held(given[:, rows])
        return _Point(raw[:5], 0.5 * raw[ROWS["rss"]], swept)

    # ---- Newton's method in the common values ----

    def descend(self, point: _Point, *, enough: float = _CLOSE) -> tuple[_Point, Flags, int]:
        """Go down to the joint minimum; returns where that is, which sets have arrived, and the number of steps."""
        sets, reach = self.sets, self.reach.on_the_side_of(self.common(point))
        live, arrived = np.ones(sets.count, dtype=bool), np.zeros(sets.count, dtype=bool)
        damping = np.zeros(sets.count)
        for step in range(_STEPS):
            half = sets.total(point.half)
            move, promise = self.aim(point, damping, reach)
            rows = np.flatnonzero(live[sets.of])
            tried = self.fitted(self.moved(point, move), rows)
            trial = _spread(point, tried, rows)
            now = sets.total(trial.half)
            # near the end half the digits of a sum are noise
            slack = np.where(promise < 1e-8 * half, 1e-12 * half, 0.0)
            better = live & (now <= half + slack)
            point = point.where(better[sets.of], trial)
            arrived |= live & np.where(better, promise <= enough * half, promise <= 1e-9 * half)
            damping = np.where(better, np.where(damping > 1e-6, 0.1 * damping, 0.0), np.maximum(10 * damping, 1e-3))
            live &= ~arrived & (damping < 1e12)
            if not live.any():
                return point, arrived, step + 1
        return point, arrived, _STEPS

    def aim(self, point: _Point, damping: Floats, reach: Reach) -> tuple[Floats, Floats]:
        """Return the step of each set, and by how much it promises to lower half the deviance."""
        common, low, high = self.common(point), reach.low, reach.high
        gradient = np.stack([self.sets.total(point.element(i, GRADIENT)) for i in self.shared], axis=1)
        held = ((common <= low) & (gradient > 0)) | ((common >= high) & (gradient < 0)) | (low >= high)
        matrix, unit = _scaled(self._curvature(point), held)
        value, vector = np.linalg.eigh(matrix)
        # where the ground bends down a step goes down all the same
        stiff = np.maximum(np.abs(value), 1e-12 * np.abs(value).max(axis=1, keepdims=True)) + damping[:, None]
        down = np.where(held, 0.0, -gradient) / unit
        move = np.einsum("gij,gj,gkj,gk->gi", vector, 1 / stiff, vector, down) / unit
        move = np.where(held, 0.0, move)
        widest = self.sets.most(self.span)
        sensible = [_sensible(i, move[:, k], common[:, k], widest) for k, i in enumerate(self.shared)]
        return reach.clipped(common + np.stack(sensible, axis=1)) - common, -0.5 * np.sum(gradient * move, axis=1)

    def _curvature(self, point: _Point) -> Floats:
        """Return the second derivatives of half the deviance by the common values, all others following."""
        rows = [[self.sets.total(point.element(i, j)) for j in self.shared] for i in self.shared]
        return np.moveaxis(np.array(rows), -1, 0)

    def moved(self, point: _Point, move: Floats) -> Floats:
        """Return the parameters of all curves after a step of their sets, their own following."""
        given, by_curve = point.given.copy(), move[self.sets.of].T
        given[self.shared] += by_curve
        for i in self.own:
            follows = -point.element(i, GRADIENT)
            for j, step in zip(self.shared, by_curve, strict=True):
                follows = follows - point.element(i, j) * step
            follows = _sensible(i, follows, given[i], self.span)
            given[i] += np.where(np.isfinite(follows), follows, 0.0)
        return given

    # ---- The end ----

    def ordered(self, point: _Point) -> _Point:
        """Return the same curves with lower <= upper, where the asymptotes are common and may be exchanged."""
        if not self.plan.swaps() or not {"lower", "upper"} <= set(self.plan.shared):
            return point
        given = point.given.copy()
        crossed = given[0] > given[1]
        given[:2, crossed] = given[1::-1, crossed]
        given[_STEEPNESS, crossed] *= -1
        return _Point(given, point.half, point.swept)

    def finished(self, point: _Point, arrived: Flags, steps: int) -> Floats:
        """Evaluate the curves where they are, with the covariances of the joint fit."""
        raw, swept = self.engine.search_held(point.given, evaluate=True)
        end = _Point(raw[:5], 0.5 * raw[ROWS["rss"]], swept)
        common = self.common(end)
        at_limit = self.reach.at_limit(common)
        raw[ROWS["limits"]] += self.reach.bits(common)[self.sets.of]
        raw[ROWS["converged"]] = arrived[self.sets.of]
        raw[ROWS["steps"]] = steps
        self._covariances(end, at_limit, raw[COVARIANCE])
        return raw

    def _covariances(self, end: _Point, at_limit: Flags, out: Floats) -> None:
        """Write the unscaled covariances of each curve's parameters in the joint fit, its common ones included."""
        inverse, blind = _inverse(self._curvature(end), at_limit)
        of, shared = self.sets.of, self.shared
        common = inverse[of]
        unseen = blind[of]
        out[:] = 0
        # how far each own parameter follows the common ones, with a minus
        follow = {i: np.stack([-end.element(i, j) for j in shared], axis=1) for i in self.own}
        for a, i in enumerate(shared):
            for b, j in enumerate(shared[a:], start=a):
                out[triangle(i, j)] = common[:, a, b]
            out[triangle(i, i)] = np.where(unseen[:, a], np.inf, out[triangle(i, i)])
        for a, i in enumerate(self.own):
            with_common = np.einsum("cs,cst->ct", follow[i], common)
            for b, j in enumerate(shared):
                out[triangle(i, j)] = with_common[:, b]
            for j in self.own[a:]:
                out[triangle(i, j)] = end.element(i, j) + np.einsum("cs,cs->c", with_common, follow[j])
            lost = (unseen & (np.abs(follow[i]) > 1e-12)).any(axis=1)
            out[triangle(i, i)] = np.where(lost, np.inf, out[triangle(i, i)])


def _sensible(i: int, move: Floats, value: Floats, span: Floats) -> Floats:
    """Cut steps short that go too far for a parameter that has these values."""
    if i == _MIDPOINT:
        return np.clip(move, -0.5 * span, 0.5 * span)
    if i == _STEEPNESS:
        return np.clip(move, -0.75 * np.abs(value), 3 * np.abs(value))
    return np.clip(move, -1, 1) if i == _ASYMMETRY else move


def _spread(point: _Point, tried: _Point, rows: NDArray[np.intp]) -> _Point:
    """Return a point with some of its curves replaced."""
    result = _Point(point.given.copy(), point.half.copy(), point.swept.copy())
    result.given[:, rows], result.half[rows], result.swept[:, rows] = tried.given, tried.half, tried.swept
    return result


def _scaled(matrix: Floats, held: Flags) -> tuple[Floats, Floats]:
    """Return matrices in units of their diagonals, with those of the identity where a row or column is held."""
    unit = np.sqrt(np.abs(np.einsum("gii->gi", matrix)))
    unit = np.where((unit > 0) & np.isfinite(unit), unit, 1.0)
    scaled = np.nan_to_num(matrix) / (unit[:, :, None] * unit[:, None, :])
    fixed = held[:, :, None] | held[:, None, :]
    return np.where(fixed, np.eye(matrix.shape[1]), scaled), unit


def _inverse(matrix: Floats, left: Flags) -> tuple[Floats, Flags]:
    """Return inverses, 0 for what is left out, and which parameters the data do not determine."""
    scaled, unit = _scaled(matrix, left)
    value, vector = np.linalg.eigh(scaled)
    sound = value > 1e-13 * value.max(axis=1, keepdims=True)
    weight = np.where(sound, 1 / np.where(sound, value, 1.0), 0.0)
    inverse = np.einsum("gij,gj,gkj->gik", vector, weight, vector) / (unit[:, :, None] * unit[:, None, :])
    blind = (np.abs(vector) * ~sound[:, None, :]).max(axis=2) > 1e-6
    return np.where(left[:, :, None] | left[:, None, :], 0.0, inverse), blind & ~left
