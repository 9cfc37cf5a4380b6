"""The certificate that there is no R with f' = R(f): two points with the same value and different slopes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from ogive.expressions import balls, to_text
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ogive.explaining.signs.pieces import Piece
    from ogive.expressions import Functions

__all__ = ["check_preimages", "two_preimages"]

# Not symmetric about anything, so that mirrored points do not fall on each other.
_GRID: Final = tuple(Fraction(k, 4) + Fraction(1, 13) for k in range(-24, 25))
_HALVINGS: Final = 40


def two_preimages(pieces: Sequence[Piece], name: str, functions: Functions) -> dict[str, Any] | None:
    """Find a rational point and an interval that holds another point of the same value but not of the same slope.

    On the interval f is analytic and takes values on both sides of that at the point, so it takes that value inside;
    its slope is enclosed on the whole interval, away from the slope at the point.
    """
    sampled = [(at, piece, z) for at, piece in enumerate(pieces) for z in _GRID if _inside(piece, z)]
    values = [_enclosed(piece, name, z, z, functions) for _, piece, z in sampled]
    near_zero = sorted(range(len(sampled)), key=lambda at: abs(sampled[at][2]))
    for k in near_zero:
        if k + 1 == len(sampled) or sampled[k][0] != sampled[k + 1][0]:
            continue
        first, second = sampled[k], sampled[k + 1]
        for j in near_zero:
            third = sampled[j]
            if abs(j - k) <= 1:
                continue
            if _between(values[j], values[k], values[k + 1]):
                found = _narrowed(third, (first[1], first[2], second[2]), name, functions)
                if found is not None:
                    return found
    return None


def _inside(piece: Piece, z: Fraction) -> bool:
    from ogive.explaining.signs.points import position

    return position(piece.low)[1] < z < position(piece.high)[0]


def _enclosed(piece: Piece, name: str, low: Fraction, high: Fraction, functions: Functions) -> Any:
    """Enclose value and slope on an interval; None where there is none."""
    slope = t.Derivative(piece.tree, t.Symbol(name))
    try:
        with balls.precision(128):
            at = {name: balls.ball(low, high)}
            found = (balls.evaluate(piece.tree, at, functions), balls.evaluate(slope, at, functions))
    except (balls.UndefinedError, ValueError):
        return None
    return None if any(value.is_nan() or not value.is_finite() for value in found) else found


def _between(value: Any, left: Any, right: Any) -> bool:
    """Tell whether a value certainly lies between those at two neighbouring points."""
    if value is None or left is None or right is None:
        return False
    return bool((left[0] < value[0] < right[0]) or (right[0] < value[0] < left[0]))


def _narrowed(
    point: tuple[int, Piece, Fraction], bracket: tuple[Piece, Fraction, Fraction], name: str, functions: Functions
) -> dict[str, Any] | None:
    """Halve the interval until the slope on all of it differs from the slope at the point."""
    _, home, z = point
    piece, low, high = bracket
    here = _enclosed(home, name, z, z, functions)
    for _ in range(_HALVINGS):
        whole = _enclosed(piece, name, low, high, functions)
        if whole is not None and not whole[1].overlaps(here[1]):
            return {
                "method": "two-preimages", "variable": name, "point": str(z), "interval": [str(low), str(high)],
                "there": to_text(home.tree), "on_interval": to_text(piece.tree),
                "slopes": [balls.decimals(here[1], 6), _spread(whole[1])],
            }  # fmt: skip
        middle = (low + high) / 2
        ends = [_enclosed(piece, name, end, end, functions) for end in (low, middle, high)]
        if _between(here, ends[0], ends[1]):
            high = middle
        elif _between(here, ends[1], ends[2]):
            low = middle
        else:
            return None
    return None


def _spread(slope: Any) -> str:
    """Write an enclosure as a lower and an upper bound."""
    return f"between {float(slope.lower()):.4g} and {float(slope.upper()):.4g}"


def check_preimages(certificate: dict[str, Any], read: Callable[[str], t.Node], functions: Functions) -> bool:
    """Check the certificate again: values at both ends of the interval, slopes on all of it."""
    from ogive.explaining.exact.polynomials import ZERO
    from ogive.explaining.signs.pieces import Piece

    name = certificate["variable"]
    z = Fraction(certificate["point"])
    low, high = (Fraction(end) for end in certificate["interval"])
    home = Piece(0.0, 0.0, read(certificate["there"]), ZERO)
    piece = Piece(0.0, 0.0, read(certificate["on_interval"]), ZERO)
    if any(isinstance(node, t.Conditional) for _, node in t.walk(piece.tree)):
        return False
    here = _enclosed(home, name, z, z, functions)
    ends = [_enclosed(piece, name, end, end, functions) for end in (low, high)]
    whole = _enclosed(piece, name, low, high, functions)
    return whole is not None and _between(here, *ends) and not whole[1].overlaps(here[1])
