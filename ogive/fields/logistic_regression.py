"""Regression of yes or no on several columns: coefficients, odds ratios, marginal effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ogive.curves import Transition
from ogive.fitting import fit as _fit
from ogive.models import LinearPredictor, Model
from ogive.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from ogive.fitting import Fit, Interval

__all__ = ["LINKS", "fit", "marginal_effects", "odds_ratios", "probability"]

CONSTANT = "const"
"""The name of the intercept."""

LINKS = {"logit": "logistic", "probit": "normal", "cloglog": "cloglog", "cauchit": "arctan"}
"""The links by name, and the shape that each is the inverse of."""


def fit(
    columns: Mapping[str, Any] | Any,
    y: Any,
    *,
    link: str = "logit",
    names: Sequence[str] | None = None,
    intercept: bool = True,
    trials: Any = None,
    **options: Any,
) -> Fit:
    """Fit a regression of yes (1) or no (0), or of counts, on several columns.

    Parameters
    ----------
    columns
        A mapping of names to columns, a table, or a two-dimensional array (with ``names``).
    y
        0 or 1 for each row, or counts of successes with ``trials``.
    link
        ``"logit"``, ``"probit"``, ``"cloglog"`` or ``"cauchit"``.
    intercept
        Whether to add a constant, called ``"const"``.
    **options
        As for `ogive.fit`: ``errors="sandwich"``, ``fixed=`` ...

    Returns
    -------
    Fit
        Its parameters are the coefficients; `marginal_effects` and `odds_ratios` read it.

    Raises
    ------
    ValueError
        If the link is unknown, or responses are not 0 or 1 (nor counts with trials).
    """
    if link not in LINKS:
        raise ValueError(f"link must be one of {', '.join(LINKS)}, not {link!r}")
    matrix, labels = _matrix(columns, names)
    if intercept:
        matrix, labels = np.column_stack([matrix, np.ones(len(matrix))]), (*labels, CONSTANT)
    response = np.asarray(y, dtype=np.float64)
    if trials is None and not np.isin(response[~np.isnan(response)], (0, 1)).all():
        raise ValueError("y must hold 0 and 1 only; for counts of successes pass trials=")
    model = Model(f"{link} regression", regressors=LinearPredictor(LINKS[link], labels))
    return _fit(model, matrix, response, trials=np.ones(len(response)) if trials is None else trials, **options)


def _matrix(columns: Any, names: Sequence[str] | None) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    if hasattr(columns, "keys"):
        labels = tuple(map(str, columns.keys()))
        return np.column_stack([np.asarray(columns[key], dtype=np.float64) for key in columns]), labels
    if hasattr(columns, "columns"):
        labels = tuple(map(str, columns.columns))
        return np.column_stack([np.asarray(columns[key], dtype=np.float64) for key in columns.columns]), labels
    matrix = np.asarray(columns, dtype=np.float64)
    if matrix.ndim == 1:
        matrix = matrix[:, None]
    labels = tuple(names) if names is not None else tuple(f"x{k + 1}" for k in range(matrix.shape[1]))
    if len(labels) != matrix.shape[1]:
        raise ValueError(f"{matrix.shape[1]} columns need as many names, not {len(labels)}")
    return matrix, labels


def probability(fitted: Fit, rows: Any) -> Any:
    """Return the fitted probability of yes for rows of columns, in the order of the fit (the constant is added)."""
    matrix = np.asarray(rows, dtype=np.float64)
    if fitted.model.parameters[-1] == CONSTANT and matrix.shape[-1] == len(fitted.model.parameters) - 1:
        matrix = np.concatenate([matrix, np.ones((*matrix.shape[:-1], 1))], axis=-1)
    return fitted.predict(matrix)


def odds_ratios(fitted: Fit, *, level: float = 0.95) -> dict[str, Interval]:
    """Return by what each column multiplies the odds per unit, with intervals symmetric on the log scale."""
    if not fitted.model.name.startswith("logit"):
        raise ValueError(f"odds ratios belong to the logit link, not to a {fitted.model.name}")
    return {name: fitted.estimate(_ratio(name), scale="log", level=level) for name in _columns_of(fitted)}


def _ratio(name: str) -> Callable[[Mapping[str, float]], float]:
    def ratio(values: Mapping[str, float]) -> float:
        return float(np.exp(values[name]))

    return ratio


def _columns_of(fitted: Fit) -> list[str]:
    return [name for name in fitted.model.parameters if name != CONSTANT]


def marginal_effects(
    fitted: Fit, *, at: str = "overall", kind: str = "dydx", dummy: bool = False, level: float = 0.95
) -> dict[str, Interval]:
    """Return how the probability moves with each column, with delta-method errors.

    Parameters
    ----------
    at
        ``"overall"`` averages over the rows; ``"mean"`` and ``"median"`` take one typical row.
    kind
        ``"dydx"`` (change of probability per unit), ``"eyex"`` (percent per percent), ``"eydx"`` (percent per unit)
        or ``"dyex"`` (change per percent).
    dummy
        Whether a column of 0 and 1 is moved from 0 to 1 instead of by its slope.
    """
    kinds = ("dydx", "eyex", "eydx", "dyex")
    if kind not in kinds:
        raise ValueError(f"kind must be one of {', '.join(kinds)}, not {kind!r}")
    rows = fitted.data.x
    typical = {"overall": rows, "mean": rows.mean(axis=0)[None], "median": np.median(rows, axis=0)[None]}
    if at not in typical:
        raise ValueError(f"at must be one of {', '.join(typical)}, not {at!r}")
    points = typical[at]
    found = {}
    for name in _columns_of(fitted):
        k = fitted.model.parameters.index(name)
        binary = dummy and bool(np.isin(rows[:, k], (0, 1)).all())
        effect = _step_effect(fitted, points, k) if binary else _slope_effect(fitted, points, k, kind)
        found[name] = fitted.estimate(effect, level=level)
    return found


def _transition(fitted: Fit) -> Transition:
    predictor = fitted.model.regressors
    if predictor is None:
        raise ValueError("marginal effects need a fit made by logistic_regression.fit")
    return Transition(shapes[predictor.shape])


def _slope_effect(fitted: Fit, points: Any, k: int, kind: str) -> Callable[[Mapping[str, float]], float]:
    transition, names = _transition(fitted), fitted.model.parameters

    def effect(values: Mapping[str, float]) -> float:
        beta = np.array([values[name] for name in names])
        p, slope, _ = transition.slopes(points @ beta)
        change = beta[k] * slope
        if kind in {"eyex", "dyex"}:
            change = change * points[:, k]
        return float(np.mean(change / p if kind in {"eyex", "eydx"} else change))

    return effect


def _step_effect(fitted: Fit, points: Any, k: int) -> Callable[[Mapping[str, float]], float]:
    transition, names = _transition(fitted), fitted.model.parameters
    low, high = points.copy(), points.copy()
    low[:, k], high[:, k] = 0.0, 1.0

    def effect(values: Mapping[str, float]) -> float:
        beta = np.array([values[name] for name in names])
        return float(np.mean(transition.value(high @ beta) - transition.value(low @ beta)))

    return effect
