"""One R for a function in pieces: each piece has its own, and the value says on which piece it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive.explaining.signs.study import Study, Value, compare_values, value_tree
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from ogive.explaining.signs.charts import Charter
    from ogive.expressions import Functions

__all__ = ["glued"]


def glued(charter: Charter, tree: t.Node, functions: Functions, parts: list[t.Node]) -> t.Node | None:
    """Join the forms of the pieces by conditions on y; None where the value does not tell the pieces apart.

    The function must be continuous and go one way; then each piece has values of its own.
    """
    if all(part == parts[0] for part in parts):
        return parts[0]
    study = Study(charter, tree, charter.name, functions)
    seams = study.seams()
    if len(seams) != len(parts) - 1 or not all(study.continuous(*seam) for seam in seams):
        return None
    signs = [study.chart(at, 1).constant_sign for at in range(len(parts))]
    if None in signs or {1, -1} <= set(signs):
        return None
    order = list(range(len(parts)))
    if -1 in signs:
        order.reverse()
    mirrored = _even(study, parts, order)
    return mirrored if mirrored is not None else _chain(study, parts, order, [not signs[at] for at in order])


def _even(study: Study, parts: list[t.Node], order: list[int]) -> t.Node | None:
    """Write two pieces that meet at the value 0 and mirror each other as one form in |y|."""
    if len(parts) != 2:
        return None
    meeting = study.limit(0, 0, -1)
    y = t.Symbol("y")
    low, high = parts[order[0]], parts[order[1]]
    if compare_values(study.charter, meeting, study.value_of(study.charter.world.form(t.ZERO))) != 0:
        return None
    if not study.charter.world.equal(low, t.substitute(high, {"y": t.Negative(y)})):
        return None
    return t.substitute(high, {"y": t.Call("abs", (y,))})


def _chain(study: Study, parts: list[t.Node], order: list[int], flat: list[bool]) -> t.Node | None:
    """Write if(y < v, R1, if(y < w, R2, R3)) from the lowest values up."""
    bounds = [_meeting(study, order[k], order[k + 1]) for k in range(len(order) - 1)]
    joined = parts[order[-1]]
    for k in range(len(order) - 2, -1, -1):
        bound = value_tree(study.charter, bounds[k], most=60)
        if bound is None:
            return None
        sign = "<=" if flat[k] else "<"
        joined = t.Conditional(t.Relation(sign, t.Symbol("y"), bound), parts[order[k]], joined)
    return joined


def _meeting(study: Study, first: int, second: int) -> Value:
    """Return the value at the seam between two neighbouring pieces."""
    return study.limit(min(first, second), 0, -1)
