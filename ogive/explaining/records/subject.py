"""What a user asks about: a shape, its name, an expression as text, or a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from ogive.expressions import Functions, balls, parse, with_shapes
from ogive.expressions import tree as t
from ogive.shapes import Shape, shapes

__all__ = ["Subject", "all_functions", "read_subject", "unreal_part"]

_USUAL = ("z", "x", "t", "u")


@final
@dataclass(frozen=True, slots=True)
class Subject:
    """An expression in one variable, with the row of the table it came from, if any."""

    tree: t.Node
    variable: str
    title: str
    shape: Shape | None
    functions: Functions


def all_functions() -> Functions:
    """Return the elementary functions and the shapes."""
    return with_shapes(shapes)


def read_subject(expr: Any, var: str | None = None) -> Subject:
    """Find out what an argument of a public function stands for.

    Raises
    ------
    TypeError
        If it is neither text, a shape nor a tree.
    ValueError
        If it is not clear which symbol is the variable.
    """
    functions = all_functions()
    if isinstance(expr, str) and expr.strip() in shapes:
        expr = shapes[expr.strip()]
    if isinstance(expr, Shape):
        tree = parse(expr.formula, names=("z",), functions=functions)
        name = var or "z"
        title = expr.name if expr.title == expr.name else f"the {expr.title}"
        return Subject(t.substitute(tree, {"z": t.Symbol(name)}), name, title, expr, functions)
    if isinstance(expr, str):
        tree = parse(expr, functions=functions, names=(var,) if var else ())
    elif isinstance(expr, t.Node.__args__):
        tree = expr
    else:
        raise TypeError(f"give a shape, its name or an expression as text, not {type(expr).__name__}")
    if isinstance(tree, t.Relation):
        raise ValueError("give an expression, not an equation")  # noqa: TRY004 - the text is at fault
    return Subject(tree, var or _variable(tree), "the function", None, functions)


def unreal_part(tree: t.Node) -> t.Node | None:
    """Find a part without symbols that is certainly no real number: ln(-1), 1/0. Sides of cases are not asked."""
    if isinstance(tree, t.Conditional):
        return None
    for part in t.children(tree):
        found = unreal_part(part)
        if found is not None:
            return found
    if t.symbols(tree) or not t.children(tree):
        return None
    try:
        balls.evaluate(tree, {}, all_functions())
    except balls.UndefinedError:
        return tree
    except (ValueError, ArithmeticError):
        return None
    return None


def _variable(tree: t.Node) -> str:
    found = sorted(t.symbols(tree))
    if len(found) == 1:
        return found[0]
    if not found:
        return "z"
    usual = [name for name in _USUAL if name in found]
    if not usual:
        raise ValueError(f"which of {', '.join(found)} is the variable? say var={found[0]!r}")
    return usual[0]
