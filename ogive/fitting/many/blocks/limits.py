"""The limits that a table prints of midpoints and doses.

They are Wald's where the profile says nearly the same, else the profile's; open where no effect was found, since a
flat line has its midpoint anywhere; and of a step the gaps that it may lie in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.inference.intervals import PARTED
from ogive.fitting.inference.status import STATUSES, Status

if TYPE_CHECKING:
    from ogive.fitting.many.blocks.evidence import Close
    from ogive.fitting.many.blocks.found import Block
    from ogive.fitting.shown import Shown

__all__ = ["Dose", "limits_of"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]

_LOWER, _UPPER, _MIDPOINT, _STEEPNESS = range(4)
# Fits that say nothing of a midpoint, with or without limits.
_SILENT = tuple(map(STATUSES.index, (Status.BAD_DATA, Status.FEW_POINTS)))


class Dose(NamedTuple):
    """A place on the axis of each curve: its name, where it is, its error, and the argument of the shape there."""

    name: str
    place: Floats
    error: Floats
    argument: Floats


def limits_of(
    block: Block, close: Close, found: tuple[Shown, NDArray[np.int8]], doses: list[Dose]
) -> dict[str, tuple[Floats, Floats]]:
    """Return the limits of doses on the axis, by name."""
    shown, status = found
    alone, free = block.sets is None, "midpoint" in block.plan.free
    flat = ~block.failed & (status == STATUSES.index(Status.NO_EFFECT)) & alone & free
    loose = np.flatnonzero(shown.loose & ~block.failed & ~flat & free)
    stepped = loose if not alone else loose[shown.steep[loose]]
    low, high = midpoints_of_steps(block, close, shown, stepped)
    followed = (block.dof > 0) & ~block.failed & ~np.isin(status, _SILENT)
    followed[stepped] = False
    rows = np.flatnonzero(followed & ~flat & alone & free)
    result: dict[str, tuple[Floats, Floats]] = {}
    for k, dose in enumerate(doses):
        if k and doses[0].name == "midpoint" and not dose.argument.any():
            # half-way from one asymptote to the other
            result[dose.name] = result["midpoint"]
            continue
        half = block.quantile * dose.error
        ends = np.stack([dose.place - half, dose.place + half])
        if not (block.plan.powered and dose.argument.any()):
            ends[:, rows] = _with_profile(close, rows, ends[:, rows], dose)
        if "midpoint" in result:
            # where the curve may go over as far out as you like, so may it have gone any part of the way
            far = np.isinf(np.stack(result["midpoint"]))
            ends = np.where(far, np.array([[-np.inf], [np.inf]]), ends)
        ends[:, stepped] = low, high
        ends[:, flat] = np.array([[-np.inf], [np.inf]])
        result[dose.name] = (ends[0], ends[1])
    return result


def _with_profile(close: Close, rows: Rows, wald: Floats, dose: Dose) -> Floats:
    """Return the limits of Wald, or of the profile where one of these lies elsewhere."""
    profile = close.ends(rows, dose.argument[rows])
    profile = np.where(np.isnan(profile), np.array([[-np.inf], [np.inf]]), profile)
    near = np.abs(profile - wald) <= PARTED * (wald[1] - wald[0])
    ends: Floats = np.where(near.all(axis=0), wald, profile)
    return ends


# ---- Where a step may lie ----------------------------------------------------------------------------------------


def midpoints_of_steps(block: Block, close: Close, shown: Shown, rows: Rows) -> tuple[Floats, Floats]:
    """Return the ends of where the midpoints of some curves may lie, which rest on a limit that nobody set.

    A step lies between two neighbouring points; it may lie between others beside them as long as the data do not
    object to a midpoint there. A midpoint beyond the points has no end on its side.
    """
    if not len(rows):
        return np.zeros(0), np.zeros(0)
    places, m = close.places(rows), block.value(_MIDPOINT)[rows]
    count = np.sum(~np.isnan(places), axis=1)
    here = np.clip(np.sum(places <= m[:, None], axis=1), 1, np.maximum(count - 1, 1))
    surely = _steps_fit(close, rows, places)
    ends = []
    for side in (-1, 1):
        gap, walking = here.copy(), block.sets is None and count > 1
        walking = np.broadcast_to(walking, gap.shape).copy()
        for _ in range(places.shape[1]):
            beyond = gap + side
            walking &= (beyond >= 1) & (beyond <= count - 1)
            if not walking.any():
                break
            on = np.flatnonzero(walking & ~surely[np.arange(len(rows)), np.clip(beyond, 0, surely.shape[1] - 1)])
            center = 0.5 * (places[on, beyond[on] - 1] + places[on, beyond[on]])
            walking[on] = close.not_objected(rows[on], _MIDPOINT, center)
            gap = np.where(walking, beyond, gap)
        ends.append(places[np.arange(len(rows)), gap - (side < 0)])
    low, high = ends
    low = np.where(shown.unbounded[rows] & (m < places[:, 0]), -np.inf, low)
    high = np.where(shown.unbounded[rows] & (m > block.last[rows]), np.inf, high)
    return low, high


def _steps_fit(close: Close, rows: Rows, places: Floats) -> Flags:
    """Say between which places a plain step, with a mean on either side, is one that the data do not object to.

    The best curve with its midpoint there leaves no more than the step does, so nothing needs to be searched. Entry
    [curve, i] is about the gap before place i.
    """
    block, plan = close.block, close.block.plan
    result = np.zeros((len(rows), places.shape[1] + 1), dtype=bool)
    free = {"lower", "upper", "steepness"} <= set(plan.own) and not {"lower", "upper", "steepness"} & set(
        plan.model.bounds
    )
    if plan.counts or not free or block.sets is not None:
        return result
    g, y, weight = close.observations(rows)
    left = np.stack([np.where(g < place[:, None], weight, 0.0).sum(axis=1) for place in places.T], axis=1)
    sums = np.stack([np.where(g < place[:, None], weight * y, 0.0).sum(axis=1) for place in places.T], axis=1)
    total, whole = weight.sum(axis=1)[:, None], (weight * y).sum(axis=1)[:, None]
    before, after = sums / left, (whole - sums) / (total - left)
    explained = sums * before + (whole - sums) * after
    squares = (weight * y**2).sum(axis=1)[:, None] - explained
    rising = np.sign((block.value(_UPPER) - block.value(_LOWER)) * block.value(_STEEPNESS))[rows, None]
    fits = squares - block.rss[rows, None] <= close.rise[rows, None]
    result[:, :-1] = fits & (np.sign(after - before) == rising)
    return result
