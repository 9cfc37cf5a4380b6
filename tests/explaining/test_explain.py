"""``og.explain``: what it takes, where it leads, and what it says when it cannot."""

import json
from collections.abc import Callable

import pytest
import sympy

import ogive as og
from ogive.explaining import ROUTES, DerivationTooLongError, Effort, RouteError, TargetError, check, compare_routes
from ogive.explaining.moves.rules import GROUPS, RULES
from ogive.explaining.moves.words import TEXTS
from ogive.explaining.records.steps import leaves
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import ExpressionError, Limits, compile_numpy, parse

EVERY_RULE = [
    "sigmoid(z)", "x^2*exp(x)", "(x+9)/(x^2-7x+1)", "(3x+2)^5", "x^x", "2^x", "log(x, 3)", "sqrt(1+x^2)", "|x|*x",
    "erf(x/2)", "if(x<0, exp(x)-1, x)", "sin(x)cos(x)tan(x)", "asin(x^2)+acos(x)+atan(1/x)", "sinh(x)/cosh(x)",
    "asinh(x)+acosh(x)", "sec(x)+csc(x)+cot(x)", "x^n", "a*x+b", "exp(-exp(-x))", "erfinv(x)", "cbrt(x)",
    "lambertw(x)", "log(1+exp(x))", "x*sigmoid(x)", "x*tanh(log(1+exp(x)))", "sigmoid'(x)",
]  # fmt: skip


@pytest.mark.parametrize("typed", EVERY_RULE)
def test_agrees_with_sympy_and_with_difference_quotients(typed: str) -> None:
    var = "z" if "z" in typed else "x"
    derivation = og.explain(typed, var)
    assert derivation.check().ok
    names = (var, "a", "b", "n")
    value = compile_numpy(parse(typed, functions=VOCABULARY), names, functions=VOCABULARY)
    slope = compile_numpy(parse(derivation.result, functions=VOCABULARY), names, functions=VOCABULARY)
    point, step = (1.3 if "acosh" not in typed else 2.0), 1e-6
    if "asin" in typed or "erfinv" in typed:
        point = 0.4
    if "acosh" in typed:  # acosh and atanh have no common domain
        return
    # the error of a central difference is about step^2 plus rounding of 1e-16/step
    expected = (value(point + step, 0.7, 0.2, 3.0) - value(point - step, 0.7, 0.2, 3.0)) / (2 * step)
    assert slope(point, 0.7, 0.2, 3.0) == pytest.approx(expected, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize(
    "typed", ["x**2*exp(x)", "sin(x)**3/x", "exp(-x)/(1+exp(-x))", "x**x", "log(x**2+1)*atan(x)"]
)
def test_second_derivatives_agree_with_sympy(typed: str) -> None:
    derivation = og.explain(typed, "x", order=2)
    assert derivation.check().ok
    x = sympy.Symbol("x")
    expected = sympy.lambdify(x, sympy.diff(sympy.sympify(typed), x, 2))
    ours = compile_numpy(parse(derivation.result, functions=VOCABULARY), ["x"], functions=VOCABULARY)
    assert ours(1.7) == pytest.approx(expected(1.7), rel=1e-12)


def test_higher_orders_of_the_logistic() -> None:
    third = og.explain("sigmoid", order=3)
    assert third.check().ok
    slope = compile_numpy(parse(third.result, functions=VOCABULARY), ["z"], functions=VOCABULARY)
    # sigma''' = s(1-s)(1-6s+6s^2), which is -1/8 at 0
    assert slope(0.0) == pytest.approx(-0.125)
    a = og.sigmoid(1.0)
    assert slope(1.0) == pytest.approx(a * (1 - a) * (1 - 6 * a + 6 * a * a))


# ---- Targets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("1/(1+exp(-z))", "a*(1-a)"),
        ("1/(1+exp(-z))", "a - a^2"),
        ("1/(1+exp(-z))", "σ(z)(1-σ(z))"),
        ("1/(1+exp(-z))", "exp(z)/(1+exp(z))^2"),
        ("tanh(x)", "1-y^2"),
        ("tanh(x)", "sech(x)^2"),
        ("tan(x)", "1+y^2"),
        ("log(1+exp(x))", "1-exp(-y)"),
        ("log(1+exp(x))", "sigmoid(x)"),
        ("exp(-exp(-x))", "-y*ln(y)"),
        ("L/(1+exp(-k*x))", "k*y*(1-y/L)"),
        ("x^2*e^x", "x*e^x*(x+2)"),
    ],
)
def test_reaches_the_target(typed: str, target: str) -> None:
    derivation = og.explain(typed, "z" if "z" in typed else "x", target=target)
    assert derivation.check().ok
    assert parse(derivation.result, functions=VOCABULARY) == parse(target, functions=VOCABULARY)


