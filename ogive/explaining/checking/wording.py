"""Sentences with numbers in them, expected and found: whether printed words say exactly what was found.

What is expected is a list of words and slots. A slot holds the numbers that may stand there; what is printed in its
place must be one of them, exactly where it is a formula, to the last digit where it is decimals.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias, final

from ogive.explaining.checking.constants import has_value
from ogive.explaining.checking.forms import UnknownError
from ogive.explaining.checking.line import End, Point
from ogive.explaining.checking.variation import Value, Variation
from ogive.expressions import balls
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ogive.explaining.records.sheet import Sentence

__all__ = ["Phrase", "Slot", "X", "contradicts", "interval", "joined", "number", "place", "point", "region", "says"]

X: Final = "\x00"
"""The variable in an expected sentence."""

_NUMBER: Final = r"(-?∞|\x01\d+\x01|-?\d[\d.]*(?:e[-+]?\d+)?…)"


@final
@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a number, or for one of several that are all right."""

    study: Variation
    values: tuple[Value, ...] = ()
    ends: tuple[End, ...] = ()
    line: tuple[int, int, Value] | None = None  # a straight line that the function comes near: piece, side, slope

    @property
    def pattern(self) -> str:
        """What may stand there: a number, or a line, which may be the variable itself."""
        return _NUMBER if self.line is None else r"(\x01\d+\x01|\x00)"

    def holds(self, found: t.Node | str) -> bool:
        """Tell whether what is printed is one of the numbers."""
        if self.line is not None:
            return self._near(t.Symbol(self.study.name) if isinstance(found, str) else found)
        if isinstance(found, str) and found in ("∞", "-∞"):
            size = math.inf if found == "∞" else -math.inf
            return any(value.closed == size for value in self.values) or size in self.ends
        return any(self._is(found, value) for value in self.values if not value.infinite) or any(
            self._is_at(found, end) for end in self.ends if isinstance(end, Point)
        )

    def differs(self, found: t.Node | str) -> bool:
        """Tell whether what is printed certainly is none of the numbers."""
        if self.line is not None or (isinstance(found, str) and found not in ("∞", "-∞")):
            return False
        if not isinstance(found, str) and not _is_number(found, self.study):
            return False
        size = Value(found if not isinstance(found, str) else math.inf if found == "∞" else -math.inf)
        numbers = [*self.values, *(self._as_value(end) for end in self.ends)]
        return all(self.study.compare(size, each) for each in numbers)

    def _as_value(self, end: End) -> Value:
        if isinstance(end, Point):
            return Value(end.closed) if end.closed is not None else Value(None, t.Symbol(self.study.name), end)
        return Value(end)

    def _is(self, found: t.Node | str, value: Value) -> bool:
        study = self.study
        if isinstance(found, str):
            return _right_digits(found, lambda: study.ball(value, 120))
        return _is_number(found, study) and study.compare(Value(found), value) == 0

    def _is_at(self, found: t.Node | str, end: Point) -> bool:
        study = self.study
        if isinstance(found, str):
            return _right_digits(found, lambda: study.line.ball(end, 120))
        if not _is_number(found, study):
            return False
        if end.closed is not None or end.of is None:
            return end.closed is not None and study.compare(Value(found), Value(end.closed)) == 0
        here = study.line.at(found)  # inside an interval with one zero only, and a zero
        return end.low < here.low and here.high < end.high and study.line.vanishes(end.of, found)

    def _near(self, found: t.Node) -> bool:
        """Tell whether a straight line is an asymptote: its distance goes to 0."""
        study = self.study
        if self.line is None or not t.symbols(found) <= {study.name}:
            return False
        piece, side, slope = self.line
        tree = t.Sum((study.derivative(piece, 0), t.Negative(found)))
        low, high, _ = study.pieces[piece]
        steep = study.line.simplified(_slope(found, study), low, high)
        straight = not t.symbols(steep) and study.compare(Value(steep), slope) == 0
        return straight and study.limit_of(tree, piece, side) == Value(t.ZERO)


def _slope(tree: t.Node, study: Variation) -> t.Node:
    from ogive.expressions.differentiate import differentiate

    return differentiate(tree, study.name, functions=study.functions)


def _is_number(tree: t.Node, study: Variation) -> bool:
    if t.symbols(tree):
        return False
    try:
        return has_value(tree, study.functions)
    except (ArithmeticError, ValueError, RecursionError) as error:
        raise UnknownError(f"a printed number: {error}") from None


