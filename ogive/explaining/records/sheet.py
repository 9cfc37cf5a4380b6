"""The record of what is known of a function, and its faces: text, Markdown, HTML with MathML, JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias, final

from ogive.expressions import ELEMENTARY, Functions, to_latex, to_mathml, to_text, to_unicode

if TYPE_CHECKING:
    from ogive.expressions.tree import Node

__all__ = ["Properties", "Property", "Sentence"]

Sentence: TypeAlias = tuple["str | Node", ...]
"""Words and formulas in turn."""


@final
@dataclass(frozen=True, slots=True)
class Property:
    """One statement about a function, its reason, and a certificate that can be checked again.

    Attributes
    ----------
    name
        What is stated: ``"range"``, ``"symmetry"``, ``"limit at +oo"``, ...
    proved
        Whether the certificate proves it. Where no proof was found the statement says that it is unknown, and why.
    certificate
        Data from which `ogive.explaining.checking.kernel_of_proofs` checks the statement again; empty where nothing
        is proved.
    words, why
        Statement and reason as words and formulas.
    """

    name: str
    words: Sentence
    why: Sentence = ()
    certificate: dict[str, Any] = field(default_factory=dict, compare=False)
    proved: bool = True
    functions: Functions = field(default_factory=lambda: ELEMENTARY, repr=False, compare=False)

    @property
    def statement(self) -> str:
        """The statement as Unicode text."""
        return _text(self.words, self.functions)

    @property
    def reason(self) -> str:
        """The reason as Unicode text."""
        return _text(self.why, self.functions)


@final
@dataclass(frozen=True, slots=True)
class Properties:
    """What is known of a function, one statement after another, each with its proof.

    Attributes
    ----------
    title
        What the sheet is about, in words.
    subject
        The function as a tree.
    variable
        Its variable.
    items
        The statements.
    notes
        What a reader of other texts should know, such as where a common one is wrong.
    """

    title: str
    subject: Node
    variable: str
    items: tuple[Property, ...]
    notes: tuple[Sentence, ...] = ()
    functions: Functions = field(default_factory=lambda: ELEMENTARY, repr=False, compare=False)

    def __getitem__(self, name: str) -> Property:
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(f"there is no property {name!r}; there are {', '.join(item.name for item in self.items)}")

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        proved = sum(item.proved for item in self.items)
        return f"<properties of {to_text(self.subject)}: {proved} of {len(self.items)} proved>"

    def check(self) -> tuple[str, ...]:
        """Check every certificate again; return the names of the statements whose proof does not hold."""
        from ogive.explaining.checking.kernel_of_proofs import check_certificate

        return tuple(item.name for item in self.items if item.proved and not check_certificate(item.certificate))

    def to_text(self) -> str:
        """Write the sheet as Unicode text."""
        width = max((len(item.name) for item in self.items), default=0)
        lines = [self.title, f"  {to_unicode(self.subject, self.functions)}", ""]
        for item in self.items:
            lines.append(f"  {item.name:<{width}}  {item.statement}")
            if item.why:
                lines.append(f"  {'':<{width}}    because {item.reason}")
        lines += [f"\nNote: {_text(note, self.functions)}" for note in self.notes]
        return "\n".join(lines) + "\n"

    def to_markdown(self) -> str:
        """Write the sheet as Markdown with LaTeX formulas between dollar signs."""
        lines = [f"## {self.title}", "", f"$${to_latex(self.subject, self.functions)}$$", ""]
        lines += ["| property | statement | reason |", "| --- | --- | --- |"]
        for item in self.items:
            cells = (item.name, self._marked(item.words), self._marked(item.why))
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines += [f"\n> {self._marked(note)}" for note in self.notes]
        return "\n".join(lines) + "\n"

    def to_html(self) -> str:
        """Write the sheet as a fragment of HTML, with formulas in MathML."""
        rows = "".join(
            f'<tr class="{"proved" if item.proved else "unknown"}"><th scope="row">{escape(item.name)}</th>'
            f"<td>{self._html(item.words)}</td><td>{self._html(item.why)}</td></tr>\n"
            for item in self.items
        )
        notes = "".join(f'<p class="note">{self._html(note)}</p>\n' for note in self.notes)
        return (
            f'<section class="properties">\n<h3>{escape(self.title)}</h3>\n'
            f"<p>{to_mathml(self.subject, self.functions)}</p>\n<table>\n"
            "<thead><tr><th>property</th><th>statement</th><th>reason</th></tr></thead>\n"
            f"<tbody>\n{rows}</tbody>\n</table>\n{notes}</section>\n"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the sheet as plain data, certificates included."""
        return {
            "format": "ogive-properties-1",
            "title": self.title,
            "expression": to_text(self.subject),
            "variable": self.variable,
            "items": [
                {
                    "name": item.name, "statement": item.statement, "reason": item.reason, "proved": item.proved,
                    "certificate": item.certificate,
                }
                for item in self.items
            ],
            "notes": [_text(note, self.functions) for note in self.notes],
        }  # fmt: skip

    def to_json(self) -> str:
        """Write the sheet as JSON, certificates included."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n"

    def _repr_html_(self) -> str:
        return self.to_html()

    def _marked(self, sentence: Sentence) -> str:
        return "".join(part if isinstance(part, str) else f"${to_latex(part, self.functions)}$" for part in sentence)

    def _html(self, sentence: Sentence) -> str:
        return "".join(
            escape(part, quote=False) if isinstance(part, str) else to_mathml(part, self.functions)
            for part in sentence
        )


def _text(sentence: Sentence, functions: Functions) -> str:
    return "".join(part if isinstance(part, str) else to_unicode(part, functions) for part in sentence)
