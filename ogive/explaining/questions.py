"""What was asked: the expression, the variable, and the form that the answer should have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, final

from ogive.explaining.algebra import TIDY
from ogive.explaining.strategy import sorted_parts
from ogive.explaining.vocabulary import VOCABULARY
from ogive.expressions import DEFAULT_LIMITS, Limits, parse, to_text
from ogive.expressions.differentiate import expand
from ogive.expressions.tree import (
    Call,
    Conditional,
    Derivative,
    Limit,
    Node,
    Relation,
    Symbol,
    substitute,
    symbols,
    walk,
)
from ogive.shapes import Shape, shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Question", "Target", "question_of", "target_of"]

# Letters that stand for the variable by custom, the likeliest first.
_VARIABLES: Final = ("x", "z", "t", "u", "s", "w", "y")


@final
@dataclass(frozen=True, slots=True)
class Question:
    """An expression and the variable that it is differentiated by."""

    expression: Node
    variable: str


@final
@dataclass(frozen=True, slots=True)
class Target:
    """A form that the derivative should take.

    Attributes
    ----------
    tree
        The form.
    names
        What its extra name stands for: the function itself.
    asked
        Whether the user asked for it; otherwise it is the known form of a shape's slope.
    """

    tree: Node
    names: Mapping[str, Node] = field(default_factory=dict)
    asked: bool = True


def question_of(expr: Any, var: str | None, limits: Limits = DEFAULT_LIMITS) -> Question:
    """Read what was asked: text, the name of a shape, or a shape.

    Raises
    ------
    ExpressionError
        If the text cannot be read.
    ValueError
        If it is not clear which symbol is the variable, or the expression is an equation.
    """
    if isinstance(expr, Shape):
        expr = expr.name
    if isinstance(expr, str) and expr.strip() in shapes.names:
        expr = f"{shapes[expr.strip()].name}({var or 'z'})"
    names = (var,) if var else ()
    tree = parse(expr, functions=VOCABULARY, names=names, limits=limits) if isinstance(expr, str) else expr
    if not isinstance(tree, Node):
        raise TypeError(f"give an expression as text, or a shape, not {type(expr).__name__}")
    if any(
        isinstance(node, (Relation, Derivative, Limit)) for _, node in walk(tree) if not _is_condition(tree, node)
    ):
        raise ValueError(f"only a plain expression can be differentiated here, not {to_text(tree)}")
    return Question(tree, var or _variable_of(tree))


def _is_condition(tree: Node, node: Node) -> bool:
    return any(isinstance(each, Conditional) and each.condition == node for _, each in walk(tree))


def _variable_of(tree: Node) -> str:
    found = symbols(tree)
    if len(found) == 1:
        return next(iter(found))
    if not found:
        raise ValueError(f"{to_text(tree)} has no variable; name one with var, such as var='x'")
    likely = [name for name in _VARIABLES if name in found]
    if len(likely) == 1 or (likely and likely[0] in ("x", "z", "t")):
        return likely[0]
    listed = ", ".join(sorted(found))
    raise ValueError(f"which of {listed} is the variable? Say so with var, such as var={sorted(found)[0]!r}")


def target_of(question: Question, target: str | None, limits: Limits = DEFAULT_LIMITS) -> Target | None:
    """Read the form that is wanted; without one, take the known form of a shape's slope."""
    if target is None:
        return _known_target(question)
    tree = parse(target, functions=VOCABULARY, names=tuple(symbols(question.expression)), limits=limits)
    extra = sorted(symbols(tree) - symbols(question.expression) - {question.variable})
    if len(extra) > 1:
        raise ValueError(
            f"the target has the unknown names {', '.join(extra)}; one of them can stand for the function"
        )
    return Target(tree, {extra[0]: _opened(question.expression)} if extra else {})


def _opened(expression: Node) -> Node:
    """Return the expression as its derivation will write it: shapes opened, negative powers as fractions."""
    if isinstance(expression, Call) and VOCABULARY[expression.name].derivative is None:
        return expand(expression, VOCABULARY) or expression
    return TIDY["negative-power"](expression) or expression


def _known_target(question: Question) -> Target | None:
    value = _opened(question.expression)
    wanted = sorted_parts(value)
    for shape in shapes.values():
        if shape.slope_in_value is None:
            continue
        formula = substitute(parse(shape.formula, functions=VOCABULARY), {"z": Symbol(question.variable)})
        if sorted_parts(formula) == wanted:
            name = next(name for name in ("a", "y", "f") if name not in symbols(value))
            form = parse(shape.slope_in_value, functions=VOCABULARY, names=("y",))
            return Target(substitute(form, {"y": Symbol(name)}), {name: value}, asked=False)
    return None
