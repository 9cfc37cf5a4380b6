"""JSON that somebody else may have written: read as what it says it is, or refused in one sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Saved"]

Read = TypeVar("Read")


@final
@dataclass(frozen=True, slots=True)
class Saved:
    """A kind of file.

    Attributes
    ----------
    format
        What stands under ``format`` in such a file.
    most
        The most characters that are read.
    kind, short
        What it is, in full and in one word.
    error
        What is raised for a text that is no such file.
    """

    format: str
    most: int
    kind: str
    short: str
    error: type[ValueError]

    def read(self, text: str, of_record: Callable[[dict[str, Any]], Read]) -> Read:
        """Read a text; whatever is wrong with it is one kind of error."""
        if len(text) > self.most:
            raise self.error(f"the file has {len(text):,} characters; at most {self.most:,} are read")
        try:
            record = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise self.error(f"this is not JSON: {error}") from None
        if not isinstance(record, dict) or record.get("format") != self.format:
            raise self.error(f"this is not a {self.kind}: its format should be {self.format!r}")
        try:
            return of_record(record)
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
            raise self.error(f"this {self.short} is damaged: {type(error).__name__}: {error}") from None
