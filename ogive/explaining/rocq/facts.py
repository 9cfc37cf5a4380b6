"""What Rocq must be told before `field` can compare two expressions: facts about their parts, each with its proof."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.rocq.conditions import is_nonnegative, is_positive
from ogive.explaining.rocq.exponents import Monomial, Polynomial, common, factors_of, polynomial
from ogive.explaining.rocq.translation import plain, term
from ogive.expressions.tree import (
    EULER,
    Call,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Sum,
    integer,
    number,
    rational,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ogive.expressions import Functions

__all__ = ["Facts", "facts_about"]

_HYPERBOLIC: Final = frozenset({"sinh", "cosh", "tanh", "coth", "sech", "csch"})
_CIRCULAR: Final = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_UNDER_ROOT: Final = frozenset({"asin", "acos", "asinh", "acosh", "asec", "acsc"})


def _square_part(value: Fraction) -> tuple[Fraction, Fraction]:
    """Return r and a whole number s free of squares with value = r²·s."""
    root, rest = Fraction(1), Fraction(1)
    for base, times in factors_of(Number(Fraction(value.numerator))) + factors_of(
        Number(Fraction(value.denominator)), -1
    ):
        prime = base.value if isinstance(base, Number) else Fraction(1)
        odd = times % 2
        root *= prime ** ((times - odd) // 2)
        rest *= prime**odd
    return root, rest


@final
@dataclass(frozen=True, slots=True)
class Facts:
    """Lines of a proof.

    Attributes
    ----------
    lines
        Assertions with their proofs, in the order in which they build on one another.
    rewrites
        Names of those that are rewritten with, in order.
    rules
        Names of those that `field` takes as rules, each of the form monomial = polynomial.
    exponential
        Whether hyperbolic functions are written with exp.
    """

    lines: tuple[str, ...]
    rewrites: tuple[str, ...]
    rules: tuple[str, ...]
    exponential: bool


def facts_about(trees: Iterable[Node], known: frozenset[Node], functions: Functions) -> Facts:
    """Return the facts that bring the parts of these expressions together.

    Parameters
    ----------
    trees
        The expressions that will stand in one equation.
    known
        Terms that are positive by the conditions of the theorem.
    functions
        The table that knows the functions called.
    """
    writer = _Writer([plain(tree, functions) for tree in trees], known, functions)
    writer.scaled(sorted(known, key=lambda tree: term(tree, functions)))
    writer.logarithms()
    writer.exponentials()
    writer.roots()
    writer.squares()
    return Facts(tuple(writer.lines), tuple(writer.rewrites), tuple(writer.rules), writer.exponential)


@final
class _Writer:
    def __init__(self, trees: list[Node], known: frozenset[Node], functions: Functions) -> None:
        self.nodes: list[Node] = list(dict.fromkeys(node for tree in trees for _, node in walk(tree)))
        self.known, self.functions = known, functions
        self.lines: list[str] = []
        self.rewrites: list[str] = []
        self.rules: list[str] = []
        self.logs: list[str] = []
        self.respelt: set[str] = set()
        self.squared: dict[str, str] = {}
        self.under: dict[str, Node] = {}
        self.chosen: dict[str, str] = {}
        self.joined: set[Node] = set()  # bases whose roots are exponentials
        hyperbolic = {self._calls(node) for node in self.nodes if isinstance(node, Call) and node.name in _HYPERBOLIC}
        self._slopes()
        self.exponents: list[tuple[str, Polynomial]] = []
        found = [argument for node in self.nodes if (argument := self._exponent(node)) is not None]
        self.exponential = bool(hyperbolic) and (bool(found) or len(hyperbolic) > 1)
        if self.exponential:
            found += [part for argument in hyperbolic for part in (argument, Negative(argument))]
        for argument in dict.fromkeys(found):
            self.exponents.append((term(argument, functions), polynomial(argument, known)))

    @staticmethod
    def _calls(node: Call) -> Node:
        return node.arguments[0]

    def _exponent(self, node: Node) -> Node | None:
        """Return w where a node is exp(w) for Rocq."""
        match node:
            case Call("exp", (argument,)):
                return argument
            case Call("cbrt", (argument,)):
                square = Power(argument, integer(2))
                return Product((rational(Fraction(-1, 3)), Call("log", (square,))))
            case Power(base, exponent):
                if base == EULER:
                    return exponent
                value = number(exponent)
                if value is None or value.denominator != 1:
                    return Product((exponent, Call("log", (base,))))
        return integer(1) if node == EULER else None

    def _assert(self, kind: str, statement: str, proof: str) -> str:
        name = f"{kind}{sum(line.startswith(f'assert ({kind}') for line in self.lines)}"
        self.lines.append(f"assert ({name} : {statement}) by ({proof}). unf_in {name}.")
        return name

    # ---- Logarithms of products ----

    def logarithms(self) -> None:
        arguments = [node.arguments[0] for node in self.nodes if isinstance(node, Call) and node.name == "log"]
        for node in self.nodes:
            argument = self._exponent(node)
            if argument is not None:
                arguments += [n.arguments[0] for _, n in walk(argument) if isinstance(n, Call) and n.name == "log"]
        for argument in dict.fromkeys(arguments):
            call = Call("log", (argument,))
            found = polynomial(call, self.known)
            if found == {frozenset({(call, 1)}): Fraction(1)}:
                continue
            whole, total = term(argument, self.functions), self._sum(found)
            if not isinstance(argument, Sum) and all(
                (isinstance(b, Call) and b.name == "exp") or is_positive(b, self.known)
                for b, _ in factors_of(argument)
            ):
                pieces = [
                    f"{'' if times > 0 else '/ '}{term(base, self.functions)} ^ {abs(times)}"
                    for base, times in factors_of(argument)
                ]
                product = " * ".join(pieces) or "1"
            else:
                product = self._sum(polynomial(argument, self.known))
            proof = f"replace {whole} with ({product}) by (unf; field; nz); ln_split; pw_num; unf; try field; nz"
            self.logs.append(self._assert("L", f"ln {whole} = {total}", proof))

    def _sum(self, value: Polynomial) -> str:
        return " + ".join(self._monomial(m, c) for m, c in sorted(value.items(), key=self._order)) or "0"

    def _order(self, item: tuple[Monomial, Fraction]) -> str:
        return self._monomial(*item)

    def _monomial(self, monomial: Monomial, coefficient: Fraction) -> str:
        parts = [f"({coefficient.numerator} / {coefficient.denominator})"] if coefficient.denominator != 1 else []
        if coefficient.denominator == 1 and (coefficient != 1 or not monomial):
            parts = [f"({coefficient})"]
        for atom, power in sorted(monomial, key=lambda pair: term(pair[0], self.functions)):
            text = term(atom, self.functions)
            inner = text if abs(power) == 1 else f"{text} ^ {abs(power)}"
            parts.append(inner if power > 0 else f"/ {inner}" if abs(power) == 1 else f"/ ({inner})")
        return " * ".join(parts)

    # ---- Exponentials that are powers of one another ----

    def exponentials(self) -> None:
        self._join_roots()
        roots = []
        for node in self.nodes:
            if self.exponents and isinstance(node, Call) and node.name == "sqrt":
                text = term(node.arguments[0], self.functions)
                roots.append(self._assert("J", f"sqrt {text} ^ 2 = {text}", "apply root_square; unf; nz"))
        settle = f" | field [{' '.join(roots)}]; nz" if roots else ""
        by_monomial: dict[Monomial, list[Fraction]] = {}
        for _, value in self.exponents:
            for monomial, coefficient in value.items():
                by_monomial.setdefault(monomial, []).append(coefficient)
        generators = {m: self._generator(m, coefficients) for m, coefficients in by_monomial.items()}
        for text, value in self.exponents:
            parts = []
            for monomial, coefficient in sorted(value.items(), key=self._order):
                base, unit, _ = generators[monomial]
                times = int(coefficient / unit)
                power = f"exp {base}" if abs(times) == 1 else f"exp {base} ^ {abs(times)}"
                parts.append(power if times > 0 else f"/ {power}" if abs(times) == 1 else f"/ ({power})")
            right = " * ".join(parts) or "1"
            if right == f"exp {text}":
                continue
            before = "".join(f"try rewrite {name}; " for name in self.logs)
            proof = f"unf; {before}exp_head; first [ring | field; nz{settle}]" if parts else f"unf; {before}exp_none"
            self.rewrites.append(self._assert("F", f"exp {text} = {right}", proof))
        self.rewrites += self.logs
        for at, (text, _) in enumerate(self.exponents):
            self.lines.append(f"assert (P{at} := exp_pos {text}). unf_in P{at}.")
        for base, unit, logarithm in generators.values():
            if logarithm is not None:
                self._power_rule(base, unit, logarithm)

    def _join_roots(self) -> None:
        """Write sqrt(u) as u^(1/2), where u has other powers that are not whole."""
        bases = {m for _, value in self.exponents for m in value if len(m) == 1}
        logs = {next(iter(m))[0] for m in bases}
        for node in self.nodes:
            if not (isinstance(node, Call) and node.name == "sqrt"):
                continue
            argument = node.arguments[0]
            found = polynomial(Call("log", (argument,)), self.known)
            atoms = {next(iter(m))[0] for m in found if len(m) == 1}
            if is_positive(argument, self.known) and atoms & logs:
                exponent = Product((rational(Fraction(1, 2)), Call("log", (argument,))))
                text = term(exponent, self.functions)
                self.joined.add(argument)
                root = term(argument, self.functions)
                self.rewrites.append(self._assert("Q", f"sqrt {root} = exp {text}", "apply sqrt_exp; unf; nz"))
                self.exponents.append((text, polynomial(exponent, self.known)))

    def _generator(self, monomial: Monomial, coefficients: list[Fraction]) -> tuple[str, Fraction, Node | None]:
        """Return the exponent of the generator, its coefficient, and u where it is a root of u."""
        unit = common(coefficients)
        logarithm = None
        if len(monomial) == 1:
            ((atom, power),) = monomial
            if power == 1 and isinstance(atom, Call) and atom.name == "log":
                logarithm = atom.arguments[0]
                unit = Fraction(1, unit.denominator)
        if logarithm is None and sum(1 if c > 0 else -1 for c in coefficients) < 0:
            unit = -unit
        for text, value in self.exponents:
            if value == {monomial: unit}:
                return text, unit, logarithm
        return f"({self._monomial(monomial, unit)})", unit, logarithm

    def _power_rule(self, base: str, unit: Fraction, argument: Node) -> None:
        whole = term(argument, self.functions)
        if unit.denominator == 1:
            self.rewrites.append(self._assert("E", f"exp {base} = {whole}", "unf; exp_of_ln"))
        else:
            rule = f"exp {base} ^ {unit.denominator} = {whole}"
            self.rules.append(self._assert("G", rule, "rewrite exp_nat; pw_num; unf; exp_of_ln"))

    # ---- Square roots, squares ----

    def _slopes(self) -> None:
        """Add what the slopes of the inverse functions and of erf bring."""
        for node in tuple(self.nodes):
            if isinstance(node, Call) and node.name == "erf":
                bell = Call("exp", (Negative(Power(node.arguments[0], integer(2))),))
                self.nodes += [new for _, new in walk(bell) if new not in self.nodes]
            if isinstance(node, Call) and node.name in _UNDER_ROOT:
                square = Power(node.arguments[0], integer(2))
                under = {"asin": Sum((integer(1), Negative(square))), "asinh": Sum((square, integer(1)))}
                under |= {"acos": under["asin"], "asec": Sum((square, integer(-1)))}
                under |= {"acsc": under["asec"], "acosh": under["asec"]}
                root = Call("sqrt", (under[node.name],))
                self.nodes += [new for _, new in walk(root) if new not in self.nodes]

    def scaled(self, conditions: Iterable[Node]) -> None:
        """Multiply what is assumed positive by the squares in its denominators: 0 < 1/x^2 - 1 gives 0 < 1 - x^2."""
        for tree in conditions:
            value = polynomial(tree, self.known)
            atoms = self._atoms(value)
            lowest = {a: min(dict(m).get(a, 0) for m in value) // 2 for a in atoms}
            lowest = {atom: power for atom, power in lowest.items() if power < 0}
            if lowest:
                moved = {
                    frozenset((a, n) for a in atoms if (n := dict(m).get(a, 0) - 2 * lowest.get(a, 0))): c
                    for m, c in value.items()
                }
                by = self._sum({frozenset((atom, -power) for atom, power in lowest.items()): Fraction(1)})
                whole, text = self._sum(moved), term(tree, self.functions)
                proof = f"replace ({whole}) with ({text} * ({by}) ^ 2) by (unf; field; nz); apply scaled; unf; nz"
                self._assert("K", f"0 < ({whole})", proof)

    def _atoms(self, value: Polynomial) -> list[Node]:
        """Return the atoms of a polynomial in an order that is the same in every run."""
        return sorted({a for m in value for a, _ in m}, key=lambda atom: term(atom, self.functions))

    def roots(self) -> None:
        """Write each square root over one whose content is free of squares: sqrt(8x^2) = 2|x| sqrt(2)."""
        done: set[str] = set()
        for node in self.nodes:
            if not (isinstance(node, Call) and node.name == "sqrt") or node.arguments[0] in self.joined:
                continue
            (argument,) = node.arguments
            pieces = self._pieces(argument)
            text = term(argument, self.functions)
            if pieces is not None:
                right = " * ".join(f"sqrt {term(piece, self.functions)}" for piece in pieces)
                proof = "unf; rewrite ?sqrt_mult by nz; reflexivity"
                self.rewrites.append(self._assert("S", f"sqrt {text} = {right}", proof))
            for piece in pieces or [argument]:
                bare = self._primitive(piece)
                if bare not in done and bare != "1":
                    done.add(bare)
                    self.rules.append(self._assert("R", f"sqrt {bare} ^ 2 = {bare}", "apply root_square; unf; nz"))

    def _pieces(self, argument: Node) -> list[Node] | None:
        """Return the factors of a product none of which is negative."""
        if isinstance(argument, Product) and all(is_nonnegative(part, self.known) for part in argument.factors):
            return list(argument.factors)
        return None

    def _primitive(self, argument: Node) -> str:
        """Write sqrt(a) as c·sqrt(q)/|m| where a·m² = c²·q; return q."""
        text, value = term(argument, self.functions), polynomial(argument, self.known)
        if not value:
            return text
        lowest: dict[Node, int] = {}
        atoms = self._atoms(value)
        for atom in atoms:
            power = min(dict(monomial).get(atom, 0) for monomial in value)
            lowest[atom] = power // 2 * 2
        scaled = {
            frozenset((a, n) for a in atoms if (n := dict(m).get(a, 0) - lowest[a])): c for m, c in value.items()
        }
        content = common(list(scaled.values()))
        root, rest = _square_part(content)
        inner = {monomial: coefficient / content * rest for monomial, coefficient in scaled.items()}
        if any(power > 0 for power in lowest.values()):  # sqrt(x^2 + x^4): left as it is
            return text
        bare = f"({self._sum(inner)})"
        below = {frozenset((atom, -power // 2) for atom, power in lowest.items() if power): Fraction(1)}
        over = self._sum(below) if any(lowest.values()) else ""
        divisor = Product(tuple(Power(atom, integer(-power // 2)) for atom, power in lowest.items() if power))
        scale = f"({root.numerator} / {root.denominator})"
        if not over and root == 1 and self._spelt(inner) == self._spelt(value) and text not in self.respelt:
            self.respelt.add(text)
            if self.chosen.setdefault(self._spelt(inner), text) == text:
                return text
        bare = self.chosen.setdefault(self._spelt(inner), bare)
        tail = f" * / Rabs ({over})" if over else ""
        lemma = (
            f"apply (root_over {text} {scale} ({over}) {bare})"
            if over
            else f"apply (root_times {text} {scale} {bare})"
        )
        proof = f"{lemma}; unf; first [nz | field; nz | lra]"
        plainly = bare == "(1)"
        if bare != text:
            self.rewrites.append(self._assert("S", f"sqrt {text} = {scale} * sqrt {bare}{tail}", proof))
        if over:
            self.under[f"({over})"] = divisor
        if plainly:
            self.rewrites.append(self._assert("S", "sqrt (1) = 1", "apply sqrt_1"))
            return "1"
        return bare

    def _spelt(self, value: Polynomial) -> str:
        return self._sum(value)

    def squares(self) -> None:
        """Say how the squares of paired functions hang together, and what absolute values are made of."""
        calls = [node for node in self.nodes if isinstance(node, Call)]
        circular = [term(node.arguments[0], self.functions) for node in calls if node.name in _CIRCULAR]
        for text in dict.fromkeys(circular):
            self.rules.append(self._assert("T", f"sin {text} ^ 2 = 1 - cos {text} ^ 2", "apply sin_square"))
        if not self.exponential:
            hyperbolic = [term(node.arguments[0], self.functions) for node in calls if node.name in _HYPERBOLIC]
            for text in dict.fromkeys(hyperbolic):
                self.rules.append(self._assert("T", f"cosh {text} ^ 2 = 1 + sinh {text} ^ 2", "apply cosh_square"))
        absolute = {term(n.arguments[0], self.functions): n.arguments[0] for n in calls if n.name in ("abs", "sign")}
        absolute |= {
            term(n.arguments[0], self.functions): n.arguments[0] for n in calls if n.name in ("asec", "acsc")
        }
        signs: set[str] = set()
        for node in calls:
            text = term(node.arguments[0], self.functions)
            if node.name in ("abs", "sign") and text not in signs:  # the slope of |u| is sign u
                signs.add(text)
                whole = f"{text} <> 0 -> sign {text} = {text} * / Rabs {text}"
                self.rewrites.append(self._assert("W", whole, "apply sign_abs"))
        for text, argument in (self.under | absolute).items():
            self._absolute(text, argument)

    def _absolute(self, text: str, argument: Node) -> None:
        if is_positive(argument, self.known):
            self.rewrites.append(self._assert("V", f"Rabs {text} = {text}", "unf; apply Rabs_pos_eq; nneg"))
            return
        value = polynomial(argument, self.known)
        if len(value) != 1:
            self._absolute_rule(text)
            return
        ((monomial, coefficient),) = value.items()
        parts = [f"({abs(coefficient).numerator} / {abs(coefficient).denominator})"]
        rules = []
        for atom, power in sorted(monomial, key=lambda pair: term(pair[0], self.functions)):
            inner = term(atom, self.functions)
            parts.append(f"{'/ ' if power < 0 else ''}(Rabs {inner} ^ {abs(power)})")
            rules.append(self._absolute_rule(inner))
        if parts != ["(1 / 1)", f"(Rabs {text} ^ 1)"]:
            proof = f"apply abs_by_square; unf; [nneg | field [{' '.join(rules)}]; nz]"
            self.rewrites.append(self._assert("V", f"Rabs {text} = {' * '.join(parts)}", proof))

    def _absolute_rule(self, text: str) -> str:
        if text not in self.squared:
            self.squared[text] = self._assert("T", f"Rabs {text} ^ 2 = {text} ^ 2", "apply abs_square")
            self.rules.append(self.squared[text])
        return self.squared[text]
