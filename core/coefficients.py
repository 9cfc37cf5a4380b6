#!/usr/bin/env python3
"""Compute the polynomials of core/math/ and write them to core/math/coefficients.hpp.

Each is the weighted least-maximum fit (Remez exchange, 60 digits, mpmath) of a smooth function on an interval; the
weight is what the kernel multiplies the polynomial by, so the printed error is the error in the kernel's result.
Run it after a change and commit both files: ``python3 core/coefficients.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import mpmath as mp

mp.mp.dps = 60
Real = Callable[[mp.mpf], mp.mpf]


def remez(f: Real, weight: Real, low: mp.mpf, high: mp.mpf, degree: int) -> tuple[list[mp.mpf], mp.mpf]:
    """Return the coefficients, lowest first, of the polynomial p that minimises max |weight * (p - f)|, and that."""
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


HALF_LN2 = mp.log(2) / 2 * mp.mpf("1.0005")  # the argument's last bits may carry r a little past ln(2)/2
TAN_22_5 = mp.tan(mp.pi / 8) * mp.mpf("1.0005")

TABLES = [
    # name, C++ type, what the polynomial is, function, weight, low, high, degree
    ("exp_tail_f32", "float", "(e^r - 1 - r) / r^2, |r| <= ln(2)/2, times r^2", exp_tail,
     lambda r: r * r + mp.mpf("1e-9"), -HALF_LN2, HALF_LN2, 4),
    ("exp_tail_f64", "double", "(e^r - 1 - r) / r^2, |r| <= ln(2)/2, times r^2", exp_tail,
     lambda r: r * r + mp.mpf("1e-9"), -HALF_LN2, HALF_LN2, 10),
    ("atanh_tail", "double", "(2 atanh(z) - 2 z) / z^3 in z^2, |z| <= 1/3, times z^2", atanh_tail,
     lambda w: w + mp.mpf("1e-9"), mp.mpf(0), mp.mpf(1) / 9 * mp.mpf("1.0005"), 10),
    ("atan_tail_f32", "float", "(atan(z) - z) / z^3 in z^2, |z| <= tan(pi/8), times z^2", atan_tail,
     lambda w: w + mp.mpf("1e-9"), mp.mpf(0), TAN_22_5**2, 4),
    ("atan_tail_f64", "double", "(atan(z) - z) / z^3 in z^2, |z| <= tan(pi/8), times z^2", atan_tail,
     lambda w: w + mp.mpf("1e-9"), mp.mpf(0), TAN_22_5**2, 11),
    ("tan_tail", "double", "(tan(z) - z) / z^3 in z^2, |z| <= pi/8, times z^2", tan_tail,
     lambda w: w + mp.mpf("1e-9"), mp.mpf(0), (mp.pi / 8) ** 2 * mp.mpf("1.0005"), 9),
    ("smoothstep_root", "double", "z / s with z^2 (3 - 2 z) = s^2 <= 1/2, relative", smoothstep_root,
     lambda s: 1 / smoothstep_root(s), mp.mpf(0), mp.sqrt(mp.mpf(1) / 2) * mp.mpf("1.0005"), 9),
]  # fmt: skip


def main() -> None:
    """Write the header."""
    lines = ["// Generated by core/coefficients.py; do not edit. Coefficients of rising powers.", "#pragma once", "",
             "namespace {", ""]  # fmt: skip
    for name, kind, what, f, weight, low, high, degree in TABLES:
        coefficients, error = remez(f, weight, low, high, degree)
        lines += [f"// {what}: error at most 2^{float(mp.log(error, 2)):.1f}.", f"constexpr {kind} {name}[] = {{"]
        lines += [f"    {float(c).hex()}{'f' if kind == 'float' else ''}," for c in coefficients]
        lines += ["};", ""]
    lines += ["}  // namespace", ""]
    Path(__file__).with_name("math").joinpath("coefficients.hpp").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
