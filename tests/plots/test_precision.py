"""The picture of what floating point leaves of a slope."""

from __future__ import annotations

import numpy as np

import ogive as og
from ogive.plots import plot_precision
from ogive.plots.style import THEMES
from ogive.precision import FORMATS, slope_loss


def test_each_format_has_two_lines_that_end_where_the_slope_does() -> None:
    axes = plot_precision(og.sigmoid)
    for dtype, color in zip(FORMATS, THEMES["light"].series, strict=False):
        identity, kernel = [line for line in axes.lines if line.get_color() == color and len(line.get_xdata()) > 2]
        loss = slope_loss(og.sigmoid, dtype)
        assert 0.95 * loss.dies < identity.get_xdata()[-1] < loss.dies
        assert identity.get_ydata()[-1] > 0.1
        assert np.median(kernel.get_ydata()) < 4 * np.finfo(dtype).eps


def test_every_line_is_named() -> None:
    texts = [text.get_text() for text in plot_precision(og.sigmoid).texts]
    for dtype in FORMATS:
        assert {dtype, f"{dtype}, ours"} <= set(texts)
