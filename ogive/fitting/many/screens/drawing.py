"""Small pictures as SVG text: a density, a histogram, a curve with its points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ogive._sinks import html_text

__all__ = ["bars", "density", "panel"]

Floats = NDArray[np.float64]

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 300, 56, 34


def _frame(inner: str, x: tuple[float, float, str], y: tuple[float, float, str]) -> str:
    base, right = _HEIGHT - _BOTTOM, _WIDTH - 8
    ticks = "".join(
        f'<text x="{_LEFT + t * (right - _LEFT):.1f}" y="{base + 15}" text-anchor="middle">'
        f"{x[0] + t * (x[1] - x[0]):.3g}</text>"
        for t in (0, 0.25, 0.5, 0.75, 1)
    )
    ticks += "".join(
        f'<text x="{_LEFT - 6}" y="{base - t * (base - 8) + 4:.1f}" text-anchor="end">'
        f"{_counted(y[0] + t * (y[1] - y[0]))}</text>"
        for t in (0, 0.5, 1)
    )
    lines = f'<path class="axis" fill="none" d="M{_LEFT} 8V{base}H{right}"/>'
    names = f'<text x="{(_LEFT + right) / 2}" y="{_HEIGHT - 2}" text-anchor="middle">{html_text(x[2])}</text>'
    names += f'<text x="{_LEFT + 4}" y="14">{html_text(y[2])}</text>'
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">{inner}{lines}{ticks}{names}</svg>'


def _counted(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def density(x: Floats, y: Floats, x_name: str, y_name: str, within: tuple[float, float] | None = None) -> str:
    """Draw how many points lie where; what lies beyond the limits in x is drawn at the edge."""
    known = np.isfinite(x) & ~np.isnan(y)
    x, y = (
        x[known],
        np.where(np.isinf(y[known]), np.nanmax(np.append(y[known][np.isfinite(y[known])], 1.0)), y[known]),
    )
    if not len(x):
        return "<p>Nothing to draw.</p>"
    low, high = within or np.percentile(x, [0.5, 99.5])
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    top = max(float(np.percentile(y, 99.5)), 2.0)
    across, up = 100, 50
    cells, _, _ = np.histogram2d(
        np.clip(x, low, high), np.clip(y, 0, top), bins=(across, up), range=((low, high), (0, top))
    )
    wide, tall = (_WIDTH - 8 - _LEFT) / across, (_HEIGHT - _BOTTOM - 8) / up
    shade = 0.15 + 0.85 * np.log1p(cells) / np.log1p(cells.max())
    inner = "".join(
        f'<rect class="cell" x="{_LEFT + i * wide:.1f}" y="{_HEIGHT - _BOTTOM - (j + 1) * tall:.1f}" '
        f'width="{wide:.1f}" height="{tall:.1f}" opacity="{shade[i, j]:.2f}"/>'
        for i, j in np.argwhere(cells)
    )
    return _frame(inner, (float(low), float(high), x_name), (0.0, top, y_name))


def bars(values: Floats, name: str) -> str:
    """Draw a histogram."""
    values = values[np.isfinite(values)]
    if not len(values):
        return "<p>Nothing to draw.</p>"
    counts, edges = np.histogram(values, bins=40)
    wide, base = (_WIDTH - 8 - _LEFT) / 40, _HEIGHT - _BOTTOM
    heights = counts / counts.max() * (base - 8)
    inner = "".join(
        f'<rect class="bar" x="{_LEFT + i * wide:.1f}" y="{base - h:.1f}" width="{wide - 1:.1f}" height="{h:.1f}"/>'
        for i, h in enumerate(heights)
    )
    return _frame(inner, (float(edges[0]), float(edges[-1]), name), (0.0, float(counts.max()), "curves"))


def panel(curve: Any, data: tuple[Floats, Floats] | None, *, on_log: bool) -> str:
    """Draw a curve, with its points where they are given."""
    places = _shown(curve, data, on_log=on_log)
    y = np.asarray(curve(np.exp(places) if on_log else places), dtype=np.float64)
    heights = y if data is None else np.concatenate([y, data[1][np.isfinite(data[1])]])
    low, high = float(np.min(heights)), float(np.max(heights))
    span_x, span_y = float(np.ptp(places)) or 1.0, (high - low) or 1.0

    def at(g: Floats, v: Floats) -> list[tuple[float, float]]:
        across, up = 6 + 188 * (g - places[0]) / span_x, 112 - 104 * (v - low) / span_y
        return list(zip(across.tolist(), up.tolist(), strict=True))

    path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in at(places, y))
    dots = ""
    if data is not None:
        g = _places(data[0], on_log=on_log)
        g = np.where(np.isfinite(g), g, places[0])
        dots = "".join(f'<circle class="dot" cx="{a:.1f}" cy="{b:.1f}" r="3"/>' for a, b in at(g, data[1]))
    frame = '<path class="axis" fill="none" d="M2 2V118H198"/>'
    return f'<svg viewBox="0 0 200 120" role="img">{frame}<path class="curve" d="{path}"/>{dots}</svg>'


def _places(x: Floats, *, on_log: bool) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(x) if on_log else np.asarray(x)


def _shown(curve: Any, data: tuple[Floats, Floats] | None, *, on_log: bool) -> Floats:
    """Return the places at which a curve is drawn: over its points, or about its midpoint."""
    if data is not None:
        g = _places(data[0], on_log=on_log)
        g = g[np.isfinite(g)]
        return np.linspace(g.min(), g.max(), 80)
    middle = float(np.log(curve.midpoint)) if on_log else float(curve.midpoint)
    reach = 6 / max(abs(curve.steepness), 1e-9)
    return np.linspace(middle - reach, middle + reach, 80)
