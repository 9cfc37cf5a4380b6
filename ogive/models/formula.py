"""A model typed as a formula: parsed, never evaluated, with derivatives from the rules that explanations show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive.expressions import Functions, compile_numpy, differentiate, parse, with_shapes
from ogive.expressions.lexer import ordinary
from ogive.expressions.parser import spelled_out
from ogive.expressions.tree import Node, Symbol, is_number, size, walk
from ogive.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["FormulaMean", "Points"]

Floats = NDArray[np.float64]

# A formula with more names than this is a mistake in typing, not a model of one curve.
_MOST_PARAMETERS = 40
# The parts of all its first and of all its second derivatives: 40 factors, or 20 quotients within each other.
_MOST_FIRST, _MOST_SECOND = 10_000, 400_000


class Points(NamedTuple):
    """Points x, in the form that curves use; a formula measures them on no other axis."""

    x: Floats
    g: Floats
    finite: bool


@final
@dataclass(frozen=True, slots=True)
class FormulaMean:
    """The value of a formula as a function of its parameters, for many parameter vectors at once.

    Attributes
    ----------
    text, variable
        The formula as typed, and the name of x in it.
    parameters
        The other names, in order of appearance.
    linear
        The places of parameters in which the formula is linear, all at once: given the others, the best values of
        these follow exactly.
    """

    text: str
    variable: str
    parameters: tuple[str, ...]
    linear: tuple[int, ...]
    _value: Callable[..., Any] = field(repr=False, compare=False)
    _gradient: Callable[..., Any] = field(repr=False, compare=False)
    _second: Callable[..., Any] = field(repr=False, compare=False)
    _slopes: Callable[..., Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str, variable: str, parameters: Sequence[str] = ()) -> FormulaMean:
        """Parse a formula and derive what a fit needs.

        A word is one name (``b1``, ``Vmax``), unless it is a function or the constant pi or e and not declared as a
        parameter.

        Raises
        ------
        ValueError
            If the text cannot be parsed (with a caret under the place), or has no parameter.
        """
        functions = with_shapes(shapes)
        text, variable = ordinary(text), spelled_out(ordinary(variable))
        parameters = tuple(spelled_out(ordinary(name)) for name in parameters)
        typed, indexed = _indexed(text, functions)
        names = {indexed.get(name, name) for name in (*parameters, variable)} | set(indexed.values())
        tree = parse(typed, functions=functions, names=names)
        plain = {inner: word for word, inner in indexed.items()}
        found = dict.fromkeys(node.name for _, node in walk(tree) if isinstance(node, Symbol))
        seen = [plain.get(name, name) for name in found]
        parameters = tuple(parameters) or tuple(name for name in seen if name != variable)
        if not parameters:
            raise ValueError(f"{text!r} has no parameter to fit: every name but {variable!r} is one")
        if len(parameters) > _MOST_PARAMETERS:
            raise ValueError(f"the formula has {len(parameters)} parameters; at most {_MOST_PARAMETERS} are allowed")
        unknown = set(seen) - {variable, *parameters}
        if unknown:
            raise ValueError(
                f"{text!r} mentions {', '.join(sorted(unknown))}, declared neither as x nor as parameter"
            )
        inner = [indexed.get(name, name) for name in (*parameters, variable)]
        linear, functions_of = _compiled(tree, inner, functions)
        return cls(text, variable, parameters, linear, *functions_of)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle the text; the functions follow from it."""
        return FormulaMean.parse, (self.text, self.variable, self.parameters)

    def place(self, x: ArrayLike) -> Points:
        """Read points."""
        array = np.asarray(x, dtype=np.float64)
        return Points(array, array, bool(np.isfinite(array).all()))

    def value(self, p: Sequence[Any], at: Points) -> Floats:
        """Return the formula at the points."""
        with np.errstate(all="ignore"):
            return self._full(p, at, self._value(*p, at.x)[0])

    def value_and_jacobian(self, p: Sequence[Any], at: Points, wanted: Sequence[int]) -> tuple[Floats, list[Floats]]:
        """Return the formula and its derivatives by the wanted parameters."""
        with np.errstate(all="ignore"):
            value, *columns = self._gradient(*p, at.x)
        return self._full(p, at, value), [self._full(p, at, columns[j]) for j in wanted]

    def hessian(self, p: Sequence[Any], at: Points, wanted: Sequence[int]) -> dict[tuple[int, int], Floats]:
        """Return the second derivatives by pairs of wanted parameters i <= j."""
        with np.errstate(all="ignore"):
            values = iter(self._second(*p, at.x))
        count = len(self.parameters)
        pairs = {(i, j): next(values) for i in range(count) for j in range(i, count)}
        return {pair: self._full(p, at, value) for pair, value in pairs.items() if set(pair) <= set(wanted)}

    def slope(self, p: Sequence[Any], at: Points) -> Floats:
        """Return the derivative by x."""
        with np.errstate(all="ignore"):
            return self._full(p, at, self._slopes(*p, at.x)[0])

    def slope_jacobian(self, p: Sequence[Any], at: Points, wanted: Sequence[int]) -> list[Floats]:
        """Return the derivatives of the slope by the wanted parameters."""
        with np.errstate(all="ignore"):
            _, *columns = self._slopes(*p, at.x)
        return [self._full(p, at, columns[j]) for j in wanted]

    def with_numbers(self, values: Mapping[str, float]) -> str:
        """Return the formula as text with numbers in the place of its parameters."""
        pattern = (
            r"(?<![\w.\\])(" + "|".join(map(re.escape, sorted(self.parameters, key=len, reverse=True))) + r")(?!\w)"
        )
        return re.sub(pattern, lambda match: f"({values[match.group()]:.17g})", self.text)

    def _full(self, p: Sequence[Any], at: Points, value: Any) -> Floats:
        """Spread a value that does not depend on everything over all points and vectors."""
        shape = np.broadcast_shapes(at.x.shape, *(np.shape(each) for each in p))
        return np.broadcast_to(np.asarray(value, dtype=np.float64), shape)


