"""The object that makes a row of the table of shapes callable, and the table that finds rows by name."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NoReturn

import numpy as np

from ogive import _core
from ogive._bells import ring

__all__ = ["Kink", "Shape", "ShapeTable", "Special", "UnknownShapeError", "special_values", "ufunc_named", "within"]

Kind = Literal["s-curve", "activation"]


@dataclass(frozen=True, slots=True)
class Special:
    """What a shape returns, by convention or by limit, at an argument worth naming."""

    x: float
    value: float
    slope: float


def special_values(limits: tuple[float, float], *, at_zero: tuple[float, float]) -> tuple[Special, ...]:
    """List what an S-curve returns at both infinities, where it is flat, and at both zeros: value and slope."""
    value, slope = at_zero
    zeros = (Special(z, value or z, slope) for z in (-0.0, 0.0))  # an odd curve keeps the sign of its zero
    return (Special(-math.inf, limits[0], 0.0), *zeros, Special(math.inf, limits[1], 0.0))


@dataclass(frozen=True, slots=True)
class Kink:
    """An argument at which the slope or the second derivative has no limit.

    Attributes
    ----------
    x
        Where it is.
    what
        What jumps there, and what is returned.
    torch, jax
        The slopes that PyTorch and JAX return there, where the slope jumps; a test asks them.
    sides
        The slopes to the left and to the right, of a shape made from a formula, where the slope jumps.
    """

    x: float
    what: str
    torch: float | None = None
    jax: float | None = None
    sides: tuple[float, float] | None = None

    @property
    def jumps(self) -> bool:
        """Whether the slope itself jumps, not only the second derivative."""
        return self.torch is not None or self.sides is not None

    def __str__(self) -> str:
        if self.torch is None or self.jax is None:
            return self.what
        if self.torch == self.jax:
            return f"{self.what}; PyTorch and JAX say {self.torch:.4g}"
        return f"{self.what}; PyTorch says {self.torch:.4g}, JAX {self.jax:.4g}"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Shape(_core.Callable):
    """A function of one variable with its slope, inverse and logarithm, each accurate over its whole range.

    Calling a shape calls its NumPy ufunc, so ``out=``, ``where=``, ``dtype=`` and ``casting=``, broadcasting and
    other array types work as they do for `numpy.exp`.

    Attributes
    ----------
    name, aliases
        What the function is called here, and what else it may be called.
    letters
        The letter it is written with and that letter's name in LaTeX, where it has one: ``("σ", "sigma")``.
    title
        The name a textbook gives it.
    formula
        The value as text in ``z``; `ogive.explain` parses it.
    slope_in_value
        The slope as text in the value ``y`` (f' = R(f)), or None where there is no such form.
    slope_in_value_note
        Why there is none, or where the form holds.
    special
        Values at named arguments, in rising order: infinities, zero, kinks.
    kind
        ``"s-curve"``: climbs from one asymptote to another; ``"activation"``: what networks use beside those.
    asymptotics
        How the value behaves towards -inf and towards +inf, as text in ``z``.
    kinks
        Arguments where the slope or the second derivative has no limit, and what is returned there.
    uses
        Where people meet it, a phrase each.
    slope_of_value
        The slope as a function of the value, where the text says something else at a kink; else the text is computed.
    gap
        For an odd S-curve, how far from the upper asymptote it is at a positive argument, without cancellation.
    max_ulp
        Promised error in units in the last place, by role (``""`` is the value) and dtype name.
    references
        Where the definition and its uses are written down.
    higher_derivative
        The derivative of an order of at least 3, a function of the argument and the order.
    """

    __module__ = "ogive"

    name: str
    title: str
    formula: str
    slope_in_value: str | None
    special: tuple[Special, ...]
    asymptotics: tuple[str, str]
    uses: tuple[str, ...]
    max_ulp: Mapping[str, Mapping[str, float]]
    references: tuple[str, ...]
    higher_derivative: Callable[[Any, int], Any]
    kind: Kind = "s-curve"
    kinks: tuple[Kink, ...] = ()
    aliases: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    slope_in_value_note: str = ""
    slope_of_value: Callable[[Any], Any] | None = field(default=None)
    gap: Callable[[Any], Any] | None = field(default=None)

    def __post_init__(self) -> None:
        _core.Callable.__init__(self, getattr(_core, self.name))

    @classmethod
    def from_formula(
        cls, name: str, formula: str, *, domain: tuple[float, float] = (-math.inf, math.inf), title: str = ""
    ) -> Shape:
        """Make a shape from text alone, such as ``"z^2/(1 + z^2)"``: no compiler, no row of the table.

        The text is parsed, never evaluated. Slopes of any order come from the rules of differentiation, the inverse
        from bracketing where the function is monotone, limits, kinks and the slope in terms of the value from the
        explanations where they find them. The errors are not promised: `accuracy` says what is known of them. The
        shape does what those of the table do: it is plotted, explained and fitted, one curve at a time. The
        table `ogive.shapes` does not change.

        Parameters
        ----------
        name
            What it is called: a Python name that no shape and no function of the language has.
        formula
            A function of one variable, whatever its name; it is called ``z`` from here on.
        domain
            The interval on which it is defined: nan outside, its limits at the ends.
        title
            What a textbook calls it; the name by default.

        Raises
        ------
        ExpressionError
            If the text cannot be read; the message points at the place.
        ValueError
            If the name is taken or no name, the formula a constant or of several variables, the domain empty, or the
            formula not real on it.

        Examples
        --------
        >>> import ogive as og
        >>> hill = og.Shape.from_formula("hill2", "z^2/(1 + z^2)", domain=(0, float("inf")))
        >>> float(hill(3.0)), float(hill.derivative(1.0)), float(hill.inverse(0.5))
        (0.9, 0.5, 1.0)
        >>> hill.limits
        (0.0, 1.0)
        """
        return ring("ogive.formula_shapes", "shape_of", name, formula, domain=domain, title=title)  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<ogive shape {self.name}: {self.formula}>"

    def __reduce__(self) -> str:
        return self.name  # a global of `ogive`, which is what __module__ says

    @property
    def domain(self) -> tuple[float, float]:
        """The interval on which it is defined: the whole line, for a shape of the table."""
        return -math.inf, math.inf

    @property
    def accuracy(self) -> str:
        """What is promised of errors, as text: the bounds themselves are in `max_ulp`."""
        worst = max(bound for bounds in self.max_ulp.values() for bound in bounds.values())
        return f"every kernel is within {worst:g} ULP"

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not known of it, a sentence each: nothing, for a shape of the table."""
        return ()

    @property
    def roles(self) -> tuple[str, ...]:
        """Which kernels the shape has: ``""`` for the value, ``"derivative"``, ``"inverse"``, ..."""
        return tuple(role for role in _ROLES if hasattr(_core, self._ufunc_name(role)))

    @property
    def limits(self) -> tuple[float, float]:
        """The value at minus infinity and at infinity."""
        return self.special[0].value, self.special[-1].value

    def ufunc_of(self, role: str) -> np.ufunc:
        """Return the NumPy ufunc that plays one role of the shape, such as ``"derivative"`` or ``"inverse"``."""
        ufunc = getattr(_core, self._ufunc_name(role), None)
        if ufunc is None:
            known = ", ".join(repr(role) for role in self.roles)
            raise ValueError(f"{self.name} has no {role!r}; it has {known}")
        return ufunc  # type: ignore[no-any-return]

    def derivative(self, x: Any, /, order: int = 1, **kwargs: Any) -> Any:
        """Return the derivative of the given order at each element of x.

        Orders 1 and 2 are kernels and take the keywords of a ufunc. They keep full relative accuracy in both
        tails: the slope is never computed from a value that has rounded to its asymptote. Higher orders are evaluated
        in NumPy from those kernels; they keep the tails too, and lose digits only next to their own zeros. They end
        at 16; those of a shape made from a formula, where its slope's formula grows too long.

        Raises
        ------
        ValueError
            If the order is not an integer from 1 to 16, or the formula of the slope grows too long.
        """
        if isinstance(order, bool) or not isinstance(order, (int, np.integer)) or order < 1:
            raise ValueError(f"order must be a positive integer, not {order!r}; for order 0 call the shape itself")
        if order <= 2:
            return self.ufunc_of("derivative" if order == 1 else "second_derivative")(x, **kwargs)
        if kwargs:
            raise TypeError(f"order {order} is not a ufunc and takes no {', '.join(kwargs)}")
        return self.higher_derivative(x, int(order))

    def value_and_derivative(self, x: Any, /, **kwargs: Any) -> Any:
        """Return the pair (value, slope) at each element of x, computed in one pass over memory.

        Arrays of packages that take no function with two results, such as Dask's, are passed over twice.
        """
        try:
            return self.ufunc_of("value_and_derivative")(x, **kwargs)
        except TypeError:
            if kwargs or isinstance(x, np.ndarray) or not hasattr(x, "__array_ufunc__"):
                raise
        return self(x), self.derivative(x)

    def derivative_from_value(self, a: Any, /) -> Any:
        """Return the slope where the value is a, for those who hold nothing but a.

        A value near an asymptote has already lost what the slope is made of: for the logistic in float64 the
        relative error of a(1-a) grows as 2**-53 e**x, is 1e-12 at x = 10, and is total from x = 37.43, where
        a rounds to 1 (from 36.74, where 1 + e**-x is rounded on the way). Prefer
        `derivative` wherever x is known.
        """
        if self._slope_of_value is None:
            why = self.slope_in_value_note
            open_ = why.startswith("not known")
            said = "in terms of its value is" if open_ else "is not a function of its value:"
            raise ValueError(f"the slope of {self.name} {said} {why}")
        return self._slope_of_value(a)

    @cached_property
    def _slope_of_value(self) -> Callable[[Any], Any] | None:
        """The slope as a function of the value: its text, with differences as the functions that stand for them."""
        if self.slope_in_value is None or self.slope_of_value is not None:
            return self.slope_of_value
        return ring("ogive.expressions.extended", "in_any_arithmetic", self.slope_in_value, "y")  # type: ignore[no-any-return]

    def inverse(self, p: Any, /, **kwargs: Any) -> Any:
        """Return the argument at which the shape takes the value p; nan outside its range."""
        return self.ufunc_of("inverse")(p, **kwargs)

    def log(self, x: Any, /, **kwargs: Any) -> Any:
        """Return the logarithm of the value, accurate where the value itself underflows or rounds to 1."""
        return self.ufunc_of("log")(x, **kwargs)

    def log_complement(self, x: Any, /, **kwargs: Any) -> Any:
        """Return the logarithm of one minus the value, accurate where the value itself rounds to 1 or underflows."""
        return self.ufunc_of("log_complement")(x, **kwargs)

    def _ufunc_name(self, role: str) -> str:
        return f"{self.name}_{role}" if role else self.name


def within(ulp: float, *roles: str, **others: float) -> dict[str, Mapping[str, float]]:
    """Promise float16 correctly rounded, float32 and float64 within so many ULP: the value, these roles, others."""
    promised = dict.fromkeys(("", *roles), ulp) | others
    return {r: {"float16": min(0.5, ulp), "float32": ulp, "float64": ulp} for r, ulp in promised.items()}


def ufunc_named(name: str) -> np.ufunc:
    """Find a compiled ufunc by its name, for functions that are made before the table is."""
    ufunc: np.ufunc = getattr(_core, name)
    return ufunc


_ROLES = ("", "derivative", "second_derivative", "value_and_derivative", "inverse", "log", "log_complement")


class ShapeTable(Mapping[str, Shape]):
    """The shapes by name; an alias finds its shape too, and a name that is nearly right is suggested."""

    def __init__(self, *rows: Shape) -> None:
        self._rows = {row.name: row for row in rows}
        self._names = {name: row for row in rows for name in (row.name, *row.aliases)}

    def __getitem__(self, name: str) -> Shape:
        return self._names[name] if name in self._names else self._unknown(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<ogive shapes: {', '.join(self)}>"

    @property
    def names(self) -> Mapping[str, Shape]:
        """Every name and alias, with the shape it stands for."""
        return MappingProxyType(self._names)

    def _unknown(self, name: object) -> NoReturn:
        near = difflib.get_close_matches(str(name).lower(), self._names, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"the shapes are {', '.join(self)}"
        raise UnknownShapeError(f"there is no shape {name!r}; {hint}")


class UnknownShapeError(KeyError):
    """A name that no shape has. The message suggests the nearest one."""

    def __str__(self) -> str:
        return str(self.args[0])
