"""Sheets of properties that are false, each as honest as it can be made: none of them is called proven.

Each row is a function with a certificate of its pieces that is right, and sentences that are not: joints and holes
left out, ends that do not belong, limits from the wrong side, swapped directions, numbers that are nearly right. The
first table says the same of each function rightly, so that nothing is refused for the way in which it is written.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

import ogive as og
from ogive.explaining import check
from ogive.explaining.checking.sheets import check_sheet
from ogive.explaining.faces.sheet import SheetFormatError
from ogive.explaining.records.sheet import Properties, Property
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import parse
from ogive.expressions import tree as t

LINE = (("-oo", "oo"),)
HOLE = (("-oo", "0"), ("0", "oo"))
RIGHT = (("0", "oo"),)


def words(text: str) -> tuple[Any, ...]:
    """Read words with formulas between braces."""
    parts = re.split(r"\{([^{}]+)\}", text)
    return tuple(parse(p, functions=VOCABULARY, names=("x",)) if at % 2 else p for at, p in enumerate(parts) if p)


def sheet_of(expression: str, pieces: Any, claims: dict[str, str]) -> Properties:
    tree = parse(expression, functions=VOCABULARY, names=("x",))
    certificate = {"method": "pieces", "pieces": [list(pair) for pair in pieces]}
    items = tuple(Property(name, words(text), (), certificate, True, VOCABULARY) for name, text in claims.items())
    return Properties("Properties of the function", tree, "x", items, (), VOCABULARY)


TRUE = [
    ("cbrt(x)", HOLE, {"zeros": "zero at {x} = {0}, nowhere else"}),
    ("atan(1/x)", HOLE, {"range": "takes exactly the values ({-pi/2}, {0}) ∪ ({0}, {pi/2})"}),
    ("x^2", LINE, {"zeros": "zero at {x} = {0}, nowhere else", "extrema": "minimum {0} at {x} = {0}"}),
    ("sqrt(x)", RIGHT, {"limits": "tends to {0} as {x} → {0}⁺ and ∞ as {x} → ∞"}),
    ("if(x<0, -1, 1)", HOLE, {"smoothness": "jumps at {x} = {0}", "zeros": "never zero"}),
    ("x*exp(-x)", LINE, {"range": "takes exactly the values (-∞, {e^(-1)}]"}),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "pieces", "claims"), TRUE)
def test_the_same_form_is_proven_where_it_is_true(expression: str, pieces: Any, claims: dict[str, str]) -> None:
    sheet = sheet_of(expression, pieces, claims)
    assert [each for each in check_sheet(sheet) if not each.proven] == []
    assert check(sheet.to_json()).ok


FALSE = [
    ("cbrt(x)", HOLE, {
        "zeros": "never zero", "monotone": "rises on {x} < {0} and falls on {x} > {0}",
        "lipschitz": "Lipschitz with the best constant L = {1}",
        "smoothness": "has derivatives of every order on its domain",
        "domain": "defined for {x} > {0}", "range": "takes exactly the values [{0}, ∞)",
    }),
    ("atan(1/x)", HOLE, {
        "inflections": "inflection at {x} = {0}", "monotone": "falls on every real {x}",
        "domain": "defined for every real {x}",
        "range": "takes exactly the values ({-pi/2}, {pi/2})", "smoothness": "jumps at {x} = {0}",
        "limits": "tends to {0} as {x} → -∞, {pi/2} as {x} → {0}⁻, {-pi/2} as {x} → {0}⁺ and {0} as {x} → ∞",
    }),
    ("if(x<0, 1/x, x)", HOLE, {
        "zeros": "never zero", "monotone": "falls on {x} < {0}", "domain": "defined for {x} < {0} and {x} > {0}",
        "smoothness": "has derivatives of every order on its domain", "extrema": "minimum {0} at {x} = {0}",
    }),
    ("(x^2-1)/(x-1)", (("-oo", "1"), ("1", "oo")), {
        "domain": "defined for every real {x}", "lipschitz": "not Lipschitz: the slope is unbounded",
        "range": "takes exactly the values (-∞, ∞)", "zeros": "zero at {x} = {-1} and {x} = {1}, nowhere else",
        "symmetry": "point-symmetric about ({0}, {1}): f(-{x}) = {2} - f({x})",
    }),
    ("erfinv(x)", (("-1", "1"),), {
        "domain": "defined for {-1} ≤ {x} ≤ {1}", "limits": "tends to {-3} as {x} → {-1}⁺ and {3} as {x} → {1}⁻",
        "symmetry": "even: f(-{x}) = f({x})", "monotone": "falls on {-1} < {x} < {1}",
    }),
    ("sqrt(x)", RIGHT, {
        "domain": "defined for {x} > {0}", "range": "takes exactly the values ({0}, ∞)",
        "zeros": "never zero: positive everywhere",
        "smoothness": "has derivatives of every order on its domain", "extrema": "minimum {0} at {x} = {0}",
        "lipschitz": "Lipschitz with the best constant L = {1/2}", "asymptotes": "the line {x} = {0}",
        "limits": "tends to {0} as {x} → -∞ and ∞ as {x} → ∞",
    }),
    ("if(x<0, -1, 1)", HOLE, {
        "symmetry": "odd: f(-{x}) = -f({x})", "range": "takes exactly the values [{-1}, {1}]",
        "monotone": "rises on every real {x}", "zeros": "zero at {x} = {0}, nowhere else",
        "smoothness": "continuous with a kink (no slope) at {x} = {0}",
        "lipschitz": "Lipschitz with the best constant L = {0}",
    }),
    ("x^2", LINE, {
        "monotone": "rises on every real {x}", "curvature": "concave on every real {x}",
        "range": "takes exactly the values ({0}, ∞)",
        "extrema": "minimum {0} at {x} = {0} and maximum {1} at {x} = {1}", "inflections": "inflection at {x} = {0}",
        "symmetry": "mirror-symmetric about {x} = {1}",
        "zeros": "zero at {x} = {0} and {x} = {1/1000000}, nowhere else",
        "asymptotes": "y = {x} as {x} → ∞", "lipschitz": "Lipschitz with the best constant L = {1000}",
    }),
    ("x*exp(-x)", LINE, {
        "extrema": "maximum {1/e + 10^(-30)} at {x} = {1}", "inflections": "inflection at {x} = {1}",
        "limits": "tends to -∞ as {x} → -∞ and {10^(-40)} as {x} → ∞", "asymptotes": "y = {0} as {x} → -∞",
        "slope": "largest slope {1} at {x} = {0}; smallest slope {-e^(-2)} at {x} = {2}",
    }),
    ("1/(1+exp(-x))", LINE, {
        "range": "takes exactly the values [{0}, {1}]",
        "slope": "largest slope {1/4} at {x} = {1}; slope always above {0}, approached as {x} → ∞",
        "symmetry": "point-symmetric about ({0}, {1/3}): f(-{x}) = {2/3} - f({x})",
        "lipschitz": "Lipschitz with the best constant L = {1/3}",
        "zeros": "never zero: negative everywhere", "asymptotes": "y = {0} as {x} → ∞ and y = {1} as {x} → -∞",
    }),
    ("ln(x)", RIGHT, {
        "limits": "tends to {0} as {x} → {0}⁺ and ∞ as {x} → ∞", "domain": "defined for {x} ≥ {0}",
        "asymptotes": "no asymptote", "zeros": "zero at {x} = {e}, nowhere else", "curvature": "convex on {x} > {0}",
    }),
    ("if(x=0, 5, x)", HOLE, {
        "symmetry": "odd: f(-{x}) = -f({x})", "zeros": "zero at {x} = {0}, nowhere else",
        "range": "takes exactly the values (-∞, ∞)",
        "extrema": "no maximum or minimum inside its domain",
        "smoothness": "has derivatives of every order on its domain",
    }),
    ("x/(1+exp(-x))", LINE, {
        "extrema": "minimum -0.2784645428… at {x} = -1.278464544…",
        "monotone": "rises on {x} > -1.2785… and falls on {x} < -1.2785…",
        "inflections": "inflection at {x} = -2.399357281…", "range": "takes exactly the values [-0.2784645424…, ∞)",
    }),
    ("if(x=0, 0, 1/x^2)", HOLE, {"asymptotes": "y = {0} as {x} → -∞ and y = {0} as {x} → ∞"}),
    ("x^(15/2)", RIGHT, {"smoothness": "has derivatives of every order on its domain"}),
    ("sin(x)", LINE, {
        "zeros": "never zero", "limits": "tends to {0} as {x} → -∞ and {0} as {x} → ∞",
        "monotone": "rises on every real {x}",
        "range": "takes exactly the values ({-1}, {1})",
    }),
]  # fmt: skip
EACH = [(expression, pieces, name, text) for expression, pieces, claims in FALSE for name, text in claims.items()]


@pytest.mark.parametrize(("expression", "pieces", "claims"), FALSE, ids=[row[0] for row in FALSE])
def test_no_false_sentence_is_proven(expression: str, pieces: Any, claims: dict[str, str]) -> None:
    sheet = sheet_of(expression, pieces, claims)
    assert [each for each in check_sheet(sheet) if each.proven] == []
    verdict = check(sheet.to_json())
    assert verdict.status in ("false", "not proven")
    assert len(verdict.problems) == len(claims)


def test_there_are_enough() -> None:
    assert len(EACH) >= 60


@pytest.mark.parametrize(
    ("expression", "name", "text"),
    [
        ("x^2", "extrema", "minimum {1} at {x} = {0}"),
        ("1/(1+exp(-x))", "range", "takes exactly the values ({0}, {2})"),
        ("x*exp(-x)", "inflections", "inflection at {x} = {3}"),
        ("ln(x)", "zeros", "zero at {x} = {e}, nowhere else"),
        ("exp(x)", "limits", "tends to {1} as {x} → -∞ and ∞ as {x} → ∞"),
    ],
)
def test_a_wrong_number_is_false_and_not_only_without_a_proof(expression: str, name: str, text: str) -> None:
    pieces = RIGHT if expression == "ln(x)" else LINE
    assert check_sheet(sheet_of(expression, pieces, {name: text}))[0].status == "false"


# ---- Certificates ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sheet() -> Properties:
    return og.properties("x^3 - x")


def with_certificate(sheet: Properties, name: str, certificate: Any) -> Properties:
    return replace(
        sheet, items=tuple(replace(i, certificate=certificate) if i.name == name else i for i in sheet.items)
    )


CHART = {"expression": "x**3 - x", "order": 0, "variable": "x", "interval": ["-oo", "oo"], "roots": ["-1", "0", "1"]}
SIGNS = {"signs": [-1, 1, -1, 1]}


@pytest.mark.parametrize(
    "certificate",
    [
        {}, {"method": "signs"}, {"method": "signs", "charts": []}, {"method": "pieces", "pieces": []},
        {"method": "ends", "ends": []},
        {"method": "all", "parts": []}, {"method": "trust me"}, {"method": ["signs"]},
        {"method": "signs", "charts": "all"},
        {"method": "signs", "charts": [{**CHART, **SIGNS, "roots": ["-1", "1"]}]},
        {"method": "signs", "charts": [{**CHART, **SIGNS, "roots": ["-1", "0", "2"]}]},
        {"method": "signs", "charts": [{**CHART, "signs": [1, 1, 1, 1]}]},
        {"method": "signs", "charts": [{**CHART, **SIGNS, "interval": ["0", "oo"]}]},
        {"method": "signs", "charts": [{**CHART, **SIGNS, "order": 1}]},
        {"method": "signs", "charts": [{**CHART, **SIGNS, "order": 10**9}]},
        {"method": "signs", "charts": [{**CHART, **SIGNS, "roots": ["[2, 1]", "0", "1"]}]},
        {"method": "signs", "charts": [{**CHART, **SIGNS}, {**CHART, **SIGNS}]},
        {"method": "pieces", "pieces": [["-oo", "0"], ["0", "oo"]]}, {"method": "pieces", "pieces": [["oo", "-oo"]]},
        {"method": "ends", "ends": ["oo", "-oo"]}, {"method": "mirror", "centre": "0", "sign": 1, "offset": "0"},
        {"method": "mirror", "centre": "1", "sign": -1, "offset": "0"}, {"method": "no-mirror"},
        {"method": "identity", "left": "1", "right": "2", "variable": "x"},
        {"method": "identity", "left": "x", "right": "abs(x)", "variable": "x"},
        {"method": "all", "parts": [{"method": "pieces", "pieces": [["-oo", "oo"]]}, {}]},
    ],
)  # fmt: skip
def test_a_certificate_that_is_wrong_or_says_nothing_is_refused(sheet: Properties, certificate: Any) -> None:
    assert with_certificate(sheet, "zeros", certificate).check() == ("zeros",)


def test_the_right_certificate_is_taken(sheet: Properties) -> None:
    assert with_certificate(sheet, "zeros", {"method": "signs", "charts": [{**CHART, **SIGNS}]}).check() == ()


# ---- Files -------------------------------------------------------------------------------------------------------


def damaged(sheet: Properties, change: Any) -> str:
    record = json.loads(sheet.to_json())
    change(record)
    return json.dumps(record)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.update(expression="x^2"),  # not as it would be written
        lambda r: r.update(variable="e"), lambda r: r.update(variable="exp"), lambda r: r.update(variable="x y"),
        lambda r: r.update(variable=3), lambda r: r["items"][0].update(statement="defined for x > 0"),
        lambda r: r["items"][0].update(words=["defined for x > 0"]), lambda r: r["items"][0].update(proved="yes"),
        lambda r: r["items"][0].update(certificate=[]), lambda r: r["items"][0].pop("words"),
        lambda r: r.update(items=3), lambda r: r["items"][0].update(words=[{"formula": "__import__('os')"}]),
        lambda r: r.update(format="ogive-properties-1"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_no_sheet(sheet: Properties, change: Any) -> None:
    with pytest.raises(SheetFormatError):
        check(damaged(sheet, change))


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.update(expression="x**3 + x"), lambda r: r.update(expression="diff(x**3 - x, x)"),
        lambda r: r.update(expression="a*x**3 - x"), lambda r: r.update(variable="y"),
        lambda r: r["items"].append(r["items"][0]), lambda r: r["items"][2].update(name="range"),
        lambda r: r["items"][2].update(name="beauty"), lambda r: r.update(items=[]),
        lambda r: [item.update(proved=False) for item in r["items"]],
    ],
)  # fmt: skip
def test_a_sheet_about_something_else_or_about_nothing_is_not_proven(sheet: Properties, change: Any) -> None:
    assert not check(damaged(sheet, change)).ok


def test_a_whole_sheet_survives_the_file(sheet: Properties) -> None:
    assert Properties.from_json(sheet.to_json()) == sheet
    assert check(sheet.to_json()).ok


def test_the_subject_is_never_what_the_words_say(sheet: Properties) -> None:
    """Statements that are true of one function are not, with the same certificates, believed of another."""
    for other in ("x^3 + x", "x^3", "x^3 - 2*x", "if(x = 0, 1, x^3 - x)", "(x^3 - x)*x/x", "sqrt(x)^2*(x^2 - 1)"):
        moved = replace(sheet, subject=parse(other, functions=VOCABULARY))
        assert {"zeros", "extrema"} & set(moved.check()), other
    assert t.symbols(sheet.subject) == {"x"}
