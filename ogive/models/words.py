"""A field is a vocabulary: what its people call the parameters, and what they derive from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Quantity", "Vocabulary", "Word"]


def _same(value: float) -> float:
    return value


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
    """

    name: str
    parameter: str
    inside: Callable[[float], float] = _same
    outside: Callable[[float], float] = _same

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
        A function of the fitted `ogive.Curve` (of the mapping of parameters, for a formula).
    scale
        The scale on which its interval is symmetric: ``"log"`` for what is positive by nature.
    """

    name: str
    of: Callable[[Any], float]
    meaning: str
    scale: str = "linear"


@final
@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words and the derived quantities of one field."""

    name: str
    words: tuple[Word, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    _words: Mapping[str, Word] = field(init=False, repr=False, compare=False)
    _quantities: Mapping[str, Quantity] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_words", {word.name: word for word in self.words})
        object.__setattr__(self, "_quantities", {quantity.name: quantity for quantity in self.quantities})

    def word(self, name: str) -> Word | None:
        """Return the word of this name, or None."""
        return self._words.get(name)

    def quantity(self, name: str) -> Quantity | None:
        """Return the derived quantity of this name, or None."""
        return self._quantities.get(name)

    def spoken(self, parameter: str) -> str:
        """Return what the field calls a canonical parameter."""
        return next((w.name for w in self.words if w.parameter == parameter and w.renames_only), parameter)
