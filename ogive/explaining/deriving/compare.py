"""The routes to one derivative, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from ogive.explaining.deriving.explain import explain
from ogive.explaining.deriving.routes import ROUTES, RouteError
from ogive.explaining.records.steps import leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.explaining.records.derivation import Derivation

__all__ = ["Comparison", "compare_routes"]


@final
@dataclass(frozen=True, slots=True)
class Comparison:
    """Derivations of one slope along every route that leads to it, the shortest first.

    Attributes
    ----------
    derivations
        By the number of rules applied.
    refused
        Why the other routes are not listed, by name.
    """

    derivations: tuple[Derivation, ...]
    refused: dict[str, str]

    def __iter__(self) -> Iterator[Derivation]:
        return iter(self.derivations)

    def __len__(self) -> int:
        return len(self.derivations)

    def __str__(self) -> str:
        rows = [("route", "lines", "rules", "how")]
        rows += [(d.route, str(len(d.steps)), str(_length(d)), ROUTES[d.route].title) for d in self.derivations]
        widths = [max(len(row[at]) for row in rows) for at in range(3)]
        lines = [
            f"{name:<{widths[0]}}  {lines:>{widths[1]}}  {rules:>{widths[2]}}  {how}"
            for name, lines, rules, how in rows
        ]
        return "\n".join([*lines, *(f"{name}: {why}" for name, why in self.refused.items())])


def compare_routes(expr: Any, var: str | None = None, *, target: str | None = None, detail: int = 2) -> Comparison:
    """Derive a slope along every route, and list them by length.

    Parameters
    ----------
    expr, var, target, detail
        As for `ogive.explain`.
    """
    found: list[Derivation] = []
    refused: dict[str, str] = {}
    for name in ROUTES:
        try:
            derivation = explain(expr, var, target=target, route=name, detail=detail)
        except RouteError as error:
            refused[name] = str(error)
            continue
        same = next((other.route for other in found if other.root == derivation.root), None)
        if same is None:
            found.append(derivation)
        else:
            refused[name] = f"the same as {same}"
    return Comparison(tuple(sorted(found, key=lambda d: (_length(d), d.route))), refused)


def _length(derivation: Derivation) -> int:
    return sum(1 for _ in leaves(derivation.root))
