"""The properties as a list for reading: what holds, and below it why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive._sinks import html_text
from ogive.expressions import to_mathml

if TYPE_CHECKING:
    from ogive.explaining.records.sheet import Properties, Property, Sentence
    from ogive.expressions import Functions

__all__ = ["facts_of", "summary"]


def facts_of(properties: Properties) -> str:
    """Write every property with its reason, and the notes below them."""
    facts = "\n".join(_fact(item) for item in properties.items)
    notes = "\n".join(
        f'<p class="note">{_capital(_sentence(note, properties.functions))}</p>' for note in properties.notes
    )
    return f'<dl class="facts">\n{facts}\n</dl>\n{notes}'


def summary(properties: Properties) -> str:
    """Say how many there are, and how many of them are proved."""
    proved = sum(item.proved for item in properties.items)
    return f"{len(properties.items)} properties with their reasons, {proved} of them proved"


def _fact(item: Property) -> str:
    mark = '<span class="proof">✓ proved</span>' if item.proved else '<span class="open">not proved</span>'
    return (
        f'<div><dt><span class="kind">{html_text(item.name)}</span> {_sentence(item.words, item.functions)}</dt>'
        f"<dd>{_sentence(item.why, item.functions)}{mark}</dd></div>"
    )


def _sentence(parts: Sentence, functions: Functions) -> str:
    """Write words and formulas, the first word with a capital unless it is a letter of the formulas."""
    text = "".join(_words(part) if isinstance(part, str) else to_mathml(part, functions) for part in parts)
    return _capital(text) if text[:2].isalpha() else text


def _words(text: str) -> str:
    return html_text(text).replace("-∞", "\N{MINUS SIGN}∞")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
