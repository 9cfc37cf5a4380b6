"""Pictures: a shape and its slope on axes through the origin, and what is left of a slope in floating point.

Every function takes ``ax=`` or makes a figure of its own, returns Matplotlib axes, and leaves Matplotlib's global
state alone: no pyplot, no style sheet, no open figures.
"""

from ogive.plots.curves import plot
from ogive.plots.precision import plot_precision
from ogive.plots.style import new_axes, save_figure, theme_named

__all__ = ["new_axes", "plot", "plot_precision", "save_figure", "theme_named"]
