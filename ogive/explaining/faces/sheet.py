"""The faces of a sheet of properties: text, Markdown, HTML with MathML, plain data; and plain data read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ogive._sinks import html_text
from ogive.explaining.faces.saved import Saved
from ogive.explaining.records.derivation import OWN_LIMITS
from ogive.explaining.records.sheet import Properties, Property, Sentence, in_unicode
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import parse, to_latex, to_mathml, to_text, to_unicode
from ogive.expressions.tree import Node, Symbol

if TYPE_CHECKING:
    from ogive.expressions import Functions

__all__ = ["SheetFormatError", "data_of_sheet", "html_of_sheet", "markdown_of_sheet", "sheet_from", "text_of_sheet"]

_FORMAT: Final = "ogive-properties-2"


class SheetFormatError(ValueError):
    """A file that is not a sheet of properties; the message says what is wrong with it."""


_SAVED: Final = Saved(_FORMAT, 5_000_000, "sheet of properties", "sheet", SheetFormatError)


def text_of_sheet(sheet: Properties) -> str:
    """Write the sheet as Unicode text."""
    width = max((len(item.name) for item in sheet.items), default=0)
    lines = [sheet.title, f"  {to_unicode(sheet.subject, sheet.functions)}", ""]
    for item in sheet.items:
        lines.append(f"  {item.name:<{width}}  {item.statement}")
        if item.why:
            lines.append(f"  {'':<{width}}    because {item.reason}")
    lines += [f"\nNote: {in_unicode(note, sheet.functions)}" for note in sheet.notes]
    return "\n".join(lines) + "\n"


def markdown_of_sheet(sheet: Properties) -> str:
    """Write the sheet as Markdown with LaTeX formulas between dollar signs."""
    lines = [f"## {sheet.title}", "", f"$${to_latex(sheet.subject, sheet.functions)}$$", ""]
    lines += ["| property | statement | reason |", "| --- | --- | --- |"]
    for item in sheet.items:
        cells = (item.name, _marked(item.words, sheet.functions), _marked(item.why, sheet.functions))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += [f"\n> {_marked(note, sheet.functions)}" for note in sheet.notes]
    return "\n".join(lines) + "\n"


def html_of_sheet(sheet: Properties) -> str:
    """Write the sheet as a fragment of HTML, with formulas in MathML."""
    rows = "".join(
        f'<tr class="{"proved" if item.proved else "unknown"}"><th scope="row">{html_text(item.name)}</th>'
        f"<td>{_html(item.words, sheet.functions)}</td><td>{_html(item.why, sheet.functions)}</td></tr>\n"
        for item in sheet.items
    )
    notes = "".join(f'<p class="note">{_html(note, sheet.functions)}</p>\n' for note in sheet.notes)
    return (
        f'<section class="properties">\n<h3>{html_text(sheet.title)}</h3>\n'
        f"<p>{to_mathml(sheet.subject, sheet.functions)}</p>\n<table>\n"
        "<thead><tr><th>property</th><th>statement</th><th>reason</th></tr></thead>\n"
        f"<tbody>\n{rows}</tbody>\n</table>\n{notes}</section>\n"
    )


def data_of_sheet(sheet: Properties) -> dict[str, Any]:
    """Return the sheet as plain data, certificates included; a formula is an object that says so."""
    return {
        "format": _FORMAT,
        "title": sheet.title,
        "expression": to_text(sheet.subject),
        "variable": sheet.variable,
        "items": [
            {
                "name": item.name, "statement": item.statement, "reason": item.reason, "proved": item.proved,
                "words": _data_of(item.words), "why": _data_of(item.why), "certificate": item.certificate,
            }
            for item in sheet.items
        ],
        "notes": [_data_of(note) for note in sheet.notes],
    }  # fmt: skip


def _data_of(sentence: Sentence) -> list[Any]:
    return [part if isinstance(part, str) else {"formula": to_text(part)} for part in sentence]


# ---- Reading -----------------------------------------------------------------------------------------------------


def sheet_from(text: str) -> Properties:
    """Read a sheet; nothing in it is believed before the checker has confirmed it.

    Raises
    ------
    SheetFormatError
        If the text is not JSON, or not a sheet.
    """
    return _SAVED.read(text, _read)


def _read(record: dict[str, Any]) -> Properties:
    name = record["variable"]
    if not isinstance(name, str) or parse(name) != Symbol(name) or name in VOCABULARY:
        raise ValueError(f"the variable cannot be called {name!r}")
    notes = tuple(_sentence_from(note, name) for note in record.get("notes", ()))
    items = tuple(_item_from(item, name) for item in record["items"])
    return Properties(str(record["title"]), _tree(record["expression"], name), name, items, notes, VOCABULARY)


def _tree(text: Any, name: str) -> Node:
    tree = parse(text, functions=VOCABULARY, names=(name,), limits=OWN_LIMITS)
    if to_text(tree) != text:
        raise ValueError(f"{text!r} could be misread")
    return tree


def _sentence_from(parts: Any, name: str) -> Sentence:
    return tuple(part if isinstance(part, str) else _tree(part["formula"], name) for part in parts)


def _item_from(record: dict[str, Any], name: str) -> Property:
    certificate, proved = record["certificate"], record["proved"]
    if not isinstance(certificate, dict) or not isinstance(proved, bool):
        raise TypeError("a certificate is an object, and 'proved' is true or false")
    words, why = (_sentence_from(record[key], name) for key in ("words", "why"))
    item = Property(str(record["name"]), words, why, certificate, proved, VOCABULARY)
    if (item.statement, item.reason) != (record["statement"], record["reason"]):
        raise ValueError(f"the words of {item.name!r} are not its statement and reason")
    return item


def _marked(sentence: Sentence, functions: Functions) -> str:
    return "".join(part if isinstance(part, str) else f"${to_latex(part, functions)}$" for part in sentence)


def _html(sentence: Sentence, functions: Functions) -> str:
    return "".join(html_text(part) if isinstance(part, str) else to_mathml(part, functions) for part in sentence)
