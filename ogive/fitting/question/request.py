"""From what a user writes to a question: the model, its likelihood, and what makes observations unfit for both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.fitting.question.likelihoods import LIKELIHOODS, LOSSES, Binomial, Likelihood, Normal, Poisson
from ogive.models import Model, models

if TYPE_CHECKING:
    from ogive.fitting.question.data import Observations
    from ogive.fitting.question.problem import Problem

__all__ = ["check_choices", "likelihood_of", "model_of", "unfit"]


def model_of(model: Model | str) -> Model:
    """Return the model that a user names, or the one passed."""
    if isinstance(model, Model):
        return model
    if not isinstance(model, str):
        raise TypeError(f"model must be a name or an ogive.Model, not {type(model).__name__}")
    return models[model]


def check_choices(kind: str, loss: str, errors: str | None, data: Observations) -> None:
    """Say what does not go together in the choices of a fit, or that a choice does not exist."""
    choices: tuple[tuple[str, str, Any], ...] = (
        ("likelihood", kind, LIKELIHOODS),
        ("loss", loss, LOSSES),
        ("errors", errors or "expected", ("expected", "observed", "sandwich")),
    )
    for what, value, known in choices:
        if value not in known:
            raise ValueError(f"{what} must be one of {', '.join(known)}, not {value!r}")
    if kind == "binomial" and data.trials is None:
        raise ValueError("a binomial likelihood needs the number of trials of each observation: pass trials=")
    if kind != "normal" and loss != "squares":
        raise ValueError(f"loss={loss!r} is for normal errors, not for a {kind} likelihood")
    if kind != "normal" and data.sd is not None:
        raise ValueError(f"sd= is for normal errors; a {kind} likelihood knows its own variance")


def likelihood_of(kind: str, loss: str, data: Observations, dispersion: float | str | None) -> Likelihood:
    """Return the law of scatter that is meant."""
    if kind == "binomial":
        assert data.trials is not None  # noqa: S101 - checked before
        return Binomial(data.trials)
    if kind == "poisson":
        return Poisson()
    weights = np.ones(data.n) if data.sd is None else data.sd**-2.0
    return Normal(weights, LOSSES[loss], estimates_dispersion=not isinstance(dispersion, (int, float)))


def unfit(problem: Problem) -> str:
    """Say what makes observations unfit for the model, or nothing."""
    data, model = problem.data, problem.model
    if model.regressors is None:
        if model.is_curve and model.axis != "linear" and (data.x < 0).any():
            return f"{data.names[0]} is negative, which has no place on a {model.axis} axis"
        if len(np.unique(data.x)) < 2:
            return f"all values of {data.names[0]} are equal ({data.x[0]:g}), so no curve can be seen"
    if problem.likelihood.name == "poisson" and (data.y < 0).any():
        return "a count is negative"
    if data.n < problem.size:
        return f"{data.n} observations cannot determine {problem.size} free parameters"
    if not problem.size:
        return "every parameter is fixed, so there is nothing to fit"
    return ""
