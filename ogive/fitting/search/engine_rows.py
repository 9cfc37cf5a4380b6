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

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ogive.fitting.question.problem import Problem
    from ogive.models import Model

__all__ = [
    "COVARIANCE", "GRADIENT", "LEVELS", "ROWS", "SWEPT", "Found", "Held", "Question", "deviances_held",
    "ends_of", "midpoint_ends", "minimum_of", "output_of", "takes", "triangle",
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
        "level_low", "level_high",
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
        return Transition(self.model.row)

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


def ends_of(
    arguments: tuple[Any, ...], points: tuple[Floats, Floats, Floats | None], places: tuple[Any, Any, Any],
    given: Floats, rise: Floats,
) -> Floats:  # fmt: skip
    """Return the lowest and the highest dose (2, count) that the deviance allows, on the axis; nan: none was found.

    Parameters
    ----------
    given
        The parameters of each curve at its minimum (5, count).
    rise
        Half the deviance there, by how much it may rise, and the argument of the shape at the dose (3, count).
    """
    ends = np.empty((2, given.shape[1]))
    given, rise = np.ascontiguousarray(given), np.ascontiguousarray(rise)
    _core.fit_batch(*arguments, *points, *places, given, None, None, rise, ends)
    return ends


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


class Held(NamedTuple):
    """Of each value that was held: the smallest deviance, and whether another number went as far as it may for it.

    A midpoint at the end of where it is looked for would go on, and so would an asymptote beside a midpoint that is
    held far out; beside other numbers an asymptote so far away is as good as one at infinity.
    """

    deviance: Floats
    adrift: NDArray[np.bool_]


def deviances_held(problem: Problem, name: str, starts: Floats) -> Held:
    """Return the smallest deviances of one curve with a parameter held at some values.

    Parameters
    ----------
    starts
        Vectors (values, starts, p) with the value to hold in them; the engine looks everywhere besides.
    """
    question = Question(problem.model, problem.likelihood.name)
    values, each, size = starts.shape
    given = np.full((len(LEVELS), values, each + 1), np.nan)
    given[:, :, :-1] = problem.layout.expand(starts.reshape(-1, size))[:, 0, : len(LEVELS)].T.reshape(
        -1, values, each
    )
    given[LEVELS.index(name)] = starts[:, :1, problem.layout.names.index(name)]
    count = values * (each + 1)
    points, given = _points(question, problem), given.reshape(len(LEVELS), count)
    raw = output_of(question.arguments(held=(name,)), points, _places(problem, count), given)
    kept = raw[ROWS["converged"]] == 1
    if "steepness" in problem.layout.names:
        # a profile keeps to its side of steepness 0: beyond lies the curve seen from its other end
        steep = LEVELS.index("steepness")
        kept &= np.sign(raw[steep]) == np.sign(problem.layout.expand(starts[0, :1])[0, 0, steep])
    deviance = np.where(kept, raw[ROWS["rss"]], np.inf).reshape(values, each + 1)
    best = np.argmin(np.where(np.isnan(deviance), np.inf, deviance), axis=1)
    bits = np.nan_to_num(raw[ROWS["limits"]]).astype(np.int64).reshape(values, each + 1)
    rows = np.arange(values)
    unlimited: tuple[str, ...] = ("midpoint",)
    if name == "midpoint":
        unlimited = ("lower", "upper") if isinstance(problem.likelihood, Normal) else ()
    mask = sum(1 << (8 + LEVELS.index(each)) for each in unlimited)
    return Held(deviance[rows, best], (bits[rows, best] & mask) != 0)


def midpoint_ends(problem: Problem, theta: Floats, half_deviance: float, half_rise: float) -> tuple[float, float]:
    """Return the lowest and the highest midpoint of one curve for which half the deviance rises by so much."""
    question = Question(problem.model, problem.likelihood.name)
    given = np.zeros((len(LEVELS), 1))
    given[:, 0] = problem.layout.expand(theta)[0, : len(LEVELS)]
    rise = np.array([[half_deviance], [half_rise], [0.0]])
    low, high = ends_of(question.arguments(), _points(question, problem), _places(problem, 1), given, rise)[:, 0]
    return (-np.inf if np.isnan(low) else float(low)), (np.inf if np.isnan(high) else float(high))


def _points(question: Question, problem: Problem) -> tuple[Floats, Floats, Floats | None]:
    data = problem.data
    return question.places(data.x), np.ascontiguousarray(data.y), _weights(problem.likelihood, data.trials)


def _places(problem: Problem, count: int) -> tuple[Any, Any, Any]:
    """Return where each of some curves of the same observations begins, and its length."""
    start = np.zeros(count, dtype=np.int64)
    return start, start, np.full(count, problem.data.n, dtype=np.int64)


def _weights(likelihood: Likelihood, trials: Floats | None) -> Floats | None:
    return np.ascontiguousarray(likelihood.weights) if isinstance(likelihood, Normal) else trials
