"""Three-valued equality, on pairs collected from answer checkers and on published derivatives."""

from __future__ import annotations

import json
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest
import sympy as sp

import ogive as og
from ogive.explaining.checking.values import as_ball, value_at
from ogive.explaining.signs.pieces import expanded
from ogive.expressions import ELEMENTARY, ExpressionError, parse
from ogive.expressions.balls import UndefinedError

DATA = Path(__file__).parents[1] / "data"
PAIRS = json.loads((DATA / "answer_equivalence.json").read_text())["pairs"]
OWN = json.loads((DATA / "equivalence_pairs.json").read_text(encoding="utf-8"))["pairs"]
PROBLEMS = json.loads((DATA / "derivative_problems.json").read_text())["problems"]


def plain(text: str) -> str:
    """SymPy's Rational(1, 3) as people write it."""
    return re.sub(r"Rational\((-?\d+),\s*(\d+)\)", r"(\1/\2)", text)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_collected_pairs(pair: dict[str, object]) -> None:
    found = og.equivalent(plain(str(pair["a"])), plain(str(pair["b"])))
    assert found.answer == ("equal" if pair["equal"] else "different")
    if found.answer == "different":
        at = {
            sp.Symbol(name): sp.Rational(value.numerator, value.denominator) for name, value in found.witness.items()
        }
        a, b = (sp.sympify(pair[side], rational=True).subs(at).evalf(60) for side in ("a", "b"))
        assert a != b


@pytest.mark.parametrize(
    "problem", [each for each in PROBLEMS if each["order"] == 1 and "at" not in each], ids=lambda each: each["id"]
)
def test_published_derivatives(problem: dict[str, object]) -> None:
    found = og.equivalent(f"diff({plain(problem['expr'])}, {problem['var']})", plain(problem["answer"]))
    assert found.answer == ("equal" if problem["printed_answer_correct"] else "different")


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        ("a(1-a)", "a - a^2", "equal"),
        ("sigmoid'(z)", "sigmoid(z)(1-sigmoid(z))", "equal"),
        ("x", "sqrt(x^2)", "different"),
        ("atan(x) + atan(1/x)", "pi/2*sign(x)", "equal"),
        ("asin(x) + acos(x)", "pi/2", "equal"),
        ("2*atan(tanh(z/2))", "asin(tanh(z))", "equal"),
        ("|x|", "if(x < 0, -x, x)", "equal"),
        ("asin(sin(x))", "x", "different"),
        ("log(-1-x^2)", "x", "unknown"),  # real nowhere
        ("y = x^2", "y = x*x", "equal"),
        ("y = x^2", "x^2 = y", "equal"),
        ("erf(x)", "erf(x) + 10^-40", "different"),  # below any tolerance of floating point
    ],
)
def test_answers(a: str, b: str, answer: str) -> None:
    assert og.equivalent(a, b).answer == answer
    assert og.equivalent(b, a).answer == answer


@pytest.mark.parametrize("pair", OWN, ids=lambda pair: f"{pair['a']} and {pair['b']}")
def test_own_pairs_are_never_wrong(pair: dict[str, str]) -> None:
    """Each has its answer by hand: a proof in words, or a point."""
    found = og.equivalent(pair["a"], pair["b"])
    assert found.answer in (pair["answer"], "unknown")
    assert found.answer == pair["answer"] or (pair["a"], pair["b"]) in UNKNOWN
    assert (found.witness is not None) == (found.answer == "different")


# What is equal and not proven.
UNKNOWN = {
    ("sqrt(x)*sqrt(-x)", "0"), ("sqrt(-x^2)", "x"), ("sqrt(x*y)", "sqrt(x)*sqrt(-y)"),  # real together at edges only
    ("sqrt(x^(2*a))", "|x|^a"), ("atan(x)", "asin(x/sqrt(1+x^2))"), ("acosh(cosh(x))", "|x|"),
    ("x=1", "x^3=1"), ("|x|<1", "x^2<1"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "where"),
    [
        ("ln(x^2)", "2 ln x", "for x > 0, where both are defined (the first for x != 0, the second for x > 0)"),
        ("sqrt(x)sqrt(y)", "sqrt(x y)", "for x >= 0, y >= 0, where both are defined "
         "(the first for x >= 0, y >= 0, the second for x*y >= 0)"),
        ("sqrt((x-3)(x-5))", "sqrt(x-3)sqrt(x-5)", "for x >= 5, where both are defined "
         "(the first for (x - 3)*(x - 5) >= 0, the second for x >= 5)"),
        ("sqrt(r^3)", "r^(3/2)", "for r >= 0"),
        ("(x^4)^(1/4)", "|x|", "everywhere"),
        ("1/(1+sqrt(x))", "(1-sqrt(x))/(1-x)", "for 1 - x != 0, x >= 0, where both are defined "
         "(the first for x >= 0, the second for 1 - x != 0, x >= 0)"),
        ("1/(sqrt(x)+sqrt(y))", "1/(sqrt(y)+sqrt(x))", "for sqrt(x) + sqrt(y) != 0, sqrt(y) + sqrt(x) != 0, x >= 0, "
         "y >= 0, where both are defined (the first for sqrt(x) + sqrt(y) != 0, x >= 0, y >= 0, the second for "
         "sqrt(y) + sqrt(x) != 0, x >= 0, y >= 0)"),
    ],
)  # fmt: skip
def test_the_verdict_says_where(a: str, b: str, where: str) -> None:
    found = og.equivalent(a, b)
    assert found.where == where
    assert str(found).startswith(f"equal {where}: ")


