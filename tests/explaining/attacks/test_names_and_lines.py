"""Names that are captured or reused, empty derivations, equations, and true derivations with one thing exchanged."""
# ruff: noqa: E501 - one attack a line

from collections.abc import Callable
from dataclasses import replace

import pytest
from support.forge import Move, forged, read, steps_of, with_certificates, with_step, without_conditions

import ogive as og
from ogive.explaining import Derivation
from ogive.explaining.records.steps import Certificate
from ogive.expressions import tree as t


def same(path: tuple[int, ...], new: str) -> Move:
    return ("same-normal-form", path, new, {"to": new})


def refused(bare: Derivation) -> None:
    for derivation in (bare, with_certificates(bare), without_conditions(bare)):
        verdict = derivation.check()
        assert verdict.status in ("not proven", "false")
        assert verdict.problems


# ---- Names -------------------------------------------------------------------------------------------------------

NAMES: list[tuple[str, list[Move], str]] = [
    # a name that the expression, the variable or another name has already
    ("a*sin(x)", [("chain", (), "diff(a*sin(x), a)*diff(x, x)", {"a": "x"}), same((), "sin(x)")], "sin(x)"),
    ("a + x^2", [("abbreviate", (), "diff(a + a, x)", {"a": "x^2"}), same((), "4*x")], "4*x"),
    ("x^2", [("abbreviate", (), "diff(x, x)", {"x": "x^2"}), ("identity", (), "1", {})], "1"),
    ("sin(x^2)", [("abbreviate", (), "diff(sin(x), x)", {"x": "x^2"}), ("function", (), "cos(x)", {})], "cos(x)"),
    ("sin(x)*cos(x)", [("abbreviate", (), "diff(g*cos(x), x)", {"g": "sin(x)"}), ("abbreviate", (), "diff(g*g, x)", {"g": "cos(x)"}), same((), "-2*cos(x)*sin(x)")], "-2*cos(x)*sin(x)"),
    ("exp(sin(x))", [("chain", (), "diff(exp(g), g)*diff(sin(x), x)", {"g": "sin(x)"}), ("chain", (1,), "diff(g, g)*diff(x, x)", {"g": "x"}), same((), "exp(x)")], "exp(x)"),
    # a name that stands for itself, or for what it does not
    ("x", [("abbreviate", (), "diff(g, x)", {"g": "g + x"}), same((), "0")], "0"),
    ("sin(x)", [("abbreviate", (), "diff(g, x)", {"g": "sin(x)"}), ("put-back", (), "diff(cos(x), x)", {"g": "cos(x)"}), ("function", (), "-sin(x)", {})], "-sin(x)"),
    ("sin(x)", [("put-back", (), "diff(cos(x), x)", {"g": "cos(x)"}), ("function", (), "-sin(x)", {})], "-sin(x)"),
    ("sin(x)", [("recall", (), "diff(g, x)", {"name": "g", "long": "sin(x)"}), ("constant", (), "0", {})], "0"),
    ("exp(x)", [("abbreviate", (), "diff(g, x)", {"g": "exp(x)"}), ("constant", (), "0", {})], "0"),
    ("exp(x)", [("abbreviate", (), "diff(g, x)", {"g": "exp(x)"}), same((), "0")], "0"),
    ("exp(2*x)", [("chain", (), "diff(exp(g), g)*diff(2*x, x)", {"g": "2*x"}), ("recall", (1,), "diff(g, x)", {"name": "g", "long": "2*x"}), same((1,), "1"), same((), "exp(2*x)")], "exp(2*x)"),
    ("exp(2*x)", [("chain", (), "diff(exp(g), g)*diff(2*x, x)", {"g": "2*x"}), ("put-back", (0, 0), "exp(2*x)", {"g": "2*x"}), same((0,), "2*exp(2*x)"), same((), "4*exp(2*x)")], "4*exp(2*x)"),
    ("x^2", [("abbreviate", (), "diff(g, x)", {"g": "x^2"}), same((0,), "x*g"), same((), "3*x^2")], "3*x^2"),
    ("x^2", [("chain", (), "diff(g^2, g)*diff(x, x)", {"g": "x"}), same((0, 0), "x*g"), same((), "x")], "x"),
    ("sin(x)^2", [("chain", (), "diff(g^2, g)*diff(sin(x), x)", {"g": "sin(x)"}), ("recall", (0, 0), "g*sin(x)", {"name": "g", "long": "sin(x)"}), same((), "sin(x)*cos(x)")], "sin(x)*cos(x)"),
    ("sin(x)^2", [("chain", (), "diff(g^2, g)*diff(sin(x), x)", {"g": "sin(x)"}), ("put-back", (0, 0), "g*sin(x)", {"g": "sin(x)"}), same((), "sin(x)*cos(x)")], "sin(x)*cos(x)"),
    # a number for the variable, or two numbers for one parameter
    ("x^2", [("put-numbers", (0,), "3^2", {"x": "3"}), ("constant", (), "0", {})], "0"),
    ("a*x", [("put-numbers", (0,), "2*x", {"a": "2"}), same((), "2"), ("abbreviate", (), "b", {"b": "2"}), ("put-numbers", (), "3", {"b": "3"})], "3"),
    ("a*x", [("put-numbers", (0,), "2*x", {"a": "x"}), same((), "2*x")], "2*x"),
    ("a*x - b*x", [("put-numbers", (0,), "2*x - 3*x", {"a": "2", "b": "2"}), same((), "-1")], "-1"),
    # a name from inside a limit
    ("x", [("definition-of-derivative", (), "limit(((x + h) - x)/h, h, 0)", {"by": "h"}), ("abbreviate", (0, 1), "g", {"g": "h"}), ("limit-by-continuity", (), "((x + 0) - x)/g", {"point": "0"}), same((), "0")], "0"),
    ("x", [("definition-of-derivative", (), "limit(((x + x) - x)/x, x, 0)", {"by": "x"}), same((), "1"), same((), "0")], "0"),
    ("x*h", [("definition-of-derivative", (), "limit(((x + h)*h - x*h)/h, h, 0)", {"by": "h"}), ("limit-by-continuity", (), "x", {"point": "0"})], "x"),
    ("sin(x)", [("abbreviate", (), "diff(g, x)", {"g": "sin(x)"}), ("definition-of-derivative", (), "limit((g - g)/h, h, 0)", {"by": "h"}), same((), "0")], "0"),
    ("sin(x)*h", [("abbreviate", (), "diff(g*x, x)", {"g": "sin(x)*h/x"}), ("definition-of-derivative", (), "limit((g*(x + h) - g*x)/h, h, 0)", {"by": "h"}), same((0,), "g"), ("limit-by-continuity", (), "g", {"point": "0"})], "sin(x)*h/x"),
]  # fmt: skip


