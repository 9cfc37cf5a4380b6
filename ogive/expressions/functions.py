"""The table of elementary functions: one row per name, with its derivative, its domain and how to compute it.

Everything that knows about ``tan`` or ``erf`` reads its row here: the parser its names, the printers its LaTeX, the
rules of differentiation its derivative, the compiler its NumPy function. The shapes of `ogive.shapes` join the table
as rows of their own through `with_shapes`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, final

__all__ = ["ELEMENTARY", "Function", "Functions", "with_shapes"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    r"""A named function of one argument, which the texts of its row call ``u`` (the rows of shapes call it ``z``).

    Attributes
    ----------
    name, aliases
        What it is called here, and what else people type for it.
    derivative
        f'(u) as text, or None where it is derived from the formula or left as ``f'(u)``.
    formula
        f(u) in terms of other rows, where it is an abbreviation: ``sec(u) = 1/cos(u)``.
    numpy
        Dotted name of the function that computes it; None where the formula does.
    slopes
        For shapes: the kernels of its derivatives, by order.
    domain, slope_domain
        Where f is real, and where f' exists if that is less, as text: ``u > 0``. Empty means everywhere.
    inverse
        The row that undoes it, where there is one.
    latex
        How LaTeX writes it; empty means ``\\operatorname{name}``.
    symbol
        How Unicode text writes it, where that is not the name.
    argument
        What the texts of the row call the argument.
    """

    name: str
    aliases: tuple[str, ...] = ()
    derivative: str | None = None
    formula: str | None = None
    numpy: str | Callable[..., Any] | None = None
    slopes: Callable[[int], Callable[..., Any]] | None = None
    domain: str = ""
    slope_domain: str = ""
    inverse: str = ""
    latex: str = ""
    symbol: str = ""
    argument: str = "u"

    def evaluate(self) -> Callable[..., Any] | None:
        """Return the function that computes it on arrays, importing it when it is first wanted."""
        if not isinstance(self.numpy, str):
            return self.numpy
        module, _, attribute = self.numpy.rpartition(".")
        function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
        return function


@final
class Functions(Mapping[str, Function]):
    """Rows by name; an alias finds its row too."""

    def __init__(self, rows: Iterable[Function]) -> None:
        self._rows = {row.name: row for row in rows}
        self._names = {name: row for row in self._rows.values() for name in (*row.aliases, row.name)}

    def __getitem__(self, name: str) -> Function:
        return self._names[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __or__(self, rows: Iterable[Function]) -> Functions:
        """Add rows; a name that is already taken keeps its meaning, and the newcomer its other names."""
        own = set(self._names)
        return Functions([*self._rows.values(), *(row for row in rows if row.name not in own)])

    @property
    def names(self) -> tuple[str, ...]:
        """Every name and alias."""
        return tuple(self._names)


class _ShapeLike(Protocol):  # what a row of ogive.shapes offers; this floor does not import its neighbour
    name: str
    aliases: tuple[str, ...]
    formula: str

    @property
    def letters(self) -> tuple[str, ...]: ...
    def derivative(self, x: Any, /, order: int = 1) -> Any: ...
    def __call__(self, x: Any, /) -> Any: ...


def with_shapes(shapes: Mapping[str, Any]) -> Functions:
    """Return the elementary functions together with the shapes, so that ``sigmoid(z)`` and ``σ(z)`` parse.

    Parameters
    ----------
    shapes
        The table of shapes, `ogive.shapes`.
    """
    return ELEMENTARY | [_row_of(shapes[name]) for name in shapes]


def _row_of(shape: _ShapeLike) -> Function:
    # A letter is a function only where it is called, and an ordinary symbol elsewhere.
    letters = shape.letters
    return Function(
        name=shape.name,
        aliases=(*shape.aliases, *letters),
        formula=shape.formula,
        numpy=shape,
        slopes=lambda order: partial(shape.derivative, order=order),
        latex=f"\\{letters[1]}" if letters else "",
        symbol=letters[0] if letters else "",
        argument="z",
    )


# ---- The rows --------------------------------------------------------------------------------------------------


_ROWS: Final = (
    # exponential and logarithm
    Function(name="exp", derivative="exp(u)", numpy="numpy.exp", inverse="log", latex=r"\exp"),
    Function(
        name="log", aliases=("ln",), derivative="1/u", numpy="numpy.log", domain="u > 0", inverse="exp",
        latex=r"\ln", symbol="ln",
    ),
    Function(name="log2", derivative="1/(u*log(2))", numpy="numpy.log2", domain="u > 0"),
    Function(name="log10", aliases=("lg",), derivative="1/(u*log(10))", numpy="numpy.log10", domain="u > 0"),
    Function(name="log1p", formula="log(1 + u)", derivative="1/(1 + u)", numpy="numpy.log1p", domain="u > -1"),
    Function(name="expm1", formula="exp(u) - 1", derivative="exp(u)", numpy="numpy.expm1"),
    # roots and the absolute value
    Function(
        name="sqrt", aliases=("√",), derivative="1/(2*sqrt(u))", numpy="numpy.sqrt", domain="u >= 0",
        slope_domain="u > 0",
    ),
    Function(name="cbrt", derivative="1/(3*cbrt(u)**2)", numpy="numpy.cbrt", slope_domain="u != 0"),
    Function(name="abs", aliases=("Abs",), derivative="sign(u)", numpy="numpy.abs", slope_domain="u != 0"),
    Function(name="sign", aliases=("sgn",), derivative="0", numpy="numpy.sign", slope_domain="u != 0"),
    # circular functions
    Function(name="sin", derivative="cos(u)", numpy="numpy.sin", inverse="asin", latex=r"\sin"),
    Function(name="cos", derivative="-sin(u)", numpy="numpy.cos", inverse="acos", latex=r"\cos"),
    Function(
        name="tan", aliases=("tg",), derivative="sec(u)**2", numpy="numpy.tan", domain="cos(u) != 0",
        inverse="atan", latex=r"\tan",
    ),
    Function(
        name="cot", aliases=("ctg", "cotan"), derivative="-csc(u)**2", formula="cos(u)/sin(u)",
        domain="sin(u) != 0", inverse="acot", latex=r"\cot",
    ),
    Function(
        name="sec", derivative="sec(u)*tan(u)", formula="1/cos(u)", domain="cos(u) != 0", inverse="asec",
        latex=r"\sec",
    ),
    Function(
        name="csc", aliases=("cosec",), derivative="-csc(u)*cot(u)", formula="1/sin(u)", domain="sin(u) != 0",
        inverse="acsc", latex=r"\csc",
    ),
    Function(
        name="asin", aliases=("arcsin",), derivative="1/sqrt(1 - u**2)", numpy="numpy.arcsin", domain="abs(u) <= 1",
        slope_domain="abs(u) < 1", inverse="sin", latex=r"\arcsin",
    ),
    Function(
        name="acos", aliases=("arccos",), derivative="-1/sqrt(1 - u**2)", numpy="numpy.arccos", domain="abs(u) <= 1",
        slope_domain="abs(u) < 1", inverse="cos", latex=r"\arccos",
    ),
    Function(
        name="atan", aliases=("arctan", "arctg"), derivative="1/(1 + u**2)", numpy="numpy.arctan", inverse="tan",
        latex=r"\arctan",
    ),
    Function(
        name="acot", aliases=("arccot",), derivative="-1/(1 + u**2)", formula="atan(1/u)", domain="u != 0",
        inverse="cot",
    ),
    Function(
        name="asec", aliases=("arcsec",), derivative="1/(abs(u)*sqrt(u**2 - 1))", formula="acos(1/u)",
        domain="abs(u) >= 1", slope_domain="abs(u) > 1", inverse="sec",
    ),
    Function(
        name="acsc", aliases=("arccsc",), derivative="-1/(abs(u)*sqrt(u**2 - 1))", formula="asin(1/u)",
        domain="abs(u) >= 1", slope_domain="abs(u) > 1", inverse="csc",
    ),
    # hyperbolic functions
    Function(name="sinh", aliases=("sh",), derivative="cosh(u)", numpy="numpy.sinh", inverse="asinh", latex=r"\sinh"),
    Function(name="cosh", aliases=("ch",), derivative="sinh(u)", numpy="numpy.cosh", inverse="acosh", latex=r"\cosh"),
    Function(
        name="tanh", aliases=("th",), derivative="1 - tanh(u)**2", numpy="numpy.tanh", inverse="atanh",
        latex=r"\tanh",
    ),
    Function(
        name="coth", derivative="-csch(u)**2", formula="cosh(u)/sinh(u)", domain="u != 0", inverse="acoth",
        latex=r"\coth",
    ),
    Function(name="sech", derivative="-sech(u)*tanh(u)", formula="1/cosh(u)"),
    Function(name="csch", derivative="-csch(u)*coth(u)", formula="1/sinh(u)", domain="u != 0"),
    Function(
        name="asinh", aliases=("arsinh", "arcsinh"), derivative="1/sqrt(u**2 + 1)", numpy="numpy.arcsinh",
        inverse="sinh",
    ),
    Function(
        name="acosh", aliases=("arcosh", "arccosh"), derivative="1/sqrt(u**2 - 1)", numpy="numpy.arccosh",
        domain="u >= 1", slope_domain="u > 1", inverse="cosh",
    ),
    Function(
        name="atanh", aliases=("artanh", "arctanh"), derivative="1/(1 - u**2)", numpy="numpy.arctanh",
        domain="abs(u) < 1", inverse="tanh",
    ),
    Function(
        name="acoth", aliases=("arcoth", "arccoth"), derivative="1/(1 - u**2)", formula="atanh(1/u)",
        domain="abs(u) > 1", inverse="coth",
    ),
    # special functions
    Function(name="erf", derivative="2/sqrt(pi)*exp(-u**2)", numpy="scipy.special.erf", inverse="erfinv"),
    Function(name="erfc", derivative="-2/sqrt(pi)*exp(-u**2)", formula="1 - erf(u)", numpy="scipy.special.erfc"),
    Function(
        name="erfinv", derivative="sqrt(pi)/2*exp(erfinv(u)**2)", numpy="scipy.special.erfinv", domain="abs(u) < 1",
        inverse="erf",
    ),
    Function(
        name="lambertw", aliases=("LambertW", "productlog"), derivative="lambertw(u)/(u*(1 + lambertw(u)))",
        numpy="ogive.expressions.compiler.real_lambertw", domain="u > -exp(-1)", slope_domain="u != 0",
    ),
)  # fmt: skip

ELEMENTARY: Final = Functions(_ROWS)
"""The elementary functions, without the shapes."""