def test_an_undecided_target_is_not_claimed() -> None:
    with pytest.raises(TargetError, match="could not be decided"):
        og.explain("sin(x)", target="√(1-y^2)*sign(cos(x))")


def test_a_wrong_target_is_refuted_at_a_point() -> None:
    with pytest.raises(TargetError, match=r"is not the derivative: at z = 0\.5 it is 0\.622459, and .* is 0\.235004"):
        og.explain("1/(1+exp(-z))", target="a")


def test_a_target_with_two_unknown_names() -> None:
    with pytest.raises(ValueError, match="unknown names a, b; one of them"):
        og.explain("1/(1+exp(-z))", target="a*b")


# ---- Routes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_leads_to_the_slope_of_the_logistic(route: str, golden: Callable[[str, str], None]) -> None:
    derivation = og.explain("sigmoid", route=route)
    verdict = derivation.check()
    assert verdict.ok
    assert derivation.result == "sigmoid(z)*(1 - sigmoid(z))"
    golden(f"route_{route}.txt", str(derivation) + "\n")
    assert check(derivation.to_json()).ok


def test_routes_are_compared_by_length() -> None:
    comparison = compare_routes("sigmoid")
    assert {derivation.route for derivation in comparison} == set(ROUTES)
    counts = [len(list(leaves(derivation.root))) for derivation in comparison]
    assert counts == sorted(counts)
    assert str(comparison).startswith("route ")
    assert "the same as rules" in str(compare_routes("x^2"))


def test_a_route_says_what_it_needs() -> None:
    with pytest.raises(RouteError, match="clears a denominator, and this expression has none"):
        og.explain("x^2", route="implicit")
    with pytest.raises(ValueError, match="no route 'scenic'; the routes are rules, quo"):
        og.explain("x^2", route="scenic")
    with pytest.raises(RouteError, match="cannot solve for x in"):
        og.explain("x + sin(x)", route="inverse")


# ---- What it says ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a*b",), "which of a, b is the variable"),
        (("3",), "has no variable"),
        (("y = x",), "only a plain expression"),
        ((3.5,), "give an expression as text, a shape or a curve, not float"),
    ],
)
def test_unclear_questions(arguments: tuple[object], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        og.explain(*arguments)


def test_options_are_checked() -> None:
    with pytest.raises(ValueError, match="detail goes from 0"):
        og.explain("x^2", detail=7)
    with pytest.raises(ValueError, match="order is a whole number"):
        og.explain("x^2", order=0)


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 1_000_000,
        "9^9^9^9",
        "x^(9^9^9)",
        "__import__('os').system('true')",
        "x" + "^x" * 50,
        "exp(" * 70 + "x" + ")" * 70,
        "*".join(["(1+x)"] * 400),
        "+".join(f"sin({n}x)^{n}*cos(x^{n})" for n in range(1, 60)),
    ],
)
def test_hostile_input_ends_soon_with_a_word(hostile: str) -> None:
    with pytest.raises(ValueError, match=r"(?s)^.{1,1000}$"):
        og.explain(hostile, "x")


@pytest.mark.parametrize("odd", ["((x^999)^999)^999", "(1+x+a)^999", "sin(sin(sin(sin(sin(sin(x))))))"])
def test_odd_input_is_differentiated_like_any_other(odd: str) -> None:
    assert og.explain(odd, "x").check().ok


@pytest.mark.parametrize("nowhere", ["x/(x-x)", "0^0*x", "log(x)*log(-x)", "acosh(x)*atanh(x)"])
def test_nothing_is_proven_of_what_has_no_value_anywhere(nowhere: str) -> None:
    verdict = og.explain(nowhere, "x").check()
    assert verdict.status == "not proven"
    assert any("holds nowhere" in problem or "no point" in problem for problem in verdict.problems)


@pytest.mark.parametrize("unreal", ["1/0", "0*ln(-1)*x", "sqrt(-4)*x", "x + arcsin(2)", "(-8)^(1/3)*x"])
def test_a_number_that_is_not_real_is_refused(unreal: str) -> None:
    with pytest.raises(ValueError, match="has no real value"):
        og.explain(unreal, "x")


