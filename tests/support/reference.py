"""The truth about every shape, gathered: name -> `Truth`."""

from support.s_curves import S_CURVES
from support.truth import Truth, exact

__all__ = ["TRUTH", "Truth", "exact"]

TRUTH: dict[str, Truth] = {**S_CURVES}
