"""False derivations, built move by move: each is refused as forged, and as a clever forger would dress it up.

A row is an expression, the moves, and the false result. Every row is tried three times: claiming to hold everywhere
with every certificate in place; with the certificates that the checker itself would write; and with these and no
conditions. None may be called proven.
"""
# ruff: noqa: E501 - one attack a line

from dataclasses import replace

import pytest
from support.forge import Move, forged, read, with_certificates, without_conditions

from ogive.explaining import explain
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import differentiate, to_text
from ogive.expressions.balls import ball, evaluate
from ogive.expressions.domain import gap
from ogive.expressions.tree import Relation

SMOOTH = (
    "x",
    "x^2",
    "sin(x)",
    "exp(x)",
    "1/(1 + exp(-x))",
    "x^3 + x",
    "cos(2*x)",
    "atan(x)",
    "log(1 + x^2)",
    "tanh(x)",
)


def same(path: tuple[int, ...], new: str) -> Move:
    return ("same-normal-form", path, new, {"to": new})


def at_zero(f: str) -> list[Move]:
    """Continuity used where the quotient of differences has the form 0/0."""
    moved = f.replace("exp", "EXP").replace("x", "(x + h)").replace("EXP", "exp")
    put = f.replace("exp", "EXP").replace("x", "(x + 0)").replace("EXP", "exp")
    return [
        ("definition-of-derivative", (), f"limit(({moved} - {f})/h, h, 0)", {"by": "h"}),
        ("limit-by-continuity", (), f"({put} - {f})/0", {"point": "0"}),
        same((0,), "0"),
        ("zero-fraction", (), "0", {}),
    ]


ZERO_OVER_ZERO = [(f, at_zero(f), "0") for f in SMOOTH]

NO_VALUE = (
    "log(-1)",
    "sqrt(-1)",
    "asin(2)",
    "1/0",
    "0/0",
    "0^0",
    "log(0)",
    "acosh(0)",
    "atanh(2)",
    "(-2)^(1/2)",
    "erfinv(2)",
)
UNDEFINED = [
    *(
        (f"0*{c}*x", [("constant-factor", (), f"0*{c}*diff(x, x)", {}), ("zero-factor", (), "0", {})], "0")
        for c in NO_VALUE
    ),
    *((f"{c}*x", [("constant-factor", (), f"{c}*diff(x, x)", {}), same((), "0")], "0") for c in NO_VALUE),
    *((f"x + {c} - {c}", [same((0,), "x"), ("identity", (), "1", {})], "1") for c in NO_VALUE),
]

LIMITS = [
    (
        "x",
        [
            ("definition-of-derivative", (), "limit(((x + h) - x)/h, h, 0)", {"by": "h"}),
            same((0,), f"{f}*({g})"),
            ("limit-of-product", (), f"limit({f}, h, 0)*limit({g}, h, 0)", {"part": f}),
            ("limit-by-continuity", (0,), value, {"point": "0"}),
            same((), "0"),
        ],
        "0",
    )
    for f, g, value in (
        ("h", "1/h", "0"), ("h^2", "1/h^2", "0^2"), ("sin(h)", "1/sin(h)", "sin(0)"), ("(h*x)", "1/(h*x)", "0*x"),
        ("(exp(h) - 1)", "1/(exp(h) - 1)", "exp(0) - 1"), ("log(1 + h)", "1/log(1 + h)", "log(1 + 0)"),
    )
]  # fmt: skip

