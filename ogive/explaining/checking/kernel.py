"""The certificate kernel: re-checks a finished derivation, trusting nothing that wrote it.

For every rule application it asks three things. Does the rule, applied again at the path with the bindings, give
exactly the line that is claimed? Did the rest of the line stay as it was? Have both sides the same exact normal
form, where the certificate says so? For every step that sums up others: do the substeps lead from its first line to
its last? The differentiation inside the normal form is separate from the rules of the derivation, so that a wrong
rule would be found here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.exact.world import World
from ogive.explaining.moves.rules import GROUPS, INTRODUCING, RULES, apply_rule, conditions_of, may_sum_up
from ogive.explaining.records.steps import leaves
from ogive.expressions.tree import Derivative, Node, Relation, Symbol, replace_at, substitute, subtree, symbols

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ogive.explaining.records.steps import Step
    from ogive.expressions import Functions

__all__ = ["Verdict", "check_derivation"]

_NEEDS_PROOF: Final = frozenset({"same-normal-form"})  # rules whose pattern says nothing


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What the kernel found.

    Attributes
    ----------
    problems
        One sentence per fault, with the place of the step; empty if the derivation holds.
    proven
        Rule applications whose two sides have the same normal form.
    by_rule
        Rule applications that fit their rule, but whose values were not compared: unknown there.
    """

    problems: tuple[str, ...]
    proven: int
    by_rule: int

    @property
    def ok(self) -> bool:
        """Whether no fault was found."""
        return not self.problems

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        if self.problems:
            return "does not hold:\n" + "\n".join(f"  {problem}" for problem in self.problems)
        unknown = f", {self.by_rule} by rule alone (equality unknown)" if self.by_rule else ""
        return f"holds: {self.proven} steps proven by exact normal forms{unknown}"


def check_derivation(root: Step, first: Node, result: Node, functions: Functions) -> Verdict:
    """Check a tree of steps, that it begins where it should, and that it ends with its result.

    Parameters
    ----------
    root
        The step that sums up the derivation.
    first
        The derivative that is to be found, still to be taken.
    result
        What is said to be found.
    functions
        The table that knows the functions called.
    """
    variable = first.variable.name if isinstance(first, Derivative) else ""
    kernel = _Kernel(functions, _named_at_the_start(root, first), variable)
    problems = [*kernel.problems(root, "0"), *kernel.ends(root, first, result)]
    return Verdict(tuple(problems), kernel.proven, kernel.by_rule)


def _named_at_the_start(root: Step, first: Node) -> dict[str, Node]:
    """Return the name that the first line gives to the expression, if it is such an equation: y = 1/(1 + e^-z)."""
    match root.before, first:
        case Relation("=", Symbol(name), right), Derivative(body, _) if right == body and name not in symbols(body):
            return {name: body}
    return {}


