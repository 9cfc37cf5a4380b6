"""The curve with its numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive.curves.mean import AXES, PARAMETERS, Axis, Mean, Transition, limits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ogive.shapes import Shape

__all__ = ["Curve", "Steepest"]

Floats = NDArray[np.float64]

_MIDPOINT = PARAMETERS.index("midpoint")


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
        A row of `ogive.shapes` that rises from one finite asymptote to another, or such a shape made by
        `ogive.Shape.from_formula`; beyond the ends of its domain the curve stays at the asymptote.
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
        limits_of(self.shape)

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

    def along_axis(self) -> Curve:
        """Return the curve as a function of its axis: of log x on a log axis, where its slopes are per e-fold of x.

        Raises
        ------
        ValueError
            If an asymptote slopes, since it slopes in x.

        Examples
        --------
        >>> import ogive as og
        >>> curve = og.Curve(og.sigmoid, midpoint=3.0, steepness=0.8, axis="log")
        >>> curve.steepest.slope, round(curve.along_axis().steepest.slope, 12)
        (inf, 0.2)
        """
        if self._sloped:
            raise ValueError("a curve with a sloping asymptote is no sigmoid of its axis")
        return Curve.from_axis(self.shape, "linear", self._values)

    def width(self, low: float = 0.1, high: float = 0.9) -> float:
        """Return the distance in x between two fractions of the way, by default from a tenth to nine tenths."""
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

    def formula(self, variable: str = "x", *, digits: int = 17) -> str:
        """Return the curve as text with its numbers, in the language that `ogive.explain` parses.

        Parameters
        ----------
        variable
            What x is called.
        digits
            How many significant digits numbers keep; all of them by default.
        """

        def written(value: float) -> str:
            return f"{value:.{digits}g}" if value >= 0 else f"({value:.{digits}g})"

        place = self._axis.formula.format(x=variable)
        shift = f"({place}-{written(self._center)})" if self._center else place
        z = f"({written(self.steepness)}*{shift})"
        inner = re.sub(r"\bz\b", z, self.shape.formula)
        for end, limit, sign in zip(self.shape.domain, self.shape.limits, "<>", strict=True):
            if np.isfinite(end):
                inner = f"if({z} {sign} {written(end)}, {written(limit)}, {inner})"
        base, height = self._transition.base, self._transition.height
        if (base, height) != (0, 1):
            inner = f"(({inner})-{written(base)})/{written(height)}"
        power = f"^{written(self.asymmetry)}" if self.asymmetry != 1 else ""
        low = _line(self.lower, self.lower_slope, variable, written)
        span = _line(self.upper - self.lower, self.upper_slope - self.lower_slope, variable, written)
        return f"{low}+{span}*({inner}){power}"

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
        if self.axis != "linear" or self._sloped:
            return self._turn_of_slope()
        if self.steepness == 0 or self.lower == self.upper:
            return float("nan")
        return self._center + _steepest_argument(self.shape, self.asymmetry) / self.steepness

    def _turn_of_slope(self) -> float:
        places = self._grid()
        x = self._axis.backward(places)
        slopes = np.abs(self.derivative(x))
        slopes[~np.isfinite(slopes)] = 0.0
        best = int(np.argmax(slopes))
        # a flat top that begins at the first place is a limit at dose 0, not a point of inflection
        if best in {0, len(x) - 1} or slopes[best] <= slopes[0] * (1 + 1e-9):
            return float("nan")
        root = _root(lambda g: self.derivative(self._axis.backward(g), 2), places[best - 1], places[best + 1])
        return float(self._axis.backward(np.float64(root)))  # type: ignore[arg-type]

    def _crossing(self, target: float) -> float:
        places = self._grid()
        difference = self(self._axis.backward(places)) - target
        changes = np.flatnonzero(np.diff(np.sign(difference)))
        if not len(changes):
            return float("nan")
        k = changes[0] if self.steepness > 0 else changes[-1]
        root = _root(lambda g: self(self._axis.backward(g)) - target, places[k], places[k + 1])
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
        near = self._center + np.arange(-40.0, 41.0, 2.0) / abs(self.steepness)
        edges = np.unique(np.clip(np.concatenate([[low, high], near]), low, high))
        if self.axis == "linear":
            return edges
        # elsewhere dx/dg grows by a factor along a panel: keep that factor below e
        ratio = np.abs(np.diff(edges)) if self.axis == "log" else 2 * np.abs(np.log(edges[1:] / edges[:-1]))
        counts = np.ceil(ratio).astype(int)
        cuts = [
            np.linspace(a, b, n + 1)[1:-1] for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True) if n > 1
        ]
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


@lru_cache(maxsize=256)
def _steepest_argument(shape: Shape, asymmetry: float) -> float:
    """Return the z at which a shape raised to a power is steepest, which all its curves share; nan where none is."""
    return Curve.from_axis(shape, "linear", (0, 1, 0, 1, asymmetry, 0, 0))._turn_of_slope()  # noqa: SLF001 - as above


def _root(function: Callable[[Any], Any], low: float, high: float) -> float:
    """Narrow an interval with a change of sign, to a sixty-fifth at a time, until no number lies between its ends."""
    sign = np.sign(function(np.float64(low)))
    for _ in range(200):
        if 0.5 * (low + high) in {low, high}:
            break
        places = np.linspace(low, high, 66)
        changed = np.flatnonzero(np.sign(function(places[1:-1])) != sign)
        first = changed[0] + 1 if len(changed) else len(places) - 1
        low, high = float(places[first - 1]), float(places[first])
    return 0.5 * (low + high)


def _line(level: float, slope: float, variable: str, written: Callable[[float], str]) -> str:
    return written(level) if slope == 0 else f"({written(level)}+{written(slope)}*{variable})"


def _plain(array: Any) -> Any:
    """Return a NumPy scalar for a 0-d array, as ufuncs do."""
    return array[()] if isinstance(array, np.ndarray) and array.ndim == 0 else array
