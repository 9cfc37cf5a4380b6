"""The rules as data: what a line must look like before and after each, for the checker to call it by that name.

A rule of calculus is a pair of patterns; a letter stands for any expression, or for what the step binds to it. A rule
of algebra says what it is applied to and which kinds of expressions it looks into: a step is one if both sides are
equal when everything else is taken as a whole, and if that is not so without the kind that makes the rule.
That both sides are *equal*, and where, is not decided here: `derivations` proves it of every step.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from ogive.explaining.checking.arithmetic import Arithmetic, kind_of
from ogive.expressions import tree as t
from ogive.expressions.differentiate import expand
from ogive.expressions.parser import parse
from ogive.expressions.patterns import as_power, filled, matched, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ogive.expressions import Functions

__all__ = ["GROUPS", "INTRODUCING", "TRUE_BY_DEFINITION", "fits", "may_sum_up", "side_conditions"]

GROUPS: Final = {
    "derive": 0, "differentiate-again": 0, "differentiate": 1, "simplify": 1, "reach-target": 1,
    "differentiate-parts": 2, "tidy": 2, "solve-for-variable": 2, "arithmetic": 3, "by-name": 3,
}  # fmt: skip
INTRODUCING: Final = frozenset({"chain", "abbreviate", "put-numbers"})
TRUE_BY_DEFINITION: Final = frozenset({"definition-of-derivative"})

_PATTERNS: Final = {
    "constant": "diff(c, x) -> 0",
    "identity": "diff(x, x) -> 1",
    "negative": "diff(-f, x) -> -diff(f, x)",
    "constant-divisor": "diff(f/c, x) -> diff(f, x)/c",
    "quotient": "diff(f/g, x) -> (diff(f, x)*g - f*diff(g, x))/g**2",
    "reciprocal": "diff(1/g, x) -> -(diff(g, x)/g**2)",
    "power": "diff(x**c, x) -> c*x**(c - 1)",
    "exponential": "diff(e**x, x) -> e**x",
    "exponential-with-base": "diff(c**x, x) -> c**x*log(c)",
    "power-as-exponential": "f**g -> e**(g*log(f))",
    "cases": "diff(if(p < q, f, g), x) -> if(p < q, diff(f, x), diff(g, x))",
    "clear-denominator": "y = a/b -> y*b = a",
    "logarithm-of-both-sides": "a = b -> log(a) = log(b)",
    "differentiate-both-sides by=x": "a = b -> diff(a, x) = diff(b, x)",
    "inverse-function-theorem y=y": "f = x -> diff(y, x) = 1/diff(f, y)",
    "slope-of-name": "diff(f, x) -> diff(f, y)*diff(y, x)",
    "known-limit": "limit((e**h - 1)/h, h, 0) -> 1; limit((1 - e**(-h))/h, h, 0) -> 1; limit(sin(h)/h, h, 0) -> 1",
    "power-of-reciprocal": "1/a**b -> (1/a)**b",
    "half-power": "a**(1/2) -> sqrt(a); a**0.5 -> sqrt(a)",
    "power-of-fraction": "(a/b)**n -> a**n/b**n",
    "log-of-power": "log(1/a) -> -log(a); log(e**a) -> a; log(a**b) -> b*log(a)",
    "same-normal-form to=b": "a -> b",
    "identity-of-functions": (
        "sin(u)**2 -> 1 - cos(u)**2; cos(u)**2 -> 1 - sin(u)**2; 1 + tan(u)**2 -> sec(u)**2;"
        "tan(u)**2 + 1 -> sec(u)**2;"
        "sec(u)**2 -> 1 + tan(u)**2; 1/cos(u) -> sec(u); 1/sin(u) -> csc(u); sin(u)/cos(u) -> tan(u);"
        "cos(u)/sin(u) -> cot(u); tan(u) -> sin(u)/cos(u); sec(u) -> 1/cos(u); csc(u)**2 -> 1 + cot(u)**2;"
        "1 - tanh(u)**2 -> sech(u)**2; sech(u)**2 -> 1 - tanh(u)**2; cosh(u)**2 -> 1 + sinh(u)**2;"
        "1/cosh(u) -> sech(u); sinh(u)/cosh(u) -> tanh(u); 2*sin(u)*cos(u) -> sin(2*u);"
        "cos(u)**2 - sin(u)**2 -> cos(2*u); 1/(1 + e**(-u)) -> 1/2 + tanh(u/2)/2;"
        "tanh(u/2) -> 2*(1/(1 + e**(-u))) - 1"
    ),
}
"""Each rule that is a pair of patterns, or may be one of several; ``by=x`` says that the step binds ``by``."""

_LAWS: Final = {
    "double-negative": "negative: negative 0",
    "zero-factor": "product: 0 product",
    "zero-term": "sum: 0 sum negative",
    "zero-fraction": "quotient: 0 quotient",
    "one-factor": "product: 1 product",
    "over-one": "quotient: 1 quotient",
    "exponent-one": "power exp: power exp constant",
    "exponent-zero": "power exp: power exp 0 1",
    "flatten-sum": "sum: sum >",
    "flatten-product": "product: product >",
    "sign-of-product": "product: negative product",
    "leading-sign": "product: negative product",
    "sign-of-fraction": "quotient: negative quotient",
    "sign-of-sum": "negative: sum negative",
    "minus-sum": "sum: negative sum",
    "even-power-of-negative": "power: negative power",
    "add-numbers": "sum: sum number negative <",
    "multiply-numbers": "product: product ~ number negative quotient",
    "power-of-number": "power: power number",
    "reduce-number": "quotient: number",
    "like-terms": "sum: sum product number negative quotient <",
    "multiply-out": "sum: product/quotient product quotient sum negative number power exp",
    "number-times-sum": "product: sum number product negative quotient",
    "number-out": "product sum quotient negative: sum number product negative quotient",
    "distribute": "product power: sum product negative number power quotient exp",
    "factor-out factor": "sum: product sum negative power quotient 1 sqrt",
    "fraction-times": "product: quotient product 1",
    "fraction-over": "quotient: quotient product 1",
    "over-fraction": "quotient: quotient product 1",
    "negative-power": "product power: power product quotient 1 sqrt",
    "power-in-denominator": "quotient: power product quotient 1 sqrt",
    "reciprocal-as-power": "quotient: power product quotient 1",
    "cancel": "quotient: quotient product power sqrt number negative exp",
    "cancel-in-sum": "quotient: quotient sum product power sqrt negative number",
    "cancel-number": "quotient: number quotient sum product negative",
    "collect-powers": "product: product power sqrt number <",
    "power-of-power": "power: power sqrt",
    "power-of-product": "power: product power number",
    "power-of-exponential": "power: exp power number product sum negative quotient",
    "collect-exponentials": "product: exp product sum negative number quotient",
    "exponential-of-zero": "exp: exp 0 1",
    "exponential-of-sum": "exp: sum exp product negative",
    "same-denominator": "sum: quotient sum negative",
    "one-fraction": "sum: quotient sum product negative 1",
    "split-fraction part": "quotient: sum quotient negative 1",
    "factor-from-fraction factor": "quotient: quotient product 1",
    "split-into-product": "quotient: quotient product 1",
    "times-sign": "product: sign abs product",
    "exponential-as-power": "exp: log exp power product negative number",
    "add-and-subtract c": "*: sum negative number",
    "simple-first": "product: product =",
    "reorder to": "*: * ~ sum product negative quotient power exp number relation",
}
"""Each rule of algebra, with what it binds: the kinds it is applied to, the one that makes it, those it looks into.

