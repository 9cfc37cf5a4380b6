"""A workshop for false derivations: lines and rules in, and out comes one that looks as honest as it can be made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ogive.explaining import Derivation
from ogive.explaining.moves.rules import GROUPS, conditions_of
from ogive.explaining.records.steps import Certificate, Step
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import parse
from ogive.expressions import tree as t

Move = tuple[str, tuple[int, ...], str, Mapping[str, str]]
"""A rule, where it is applied, what it is said to make there, and what it binds."""

NAMES = tuple("abcghknpqrstuvwxyz")


def read(text: str, names: Sequence[str] = NAMES) -> t.Node:
    return parse(text, functions=VOCABULARY, names=names)


def step(at: str, line: t.Node, move: Move) -> Step:
    rule, path, new, bindings = move
    old = t.subtree(line, path)
    return Step(
        id=at,
        rule=rule,
        bindings=tuple((name, read(meaning)) for name, meaning in bindings.items()),
        before=line,
        after=t.replace_at(line, path, read(new)),
        path=path,
        conditions=conditions_of(rule, old, VOCABULARY),
        substeps=(),
        level=GROUPS.get(rule, 4),
        certificate=Certificate("definition" if rule == "definition-of-derivative" else "normal-form"),
    )


def forged(
    expression: str, moves: Sequence[Move], result: str, *, variable: str = "x", order: int = 1, first: str = ""
) -> Derivation:
    """Build a derivation by moves that nobody has checked; it claims to hold everywhere."""
    line: t.Node = read(expression)
    for _ in range(order):
        line = t.Derivative(line, t.Symbol(variable))
    line = read(first) if first else line
    start, steps = line, []
    for at, move in enumerate(moves, start=1):
        steps.append(step(str(at), line, move))
        line = steps[-1].after
    root = Step(
        id="0",
        rule="derive",
        bindings=(),
        before=start,
        after=line,
        path=(),
        conditions=(),
        substeps=tuple(steps),
        level=0,
        certificate=Certificate("steps"),
    )
    return Derivation(
        expression=read(expression),
        variable=variable,
        order=order,
        root=root,
        result=result,
        conditions=(),
        route="rules",
        detail=2,
        functions=VOCABULARY,
    )


def with_certificates(derivation: Derivation) -> Derivation:
    """The same with the certificates and conditions that the checker would write: what a clever forger copies."""
    return derivation.certified()


def without_conditions(derivation: Derivation) -> Derivation:
    return replace(derivation.certified(), conditions=())


def record_of(derivation: Derivation) -> dict[str, object]:
    record: dict[str, object] = json.loads(derivation.to_json())
    return record


def steps_of(root: Step, place: tuple[int, ...] = ()) -> list[tuple[tuple[int, ...], Step]]:
    found = [(place, root)]
    for at, part in enumerate(root.substeps):
        found += steps_of(part, (*place, at))
    return found


def with_step(root: Step, place: tuple[int, ...], new: Step) -> Step:
    if not place:
        return new
    parts = list(root.substeps)
    parts[place[0]] = with_step(parts[place[0]], place[1:], new)
    return replace(root, substeps=tuple(parts))
