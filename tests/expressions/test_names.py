"""Names that are typed in several ways are one; names that only look alike are refused; long formulas end."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

import ogive as og
from ogive.expressions import ExpressionError, compile_numpy, parse, to_text
from ogive.expressions.lexer import likeness, ordinary


@pytest.mark.parametrize(
    ("typed", "ordinarily"),
    [
        ("µ*x", "mu*x"), ("μ*x", "mu*x"), ("x₁ + x_1", "x_1 + x_1"), ("x₁₂", "x_12"), ("𝑥 + 𝐱", "x + x"), ("ℎ", "h"),
        ("K", "K"), ("ﬁ*x", "fi*x"), ("e\u0301 + é", "é + é"), ("x² + x⁻¹", "x^2 + x^(-1)"), ("ｓｉｎ(x)", "sin(x)"),
    ],
)  # fmt: skip
def test_a_name_is_one_however_it_is_typed(typed: str, ordinarily: str) -> None:
    assert to_text(parse(typed)) == to_text(parse(ordinarily))
    again = to_text(parse(typed))
    assert to_text(parse(again)) == again


@pytest.mark.parametrize("text", ["½x", "①", "x + ₁", "²"])
def test_signs_that_are_no_letters_are_no_names(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


def test_parameters_and_variables_are_ordinary_too() -> None:
    model = og.Model.from_formula("µ*𝑡 + b₁", variable="𝑡", parameters=("b₁", "µ"))
    assert model.parameters == ("b_1", "mu")
    fit = og.fit(og.Model.from_formula("µ*x"), [1.0, 2, 3], [2.0, 4.1, 5.9], start={"mu": 1.0})
    assert fit.params["mu"] == pytest.approx(28.9 / 14 - 1 / 14 * 1.0, abs=0.1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("а + a", "'а' (cyrillic small letter a) looks like 'a'"),
        ("a*x + b*х", "'х' (cyrillic small letter ha) looks like 'x'"),
        ("rаte*x - rate", "'rаte' (cyrillic small letter a) looks like 'rate'"),
        ("1/(1 + е^-x)", "'е' (cyrillic small letter ie) looks like 'e'"),
        ("Ο + O", "'Ο' (greek capital letter omicron) looks like 'O'"),
        ("x + sіn(x)", "'sіn' (cyrillic small letter byelorussian-ukrainian i) looks like 'sin'"),
    ],
)
def test_names_that_look_alike_are_refused(text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match="which is another name") as no:
        parse(text)
    assert said in str(no.value)
    with pytest.raises(ValueError, match="which is another name"):
        og.explain(text)


@pytest.mark.parametrize("name", ["sigmоid", "𝑠𝑖𝑔𝑚𝑜𝑖𝑑", "tanһ", "ｓｉｎ"])
def test_no_shape_looks_like_a_known_one(name: str) -> None:
    with pytest.raises(ValueError, match="is taken"):
        og.Shape.from_formula(name, "z/(1+z)", domain=(0, np.inf))


@pytest.mark.parametrize("text", ["α + a", "ν*v", "ρ*p", "σ*s", "х + у", "Δ*D", "μ + u", "κ*k"])
def test_letters_that_fonts_draw_apart_stay_together(text: str) -> None:
    parse(text)


def test_every_likeness_is_between_letters_of_other_alphabets_and_latin_ones() -> None:
    drawn = [chr(k) for k in range(0x3000) if likeness(chr(k)) != chr(k)]
    assert len(drawn) > 50
    for mark in drawn:
        assert unicodedata.name(mark).split()[0] in {"CYRILLIC", "GREEK", "ARMENIAN"}
        assert likeness(mark).isascii()
        assert mark.isupper() == likeness(mark).isupper() or mark in "Ӏӏ"
        assert ordinary(mark) == mark


# ---- Effort ------------------------------------------------------------------------------------------------------


def test_a_formula_whose_derivatives_are_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    factors = "*".join(f"(a*x+{k})" for k in range(1, 70))
    for text in (factors, "/".join(f"((a*x)^{k}+1)" for k in range(1, 50))):
        with pytest.raises(
            ValueError, match="too long to be fitted: its first derivatives have more than 10,000 parts"
        ):
            og.Model.from_formula(text)
    monkeypatch.setattr("ogive.models.formula._MOST_SECOND", 100)
    with pytest.raises(ValueError, match="its second derivatives have more than 100 parts"):
        og.Model.from_formula("a*exp(-b*x)/(1+c*exp(-d*x))")


@pytest.mark.parametrize("count", [2, 10, 25])
def test_equal_parts_are_computed_once(count: int) -> None:
    """A tower of powers: its second derivative has thousands of nodes, and its tape a handful for each level."""
    tower = "^".join(["(a*x)"] * count)
    mean = og.Model.from_formula(tower).mean
    value, (slope,) = mean.value_and_jacobian([1.0], mean.place(np.array([1.0])), [0])
    assert value[0] == 1.0
    assert slope[0] == pytest.approx(1.0)  # x^x^...^x has slope 1 at 1
    tape = compile_numpy(parse("(x+y)^2 + sin(x+y) + (x+y)^3*sin(x+y)"), ["x", "y"])
    operations = tape.__closure__[[*tape.__code__.co_freevars].index("operations")].cell_contents
    assert len(operations) == 8  # x+y, 2, ^2, sin, 3, ^3, *, the sum