DEPENDENCE = [
    ("x*sin(x)", [("chain", (), "diff(x*g, g)*diff(sin(x), x)", {"g": "sin(x)"}), same((), "x*cos(x)")], "x*cos(x)"),
    ("x*x", [("chain", (), "diff(x*g, g)*diff(x, x)", {"g": "x"}), same((), "x")], "x"),
    ("x^x", [("chain", (), "diff(x^g, g)*diff(x, x)", {"g": "x"}), same((), "x^x*log(x)")], "x^x*log(x)"),
    ("sin(x^2)", [("abbreviate", (), "diff(sin(g), x)", {"g": "x^2"}), ("constant", (), "0", {})], "0"),
    ("exp(-x)", [("abbreviate", (), "diff(exp(g), x)", {"g": "-x"}), ("constant", (), "0", {})], "0"),
    ("log(x)/x", [("abbreviate", (), "diff(g/x, x)", {"g": "log(x)"}), same((), "-g/x^2")], "-log(x)/x^2"),
    ("x*exp(x)", [("constant-factor", (), "x*diff(exp(x), x)", {}), ("exponential", (1,), "exp(x)", {})], "x*exp(x)"),
    ("x/cos(x)", [("constant-divisor", (), "diff(x, x)/cos(x)", {}), ("identity", (0,), "1", {})], "1/cos(x)"),
    ("x^x", [("power", (), "x*x^(x - 1)", {})], "x*x^(x - 1)"),
    ("x^x", [("exponential-with-base", (), "x^x*log(x)", {})], "x^x*log(x)"),
    ("sin(x)", [("constant", (), "0", {})], "0"),
    ("sin(2*x)", [("chain", (), "diff(sin(g), g)*diff(2*x, x)", {"g": "2*x"}), same((1,), "1")], "cos(2*x)"),
]

FALSE_IDENTITIES = (
    ("sqrt(x^2)", "x"), ("(x^2)^(1/2)", "x"), ("atan(tan(x))", "x"), ("asin(sin(x))", "x"), ("acos(cos(x))", "x"),
    ("acosh(cosh(x))", "x"), ("abs(x)", "x"), ("x*sign(x)", "x"), ("sqrt(x^4 - 2*x^2 + 1)", "x^2 - 1"),
    ("sin(x)^2", "1 - cos(x)"), ("exp(x + y)", "exp(x) + exp(y)"), ("1/(x + y)", "1/x + 1/y"), ("(x^a)^b", "x^(a^b)"),
    ("(x + y)^2", "x^2 + y^2"), ("sin(2*x)", "2*sin(x)"), ("tanh(x)", "1/(1 + exp(-x))"), ("cbrt(x^2)", "x"),
    ("erf(x)", "tanh(x)"), ("sqrt(cos(x)^2)", "cos(x)"), ("abs(x + y)", "abs(x) + abs(y)"), ("sqrt(3)*x", "x"),
    ("sqrt(1 - sin(x)^2)", "cos(x)"), ("exp(-x)", "-exp(x)"), ("log(1 + x)", "log(x)"), ("if(x < 0, x, -x)", "x"),
    ("cos(x)^2 - sin(x)^2", "cos(x)"), ("sinh(x)^2", "cosh(x)^2 + x"), ("atan(1/x)", "atan(x)"), ("x^2*(-2)^2", "x^2*2"),
    ("sqrt(x^2*y^2)", "x*y"), ("(x^6)^(1/6)", "x"), ("abs(x)^3", "x^3"), ("log(exp(x) + exp(y))", "x + y"),
    ("log(abs(x))*abs(x)", "x*log(abs(x))"), ("sqrt(x^2 + 2*x + 1)", "x + 1"), ("cbrt(x)^2", "abs(x)"), ("x^(1/3)", "x/3"),
)  # fmt: skip
IDENTITIES = [
    (left, [same((0,), right), same((), slope)], slope)
    for left, right in FALSE_IDENTITIES
    for slope in [to_text(differentiate(read(right), "x", functions=VOCABULARY))]
]

