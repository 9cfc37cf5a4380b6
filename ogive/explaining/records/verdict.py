"""What a check of a derivation found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

__all__ = ["Verdict"]


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What the kernel found.

    Attributes
    ----------
    problems
        One sentence per fault, with the place of the step; empty if the derivation holds.
    proven
        Rule applications whose two sides have the same normal form.
    by_rule
        Rule applications that fit their rule, but whose values were not compared: unknown there.
    """

    problems: tuple[str, ...]
    proven: int
    by_rule: int

    @property
    def ok(self) -> bool:
        """Whether no fault was found."""
        return not self.problems

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        if self.problems:
            return "does not hold:\n" + "\n".join(f"  {problem}" for problem in self.problems)
        unknown = f", {self.by_rule} by rule alone (equality unknown)" if self.by_rule else ""
        return f"holds: {self.proven} steps proven by exact normal forms{unknown}"
