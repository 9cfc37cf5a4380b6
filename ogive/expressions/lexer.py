"""Characters to tokens, for what people type and for common LaTeX alike."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, final

from ogive.expressions.errors import ExpressionError

__all__ = ["ADVICE", "Token", "likeness", "ordinary", "tokens"]

ADVICE: Final = "an expression is made of numbers, names, + - * / ^, parentheses and |x|"


@final
@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression: its kind, its text, where it starts, and whether a space stands before it."""

    kind: str
    text: str
    position: int
    spaced: bool = False


_NUMBER: Final = r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
_LETTER: Final = r"[^\W\d_⁰¹²³⁴⁵⁶⁷⁸⁹]"
_NAME: Final = rf"(?P<name>log(?=_)|(?:log1p|log10|log2|expm1)(?!\w)|{_LETTER}+(?:_(?:\w+|\{{\w+\}}))?)"
_COMMAND: Final = r"(?P<command>\\(?:[A-Za-z]+|[,;:! ]))"
_RAISED: Final = r"(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
_OPERATOR: Final = r"(?P<operator>\*\*|<=|>=|==|!=|[-+*/^=<>(){}\[\]|,'_√])"
_TOKEN: Final = re.compile("|".join((_NUMBER, _NAME, _COMMAND, _RAISED, _OPERATOR)))
_SPACE: Final = re.compile(r"\s*")

_SAME: Final = {
    "**": "^", "·": "*", "×": "*", "∙": "*", "⋅": "*", "÷": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "!=",
    "==": "=", "′": "'", "’": "'", "[": "(", "]": ")",
}  # fmt: skip
_ODD: Final = "".join(mark for mark in _SAME if not mark.isascii())
_ORDINARY: Final = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")

# What LaTeX commands stand for; a command that is not here is the name of a function, a Greek letter, or unknown.
_COMMANDS: Final = {
    "cdot": "*", "times": "*", "div": "/", "le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "ne": "!=",
    "lvert": "|", "rvert": "|", "vert": "|", "lbrace": "(", "rbrace": ")", "lbrack": "(", "rbrack": ")",
}  # fmt: skip
_SILENT: Final = frozenset({"left", "right", "big", "Big", "bigl", "bigr", "quad", "qquad", "displaystyle", "limits"})
_WORDS: Final = frozenset({"operatorname", "mathrm", "text", "mathit", "mathbf", "mathop", "mathsf"})
_FRACTIONS: Final = frozenset({"frac", "dfrac", "tfrac", "sqrt"})
_NAMED: Final = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "varepsilon": "epsilon", "varphi": "phi"}
_BRACED: Final = re.compile(r"\s*\{\s*([^\W\d_]+)\s*\}")


_WRITTEN: Final = re.compile(rf"(?:{_LETTER}|[\u0300-\u036f])+")
_LOWERED: Final = re.compile(r"(?<=[^\W\d_])[₀-₉]+")

# Letters of other alphabets that are drawn as Latin ones. Greek letters that fonts draw apart (α and a, ν and v, ρ
# and p) are not among them: people use both in one formula.
_DRAWN_ALIKE: Final = str.maketrans(
    "аАВсСеЕһНіІјЈкКӏӀМоОрРԛԚѕЅТуУҮѵѴԝԜхХ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϳ" + "օՕսհ",
    "aABcCeEhHiIjJkKllMoOpPqQsSTyYYvVwWxX" + "ABEZHIKMNOPTYXoj" + "oOuh",
)


def ordinary(text: str) -> str:
    """Write every name in one way, however it was typed: Unicode's NFKC, and ``x_1`` for ``x₁``.

    The micro sign becomes a mu, a letter of mathematical italics an ordinary one, and a letter with its accent behind
    it one letter. Raised digits stay: they are exponents.
    """
    if text.isascii():
        return text
    text = _LOWERED.sub(lambda found: "_" + unicodedata.normalize("NFKC", found.group()), text)
    return _WRITTEN.sub(lambda found: _letters(found.group()), text)


def _letters(word: str) -> str:
    if not all(mark.isalpha() or unicodedata.combining(mark) for mark in word):  # a half, a number in a circle
        return word
    return unicodedata.normalize("NFKC", word)


def likeness(name: str) -> str:
    """Return how a name looks: names that look alike have the same."""
    return name.translate(_DRAWN_ALIKE)


def tokens(text: str) -> list[Token]:
    """Split an expression into tokens, the last of which marks the end.

    Raises
    ------
    ExpressionError
        At the first character that no expression contains.
    """
    found: list[Token] = []
    position = _skip(text, 0)
    while position < len(text):
        token, end = _next(text, position)
        if token is not None:
            spaced = bool(found) and text[position - 1].isspace()
            found.append(Token(token.kind, token.text, token.position, spaced))
        position = _skip(text, end)
    return [*found, Token("end", "", len(text))]


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _next(text: str, position: int) -> tuple[Token | None, int]:
    if text[position] in _ODD:
        return Token("operator", _SAME[text[position]], position), position + 1
    match = _TOKEN.match(text, position)
    if match is None:
        raise ExpressionError(f"the character {text[position]!r} has no meaning here", text, position, ADVICE)
    kind, word = match.lastgroup or "", match.group()
    if kind == "command":
        return _command(text, word[1:], position, match.end())
    if kind == "raised":
        return Token("raised", word.translate(_ORDINARY), position), match.end()
    if kind == "name":
        word = word.replace("{", "").replace("}", "")
        if not all(mark.isalpha() or mark.isdecimal() for mark in word.partition("_")[0]):
            raise ExpressionError(f"the character {text[position]!r} has no meaning here", text, position, ADVICE)
    return Token(kind, _SAME.get(word, word), position), match.end()


def _command(text: str, name: str, position: int, end: int) -> tuple[Token | None, int]:
    """Read one LaTeX command: a space, a mark, a word in braces, or the name of something."""
    if name in _SILENT or not name.isalpha():
        return None, end
    if name in _COMMANDS:
        return Token("operator", _COMMANDS[name], position), end
    if name in _WORDS:
        braced = _BRACED.match(text, end)
        if braced is None:
            raise ExpressionError(f"\\{name} needs a name in braces", text, end, f"write \\{name}{{sech}}")
        return Token("name", braced.group(1), position), braced.end()
    kind = "fraction" if name in _FRACTIONS else "name"
    return Token(kind, _NAMED.get(name, name), position), end