WRONG_RULES = [
    ("x^3", [("power", (), "3*x^3", {})], "3*x^3"),
    ("x^3", [("power", (), "2*x^2", {})], "2*x^2"),
    ("x^3", [("power", (), "3*x", {})], "3*x"),
    ("x^(-2)", [("power", (), "-2*x^(-1)", {})], "-2*x^(-1)"),
    ("sin(x)", [("function", (), "-cos(x)", {})], "-cos(x)"),
    ("cos(x)", [("function", (), "sin(x)", {})], "sin(x)"),
    ("tan(x)", [("function", (), "sec(x)", {})], "sec(x)"),
    ("log(x)", [("function", (), "1/x^2", {})], "1/x^2"),
    ("sqrt(x)", [("function", (), "1/sqrt(x)", {})], "1/sqrt(x)"),
    ("atan(x)", [("function", (), "1/(1 - x^2)", {})], "1/(1 - x^2)"),
    ("asin(x)", [("function", (), "1/sqrt(1 + x^2)", {})], "1/sqrt(1 + x^2)"),
    ("erf(x)", [("function", (), "exp(-x^2)", {})], "exp(-x^2)"),
    ("tanh(x)", [("function", (), "1 + tanh(x)^2", {})], "1 + tanh(x)^2"),
    ("sinh(x)", [("function", (), "-cosh(x)", {})], "-cosh(x)"),
    ("exp(x)", [("exponential", (), "x*exp(x)", {})], "x*exp(x)"),
    ("2^x", [("exponential-with-base", (), "2^x", {})], "2^x"),
    ("2^x", [("exponential-with-base", (), "x*2^(x - 1)", {})], "x*2^(x - 1)"),
    ("x*sin(x)", [("product", (), "diff(x, x)*diff(sin(x), x)", {}), same((), "cos(x)")], "cos(x)"),
    ("x*sin(x)", [("product", (), "diff(x, x)*sin(x) - x*diff(sin(x), x)", {}), same((), "sin(x) - x*cos(x)")], "sin(x) - x*cos(x)"),
    ("sin(x)/x", [("quotient", (), "(diff(sin(x), x)*x + sin(x)*diff(x, x))/x^2", {}), same((), "(x*cos(x) + sin(x))/x^2")], "(x*cos(x) + sin(x))/x^2"),
    ("sin(x)/x", [("quotient", (), "diff(sin(x), x)/diff(x, x)", {}), same((), "cos(x)")], "cos(x)"),
    ("sin(x)/x", [("quotient", (), "(sin(x)*diff(x, x) - diff(sin(x), x)*x)/x^2", {}), same((), "(sin(x) - x*cos(x))/x^2")], "(sin(x) - x*cos(x))/x^2"),
    ("1/x", [("reciprocal", (), "diff(x, x)/x^2", {}), same((), "1/x^2")], "1/x^2"),
    ("x + sin(x)", [("sum", (), "diff(x, x)*diff(sin(x), x)", {}), same((), "cos(x)")], "cos(x)"),
    ("x - sin(x)", [("sum", (), "diff(x, x) + diff(sin(x), x)", {}), same((), "1 + cos(x)")], "1 + cos(x)"),
    ("-sin(x)", [("negative", (), "diff(sin(x), x)", {}), ("function", (), "cos(x)", {})], "cos(x)"),
    ("5*x", [("constant-factor", (), "diff(x, x)", {}), ("identity", (), "1", {})], "1"),
    ("x/5", [("constant-divisor", (), "5*diff(x, x)", {}), same((), "5")], "5"),
    ("exp(x^2)", [("chain", (), "diff(exp(g), g)", {"g": "x^2"}), same((), "exp(x^2)")], "exp(x^2)"),
    ("exp(x^2)", [("chain", (), "diff(exp(g), g) + diff(x^2, x)", {"g": "x^2"}), same((), "exp(x^2) + 2*x")], "exp(x^2) + 2*x"),
    ("exp(x^2)", [("chain", (), "diff(exp(g), g)*diff(x^2, x)", {"g": "x^3"}), same((), "exp(x^3)*2*x")], "exp(x^3)*2*x"),
    ("sin(x)", [("identity", (), "1", {})], "1"),
    ("7", [("identity", (), "1", {})], "1"),
    ("if(x < 0, x, x^2)", [("cases", (), "if(x < 0, diff(x^2, x), diff(x, x))", {}), same((), "if(x < 0, 2*x, 1)")], "if(x < 0, 2*x, 1)"),
    ("if(x < 0, x, x^2)", [("cases", (), "if(x > 0, diff(x, x), diff(x^2, x))", {}), same((), "if(x > 0, 1, 2*x)")], "if(x > 0, 1, 2*x)"),
    ("sqrt(5)*sin(x)", [("constant-factor", (), "sqrt(5)*diff(sin(x), x)", {}), ("function", (1,), "cos(x)", {}), ("collect-powers", (), "cos(x)", {})], "cos(x)"),
    ("sqrt(3)*x^2", [("constant-factor", (), "sqrt(3)*diff(x^2, x)", {}), ("power", (1,), "2*x", {}), ("collect-powers", (), "2*x", {})], "2*x"),
    ("0^2*x^2", [("collect-powers", (0,), "x^2", {}), ("power", (), "2*x", {})], "2*x"),
]  # fmt: skip

