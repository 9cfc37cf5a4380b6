"""One exercise: its question, its exact answer, its hints, and what is said about an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, final

from ogive._sinks import html_text
from ogive.explaining.checking.equivalence import Equivalence, compare_trees
from ogive.explaining.practice.mistakes import MISTAKES, Mistake, diagnose
from ogive.explaining.records.subject import all_functions
from ogive.explaining.signs.pieces import expanded
from ogive.expressions import ExpressionError, parse, to_latex, to_mathml, to_text, to_unicode
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from ogive.explaining.records.sheet import Sentence

__all__ = ["Exercise", "Feedback"]


@final
@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said about an answer.

    Attributes
    ----------
    verdict
        ``"right"``, ``"wrong"``, ``"rounded"`` (a decimal that is only close), ``"form"`` (equal, but not in the form
        asked for), ``"unreadable"`` or ``"unknown"``.
    message
        What to say, with the way forward.
    mistake
        The name of the mistake that gives exactly this answer; empty if there is none that is known.
    """

    verdict: str
    message: str
    mistake: str = ""

    @property
    def right(self) -> bool:
        """Whether the answer is right in value and in form."""
        return self.verdict == "right"

    def __str__(self) -> str:
        return f"{self.verdict}: {self.message}"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """A question with an exact answer.

    Attributes
    ----------
    topic, level
        What it is about, and how hard it is (1 to 3).
    words
        The question as words and formulas.
    solution
        The answer as a tree.
    hints
        What helps, from a nudge to the last step before the answer.
    variable
        The variable of the answer; empty for a number.
    allowed
        The symbols that the answer may have.
    function
        For a derivative: the function that is to be differentiated.
    stands_for
        What symbols of the answer stand for, such as y for the value.
    traps
        Wrong answers of a known kind, with the name of the mistake.
    """

    topic: str
    level: int
    words: Sentence
    solution: t.Node
    hints: tuple[Sentence, ...]
    variable: str = ""
    allowed: frozenset[str] = frozenset()
    function: t.Node | None = None
    stands_for: dict[str, t.Node] = field(default_factory=dict)
    traps: tuple[tuple[str, t.Node], ...] = ()

    @property
    def question(self) -> str:
        """The question as text."""
        return "".join(x if isinstance(x, str) else to_unicode(x, all_functions()) for x in self.words)

    @property
    def answer(self) -> str:
        """The answer as text that can be typed."""
        return to_text(self.solution)

    def hint(self, number: int) -> str:
        """Return a hint, counted from 1; after the last one comes the answer."""
        if number > len(self.hints):
            return f"The answer is {self.answer}."
        words = self.hints[max(number, 1) - 1]
        return "".join(x if isinstance(x, str) else to_unicode(x, all_functions()) for x in words)

    def to_html(self) -> str:
        """Write the question as HTML with MathML."""
        return "".join(html_text(x) if isinstance(x, str) else to_mathml(x, all_functions()) for x in self.words)

    def to_markdown(self) -> str:
        """Write the question as Markdown with LaTeX."""
        return "".join(x if isinstance(x, str) else f"${to_latex(x, all_functions())}$" for x in self.words)

    def check(self, text: str) -> Feedback:
        """Look at an answer: whether it is equal to the right one, in which form, and which mistake it shows."""
        functions = all_functions()
        try:
            typed = parse(text.strip().removeprefix("="), functions=functions, names=tuple(self.allowed))
        except ExpressionError as error:
            return Feedback("unreadable", str(error))
        if isinstance(typed, t.Relation):
            typed = typed.right if typed.operator == "=" else typed
        strange = t.symbols(typed) - self.allowed - set(self.stands_for)
        if strange:
            return self._strange(typed, sorted(strange))
        found = self._compared(typed, self.solution)
        if found.answer == "equal":
            return self._in_form(typed)
        if found.answer == "unknown":
            return Feedback("unknown", f"it cannot be decided whether that is right: {found.reason}")
        mistake = self._mistake(typed)
        if mistake is not None:
            return Feedback("wrong", mistake.words, mistake.name)
        if self._is_rounded(typed):
            return Feedback("rounded", "that is close, but rounded; give the exact number, such as a fraction")
        where = ", ".join(f"{name} = {value}" for name, value in (found.witness or {}).items())
        return Feedback("wrong", f"not equal to the answer{f': they differ at {where}' if where else ''}")

    def _compared(self, typed: t.Node, right: t.Node) -> Equivalence:
        functions = all_functions()
        left = expanded(self._meant(typed), functions)
        return compare_trees(left, expanded(self._meant(right), functions), functions)

    def _meant(self, tree: t.Node) -> t.Node:
        return t.substitute(tree, self.stands_for)

    def _strange(self, typed: t.Node, strange: list[str]) -> Feedback:
        """Say what is wrong with an answer in other symbols; a known mistake may be the reason for them."""
        mistake = self._trapped(typed)
        if mistake is not None:
            return Feedback("wrong", mistake.words, mistake.name)
        return Feedback("form", self._about_symbols(strange))

    def _about_symbols(self, strange: list[str]) -> str:
        asked = ", ".join(sorted(self.allowed | set(self.stands_for))) or "numbers alone"
        return f"the answer should be in {asked}; it has {', '.join(strange)}"

    def _in_form(self, typed: t.Node) -> Feedback:
        if any(
            isinstance(node, t.Derivative) or (isinstance(node, t.Call) and node.primes) for _, node in t.walk(typed)
        ):
            return Feedback("form", "that is true, but a derivative is still to be taken")
        return Feedback("right", "right")

    def _mistake(self, typed: t.Node) -> Mistake | None:
        trapped = self._trapped(typed)
        if trapped is not None or self.function is None:
            return trapped
        return diagnose(self._meant(typed), self.function, self.variable, all_functions())

    def _trapped(self, typed: t.Node) -> Mistake | None:
        for name, wrong in self.traps:
            if self._compared(typed, wrong).answer == "equal":
                return MISTAKES[name]
        return None

    def _is_rounded(self, typed: t.Node) -> bool:
        """Tell whether a typed number is the answer to the digits that it has."""
        value, exact = t.number(typed), t.number(self.solution)
        if value is None or exact is None:
            return False
        digits = 0
        while digits < 12 and (value * 10**digits).denominator != 1:
            digits += 1
        return digits >= 2 and abs(value - exact) <= Fraction(1, 2 * 10**digits)
