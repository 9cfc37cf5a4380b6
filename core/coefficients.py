#!/usr/bin/env python3
"""Compute the polynomials of core/math/ and write them to core/math/coefficients.hpp.

Each is the weighted least-maximum fit (Remez exchange, 60 digits, mpmath) of a smooth function on an interval; the
weight is what the kernel multiplies the polynomial by, so the printed error is the error in the kernel's result.
Run it after a change and commit both files: ``python3 core/coefficients.py``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import mpmath as mp

mp.mp.dps = 60
Real = Callable[[mp.mpf], mp.mpf]


def remez(f: Real, weight: Real, low: mp.mpf, high: mp.mpf, degree: int) -> tuple[list[mp.mpf], mp.mpf]:
    """Return the coefficients, lowest first, of the polynomial p that minimises max |weight * (p - f)|, and that."""
    f, weight = cache(f), cache(weight)
    count = degree + 2
    nodes = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    grid = mp.linspace(low, high, 64 * count)
    coefficients: list[mp.mpf] = []
    worst = mp.inf
    for _ in range(12):
        matrix = mp.matrix(count, count)
        for i, x in enumerate(nodes):
            for j in range(degree + 1):
                matrix[i, j] = x**j
            matrix[i, degree + 1] = (-1) ** i / weight(x)
        coefficients = list(mp.lu_solve(matrix, mp.matrix([f(x) for x in nodes])))[: degree + 1]
        error = [weight(x) * (mp.polyval(coefficients[::-1], x) - f(x)) for x in grid]
        worst = max(map(abs, error))
        nodes = extrema(grid, error, count) or nodes
    return coefficients, worst


def extrema(grid: list[mp.mpf], error: list[mp.mpf], count: int) -> list[mp.mpf] | None:
    """Return the points where the error peaks between its changes of sign, or None if they are too few."""
    peaks: list[int] = []
    for i in range(len(grid)):
        if peaks and (error[peaks[-1]] > 0) == (error[i] > 0):
            if abs(error[i]) > abs(error[peaks[-1]]):
                peaks[-1] = i
        else:
            peaks.append(i)
    while len(peaks) > count:
        peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
    return [grid[i] for i in peaks] if len(peaks) == count else None


def rounded_in_turn(
    f: Real, weight: Real, low: mp.mpf, high: mp.mpf, degree: int, kind: str
) -> tuple[list[mp.mpf], mp.mpf]:
    """Return coefficients each rounded in its turn, those above it then fitted again to what is left.

    Rounding all at once would cost as much as the fit itself; weighted least squares over Chebyshev's nodes stand in
    for the exchange, which needs a polynomial's every power.
    """
    count = 6 * (degree + 1)
    nodes = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    weights, left = [weight(x) for x in nodes], [f(x) for x in nodes]
    coefficients: list[mp.mpf] = []
    for first in range(degree + 1):
        rows = [[w * x**j for j in range(first, degree + 1)] for w, x in zip(weights, nodes, strict=True)]
        wanted = [w * y for w, y in zip(weights, left, strict=True)]
        exact = mp.lu_solve(mp.matrix(rows), mp.matrix(wanted))[0]
        coefficients.append(mp.mpf(struct.unpack(kind[0], struct.pack(kind[0], float(exact)))[0]))
        left = [y - coefficients[-1] * x**first for x, y in zip(nodes, left, strict=True)]
    return coefficients, max(abs(w * y) for w, y in zip(weights, left, strict=True))


def exp_tail(r: mp.mpf) -> mp.mpf:
    """(e^r - 1 - r) / r^2, by its series near 0."""
    if abs(r) < mp.mpf("1e-6"):
        return mp.fsum(r**n / mp.factorial(n + 2) for n in range(8))
    return (mp.exp(r) - 1 - r) / r**2


def atanh_tail(w: mp.mpf) -> mp.mpf:
    """(2 atanh(z) - 2 z) / z^3 as a function of w = z^2, by its series near 0."""
    if w < mp.mpf("1e-6"):
        return mp.fsum(2 * w**n / (2 * n + 3) for n in range(10))
    z = mp.sqrt(w)
    return (2 * mp.atanh(z) - 2 * z) / z**3


def exp_fourth_tail(r: mp.mpf) -> mp.mpf:
    """(e^r - 1 - r - r^2/2 - r^3/6) / r^4, by its series."""
    return mp.fsum(r**n / mp.factorial(n + 4) for n in range(30))


def exp_ratio(r: mp.mpf) -> mp.mpf:
    """(e^r - 1) / r, by its series."""
    return mp.fsum(r**n / mp.factorial(n + 1) for n in range(30))


def atan_tail(w: mp.mpf) -> mp.mpf:
    """(atan(z) - z) / z^3 as a function of w = z^2, by its series near 0."""
    if w < mp.mpf("1e-6"):
        return mp.fsum((-1) ** (n + 1) * w**n / (2 * n + 3) for n in range(10))
    z = mp.sqrt(w)
    return (mp.atan(z) - z) / z**3


def tan_tail(w: mp.mpf) -> mp.mpf:
    """(tan(z) - z) / z^3 as a function of w = z^2, by its series near 0."""
    if w < mp.mpf("1e-8"):
        return mp.fsum(c * w**n for n, c in enumerate((mp.mpf(1) / 3, mp.mpf(2) / 15, mp.mpf(17) / 315)))
    z = mp.sqrt(w)
    return (mp.tan(z) - z) / z**3


def smoothstep_root(s: mp.mpf) -> mp.mpf:
    """Return z / s where z^2 (3 - 2 z) = s^2."""
    return (mp.mpf(1) / 2 - mp.sin(mp.asin(1 - 2 * s * s) / 3)) / s if s else 1 / mp.sqrt(3)


def mills(q: mp.mpf) -> mp.mpf:
    """Return (a + 4) e^(a^2/2) Phi(-a), with a = 4 (1 + q) / (1 - q)."""
    a = 4 * (1 + q) / (1 - q)
    return (a + 4) * mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2


TAIL_CENTRE = mp.mpf("0.482421875")
"""A short number near 1/2 where the next function is a float32 to 36 bits."""


def flat_mills(y: mp.mpf) -> mp.mpf:
    """Return (a + 2) e^(a^2/2) Phi(-a), with a / (a + 2) = y + TAIL_CENTRE."""
    return flat_mills_from(2, y + TAIL_CENTRE)


def flat_mills_from(offset: int, t: mp.mpf) -> mp.mpf:
    """Return (a + offset) e^(a^2/2) Phi(-a), with a / (a + offset) = t."""
    a = offset * t / (1 - t)
    return (a + offset) * mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2


WIDE_TAIL_CENTRE = mp.mpf("0.48681640625")
"""The same for float64, to 61 bits, and for the offset 4."""


def wide_flat_mills(y: mp.mpf) -> mp.mpf:
    """Return (a + 4) e^(a^2/2) Phi(-a), with a / (a + 4) = y + WIDE_TAIL_CENTRE."""
    return flat_mills_from(4, y + WIDE_TAIL_CENTRE)


GELU_CENTRE = mp.mpf("0.521484375")
"""The same for the function after this."""


@cache
def gelu_turn() -> mp.mpf:
    """Return where a normal tail is a times its density: GELU turns at minus that."""
    return mp.findroot(lambda a: mp.erfc(a / mp.sqrt(2)) / 2 - a * mp.npdf(a), mp.mpf("0.75"))


def gelu_slope_flat(y: mp.mpf) -> mp.mpf:
    """Return e^(a^2/2) times GELU's slope at -a, over gelu_turn() - a, with a / (a + 2) = y + GELU_CENTRE."""
    t = y + GELU_CENTRE
    a = 2 * t / (1 - t)
    if abs(a - gelu_turn()) < mp.mpf("1e-25"):
        a += mp.mpf("1e-25")
    slope = mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2 - a / mp.sqrt(2 * mp.pi)
    return slope / (gelu_turn() - a)


