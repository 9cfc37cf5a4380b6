r"""Text to tree: a Pratt parser for what people type, ``1/(1+e^-z)``, ``sin^2 x``, ``\\frac{1}{1+e^{-z}}``.

Nothing is ever evaluated, and nothing is rewritten: ``x^-1`` and ``1/x`` give different trees. The rules that are
not obvious:

- ``e`` is Euler's number and ``i`` an ordinary symbol; list ``e`` in `names` to use it as a symbol.
- A product may be written without a sign, and then binds as ``*`` does: ``1/2x`` is ``(1/2)*x``.
- A letter before a parenthesis multiplies, ``a(1-a)``; a known function, or a longer word, is called.
- A function without parentheses takes the product of numbers and letters that follows: ``sin 2x cos x`` is a product.
- ``sin^2 x`` is the square of the sine, ``sin^-1 x`` its inverse function.
- ``2e-3`` without spaces is the number 0.002.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, final

from ogive.expressions.errors import ExpressionError, nearest
from ogive.expressions.functions import ELEMENTARY, Function, Functions
from ogive.expressions.lexer import ADVICE, Token, likeness, ordinary, tokens
from ogive.expressions.tree import (
    Call,
    Conditional,
    Constant,
    Derivative,
    Limit,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Symbol,
    children,
    depth,
    integer,
    number,
)

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["DEFAULT_LIMITS", "Limits", "parse", "spelled_out"]


@final
@dataclass(frozen=True, slots=True)
class Limits:
    """How much input is read before it is refused; the defaults are far above what a person types.

    Attributes
    ----------
    length
        Characters.
    depth
        Parentheses within parentheses, and levels of the tree.
    exponent
        Size of a number in an exponent.
    digits
        Digits of a number.
    """

    length: int = 10_000
    depth: int = 60
    exponent: int = 1000
    digits: int = 400


DEFAULT_LIMITS: Final = Limits()


def parse(
    text: str,
    *,
    functions: Functions = ELEMENTARY,
    names: Collection[str] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> Node:
    """Read an expression, an equation or an inequality.

    Parameters
    ----------
    text
        What was typed, in the notation of a calculator, of Python, or of LaTeX.
    functions
        The functions that may be called; `ogive.expressions.with_shapes` adds the shapes.
    names
        Names that are symbols here whatever else they mean: ``("e",)``, or the parameters of a model.
    limits
        How much is read before it is refused.

    Raises
    ------
    ExpressionError
        If the text is not an expression. The message points at the place and says what to write instead.
    """
    if not isinstance(text, str):
        raise TypeError(f"an expression is text such as '1/(1+exp(-z))', not {type(text).__name__}")
    if len(text) > limits.length:
        problem = f"the expression is {len(text):,} characters long; at most {limits.length:,} are read"
        raise ExpressionError(problem, text, limits.length)
    return _Parser(ordinary(text), functions, frozenset(map(ordinary, names)), limits).whole()


# Binding powers: what binds more tightly is read first. Between two of them, the left one wins, except for powers.
_RELATION, _SUM, _PRODUCT, _POWER = 10, 20, 30, 40

_GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "θ": "theta", "κ": "kappa", "λ": "lambda",
    "μ": "mu", "ν": "nu", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "Φ": "Phi", "ω": "omega",
}  # fmt: skip
_CONSTANTS: Final = {"e": "e", "pi": "pi"}
_RELATIONS: Final = frozenset({"=", "<", "<=", ">", ">=", "!="})
_CLOSING: Final = {"(": ")", "{": "}"}
_SPECIAL: Final = {"if": 3, "diff": 2, "limit": 3}  # names with a form of their own, and how many parts they take


@final
class _Parser:
    def __init__(self, text: str, functions: Functions, names: frozenset[str], limits: Limits) -> None:
        self.text, self.functions, self.names, self.limits = text, functions, names, limits
        self.tokens = tokens(text)
        self.at = 0
        self.nesting = 0
        self.bars = 0  # absolute values that are open

    # ---- Tokens ----

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def advance(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def sees(self, *marks: str) -> bool:
        return self.token.kind == "operator" and self.token.text in marks

    def expect(self, mark: str, opened: Token) -> None:
        if self.sees(mark):
            self.advance()
            return
        if self.token.kind == "end":
            raise self.error(f"{opened.text!r} is never closed", opened, f"add {mark!r}")
        raise self.error(f"expected {mark!r} before {self.token.text!r}", self.token)

    def error(self, problem: str, token: Token, hint: str = "") -> ExpressionError:
        return ExpressionError(problem, self.text, token.position, hint)

    # ---- The whole ----

    def whole(self) -> Node:
        if self.token.kind == "end":
            raise self.error("there is no expression", self.token, "write one, such as 1/(1+exp(-z))")
        self.refuse_lookalikes()
        tree = self.expression(0)
        if self.token.kind != "end":
            raise self.error(f"{self.token.text!r} does not belong here", self.token, self.leftover())
        levels = depth(tree)
        if levels > self.limits.depth:
            raise self.error(
                f"the expression is {levels} levels deep; at most {self.limits.depth} are read", self.tokens[0]
            )
        return tree

    def refuse_lookalikes(self) -> None:
        """Refuse two names that a reader cannot tell apart: one with a Cyrillic letter, say."""
        seen = {likeness(name): name for name in (*self.functions.names, *_CONSTANTS, *self.names)}
        for token in self.tokens:
            if token.kind != "name":
                continue
            other = seen.setdefault(likeness(token.text), token.text)
            if other != token.text:
                strange, plain = sorted((token.text, other), key=str.isascii)
                raise self.error(
                    f"{strange!r} ({_spelled(strange)}) looks like {plain!r}, which is another name",
                    token,
                    "write both in the same letters, or one that looks different",
                )

    def leftover(self) -> str:
        if self.sees(")", "}"):
            return "there are more closing than opening parentheses"
        return "write one expression; parts are joined by + - * / ^"

    # ---- Pratt's loop ----

    def expression(self, power: int) -> Node:
        """Read an operand, then every operator that binds more tightly than the place it stands in."""
        self.nesting += 1
        if self.nesting > self.limits.depth:
            raise self.error(f"the expression is nested more than {self.limits.depth} levels deep", self.token)
        left = self.prefix(power)
        grows = False  # whether `left` is a sum or product of this very loop, without parentheses of its own
        while (binding := self.binding()) > power:
            left, grows = self.infix(left, binding, grows), True
        self.nesting -= 1
        return left

    def binding(self) -> int:
        token = self.token
        if token.kind == "operator":
            if token.text in _RELATIONS:
                return _RELATION
            if token.text in "+-":
                return _SUM
            if token.text in "*/" or self.starts_factor():
                return _PRODUCT
            return _POWER + 1 if token.text == "^" else 0
        if token.kind == "raised":
            return _POWER + 1
        return 0 if token.kind == "end" else _PRODUCT

    def starts_factor(self) -> bool:
        return self.sees("(", "{", "√") or (self.sees("|") and not self.bars)

    def infix(self, left: Node, binding: int, grows: bool) -> Node:
        token = self.token
        if token.kind == "raised":
            self.advance()
            return self.raise_to(left, integer(int(token.text)), token)
        if binding == _PRODUCT:
            return self.product(left, grows)
        self.advance()
        if token.text == "^":
            return self.raise_to(left, self.expression(_POWER), token)
        if binding == _SUM:
            term = self.expression(_SUM)
            term = Negative(term) if token.text == "-" else term
            return Sum((*left.terms, term)) if grows and isinstance(left, Sum) else Sum((left, term))
        if isinstance(left, Relation):
            raise self.error("one relation at a time", token)
        return Relation(token.text, left, self.expression(_RELATION))

    def product(self, left: Node, grows: bool) -> Node:
        token = self.token
        if self.sees("*", "/"):
            self.advance()
        elif token.kind == "number":
            raise self.error(
                f"the number {token.text} stands where an operator should", token, f"write *{token.text}"
            )
        elif self.crowded():
            raise self.error(
                "two names stand side by side", token, f"write {self.tokens[self.at - 1].text}*{token.text}"
            )
        right = self.expression(_PRODUCT)
        if token.text == "/" and token.kind == "operator":
            return Quotient(left, right)
        return Product((*left.factors, right)) if grows and isinstance(left, Product) else Product((left, right))

    def crowded(self) -> bool:
        """Tell whether two words of several letters stand side by side: prose or code, hardly a product."""
        last, token = self.tokens[self.at - 1], self.token
        unknown = [len(t.text) > 1 and t.kind == "name" and self.meaning(t.text) is None for t in (last, token)]
        return all(unknown)

    def raise_to(self, base: Node, exponent: Node, token: Token) -> Node:
        if _too_large(exponent, self.limits.exponent):
            hint = f"numbers in exponents go up to {self.limits.exponent:,}"
            raise self.error("the exponent is too large", token, hint)
        return Power(base, exponent)

    # ---- Operands ----

    def prefix(self, power: int) -> Node:
        token = self.advance()
        match token.kind:
            case "number":
                return self.digits(token)
            case "name":
                return self.name(token)
            case "fraction":
                return self.latex(token)
            case "operator":
                return self.mark(token, power)
        self.at -= 1
        last = self.tokens[self.at - 1] if self.at else token
        if token.kind == "end":
            raise self.error(
                f"something is missing after {last.text!r}", token, f"write an operand after {last.text!r}"
            )
        raise self.error(f"{token.text!r} has nothing to stand on", token)

    def mark(self, token: Token, power: int) -> Node:
        if token.text == "-":
            return Negative(self.expression(max(power, _SUM)))
        if token.text == "+":
            return self.expression(max(power, _SUM))
        if token.text in _CLOSING:
            return self.group(token)
        if token.text == "|":
            return self.absolute(token)
        if token.text == "√":
            return Call("sqrt", (self.expression(_POWER),))
        if token.text in ("_", "'"):
            raise self.error(f"the character {token.text!r} has no meaning here", token, ADVICE)
        before = "there is nothing before" if self.at == 1 else "an operand is missing before"
        raise self.error(f"{before} {token.text!r}", token)

    def digits(self, token: Token) -> Node:
        mantissa, _, exponent = token.text.lower().partition("e")
        if len(mantissa) > self.limits.digits or abs(int(exponent or 0)) > self.limits.digits:
            raise self.error(f"the number has too many digits; at most {self.limits.digits} are read", token)
        return Number(Fraction(token.text))

    def group(self, opened: Token) -> Node:
        bars, self.bars = self.bars, 0
        inner = self.expression(0)
        self.expect(_CLOSING[opened.text], opened)
        self.bars = bars
        return inner

    def absolute(self, opened: Token) -> Node:
        self.bars += 1
        inner = self.expression(0)
        self.expect("|", opened)
        self.bars -= 1
        return Call("abs", (inner,))

    def latex(self, token: Token) -> Node:
        r"""Read ``\\frac{a}{b}`` or ``\\sqrt[n]{a}``."""
        if token.text != "sqrt":
            return Quotient(self.braced(token), self.braced(token))
        root = self.group(self.advance()) if self.sees("(") and self.text[self.token.position] == "[" else None
        radicand = self.braced(token)
        return Call("sqrt", (radicand,)) if root is None else Power(radicand, Quotient(integer(1), root))

    def braced(self, command: Token) -> Node:
        if self.sees("{"):
            return self.group(self.advance())
        if command.text == "sqrt" and self.sees("("):
            return self.group(self.advance())
        if self.token.kind == "number" and len(self.token.text) == 1:
            return self.digits(self.advance())
        raise self.error(f"\\{command.text} needs an operand in braces", self.token, f"write \\{command.text}{{...}}")

    # ---- Names ----

    def meaning(self, word: str, *, called: bool = False) -> Node | Function | None:
        """Return what a name stands for, or None for a word that nothing is known by."""
        plain = spelled_out(word)
        if word in self.names or plain in self.names:
            return Symbol(plain)
        if word in self.functions and (called or plain not in _GREEK.values()):
            return self.functions[word]
        if plain in _CONSTANTS:
            return Constant(plain)
        return Symbol(plain) if len(plain) == 1 or plain in _GREEK.values() or "_" in plain else None

    def name(self, token: Token) -> Node:
        called = self.sees("(", "'")
        if token.text in _SPECIAL and token.text not in self.names and called:
            return self.special(token)
        meaning = self.meaning(token.text, called=called)
        if isinstance(meaning, Function):
            return self.function(meaning, token)
        if meaning is not None:
            return meaning
        if called and not self.token.spaced:
            raise self.unknown(token)
        if hint := self.glued(token.text):
            raise self.error(f"the name {token.text!r} is not known", token, hint)
        return Symbol(token.text)

    def unknown(self, token: Token) -> ExpressionError:
        near = nearest(token.text, [*self.functions.names, *_SPECIAL])
        hint = f"did you mean {near!r}?" if near else "for a product, write *"
        return self.error(f"there is no function {token.text!r}", token, self.glued(token.text) or hint)

    def glued(self, word: str) -> str:
        """Suggest ``sin(x)`` for ``sinx``, and ``sin(x)*cos(x)`` for ``sinxcosx``."""
        names = sorted((name for name in self.functions.names if len(name) > 1), key=len, reverse=True)
        calls: list[str] = []
        while word:
            name = next((name for name in names if word.startswith(name) and len(word) > len(name)), None)
            if name is None:
                return ""
            calls.append(f"{name}({word[len(name)]})")
            word = word[len(name) + 1 :]
        return f"did you mean {'*'.join(calls)}?"

    def special(self, token: Token) -> Node:
        if not self.sees("("):
            raise self.error(f"{token.text} takes its parts in parentheses", self.token, f"write {token.text}(...)")
        opened = self.advance()
        parts = self.arguments(opened)
        if len(parts) != _SPECIAL[token.text]:
            raise self.error(f"{token.text} takes {_SPECIAL[token.text]} parts, not {len(parts)}", token)
        first, second, *rest = parts
        if token.text == "if" and isinstance(first, Relation):
            return Conditional(first, second, *rest)
        if token.text != "if" and isinstance(second, Symbol):
            return Derivative(first, second) if token.text == "diff" else Limit(first, second, *rest)
        hint = "if(z < 0, a, b)" if token.text == "if" else "diff(f, z) or limit(f, h, 0)"
        raise self.error(f"{token.text} does not take these parts", token, f"write {hint}")

    def arguments(self, opened: Token) -> list[Node]:
        bars, self.bars = self.bars, 0
        parts = [self.expression(0)]
        while self.sees(","):
            self.advance()
            parts.append(self.expression(0))
        self.expect(_CLOSING[opened.text], opened)
        self.bars = bars
        return parts

    def function(self, row: Function, token: Token) -> Node:
        """Read what follows the name of a function: primes, a base, an exponent, and the argument."""
        primes = 0
        while self.sees("'"):
            self.advance()
            primes += 1
        base = self.subscript(row)
        exponent, row = self.exponent(row)
        if self.sees("(", "{"):
            opened = self.advance()
            parts = self.arguments(opened)
        else:
            opened, parts = token, [self.bare_argument(row, token)]
        if base is not None:
            parts.append(base)
        if len(parts) != 1 and not (row.name == "log" and len(parts) == 2):
            raise self.error(f"{row.name} takes one argument, not {len(parts)}", opened)
        call = Call(row.name, tuple(parts), primes)
        return call if exponent is None else Power(call, exponent)

    def subscript(self, row: Function) -> Node | None:
        if row.name != "log" or not self.sees("_"):
            return None
        opened = self.advance()
        return self.group(self.advance()) if self.sees("(", "{") else self.prefix_of_subscript(opened)

    def prefix_of_subscript(self, opened: Token) -> Node:
        if self.token.kind not in ("number", "name"):
            raise self.error("the base of a logarithm is a number or a name", opened, "write log_2(x) or log(x, 2)")
        return self.prefix(_POWER)

    def exponent(self, row: Function) -> tuple[Node | None, Function]:
        """Read the exponent of ``sin^2 x``; an exponent of -1 names the inverse function instead."""
        if self.token.kind == "raised":
            token = self.advance()
            exponent: Node = integer(int(token.text))
        elif self.sees("^"):
            token = self.advance()
            exponent = self.group(self.advance()) if self.sees("(", "{") else self.short_exponent()
        else:
            return None, row
        if number(exponent) == -1:
            if not row.inverse:
                raise self.error(
                    f"{row.name} has no inverse by name", token, f"write 1/{row.name}(x) for the reciprocal"
                )
            return None, self.functions[row.inverse]
        if _too_large(exponent, self.limits.exponent):
            raise self.error("the exponent is too large", token)
        return exponent, row

    def short_exponent(self) -> Node:
        if self.sees("-"):
            self.advance()
            return Negative(self.prefix(_POWER))
        return self.prefix(_POWER)

    def bare_argument(self, row: Function, token: Token) -> Node:
        """Read the argument of ``sin 2x``: a product of numbers, letters and their powers."""
        if self.token.kind == "end" or self.sees(")", "}", "*", "/", "^", ",", "+"):
            raise self.error(f"{row.name} needs an argument", token, f"write {row.name}(x)")
        first = self.expression(_PRODUCT)
        factors = [first]
        while not isinstance(first, Negative) and self.continues_argument():
            factors.append(self.expression(_PRODUCT))
        return Product(tuple(factors)) if len(factors) > 1 else first

    def continues_argument(self) -> bool:
        if self.token.kind != "name":
            return False
        return isinstance(self.meaning(self.token.text), (Symbol, Constant))


def _spelled(word: str) -> str:
    """Say which letters of a name are drawn as others."""
    drawn = [mark for mark in word if likeness(mark) != mark]
    return ", ".join(unicodedata.name(mark, f"U+{ord(mark):04X}").lower() for mark in drawn)


def spelled_out(word: str) -> str:
    """Spell a Greek letter out, with or without a subscript after it."""
    head, mark, tail = word.partition("_")
    return _GREEK.get(head, head) + mark + tail


def _too_large(exponent: Node, bound: int) -> bool:
    """Tell whether an exponent made of numbers alone is larger than the bound, without computing a large number."""
    try:
        value = _bounded(exponent, bound)
    except OverflowError:
        return True
    return value is not None and abs(value) > bound


def _bounded(node: Node, bound: int) -> Fraction | None:
    """Compute a small number; raise OverflowError when a part of it is large, return None where a name occurs."""
    if isinstance(node, Number):
        value = node.value
    else:
        parts = [_bounded(part, bound) for part in children(node)]
        if not parts or None in parts or not isinstance(node, (Sum, Product, Quotient, Power, Negative)):
            return None
        value = _combine(node, [part for part in parts if part is not None], bound)
    if abs(value) > bound:
        raise OverflowError
    return value


def _combine(node: Node, parts: list[Fraction], bound: int) -> Fraction:
    match node:
        case Sum():
            return sum(parts, Fraction(0))
        case Negative():
            return -parts[0]
        case Quotient():
            return parts[0] / parts[1] if parts[1] else Fraction(0)
        case Power():
            if parts[0] == 0 or parts[1].denominator != 1:
                return Fraction(0)
            longest = max(abs(parts[0].numerator).bit_length(), parts[0].denominator.bit_length()) - 1
            if abs(parts[1]) * longest > bound.bit_length() + 1:
                raise OverflowError  # computing it would take for ever
            return parts[0] ** parts[1].numerator
    value = Fraction(1)
    for part in parts:
        value *= part
    return value