def test_a_power_of_a_negative_number_has_no_real_derivative() -> None:
    with pytest.raises(ValueError, match="needs -2 > 0, which is false"):
        og.explain("(-2)^x")


SURDS = {
    "sqrt(5)*sin(x)": "sqrt(5)*cos(x)",
    "sqrt(3)*x^2": "2*sqrt(3)*x",
    "1/(1+e^(-sqrt(3)*x))": "sqrt(3)*e^(-sqrt(3)*x)/(1+e^(-sqrt(3)*x))^2",
    "x^sqrt(2)": "sqrt(2)*x^(sqrt(2)-1)",
    "0^2*x^2": "0",
    "2^(1/3)*2^(1/3)*x": "2^(2/3)",
    "tan(sqrt(3)x)": "sqrt(3)*sec(sqrt(3)x)^2",
    "normal(z)": "exp(-z^2/2)/sqrt(2*pi)",
    "gelu(z)": "(1+erf(z/sqrt(2)))/2 + z*exp(-z^2/2)/sqrt(2*pi)",
}  # by hand, and the two shapes from their definitions


@pytest.mark.parametrize("expression", SURDS)
def test_roots_and_powers_of_numbers_stay_as_factors(expression: str) -> None:
    found = og.explain(expression)
    assert og.equivalent(found.result, SURDS[expression]).answer == "equal"
    assert found.check().ok


def test_effort_is_an_option() -> None:
    with pytest.raises(DerivationTooLongError, match="more than 3 steps; raise"):
        og.explain("sin(x)*cos(x)*exp(x)", effort=Effort(steps=3))
    with pytest.raises(DerivationTooLongError, match=r"raise effort\.work"):
        og.explain("sin(x)*cos(x)*exp(x)", effort=Effort(work=0))
    with pytest.raises(ExpressionError, match="at most 4 are read"):
        og.explain("sin(x)", limits=Limits(length=4))


# ---- Tables ------------------------------------------------------------------------------------------------------


def test_every_rule_has_a_text_and_every_text_a_rule() -> None:
    assert set(TEXTS) == set(RULES)
    assert set(GROUPS) <= set(RULES)


def test_every_fired_rule_is_registered() -> None:
    fired = {
        leaf.rule for typed in EVERY_RULE for leaf in leaves(og.explain(typed, "z" if "z" in typed else "x").root)
    }
    fired |= {leaf.rule for route in ROUTES for leaf in leaves(og.explain("sigmoid", route=route).root)}
    assert fired <= RULES
    assert len(fired) > 45


def test_nothing_is_remembered_between_derivations() -> None:
    first, second = og.explain("x^3"), og.explain("x^3")
    assert first == second
    assert first.to_json() == second.to_json()


def test_json_follows_its_schema_and_reads_back() -> None:
    from ogive.explaining.faces.json import schema

    names = set(json.loads(schema())["properties"])
    for typed in ("sigmoid(z)", "x^x", "|x|", "if(x<0, x, 2x)"):
        derivation = og.explain(typed, detail=3)
        record = json.loads(derivation.to_json())
        assert set(record) == names
        assert type(derivation).from_json(derivation.to_json()) == derivation


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "this is not JSON"),
        ("[]", "its format should be"),
        ('{"format": "ogive-derivation-1"}', "damaged: KeyError"),
        ("[" * 100_000, "this is not JSON"),
    ],
)
def test_a_file_that_is_no_derivation(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(text)


def test_a_file_with_a_lie_in_it_is_refused() -> None:
    text = og.explain("sigmoid").to_json()
    assert check(text).ok
    assert not check(text.replace('"-g**(-2)', '"-g**(-3)', 1)).ok


def test_faces_of_other_expressions() -> None:
    for typed in ("if(x<0, exp(x)-1, x)", "|x|^3", "sqrt(x^2+1)", "log(x, b)", "x^n/k_1", "sigmoid'(x)"):
        derivation = og.explain(typed, "x", detail=3)
        assert derivation.to_latex(document=False).count("{") == derivation.to_latex(document=False).count("}")
        assert derivation.to_markdown().count("$") % 2 == 0
        assert "<math>" in derivation.to_html()
        assert derivation.to_svg().startswith("<svg")
