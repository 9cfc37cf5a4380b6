"""Digits that are guaranteed, against numbers known otherwise."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogive.expressions import differentiate, parse
from ogive.expressions.balls import UndefinedError
from ogive.expressions.digits import UndecidedError, digits, enclosure, exact_value

VALUE = parse("1/(1+exp(-z))")
SLOPE = differentiate(VALUE, "z")


def by_mpmath(z: Fraction, *, slope: bool, count: int = 15) -> mpmath.mpf:
    """The same two functions with 60 digits more than are wanted, past any cancellation."""
    with mpmath.workdps(count + 60 + int(abs(z))):
        t = mpmath.exp(-mpmath.mpf(z.numerator) / z.denominator)
        return t / (1 + t) ** 2 if slope else 1 / (1 + t)


@given(st.fractions(-60, 60, max_denominator=10**6), st.booleans(), st.integers(3, 30))
def test_digits_agree_with_mpmath(z: Fraction, slope: bool, count: int) -> None:
    text = digits(SLOPE if slope else VALUE, {"z": z}, count=count)
    with mpmath.workdps(200):
        true = by_mpmath(z, slope=slope, count=count)
        assert abs(mpmath.mpf(text) - true) <= true * mpmath.mpf(10) ** (1 - count) / 2


@pytest.mark.parametrize(
    ("z", "text"),
    [
        # Printed in textbooks to these digits, and found again with mpmath at 60 digits.
        ("1", "0.196611933241482"),
        ("2", "0.104993585403507"),
        ("3", "0.0451766597309121"),
        ("0", "0.25"),
    ],
)
def test_the_known_slopes(z: str, text: str) -> None:
    for sign in (1, -1):
        assert digits(SLOPE, {"z": sign * Fraction(z)}) == text


def test_far_beyond_the_range_of_floating_point() -> None:
    assert digits(SLOPE, {"z": Fraction(800)}) == "3.66787458417769e-348"  # mpmath, 60 digits
    assert digits(SLOPE, {"z": Fraction(10**4)}).endswith("e-4343")


def test_exact_values_are_exact() -> None:
    assert exact_value(SLOPE, {"z": Fraction(0)}) == Fraction(1, 4)
    assert exact_value(SLOPE, {"z": Fraction(1)}) is None


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("sqrt(z)", 2, "1.414213562"),
        ("pi*z", 1, "3.141592654"),
        ("e^z - z^2", 2, "3.389056099"),
        ("log(z)", 10, "2.302585093"),
        ("sec(z)", 1, "1.850815718"),
        ("abs(-z)^(1/2)", 2, "1.414213562"),
        ("tanh(z) + atan(z)", 1, "1.546992319"),
    ],
)
def test_elementary_functions(text: str, at: int, expected: str) -> None:
    """Expected: the same by Python's math module, whose 16 digits were rounded to 10."""
    assert digits(parse(text), {"z": Fraction(at)}, count=10) == expected


def test_outside_the_domain_nothing_is_claimed() -> None:
    for ask in (digits, enclosure, exact_value):
        with pytest.raises(UndefinedError, match="there is no real value at z = -1"):
            ask(parse("log(z)"), {"z": Fraction(-1)})


def test_a_value_that_cancels_completely_stays_open() -> None:
    with pytest.raises(UndecidedError, match="15 digits cannot be guaranteed at z = 1"):
        digits(parse("exp(z)*exp(-z) - 1"), {"z": Fraction(1)})
