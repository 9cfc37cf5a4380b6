"""Frames of other libraries, brought to one kind: eager, as narwhals sees them."""

from __future__ import annotations

from typing import Any

from ogive._optional import optional

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
    """
    import narwhals as nw

    try:
        native = nw.from_native(gathered(table))
    except TypeError:
        raise TypeError(f"a table is {KINDS}, not {type(table).__name__}") from None
    return (native.collect() if isinstance(native, nw.LazyFrame) else native), native
