"""A derivation as a strip of SVG frames: one frame per line, formulas drawn from the boxes of the layout.

No font is measured: every word is given the width that the layout reckons with, by ``textLength``, so the picture is
the same everywhere and its bytes never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from ogive._sinks import html_text
from ogive.explaining.faces.lines import first_line, lines_of, where, written
from ogive.expressions import layout as boxes
from ogive.expressions import to_unicode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.explaining.records.derivation import Derivation
    from ogive.expressions.tree import Node

__all__ = ["svg_of"]

_SIZE: Final = 24.0  # of letters, in pixels
_SMALL: Final = 0.7  # what a script is to its base
_MARGIN: Final = 24.0
_REASON: Final = 15.0
_ASCENT, _DESCENT = 0.75, 0.25  # of the size, above and below the base line
_AXIS: Final = 0.28  # height of a fraction bar above the base line
_STYLE: Final = (
    "<style>text{font-family:'Latin Modern Math','STIX Two Math','Cambria Math',serif;fill:currentColor}"
    ".i{font-style:italic}.why{font-family:sans-serif;opacity:.7}"
    "path,line{stroke:currentColor;fill:none;stroke-width:1.3}rect{fill:none;stroke:currentColor;opacity:.2}</style>"
)


def svg_of(derivation: Derivation) -> str:
    """Draw a derivation as frames below each other, each a line with its reason."""
    frames = [_frame(derivation, "", first_line(derivation), "")]
    lines = list(lines_of(derivation))
    for line in lines:
        parts = line.reason
        if line is lines[-1] and derivation.conditions:
            parts = (*parts, "; ", *where(derivation))
        why = written(parts, lambda tree: to_unicode(tree, derivation.functions))
        frames.append(_frame(derivation, line.sign, line.tree, why))
    width = max(frame.width for frame in frames) + 2 * _MARGIN
    drawn, y = [], 0.0
    for frame in frames:
        drawn.append(f'<g transform="translate(0 {_n(y)})">{frame.boxed(width)}</g>')
        y += frame.height
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(y)}" role="img">'
    title = f"<title>{html_text(to_unicode(first_line(derivation), derivation.functions))}</title>"
    return f"{head}{title}{_STYLE}\n" + "\n".join(drawn) + "\n</svg>\n"


@final
@dataclass(frozen=True, slots=True)
class _Frame:
    width: float
    height: float
    content: str

    def boxed(self, width: float) -> str:
        rect = f'<rect x="4" y="4" width="{_n(width - 8)}" height="{_n(self.height - 8)}" rx="6"/>'
        return rect + self.content


def _frame(derivation: Derivation, sign: str, tree: Node, why: str) -> _Frame:
    marks = (boxes.Mark(sign),) if sign else ()
    formula = _drawn(boxes.Row((*marks, boxes.layout(tree, derivation.functions))), _SIZE)
    top = _MARGIN + (_REASON + 8 if why else 0)
    reason = (
        f'<text class="why" x="{_n(_MARGIN)}" y="{_n(_MARGIN + 6)}" font-size="{_n(_REASON)}">{html_text(why)}</text>'
    )
    height = top + formula.above + formula.below + _MARGIN
    content = (reason if why else "") + formula.at(_MARGIN, top + formula.above)
    return _Frame(max(formula.width, len(why) * _REASON * 0.55), height, content)


# ---- Boxes with a size -------------------------------------------------------------------------------------------


@final
@dataclass(frozen=True, slots=True)
class _Drawn:
    """A picture around the point where its base line begins."""

    width: float
    above: float
    below: float
    content: str

    def at(self, x: float, y: float) -> str:
        return f'<g transform="translate({_n(x)} {_n(y)})">{self.content}</g>' if x or y else self.content


def _drawn(box: boxes.Box, size: float) -> _Drawn:
    match box:
        case boxes.Word(kind, text):
            return _text(text, size, italic=kind == "symbol" and len(text) == 1)
        case boxes.Mark(text):
            return _text(text, size)
        case boxes.Row(parts):
            return _side_by_side([each for at, part in enumerate(parts) for each in _spaced(part, at, size)])
        case boxes.Fraction(top, bottom):
            return _fraction(_drawn(top, size), _drawn(bottom, size), size)
        case boxes.Scripts(base, above, below):
            return _scripts(_drawn(base, size), above, below, size)
        case boxes.Root(body):
            return _root(_drawn(body, size), size)
        case boxes.Fence(opening, body, closing):
            return _fenced(opening, _drawn(body, size), closing, size)
        case boxes.Cases(rows):
            return _cases([[_drawn(value, size), _drawn(when, size)] for value, when in rows], size)


def _text(text: str, size: float, *, italic: bool = False) -> _Drawn:
    width = sum(0.35 if letter in "(),.|′'[]" else 0.55 for letter in text) * size
    style = ' class="i"' if italic else ""
    content = f'<text{style} font-size="{_n(size)}" textLength="{_n(width)}">{html_text(text)}</text>'
    return _Drawn(width, _ASCENT * size, _DESCENT * size, content)


def _spaced(part: boxes.Box, at: int, size: float) -> list[_Drawn]:
    """Draw a part of a row, a sign between two parts with space on both sides."""
    drawn = _drawn(part, size)
    between = isinstance(part, boxes.Mark) and part.text in "+−=⇒→<>≤≥≠" and (at > 0 or part.text in "=⇒")
    return [_space(size), drawn, _space(size)] if between else [drawn]


def _space(size: float) -> _Drawn:
    return _Drawn(0.25 * size, 0, 0, "")


def _side_by_side(parts: Sequence[_Drawn]) -> _Drawn:
    x, content = 0.0, ""
    for part in parts:
        content += part.at(x, 0) if part.content else ""
        x += part.width
    return _Drawn(x, max(part.above for part in parts), max(part.below for part in parts), content)


def _fraction(top: _Drawn, bottom: _Drawn, size: float) -> _Drawn:
    width, axis, gap = max(top.width, bottom.width) + 0.3 * size, _AXIS * size, 0.18 * size
    up, down = axis + gap + top.below, -axis + gap + bottom.above
    bar = f'<line x1="0" x2="{_n(width)}" y1="{_n(-axis)}" y2="{_n(-axis)}"/>'
    content = top.at((width - top.width) / 2, -up) + bar + bottom.at((width - bottom.width) / 2, down)
    return _side_by_side([_thin(size), _Drawn(width, up + top.above, down + bottom.below, content), _thin(size)])


def _thin(size: float) -> _Drawn:
    return _Drawn(0.08 * size, 0, 0, "")


def _scripts(base: _Drawn, above: boxes.Box | None, below: boxes.Box | None, size: float) -> _Drawn:
    content, width, up, down = base.content, base.width, base.above, base.below
    if above is not None:
        raised = _drawn(above, size * _SMALL)
        lift = max(base.above - 0.3 * size, 0.35 * size) + raised.below
        content += raised.at(base.width, -lift)
        width, up = base.width + raised.width, max(up, lift + raised.above)
    if below is not None:
        lowered = _drawn(below, size * _SMALL)
        content += lowered.at(base.width, 0.25 * size)
        width, down = max(width, base.width + lowered.width), max(down, 0.25 * size + lowered.below)
    return _Drawn(width + 0.05 * size, up, down, content)


def _root(body: _Drawn, size: float) -> _Drawn:
    sign, top = 0.6 * size, body.above + 0.12 * size
    points = (
        f"M0 {_n(-0.3 * size)} L{_n(sign * 0.5)} {_n(body.below)} L{_n(sign)} {_n(-top)} H{_n(sign + body.width)}"
    )
    return _Drawn(sign + body.width, top + 2, body.below, f'<path d="{points}"/>' + body.at(sign, 0))


def _fenced(opening: str, body: _Drawn, closing: str, size: float) -> _Drawn:
    left, right = (_bracket(mark, body, size) for mark in (opening, closing))
    return _side_by_side([left, body, right])


def _bracket(mark: str, body: _Drawn, size: float) -> _Drawn:
    """Draw a bracket as tall as what it holds."""
    width, top, bottom = 0.36 * size, -body.above, body.below
    near, far, middle = 0.7 * width, 0.25 * width, (top + bottom) / 2
    if mark in ")]":
        near, far = far, near
    path = {
        "(": f"M{_n(near)} {_n(top)} Q{_n(far)} {_n(middle)} {_n(near)} {_n(bottom)}",
        "[": f"M{_n(near)} {_n(top)} H{_n(far)} V{_n(bottom)} H{_n(near)}",
        "|": f"M{_n(width / 2)} {_n(top)} V{_n(bottom)}",
        "{": f"M{_n(near)} {_n(top)} Q{_n(far)} {_n(top)} {_n(far)} {_n(middle)} "
        f"Q{_n(far)} {_n(bottom)} {_n(near)} {_n(bottom)}",
    }[{")": "(", "]": "["}.get(mark, mark)]
    return _Drawn(width, body.above, body.below, f'<path d="{path}"/>')


def _cases(rows: list[list[_Drawn]], size: float) -> _Drawn:
    column = max(value.width for value, _ in rows) + size
    width = column + max(when.width for _, when in rows)
    heights = [max(part.above for part in row) + max(part.below for part in row) + 0.2 * size for row in rows]
    y = -sum(heights) / 2 - _AXIS * size
    content, above = "", -y
    for (value, when), height in zip(rows, heights, strict=True):
        line = y + max(value.above, when.above)
        content += value.at(0, line) + when.at(column, line)
        y += height
    body = _Drawn(width, above, y, content)
    return _side_by_side([_bracket("{", body, size), body])


def _n(value: float) -> str:
    """Write a length with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
