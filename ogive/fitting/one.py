"""One fit: `fit`, and the frozen record of what it found, with everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._bells import ring
from ogive.fitting.inference import bands, covariance, diagnose, hypotheses, intervals
from ogive.fitting.inference.status import Status
from ogive.fitting.question.data import Observations, read
from ogive.fitting.question.likelihoods import Likelihood, Normal
from ogive.fitting.question.problem import Problem, lay_out
from ogive.fitting.question.request import check_choices, likelihood_of, model_of, unfit
from ogive.fitting.search.engine import search
from ogive.fitting.search.solution import Solution

if TYPE_CHECKING:
    from ogive.models import Model, Vocabulary

__all__ = ["Fit", "Named", "fit"]

Floats = NDArray[np.float64]


@final
class Named(Mapping[str, float]):
    """Numbers by name; a field's word for a parameter finds it too."""

    def __init__(self, values: Mapping[str, float], resolve: Callable[[str], float]) -> None:
        self._values = dict(values)
        self._resolve = resolve

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> float:
        return self._values[name] if name in self._values else self._resolve(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name!r}: {value:.6g}" for name, value in self._values.items()) + "}"


@final
@dataclass(frozen=True, repr=False)
class Fit:
    """A fitted curve: estimates, their uncertainty, and a status that says whether to trust them.

    Made by `ogive.fit`. Names of parameters are canonical (``"midpoint"``); the words of a field are understood
    too, and quantities that the field derives are attributes: ``fit.ec50``.

    Attributes
    ----------
    problem, solution
        The observations, model and likelihood that were fitted, and where the search ended.
    errors
        The convention of standard errors: ``"expected"``, ``"observed"`` or ``"sandwich"``.
    """

    problem: Problem
    solution: Solution
    errors: str
    known_dispersion: float | None = None
    quasi: bool = True
    variance_power: float = 0.0

    # ---- What was fitted ----

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
    def n(self) -> int:
        """The number of observations."""
        return self.data.n

    @property
    def dof(self) -> int:
        """The residual degrees of freedom: observations less free parameters."""
        return self.n - self.problem.size

    # ---- What was found ----

    @cached_property
    def params(self) -> Named:
        """The parameters, free and fixed, in units of the data."""
        return Named(covariance.parameters(self), self._resolve)

    @cached_property
    def stderr(self) -> Named:
        """The standard errors of the free parameters, in units of the data, by the fit's convention."""
        return Named(covariance.standard_errors(self), lambda name: self.estimate(name).stderr)

    @cached_property
    def covariance(self) -> Floats:
        """The covariance of the free parameters in units of the data, by the fit's convention."""
        return covariance.outside(self)

    @property
    def names(self) -> tuple[str, ...]:
        """The free parameters, in the order of the covariance."""
        return self.problem.layout.names

    @cached_property
    def curves(self) -> Mapping[str, Any]:
        """The fitted curve of each group (a mapping of parameters, for a formula)."""
        return {g: self.problem.group_curve(self.solution.theta, k) for k, g in enumerate(self.groups)}

    @property
    def curve(self) -> Any:
        """The fitted curve, of a fit without groups."""
        return self.curves[self._one_group(None)]

    @cached_property
    def fitted(self) -> Floats:
        """The curve at the observations (probabilities, for counts)."""
        return self.problem.means(self.solution.theta)

    @cached_property
    def residuals(self) -> Floats:
        """Responses less curve; for binomial counts, proportions less probabilities."""
        data = self.data
        y = data.y if data.trials is None else data.y / data.trials
        return y - self.fitted

    @property
    def rss(self) -> float:
        """The (weighted) residual sum of squares."""
        weights = self.likelihood.weights if isinstance(self.likelihood, Normal) else 1 / self._variance
        return float(np.sum(weights * self.residuals**2))

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

    @property
    def rse(self) -> float:
        """The residual standard error."""
        return float(np.sqrt(self.dispersion))

    @property
    def r_squared(self) -> float:
        """The part of the (weighted) variance about the mean that the curve explains."""
        about_mean = hypotheses.null_rss(self)
        return 1 - self.rss / about_mean if about_mean > 0 else float("nan")

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood, constants included; an estimated variance at its maximum-likelihood value."""
        if self.solution.trouble:
            return float("nan")
        return self.likelihood.log_likelihood(self.data.y, self.fitted)

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

    # ---- Whether to trust it ----

    @cached_property
    def flags(self) -> tuple[Status, ...]:
        """Everything that is wrong with the fit, most serious first; empty where nothing is."""
        return diagnose.flags(self)

    @property
    def status(self) -> Status:
        """The most serious thing that is wrong with the fit, or OK."""
        return self.flags[0] if self.flags else Status.OK

    @property
    def detail(self) -> str:
        """What is wrong, in the numbers of this fit; empty where nothing is."""
        return diagnose.detail(self)

    # ---- Uncertainty ----

    def interval(
        self,
        name: str | Callable[[Any], float] | None = None,
        *,
        level: float = 0.95,
        method: str = "wald",
        scale: str | None = None,
        seed: int = 0,
    ) -> Any:
        """Return the confidence interval of a parameter or derived quantity, or of every free parameter.

        Parameters
        ----------
        name
            A parameter, a quantity of the field (``"ec50"``), or a function of the fitted curve (of the mapping
            of curves by group, where there are groups); None for all free parameters.
        level
            The confidence.
        method
            ``"wald"`` (symmetric), ``"profile"`` (from the likelihood, right where the curve is not) or
            ``"bootstrap"`` (999 refits to resampled data).
        scale
            For Wald, the scale on which the interval is symmetric: ``"linear"`` or ``"log"``. By default the one
            on which the parameter is estimated.
        seed
            Of the bootstrap.

        Returns
        -------
        Interval
            With ``low``, ``high``; a side that the data do not limit is infinite (0 for a positive number).
        """
        return intervals.interval(self, name, level=level, method=method, scale=scale, seed=seed)

    def estimate(self, name: str | Callable[[Any], float], *, scale: str | None = None, level: float = 0.95) -> Any:
        """Return a parameter or derived quantity with its standard error (delta method) and Wald interval."""
        return intervals.interval(self, name, level=level, method="wald", scale=scale, seed=0)

    def effective_dose(
        self,
        percent: float = 50.0,
        *,
        absolute: float | None = None,
        group: str | None = None,
        level: float = 0.95,
        method: str = "wald",
        scale: str | None = None,
    ) -> Any:
        """Return the dose that has a given part of the full effect, with its interval.

        Parameters
        ----------
        percent
            The part of the way from the response at no dose to the other asymptote, in percent.
        absolute
            Instead: the response itself, in units of y.
        group
            Which curve, where there are several.
        """
        function = intervals.dose_function(self, percent, absolute, self._one_group(group))
        return intervals.interval(self, function, level=level, method=method, scale=scale, seed=0)

    def inverse_prediction(
        self, y: float, *, replicates: float = 1, group: str | None = None, level: float = 0.95
    ) -> Any:
        """Return the x that new observations point to (calibration), with their own scatter in its interval.

        Parameters
        ----------
        y
            The mean of the new observations.
        replicates
            How many there are; infinite for an exactly known response, which `effective_dose` takes as well.
        """
        return intervals.inverse_prediction(self, y, replicates=replicates, level=level, group=self._one_group(group))

    def predict(self, x: ArrayLike, *, band: str | None = None, level: float = 0.95, group: str | None = None) -> Any:
        """Return the fitted curve at x; with a band, also its limits.

        Parameters
        ----------
        band
            ``"confidence"`` for the curve, ``"prediction"`` for a new observation.

        Returns
        -------
        array or Band
            With ``band``, a record of arrays ``x``, ``value``, ``low``, ``high``, ``stderr``.
        """
        return bands.predict(self, x, band=band, level=level, group=self._one_group(group))

    def slope(self, x: ArrayLike, *, band: str | None = None, level: float = 0.95, group: str | None = None) -> Any:
        """Return the slope of the fitted curve at x, in units of y per x; with a band, also its limits."""
        return bands.slope(self, x, band=band, level=level, group=self._one_group(group))

    # ---- Tests ----

    def no_effect(self) -> Any:
        """Test the curve against a flat line, calibrated for the design (see `fitting.inference.hypotheses`)."""
        return hypotheses.no_effect(self)

    def relative_potency(self, group: str, reference: str, **options: Any) -> Any:
        """Return the ratio of the effective doses of two groups, with Fieller's interval (see there for options)."""
        from ogive.fitting.inference.potency import relative_potency

        return relative_potency(self, group, reference, **options)

    def lack_of_fit(self) -> Any:
        """Test the curve against replicates (normal errors) or against a perfect fit (counts)."""
        return hypotheses.lack_of_fit(self)

    def outliers(self, *, q: float = 0.05) -> Any:
        """Flag observations that the curve does not explain, at a false-discovery rate q."""
        return hypotheses.outliers(self, q)

    # ---- Faces ----

    def report(self, format: str = "text") -> str:  # noqa: A002 - what people call it
        """Return the fit as a report in ``"text"``, ``"markdown"`` or ``"html"``."""
        from ogive.fitting.faces.report import report

        return report(self, format)

    def to_table(self, kind: str | None = None) -> Any:
        """Return one row for each parameter, as columns or as a ``"pandas"``, ``"polars"`` or ``"arrow"`` table."""
        from ogive.fitting.faces.tables import to_table

        return to_table(self, kind)

    def to_json(self) -> str:
        """Return the whole fit as JSON text, from which `from_json` makes it again without fitting."""
        from ogive.fitting.faces.store import to_json

        return to_json(self)

    @staticmethod
    def from_json(text: str, *, vocabulary: Vocabulary | None = None) -> Fit:
        """Return the fit that `to_json` wrote; the words of a field are given again."""
        from ogive.fitting.faces.store import from_json

        return from_json(text, vocabulary)

    def plot(self, **options: Any) -> Any:
        """Draw the data, the curve with its band, and the slope with its band; see `ogive.fitplots.plot_fit`."""
        return ring("ogive.fitplots", "plot_fit", self, **options)

    def explain(self, **options: Any) -> Any:
        """Derive the slope of the fitted curve step by step: in its parameters, then with its numbers."""
        subject = self.curve if self.model.is_curve else self._filled_formula()
        return ring("ogive.explaining", "explain", subject, var="x", **options)

    def with_errors(self, errors: str) -> Fit:
        """Return the same fit with standard errors by another convention."""
        if errors not in covariance.CONVENTIONS:
            raise ValueError(f"errors must be one of {', '.join(covariance.CONVENTIONS)}, not {errors!r}")
        return replace(self, errors=errors)

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={value:.5g}" for name, value in self.params.items())
        return f"<ogive fit of {self.model.name}: {inner}; {self.status}>"

    def __getattr__(self, name: str) -> float:
        """Return a quantity that the field derives, or a parameter by the field's word."""
        if not name.startswith("_"):
            vocabulary = self.problem.model.vocabulary
            if vocabulary.quantity(name) is not None or vocabulary.word(name) is not None:
                return self.params[name]
        raise AttributeError(f"a fit of {self.model.name} has no attribute {name!r}")

    def _resolve(self, name: str) -> float:
        return float(intervals.value_of(self, name))

    @cached_property
    def _variance(self) -> Floats:
        return self.likelihood.variance(self.fitted)

    def _filled_formula(self) -> str:
        """Return the formula with its numbers in the place of its parameters."""
        formula = self.model.formula
        if formula is None:
            raise ValueError("a regression has no formula of one variable to explain")
        return formula.with_numbers(self.params)

    def _one_group(self, group: str | None) -> str:
        if group is None and len(self.groups) == 1:
            return self.groups[0]
        if group is None or str(group) not in self.groups:
            raise ValueError(f"there are several curves: say group= one of {', '.join(self.groups)}")
        return str(group)


