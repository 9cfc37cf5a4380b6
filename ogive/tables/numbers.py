"""What is a number in a table, what says that there is none, and what is neither: one grammar for every reader.

A number is written as other programs write it: decimal digits with a point (or with a comma, where that is the
decimal mark), an exponent, ``inf``. Python's digit groups, as in ``1_0``, are no number. A minus sign copied from a
page counts as a hyphen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["MISSING", "Numbers", "all_numbers", "parse_number", "read_numbers", "says_nothing"]

Floats = NDArray[np.float64]

MISSING = frozenset({"", "na", "#n/a", "nan", "-nan", "+nan", "null", "<na>"})
"""What programs write where there is no value (R, spreadsheets, pandas, SQL), in lower case."""

_MINUS = "\N{MINUS SIGN}"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?inf(?:inity)?", re.IGNORECASE)


def parse_number(text: str, decimal: str = ".") -> float:
    """Read a decimal number, inf or nan.

    Raises
    ------
    ValueError
        If the text is no number.
    """
    plain = text.strip().replace(_MINUS, "-")
    if decimal == "." and plain.isascii() and "_" not in plain:
        # Python's grammar but for the groups: digits, a point, an exponent, inf and nan
        try:
            return float(plain)
        except ValueError:
            raise ValueError(f"{text!r} is not a number") from None
    if decimal != ".":
        # the other mark would group digits, which no program agrees on: 1.204 is a thousand here and one there
        plain = plain.replace(".", "?").replace(decimal, ".")
    if not (_NUMBER.fullmatch(plain) or plain.lower() in {"nan", "-nan", "+nan"}):
        raise ValueError(f"{text!r} is not a number")
    return float(plain)


@final
@dataclass(frozen=True)
class Numbers:
    """A column read as numbers.

    Attributes
    ----------
    values
        The numbers; nan where there is none.
    absent
        Rows, from 0, whose cell says that there is no value.
    wrong
        Rows, from 0, whose cell is neither a number nor says that there is none, with its text.
    """

    values: Floats
    absent: NDArray[np.intp]
    wrong: tuple[tuple[int, str], ...] = ()


def read_numbers(cells: Sequence[Any], *, decimal: str = ".", missing: Collection[str] = ()) -> Numbers:
    """Read cells, text or numbers or None, as numbers; ``missing`` are more marks for missing values."""
    quick = all_numbers(cells, decimal) if not missing else None
    if quick is not None:
        return Numbers(quick, np.flatnonzero(np.isnan(quick)))
    values = np.full(len(cells), np.nan)
    absent: list[int] = []
    wrong: list[tuple[int, str]] = []
    for row, cell in enumerate(cells):
        if says_nothing(cell, missing):
            absent.append(row)
            continue
        try:
            values[row] = parse_number(cell, decimal) if isinstance(cell, str) else float(cell)
        except (TypeError, ValueError):
            wrong.append((row, str(cell)))
    return Numbers(values, np.array(absent, dtype=np.intp), tuple(wrong))


def says_nothing(cell: Any, missing: Collection[str] = ()) -> bool:
    """Whether a cell says that there is no value."""
    if isinstance(cell, str):
        plain = cell.strip()
        return plain.lower() in MISSING or plain in missing
    # not-a-number, not-a-time and pandas' NA are not equal to themselves
    return cell is None or cell is np.ma.masked or not _equals_itself(cell)


def _equals_itself(cell: Any) -> bool:
    try:
        return bool(cell == cell)  # noqa: PLR0124 - that is the question
    except (TypeError, ValueError):  # pandas' NA has no truth value
        return False


def all_numbers(cells: Sequence[Any], decimal: str) -> Floats | None:
    """Read cells that are plain numbers all of them, or give up: the quick way of nearly every column."""
    try:
        text = "".join(cells)
        if decimal != "." or "_" in text or not text.isascii():
            return None
        return np.array(list(map(float, cells)), dtype=np.float64)
    except (TypeError, ValueError):
        return None
