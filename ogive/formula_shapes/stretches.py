"""A function and its derivatives on stretches of the line, on each without absolute values, signs or conditions.

``z/(1 + abs(z))`` is ``z/(1 + z)`` on one side and ``z/(1 - z)`` on the other; the slope of either keeps its digits
where that of the whole, ``(1 + abs(z) - z*sign(z))/(1 + abs(z))**2``, has none left. What each absolute value asks
about is computed, and its sign says which side an argument is on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias, final

import numpy as np

from ogive._optional import MissingExtraError
from ogive.explaining.exact.elimination import factored_tree
from ogive.explaining.exact.forms import form_to_tree
from ogive.explaining.exact.world import World
from ogive.expressions import differentiate, to_text
from ogive.expressions import tree as t
from ogive.expressions.extended import STABLE, Program, Scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Fork", "Stretch", "TooLongError", "cut"]

Floats: TypeAlias = "NDArray[np.float64]"

VARIABLE: Final = "z"
_LONGEST: Final = 4000  # steps of a program; a derivative that takes more is refused
_LARGEST_DIFFERENTIATED: Final = 4000  # nodes of a tree of which the derivative is taken
_LARGEST: Final = 700  # nodes of a tree that is brought into a normal form
_MOST_FORKS: Final = 8  # absolute values within one function: each may double the stretches
_DIGITS: Final = 2.0**53
_ASKS: Final = frozenset({"abs", "sign", "cbrt"})


class TooLongError(ValueError):
    """A derivative whose formula is too long to be computed."""


# ---- Where no side is taken ----------------------------------------------------------------------------------------


@final
@dataclass(slots=True)
class Stretch:
    """An analytic function, with the best form found of each derivative; forms are made when they are first wanted.

    Attributes
    ----------
    tree
        The function, free of absolute values, signs and conditions.
    samples
        Arguments on the stretch, on which forms of the same function are compared.
    """

    tree: t.Node
    samples: Floats
    programs: dict[int, Program] = field(default_factory=dict)
    forms: dict[int, t.Node] = field(default_factory=dict)

    def __call__(self, x: Floats, order: int = 0) -> Floats:
        """Return a derivative (order 0: the value) at arguments of the stretch."""
        return self.program(order)(x)

    def program(self, order: int) -> Program:
        """Return the program of a derivative: of the forms at hand, the one that keeps most digits on the samples."""
        if order not in self.programs:
            form, program = _best(list(self._forms_of(order)), self.samples)
            if len(program) > _LONGEST:
                raise TooLongError(f"the derivative of order {order} takes {len(program):,} steps")
            self.forms[order], self.programs[order] = form, program
        return self.programs[order]

    def form(self, order: int) -> t.Node:
        """Return the form of a derivative that is computed."""
        self.program(order)
        return self.forms[order]

    def _forms_of(self, order: int) -> Iterator[t.Node]:
        if order > 0 and t.size(self.form(order - 1)) > _LARGEST_DIFFERENTIATED:
            raise TooLongError(f"the formula of its derivative of order {order} is too long")
        plain = self.tree if order == 0 else differentiate(self.form(order - 1), VARIABLE, functions=STABLE)
        yield plain
        yield from normal_forms(plain)


def normal_forms(tree: t.Node) -> Iterator[t.Node]:
    """Yield the tree as a fraction of polynomials, in factors and expanded, where it has such forms."""
    if t.size(tree) > _LARGEST:
        return
    try:
        world = World(STABLE)
        form = world.form(tree)
        for write in (form_to_tree, factored_tree):
            written = write(world, form)
            if t.symbols(written) <= {VARIABLE}:  # circular functions are written with i
                yield written
    except (ValueError, ArithmeticError, RecursionError, MissingExtraError):
        return


def _best(forms: list[t.Node], samples: Floats) -> tuple[t.Node, Program]:
    """Choose the form that loses fewest bits on the samples: on the mean, and at most against the best form there."""
    found = [(form, Program(form, VARIABLE)) for form in dict.fromkeys(forms)]
    if t.number(found[-1][0]) is not None:
        return found[-1]
    if not samples.size:
        return found[0]
    lost = np.array([_bits_lost(program, samples) for _, program in found])
    regret = (lost - lost.min(axis=0)).max(axis=1)
    steps = np.array([len(program) for _, program in found])
    return found[int(np.argmin(lost.mean(axis=1) + regret / 2 + np.log2(1 + steps) / 10))]


def _bits_lost(program: Program, samples: Floats) -> Floats:
    """Count the bits lost in each value; none in one that underflows."""
    values = program(samples)
    lost = np.where(
        np.abs(values) < np.finfo(float).tiny, 0.0, np.log2(1 + np.minimum(program.error(samples), _DIGITS))
    )
    return np.where(np.isnan(values), 60.0, lost)


# ---- Where sides are taken -----------------------------------------------------------------------------------------


@final
@dataclass(slots=True)
class Fork:
    """A function that asks for the sign of another: of what stands in an absolute value, or in a condition."""

    question: Program
    sides: dict[int, Fork | Stretch]

    def __call__(self, x: Floats, order: int = 0) -> Floats:
        """Return a derivative at each argument; where a side is taken, the mean of those to the left and right."""
        signs = np.sign(self.question(x))
        result = np.full(x.shape, np.nan)
        for sign, side in self.sides.items():
            here = signs == sign
            if sign == 0 and order > 0:
                result[here] = self._mean(x[here], order)
            elif here.any():
                result[here] = side(x[here], order)
        return result

    def _mean(self, x: Floats, order: int) -> Floats:
        left, right = (self._beside(x, order, direction) for direction in (-1, 1))
        return np.where(left == right, left, (left + right) / 2)

    def _beside(self, x: Floats, order: int, direction: int) -> Floats:
        """Return the derivative that holds on one side of each argument, at the argument itself."""
        result = np.full(x.shape, np.nan)
        signs = np.sign(self.question(x + direction * np.maximum(np.abs(x) * 2.0**-30, 1e-30)))
        for sign, side in self.sides.items():
            here = signs == sign
            if here.any():
                result[here] = side(x[here], order)
        return result


def one_sided(function: Fork | Stretch, x: Floats, order: int, direction: int) -> Floats:
    """Return the derivative that holds on one side of a point, at the point itself."""
    if isinstance(function, Stretch):
        return function(x, order)
    sign = np.sign(function.question(x + direction * np.maximum(np.abs(x) * 2.0**-30, 1e-30)))
    return one_sided(function.sides[int(sign[0])], x, order, direction)


def stretches_of(function: Fork | Stretch) -> Iterator[Stretch]:
    """Yield the functions without absolute values that a function is made of."""
    if isinstance(function, Stretch):
        yield function
    else:
        for side in function.sides.values():
            yield from stretches_of(side)


def at_end(function: Fork | Stretch, sign: int) -> Stretch:
    """Return the function that holds towards an infinity."""
    if isinstance(function, Stretch):
        return function
    found = function.question.run(far_out(sign))
    return at_end(function.sides[int(np.sign(found.m)[0])], sign)


def far_out(sign: int, exponent: float = 1e9) -> Scaled:
    """Return a number beyond every float, with the sign of an infinity."""
    return Scaled(np.array([sign * 0.5]), np.array([exponent]))


def cut(tree: t.Node, samples: Floats, depth: int = 0) -> Fork | Stretch:
    """Take a function apart at its absolute values, signs and conditions, the innermost first.

    Raises
    ------
    ValueError
        If there are too many of them.
    """
    at = _innermost(tree)
    if at is None:
        return Stretch(tree, samples)
    if depth == _MOST_FORKS:
        raise ValueError(f"more than {_MOST_FORKS} absolute values and conditions in {to_text(tree)}")
    node = t.subtree(tree, at)
    question = Program(_asked(node), VARIABLE)
    signs = np.sign(question(samples))
    sides = {
        sign: cut(t.transform(tree, lambda each, s=sign: _answer(node, s) if each == node else each),  # type: ignore[misc]
                  samples[signs == sign], depth + 1)
        for sign in (-1, 0, 1)
    }  # fmt: skip
    return Fork(question, sides)


def _innermost(tree: t.Node) -> t.Path | None:
    asked = [path for path, node in t.walk(tree) if isinstance(node, t.Conditional) or _takes_side(node)]
    return max(asked, key=len) if asked else None


def _takes_side(node: t.Node) -> bool:
    return isinstance(node, t.Call) and node.name in _ASKS and not node.primes


def _asked(node: t.Node) -> t.Node:
    if isinstance(node, t.Conditional):
        return t.Sum((node.condition.left, t.Negative(node.condition.right)))
    return t.children(node)[0]


def _answer(node: t.Node, sign: int) -> t.Node:
    if isinstance(node, t.Conditional):
        return node.then if sign in _HOLDS[node.condition.operator] else node.otherwise
    inside = t.children(node)[0]
    plain = t.Negative(inside) if sign < 0 else inside
    match node:
        case t.Call("sign"):
            return t.integer(sign)
        case t.Call("cbrt"):
            root = t.Power(plain, t.rational(Fraction(1, 3)))
            return t.Negative(root) if sign < 0 else root
    return plain


_HOLDS: Final = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}
