"""The checker of derivations: it accepts what was derived, and finds the one step that was tampered with.

Run as a script for the full count: ``python tests/explaining/test_checker.py 10000``.
"""

import random
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

import ogive as og
from ogive.explaining import Derivation, check
from ogive.explaining.faces.json import DerivationFormatError
from ogive.explaining.moves.rules import GROUPS, RULES, apply_rule
from ogive.explaining.records.steps import Certificate, Step
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import parse, to_text
from ogive.expressions import tree as t

FUNCTIONS = ("exp", "log", "sin", "cos", "tanh", "sigmoid", "sqrt", "atan", "abs", "erf", "sinh", "tan")


# ---- Random derivations ------------------------------------------------------------------------------------------


def random_tree(dice: random.Random, levels: int) -> t.Node:
    """An expression in x, with whole numbers and a parameter."""
    if levels == 0 or dice.random() < 0.15:
        return dice.choice(
            [t.Symbol("x"), t.Symbol("x"), t.Symbol("x"), t.Symbol("c"), t.integer(dice.randint(1, 5))]
        )
    below = [random_tree(dice, levels - 1) for _ in range(2)]
    kind = dice.randrange(8)
    if kind == 0:
        return t.Sum((below[0], dice.choice([below[1], t.Negative(below[1])])))
    if kind == 1:
        return t.Product(tuple(below))
    if kind == 2:
        return t.Quotient(below[0], t.Sum((t.integer(dice.randint(1, 4)), below[1])))
    if kind == 3:
        return t.Power(below[0], t.integer(dice.choice([-2, -1, 2, 3])))
    if kind == 4:
        return t.Power(t.EULER, below[0])
    return t.Call(dice.choice(FUNCTIONS), (below[0],))


def random_derivation(dice: random.Random) -> Derivation:
    while True:
        tree = random_tree(dice, 3)
        try:
            return og.explain(to_text(tree), "x")
        except ValueError:  # too long, too large, or with a number that is not real
            continue


# ---- Corruption --------------------------------------------------------------------------------------------------


def steps_of(step: Step, place: tuple[int, ...] = ()) -> list[tuple[tuple[int, ...], Step]]:
    found = [(place, step)]
    for at, part in enumerate(step.substeps):
        found += steps_of(part, (*place, at))
    return found


def with_step(root: Step, place: tuple[int, ...], new: Step) -> Step:
    if not place:
        return new
    parts = list(root.substeps)
    parts[place[0]] = with_step(parts[place[0]], place[1:], new)
    return replace(root, substeps=tuple(parts))


def mutated(dice: random.Random, tree: t.Node) -> t.Node:
    """The tree with one slip: a sign, a number, an exponent, a function, a lost term, two sides exchanged."""
    while True:
        path, node = dice.choice(list(t.walk(tree)))
        slips: list[t.Node] = [t.Negative(node), t.Sum((node, t.ONE)), t.Product((t.integer(2), node))]
        match node:
            case t.Number(value):
                slips.append(t.Number(value + 1))
            case t.Symbol():
                slips.append(t.Symbol("b"))
            case t.Negative(operand):
                slips += [operand] * 2
            case t.Sum(terms) | t.Product(terms):
                slips += [terms[0], t.with_children(node, terms[1:]) if len(terms) > 2 else terms[-1]]
            case t.Quotient(a, b) | t.Power(a, b):
                slips += [t.with_children(node, (b, a)), a]
            case t.Call(name, arguments):
                slips += [t.Call("cos" if name == "sin" else "sin", arguments), arguments[0]]
        new = t.replace_at(tree, path, dice.choice(slips))
        if new != tree:
            return new


def corrupt_line(dice: random.Random, step: Step) -> Step:
    field = dice.choice(["before", "after"])
    return replace(step, **{field: mutated(dice, getattr(step, field))})


def corrupt_rule(dice: random.Random, step: Step) -> Step | None:
    """Another rule, which does not happen to give the same line."""
    other = dice.choice(sorted(RULES - {step.rule}))
    if step.rule in GROUPS:
        return replace(step, rule=other)
    node = t.subtree(step.before, step.path)
    same = other not in GROUPS and apply_rule(other, node, dict(step.bindings), VOCABULARY)
    return None if same == t.subtree(step.after, step.path) else replace(step, rule=other)


def corrupt_path(dice: random.Random, step: Step) -> Step | None:
    """Another place, at which the rule does not happen to give the same line."""
    path, node = dice.choice(list(t.walk(step.before)))
    if path == step.path or step.rule in GROUPS:
        return replace(step, path=(0,)) if step.rule in GROUPS else None
    new = apply_rule(step.rule, node, dict(step.bindings), VOCABULARY)
    if new is not None and t.replace_at(step.before, path, new) == step.after:
        return None
    return replace(step, path=path)


def corrupt_bindings(dice: random.Random, step: Step) -> Step | None:
    if not step.bindings:
        return replace(step, bindings=(("g", t.Symbol("x")),)) if step.rule in GROUPS else None
    (name, meaning), *rest = step.bindings
    return replace(step, bindings=((name, mutated(dice, meaning)), *rest))


