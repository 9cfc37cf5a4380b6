"""What all pictures share: two themes, the figure they are drawn on, and files that come out the same every time."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ogive._files import write_whole
from ogive._optional import optional
from ogive.plots.svg import slim

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["THEMES", "Theme", "ThemeName", "new_axes", "new_panels", "save_figure", "theme_named"]

ThemeName = Literal["light", "dark"]

FONT = {"fontfamily": "STIXGeneral", "math_fontfamily": "stix"}
"""The book face that Matplotlib brings along, so that pictures do not depend on the machine's fonts."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a picture. The series are told apart by readers with any colour vision, and in grey."""

    paper: str
    ink: str
    faint: str
    series: tuple[str, ...]


# The series are the palette of Okabe and Ito (2002), darkened for white paper and lightened for dark paper so
# that every line has a contrast of at least 3 with it (WCAG 2.2, 1.4.11).
THEMES: dict[str, Theme] = {
    "light": Theme(
        "#ffffff", "#22262e", "#d9d9d6", ("#0067a3", "#c24d00", "#00835f", "#a8497f", "#6b5d00", "#3b3b98")
    ),
    "dark": Theme(
        "#16181d", "#e7e5df", "#3a3e47", ("#63b8f2", "#f39a4d", "#35c79f", "#e294bd", "#d9c84a", "#a6a6f5")
    ),
}


def theme_named(name: str) -> Theme:
    """Return the theme of that name."""
    if name not in THEMES:
        raise ValueError(f"there is no theme {name!r}; the themes are {' and '.join(THEMES)}")
    return THEMES[name]


def new_axes(theme: Theme, *, size: tuple[float, float] = (7.2, 4.3)) -> Axes:
    """Make a figure that no window manager knows about, with one empty axes."""
    return new_panels(theme, 1, size=size)[0]


def new_panels(theme: Theme, rows: int, *, size: tuple[float, float]) -> list[Axes]:
    """Make a figure that no window manager knows about, with empty axes below each other."""
    figure = optional("matplotlib.figure", for_="plots").Figure(
        figsize=size, dpi=100, layout="constrained", facecolor=theme.paper
    )
    panels: list[Axes] = list(figure.subplots(rows, squeeze=False)[:, 0])
    for axes in panels:
        axes.set_facecolor(theme.paper)
    return panels


def write(axes: Axes, x: float, y: float, text: str, **options: Any) -> Any:
    """Put text on the axes in the house's face."""
    return axes.text(x, y, text, **{**FONT, "fontsize": 12, **options})


def clear_frame(axes: Axes, theme: Theme) -> None:
    """Take the box away and set tick labels in the house's face, without tick marks."""
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=10.5, labelcolor=theme.ink, labelfontfamily="STIXGeneral", which="both")


def save_figure(
    axes: Axes,
    file: str | os.PathLike[str] | Any,
    *,
    format: str | None = None,  # noqa: A002
    small: bool = False,
) -> None:
    """Write the figure of these axes to a file, byte for byte the same whenever the picture is the same.

    Parameters
    ----------
    axes
        Any axes of the figure.
    file
        A path, whose suffix says the format, or a binary file object, for which ``format`` says it.
    format
        Such as ``"png"``, ``"svg"`` or ``"pdf"``.
    small
        For SVG only: leave the letters to the reader's fonts and round coordinates to a hundredth of a point, which
        takes a quarter of the bytes.
    """
    kind = format or os.path.splitext(os.fspath(file))[1].lstrip(".").lower() or "png"  # noqa: PTH122 - any PathLike
    if small and kind != "svg":
        raise ValueError(f"only an SVG can be made small, not {kind!r}")
    # Matplotlib names the parts of an SVG by random numbers unless salted, and dates SVG, PDF and PostScript.
    dated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}
    figure = axes.get_figure(root=True)
    if figure is None:
        raise ValueError("these axes have been removed from their figure; draw on axes that are part of one")
    drawn = io.BytesIO()
    fonts = {"svg.hashsalt": "ogive", "svg.fonttype": "none" if small else "path"}
    with optional("matplotlib", for_="plots").rc_context(fonts):
        figure.savefig(drawn, format=kind, dpi=200, metadata=dated.get(kind))
    picture = slim(drawn.getvalue().decode()).encode() if small else drawn.getvalue()
    if isinstance(file, str | os.PathLike):
        write_whole(file, picture)
    else:
        file.write(picture)
