"""Ways to a derivative: rule by rule, by the quotient rule, through an equation, the inverse function, a limit.

All of them end at the same slope, and each of their lines is certified in the same way. `compare_routes` shows which
one is short.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.deriving.derive import derive, differentiate_parts, put_back, tidy_up
from ogive.explaining.deriving.search import matched_identity
from ogive.explaining.deriving.writer import Effort, Writer
from ogive.explaining.moves.choices import one_exponential
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import to_text
from ogive.expressions.tree import (
    EULER,
    ONE,
    ZERO,
    Call,
    Derivative,
    Negative,
    Node,
    Path,
    Power,
    Quotient,
    Relation,
    Sum,
    Symbol,
    integer,
    subtree,
    symbols,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ogive.explaining.deriving.questions import Question

__all__ = ["ROUTES", "Route", "RouteError", "route_named"]


class RouteError(ValueError):
    """A route that does not lead to this derivative; the message says what it needs."""


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


def route_named(name: str | None) -> Route:
    """Return a route, the first one without a name."""
    if name is None:
        return next(iter(ROUTES.values()))
    if name not in ROUTES:
        raise ValueError(f"there is no route {name!r}; the routes are {', '.join(ROUTES)}")
    return ROUTES[name]


# ---- First lines -------------------------------------------------------------------------------------------------


def _derivative_line(question: Question, order: int, effort: Effort) -> Writer:
    return Writer(_derivative(question, order), VOCABULARY, effort)


def _derivative(question: Question, order: int) -> Node:
    line: Node = question.expression
    for _ in range(order):
        line = Derivative(line, Symbol(question.variable))
    return line


def _preferring(rule: str) -> Callable[[Question, int, Effort], Writer]:
    def start(question: Question, order: int, effort: Effort) -> Writer:
        return Writer(_derivative(question, order), VOCABULARY, effort, prefer=frozenset({rule}))

    return start


def _equation_line(question: Question, order: int, effort: Effort) -> Writer:
    """Begin with y = f(x), where y is a quantity that depends on x."""
    if order > 1:
        raise RouteError("this route finds the first derivative; leave the route out for higher orders")
    name = next(name for name in ("y", "f", "w", "v") if name not in symbols(question.expression))
    line = Relation("=", Symbol(name, question.variable), question.expression)
    return Writer(line, VOCABULARY, effort, known={name: question.expression})


# ---- Rule by rule ------------------------------------------------------------------------------------------------


def _rule_by_rule(writer: Writer, _: Question, order: int) -> None:
    derive(writer, order)


# ---- Through an equation -----------------------------------------------------------------------------------------

_RIGHT: Final[Path] = (1,)


def _unknown(writer: Writer) -> tuple[Symbol, Symbol]:
    """Return the quantity that the first line names, and the variable that it depends on."""
    first = writer.root.before
    if not isinstance(first, Relation) or not isinstance(first.left, Symbol):
        raise TypeError("this route begins with an equation")
    return first.left, Symbol(first.left.of)


def _open_definition(writer: Writer, path: Path = _RIGHT) -> None:
    """Write a shape by its formula; a function with a derivative of its own stays."""
    node = subtree(writer.line, path)
    if isinstance(node, Call) and VOCABULARY[node.name].derivative is None:
        writer.apply("open-call", path)


def _solve(writer: Writer) -> None:
    """Differentiate both sides of the line and solve for the slope."""
    y, x = _unknown(writer)
    before = set(writer.definitions)
    writer.apply("differentiate-both-sides", (), by=x)
    differentiate_parts(writer, ())
    with writer.group("tidy"):
        for name in [name for name in writer.definitions if name not in before][::-1]:
            put_back(writer, (), name)
        with writer.group("arithmetic"):
            writer.tidy((0,))
            writer.tidy(_RIGHT)
    writer.apply("solve-for-slope", (), slope=Derivative(y, x))
    with writer.group("arithmetic"):
        writer.tidy(_RIGHT)


def _implicit(writer: Writer, _: Question, __: int) -> None:
    _open_definition(writer)
    if not isinstance(subtree(writer.line, _RIGHT), Quotient):
        raise RouteError("the implicit route clears a denominator, and this expression has none")
    writer.apply("clear-denominator")
    _solve(writer)


def _logarithmic(writer: Writer, _: Question, __: int) -> None:
    _open_definition(writer)
    writer.apply("logarithm-of-both-sides")
    with writer.group("tidy"):
        _open_logarithms(writer, _RIGHT)
    _solve(writer)


def _open_logarithms(writer: Writer, path: Path) -> None:
    while True:
        for at, node in walk(subtree(writer.line, path), path):
            if isinstance(node, Call) and node.name == "log" and isinstance(node.arguments[0], (Quotient, Power)):
                inner = node.arguments[0]
                if isinstance(inner, Power) or inner.numerator == ONE:
                    writer.apply("log-of-power", at)
                    break
        else:
            return


def _inverse(writer: Writer, _: Question, __: int) -> None:
    _open_definition(writer)
    y, x = _unknown(writer)
    with writer.group("solve-for-variable"):
        while subtree(writer.line, _RIGHT) != x:
            try:
                writer.apply("undo", (), by=x)
            except ValueError:
                stuck = to_text(subtree(writer.line, _RIGHT))
                raise RouteError(f"the inverse function route cannot solve for {x.name} in {stuck}") from None
            with writer.group("arithmetic"):
                writer.tidy((0,))
    writer.apply("inverse-function-theorem", (), y=y)
    before = set(writer.definitions)
    differentiate_parts(writer, _RIGHT)
    tidy_up(writer, _RIGHT, [name for name in writer.definitions if name not in before])


# ---- Through the hyperbolic tangent ------------------------------------------------------------------------------


def _half_angle(writer: Writer, question: Question, order: int) -> None:
    path = (0,) * order
    _open_definition(writer, path)
    found = matched_identity("1/(1 + exp(-u))", subtree(writer.line, path))
    if found is None:
        raise RouteError(f"the half-angle route needs 1/(1 + e^-u), not {to_text(question.expression)}")
    entry, u = found
    writer.apply("identity-of-functions", path, entry=integer(entry), u=u)
    derive(writer, order)


# ---- From the definition -----------------------------------------------------------------------------------------


def _from_definition(writer: Writer, question: Question, order: int) -> None:
    """Take the limit of the difference quotient, for the exponential and for 1/(1 + e^-x)."""
    if order > 1:
        raise RouteError(
            "the limit definition route finds the first derivative; leave the route out for higher orders"
        )
    _open_definition(writer, (0,))
    body, x = subtree(writer.line, (0,)), Symbol(question.variable)
    h = Symbol(next(name for name in ("h", "k", "d") if name not in symbols(body)))
    plain = one_exponential(body)
    small = Power(EULER, Negative(x))
    if plain != Quotient(ONE, Sum((ONE, small))):
        raise RouteError(f"the limit definition route is worked out for 1/(1 + e^-{x.name}), not {to_text(body)}")
    writer.apply("definition-of-derivative", (), by=h)
    _difference_of_reciprocals(writer)
    writer.apply("limit-of-product", (), part=subtree(writer.line, (0, 0)))
    writer.apply("limit-of-product", (1,), part=subtree(writer.line, (1, 0, 0)))
    writer.apply("known-limit", (1, 0))
    writer.apply("limit-by-continuity", (1, 1), point=ZERO)
    with writer.group("arithmetic"):
        writer.tidy()


def _difference_of_reciprocals(writer: Writer) -> None:
    """Bring (1/a - 1/b)/h into the form c·((1 - e^-h)/h)·(1/(a·b)), under the limit."""
    writer.apply("one-fraction", (0, 0))
    with writer.group("tidy"):
        for rule in ("minus-sum", "flatten-sum", "like-terms"):
            _if_it_applies(writer, rule, (0, 0, 0))
        writer.apply("fraction-over", (0,))
    exponentials = [at for at, node in walk(writer.line) if _is_exponential_of_sum(node) and at[:3] == (0, 0, 1)]
    writer.apply("exponential-of-sum", exponentials[0])
    with writer.group("tidy"):
        common = subtree(writer.line, (0, 0, 0))
        writer.apply("factor-out", (0, 0), factor=common)
        writer.apply("split-into-product", (0,))


def _is_exponential_of_sum(node: Node) -> bool:
    plain = one_exponential(node)
    return isinstance(plain, Power) and plain.base == EULER and not isinstance(plain.exponent, Symbol)


def _if_it_applies(writer: Writer, rule: str, path: Path) -> None:
    try:
        writer.apply(rule, path)
    except ValueError:
        return


ROUTES: Final[dict[str, Route]] = {
    route.name: route
    for route in (
        Route("rules", "rule by rule, fractions as powers", _rule_by_rule, _derivative_line),
        Route("quotient", "rule by rule, fractions by the quotient rule", _rule_by_rule, _preferring("quotient")),
        Route("reciprocal", "rule by rule, 1/g by the reciprocal rule", _rule_by_rule, _preferring("reciprocal")),
        Route("implicit", "clear the denominator, differentiate both sides", _implicit, _equation_line),
        Route("logarithmic", "take logarithms, differentiate both sides", _logarithmic, _equation_line),
        Route("inverse", "through the slope of the inverse function", _inverse, _equation_line),
        Route("half-angle", "write the logistic as a tanh", _half_angle, _derivative_line),
        Route("limit", "from the definition, as a limit", _from_definition, _derivative_line),
    )
}
