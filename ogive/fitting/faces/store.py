"""Fits as JSON: everything that is needed to ask a fit again, without fitting again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive._bells import ring
from ogive._sinks import json_text
from ogive.fitting.estimate import Estimate
from ogive.fitting.faces.record import Record, damage, digest_of
from ogive.fitting.faces.report import report
from ogive.fitting.faces.tables import columns
from ogive.fitting.question.data import Observations
from ogive.fitting.question.likelihoods import LOSSES, Binomial, Likelihood, Normal, Poisson
from ogive.fitting.question.problem import Layout, Problem, lay_out
from ogive.fitting.search.solution import Solution
from ogive.fitting.search.start import Box
from ogive.models import LinearPredictor, Model, Vocabulary
from ogive.shapes import Shape, shapes

if TYPE_CHECKING:
    from ogive.fitting.inference.status import Judgement

__all__ = ["from_json", "to_json"]

FORMAT = "ogive-fit-2"

_LONGEST = 100_000_000
"""Characters: a million observations."""

_OUTSIDE = ("digest", "unknowns", "read")
"""What the digest is not of: itself, and what the command line adds, samples and how the table was read."""


def to_json(estimate: Estimate, judgement: Judgement) -> str:
    """Return a fit as JSON text; numbers keep every bit."""
    solution, layout = estimate.solution, estimate.problem.layout
    record = {
        "format": FORMAT,
        "model": _model_out(estimate.model),
        "data": _data_out(estimate.data),
        "likelihood": _likelihood_out(estimate.likelihood),
        "layout": {
            "names": list(layout.names),
            "stems": list(layout.stems),
            "slots": layout.slots.tolist(),
            "constants": _out(layout.constants),
        },
        "solution": {
            "theta": _out(solution.theta),
            "half_deviance": _out(solution.half_deviance),
            "converged": solution.converged,
            "steps": solution.steps,
            "lower": _out(solution.box.lower),
            "upper": _out(solution.box.upper),
            "by_user": solution.box.by_user.tolist(),
            "trouble": solution.trouble,
        },
        "errors": estimate.errors,
        "known_dispersion": estimate.known_dispersion,
        "quasi": estimate.quasi,
        "variance_power": estimate.variance_power,
        "status": str(judgement.status),
        "detail": judgement.detail,
        "estimates": _out(columns(estimate, judgement)),
        "report": report(estimate, judgement, "text"),
    }
    return json_text({**record, "digest": digest_of(record, _OUTSIDE)})


def from_json(text: str, vocabulary: Vocabulary | None = None) -> Estimate:
    """Return the fit that `to_json` wrote.

    Raises
    ------
    ValueError
        If the text is not such a fit, or is not as it was written: a value was changed, or does not fit the others.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"the text has {len(text):,} characters; at most {_LONGEST:,} are read")
    try:
        record = json.loads(text)
    except RecursionError:
        raise ValueError("this is not a fit: lists lie in lists without end") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise ValueError(f"this is not a fit written by to_json (format {FORMAT})")
    if record.get("digest") != digest_of(record, _OUTSIDE):
        raise ValueError("this fit is not as it was written: its digest is that of other values; fit again")
    try:
        return _estimate_in(Record(record), vocabulary)
    except (LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"this fit is damaged: {type(error).__name__}: {error}") from None


def _estimate_in(record: Record, vocabulary: Vocabulary | None) -> Estimate:
    words = vocabulary or ring("ogive.fields", "vocabulary", record.inner("model").text("vocabulary"))
    model = _model_in(record.inner("model"), words)
    data = _data_in(record.inner("data"), model)
    layout = _layout_in(record.inner("layout"), model, data.groups)
    problem = Problem(model, data, _likelihood_in(record.inner("likelihood"), data), layout)
    found, size = record.inner("solution"), layout.size
    box = Box(found.numbers("lower", size), found.numbers("upper", size), found.flags("by_user", size))
    solution = Solution(
        found.numbers("theta", size),
        found.number("half_deviance"),
        found.flag("converged"),
        found.whole("steps"),
        box,
        found.text("trouble"),
    )
    _check_minimum(problem, solution)
    dispersion = record.number("known_dispersion") if record.has("known_dispersion") else None
    if dispersion is not None and not dispersion > 0:
        raise damage("known_dispersion", "above 0", dispersion)
    errors = record.text("errors", ("expected", "observed", "sandwich"))
    return Estimate(problem, solution, errors, dispersion, record.flag("quasi"), record.number("variance_power"))


def _layout_in(record: Record, model: Model, groups: tuple[str, ...]) -> Layout:
    names, constants = record.texts("names"), record.numbers("constants")
    stems = record.texts("stems", len(names))
    # a parameter that groups share goes by its own name
    shared = [stem for name, stem in zip(names, stems, strict=True) if name == stem]
    wanted = lay_out(model, groups, shared)
    width, places = len(model.parameters), len(names) + len(constants)
    slots = [row.wholes("row", width, places).tolist() for row in record.table("slots", (len(groups), width))]
    if (names, stems, slots) != (wanted.names, wanted.stems, wanted.slots.tolist()):
        raise damage("layout", f"that of {model.name} for these groups", list(names))
    if not np.allclose(constants, wanted.constants, rtol=1e-12, equal_nan=True):
        raise damage("layout.constants", "what the model holds", constants.tolist())
    return Layout(names, stems, wanted.slots, constants)


