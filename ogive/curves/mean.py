"""Axes, shapes scaled to run from 0 to 1, and the value of a curve as a function of its parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ogive.shapes import Shape

__all__ = ["AXES", "PARAMETERS", "Axis", "Mean", "Place", "Transition", "limits_of"]

Floats = NDArray[np.float64]

PARAMETERS = ("lower", "upper", "midpoint", "steepness", "asymmetry", "lower_slope", "upper_slope")
"""The parameters of every curve, in the order of gradients and Hessians."""

_LOWER, _UPPER, _MIDPOINT, _STEEPNESS, _ASYMMETRY, _LOWER_SLOPE, _UPPER_SLOPE = range(7)


# ---- Axes ------------------------------------------------------------------------------------------------------


@final
@dataclass(frozen=True, slots=True)
class Axis:
    """How x is measured: a rising function g, its inverse, and its first two derivatives."""

    name: str
    forward: Callable[[Floats], Floats]
    backward: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    curvature: Callable[[Floats], Floats]
    formula: str

    def place(self, x: ArrayLike) -> Place:
        """Measure x on the axis."""
        array = np.asarray(x, dtype=np.float64)
        with np.errstate(all="ignore"):
            measured = self.forward(array)
        return Place(array, measured, bool(np.isfinite(measured).all()))


class Place(NamedTuple):
    """Points x, where they lie on an axis, and whether all of them lie at a finite place."""

    x: Floats
    g: Floats
    finite: bool


AXES: Mapping[str, Axis] = {
    "linear": Axis("linear", lambda x: x, lambda g: g, np.ones_like, np.zeros_like, "{x}"),
    "log": Axis("log", np.log, np.exp, lambda x: 1 / x, lambda x: -1 / x**2, "log({x})"),
    # -1/x rather than 1/x: the axis rises with x, so a rising curve has positive steepness here too
    "reciprocal": Axis(
        "reciprocal", lambda x: -1 / x, lambda g: -1 / g, lambda x: x**-2.0, lambda x: -2 * x**-3.0, "(-1/{x})"
    ),
}
"""The axes by name. Dose 0 lies at minus infinity on the log axis, and is a legal dose."""


_WHOLE_LINE = (-np.inf, np.inf)


# ---- The shape, scaled and raised to a power -------------------------------------------------------------------


class Sides(NamedTuple):
    """How far a curve has gone, and how far it still has to go: each to its last digits, though they add up to 1."""

    gone: Floats
    left: Floats

    def between(self, low: Any, high: Any) -> Floats:
        """Return the height between two asymptotes, measured from the nearer one: a far one costs no digits."""
        span = high - low
        height: Floats = np.where(self.gone <= self.left, low + span * self.gone, high - span * self.left)
        return height


@final
@dataclass(frozen=True, slots=True)
class Transition:
    """The fraction F(z) = S(z)**asymmetry on the way from the lower asymptote to the upper, with its derivatives."""

    shape: Shape
    base: float = field(init=False)
    height: float = field(init=False)

    def __post_init__(self) -> None:
        low, high = limits_of(self.shape)
        object.__setattr__(self, "base", low)
        object.__setattr__(self, "height", high - low)

    @property
    def symmetric(self) -> bool:
        """Whether F(-z) = 1 - F(z) at asymmetry 1."""
        return _is_symmetric(self.shape)

    def value(self, z: Floats, power: Any = None) -> Floats:
        """Return the fraction; a power of None means 1."""
        plain: Floats = self._gone(z) if self.base == 0 else self._plain(z).gone
        return plain if power is None else plain**power

    def sides(self, z: Floats, power: Any = None) -> Sides:
        """Return the fraction, and what it lacks of 1."""
        plain = self._plain(z)
        if power is None:
            return plain
        return Sides(plain.gone**power, -np.expm1(power * self._log(plain, z)))

    def _plain(self, z: Floats) -> Sides:
        """Return both sides at asymmetry 1, the larger one from the smaller."""
        if not self.symmetric:
            gone = self._gone(z)
            plain = (self.base, self.height) == (0, 1) and "log" in self.shape.roles
            return Sides(gone, -np.expm1(self.shape.log(self._inside(z))) if plain else 1 - gone)
        distance = np.abs(z)
        small = self._gone(-distance) if self.shape.gap is None else self.shape.gap(distance) / self.height
        large, below = 1 - small, z < 0
        return Sides(np.where(below, small, large), np.where(below, large, small))

    def _gone(self, z: Floats) -> Floats:
        """Return the fraction at asymmetry 1, as the value of the shape tells it."""
        value = self.shape(self._inside(z))
        return value if (self.base, self.height) == (0, 1) else (value - self.base) / self.height  # type: ignore[no-any-return]

    def _inside(self, z: Floats) -> Floats:
        """Bring what lies beyond the domain to its end: there a curve stays at its asymptote."""
        return z if self.shape.domain == _WHOLE_LINE else np.clip(z, *self.shape.domain)

    def slopes(self, z: Floats, power: Any = None) -> tuple[Floats, Floats, Floats]:
        """Return the fraction and its first two derivatives in z."""
        at = self._inside(z)
        s, s1, s2 = self.value(z), self.shape.derivative(at), self.shape.derivative(at, order=2)
        if self.shape.domain != _WHOLE_LINE:
            s1, s2 = (np.where(at == z, slope, 0.0) for slope in (s1, s2))
        if self.height != 1:
            s1, s2 = s1 / self.height, s2 / self.height
        if power is None:
            return s, s1, s2
        f, ratio = s**power, _ratio(s1, s)
        return f, power * f * ratio, power * f * ((power - 1) * ratio**2 + _ratio(s2, s))

    def log(self, z: Floats) -> Floats:
        """Return log S(z), accurate in both tails; -inf becomes 0 weight."""
        return self._log(None, z)

    def _log(self, plain: Sides | None, z: Floats) -> Floats:
        if (self.base, self.height) == (0, 1) and "log" in self.shape.roles:
            return self.shape.log(self._inside(z))  # type: ignore[no-any-return]
        gone, left = plain or self._plain(z)
        return np.where(gone < left, np.log(gone), np.log1p(-left))

    def inverse(self, fraction: Floats, power: float = 1.0) -> Floats:
        """Return z at which the fraction is reached; nan outside [0, 1]."""
        root = fraction if power == 1 else np.where(fraction < 0, np.nan, fraction) ** (1 / power)
        inside = np.where((root >= 0) & (root <= 1), root, np.nan)
        return self.shape.inverse(self.base + self.height * inside)  # type: ignore[no-any-return]


@cache
def _is_symmetric(shape: Shape) -> bool:
    low, high = limits_of(shape)
    z = np.array([0.3, 1.1, 2.7])
    return bool(np.allclose(shape(z) + shape(-z), low + high, rtol=0, atol=1e-12 * (high - low)))


def limits_of(shape: Shape) -> tuple[float, float]:
    """Return the asymptotes of a shape; raise for one that does not rise from one to another."""
    low, high = shape.limits
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(
            f"{shape.name} does not rise from one finite asymptote to another, so it makes no curve; "
            "take an S-shaped one such as sigmoid, normal or gompertz"
        )
    return low, high


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """Divide where the value has not underflowed: below that, value and slope vanish together."""
    return np.divide(top, bottom, out=np.zeros(np.shape(bottom)), where=bottom > 0)


# ---- The mean: value, Jacobian and Hessian in the parameters -----------------------------------------------------


@final
@dataclass(frozen=True, slots=True)
class Mean:
    """The value of a curve as a function of its parameters, for many parameter vectors at once.

    Parameters come as a sequence of seven arrays in the order of `PARAMETERS`, each broadcastable against the
    points; the midpoint is given on the axis (its logarithm on a log axis), where it is best estimated.

    Attributes
    ----------
    transition, axis
        What the curve is made of.
    powered, sloped
        Whether the asymmetry may differ from 1, and whether the asymptotes may slope: what is not needed is not
        computed.
    """

    transition: Transition
    axis: Axis
    powered: bool = False
    sloped: bool = False

    def value(self, p: Sequence[Any], at: Place) -> Floats:
        """Return the curve at the points."""
        with np.errstate(all="ignore"):
            sides = self.transition.sides(self._argument(p, at)[0], self._power(p))
            return sides.between(*self._asymptotes(p, at))

    def value_and_jacobian(self, p: Sequence[Any], at: Place, wanted: Sequence[int]) -> tuple[Floats, list[Floats]]:
        """Return the curve and its derivatives by the wanted parameters, given by their places in `PARAMETERS`."""
        with np.errstate(all="ignore"):
            z, distance = self._argument(p, at)
            power = self._power(p)
            sides = self.transition.sides(z, power)
            f1 = self._slope(z) if power is None else self.transition.slopes(z, power)[1]
            low, high = self._asymptotes(p, at)
            columns = [self._first(j, p, at, (z, distance, sides, f1, high - low)) for j in wanted]
            return sides.between(low, high), columns

    def hessian(self, p: Sequence[Any], at: Place, wanted: Sequence[int]) -> dict[tuple[int, int], Floats]:
        """Return the second derivatives that are not identically zero, keyed by pairs of wanted places i <= j."""
        with np.errstate(all="ignore"):
            z, distance = self._argument(p, at)
            inner = self._fraction_hessian(p, z, distance)
            span = self._span(p, at)
            weight = {_LOWER: -1.0, _UPPER: 1.0, _LOWER_SLOPE: -at.x, _UPPER_SLOPE: at.x}
            second: dict[tuple[int, int], Floats] = {}
            for i in wanted:
                for j in wanted:
                    if (i, j) in inner:
                        second[i, j] = span * inner[i, j]
                    elif i in weight and (j,) in inner:
                        second[min(i, j), max(i, j)] = weight[i] * inner[j,]
            return second

    def slope(self, p: Sequence[Any], at: Place, order: int = 1) -> Floats:
        """Return the first or second derivative in x."""
        with np.errstate(all="ignore"):
            z, _ = self._argument(p, at)
            f, f1, f2 = self.transition.slopes(z, self._power(p))
            span = self._span(p, at)
            k, rate = p[_STEEPNESS], self._rate(at)
            tilt = p[_UPPER_SLOPE] - p[_LOWER_SLOPE] if self.sloped else 0.0
            inner = _product(f1, k * rate)
            if order == 1:
                return span * inner + (p[_LOWER_SLOPE] + tilt * f if self.sloped else 0.0)  # type: ignore[no-any-return]
            bend = _product(f2, (k * rate) ** 2) + _product(f1, k * self.axis.curvature(at.x))
            return span * bend + 2 * tilt * inner  # type: ignore[no-any-return]

    def slope_jacobian(self, p: Sequence[Any], at: Place, wanted: Sequence[int]) -> list[Floats]:
        """Return the derivatives of the slope in x by the wanted parameters."""
        with np.errstate(all="ignore"):
            z, distance = self._argument(p, at)
            rate, k = self._rate(at), p[_STEEPNESS]
            _, f1, f2 = self.transition.slopes(z, self._power(p))
            span = self._span(p, at)
            tilt = p[_UPPER_SLOPE] - p[_LOWER_SLOPE] if self.sloped else 0.0
            f = self.transition.value(z, self._power(p))
            inner = _product(f1, k * rate)
            by_power = self._power_terms(p, z) if _ASYMMETRY in wanted else (0.0, 0.0, 0.0)
            columns: dict[int, Any] = {
                _LOWER: -inner,
                _UPPER: inner,
                _MIDPOINT: -k * (tilt * f1 + span * _product(f2, k * rate)),
                _STEEPNESS: tilt * f1 * distance + span * _product(f1 + k * f2 * distance, rate),
                _ASYMMETRY: tilt * by_power[0] + span * by_power[1] * k * rate,
                _LOWER_SLOPE: 1 - f - at.x * inner,
                _UPPER_SLOPE: f + at.x * inner,
            }
            return [np.broadcast_to(columns[j], np.shape(inner)) for j in wanted]

    def _power(self, p: Sequence[Any]) -> Any:
        return p[_ASYMMETRY] if self.powered else None

    def _argument(self, p: Sequence[Any], at: Place) -> tuple[Floats, Floats]:
        """Return z and the distance from the midpoint that multiplies slopes; at infinity the slope wins."""
        distance = at.g - p[_MIDPOINT]
        z = p[_STEEPNESS] * distance
        if at.finite:
            return z, distance
        flat = np.isinf(distance) & (p[_STEEPNESS] == 0)
        return np.where(flat, 0.0, z), np.where(np.isinf(distance), 0.0, distance)

    def _asymptotes(self, p: Sequence[Any], at: Place) -> tuple[Any, Any]:
        if not self.sloped:
            return p[_LOWER], p[_UPPER]
        return p[_LOWER] + p[_LOWER_SLOPE] * at.x, p[_UPPER] + p[_UPPER_SLOPE] * at.x

    def _span(self, p: Sequence[Any], at: Place) -> Any:
        low, high = self._asymptotes(p, at)
        return high - low

    def _rate(self, at: Place) -> Floats:
        return self.axis.slope(at.x)

    def _slope(self, z: Floats) -> Floats:
        slope: Floats = self.transition.shape.derivative(z)
        return slope if self.transition.height == 1 else slope / self.transition.height

    def _first(
        self, j: int, p: Sequence[Any], at: Place, parts: tuple[Floats, Floats, Sides, Floats, Floats]
    ) -> Floats:
        z, distance, (gone, left), f1, span = parts
        if j == _LOWER:
            return left
        if j == _UPPER:
            return gone
        if j == _MIDPOINT:
            return span * f1 * -p[_STEEPNESS]  # type: ignore[no-any-return]
        if j == _STEEPNESS:
            return span * f1 * distance
        if j == _ASYMMETRY:
            return span * self._power_terms(p, z)[0]
        return at.x * left if j == _LOWER_SLOPE else at.x * gone

    def _power_terms(self, p: Sequence[Any], z: Floats) -> tuple[Floats, Floats, Floats]:
        """Return dF/da, d2F/dadz and d2F/da2 for the exponent a; at S = 0 all vanish."""
        power = p[_ASYMMETRY]
        f, f1, _ = self.transition.slopes(z, power)
        log_s = self.transition.log(z)
        log_s = np.where(np.isfinite(log_s), log_s, 0.0)
        return f * log_s, f1 * (1 / power + log_s), f * log_s**2

    def _fraction_hessian(self, p: Sequence[Any], z: Floats, u: Floats) -> dict[tuple[int, ...], Any]:
        """Return first (one key) and second (two keys) derivatives of F by midpoint, steepness and asymmetry."""
        k = p[_STEEPNESS]
        _, f1, f2 = self.transition.slopes(z, self._power(p))
        inner: dict[tuple[int, ...], Any] = {
            (_MIDPOINT,): -k * f1,
            (_STEEPNESS,): u * f1,
            (_MIDPOINT, _MIDPOINT): k**2 * f2,
            (_MIDPOINT, _STEEPNESS): -(f1 + k * u * f2),
            (_STEEPNESS, _STEEPNESS): u**2 * f2,
        }
        if self.powered:
            by_a, by_az, by_aa = self._power_terms(p, z)
            inner |= {
                (_ASYMMETRY,): by_a,
                (_MIDPOINT, _ASYMMETRY): -k * by_az,
                (_STEEPNESS, _ASYMMETRY): u * by_az,
                (_ASYMMETRY, _ASYMMETRY): by_aa,
            }
        return inner


def _product(vanishing: Floats, factor: Any) -> Floats:
    """Multiply; where the first factor is exactly 0 it wins over an infinite second one."""
    return np.where(vanishing == 0, 0.0, vanishing * factor)
