"""A student's own derivation, checked line by line: the first line that does not hold, and what went wrong there.

The first line says what the function is, ``y = 1/(1+e^-z)``, or which derivative is to be taken, ``diff(e^(2z), z)``.
Every later line is what the derivative is said to be, with or without ``y' =``, ``dy/dz =`` or ``=`` before it. Lines
that are blank or begin with ``#`` are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.checking.equivalence import Equivalence, compare_trees
from ogive.explaining.practice.mistakes import Mistake, diagnose
from ogive.explaining.practice.slips import slip_between
from ogive.explaining.records.subject import all_functions
from ogive.explaining.signs.pieces import expanded
from ogive.expressions import ExpressionError, parse
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.expressions import Functions

__all__ = ["CheckedLine", "Work", "check_work"]

_MOST_LINES: Final = 200


@final
@dataclass(frozen=True, slots=True)
class CheckedLine:
    """What is known about one line.

    Attributes
    ----------
    number
        Its place in the text, from 1.
    text
        What was written.
    status
        ``"given"``, ``"right"``, ``"wrong"``, ``"follows"`` (right from the line before, which was wrong already),
        ``"unknown"`` or ``"unreadable"``.
    message
        What to say about it.
    mistake
        The name of the mistake, where it is a known one.
    """

    number: int
    text: str
    status: str
    message: str = ""
    mistake: str = ""

    def __str__(self) -> str:
        mark = {"given": " ", "right": "✓", "wrong": "✗", "follows": "~"}.get(self.status, "?")
        return f"{mark} {self.number:>3}  {self.text}" + (f"\n        {self.message}" if self.message else "")


@final
@dataclass(frozen=True, slots=True)
class Work:
    """A derivation with a verdict on every line."""

    lines: tuple[CheckedLine, ...]

    @property
    def first_error(self) -> CheckedLine | None:
        """The first line that is wrong or cannot be read."""
        return next((line for line in self.lines if line.status in ("wrong", "unreadable")), None)

    @property
    def right(self) -> bool:
        """Whether every line was found right."""
        return len(self.lines) > 1 and all(line.status in ("given", "right") for line in self.lines)

    def __str__(self) -> str:
        return self.to_text()

    def to_text(self) -> str:
        """Write the lines with their marks, and a summary."""
        error = self.first_error
        if error is not None:
            summary = f"The first line that does not hold is line {error.number}."
        elif self.right:
            summary = "Every line holds."
        else:
            summary = "No line is wrong, but not every line could be decided."
        return "\n".join([*map(str, self.lines), "", summary]) + "\n"


def check_work(lines: str | Sequence[str], *, var: str | None = None) -> Work:
    r"""Check a derivation line by line, and name the mistake in the first line that does not hold.

    Parameters
    ----------
    lines
        The lines, or one text of several lines. The first says what the function or the derivative is.
    var
        The variable, if it is not clear which symbol it is.

    Raises
    ------
    ValueError
        If the first line cannot be read, or there are more than 200.

    Examples
    --------
    >>> import ogive as og
    >>> work = og.check_work("y = e^(-2z)\ny' = e^(-2z) * 2\n= 2e^(-2z)")
    >>> [line.status for line in work.lines]
    ['given', 'wrong', 'follows']
    >>> work.first_error.mistake
    'sign-lost'
    """
    texts = lines.splitlines() if isinstance(lines, str) else list(lines)
    if len(texts) > _MOST_LINES:
        raise ValueError(f"{len(texts)} lines are too many; at most {_MOST_LINES} are checked")
    kept = [(number, text.strip()) for number, text in enumerate(texts, start=1)]
    kept = [(number, text) for number, text in kept if text and not text.startswith("#")]
    if not kept:
        raise ValueError("there is no line to check; the first says what the function is, such as y = 1/(1+e^-z)")
    checker = _Checker.starting_with(kept[0][1], var)
    found = [CheckedLine(kept[0][0], kept[0][1], "given")]
    found += [checker.line(number, text) for number, text in kept[1:]]
    return Work(tuple(found))


_NAME: Final = r"[A-Za-zα-ωΑ-Ω]\w*"
_LABEL: Final = re.compile(rf"^({_NAME})\s*(?:\(\s*{_NAME}\s*\))?\s*=(?!=)")
_SLOPE: Final = re.compile(rf"^(?:{_NAME}\s*(?:'|′)\s*(?:\(\s*{_NAME}\s*\))?|d\s*{_NAME}\s*/\s*d\s*{_NAME})\s*=(?!=)")


@final
class _Checker:
    def __init__(self, function: t.Node, name: str, label: str, functions: Functions) -> None:
        self.function, self.name, self.label, self.functions = function, name, label, functions
        self.target: t.Node = t.Derivative(function, t.Symbol(name))
        self.previous: t.Node = self.target
        self.lost = False  # whether a line before was wrong

    @classmethod
    def starting_with(cls, text: str, var: str | None) -> _Checker:
        functions = all_functions()
        label = _LABEL.match(text)
        body = text[label.end() :] if label else text
        tree = parse(body, functions=functions, names=(var,) if var else ())
        if isinstance(tree, t.Relation):
            raise ValueError(f"the first line says what the function is, such as y = 1/(1+e^-z), not {text!r}")  # noqa: TRY004 - the text is at fault
        if isinstance(tree, t.Derivative):
            return cls(tree.body, tree.variable.name, label[1] if label else "", functions)
        return cls(tree, var or _variable(tree), label[1] if label else "y", functions)

    def line(self, number: int, text: str) -> CheckedLine:
        """Check one line against the derivative, and against the line before."""
        try:
            tree = self.read(text)
        except (ExpressionError, ValueError) as error:
            return CheckedLine(number, text, "unreadable", str(error))
        found = self.compared(tree, self.target)
        checked = CheckedLine(number, text, "right")
        if found.answer == "unknown":
            checked = replace(checked, status="unknown", message=f"it cannot be decided: {found.reason}")
        elif found.answer == "different":
            checked = self.wrong(checked, tree, found)
        self.previous = tree
        return checked

    def read(self, text: str) -> t.Node:
        """Read what is on the right of the last sign of equality."""
        match = _SLOPE.match(text)
        body = text[match.end() :] if match else text.removeprefix("=")
        parts = body.split("=")
        trees = [parse(part, functions=self.functions) for part in parts if part.strip()]
        if not trees:
            raise ValueError("there is nothing after the sign of equality")
        for left, right in pairwise(trees):
            if self.compared(left, right).answer == "different":
                raise ValueError("the two sides of an equation on this line are not equal")
        if isinstance(trees[-1], t.Relation):
            raise ValueError("an inequality is not a derivative")  # noqa: TRY004 - the text is at fault
        return trees[-1]

    def meant(self, tree: t.Node) -> t.Node:
        """Put the function in the place of its label."""
        if self.label and self.label != self.name:
            tree = t.substitute(tree, {self.label: self.function})
        return expanded(tree, self.functions)

    def compared(self, left: t.Node, right: t.Node) -> Equivalence:
        return compare_trees(self.meant(left), self.meant(right), self.functions)

    def wrong(self, line: CheckedLine, tree: t.Node, found: Equivalence) -> CheckedLine:
        if self.lost and self.compared(tree, self.previous).answer == "equal":
            message = "this follows from the line before, which is wrong already"
            return replace(line, status="follows", message=message)
        first, self.lost = not self.lost, True
        mistake = self.named(tree, first=first)
        if mistake is not None:
            return replace(line, status="wrong", message=mistake.words, mistake=mistake.name)
        return replace(line, status="wrong", message=f"this is not the derivative: {found.reason}")

    def named(self, tree: t.Node, *, first: bool) -> Mistake | None:
        """Name a mistake in differentiating, or a slip in the algebra since the line before."""
        if first and self.previous != self.target:
            slip = slip_between(self.meant(self.previous), self.meant(tree), self.functions)
            if slip is not None:
                return slip
        if first:
            return diagnose(self.meant(tree), self.function, self.name, self.functions)
        return slip_between(self.meant(self.previous), self.meant(tree), self.functions)


def _variable(tree: t.Node) -> str:
    from ogive.explaining.records.subject import read_subject

    return read_subject(tree).variable
