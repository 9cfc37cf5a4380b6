"""Frames of other libraries, brought to one kind: eager, as narwhals sees them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ogive._optional import optional
from ogive.tables.records import TableError

__all__ = ["KINDS", "as_frame", "gathered"]

KINDS = "a pandas, polars or Arrow table or dataset, a DuckDB relation, an xarray dataset or a mapping of columns"


def gathered(table: Any) -> Any:
    """Return what is read piece by piece, or has axes, as the table that its own library makes of it."""
    kind = f"{type(table).__module__.partition('.')[0]}.{type(table).__name__}"
    if kind.startswith("pyarrow.") and hasattr(table, "to_table"):  # a dataset
        return table.to_table()
    if kind.startswith("pyarrow.") and hasattr(table, "read_all"):  # a reader of batches
        return table.read_all()
    if kind == "pyarrow.RecordBatch":
        return optional("pyarrow", for_="Arrow batches").Table.from_batches([table])
    if kind == "xarray.Dataset":
        return table.to_dataframe().reset_index()
    return table


def as_frame(table: Any) -> tuple[Any, Any]:
    """Return a table as an eager narwhals frame, and as narwhals saw it first.

    Raises
    ------
    TypeError
        If the object is no table that narwhals knows.
    TableError
        If two columns have one name.
    """
    import narwhals as nw

    try:
        native = nw.from_native(gathered(table))
        frame = native.collect() if isinstance(native, nw.LazyFrame) else native
        names = frame.columns
    except TypeError:
        raise TypeError(f"a table is {KINDS}, not {type(table).__name__}") from None
    except nw.exceptions.DuplicateError:
        names = [str(name) for name in getattr(table, "column_names", getattr(table, "columns", ()))]
    if len(set(names)) < len(names):
        twice, count = Counter(names).most_common(1)[0]
        raise TableError(f"the table has {count} columns called {twice!r}: rename them")
    return frame, native
