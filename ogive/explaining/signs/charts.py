"""Where a function is positive, negative and zero, on a whole interval, with a proof.

The sign chart of a normal form is found in three ways, tried in this order, factor by factor:

- *Sturm*: a polynomial in ``z``, or in ``t = e^{kz} > 0``, with rational coefficients has exactly as many real roots
  in an interval as Sturm's theorem counts.
- *Rolle*: between two neighbouring zeros of its derivative (divided by something positive first) a function is
  monotone. Its signs at those zeros and near the two ends then say how often it is zero. The derivative is simpler,
  and its chart is found in the same way.
- otherwise the chart is unknown, and says so.

Signs at points come from balls, signs near the ends from exact series (`ogive.explaining.exact.series`).
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Final, final

from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.factors import common_powers, factor_polynomial, without_common
from ogive.explaining.exact.forms import constant_sign, is_complex, is_constant
from ogive.explaining.exact.polynomials import ONE, Quotient
from ogive.explaining.signs.points import Chart, End, Root, UnknownError, compare, end_text
from ogive.explaining.signs.ratios import chart_by_balls, chart_by_ratio
from ogive.explaining.signs.sturm import chart_by_sturm
from ogive.explaining.signs.values import Values

__all__ = ["Charter"]

_DEPTH: Final = 40  # derivatives on top of each other


@final
class Charter(Values):
    """Finds sign charts of forms in one variable of one world, within the budget of that world."""

    def chart(self, form: Quotient, low: End, high: End, depth: int = 0) -> Chart:
        """Return the sign chart of a form on an open interval on which it is analytic.

        Raises
        ------
        UnknownError
            If no proof is found within the limits.
        """
        if depth > _DEPTH:
            raise UnknownError("derivatives are piled up too high")
        form = self.world.reduced(form)
        if not form:
            return Chart(low, high, (), (0,), {"method": "zero"})
        if is_complex(self.world, form):
            raise UnknownError("circular functions, whose signs change without end, are not charted")
        charts = [self._power(at, power, low, high, depth) for at, power in common_powers(form.top)]
        unit, rest = without_common(form.top)
        charts.append(self._polynomial(rest, low, high, depth))
        charts += [self._polynomial(dict(factor), low, high, depth) for factor, times in form.bottom if times % 2]
        kept = [chart for chart in charts if chart.roots or chart.proof.get("method") not in ("positive", "constant")]
        return self._joined(low, high, charts, kept, unit)

    def _joined(self, low: End, high: End, charts: list[Chart], kept: list[Chart], unit: int) -> Chart:
        roots, flips = _merged_roots(charts)
        first = unit
        for chart in charts:
            first *= chart.signs[0]
        signs = [first]
        for flip in flips:
            signs.append(signs[-1] * (-1 if flip else 1))
        proofs = [chart.proof for chart in kept] or [chart.proof for chart in charts][:1]
        proof = proofs[0] if len(proofs) == 1 else {"method": "product", "factors": proofs}
        return Chart(low, high, tuple(roots), tuple(signs), proof)

    def _power(self, at: int, power: p.Exponent, low: End, high: End, depth: int) -> Chart:
        """Chart a power of one generator."""
        made = self.world.generators[at]
        form = made.argument if made.kind == "log" else p.generator(at)
        if made.kind == "exp" or power.denominator != 1 or made.kind in ("root", "abs"):
            return Chart(low, high, (), (1,), {"method": "positive"})
        if is_constant(self.world, p.generator(at), self.variable):
            return self._constant(p.generator(at, power), low, high)
        if at == self.variable:
            chart = self._polynomial({((at, 1),): Fraction(1)}, low, high, depth)
        elif made.kind == "log":
            chart = self.chart(form - ONE, low, high, depth + 1)
        elif made.kind in ("atan", "asin", "erf", "erfinv", "lambertw"):
            chart = self.chart(made.argument, low, high, depth + 1)
        else:
            chart = self._rolle(p.generator(at), low, high, depth)
        if power % 2 == 0:
            return Chart(low, high, chart.roots, tuple(abs(sign) for sign in chart.signs), chart.proof)
        return chart

    def _constant(self, form: Quotient, low: End, high: End) -> Chart:
        found = constant_sign(self.world, form)
        if not found:
            raise UnknownError("the sign of a constant")
        return Chart(low, high, (), (found,), {"method": "constant"})

    def _polynomial(self, top: p.Polynomial, low: End, high: End, depth: int) -> Chart:
        """Chart a polynomial in generators that has no monomial factor."""
        form = Quotient(top)
        if is_constant(self.world, form, self.variable):
            return self._constant(form, low, high)
        factors = factor_polynomial(top)
        charts = [self._factor(dict(factor), low, high, depth) for factor, times in factors if times % 2]
        squares = [self._factor(dict(factor), low, high, depth) for factor, times in factors if times % 2 == 0]
        charts += [Chart(low, high, c.roots, tuple(map(abs, c.signs)), c.proof) for c in squares]
        return charts[0] if len(charts) == 1 else self._joined(low, high, charts, charts, 1)

    def _factor(self, top: p.Polynomial, low: End, high: End, depth: int) -> Chart:
        form = Quotient(top)
        if is_constant(self.world, form, self.variable):
            return self._constant(form, low, high)
        if self._all_positive(top):
            return Chart(low, high, (), (1,), {"method": "terms", "form": self.text(form)})
        found = chart_by_sturm(self, top, low, high) or chart_by_balls(self, top, low, high)
        found = found or chart_by_ratio(self, partial(self.chart, depth=depth + 1), top, low, high)
        return self._rolle(form, low, high, depth) if found is None else found

    def _all_positive(self, top: p.Polynomial) -> bool:
        """Tell whether every term is visibly positive."""
        if not all(value > 0 for value in top.values()):
            return False
        strict = any(all(self._positive(at, power, strictly=True) for at, power in term) for term in top)
        return strict and all(self._positive(at, power) for term in top for at, power in term)

    def _positive(self, at: int, power: p.Exponent, *, strictly: bool = False) -> bool:
        kind = self.world.generators[at].kind
        if kind == "exp" or at == 1:  # a power of e, or pi
            return True
        if kind == "root":
            return not strictly or not self.varies(at)
        return not strictly and (power % 2 == 0 or kind == "abs")

    # ---- Rolle ----

    def _rolle(self, form: Quotient, low: End, high: End, depth: int) -> Chart:
        divisor, divided, slope = self._simplest_slope(form)
        below = self.chart(slope, low, high, depth + 1)
        marks = [self.end_sign(divided, low, 1)]
        for root in below.roots:
            found = self.sign_at_root(divided, root)
            if found is None:
                raise UnknownError(f"the sign of {self.text(form)} at a zero of its slope")
            marks.append(found)
        marks.append(self.end_sign(divided, high, -1))
        ends: list[End] = [low, *below.roots, high]
        roots, signs = self.between(divided, ends, marks)
        proof = {
            "method": "rolle", "form": self.text(form), "divided_by": self.text(divisor), "signs": marks,
            "at": [end_text(end) for end in ends], "slope": below.proof,
            "slope_signs": list(below.signs),
        }  # fmt: skip
        return Chart(low, high, tuple(roots), tuple(signs), proof)

    def _simplest_slope(self, form: Quotient) -> tuple[Quotient, Quotient, Quotient]:
        """Divide by the power of e after which the derivative is simplest: divisor, quotient, derivative."""
        candidates: dict[p.Monomial, Quotient] = {(): ONE}
        for term in form.top:
            powers = tuple((at, power) for at, power in term if self.divides(at))
            candidates[powers] = p.monomial(powers)
        best = None
        for divisor in candidates.values():
            divided = self.world.times(form, self.world.invert(divisor))
            slope = self.slope(divided)
            cost = _cost(slope)
            if best is None or cost < best[0]:
                best = cost, divisor, divided, slope
        if best is None:
            raise UnknownError("there is no derivative")
        return best[1:]


def _merged_roots(charts: list[Chart]) -> tuple[list[Root], list[bool]]:
    """Sort the roots of several charts; tell for each whether the sign of the product changes there."""
    found = [
        (root, chart.signs[at] != chart.signs[at + 1]) for chart in charts for at, root in enumerate(chart.roots)
    ]
    roots: list[Root] = []
    flips: list[bool] = []
    for root, flip in found:
        at = 0
        while at < len(roots) and compare(roots[at], root) < 0:
            at += 1
        if at < len(roots) and compare(roots[at], root) == 0:
            flips[at] ^= flip
            continue
        roots.insert(at, root)
        flips.insert(at, flip)
    return roots, flips


def _cost(slope: Quotient) -> tuple[int, int, Fraction]:
    """Say how complicated what is left of a derivative is: generators, terms, powers."""
    _, rest = without_common(slope.top) if slope.top else (1, {})
    generators = {at for term in rest for at, _ in term}
    total = sum((abs(Fraction(power)) for term in rest for _, power in term), Fraction(0))
    return len(generators) + len(slope.bottom), len(rest), total
