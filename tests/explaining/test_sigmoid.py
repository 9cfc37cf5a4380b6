"""The derivation that the house is named for: from the definition to a(1 - a), line by line, in every face."""

from collections.abc import Callable

import pytest

import ogive as og

LINES = """\
d/dz[1/(1 + e^-z)]
  = d/dz[(1 + e^-z)⁻¹]                       write the fraction as a power
  = d/dg[g⁻¹]·d/dz[1 + e^-z]                 chain rule, with g = 1 + e^-z
  = -g⁻²·(0 + e^h·(-1))                      differentiate each part, with h = -z
  = e^-z/g²                                  tidy up
  = e^-z/(1 + e^-z)²                         put back g = 1 + e^-z
  = (1 + e^-z - 1)/(1 + e^-z)²               add and subtract 1
  = (1 + e^-z)/(1 + e^-z)² - 1/(1 + e^-z)²   split the fraction
  = 1/(1 + e^-z) - 1/(1 + e^-z)²             cancel
  = a - a²                                   call it by its name, with a = 1/(1 + e^-z)
  = a·(1 - a)                                factor out a"""


@pytest.mark.parametrize(
    "typed", ["1/(1+exp(-z))", "1/(1+e^-z)", r"\frac{1}{1+e^{-z}}", "1/(1+e**(-z))", "(1+exp(-z))^-1"]
)
def test_reads_like_the_textbook(typed: str) -> None:
    shown = str(og.explain(typed, target="a*(1-a)")).split("\n")
    expected = LINES.split("\n")
    if typed.startswith("("):
        assert [line.split("   ")[0] for line in shown[1:-2]] == [line.split("   ")[0] for line in expected[2:-2]]
    else:
        assert shown == expected


@pytest.mark.parametrize("asked", ["sigmoid", "expit", og.sigmoid, "σ(z)"])
def test_a_shape_is_opened_first(asked: object) -> None:
    first, second, *rest = str(og.explain(asked)).split("\n")
    assert (first, second.split("   ")[0]) == ("d/dz[σ(z)]", "  = d/dz[1/(1 + e^-z)]")
    assert rest == LINES.split("\n")[1:]


def test_every_step_is_proven() -> None:
    for detail in range(5):
        derivation = og.explain("sigmoid", detail=detail)
        verdict = derivation.check()
        assert verdict.ok
        assert len(verdict.methods) == 26


def test_the_result_reads_back() -> None:
    assert og.explain("sigmoid").result == "sigmoid(z)*(1 - sigmoid(z))"
    assert og.explain("1/(1+exp(-z))").result == "1/(1 + exp(-z))*(1 - 1/(1 + exp(-z)))"
    assert og.explain("1/(1+exp(-z))", target="a*(1-a)").result == "a*(1 - a)"
    assert og.explain("1/(1+exp(-z))", target="a*(1-a)").definitions["a"] == "1/(1 + exp(-z))"


@pytest.mark.parametrize("detail", range(5))
def test_detail(detail: int, golden: Callable[[str, str], None]) -> None:
    golden(f"sigmoid_detail_{detail}.txt", str(og.explain("sigmoid", detail=detail)) + "\n")


@pytest.mark.parametrize(
    ("face", "suffix"), [("markdown", "md"), ("latex", "tex"), ("html", "html"), ("json", "json"), ("svg", "svg")]
)
def test_faces(face: str, suffix: str, golden: Callable[[str, str], None]) -> None:
    golden(f"sigmoid.{suffix}", getattr(og.explain("sigmoid"), f"to_{face}")())


def test_notebooks_show_it() -> None:
    derivation = og.explain("sigmoid")
    assert derivation._repr_html_() == derivation.to_html()
    assert derivation._repr_latex_().startswith(r"$$\begin{aligned}")
