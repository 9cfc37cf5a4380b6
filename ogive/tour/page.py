"""The tour as one page of HTML: no network, no scripts, both themes, readable aloud and on paper."""

from __future__ import annotations

import base64
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

import ogive
from ogive._sinks import html_text
from ogive.expressions import parse, to_mathml, with_shapes
from ogive.expressions.tree import Call, Relation, substitute, subtree
from ogive.tour.facts import facts_of
from ogive.tour.steps import steps_of
from ogive.tour.story import COUNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ogive.expressions.tree import Node, Path
    from ogive.precision import Loss
    from ogive.shapes import Shape
    from ogive.tour.story import Example
    from ogive.tour.write import Chapters

__all__ = ["fill", "power_of_ten", "render"]

CURVE = "The {title} rises from 0 to 1 as z goes from -6 to 6. Its slope is a bell, one quarter high, over z = 0."
PRECISION = (
    "Relative error of the slope against z, on a logarithmic scale. Computed as a(1-a) it grows in straight lines to "
    "100 per cent: in float16 at {0}, in float32 at {1}, in float64 at {2}. Ogive's slope stays level."
)


def render(chapters: Chapters, names: Sequence[str]) -> str:
    """Make the page from the chapters; names are the other files of the folder."""
    shape = chapters.shape
    functions = with_shapes(ogive.shapes)
    dies = [f"{loss.dies:.4g}" for loss in chapters.losses]
    return fill(
        "index.html",
        title=html_text(shape.title),
        name=shape.name,
        style=template("style.css"),
        identity=_identity(shape),
        identity_in_value=to_mathml(parse(str(shape.slope_in_value).replace("y", "a"))),
        formula=to_mathml(parse(f"{shape.name}(z) = {shape.formula}", functions=functions), functions),
        curve=_picture(chapters, "curve", CURVE.format(title=shape.title)),
        precision=_picture(chapters, "precision", PRECISION.format(*dies)),
        derivation=steps_of(chapters.derivation),
        checked=html_text(str(chapters.derivation.check())),
        examples=example_rows(chapters.examples, html=True),
        properties=facts_of(chapters.properties),
        losses=loss_rows(chapters.losses, html=True),
        count=str(COUNT),
        version=ogive.__version__,
        files="\n".join(f'<li><a href="{name}">{name}</a></li>' for name in names),
    )


def identity_of(shape: Shape) -> Node:
    """Return the equation that the tour is about: the slope in terms of the value, both written as functions."""
    functions = with_shapes(ogive.shapes)
    value = parse(f"{shape.name}(z)", functions=functions)
    return Relation(
        "=",
        parse(f"{shape.name}'(z)", functions=functions),
        substitute(parse(str(shape.slope_in_value)), {"y": value}),
    )


def _identity(shape: Shape) -> str:
    """Set the equation with the value and the slope in the colours that they have in the picture."""
    equation = identity_of(shape)

    def identify(path: Path) -> str:
        node = subtree(equation, path)
        return ("slope" if node.primes else "value") if isinstance(node, Call) else ""

    return to_mathml(equation, with_shapes(ogive.shapes), identify=identify)


def template(name: str) -> str:
    """Read a text that is shipped with the package."""
    return files("ogive.tour").joinpath("templates", name).read_text(encoding="utf-8")


def fill(file: str, /, **parts: str) -> str:
    """Put texts into the places of a template; a place without a text, or a text without a place, is an error."""
    page = Template(template(file))
    spare = parts.keys() - set(page.get_identifiers())
    if spare:
        raise ValueError(f"{file} has no place for {', '.join(sorted(spare))}")
    return page.substitute(parts)


def _picture(chapters: Chapters, what: str, described: str) -> str:
    """Embed a picture for wide and narrow screens in both themes; the reader's screen chooses."""
    sources = "".join(
        f'<source media="{_media(dark, narrow)}" srcset="{_as_url(chapters.inside[what, dark, narrow])}">'
        for dark, narrow in ((True, True), (True, False), (False, True))
    )
    plain = _as_url(chapters.inside[what, False, False])
    return f'<picture>{sources}<img src="{plain}" alt="{html_text(described)}"></picture>'


def _media(dark: bool, narrow: bool) -> str:
    """Say which screens a picture is for; paper gets the wide light one."""
    return " and ".join(["screen", *["(prefers-color-scheme: dark)"] * dark, *["(max-width: 34rem)"] * narrow])


def _as_url(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"


# ---- Tables ----------------------------------------------------------------------------------------------------


def example_rows(found: Iterable[Example], *, html: bool) -> str:
    """Write the rows of the worked examples."""
    rows = [(_minus(row.z), row.value, row.slope) for row in found]
    if not html:
        return _markdown_rows(rows)
    return "\n".join(
        f'<tr><th scope="row" class="right">{z}</th><td>{_digits(value)}</td><td>{_digits(slope)}</td></tr>'
        for z, value, slope in rows
    )


def loss_rows(found: Iterable[Loss], *, html: bool) -> str:
    """Write the rows that say where each format loses the slope."""
    rows = [
        (row.dtype, *(f"{z:.5g}" for z in (row.dies, row.dies_at_best)), f"{row.kernel_there:.3g}", f"{row.ends:.5g}")
        for row in found
    ]
    if not html:
        return _markdown_rows(rows)
    return "\n".join(
        f'<tr><th scope="row"><code>{dtype}</code></th><td class="right lost">{dies}</td>'
        f'<td class="right lost">{best}</td><td class="right kept">{power_of_ten(slope)}</td>'
        f'<td class="right kept">{ends}</td></tr>'
        for dtype, dies, best, slope, ends in rows
    )


def _markdown_rows(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")


def _digits(text: str) -> str:
    """Set a decimal number for reading: groups of five digits after the point, and a power of ten as one."""
    head, _, exponent = text.partition("e")
    whole, point, rest = head.partition(".")
    groups = "\N{NARROW NO-BREAK SPACE}".join(rest[at : at + 5] for at in range(0, len(rest), 5))
    return _minus(whole) + point + groups + (power_of_ten(f"e{exponent}") if exponent else "")


def power_of_ten(text: str) -> str:
    """Write 5.96e-08 with a multiplication sign and an exponent."""
    head, _, exponent = text.partition("e")
    return f"{_minus(head)}\u2009×\u200910<sup>{_minus(str(int(exponent)))}</sup>" if exponent else _minus(head)