def probit(p: mp.mpf) -> mp.mpf:
    """Return the x <= 0 with Phi(x) = p, by Newton's method on log Phi."""
    x = -mp.sqrt(-2 * mp.log(p)) if p < mp.mpf("0.1") else mp.mpf(0)
    for _ in range(60):
        value = mp.ncdf(x)
        step = mp.log(value / p) * value / mp.npdf(x)
        x -= step
        if abs(step) < mp.mpf("1e-50") * (1 + abs(x)):
            break
    return x


def probit_centre(w: mp.mpf) -> mp.mpf:
    """(x / q - sqrt(2 pi)) / w as a function of w = q^2, where Phi(x) = 1/2 + q."""
    if w < mp.mpf("1e-12"):
        two_pi = 2 * mp.pi
        return two_pi**1.5 / 6 + 7 * two_pi**2.5 / 120 * w + 127 * two_pi**3.5 / 5040 * w**2
    q = mp.sqrt(w)
    return (-probit(mp.mpf(1) / 2 - q) / q - mp.sqrt(2 * mp.pi)) / w


def probit_tail(v: mp.mpf) -> mp.mpf:
    """t^2 - x^2 where t = sqrt(-2 log Phi(x)) = 8 (1 + v) / (1 - v)."""
    t = 8 * (1 + v) / (1 - v)
    return t * t - probit(mp.exp(-t * t / 2)) ** 2


