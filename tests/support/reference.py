"""What each shape is, in ball arithmetic: the independent truth behind the golden numbers.

Every function takes and returns `flint.arb` balls and is written from the definition, in the plainest stable form;
the working precision is raised until the ball is far smaller than half an ULP of any dtype.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb, ctx

Ball = Callable[[arb], arb]


def _sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


def _sigmoid_slope(x: arb) -> arb:
    return _sigmoid(x) * _sigmoid(-x)


def _sigmoid_log(x: arb) -> arb:
    # log1p, for log(1 + e^-x) loses e^-x in the 1 at any fixed precision
    return -((-x).exp().log1p())


EXACT: dict[str, dict[str, Ball]] = {
    "sigmoid": {
        "": _sigmoid,
        "derivative": _sigmoid_slope,
        "second_derivative": lambda x: _sigmoid_slope(x) * (_sigmoid(-x) - _sigmoid(x)),
        "inverse": lambda p: (p / (1 - p)).log(),
        "log": _sigmoid_log,
    },
}
"""shape -> role -> exact function."""


def exact(function: Ball, x: float) -> Fraction:
    """Evaluate at a float to at least 160 significant bits, or 0 where the ball is exactly 0."""
    precision = 256
    while precision < 40_000:
        ctx.prec = precision
        ball = function(arb(x))
        if ball.is_exact() and ball == 0:
            return Fraction(0)
        if ball.is_finite() and ball.rel_accuracy_bits() >= 160:
            mantissa, exponent = ball.mid().man_exp()
            return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
        precision *= 2
    raise ArithmeticError(f"no accurate ball at {x!r}")
