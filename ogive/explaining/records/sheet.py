"""The record of what is known of a function: a sheet of statements, each with its proof."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, final

from ogive._bells import ring
from ogive.expressions import ELEMENTARY, Functions, to_text, to_unicode

if TYPE_CHECKING:
    from ogive.expressions.tree import Node

__all__ = ["Properties", "Property", "Sentence", "in_unicode"]

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
        Whether the checker confirms it. A statement that it does not confirm ends in "(not proven)"; where none was
        found it is "unknown".
    certificate
        Pieces, zeros and signs on which the statement rests; empty where nothing is proved. The checker finds all of
        them again (`ogive.explaining.checking.sheets`).
    words, why
        Statement and reason as words and formulas. The reason tells how the statement was found; it is not checked.
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
        return in_unicode(self.words, self.functions)

    @property
    def reason(self) -> str:
        """The reason as Unicode text."""
        return in_unicode(self.why, self.functions)


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
        """Check every statement that says it is proved; return the names of those that are not confirmed."""
        found = ring("ogive.explaining.checking.sheets", "check_sheet", self)
        return tuple(each.name for each in found if not each.proven)

    def certified(self) -> Properties:
        """Return the same sheet; statements that the checker does not confirm are marked as not proven."""
        sheet: Properties = ring("ogive.explaining.checking.sheets", "certified", self)
        return sheet

    # ---- Faces ----

    def to_text(self) -> str:
        """Write the sheet as Unicode text."""
        return str(ring("ogive.explaining.faces.sheet", "text_of_sheet", self))

    def to_markdown(self) -> str:
        """Write the sheet as Markdown with LaTeX formulas between dollar signs."""
        return str(ring("ogive.explaining.faces.sheet", "markdown_of_sheet", self))

    def to_html(self) -> str:
        """Write the sheet as a fragment of HTML, with formulas in MathML."""
        return str(ring("ogive.explaining.faces.sheet", "html_of_sheet", self))

    def to_dict(self) -> dict[str, Any]:
        """Return the sheet as plain data, certificates included."""
        data: dict[str, Any] = ring("ogive.explaining.faces.sheet", "data_of_sheet", self)
        return data

    def to_json(self) -> str:
        """Write the sheet as JSON, certificates included; `from_json` reads it back and `ogive check` checks it."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str) -> Properties:
        """Read a sheet that `to_json` wrote; nothing in it is believed before `check` confirms it.

        Raises
        ------
        SheetFormatError
            If the text is not a sheet.

        Examples
        --------
        >>> import ogive as og
        >>> sheet = og.properties("x^2")
        >>> type(sheet).from_json(sheet.to_json()).check()
        ()
        """
        sheet: Properties = ring("ogive.explaining.faces.sheet", "sheet_from", text)
        return sheet

    def _repr_html_(self) -> str:
        return self.to_html()


def in_unicode(sentence: Sentence, functions: Functions) -> str:
    """Write words and formulas as Unicode text."""
    return "".join(part if isinstance(part, str) else to_unicode(part, functions) for part in sentence)