def probit_shift(t: mp.mpf) -> mp.mpf:
    """Return x - t where x >= 0, Phi(-x) = e^(-t^2/2)."""
    return -probit(mp.exp(-t * t / 2)) - t


def probit_ratio(w: mp.mpf) -> mp.mpf:
    """Return x / q as a function of w = q^2, where Phi(x) = 1/2 + q."""
    return mp.sqrt(2 * mp.pi) + w * probit_centre(w)


def from_five(v: mp.mpf) -> mp.mpf:
    """Return t with v = (t - 5) / (t + 5)."""
    return 5 * (1 + v) / (1 - v)


def flat_mills_throughout(t: mp.mpf) -> mp.mpf:
    """Return flat_mills_from(4, t), by its expansion for large a."""
    if t < mp.mpf("0.99"):
        return flat_mills_from(4, t)
    v = ((1 - t) / (4 * t)) ** 2  # 1 / a^2
    series = mp.fsum((-1) ** n * mp.fac2(2 * n - 1) * v**n for n in range(20))
    return series / t / mp.sqrt(2 * mp.pi)


def log1p_over(f: mp.mpf) -> mp.mpf:
    """log(1 + f) / f."""
    return mp.log1p(f) / f if f else mp.mpf(1)


HALF_LN2 = mp.log(2) / 2 * mp.mpf("1.0005")  # the argument's last bits may carry r a little past ln(2)/2
ATAN_SMALL = mp.mpf("0.6001")

