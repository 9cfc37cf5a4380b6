"""The tour as one page of HTML that needs no network, and as Markdown."""

from __future__ import annotations

import base64
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ogive.precision import Loss
    from ogive.tour.story import Example

__all__ = ["example_rows", "fill", "loss_rows", "picture_element", "power_of_ten", "template"]


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


def picture_element(light: bytes, dark: bytes, described: str) -> str:
    """Embed an SVG picture in both themes; the reader's screen chooses, and paper gets the light one."""
    return (
        f'<picture><source media="screen and (prefers-color-scheme: dark)" srcset="{_as_url(dark)}">'
        f'<img src="{_as_url(light)}" width="720" height="430" alt="{escape(described)}"></picture>'
    )


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