def _check_minimum(problem: Problem, solution: Solution) -> None:
    """Refuse a solution whose deviance is not that of its parameters and these observations."""
    if solution.trouble:
        return
    with np.errstate(all="ignore"):
        found = float(problem.half_deviance(solution.theta))
        size = float(np.sum(problem.data.y**2))
    if not np.isclose(found, solution.half_deviance, rtol=1e-6, atol=1e-12 * size, equal_nan=True):
        raise damage("solution.half_deviance", f"{found:g}, by the parameters", solution.half_deviance)


def _out(values: Any) -> Any:
    """Write numbers so that JSON keeps infinities and nan, as words."""
    if isinstance(values, np.ndarray):
        return [_out(value) for value in values.tolist()]
    if isinstance(values, dict):
        return {key: _out(value) for key, value in values.items()}
    if isinstance(values, list):
        return [_out(value) for value in values]
    return values if not isinstance(values, float) or np.isfinite(values) else str(values)


def _model_out(model: Model) -> dict[str, Any]:
    formula, regressors = model.formula, model.regressors
    return {
        "name": model.name,
        "shape": _shape_out(model.shape) if isinstance(model.shape, Shape) else model.shape,
        "axis": model.axis,
        "fixed": dict(model.fixed),
        "bounds": {name: [_out(low), _out(high)] for name, (low, high) in model.bounds.items()},
        "asymmetric": model.asymmetric,
        "sloped": model.sloped,
        "formula": None if formula is None else [formula.text, formula.variable, list(formula.parameters)],
        "regressors": None if regressors is None else [regressors.shape, list(regressors.parameters)],
        "vocabulary": model.vocabulary.name,
    }


def _shape_out(shape: Shape) -> dict[str, Any]:
    return {"name": shape.name, "formula": shape.formula, "domain": _out(list(shape.domain)), "title": shape.title}


def _known_shape(record: Record) -> str:
    name = record.text("shape")
    if name not in shapes:
        raise damage(record.at("shape"), "the name of a shape", name)
    return name


def _shape_in(record: Record) -> Shape | str | None:
    if not record.has("shape"):
        return None
    if isinstance(record["shape"], str):
        return _known_shape(record)
    own = record.inner("shape")
    low, high = own.numbers("domain", 2)
    domain = (float(low), float(high))
    return Shape.from_formula(own.text("name"), own.text("formula"), domain=domain, title=own.text("title"))


def _model_in(record: Record, vocabulary: Vocabulary | None) -> Model:
    fixed, limits = record.inner("fixed"), record.inner("bounds")
    held = {name: fixed.number(name) for name in fixed.content}
    bounds = {name: (float(low), float(high)) for name in limits.content for low, high in [limits.numbers(name, 2)]}
    if record.has("formula"):
        text, variable, parameters = record.items("formula", 3)
        typed = Record({"text": text, "variable": variable, "parameters": parameters}, "model.formula")
        model = Model.from_formula(
            typed.text("text"),
            variable=typed.text("variable"),
            parameters=typed.texts("parameters"),
            name=record.text("name"),
        )
        return model.with_options(fixed=held, bounds=bounds, vocabulary=vocabulary)
    predictor = None
    if record.has("regressors"):
        shape, parameters = record.items("regressors", 2)
        given = Record({"shape": shape, "parameters": parameters}, "model.regressors")
        predictor = LinearPredictor(_known_shape(given), given.texts("parameters"))
    return Model(
        record.text("name"),
        shape=_shape_in(record),
        axis=record.text("axis"),
        fixed=held,
        bounds=bounds,
        asymmetric=record.flag("asymmetric"),
        sloped=record.flag("sloped"),
        regressors=predictor,
        vocabulary=vocabulary or Vocabulary(record.text("vocabulary")),
    )


def _data_out(data: Observations) -> dict[str, Any]:
    return {
        "x": _out(data.x),
        "y": _out(data.y),
        "sd": None if data.sd is None else _out(data.sd),
        "trials": None if data.trials is None else _out(data.trials),
        "groups": list(data.groups),
        "group": data.group.tolist(),
        "missing": data.missing,
        "trouble": data.trouble,
        "names": list(data.names),
    }


def _data_in(record: Record, model: Model) -> Observations:
    y = record.numbers("y")
    count, groups = len(y), record.texts("groups")
    if not groups or len(set(groups)) < len(groups):
        raise damage("data.groups", "labels that differ from each other", list(groups))
    if model.regressors is None:
        x = record.numbers("x", count)
    else:
        width = len(model.parameters)
        x = np.array([row.numbers("row") for row in record.table("x", (count, width))]).reshape(count, width)
    first, second = record.texts("names", 2)
    return Observations(
        x,
        y,
        record.numbers("sd", count) if record.has("sd") else None,
        record.numbers("trials", count) if record.has("trials") else None,
        groups,
        record.wholes("group", count, len(groups)),
        record.whole("missing"),
        record.text("trouble"),
        (first, second),
    )


def _likelihood_out(likelihood: Likelihood) -> dict[str, Any]:
    if not isinstance(likelihood, Normal):
        return {"name": likelihood.name}
    return {
        "name": likelihood.name,
        "weights": _out(likelihood.weights),
        "loss": likelihood.loss.name,
        "scale": likelihood.scale,
        "estimates_dispersion": likelihood.estimates_dispersion,
    }


def _likelihood_in(record: Record, data: Observations) -> Likelihood:
    name = record.text("name", (Normal.name, Binomial.name, Poisson.name))
    if name == Normal.name:
        loss = LOSSES[record.text("loss", tuple(LOSSES))]
        flag = record.flag("estimates_dispersion")
        return Normal(record.numbers("weights", data.n), loss, record.number("scale"), flag)
    if (name == Binomial.name) != (data.trials is not None):
        raise damage("likelihood.name", "poisson without trials, or binomial with trials", name)
    return Poisson() if data.trials is None else Binomial(data.trials)