def fit(
    model: Model | str,
    x: Any,
    y: Any,
    *,
    data: Any = None,
    by: Any = None,
    share: Sequence[str] = (),
    sd: Any = None,
    trials: Any = None,
    likelihood: str = "normal",
    loss: str = "squares",
    variance_power: float = 0.0,
    dispersion: float | str | None = None,
    errors: str | None = None,
    fixed: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    start: Mapping[str, float] | None = None,
) -> Fit:
    """Fit a curve to observations, and say honestly what is known about it.

    A fit that fails is a `Fit` too: its status says in a sentence what is wrong and what to do.

    Parameters
    ----------
    model
        A name (``"log-logistic-4"``, ``"gompertz"``, ..., see `ogive.models.models`) or a `Model`.
    x, y
        Points and responses: arrays, or names of columns of ``data``. Missing values are left out and counted.
    data
        A pandas, polars or Arrow table, or a mapping of columns.
    by, share
        Labels of groups (an array or a column): each group has its own curve, but for the parameters named in
        ``share``. All groups have one residual variance.
    sd
        Standard deviations of the responses, relative to each other (absolute with ``dispersion=1``).
    trials
        Numbers of trials; y then counts successes. Implies ``likelihood="binomial"``.
    likelihood
        ``"normal"``, ``"binomial"`` (the curve is a probability) or ``"poisson"`` (the curve is a mean count).
    loss
        ``"squares"``, or ``"huber"`` or ``"tukey"``, which outliers cannot dominate.
    variance_power
        For normal errors, a p such that the standard deviation grows as the mean to the power p.
    dispersion
        A known variance (in units of ``sd**2``), or ``"estimate"``. By default the residual variance is estimated
        for normal errors, and is 1 for counts.
    errors
        The convention of standard errors: ``"expected"`` (J'J, as R's nls, NIST and SciPy; the default),
        ``"observed"`` (the Hessian, as R's drc) or ``"sandwich"`` (robust; the default for robust losses).
    fixed, bounds, start
        Values to hold, limits (low, high) to keep, and values to start from, by name of parameter. A fixed value
        of None frees a parameter that the model would hold.

    Returns
    -------
    Fit
        The estimates, their uncertainty and their status, frozen.

    Examples
    --------
    >>> import ogive as og
    >>> dose = [0, 0.1, 0.3, 1, 3, 10, 30, 100]
    >>> response = [98.2, 99.1, 96.9, 88.0, 63.7, 31.1, 12.2, 6.9]
    >>> fitted = og.fit("log-logistic-4", dose, response)
    >>> print(f"{fitted.params['midpoint']:.3f} {fitted.status}")
    4.571 ok
    """
    chosen = model_of(model).with_options(fixed=fixed, bounds=bounds)
    curves_only = chosen.regressors is None
    observations = read(x, y, data=data, sd=sd, trials=trials, by=by, wide=not curves_only)
    kind = "binomial" if trials is not None and likelihood == "normal" else likelihood
    check_choices(kind, loss, errors, observations)
    shared = [chosen.translated((name, None))[0] for name in share]
    layout = lay_out(chosen, observations.groups, shared)
    scatter = likelihood_of(kind, loss, observations, dispersion)
    problem = Problem(chosen, observations, scatter, layout)
    convention = errors or ("sandwich" if loss != "squares" else "expected")
    known = float(dispersion) if isinstance(dispersion, (int, float)) else None
    quasi = dispersion == "estimate" or (dispersion is None and kind == "normal")
    trouble = observations.trouble or unfit(problem)
    if trouble:
        solution = Solution.failed(problem, trouble)
        return Fit(problem, solution, convention, known, quasi, variance_power)
    solution, problem = search(problem, start or {}, variance_power)
    return Fit(problem, solution, convention, known, quasi, variance_power)
