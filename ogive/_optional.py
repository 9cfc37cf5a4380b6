"""The one door for packages that the base install does not bring."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["MissingExtraError", "extras", "optional", "table_of"]

_EXTRA_OF = {
    "sympy": "explain",
    "flint": "explain",
    "matplotlib": "plot",
    "pandas": "tables",
    "polars": "tables",
    "pyarrow": "tables",
    "duckdb": "tables",
    "openpyxl": "xlsx",
    "dask": "dask",
    "pint": "units",
    "astropy": "units",
}


class MissingExtraError(ImportError):
    """A package that this feature needs is not installed; the message is the line that installs it."""


def optional(module: str, *, for_: str) -> Any:
    """Import a module of an optional package, or say what it is for and how to install it.

    Parameters
    ----------
    module
        The module to import, such as ``"matplotlib.pyplot"``.
    for_
        What the user asked for, in their words: ``"plots"``.
    """
    package = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        extra = _EXTRA_OF[package]
        raise MissingExtraError(f"{for_} need {package}: pip install 'ogive[{extra}]'", name=package) from None


def table_of(columns: dict[str, Any], kind: str | None) -> Any:
    """Return columns as they are (None), or as a table of ``"pandas"``, ``"polars"`` or ``"arrow"``."""
    if kind is None:
        return columns
    if kind == "arrow":
        return optional("pyarrow", for_="tables").table(columns)
    if kind in {"pandas", "polars"}:
        return optional(kind, for_="tables").DataFrame(columns)
    raise ValueError(f"kind must be 'pandas', 'polars' or 'arrow', not {kind!r}")


def extras() -> dict[str, str]:
    """Return each optional module with the extra that installs it."""
    return dict(_EXTRA_OF)
