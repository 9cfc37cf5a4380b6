"""Derivations with a proof on every line, and what follows from them.

A derivation is data: a tree of steps (`steps`), each the application of a rule (`rules`) to a line, written by a
`writer` along a route (`routes`), and re-checked by a small kernel (`kernel`) that compares exact normal forms
(`normal_form`). `texts` has the words, `faces` the ways to show it.
"""

from ogive.explaining.check import check
from ogive.explaining.compare import Comparison, compare_routes
from ogive.explaining.derivation import Derivation
from ogive.explaining.explain import TargetError, explain
from ogive.explaining.kernel import Verdict
from ogive.explaining.routes import ROUTES, RouteError
from ogive.explaining.writer import DEFAULT_EFFORT, DerivationTooLongError, Effort

__all__ = [
    "DEFAULT_EFFORT",
    "ROUTES",
    "Comparison",
    "Derivation",
    "DerivationTooLongError",
    "Effort",
    "RouteError",
    "TargetError",
    "Verdict",
    "check",
    "compare_routes",
    "explain",
]