ALGEBRA = [
    (f"x*({old})", [("constant-factor", (), f"({old})*diff(x, x)", {}), ("identity", (1,), "1", {}), ("one-factor", (), old, {}), (rule, (), new, {})], new)
    for rule, old, new in (
        ("add-numbers", "2 + 3", "6"), ("multiply-numbers", "2*a*3", "5*a"), ("like-terms", "a + 2*a", "2*a^2"),
        ("cancel", "(a + b)/a", "b"), ("cancel", "a*b/(a*c)", "b*c"), ("cancel-in-sum", "(a + a*b)/a", "b"),
        ("power-of-number", "2^3", "6"), ("power-of-power", "(a^2)^3", "a^5"), ("collect-powers", "a*a^2", "a^2"),
        ("fraction-times", "a*(b/c)", "b/(a*c)"), ("fraction-over", "(a/b)/c", "a*c/b"), ("over-fraction", "a/(b/c)", "a/(b*c)"),
        ("sign-of-sum", "-(a + b)", "-a + b"), ("double-negative", "-(-a)", "-a"), ("sign-of-product", "(-a)*b", "a*b"),
        ("even-power-of-negative", "(-a)^3", "a^3"), ("same-denominator", "a/c + b/c", "(a + b)/(2*c)"),
        ("distribute", "a*(b + c)", "a*b + c"), ("power-of-product", "(2*a)^2", "2*a^2"), ("negative-power", "a*b^(-2)", "a*b^2"),
        ("exponential-of-zero", "exp(0)", "0"), ("collect-exponentials", "exp(a)*exp(b)", "exp(a*b)"), ("known-value", "cos(0)", "0"),
        ("known-value", "log(1)", "1"), ("half-power", "a^(1/2)", "a/2"), ("number-out", "2*a + 4*b", "2*(a + 4*b)"),
        ("minus-sum", "a - (b - c)", "a - b - c"), ("zero-term", "a + 0", "0"), ("one-factor", "1*a", "1"), ("over-one", "a/1", "1"),
        ("exponent-zero", "a^0", "0"), ("exponent-one", "a^1", "1"), ("reduce-number", "6/4", "2/3"), ("zero-factor", "0*a", "a"),
    )
]  # fmt: skip


ROWS = [*ZERO_OVER_ZERO, *UNDEFINED, *LIMITS, *DEPENDENCE, *IDENTITIES, *WRONG_RULES, *ALGEBRA]

NARROWED = [
    (left, [same((0,), right), same((), slope)], slope, where)
    for left, right, slope, where in (
        ("sqrt(x)*sqrt(x)", "x", "1", {"x > 0"}), ("exp(log(x))", "x", "1", {"x > 0"}),
        ("(x^a)^(1/a)", "x", "1", {"x > 0", "a != 0"}), ("log(x^2)", "2*log(x)", "2/x", {"x > 0"}),
        ("x^2/x", "x", "1", {"x != 0"}), ("(x^2 - 1)/(x - 1)", "x + 1", "1", {"x - 1 != 0"}),
        ("x*x^0", "x", "1", {"x != 0"}), ("abs(x)", "sqrt(x^2)", "x/abs(x)", {"x != 0"}),
        ("log(x*y)", "log(x) + log(y)", "1/x", {"x > 0", "y > 0"}), ("sqrt(x*y)", "sqrt(x)*sqrt(y)", "sqrt(y)/(2*sqrt(x))", {"x > 0", "y > 0"}),
        ("x^(1/3)*x^(2/3)", "x", "1", {"x > 0"}), ("sqrt(x)^4", "x^2", "2*x", {"x > 0"}), ("x*a/a", "x", "1", {"a != 0"}),
        ("x + b^0", "x + 1", "1", {"b != 0"}), ("x + log(a) - log(a)", "x", "1", {"a > 0"}), ("x + 0*log(a)", "x", "1", {"a > 0"}),
        ("sin(asin(x))", "x", "1", {"abs(x) < 1"}), ("tanh(atanh(x))", "x", "1", {"abs(x) < 1"}), ("cosh(acosh(x))", "x", "1", {"x > 1"}),
        ("erf(erfinv(x))", "x", "1", {"abs(x) < 1"}), ("x^a*x^(-a)", "1", "0", {"x > 0"}), ("cos(x)*tan(x)", "sin(x)", "cos(x)", {"cos(x) != 0"}),
        ("x^(1/log(x))", "e", "0", {"x > 0", "log(x) != 0"}), ("if(x < 0, -1, 1)", "sign(x)", "0", {"x != 0"}),
    )
]  # fmt: skip


