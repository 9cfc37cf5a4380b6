"""Points of the real line, exact or enclosed; their order; and sign charts between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from ogive._optional import optional
from ogive.expressions import balls, to_text
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Chart",
    "End",
    "Root",
    "UnknownError",
    "compare",
    "end_text",
    "points_towards",
    "position",
    "simplest_between",
]

_WIDTH: Final = Fraction(1, 2**64)  # of the interval in which a root is enclosed

End: TypeAlias = "Root | float"
"""A point of the real line, or an infinity."""


class UnknownError(ArithmeticError):
    """No proof was found; the message says at what it failed."""


@final
@dataclass(slots=True)
class Root:
    """A real number: exactly ``low`` where low = high, else the only sign change of a function between the two."""

    low: Fraction
    high: Fraction
    closed: t.Node | None = None
    sign_at: Callable[[Fraction], int | None] | None = None
    rises: bool = True

    @classmethod
    def at(cls, value: Fraction | int) -> Root:
        """Make a rational point."""
        return cls(Fraction(value), Fraction(value), t.rational(Fraction(value)))

    @property
    def exact(self) -> bool:
        """Whether it is a rational number."""
        return self.low == self.high

    def enclosure(self) -> Any:
        """Return a ball around it, from the closed form at the precision in use where there is one."""
        if self.closed is not None:
            return balls.evaluate(self.closed, {})
        self.narrow(Fraction(1, 2 ** min(optional("flint", for_="proofs").ctx.prec, 320)))
        return balls.ball(self.low, self.high)

    def narrow(self, width: Fraction = _WIDTH) -> None:
        """Halve the enclosure until it is this narrow."""
        while self.high - self.low > width and not self.exact:
            self.halve()

    def halve(self) -> None:
        """Halve the enclosure."""
        middle = (self.low + self.high) / 2
        if self.closed is not None:
            found = balls.sign_of(lambda: balls.evaluate(self.closed, {}) - balls.ball(middle))  # type: ignore[arg-type]
            self._cut(middle, None if found is None else -found)
            return
        found = self.sign_at(middle) if self.sign_at is not None else None
        self._cut(middle, found if self.rises or found is None else -found)

    def _cut(self, middle: Fraction, found: int | None) -> None:
        """Keep the half in which the root is; ``found`` is -1 where the middle lies left of it."""
        if found is None:
            raise UnknownError("the sign next to a root is not decided")
        if found == 0:
            self.low = self.high = middle
            self.closed = t.rational(middle)
        elif found < 0:
            self.low = middle
        else:
            self.high = middle


def position(end: End) -> tuple[Fraction | float, Fraction | float]:
    """Return the two sides of the enclosure of an end."""
    return (end.low, end.high) if isinstance(end, Root) else (end, end)


def compare(a: End, b: End) -> int:
    """Order two points; equal only if both are the same exact number."""
    for _ in range(400):
        (low_a, high_a), (low_b, high_b) = position(a), position(b)
        if high_a < low_b:
            return -1
        if high_b < low_a:
            return 1
        if low_a == high_a == low_b == high_b:
            return 0
        if isinstance(a, Root) and isinstance(b, Root):
            if a.closed is not None and a.closed == b.closed:
                return 0
            wider = a if a.high - a.low >= b.high - b.low else b
            wider.halve()
        else:
            return -1 if low_a < low_b or high_a < high_b else 1
    raise UnknownError("two points are too close to be told apart")


@final
@dataclass(frozen=True, slots=True)
class Chart:
    """The signs of a function on an open interval: ``signs[i]`` holds between ``roots[i-1]`` and ``roots[i]``."""

    low: End
    high: End
    roots: tuple[Root, ...]
    signs: tuple[int, ...]
    proof: dict[str, Any] = field(default_factory=dict)

    @property
    def constant_sign(self) -> int | None:
        """Return the sign if it is the same everywhere and there is no root."""
        return self.signs[0] if not self.roots else None


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of the smallest denominator in a closed interval, by continued fractions."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = low.numerator // low.denominator
    if whole == low or whole + 1 <= high:
        return Fraction(whole if whole == low else whole + 1)
    return whole + 1 / simplest_between(1 / (high - whole), 1 / (low - whole))


def points_towards(end: End, other: End) -> list[Fraction]:
    """List rational points that go towards an end, all of them inside."""
    if isinstance(end, Root):
        edge = end.low if position(other)[0] < end.low else end.high
        if end.exact and isinstance(other, Root):
            gap = (other.low if other.low > edge else other.high) - edge
            return [edge + gap / 2**k for k in range(1, 60)]
        if isinstance(other, Root):
            gap = (other.low if other.low > edge else other.high) - edge
            return [edge, *(edge + gap / 2**k for k in range(1, 8))]
        towards = 1 if other > 0 else -1
        return [edge] * (not end.exact) + [edge + towards * Fraction(2) ** k for k in range(3, -50, -1)]
    start = Fraction(0) if not isinstance(other, Root) else other.high if end > 0 else other.low
    return [start + (1 if end > 0 else -1) * Fraction(2) ** k for k in range(-3, 24)]


def end_text(end: End) -> str:
    """Write a point as text: exactly, as an enclosure ``[low, high]``, or as an infinity ``oo``."""
    if not isinstance(end, Root):
        return "oo" if end > 0 else "-oo"
    if end.closed is not None:
        return to_text(end.closed)
    return f"[{end.low}, {end.high}]"