@pytest.mark.parametrize("row", NAMES, ids=lambda row: f"{row[0]} -> {row[2]}")
def test_no_name_is_captured_or_reused(row: tuple[str, list[Move], str]) -> None:
    refused(forged(*row))


# ---- Nothing, and nowhere ----------------------------------------------------------------------------------------

VACUOUS: list[tuple[str, list[Move], str]] = [
    ("x", [], "0"),
    ("x", [], "1"),
    ("x^2", [], "diff(x^2, x)"),
    ("x", [same((), "diff(x, x)")], "1"),
    ("x", [same((), "diff(x*1, x)")], "diff(x*1, x)"),
    ("log(x)*log(-x)", [same((), "0")], "0"),
    ("sqrt(-1 - x^2)", [same((), "0")], "0"),
    ("sqrt(-x^2)*x", [same((), "sqrt(-x^2)")], "sqrt(-x^2)"),
    ("log(-exp(x))", [same((), "1")], "1"),
    ("asin(2 + x^2)", [same((), "0")], "0"),
    ("(-2)^x", [("exponential-with-base", (), "(-2)^x*log(-2)", {})], "(-2)^x*log(-2)"),
    ("0^x", [("exponential-with-base", (), "0^x*log(0)", {}), same((), "0")], "0"),
    ("1/(x - x)", [same((), "0")], "0"),
    ("x/(sin(x)^2 + cos(x)^2 - 1)", [same((), "0")], "0"),
    ("acosh(cos(x))", [same((), "0")], "0"),
    ("if(x < 0, log(x), sqrt(-x))", [same((), "0")], "0"),
    ("atanh(1 + exp(x))", [same((), "0")], "0"),
]


