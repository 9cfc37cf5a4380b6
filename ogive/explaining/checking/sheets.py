"""Checking a sheet of properties: every sentence against a table of variation that is made anew.

The checker reads the function, the words and the certificate. It takes from the certificate only closed numbers to
try; what the certificate claims of pieces, zeros and signs must be what is found, and the sentence what follows from
it. It shares no code with what writes sheets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, final

from ogive.explaining.checking.forms import UnknownError
from ogive.explaining.checking.line import End, Point
from ogive.explaining.checking.meaning import equal
from ogive.explaining.checking.sentences import STATEMENTS, mirrored, other_symmetry
from ogive.explaining.checking.variation import Variation
from ogive.explaining.checking.wording import Slot, contradicts, says
from ogive.expressions import ExpressionError, parse, to_text
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.explaining.records.sheet import Properties, Property

__all__ = ["Finding", "certified", "check_sheet"]

_FAILURES: Final = (ArithmeticError, LookupError, TypeError, ValueError, RecursionError)
_MOST_HINTS: Final = 60


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """What is found of one statement: ``"proven"``, ``"not proven"`` or ``"false"``, and why it is not proven."""

    name: str
    status: str
    problem: str = ""

    @property
    def proven(self) -> bool:
        """Whether it is proven."""
        return self.status == "proven"


def check_sheet(sheet: Properties) -> tuple[Finding, ...]:
    """Check every statement of a sheet; one that says itself that it is not proven is left out."""
    claimed = [item for item in sheet.items if item.proved]
    try:
        study = _study(sheet)
    except _FAILURES as error:
        return tuple(Finding(item.name, "not proven", str(error)) for item in claimed)
    names = [item.name for item in sheet.items]
    return tuple(
        _found(study, item)
        if names.count(item.name) == 1
        else Finding(item.name, "not proven", "the statement is there more than once")
        for item in claimed
    )


def certified(sheet: Properties) -> Properties:
    """Return the sheet with every statement that is not confirmed marked as not proven."""
    open_ = {each.name for each in check_sheet(sheet) if not each.proven}
    items = tuple(
        replace(item, proved=False, words=(*item.words, " (not proven)")) if item.name in open_ else item
        for item in sheet.items
    )
    return replace(sheet, items=items)


def _study(sheet: Properties) -> Variation:
    tree, order = sheet.subject, 0
    if isinstance(tree, t.Derivative) and tree.variable.name == sheet.variable:
        tree, order = tree.body, 1
    if not t.symbols(tree) <= {sheet.variable}:
        raise UnknownError("it holds other symbols than its variable")
    hints: list[t.Node] = []
    for item in sheet.items:
        hints += [word for word in item.words if not isinstance(word, str) and not t.symbols(word)]
        hints += _numbers(item.certificate)
    return Variation(sheet.functions, tree, sheet.variable, order, list(dict.fromkeys(hints))[:_MOST_HINTS])


def _numbers(certificate: Any) -> Iterator[t.Node]:
    """Yield the closed numbers that a certificate names as ends and zeros."""
    if not isinstance(certificate, dict):
        return
    parts = certificate.get("parts")
    for part in parts if isinstance(parts, list) else []:
        yield from _numbers(part)
    texts = [text for chart in _listed(certificate, "charts") for text in (*chart["interval"], *chart["roots"])]
    texts += [text for pair in _listed(certificate, "pieces") for text in pair if isinstance(pair, list)]
    for text in texts:
        if isinstance(text, str) and "oo" not in text and not text.startswith("["):
            try:
                yield parse(text)
            except ExpressionError:
                continue


def _listed(certificate: dict[str, Any], key: str) -> list[Any]:
    found = certificate.get(key)
    return found if isinstance(found, list) else []


def _found(study: Variation, item: Property) -> Finding:
    if item.name not in STATEMENTS:
        return Finding(item.name, "not proven", "there is no statement of this name")
    try:
        if not _supported(study, item.certificate):
            return Finding(item.name, "not proven", "its certificate says something else than is found")
        expected = STATEMENTS[item.name](study)
        right = says(item.words, expected, study.name)
        if not right and item.name == "symmetry":
            right = other_symmetry(study, item.words)
    except _FAILURES as error:
        return Finding(item.name, "not proven", f"the checker could not confirm it ({error})")
    if right:
        return Finding(item.name, "proven")
    try:
        wrong = contradicts(item.words, expected, study.name)
    except _FAILURES:
        wrong = False
    return Finding(item.name, "false" if wrong else "not proven", "the checker finds something else")


# ---- Certificates ------------------------------------------------------------------------------------------------


def _supported(study: Variation, certificate: dict[str, Any]) -> bool:
    """Tell whether all that a certificate says is so; one that says nothing supports nothing."""
    match certificate:
        case {"method": "signs", "charts": [*charts]} if charts:
            return len(charts) == len(study.pieces) and all(
                _is_chart(study, at, each) for at, each in enumerate(charts)
            )
        case {"method": "pieces", "pieces": [*pieces]} if pieces:
            return len(pieces) == len(study.pieces) and all(
                _is_piece(study, at, each) for at, each in enumerate(pieces)
            )
        case {"method": "ends", "ends": [*ends]} if ends:
            wanted = [
                end for part in study.parts() for end in (study.pieces[part.first].low, study.pieces[part.last].high)
            ]
            return len(ends) == len(wanted) and all(_is_end(study, *pair) for pair in zip(ends, wanted, strict=True))
        case {"method": "mirror", "centre": str(centre), "sign": int(way), "offset": str(offset)}:
            return mirrored(study, parse(centre), way, parse(offset))
        case {"method": "no-mirror"}:
            return not any(mirrored(study, t.ZERO, way, t.ZERO) for way in (1, -1))
        case {"method": "identity", "left": str(left), "right": str(right), "variable": str(name)}:
            sides = [parse(text, names=(name,)) for text in (left, right)]
            return equal(sides[0], sides[1], (), study.functions)
        case {"method": "all", "parts": [*parts]} if parts:
            return all(isinstance(part, dict) and _supported(study, part) for part in parts)
    return False


def _is_chart(study: Variation, at: int, claim: Any) -> bool:
    chart = study.chart(at, int(claim["order"]) - study.order)
    zeros, signs = claim["roots"], list(claim["signs"])
    if len(zeros) != len(chart.zeros) or signs != list(chart.signs) or claim["variable"] != study.name:
        return False
    return _is_piece(study, at, claim["interval"]) and all(
        _is_end(study, text, zero) for text, zero in zip(zeros, chart.zeros, strict=True)
    )


def _is_piece(study: Variation, at: int, claim: Any) -> bool:
    low, high = claim
    return _is_end(study, low, study.pieces[at].low) and _is_end(study, high, study.pieces[at].high)


def _is_end(study: Variation, text: Any, end: End) -> bool:
    """Tell whether a text names an end: exactly, or by an interval that has a point in common with it."""
    if not isinstance(text, str):
        return False
    if text in ("oo", "-oo") or not isinstance(end, Point):
        return text == to_text_of(end)
    if text.startswith("["):
        low, high = (t.number(parse(part)) for part in text[1:-1].split(","))
        return low is not None and high is not None and low <= end.high and end.low <= high
    return Slot(study, ends=(end,)).holds(parse(text))


def to_text_of(end: End) -> str:
    """Write an end as certificates do."""
    if isinstance(end, Point):
        return to_text(end.closed) if end.closed is not None else f"[{end.low}, {end.high}]"
    return "oo" if end > 0 else "-oo"
