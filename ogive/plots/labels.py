"""Names written beside their curves, where there is room: a reader should not have to look up a legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive._sinks import PLAIN_LABEL, shown
from ogive.plots.style import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["Line", "label_lines"]

Points = Any  # NDArray[np.float64] of shape (n, 2), in pixels


@dataclass(frozen=True, slots=True)
class Line:
    """A curve to be named."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    text: str
    color: str


def label_lines(axes: Axes, lines: Sequence[Line], *, keep_clear: Sequence[tuple[float, float]], paper: str) -> None:
    """Write each line's name close to it and as far as may be from everything else.

    Parameters
    ----------
    axes
        Where the lines are already drawn, with its limits set.
    lines
        The lines, in the order in which they choose their place.
    keep_clear
        Points, in data coordinates, that no name may cover.
    paper
        Its colour, which interrupts grid lines behind a name.
    """
    figure = axes.get_figure(root=True)
    if figure is None:
        return
    figure.draw_without_rendering()  # settles the layout, so that pixels mean something
    tracks = [_track(axes, line) for line in lines]
    taken = [_pixels(axes, *np.array(keep_clear, float).reshape(-1, 2).T)]
    behind = {"facecolor": paper, "edgecolor": "none", "pad": 1}
    for index, line in enumerate(lines):
        others = np.concatenate([*(track for other, track in enumerate(tracks) if other != index), *taken])
        text = write(
            axes,
            0,
            0,
            shown(line.text),
            **PLAIN_LABEL,
            color=line.color,
            ha="center",
            va="center",
            zorder=5,
            bbox=behind,
        )
        size = text.get_window_extent()
        spot = _best_spot(axes, tracks[index], others, (size.width, size.height))
        text.set_position(tuple(axes.transData.inverted().transform(spot)))
        taken.append(_outline(spot, size.width, size.height))


def _pixels(axes: Axes, x: Any, y: Any) -> Points:
    return axes.transData.transform(np.column_stack([x, y]))


def _track(axes: Axes, line: Line) -> Points:
    """Return points all along a line, evenly spaced on the paper however it was sampled."""
    drawn = np.isfinite(line.y)
    corners = _pixels(axes, line.x[drawn], line.y[drawn])
    steps = np.linalg.norm(np.diff(corners, axis=0), axis=1)
    steps[np.diff(np.flatnonzero(drawn)) > 1] = 0  # over a gap there is no line to stand beside
    lengths = np.concatenate([[0.0], np.cumsum(steps)])
    even = np.linspace(0, lengths[-1], 400)
    return np.column_stack([np.interp(even, lengths, corners[:, side]) for side in (0, 1)])


def _outline(centre: Points, width: float, height: float) -> Points:
    """Points over the box that a name fills, for later names to keep away from."""
    grid = np.stack(np.meshgrid(np.linspace(-0.5, 0.5, 9), np.linspace(-0.5, 0.5, 3)), -1).reshape(-1, 2)
    return centre + grid * (width, height)


def _best_spot(axes: Axes, own: Points, others: Points, size: tuple[float, float]) -> Points:
    """Choose, among places just above and just below the line, the one with the widest clear space around it."""
    centres = np.concatenate([_beside(own, size, side) for side in (1, -1)])
    # To touch its own line is as bad as to touch another; but a few pixels from its own are as good as many.
    clearance = np.minimum(_gap(centres, others, size), 8 * _gap(centres, own, size))
    clearance = np.minimum(clearance, 3 * size[1])
    clearance[~_inside(axes, centres, size)] = -np.inf
    return centres[int(np.argmax(clearance))]


def _beside(own: Points, size: tuple[float, float], side: int) -> Points:
    """Centres of a name whose middle stands a little off the line, seen along the line's normal."""
    along = own[4:-4:6]
    tangent = np.gradient(own, axis=0)[4:-4:6]
    normal = side * np.column_stack([-tangent[:, 1], tangent[:, 0]]) / np.linalg.norm(tangent, axis=1)[:, None]
    reach = np.abs(normal[:, 0]) * size[0] / 2 + np.abs(normal[:, 1]) * size[1] / 2 + 5
    return along + normal * reach[:, None]


def _gap(centres: Points, points: Points, size: tuple[float, float]) -> Any:
    """Distance from each box to the nearest point; negative where a point lies inside."""
    away = np.abs(points[None] - centres[:, None]) - np.array(size) / 2
    outside = np.linalg.norm(np.maximum(away, 0), axis=2)
    return np.min(outside + np.minimum(away.max(axis=2), 0), axis=1)


def _inside(axes: Axes, centres: Points, size: tuple[float, float]) -> Any:
    box, half = axes.get_window_extent(), np.array(size) / 2
    low, high = np.array([box.x0, box.y0]) + 3, np.array([box.x1, box.y1]) - 3
    return np.all((centres - half > low) & (centres + half < high), axis=1)