A mark says what happens to the parts: ``<`` fewer, ``>`` more, ``=`` the same in another order, ``~`` perhaps that.
"""

_NAMING: Final = frozenset({"power-of-reciprocal", "fold-call", "abbreviate", "recall"})
_CHOOSING: Final = frozenset({
    "add-and-subtract", "split-fraction", "factor-out", "factor-from-fraction", "split-into-product", "distribute",
    "identity-of-functions", "reorder", "same-normal-form",
})  # fmt: skip
_ALGEBRA: Final = (
    (frozenset(rule.split()[0] for rule in _LAWS) - _CHOOSING - {"one-fraction", "exponential-of-sum"})
    | {"known-value"}
    | {"half-power", "power-of-fraction"}
)
_TAKING: Final = frozenset({
    "constant", "identity", "sum", "negative", "constant-factor", "constant-divisor", "product", "quotient",
    "reciprocal", "power", "exponential", "exponential-with-base", "cases", "function", "chain", "slope-of-name",
})  # fmt: skip
_SUMS_UP: Final = {  # what a group holds only, and what it must hold
    "arithmetic": (_ALGEBRA, _ALGEBRA),
    "simplify": (
        _ALGEBRA | _CHOOSING | {"put-back", "log-of-power", "exponential-of-sum", "reciprocal-as-power"},
        None,
    ),
    "reach-target": (_ALGEBRA | _CHOOSING | _NAMING | {"put-back"}, _CHOOSING | _NAMING),
    "by-name": (_NAMING, _NAMING),
    "solve-for-variable": (_ALGEBRA | {"undo"}, frozenset({"undo"})),
    **dict.fromkeys(("differentiate", "differentiate-parts", "differentiate-again"), (None, _TAKING)),
}


def may_sum_up(group: str, rules: Iterable[str]) -> bool:
    """Tell whether a step may be called by the name of a group, given the rules that it sums up."""
    used = frozenset(rules)
    only, needed = _SUMS_UP.get("simplify" if group == "tidy" else group, (None, None))
    return bool(used) and (only is None or used <= only) and (needed is None or bool(used & needed))


def side_conditions(rule: str, before: t.Node, functions: Functions) -> tuple[t.Node, ...]:
    """Return what a step by a rule must at least say of where it holds."""
    match rule, before:
        case "power", t.Derivative(t.Power(base, exponent), _) if t.number(exponent) is None:
            return (t.Relation(">", base, t.ZERO),)
        case "exponential-with-base", t.Derivative(t.Power(base, _), _) if t.symbols(base):
            return (t.Relation(">", base, t.ZERO),)
        case "function", t.Derivative(t.Call(name, (u, *_)), _) if name in functions:
            row = functions[name]
            text = row.slope_domain or row.domain
            return (t.substitute(parse(text, names=(row.argument,)), {row.argument: u}),) if text else ()
        case "power-as-exponential", t.Power(base, _):
            return (t.Relation(">", base, t.ZERO),)
        case "cases", t.Derivative(t.Conditional(condition, _, _), _):
            return (t.Relation("!=", condition.left, condition.right),)
        case "logarithm-of-both-sides", t.Relation(_, left, _):
            return (t.Relation(">", left, t.ZERO),)
    return ()


def fits(
    rule: str, old: t.Node, new: t.Node, bindings: Mapping[str, t.Node], names: Mapping[str, t.Node],
    functions: Functions,
) -> bool:  # fmt: skip
    """Tell whether a step from one expression to another is an application of a rule.

    Parameters
    ----------
    rule
        The identifier of the rule.
    old, new
        What stands before and after it at the place where it is applied.
    bindings
        What the step says that the rule needs.
    names
        What the names stand for.
    functions
        The table of functions.
    """
    if old == new or isinstance(old, t.Relation) != isinstance(new, t.Relation):
        return False
    for key, text in (*_PATTERNS.items(), *_LAWS.items()):
        name, *wanted = key.split()
        if name == rule:
            if key in _LAWS:
                bound = set(bindings) == set(wanted) and all(_stands_out(rule, bindings[w], old, new) for w in wanted)
                return bound and _by_law(text, old, new, functions)
            return _by_pattern(rule, text, dict(each.split("=") for each in wanted), old, new, bindings)
    match rule:
        case "chain" | "abbreviate" | "recall" | "put-back" | "put-numbers":
            return _by_name(rule, old, new, dict(bindings), names)
        case "open-call":
            return not bindings and isinstance(old, t.Call) and expand(old, functions) == new
        case "fold-call":
            long = expand(new, functions) if isinstance(new, t.Call) and bindings == {"call": new} else None
            return long is not None and as_power(long) == as_power(old)
        case "known-value":
            known = isinstance(old, t.Call) and t.size(old) == 2 and not t.symbols(old)
            return known and not bindings and not t.children(new)
        case "solve-for-slope" | "undo":
            return _solved(rule, old, new, bindings)
        case "definition-of-derivative":
            return _is_definition(old, new, bindings, names)
        case "limit-by-continuity":
            here = isinstance(old, t.Limit) and bindings == {"point": old.point}
            return here and isinstance(old, t.Limit) and new == t.substitute(old.body, {old.variable.name: old.point})
        case "limit-of-product":
            parts = t.children(old.body) if isinstance(old, t.Limit) and isinstance(old.body, t.Product) else ()
            return set(bindings) == {"part"} and bindings["part"] in parts and kind_of(new) == "product"
    return not bindings and isinstance(old, t.Derivative) and _by_parts(rule, old.body, old.variable, new, functions)


# ---- Patterns ----------------------------------------------------------------------------------------------------


def _by_pattern(
    rule: str, text: str, wanted: Mapping[str, str], old: t.Node, new: t.Node, bindings: Mapping[str, t.Node]
) -> bool:
    pairs = [each.split(" -> ") for each in text.split(";")]
    start = {letter: as_power(bindings[name]) for name, letter in wanted.items() if name in bindings}
    if rule == "identity-of-functions" and set(bindings) == {"entry", "u"}:
        entry = t.number(bindings["entry"])
        pairs = [pairs[entry.numerator]] if entry is not None and entry in range(len(pairs)) else []
        start = {"u": as_power(bindings["u"])}
    elif rule == "slope-of-name" and isinstance(new, t.Product) and isinstance(new.factors[-1], t.Derivative):
        start = {"y": new.factors[-1].body}
    elif set(bindings) != set(wanted):
        return False
    for before, after in pairs:
        found = matched(_with_operator(before, old), as_power(old), start)
        if found is None or any(x in found and not isinstance(found[x], t.Symbol) for x in ("x", "y") if x in after):
            continue
        if "c" in found and found["x"].name in t.symbols(found["c"]):  # type: ignore[union-attr]
            continue
        if _neat(filled(_with_operator(after, old), found)) == _neat(as_power(new)):
            return True
    return False


def _with_operator(text: str, old: t.Node) -> t.Node:
    """Read a pattern, with the operator of the condition that is there in the place of its own."""
    form, body = pattern(text.strip()), old.body if isinstance(old, t.Derivative) else None
    if not isinstance(body, t.Conditional):
        return form
    operator = body.condition.operator
    return t.transform(form, lambda n: t.Relation(operator, n.left, n.right) if isinstance(n, t.Relation) else n)


def _neat(tree: t.Node) -> t.Node:
    """Work out the numbers that filling a pattern leaves behind: x^(3 - 1), x^1, -1·x."""
    return t.transform(tree, _neat_node)


def _neat_node(node: t.Node) -> t.Node:
    match node:
        case t.Sum(parts) if all(t.number(part) is not None for part in parts):
            return t.rational(sum((t.number(part) or Fraction(0) for part in parts), Fraction(0)))
        case t.Power(base, exponent) if t.is_number(exponent, 1):
            return base
        case t.Product((first, *rest)) if t.is_number(first, -1):
            return t.Negative(t.Product(tuple(rest)) if len(rest) > 1 else rest[0])
    return node


# ---- Laws --------------------------------------------------------------------------------------------------------


def _by_law(text: str, old: t.Node, new: t.Node, functions: Functions) -> bool:
    kinds, _, opens = text.partition(": ")
    if kinds != "*" and kind_of(old) not in kinds.split():
        return False
    first, *others = opens.split()
    mains = first.split("/")
    before, after = t.children(old), t.children(new)
    fewer, same = len(_flat(old)) > len(_flat(new)), sorted(map(repr, before)) == sorted(map(repr, after))
    if kind_of(old) == kind_of(new):
        counts = (fewer or "<" not in others) and (len(after) > len(before) or ">" not in others)
        if not counts or ("=" in others and not same) or (same and not {"=", "~"} & {*others}):
            return False
    inside = kind_of(old) == kind_of(new) not in ("power", "exp") and len(before) == len(after)
    if inside and first not in ("negative", "*") and sum(a != b for a, b in zip(before, after, strict=True)) == 1:
        return False  # what happened, happened further inside
    every = frozenset({*mains, *others})
    needed = kind_of(old) not in {first, "exp"} and first != "*"
    return _alike(old, new, every, functions) and (
        not needed or not all(_alike(old, new, every - {main}, functions) for main in mains)
    )


def _flat(node: t.Node) -> list[t.Node]:
    parts = t.children(node) if kind_of(node) in ("sum", "product") else ()
    return [leaf for part in parts for leaf in (_flat(part) if kind_of(part) == kind_of(node) else [part])] or [node]


def _alike(old: t.Node, new: t.Node, opens: frozenset[str], functions: Functions) -> bool:
    arithmetic = Arithmetic(functions, opens=opens)
    if isinstance(old, t.Relation) and isinstance(new, t.Relation):
        return all(_alike(a, b, opens, functions) for a, b in zip(t.children(old), t.children(new), strict=True))
    return arithmetic.form(old).same(arithmetic.form(new))


def _stands_out(rule: str, part: t.Node, old: t.Node, new: t.Node) -> bool:
    """Tell whether the part that a step chooses stands out in what it makes."""
    match rule:
        case "reorder":
            return part == new and _leaves(old) == _leaves(new)
        case "add-and-subtract":
            back = part.operand if isinstance(part, t.Negative) else t.Negative(part)
            return isinstance(new, t.Sum) and new.terms[-1] == back and new.terms[: len(_terms(part))] == _terms(part)
        case "split-fraction":
            return isinstance(new, t.Sum) and isinstance(new.terms[0], t.Quotient) and new.terms[0].numerator == part
    return isinstance(new, t.Product) and new.factors[0] == part


def _leaves(tree: t.Node) -> list[str]:
    return sorted(repr(node) for _, node in t.walk(as_power(tree)) if not t.children(node))


def _terms(node: t.Node) -> tuple[t.Node, ...]:
    return node.terms if isinstance(node, t.Sum) else (node,)


# ---- Names, equations, definitions, any number of parts ----------------------------------------------------------


def _by_name(rule: str, old: t.Node, new: t.Node, bound: dict[str, t.Node], names: Mapping[str, t.Node]) -> bool:
    """Tell whether one line is the other with names put back."""
    if rule == "recall":
        name, long = bound.get("name"), bound.get("long")
        bound = {name.name: long} if isinstance(name, t.Symbol) and long is not None and len(bound) == 2 else {}
    if rule == "chain":
        match old, new:
            case t.Derivative(body, x), t.Product((t.Derivative(outer, u), t.Derivative(inner, y))):
                alone = x.name not in t.symbols(outer) and inner != x == y and bound == {u.name: inner}
                return alone and t.substitute(outer, bound) == body
        return False
    if rule == "put-numbers" and any(t.number(value) is None for value in bound.values()):
        return False
    long, short = (new, old) if rule in ("put-back", "put-numbers") else (old, new)
    taken = {node.variable.name for _, node in t.walk(short) if isinstance(node, (t.Derivative, t.Limit))}
    return (
        bool(bound)
        and set(bound) <= set(names)
        and not taken & set(bound)
        and (t.substitute(short, bound) == t.substitute(long, bound) and t.size(short) <= t.size(long))
    )


def _solved(rule: str, old: t.Node, new: t.Node, bindings: Mapping[str, t.Node]) -> bool:
    """Tell whether an equation is brought nearer to one that has a slope, or the variable, alone on a side."""
    if not isinstance(old, t.Relation) or not isinstance(new, t.Relation):
        return False
    if rule == "solve-for-slope":
        slope = bindings.get("slope")
        return set(bindings) == {"slope"} and isinstance(slope, t.Derivative) and new.left == slope != old.left
    by = bindings.get("by")
    known = set(bindings) == {"by"} and isinstance(by, t.Symbol) and by.name in t.symbols(new.right)
    return known and t.size(new.right) < t.size(old.right) and t.size(new.left) > t.size(old.left)


def _is_definition(old: t.Node, new: t.Node, bindings: Mapping[str, t.Node], names: Mapping[str, t.Node]) -> bool:
    """f'(x) = lim (f(x + h) - f(x))/h, where h is new and f is written without names that depend on x."""
    match old, bindings.get("by"):
        case t.Derivative(body, x), t.Symbol(name, "") as h if len(bindings) == 1 and name not in t.symbols(old):
            moved = t.substitute(body, {x.name: t.Sum((x, h))})
            inside = [node for _, node in t.walk(body) if isinstance(node, (t.Derivative, t.Limit))]
            apart = not names.keys() & {name, x.name, *t.symbols(body)} and not inside
            return apart and new == t.Limit(t.Quotient(t.Sum((moved, t.Negative(body))), h), h, t.ZERO)
    return False


