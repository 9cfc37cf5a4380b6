"""A row of the table of shapes as text for people and as data for programs: all of it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import ogive
from ogive.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ogive.shapes import Shape

__all__ = ["as_data", "as_list", "as_text"]

KINDS = {"s-curve": "S-curve", "activation": "activation"}
LABEL, WIDTH = 17, 118
"""Columns of the labels, and of a line."""


def as_list() -> str:
    """Write a line for each shape: its name, its formula, its other names."""
    rows = [(shape.name, shape.formula, ", ".join(shape.aliases)) for shape in shapes.values()]
    wide, wider = (max(len(row[column]) for row in rows) for column in (0, 1))
    return "\n".join(
        f"{name:{wide}}  {formula:{wider}}  {f'also {also}' if also else ''}".rstrip() for name, formula, also in rows
    )


# ---- For programs ----------------------------------------------------------------------------------------------


def as_data(shape: Shape) -> dict[str, Any]:
    """Return everything in a row that is data, as JSON knows it; infinities are text there."""
    return {
        "name": shape.name,
        "aliases": list(shape.aliases),
        "title": shape.title,
        "kind": shape.kind,
        "formula": shape.formula,
        "slope_in_value": shape.slope_in_value,
        "slope_in_value_note": shape.slope_in_value_note,
        "domain": [str(end) for end in shape.domain],
        "limits": [str(limit) for limit in shape.limits],
        "asymptotics": list(shape.asymptotics),
        "special": [[str(number) for number in (at.x, at.value, at.slope)] for at in shape.special],
        "kinks": [{"x": kink.x, "what": kink.what, "torch": kink.torch, "jax": kink.jax} for kink in shape.kinks],
        "kernels": [role or "value" for role in shape.roles],
        "max_ulp": {role or "value": dict(bounds) for role, bounds in shape.max_ulp.items()},
        "accuracy": shape.accuracy,
        "unknown": list(shape.notes),
        "targets": ogive.build_config()["targets"],
        "uses": list(shape.uses),
        "references": list(shape.references),
    }


# ---- For people ------------------------------------------------------------------------------------------------


def as_text(shape: Shape) -> str:
    """Write the whole row: what it is, how it behaves, how exact it is, who uses it."""
    parts = (_definition(shape), _special_values(shape), _accuracy(shape), _people(shape))
    return "\n\n".join(text for text in map("\n".join, parts) if text)


def _definition(shape: Shape) -> Iterator[str]:
    yield shape.name if shape.title == shape.name else f"{shape.name}: {shape.title}"
    yield from _said("kind", KINDS[shape.kind])
    if shape.aliases:
        yield from _said("also", ", ".join(shape.aliases))
    yield f"  {'value':{LABEL - 2}}y = {shape.formula}"
    if shape.slope_in_value is None:
        open_ = shape.slope_in_value_note.startswith("not known")
        yield from _said("slope", f"{'' if open_ else 'no function of y: '}{shape.slope_in_value_note}")
    else:
        yield f"  {'slope':{LABEL - 2}}y' = {shape.slope_in_value}"
        yield from _said("", shape.slope_in_value_note)
    for end, limit, like in zip(shape.domain, shape.limits, shape.asymptotics, strict=True):
        yield from _said(f"towards {end:g}", f"{limit:g}, like {like}")
    for kink in shape.kinks:
        yield from _said(f"kink at {kink.x:g}", str(kink))


def _special_values(shape: Shape) -> Iterator[str]:
    yield f"  {'at':{LABEL - 2}}value          slope"
    for at in shape.special:
        yield f"  {at.x:<{LABEL - 2}g}{at.value:<13g}  {at.slope:g}"


def _accuracy(shape: Shape) -> Iterator[str]:
    if not shape.max_ulp:
        yield from _said("accuracy", shape.accuracy)
        for note in shape.notes:
            yield from _said("unknown", note)
        return
    targets = ", ".join(ogive.build_config()["targets"])
    yield f"  largest error in units in the last place, on every processor this build knows ({targets})"
    dtypes = list(shape.max_ulp[""])
    yield f"  {'':22}" + "".join(f"{dtype:>9}" for dtype in dtypes)
    for role in shape.roles:
        yield f"  {role or 'value':22}" + "".join(f"{shape.max_ulp[role][dtype]:>9g}" for dtype in dtypes)


def _people(shape: Shape) -> Iterator[str]:
    yield from _each("uses", shape.uses)
    yield from _each("references", shape.references)


def _each(label: str, items: Iterable[str]) -> Iterator[str]:
    for number, item in enumerate(items):
        yield from _said("" if number else label, item)


def _said(label: str, text: str) -> list[str]:
    """Put a label before a text, which continues on lines of its own."""
    first = f"  {label:{LABEL - 2}}"
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * LABEL,
        break_long_words=False,
        break_on_hyphens=False,
    )
