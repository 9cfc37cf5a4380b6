"""The faces of a sheet of properties: text, Markdown, HTML with MathML, plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ogive._sinks import html_text
from ogive.explaining.records.sheet import in_unicode
from ogive.expressions import to_latex, to_mathml, to_text, to_unicode

if TYPE_CHECKING:
    from ogive.explaining.records.sheet import Properties, Sentence
    from ogive.expressions import Functions

__all__ = ["data_of_sheet", "html_of_sheet", "markdown_of_sheet", "text_of_sheet"]


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
    """Return the sheet as plain data, certificates included."""
    return {
        "format": "ogive-properties-1",
        "title": sheet.title,
        "expression": to_text(sheet.subject),
        "variable": sheet.variable,
        "items": [
            {
                "name": item.name, "statement": item.statement, "reason": item.reason, "proved": item.proved,
                "certificate": item.certificate,
            }
            for item in sheet.items
        ],
        "notes": [in_unicode(note, sheet.functions) for note in sheet.notes],
    }  # fmt: skip


def _marked(sentence: Sentence, functions: Functions) -> str:
    return "".join(part if isinstance(part, str) else f"${to_latex(part, functions)}$" for part in sentence)


def _html(sentence: Sentence, functions: Functions) -> str:
    return "".join(html_text(part) if isinstance(part, str) else to_mathml(part, functions) for part in sentence)
