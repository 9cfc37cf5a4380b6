"""Sheets of every row of the table: all proved, all certificates hold, and SymPy's numbers agree with the signs."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import ogive as og
from ogive.explaining.records.subject import all_functions
from ogive.expressions import compile_numpy, parse

ROWS = [(name, of) for name in og.shapes for of in ("value", "derivative")]
OTHERS = [
    "z**2", "z**3 - 3*z", "exp(-z**2)", "1/(1 + z**2)", "log(z)", "sqrt(z)", "1/z", "z*log(z)", "cosh(z)", "asinh(z)",
    "z*exp(-z)", "abs(z)", "z*abs(z)", "sqrt(1 + z**2)", "log(1 + exp(z)) - z", "exp(z) - z - 1", "z/(1 - z**2)",
    "(exp(z) - 1)/(exp(z) + 1)", "1/(1 + exp(-2*(z - 3)))", "erf(z)", "atanh(z)", "1 - exp(-exp(z))", "exp(-exp(-z))",
    "(1 + erf(z/sqrt(2)))/2", "z*(1 + erf(z/sqrt(2)))/2", "if(z < 0, -1, 1)", "2*z/(1 + z**2)",
]  # fmt: skip


@pytest.fixture(scope="module")
def sheets() -> dict[tuple[str, str], object]:
    return {(name, of): og.properties(name, of=of, effort=6) for name, of in ROWS}


@pytest.mark.parametrize(("name", "of"), ROWS)
def test_rows_are_proved(name: str, of: str, sheets) -> None:
    sheet = sheets[name, of]
    assert [item.name for item in sheet.items if not item.proved] == []
    assert sheet.check() == ()


@pytest.mark.parametrize("name", og.shapes)
def test_signs_of_rows(name: str, sheets) -> None:
    for of in ("value", "derivative"):
        assert_signs(sheets[name, of])


@pytest.mark.parametrize("expression", OTHERS)
def test_signs_of_other_functions(expression: str) -> None:
    sheet = og.properties(expression)
    assert sum(item.proved for item in sheet.items) >= len(sheet.items) - 2
    assert_signs(sheet)
    assert sheet.check() == ()


def assert_signs(sheet) -> None:
    """Compare each claimed sign with a derivative by Taylor's series of mpmath, at points inside its interval."""
    seen = set()
    for item in sheet.items:
        for chart in charts_of(item.certificate):
            key = (chart["expression"], chart["order"], tuple(chart["interval"]))
            if key not in seen and chart["order"] <= 2:
                seen.add(key)
                assert_chart(chart)
    assert seen


def charts_of(certificate):
    for part in certificate.get("parts", []):
        yield from charts_of(part)
    yield from certificate.get("charts", [])


def assert_chart(chart) -> None:
    """Evaluate the derivative with SciPy and NumPy alone: it is compiled from the tree, not from the normal form."""
    order, name = chart["order"], chart["variable"]
    text = chart["expression"]
    for _ in range(order):
        text = f"diff({text}, {name})"
    function = compile_numpy(parse(text, functions=all_functions()), [name])
    ends = [number(end) for end in (chart["interval"][0], *chart["roots"], chart["interval"][1])]
    for left, right, sign in zip(ends, ends[1:], chart["signs"], strict=False):
        low, high = max(left, -6.0), min(right, 6.0)
        if low >= high:
            continue
        at = low + (high - low) * np.array([0.013, 0.2, 0.5, 0.77, 0.987])
        with np.errstate(all="ignore"):
            found = np.broadcast_to(function(at), at.shape)
        assert np.all(np.abs(found[found * sign <= 0]) < 1e-6), (chart["expression"], order, at, found, sign)


def number(end: str) -> float:
    if end in ("oo", "-oo"):
        return float(end.replace("oo", "inf"))
    if end.startswith("["):
        return float(Fraction(end[1:-1].partition(",")[0]))
    return float(compile_numpy(parse(end), [])())


