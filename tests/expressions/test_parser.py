"""What people type, and what it means; what cannot be read, and what the message says."""

import pytest

import ogive as og
from ogive.expressions import ExpressionError, Limits, parse, to_text, with_shapes
from ogive.expressions.tree import Number, Product, Sum, Symbol

TABLE = with_shapes(og.shapes)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1/(1+e^-z)", "1/(1 + e**(-z))"),
        ("1/(1+exp(-z))", "1/(1 + exp(-z))"),
        ("x**2", "x**2"),
        ("x²+3x", "x**2 + 3*x"),
        ("sin^2 x", "sin(x)**2"),
        ("sin² x", "sin(x)**2"),
        ("sin(x)^2", "sin(x)**2"),
        ("sin^-1 x", "asin(x)"),
        ("arctan x", "atan(x)"),
        ("sin 2x cos x", "sin(2*x)*cos(x)"),
        ("sin x(1-x)", "sin(x)*(1 - x)"),
        ("2x", "2*x"),
        ("|x|", "abs(x)"),
        ("2|x|", "2*abs(x)"),
        ("||x|-1|", "abs(abs(x) - 1)"),
        ("a(1-a)", "a*(1 - a)"),
        ("σ(z)(1-σ(z))", "sigmoid(z)*(1 - sigmoid(z))"),
        ("expit(z)", "sigmoid(z)"),
        ("σ'(z)", "sigmoid'(z)"),
        ("(x-μ)/σ", "(x - mu)/sigma"),
        ("√2 π", "sqrt(2)*pi"),
        ("log_2(x)", "log(x, 2)"),
        ("ln x", "log(x)"),
        ("-x^2", "-x**2"),
        ("e^-z^2", "e**(-z**2)"),
        ("2*-x*y", "2*(-x)*y"),
        ("1/2x", "1/2*x"),
        ("x·y × z ÷ 2 − 1", "x*y*z/2 - 1"),
        ("2e-3", "0.002"),
        ("2e x", "2*e*x"),
        ("λ_1 x", "lambda_1*x"),
        (r"\frac{1}{1+e^{-z}}", "1/(1 + e**(-z))"),
        (r"\left(1+x\right)^{2}\cdot\sin x", "(1 + x)**2*sin(x)"),
        (r"\sqrt[3]{x}", "x**(1/3)"),
        (r"\log_{2} x", "log(x, 2)"),
        (r"\sigma(z)\,\bigl(1-\sigma(z)\bigr)", "sigmoid(z)*(1 - sigmoid(z))"),
        (r"\operatorname{sech} x", "sech(x)"),
        (r"\lvert x\rvert \leq \tfrac{1}{2}", "abs(x) <= 1/2"),
        ("if(z<0, exp(z)-1, z)", "if(z < 0, exp(z) - 1, z)"),
        ("y = x + 1", "y = x + 1"),
    ],
)
def test_reads_what_people_type(typed: str, meant: str) -> None:
    assert to_text(parse(typed, functions=TABLE)) == meant


@pytest.mark.parametrize(
    ("typed", "problem", "column", "hint"),
    [
        ("", "there is no expression", 0, "write one"),
        ("1+", "something is missing after", 2, "operand"),
        ("(1+2", "never closed", 0, "add '\\)'"),
        ("x)", "does not belong here", 1, "more closing than opening"),
        ("1+*2", "operand is missing before '\\*'", 2, ""),
        ("2 3", "stands where an operator should", 2, "write \\*3"),
        ("|x", "never closed", 0, "add '\\|'"),
        ("sin", "sin needs an argument", 0, "sin\\(x\\)"),
        ("sinx", "'sinx' is not known", 0, "sin\\(x\\)"),
        ("sigmod(z)", "no function 'sigmod'", 0, "did you mean 'sigmoid'"),
        ("import os", "two names stand side by side", 7, "import\\*os"),
        ("__import__('os')", "no meaning here", 0, "made of numbers, names"),
        ("x; y", "';' has no meaning", 1, "made of numbers"),
        ("9^9^9^9", "exponent is too large", 3, "1,000"),
        ("x^(10^10)", "exponent is too large", 1, ""),
        ("1e999999999", "too many digits", 0, ""),
        ("log(1,2,3)", "one argument, not 3", 3, ""),
        ("a = b = c", "one relation at a time", 6, ""),
        ("erf^-1(x) + gg^", "something is missing", 15, ""),
        ("if(z, 1, 2)", "does not take these parts", 0, "z < 0"),
    ],
)
def test_says_what_is_wrong_and_where(typed: str, problem: str, column: int, hint: str) -> None:
    with pytest.raises(ExpressionError, match=problem) as caught:
        parse(typed, functions=TABLE)
    assert caught.value.position == column
    caught.match(hint)
    *_, shown, caret = (line for line in str(caught.value).split("\n") if line.startswith("    "))
    assert caret.index("^") == 4 + column
    assert shown.strip() == typed.strip()


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 1_000_000,
        "-" * 5000 + "x",
        "1/" * 4000 + "1",
        "x" + "²" * 300,
        "[" * 9000,
        "sin " * 2000 + "x",
        "|" * 9000,
    ],
)
def test_hostile_input_is_refused_in_one_readable_message(hostile: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(hostile)
    assert len(str(caught.value)) < 600


def test_limits_are_options() -> None:
    with pytest.raises(ExpressionError, match="at most 3 are read"):
        parse("x+y+z", limits=Limits(length=3))
    assert parse("x^2000", limits=Limits(exponent=3000))


def test_names_override_every_other_meaning() -> None:
    assert parse("e^x", names=("e",)) != parse("e^x")
    assert parse("exp*x", names=("exp",)) == Product((Symbol("exp"), Symbol("x")))


def test_nothing_collapses() -> None:
    one = Number(parse("1").value)  # type: ignore[union-attr]
    assert parse("1+1-1") != parse("1")
    assert parse("(x+1)+1") == Sum((Sum((Symbol("x"), one)), one))


def test_only_text_is_read() -> None:
    with pytest.raises(TypeError, match="not float"):
        parse(3.0)  # type: ignore[arg-type]
