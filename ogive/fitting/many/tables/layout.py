"""Tables in: which rows of a table are one curve, in long and in wide layout, for any kind of table."""

from __future__ import annotations

import difflib
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray

from ogive.fitting.many.tables.curves import Curves, long, wide
from ogive.tables.columns import as_array, floats
from ogive.tables.groups import (
    by_appearance,
    codes_of_array,
    codes_of_integers,
    codes_of_labels,
    codes_of_rows,
    codes_of_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Layout", "listed", "read_table", "set_codes"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@final
@dataclass(frozen=True)
class Layout:
    """A table read: its curves, and for each the row where its labels stand.

    Attributes
    ----------
    labels
        The table (as narwhals sees it) cut to the columns that are carried into the results.
    first
        The first row of each curve; None where every row is a curve.
    """

    curves: Curves
    labels: Any
    first: Codes | None


def listed(names: str | Sequence[str]) -> list[str]:
    """Return one name or several as a list."""
    return [names] if isinstance(names, str) else list(names)


def read_table(
    frame: Any, *, x: Any, y: str | Sequence[str], by: Sequence[str], sd: str | Sequence[str] | None,
    keep: Sequence[str], trials: str | Sequence[str] | None = None,
) -> Layout:  # fmt: skip
    """Read a long table (y is one column) or a wide one (y lists the columns of a row's responses)."""
    if isinstance(y, str):
        return _read_long(frame, x, y, by, {"sd": sd, "trials": trials}, keep)
    return _read_wide(frame, x, list(y), by, {"sd": sd, "trials": trials}, keep)


# ---- Columns -----------------------------------------------------------------------------------------------------


def _check(frame: Any, names: Sequence[Any], what: str) -> None:
    for name in names:
        if name not in frame.columns:
            near = difflib.get_close_matches(str(name), frame.columns, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"the columns are {', '.join(map(str, frame.columns))}"
            raise ValueError(f"there is no column {name!r} for {what}; {hint}")


def _numbers(frame: Any, name: str) -> Floats:
    """Return a column as floats; a missing value is nan."""
    column = frame[name]
    return floats(column.to_numpy() if column.dtype.is_numeric() else column.to_list(), name)


# ---- Long --------------------------------------------------------------------------------------------------------


def _read_long(frame: Any, x: Any, y: str, by: Sequence[str], beside: dict[str, Any], keep: Sequence[str]) -> Layout:
    if not isinstance(x, str):
        raise TypeError("in a long table x= names the column of points; for a row a curve, list the columns in y=")
    _check(frame, [x], "x")
    _check(frame, [y], "y")
    _check(frame, by, "by")
    _check(frame, keep, "keep")
    codes, first = group_codes(frame, by)
    values = [_numbers(frame, x), _numbers(frame, y), *(_beside(frame, what, name) for what, name in beside.items())]
    count = len(first)
    if (codes < 0).any():
        present = codes >= 0
        values = [None if v is None else v[present] for v in values]
        codes = codes[present]
    if len(codes) and (np.diff(codes) < 0).any():
        order = np.argsort(codes, kind="stable")
        values = [None if v is None else v[order] for v in values]
    length = np.bincount(codes, minlength=count).astype(np.int64)
    xs, ys, sds, trials = values
    assert xs is not None and ys is not None  # noqa: S101, PT018 - only sd may be absent
    return Layout(long(xs, ys, sds, length, trials), frame.select([*by, *keep]), first)


def _beside(frame: Any, what: str, name: Any) -> Floats | None:
    """Return the column of deviations or trials of a long table."""
    if name is None:
        return None
    if not isinstance(name, str):
        raise TypeError(f"in a long table {what}= names one column")
    _check(frame, [name], what)
    return _numbers(frame, name)


def group_codes(frame: Any, by: Sequence[str]) -> tuple[Codes, Codes]:
    """Return the number of each row's curve, in order of appearance (-1: a label is missing), and its first row."""
    rows = len(frame)
    if not by:
        return np.zeros(rows, dtype=np.int64), np.zeros(min(rows, 1), dtype=np.int64)
    total, lost = codes_of_rows([_column_codes(frame[name]) for name in by], rows)
    if lost.any():
        warnings.warn(
            f"{int(lost.sum())} rows have no value in {' or '.join(by)} (the first is row {int(lost.argmax()) + 1}); "
            "they belong to no curve and are left out",
            stacklevel=4,
        )
    return by_appearance(total, lost)


def _column_codes(column: Any) -> tuple[Codes, NDArray[np.bool_]]:
    """Return a number for each value of a column, and where there is none."""
    if hasattr(column, "values"):  # of a mapping, an array
        if column.values.dtype.kind not in "iu":
            return codes_of_array(column.values)
    elif _is_text(column):
        return codes_of_text(column.to_arrow())
    gone = column.is_null().to_numpy().astype(bool)
    if not column.dtype.is_numeric() or gone.any():
        # an integer beside a missing value would become a float, and large ones would fall together
        return codes_of_labels(column.to_list())
    values = column.to_numpy()
    if values.dtype.kind not in "iu":
        return codes_of_labels(values.tolist())
    return codes_of_integers(values), gone


def _is_text(column: Any) -> bool:
    """Whether a column of a table is text that Arrow can take as it is."""
    import narwhals as nw

    return column.dtype in {nw.String, nw.Categorical} and find_spec("pyarrow") is not None


def set_codes(layout: Layout, within: Sequence[str]) -> Codes:
    """Return the set of each curve, told apart by some of its labels: all one where there are none to tell."""
    if not within:
        return np.zeros(layout.curves.count, dtype=np.int64)
    labels = layout.labels if layout.first is None else layout.labels[layout.first.tolist()]
    return group_codes(labels, within)[0]


# ---- Wide --------------------------------------------------------------------------------------------------------


def _read_wide(
    frame: Any, x: Any, y: list[str], by: Sequence[str], beside: dict[str, Any], keep: Sequence[str]
) -> Layout:
    _check(frame, y, "y")
    _check(frame, by, "by")
    _check(frame, keep, "keep")
    responses = np.stack([_numbers(frame, name) for name in y], axis=1) if y else np.empty((len(frame), 0))
    points = _points(frame, x, y)
    deviations, trials = (_each(frame, what, names, len(y)) for what, names in beside.items())
    return Layout(wide(points, responses, deviations, trials), frame.select([*by, *keep]), None)


def _each(frame: Any, what: str, names: Any, count: int) -> Floats | None:
    """Return the columns of deviations or trials of a wide table."""
    if names is None:
        return None
    if isinstance(names, str) or len(names) != count:
        raise ValueError(f"in a wide table {what}= lists a column for each of the {count} responses")
    _check(frame, names, what)
    return np.stack([_numbers(frame, name) for name in names], axis=1)


def _points(frame: Any, x: Any, y: Sequence[str]) -> Floats:
    """Return the points of a wide table: numbers that all rows share, or a column for each response."""
    if isinstance(x, str):
        raise TypeError("in a wide table x= lists the points of the responses (numbers, or columns), not one column")
    listed = list(x)
    if len(listed) != len(y):
        raise ValueError(f"x lists {len(listed)} points for {len(y)} columns of responses")
    if all(isinstance(each, str) for each in listed):
        _check(frame, listed, "x")
        return np.stack([_numbers(frame, name) for name in listed], axis=1)
    return np.array(listed, dtype=np.float64)


def as_columns(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping of columns as arrays of equal lengths."""
    columns: dict[str, Any] = {}
    for name, values in table.items():
        if str(name) in columns:
            raise ValueError(f"two columns are called {str(name)!r}; rename one")
        columns[str(name)] = as_array(values)
        if columns[str(name)].ndim != 1:
            raise ValueError(f"the column {str(name)!r} has {columns[str(name)].ndim} dimensions, not one")
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns have different lengths: {lengths}")
    return columns
