"""What the commands share: arguments that are shapes and numbers, and which exceptions are a user's mistake."""

from __future__ import annotations

import errno
import math
import re
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ogive._optional import MissingExtraError
from ogive._sinks import shown
from ogive.shape import Shape, UnknownShapeError
from ogive.shapes import shapes
from ogive.tables.numbers import parse_number

if TYPE_CHECKING:
    from collections.abc import Sequence

if TYPE_CHECKING:  # older releases of click have a type that takes no parameter
    NumberBase = click.ParamType[float]
    ShapeBase = click.ParamType[Shape]
    TextBase = click.ParamType[str]
else:
    NumberBase = ShapeBase = TextBase = click.ParamType

__all__ = [
    "MINUS",
    "SHAPE",
    "NumberType",
    "TextBase",
    "UserMistake",
    "good",
    "own_shape",
    "parse_number",
    "shield_negative_numbers",
    "warn",
]

MINUS = "\N{MINUS SIGN}"

_NEGATIVE = re.compile(r"-(\d|\.\d|inf)", re.IGNORECASE)


def shield_negative_numbers(arguments: Sequence[str]) -> list[str]:
    """Write the hyphen of negative numbers as a minus sign, or the parser would take ``-1`` for an option."""
    return [MINUS + argument[1:] if _NEGATIVE.match(argument) else argument for argument in arguments]


class NumberType(NumberBase):
    """A number on the command line."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Turn the text into a number, or say that it is none."""
        try:
            return value if isinstance(value, float) else parse_number(value)
        except ValueError:
            self.fail(f"{value!r} is not a number.", param, ctx)


_NAMED = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)(.*)", re.DOTALL)
_DOMAIN = re.compile(r"(?:(\S+)\s*<)?\s*[^\W\d]\w*\s*(?:([<>])\s*(\S+))?")


def own_shape(text: str) -> Shape | None:
    """Make a shape of ``"name = formula"`` or ``"formula for low < z < high"``; None for text that is neither.

    Raises
    ------
    ValueError
        If the formula makes no shape.
    """
    formula, limited, where = text.partition(" for ")
    named = _NAMED.fullmatch(formula)
    if not (named or limited):
        return None
    name, formula = (named[1], named[2]) if named else ("f", formula)
    return _of_formula(name, formula.strip(), _domain(where) if limited else None)


def _of_formula(name: str, formula: str, domain: tuple[float, float] | None) -> Shape:
    try:
        return Shape.from_formula(name, formula, **({"domain": domain} if domain else {}))  # type: ignore[arg-type]
    except ValueError as error:
        hint = f"say where it is, as in '{formula} for z > 0' or '{formula} for 0 < z < 1'"
        raise ValueError(str(error).replace("give domain=(low, high)", hint)) from None


def _domain(text: str) -> tuple[float, float]:
    """Read ``z > 0``, ``z < 1`` or ``0 < z < 1``."""
    found = _DOMAIN.fullmatch(text.strip())
    if found and not (found[1] and found[2] == ">"):
        low = end = None
        try:
            low, end = (parse_number(each) if each else None for each in (found[1], found[3]))
        except ValueError:
            found = None
        if found and found[2] == ">":
            low, end = end, None
        if found:
            return -math.inf if low is None else low, math.inf if end is None else end
    raise ValueError(f"after 'for' comes an interval such as 'z > 0' or '0 < z < 1', not {text.strip()!r}")


class ShapeType(ShapeBase):
    """A shape on the command line: its name or alias, or a formula such as ``"hill2 = z^2/(1 + z^2) for z > 0"``."""

    name = "shape"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Shape:
        """Find the shape, or make it of its formula, or suggest the name that was probably meant."""
        try:
            if isinstance(value, Shape) or value in shapes:
                return value if isinstance(value, Shape) else shapes[value]
            own = own_shape(value)
            if own is None and not value.strip().isidentifier():
                own = _of_formula("f", value.strip(), None)
            return shapes[value] if own is None else own
        except ValueError as error:
            self.fail(str(error), param, ctx)
        except UnknownShapeError as error:
            self.fail(str(error), param, ctx)


SHAPE = ShapeType()


_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


class UserMistake:
    """Which exceptions are answered with one line: what was asked cannot be done, and the message says why."""

    kinds = (MissingExtraError, UnknownShapeError, OSError)

    @staticmethod
    def sentence(error: BaseException) -> str:
        """Say in one line what is wrong."""
        return shown(UserMistake._sentence(error), keep="\n")

    @staticmethod
    def _sentence(error: BaseException) -> str:
        if isinstance(error, OSError) and error.strerror:
            # every file that is written names itself; only the stream that a shell has sent to a full disk does not
            where = "standard output" if error.errno in _FULL and not error.filename else error.filename
            return f"{where}: {error.strerror}" if where else error.strerror
        return str(error)


def good(text: str) -> str:
    """Mark text as good news, on terminals that show colours."""
    return click.style(text, fg="green")


def warn(text: str) -> str:
    """Mark text as bad news, on terminals that show colours."""
    return click.style(text, fg="red", bold=True)


def fail(message: str) -> NoReturn:
    """Stop: the command cannot be carried out as given."""
    raise click.UsageError(message, click.get_current_context(silent=True))
