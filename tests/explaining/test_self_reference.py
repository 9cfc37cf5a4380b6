"""f' = R(f): the forms of more than sixty functions, and that each holds in floating point, computed separately."""

from __future__ import annotations

import numpy as np
import pytest

import ogive as og
from ogive.explaining.checking.kernel_of_proofs import check_certificate
from ogive.explaining.records.subject import all_functions
from ogive.expressions import ExpressionError, compile_numpy, parse

# expression, kind, form; parameters are given numbers below
TABLE = [
    ("sigmoid", "rational", "y*(1 - y)"),
    ("tanh(z)", "rational", "1 - y**2"),
    ("L/(1 + exp(-k*(z - c)))", "rational", "k*y*(L - y)/L"),
    ("log(1 + exp(z))", "elementary", "1 - exp(-y)"),
    ("log(1 + exp(k*z))/k", "elementary", "(exp(k*y) - 1)/exp(k*y)"),
    ("exp(-exp(-z))", "elementary", "-y*log(y)"),
    ("exp(-b*exp(-c*z))", "elementary", "-c*y*log(y)"),
    ("1 - exp(-exp(z))", "elementary", "-(1 - y)*log(1 - y)"),
    ("atan(z)", "elementary", "cos(y)**2"),
    ("2*atan(tanh(z/2))", "elementary", "cos(y)"),
    ("atan(sinh(z))", "elementary", None),
    ("1/2 + atan(z)/pi", "elementary", "cos(pi*(y - 1/2))**2/pi"),
    ("z/sqrt(1 + z**2)", "radical", "(1 - y**2)**(3/2)"),
    ("z/(1 + abs(z))", "rational", "(1 - abs(y))**2"),
    ("(1 + exp(-k*z))**(-1/n)", "elementary", "k*y*(1 - y**n)/n"),
    ("erf(z)", "special", None),
    ("(1 + erf(z/sqrt(2)))/2", "special", None),
    ("erfinv(z)", "elementary", "sqrt(pi)/2*exp(y**2)"),
    ("lambertw(z)", "elementary", "exp(-y)/(1 + y)"),
    ("exp(z)", "rational", "y"),
    ("exp(k*z)", "rational", "k*y"),
    ("a*exp(k*z) + b", "rational", "k*(y - b)"),
    ("2**z", "rational", "log(2)*y"),
    ("log(z)", "elementary", "exp(-y)"),
    ("sqrt(z)", "rational", "1/(2*y)"),
    ("cbrt(z)", "rational", "1/(3*y**2)"),
    ("1/z", "rational", "-y**2"),
    ("z/(1 + z)", "rational", "(1 - y)**2"),
    ("K*z/(M + z)", "rational", "(K - y)**2/(K*M)"),
    ("z**n/(1 + z**n)", "elementary", None),
    ("1 - exp(-k*z)", "rational", "k*(1 - y)"),
    ("1 - exp(-(z/s)**k)", "elementary", None),
    ("tan(z)", "rational", "y**2 + 1"),
    ("sinh(z)", "radical", "sqrt(y**2 + 1)"),
    ("coth(z)", "rational", "1 - y**2"),
    ("asinh(z)", "elementary", "1/cosh(y)"),
    ("acosh(z)", "elementary", "1/sinh(y)"),
    ("atanh(z)", "elementary", "cosh(y)**2"),
    ("asin(z)", "elementary", "1/cos(y)"),
    ("acos(z)", "elementary", "-1/sin(y)"),
    ("log(z/(1 - z))", "elementary", None),
    ("(exp(z) - 1)/(exp(z) + 1)", "rational", "(1 - y**2)/2"),
    ("1/(1 + exp(-z)) - 1/2", "rational", "(1 - 4*y**2)/4"),
    ("1/(1 + exp(-z))**2", "radical", "2*y - 2*y**(3/2)"),
    ("1.7159*tanh(2*z/3)", "rational", None),
    ("(z + sqrt(z**2 + 4))/2", "rational", "y**2/(y**2 + 1)"),
    ("z*abs(z)", "radical", "2*sqrt(abs(y))"),
    ("if(z > 0, z, 0)", "rational", "if(y <= 0, 0, 1)"),
    ("if(z > 0, z, a*z)", "unknown", ""),  # the sign of the parameter decides
    ("if(z > 0, z, z/100)", "rational", "if(y < 0, 0.01, 1)"),
    ("if(z > 0, z, exp(z) - 1)", "rational", "if(y < 0, y + 1, 1)"),
    ("if(z <= -3, 0, if(z >= 3, 1, z/6 + 1/2))", "rational", "if(y <= 0, 0, if(y < 1, 1/6, 0))"),
    ("if(z <= -1, -1, if(z >= 1, 1, z))", "rational", "if(y <= -1, 0, if(y < 1, 1, 0))"),
    ("if(z <= 0, 0, if(z >= 1, 1, 3*z**2 - 2*z**3))", "implicit", None),
    ("sin(z)", "none", None),
    ("cos(z)", "none", None),
    ("z**3", "radical", "3*cbrt(y)**2"),
    ("2*z**5", "radical", None),
    ("abs(z) + asin(2)", "unknown", None),
    ("cosh(z)", "none", None),
    ("z**2", "none", None),
    ("1/(1 + z**2)", "none", None),
    ("sech(z)", "none", None),
    ("sqrt(1 + z**2)", "none", None),
    ("tanh(z)**2", "none", None),
    ("z/(1 + exp(-z))", "none", ""),  # SiLU
    ("z*(1 + erf(z/sqrt(2)))/2", "none", ""),  # GELU
    ("z*tanh(log(1 + exp(z)))", "none", ""),  # Mish
    ("z*if(z <= -3, 0, if(z >= 3, 1, z/6 + 1/2))", "none", ""),  # hard swish
    ("exp(-z**2)", "none", ""),
    ("z*exp(z)", "none", ""),
    ("z*log(z)", "none", ""),
    ("abs(z)", "none", ""),
    ("log(cosh(z))", "none", ""),
    ("z - tanh(z)", "unknown", ""),  # it is monotone, so an R exists, but not in these functions
    ("y/(1 + y)", "rational", "(1 - y)**2"),  # a variable called y
]
PARAMETERS = {"L": 3.1, "k": 1.7, "c": 0.3, "n": 2.2, "a": 1.3, "b": 0.8, "K": 2.3, "M": 0.9, "s": 1.9}
POINTS = np.array([-2.3, -0.7, -0.31, 0.17, 0.44, 0.83, 1.21, 2.6, 4.1])


