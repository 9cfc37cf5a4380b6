"""A curve is a shape on an axis between two asymptotes; everything about it follows by the chain rule, written once.

With ``z = steepness * (g(x) - g(midpoint))`` and the shape S scaled to run from 0 to 1::

    y = lower + (upper - lower) * S(z) ** asymmetry

``g`` is the axis: linear, log or reciprocal. The asymptotes may be sloping lines (melting baselines, hormesis):
``lower + lower_slope * x`` and ``upper + upper_slope * x``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ogive.shapes import Shape

__all__ = ["AXES", "PARAMETERS", "Axis", "Curve", "Mean", "Place", "Steepest", "Transition"]

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


# ---- The shape, scaled and raised to a power -------------------------------------------------------------------


@final
@dataclass(frozen=True, slots=True)
class Transition:
    """The fraction F(z) = S(z)**asymmetry on the way from the lower asymptote to the upper, with its derivatives."""

    shape: Shape
    base: float = field(init=False)
    height: float = field(init=False)

    def __post_init__(self) -> None:
        low, high = _limits(self.shape)
        object.__setattr__(self, "base", low)
        object.__setattr__(self, "height", high - low)

    @property
    def symmetric(self) -> bool:
        """Whether F(-z) = 1 - F(z) at asymmetry 1."""
        z = np.array([0.3, 1.1, 2.7])
        return bool(np.allclose(self.value(z) + self.value(-z), 1, rtol=0, atol=1e-12))

    def value(self, z: Floats, power: Any = None) -> Floats:
        """Return the fraction; a power of None means 1."""
        plain = (self.shape(z) - self.base) / self.height if self.base or self.height != 1 else self.shape(z)
        return plain if power is None else plain**power  # type: ignore[no-any-return]

    def slopes(self, z: Floats, power: Any = None) -> tuple[Floats, Floats, Floats]:
        """Return the fraction and its first two derivatives in z."""
        s, s1, s2 = self.value(z), self.shape.derivative(z), self.shape.derivative(z, order=2)
        if self.height != 1:
            s1, s2 = s1 / self.height, s2 / self.height
        if power is None:
            return s, s1, s2
        f, ratio = s**power, _ratio(s1, s)
        return f, power * f * ratio, power * f * ((power - 1) * ratio**2 + _ratio(s2, s))

    def log(self, z: Floats) -> Floats:
        """Return log S(z), from the kernel that keeps both tails where the shape has one; -inf becomes 0 weight."""
        if self.base == 0 and self.height == 1 and "log" in self.shape.roles:
            return self.shape.log(z)  # type: ignore[no-any-return]
        return np.log(self.value(z))

    def inverse(self, fraction: Floats, power: float = 1.0) -> Floats:
        """Return z at which the fraction is reached; nan outside [0, 1]."""
        root = fraction if power == 1 else np.where(fraction < 0, np.nan, fraction) ** (1 / power)
        inside = np.where((root >= 0) & (root <= 1), root, np.nan)
        return self.shape.inverse(self.base + self.height * inside)  # type: ignore[no-any-return]


def _limits(shape: Shape) -> tuple[float, float]:
    ends = {special.x: special.value for special in shape.special if np.isinf(special.x)}
    low, high = ends.get(-np.inf, np.nan), ends.get(np.inf, np.nan)
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
            fraction = self.transition.value(self._argument(p, at)[0], self._power(p))
            low, span = self._asymptotes(p, at)
            return low + span * fraction  # type: ignore[no-any-return]

    def value_and_jacobian(self, p: Sequence[Any], at: Place, wanted: Sequence[int]) -> tuple[Floats, list[Floats]]:
        """Return the curve and its derivatives by the wanted parameters, given by their places in `PARAMETERS`."""
        with np.errstate(all="ignore"):
            z, distance = self._argument(p, at)
            power = self._power(p)
            f, f1, _ = self.transition.slopes(z, power) if power is not None else (*self._value_and_slope(z), None)
            low, span = self._asymptotes(p, at)
            columns = [self._first(j, p, at, (z, distance, f, f1, span)) for j in wanted]
            return low + span * f, columns

    def hessian(self, p: Sequence[Any], at: Place, wanted: Sequence[int]) -> dict[tuple[int, int], Floats]:
        """Return the second derivatives that are not identically zero, keyed by pairs of wanted places i <= j."""
        with np.errstate(all="ignore"):
            z, distance = self._argument(p, at)
            inner = self._fraction_hessian(p, z, distance)
            _, span = self._asymptotes(p, at)
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
            _, span = self._asymptotes(p, at)
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
            _, span = self._asymptotes(p, at)
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
        return np.where(np.isnan(z) & ~np.isnan(at.x), 0.0, z), np.where(np.isinf(distance), 0.0, distance)

    def _asymptotes(self, p: Sequence[Any], at: Place) -> tuple[Any, Any]:
        if not self.sloped:
            return p[_LOWER], p[_UPPER] - p[_LOWER]
        low = p[_LOWER] + p[_LOWER_SLOPE] * at.x
        return low, p[_UPPER] + p[_UPPER_SLOPE] * at.x - low

    def _rate(self, at: Place) -> Floats:
        return self.axis.slope(at.x)

    def _value_and_slope(self, z: Floats) -> tuple[Floats, Floats]:
        f, f1 = self.transition.shape.value_and_derivative(z)
        if self.transition.base or self.transition.height != 1:
            return (f - self.transition.base) / self.transition.height, f1 / self.transition.height
        return f, f1

    def _first(self, j: int, p: Sequence[Any], at: Place, parts: tuple[Floats, ...]) -> Floats:
        z, distance, f, f1, span = parts
        if j == _LOWER:
            return 1 - f
        if j == _UPPER:
            return f
        if j == _MIDPOINT:
            return -p[_STEEPNESS] * span * f1  # type: ignore[no-any-return]
        if j == _STEEPNESS:
            return span * f1 * distance
        if j == _ASYMMETRY:
            return span * self._power_terms(p, z)[0]
        return at.x * (1 - f) if j == _LOWER_SLOPE else at.x * f

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


# ---- The curve with its numbers ----------------------------------------------------------------------------------


class Steepest(NamedTuple):
    """Where a curve is steepest, and how steep it is there."""

    x: float
    y: float
    slope: float


@final
@dataclass(frozen=True, slots=True)
class Curve:
    """An S-shaped curve with its numbers: value, slope, inverse, inflection, widths, areas and gradients.

    Attributes
    ----------
    shape
        A row of `ogive.shapes` that rises from one finite asymptote to another.
    lower, upper
        The asymptotes, lower <= upper, in units of y.
    midpoint
        Where ``z`` is 0, in units of x: half-way for symmetric shapes.
    steepness
        How fast the curve goes over, per unit of the axis; negative for a falling curve.
    asymmetry
        The exponent on the shape; 1 for none.
    axis
        ``"linear"``, ``"log"`` (natural logarithm; dose 0 is legal) or ``"reciprocal"`` (-1/x, for temperatures).
    lower_slope, upper_slope
        The slopes of the asymptotes in y per x, 0 for level ones.

    Examples
    --------
    >>> import ogive as og
    >>> curve = og.Curve(og.sigmoid, lower=0, upper=1, midpoint=3.2, steepness=1.4, axis="log")
    >>> float(curve(3.2)), float(curve.inverse(0.5))
    (0.5, 3.2)
    """

    shape: Shape
    lower: float = field(default=0.0, kw_only=True)
    upper: float = field(default=1.0, kw_only=True)
    midpoint: float = field(default=0.0, kw_only=True)
    steepness: float = field(default=1.0, kw_only=True)
    asymmetry: float = field(default=1.0, kw_only=True)
    axis: str = field(default="linear", kw_only=True)
    lower_slope: float = field(default=0.0, kw_only=True)
    upper_slope: float = field(default=0.0, kw_only=True)

    def __post_init__(self) -> None:
        if self.axis not in AXES:
            raise ValueError(f"axis must be one of {', '.join(AXES)}, not {self.axis!r}")
        if self.lower > self.upper:
            raise ValueError(
                f"lower must not exceed upper: {self.lower:g} > {self.upper:g}; a falling curve has lower < upper "
                "and a negative steepness"
            )
        if self.asymmetry <= 0:
            raise ValueError(f"asymmetry must be positive, not {self.asymmetry:g}")
        if self.axis != "linear" and self.midpoint <= 0:
            raise ValueError(f"on a {self.axis} axis the midpoint must be positive, not {self.midpoint:g}")
        _limits(self.shape)

    @classmethod
    def from_axis(cls, shape: Shape, axis: str, values: Sequence[float]) -> Curve:
        """Make a curve from the seven parameters with the midpoint measured on the axis, as fits hold them.

        Nothing is checked: an interval may pass through curves that nobody would ask for.
        """
        numbers = dict(zip(PARAMETERS, map(float, values), strict=True))
        with np.errstate(all="ignore"):
            numbers["midpoint"] = float(AXES[axis].backward(np.float64(numbers["midpoint"])))  # type: ignore[arg-type]
        curve = object.__new__(cls)
        for name, value in (("shape", shape), ("axis", axis), *numbers.items()):
            object.__setattr__(curve, name, value)
        return curve

    @property
    def parameters(self) -> Mapping[str, float]:
        """The parameters by name, in the order of gradients; slopes of the asymptotes only where there are any."""
        names = PARAMETERS if self._sloped else PARAMETERS[:5]
        return {name: getattr(self, name) for name in names}

    def __call__(self, x: ArrayLike) -> Any:
        """Return the curve at each x; infinite x gives the asymptotes, and so does dose 0 on a log axis."""
        return _plain(self._mean.value(self._values, self._axis.place(x)))

    def derivative(self, x: ArrayLike, order: int = 1) -> Any:
        """Return the slope (order 1) or the second derivative (order 2) in units of y per x, per x squared.

        At dose 0 on a log axis the slope is its limit from the right, which may be infinite.
        """
        if order not in {1, 2}:
            raise ValueError(f"order must be 1 or 2, not {order!r}")
        at = self._axis.place(x)
        slope = self._mean.slope(self._values, at, order)
        if self.axis == "log" and not at.finite:
            slope = np.where(at.x == 0, self._limit_at_zero(order), slope)
        return _plain(slope)

    def inverse(self, y: ArrayLike) -> Any:
        """Return the x at which the curve takes each value y; nan where it never does.

        With sloping asymptotes a value may be taken several times; the last crossing on the way from the upper
        line to the lower one is returned.
        """
        target = np.asarray(y, dtype=np.float64)
        if self._sloped:
            return _plain(np.array([self._crossing(value) for value in target.ravel()]).reshape(target.shape))
        with np.errstate(all="ignore"):
            fraction = (target - self.lower) / (self.upper - self.lower)
            return self.at_fraction(fraction)

    def at_fraction(self, fraction: ArrayLike) -> Any:
        """Return the x at which a fraction of the way from lower to upper has been gone."""
        with np.errstate(all="ignore"):
            z = self._transition.inverse(np.asarray(fraction, dtype=np.float64), self.asymmetry)
            return _plain(self._axis.backward(self._center + z / self.steepness))

    @property
    def half_point(self) -> float:
        """Where the curve is half-way between its asymptotes: the midpoint, for a symmetric shape."""
        return float(self.at_fraction(0.5))

    @property
    def inflection(self) -> float:
        """Where the slope in x is extreme and the second derivative 0; nan where there is no such point.

        On a log axis a curve with steepness of at most 1 is steepest at dose 0 and has none.
        """
        return self._inflection()

    @property
    def steepest(self) -> Steepest:
        """The point of steepest slope in x, and the slope there (infinite at dose 0 for shallow curves)."""
        x = self._inflection()
        if np.isnan(x):
            x = 0.0
        return Steepest(x, float(self(x)), float(self.derivative(x)))

    def width(self, low: float = 0.1, high: float = 0.9) -> float:
        """Return the distance in x between two fractions of the way, by default the 10-90 width."""
        return abs(float(self.at_fraction(high)) - float(self.at_fraction(low)))

    def area(self, start: ArrayLike, stop: ArrayLike, *, over: str = "x") -> Any:
        """Return the area under the curve between two points.

        Parameters
        ----------
        start, stop
            Limits in units of x; arrays broadcast.
        over
            ``"x"`` integrates over x, ``"axis"`` over the axis (natural log of dose on a log axis).
        """
        if over not in {"x", "axis"}:
            raise ValueError(f"over must be 'x' or 'axis', not {over!r}")
        pairs = np.broadcast(np.asarray(start, dtype=np.float64), np.asarray(stop, dtype=np.float64))
        values = [self._area(float(a), float(b), over) for a, b in pairs]
        return _plain(np.array(values).reshape(pairs.shape))

    def gradient(self, x: ArrayLike) -> Floats:
        """Return the derivative of the value by each parameter: the shape of x, and a last axis of parameters."""
        wanted = range(len(self.parameters))
        _, columns = self._powered_mean.value_and_jacobian(self._values, self._axis.place(x), wanted)
        columns[_MIDPOINT] = columns[_MIDPOINT] * self._unit(1)
        return np.stack(np.broadcast_arrays(*columns), axis=-1)

    def hessian(self, x: ArrayLike) -> Floats:
        """Return the second derivatives of the value by each pair of parameters, in two last axes."""
        at, wanted = self._axis.place(x), range(len(self.parameters))
        second = self._powered_mean.hessian(self._values, at, wanted)
        result = np.zeros((*at.x.shape, len(wanted), len(wanted)))
        for (i, j), value in second.items():
            result[..., i, j] = result[..., j, i] = value * self._unit(1) ** ((i == _MIDPOINT) + (j == _MIDPOINT))
        _, (first,) = self._powered_mean.value_and_jacobian(self._values, at, [_MIDPOINT])
        result[..., _MIDPOINT, _MIDPOINT] += first * self._unit(2)
        return result

    def formula(self, variable: str = "x") -> str:
        """Return the curve as text with its numbers, in the language that `ogive.explain` parses."""
        place = self._axis.formula.format(x=variable)
        center = f"{self._center:.17g}"
        z = f"({self.steepness:.17g}*({place}-({center})))"
        inner = re.sub(r"\bz\b", z, self.shape.formula)
        if (self._transition.base, self._transition.height) != (0, 1):
            inner = f"(({inner})-({self._transition.base:.17g}))/{self._transition.height:.17g}"
        power = f"^{self.asymmetry:.17g}" if self.asymmetry != 1 else ""
        low = _line(self.lower, self.lower_slope, variable)
        span = _line(self.upper - self.lower, self.upper_slope - self.lower_slope, variable)
        return f"{low}+({span})*({inner}){power}"

    @property
    def _axis(self) -> Axis:
        return AXES[self.axis]

    @property
    def _sloped(self) -> bool:
        return bool(self.lower_slope or self.upper_slope)

    @property
    def _transition(self) -> Transition:
        return Transition(self.shape)

    @property
    def _mean(self) -> Mean:
        return Mean(self._transition, self._axis, self.asymmetry != 1, self._sloped)

    @property
    def _powered_mean(self) -> Mean:
        return Mean(self._transition, self._axis, powered=True, sloped=self._sloped)

    @property
    def _center(self) -> float:
        return float(self._axis.place(self.midpoint).g)

    @property
    def _values(self) -> tuple[float, ...]:
        return (
            self.lower, self.upper, self._center, self.steepness, self.asymmetry, self.lower_slope, self.upper_slope,
        )  # fmt: skip

    def _unit(self, order: int) -> float:
        """Return the derivative of the midpoint on the axis by the midpoint in x."""
        rule = self._axis.slope if order == 1 else self._axis.curvature
        return float(rule(np.float64(self.midpoint)))  # type: ignore[arg-type]

    def _limit_at_zero(self, order: int) -> float:
        """Extrapolate the derivative to dose 0 from its power law at tiny doses."""
        tiny = self.midpoint * np.array([1e-100, 1e-90])
        near, far = self._mean.slope(self._values, self._axis.place(tiny), order)
        if near == 0 or far == 0:
            return float(near) if self._sloped else 0.0
        exponent = np.log10(abs(far / near)) / 10
        if abs(exponent) < 1e-6:
            return float(near)
        return 0.0 if exponent > 0 else float(np.copysign(np.inf, near))

    def _grid(self) -> Floats:
        """Return places on the axis that cover the whole transition, densely."""
        z = np.concatenate([-np.geomspace(700, 30, 60), np.linspace(-30, 30, 1201), np.geomspace(30, 700, 60)])
        with np.errstate(all="ignore"):
            places = np.sort(self._center + z / self.steepness)
        if self.axis == "reciprocal":
            return places[places < 0]
        return places[np.abs(places) < 600] if self.axis == "log" else places

    def _inflection(self) -> float:
        places = self._grid()
        x = self._axis.backward(places)
        slopes = np.abs(self.derivative(x))
        slopes[~np.isfinite(slopes)] = 0.0
        best = int(np.argmax(slopes))
        # a flat top that begins at the first place is a limit at dose 0, not a point of inflection
        if best in {0, len(x) - 1} or slopes[best] <= slopes[0] * (1 + 1e-9):
            return float("nan")
        root = _bisect(lambda g: self.derivative(self._axis.backward(g), 2), places[best - 1], places[best + 1])
        return float(self._axis.backward(np.float64(root)))  # type: ignore[arg-type]

    def _crossing(self, target: float) -> float:
        places = self._grid()
        difference = self(self._axis.backward(places)) - target
        changes = np.flatnonzero(np.diff(np.sign(difference)))
        if not len(changes):
            return float("nan")
        k = changes[0] if self.steepness > 0 else changes[-1]
        root = _bisect(lambda g: self(self._axis.backward(g)) - target, places[k], places[k + 1])
        return float(self._axis.backward(np.float64(root)))  # type: ignore[arg-type]

    def _area(self, start: float, stop: float, over: str) -> float:
        if start > stop:
            return -self._area(stop, start, over)
        low, high = (float(self._axis.place(end).g) for end in (start, stop))
        if over == "axis":
            return _quadrature(lambda g: self(self._axis.backward(g)), self._panels(low, high))
        if self.axis == "linear":
            return _quadrature(self, self._panels(low, high))
        first = max(low, min(high, self._center - 40 / abs(self.steepness)))
        head = _quadrature(self, np.array([start, float(self._axis.backward(np.float64(first)))]))  # type: ignore[arg-type]

        def density(g: Floats) -> Floats:
            x = self._axis.backward(g)
            return self(x) / self._axis.slope(x)  # type: ignore[no-any-return]

        return head + _quadrature(density, self._panels(first, high))

    def _panels(self, low: float, high: float) -> Floats:
        """Cut an interval of the axis where the curve bends, and finely enough for twenty Gauss points each."""
        unit = 1 / abs(self.steepness)
        if self.axis == "log":
            unit = min(unit, 1.0)
        near = self._center + np.arange(-40.0, 41.0, 2.0) / abs(self.steepness)
        edges = np.unique(np.clip(np.concatenate([[low, high], near]), low, high))
        wide = np.diff(edges) > 4 * unit if self.axis == "log" else np.zeros(len(edges) - 1, dtype=bool)
        cuts = [np.linspace(a, b, 41)[1:-1] for a, b in zip(edges[:-1][wide], edges[1:][wide], strict=True)]
        return np.sort(np.concatenate([edges, *cuts]))

    def with_parameters(self, **changes: float) -> Curve:
        """Return the curve with some parameters changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)


def _quadrature(function: Callable[[Floats], Any], edges: Floats) -> float:
    """Integrate by twenty Gauss points on each panel: exact to rounding for what is smooth there."""
    half = np.diff(edges)[:, None] / 2
    centers = (edges[:-1] + edges[1:])[:, None] / 2
    return float(np.sum(half * _WEIGHTS * function(centers + half * _NODES)))


def _bisect(function: Callable[[Any], Any], low: float, high: float) -> float:
    """Halve an interval with a change of sign until it cannot be halved."""
    sign = np.sign(function(low))
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in {low, high}:
            break
        if np.sign(function(middle)) == sign:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _line(level: float, slope: float, variable: str) -> str:
    return f"{level:.17g}" if slope == 0 else f"({level:.17g}+({slope:.17g})*{variable})"


def _plain(array: Any) -> Any:
    """Return a NumPy scalar for a 0-d array, as ufuncs do."""
    return array[()] if isinstance(array, np.ndarray) and array.ndim == 0 else array
