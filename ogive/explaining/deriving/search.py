"""Goal-directed algebra: from a derivative to the form that was asked for, by a best-first search over moves.

Nothing here knows a derivation in advance. A move is tried where it can apply; lines that look more like the target
are continued first. The famous "add one and subtract one" appears because a numerator that lacks a term of the
denominator can be completed by it.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final, TypeAlias, final

from ogive.explaining.moves.choices import IDENTITIES, one_exponential, sorted_parts
from ogive.explaining.moves.rules import apply_rule
from ogive.explaining.moves.terms import base_and_exponent, factors, strip_sign, terms
from ogive.expressions.parser import parse
from ogive.expressions.tree import (
    ONE,
    Call,
    Constant,
    Node,
    Path,
    Power,
    Quotient,
    Sum,
    Symbol,
    children,
    integer,
    is_number,
    replace_at,
    size,
    subtree,
    transform,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ogive.expressions import Functions

__all__ = ["Goal", "Move", "find_moves", "matched_identity"]

Bindings: TypeAlias = dict[str, Node]
Move: TypeAlias = tuple[str, Path, Bindings]

# Moves without a choice that lead somewhere new; tidying by itself is done before the search.
_PLAIN: Final = (
    "cancel",
    "sign-of-product",
    "fraction-times",
    "negative-power",
    "one-factor",
    "like-terms",
    "same-denominator",
    "collect-powers",
    "power-of-reciprocal",
    "power-of-fraction",
    "flatten-product",
    "flatten-sum",
    "minus-sum",
    "distribute",
)


@final
@dataclass(frozen=True, slots=True)
class Goal:
    """Where the search wants to go.

    Attributes
    ----------
    target
        The line to reach.
    names
        Abbreviations that the target may use, with what they stand for: ``a = 1/(1 + e^-z)``.
    calls
        Calls that the target makes, which may be folded: ``sigmoid(z)``.
    known
        Symbols that the lines have already, with what they stand for.
    """

    target: Node
    names: Mapping[str, Node]
    calls: tuple[Call, ...] = ()
    known: tuple[tuple[Symbol, Node], ...] = ()


def find_moves(start: Node, goal: Goal, functions: Functions, *, limit: int) -> list[Move] | None:
    """Return the moves that lead from a line to the goal, or None if the search gives up.

    Parameters
    ----------
    limit
        How many lines are written down, counting those that lead nowhere.
    """
    search = _Search(goal, functions)
    order = count()
    queue = [(search.distance(start), next(order), start)]
    came: dict[Node, tuple[Node, Move] | None] = {start: None}
    steps = {start: 0}
    written = 0
    while queue and written < limit:
        _, _, line = heapq.heappop(queue)
        if sorted_parts(line) == search.sorted_target:
            return _trace(line, goal, came)
        for move, new in search.neighbours(line):
            written += 1
            if new not in came and size(new) <= 3 * size(start) + 30:
                came[new] = (line, move)
                steps[new] = steps[line] + 1
                heapq.heappush(queue, (steps[new] + search.distance(new), next(order), new))
    return None


def _trace(line: Node, goal: Goal, came: Mapping[Node, tuple[Node, Move] | None]) -> list[Move]:
    moves: list[Move] = [("reorder", (), {"to": goal.target})] if line != goal.target else []
    while (step := came[line]) is not None:
        line, move = step
        moves.append(move)
    return moves[::-1]


@final
class _Search:
    def __init__(self, goal: Goal, functions: Functions) -> None:
        self.goal, self.functions = goal, functions
        self.sorted_target = sorted_parts(goal.target)
        self.target_leaves = _leaves(self.sorted_target)
        self.folds: list[tuple[Node, Node]]
        self.folds = [(one_exponential(long), Symbol(name)) for name, long in goal.names.items()]
        self.folds += [
            (one_exponential(long), call) for call in goal.calls if (long := self._opened(call)) is not None
        ]
        self.identities = [(at, one_exponential(parse(left))) for at, (left, _) in enumerate(IDENTITIES)]
        meant = [goal.target, *goal.names.values(), *(long for _, long in goal.known)]
        self.words = {node.name for tree in meant for _, node in walk(tree) if isinstance(node, Call)}
        self._inside: dict[Node, list[tuple[Move, Node]]] = {}

    def _opened(self, call: Call) -> Node | None:
        return apply_rule("open-call", call, {}, self.functions)

    # ---- How far it is ----

    def distance(self, line: Node) -> float:
        """Guess how many moves are missing, from the leaves that differ and from the size."""
        folded = transform(one_exponential(line), self._fold)
        mine = _leaves(sorted_parts(folded))
        missing = sum((self.target_leaves - mine).values())
        foreign = sum((mine - self.target_leaves).values())
        return foreign + 0.5 * missing + 0.25 * abs(size(folded) - size(self.sorted_target))

    def _fold(self, node: Node) -> Node:
        """Write what a name stands for by its name, powers of reciprocals included."""
        for long, short in self.folds:
            if node == long:
                return short
            if isinstance(node, Quotient) and isinstance(long, Quotient) and is_number(node.numerator, 1):
                base, _exponent = base_and_exponent(node.denominator)
                if base == long.denominator and isinstance(node.denominator, Power):
                    return Power(short, node.denominator.exponent)
        return node

    # ---- Where one can go ----

    def neighbours(self, line: Node) -> Iterator[tuple[Move, Node]]:
        for rule, path, bindings in self.namings(line):
            new = self.changed(line, rule, path, bindings)
            if new is not None:
                yield (rule, path, bindings), new
        for path, node in walk(line):
            for (rule, at, bindings), new in self.inside(node):
                yield (rule, path + at, bindings), replace_at(line, path, new)

    def inside(self, node: Node) -> list[tuple[Move, Node]]:
        """Return the moves within one part of a line, and what each makes of it; lines have most parts in common."""
        known = self._inside.get(node)
        if known is None:
            tried = [(move, self.changed(node, *move)) for move in self.moves_at((), node)]
            known = self._inside[node] = [(move, new) for move, new in tried if new is not None]
        return known

    def changed(self, tree: Node, rule: str, path: Path, bindings: Bindings) -> Node | None:
        """Return what a rule makes of a tree, or None where it changes nothing."""
        part = subtree(tree, path)
        new = apply_rule(rule, part, bindings, self.functions)
        return None if new is None or new == part else replace_at(tree, path, new)

    def namings(self, line: Node) -> Iterator[Move]:
        for name, long in self.goal.names.items():
            for _, node in walk(line):
                if one_exponential(node) == one_exponential(long):
                    yield "abbreviate", (), {name: node}
                    break
        for symbol, long in self.goal.known:
            for _, node in walk(line):
                if one_exponential(node) == one_exponential(long):
                    yield "recall", (), {"name": symbol, "long": node}
                    break

    def moves_at(self, path: Path, node: Node) -> Iterator[Move]:
        for rule in _PLAIN:
            yield rule, path, {}
        for call in self.goal.calls:
            yield "fold-call", path, {"call": call}
        if isinstance(node, Quotient):
            yield from _completions(path, node)
            yield from _splits(path, node)
            for factor in factors(node.numerator):
                yield "factor-from-fraction", path, {"factor": factor}
        if isinstance(node, Sum):
            for factor in _common_factors(node):
                yield "factor-out", path, {"factor": factor}
        plain = one_exponential(node)
        for at, left in self.identities:
            u = _matched(left, plain)
            if u is not None and self.helps(at):
                yield "identity-of-functions", path, {"entry": integer(at), "u": u}

    def helps(self, entry: int) -> bool:
        """Tell whether an identity brings in a function that the target uses."""
        return any(isinstance(n, Call) and n.name in self.words for _, n in walk(parse(IDENTITIES[entry][1])))


def _leaves(tree: Node) -> Counter[Node]:
    """Count the symbols, constants and calls of a tree; numbers are too common to tell anything."""
    kinds = (Symbol, Constant)
    found: Counter[Node] = Counter(node for _, node in walk(tree) if isinstance(node, kinds))
    found.update(Symbol(node.name) for _, node in walk(tree) if isinstance(node, Call))
    return found


def _completions(path: Path, node: Quotient) -> Iterator[Move]:
    """Offer what a numerator lacks to be a factor of the denominator, so that a part of it cancels."""
    have = Counter(terms(node.numerator))
    for factor in factors(node.denominator):
        base, _ = base_and_exponent(factor)
        if isinstance(base, Sum):
            lacking = Counter(base.terms) - have
            if len(lacking) == 1 and sum(lacking.values()) == 1 and have & Counter(base.terms):
                yield "add-and-subtract", (*path, 0), {"c": next(iter(lacking))}


def _splits(path: Path, node: Quotient) -> Iterator[Move]:
    """Offer to split off a part of the numerator that cancels, or every term."""
    if not isinstance(node.numerator, Sum):
        return
    have = Counter(node.numerator.terms)
    for factor in factors(node.denominator):
        base, _ = base_and_exponent(factor)
        if isinstance(base, Sum) and not Counter(base.terms) - have and len(base.terms) < len(node.numerator.terms):
            yield "split-fraction", path, {"part": base}
    yield "split-fraction", path, {"part": node.numerator.terms[0]}


def _common_factors(node: Sum) -> list[Node]:
    """Return the bases that every term has."""
    sets = [[base_and_exponent(part)[0] for part in factors(_top(term))] for term in node.terms]
    return [base for base in dict.fromkeys(sets[0]) if all(base in each for each in sets[1:]) and base != ONE]


def _top(term: Node) -> Node:
    bare = strip_sign(term)[1]
    return bare.numerator if isinstance(bare, Quotient) else bare


def matched_identity(left: str, node: Node) -> tuple[int, Node] | None:
    """Find the entry of the table of identities that begins with a text, and what u is in this node."""
    for at, (text, _) in enumerate(IDENTITIES):
        if text == left:
            u = _matched(one_exponential(parse(text)), one_exponential(node))
            return None if u is None else (at, u)
    return None


def _matched(pattern: Node, node: Node) -> Node | None:
    """Return what ``u`` must be for a pattern to be this node; None if it cannot be."""
    found: set[Node] = set()
    return next(iter(found)) if _fits(pattern, node, found) and len(found) == 1 else None


def _fits(pattern: Node, node: Node, found: set[Node]) -> bool:
    if pattern == Symbol("u"):
        found.add(node)
        return True
    if type(pattern) is not type(node):
        return False
    mine, yours = children(pattern), children(node)
    if not mine or len(mine) != len(yours):
        return pattern == node
    if isinstance(pattern, Call) and isinstance(node, Call) and pattern.name != node.name:
        return False
    return all(_fits(a, b, found) for a, b in zip(mine, yours, strict=True))
