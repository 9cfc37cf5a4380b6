"""`ogive.plot`: what is drawn, and that nothing outside the figure changes."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

import ogive as og
from ogive.plots import save_figure
from ogive.plots.style import THEMES

LIGHT = THEMES["light"]


def line_of(axes, color: str, points: int = 100):
    return next(line for line in axes.lines if line.get_color() == color and len(line.get_xdata()) > points)


def test_one_shape_is_drawn_with_its_slope() -> None:
    axes = og.plot(og.sigmoid)
    for color, function in ((LIGHT.series[0], og.sigmoid), (LIGHT.series[1], og.sigmoid.derivative)):
        line = line_of(axes, color)
        np.testing.assert_array_equal(line.get_ydata(), function(line.get_xdata()))
        assert (line.get_xdata()[0], line.get_xdata()[-1]) == (-6, 6)


def test_the_axes_go_through_the_origin_and_there_is_no_box() -> None:
    axes = og.plot(og.sigmoid)
    assert not any(spine.get_visible() for spine in axes.spines.values())
    ends = [np.ptp(line.get_xydata(), axis=0).tolist() for line in axes.lines if len(line.get_xdata()) == 2]
    assert sorted(ends) == [[0, 1], [1, 0]]
    crossing = [line for line in axes.lines if len(line.get_xdata()) == 2]
    assert {tuple(line.get_xdata()) for line in crossing} == {(0, 1), (0, 0)}


def test_the_steepest_place_is_marked() -> None:
    axes = og.plot(og.sigmoid)
    points = {tuple(line.get_xydata()[0]) for line in axes.lines if line.get_marker() == "o"}
    assert points == {(0.0, 0.5), (0.0, 0.25)}
    assert "its slope, at most 0.25" in [text.get_text() for text in axes.texts]


def test_several_shapes_share_an_axes_with_dashed_slopes() -> None:
    axes = og.plot(og.sigmoid, og.normal)
    styles = [line.get_linestyle() for line in axes.lines if len(line.get_xdata()) > 2]
    assert styles == ["-", "--", "-", "--"]


def test_a_shape_named_twice_is_drawn_once() -> None:
    axes = og.plot(og.sigmoid, og.expit, og.logistic)
    assert [text.get_text() for text in axes.texts][1:] == ["sigmoid", "its slope, at most 0.25"]


@pytest.mark.parametrize("name", [n for n, shape in og.shapes.items() if any(kink.jumps for kink in shape.kinks)])
def test_a_slope_that_jumps_has_a_gap_with_both_limits_beside_it(name: str) -> None:
    shape = og.shapes[name]
    x, y = line_of(og.plot(shape), LIGHT.series[1]).get_xydata().T
    for kink in shape.kinks:
        (gap,) = np.flatnonzero(x == kink.x)
        assert np.isnan(y[gap])
        for beside in (gap - 1, gap + 1):
            assert abs(x[beside] - kink.x) < 1e-12
            assert y[beside] == shape.derivative(x[beside])
    assert np.isnan(y).sum() == len(shape.kinks)


def test_the_middle_of_a_steep_stretch_is_marked_on_both_lines() -> None:
    points = {tuple(line.get_xydata()[0]) for line in og.plot(og.hard_tanh).lines if line.get_marker() == "o"}
    assert points == {(0.0, 0.0), (0.0, 1.0)}


def test_the_slope_can_be_left_out() -> None:
    axes = og.plot(og.sigmoid, slope=False)
    assert [text.get_text() for text in axes.texts if text.get_text() != "$z$"] == ["sigmoid"]


def boxes(axes):
    axes.figure.draw_without_rendering()
    return [text.get_window_extent() for text in axes.texts]


@pytest.mark.parametrize("span", [(-6, 6), (-2, 1), (0, 12), (-40, 3)])
@pytest.mark.parametrize("count", [1, 2])
def test_names_cover_neither_a_curve_nor_each_other(span, count) -> None:
    axes = og.plot(*[og.sigmoid] * count, span=span)
    found = boxes(axes)
    for index, box in enumerate(found):
        assert not any(box.overlaps(other) for other in found[:index])
        for line in axes.lines:
            points = axes.transData.transform(line.get_xydata()) if len(line.get_xdata()) > 2 else np.empty((0, 2))
            inside = (points > box.min).all(axis=1) & (points < box.max).all(axis=1)
            assert not inside.any()


def test_axes_of_the_caller_are_drawn_on_and_returned() -> None:
    figure = Figure()
    axes = figure.subplots()
    assert og.plot(og.sigmoid, ax=axes) is axes
    assert figure.axes == [axes]


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_stands_out_from_the_paper(theme: str) -> None:
    """The contrast of WCAG 2.2: 3 for lines, 4.5 for text."""
    colors = THEMES[theme]
    for color in colors.series:
        assert contrast(color, colors.paper) > 4.5
    assert contrast(colors.ink, colors.paper) > 7


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    channels = np.array(mpl.colors.to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_files_come_out_the_same_every_time(form: str) -> None:
    def once() -> bytes:
        content = io.BytesIO()
        save_figure(og.plot(og.sigmoid), content, format=form)
        return content.getvalue()

    first = once()
    assert first == once()
    assert b"Date" not in first


def test_a_small_svg_shows_the_same_in_a_quarter_of_the_bytes() -> None:
    """The same lines to a hundredth of a point, the same words."""
    axes = og.plot(og.sigmoid)
    whole, small = io.BytesIO(), io.BytesIO()
    save_figure(axes, whole, format="svg")
    save_figure(axes, small, format="svg", small=True)
    assert len(small.getvalue()) < len(whole.getvalue()) / 3
    ET.fromstring(small.getvalue())  # noqa: S314 - our own picture
    text = small.getvalue().decode()
    for word in ("sigmoid", "its slope, at most 0.25", "0.75", "−6"):
        assert f">{word}<" in text

    def curve(svg: str) -> np.ndarray:
        longest = max(re.findall(r' d="([^"]*)"', svg), key=lambda path: path.count("L"))
        return np.array(re.findall(r"-?[\d.]+", longest), float)

    with mpl.rc_context({"svg.fonttype": "none"}):
        plain = io.BytesIO()
        axes.figure.savefig(plain, format="svg")
    np.testing.assert_allclose(curve(text), curve(plain.getvalue().decode()), atol=0.0051)


def test_only_an_svg_can_be_small() -> None:
    with pytest.raises(ValueError, match="only an SVG can be made small, not 'png'"):
        save_figure(og.plot(og.sigmoid), io.BytesIO(), format="png", small=True)


def test_nothing_global_changes_and_no_window_is_needed() -> None:
    code = (
        "import sys, matplotlib; before = dict(matplotlib.rcParams);"
        "import ogive as og; from ogive.plots import save_figure;"
        "save_figure(og.plot(og.sigmoid), sys.argv[1]);"
        "assert dict(matplotlib.rcParams) == before;"
        "import matplotlib.pyplot; assert not matplotlib.pyplot.get_fignums()"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code, "/dev/null"], check=True)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((), {}, ValueError, "nothing to draw"),
        ((np.exp,), {}, TypeError, "plot draws shapes, not ufunc"),
        (tuple(og.shapes.values())[:7], {}, ValueError, "one picture tells 6 shapes apart, not 7"),
        ((og.sigmoid,), {"span": (1, 1)}, ValueError, "the smaller first"),
        ((og.sigmoid,), {"theme": "blue"}, ValueError, "the themes are light and dark"),
    ],
)
def test_mistakes_are_named(arguments, options, error, message) -> None:
    with pytest.raises(error, match=message):
        og.plot(*arguments, **options)
