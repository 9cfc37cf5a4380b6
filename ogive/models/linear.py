"""Regression through a sigmoid: a shape of a weighted sum of columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive.curves import Transition
from ogive.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LinearPredictor", "Rows"]

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of regressors, in place of points on an axis; the last axis runs over columns."""

    x: Floats
    finite: bool = True

    @property
    def g(self) -> Floats:
        """The rows themselves: they lie on no axis."""
        return self.x


@final
@dataclass(frozen=True, slots=True)
class LinearPredictor:
    """The mean S(x1 b1 + x2 b2 + ...), scaled to run from 0 to 1: logistic, probit and other binary regressions."""

    shape: str
    parameters: tuple[str, ...]
    transition: Transition = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "transition", Transition(shapes[self.shape]))

    def place(self, x: ArrayLike) -> Rows:
        """Read rows of regressors."""
        return Rows(np.asarray(x, dtype=np.float64))

    def value(self, p: Sequence[Any], at: Rows) -> Floats:
        """Return the mean at each row."""
        return self.transition.value(self._sum(p, at))

    def value_and_jacobian(self, p: Sequence[Any], at: Rows, wanted: Sequence[int]) -> tuple[Floats, list[Floats]]:
        """Return the mean and its derivatives by the wanted coefficients."""
        f, f1, _ = self.transition.slopes(self._sum(p, at))
        return f, [f1 * at.x[..., j] for j in wanted]

    def hessian(self, p: Sequence[Any], at: Rows, wanted: Sequence[int]) -> dict[tuple[int, int], Floats]:
        """Return the second derivatives by pairs of coefficients."""
        _, _, f2 = self.transition.slopes(self._sum(p, at))
        return {(i, j): f2 * at.x[..., i] * at.x[..., j] for i in wanted for j in wanted if i <= j}

    def _sum(self, p: Sequence[Any], at: Rows) -> Floats:
        return np.asarray(sum(p[j] * at.x[..., j] for j in range(len(self.parameters))))
