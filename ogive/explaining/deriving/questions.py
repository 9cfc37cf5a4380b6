"""What was asked: the expression, the variable, and the form that the answer should have."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite, pi
from typing import TYPE_CHECKING, Any, Final, final

from ogive.curves import Curve
from ogive.curves.mean import limits_of
from ogive.explaining.moves.algebra import TIDY
from ogive.explaining.moves.choices import sorted_parts
from ogive.explaining.records.subject import unreal_part
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import DEFAULT_LIMITS, Limits, parse, to_text
from ogive.expressions.differentiate import expand
from ogive.expressions.tree import (
    ONE,
    PI,
    ZERO,
    Call,
    Conditional,
    Derivative,
    Limit,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
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
    """An expression, the variable that it is differentiated by, and numbers that its parameters have.

    The derivation is told with the parameters by name; the numbers are put in at its end.
    """

    expression: Node
    variable: str
    numbers: Mapping[str, Node] = field(default_factory=dict)
    slope_in_value: str = ""  # the slope in the value, of a shape that is no row of the table


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
    """Read what was asked: text, the name of a shape, a shape, or a curve with its numbers.

    Raises
    ------
    ExpressionError
        If the text cannot be read.
    ValueError
        If it is not clear which symbol is the variable, if the expression is an equation, or if a number in it, such
        as ln(-1), is not real.
    """
    if isinstance(expr, Curve):
        return curve_question(expr, var or "x")
    if isinstance(expr, Shape):
        if shapes.names.get(expr.name) is not expr:
            return _of_formula(expr, var or "z")
        expr = expr.name
    if isinstance(expr, str) and expr.strip() in shapes.names:
        expr = f"{shapes[expr.strip()].name}({var or 'z'})"
    names = (var,) if var else ()
    tree = parse(expr, functions=VOCABULARY, names=names, limits=limits) if isinstance(expr, str) else expr
    if not isinstance(tree, Node):
        raise TypeError(f"give an expression as text, a shape or a curve, not {type(expr).__name__}")
    if any(
        isinstance(node, (Relation, Derivative, Limit)) for _, node in walk(tree) if not _is_condition(tree, node)
    ):
        raise ValueError(f"only a plain expression can be differentiated here, not {to_text(tree)}")
    unreal = unreal_part(tree)
    if unreal is not None:
        raise ValueError(f"{to_text(unreal)} has no real value, so that there is nothing to differentiate")
    return Question(tree, var or _variable_of(tree))


def _of_formula(shape: Shape, variable: str) -> Question:
    """Ask about a shape that is no row of the table: its formula, towards the slope in its value where it has one."""
    tree = substitute(parse(shape.formula, functions=VOCABULARY, names=("z",)), {"z": Symbol(variable)})
    return Question(tree, variable, slope_in_value=shape.slope_in_value or "")


_PLACES: Final = {"linear": "{x} - midpoint", "log": "log({x}) - log(midpoint)", "reciprocal": "1/midpoint - 1/{x}"}


def curve_question(curve: Curve, variable: str) -> Question:
    """Write a curve with its parameters by name: lower + (upper - lower)·S(steepness·(x - midpoint)).

    Parameters that make no difference, such as a lower asymptote of 0, are left out.
    """
    plain = curve.axis == "linear" and curve.midpoint == 0
    place = variable if plain else _PLACES[curve.axis].format(x=variable)
    z = parse(place if curve.steepness == 1 else f"steepness*({place})", names=(variable,))
    span = substitute(parse(curve.shape.formula, functions=VOCABULARY), {"z": z})
    for end, limit, sign in zip(curve.shape.domain, curve.shape.limits, "<>", strict=True):
        if isfinite(end):
            span = Conditional(Relation(sign, z, _decimal(end)), _decimal(limit), span)
    base, height = _scale(curve)
    span = span if base == ZERO else Sum((span, base.operand if isinstance(base, Negative) else Negative(base)))
    span = span if height == ONE else Quotient(span, height)
    span = span if curve.asymmetry == 1 else Power(span, Symbol("asymmetry"))
    low, high = (_asymptote(curve, side, variable) for side in ("lower", "upper"))
    if low != ZERO:
        tree: Node = Sum((low, Product((Sum((high, Negative(low))), span))))
    else:
        tree = span if high == ONE else Product((high, span))
    used = symbols(tree) - {variable}
    return Question(tree, variable, {name: _decimal(getattr(curve, name)) for name in sorted(used)})


def _scale(curve: Curve) -> tuple[Node, Node]:
    """Return where the shape starts from, and how far it rises; the limits of the arctangent are told exactly."""
    start, end = limits_of(curve.shape)
    if (start, end) == (-pi / 2, pi / 2):
        return Negative(Quotient(PI, Number(Fraction(2)))), PI
    return _decimal(start), _decimal(end - start)


def _asymptote(curve: Curve, side: str, variable: str) -> Node:
    level, slope = getattr(curve, side), getattr(curve, f"{side}_slope")
    plain = {"lower": 0, "upper": 1}[side]
    base: Node = _decimal(plain) if level == plain and curve.lower == 0 else Symbol(side)
    if not slope:
        return base
    return Sum((base, Product((Symbol(f"{side}_slope"), Symbol(variable)))))


def _decimal(value: float) -> Node:
    """Write a float with the digits that it prints with, none of them lost."""
    exact = Fraction(repr(float(value)))
    return Negative(Number(-exact)) if exact < 0 else Number(exact)


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
    if question.slope_in_value:
        return _in_value(question.slope_in_value, value)
    wanted = sorted_parts(value)
    for shape in shapes.values():
        if shape.slope_in_value is None:
            continue
        formula = substitute(parse(shape.formula, functions=VOCABULARY), {"z": Symbol(question.variable)})
        if sorted_parts(formula) == wanted:
            return _in_value(shape.slope_in_value, value)
    return None


def _in_value(text: str, value: Node) -> Target:
    """Return a slope in the value ``y`` as a form to end in, under a letter that the function does not have."""
    name = next(name for name in ("a", "y", "f") if name not in symbols(value))
    form = parse(text, functions=VOCABULARY, names=("y",))
    return Target(substitute(form, {"y": Symbol(name)}), {name: value}, asked=False)