def corrupt_conditions(_: random.Random, step: Step) -> Step:
    extra = t.Relation(">", t.Symbol("x"), t.integer(7))
    return replace(step, conditions=() if step.conditions else (extra,))


def corrupt_order(dice: random.Random, step: Step) -> Step | None:
    parts = list(step.substeps)
    if len(parts) < 2:
        return None
    at = dice.randrange(len(parts) - 1)
    if dice.random() < 0.5:
        del parts[at]
    else:
        parts[at], parts[at + 1] = parts[at + 1], parts[at]
    return replace(step, substeps=tuple(parts))


def corrupt_label(dice: random.Random, step: Step) -> Step:
    method = "rule" if step.certificate.method != "rule" else "normal-form"
    return dice.choice([
        replace(step, id=step.id + "1"),
        replace(step, level=step.level + 1),
        replace(step, certificate=Certificate(method)),
        replace(step, certificate=Certificate("trust me")),
    ])  # fmt: skip


CORRUPTIONS: tuple[Callable[[random.Random, Step], Step | None], ...] = (
    corrupt_line,
    corrupt_line,
    corrupt_line,
    corrupt_rule,
    corrupt_path,
    corrupt_bindings,
    corrupt_conditions,
    corrupt_order,
    corrupt_label,
)


def corrupted(dice: random.Random, derivation: Derivation) -> Derivation:
    """The derivation with one step changed so that it is no longer right."""
    while True:
        place, step = dice.choice(steps_of(derivation.root))
        new = dice.choice(CORRUPTIONS)(dice, step)
        if new is not None and new != step:
            return replace(derivation, root=with_step(derivation.root, place, new))


# ---- Tests -------------------------------------------------------------------------------------------------------


def count(many: int, seed: int) -> tuple[int, int, int]:
    """Derive many times; return how many good ones are called false, how many bad ones pass, how many are proven."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    false = missed = proven = steps = 0
    for _ in range(many):
        derivation = random_derivation(dice)
        verdict = derivation.check()
        false += verdict.status == "false"
        proven, steps = proven + verdict.ok, steps + len(verdict.methods)
        if not verdict.ok:
            print(verdict.status, to_text(derivation.expression), verdict)
        bad = corrupted(dice, derivation)
        if bad.check().ok:
            missed += 1
            print("missed", to_text(derivation.expression))
    print(f"{many}: {proven} proven, {steps} steps, {false} called false, {missed} corrupted ones passed")
    return false, missed, proven


def test_finds_the_corrupted_step_and_refuses_nothing_else() -> None:
    false, missed, proven = count(150, seed=1)
    assert (false, missed) == (0, 0)
    assert proven > 145


def test_says_where_the_fault_is() -> None:
    derivation = og.explain("sigmoid")
    place, step = next((place, step) for place, step in steps_of(derivation.root) if step.rule == "power")
    slip = t.replace_at(step.after, step.path, parse("-g^-1"))
    bad = replace(derivation, root=with_step(derivation.root, place, replace(step, after=slip)))
    verdict = bad.check()
    assert not verdict
    assert f"step {step.id}: the rule 'power' does not give this line under these conditions" in verdict.problems
    assert any(problem.startswith(f"step {step.id}: the two sides differ at") for problem in verdict.problems)
    assert verdict.status == "false"
    assert str(verdict).startswith("false")


def test_a_wrong_result_is_found() -> None:
    derivation = og.explain("x^2")
    assert derivation.check().ok
    assert replace(derivation, result="2*x + x - x").check().ok
    assert not replace(derivation, result="3*x").check().ok
    assert not replace(derivation, expression=parse("x^3")).check().ok


def test_a_rule_that_says_nothing_needs_a_proof() -> None:
    derivation = og.explain("x^2", detail=4)
    (step,) = derivation.steps
    for method in ("rule", "normal-form"):
        lie = replace(
            step,
            rule="same-normal-form",
            bindings=(("to", parse("7*x")),),
            after=parse("7*x"),
            certificate=Certificate(method),
        )
        root = replace(derivation.root, after=parse("7*x"), substeps=(lie,)) if derivation.root != step else lie
        assert not replace(derivation, root=root, result="7*x").check().ok


def test_a_file_may_hold_anything() -> None:
    dice = random.Random(7)  # noqa: S311 - nothing secret
    texts = [og.explain(typed, detail=0).to_json() for typed in ("sigmoid", "x^x", "if(x<0, |x|, erf(x))")]
    for _ in range(120):
        text = dice.choice(texts)
        at = dice.randrange(len(text))
        damaged = text[:at] + dice.choice('0123456789xz+-*/()[]{}",:. ') + text[at + dice.randrange(3) :]
        try:
            verdict = check(damaged)
        except DerivationFormatError:
            continue
        assert isinstance(verdict.ok, bool)


def test_numbers_stay_exact() -> None:
    assert isinstance(t.Number(Fraction(1, 4)).value, Fraction)


@pytest.mark.parametrize("typed", ["if(x<0, exp(x)-1, x)", "|x|^3", "erf(x/c)", "x^n", "log(x, b)", "x|x|"])
def test_accepts_every_kind(typed: str) -> None:
    assert og.explain(typed, "x").check().ok


if __name__ == "__main__":
    sys.exit(any(count(int(sys.argv[1]), seed=20260)[:2]))
