"""What a search found: the vector on the scales of estimation, and how the search ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.search.start import Box

if TYPE_CHECKING:
    from ogive.fitting.question.problem import Problem

__all__ = ["Solution"]

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Solution:
    """What the search found: the vector on the scales of estimation, half its deviance, and how it ended."""

    theta: Floats
    half_deviance: float
    converged: bool
    steps: int
    box: Box
    trouble: str = ""

    @classmethod
    def failed(cls, problem: Problem, trouble: str) -> Solution:
        """Return the solution of a problem that has none."""
        nothing = np.full(problem.size, np.nan)
        box = Box(nothing, nothing, np.zeros(problem.size, dtype=bool))
        return cls(nothing, float("nan"), False, 0, box, trouble)
