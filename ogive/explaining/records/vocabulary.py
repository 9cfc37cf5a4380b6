"""The names that a user may call: the elementary functions and every shape of the table."""

from __future__ import annotations

from typing import Final

from ogive.expressions import with_shapes
from ogive.shapes import shapes

__all__ = ["VOCABULARY"]

VOCABULARY: Final = with_shapes(shapes)
