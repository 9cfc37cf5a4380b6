"""A derivation as JSON, and back. The schema is published beside this module.

Trees are written as text, which the parser reads back to the same tree; a step holds the whole line before and after,
so that a file can be checked line by line.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from ogive.explaining.faces.saved import Saved
from ogive.explaining.records.derivation import OWN_LIMITS, Derivation, checked_detail
from ogive.explaining.records.steps import Certificate, Step, introduced
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import parse, to_text
from ogive.expressions.tree import Derivative, Node, Symbol, symbols, transform, walk

__all__ = ["DerivationFormatError", "derivation_from", "json_of", "schema"]

_FORMAT: Final = "ogive-derivation-1"


class DerivationFormatError(ValueError):
    """A file that is not a derivation; the message says where it departs from the schema."""


_SAVED: Final = Saved(_FORMAT, 20_000_000, "derivation", "derivation", DerivationFormatError)


def schema() -> str:
    """Return the JSON schema of a derivation, as text."""
    return (files("ogive.explaining.faces") / "derivation.schema.json").read_text(encoding="utf-8")


# ---- Writing ---------------------------------------------------------------------------------------------------


def json_of(derivation: Derivation) -> str:
    """Write a derivation with all its steps."""
    names = sorted({*symbols(derivation.root.before), *symbols(derivation.expression), *introduced(derivation.root)})
    record = {
        "format": _FORMAT,
        "names": names,
        "depends": dict(sorted((node.name, node.of) for node in _dependent(derivation.root))),
        "expression": to_text(derivation.expression),
        "variable": derivation.variable,
        "order": derivation.order,
        "route": derivation.route,
        "detail": derivation.detail,
        "result": derivation.result,
        "conditions": [to_text(condition) for condition in derivation.conditions],
        "root": _record(derivation.root),
    }
    return json.dumps(record, indent=1, ensure_ascii=False)


def _dependent(root: Step) -> set[Symbol]:
    return {node for _, node in walk(root.before) if isinstance(node, Symbol) and node.of}


def _record(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "rule": step.rule,
        "bindings": {name: to_text(meaning) for name, meaning in step.bindings},
        "before": to_text(step.before),
        "after": to_text(step.after),
        "path": list(step.path),
        "conditions": [to_text(condition) for condition in step.conditions],
        "level": step.level,
        "certificate": {"method": step.certificate.method},
        "substeps": [_record(part) for part in step.substeps],
    }


# ---- Reading ---------------------------------------------------------------------------------------------------


def derivation_from(text: str) -> Derivation:
    """Read a derivation; nothing in it is believed before the kernel has checked it.

    Raises
    ------
    DerivationFormatError
        If the text is not JSON, or not a derivation.
    """
    return _SAVED.read(text, lambda record: _Reader(record).derivation())


def _checked_order(order: Any) -> int:
    if isinstance(order, bool) or order not in range(1, 21):
        raise ValueError(f"the order is a whole number from 1 to 20, not {order!r}")
    return int(order)


class _Reader:
    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.names = tuple(map(str, record["names"]))
        self.depends = {str(name): Symbol(str(name), str(of)) for name, of in record["depends"].items()}
        self.captures = any(name in VOCABULARY for name in self.names)
        self._trees: dict[str, Node] = {}

    def derivation(self) -> Derivation:
        record = self.record
        return Derivation(
            expression=self.tree(record["expression"]),
            variable=str(record["variable"]),
            order=_checked_order(record["order"]),
            root=self.step(record["root"]),
            result=str(record["result"]),
            conditions=tuple(map(self.tree, record.get("conditions", ()))),
            route=str(record["route"]),
            detail=checked_detail(record["detail"]),
            functions=VOCABULARY,
        )

    def tree(self, text: str) -> Node:
        if text not in self._trees:
            tree = parse(text, functions=VOCABULARY, names=self.names, limits=OWN_LIMITS)
            if self.captures and to_text(tree) != text:
                raise ValueError(f"a name of the file is that of a function, so that {text!r} could be misread")
            self._trees[text] = transform(tree, self.dependent) if self.depends else tree
        return self._trees[text]

    def dependent(self, node: Node) -> Node:
        """Say again what depends on what; the text of a tree does not."""
        if isinstance(node, Symbol):
            return self.depends.get(node.name, node)
        if isinstance(node, Derivative):
            return Derivative(node.body, self.depends.get(node.variable.name, node.variable))
        return node

    def step(self, record: dict[str, Any]) -> Step:
        return Step(
            id=str(record["id"]),
            rule=str(record["rule"]),
            bindings=tuple((str(name), self.tree(meaning)) for name, meaning in record["bindings"].items()),
            before=self.tree(record["before"]),
            after=self.tree(record["after"]),
            path=tuple(map(int, record["path"])),
            conditions=tuple(self.tree(condition) for condition in record["conditions"]),
            substeps=tuple(self.step(part) for part in record["substeps"]),
            level=int(record["level"]),
            certificate=Certificate(str(record["certificate"]["method"])),
        )
