"""Make ``ogive/golden.csv``, the values that ``ogive doctor`` compares the kernels with.

Run ``python tests/data/make_golden.py`` after adding a shape to FORMULAS. Every value is computed with balls of 300
bits by python-flint, and written only if its ball fixes the first 106 bits of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import flint
import numpy as np
from flint import arb

GOLDEN = Path(__file__).resolve().parents[2] / "ogive" / "golden.csv"

# Both signs of each are used: the middle, where formats change from normal to subnormal results, where the
# identity a(1-a) dies, and decimals that no format holds exactly, rounded to each format.
MAGNITUDES = """
    0 1e-30 1e-8 0.0009765625 0.1 0.25 0.3333333333333333 0.5 0.7 1 1.5 2 2.718281828459045 3 3.141592653589793 5 7.3
    8 8.3203125 9.70 11.25 13.2 16.63553237915039 17.3 20 30.1 36.73680056967711 50 87.33 88.72 100 103.97 300 700
    708.39 709.78 740 745.13
"""
PROBABILITIES = """
    1e-300 1e-38 1e-20 1e-7 0.001 0.01 0.1 0.25 0.3333333333333333 0.45 0.4990234375 0.5 0.5009765625 0.55 0.7 0.75
    0.9 0.99 0.999 0.9995117187 0.99999994 0.9999999999999999
"""


def sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


def sigmoid_slope(x: arb) -> arb:
    return sigmoid(x) * sigmoid(-x)


FORMULAS = {
    ("sigmoid", ""): sigmoid,
    ("sigmoid", "derivative"): sigmoid_slope,
    ("sigmoid", "second_derivative"): lambda x: sigmoid_slope(x) * (sigmoid(-x) - sigmoid(x)),
    ("sigmoid", "inverse"): lambda p: (p / (1 - p)).log(),
    ("sigmoid", "log"): lambda x: -(1 + (-x).exp()).log(),
}


def arguments(role: str) -> list[float]:
    magnitudes = [sign + text for text in MAGNITUDES.split() for sign in ("", "-")]
    texts = PROBABILITIES.split() if role == "inverse" else magnitudes
    with np.errstate(all="ignore"):
        values = {float(kind(text)) for text in texts for kind in (np.float16, np.float32, np.float64)}
    return sorted(x for x in values if (0 < x < 1 if role == "inverse" else np.isfinite(x)))


def parts(ball: arb) -> tuple[float, float]:
    """Split a ball into the nearest float64 and the nearest float64 to the rest."""
    high = float(ball.mid())
    rest = ball - arb(high)
    if ball != 0 and abs(ball) > arb(2) ** -960 and ball.rel_accuracy_bits() < 120:
        raise ValueError(f"{ball} does not fix 106 bits; compute it with more")
    return high, float(rest.mid())


def main() -> None:
    flint.ctx.prec = 300
    lines = ["# shape, role, argument, true value rounded to float64, and what that rounding left out (hexadecimal)"]
    lines.append("# made by tests/data/make_golden.py from balls of 300 bits")
    for (shape, role), formula in FORMULAS.items():
        for x in arguments(role):
            numbers = (x, *parts(formula(arb(x))))
            lines.append(",".join([shape, role, *(number.hex() for number in numbers)]))
    GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