# Rules that hold sometimes: u, v are expressions; a and y are symbols.
RULES = (
    ("sqrt(({u})^2)", "({u})"), ("(({u})^a)^2", "({u})^(2*a)"), ("({u})^a*({v})^a", "(({u})*({v}))^a"),
    ("ln(({u})^2)", "2*ln({u})"), ("sqrt({u})*sqrt({v})", "sqrt(({u})*({v}))"), ("sign({u})*({u})", "abs({u})"),
    ("sign({u})^2", "1"), ("({u})^a*({u})^y", "({u})^(a+y)"), ("(({u})^a)^y", "({u})^(a*y)"),
    ("sqrt(({u})^2*({v}))", "({u})*sqrt({v})"), ("abs({u})", "({u})"), ("cbrt(({u})^3)", "({u})"),
    ("if({u}<{v},{v},{u})", "({u}+{v}+abs({u}-{v}))/2"), ("sqrt({u})+abs({v})", "sqrt({u})+({v})"),
    ("({u})^(-1/2)*sqrt({u})", "1"), ("(({u})^2)^a", "abs({u})^(2*a)"), ("(-({u}))^a", "({u})^a"),
)  # fmt: skip
PARTS = ("x", "y", "2", "-1", "sqrt(x)", "x^2", "x*y", "x-y", "1-x", "abs(x)", "x^a", "ln(x)", "x^(1/3)", "sign(x)")
PLACES = [Fraction(text) for text in ("-3", "-2", "-1", "-1/2", "0", "1/3", "1/2", "1", "2", "3")]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_proven_equal_has_equal_values_wherever_both_have_one(seed: int) -> None:
    """The values are exact numbers and balls, and share no code with the proofs."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    for _ in range(20):
        u, v = dice.choice(PARTS), dice.choice(PARTS)
        a, b = (side.format(u=u, v=v) for side in dice.choice(RULES))
        if og.equivalent(a, b).answer != "equal":
            continue
        trees = [expanded(parse(side), ELEMENTARY) for side in (a, b)]
        for _ in range(60):
            point = {name: dice.choice(PLACES) for name in "axy"}
            try:
                values = [as_ball(value_at(tree, point, ELEMENTARY)) for tree in trees]
            except ArithmeticError:
                continue
            assert values[0].overlaps(values[1]), (a, b, point)


@pytest.mark.parametrize(
    ("text", "point", "value"),
    [
        ("x^(-1/3)", {"x": 0}, None), ("x^(1/3)", {"x": 0}, 0),
        ("x^(1/3)", {"x": -8}, None), ("x^(1/3)", {"x": 8}, 2),
        ("x^0", {"x": 0}, None), ("x^a", {"x": 0, "a": 0}, None), ("x^a", {"x": -2, "a": 3}, -8),
        ("x^a", {"x": 0, "a": 2}, 0), ("x^(1/ln(x))", {"x": 0}, None), ("0*ln(x)", {"x": 0}, None),
        ("sqrt(x)/sqrt(x)", {"x": 0}, None), ("sign(x)", {"x": 0}, 0), ("acosh(x)", {"x": 1}, 0),
    ],
)  # fmt: skip
def test_a_value_at_a_point_is_exact_or_is_none(text: str, point: dict[str, int], value: int | None) -> None:
    at = {name: Fraction(number) for name, number in point.items()}
    if value is None:
        with pytest.raises(UndefinedError):
            value_at(parse(text), at, ELEMENTARY)
    else:
        assert value_at(parse(text), at, ELEMENTARY) == value


def test_names_run_together_are_refused() -> None:
    with pytest.raises(ExpressionError, match=r"sin\(x\)\*cos\(x\)"):
        og.equivalent("sin x cos x", "sinxcosx")


def test_witness_is_exact_and_shown() -> None:
    found = og.equivalent("x", "sqrt(x^2)")
    assert found.witness == {"x": Fraction(-1, 3)}
    assert str(found) == "different: at x = -1/3 the first is -0.3333333333 and the second 0.3333333333"


def test_point_where_one_side_is_not_defined() -> None:
    found = og.equivalent("x - 1", "(x^2-1)/(x+1)")
    assert found.answer == "equal"
    assert found.one_sided == {"x": Fraction(-1)}


def test_is_not_a_truth_value() -> None:
    with pytest.raises(TypeError, match="three answers"):
        bool(og.equivalent("x", "x"))


def test_bad_input() -> None:
    with pytest.raises(ExpressionError):
        og.equivalent("x +", "x")
    with pytest.raises(TypeError, match="not int"):
        og.equivalent(1, "x")
    assert og.equivalent("+".join("x" * 500), "x").answer in ("unknown", "different")