TABLES = [
    # name, C++ type, what the polynomial is, function, weight, low, high, degree
    ("exp_tail_f32", "float", "(e^r - 1 - r) / r^2, |r| <= ln(2)/2, times r^2", exp_tail,
     lambda r: r * r + mp.mpf("1e-9"), -HALF_LN2, HALF_LN2, 4),
    ("exp_tail_f64", "double", "(e^r - 1 - r) / r^2, |r| <= ln(2)/2, times r^2", exp_tail,
     lambda r: r * r + mp.mpf("1e-9"), -HALF_LN2, HALF_LN2, 10),
    ("atanh_tail", "double", "(2 atanh(z) - 2 z) / z^3 in z^2, |z| <= 1/3, times z^2", atanh_tail,
     lambda w: w + mp.mpf("1e-9"), mp.mpf(0), mp.mpf(1) / 9 * mp.mpf("1.0005"), 10),
    ("exp_brief_tail", "double", "(e^r - 1 - r) / r^2, |r| <= ln(2)/2, times r", exp_tail,
     lambda r: abs(r) + mp.mpf("1e-9"), -HALF_LN2, HALF_LN2, 9),
    ("exp_fourth_tail", "double", "(e^r - 1 - r - r^2/2 - r^3/6) / r^4, |r| <= ln(2)/2, times r^4", exp_fourth_tail,
     lambda r: r**4 + mp.mpf("1e-9"), -HALF_LN2, HALF_LN2, 9),
    ("exp_ratio_brief", "double", "(e^r - 1) / r, |r| <= ln(2)/2, relative", exp_ratio,
     lambda r: 1 / exp_ratio(r), -HALF_LN2, HALF_LN2, 6),
    ("atan_tail_f32", "float", "(atan(z) - z) / z^3 in z^2, |z| <= 3/5, times z^2", atan_tail,
     lambda w: w + mp.mpf("1e-9"), mp.mpf(0), ATAN_SMALL**2, 5),
    ("atan_tail_f64", "double", "(atan(z) - z) / z^3 in z^2, |z| <= 3/5, times z^2", atan_tail,
     lambda w: w + mp.mpf("1e-9"), mp.mpf(0), ATAN_SMALL**2, 13),
    ("tan_tail", "double", "(tan(z) - z) / z^3 in z^2, |z| <= pi/8, times z^2", tan_tail,
     lambda w: w + mp.mpf("1e-9"), mp.mpf(0), (mp.pi / 8) ** 2 * mp.mpf("1.0005"), 9),
    ("smoothstep_root", "double", "z / s with z^2 (3 - 2 z) = s^2 <= 1/2, relative", smoothstep_root,
     lambda s: 1 / smoothstep_root(s), mp.mpf(0), mp.sqrt(mp.mpf(1) / 2) * mp.mpf("1.0005"), 9),
    ("mills_ratio", "double", "(a + 4) e^(a^2/2) Phi(-a) in (a - 4)/(a + 4), 1 <= a <= 39, relative", mills,
     lambda q: 1 / mills(q), mp.mpf(-3) / 5, mp.mpf(35) / 43, 22),
    ("flat_mills_f32", "float", "(a + 2) e^(a^2/2) Phi(-a) in a/(a + 2) - TAIL_CENTRE, 0 <= a <= 14.5, relative",
     flat_mills, lambda y: 1 / flat_mills(y), -TAIL_CENTRE, mp.mpf("14.5") / mp.mpf("16.5") - TAIL_CENTRE, 11),
    ("flat_mills_f64", "double", "(a + 4) e^(a^2/2) Phi(-a) in a/(a + 4) - WIDE_TAIL_CENTRE, 0 <= a <= 35, relative",
     wide_flat_mills, lambda y: 1 / wide_flat_mills(y), -WIDE_TAIL_CENTRE,
     mp.mpf(35) / 39 - WIDE_TAIL_CENTRE, 23),
    ("gelu_slope_flat", "float", "e^(a^2/2) GELU'(-a) / (0.75179... - a) in a/(a + 2) - GELU_CENTRE, relative",
     gelu_slope_flat, lambda y: 1 / gelu_slope_flat(y), -GELU_CENTRE,
     mp.mpf("14.5") / mp.mpf("16.5") - GELU_CENTRE, 10),
    ("probit_centre", "double", "(x/q - sqrt(2 pi)) / q^2 in q^2, Phi(x) = 1/2 + q, |q| <= 1/4, times q^2",
     probit_centre, lambda w: w + mp.mpf("1e-9"), mp.mpf(0), mp.mpf("0.0626"), 12),
    ("probit_tail", "double", "t^2 - x^2 in (t - 8)/(t + 8), -2 log Phi(x) = t^2, 1 <= -x <= 38.6", probit_tail,
     lambda _: mp.mpf(1), mp.mpf("-6.09") / mp.mpf("9.91"), mp.mpf("30.7") / mp.mpf("46.7"), 14),
    ("probit_shift", "double", "x - t in t - 3.25, Phi(-x) = e^(-t^2/2), 1.665 <= t <= 4.81, relative to x",
     lambda y: probit_shift(y + 3.25), lambda y: 1 / (y + 3.25 + probit_shift(y + 3.25)),
     mp.mpf("1.665") - 3.25, mp.mpf("4.81") - 3.25, 26),
    ("half_reciprocal_rough", "double", "1 / (2 t) in t - 3.25, 1.66 <= t <= 4.81, relative",
     lambda y: 1 / (2 * (y + 3.25)), lambda y: 2 * (y + 3.25), mp.mpf("-1.59"), mp.mpf("1.56"), 3),
    ("probit_shift_brief", "double", "x - t in (t - 5)/(t + 5), 1.665 <= t <= 14.4, relative to x",
     lambda v: probit_shift(from_five(v)), lambda v: 1 / (from_five(v) + probit_shift(from_five(v))),
     mp.mpf("-3.335") / mp.mpf("6.665"), mp.mpf("9.4") / mp.mpf("19.4"), 12),
    ("probit_centre_brief", "double", "x / q in q^2, Phi(x) = 1/2 + q, |q| <= 1/4, relative", probit_ratio,
     lambda w: 1 / probit_ratio(w), mp.mpf(0), mp.mpf("0.0626"), 6),
    ("flat_mills_brief", "double", "(a + 4) e^(a^2/2) Phi(-a) in a/(a + 4), relative", flat_mills_throughout,
     lambda t: 1 / flat_mills_throughout(t), mp.mpf(0), mp.mpf(1), 11),
    ("atanh_tail_near", "double", "(2 atanh(z) - 2 z) / z^3 in z^2, |z| <= 1/5, times z^2", atanh_tail,
     lambda w: w + mp.mpf("1e-9"), mp.mpf(0), mp.mpf("0.0401"), 7),
    ("atanh_tail_brief", "double", "(2 atanh(z) - 2 z) / z^3 in z^2, |z| <= 1/3, times z^2", atanh_tail,
     lambda w: w + mp.mpf("1e-9"), mp.mpf(0), mp.mpf(1) / 9 * mp.mpf("1.0005"), 4),
    ("log_rough", "double", "log(1 + f) / f, -1/4 <= f <= 1/2, times f", log1p_over,
     lambda f: abs(f) + mp.mpf("1e-9"), mp.mpf(-1) / 4, mp.mpf(1) / 2, 9),
]  # fmt: skip