def _right_digits(text: str, compute: object) -> bool:
    """Tell whether decimals followed by dots are right: off by less than one in the last of at least six digits."""
    bare = text.removesuffix("…")
    mantissa, _, exponent = bare.partition("e")
    whole, _, after = mantissa.partition(".")
    if len((whole + after).lstrip("-0")) < 6 or not callable(compute):
        return False
    unit = Fraction(10) ** (int(exponent or 0) - len(after))
    with balls.precision(200):
        gap = abs(compute() - balls.ball(Fraction(bare)))
        return bool(gap < balls.ball(unit))


Phrase: TypeAlias = "tuple[str | Slot, ...]"
"""Words and slots."""


# ---- Pieces of sentences -----------------------------------------------------------------------------------------


def number(study: Variation, *values: Value) -> Slot:
    """Return a slot for a value."""
    return Slot(study, values=values)


def point(study: Variation, *ends: End) -> Slot:
    """Return a slot for a point of the line."""
    return Slot(study, ends=ends)


def place(study: Variation, *ends: End) -> Phrase:
    """Say ``x = 0``."""
    return (X, " = ", point(study, *ends))


def region(study: Variation, low: End, high: End, *, left: bool = False, right: bool = False) -> Phrase:
    """Say an interval as an inequality."""
    above, below = " ≤ " if left else " < ", " ≤ " if right else " < "
    if isinstance(low, float) and isinstance(high, float):
        return ("every real ", X)
    if isinstance(low, float):
        return (X, below, point(study, high))
    if isinstance(high, float):
        return (X, " ≥ " if left else " > ", point(study, low))
    return (point(study, low), above, X, below, point(study, high))


def interval(study: Variation, low: Value, high: Value, *, left: bool, right: bool) -> Phrase:
    """Say a set of values."""
    if study.compare(low, high) == 0:
        return ("{", number(study, low, high), "}")
    return ("[" if left else "(", number(study, low), ", ", number(study, high), "]" if right else ")")


def joined(parts: Iterable[Phrase], between: str = ", ", last: str = " and ") -> Phrase:
    """Join phrases with commas, and the last one with a word."""
    listed = list(parts)
    words: list[str | Slot] = []
    for at, part in enumerate(listed):
        if at:
            words.append(last if at == len(listed) - 1 else between)
        words.extend(part)
    return tuple(words)


# ---- Comparing ---------------------------------------------------------------------------------------------------


def says(words: Sentence, expected: Sequence[Phrase], name: str) -> bool:
    """Tell whether printed words are one of several expected phrases, with right numbers in its slots."""
    text, nodes = _read(words, name)
    return any(_is_phrase(text, nodes, phrase) for phrase in expected)


def contradicts(words: Sentence, expected: Sequence[Phrase], name: str) -> bool:
    """Tell whether printed words are an expected phrase with a number that certainly is another one."""
    text, nodes = _read(words, name)
    for phrase in expected:
        slots = [part for part in phrase if isinstance(part, Slot)]
        found = _filled(text, nodes, phrase)
        if found is not None and any(slot.differs(each) for slot, each in zip(slots, found, strict=True)):
            return True
    return False


def _read(words: Sentence, name: str) -> tuple[str, list[t.Node]]:
    """Write a sentence as text in which numbers are marked, and list them."""
    nodes: list[t.Node] = []
    text = ""
    for word in words:
        if isinstance(word, str):
            text += word.replace("\x00", "").replace("\x01", "")
        elif word == t.Symbol(name):
            text += X
        else:
            text += f"\x01{len(nodes)}\x01"
            nodes.append(word)
    return text, nodes


def _is_phrase(text: str, nodes: Sequence[t.Node], phrase: Phrase) -> bool:
    slots = [part for part in phrase if isinstance(part, Slot)]
    found = _filled(text, nodes, phrase)
    return found is not None and all(slot.holds(each) for slot, each in zip(slots, found, strict=True))


def _filled(text: str, nodes: Sequence[t.Node], phrase: Phrase) -> list[t.Node | str] | None:
    """Return what stands in the slots of a phrase; None if the words are others."""
    form = "".join(part.pattern if isinstance(part, Slot) else re.escape(part) for part in phrase)
    match = re.fullmatch(form, text)
    if match is None:
        return None
    return [nodes[int(group[1:-1])] if group.startswith("\x01") else group for group in match.groups()]
