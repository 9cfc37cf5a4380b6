"""Pictures of fits: the data, the curve with its band, and below it the slope with its band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ogive._optional import optional
from ogive._sinks import PLAIN_LABEL, shown

if TYPE_CHECKING:
    from ogive.fitting import Fit

__all__ = ["plot_fit"]

Floats = NDArray[np.float64]

# Okabe and Ito (2008): told apart by readers of any colour vision.
_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


def plot_fit(fit: Fit, *, ax: Any = None, level: float = 0.95, slope: bool = True, band: str = "confidence") -> Any:
    """Draw a fit: data, curve and band, the half-effect point, and in a second panel the slope with its band.

    Parameters
    ----------
    ax
        Matplotlib axes to draw the curve on, or a pair of axes for curve and slope. Without it a figure is made.
    level
        The confidence of the bands.
    slope
        Whether to draw the slope.
    band
        ``"confidence"`` or ``"prediction"``, for the band of the curve.

    Returns
    -------
    tuple of matplotlib.axes.Axes
        The axes of the curve, and of the slope where it is drawn.

    Raises
    ------
    MissingExtraError
        If Matplotlib is not installed.
    """
    axes = _axes(ax, slope)
    for index, group in enumerate(fit.groups):
        color = _COLORS[index % len(_COLORS)]
        _draw_data(fit, axes[0], index, color)
        if not fit.solution.trouble:
            grid = _grid(fit, index)
            shown = _shown(fit, grid)
            _draw_band(axes[0], shown, fit.predict(grid, band=band, level=level, group=group), color)
            _mark_midpoint(fit, axes[0], group, color)
            if len(axes) > 1:
                _draw_band(axes[1], shown, fit.slope(grid, band="confidence", level=level, group=group), color)
    _dress(fit, axes)
    return tuple(axes)


def _axes(ax: Any, slope: bool) -> list[Any]:
    if ax is not None:
        return list(np.atleast_1d(np.asarray(ax, dtype=object)))
    figure = optional("matplotlib.figure", for_="plots").Figure(
        figsize=(6.4, 6.4 if slope else 4.4), layout="constrained"
    )
    if not slope:
        return [figure.subplots()]
    return list(figure.subplots(2, 1, sharex=True, height_ratios=(2, 1)))


def _logarithmic(fit: Fit) -> bool:
    return fit.model.is_curve and fit.model.axis == "log"


def _zero_place(fit: Fit) -> float:
    """Return where dose 0 is drawn on a logarithmic axis: half a decade below the smallest dose."""
    positive = fit.data.x[fit.data.x > 0]
    return float(positive.min() / np.sqrt(10))


def _shown(fit: Fit, x: Floats) -> Floats:
    return np.where(x == 0, _zero_place(fit), x) if _logarithmic(fit) else x


def _grid(fit: Fit, index: int) -> Floats:
    x = fit.data.x[fit.data.group == index]
    if _logarithmic(fit):
        positive = x[x > 0]
        low = _zero_place(fit) if (x == 0).any() else positive.min() / 1.2
        return np.geomspace(low, positive.max() * 1.2, 241)
    margin = 0.03 * float(np.ptp(x))
    low = x.min() - margin
    return np.linspace(max(low, 0.5 * x.min()) if x.min() > 0 else low, x.max() + margin, 241)


def _draw_data(fit: Fit, axes: Any, index: int, color: str) -> None:
    data = fit.data
    rows = data.group == index
    y = data.y if data.trials is None else data.y / data.trials
    label = f"group {index + 1}" if len(fit.groups) > 1 else None
    axes.plot(_shown(fit, data.x[rows]), y[rows], "o", color=color, markersize=5, markerfacecolor="none", label=label)


def _draw_band(axes: Any, x: Floats, band: Any, color: str) -> None:
    axes.plot(x, band.value, color=color, linewidth=1.6)
    if np.isfinite(band.low).any():
        axes.fill_between(x, band.low, band.high, color=color, alpha=0.18, linewidth=0)


def _mark_midpoint(fit: Fit, axes: Any, group: str, color: str) -> None:
    """Mark where half the effect is reached, if the data reach there."""
    if not fit.model.is_curve:
        return
    curve = fit.curves[group]
    half = float(curve.half_point)
    if fit.data.x.min() <= half <= fit.data.x.max():
        axes.plot([half], [float(curve(half))], marker="D", color=color, markersize=7, linestyle="none")
        axes.axvline(half, color=color, linewidth=0.8, linestyle=":")


def _dress(fit: Fit, axes: list[Any]) -> None:
    x, y = fit.data.names
    spoken = y if fit.data.trials is None else f"{y} (proportion)"
    axes[0].set_ylabel(shown(spoken), **PLAIN_LABEL)
    axes[0].set_title(shown(f"{fit.model.name}: {fit.status}"), fontsize=11, **PLAIN_LABEL)
    axes[-1].set_xlabel(shown(x), **PLAIN_LABEL)
    if len(axes) > 1:
        axes[1].set_ylabel("slope")
        axes[1].axhline(0, color="0.7", linewidth=0.8)
    if len(fit.groups) > 1:
        _name_groups(fit, axes[0])
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
        if _logarithmic(fit):
            each.set_xscale("log")
    if _logarithmic(fit) and (fit.data.x == 0).any():
        _mark_zero(axes[-1], _zero_place(fit))


def _name_groups(fit: Fit, axes: Any) -> None:
    """Write a legend; given as a label, a name that begins with _ would be left out of it."""
    legend = axes.legend(frameon=False)
    for written, name in zip(legend.get_texts(), fit.groups, strict=False):
        written.set(text=shown(name), **PLAIN_LABEL)


def _mark_zero(axes: Any, place: float) -> None:
    """Label the place of dose 0, which a logarithmic axis does not have."""
    axes.annotate("0", (place, 0), xycoords=("data", "axes fraction"), xytext=(0, -6), textcoords="offset points",
                  ha="center", va="top")  # fmt: skip
    axes.axvline(place * 10**0.25, color="0.8", linewidth=0.8, linestyle="--")