@pytest.mark.parametrize("row", NARROWED, ids=lambda row: f"{row[0]} -> {row[2]}")
def test_holds_only_with_its_condition(row: tuple[str, list[Move], str, set[str]]) -> None:
    expression, moves, result, where = row
    honest = with_certificates(forged(expression, moves, result))
    assert {to_text(condition) for condition in honest.conditions} == where
    assert honest.check().ok
    for fewer in range(len(honest.conditions)):
        kept = honest.conditions[:fewer] + honest.conditions[fewer + 1 :]
        assert replace(honest, conditions=kept).check().status == "not proven"
    assert replace(honest, conditions=(*honest.conditions, read("x > 7"))).check().status == "not proven"


def test_there_are_many() -> None:
    assert len(ROWS) >= 170


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} -> {row[2]}")
def test_is_refused_however_it_is_dressed(row: tuple[str, list[Move], str]) -> None:
    expression, moves, result = row
    bare = forged(expression, moves, result)
    for derivation in (bare, with_certificates(bare), without_conditions(bare)):
        verdict = derivation.check()
        assert verdict.status in ("not proven", "false")
        assert verdict.problems


# ---- Edges: equal to the derivative, but for a point ---------------------------------------------------------------

EDGES = (
    ("x", "sign(x)^2"), ("x", "sign(x^2)"), ("x", "sign(abs(x))"), ("2*x", "abs(sign(x)) + 1"), ("x", "x^0"), ("x", "cbrt(x)^3/x"),
    ("x", "sqrt(x^2)/abs(x)"), ("x", "(x^2)^0"), ("x", "sqrt(x)^2 - x + 1"), ("x", "exp(ln(x)) - x + 1"), ("x", "sin(asin(x)) - x + 1"),
    ("x", "erf(erfinv(x)) - x + 1"), ("x^2", "2*x^2/x"), ("x", "sign(x)*abs(x)/x"), ("x", "sign(x - 1)*sign(x - 1)"), ("x", "cos(acos(x)) - x + 1"),
    ("x", "tan(x)*cos(x)/sin(x)"), ("x", "atan(1/x) - acot(x) + 1"), ("x", "x^(1/2)*x^(1/2)/x"), ("x", "(x - 1)^0"), ("x", "cosh(acosh(x)) - x + 1"),
)  # fmt: skip


@pytest.mark.parametrize(("function", "result"), EDGES, ids=lambda text: text)
def test_a_point_at_which_it_is_not_so_is_in_the_conditions(function: str, result: str) -> None:
    """The result is the derivative everywhere but at a point or an edge: it is proven only where that is said."""
    derivation = replace(explain(function, "x"), result=result)
    verdict = derivation.check()
    assert not verdict.ok
    assert verdict.conditions
    assert not all(holds_at(each, EDGE_OF.get(result, 0)) for each in verdict.conditions)


EDGE_OF = {
    "sin(asin(x)) - x + 1": 2,
    "erf(erfinv(x)) - x + 1": 1,
    "sign(x - 1)*sign(x - 1)": 1,
    "cos(acos(x)) - x + 1": 2,
    "(x - 1)^0": 1,
    "cosh(acosh(x)) - x + 1": 0,
}


def holds_at(condition: Relation, point: int) -> bool:
    value = evaluate(gap(condition), {"x": ball(point)})
    return bool(value != 0) if condition.operator == "!=" else bool(value > 0)


@pytest.mark.parametrize("result", ["0^(-1/2)", "(x - x)^(-1/2)", "0^(-sqrt(2))", "log(0)", "0^(-3)"])
def test_a_negative_power_of_zero_is_refused_and_keeps_nobody_waiting(result: str) -> None:
    assert not replace(explain("x"), result=result).check().ok
