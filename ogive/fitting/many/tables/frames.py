"""Tables of any kind, opened as narwhals sees them, and results of the same kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ogive._optional import optional
from ogive.fitting.many.tables.layout import Layout, as_columns
from ogive.tables.frames import as_frame, gathered
from ogive.tables.records import no_label

__all__ = ["opened"]

Columns = dict[str, Any]
Close = Callable[[Layout, Columns], Any]


def opened(table: Any) -> tuple[Any, Close]:
    """Return a table as an eager narwhals frame, and the function that makes results of its own kind.

    Raises
    ------
    TypeError
        If the object is no table that narwhals knows.
    """
    import narwhals as nw

    table = gathered(table)
    if isinstance(table, Mapping):
        frame = _frame_of(as_columns(table))
        return frame, lambda layout, columns: _apart(_labels(layout), columns) | columns
    frame, native = as_frame(table)
    lazy = isinstance(native, nw.LazyFrame)
    again = _relation if lazy and native.implementation.is_duckdb() else (_lazily if lazy else _itself)
    return frame, lambda layout, columns: again(_joined(frame, layout, columns))


def _apart(labels: Any, columns: Columns) -> Any:
    """Refuse labels that are called as a result is: one of the two would be lost."""
    names = labels.columns if hasattr(labels, "columns") else labels
    both = [name for name in names if name in columns or name == "q_value"]
    if both:
        raise ValueError(
            f"the column {both[0]!r} has the name of a result, which would take its place: rename it, or leave it out"
        )
    return labels


def _joined(frame: Any, layout: Layout, columns: Columns) -> Any:
    import narwhals as nw

    labels = layout.labels
    if layout.first is not None and labels.columns:
        labels = labels[layout.first.tolist()]
    _apart(labels, columns)
    fits = nw.from_dict(columns, backend=frame.implementation)
    if not labels.columns:
        return fits.to_native()
    return nw.concat([_unindexed(labels), fits], how="horizontal").to_native()


def _unindexed(labels: Any) -> Any:
    """Drop the index of a pandas table, or rows would be joined on it."""
    import narwhals as nw

    return nw.maybe_reset_index(labels)


def _itself(native: Any) -> Any:
    return native


def _lazily(native: Any) -> Any:
    return native.lazy()


def _relation(native: Any) -> Any:
    return optional("duckdb", for_="DuckDB relations").from_arrow(native)


# ---- Mappings of columns -----------------------------------------------------------------------------------------


class _Column:
    """A column of a mapping, with the few methods that reading a table asks of it."""

    def __init__(self, values: Any) -> None:
        self.values = values
        self.dtype = self

    def is_numeric(self) -> bool:
        return self.values.dtype.kind in "iufb"

    def to_numpy(self) -> Any:
        return self.values

    def to_list(self) -> list[Any]:
        return list(self.values.tolist())

    def is_null(self) -> _Column:
        if self.values.dtype.kind == "f":
            return _Column(np.isnan(self.values))
        if self.values.dtype.kind in "OMm":
            return _Column(np.array([no_label(value) for value in self.values.tolist()], dtype=bool))
        return _Column(np.zeros(len(self.values), dtype=bool))

    def __len__(self) -> int:
        return len(self.values)


class _Frame:
    """A mapping of columns, read as a table is."""

    def __init__(self, columns: Columns) -> None:
        self.data = columns
        self.columns = list(columns)

    def __getitem__(self, which: Any) -> Any:
        if isinstance(which, list):
            return _Frame({name: values[which] for name, values in self.data.items()})
        return _Column(self.data[which])

    def __len__(self) -> int:
        return len(next(iter(self.data.values()))) if self.data else 0

    def select(self, names: list[str]) -> _Frame:
        return _Frame({name: self.data[name] for name in names})


def _frame_of(columns: Columns) -> Any:
    return _Frame(columns)


def _labels(layout: Layout) -> Columns:
    data: Columns = layout.labels.data
    return {name: values if layout.first is None else values[layout.first] for name, values in data.items()}
