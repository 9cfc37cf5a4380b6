"""The table of shapes: one row per function.

Everything that needs to know about a function reads its row here: the accuracy tests read the promised error, the
explanations read the formula, the command line lists the names. Adding a function is one kernel in ``core/math/``
and one row in ``s_curves.py`` or ``activations.py``.
"""

from __future__ import annotations

from ogive.activations import ACTIVATIONS
from ogive.s_curves import S_CURVES
from ogive.shape import Kink, Shape, ShapeTable, Special, UnknownShapeError

__all__ = ["Kink", "Shape", "ShapeTable", "Special", "UnknownShapeError", "shapes"]

shapes = ShapeTable(*S_CURVES, *ACTIVATIONS)
