"""Text that parses back to the same tree, Unicode, LaTeX and MathML."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ogive as og
from ogive.expressions import ExpressionError, parse, to_latex, to_mathml, to_text, to_unicode, with_shapes
from ogive.expressions import tree as t

TABLE = with_shapes(og.shapes)

LEAVES = st.one_of(
    st.builds(lambda n, k: t.Number(Fraction(n, 10**k)), st.integers(0, 999), st.integers(0, 2)),
    st.sampled_from([t.Symbol(name) for name in ("x", "z", "lambda", "k_1", "lower")]),
    st.sampled_from([t.EULER, t.PI]),
)


def nodes(parts: st.SearchStrategy[t.Node]) -> st.SearchStrategy[t.Node]:
    several = st.lists(parts, min_size=2, max_size=4).map(tuple)
    names = st.sampled_from(["sin", "exp", "abs", "sqrt", "log", "erf", "sigmoid", "atanh"])
    variable = st.sampled_from([t.Symbol("x"), t.Symbol("z")])
    relations = st.builds(t.Relation, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), parts, parts)
    return st.one_of(
        st.builds(t.Sum, several),
        st.builds(t.Product, several),
        st.builds(t.Quotient, parts, parts),
        st.builds(
            t.Power, parts, st.integers(-9, 9).map(t.integer) | st.sampled_from([t.Symbol("n"), t.Symbol("x")])
        ),
        st.builds(t.Negative, parts),
        st.builds(lambda name, part: t.Call(name, (part,)), names, parts),
        st.builds(t.Conditional, relations, parts, parts),
        st.builds(t.Derivative, parts, variable),
        st.builds(t.Limit, parts, variable, parts),
    )


TREES = st.recursive(LEAVES, nodes, max_leaves=12)


@settings(deadline=None)
@given(TREES)
def test_text_reads_back_as_the_same_tree(tree: t.Node) -> None:
    assert parse(to_text(tree), functions=TABLE) == tree


@settings(deadline=None)
@given(TREES)
def test_every_printer_prints_every_tree(tree: t.Node) -> None:
    assert to_unicode(tree, TABLE)
    latex = to_latex(tree, TABLE)
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert to_mathml(tree, TABLE).startswith("<math>")


@settings(deadline=None)
@given(st.text(max_size=40) | st.text("0123456789.exyzsincolg+-*/^()|{}\\ ,=<'_²", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree = parse(text, functions=TABLE)
    except ExpressionError:
        return
    assert parse(to_text(tree), functions=TABLE) == tree


@pytest.mark.parametrize(
    ("typed", "unicode", "latex"),
    [
        ("1/(1+exp(-z))", "1/(1 + e^-z)", r"\frac{1}{1 + e^{-z}}"),
        ("e**(-z)/(1+e**(-z))**2", "e^-z/(1 + e^-z)²", r"\frac{e^{-z}}{\left(1 + e^{-z}\right)^{2}}"),
        ("a*(1-a)", "a·(1 - a)", r"a\left(1 - a\right)"),
        ("sigmoid(z)", "σ(z)", r"\sigma\left(z\right)"),
        ("-2*sqrt(x)", "-2·√(x)", r"-2\sqrt{x}"),
        ("sin(x)**2", "sin(x)²", r"\sin^{2}\left(x\right)"),
        ("exp(x)**2", "(e^x)²", r"\left(e^{x}\right)^{2}"),
        ("2*3*x", "2·3·x", r"2 \cdot 3x"),
        ("diff(y, x)", "dy/dx", r"\frac{\mathrm{d}y}{\mathrm{d}x}"),
        ("abs(x)", "|x|", r"\left|x\right|"),
    ],
)
def test_how_it_looks(typed: str, unicode: str, latex: str) -> None:
    tree = parse(typed, functions=TABLE)
    assert (to_unicode(tree, TABLE), to_latex(tree, TABLE)) == (unicode, latex)


def test_mathml_marks_terms() -> None:
    text = to_mathml(parse("1/(1+z)"), identify=lambda path: "-".join(map(str, path)) or "root")
    assert text == (
        '<math><mfrac data-id="root"><mn data-id="0">1</mn>'
        '<mrow data-id="1"><mn data-id="1-0">1</mn><mo>+</mo><mi data-id="1-1">z</mi></mrow></mfrac></math>'
    )
