"""A shape and its slope on axes through the origin."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ogive._optional import optional
from ogive.plots.labels import Line, label_lines
from ogive.plots.style import Theme, ThemeName, clear_frame, new_axes, new_panels, theme_named, write
from ogive.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["plot"]


def plot(
    *shapes: Shape,
    ax: Axes | None = None,
    span: tuple[float, float] = (-6.0, 6.0),
    slope: bool = True,
    theme: ThemeName = "light",
) -> Axes:
    """Draw one or several shapes, each with its slope, on axes through the origin.

    One shape is drawn in one colour and its slope in another, with the steepest place marked. Several shapes have a
    colour each, and their slopes stand in a second picture below; on axes of the caller they are dashed instead.

    Parameters
    ----------
    *shapes
        What to draw, such as ``og.sigmoid``: up to six, each once.
    ax
        Matplotlib axes to draw on. Without it a new figure is made, which pyplot does not know about.
    span
        The first and the last argument shown.
    slope
        Whether the slopes are drawn too.
    theme
        ``"light"`` or ``"dark"``.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, of two pictures the upper; ``axes.figure.savefig("curve.png")`` writes all to a file.

    Raises
    ------
    MissingExtraError
        If Matplotlib is not installed: ``pip install 'ogive[plot]'``.
    ValueError
        If there are no shapes or more than six, or the span is no stretch of the axis.
    """
    colors = theme_named(theme)
    shapes = tuple(dict.fromkeys(shapes))
    _check(shapes, span, len(colors.series))
    if len(shapes) > 1 and slope and ax is None:
        return _compare(shapes, span, colors)
    axes = new_axes(colors) if ax is None else ax
    lines = [line for index, shape in enumerate(shapes) for line in _lines(shape, span, slope, colors, index)]
    bounded = not np.isinf([line.y for line in lines[1:2]]).any()
    lines = [replace(line, y=_without_ends(line.y)) for line in lines]
    if len(shapes) == 1 and slope:
        most = f", at most {float(np.nanmax(lines[1].y)):.4g}" if bounded else ""
        lines[1] = Line(lines[1].x, lines[1].y, f"its slope{most}", colors.series[1])
    _draw_frame(axes, colors, lines, span)
    _draw_lines(axes, lines, dashed=len(shapes) > 1 and slope)
    marked = _mark_steepest(axes, lines, colors) if len(shapes) == 1 and slope and bounded else ()
    label_lines(axes, lines, keep_clear=(*_along_axes(axes), *marked), paper=colors.paper)
    return axes


def _compare(shapes: Sequence[Shape], span: tuple[float, float], theme: Theme) -> Axes:
    """Draw the curves above and their slopes below, the same colour for the same shape."""
    panels = new_panels(theme, 2, size=(7.2, 7.4))
    pairs = [_lines(shape, span, True, theme, index) for index, shape in enumerate(shapes)]
    pairs = [[replace(line, y=_without_ends(line.y)) for line in pair] for pair in pairs]
    for axes, lines in zip(panels, zip(*pairs, strict=True), strict=True):
        _draw_frame(axes, theme, lines, span)
        _draw_lines(axes, lines, dashed=False)
    for axes, lines in zip(panels, zip(*pairs, strict=True), strict=True):  # when the layout stands
        label_lines(axes, lines, keep_clear=_along_axes(axes), paper=theme.paper)
    return panels[0]


def _check(shapes: Sequence[Shape], span: tuple[float, float], most: int) -> None:
    if not shapes:
        raise ValueError("nothing to draw; give at least one shape, such as og.plot(og.sigmoid)")
    for shape in shapes:
        if not isinstance(shape, Shape):
            raise TypeError(f"plot draws shapes, not {type(shape).__name__}: {shape!r}")
    if len(shapes) > most:
        raise ValueError(f"one picture tells {most} shapes apart, not {len(shapes)}; draw them in several")
    if not (np.all(np.isfinite(span)) and span[0] < span[1]):
        raise ValueError(f"span must be two finite numbers, the smaller first, not {span!r}")


def _lines(shape: Shape, span: tuple[float, float], slope: bool, theme: Theme, index: int) -> list[Line]:
    x = _arguments(shape, span)
    color = theme.series[index % len(theme.series)]
    lines = [Line(x, shape(x), shape.name, color)]
    return [*lines, Line(*_slope(shape, x), f"slope of {shape.name}", color)] if slope else lines


def _without_ends(y: np.ndarray) -> np.ndarray:
    """Leave out the steepest part of a curve that runs to infinity, so that the rest can be seen."""
    if not np.isinf(y).any():
        return y
    seen = y[np.isfinite(y)]
    low = np.quantile(seen, 0.03) if np.isneginf(y).any() else seen.min()
    high = np.quantile(seen, 0.97) if np.isposinf(y).any() else seen.max()
    return np.where((y >= low) & (y <= high), y, np.nan)


def _arguments(shape: Shape, span: tuple[float, float]) -> np.ndarray:
    """Evenly spaced arguments, and the shape's special ones so that a kink is drawn sharp."""
    low, high = max(span[0], shape.domain[0]), min(span[1], shape.domain[1])
    if not low < high:
        raise ValueError(f"{shape.name} is not defined between {span[0]:g} and {span[1]:g}; choose another span")
    special = [row.x for row in shape.special if low < row.x < high]
    return np.unique(np.concatenate([np.linspace(low, high, 601), special]))


