"""The front door of the wing: ``og.explain``."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from ogive.explaining.deriving.audit import audit
from ogive.explaining.deriving.questions import Question, Target, question_of, target_of
from ogive.explaining.deriving.routes import route_named
from ogive.explaining.deriving.search import Goal, find_moves
from ogive.explaining.deriving.writer import DEFAULT_EFFORT, Effort, Writer
from ogive.explaining.exact.world import World
from ogive.explaining.moves.rules import may_sum_up
from ogive.explaining.records.derivation import Derivation, checked_detail
from ogive.explaining.records.steps import leaves
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import DEFAULT_LIMITS, Limits, compile_numpy, differentiate, to_text
from ogive.expressions.tree import Call, Derivative, Node, Path, Relation, Symbol, substitute, subtree, symbols, walk

if TYPE_CHECKING:
    from ogive.explaining.records.steps import Step

__all__ = ["TargetError", "explain"]


class TargetError(ValueError):
    """A target that the derivative does not equal, or that cannot be shown to equal it."""


def explain(
    expr: Any,
    var: str | None = None,
    *,
    order: int = 1,
    target: str | None = None,
    route: str | None = None,
    detail: int = 2,
    effort: Effort = DEFAULT_EFFORT,
    limits: Limits = DEFAULT_LIMITS,
) -> Derivation:
    r"""Derive the derivative of an expression step by step, with a certificate for every step.

    Parameters
    ----------
    expr
        What people type, ``"1/(1+e^-z)"``, ``r"\frac{1}{1+e^{-z}}"``, the name
        of a shape, a shape, or a `Curve`, whose numbers are put in at the end.
    var
        The variable; needed only where several symbols could be meant. All other symbols are constants.
    order
        How often to differentiate.
    target
        The form that the derivative should end in, such as ``"a*(1-a)"``. One name that the expression does not
        have stands for the function itself. Shapes whose slope has a known form end in that form by default.
    route
        Which way to go, one of the names in `ogive.explaining.ROUTES`; by default rule by rule from the outside.
    detail
        How many lines to show: 0 the answer, 1 headlines, 2 a textbook's lines, 3 every rule, 4 every move of
        arithmetic. `Derivation.with_detail` changes it later.
    effort
        How much work may be done before the derivation is given up.
    limits
        How large an input is read.

    Raises
    ------
    ExpressionError
        If the text cannot be read; the message points at the place.
    TargetError
        If the target is not the derivative, with a point where they differ, or if that could not be decided.
    DerivationTooLongError
        If the derivation takes more work than `effort` allows.
    RefutedError
        If a step or the result turns out to be false when it is compared with numbers: a fault of this package.

    Examples
    --------
    >>> import ogive as og
    >>> print(og.explain("x^2*e^x", detail=1))
    d/dx[x²·e^x]
      = (2·x)·e^x + x²·e^x   differentiate
      = 2·x·e^x + x²·e^x     leave out the bracket
    """
    if isinstance(order, bool) or not isinstance(order, int) or not 1 <= order <= 20:
        raise ValueError(f"order is a whole number from 1 to 20, not {order!r}")
    question = question_of(expr, var, limits)
    goal = target_of(question, target, limits)
    if goal is not None and not goal.asked and order > 1:
        goal = None
    way = route_named(route)
    writer = way.start(question, order, effort)
    way.write(writer, question, order)
    if goal is not None:
        _reach(writer, question, order, goal)
    numbers = {name: value for name, value in question.numbers.items() if name in symbols(writer.line)}
    if numbers:
        writer.apply("put-numbers", (1,) if isinstance(writer.line, Relation) else (), **numbers)
    return _finished(writer, question, order, way.name, goal, checked_detail(detail))


def _finished(
    writer: Writer, question: Question, order: int, route: str, goal: Target | None, detail: int
) -> Derivation:
    last = writer.line.right if isinstance(writer.line, Relation) else writer.line
    if goal is None or not goal.asked:
        meanings = dict(writer.definitions)
        meanings |= dict.fromkeys(goal.names if goal else {}, question.expression)
        last = substitute(last, meanings)
    root = writer.finished()
    meanings = {**writer.definitions, **(goal.names if goal else {})}
    _compare_with_differentiator(question, order, root, last, meanings)
    return Derivation(
        expression=question.expression,
        variable=question.variable,
        order=order,
        root=root,
        result=to_text(last),
        conditions=(),
        route=route,
        detail=detail,
        functions=VOCABULARY,
    ).certified()


def _compare_with_differentiator(
    question: Question, order: int, root: Step, last: Node, meanings: dict[str, Node]
) -> None:
    """Compare the result with what `ogive.expressions.differentiate` makes of the question, in numbers.

    Of a higher derivative, every order is compared with the one before it: at once, it would be too large.
    """
    assumed = [question.expression, *(condition for step in leaves(root) for condition in step.conditions)]
    if order == 1:
        first = Derivative(question.expression, Symbol(question.variable))
        audit("the result", first, last, meanings, VOCABULARY, assumed)
        return
    for part in root.substeps:
        audit(f"step {part.id}", *_within(part.before, part.after), meanings, VOCABULARY, assumed)
    audit("the result", root.after, last, meanings, VOCABULARY, assumed)


def _within(before: Node, after: Node) -> tuple[Node, Node]:
    """Leave out the derivatives that are still to be taken of both lines."""
    while isinstance(before, Derivative) and isinstance(after, Derivative):
        before, after = before.body, after.body
    return before, after


_NAMING: Final = frozenset({"power-of-reciprocal", "fold-call", "abbreviate", "recall"})


# ---- The target --------------------------------------------------------------------------------------------------


def _reach(writer: Writer, question: Question, order: int, goal: Target) -> None:
    """Lead the last line to the target by a search; by its normal form where the search finds no way."""
    goal, path, known = _in_words_of(writer, goal)
    names = {name: meaning for name, meaning in goal.names.items() if name not in writer.definitions}
    world = World(VOCABULARY, {**writer.definitions, **names})
    line = subtree(writer.line, path)
    if not world.equal(line, goal.tree):
        if goal.asked:
            raise _refusal(question, order, goal)
        return
    calls = tuple(dict.fromkeys(node for _, node in walk(goal.tree) if isinstance(node, Call)))
    limit = writer.effort.search if goal.asked else writer.effort.search // 2  # what nobody asked for should be quick
    moves = find_moves(line, Goal(goal.tree, names, calls, known), VOCABULARY, limit=limit)
    plain = moves is not None and not may_sum_up("reach-target", [rule for rule, _, _ in moves])
    with writer.group("simplify" if plain else "reach-target"):
        for together, part in groupby(moves or (), key=lambda move: move[0] in _NAMING):
            with writer.group("by-name") if together else nullcontext():
                for rule, at, bindings in part:
                    writer.apply(rule, path + at, **bindings)
        if moves is None:
            _in_one_step(writer, path, Target(goal.tree, names))


def _in_words_of(writer: Writer, goal: Target) -> tuple[Target, Path, tuple[tuple[Symbol, Node], ...]]:
    """Write the target with the name that an equation has for the function, and say where in the line it goes."""
    if not isinstance(writer.line, Relation) or not isinstance(writer.line.left, Derivative):
        return goal, (), ()
    y = writer.line.left.body
    if not isinstance(y, Symbol):
        raise TypeError(f"an equation should end with dy/dx on its left, not {writer.line.left}")
    tree = substitute(goal.tree, dict.fromkeys(goal.names, y))
    known = tuple((y, meaning) for meaning in goal.names.values())
    return Target(tree, dict.fromkeys([y.name] if known else [], writer.definitions[y.name]), goal.asked), (1,), known


def _in_one_step(writer: Writer, path: Path, goal: Target) -> None:
    """Write the target down, because both sides have the same normal form; name the function first."""
    for name, meaning in goal.names.items():
        if name not in symbols(goal.tree):
            continue
        writer.apply("same-normal-form", path, to=substitute(goal.tree, {name: meaning}))
        writer.apply("abbreviate", path, **{name: meaning})
    if subtree(writer.line, path) != goal.tree:
        writer.apply("same-normal-form", path, to=goal.tree)


def _refusal(question: Question, order: int, goal: Target) -> TargetError:
    """Say where the target differs from the derivative, or that it could not be decided."""
    import numpy as np

    wanted = substitute(goal.tree, dict(goal.names))
    true: Node = question.expression
    for _ in range(order):
        true = differentiate(true, question.variable, functions=VOCABULARY)
    names = sorted(symbols(wanted) | symbols(true) | {question.variable})
    both = compile_numpy([wanted, true], names, functions=VOCABULARY)
    with np.errstate(all="ignore"):
        for point in (0.5, 1.25, -0.75, 2.5):
            values = [point if name == question.variable else 0.5 + 0.25 * at for at, name in enumerate(names)]
            left, right = both(*values)
            if np.isfinite(left) and np.isfinite(right) and abs(left - right) > 1e-6 * (1 + abs(right)):
                at = ", ".join(f"{name} = {value:g}" for name, value in zip(names, values, strict=True))
                found = f"at {at} it is {left:.6g}, and the derivative is {right:.6g}"
                return TargetError(f"{to_text(goal.tree)} is not the derivative: {found}")
    return TargetError(
        f"whether the derivative equals {to_text(goal.tree)} could not be decided; leave the target out"
    )
