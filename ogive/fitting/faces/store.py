"""Fits as JSON: everything that is needed to ask a fit again, without fitting again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive._bells import ring
from ogive.fitting.estimate import Estimate
from ogive.fitting.faces.report import report
from ogive.fitting.faces.tables import columns
from ogive.fitting.question.data import Observations
from ogive.fitting.question.likelihoods import LOSSES, Binomial, Likelihood, Normal, Poisson
from ogive.fitting.question.problem import Layout, Problem
from ogive.fitting.search.solution import Solution
from ogive.fitting.search.start import Box
from ogive.models import LinearPredictor, Model, Vocabulary
from ogive.shapes import Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ogive.fitting.inference.status import Judgement

__all__ = ["from_json", "to_json"]

FORMAT = "ogive-fit-1"


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
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)


def from_json(text: str, vocabulary: Vocabulary | None = None) -> Estimate:
    """Return the fit that `to_json` wrote.

    Raises
    ------
    ValueError
        If the text is not such a fit.
    """
    record = json.loads(text)
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise ValueError(f"this is not a fit written by to_json (format {FORMAT})")
    words = vocabulary or ring("ogive.fields", "vocabulary", record["model"]["vocabulary"])
    model = _model_in(record["model"], words)
    data, found, where = _data_in(record["data"]), record["solution"], record["layout"]
    layout = Layout(
        tuple(where["names"]), tuple(where["stems"]), np.array(where["slots"], dtype=np.intp), _in(where["constants"])
    )
    problem = Problem(model, data, _likelihood_in(record["likelihood"], data), layout)
    box = Box(_in(found["lower"]), _in(found["upper"]), np.array(found["by_user"], dtype=bool))
    half = float(_in([found["half_deviance"]])[0])
    solution = Solution(_in(found["theta"]), half, found["converged"], found["steps"], box, found["trouble"])
    return Estimate(
        problem, solution, record["errors"], record["known_dispersion"], record["quasi"], record["variance_power"]
    )


def _out(values: Any) -> Any:
    """Write numbers so that JSON keeps infinities and nan, as words."""
    if isinstance(values, np.ndarray):
        return [_out(value) for value in values.tolist()]
    if isinstance(values, dict):
        return {key: _out(value) for key, value in values.items()}
    if isinstance(values, list):
        return [_out(value) for value in values]
    return values if not isinstance(values, float) or np.isfinite(values) else str(values)


def _in(values: list[Any]) -> NDArray[np.float64]:
    return np.array([[float(v) for v in row] if isinstance(row, list) else float(row) for row in values], dtype=float)


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


def _shape_in(record: dict[str, Any] | str | None) -> Shape | str | None:
    if not isinstance(record, dict):
        return record
    low, high = map(float, record["domain"])
    return Shape.from_formula(record["name"], record["formula"], domain=(low, high), title=record["title"])


def _model_in(record: dict[str, Any], vocabulary: Vocabulary | None) -> Model:
    bounds = {name: (float(low), float(high)) for name, (low, high) in record["bounds"].items()}
    if record["formula"] is not None:
        text, variable, parameters = record["formula"]
        model = Model.from_formula(text, variable=variable, parameters=parameters, name=record["name"])
        return model.with_options(fixed=record["fixed"], bounds=bounds, vocabulary=vocabulary)
    regressors = record["regressors"]
    return Model(
        record["name"],
        shape=_shape_in(record["shape"]),
        axis=record["axis"],
        fixed=record["fixed"],
        bounds=bounds,
        asymmetric=record["asymmetric"],
        sloped=record["sloped"],
        regressors=None if regressors is None else LinearPredictor(regressors[0], tuple(regressors[1])),
        vocabulary=vocabulary or Vocabulary(record["vocabulary"]),
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


def _data_in(record: dict[str, Any]) -> Observations:
    optional = {key: None if record[key] is None else _in(record[key]) for key in ("sd", "trials")}
    return Observations(
        _in(record["x"]),
        _in(record["y"]),
        optional["sd"],
        optional["trials"],
        tuple(record["groups"]),
        np.array(record["group"], dtype=np.intp),
        record["missing"],
        record["trouble"],
        (record["names"][0], record["names"][1]),
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


def _likelihood_in(record: dict[str, Any], data: Observations) -> Likelihood:
    if record["name"] == Normal.name:
        return Normal(_in(record["weights"]), LOSSES[record["loss"]], record["scale"], record["estimates_dispersion"])
    if data.trials is not None:
        return Binomial(data.trials)
    return Poisson()
