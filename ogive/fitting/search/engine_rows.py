"""The compiled engine as Python sees it: what it is told of a model, the rows of its output, a fit of one curve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ogive import _core
from ogive.curves import AXES, PARAMETERS, Transition
from ogive.fitting.question.likelihoods import LIKELIHOODS, Likelihood, Normal
from ogive.fitting.search.start import extension_of
from ogive.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ogive.fitting.question.problem import Problem
    from ogive.models import Model

__all__ = [
    "COVARIANCE", "GRADIENT", "LEVELS", "ROWS", "SWEPT", "Found", "Question", "deviance_held", "minimum_of",
    "output_of", "takes", "triangle",
]  # fmt: skip

Floats = NDArray[np.float64]

# The parameters that the engine knows: those of curves whose asymptotes are level.
LEVELS = PARAMETERS[:5]
# Where the output holds what (core/batch.hpp): parameters first, then the upper triangle of their covariance.
COVARIANCE = slice(5, 20)
ROWS = {
    name: 20 + i
    for i, name in enumerate((
        "rss", "total", "n", "steps", "converged", "limits", "distinct", "first", "last", "fraction_low",
        "fraction_high", "between", "area", "steepest", "mean", "weight",
    ))
}  # fmt: skip
# The rows and columns of a swept matrix: the five parameters, and the gradient.
SWEPT, GRADIENT = 6, 5


def triangle(i: int, j: int, size: int = 5) -> int:
    """Return the place of an element in the upper triangle of a symmetric matrix."""
    a, b = min(i, j), max(i, j)
    return a * size - a * (a - 1) // 2 + b - a


@dataclass(frozen=True)
class Question:
    """What the engine is asked of curves: a model with its options, and the name of a likelihood."""

    model: Model
    likelihood: str

    @property
    def compiled(self) -> bool:
        """Whether the engine fits this model; else the one-curve fitter does, a curve at a time."""
        model = self.model
        sloped = model.sloped or any(model.fixed.get(name, 0.0) for name in PARAMETERS[5:])
        return model.is_curve and not sloped and model.shape in _core.batch_shapes

    @cached_property
    def transition(self) -> Transition:
        """The shape, scaled to run from 0 to 1."""
        return Transition(shapes[str(self.model.shape)])

    @property
    def powered(self) -> bool:
        """Whether there is an exponent other than 1."""
        return self.model.asymmetric or self.model.fixed.get("asymmetry", 1.0) != 1

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters that are estimated."""
        return self.model.free

    def swaps(self, held: Sequence[str] = ()) -> bool:
        """Whether exchanging the asymptotes and turning the steepness gives the same model, with some values held."""
        free = {"lower", "upper", "steepness"} <= set(self.free) - set(held)
        return free and not self.powered and self.transition.symmetric

    def arguments(self, *, held: Sequence[str] = (), evaluate: bool = False) -> tuple[Any, ...]:
        """Return what the engine is told of the model: what is held for each curve, and whether to search at all."""
        model, free = self.model, set(self.model.free) - set(held)
        # next to a common value an asymptote may lie on either side
        may_cross = self.swaps(held) or bool(held and not {"lower", "upper", "steepness"} <= free)
        return (
            str(model.shape), int(self.powered), _bits(free), _bits(held), _bits(model.bounds), may_cross,
            model.axis == "reciprocal", extension_of(model.axis), list(LIKELIHOODS).index(self.likelihood),
            evaluate, self._limits(),
        )  # fmt: skip

    def _limits(self) -> Floats:
        limits = np.full((2, 5), np.nan)
        constants = self.model.constants
        for i, name in enumerate(LEVELS):
            inside = self.model.scale(name).inside
            if name in constants:
                limits[:, i] = float(inside(constants[name]))
            elif name in self.model.bounds:
                pair = np.array([float(inside(value)) for value in self.model.bounds[name]])
                limits[:, i] = np.where(np.isfinite(pair), pair, np.nan)
        return limits

    def places(self, x: Floats) -> Floats:
        """Return where points lie on the axis; what has no place there is nan, an infinite place a huge number."""
        with np.errstate(all="ignore"):
            g = np.asarray(AXES[self.model.axis].forward(x), dtype=np.float64)
        return np.nan_to_num(g, nan=np.nan, posinf=1e30, neginf=-1e30)


