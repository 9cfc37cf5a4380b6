"""The checker of derivations: what is claimed follows, line by line, and holds where it says it does.

Three things are asked of every application of a rule. Is it one: does the line that is claimed fit the pattern of
the rule in `rules`? Did the rest of the line stay as it was? And is it true: have both sides the same value, by the
arithmetic of `arithmetic`, wherever the conditions of the conclusion hold? The conditions are collected from the
expression as typed and from every line that follows; nothing that a line needs can be lost on the way.

A `Verdict` is a function of its arguments alone. What is proven is ``"proven"``; what certainly has another value at
some point of its domain is ``"false"``; anything else is ``"not proven"``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, final

from ogive.explaining.checking.meaning import (
    decided,
    equal,
    facts_of,
    has_value,
    plain,
    put,
    refuted,
    simplified,
    witnesses,
)
from ogive.explaining.checking.rules import GROUPS, INTRODUCING, TRUE_BY_DEFINITION, fits, may_sum_up, side_conditions
from ogive.explaining.records.verdict import Verdict
from ogive.expressions import to_text
from ogive.expressions import tree as t
from ogive.expressions.domain import conditions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from ogive.explaining.records.steps import Step
    from ogive.expressions import Functions

__all__ = ["check_derivation"]

_MOST_STEPS: Final = 3000
_DEEPEST: Final = 40  # levels of steps within steps
_FAILURES: Final = (ArithmeticError, LookupError, TypeError, ValueError, RecursionError)


class _Leaf(NamedTuple):
    """One application of a rule, what the names stand for once it is made, and whether it fits the rule."""

    step: Step
    names: Mapping[str, t.Node]
    fits: bool


class _Proof(NamedTuple):
    method: str  # "normal-form", "definition", or nothing
    wrong: Mapping[str, Fraction] | None = None  # a point at which the two sides differ


def check_derivation(
    root: Step, first: t.Node, result: t.Node, functions: Functions, claimed: Sequence[t.Node] | None = None
) -> Verdict:
    """Check a tree of steps: every line, where it begins, that it ends with its result, and where that holds.

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
    claimed
        The conditions under which the result is said to hold; they must be the ones found here. None claims nothing
        and only asks.
    """
    try:
        return _checked(root, first, result, functions, claimed)
    except _FAILURES as error:
        return Verdict("not proven", problems=(f"it cannot be checked: {type(error).__name__}: {error}",))


def _checked(
    root: Step, first: t.Node, result: t.Node, functions: Functions, claimed: Sequence[t.Node] | None
) -> Verdict:
    reading = _Reading(functions, first, _named_at_the_start(root, first))
    problems = [*reading.steps(root, "0", 0), *_ends(root, first, result)]
    names = reading.names
    needs = [*conditions(first, functions), *conditions(root.before, functions), *conditions(result, functions)]
    for leaf in reading.leaves:
        needs += conditions(_within(leaf.step.after, leaf.step.path), functions)
    found, never = simplified(facts_of(needs, names, functions), functions)
    free = sorted(frozenset().union(t.symbols(put(first, names)), *map(t.symbols, found)))
    points = [] if never else witnesses(found, free, functions)
    where = (*found, *(t.Relation("=", t.Symbol(name), value) for name, value in reading.numbers.items()))
    if never is not None:
        problems.append(f"it holds nowhere: {to_text(never)} is never true")
    elif not points or not all(
        has_value(plain(_body(first), names, functions), point, functions) for point in points
    ):
        problems.append("no point was found at which everything has a value")
    elif claimed is not None and set(claimed) != set(where):
        said = ", ".join(map(to_text, where)) or "no condition"
        problems.append(f"it holds under other conditions than it says: {said}")
    proofs = [_proof(leaf, found, points, functions) for leaf in reading.leaves]
    for leaf, proof in zip(reading.leaves, proofs, strict=True):
        problems += _problems_of(leaf, proof, found, reading.numbers, functions)
    end = _proof_of_result(root, first, result, names, found, points, functions)
    if end.wrong is not None:
        problems.append(f"the result is false: it is not the derivative {_at(end.wrong)}")
    elif not end.method:
        problems.append("the derivation does not end with its result")
    false = any(proof.wrong is not None for proof in (*proofs, end))
    status = "false" if false else "not proven" if problems else "proven"
    return Verdict(status, where, tuple(problems), tuple(proof.method or "rule" for proof in proofs))


def _body(tree: t.Node) -> t.Node:
    return _body(tree.body) if isinstance(tree, t.Derivative) else tree


def _at(point: Mapping[str, Fraction]) -> str:
    return "at " + (", ".join(f"{name} = {value}" for name, value in point.items()) or "any point")


def _problems_of(
    leaf: _Leaf, proof: _Proof, found: Sequence[t.Relation], numbers: Mapping[str, t.Node], functions: Functions
) -> Iterator[str]:
    step = leaf.step
    said = facts_of([each for each in step.conditions if isinstance(each, t.Relation)], leaf.names, functions)
    said = facts_of(said, numbers, functions)  # it is all said of these numbers
    if not leaf.fits or not all(decided(each, found, functions) for each in said):
        yield f"step {step.id}: the rule {step.rule!r} does not give this line under these conditions"
    if proof.wrong is not None:
        yield f"step {step.id}: the two sides differ {_at(proof.wrong)}"
    elif not proof.method:
        yield f"step {step.id}: no proof was found that the two sides are equal"
    if step.certificate.method != (proof.method or "rule"):
        yield f"step {step.id}: its certificate says {step.certificate.method!r}"


# ---- Where it begins and ends --------------------------------------------------------------------------------


def _named_at_the_start(root: Step, first: t.Node) -> dict[str, t.Node]:
    """Return the name that the first line gives to the expression, if it is such an equation: y = 1/(1 + e^-z)."""
    match root.before, first:
        case t.Relation("=", t.Symbol(name), right), t.Derivative(body, _) if right == body and name not in t.symbols(
            first
        ):
            return {name: body}
    return {}


def _ends(root: Step, first: t.Node, result: t.Node) -> Iterator[str]:
    """Yield what is wrong with the first and the last line.

    A derivation of lines that are equations names the expression first, and ends with its derivative on the left.
    """
    if root.rule != "derive" and root.rule in GROUPS:
        yield "a derivation as a whole is called 'derive'"
    begins = root.before
    if _named_at_the_start(root, first) and isinstance(begins, t.Relation) and isinstance(first, t.Derivative):
        begins = first if t.children(root.after)[:1] == (t.Derivative(begins.left, first.variable),) else begins
    if any(isinstance(node, (t.Derivative, t.Limit)) for _, node in t.walk(result)):
        yield "the result holds a derivative or a limit that is still to be taken"
    if begins != first or isinstance(root.before, t.Relation) != isinstance(root.after, t.Relation):
        yield "the derivation does not begin with the derivative that is to be found, or does not end with it"


def _proof_of_result(
    root: Step, first: t.Node, result: t.Node, names: Mapping[str, t.Node], found: Sequence[t.Relation],
    points: Sequence[Mapping[str, Fraction]], functions: Functions,
) -> _Proof:  # fmt: skip
    """Compare the result with the last line, and with the derivative of the expression at points of its domain."""
    last = root.after.right if isinstance(root.after, t.Relation) else root.after
    same = result == last or equal(plain(last, names, functions), plain(result, names, functions), found, functions)
    try:
        wrong = refuted(plain(first, names, functions), plain(result, names, functions), points, functions)
    except (ArithmeticError, ValueError, RecursionError):
        wrong = None
    return _Proof("normal-form" if same and wrong is None else "", wrong)


# ---- Reading -----------------------------------------------------------------------------------------------------


@final
class _Reading:
    """Goes through the steps in order, and keeps what the names stand for."""

    def __init__(self, functions: Functions, first: t.Node, names: dict[str, t.Node]) -> None:
        self.functions, self.first, self.names = functions, first, names
        self.numbers: dict[str, t.Node] = {}
        self.leaves: list[_Leaf] = []

    def steps(self, step: Step, place: str, level: int) -> Iterator[str]:
        """Yield what is wrong with the form of a step and of everything inside it."""
        if len(self.leaves) > _MOST_STEPS or level > _DEEPEST:
            raise ValueError("there are more steps, or more levels of them, than are checked")
        if step.id != place:
            yield f"step {step.id}: it stands at {place}"
        if step.level != GROUPS.get(step.rule, 4):
            yield f"step {step.id}: the rule {step.rule!r} is not of level {step.level}"
        yield from self.group(step, place, level) if step.rule in GROUPS else self.leaf(step)

    def group(self, step: Step, place: str, level: int) -> Iterator[str]:
        if step.certificate.method != "steps" or step.bindings or step.conditions or step.path:
            yield f"step {step.id}: a step that sums up has nothing to claim of its own"
        line, start = step.before, len(self.leaves)
        for at, part in enumerate(step.substeps, start=1):
            if part.before != line:
                yield f"step {part.id}: it does not begin where the step before it ended"
            yield from self.steps(part, str(at) if place == "0" else f"{place}.{at}", level + 1)
            line = part.after
        if line != step.after:
            yield f"step {step.id}: its substeps do not end where it ends"
        if not may_sum_up(step.rule, [leaf.step.rule for leaf in self.leaves[start:]]):
            yield f"step {step.id}: what it sums up is not called {step.rule!r}"

    def leaf(self, step: Step) -> Iterator[str]:
        if step.substeps:
            yield f"step {step.id}: the application of one rule has no substeps"
        try:
            old, new = t.subtree(step.before, step.path), t.subtree(step.after, step.path)
        except IndexError:
            raise ValueError(f"the path of step {step.id} leads nowhere") from None
        if min(step.path, default=0) < 0 or t.replace_at(step.before, step.path, new) != step.after:
            yield f"step {step.id}: something changed outside its path"
        bindings = dict(step.bindings)
        if step.rule in INTRODUCING:
            yield from self.introduced(step, bindings)
        try:
            fit = fits(step.rule, old, new, bindings, self.names, self.functions)
        except _FAILURES:
            fit = False
        fit = fit and set(step.conditions) >= set(side_conditions(step.rule, old, self.functions))
        self.leaves.append(_Leaf(step, dict(self.names), fit))

    def introduced(self, step: Step, bindings: Mapping[str, t.Node]) -> Iterator[str]:
        """Give names a meaning: new ones to expressions, or numbers to parameters that have none yet."""
        hidden = {node.variable.name for node in _binders(step.before, step.path) if isinstance(node, t.Limit)}
        known = t.symbols(self.first).union(t.symbols(step.before), *map(t.symbols, self.names.values()))
        for name, meaning in bindings.items():
            number = step.rule == "put-numbers"
            variable = isinstance(self.first, t.Derivative) and name == self.first.variable.name
            if name in self.names or (variable if number else name in known) or name in t.symbols(meaning):
                raise ValueError(f"step {step.id}: the name {name!r} is already taken")
            if hidden & t.symbols(meaning):
                raise ValueError(f"step {step.id}: {name!r} is given to what has no value outside a limit")
            if number:
                self.names = {each: put(old, {name: meaning}) for each, old in self.names.items()}
                self.numbers[name] = meaning
            self.names = {**self.names, name: put(meaning, self.names)}
        return iter(())


def _binders(line: t.Node, path: t.Path) -> list[t.Derivative | t.Limit]:
    """Return the derivatives and limits inside which a path ends."""
    found = [t.subtree(line, path[:at]) for at in range(len(path))]
    return [node for node in found if isinstance(node, (t.Derivative, t.Limit))]


def _within(line: t.Node, path: t.Path) -> t.Node:
    """Return a part of a line with no more around it than decides where it must be real."""
    part = t.subtree(line, path)
    for at in range(len(path) - 1, -1, -1):
        match t.subtree(line, path[:at]):
            case t.Derivative(_, v):
                part = t.Derivative(part, v)
            case t.Limit(_, v, point) if path[at] == 0:
                part = t.Limit(part, v, point)
            case t.Conditional(condition, _, _) if path[at] > 0:
                part = t.Conditional(condition, *((part, t.ONE) if path[at] == 1 else (t.ONE, part)))
    return part


# ---- Proofs ------------------------------------------------------------------------------------------------------


def _proof(
    leaf: _Leaf, found: Sequence[t.Relation], points: Sequence[Mapping[str, Fraction]], functions: Functions
) -> _Proof:
    """Prove that a step keeps the value: by arithmetic, or because it is a definition; else look for a difference.

    Under a derivative or a limit, its variable is free: both sides are equal around the point, not only at it.
    """
    step = leaf.step
    if step.rule in TRUE_BY_DEFINITION:
        return _Proof("definition" if leaf.fits else "")
    old, new = t.subtree(step.before, step.path), t.subtree(step.after, step.path)
    if isinstance(new, t.Relation):
        equation = isinstance(old, t.Relation) and (new.operator, step.path) == ("=", ())
        old, new = (new.left, new.right) if equation else (t.ZERO, t.ONE)
    bound = {node.variable.name for node in _binders(step.before, step.path)}
    names = {**leaf.names, **{name: t.Symbol(name) for name in bound}}
    facts = list(found)
    try:
        if bound:
            facts += facts_of([*conditions(old, functions), *conditions(new, functions)], names, functions)
        left, right = plain(old, names, functions), plain(new, names, functions)
        if equal(left, right, facts, functions):
            return _Proof("normal-form")
        if bound:
            left, right = (plain(line, leaf.names, functions) for line in (step.before, step.after))
        return _Proof("", refuted(left, right, points, functions))
    except (ArithmeticError, ValueError, RecursionError):
        return _Proof("")
