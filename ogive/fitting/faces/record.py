"""JSON that somebody else may have written: each value is read as what it should be, or refused with its place."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

__all__ = ["Record", "damage", "digest_of"]

_WORDS = ("nan", "inf", "-inf")


def digest_of(record: dict[str, Any], without: Collection[str]) -> str:
    """Return a number that changes with every value of a record, whatever the spelling of its text."""
    kept = {name: value for name, value in record.items() if name not in without}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def damage(place: str, wanted: str, came: Any) -> ValueError:
    """Return the error that says what is wrong where."""
    text = repr(came)
    return ValueError(f"this fit is damaged: {place} should be {wanted}, not {text[:40]}{'...' * (len(text) > 40)}")


@final
@dataclass(frozen=True)
class Record:
    """A JSON object, and where it stands."""

    content: dict[str, Any]
    place: str = ""

    def __getitem__(self, name: str) -> Any:
        if name not in self.content:
            raise ValueError(f"this fit is damaged: {self.at(name)} is missing")
        return self.content[name]

    def at(self, name: str) -> str:
        """Return the place of a value."""
        return f"{self.place}.{name}" if self.place else name

    def inner(self, name: str) -> Record:
        """Read an object."""
        if not isinstance(self[name], dict):
            raise damage(self.at(name), "an object", self[name])
        return Record(self[name], self.at(name))

    def text(self, name: str, among: Collection[str] = ()) -> str:
        """Read a text, one of several if need be."""
        value = self[name]
        if not isinstance(value, str) or (among and value not in among):
            raise damage(self.at(name), f"one of {', '.join(among)}" if among else "text", value)
        return value

    def flag(self, name: str) -> bool:
        """Read true or false."""
        if not isinstance(self[name], bool):
            raise damage(self.at(name), "true or false", self[name])
        return bool(self[name])

    def whole(self, name: str, low: int = 0, high: int = 2**53) -> int:
        """Read a whole number."""
        return _whole(self[name], self.at(name), low, high)

    def number(self, name: str) -> float:
        """Read a number; infinities and nan are words."""
        return _number(self[name], self.at(name))

    def texts(self, name: str, count: int | None = None) -> tuple[str, ...]:
        """Read a list of texts."""
        values = self.items(name, count)
        return tuple(Record({str(k): v}, self.at(name)).text(str(k)) for k, v in enumerate(values))

    def flags(self, name: str, count: int) -> NDArray[np.bool_]:
        """Read a list of true and false."""
        values = self.items(name, count)
        return np.array([Record({str(k): v}, self.at(name)).flag(str(k)) for k, v in enumerate(values)], dtype=bool)

    def wholes(self, name: str, count: int, high: int) -> NDArray[np.intp]:
        """Read a list of whole numbers below a limit."""
        place = self.at(name)
        return np.array([_whole(v, place, 0, high - 1) for v in self.items(name, count)], dtype=np.intp)

    def numbers(self, name: str, count: int | None = None) -> NDArray[np.float64]:
        """Read a list of numbers."""
        return np.array([_number(value, self.at(name)) for value in self.items(name, count)], dtype=np.float64)

    def table(self, name: str, shape: tuple[int, int]) -> list[Record]:
        """Read a list of lists as records of one list each, called ``row``."""
        rows = [Record({"row": row}, f"{self.at(name)}.{k}") for k, row in enumerate(self.items(name, shape[0]))]
        for row in rows:
            row.items("row", shape[1])
        return rows

    def items(self, name: str, count: int | None = None) -> list[Any]:
        """Read a list, of so many values if need be."""
        value = self[name]
        if not isinstance(value, list) or count not in (None, len(value)):
            raise damage(self.at(name), "a list" if count is None else f"a list of {count}", value)
        return value

    def has(self, name: str) -> bool:
        """Whether there is a value that is not null."""
        return self[name] is not None


def _number(value: Any, place: str) -> float:
    if isinstance(value, str) and value in _WORDS:
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise damage(place, "a number", value)
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def _whole(value: Any, place: str, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise damage(place, f"a whole number from {low} to {high}", value)
    return value
