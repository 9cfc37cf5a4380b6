"""A column of any kind of table, as numbers or as labels: arrays, masked arrays, lists, series of any library."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ogive.tables.numbers import read_numbers
from ogive.tables.records import no_label

__all__ = ["as_array", "floats", "labels"]

Floats = NDArray[np.float64]


def as_array(values: Any) -> NDArray[Any]:
    """Return a column as an array that keeps what its values are: 1 and "1" stay apart, masked cells are None.

    Raises
    ------
    TypeError
        If the values are a single one, and no column.
    """
    if isinstance(values, np.ma.MaskedArray):
        if not np.ma.getmaskarray(values).any():
            return np.ma.getdata(values)
        objects = np.ma.getdata(values).astype(object)
        objects[np.ma.getmaskarray(values)] = None
        return objects
    if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
        raise TypeError(f"a column is a list or an array of values, not {values!r}")
    if isinstance(values, (list, tuple)) and not _of_one_kind(values):
        objects = np.empty(len(values), dtype=object)
        objects[:] = [None if value is np.ma.masked else value for value in values]
        return objects
    return np.asarray(values)


def _of_one_kind(values: list[Any] | tuple[Any, ...]) -> bool:
    """Whether NumPy keeps a list as it is: all text, all truth values, or all numbers."""
    kinds = set(map(type, values))
    if bool in kinds or np.bool_ in kinds:
        return len(kinds) == 1
    numbers = all(issubclass(kind, (int, float, np.number)) for kind in kinds)
    return numbers or all(issubclass(kind, (list, tuple, np.ndarray)) for kind in kinds) or kinds <= {str}


def floats(values: Any, what: str) -> Floats:
    """Return a column (or several, as a two-dimensional array) as floats; what is missing is nan.

    Raises
    ------
    ValueError
        If a cell is neither a number nor says that there is none; it is named with its row.
    """
    single = np.ndim(values) == 0 if not hasattr(values, "__len__") else False
    array = np.asarray(values) if single else as_array(values)
    if array.dtype.kind in "iufb":
        return np.array(array, dtype=np.float64)
    if array.dtype.kind in "mMc":
        kind = "complex numbers" if array.dtype.kind == "c" else "dates or times"
        raise ValueError(f"{what} must hold numbers, but it holds {kind}; pass, say, the hours since the first")
    found = read_numbers(array.ravel().tolist())
    if found.wrong:
        row, text = found.wrong[0]
        raise ValueError(f"{what} must hold numbers, but row {row + 1} holds {text!r}")
    return found.values.reshape(array.shape)


def labels(values: Any) -> list[Any]:
    """Return a column as labels in the types they have; None where there is none."""
    return [None if no_label(value) else value for value in as_array(values).ravel().tolist()]
