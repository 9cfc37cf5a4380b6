"""What is left of a slope in floating point: computed from the value, and by the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ogive._optional import optional
from ogive.plots.labels import Line, label_lines
from ogive.plots.style import Theme, ThemeName, clear_frame, new_axes, theme_named, write
from ogive.precision import FORMATS, slope_errors, slope_loss

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ogive.shapes import Shape

__all__ = ["plot_precision"]

FLOOR = 1e-17
"""An error below this is drawn here: a kernel that is exact has no place on a logarithmic axis."""


def plot_precision(shape: Shape, *, ax: Axes | None = None, theme: ThemeName = "light") -> Axes:
    """Draw how wrong the slope is in each floating-point format when it is computed from the value.

    Each format has a colour. The solid line is the largest relative error of the slope computed from the value, and
    the value by the formula as it is written; it ends where that slope is exactly zero. The dotted line is the error
    of the kernel; it ends where the format can no longer hold the slope at all.

    Parameters
    ----------
    shape
        A shape whose slope is a function of its value.
    ax
        Matplotlib axes to draw on; without it a new figure is made.
    theme
        ``"light"`` or ``"dark"``.

    Raises
    ------
    MissingExtraError
        If Matplotlib or python-flint is not installed.
    ValueError
        If the slope of the shape is no function of its value.
    """
    colors = theme_named(theme)
    axes = new_axes(colors) if ax is None else ax
    losses = [slope_loss(shape, dtype) for dtype in FORMATS]
    reach = 1.13 * max(loss.dies for loss in losses)
    _draw_frame(axes, colors, reach)
    lines, kernels = [], []
    for loss, color in zip(losses, colors.series, strict=False):
        identity, kernel = _lines(shape, loss.dtype, (loss.dies, min(loss.ends, reach)), color)
        axes.plot(identity.x, identity.y, color=color, linewidth=2.2, zorder=3)
        axes.plot(kernel.x, kernel.y, color=color, linewidth=1.8, linestyle=(0, (1, 1.6)), zorder=3)
        axes.plot(loss.dies, 1, "o", color=color, markersize=6, markeredgecolor=colors.paper, zorder=4, clip_on=False)
        lines += [identity]
        kernels += [kernel]
    _note_ends(axes, losses, colors)
    label_lines(axes, [*lines, *kernels], paper=colors.paper, keep_clear=[(loss.dies, 1) for loss in losses])
    return axes


def _lines(shape: Shape, dtype: str, ends: tuple[float, float], color: str) -> tuple[Line, Line]:
    pair = []
    for which, end in enumerate(ends):
        error = slope_errors(shape, dtype, until=end)[which]
        middles = (np.arange(len(error)) + 0.5) * end / len(error)
        text = dtype if which == 0 else f"{dtype}, ours"
        pair.append(Line(middles, np.clip(_envelope(error), FLOOR, 1), text, color))
    return pair[0], pair[1]


def _envelope(error: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest error nearby: samples that happen to hit small errors would make the line jagged."""
    near = np.lib.stride_tricks.sliding_window_view(np.pad(error, 1, mode="edge"), 3).max(axis=1)
    return np.array(near)


def _draw_frame(axes: Axes, theme: Theme, reach: float) -> None:
    axes.set(xlim=(0, reach), yscale="log", ylim=(FLOOR, 3))
    ticker: Any = optional("matplotlib.ticker", for_="plots")
    axes.yaxis.set_major_locator(ticker.FixedLocator([1e-16, 1e-12, 1e-8, 1e-4, 1]))
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(_power_of_ten))
    axes.yaxis.set_minor_locator(ticker.NullLocator())
    clear_frame(axes, theme)
    for label in axes.get_yticklabels():
        label.set_math_fontfamily("stix")
    axes.grid(visible=True, axis="y", color=theme.faint, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.axhline(FLOOR, color=theme.ink, linewidth=1.4, zorder=2)
    write(
        axes,
        -0.075,
        1.1,
        "relative error of the slope: solid by a(1 − a), dotted by ours",
        color=theme.ink,
        transform=axes.transAxes,
        fontsize=11,
    )
    write(axes, 1.012, 0, "$z$", color=theme.ink, transform=axes.transAxes, va="center", fontsize=13)


def _power_of_ten(value: float, _: int) -> str:
    return "100 %" if value == 1 else f"$10^{{{round(np.log10(value))}}}$"


def _note_ends(axes: Axes, losses: Any, theme: Theme) -> None:
    for loss in losses:
        write(
            axes, loss.dies, 3.4, f"0 from {loss.dies:.3g}", color=theme.ink, ha="center", va="bottom", fontsize=10.5
        )
