"""Scores of practice, kept in one small file where somebody asks for it, and nowhere otherwise."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from ogive._files import write_whole

__all__ = ["Scores"]

_FORMAT = "ogive-scores-1"


@final
@dataclass(frozen=True, slots=True)
class Scores:
    """How many answers were right at the first try, of how many, by topic; and which mistakes were made how often."""

    right: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    mistakes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | Path) -> Scores:
        """Read the scores of a file; none if there is no such file yet.

        Raises
        ------
        ValueError
            If the file is something else.
        """
        if not Path(path).exists():
            return cls()
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
            known = data["format"] == _FORMAT
            counts = [{str(key): int(count) for key, count in data[part].items()} for part in _PARTS]
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise ValueError(f"{path} holds no scores of ogive practice; give another file") from error
        if not known:
            raise ValueError(f"{path} holds scores in another format, {data['format']!r}; give another file")
        return cls(*counts)

    def write(self, path: str | Path) -> None:
        """Write the scores, the whole file or nothing."""
        data = {"format": _FORMAT, "right": self.right, "asked": self.asked, "mistakes": self.mistakes}
        write_whole(str(path), json.dumps(data, indent=1) + "\n")

    def plus(self, topic: str, *, right: bool, mistake: str = "") -> Scores:
        """Return the scores with one more answer."""
        mistakes = _one_more(self.mistakes, mistake) if mistake else self.mistakes
        return Scores(_one_more(self.right, topic, int(right)), _one_more(self.asked, topic), mistakes)

    def to_text(self) -> str:
        """Write the scores as text."""
        lines = [f"{topic}: {self.right.get(topic, 0)} of {count}" for topic, count in sorted(self.asked.items())]
        often = sorted(self.mistakes.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
        lines += [f"most often: {name} ({count})" for name, count in often]
        return "\n".join(lines) + "\n"


_PARTS = ("right", "asked", "mistakes")


def _one_more(counts: dict[str, int], key: str, step: int = 1) -> dict[str, int]:
    return {**counts, key: counts.get(key, 0) + step}
