"""The models by name: one row each, read by fits, reports, docs and the command line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import NoReturn

from ogive.models.model import Model

__all__ = ["models"]

_FAMILIES = {
    "logistic": ("sigmoid", "linear"),
    "log-logistic": ("sigmoid", "log"),
    "normal": ("normal", "linear"),
    "log-normal": ("normal", "log"),
    "gompertz": ("gompertz", "linear"),
    "cloglog": ("cloglog", "linear"),
    "weibull-1": ("gompertz", "log"),
    "weibull-2": ("cloglog", "log"),
    "arctan": ("arctan", "linear"),
    "tanh": ("tanh", "linear"),
    "algebraic": ("algebraic", "linear"),
    "softsign": ("softsign", "linear"),
    "gudermannian": ("gudermannian", "linear"),
}
"""Families that come with 2 parameters (asymptotes 0 and 1), 3 (lower 0), 4, and 5 (an exponent as well)."""

_ALIASES = {
    "dose-response": "log-logistic-4",
    "hill": "log-logistic-4",
    "4pl": "log-logistic-4",
    "5pl": "log-logistic-5",
    "probit": "normal-2",
    "logit": "logistic-2",
    "sigmoid": "logistic-4",
}


def _family(name: str, shape: str, axis: str) -> Iterator[Model]:
    for count, fixed in ((2, {"lower": 0.0, "upper": 1.0}), (3, {"lower": 0.0}), (4, {}), (5, {})):
        yield Model(f"{name}-{count}", shape=shape, axis=axis, fixed=fixed, asymmetric=count == 5)


class ModelTable(Mapping[str, Model]):
    """The models by name; an alias finds its model too, and a name that is nearly right is suggested."""

    def __init__(self, rows: list[Model], aliases: Mapping[str, str]) -> None:
        self._rows = {row.name: row for row in rows}
        self.aliases = dict(aliases)

    def __getitem__(self, name: str) -> Model:
        key = self.aliases.get(name, name)
        return self._rows[key] if key in self._rows else self._unknown(name)

    def __contains__(self, name: object) -> bool:
        return name in self._rows or name in self.aliases

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<ogive models: {', '.join(self)}>"

    def _unknown(self, name: object) -> NoReturn:
        near = difflib.get_close_matches(str(name).lower(), [*self._rows, *self.aliases], n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"the models are {', '.join(self)}"
        raise UnknownModelError(f"there is no model {name!r}; {hint}")


class UnknownModelError(KeyError):
    """A name that no model has. The message suggests the nearest one."""

    def __str__(self) -> str:
        return str(self.args[0])


models = ModelTable(
    [
        *(row for name, (shape, axis) in _FAMILIES.items() for row in _family(name, shape, axis)),
        Model("richards", shape="sigmoid", fixed={"lower": 0.0}, asymmetric=True),
        Model("michaelis-menten", shape="sigmoid", axis="log", fixed={"lower": 0.0, "steepness": 1.0}),
        Model("brain-cousens", shape="sigmoid", axis="log", fixed={"lower_slope": 0.0}, sloped=True),
        Model("two-state", shape="sigmoid", axis="reciprocal", sloped=True),
        Model("psychometric", shape="normal", bounds={"lower": (0.0, 1.0), "upper": (0.0, 1.0)}),
    ],
    _ALIASES | {name: f"{name}-4" for name in _FAMILIES},
)
"""The models by name."""
