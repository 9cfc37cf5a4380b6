"""The estimate: a question and its answer, with the numbers that follow from both. It is what inference takes.

An estimate knows no words of a field and draws no conclusions: intervals, tests and the status are functions of it
(`fitting.inference`), and `ogive.Fit` and the table of `ogive.fit_many` are its faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ogive.fitting.question.likelihoods import Likelihood, Normal
from ogive.fitting.search.separation import Separation, separation_of
from ogive.fitting.shown import EXACT, SEEN_LEVEL, STEEP_LEVEL, Objection, Shown, shown_by, steps_allowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ogive.curves import Curve
    from ogive.fitting.question.data import Observations
    from ogive.fitting.question.problem import Problem
    from ogive.fitting.search.solution import Solution
    from ogive.models import Model, Vocabulary

__all__ = ["Estimate"]

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Estimate:
    """A question, where its search ended, and the conventions by which errors are counted.

    Attributes
    ----------
    problem
        The observations, model and likelihood.
    solution
        The vector on the scales of estimation, half its deviance, its limits, and how the search ended.
    errors
        The convention of standard errors: ``"expected"``, ``"observed"`` or ``"sandwich"``.
    known_dispersion
        The residual variance where it is known, or None.
    quasi
        Whether a residual variance is estimated.
    variance_power
        The power of the mean as which the standard deviation grows.
    """

    problem: Problem
    solution: Solution
    errors: str
    known_dispersion: float | None = None
    quasi: bool = True
    variance_power: float = 0.0

    # ---- The question ----

    @property
    def model(self) -> Model:
        """The model."""
        return self.problem.model

    @property
    def data(self) -> Observations:
        """The observations that were used."""
        return self.problem.data

    @property
    def likelihood(self) -> Likelihood:
        """The law of scatter."""
        return self.problem.likelihood

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the field."""
        return self.model.vocabulary

    @property
    def groups(self) -> tuple[str, ...]:
        """The labels of the groups; one empty label without groups."""
        return self.data.groups

    @property
    def names(self) -> tuple[str, ...]:
        """The free parameters, in the order of the vector."""
        return self.problem.layout.names

    @property
    def n(self) -> int:
        """The number of observations."""
        return self.data.n

    @property
    def dof(self) -> int:
        """The residual degrees of freedom: observations less free parameters."""
        return self.n - self.problem.size

    @property
    def failed(self) -> bool:
        """Whether there is nothing to report."""
        return bool(self.solution.trouble)

    # ---- The answer ----

    @property
    def theta(self) -> Floats:
        """The vector of free parameters on the scales of estimation."""
        return self.solution.theta

    @cached_property
    def jacobian(self) -> Floats:
        """The derivatives of the means by the free parameters (n, p)."""
        return self.problem.jacobian(self.theta)[1]

    @cached_property
    def information(self) -> Floats:
        """The expected information: J'WJ (p, p)."""
        return self.problem.objective(self.theta)[2]

    @cached_property
    def at_limit(self) -> NDArray[np.bool_]:
        """Which free parameters ended at a limit, where they have no error of their own."""
        box = self.solution.box
        slack = 1e-9 * np.maximum(np.abs(self.theta), 1e-9)
        return (self.theta <= box.lower + slack) | (self.theta >= box.upper - slack)

    @cached_property
    def fitted(self) -> Floats:
        """The curve at the observations (probabilities, for counts)."""
        return self.problem.means(self.theta)

    @cached_property
    def residuals(self) -> Floats:
        """Responses less curve; for binomial counts, proportions less probabilities."""
        y = self.data.y if self.data.trials is None else self.data.y / self.data.trials
        return y - self.fitted

    @cached_property
    def rss(self) -> float:
        """The (weighted) residual sum of squares."""
        return float(np.sum(self.squares))

    @cached_property
    def squares(self) -> Floats:
        """The (weighted) square of each residual."""
        scatter = self.likelihood
        weights = scatter.weights if isinstance(scatter, Normal) else 1 / scatter.variance(self.fitted)
        squares: Floats = weights * self.residuals**2
        return squares

    @property
    def deviance(self) -> float:
        """Twice the distance in log-likelihood from a perfect fit; the sum of squares, for normal errors."""
        return 2 * self.solution.half_deviance

    @property
    def dispersion(self) -> float:
        """The residual variance, estimated or known; 1 for counts unless it is estimated."""
        if self.known_dispersion is not None:
            return self.known_dispersion
        if not self.quasi:
            return 1.0
        return self.rss / self.dof if self.dof > 0 else float("nan")

    @cached_property
    def shown(self) -> Shown:
        """What the points show of the curve of each group."""
        return shown_by(self.problem, self.solution, (self._objection(SEEN_LEVEL), self._objection(STEEP_LEVEL)))

    @cached_property
    def loose(self) -> NDArray[np.bool_]:
        """Which free parameters have no error, since it would be conditional on a limit that nobody set."""
        names = () if self.separation is None else self.separation.columns
        result = np.array([stem in names for stem in self.problem.layout.stems], dtype=bool)
        if not self.model.is_curve or self.failed:
            return result
        slots = self.problem.layout.slots
        for k in np.flatnonzero(self.shown.loose):
            others = np.delete(slots, k, axis=0)
            own = [s for s in slots[k] if s < self.problem.size and s not in others]
            result[own] = True
        return result

    def steps(self, k: int) -> tuple[float, float] | None:
        """Return the places between which the data allow a step of the curve of a group; None where they do not."""
        if not (self.model.is_curve and self.shown.steep[k]):
            return None
        return steps_allowed(self.problem, self.solution, k, self._objection(SEEN_LEVEL))

    @cached_property
    def separation(self) -> Separation | None:
        """Which coefficients of a regression have no finite estimate, or None."""
        return None if self.failed else separation_of(self.problem, self.fitted)

    def _objection(self, level: float) -> Objection:
        """When the data object, at a level."""
        nothing = Objection(float("nan"), np.full(self.problem.size, np.nan), False)
        if not np.isfinite(self.dispersion):
            return nothing
        cut = self.quantile(level)
        free = np.flatnonzero(~self.at_limit)
        information = self.information[np.ix_(free, free)]
        unit = np.sqrt(np.maximum(np.diag(information), 1e-300))
        inverse = np.linalg.pinv(information / np.outer(unit, unit), rcond=1e-14, hermitian=True)
        errors = np.zeros(self.problem.size)
        errors[free] = np.sqrt(np.maximum(np.diag(inverse), 0.0) * self.dispersion) / unit
        # what is exact differs by rounding
        rise = max(cut**2 * self.dispersion, 1e-20 * self.null_rss)
        return Objection(rise, cut * errors, self.rss <= EXACT * self.null_rss)

    def quantile(self, level: float) -> float:
        """Return the two-sided quantile: Student's where a variance is estimated, else the normal one."""
        upper = 0.5 + level / 2
        if self.known_dispersion is None and self.quasi:
            return float(special.stdtrit(self.dof, upper)) if self.dof > 0 else float("nan")
        return float(special.ndtri(upper))

    @property
    def rse(self) -> float:
        """The residual standard error."""
        return float(np.sqrt(self.dispersion))

    @cached_property
    def null_rss(self) -> float:
        """The weighted sum of squares about the mean (of each group)."""
        weights, y = self.responses
        total = 0.0
        for k in range(len(self.groups)):
            rows = self.data.group == k
            center = np.average(y[rows], weights=weights[rows])
            total += float(np.sum(weights[rows] * (y[rows] - center) ** 2))
        return total

    @property
    def r_squared(self) -> float:
        """The part of the (weighted) variance about the mean that the curve explains."""
        return 1 - self.rss / self.null_rss if self.null_rss > 0 else float("nan")

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood, constants included; an estimated variance at its maximum-likelihood value."""
        return float("nan") if self.failed else self.likelihood.log_likelihood(self.data.y, self.fitted)

    @property
    def parameter_count(self) -> int:
        """The number of estimated numbers: free parameters, and the variance where it is estimated."""
        return self.problem.size + int(self.likelihood.estimates_dispersion)

    @property
    def aic(self) -> float:
        """Akaike's information criterion."""
        return 2 * self.parameter_count - 2 * self.log_likelihood

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for small samples; infinite where there are too few observations."""
        k, left = self.parameter_count, self.n - self.parameter_count - 1
        return self.aic + 2 * k * (k + 1) / left if left > 0 else float("inf")

    @property
    def bic(self) -> float:
        """Schwarz's information criterion."""
        return float(self.parameter_count * np.log(self.n) - 2 * self.log_likelihood)

    @property
    def responses(self) -> tuple[Floats, Floats]:
        """The weight of each observation, and its response on the scale of the curve."""
        data, scatter = self.data, self.likelihood
        if isinstance(scatter, Normal):
            return scatter.weights, data.y
        return (np.ones(self.n), data.y) if data.trials is None else (data.trials, data.y / data.trials)

    def values(self, k: int) -> Floats:
        """Return the parameters of the curve of one group, on the scales of estimation."""
        values: Floats = self.problem.layout.expand(self.theta)[k]
        return values

    def curve(self, k: int) -> Curve:
        """Return the fitted curve of one group."""
        found: Curve = self.problem.group_curve(self.theta, k)
        return found

    def filled(self, k: int) -> Curve | Mapping[str, float]:
        """Return the fitted curve of one group; the mapping of parameters, for a formula or a regression."""
        found: Any = self.problem.group_curve(self.theta, k)
        return found  # type: ignore[no-any-return]
