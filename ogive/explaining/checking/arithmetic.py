"""The checker's own arithmetic: when two plain expressions have the same value wherever certain facts hold.

An expression becomes a fraction of two polynomials over generators (`forms`): symbols; e^m for every independent
monomial m (circular functions are powers of e^(i m)); logarithms; roots; absolute values; and functions without a
simpler form (atan, erf, ...). Every rewriting is an identity of real numbers at every point where the expression is
real and the facts hold: a product under a root or a logarithm is taken apart only where the signs of its factors are
*proven* from the facts. Two expressions are equal if the numerator of their difference is the zero polynomial.

An `Arithmetic` serves one question. Its generators are made while the question is answered, and are thrown away with
it: no answer depends on what was asked before.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, final

from ogive._optional import optional
from ogive.explaining.checking.forms import Form, Generator, Ring, UnknownError, fraction
from ogive.expressions import tree as t
from ogive.expressions.differentiate import expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ogive.expressions import Functions

__all__ = ["Arithmetic", "kind_of"]

_FACTORED: Final = 80  # longer polynomials are not factored
_PRIMES: Final = tuple(n for n in range(2, 1000) if all(n % d for d in range(2, int(n**0.5) + 1)))
_TURNS: Final = {("atan", 1): Fraction(1, 4), ("asin", 1): Fraction(1, 2), ("asin", Fraction(1, 2)): Fraction(1, 6)}
_UNDOES: Final = {"erf": "erfinv", "erfinv": "erf"}
_OPPOSITE: Final = {"<": ">", ">": "<", "<=": ">", ">=": "<"}
_HALF: Final = Fraction(1, 2)


@final
class Arithmetic:
    """Forms of expressions, under facts.

    Parameters
    ----------
    functions
        The table of functions; what has a formula is opened.
    facts
        Relations known to hold: ``x > 0``, ``a != 0``, ``abs(u) < 1``.
    choices
        For every condition of an if(...), which way it goes.
    opens
        The kinds of expressions that are looked into; any other is taken as a whole. None looks into all.
    unit
        Which root of an exponential is a generator from the start.
    """

    def __init__(
        self,
        functions: Functions,
        facts: Iterable[t.Relation] = (),
        choices: Mapping[t.Node, bool] | None = None,
        opens: frozenset[str] | None = None,
        unit: int = 1,
    ) -> None:
        self.functions, self.choices, self.opens = functions, dict(choices or {}), opens
        self.wholes: dict[t.Node, int] = {}
        self.ring = Ring(unit)
        self.positive: list[Form] = []
        self.nonzero: list[Form] = []
        for fact in facts:
            self._learn(fact)
        for condition, holds in self.choices.items():
            if isinstance(condition, t.Relation) and condition.operator in _OPPOSITE:
                operator = condition.operator if holds else _OPPOSITE[condition.operator]
                self._learn(t.Relation(operator, condition.left, condition.right), strict=holds)

    # ---- Facts and signs ----

    def _learn(self, fact: t.Relation, *, strict: bool = True) -> None:
        """Keep what a fact says of signs; a fact that is not strict says so only of what is known not to be zero."""
        try:
            low, high = self.form(fact.left), self.form(fact.right)
            gap = high - low if fact.operator in ("<", "<=") else low - high
            if fact.operator == "!=":
                self.nonzero += [gap, *(factor for factor, _ in self.factors(gap)[1])]
            elif fact.operator in ("<", ">") and (strict or self.is_nonzero(gap)):
                self._learn_positive(gap)
                if isinstance(fact.left, t.Call) and fact.left.name == "abs":
                    u = self.form(fact.left.arguments[0])
                    if fact.operator == "<":  # |u| < v
                        self.positive += [high + u, high - u]
                    elif self.sign(high) in (0, 1):  # |u| > v >= 0
                        self._learn_positive(u * u - high * high)
        except UnknownError:
            return

    def _learn_positive(self, gap: Form) -> None:
        """Of a positive product no factor is zero, and the only one with unknown sign has the sign of the rest."""
        lead, parts = self.factors(gap)
        odd = [factor for factor, power in parts if power % 2]
        signs = [self.sign(factor) for factor in odd]
        self.positive.append(gap)
        self.nonzero += [gap, *(factor for factor, _ in parts)]
        if signs.count(None) == 1:
            sign = 1 if lead > 0 else -1
            for each in signs:
                sign *= each or 1
            self.positive.append(odd[signs.index(None)] * sign)

    def sign(self, form: Form) -> int | None:
        """Return -1, 0 or 1 where the sign is proven from the facts; None where it is not."""
        if form.same(self.ring.one * 0):
            return 0
        for turn in (1, -1):
            if any(self._exceeds(form * turn, known) for known in self.positive):
                return turn
        lead, parts = self.factors(form)
        sign = 1 if lead > 0 else -1
        for factor, power in parts:
            known = self._sign_of_factor(factor) if power % 2 else 1 if self.is_nonzero(factor) else None
            if known is None:
                return None
            sign *= known
        return sign

    def is_nonzero(self, form: Form) -> bool:
        """Tell whether a form is proven never zero where the facts hold."""
        if any(form.same(known) or form.same(-known) for known in self.nonzero):
            return True
        lead, parts = self.factors(form)
        return lead != 0 and all(
            self._sign_of_factor(factor) or any(factor.same(known) or factor.same(-known) for known in self.nonzero)
            for factor, _ in parts
        )

    def _exceeds(self, form: Form, known: Form) -> bool:
        gap = form - known
        return bool(gap.top.is_zero()) or (gap.bottom.is_constant() and self._sign_of_terms(gap.top) == 1)

    def _sign_of_factor(self, factor: Form) -> int | None:
        for turn in (1, -1):
            if any(self._exceeds(factor * turn, known) for known in self.positive):
                return turn
        if not factor.bottom.is_constant() or self.ring.is_complex(factor.top):
            return None
        return self._sign_of_terms(factor.top) or self._sign_without_roots(factor.top)

    def _sign_of_terms(self, polynomial: Any) -> int | None:
        """Return the sign of a sum all of whose terms have one sign, at least one of them strictly."""
        terms = [
            ({at: p for at, p in enumerate(m) if p}, 1 if v > 0 else -1) for m, v in polynomial.to_dict().items()
        ]
        if len({sign for _, sign in terms}) != 1 or self.ring.is_complex(polynomial):
            return None
        if any(p % 2 and not self._is_positive(at, zero=True) for powers, _ in terms for at, p in powers.items()):
            return None
        return terms[0][1] if any(all(map(self._is_positive, powers)) for powers, _ in terms) else None

    def _is_positive(self, at: int, *, zero: bool = False) -> bool:
        """Tell whether a generator is always positive, or at least never negative."""
        made = self.ring.generators[at]
        if made.kind in ("exp", "root", "lambert", "pi") or (zero and made.kind == "abs"):
            return True
        if made.kind == "abs" and made.of is not None:
            return any(made.of.same(known) for known in self.nonzero)
        here = self.ring.slots[at]
        return any(known.top == here and known.bottom.is_one() for known in self.positive)

    def _sign_without_roots(self, polynomial: Any) -> int | None:
        """Return the sign of a polynomial in one real generator that has no real root, or none that matters."""
        inside = [at for at, degree in enumerate(polynomial.degrees()) if degree > 0]
        if len(inside) != 1 or polynomial.total_degree() > 24:
            return None
        flint = optional("flint", for_="proofs")
        values = {int(monomial[inside[0]]): value for monomial, value in polynomial.to_dict().items()}
        one = flint.fmpq_poly([values.get(power, 0) for power in range(max(values) + 1)])
        positive = self._is_positive(inside[0])
        roots = [root for root, _ in flint.fmpz_poly(list(one.numer())).complex_roots() if root.imag.contains(0)]
        return None if any(not (positive and root.real < 0) for root in roots) else 1 if one(1) > 0 else -1

    def factors(self, form: Form) -> tuple[Fraction, list[tuple[Form, int]]]:
        """Write a form as a number times real factors to whole powers; what cannot be split stays one factor."""
        if form.top.is_zero():
            return Fraction(0), []
        lead = Fraction(1)
        parts: list[tuple[Form, int]] = []
        lump: list[tuple[Form, int]] = []
        for side, turn in ((form.top, 1), (form.bottom, -1)):
            small = len(side) <= _FACTORED and side.total_degree() <= 60
            value, split = side.factor() if small else (self.ring.rational(1), [(side, 1)])
            lead *= fraction(value) ** turn
            for factor, power in split:
                whole = Form(self.ring, factor, self.ring.one.top)
                (lump if self.ring.is_complex(factor) else parts).append((whole, int(power) * turn))
        if not lump:
            return lead, parts
        # Factors that are complex one by one have a real product; an even power may be the square of a real form.
        if all(power % 2 == 0 for _, power in lump):
            half = self._product([(factor, power // 2) for factor, power in lump])
            mirrored = self.ring.conjugate(half)
            if half.same(mirrored):
                return lead, [*parts, (half, 2)]
            if half.same(-mirrored):
                return -lead, [*parts, (half * self.ring.i, 2)]
        return lead, [*parts, (self._product(lump), 1)]

    def _product(self, parts: list[tuple[Form, int]]) -> Form:
        total = self.ring.one
        for factor, power in parts:
            total = total * factor**power
        return total

    def _sized(self, form: Form) -> tuple[Fraction, list[tuple[Form, int]], Form]:
        """Write a positive form as a number, positive factors to powers, and the rest whose sign is not known."""
        lead, parts = self.factors(form)
        sized, rest = [], self.ring.one * (1 if lead > 0 else -1)
        for factor, power in parts:
            sign = self.sign(factor)
            even = power if sign else power - power % 2
            if even:
                sized.append((factor * sign if sign else self.absolute(factor), even))
            rest = rest * (factor ** (power - even)) * ((sign or 1) ** (power % 2))
        return abs(lead), sized, rest

    # ---- Powers, exponentials, logarithms ----

    def power(self, base: Form, exponent: Form) -> Form:
        """Raise to any power: whole; fractional or an expression, of a positive base."""
        value = exponent.rational()
        if value is None:
            return self.exp(exponent * self.log(base))
        if value.denominator != 1:
            return self.root(base, value)
        try:
            return base**value.numerator
        except UnknownError:  # too many terms: the base is taken as a whole
            at = self.ring.find("whole", base)
            return self.ring.power(self.ring.new(Generator("whole", base)) if at is None else at, value.numerator)

    def root(self, base: Form, exponent: Fraction) -> Form:
        """Write u^q for u > 0: numbers by primes, factors of proven sign apart, squares as |u|."""
        if base.top.is_zero():
            return base if exponent > 0 else self.ring.one / base  # which is refused
        lead, sized, rest = self._sized(base)
        total = self._root_of_positive(rest, exponent)
        for prime, times in _primes(lead):
            total = total * self.ring.fractional("root", self.ring.one * prime, times * exponent)
        for factor, power in sized:
            total = total * self._root_of_positive(factor, power * exponent)
        return total

    def _root_of_positive(self, u: Form, exponent: Fraction) -> Form:
        """Return u^q for a positive u that is not taken apart any more."""
        if exponent.denominator == 1 or u.rational() == 1:
            return u**exponent.numerator if exponent.denominator == 1 else u
        at = self.ring.single(u)
        made = self.ring.generators[at] if at is not None else None
        if made is not None and made.of is not None and made.kind in ("exp", "root"):
            return self.ring.fractional(made.kind, made.of, exponent / made.unit)
        inverse = None if at is not None else self.ring.find("root", self.ring.one / u)
        return self.ring.fractional(
            "root", u if inverse is None else self.ring.one / u, exponent * (1 if inverse is None else -1)
        )

    def exp(self, exponent: Form) -> Form:
        """Write e^(a + b + ...) for a real exponent as a product of one power per independent term."""
        for at, made in enumerate(self.ring.generators):  # W(u) = u/e^W(u), and e^W(u) is the generator
            if made.kind == "lambert" and made.of is not None and not exponent.top.is_zero():
                ratio = (exponent * self.ring.power(at) / made.of).rational()
                if ratio is not None and ratio.denominator == 1:
                    return self.ring.power(at, ratio.numerator)
        total = self.ring.one
        for term, factor in self._terms(exponent):
            single = self.ring.single(term)
            made = self.ring.generators[single] if single is not None else Generator("")
            if made.kind == "log" and made.of is not None:
                total = total * self.power(made.of, self.ring.form_of(factor))
            else:
                total = total * self.ring.fractional("exp", term, factor)
        return total

    def cis(self, angle: Form) -> Form:
        """Write e^(i·u) for a real u; multiples of pi/12 and inverse circular functions are algebraic."""
        total = self.ring.one
        for term, factor in self._terms(angle):
            at = self.ring.single(term)
            made = self.ring.generators[at] if at is not None else Generator("")
            if made.kind == "pi" and 12 % factor.denominator == 0:
                total = total * self._root_of_unity(int(factor * 12) % 24)
            elif made.kind in ("atan", "asin") and factor.denominator == 1 and made.of is not None:
                total = total * self._undone(made.kind, made.of, 1 if factor > 0 else -1) ** abs(factor.numerator)
            else:
                total = total * self.ring.fractional("turn", term, factor)
        return total

    def _terms(self, form: Form) -> list[tuple[Form, Fraction]]:
        """Split a real form into real terms with rational factors; what is real only together stays one term."""
        found, rest = [], form * 0
        whole_part, remainder = divmod(form.top, form.bottom)
        parts = [(part, self.ring.one.top) for part in self._monomials(whole_part)]
        for top, bottom in (*parts, *((part, form.bottom) for part in self._monomials(remainder))):
            whole = self.ring.tidy(top, bottom)
            if self.ring.is_complex(whole.top) or self.ring.is_complex(whole.bottom):
                rest = rest + whole
            else:
                found.append(whole)
        leads = [fraction(whole.top.leading_coefficient()) for whole in (*found, rest) if not whole.top.is_zero()]
        return [(whole * (1 / lead), lead) for whole, lead in zip((*found, rest), leads, strict=False)]

    def _monomials(self, polynomial: Any) -> list[Any]:
        return [
            self.ring.polynomials.from_dict({monomial: value}) for monomial, value in polynomial.to_dict().items()
        ]

    def _undone(self, kind: str, u: Form, sign: int) -> Form:
        """Return e^(±i·atan u) or e^(±i·asin u)."""
        if kind == "atan":
            return (self.ring.one + self.ring.i * u * sign) * self.root(u * u + 1, -_HALF)
        return self.root(self.ring.one - u * u, _HALF) + self.ring.i * u * sign

    def _root_of_unity(self, twelfths: int) -> Form:
        """Return e^(i pi n/12) as powers of e^(i pi/3) and e^(i pi/4)."""
        one, i = self.ring.one, self.ring.i
        third = (one + i * self.root(one * 3, _HALF)) / 2
        return third**twelfths * ((one + i) * self.root(one * 2, _HALF) / 2) ** (7 * twelfths % 8)

    def log(self, argument: Form) -> Form:
        """Write ln u for u > 0: numbers by primes, factors of proven sign apart, even powers as 2·ln |u|."""
        if argument.top.is_zero():
            raise UnknownError("the logarithm of zero")
        lead, sized, rest = self._sized(argument)
        total = self._log_of_positive(rest)
        for prime, times in _primes(lead):
            total = total + self.ring.function("log", self.ring.one * prime) * times
        for factor, power in sized:
            total = total + self._log_of_positive(factor) * power
        return total

    def _log_of_positive(self, u: Form) -> Form:
        if u.rational() == 1:
            return u * 0
        at = self.ring.single(u)
        made = self.ring.generators[at] if at is not None else Generator("")
        if made.of is not None and made.kind in ("exp", "root"):
            return (made.of if made.kind == "exp" else self.log(made.of)) / made.unit
        if made.of is not None and made.kind == "lambert":
            return made.of / u
        inverse = self.ring.find("log", self.ring.one / u)
        return self.ring.function("log", u) if inverse is None else -self.ring.power(inverse)

    def absolute(self, argument: Form) -> Form:
        """Write |u| factor by factor; factors of proven sign leave it."""
        lead, parts = self.factors(argument)
        total = self.ring.one * abs(lead)
        for factor, power in parts:
            sign = self.sign(factor)
            at = self.ring.single(factor)
            if sign or (at is not None and self._is_positive(at, zero=True)):
                total = total * (factor * (sign or 1)) ** power
            else:
                turned = -factor if self.ring.find("abs", -factor) is not None else factor
                total = total * self.ring.function("abs", turned) ** power
        return total

    # ---- Functions ----

    def _inverse(self, kind: str, u: Form) -> Form:
        """Return atan, asin, erf or erfinv: odd, known at some numbers, and undone by each other."""
        value = u.rational()
        if value is not None and (value == 0 or (kind, abs(value)) in _TURNS):
            turn = self.ring.function("pi", self.ring.one) * _TURNS[kind, abs(value)] if value else u
            return turn if value >= 0 else -turn
        for sign in (1, -1):
            at = self.ring.single(u * sign)
            if at is not None and kind in _UNDOES and self.ring.generators[at].kind == _UNDOES[kind]:
                return (self.ring.generators[at].of or u) * sign
        return self.ring.function(kind, u, odd=True)

    def _called(self, name: str, u: Form) -> Form:
        """Return the value of a named function."""
        ring, one = self.ring, self.ring.one
        match name:
            case "exp":
                return self.exp(u)
            case "log" | "log2" | "log10":
                return self.log(u) / (self.log(one * int(name[3:])) if name[3:] else one)
            case "sqrt":
                return self.root(u, _HALF)
            case "abs":
                return self.absolute(u)
            case "sign":
                return self.absolute(u) / u
            case "cbrt":
                return self.absolute(u) / u * self.root(self.absolute(u), Fraction(1, 3))
            case "sin" | "cos" | "tan":
                up, down = self.cis(u), self.cis(-u)
                s, c = (up - down) / (ring.i * 2), (up + down) / 2
                return s if name == "sin" else c if name == "cos" else s / c
            case "sinh" | "cosh" | "tanh":
                up, down = self.exp(u), self.exp(-u)
                s, c = (up - down) / 2, (up + down) / 2
                return s if name == "sinh" else c if name == "cosh" else s / c
            case "atanh":
                return (self.log(u + 1) - self.log(one - u)) / 2
            case "asinh" | "acosh":
                return self.log(u + self.root(u * u + (1 if name == "asinh" else -1), _HALF))
            case "acos":
                return ring.function("pi", one) / 2 - self._inverse("asin", u)
            case "lambertw":
                at = ring.find("lambert", u)
                return u / ring.power(ring.new(Generator("lambert", u)) if at is None else at)
        return self._inverse(name, u)

    def form(self, tree: t.Node) -> Form:
        """Return the form of a plain expression, one without derivatives and limits.

        Raises
        ------
        UnknownError
            If it has none, or none within the bounds.
        """
        value = t.number(tree)
        if value is not None and (self.opens is None or self.opens & {"number", str(value)}):
            return self.ring.form_of(value)
        if isinstance(tree, t.Symbol) or (self.opens is not None and kind_of(tree) not in self.opens):
            if tree not in self.wholes:
                self.wholes[tree] = self.ring.new(Generator("symbol"))
            return self.ring.power(self.wholes[tree])
        match tree:
            case t.Constant(name):
                return self.exp(self.ring.one) if name == "e" else self.ring.function("pi", self.ring.one)
            case t.Sum((first, *rest)) | t.Product((first, *rest)):
                total = self.form(first)
                for part in rest:
                    total = total + self.form(part) if isinstance(tree, t.Sum) else total * self.form(part)
                return total
            case t.Quotient(top, bottom):
                return self.form(top) / self.form(bottom)
            case t.Negative(operand):
                return -self.form(operand)
            case t.Power(base, exponent):
                times = t.number(exponent)
                power = self.form(exponent) if times is None else self.ring.form_of(times)
                return self.exp(power) if base == t.EULER else self.power(self.form(base), power)
            case t.Conditional(condition, then, otherwise) if condition in self.choices:
                return self.form(then if self.choices[condition] else otherwise)
            case t.Call(name, (argument,), 0) if name in _NAMED:
                return self._called(name, self.form(argument))
            case t.Call() if (opened := expand(tree, self.functions)) is not None:
                return self.form(opened)
        raise UnknownError(f"no form is known for {type(tree).__name__}")


def kind_of(tree: t.Node) -> str:
    """Name the kind of an expression: a function by its name, e^u as exp, anything else by what it is."""
    if isinstance(tree, t.Power) and tree.base == t.EULER:
        return "exp"
    return tree.name if isinstance(tree, t.Call) else type(tree).__name__.lower()


_NAMED: Final = frozenset({
    "exp", "log", "log2", "log10", "sqrt", "abs", "sign", "cbrt", "sin", "cos", "tan", "sinh", "cosh", "tanh",
    "asinh", "acosh", "atanh", "atan", "asin", "acos", "erf", "erfinv", "lambertw",
})  # fmt: skip


def _primes(value: Fraction) -> list[tuple[int, int]]:
    """Factor a positive number; what has no prime factor below 1000 stays whole."""
    found: list[tuple[int, int]] = []
    for number, turn in ((value.numerator, 1), (value.denominator, -1)):
        rest = number
        for prime in _PRIMES:
            times = 0
            while rest % prime == 0:
                rest, times = rest // prime, times + 1
            if times:
                found.append((prime, turn * times))
        if rest > 1:
            found.append((rest, turn))
    return found