# Roots of f' and f'' from mpmath.findroot at 30 digits.
KNOWN = [
    ("z/(1 + exp(-z))", "extrema", "minimum -0.2784645428… at z = -1.278464543…"),
    ("z/(1 + exp(-z))", "inflections", "inflection at z = -2.399357281… and z = 2.399357281…"),
    ("z*(1 + erf(z/sqrt(2)))/2", "inflections", "inflection at z = -√(2) and z = √(2)"),
    ("z*tanh(log(1 + exp(z)))", "extrema", "minimum -0.3088434130… at z = -1.192431215…"),
    ("exp(-exp(-z))", "slope", "largest slope 1/e at z = 0; slope always above 0, approached as z → -∞"),
    ("log(1 + exp(z))", "asymptotes", "y = 0 as z → -∞ and y = z as z → ∞"),
    ("z/(1 + abs(z))", "smoothness", "once continuously differentiable and no more at z = 0"),
    (
        "if(z <= 0, 0, if(z >= 1, 1, 3*z**2 - 2*z**3))",
        "symmetry",
        "point-symmetric about (1/2, 1/2): f(1 - z) + f(z) = 1",
    ),
    ("if(z > 0, z, 0)", "zeros", "zero at z ≤ 0, nowhere else"),
    ("log(z)", "domain", "defined for z > 0"),
    ("sqrt(z)", "domain", "defined for z ≥ 0"),
    ("sqrt(z)", "range", "takes exactly the values [0, ∞)"),
    ("1/z", "range", "takes exactly the values (-∞, 0) ∪ (0, ∞)"),
    ("1/z", "monotone", "falls on z < 0 and on z > 0"),
    ("z**3 - 3*z", "extrema", "maximum 2 at z = -1 and minimum -2 at z = 1"),
    ("if(z < 0, -1, 1)", "range", "takes exactly the values {-1} ∪ {1}"),
    ("if(z < 0, -1, 1)", "smoothness", "jumps at z = 0"),
    ("exp(z) - z - 1", "range", "takes exactly the values [0, ∞)"),
    ("(1 + erf(z/sqrt(2)))/2", "symmetry", "point-symmetric about (0, 1/2): f(-z) = 1 - f(z)"),
    ("2*z/(1 + z**2)", "range", "takes exactly the values [-1, 1]"),
    ("asinh(z)", "lipschitz", "Lipschitz with the best constant L = 1"),
]


@pytest.mark.parametrize(("expression", "name", "statement"), KNOWN)
def test_known_statements(expression: str, name: str, statement: str) -> None:
    item = og.properties(expression)[name]
    assert item.proved
    assert item.statement == statement


def test_known_roots_are_those_of_mpmath() -> None:
    with mpmath.workdps(30):
        silu = lambda z: z / (1 + mpmath.exp(-z))  # noqa: E731
        assert mpmath.almosteq(
            mpmath.findroot(mpmath.diffun(silu), -1.3), mpmath.mpf("-1.2784645427610737951"), 1e-18
        )
    assert math.isclose(float(mpmath.diff(silu, 2.399357280515468, 2)), 0, abs_tol=1e-12)


def test_what_is_not_known_is_said() -> None:
    sheet = og.properties("sin(z) + z")
    assert not sheet["monotone"].proved
    assert "circular functions" in sheet["monotone"].reason
    assert sheet["domain"].proved
    assert not og.properties("1/(1+exp(-k*z))")["limits"].proved


@pytest.mark.parametrize("damage", ["signs", "roots", "interval", "order", "variable"])
def test_damaged_certificates_are_refused(damage: str) -> None:
    sheet = og.properties("z/(1 + exp(-z))")
    item = sheet["monotone"]
    chart = dict(item.certificate["charts"][0])
    chart[damage] = {"signs": [1, -1], "roots": ["-1"], "interval": ["0", "oo"], "order": 2, "variable": "x"}[damage]
    for certificate in ({**item.certificate, "charts": [chart]}, {"method": "magic"}, {"method": "signs"}, {}):
        items = tuple(replace(each, certificate=certificate) if each is item else each for each in sheet.items)
        assert replace(sheet, items=items).check() == ("monotone",)
