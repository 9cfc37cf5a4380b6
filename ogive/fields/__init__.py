"""Fields: what the people of each call the parameters of a curve, and what they derive from them.

A field adds words and physics; fits, slopes and errors come from below.
"""

from __future__ import annotations

import importlib
from typing import Any

__all__ = [
    "control", "diffusion", "dose_response", "growth", "logistic_regression", "neuroscience", "psychophysics",
    "thermodynamics",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'ogive.fields' has no attribute {name!r}")
    return importlib.import_module(f"ogive.fields.{name}")
