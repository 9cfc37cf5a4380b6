r"""Text that others wrote, made harmless where it is shown: one function for each place.

Names of columns, groups, files and models come from files that others made. Where they are shown, they show what they
are: characters that move the cursor, colour the terminal or turn the direction of writing are written out as Python
writes them (``\x1b``), and what a place would take for markup is text. Data stay as they are: a label in a CSV or
JSON file is the label that was read, to the character (see `csv_text`).
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["PLAIN_LABEL", "csv_text", "html_text", "json_text", "markdown", "shown"]

_WRITTEN_OUT: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Signs that stand before Arabic, Syriac and Kaithi numbers: format characters by their category, and visible.
_VISIBLE: Final = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_JOINERS: Final = "\u200c\u200d"

PLAIN_LABEL: Final[dict[str, Any]] = {"parse_math": False}
"""What Matplotlib is told beside a text that others wrote: that dollars are dollars."""


def shown(text: str, *, keep: str = "") -> str:
    """Return text for a terminal or a plain file: what cannot be seen is written out.

    Parameters
    ----------
    text
        Any text.
    keep
        Characters that stay, such as the line ends of text of several lines.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _escape(mark) if _hidden(mark, text[place - 1 : place]) and mark not in keep else mark
        for place, mark in enumerate(text)
    )


def _hidden(mark: str, before: str) -> bool:
    if unicodedata.category(mark) not in _WRITTEN_OUT or mark in _VISIBLE:
        return False
    # between letters of scripts that join them, and in pictures of several people, a joiner has its meaning
    return mark not in _JOINERS or not before or before.isascii()


def _escape(mark: str) -> str:
    return mark.encode("unicode_escape", "backslashreplace").decode()


_MARKUP: Final = re.compile(
    r"[\\`*\[\]~|$]"  # code, emphasis, links, strikethrough, cells, formulas
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis, which does not begin or end within a word
    r"|<(?=[A-Za-z/!?])|&(?=#?\w)"  # HTML and its characters
    r"|:(?=//)|(?<=www)\.|(?<=\S)@(?=\S)"  # addresses, which become links without being asked
)


def markdown(text: str) -> str:
    """Return text for a line of Markdown, as GitHub reads it: it shows itself, and holds no link and no HTML."""
    return _MARKUP.sub(r"\\\g<0>", shown(text))


def html_text(text: str) -> str:
    """Return text for HTML and SVG, between tags or within an attribute in double quotes."""
    return html.escape(shown(text), quote=False).replace('"', "&quot;")


def csv_text(columns: Mapping[str, Sequence[Any]]) -> str:
    """Return columns as the text of a CSV file.

    Labels are written as they are, also where one begins with ``=`` or ``@`` and a spreadsheet would run it as a
    formula: a table is read by programs too, which find a label by its characters. Whoever opens a stranger's
    table in a spreadsheet imports its columns as text.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()


def json_text(record: Any, *, indent: int | None = 1) -> str:
    """Return JSON text in which every character can be seen; what it stands for is the same."""
    text = json.dumps(record, ensure_ascii=False, indent=indent, allow_nan=False)
    return "".join(_json_escape(mark) if mark != "\n" and _hidden(mark, "") else mark for mark in text)


def _json_escape(mark: str) -> str:
    return json.dumps(mark)[1:-1]