@final
class _Kernel:
    def __init__(self, functions: Functions, definitions: dict[str, Node], variable: str) -> None:
        self.functions = functions
        self.variable = variable
        self.definitions = definitions
        self.proven = self.by_rule = 0
        self._world: World | None = None

    def problems(self, step: Step, place: str) -> Iterator[str]:
        """Yield what is wrong with a step and with everything inside it."""
        if step.id != place:
            yield f"step {step.id}: it stands at {place}"
        if step.rule not in RULES:
            yield f"step {step.id}: there is no rule {step.rule!r}"
            return
        if step.level != GROUPS.get(step.rule, 4):
            yield f"step {step.id}: the rule {step.rule!r} is not of level {step.level}"
        yield from self.of_group(step, place) if step.rule in GROUPS else self.of_rule(step)

    def ends(self, root: Step, first: Node, result: Node) -> Iterator[str]:
        """Yield what is wrong with where the derivation begins and ends.

        A derivation of lines that are equations begins with one that names the expression, and ends with the
        derivative alone on the left.
        """
        if root.rule != "derive" and root.rule in GROUPS:
            yield "a derivation as a whole is called 'derive'"
        begins, last = root.before, root.after
        if isinstance(begins, Relation) and isinstance(last, Relation):
            begins, last = (self._opened(last.left) if self.definitions else begins), last.right
        if begins != first:
            yield "the derivation does not begin with the derivative that is to be found"
        if result not in (last, self._opened(last)) and not self.world().equal(first, result):
            yield "the derivation does not end with its result"

    def _opened(self, line: Node) -> Node:
        """Put every abbreviation back."""
        return substitute(line, self.definitions)

    # ---- Steps that sum up ----

    def of_group(self, step: Step, place: str) -> Iterator[str]:
        if step.certificate.method != "steps" or step.bindings or step.conditions or step.path:
            yield f"step {step.id}: a step that sums up has nothing to claim of its own"
        if not may_sum_up(step.rule, [leaf.rule for leaf in leaves(step)]):
            yield f"step {step.id}: what it sums up is not called {step.rule!r}"
        line = step.before
        for at, part in enumerate(step.substeps, start=1):
            if part.before != line:
                yield f"step {part.id}: it does not begin where the step before it ended"
            yield from self.problems(part, str(at) if place == "0" else f"{place}.{at}")
            line = part.after
        if line != step.after:
            yield f"step {step.id}: its substeps do not end where it ends"

    # ---- Rule applications ----

    def of_rule(self, step: Step) -> Iterator[str]:
        if step.substeps:
            yield f"step {step.id}: the application of one rule has no substeps"
        try:
            old, new = subtree(step.before, step.path), subtree(step.after, step.path)
        except IndexError:
            yield f"step {step.id}: its path leads nowhere"
            return
        if min(step.path, default=0) < 0 or replace_at(step.before, step.path, new) != step.after:
            yield f"step {step.id}: something changed outside its path"
        bindings = dict(step.bindings)
        if self.applied(step.rule, old, bindings) != (new, step.conditions):
            yield f"step {step.id}: the rule {step.rule!r} does not give this line under these conditions"
        yield from self.names(step, bindings)
        yield from self.values(step, old, new)

    def applied(self, rule: str, old: Node, bindings: dict[str, Node]) -> tuple[Node | None, tuple[Node, ...]]:
        """Apply a rule again; a step from a file may hold anything, so that a rule may stumble over it."""
        try:
            return apply_rule(rule, old, bindings, self.functions), conditions_of(rule, old, self.functions)
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError):
            return None, ()

    def names(self, step: Step, bindings: dict[str, Node]) -> Iterator[str]:
        """Check that a new name is new, and that a name put back stands for what it was introduced for."""
        if step.rule in INTRODUCING:
            for name, meaning in bindings.items():
                taken = name == self.variable if step.rule == "put-numbers" else name in symbols(step.before)
                if name in self.definitions or taken:
                    yield f"step {step.id}: the name {name!r} is already taken"
                self.definitions[name] = meaning
                self._world = None
        elif step.rule in ("put-back", "recall"):
            yield from self.meanings(step, bindings)

    def meanings(self, step: Step, bindings: dict[str, Node]) -> Iterator[str]:
        if step.rule == "recall":
            name, long = bindings.get("name"), bindings.get("long")
            bindings = {name.name: long} if isinstance(name, Symbol) and long is not None else {}
        for word, meaning in bindings.items():
            known = self.definitions.get(word)
            if known is None or not (known == meaning or self.world().equal(known, meaning)):
                yield f"step {step.id}: {word!r} does not stand for that"

    def values(self, step: Step, old: Node, new: Node) -> Iterator[str]:
        method = step.certificate.method
        if method not in ("normal-form", "rule"):
            yield f"step {step.id}: there is no certificate {method!r}"
            return
        equal = self.world().equal(old, new)
        if equal:
            self.proven += 1
        else:
            self.by_rule += 1
        if method == "normal-form" and not equal:
            yield f"step {step.id}: the two sides do not have the same normal form"
        if method == "rule" and equal:
            yield f"step {step.id}: the two sides have the same normal form, but its certificate does not say so"
        if method == "rule" and step.rule in _NEEDS_PROOF:
            yield f"step {step.id}: the rule {step.rule!r} is nothing without a proof"

    def world(self) -> World:
        if self._world is None:
            self._world = World(self.functions, self.definitions)
        return self._world
