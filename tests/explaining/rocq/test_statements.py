"""What is written for Rocq: names, numbers, conditions and comments, without Rocq itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ogive as og
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.explaining.rocq.conditions import conditions_of
from ogive.explaining.rocq.document import comment
from ogive.explaining.rocq.theorems import VacuousError, slope, stated
from ogive.explaining.rocq.translation import NotExpressibleError, identifier, term
from ogive.expressions import parse
from ogive.expressions.tree import Node, Number, Product, Symbol


def read(text: str) -> Node:
    return parse(text, functions=VOCABULARY, names=("x",))


def conditions(text: str, variable: str = "x") -> set[str]:
    found = conditions_of(read(text), VOCABULARY, variable)
    return {stated(condition, VOCABULARY).replace("v_", "") for condition in found}


# ---- Names ---------------------------------------------------------------------------------------------------------

NAMES = st.text(min_size=1, max_size=12)


@given(NAMES, NAMES)
def test_different_names_stay_different_and_are_names_of_rocq(one: str, other: str) -> None:
    assert (identifier(one) == identifier(other)) == (one == other)
    assert re.fullmatch(r"v_[A-Za-z0-9_]*", identifier(one))


@pytest.mark.parametrize("name", ["S", "O", "I", "R", "exp", "PI", "fun", "forall", "Prop", "v_x", "Admitted"])
def test_names_of_rocq_are_not_captured(name: str) -> None:
    assert term(Symbol(name), VOCABULARY) == identifier(name) != name


@pytest.mark.parametrize(
    "name", ["x : R), False. Proof. Admitted. (*", "x *) Axiom cheat : False. (*", '"', "x\nAdmitted.", "x."]
)
def test_a_name_cannot_carry_commands(name: str) -> None:
    theorem = slope("claim", Symbol(name), name, Number(read("1").value), VOCABULARY)  # type: ignore[union-attr]
    assert "Admitted" not in re.sub(r"v_\w+", "", theorem.text)
    assert "Axiom" not in re.sub(r"v_\w+", "", theorem.text + theorem.witness)
    assert '"' not in theorem.text


@given(st.text(alphabet='(*)" ab\n', max_size=30))
def test_a_comment_ends_where_it_ends(text: str) -> None:
    found = comment(text)
    assert found.startswith("(* ")
    assert found.endswith(" *)")
    inside = found[3:-3]
    assert "(*" not in inside
    assert "*)" not in inside
    assert '"' not in inside


# ---- Numbers and functions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("0.25", "(1 / 4)"),
        ("x^3", "(v_x ^ 3)"),
        ("x^-2", "(/ (v_x ^ 2))"),
        ("x^(2/3)", "(Rpower v_x (2 / 3))"),
        ("e^x", "(exp v_x)"),
        ("e", "(exp 1)"),
        ("-x^2", "(- (v_x ^ 2))"),
        ("x - 1", "(v_x - 1)"),
        ("log(x, 3)", "((ln v_x) / (ln 3))"),
        ("arcsinh(x)", "(arcsinh v_x)"),
        ("gompertz(x)", "(exp (- (exp (- v_x))))"),
    ],
)
def test_an_expression_is_written_for_rocq(text: str, written: str) -> None:
    assert term(read(text), VOCABULARY) == written


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("erfinv(x)", "erfinv"),
        ("lambertw(x)", "lambertw"),
        ("if(x < 0, 1, x)", "case distinction"),
        ("x^201", "power of more than 200"),
        ("1" + "0" * 300, "digits"),
    ],
)
def test_what_is_not_stated_is_named(text: str, named: str) -> None:
    with pytest.raises(NotExpressibleError, match=re.escape(named)):
        term(read(text), VOCABULARY)


def test_the_derivation_says_what_it_cannot_express() -> None:
    with pytest.raises(ValueError, match=r"erfinv\(\.\.\.\) is not defined in Rocq's libraries"):
        og.explain("erfinv(x)").to_rocq()


# ---- Conditions come from the expression as typed ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("log(x)", {"0 < x"}),
        ("0*log(-1)*x", {"0 < (- 1)"}),
        ("sqrt(x)", {"0 < x"}),
        ("sqrt(y) + x", {"0 <= y"}),
        ("abs(x - 1)", {"(x - 1) <> 0"}),
        ("abs(y)*x", set()),
        ("1/x + 1/y", {"x <> 0", "y <> 0"}),
        ("x^(1/3)", {"0 < x"}),
        ("x^y", {"0 < x"}),
        ("(-2)^x", {"0 < (- 2)"}),
        ("asin(x)", {"0 < (1 - x)", "0 < (1 + x)"}),
        ("tan(x)", {"(cos x) <> 0"}),
        ("log(x, y)", {"0 < x", "0 < y", "(ln y) <> 0"}),
        ("cbrt(x)", {"x <> 0"}),
        ("acoth(x)", {"0 < ((x ^ 2) - 1)"}),
        ("1/(1/x)", {"x <> 0"}),
        ("log((2*x)^3)", {"0 < x"}),
        ("x/x", {"x <> 0"}),
        ("erf(x)", set()),
    ],
)
def test_each_part_has_its_conditions(text: str, expected: set[str]) -> None:
    """By hand: where the textbook function has a real slope by x."""
    assert conditions(text) == expected


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("0*log(-1)*x", "0"),
        ("(-2)^x", "log(2)*2^x"),
        ("sqrt(x)*sqrt(-x)", "0"),
        ("asin(2)*x", "asin(2)"),
        ("x/0", "0"),
        ("log(x*0)", "0"),
        ("1/(x - x)", "0"),
        ("sqrt(-1 - x^2)*0", "0"),
        ("acosh(x)*acosh(-x)", "1"),
        ("log(-x^2)", "2/x"),
    ],
)
def test_a_claim_about_nothing_is_refused(text: str, claimed: str) -> None:
    """Rocq would prove each: its logarithm is 0 below 0, and its 1/0 is 0."""
    with pytest.raises(VacuousError, match="no point was found where"):
        slope("claim", read(text), "x", read(claimed), VOCABULARY)


def test_a_result_cannot_narrow_a_claim_to_points() -> None:
    """2 + sqrt(-(x - 1)^2) has a value at x = 1 alone, and would pass there for the slope of x^2."""
    with pytest.raises(VacuousError):
        slope("claim", read("x^2"), "x", read("2 + sqrt(-(x - 1)^2)"), VOCABULARY, narrowed=True)


# ---- The file ------------------------------------------------------------------------------------------------------


def test_the_file_of_the_logistic_function(golden: Callable[[str, str], None]) -> None:
    """The whole file, as it was when Coq 8.16.1 accepted it; `test_judgements` has it checked again."""
    golden("logistic.v", og.explain("1/(1+exp(-z))").to_rocq())


def test_every_theorem_has_its_witness_and_all_are_listed() -> None:
    text = og.explain("sqrt(x)*log(x)").to_rocq()
    claims = re.findall(r"^(?:Theorem|Lemma) ((?:slope|line_\d+)) ", text, re.MULTILINE)
    assert claims[0] == "slope"
    for name in claims:
        assert f"Lemma {name}_not_vacuous :" in text
    listed = re.search(r"Definition all_of_them := \((.*)\)\.", text)
    assert listed is not None
    assert set(claims) <= set(listed.group(1).split(", "))


def test_what_a_product_of_names_means() -> None:
    tree = Product((Symbol("S"), Symbol("exp"), Symbol("x")))
    assert term(tree, VOCABULARY) == "(v_S * v_exp * v_x)"
