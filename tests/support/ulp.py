"""The one error metric: distance from the exact result in units in the last place of the exact result.

Settled once, here: a result equal to the correctly rounded one where that is nan, infinite or an exact zero has error
0, any other answer there has error inf; below the normal range an ULP is the smallest subnormal; an exact result
beyond the largest finite number counts the overflow threshold as reachable, so that inf is right there.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

FORMATS = {"float16": (11, -14), "float32": (24, -126), "float64": (53, -1022)}
"""dtype name -> (significant bits, smallest normal exponent)."""

LEAST = -1200
"""Exact values below 2**LEAST are written as that: a millionth of a millionth of the smallest subnormal, and more."""


def exponent_of(q: Fraction) -> int:
    """Return e with 2**e <= |q| < 2**(e+1)."""
    n, d = abs(q.numerator), q.denominator
    e = n.bit_length() - d.bit_length()
    return e if Fraction(n, d) >= Fraction(2) ** e else e - 1


def ulp_of(exact: Fraction, dtype: str) -> Fraction:
    """Return the spacing of the dtype's numbers at an exact value."""
    bits, smallest = FORMATS[dtype]
    e = smallest if exact == 0 else max(exponent_of(exact), smallest)
    return Fraction(2) ** (e - bits + 1)


def ulp_error(got: float, exact: Fraction | float, dtype: str) -> float:
    """Return the error of one result; `exact` is a fraction, or a float where the result is nan or infinite."""
    if isinstance(exact, float):
        same = math.isnan(got) if math.isnan(exact) else got == exact
        return 0.0 if same else math.inf
    if math.isnan(got):
        return math.inf
    if math.isinf(got):
        threshold = Fraction(float(np.finfo(dtype).max)) + ulp_of(Fraction(float(np.finfo(dtype).max)), dtype) / 2
        return 0.0 if abs(exact) >= threshold and (exact > 0) == (got > 0) else math.inf
    return float(abs(Fraction(got) - exact) / ulp_of(exact, dtype))


def to_text(exact: Fraction | float, digits: int = 24) -> str:
    """Write an exact value as a hexadecimal float with many more digits than any dtype has."""
    if isinstance(exact, float):
        return str(exact)
    if exact == 0:
        return "0x0p+0"
    e = exponent_of(exact)
    if e < LEAST:  # nothing of it is left in any dtype, and a fraction of such size is slow to read
        return f"{'-' if exact < 0 else ''}0x1p{LEAST}"
    scaled = round(abs(exact) / Fraction(2) ** e * 16**digits)
    return f"{'-' if exact < 0 else ''}0x{scaled // 16**digits:x}.{scaled % 16**digits:0{digits}x}p{e:+d}"


def from_text(text: str) -> Fraction | float:
    """Read what `to_text` wrote."""
    if "x" not in text:
        return float(text)
    sign = -1 if text.startswith("-") else 1
    mantissa, _, exponent = text.lstrip("-")[2:].partition("p")
    whole, _, rest = mantissa.partition(".")
    return sign * Fraction(int(whole + rest, 16), 16 ** len(rest)) * Fraction(2) ** int(exponent)