def _slope(shape: Shape, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the slope at these arguments, with a gap where it jumps and both of its limits beside the gap."""
    jumps = np.array([kink.x for kink in shape.kinks if kink.jumps])
    sides = np.concatenate([np.nextafter(jumps, -np.inf), np.nextafter(jumps, np.inf)])
    x = np.unique(np.concatenate([x, jumps[np.isin(jumps, x)], sides[(sides > x[0]) & (sides < x[-1])]]))
    return x, np.where(np.isin(x, jumps), np.nan, shape.derivative(x))


def _draw_frame(axes: Axes, theme: Theme, lines: Sequence[Line], span: tuple[float, float]) -> None:
    low = min(0.0, *(float(np.nanmin(line.y)) for line in lines))
    high = max(0.0, *(float(np.nanmax(line.y)) for line in lines))
    margin = 0.06 * ((high - low) or 1.0)
    axes.set(xlim=span, ylim=(low - margin * (low < 0), high + margin))
    clear_frame(axes, theme)
    axes.yaxis.set_major_locator(optional("matplotlib.ticker", for_="plots").MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.grid(visible=True, axis="y", color=theme.faint, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.axhline(0, color=theme.ink, linewidth=0.9, zorder=2)
    axes.axvline(0, color=theme.ink, linewidth=0.9, zorder=2)
    write(axes, 1.012, 0, "$z$", color=theme.ink, transform=axes.get_yaxis_transform(), va="center", fontsize=13)


def _draw_lines(axes: Axes, lines: Sequence[Line], *, dashed: bool) -> None:
    for index, line in enumerate(lines):
        style = (0, (5, 2.2)) if dashed and index % 2 else "solid"
        axes.plot(line.x, line.y, color=line.color, linewidth=2.2, linestyle=style, clip_on=False, zorder=3)


def _along_axes(axes: Axes) -> tuple[tuple[float, float], ...]:
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    across, up = np.linspace(left, right, 200), np.linspace(low, high, 100)
    return (*((float(x), 0.0) for x in across), *((0.0, float(y)) for y in up))


def _mark_steepest(axes: Axes, lines: Sequence[Line], theme: Theme) -> tuple[tuple[float, float], ...]:
    """Mark where the slope is largest, or the middle of that stretch; return what names keep clear of."""
    value, slope = lines
    largest = np.flatnonzero(slope.y == np.nanmax(slope.y))
    middle = (slope.x[largest[0]] + slope.x[largest[-1]]) / 2
    peak = int(largest[np.argmin(np.abs(slope.x[largest] - middle))])
    x = float(slope.x[peak])
    spots = ((x, float(np.interp(x, value.x, value.y))), (x, float(slope.y[peak])))
    for (x, y), line in zip(spots, lines, strict=True):
        axes.plot(x, y, "o", markersize=6, color=line.color, markeredgecolor=theme.paper, zorder=4)
    return spots
