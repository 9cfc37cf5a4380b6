"""The plain way to a derivative: rewrite, apply the outermost rule, differentiate the parts, tidy up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive.explaining.moves.calculus import choose
from ogive.expressions.tree import Derivative, Negative, Node, Path, Product, Symbol, subtree, walk

if TYPE_CHECKING:
    from ogive.explaining.deriving.writer import Writer

__all__ = ["derive", "differentiate_once", "differentiate_parts", "is_open", "put_back", "tidy_up"]

_REWRITING = frozenset({"open-call", "reciprocal-as-power", "power-as-exponential"})


def derive(writer: Writer, order: int) -> None:
    """Write a derivation of the derivative on the page, innermost order first."""
    for remaining in range(order - 1, -1, -1):
        path: Path = (0,) * remaining
        if order == 1:
            differentiate_once(writer, path)
        else:
            with writer.group("differentiate-again"):
                differentiate_once(writer, path)


def differentiate_once(writer: Writer, path: Path) -> None:
    """Differentiate what stands at a path, then tidy up."""
    before = set(writer.definitions)
    with writer.group("differentiate"):
        _rule_at(writer, path)
        if _has_derivative(writer, path):
            differentiate_parts(writer, path)
    new = [name for name in writer.definitions if name not in before]
    tidy_up(writer, path, new)


def differentiate_parts(writer: Writer, path: Path) -> None:
    """Take every derivative below a path, rule by rule."""
    with writer.group("differentiate-parts"):
        _all_rules(writer, path)
        _signs_in_front(writer, path)


def tidy_up(writer: Writer, path: Path, names: list[str]) -> None:
    """Put abbreviations back and simplify, the outermost abbreviation last, as a textbook does."""
    with writer.group("simplify"):
        with writer.group("tidy"):
            for name in reversed(names[1:]):
                put_back(writer, path, name)
            with writer.group("arithmetic"):
                writer.tidy(path)
        if names:
            put_back(writer, path, names[0])
        with writer.group("arithmetic"):
            writer.tidy(path)


def put_back(writer: Writer, path: Path, name: str) -> None:
    """Put what an abbreviation stands for in its place, where it still occurs."""
    if any(node == Symbol(name) for _, node in walk(subtree(writer.line, path))):
        writer.apply("put-back", path, **{name: writer.definitions[name]})


# ---- Rules one after the other -------------------------------------------------------------------------------


def _has_derivative(writer: Writer, path: Path) -> bool:
    return any(is_open(node) for _, node in walk(subtree(writer.line, path)))


def is_open(node: Node) -> bool:
    """Tell whether a node is a derivative still to be taken; that of a named quantity, dy/dx, is not."""
    return isinstance(node, Derivative) and not (isinstance(node.body, Symbol) and node.body.of == node.variable.name)


def _all_rules(writer: Writer, path: Path) -> None:
    """Take every derivative below a path, from left to right, each completely before the next."""
    while True:
        found = next((at for at, node in walk(subtree(writer.line, path), path) if is_open(node)), None)
        if found is None:
            return
        _rule_at(writer, found)


def _rule_at(writer: Writer, path: Path) -> None:
    """Apply the rule that a derivative calls for, after the rewriting that it needs."""
    while True:
        node = subtree(writer.line, path)
        if not isinstance(node, Derivative):
            raise TypeError(f"there is no derivative to take in {node}")
        rule, inner = choose(node, writer.functions, writer.prefer)
        if rule in _REWRITING:
            writer.apply(rule, (*path, 0))
            continue
        if inner is not None:
            writer.apply(rule, path, **{writer.fresh(): inner})
        else:
            writer.apply(rule, path)
        return


def _signs_in_front(writer: Writer, path: Path) -> None:
    """Let a product begin with its minus sign: -g⁻²·(...) rather than (-g⁻²)·(...)."""
    for at, node in list(walk(subtree(writer.line, path), path))[::-1]:
        if isinstance(node, Product) and isinstance(node.factors[0], Negative):
            writer.apply("leading-sign", at)