@pytest.mark.parametrize(("expression", "kind", "form"), TABLE, ids=[row[0] for row in TABLE])
def test_forms(expression: str, kind: str, form: str | None) -> None:
    found = og.self_reference(expression)
    assert found.kind == kind
    if form is not None:
        assert found.form == form
    if kind not in ("none", "unknown"):
        assert_holds(expression, found.form)
    if kind != "unknown":
        assert check_certificate(found.certificate)


def assert_holds(expression: str, form: str) -> None:
    """Compare both sides in floating point, at the points at which the function is defined."""
    functions = all_functions()
    expression = "1/(1 + exp(-z))" if expression == "sigmoid" else expression
    variable = "y" if "y" in expression else "z"
    names = [variable, *PARAMETERS]
    tree = parse(expression, functions=functions)
    pair = compile_numpy(
        [tree, parse(f"diff({expression}, {variable})", functions=functions)], names, functions=functions
    )
    with np.errstate(all="ignore"):
        value, slope = pair(POINTS, *PARAMETERS.values())
        there = np.isfinite(value + slope)
        relation = parse(form)
        sides = (
            [relation.left, relation.right] if hasattr(relation, "left") and "=" in form.replace("<=", "") else None
        )
        unknowns = ["y", "Y", *PARAMETERS]
        if sides:
            assert compile_numpy(sides[0], unknowns)(value, slope, *PARAMETERS.values())[there] == pytest.approx(
                0, abs=1e-6
            )
            return
        found = compile_numpy(relation, unknowns)(value, slope, *PARAMETERS.values())
    there &= np.isfinite(found)  # a value that has rounded to its asymptote
    assert there.sum() >= 3
    # both sides lose digits near asymptotes: compare with the size of the largest slope
    scale = np.abs(slope[there]).max()
    np.testing.assert_allclose(np.broadcast_to(found, slope.shape)[there], slope[there], rtol=1e-6, atol=1e-7 * scale)


@pytest.mark.parametrize("name", list(og.shapes))
def test_rows_of_the_table(name: str) -> None:
    """The form in the row is the form that is found, or the row says why there is none."""
    row, found = og.shapes[name], og.self_reference(name)
    assert found.kind != "unknown"
    if row.slope_in_value is None:
        assert found.kind in ("none", "implicit", "special") or row.slope_in_value_note
    elif found.kind not in ("none", "implicit"):
        assert_holds(row.formula, found.form)
    assert check_certificate(found.certificate)


def test_what_a_backward_pass_keeps() -> None:
    assert og.self_reference("sigmoid").saves == "output"
    assert og.self_reference("z/(1+exp(-z))").saves == "input"


def test_conditioning() -> None:
    found = og.self_reference("sigmoid")
    assert found.conditioning == "abs((1 - 2*y)/(1 - y))"
    assert found.domain == "y in (0, 1)"
    assert "y → 1" in found.warning
    assert found.stable == "exp(-abs(z))/(exp(-abs(z)) + 1)**2"
    assert og.equivalent(found.stable, "diff(1/(1+exp(-z)), z)").answer == "equal"


@pytest.mark.parametrize(
    ("expression", "order"), [("sigmoid", 1), ("atan(z)", 2), ("z/(1+exp(-z))", 2), ("erf(z)", 3)]
)
def test_smallest_equation(expression: str, order: int) -> None:
    """The transcendence degrees of (e^z), of (z, atan z), of (z, e^z) and of (z, e^-z², erf z)."""
    assert og.self_reference(expression).order == order


def test_errors() -> None:
    with pytest.raises(ExpressionError):
        og.self_reference("1/(1+")
    with pytest.raises(ValueError, match="y stands for the value"):
        og.self_reference("y*tanh(z)", var="z")
