"""What is asked of every curve of a table: the model, its limits, and what is wanted besides the estimates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive.fitting.question.likelihoods import LIKELIHOODS, USUAL
from ogive.fitting.search.engine_rows import LEVELS, Question
from ogive.models import Model, models

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Plan", "check_sets", "kind_of", "plan"]

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Plan(Question):
    """What is asked of every curve.

    Attributes
    ----------
    doses
        Parts of the full effect, in percent, whose doses are wanted.
    level
        The confidence of intervals.
    shared
        The parameters that the curves of a set have in common.
    """

    doses: tuple[float, ...]
    level: float
    shared: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """The parameters that results list: the free ones and those that the model fixes."""
        return tuple(name for name in LEVELS if name in self.model.free or name in self.model.fixed)

    @property
    def own(self) -> tuple[str, ...]:
        """The parameters that each curve has for itself."""
        return tuple(name for name in self.free if name not in self.shared)

    @property
    def calibrated(self) -> bool:
        """Whether the test for an effect is calibrated on the design, as it is where nothing binds the asymptotes."""
        free = {"lower", "upper", "midpoint", "steepness"} <= set(self.free)
        return free and not self.counts and not self.shared and not {"lower", "upper"} & set(self.model.bounds)

    @property
    def counts(self) -> bool:
        """Whether the responses are counts, whose variance is known."""
        return self.likelihood != USUAL

    def quantile(self, dof: Floats) -> Floats:
        """Return the two-sided quantile: Student's by the degrees of freedom of each curve, normal for counts."""
        if self.counts:
            return np.full(dof.shape, special.ndtri(0.5 + self.level / 2))
        known = np.unique(dof[dof > 0])
        table = special.stdtrit(known, 0.5 + self.level / 2)
        result = np.full(dof.shape, np.nan)
        result[dof > 0] = table[np.searchsorted(known, dof[dof > 0])]
        return result


def plan(
    model: Model | str,
    *,
    fixed: Mapping[str, float] | None,
    bounds: Mapping[str, tuple[float, float]] | None,
    doses: Sequence[float],
    level: float,
    likelihood: str = USUAL,
    share: Sequence[str] = (),
) -> Plan:
    """Read what is asked of every curve.

    Raises
    ------
    ValueError
        If a dose is no percentage, the level no probability, a parameter unknown, or one to be shared not free.
    """
    if not isinstance(model, (str, Model)):
        raise TypeError(f"model must be a name or an ogive.Model, not {type(model).__name__}")
    chosen = (models[model] if isinstance(model, str) else model).with_options(fixed=fixed, bounds=bounds)
    for percent in doses:
        if not 0 < percent < 100:
            raise ValueError(f"ec= lists percentages between 0 and 100, such as 50, not {percent!r}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, such as 0.95, not {level!r}")
    if not chosen.free:
        raise ValueError(f"every parameter of {chosen.name} is fixed, so there is nothing to fit")
    if likelihood not in LIKELIHOODS:
        raise ValueError(f"likelihood must be one of {', '.join(LIKELIHOODS)}, not {likelihood!r}")
    return Plan(chosen, likelihood, tuple(map(float, doses)), float(level), _shared(chosen, share))


def _shared(model: Model, share: Sequence[str]) -> tuple[str, ...]:
    """Return the parameters to be shared by their canonical names, in their order."""
    wanted = [model.translated((name, None))[0] for name in share]
    for name, parameter in zip(share, wanted, strict=True):
        if parameter not in model.free:
            raise ValueError(
                f"{name!r} is fixed, so it cannot be shared; {model.name} has {', '.join(model.free)} free"
            )
    return tuple(name for name in model.free if name in wanted)


def check_sets(request: Plan, by: Sequence[str], within: Sequence[str]) -> None:
    """Say what does not go together in which curves share what.

    Raises
    ------
    ValueError
        If a column that tells sets apart does not tell curves apart, or nothing is shared.
    """
    for name in within:
        if name not in by:
            raise ValueError(
                f"within= says which curves share parameters by columns that tell curves apart: add {name!r} to by="
            )
    if within and not request.shared:
        raise ValueError("within= says which curves share parameters, but none is shared: name them in share=")


def kind_of(likelihood: str, sd: Any, trials: Any) -> str:
    """Return the likelihood that is meant, or say what does not go together."""
    kind = "binomial" if trials is not None and likelihood == USUAL else likelihood
    if kind == "binomial" and trials is None:
        raise ValueError("a binomial likelihood needs the number of trials of each observation: pass trials=")
    if kind != "binomial" and trials is not None:
        raise ValueError(f"trials= is for a binomial likelihood, not for a {kind} one")
    if kind != USUAL and sd is not None:
        raise ValueError(f"sd= is for normal errors; a {kind} likelihood knows its own variance")
    return kind
