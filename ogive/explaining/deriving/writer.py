"""Writing a derivation: rules are applied to the current line, and the lines are kept with their reasons."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.deriving.audit import audit
from ogive.explaining.exact.effort import Budget
from ogive.explaining.exact.world import World
from ogive.explaining.moves.algebra import TIDY, Move
from ogive.explaining.moves.rules import GROUPS, apply_rule, conditions_of, truth
from ogive.explaining.records.steps import INTRODUCING, Certificate, Draft, Step
from ogive.expressions import to_text
from ogive.expressions.tree import Node, Path, Relation, children, replace_at, size, subtree, symbols

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ogive.expressions import Functions

__all__ = ["DEFAULT_EFFORT", "DerivationTooLongError", "Effort", "Writer"]


@final
@dataclass(frozen=True, slots=True)
class Effort:
    """How much work a derivation may take before it is given up with a message.

    Attributes
    ----------
    steps
        Rules applied.
    nodes
        Size of a line.
    work
        Parts of lines written, and products of terms where lines are compared. All of this is counted, not timed: a
        derivation does not depend on how fast the machine is.
    search
        Lines that the search for a target looks at.
    """

    steps: int = 3000
    nodes: int = 3000
    work: int = 1_000_000
    search: int = 900


DEFAULT_EFFORT: Final = Effort()


class DerivationTooLongError(ValueError):
    """A derivation that needs more steps, space or time than it was given."""


_GENTLE: Final = {name: move for name, move in TIDY.items() if name not in ("multiply-out", "number-times-sum")}
_NAMES: Final = ("g", "h", "u", "v", "w", "p", "q", "r", "s")


@final
class Writer:
    """The page on which a derivation is written."""

    def __init__(
        self,
        line: Node,
        functions: Functions,
        effort: Effort = DEFAULT_EFFORT,
        *,
        known: dict[str, Node] | None = None,
        prefer: frozenset[str] = frozenset(),
    ) -> None:
        self.line = line
        self.known = dict(known or {})  # names that the first line defines
        self.prefer = prefer  # rules to use where there is a choice
        self.functions = functions
        self.effort = effort
        self.definitions: dict[str, Node] = dict(self.known)
        self.root = Draft("derive", line, line)
        self._open = [self.root]
        self._count = 0
        self._work = Budget(effort.work)

    # ---- Names ----

    def fresh(self) -> str:
        """Return a name that nothing on the page has yet."""
        taken = set(symbols(self.root.before)) | set(symbols(self.line)) | set(self.definitions) | {"d", "e", "i"}
        free = (name for name in _NAMES if name not in taken)
        numbered = (f"u_{at}" for at in range(1, 1000) if f"u_{at}" not in taken)
        return next(free, None) or next(numbered)

    # ---- Steps ----

    def apply(self, rule: str, path: Path = (), **bindings: Node) -> None:
        """Apply a rule to the part of the line at a path.

        Raises
        ------
        ValueError
            If the rule does not apply there.
        DerivationTooLongError
            If that is one step too many.
        """
        new = apply_rule(rule, subtree(self.line, path), bindings, self.functions)
        if new is None:
            raise ValueError(f"the rule {rule!r} does not apply to {subtree(self.line, path)}")
        for needed in conditions_of(rule, subtree(self.line, path), self.functions):
            if isinstance(needed, Relation) and truth(needed) is False:
                where = to_text(subtree(self.line, path))
                raise ValueError(f"the rule {rule!r} for {where} needs {to_text(needed)}, which is false")
        before, self.line = self.line, replace_at(self.line, path, new)
        self._open[-1].parts.append(Draft(rule, before, self.line, path, tuple(bindings.items())))
        if rule in INTRODUCING:
            self.definitions |= bindings
        self._count += 1
        self.spend()

    def spend(self) -> None:
        """Give up if the derivation has taken more than it was given."""
        if self._count > self.effort.steps:
            raise DerivationTooLongError(
                f"the derivation takes more than {self.effort.steps:,} steps; raise effort.steps"
            )
        if size(self.line) > self.effort.nodes:
            raise DerivationTooLongError(f"a line grew beyond {self.effort.nodes:,} parts; raise effort.nodes")
        self._work.left -= size(self.line)
        if self._work.left < 0:
            raise DerivationTooLongError(
                f"the derivation takes more than {self.effort.work:,} units of work; raise effort.work"
            )

    @contextmanager
    def group(self, rule: str) -> Iterator[None]:
        """Sum up the steps that are taken inside as one; nothing is written if none is taken."""
        draft = Draft(rule, self.line, self.line)
        self._open.append(draft)
        try:
            yield
        finally:
            self._open.pop()
        draft.after = self.line
        if len(draft.parts) == 1:
            draft = draft.parts[0]
        if draft.before != draft.after:
            self._open[-1].parts.append(draft)

    # ---- Tidying ----

    def tidy(self, path: Path = ()) -> None:
        """Apply the moves that make a line tidier until none applies; brackets are multiplied out last.

        A common factor can be cancelled only as long as it has not been multiplied out.
        """
        for moves in (_GENTLE, TIDY):
            self._tidy(path, moves, {})

    def _tidy(self, path: Path, moves: Mapping[str, Move], tidied: dict[int, Node]) -> None:
        """Tidy from the leaves upwards; `tidied` has the nodes that are done, by identity, and keeps them alive."""
        while id(subtree(self.line, path)) not in tidied:
            for at in range(len(children(subtree(self.line, path)))):
                self._tidy((*path, at), moves, tidied)
            node = subtree(self.line, path)
            rule = next((name for name, move in moves.items() if move(node) is not None), None)
            if rule is None:
                tidied[id(node)] = node
            else:
                self.apply(rule, path)

    # ---- The end ----

    def finished(self) -> Step:
        """Return what was written as a tree of steps, numbered and certified."""
        self.root.after = self.line
        return _Certifier(self.functions, World(self.functions, self.known, self._work), self.spend).step(
            self.root, ""
        )


@final
@dataclass(slots=True)
class _Certifier:
    """Turns drafts into steps, comparing normal forms in the same order as the kernel will."""

    functions: Functions
    world: World
    spend: Callable[[], None]
    conditions: list[Node] = field(default_factory=list)  # of the steps so far

    def step(self, draft: Draft, place: str) -> Step:
        prefix = f"{place}." if place else ""
        parts = tuple(self.step(part, f"{prefix}{at}") for at, part in enumerate(draft.parts, start=1))
        group = draft.rule in GROUPS
        return Step(
            id=place or "0",
            rule=draft.rule,
            bindings=draft.bindings,
            before=draft.before,
            after=draft.after,
            path=draft.path,
            conditions=conditions_of(draft.rule, subtree(draft.before, draft.path), self.functions),
            substeps=parts,
            level=GROUPS.get(draft.rule, 4),
            certificate=Certificate("steps" if group else self.method(draft)),
        )

    def method(self, draft: Draft) -> str:
        if draft.rule in INTRODUCING:
            self.world = World(self.functions, {**self.world.definitions, **dict(draft.bindings)}, self.world.budget)
        self.spend()
        left, right = subtree(draft.before, draft.path), subtree(draft.after, draft.path)
        self.conditions += conditions_of(draft.rule, left, self.functions)
        if self.world.equal(left, right):
            return "normal-form"
        what = f"a step by the rule {draft.rule!r}"
        audit(what, left, right, self.world.definitions, self.functions, self.conditions)
        return "rule"
