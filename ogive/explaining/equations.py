"""Rules for lines that are equations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ogive.explaining.calculus import CalculusRule

EQUATIONS: Final[dict[str, CalculusRule]] = {}