@pytest.mark.parametrize("row", VACUOUS, ids=lambda row: f"{row[0]} -> {row[2]}")
def test_nothing_is_proven_of_nothing(row: tuple[str, list[Move], str]) -> None:
    refused(forged(*row))


# ---- Equations ---------------------------------------------------------------------------------------------------

EQUATIONS: list[tuple[str, str, list[Move], str]] = [
    ("x^2", "", [same((), "0 = 0")], "0"),
    ("x^2", "", [same((), "1 < 2")], "2"),
    ("x^2", "y = x^3", [("differentiate-both-sides", (), "diff(y, x) = diff(x^3, x)", {"by": "x"}), ("power", (1,), "3*x^2", {})], "3*x^2"),
    ("x^2", "y = x^2", [same((), "diff(y, x) = 3*x")], "3*x"),
    ("x^2", "y = x^2", [same((), "diff(y, y) = 1")], "1"),
    ("x^2", "y = x^2", [same((), "y = x^2 + 0")], "x^2"),
    ("x^2", "y = x^2", [same((), "0 = 0")], "0"),
    ("x^2", "y = x^2", [same((), "diff(y, x) < 3*x^2 + 9")], "3*x^2 + 9"),
    ("x^2", "x = x^2", [("differentiate-both-sides", (), "diff(x, x) = diff(x^2, x)", {"by": "x"}), same((0,), "1")], "2*x"),
    ("a*x", "a = a*x", [same((), "diff(a, x) = 0")], "0"),
    ("sin(x)", "y = sin(x)", [("undo", (), "asin(y) = x", {"by": "x"}), ("inverse-function-theorem", (), "diff(y, x) = 1/diff(asin(y), y)", {"y": "y"}), same((1,), "sqrt(1 - sin(x)^2)")], "sqrt(1 - sin(x)^2)"),
    ("x^2", "y = x^2", [("undo", (), "sqrt(y) = x", {"by": "x"}), ("inverse-function-theorem", (), "diff(y, x) = 1/diff(sqrt(y), y)", {"y": "y"}), same((1,), "2*sqrt(x^2)")], "2*sqrt(x^2)"),
    ("x", "y = x", [("logarithm-of-both-sides", (), "log(y) = log(-x)", {}), same((), "diff(y, x) = 1")], "-1"),
]  # fmt: skip


@pytest.mark.parametrize("row", EQUATIONS, ids=lambda row: f"{row[0]}; {row[1]} -> {row[3]}")
def test_an_equation_must_be_the_one_asked_for_and_true(row: tuple[str, str, list[Move], str]) -> None:
    expression, first, moves, result = row
    refused(forged(expression, moves, result, first=first))


# ---- True derivations with one thing exchanged -------------------------------------------------------------------

ASKED = (("x^2*exp(x)", {}), ("sigmoid", {}), ("sqrt(x)*log(x)", {}), ("x^x", {}), ("tanh", {"route": "inverse"}),
         ("sigmoid", {"route": "limit"}), ("sigmoid", {"route": "logarithmic"}), ("abs(x)^3", {}), ("sin(x)/x", {"order": 2}))  # fmt: skip
TRUE = [og.explain(typed, **options) for typed, options in ASKED]


def leaf(derivation: Derivation, at: int) -> tuple[tuple[int, ...], object]:
    found = [(place, step) for place, step in steps_of(derivation.root) if not step.substeps]
    return found[at % len(found)]


def first_line(d: Derivation) -> Derivation:
    return replace(d, expression=t.Sum((d.expression, t.Symbol(d.variable))))


def result(d: Derivation) -> Derivation:
    return replace(d, result=f"({d.result}) + 1")


def result_scaled(d: Derivation) -> Derivation:
    return replace(d, result=f"({d.result})*1.0000001")


def order(d: Derivation) -> Derivation:
    return replace(d, order=d.order + 1)


def variable(d: Derivation) -> Derivation:
    return replace(d, variable="q")