def _indexed(text: str, functions: Functions) -> tuple[str, dict[str, str]]:
    """Write names with digits, ``b1``, as the parser reads them, ``b_1``; return the text and the names by word."""
    words: dict[str, str] = {}

    def rewrite(match: re.Match[str]) -> str:
        word = match.group()
        called = match.string[match.end() : match.end() + 1] == "(" and len(word) > 1 and word.isalpha()
        if called or word in functions or word in {"pi", "e", "if"}:
            return word
        letters = re.match(r"[^\W\d_]+", word)
        digits = letters is not None and letters.end() < len(word) and word[letters.end()] != "_"
        words[word] = f"{letters.group()}_{word[letters.end() :]}" if letters and digits else word
        return words[word]

    return re.sub(r"(?<![\w.\\])[^\W\d]\w*", rewrite, text), words


def _bound(parts: int, most: int, which: str) -> None:
    if parts > most:
        raise ValueError(
            f"the formula is too long to be fitted: its {which} derivatives have more than {most:,} parts; "
            "write a long product or quotient shorter, as a power or as the exponential of a sum"
        )


def _compiled(tree: Node, names: list[str], functions: Functions) -> tuple[tuple[int, ...], list[Callable[..., Any]]]:
    """Return the places of linear parameters, and functions.

    These give the value, the value with its gradient, the Hessian, and the slope with its gradient.
    """
    *parameters, variable = names

    def derived(each: Node, name: str) -> Node:
        return differentiate(each, name, functions=functions)

    first = [derived(tree, name) for name in parameters]
    _bound(sum(map(size, first)), _MOST_FIRST, "first")
    pairs = [(i, j) for i in range(len(parameters)) for j in range(i, len(parameters))]
    second, parts = {}, 0
    for i, j in pairs:
        second[i, j] = derived(first[i], parameters[j])
        parts += size(second[i, j])
        _bound(parts, _MOST_SECOND, "second")
    linear: list[int] = []
    for i in range(len(parameters)):
        if all(is_number(second[min(i, j), max(i, j)], 0) for j in (*linear, i)):
            linear.append(i)
    slope = derived(tree, variable)
    groups: list[list[Node]] = [
        [tree],
        [tree, *first],
        list(second.values()),
        [slope, *(derived(slope, name) for name in parameters)],
    ]
    return tuple(linear), [compile_numpy(group, names, functions=functions) for group in groups]
