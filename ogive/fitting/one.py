"""One fit: `fit`, and the frozen record of what it found, with everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, final, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._bells import ring
from ogive._sinks import shown
from ogive.fitting.estimate import Estimate
from ogive.fitting.faces import store
from ogive.fitting.faces.report import report
from ogive.fitting.faces.tables import Columns, to_table
from ogive.fitting.inference import bands, covariance, hypotheses, intervals
from ogive.fitting.inference import unknowns as samples
from ogive.fitting.inference.potency import relative_potency
from ogive.fitting.inference.status import Judgement, Status, judge
from ogive.fitting.question.data import Observations, read
from ogive.fitting.question.problem import Problem, lay_out
from ogive.fitting.question.request import check_choices, likelihood_of, model_of, unfit
from ogive.fitting.search.engine import search
from ogive.fitting.search.solution import Solution

if TYPE_CHECKING:
    import matplotlib.axes
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from ogive.curves import Curve
    from ogive.fitting.inference.bands import Band
    from ogive.fitting.inference.hypotheses import Outliers, Test
    from ogive.fitting.inference.intervals import Interval
    from ogive.fitting.inference.status import Group
    from ogive.fitting.inference.unknowns import Unknowns
    from ogive.fitting.question.likelihoods import Likelihood
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
    too, and quantities that the field derives are attributes: ``fit.ec50``. A fit can be copied, pickled and returned
    from a process pool.

    Attributes
    ----------
    found
        The question and its answer, on which everything else is computed.
    """

    found: Estimate

    # ---- What was fitted ----

    @property
    def problem(self) -> Problem:
        """The observations, the model and the likelihood that were fitted."""
        return self.found.problem

    @property
    def solution(self) -> Solution:
        """Where the search ended."""
        return self.found.solution

    @property
    def errors(self) -> str:
        """The convention of standard errors: ``"expected"``, ``"observed"`` or ``"sandwich"``."""
        return self.found.errors

    @property
    def model(self) -> Model:
        """The model."""
        return self.found.model

    @property
    def data(self) -> Observations:
        """The observations that were used."""
        return self.found.data

    @property
    def likelihood(self) -> Likelihood:
        """The law of scatter."""
        return self.found.likelihood

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the field."""
        return self.found.vocabulary

    @property
    def groups(self) -> tuple[str, ...]:
        """The labels of the groups; one empty label without groups."""
        return self.found.groups

    @property
    def n(self) -> int:
        """The number of observations."""
        return self.found.n

    @property
    def dof(self) -> int:
        """The residual degrees of freedom: observations less free parameters."""
        return self.found.dof

    # ---- What was found ----

    @cached_property
    def params(self) -> Named:
        """The parameters, free and fixed, in units of the data."""
        return Named(covariance.parameters(self.found), partial(intervals.value_of, self.found))

    @cached_property
    def stderr(self) -> Named:
        """The standard errors of the free parameters, in units of the data, by the fit's convention."""
        return Named(covariance.standard_errors(self.found), partial(intervals.error_of, self.found))

    @cached_property
    def covariance(self) -> Floats:
        """The covariance of the free parameters in units of the data, by the fit's convention."""
        return covariance.outside(self.found)

    @property
    def names(self) -> tuple[str, ...]:
        """The free parameters, in the order of the covariance."""
        return self.found.names

    @cached_property
    def curves(self) -> Mapping[str, Curve]:
        """The fitted curve of each group (a mapping of parameters, for a formula)."""
        return {group: self.found.curve(k) for k, group in enumerate(self.groups)}

    @property
    def curve(self) -> Curve:
        """The fitted curve (the mapping of parameters, for a formula), of a fit without groups."""
        return self.curves[self._one_group(None)]

    @property
    def fitted(self) -> Floats:
        """The curve at the observations (probabilities, for counts)."""
        return self.found.fitted

    @property
    def residuals(self) -> Floats:
        """Responses less curve; for binomial counts, proportions less probabilities."""
        return self.found.residuals

    @property
    def rss(self) -> float:
        """The (weighted) residual sum of squares."""
        return self.found.rss

    @property
    def deviance(self) -> float:
        """Twice the distance in log-likelihood from a perfect fit; the sum of squares, for normal errors."""
        return self.found.deviance

    @property
    def dispersion(self) -> float:
        """The residual variance, estimated or known; 1 for counts unless it is estimated."""
        return self.found.dispersion

    @property
    def rse(self) -> float:
        """The residual standard error."""
        return self.found.rse

    @property
    def r_squared(self) -> float:
        """The part of the (weighted) variance about the mean that the curve explains."""
        return self.found.r_squared

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood, constants included; an estimated variance at its maximum-likelihood value."""
        return self.found.log_likelihood

    @property
    def parameter_count(self) -> int:
        """The number of estimated numbers: free parameters, and the variance where it is estimated."""
        return self.found.parameter_count

    @property
    def aic(self) -> float:
        """Akaike's information criterion."""
        return self.found.aic

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for small samples; infinite where there are too few observations."""
        return self.found.aicc

    @property
    def bic(self) -> float:
        """Schwarz's information criterion."""
        return self.found.bic

    # ---- Whether to trust it ----

    @cached_property
    def judgement(self) -> Judgement:
        """What is wrong with the fit, if anything."""
        return judge(self.found)

    @property
    def flags(self) -> tuple[Status, ...]:
        """Everything that is wrong with the fit, most serious first; empty where nothing is."""
        return self.judgement.flags

    @property
    def status(self) -> Status:
        """The most serious thing that is wrong with the fit, or OK."""
        return self.judgement.status

    @property
    def statuses(self) -> dict[str, Status]:
        """The status of the curve of each group; `status` is the most serious of them."""
        return {name: group.status for name, group in self.judgement.groups.items()}

    @property
    def by_group(self) -> dict[str, Group]:
        """The status, R-squared, test for an effect and lack of fit of the curve of each group."""
        return dict(self.judgement.groups)

    @property
    def detail(self) -> str:
        """What is wrong, in the numbers of this fit; empty where nothing is."""
        return self.judgement.detail

    # ---- Uncertainty ----

    @overload
    def interval(
        self, name: str | Callable[[Any], float], *, level: float = ..., method: str = ..., scale: str | None = ...,
        seed: int = ...,
    ) -> Interval: ...  # fmt: skip
    @overload
    def interval(
        self, name: None = None, *, level: float = ..., method: str = ..., scale: str | None = ..., seed: int = ...
    ) -> dict[str, Interval]: ...
    def interval(
        self,
        name: str | Callable[[Any], float] | None = None,
        *,
        level: float = 0.95,
        method: str = "wald",
        scale: str | None = None,
        seed: int = 0,
    ) -> Interval | dict[str, Interval]:
        """Return the confidence interval of a parameter or derived quantity, or of every free parameter.

        Parameters
        ----------
        name
            A parameter, a quantity of the field (``"ec50"``), or a function of the fitted curve (of the mapping
            of curves by group, where there are groups); None for all free parameters.
        level
            The confidence.
        method
            ``"wald"`` (symmetric), ``"profile"`` (from the likelihood, right where the curve is not),
            ``"bootstrap"`` (999 refits to resampled data) or ``"reported"`` (what reports and tables print: Wald's,
            or the profile's where a limit of it lies more than 5 % of the width away; open without an effect).
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
        if name is None:
            return intervals.every_interval(self.found, level=level, method=method, scale=scale, seed=seed)
        return intervals.interval(self.found, name, level=level, method=method, scale=scale, seed=seed)

    def estimate(
        self, name: str | Callable[[Any], float], *, scale: str | None = None, level: float = 0.95
    ) -> Interval:
        """Return a parameter or derived quantity with its standard error (delta method) and Wald interval."""
        return intervals.wald(self.found, name, scale=scale, level=level)

    def effective_dose(
        self,
        percent: float = 50.0,
        *,
        absolute: float | None = None,
        group: str | None = None,
        level: float = 0.95,
        method: str = "wald",
        scale: str | None = None,
    ) -> Interval:
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
        function = intervals.dose_function(self.found, percent, absolute, self._one_group(group))
        return intervals.interval(self.found, function, level=level, method=method, scale=scale)

    def inverse_prediction(
        self, y: float, *, replicates: float = 1, group: str | None = None, level: float = 0.95
    ) -> Interval:
        """Return the x that new observations point to (calibration), with their own scatter in its interval.

        Parameters
        ----------
        y
            The mean of the new observations.
        replicates
            How many there are; infinite for an exactly known response, which `effective_dose` takes as well.

        Returns
        -------
        Interval
            All x whose prediction band holds y, open where they do not end; nan where there is none. `unknowns`
            says the same of many samples, with flags.
        """
        label = self._one_group(group)
        return samples.inverse_prediction(self.found, y, replicates=replicates, level=level, group=label)

    def unknowns(
        self,
        responses: ArrayLike,
        labels: Sequence[Any] | None = None,
        dilution: ArrayLike | None = None,
        *,
        replicates: ArrayLike = 1,
        nominal: ArrayLike | None = None,
        group: str | None = None,
        level: float = 0.95,
        precision: float | None = None,
    ) -> Unknowns:
        """Read unknown samples from this standard curve: the x that each response points to, with its limits.

        Parameters
        ----------
        responses
            One for each observation, or a row of replicates for each sample (missing ones nan).
        labels
            The samples. Rows with the same label, dilution and nominal value are replicates of one sample.
        dilution
            The factor by which each sample was diluted; x is multiplied by it.
        replicates
            Of how many observations each given response is the mean already.
        nominal
            What each sample is known to hold (nan where unknown), for its recovery.
        group
            Which curve, where there are several.
        level
            The confidence.
        precision
            The relative standard error (absolute, on a linear axis) that defines the limits of quantification; by
            default 0.2 on a log axis, and none on a linear one.

        Returns
        -------
        Unknowns
            A row for each sample: ``estimate``, ``low``, ``high``, ``flag`` ... The limits hold every x whose
            prediction band holds the response, so they are open near a plateau.

        Raises
        ------
        ValueError
            If the model cannot be read backwards, or the columns do not fit together.

        Examples
        --------
        >>> import ogive as og
        >>> conc = [3, 10, 30, 100, 300, 1000, 3000, 10000, 30000]
        >>> od = [0.2, 0.22, 0.41, 0.75, 1.07, 1.18, 1.2, 1.27, 1.29]
        >>> found = og.fit("4pl", conc, od).unknowns([0.5, 0.52, 1.25], labels=["A", "A", "B"])
        >>> print(found)
        sample  response  n  estimate  95 % from    to  recovery  flag
        A           0.51  2      45.7      33.08  60.7            ok
        B           1.25  1      5408      611.5     ∞            above the limit of quantification
        """
        label = self._one_group(group)
        return samples.unknowns(
            self.found, responses, labels=labels, dilution=dilution, replicates=replicates, nominal=nominal,
            group=label, level=level, precision=precision,
        )  # fmt: skip

    @overload
    def predict(self, x: ArrayLike, *, band: None = None, level: float = ..., group: str | None = ...) -> Floats: ...
    @overload
    def predict(self, x: ArrayLike, *, band: str, level: float = ..., group: str | None = ...) -> Band: ...
    def predict(
        self, x: ArrayLike, *, band: str | None = None, level: float = 0.95, group: str | None = None
    ) -> Floats | Band:
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
        return bands.predict(self.found, x, band=band, level=level, group=self._one_group(group))

    @overload
    def slope(self, x: ArrayLike, *, band: None = None, level: float = ..., group: str | None = ...) -> Floats: ...
    @overload
    def slope(self, x: ArrayLike, *, band: str, level: float = ..., group: str | None = ...) -> Band: ...
    def slope(
        self, x: ArrayLike, *, band: str | None = None, level: float = 0.95, group: str | None = None
    ) -> Floats | Band:
        """Return the slope of the fitted curve at x, in units of y per x; with a band, also its limits."""
        return bands.slope(self.found, x, band=band, level=level, group=self._one_group(group))

    # ---- Tests ----

    def no_effect(self) -> Test:
        """Test the curve against a flat line, calibrated for the design (see `fitting.inference.hypotheses`)."""
        return hypotheses.no_effect(self.found)

    def relative_potency(self, group: str, reference: str, **options: Any) -> Interval:
        """Return the ratio of the effective doses of two groups, with Fieller's interval (see there for options)."""
        return relative_potency(self.found, group, reference, **options)

    def lack_of_fit(self) -> Test:
        """Test the curve against replicates (normal errors) or against a perfect fit (counts)."""
        return hypotheses.lack_of_fit(self.found)

    def outliers(self, *, q: float = 0.05) -> Outliers:
        """Flag observations that the curve does not explain, at a false-discovery rate q."""
        return hypotheses.outliers(self.found, q)

    # ---- Faces ----

    def report(self, format: str = "text") -> str:  # noqa: A002 - what people call it
        """Return the fit as a report in ``"text"``, ``"markdown"`` or ``"html"``."""
        return report(self.found, self.judgement, format)

    @overload
    def to_table(self, kind: None = None) -> Columns: ...
    @overload
    def to_table(self, kind: Literal["pandas"]) -> pd.DataFrame: ...
    @overload
    def to_table(self, kind: Literal["polars"]) -> pl.DataFrame: ...
    @overload
    def to_table(self, kind: Literal["arrow"]) -> pa.Table: ...
    def to_table(self, kind: str | None = None) -> Columns | pd.DataFrame | pl.DataFrame | pa.Table:
        """Return one row for each parameter, as columns or as a ``"pandas"``, ``"polars"`` or ``"arrow"`` table."""
        return to_table(self.found, self.judgement, kind)

    def to_json(self) -> str:
        """Return the whole fit as JSON text, from which `from_json` makes it again without fitting."""
        return store.to_json(self.found, self.judgement)

    @staticmethod
    def from_json(text: str, *, vocabulary: Vocabulary | None = None) -> Fit:
        """Return the fit that `to_json` wrote, with the words of its field."""
        return Fit(store.from_json(text, vocabulary))

    def plot(self, **options: Any) -> tuple[matplotlib.axes.Axes, ...]:
        """Draw the data, the curve with its band, and the slope with its band; see `ogive.fitplots.plot_fit`."""
        drawn: tuple[matplotlib.axes.Axes, ...] = ring("ogive.fitplots", "plot_fit", self, **options)
        return drawn

    def explain(self, **options: Any) -> Any:
        """Derive the slope of the fitted curve step by step: in its parameters, then with its numbers."""
        subject = self.curve if self.model.is_curve else self._filled_formula()
        return ring("ogive.explaining", "explain", subject, var="x", **options)

    def with_errors(self, errors: str) -> Fit:
        """Return the same fit with standard errors by another convention."""
        if errors not in covariance.CONVENTIONS:
            raise ValueError(f"errors must be one of {', '.join(covariance.CONVENTIONS)}, not {errors!r}")
        return Fit(replace(self.found, errors=errors))

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={value:.5g}" for name, value in self.params.items())
        return shown(f"<ogive fit of {self.model.name}: {inner}; {self.status}>")

    def __getattr__(self, name: str) -> Any:
        """Return a quantity that the field derives, a parameter by the field's word, or a function of the field.

        Numbers are floats. A function, such as ``fit.doubling_time_at(12.0)``, takes an x and the ``group``,
        ``level`` and ``method`` of `interval`, and returns an `ogive.Interval`.
        """
        found = self.__dict__.get("found")
        if found is None or name.startswith("_"):
            raise AttributeError(name)
        if found.vocabulary.knows(name):
            return self.params[name]
        if found.vocabulary.function(name, found.model) is not None:
            return partial(self._at, name)
        raise AttributeError(f"a fit of {found.model.name} has no attribute {name!r}")

    def _at(
        self, name: str, x: float, *, group: str | None = None, level: float = 0.95, method: str = "wald"
    ) -> Interval:
        """Return a function of the field at x, with its interval."""
        function = intervals.at_function(self.found, name, x, self._one_group(group))
        return intervals.interval(self.found, function, level=level, method=method)

    def __getstate__(self) -> dict[str, Estimate]:
        """Keep the question and its answer; what follows from them is computed again."""
        return {"found": self.found}

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
        return Fit(Estimate(problem, solution, convention, known, quasi, variance_power))
    solution, problem = search(problem, start or {}, variance_power)
    return Fit(Estimate(problem, solution, convention, known, quasi, variance_power))
