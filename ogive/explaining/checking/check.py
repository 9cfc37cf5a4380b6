"""Checking a derivation or a sheet of properties, one at hand or one from a file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from ogive.explaining.checking.derivations import check_derivation
from ogive.explaining.checking.sheets import check_sheet
from ogive.explaining.records.derivation import OWN_LIMITS, Derivation
from ogive.explaining.records.sheet import Properties
from ogive.explaining.records.steps import Certificate, Step, introduced
from ogive.explaining.records.verdict import Verdict
from ogive.expressions import ExpressionError, parse
from ogive.expressions.tree import Derivative, Node, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["certified", "check", "check_finished"]


def check(derivation: Derivation | Properties | str) -> Verdict:
    """Check every step of a derivation, where it holds, and that it ends with its result; or a sheet of properties.

    Parameters
    ----------
    derivation
        A derivation or a sheet, or the JSON text of one.

    Returns
    -------
    Verdict
        True if the derivation is proven; otherwise it lists the steps that are false or without a proof. A sheet is
        proven if every statement is that it does not itself call unknown or not proven.

    Raises
    ------
    DerivationFormatError
        If the text is neither a derivation nor a sheet.
    SheetFormatError
        If it is a damaged sheet.

    Examples
    --------
    >>> import ogive as og
    >>> from ogive.explaining import check
    >>> print(check(og.explain("sigmoid").to_json()))
    proven: 26 steps, each with a proof
    """
    if isinstance(derivation, str):
        derivation = (Properties if _is_sheet(derivation) else Derivation).from_json(derivation)
    return derivation.check() if isinstance(derivation, Derivation) else _of_sheet(derivation)


def _is_sheet(text: str) -> bool:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and str(record.get("format", "")).startswith("ogive-properties")


def _of_sheet(sheet: Properties) -> Verdict:
    found = check_sheet(sheet)
    problems = tuple(f"{each.name}: {each.problem}" for each in found if each.status != "proven")
    if not found:
        problems = ("it claims nothing",)
    status = "false" if any(each.status == "false" for each in found) else "not proven" if problems else "proven"
    return Verdict(status, (), problems, ("table",) * len(found), "statements")


def check_finished(derivation: Derivation) -> Verdict:
    """Check a derivation, and that it holds where it says it does."""
    return _asked(derivation, derivation.conditions)


def certified(derivation: Derivation) -> Derivation:
    """Return a derivation with what the checker finds: how each step is proven, and where it all holds."""
    verdict = _asked(derivation, None)
    root = _with_methods(derivation.root, iter(verdict.methods)) if verdict.methods else derivation.root
    return replace(derivation, root=root, conditions=verdict.conditions)


def _asked(derivation: Derivation, claimed: tuple[Node, ...] | None) -> Verdict:
    first: Node = derivation.expression
    for _ in range(derivation.order):
        first = Derivative(first, Symbol(derivation.variable))
    names = introduced(derivation.root)
    try:
        result = parse(derivation.result, functions=derivation.functions, names=names, limits=OWN_LIMITS)
    except (ExpressionError, RecursionError) as error:
        return Verdict("not proven", problems=(f"the result cannot be read: {error}",))
    return check_derivation(derivation.root, first, result, derivation.functions, claimed)


def _with_methods(step: Step, methods: Iterator[str]) -> Step:
    if not step.substeps:
        return replace(step, certificate=Certificate(next(methods)))
    return replace(step, substeps=tuple(_with_methods(part, methods) for part in step.substeps))
