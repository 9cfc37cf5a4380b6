"""Derivations with a proof on every line, and what follows from them.

A derivation is data (`records`): a tree of steps, each the application of a rule (`moves`) to a line. It is written
along a route (`deriving`), checked again by what writes nothing (`checking`), and shown (`faces`). What stands on
exact arithmetic (`exact`) and on signs with a proof (`signs`) is told on sheets (`properties`, `slope_from_value`),
and `practice` is for people who learn.
"""

from ogive.explaining.checking.check import check
from ogive.explaining.deriving.compare import Comparison, compare_routes
from ogive.explaining.deriving.explain import TargetError, explain
from ogive.explaining.deriving.routes import ROUTES, RouteError
from ogive.explaining.deriving.writer import DEFAULT_EFFORT, DerivationTooLongError, Effort
from ogive.explaining.records.derivation import Derivation
from ogive.explaining.records.verdict import Verdict

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
