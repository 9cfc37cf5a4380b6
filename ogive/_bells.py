"""The bells: the few places where a lower room asks a higher one for a convenience, such as ``fit.plot()``.

Imports go down only. A bell is a name looked up when it is rung, and a test lists who rings for what.
"""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["ring"]


def ring(module: str, name: str, *arguments: Any, **options: Any) -> Any:
    """Call a function of a room upstairs."""
    return getattr(importlib.import_module(module), name)(*arguments, **options)
