"""Exercises on slopes: generated from a seed, checked exactly, with hints and the mistake named."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from ogive._sinks import html_text
from ogive.explaining.practice.task import Exercise, Feedback
from ogive.explaining.practice.tasks import TOPICS

__all__ = ["Exercise", "Feedback", "Practice", "practice"]


@dataclass(frozen=True, slots=True)
class Practice(Sequence[Exercise]):
    """A sheet of exercises, from easy to hard; ``sheet[0].check("3/16")`` looks at an answer.

    Attributes
    ----------
    seed
        What the sheet was generated from: the same seed gives the same sheet.
    exercises
        The exercises.
    """

    seed: int
    exercises: tuple[Exercise, ...]

    def __len__(self) -> int:
        return len(self.exercises)

    @overload
    def __getitem__(self, at: int) -> Exercise: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Exercise, ...]: ...
    def __getitem__(self, at: int | slice) -> Exercise | tuple[Exercise, ...]:
        return self.exercises[at]

    def __iter__(self) -> Iterator[Exercise]:
        return iter(self.exercises)

    def __str__(self) -> str:
        return self.to_text()

    def to_text(self, *, answers: bool = False) -> str:
        """Write the questions as text, with the answers at the end if they are asked for."""
        lines = [f"{at}. [{each.topic}, level {each.level}] {each.question}" for at, each in enumerate(self, start=1)]
        if answers:
            lines += ["", "Answers", *(f"{at}. {each.answer}" for at, each in enumerate(self, start=1))]
        return "\n".join(lines) + "\n"

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{each.to_html()}</li>" for each in self)
        return f'<ol class="practice" data-seed="{html_text(str(self.seed))}">{items}</ol>'


def practice(seed: int = 1, *, topic: str | None = None, level: int | None = None, count: int = 5) -> Practice:
    """Make a sheet of exercises about slopes; the same seed gives the same sheet.

    Parameters
    ----------
    seed
        Any integer.
    topic
        ``"value"`` (the slope of the sigmoid from its value), ``"derive"``, ``"self-reference"`` (the slope in terms
        of the value), ``"steepest"`` (where the slope is largest) or ``"backpropagate"`` (one step through a unit).
        None takes them in turn.
    level
        From 1 (easy) to 3 (hard); None goes from easy to hard.
    count
        How many exercises, at most 100.

    Raises
    ------
    ValueError
        If there is no such topic or level.

    Examples
    --------
    >>> import ogive as og
    >>> sheet = og.practice(seed=1, topic="value", count=1)
    >>> sheet[0].check(sheet[0].answer).verdict
    'right'
    """
    if topic is not None and topic not in TOPICS:
        raise ValueError(f"there is no topic {topic!r}; the topics are {', '.join(TOPICS)}")
    if level is not None and level not in (1, 2, 3):
        raise ValueError(f"a level is 1, 2 or 3, not {level!r}")
    if not 1 <= count <= 100:
        raise ValueError(f"count is from 1 to 100, not {count!r}")
    names = [topic] if topic else list(TOPICS)
    exercises = []
    for at in range(count):
        chance = random.Random(f"{seed}/{topic}/{level}/{at}")  # noqa: S311 - exercises, not secrets
        step = level or 1 + min(2, 3 * at // count)
        name = names[at % len(names)]
        exercises.append(TOPICS[name](chance, step))
    return Practice(seed, tuple(exercises))