def dropped_condition(d: Derivation) -> Derivation:
    return replace(d, conditions=d.conditions[1:] if d.conditions else (read("x > 0"),))


def dropped_step(d: Derivation) -> Derivation:
    place, group = next((p, s) for p, s in steps_of(d.root) if len(s.substeps) > 1)
    return replace(d, root=with_step(d.root, place, replace(group, substeps=group.substeps[1:])))


def swapped_steps(d: Derivation) -> Derivation:
    place, group = next((p, s) for p, s in steps_of(d.root) if len(s.substeps) > 1)
    one, two, *rest = group.substeps
    return replace(d, root=with_step(d.root, place, replace(group, substeps=(two, one, *rest))))


def edited_line(d: Derivation) -> Derivation:
    place, step = leaf(d, 1)
    return replace(d, root=with_step(d.root, place, replace(step, after=t.Product((step.after, t.integer(2))))))


def edited_last_line(d: Derivation) -> Derivation:
    return replace(d, root=replace(d.root, after=t.Negative(d.root.after)))


def trust_me(d: Derivation) -> Derivation:
    place, step = leaf(d, 0)
    return replace(d, root=with_step(d.root, place, replace(step, certificate=Certificate("trust me"))))


def no_proof_needed(d: Derivation) -> Derivation:
    place, step = leaf(d, 0)
    return replace(d, root=with_step(d.root, place, replace(step, certificate=Certificate("rule"))))


def other_rule(d: Derivation) -> Derivation:
    place, step = leaf(d, 0)
    return replace(d, root=with_step(d.root, place, replace(step, rule="zero-term")))


def other_path(d: Derivation) -> Derivation:
    place, step = leaf(d, 1)
    return replace(d, root=with_step(d.root, place, replace(step, path=(*step.path, 0))))


def deep_path(d: Derivation) -> Derivation:
    place, step = leaf(d, 1)
    return replace(d, root=with_step(d.root, place, replace(step, path=(0,) * 500)))


def negative_path(d: Derivation) -> Derivation:
    place, step = leaf(d, 1)
    return replace(d, root=with_step(d.root, place, replace(step, path=(*step.path[:-1], -1))))


def bound(d: Derivation) -> Derivation:
    place, step = leaf(d, 0)
    return replace(d, root=with_step(d.root, place, replace(step, bindings=(*step.bindings, ("q", read("7"))))))


def empty_group(d: Derivation) -> Derivation:
    place, group = next((p, s) for p, s in steps_of(d.root) if s.substeps and p)
    return replace(d, root=with_step(d.root, place, replace(group, substeps=())))


def wrong_id(d: Derivation) -> Derivation:
    place, step = leaf(d, 0)
    return replace(d, root=with_step(d.root, place, replace(step, id="9.9")))


EXCHANGES: tuple[Callable[[Derivation], Derivation], ...] = (
    first_line, result, result_scaled, order, variable, dropped_condition, dropped_step, swapped_steps, edited_line,
    edited_last_line, trust_me, no_proof_needed, other_rule, other_path, deep_path, negative_path, bound, wrong_id,
)  # fmt: skip


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("at", range(len(TRUE)))
def test_one_thing_exchanged_is_found(at: int, exchange: Callable[[Derivation], Derivation]) -> None:
    assert TRUE[at].check().ok
    verdict = exchange(TRUE[at]).check()
    assert verdict.status in ("not proven", "false")


def test_a_group_without_steps_sums_up_nothing() -> None:
    for derivation in TRUE[:4]:
        assert not empty_group(derivation).check().ok


# ---- State -------------------------------------------------------------------------------------------------------


def test_no_answer_depends_on_what_was_asked_before() -> None:
    poisoned = forged("sin(x)", [("abbreviate", (), "diff(g, x)", {"g": "sin(x)"}), same((), "0")], "0")
    questions = [*TRUE, poisoned, *(forged(*row) for row in (*NAMES, *VACUOUS))]
    forwards = [question.check() for question in questions]
    backwards = [question.check() for question in reversed(questions)][::-1]
    assert forwards == backwards
    assert [question.check() for question in questions[::3]] == forwards[::3]
