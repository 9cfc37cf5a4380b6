"""Arithmetic of normal forms: fractions of polynomials over generators, with the relations between the generators.

The generators are few kinds: symbols, ``e^m`` for each independent monomial m (circular functions use ``e^(i m)``),
logarithms, roots, absolute values, and the functions that have no simpler form (atan, erf, ...). Two forms can be
compared only if the same ring made them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Final

from ogive.explaining.exact import polynomials as p
from ogive.explaining.exact.effort import Budget
from ogive.explaining.exact.polynomials import ONE, ZERO, Monomial, Quotient, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Generator", "NoFormError", "Ring"]


class NoFormError(ValueError):
    """An expression that has no normal form here; whether it equals another is unknown."""


@dataclass(frozen=True, slots=True)
class Generator:
    """What a generator stands for: its kind and, unless it is a symbol, its argument."""

    kind: str
    argument: Quotient
    name: str = ""


_I, _PI = 0, 1  # the first two generators of every ring
_ODD: Final = frozenset({"atan", "asin", "erf", "erfinv"})
_OPAQUE: Final = frozenset({"atan", "asin", "acos", "erf", "erfinv", "lambertw"})
_TURNS: Final[dict[tuple[str, Fraction | None], Fraction]] = {  # what these are at these numbers, in parts of pi
    (kind, Fraction(sign * at, 2)): Fraction(sign, parts)
    for kind, at, parts in (("atan", 2, 4), ("asin", 2, 2), ("asin", 1, 6))
    for sign in (1, -1)
}
_MAX_PRIME: Final = 1000  # numbers with larger prime factors stay whole under roots and logarithms


class Ring:
    """The generators of one question, and arithmetic with them.

    Parameters
    ----------
    budget
        How much work may be done, in products of terms.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = Budget() if budget is None else budget
        self.generators = [Generator("i", ONE), Generator("symbol", ONE, "pi")]
        self.slopes: dict[tuple[int, int], Quotient] = {}  # of generators, by what they were differentiated by
        self._symbols = {"pi": _PI}
        self._of_kind: dict[str, list[int]] = {}

    def symbol(self, name: str) -> int:
        """Return the number of the generator that stands for a symbol."""
        if name not in self._symbols:
            self._symbols[name] = len(self.generators)
            self.generators.append(Generator("symbol", ONE, name))
        return self._symbols[name]

    # ---- Arithmetic with the relations between generators ----

    def plus(self, a: Quotient, b: Quotient) -> Quotient:
        """Add; what the two denominators do not share is multiplied out, and that is what it costs."""
        mine, yours = dict(a.bottom), dict(b.bottom)
        for form, own, other in ((a, mine, yours), (b, yours, mine)):
            lacking = prod(len(factor) ** max(0, power - own.get(factor, 0)) for factor, power in other.items())
            self.budget.spend(len(form.top) * min(lacking, p.MAX_TERMS))
        return a + b

    def times(self, a: Quotient, b: Quotient) -> Quotient:
        """Multiply, then use i² = -1, |u|² = u² and r^n = u for roots."""
        self.budget.spend(len(a.top) * len(b.top) * (1 + len(a.bottom) + len(b.bottom)))
        return self.reduced(a * b)

    def invert(self, a: Quotient) -> Quotient:
        """Return one over a form; ZeroDivisionError for the form zero."""
        return self.reduced(a.inverse())

    def whole_power(self, a: Quotient, exponent: int) -> Quotient:
        """Raise a form to a whole power, which may be negative."""
        if a.term() is None and abs(exponent) > 60:
            raise TooLargeError
        if a.term() is not None:
            return self.reduced(a**exponent)
        result = ONE
        base = a if exponent >= 0 else self.invert(a)
        for _ in range(abs(exponent)):
            result = self.times(result, base)
        return result

    def reduced(self, a: Quotient) -> Quotient:
        """Rewrite powers of i, of absolute values and of roots that the relations make superfluous."""
        if not any(self._superfluous(at, power) for term in a.top for at, power in term):
            return a
        total = ZERO
        for term, value in a.top.items():
            total = total + self._reduced_term(term, value)
        rest = Quotient({(): Fraction(1)}, a.bottom)
        return self.reduced(total * rest)

    def _superfluous(self, at: int, power: p.Exponent) -> bool:
        kind = self.generators[at].kind
        if kind in ("i", "abs"):
            return power not in (0, 1)
        return kind == "root" and not 0 < power < 1

    def _reduced_term(self, term: Monomial, value: Fraction) -> Quotient:
        kept, total = [], p.constant(value)
        for at, power in term:
            if not self._superfluous(at, power):
                kept.append((at, power))
                continue
            whole, rest = self._split(at, power)
            total = total * whole
            if rest:
                kept.append((at, rest))
        return total * p.monomial(tuple(kept))

    def _split(self, at: int, power: p.Exponent) -> tuple[Quotient, p.Exponent]:
        """Split a power of a generator into a value without it and an exponent that stays."""
        made = self.generators[at]
        if made.kind == "i":
            return p.constant((-1) ** (int(power) // 2)), int(power) % 2
        if made.kind == "abs":
            return made.argument ** (int(power) // 2 * 2), int(power) % 2
        whole = power.numerator // power.denominator
        return made.argument**whole, power - whole

    # ---- Functions ----

    def power(self, base: Quotient, exponent: Quotient) -> Quotient:
        """Raise a form to any power: whole, fractional, or an expression."""
        value = exponent.number()
        if value is None:
            return self.exp(self.times(exponent, self.log(base)))
        if value.denominator == 1:
            return self.whole_power(base, value.numerator)
        return self.root(base, value)

    def exp(self, exponent: Quotient) -> Quotient:
        """Write e^(a + b + ...) as a product of one power per independent term."""
        total = ONE
        for term, value in exponent.top.items():
            total = self.times(total, self._exp_of_term(Quotient({term: Fraction(1)}, exponent.bottom), value))
        return total

    def _exp_of_term(self, term: Quotient, factor: Fraction) -> Quotient:
        only = term.term()
        powers = dict(only[0]) if only else {}
        if powers == {_I: 1, _PI: 1}:
            return self._root_of_unity(factor)
        if len(powers) == 1 and set(powers.values()) == {1}:
            made = self.generators[next(iter(powers))]
            if made.kind == "log":
                return self.power(made.argument, p.constant(factor))
            if made.kind == "lambertw" and factor.denominator == 1:  # W e^W = u
                return self.whole_power(self.times(made.argument, self.invert(term)), factor.numerator)
        if len(powers) == 2 and powers.get(_I) == 1 and factor.denominator == 1:
            inverse = self._turned(powers)
            if inverse is not None:
                return self.whole_power(inverse, factor.numerator)
        at = self._find_or_make("exp", term)
        return p.generator(at, factor.numerator if factor.denominator == 1 else factor)

    def _turned(self, powers: dict[int, p.Exponent]) -> Quotient | None:
        """Return e^(i atan u), e^(i asin u) or e^(i acos u), which are algebraic in u."""
        at = next(at for at in powers if at != _I)
        made = self.generators[at]
        if powers[at] != 1 or made.kind not in ("atan", "asin", "acos"):
            return None
        u, i = made.argument, p.generator(_I)
        square = self.times(u, u)
        if made.kind == "atan":
            return self.times(ONE + self.times(i, u), self.root(ONE + square, Fraction(-1, 2)))
        leg = self.root(ONE - square, Fraction(1, 2))
        return leg + self.times(i, u) if made.kind == "asin" else u + self.times(i, leg)

    def _root_of_unity(self, turns: Fraction) -> Quotient:
        """Return e^(i pi r), exactly for multiples of a twelfth."""
        quarters = turns.numerator * 2 // turns.denominator
        rest = turns - Fraction(quarters, 2)
        whole = self.whole_power(p.generator(_I), quarters % 4)
        if rest.denominator not in (1, 4, 3, 6, 12):
            at = self._find_or_make("exp", p.monomial(((_I, 1), (_PI, 1))))
            return self.times(whole, p.generator(at, rest))
        total = whole
        if rest:
            third = p.constant(Fraction(1, 2)) + self.times(p.generator(_I), self._surd(3, Fraction(1, 2)))
            eighth = self.times(ONE + p.generator(_I), self._surd(2, Fraction(1, 2)))
            # a multiple of 1/12 is a/3 + b/4
            a, b = _thirds_and_quarters(rest)
            total = self.times(total, self.times(self.whole_power(third, a), self.whole_power(eighth, b)))
        return total

    def _surd(self, number: int, half: Fraction) -> Quotient:
        return self.times(p.constant(half), self.root(p.constant(number), Fraction(1, 2)))

    def log(self, argument: Quotient) -> Quotient:
        """Write a logarithm with numbers factored and powers of e taken out; what is left is one generator."""
        if not argument:
            raise ZeroDivisionError("the logarithm of zero")
        unit, rest = self._positive_part(argument)
        total = ZERO
        for prime, times in _factored(unit):
            total = total + p.constant(times) * p.generator(self._find_or_make("log", p.constant(prime)))
        exponent, rest = self._exponent_part(rest)
        return total + exponent + self._log_of_rest(rest)

    def _log_of_rest(self, rest: Quotient) -> Quotient:
        if rest.number() == 1:
            return ZERO
        inverse = self._find("log", self.invert(rest))
        if inverse is not None:
            return -p.generator(inverse)
        return p.generator(self._find_or_make("log", rest))

    def root(self, base: Quotient, power: Fraction) -> Quotient:
        """Write a fractional power with numbers factored, powers of e taken out, and squares left as |u|."""
        unit, rest = self._positive_part(base)
        total = ONE
        for prime, times in _factored(unit):
            at = self._find_or_make("root", p.constant(prime))
            total = self.times(total, p.generator(at, times * power))
        exponent, rest = self._exponent_part(rest)
        total = self.times(total, self.exp(self.times(exponent, p.constant(power))))
        if power.denominator == 2:
            square, rest = self._square_part(rest)
            total = self.times(total, self.whole_power(self.absolute(square), power.numerator))
        return self.times(total, self._root_of_rest(rest, power))

    def _root_of_rest(self, rest: Quotient, power: Fraction) -> Quotient:
        if rest.number() == 1:
            return ONE
        only = rest.term()
        if only and only[1] == 1 and len(only[0]) == 1:
            at, inner = only[0][0]
            if at == _PI or inner.denominator % 2 == 0:
                return self.reduced(p.generator(at, inner * power))
        inverse = self._find("root", self.invert(rest))
        if inverse is not None:
            return self.reduced(p.generator(inverse, -power))
        return self.reduced(p.generator(self._find_or_make("root", rest), power))

    def absolute(self, argument: Quotient) -> Quotient:
        """Write |u|, factor by factor where u is a single term."""
        value = argument.number()
        if value is not None:
            return p.constant(abs(value))
        if argument.bottom:
            below = self.absolute(Quotient({(): Fraction(1)}, argument.bottom).inverse())
            return self.times(self.absolute(Quotient(dict(argument.top))), self.invert(below))
        if all(value > 0 and all(map(self._positive, term)) for term, value in argument.top.items()):
            return argument
        only = argument.term()
        if only is None:
            unit, rest = self._positive_part(argument)
            return p.constant(unit) * self._abs_generator(rest)
        total = p.constant(abs(only[1]))
        for at, power in only[0]:
            if self._positive((at, power)):
                total = self.times(total, p.generator(at, power))
            elif power.denominator == 1:
                total = self.times(total, self.whole_power(self._abs_generator(p.generator(at)), int(power)))
            else:
                raise NoFormError("the absolute value of a fractional power")
        return total

    def _positive(self, factor: tuple[int, p.Exponent]) -> bool:
        """Tell whether a power of a generator is never negative, wherever it is real."""
        at, power = factor
        made = self.generators[at]
        if made.kind in ("exp", "i"):
            return made.kind == "exp" and _I not in made.argument.generators()
        return (
            made.kind == "abs" or at == _PI or power.denominator % 2 == 0 or (made.kind != "root" and power % 2 == 0)
        )

    def _abs_generator(self, argument: Quotient) -> Quotient:
        at = self._find("abs", argument)
        if at is None:
            at = self._find("abs", -argument)
        return p.generator(self._find_or_make("abs", argument) if at is None else at)

    def sign(self, argument: Quotient) -> Quotient:
        """Return |u|/u."""
        return self.times(self.absolute(argument), self.invert(argument))

    def opaque(self, kind: str, argument: Quotient) -> Quotient:
        """Return a generator for a function that has no simpler form."""
        if not argument and kind in _ODD:
            return ZERO
        if kind == "acos":
            return p.generator(_PI) * p.constant(Fraction(1, 2)) - self.opaque("asin", argument)
        undone = self._undone(kind, argument)
        if undone is not None:
            return undone
        turn = _TURNS.get((kind, argument.number()))
        if turn is not None:
            return p.generator(_PI) * p.constant(turn)
        if kind in _ODD:
            at = self._find(kind, -argument)
            if at is not None:
                return -p.generator(at)
        return p.generator(self._find_or_make(kind, argument))

    def _undone(self, kind: str, argument: Quotient) -> Quotient | None:
        """Return u for erf(erfinv(u)) and erfinv(erf(u)), signs included."""
        only = argument.term()
        if kind not in ("erf", "erfinv") or only is None or abs(only[1]) != 1 or len(only[0]) != 1:
            return None
        made = self.generators[only[0][0][0]]
        if only[0][0][1] != 1 or made.kind != {"erf": "erfinv", "erfinv": "erf"}[kind]:
            return None
        return made.argument * p.constant(only[1])

    def _sin(self, u: Quotient) -> Quotient:
        i = p.generator(_I)
        turn = self.exp(self.times(i, u))
        return self.times(turn - self.invert(turn), self.invert(p.constant(2) * i))

    def _cos(self, u: Quotient) -> Quotient:
        turn = self.exp(self.times(p.generator(_I), u))
        return self.times(turn + self.invert(turn), p.constant(Fraction(1, 2)))

    def _sinh(self, u: Quotient) -> Quotient:
        return p.constant(Fraction(1, 2)) * (self.exp(u) - self.exp(-u))

    def _cosh(self, u: Quotient) -> Quotient:
        return p.constant(Fraction(1, 2)) * (self.exp(u) + self.exp(-u))

    def _tanh(self, u: Quotient) -> Quotient:
        return self.times(self._sinh(u), self.invert(self._cosh(u)))

    def _asinh(self, u: Quotient) -> Quotient:
        return self.log(u + self.root(self.times(u, u) + ONE, Fraction(1, 2)))

    def _acosh(self, u: Quotient) -> Quotient:
        return self.log(u + self.root(self.times(u, u) - ONE, Fraction(1, 2)))

    def _atanh(self, u: Quotient) -> Quotient:
        return p.constant(Fraction(1, 2)) * self.log(self.times(ONE + u, self.invert(ONE - u)))

    def _acoth(self, u: Quotient) -> Quotient:
        return p.constant(Fraction(1, 2)) * self.log(self.times(u + ONE, self.invert(u - ONE)))

    _OPENED: Final[dict[str, Callable[[Ring, Quotient], Quotient]]] = {
        "exp": exp, "log": log, "abs": absolute, "sign": sign, "sin": _sin, "cos": _cos, "sinh": _sinh, "cosh": _cosh,
        "tan": lambda self, u: self.times(self._sin(u), self.invert(self._cos(u))),
        "tanh": _tanh, "asinh": _asinh, "acosh": _acosh, "atanh": _atanh, "acoth": _acoth,
        "sqrt": lambda self, u: self.root(u, Fraction(1, 2)), "cbrt": lambda self, u: self.root(u, Fraction(1, 3)),
        "log2": lambda self, u: self.times(self.log(u), self.invert(self.log(p.constant(2)))),
        "log10": lambda self, u: self.times(self.log(u), self.invert(self.log(p.constant(10)))),
    }  # fmt: skip

    def applied(self, name: str, argument: Quotient) -> Quotient | None:
        """Return a named function of a form; None for a name that the ring does not know."""
        if name in self._OPENED:
            return self._OPENED[name](self, argument)
        return self.opaque(name, argument) if name in _OPAQUE else None

    # ---- Parts of forms ----

    def _positive_part(self, a: Quotient) -> tuple[Fraction, Quotient]:
        """Take a positive number out, so that the rest leads with 1 or -1."""
        if not a:
            return Fraction(1), a
        lead = abs(a.top[max(a.top, key=_by_generator)])
        return lead, p.constant(1 / lead) * a

    def _exponent_part(self, a: Quotient) -> tuple[Quotient, Quotient]:
        """Take real powers of e out, the lowest that occur; return their exponent and the rest."""
        exponent, out = ZERO, ONE
        for at in sorted({at for term in a.top for at, _ in term}):
            made = self.generators[at]
            low = min(dict(term).get(at, 0) for term in a.top)
            if low and made.kind == "exp" and _I not in made.argument.generators():
                exponent = exponent + p.constant(Fraction(low)) * made.argument
                out = out * p.generator(at, -low)
        return exponent, self.reduced(a * out)

    def _square_part(self, a: Quotient) -> tuple[Quotient, Quotient]:
        """Take the square of a term out: u²·v -> u, v."""
        square = ONE
        common = set.intersection(*(set(term) for term in a.top)) if a.top else set()
        for at, power in sorted(common):
            if power.denominator == 1 and power % 2 == 0 and self.generators[at].kind != "i":
                square = square * p.generator(at, int(power) // 2)
        for factor, times in a.bottom:
            if times > 1:
                square = square * Quotient(dict(factor)).inverse() ** (times // 2)
        return square, self.times(a, self.invert(self.times(square, square)))

    # ---- Generators ----

    def _find(self, kind: str, argument: Quotient) -> int | None:
        return next(
            (at for at in self._of_kind.get(kind, ()) if self._same(self.generators[at].argument, argument)), None
        )

    def _same(self, a: Quotient, b: Quotient) -> bool:
        """Tell whether two forms are equal; without denominators, equal forms are written alike."""
        if a == b:
            return True
        return bool(a.bottom or b.bottom) and not self.reduced(a - b)

    def _find_or_make(self, kind: str, argument: Quotient) -> int:
        found = self._find(kind, argument)
        if found is not None:
            return found
        self.generators.append(Generator(kind, argument))
        self._of_kind.setdefault(kind, []).append(len(self.generators) - 1)
        return len(self.generators) - 1


def _by_generator(term: Monomial) -> tuple[int, Monomial]:
    return len(term), term


def _thirds_and_quarters(turns: Fraction) -> tuple[int, int]:
    """Write a multiple of 1/12 as a/3 + b/4 with whole a and b."""
    twelfths = int(turns * 12)
    return twelfths, -twelfths  # a/3 - a/4 = a/12


def _factored(value: Fraction) -> list[tuple[int, int]]:
    """Factor a positive number into primes; a part with no small factor stays whole."""
    found: list[tuple[int, int]] = []
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        rest, prime = number, 2
        while rest > 1 and prime <= _MAX_PRIME:
            times = 0
            while rest % prime == 0:
                rest, times = rest // prime, times + 1
            if times:
                found.append((prime, sign * times))
            prime += 1
        if rest > 1:
            found.append((rest, sign))
    return found
