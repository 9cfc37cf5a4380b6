"""Values far out, where exponents themselves are rounded: right, or nan, never wrong without a sign."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ogive as og
from ogive.expressions import balls, parse
from ogive.expressions.extended import Program

INF = math.inf

multiples = st.sampled_from(["1", "2", "3", "7", "0.1", "0.3", "1/3", "2/7", "1.25", "12345.678"])
far = st.floats(1e3, 1e308) | st.floats(3, 308).map(lambda e: 10.0**e)


@st.composite
def ratios(draw: Any) -> str:
    """A ratio of sums of exponentials whose exponents cancel, or nearly."""
    a, b, c = (draw(multiples) for _ in range(3))
    return draw(st.sampled_from([
        f"exp(({a} + {b})*z)/(exp({a}*z)*(1 + exp({b}*z)))",
        f"exp({a}*z)*exp({b}*z)/(exp(({a} + {b})*z) + exp({c}*z))",
        f"exp({a}*z + 1)/(exp({a}*z) + exp(-{b}*z))",
        f"(exp({a}*z) - exp(-{a}*z))/(exp({a}*z) + {c}*exp(-{a}*z))",
        f"{c} + exp(20*{a}*z) - exp(10*{a}*z)^2",  # beyond floats: within, the row tells what cancels
        f"exp({a}*z^2)/(exp({a}*z)*exp({a}*z*(z - 1)))",
        f"2^z*3^z/6^z + {a}/z",
        f"exp({a}*z)^(1/3)/exp({a}*z/3)",
        f"log(1 + exp({a}*z))/z",
        f"cosh({a}*z)/(sinh({a}*z) + exp(-{b}*z))",
    ]))  # fmt: skip


@given(text=ratios(), size=far, sign=st.sampled_from([-1.0, 1.0]))
@example(text="1 + exp(20*2*z) - exp(10*2*z)^2", size=1000.0, sign=1.0)
@example(text="log(1 + exp(1*z))/z", size=8e270, sign=1.0)
@settings(deadline=None, max_examples=100)
def test_a_value_far_out_is_that_of_ball_arithmetic_or_nan(text: str, size: float, sign: float) -> None:
    """An oracle that reads the text itself, with 8,000 bits."""
    x, tree = sign * size, parse(text, names=("z",))
    got = float(Program(tree, "z")(np.array([x]))[0])
    with balls.precision(8000):
        ball = balls.evaluate(tree, {"z": balls.ball(Fraction(x))})
        want = balls.nearest_float(ball)
    if want is None or math.isnan(got):
        return
    assert got == want or abs(got - want) <= 2e-9 * abs(want) + 1e-300


@pytest.mark.parametrize("x", [3e3, 1.1e9, 7.7e11, 1.3e13, 9.1e16, 1e200, 1.7e308])
def test_exponents_that_cancel_leave_the_value(x: float) -> None:
    """The exact values: 1 - exp(-2x), e/2, 1."""
    shape = og.Shape.from_formula("ratio", "exp(3z)/(exp(z)*(1 + exp(2z)))")
    np.testing.assert_array_equal(shape([x, -x]), [1.0, 0.0])
    shape = og.Shape.from_formula("raised", "exp(z + 1)/(exp(z) + exp(z))+1/(1+z^2)")
    assert float(shape(x)) == pytest.approx(math.e / 2, rel=1e-6)
    again: Any = og.Shape.from_formula("ratio", "exp(0.3z)/(exp(z/10)*(1 + exp(z/5)))")
    assert again.limits == (0.0, 1.0)


def test_where_no_digit_is_known_it_is_nan_and_the_row_says_from_where() -> None:
    shape = og.Shape.from_formula("steep", "log(1 + exp(exp(z)))")
    assert math.isnan(shape(1e5))
    assert "no digit of the value is known at z = 4.64e+03, and nan is returned there and further out" in shape.notes


def test_without_ball_arithmetic_what_is_uncertain_is_nan(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(parse("exp(3*z)/(exp(z)*(1 + exp(2*z)))", names=("z",)), "z")

    def missing(name: str, *, for_: str) -> Any:
        raise og._optional.MissingExtraError(f"{name} for {for_}")

    monkeypatch.setattr(balls, "optional", missing)
    got = program(np.array([1.0, 30.0, 800.0, 1e14, -1e14]))
    np.testing.assert_allclose(got[:3], 1 / (1 + np.exp([-2.0, -60.0, -1600.0])), rtol=1e-12)
    assert math.isnan(got[3])
    assert got[4] == 0 or math.isnan(got[4])


def test_an_inverse_is_right_where_values_far_out_are_not_known() -> None:
    """Bracketing starts far out, where this one is nan; where the bracket ends beside nan, so is the inverse."""
    shape = og.Shape.from_formula("steep", "log(1 + exp(exp(z))) - log(2)")
    z = np.array([-3.0, 0.5, 3.0, 8.0])
    np.testing.assert_allclose(shape.inverse(shape(z)), z, rtol=1e-12)
    flat: Any = og.Shape.from_formula("flat", "log(log(1 + exp(exp(z))) + 1)")
    assert math.isnan(flat.inverse(1e5))


# ---- The domain, by proof ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "domain", "place"),
    [
        ("log(1e12 - z)", (-INF, INF), r"1e\+12"),
        ("1/(z - 1e20)", (-INF, INF), r"1e\+20"),
        ("1/((z - 0.123)*(z - 0.1230000001) + 1e-30)", (0, 1), "0.123"),
        ("sqrt(z^2 - 2)", (-INF, INF), "0"),
        ("sqrt(z*(z - 1e-9))", (-1, 1), "5e-10"),
        ("tan(z)", (-INF, INF), ""),
    ],
)
def test_a_hole_between_the_arguments_that_are_looked_at_is_found(
    formula: str, domain: tuple[float, float], place: str
) -> None:
    with pytest.raises(ValueError, match=f"is not a real number at z = {place}"):
        og.Shape.from_formula("hole", formula, domain=domain)


def test_a_domain_that_is_only_looked_at_says_so() -> None:
    shape = og.Shape.from_formula("wave", "1/(1.001 + sin(z))")
    assert any(note.startswith("that it is real on its domain is not proved") for note in shape.notes)
    assert not any("domain" in note for note in og.Shape.from_formula("s", "1/(1 + exp(-z))").notes)


@pytest.mark.parametrize(
    ("formula", "limits"), [("z/(1e305 + z)", (0.0, 1.0)), ("1/(1 + exp(-(z - 1e305)))", (1.0 / INF, 1.0))]
)
def test_limits_are_proved_and_not_what_two_arguments_tell(formula: str, limits: tuple[float, float]) -> None:
    """Functions that rise beyond 2^1000."""
    assert og.Shape.from_formula("late", formula, domain=(0, INF)).limits == limits


def test_what_was_only_seen_is_said() -> None:
    shape = og.Shape.from_formula("tilted", "2z + sin(z)")
    assert shape.limits == (-INF, INF)
    assert any("is seen at two arguments, not proved" in note for note in shape.notes)
    assert "that it rises is not proved, only seen at some hundred arguments" in shape.notes
