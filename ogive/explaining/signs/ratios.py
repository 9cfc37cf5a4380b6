"""Two more ways to a sign chart, for what Sturm's theorem does not reach.

- A polynomial in z whose coefficients are real constants such as √(2/π): ball arithmetic isolates all its complex
  roots; one that meets the real axis is real if the polynomial changes its sign across it.
- A sum of two terms A(z) e^p + B(z) e^q: between the zeros of B its sign is that of the quotient A/B e^(p-q) + 1,
  whose derivative is a single power of e times a rational function.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ogive._optional import optional
from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.forms import form_value, is_complex, is_constant
from ogive.explaining.exact.polynomials import Quotient
from ogive.explaining.signs.points import Chart, End, Root, UnknownError, compare, end_text
from ogive.explaining.signs.sturm import fraction_of
from ogive.expressions import balls

if TYPE_CHECKING:
    from collections.abc import Callable

    from ogive.explaining.signs.values import Values

__all__ = ["chart_by_balls", "chart_by_ratio"]

ChartOf: TypeAlias = "Callable[[Quotient, End, End], Chart]"

_DEGREE: Final = 60
_BITS: Final = 768
_MARGIN: Final = Fraction(1, 2**80)  # around the enclosure of a root, where the sign of the polynomial is looked at


def chart_by_balls(values: Values, top: p.Polynomial, low: End, high: End) -> Chart | None:
    """Chart a polynomial in the variable with constant coefficients; None for anything else."""
    coefficients = _coefficients(values, top)
    if coefficients is None:
        return None
    form = Quotient(top)
    with balls.precision(_BITS):
        numbers = [form_value(values.world, each, {}) for each in coefficients]
        try:
            found = optional("flint", for_="proofs").acb_poly(numbers).roots()
        except ValueError:
            return None  # its roots could not be told apart
        real = [(fraction_of(z.real.lower()), fraction_of(z.real.upper())) for z in found if z.imag.contains(0)]
    roots = [_real_root(values, form, *each) for each in sorted(real)]
    inside = [root for root in roots if compare(low, root) < 0 and compare(root, high) < 0]
    sign = balls.sign(numbers[-1])
    if sign is None:
        return None
    before = len(roots) - sum(compare(root, low) <= 0 for root in roots)
    signs = [sign * (-1) ** before]
    for _ in inside:
        signs.append(-signs[-1])
    proof = {"method": "ball-roots", "form": values.text(form), "roots": len(roots), "inside": len(inside)}
    return Chart(low, high, tuple(inside), tuple(signs), proof)


def _coefficients(values: Values, top: p.Polynomial) -> list[Quotient] | None:
    """Return the coefficients by rising powers of the variable, if all of them are constants."""
    found: dict[int, Quotient] = {}
    for term, value in top.items():
        power = Fraction(dict(term).get(values.variable, 0))
        rest = p.monomial(tuple((at, each) for at, each in term if at != values.variable), value)
        if power.denominator != 1 or not 0 <= power <= _DEGREE:
            return None
        if (
            not is_constant(values.world, rest, values.variable)
            or is_complex(values.world, rest)
            or _has_parameters(values, rest)
        ):
            return None
        found[int(power)] = found.get(int(power), p.ZERO) + rest
    return [found.get(k, p.ZERO) for k in range(max(found) + 1)]


def _has_parameters(values: Values, form: Quotient) -> bool:
    made = [values.world.generators[at] for at in form.generators()]
    return any(
        each.name != "pi" if each.kind == "symbol" else _has_parameters(values, each.argument) for each in made
    )


def _real_root(values: Values, form: Quotient, low: Fraction, high: Fraction) -> Root:
    """Make a root of an enclosure that meets the real axis, across which the polynomial changes its sign."""
    low, high = low - _MARGIN, high + _MARGIN
    left, right = values.sign_at(form, low), values.sign_at(form, high)
    if not left or not right or left == right:
        raise UnknownError("whether a root is real")
    return Root(low, high, None, lambda point: values.sign_at(form, point), rises=left < 0)


# ---- Two powers of e ---------------------------------------------------------------------------------------------


def chart_by_ratio(values: Values, chart: ChartOf, top: p.Polynomial, low: End, high: End) -> Chart | None:
    """Chart A e^p + B e^q with polynomials A and B in the variable; None for anything else.

    `chart` charts what is simpler.
    """
    groups = _groups(values, top)
    if groups is None:
        return None
    (_, below) = min(groups, key=lambda group: (len(group[1]), group[0]))
    form = Quotient(top)
    divisor = Quotient(below)
    turning = chart(divisor, low, high)
    powers = next(powers for powers, rest in groups if rest is below)
    divided = values.world.times(form, values.world.invert(divisor * p.monomial(powers)))
    slope = values.slope(divided)
    ends: list[End] = [low, *turning.roots, high]
    marks = [values.end_sign(form, low, 1), *(_sign(values, form, root) for root in turning.roots)]
    marks.append(values.end_sign(form, high, -1))
    charts = [
        _part(values, chart, form, slope, pair, signs)
        for pair, signs in zip(pairwise(ends), pairwise(marks), strict=True)
    ]
    roots = tuple(root for each in charts for root in each.roots)
    signs = [charts[0].signs[0]]
    for _ in roots:
        signs.append(-signs[-1])
    proof = {
        "method": "ratio", "form": values.text(form), "divided_by": values.text(divisor),
        "at": [end_text(end) for end in ends], "signs": marks, "parts": [each.proof for each in charts],
    }  # fmt: skip
    return Chart(low, high, roots, tuple(signs), proof)


def _groups(values: Values, top: p.Polynomial) -> list[tuple[p.Monomial, p.Polynomial]] | None:
    """Split into two polynomials by the powers of e that they stand with; None if there are not two of them."""
    groups: dict[p.Monomial, p.Polynomial] = {}
    for term, value in top.items():
        powers = tuple((at, each) for at, each in term if values.divides(at))
        rest = tuple((at, each) for at, each in term if not values.divides(at))
        groups.setdefault(powers, {})[rest] = value
    if len(groups) != 2 or any(_coefficients(values, rest) is None for rest in groups.values()):
        return None
    if any(is_constant(values.world, Quotient(rest), values.variable) for rest in groups.values()):
        return None  # Rolle's theorem is simpler there
    return sorted(groups.items())


def _sign(values: Values, form: Quotient, root: Root) -> int:
    found = values.sign_at_root(form, root)
    if not found:
        raise UnknownError("both terms vanish together")
    return found


def _part(
    values: Values, chart: ChartOf, form: Quotient, slope: Quotient, ends: tuple[End, End], marks: tuple[int, int]
) -> Chart:
    """Chart the sum between two neighbouring zeros of B."""
    turning = chart(slope, *ends)
    inner: list[int] = [_sign(values, form, root) for root in turning.roots]
    roots, signs = values.between(form, [ends[0], *turning.roots, ends[1]], [marks[0], *inner, marks[1]])
    proof: dict[str, Any] = {"slope": turning.proof, "signs": [marks[0], *inner, marks[1]]}
    return Chart(*ends, tuple(roots), tuple(signs), proof)