def _bits(names: Iterable[str]) -> int:
    """Return a set of parameters as the engine takes it: bit i stands for parameter i."""
    return sum(1 << i for i, name in enumerate(LEVELS) if name in names)


def output_of(
    arguments: tuple[Any, ...], points: tuple[Floats, Floats, Floats | None], places: tuple[Any, Any, Any],
    given: Floats | None = None, swept: Floats | None = None,
) -> Floats:  # fmt: skip
    """Run the engine (core/batch.hpp); returns its output, a row for each quantity and a column for each curve.

    Parameters
    ----------
    arguments
        What it is told of the model.
    points, places
        Places, responses and weights; where each curve begins among the responses and the places, and its length.
    given, swept
        Values to hold and to start from; where the swept matrices are written.
    """
    raw = np.empty((_core.batch_columns, len(places[2])))
    _core.fit_batch(*arguments, *points, *places, given, raw, swept)
    return raw


class Found(NamedTuple):
    """A minimum of the engine: the vector, whether it was settled at a natural limit, and in how many steps."""

    theta: Floats
    settled: bool
    steps: int


def minimum_of(problem: Problem) -> Found | None:
    """Return what the engine makes of one curve; None where it does not take the problem, or did not arrive."""
    if not takes(problem):
        return None
    question = Question(problem.model, problem.likelihood.name)
    raw = output_of(question.arguments(), _points(question, problem), _places(problem, 1))
    if raw[ROWS["converged"], 0] != 1:
        return None
    limits = int(raw[ROWS["limits"], 0])
    own = [LEVELS.index(name) for name in problem.layout.names]
    return Found(raw[own, 0], limits >= 1 << 8, int(raw[ROWS["steps"], 0]))


def takes(problem: Problem) -> bool:
    """Say whether the engine fits a problem: one smooth curve on an axis, by squares or by counts."""
    likelihood = problem.likelihood
    plain = not isinstance(likelihood, Normal) or likelihood.loss.name == "squares"
    return plain and Question(problem.model, likelihood.name).compiled and problem.layout.only is not None


def deviance_held(problem: Problem, name: str, starts: Floats) -> float:
    """Return the smallest deviance of one curve with a parameter held, searched from each of some starts.

    Parameters
    ----------
    starts
        Vectors (starts, p) with the value to hold in them; the engine looks everywhere besides.
    """
    question = Question(problem.model, problem.likelihood.name)
    given = np.full((len(LEVELS), len(starts) + 1), np.nan)
    given[:, :-1] = problem.layout.expand(starts)[:, 0, : len(LEVELS)].T
    held = LEVELS.index(name)
    given[held, -1] = starts[0, problem.layout.names.index(name)]
    swept = np.empty((_core.batch_swept, given.shape[1]))
    points = _points(question, problem)
    raw = output_of(question.arguments(held=(name,)), points, _places(problem, given.shape[1]), given, swept)
    return float(np.where(raw[ROWS["converged"]] == 1, raw[ROWS["rss"]], np.inf).min())


def _points(question: Question, problem: Problem) -> tuple[Floats, Floats, Floats | None]:
    data = problem.data
    return question.places(data.x), np.ascontiguousarray(data.y), _weights(problem.likelihood, data.trials)


def _places(problem: Problem, count: int) -> tuple[Any, Any, Any]:
    """Return where each of some curves of the same observations begins, and its length."""
    start = np.zeros(count, dtype=np.int64)
    return start, start, np.full(count, problem.data.n, dtype=np.int64)


def _weights(likelihood: Likelihood, trials: Floats | None) -> Floats | None:
    return np.ascontiguousarray(likelihood.weights) if isinstance(likelihood, Normal) else trials