IN_TURN = {"flat_mills_f32", "flat_mills_f64", "probit_shift", "gelu_slope_flat"}
"""Tables whose coefficients are rounded one after the other."""

WITH_LOW = {"mills_ratio"}
"""Tables whose first coefficients are wanted to more digits than the type has."""


def main() -> None:
    """Write the header."""
    lines = ["// Generated by core/coefficients.py; do not edit. Coefficients of rising powers.", "#pragma once", "",
             "namespace {", ""]  # fmt: skip
    for name, kind, what, f, weight, low, high, degree in TABLES:
        fit = partial(rounded_in_turn, kind=kind) if name in IN_TURN else remez
        coefficients, error = fit(f, weight, low, high, degree)
        lines += [f"// {what}: error at most 2^{float(mp.log(error, 2)):.1f}.", f"constexpr {kind} {name}[] = {{"]
        lines += [f"    {float(c).hex()}{'f' if kind == 'float' else ''}," for c in coefficients]
        lines += ["};", ""]
        if name in WITH_LOW:
            rests = [float(c - float(c)) for c in coefficients[:3]]
            lines += ["// What the first three have rounded away.", f"constexpr {kind} {name}_low[] = {{"]
            lines += [f"    {c.hex()}," for c in rests] + ["};", ""]
    lines += ["}  // namespace", ""]
    Path(__file__).with_name("math").joinpath("coefficients.hpp").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
