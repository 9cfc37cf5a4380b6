"""Real roots of polynomials with rational coefficients, counted by Sturm's theorem and written in closed form."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ogive._optional import optional
from ogive.explaining.signs.points import Chart, End, Root, UnknownError, compare
from ogive.expressions import balls
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from ogive.explaining.exact.polynomials import Polynomial
    from ogive.explaining.signs.values import Values

__all__ = ["chart_by_sturm", "closed_root", "fraction_of", "sturm_count"]

_DEGREE = 60


def sturm_count(coefficients: list[Fraction], low: Fraction | float, high: Fraction | float) -> int:
    """Count the distinct real roots of a polynomial in (low, high].

    Parameters
    ----------
    coefficients
        By rising powers.
    low, high
        Rational ends, or infinities.
    """
    chain = _chain([Fraction(value) for value in coefficients])
    return _variations(chain, low) - _variations(chain, high)


def _trimmed(a: list[Fraction]) -> list[Fraction]:
    while a and not a[-1]:
        a.pop()
    return a


def _chain(a: list[Fraction]) -> list[list[Fraction]]:
    a = _trimmed(a)
    chain = [a, _trimmed([k * value for k, value in enumerate(a)][1:])]
    while chain[-1]:
        rest = [-value for value in _remainder(chain[-2], chain[-1])]
        scale = abs(rest[-1]) if rest else Fraction(1)
        chain.append([value / scale for value in rest])
    return chain[:-1]


def _remainder(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
    rest = list(a)
    while len(rest) >= len(b):
        factor, shift = rest[-1] / b[-1], len(rest) - len(b)
        for k, value in enumerate(b):
            rest[k + shift] -= factor * value
        rest.pop()
        _trimmed(rest)
    return rest


def _value(a: list[Fraction], x: Fraction | float) -> Fraction:
    if x == math.inf:
        return a[-1]
    if x == -math.inf:
        return a[-1] if len(a) % 2 else -a[-1]
    total = Fraction(0)
    for value in reversed(a):
        total = total * Fraction(x) + value
    return total


def _variations(chain: list[list[Fraction]], x: Fraction | float) -> int:
    signs = [value > 0 for a in chain if (value := _value(a, x))]
    return sum(left != right for left, right in pairwise(signs))


# ---- Charts --------------------------------------------------------------------------------------------------------


def chart_by_sturm(values: Values, top: Polynomial, low: End, high: End) -> Chart | None:
    """Chart a squarefree polynomial in one generator, z or e^(kz), with rational coefficients; None for others."""
    used = sorted({at for term in top for at, _ in term})
    if len(used) != 1:
        return None
    rate = _rate(values, used[0])
    if rate is None:
        return None
    powers = {Fraction(dict(term).get(used[0], 0)): value for term, value in top.items()}
    scale = math.lcm(*(power.denominator for power in powers))
    lowest = min(Fraction(0), *powers)
    # e^(kz) is positive, so that a power of it may be the unknown: all exponents are multiples of one step
    step = math.gcd(*(int((power - lowest) * scale) for power in powers)) if rate else 1
    unit = Fraction(step, scale)
    degree = int((max(powers) - lowest) / unit)
    if degree > _DEGREE:
        return None
    coefficients = [powers.get(k * unit + lowest, Fraction(0)) for k in range(degree + 1)]
    return _chart(values, coefficients, rate * unit, (low, high))


def _rate(values: Values, at: int) -> Fraction | None:
    """Return 0 for the variable itself, k for e^(kz), None for any other generator."""
    if at == values.variable:
        return Fraction(0)
    made = values.world.generators[at]
    only = made.argument.term()
    if made.kind == "exp" and only is not None and only[0] == ((values.variable, 1),):
        return only[1]
    return None


def _chart(values: Values, coefficients: list[Fraction], rate: Fraction, ends: tuple[End, End]) -> Chart:
    low, high = ends
    found = sorted_roots(coefficients, positive=bool(rate))
    roots = [_in_z(root, rate) if rate else root for root in found]
    if rate < 0:
        roots.reverse()
    inside = [root for root in roots if compare(low, root) < 0 and compare(root, high) < 0]
    counted = sturm_count(coefficients, Fraction(0) if rate else -math.inf, math.inf)
    if counted != len(found):
        raise UnknownError("Sturm's count and the isolated roots disagree")
    sign = _first_sign(coefficients, rate, low, len(roots), roots)
    signs = [sign]
    for _ in inside:
        signs.append(-signs[-1])
    proof: dict[str, Any] = {
        "method": "sturm", "variable": f"exp({rate}*{values.name})" if rate else values.name,
        "coefficients": [str(value) for value in coefficients], "roots": counted, "inside": len(inside),
    }  # fmt: skip
    return Chart(low, high, tuple(inside), tuple(signs), proof)


def _first_sign(coefficients: list[Fraction], rate: Fraction, low: End, total: int, roots: list[Root]) -> int:
    """Return the sign just right of the low end: it changes at every root that lies before."""
    if not rate:
        start = _value(coefficients, -math.inf)
    else:
        start = coefficients[-1] if rate < 0 else next(value for value in coefficients if value)
    before = sum(compare(root, low) <= 0 for root in roots) if total else 0
    return (1 if start > 0 else -1) * (-1 if before % 2 else 1)


def sorted_roots(coefficients: list[Fraction], *, positive: bool) -> list[Root]:
    """Isolate the real roots (the positive ones, if so asked) of a polynomial without repeated roots."""
    flint = optional("flint", for_="proofs")
    polynomial = flint.fmpq_poly([flint.fmpq(value.numerator, value.denominator) for value in coefficients])
    _, factors = flint.fmpz_poly(polynomial.numer().coeffs()).factor()
    roots = [root for factor, _ in factors for root in _roots_of([int(c) for c in factor.coeffs()])]
    if positive:
        roots = [root for root in roots if compare(Root.at(0), root) < 0]
    ordered: list[Root] = []
    for root in roots:
        at = 0
        while at < len(ordered) and compare(ordered[at], root) < 0:
            at += 1
        ordered.insert(at, root)
    return ordered


def _roots_of(factor: list[int]) -> list[Root]:
    """Isolate the real roots of an irreducible polynomial with whole coefficients."""
    if len(factor) == 2:
        return [Root.at(Fraction(-factor[0], factor[1]))]
    if len(factor) == 3:
        return _quadratic(*factor)
    flint = optional("flint", for_="proofs")
    exact = [Fraction(value) for value in factor]
    found = []
    for value, _ in flint.fmpz_poly(factor).complex_roots():
        if value.imag.is_zero():
            low, high = _bracket(value.real)
            rises = _value(exact, high) > 0
            found.append(Root(low, high, None, lambda x: _sign(_value(exact, x)), rises))
    return found


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _bracket(value: Any) -> tuple[Fraction, Fraction]:
    return fraction_of(value.lower()), fraction_of(value.upper())


def fraction_of(value: Any) -> Fraction:
    """Return the midpoint of a ball, which is a dyadic number."""
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _quadratic(c: int, b: int, a: int) -> list[Root]:
    """Solve a x² + b x + c = 0 for an irreducible quadratic."""
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        return []
    outside = _square_part(discriminant)
    surd = t.Call("sqrt", (t.integer(discriminant // outside**2),))
    return [closed_root(_surd_sum(Fraction(-b, 2 * a), Fraction(sign * outside, 2 * a), surd)) for sign in (-1, 1)]


def _square_part(value: int) -> int:
    part = 1
    for k in range(2, min(math.isqrt(value), 1000) + 1):
        while value % (k * k) == 0:
            value //= k * k
            part *= k
    return part


def _surd_sum(whole: Fraction, factor: Fraction, surd: t.Node) -> t.Node:
    top, bottom = abs(factor.numerator), factor.denominator
    node = surd if top == 1 else t.Product((t.integer(top), surd))
    if bottom != 1:
        node = t.Quotient(node, t.integer(bottom))
    if factor < 0:
        node = t.Negative(node)
    return node if not whole else t.Sum((t.rational(whole), node))


def closed_root(node: t.Node) -> Root:
    """Make a root from a closed form, with an enclosure from balls."""
    with balls.precision(128):
        low, high = _bracket(balls.evaluate(node, {}))
    return Root(low, high, node)


def _in_z(root: Root, rate: Fraction) -> Root:
    """Turn a root in t = e^(kz) into one in z."""
    if root.exact and root.low == 1:
        return Root.at(0)
    if root.closed is not None:
        log: t.Node = t.Call("log", (root.closed,))
        if rate == -1:
            return closed_root(t.Negative(log))
        return closed_root(log if rate == 1 else t.Quotient(log, t.rational(rate)))
    with balls.precision(160):
        root.narrow(Fraction(1, 2**140))
        low, high = _bracket(balls.ball(root.low, root.high).log() / balls.ball(rate))

    def sign_at(z: Fraction) -> int | None:
        if root.sign_at is None:
            return None
        return balls.sign_of(lambda: (balls.ball(z) * balls.ball(rate)).exp() - root.enclosure())

    return Root(low, high, None, sign_at, rises=rate > 0)
