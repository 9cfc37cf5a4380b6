"""Fields: what the people of each call the parameters of a curve, and what they derive from them.

A field adds words and physics; fits, slopes and errors come from below.
"""

from __future__ import annotations

import importlib
from typing import Any

from ogive.models import Vocabulary

__all__ = [
    "control", "diffusion", "dose_response", "growth", "logistic_regression", "neuroscience", "psychophysics",
    "thermodynamics",
]  # fmt: skip


def vocabulary(name: str) -> Vocabulary | None:
    """Return the words of a field by the name of its vocabulary, as files keep it; None where no field has it."""
    for module in __all__:
        for found in vars(importlib.import_module(f"ogive.fields.{module}")).values():
            if isinstance(found, Vocabulary) and found.name == name:
                return found
    return importlib.import_module("ogive.fields.thermodynamics").denaturation_named(name)  # type: ignore[no-any-return]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'ogive.fields' has no attribute {name!r}")
    return importlib.import_module(f"ogive.fields.{name}")
