"""What can be wrong with a typed expression, said with the place and a way out."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ExpressionError", "nearest"]

_WINDOW = 60  # characters shown on each side of the caret, so that a megabyte of input gives one readable line


class ExpressionError(ValueError):
    """An expression that cannot be read: the message shows the place with a caret, and what to write instead.

    Attributes
    ----------
    text
        What was typed.
    position
        The index of the character that the caret points at.
    hint
        What to do about it; may be empty.
    """

    def __init__(self, problem: str, text: str, position: int, hint: str = "") -> None:
        self.problem, self.text, self.position, self.hint = problem, text, position, hint
        super().__init__(_message(problem, text, position, hint))


def _message(problem: str, text: str, position: int, hint: str) -> str:
    start = max(0, position - _WINDOW)
    cut = text[start : position + _WINDOW].replace("\n", " ").replace("\t", " ")
    before, after = "..." if start else "", "..." if position + _WINDOW < len(text) else ""
    caret = " " * (len(before) + position - start) + "^"
    lines = [problem, f"    {before}{cut}{after}", f"    {caret}"]
    return "\n".join([*lines, hint] if hint else lines)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known name that is most like a word, or the empty string."""
    near = difflib.get_close_matches(word.lower(), [name for name in known if name.isascii()], n=1, cutoff=0.6)
    return near[0] if near else ""
