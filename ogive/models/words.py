"""A field is a vocabulary: what its people call the parameters, and what they derive from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["NotTrueOfModelError", "Quantity", "Vocabulary", "Word"]


def _same(value: float) -> float:
    return value


def _everywhere(_: Any) -> str:
    return ""


class NotTrueOfModelError(AttributeError, ValueError):
    """A word or a quantity of a field was asked of a model for which it is not defined. The message says why."""


@final
@dataclass(frozen=True, slots=True)
class Word:
    """A field's name for a parameter, with the translation where the field counts differently.

    Attributes
    ----------
    name
        What the field says: ``"lapse"``.
    parameter
        The canonical parameter behind it: ``"upper"``.
    inside, outside
        From the field's number to the canonical one, and back: a lapse rate is ``1 - upper``.
    objection
        A function of the `ogive.Model`: why the word is not true of it, and what to use; empty where it is true.
    """

    name: str
    parameter: str
    inside: Callable[[float], float] = _same
    outside: Callable[[float], float] = _same
    objection: Callable[[Any], str] = _everywhere

    @property
    def renames_only(self) -> bool:
        """Whether the field's number is the canonical one."""
        return self.inside is _same


@final
@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that people derive from a curve, with the sentence that says what it is.

    Attributes
    ----------
    of
        A function of the fitted `ogive.Curve` (of the mapping of parameters, for a formula). Among the functions of
        a vocabulary, of the curve and x.
    scale
        The scale on which its interval is symmetric: ``"log"`` for what is positive by nature.
    objection
        A function of the `ogive.Model`: why the quantity is not defined for it, and what to use instead; empty
        where it is defined.
    """

    name: str
    of: Callable[..., float]
    meaning: str
    scale: str = "linear"
    objection: Callable[[Any], str] = _everywhere


@final
@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words and the derived quantities of one field.

    Attributes
    ----------
    quantities
        Numbers that follow from a curve: ``fit.doubling_time``.
    functions
        Numbers that follow from a curve and an x: ``fit.doubling_time_at(12.0)``.
    """

    name: str
    words: tuple[Word, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    functions: tuple[Quantity, ...] = ()
    _words: Mapping[str, Word] = field(init=False, repr=False, compare=False)
    _quantities: Mapping[str, Quantity] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_words", {word.name: word for word in self.words})
        object.__setattr__(self, "_quantities", {quantity.name: quantity for quantity in self.quantities})

    def knows(self, name: str) -> bool:
        """Whether the field says this word, of some model at least."""
        return name in self._words or name in self._quantities

    def word(self, name: str, model: Any) -> Word | None:
        """Return the word of this name, or None.

        Raises
        ------
        NotTrueOfModelError
            If the field has the word, but it is not true of this model.
        """
        found = self._words.get(name)
        return None if found is None else _true(found, model)

    def quantity(self, name: str, model: Any) -> Quantity | None:
        """Return the derived quantity of this name; None where there is none, or where a word says the same.

        Raises
        ------
        NotTrueOfModelError
            If the field has the quantity, but it is not defined for this model.
        """
        found, word = self._quantities.get(name), self._words.get(name)
        if found is None or (word is not None and not word.objection(model)):
            return None
        return _true(found, model)

    def function(self, name: str, model: Any) -> Quantity | None:
        """Return the function of this name, or None; refused as `quantity` refuses."""
        found = next((function for function in self.functions if function.name == name), None)
        return None if found is None else _true(found, model)

    def words_of(self, model: Any) -> tuple[Word, ...]:
        """Return the words that are true of a model."""
        return tuple(word for word in self.words if not word.objection(model))

    def quantities_of(self, model: Any) -> tuple[Quantity, ...]:
        """Return the quantities that are defined for a model and are not a parameter of it already."""
        taken = {word.name for word in self.words_of(model)}
        return tuple(q for q in self.quantities if q.name not in taken and not q.objection(model))

    def spoken(self, parameter: str, model: Any) -> str:
        """Return what the field calls a canonical parameter of a model."""
        words = self.words_of(model)
        return next((w.name for w in words if w.parameter == parameter and w.renames_only), parameter)


_Row = TypeVar("_Row", Word, Quantity)


def _true(row: _Row, model: Any) -> _Row:
    reason = row.objection(model)
    if reason:
        raise NotTrueOfModelError(f"{row.name} is not defined for {model.name}: {reason}")
    return row