def _by_parts(rule: str, body: t.Node, v: t.Symbol, new: t.Node, functions: Functions) -> bool:
    """Tell whether a derivative is taken by a rule for any number of parts, or by the table of slopes."""
    parts = t.children(body)
    match rule, body:
        case "sum", t.Sum():
            under = [p.operand if isinstance(p, t.Negative) else p for p in parts]
            slopes = [t.Derivative(each, v) for each in under]
            return new == t.Sum(
                tuple(t.Negative(s) if isinstance(p, t.Negative) else s for s, p in zip(slopes, parts, strict=True))
            )
        case "product", t.Product():
            each = [
                t.Product((*parts[:at], t.Derivative(part, v), *parts[at + 1 :])) for at, part in enumerate(parts)
            ]
            return new == t.Sum(tuple(each))
        case "constant-factor", t.Product():
            fixed = [part for part in parts if v.name not in t.symbols(part)]
            rest = [part for part in parts if v.name in t.symbols(part)]
            inner = rest[0] if len(rest) == 1 else t.Product(tuple(rest))
            return bool(fixed and rest) and new == t.Product((*fixed, t.Derivative(inner, v)))
        case "function", t.Call(name, (u,), 0) if u == v and name in functions and functions[name].derivative:
            row = functions[name]
            return new == t.substitute(parse(row.derivative or "", names=(row.argument,)), {row.argument: v})
    return False
