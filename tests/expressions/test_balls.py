"""Balls contain the truth, decide signs only where they may, and say where there is no value."""

from __future__ import annotations

from fractions import Fraction

import flint
import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogive.expressions import parse
from ogive.expressions.balls import FUNCTIONS, UndefinedError, ball, decimals, evaluate, precision, sign, sign_of

MPMATH = {"arb": None, "abs": abs, "cbrt": mpmath.cbrt, "log2": lambda u: mpmath.log(u, 2)}


def contains(found: flint.arb, truth: mpmath.mpf) -> bool:
    """Whether a ball meets the interval of one unit in the 100th digit around mpmath's value."""
    near = flint.arb(mpmath.nstr(truth, 100))
    return bool(found.overlaps(near + flint.arb(0, abs(near) * flint.arb("1e-98"))))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@settings(max_examples=20)
@given(point=st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=10**6))
def test_every_function_contains_the_value_that_mpmath_finds(name: str, point: Fraction) -> None:
    """On (0, 1), and shifted to (1, 2) where that is the domain; mpmath at 120 digits."""
    x = point + 1 if name == "acosh" else point
    function = MPMATH.get(name) or getattr(mpmath, name)
    with precision(128), mpmath.workdps(120):
        found = FUNCTIONS[name](ball(x))
        assert found.rad() < flint.arb("1e-30")
        assert contains(found, function(mpmath.mpf(x.numerator) / x.denominator))


@pytest.mark.parametrize(
    ("text", "at"),
    [("log(z)", -1), ("sqrt(z)", -1), ("1/z", 0), ("asin(z)", 2), ("z^(1/2)", -1), ("z^-1", 0), ("acosh(z)", 0)],
)
def test_a_point_without_a_value_is_named(text: str, at: int) -> None:
    with pytest.raises(UndefinedError):
        evaluate(parse(text), {"z": ball(at)})


def test_a_ball_that_might_be_outside_says_nothing() -> None:
    assert not evaluate(parse("log(z)"), {"z": ball(-1, 1)}).is_finite()


def test_signs_are_decided_by_more_bits_or_not_at_all() -> None:
    assert (sign(ball(2)), sign(ball(-2)), sign(ball(0)), sign(ball(-1, 1))) == (1, -1, 0, None)
    far = parse("exp(z) - exp(z - 1/10^50)")  # 10^-50 of its terms: 96 bits do not see it
    assert sign_of(lambda: evaluate(far, {"z": ball(1)})) == 1
    assert sign_of(lambda: evaluate(parse("exp(z)*exp(-z) - 1"), {"z": ball(1)})) is None


def test_precision_is_put_back_after_an_error() -> None:
    before = flint.ctx.prec
    with pytest.raises(UndefinedError), precision(77):
        evaluate(parse("1/z"), {"z": ball(0)})
    assert flint.ctx.prec == before


def test_no_more_decimals_are_written_than_hold() -> None:
    """The ball from 1 to 1.0001 fixes four digits behind the point at most."""
    assert decimals(ball(Fraction(1, 3)), 10) == "0.3333333333"
    assert len(decimals(ball(1, Fraction(10001, 10000)), 10)) <= len("1.0001")


def test_a_symbol_without_a_value_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="the symbol 'q' has no value"):
        evaluate(parse("z + q"), {"z": ball(1)})
