"""Claims as theorems for Rocq: that g is the slope of f, or that two expressions are equal; each with its witness."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.rocq.conditions import conditions_of, is_nonnegative, is_positive
from ogive.explaining.rocq.facts import facts_about
from ogive.explaining.rocq.points import witness
from ogive.explaining.rocq.translation import Condition, identifier, plain, slope_by_rule, term
from ogive.expressions.tree import Negative, Node, Sum, substitute, symbols

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from ogive.expressions import Functions

__all__ = ["Inner", "Theorem", "VacuousError", "equality", "refutation", "slope", "slope_proof", "split"]

_SIGN: Final = {"positive": "0 < {}", "nonnegative": "0 <= {}", "nonzero": "{} <> 0"}


class VacuousError(ValueError):
    """No point was found at which the conditions of a claim hold: a theorem about it would say nothing."""


@final
@dataclass(frozen=True, slots=True)
class Theorem:
    """A statement with its proof, and a lemma that its conditions can be met.

    Attributes
    ----------
    name
        What Rocq calls it.
    lemmas
        Names of what must be free of axioms other than those of the reals, the theorem itself last.
    text
        The theorem and what it needs, as Rocq text.
    witness
        The lemma that there is a point at which its conditions hold, as Rocq text.
    conditions
        What is assumed.
    """

    name: str
    lemmas: tuple[str, ...]
    text: str
    witness: str
    conditions: tuple[Condition, ...]


def stated(condition: Condition, functions: Functions) -> str:
    """Write a condition for Rocq."""
    return _SIGN[condition.kind].format(term(condition.tree, functions))


def split(
    conditions: Iterable[Condition], functions: Functions, assumed: Sequence[Condition] = ()
) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
    """Part conditions into those that must be assumed and those that follow from the signs of their parts."""
    known = known_positive(assumed, functions)
    wanted: list[Condition] = []
    plainly: list[Condition] = []
    nonzero = {plain(c.tree, functions) for c in assumed if c.kind == "nonzero"}
    for condition in dict.fromkeys(conditions):
        tree = plain(condition.tree, functions)
        holds = is_nonnegative(tree, known) if condition.kind == "nonnegative" else is_positive(tree, known)
        holds = holds or (condition.kind == "nonzero" and tree in nonzero)
        (plainly if holds else wanted).append(condition)
        if not holds and condition.kind == "positive":
            known |= {tree}
    # What another assumption implies is left out: x <> 0 beside 0 < x.
    needed = [c for c in wanted if c.kind == "positive" or not is_positive(plain(c.tree, functions), known)]
    return tuple(needed), tuple(dict.fromkeys([*plainly, *(c for c in wanted if c not in needed)]))


def known_positive(conditions: Iterable[Condition], functions: Functions) -> frozenset[Node]:
    """Return the terms that conditions say to be positive."""
    return frozenset(plain(c.tree, functions) for c in conditions if c.kind == "positive")


def _witness(name: str, names: list[str], conditions: tuple[Condition, ...], functions: Functions) -> str:
    point = witness(conditions, names, functions)
    if point is None:
        raise VacuousError(
            "no point was found where "
            + " and ".join(stated(condition, functions) for condition in conditions)
            + ": a theorem under these conditions may say nothing"
        )
    binders = " ".join(map(identifier, names))
    body = " /\\ ".join(stated(condition, functions) for condition in conditions) or "True"
    lines = [f"Lemma {name}_not_vacuous : {f'exists {binders} : R, ' if names else ''}{body}."]
    values = ", ".join(f"({v.numerator} / {v.denominator})" if v.denominator != 1 else f"({v})" for v in point)
    lines.append(f"Proof. {f'exists {values}. ' if names else ''}at_a_point. Qed.")
    return "\n".join(lines)


def _opening(names: list[str], assumed: tuple[Condition, ...], functions: Functions) -> str:
    conditions = "".join(f"{stated(condition, functions)} -> " for condition in assumed)
    return f"forall {' '.join(map(identifier, names))} : R, {conditions}" if names else conditions


def _introduced(
    names: list[str], assumed: tuple[Condition, ...], plainly: tuple[Condition, ...], functions: Functions
) -> str:
    heads = [*map(identifier, names), *(f"H{at}" for at in range(len(assumed)))]
    lines = [f"  intros {' '.join(heads)}. unf." if heads else "  unf."]
    lines += [f"  assert (A{at} : {stated(c, functions)}) by (unf; nz). unf." for at, c in enumerate(plainly)]
    return "\n".join(lines)


def slope(
    name: str, expression: Node, variable: str, result: Node, functions: Functions, *, narrowed: bool = False
) -> Theorem:
    """State that `result` is the slope of `expression`, wherever the expression has one by its parts.

    Parameters
    ----------
    name
        What Rocq is to call the theorem.
    expression, variable, result
        The claim.
    functions
        The table that knows the functions called.
    narrowed
        Assume that the result is defined, too, instead of proving it: the claim then holds on a part of the domain.

    Raises
    ------
    NotExpressibleError
        If the claim holds something that is not stated for Rocq.
    VacuousError
        If no point was found that meets the conditions.
    """
    names = sorted(symbols(expression) | symbols(result) | {variable})
    own = conditions_of(expression, functions, variable)
    further = conditions_of(result, functions)
    if narrowed:  # on open sets alone: sqrt(-(x - 1)^2) would make any slope true at one point
        further = tuple(Condition("positive" if c.kind == "nonnegative" else c.kind, c.tree) for c in further)
    assumed, plainly = split([*own, *further] if narrowed else own, functions)
    goal = _is_slope(expression, variable, result, functions)
    opening = _opening(names, assumed, functions)
    begin = _introduced(names, assumed, plainly, functions)
    text, lemmas = [], []
    open_questions, obvious = split([c for c in further if c not in assumed], functions, assumed)
    known = known_positive(assumed, functions)
    both = tuple(dict.fromkeys([*open_questions, *obvious]))
    if both:
        body = " /\\ ".join(stated(condition, functions) for condition in both)
        trees = [condition.tree for condition in (*both, *assumed)]
        text += [
            "(* The slope that is claimed is defined there. *)",
            f"Lemma {name}_defined : {opening}{body}.",
            "Proof.",
        ]
        text += [begin, _told(trees, known, functions), "  repeat split; nz.", "Qed."]
        lemmas.append(f"{name}_defined")
        heads = " ".join([*map(identifier, names), *(f"H{at}" for at in range(len(assumed)))])
        pattern = " & ".join(f"B{at}" for at in range(len(both)))
        pattern = f"({pattern})" if len(both) > 1 else pattern
        begin = begin.replace(
            ". unf.",
            f". destruct ({name}_defined {heads}) as {pattern}. unf."
            if len(both) > 1
            else f". assert ({pattern} := {name}_defined {heads}). unf.",
            1,
        )
    proof = slope_proof([expression, result, *(c.tree for c in assumed)], known, functions)
    text.append(f"Theorem {name} : {opening}\n  {goal}.\nProof.\n{begin}\n{proof}\nQed.")
    lemmas.append(name)
    return Theorem(name, tuple(lemmas), "\n".join(text), _witness(name, names, assumed, functions), assumed)


def _is_slope(expression: Node, variable: str, result: Node, functions: Functions) -> str:
    here = identifier(variable)
    return f"is_derive (fun {here} : R => {term(expression, functions)}) {here} {term(result, functions)}"


def slope_proof(trees: Sequence[Node], known: frozenset[Node], functions: Functions) -> str:
    """Write the tactics that prove ``is_derive f x g`` once the conditions stand in the context."""
    return f"  auto_derive; [nz |]. pw_num. unf.\n{equality_proof(trees, known, functions)}"


def _told(trees: Sequence[Node], known: frozenset[Node], functions: Functions) -> str:
    facts = facts_about(trees, known, functions)
    lines = [f"  {line}" for line in facts.lines]
    if facts.exponential:
        lines.append("  unf_exp.")
    lines += [f"  told {name}." for name in facts.rewrites]
    return "\n".join(lines) or "  idtac."


def equality_proof(trees: Sequence[Node], known: frozenset[Node], functions: Functions) -> str:
    """Write the tactics that prove an equation between expressions made of these parts."""
    rules = facts_about(trees, known, functions).rules
    bracket = f" [{' '.join(rules)}]" if rules else ""
    finish = f"  first [reflexivity | field{bracket}; nz | field_simplify_eq{bracket}; [try nsatz; nra | nz]]."
    told = _told(trees, known, functions)
    return f"{told}\n{finish}" if told.strip() != "idtac." else finish


@final
@dataclass(frozen=True, slots=True)
class Inner:
    """A derivative or a limit inside a line: a stand-in for it, Rocq's text, and its value with the way to prove it.

    Attributes
    ----------
    name
        The symbol that stands for it.
    text
        How Rocq writes it.
    value
        What it is.
    parts
        Expressions that will stand in the equation that proves it, beside the value.
    conditions
        Where it has that value.
    proof
        The tactics that it starts with; a second entry names the variable of a limit of the form 0/0.
    whole
        Whether these tactics are the whole proof.
    """

    name: str
    text: str
    value: Node
    parts: tuple[Node, ...]
    conditions: tuple[Condition, ...]
    proof: tuple[str, ...]
    whole: bool = False


def equality(
    name: str,
    before: Node,
    after: Node,
    base: Sequence[Condition],
    functions: Functions,
    inner: Sequence[Inner] = (),
) -> Theorem:
    """State that two expressions are equal wherever both have values and these conditions hold."""
    conditions = [*base, *(c for part in inner for c in part.conditions)]
    conditions += [*conditions_of(before, functions), *conditions_of(after, functions)]
    values = {part.name: part.value for part in inner}
    sides = [substitute(side, values) for side in (before, after)]
    found = {n for c in conditions for n in symbols(c.tree)}
    names = sorted((symbols(before) | symbols(after) | found | symbols(sides[0]) | symbols(sides[1])) - values.keys())
    assumed, plainly = split([Condition(c.kind, substitute(c.tree, values)) for c in conditions], functions)
    known = known_positive(assumed, functions)
    trees = [c.tree for c in assumed]
    heads = " ".join([*map(identifier, names), *(f"H{at}" for at in range(len(assumed)))])
    begin = _introduced([], (), plainly, functions)
    goal = f"{term(before, functions)} = {term(after, functions)}"
    lines = [f"  intros {heads}."] if heads else []
    for at, part in enumerate(inner):
        goal = goal.replace(identifier(part.name), part.text)
        lines.append(f"  assert (D{at} : {part.text} = {term(part.value, functions)}).")
        lines.append("  {" + f"\n{_inner_proof(part, begin, trees, known, functions)}" + "  }")
        lines.append(f"  rewrite D{at}. clear D{at}.")
    lines += [begin, equality_proof([*sides, *trees], known, functions)]
    proof = "\n".join(lines)
    text = f"Lemma {name} : {_opening(names, assumed, functions)}\n  {goal}.\nProof.\n{proof}\nQed."
    return Theorem(name, (name,), text, _witness(name, names, assumed, functions), assumed)


def _inner_proof(part: Inner, begin: str, trees: Sequence[Node], known: frozenset[Node], functions: Functions) -> str:
    if part.whole:
        return f"  {part.proof[0]}\n{begin}\n  auto_derive; nz.\n"
    slope_of_it = f"{begin}\n{slope_proof([*part.parts, part.value, *trees], known, functions)}\n"
    if len(part.proof) == 1:
        return f"  {part.proof[0]}\n{slope_of_it}"
    at_zero = equality_proof([*part.parts, *trees], known, functions)
    h = part.proof[1]
    return (
        f"  {part.proof[0]}\n  {{\n{begin}\n{at_zero}\n  }}\n  {{\n{slope_of_it}  }}\n"
        f"  intros {h} N.\n{begin}\n  first [reflexivity | field; nz].\n"
    )


def refutation(name: str, expression: Node, variable: str, result: Node, functions: Functions) -> Theorem | None:
    """State that `result` is not the slope of `expression`; None where no point was found at which it clearly is not.

    The slope by the rules is proved first; at one point of the domain the two differ in numbers, and a function has
    one slope at a point.
    """
    right = slope_by_rule(expression, variable, functions)
    names = sorted(symbols(expression) | symbols(result) | {variable})
    proved = slope(f"{name}_right", expression, variable, right, functions)
    gap = Sum((result, Negative(right)))
    for sign, order in (("positive", "Rgt_not_eq"), ("negative", "Rlt_not_eq")):
        apart = Condition("positive", gap if sign == "positive" else Negative(gap))
        needed = [*proved.conditions, *conditions_of(result, functions), *conditions_of(right, functions)]
        point = witness([*needed, apart], names, functions)
        if point is None:
            continue
        goal = _is_slope(expression, variable, result, functions)
        values = " ".join(f"({v.numerator} / {v.denominator})" for v in point)
        at = [
            f"assert (H{k} : {_put(stated(c, functions), names, point)}) by at_a_point."
            for k, c in enumerate(proved.conditions)
        ]
        holds = " ".join(f"H{k}" for k in range(len(proved.conditions)))
        lines = [
            f"Theorem {name}_false : ~ ({_opening(names, proved.conditions, functions)}{goal}).",
            "Proof.",
            f"  intros C. {' '.join(at)}",
            f"  assert (E := is_derive_unique _ _ _ (C {values} {holds})).",
            f"  rewrite (is_derive_unique _ _ _ ({name}_right {values} {holds})) in E.",
            f"  symmetry in E. revert E. apply {order}. unf. unfold arcsinh, erf in *. apart.",
            "Qed.",
        ]
        return Theorem(name, proved.lemmas, proved.text, f"{proved.witness}\n" + "\n".join(lines), proved.conditions)
    return None


def _put(text: str, names: list[str], point: Sequence[Fraction]) -> str:
    for name, value in zip(names, point, strict=True):
        text = re.sub(rf"\b{re.escape(identifier(name))}\b", f"({value.numerator} / {value.denominator})", text)
    return text
