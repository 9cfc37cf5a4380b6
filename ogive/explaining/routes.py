"""Ways to a derivative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.derive import derive
from ogive.explaining.vocabulary import VOCABULARY
from ogive.explaining.writer import Effort, Writer
from ogive.expressions.tree import Derivative, Node, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

    from ogive.explaining.questions import Question

__all__ = ["ROUTES", "Route", "route_named"]


@final
@dataclass(frozen=True, slots=True)
class Route:
    """A way to a derivative.

    Attributes
    ----------
    name
        What to give as `route`.
    title
        What it does, in words.
    write
        Writes the derivation on the page.
    start
        Opens the page with the first line.
    """

    name: str
    title: str
    write: Callable[[Writer, Question, int], None]
    start: Callable[[Question, int, Effort], Writer]


def _derivative_line(question: Question, order: int, effort: Effort) -> Writer:
    line: Node = question.expression
    for _ in range(order):
        line = Derivative(line, Symbol(question.variable))
    return Writer(line, VOCABULARY, effort)


def _rule_by_rule(writer: Writer, _: Question, order: int) -> None:
    derive(writer, order)


ROUTES: Final[dict[str, Route]] = {
    route.name: route
    for route in (Route("rules", "rule by rule, from the outside", _rule_by_rule, _derivative_line),)
}


def route_named(name: str | None) -> Route:
    """Return a route, the first one without a name."""
    if name is None:
        return next(iter(ROUTES.values()))
    if name not in ROUTES:
        raise ValueError(f"there is no route {name!r}; the routes are {', '.join(ROUTES)}")
    return ROUTES[name]
