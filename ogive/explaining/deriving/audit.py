"""What a derivation claims, compared with numbers before anybody sees it.

A step that is proven needs nothing more. Every other step that claims two equal values is computed on both sides in
ball arithmetic, at points of its domain; balls that do not meet refute it. The same is done with the whole result and
the separate differentiator, `ogive.expressions.differentiate`, which shares no code with the rules of a derivation.
A refuted step is a fault of this package, never of the user: the derivation stops with `RefutedError`.

Agreement proves nothing, and is never called a proof.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from ogive.expressions import balls, to_text
from ogive.expressions import tree as t
from ogive.expressions.differentiate import differentiate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ogive.expressions import Functions

__all__ = ["RefutedError", "Witness", "audit", "stands_for", "witness_against"]

_POINTS: Final = 48  # places that are tried
_ENOUGH: Final = 6  # places where both sides have a value, after which no more are looked at
_BITS: Final = 160
_LARGEST: Final = 60_000  # nodes; a larger tree is not computed
# Numbers of many sizes, none of them a likely zero, kink or pole.
_PLACES: Final = tuple(
    Fraction(*pair)
    for pair in (
        (311, 971), (-727, 523), (1109, 467), (-263, 1009), (1447, 433), (59, 1033), (-1597, 389), (839, 853),
        (521, 1021), (-3, 997), (4903, 641), (-6211, 709), (1229, 1213), (-937, 941), (17, 1999), (12007, 997),
    )
)  # fmt: skip
_PARAMETERS: Final = tuple(
    Fraction(*pair) for pair in ((619, 877), (1381, 593), (229, 499), (-487, 739), (2011, 601), (107, 991), (-1, 3))
)


class RefutedError(RuntimeError):
    """A step of a derivation is false: a fault of this package, which stops the derivation."""


class Witness(NamedTuple):
    """A point at which two sides that should be equal are not."""

    point: Mapping[str, Fraction]
    left: str
    right: str

    def __str__(self) -> str:
        at = ", ".join(f"{name} = {value}" for name, value in self.point.items())
        return f"at {at or 'any point'} the one is {self.left}, the other {self.right}"


def stands_for(tree: t.Node, definitions: Mapping[str, t.Node], functions: Functions) -> t.Node:
    """Write a line without abbreviations and without derivatives that are still to be taken.

    Parameters
    ----------
    tree
        The line.
    definitions
        What the abbreviations stand for, in terms of earlier ones.

    Raises
    ------
    ValueError
        If it holds a limit, or a derivative that cannot be taken.
    """
    meanings: dict[str, t.Node] = {}
    for name, meaning in definitions.items():
        meanings[name] = _closed(meaning, meanings, functions)
    return _closed(tree, meanings, functions)


def _closed(tree: t.Node, meanings: Mapping[str, t.Node], functions: Functions) -> t.Node:
    match tree:
        case t.Symbol(name):
            return meanings.get(name, tree)
        case t.Derivative(body, variable):
            free = {name: meaning for name, meaning in meanings.items() if name != variable.name}
            slope = differentiate(_closed(body, free, functions), variable.name, functions=functions)
            return t.substitute(slope, {variable.name: meanings.get(variable.name, variable)})
        case t.Limit():
            raise ValueError("a limit is not computed here")
    parts = t.children(tree)
    return t.with_children(tree, tuple(_closed(part, meanings, functions) for part in parts)) if parts else tree


def witness_against(
    left: t.Node, right: t.Node, functions: Functions, assumed: Sequence[t.Node] = ()
) -> Witness | None:
    """Find a point at which two trees certainly have different values; None where no point says so.

    Only points count at which the left side has a real value, and at which what is assumed holds: of a relation, that
    it is true, of any other tree, that it has a value. Where the right side certainly has none, the two differ too.
    """
    if t.size(left) + t.size(right) > _LARGEST:
        return None
    names = sorted(t.symbols(left) | t.symbols(right) | frozenset().union(*map(t.symbols, assumed)))
    compared = 0
    with balls.precision(_BITS):
        for point in _places(names):
            at = {name: balls.ball(value) for name, value in point.items()}
            one = _value(left, at, functions)
            if one is None or not all(_holds(each, at, functions) for each in assumed):
                continue
            other = _value(right, at, functions)
            if isinstance(one, str):
                continue
            if isinstance(other, str):
                return Witness(point, balls.decimals(one, 15), other)
            if other is None:
                continue
            if balls.sign(one - other) in (-1, 1):
                return Witness(point, balls.decimals(one, 15), balls.decimals(other, 15))
            compared += 1
            if compared == _ENOUGH:
                break
    return None


def _places(names: Sequence[str]) -> Iterator[dict[str, Fraction]]:
    """Yield points; the first name moves fastest through the sizes, the others through moderate numbers."""
    for at in range(_POINTS):
        yield {
            name: _PLACES[(at + 5 * order) % len(_PLACES)]
            if order == 0 or at % 3 == 0
            else _PARAMETERS[(at // 2 + 3 * order) % len(_PARAMETERS)]
            for order, name in enumerate(reversed(names))
        }


_UNREAL: Final = "not a real number"
_FINE: Final = 2.0**-70


def _value(tree: t.Node, at: Mapping[str, balls.Ball], functions: Functions) -> balls.Ball | str | None:
    """Return the ball of a value, the words for "certainly none", or None where nothing is known."""
    try:
        value = balls.evaluate(tree, at, functions)
    except balls.UndefinedError:
        return _UNREAL
    except (ValueError, ArithmeticError, RecursionError):
        return None
    known = value.is_finite() and (value.rel_accuracy_bits() > 30 or value.rad() < _FINE)
    return value if known else None


def _holds(condition: t.Node, at: Mapping[str, balls.Ball], functions: Functions) -> bool:
    if not isinstance(condition, t.Relation):
        return not isinstance(_value(condition, at, functions), str | None)
    try:
        sides = [balls.evaluate(side, at, functions) for side in (condition.left, condition.right)]
    except (ValueError, ArithmeticError, RecursionError):
        return False
    return balls.holds(condition.operator, sides[0] - sides[1]) is True


def audit(
    what: str,
    before: t.Node,
    after: t.Node,
    definitions: Mapping[str, t.Node],
    functions: Functions,
    conditions: Sequence[t.Node] = (),
) -> None:
    """Compare what stands before a step with what stands after it; of an equation, its two sides.

    Only points count at which the conditions hold, and at which everything that has a name or is differentiated has a
    value.

    Raises
    ------
    RefutedError
        If the two certainly differ at a point where the conditions hold.
    """
    if isinstance(before, t.Relation) and isinstance(after, t.Relation):
        pair = (after.left, after.right)
    else:
        pair = (before, after)
    try:
        left, right = (stands_for(side, definitions, functions) for side in pair)
        assumed = [stands_for(each, definitions, functions) for each in conditions]
        assumed += [stands_for(t.Symbol(name), definitions, functions) for name in definitions]
        bodies = [node.body for _, node in t.walk(before) if isinstance(node, t.Derivative)]
        assumed += [stands_for(body, definitions, functions) for body in bodies]
    except (ValueError, RecursionError):
        return  # a limit, or a function without a known slope
    witness = witness_against(left, right, functions, assumed)
    if witness is not None:
        raise _refusal(what, before, after, witness)


def _refusal(what: str, before: t.Node, after: t.Node, witness: Witness) -> RefutedError:
    return RefutedError(
        f"{what} is false: it makes {to_text(after)} of {to_text(before)}, and {witness}. "
        "This is a fault of ogive; please report it with the expression"
    )
