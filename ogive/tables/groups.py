"""Which rows belong together: labels told apart by value and type, in the order in which they appear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ogive._optional import optional
from ogive.tables.records import no_label

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "by_appearance",
    "codes_of_array",
    "codes_of_integers",
    "codes_of_labels",
    "codes_of_rows",
    "codes_of_text",
    "shown",
]

Codes = NDArray[np.int64]
Lost = NDArray[np.bool_]


def codes_of_labels(values: Sequence[Any]) -> tuple[Codes, Lost]:
    """Return a number for each label, equal for equal labels, and where there is none.

    Text is not the number that it spells, and True is not 1; 1 and 1.0 are one label.
    """
    numbers: dict[Any, int] = {}
    kinds = set(map(type, values))
    keys: Sequence[Any] = values
    if len(kinds) > 1 and bool in kinds:
        keys = [(value, True) if isinstance(value, bool) else value for value in values]
    try:
        codes = np.fromiter((numbers.setdefault(key, len(numbers)) for key in keys), np.int64, len(keys))
    except TypeError:
        raise ValueError(f"a label must be text, a number or a date, not {_unhashable(keys)!r}") from None
    text = kinds == {str}
    none = np.array([not key.strip() if text else no_label(key) for key in numbers], dtype=bool)
    return codes, none[codes] if len(codes) else np.zeros(0, dtype=bool)


def codes_of_text(column: Any) -> tuple[Codes, Lost]:
    """Return what `codes_of_labels` does, for an Arrow column of text, of which no label becomes a Python object."""
    arrow, compute = optional("pyarrow", for_="Arrow columns"), optional("pyarrow.compute", for_="Arrow columns")
    if arrow.types.is_dictionary(column.type):
        # chunks have dictionaries of their own, which may hold a value twice
        column = column.cast(column.type.value_type)
    column = column.combine_chunks() if hasattr(column, "combine_chunks") else column
    if not (arrow.types.is_string(column.type) or arrow.types.is_large_string(column.type)):
        return codes_of_labels(column.to_pylist())
    encoded = column.dictionary_encode()
    blank = compute.equal(compute.utf8_trim_whitespace(encoded.dictionary), "").to_numpy(zero_copy_only=False)
    codes = encoded.indices.fill_null(len(blank)).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, np.append(blank, True)[codes]


def codes_of_array(values: NDArray[Any]) -> tuple[Codes, Lost]:
    """Return what `codes_of_labels` does, for an array: only the first label of a run becomes a Python object."""
    if values.dtype.kind not in "US" or not len(values):
        return codes_of_labels(values.tolist())
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    codes, lost = codes_of_labels(values[starts].tolist())
    runs = np.diff(np.append(starts, len(values)))
    return np.repeat(codes, runs), np.repeat(lost, runs)


def codes_of_integers(values: NDArray[Any]) -> Codes:
    """Return a number for each integer, equal for equal ones."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    wide = values.astype(np.uint64 if values.dtype.kind == "u" else np.int64)
    low = wide.min()
    if int(wide.max()) - int(low) < 2**40:
        near: Codes = (wide - low).astype(np.int64)
        return near
    return np.unique(wide, return_inverse=True)[1].astype(np.int64).ravel()


def _unhashable(keys: Sequence[Any]) -> Any:
    for key in keys:
        try:
            hash(key)
        except TypeError:
            return key
    return None


def codes_of_rows(columns: Sequence[tuple[Codes, Lost]], rows: int) -> tuple[Codes, Lost]:
    """Return a number for each combination of labels, and where one of them is missing."""
    total = np.zeros(rows, dtype=np.int64)
    lost = np.zeros(rows, dtype=bool)
    for codes, gone in columns:
        lost |= gone
        total = total * (int(codes.max(initial=0)) + 1) + codes
        if total.max(initial=0) > 2**40:
            total = np.unique(total, return_inverse=True)[1].astype(np.int64)
    return total, lost


def by_appearance(total: Codes, lost: Lost) -> tuple[Codes, Codes]:
    """Renumber in order of first appearance (-1: none), and return the first row of each.

    Runs of equal numbers make it quick where the rows of a curve stand together.
    """
    kept = np.flatnonzero(~lost)
    inner = total[kept]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(inner) != 0])) if len(inner) else kept
    _, at, inverse = np.unique(inner[starts], return_index=True, return_inverse=True)
    order = np.argsort(at)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    runs = np.diff(np.append(starts, len(inner)))
    codes = np.full(len(total), -1, dtype=np.int64)
    codes[kept] = np.repeat(rank[inverse.ravel()], runs)
    return codes, kept[starts[at[order]]]


def shown(label: Any) -> str:
    """Return a label as text: a number in its shortest form that is still this number."""
    if isinstance(label, tuple):
        return " ".join(map(shown, label))
    if isinstance(label, float):
        short = f"{label:g}"
        return short if float(short) == label else repr(label)
    return str(label)
