"""A model says what is free: a curve or a formula with some parameters fixed and some bounded."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ogive.curves import AXES, PARAMETERS, Curve, Mean, Transition
from ogive.models.formula import FormulaMean
from ogive.models.scales import SCALES, Scale
from ogive.models.words import Vocabulary
from ogive.shapes import Shape, shapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ogive.models.linear import LinearPredictor

__all__ = ["Model"]

_NO_WORDS = Vocabulary("canonical")


@final
@dataclass(frozen=True)
class Model:
    """A curve, or a formula, with its parameters declared free, fixed or bounded.

    Most models come by name (``og.fit("log-logistic-4", ...)``, the names are in `ogive.models.models`); this
    class is for those that do not.

    Attributes
    ----------
    name
        What reports call the model.
    shape, axis
        The shape and the axis, for curves: the name of a row of the table of shapes, or a shape of your own, made by
        `ogive.Shape.from_formula`.
    fixed
        Parameters that are not estimated, with their values, in the units of the data.
    bounds
        Limits (low, high) of parameters, in the units of the data.
    vocabulary
        The words of a field, for names in and out.
    formula, regressors
        The mean of a model that is not a curve.

    Examples
    --------
    >>> import ogive as og
    >>> model = og.Model("gompertz-3", shape="gompertz", fixed={"lower": 0.0})
    >>> model.free
    ('upper', 'midpoint', 'steepness')
    """

    name: str
    shape: str | Shape | None = field(default=None, kw_only=True)
    axis: str = field(default="linear", kw_only=True)
    fixed: Mapping[str, float] = field(default_factory=dict, kw_only=True)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict, kw_only=True)
    asymmetric: bool = field(default=False, kw_only=True)
    sloped: bool = field(default=False, kw_only=True)
    vocabulary: Vocabulary = field(default=_NO_WORDS, kw_only=True)
    formula: FormulaMean | None = field(default=None, kw_only=True)
    regressors: LinearPredictor | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if isinstance(self.shape, Shape) and shapes.names.get(self.shape.name) is self.shape:
            object.__setattr__(self, "shape", self.shape.name)
        if sum(part is not None for part in (self.shape, self.formula, self.regressors)) != 1:
            raise ValueError("a model has either a shape or a formula: Model('name', shape=..., axis='log')")
        if self.axis not in AXES:
            raise ValueError(f"axis must be one of {', '.join(AXES)}, not {self.axis!r}")
        for name in (*self.fixed, *self.bounds):
            self._check(name)
        for name, (low, high) in self.bounds.items():
            if not low < high:
                raise ValueError(f"bounds of {name} must be (low, high) with low < high, not ({low:g}, {high:g})")

    @classmethod
    def from_formula(
        cls, text: str, *, variable: str = "x", parameters: Sequence[str] = (), name: str | None = None
    ) -> Model:
        """Make a model from a formula as people type it, such as ``"b1/(1+exp(b2-b3*x))"``.

        The text is parsed, never evaluated; the derivatives that the fit needs come from the same rules that
        `ogive.explain` shows. Every word but the variable, the functions and the constants pi and e is a parameter,
        unless ``parameters`` lists them; `ogive.fit` needs a ``start`` for each.
        """
        return cls(name or text, formula=FormulaMean.parse(text, variable, parameters))

    @property
    def is_curve(self) -> bool:
        """Whether the model is a shape on an axis (rather than a formula)."""
        return self.shape is not None

    @property
    def row(self) -> Shape:
        """The shape of a curve, whether it came by name or not."""
        return self.shape if isinstance(self.shape, Shape) else shapes[str(self.shape)]

    @property
    def parameters(self) -> tuple[str, ...]:
        """All parameters, free and fixed, in the order in which vectors hold them."""
        if self.formula is not None:
            return self.formula.parameters
        if self.regressors is not None:
            return self.regressors.parameters
        return tuple(PARAMETERS)

    @property
    def constants(self) -> Mapping[str, float]:
        """The parameters that are not estimated: those fixed, and those that the model does without."""
        if not self.is_curve:
            return self.fixed
        absent = {} if self.asymmetric else {"asymmetry": 1.0}
        if not self.sloped:
            absent |= {"lower_slope": 0.0, "upper_slope": 0.0}
        return {**absent, **self.fixed}

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters that are estimated."""
        constants = self.constants
        return tuple(name for name in self.parameters if name not in constants)

    @property
    def mean(self) -> Mean | FormulaMean | LinearPredictor:
        """The function of parameters and points that is fitted."""
        if self.formula is not None:
            return self.formula
        if self.regressors is not None:
            return self.regressors
        powered = self.asymmetric or self.fixed.get("asymmetry", 1.0) != 1
        sloped = self.sloped or any(self.fixed.get(name, 0.0) for name in PARAMETERS[5:])
        return Mean(Transition(self.row), AXES[self.axis], powered, sloped)

    def scale(self, name: str) -> Scale:
        """Return the scale on which a parameter is estimated."""
        if self.is_curve and name == "midpoint":
            return SCALES[self.axis]
        return SCALES["log" if self.is_curve and name == "asymmetry" else "linear"]

    def curve(self, inside: Sequence[float] | NDArray[np.float64]) -> Any:
        """Return the curve with these numbers (a mapping of parameters, for a formula).

        The numbers are one for each of `parameters`, on the scales on which they are estimated.
        """
        if not self.is_curve:
            return MappingProxyType(dict(zip(self.parameters, map(float, inside), strict=True)))
        values = list(map(float, inside))
        values[4] = float(np.exp(values[4]))
        return Curve.from_axis(self.row, self.axis, values)

    def with_options(
        self,
        *,
        fixed: Mapping[str, float] | None = None,
        bounds: Mapping[str, tuple[float, float]] | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> Model:
        """Return the model with more parameters fixed or bounded (named in canonical or the field's words).

        A value of None in ``fixed`` frees a parameter that the model would hold.
        """
        speaking = replace(self, vocabulary=vocabulary or self.vocabulary)
        given: dict[str, Any] = {}
        for word, item in (fixed or {}).items():
            name, value = speaking.translated((word, item))
            _once(name, word, given, "fixed")
            given[name] = value
        held = {**self.fixed, **given}
        limited: dict[str, tuple[float, float]] = {}
        for word, ends in (bounds or {}).items():
            name, pair = speaking.translated_bounds(word, ends)
            _once(name, word, limited, "bounds")
            limited[name] = pair
        limits = {**self.bounds, **limited}
        freed = {name for name, value in given.items() if value is None}
        return replace(
            speaking,
            fixed={name: float(value) for name, value in held.items() if value is not None},
            bounds={name: pair for name, pair in limits.items() if name not in held or name in freed},
            asymmetric=self.asymmetric or "asymmetry" in freed,
            sloped=self.sloped or bool(freed & set(PARAMETERS[5:])),
        )

    def translated(self, item: tuple[str, Any]) -> tuple[str, Any]:
        """Return a named value in canonical words."""
        name, value = item
        word = self.vocabulary.word(name, self)
        if word is None:
            self._check(name)
            return name, value
        return word.parameter, None if value is None else word.inside(value)

    def translated_bounds(self, name: str, pair: tuple[float, float]) -> tuple[str, tuple[float, float]]:
        """Return named limits in canonical words; a word that counts backwards swaps them.

        Raises
        ------
        ValueError
            If the lower limit is not below the upper one, as they were given.
        """
        low, high = (-np.inf if pair[0] is None else pair[0]), (np.inf if pair[1] is None else pair[1])
        if not low < high:
            raise ValueError(f"bounds of {name} must be (low, high) with low < high, not ({low:g}, {high:g})")
        parameter, first = self.translated((name, low))
        second = self.translated((name, high))[1]
        return parameter, (min(first, second), max(first, second))

    def _check(self, name: str) -> None:
        if name not in self.parameters:
            known = [*self.parameters, *(word.name for word in self.vocabulary.words_of(self))]
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(known)}"
            raise ValueError(f"{self.name} has no parameter {name!r}; {hint}")


def _once(name: str, word: str, taken: Mapping[str, Any], what: str) -> None:
    """Refuse a parameter that is named twice, by two words: one of the two values would be lost."""
    if name in taken:
        raise ValueError(f"{what}= names {name} twice, the second time as {word!r}; give it once")
