"""Words for intervals, points, values and proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ogive.explaining.signs.points import End, Root
from ogive.explaining.signs.study import Value, value_tree
from ogive.expressions import balls, parse
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ogive.explaining.records.sheet import Sentence
    from ogive.explaining.signs.charts import Charter

__all__ = ["interval", "joined", "number", "place", "point", "proof_words", "region"]


def number(charter: Charter, value: Value) -> Sentence:
    """Write a value: exactly where that is short, otherwise with digits that are all right."""
    if value.infinite:
        return ("∞" if value.infinite > 0 else "-∞",)
    tree = value_tree(charter, value)
    if tree is not None:
        return (tree,)
    with balls.precision(128):
        return (balls.decimals(value.ball()).replace("[", "").replace("]", "") + "…",)


def point(end: End) -> Sentence:
    """Write a point of the line."""
    if not isinstance(end, Root):
        return ("∞" if end > 0 else "-∞",)
    if end.closed is not None and t.size(end.closed) <= 14:
        return (end.closed,)
    with balls.precision(128):
        return (balls.decimals(end.enclosure()) + "…",)


def place(name: str, end: End) -> Sentence:
    """Write ``z = 0``."""
    return (t.Symbol(name), " = ", *point(end))


def region(name: str, low: End, high: End) -> Sentence:
    """Write an open interval as an inequality: ``z > 0``, ``-1 < z < 1``, ``every real z``."""
    z = t.Symbol(name)
    if not isinstance(low, Root) and not isinstance(high, Root):
        return ("every real ", z)
    if not isinstance(low, Root):
        return (z, " < ", *point(high))
    if not isinstance(high, Root):
        return (z, " > ", *point(low))
    return (*point(low), " < ", z, " < ", *point(high))


def interval(low: Sentence, high: Sentence, *, left: bool, right: bool) -> Sentence:
    """Write an interval with square brackets where the end belongs to it."""
    return ("[" if left else "(", *low, ", ", *high, "]" if right else ")")


def joined(parts: Iterable[Sentence], between: str = ", ", last: str = " and ") -> Sentence:
    """Join sentences with commas, and the last one with a word."""
    listed = list(parts)
    words: list[Any] = []
    for at, part in enumerate(listed):
        if at:
            words.append(last if at == len(listed) - 1 else between)
        words.extend(part)
    return tuple(words)


def proof_words(proof: dict[str, Any]) -> Sentence:
    """Say in words how the signs of a function were found."""
    match proof.get("method"):
        case "positive" | "constant":
            return ("powers of e and roots are positive",)
        case "terms":
            return ("every term of ", parse(proof["form"]), " is positive")
        case "sturm":
            return _sturm_words(proof)
        case "rolle":
            divided = "" if proof["divided_by"] == "1" else f", divided by {proof['divided_by']},"
            return (parse(proof["form"]), f"{divided} is monotone between the zeros of its slope, ", *_signs(proof))
        case "ball-roots":
            return _ball_words(proof)
        case "ratio":
            divided = f", divided by {proof['divided_by']}, is monotone between the zeros of its slope"
            return (parse(proof["form"]), divided)
        case "product":
            return joined([proof_words(part) for part in proof["factors"][:3]], "; ", "; ")
        case "zero":
            return ("it is the number 0 there",)
    return ("of its certificate",)


def _ball_words(proof: dict[str, Any]) -> Sentence:
    """Say how many real roots balls have isolated."""
    return (parse(proof["form"]), f" has {proof['roots']} real roots, isolated in balls")


def _sturm_words(proof: dict[str, Any]) -> Sentence:
    name = proof["variable"]
    letter = "t" if name.startswith("exp") else name
    count = proof["roots"]
    where = f" for t = {_power_of_e(name)} > 0" if letter == "t" else " on the real line"
    roots = "no root" if count == 0 else "1 root" if count == 1 else f"{count} roots"
    return (_polynomial(proof["coefficients"], letter), f" has {roots}{where} by Sturm's count")


def _power_of_e(name: str) -> str:
    inside = name.removeprefix("exp(").removesuffix(")")
    rate, _, variable = inside.partition("*")
    return f"e^{variable}" if rate == "1" else f"e^-{variable}" if rate == "-1" else f"e^({rate}{variable})"


def _polynomial(coefficients: list[str], letter: str) -> t.Node:
    text = " + ".join(f"({value})*{letter}**{k}" for k, value in enumerate(coefficients) if value != "0")
    return _tidy(parse(text))


def _tidy(node: t.Node) -> t.Node:
    """Write 1*t**1 as t, and a negative coefficient as a minus sign."""
    terms = node.terms if isinstance(node, t.Sum) else (node,)
    done = [_tidy_term(term) for term in reversed(terms)]
    return done[0] if len(done) == 1 else t.Sum(tuple(done))


def _tidy_term(term: t.Node) -> t.Node:
    if not isinstance(term, t.Product):
        return term
    factor, power = term.factors
    if not isinstance(power, t.Power):
        return term
    exponent, value = t.number(power.exponent), t.number(factor)
    if exponent is None or value is None:
        return term
    bare = power.base if exponent == 1 else power
    if exponent == 0:
        return t.rational(value)
    positive = bare if abs(value) == 1 else t.Product((t.rational(abs(value)), bare))
    return positive if value > 0 else t.Negative(positive)


def _signs(proof: dict[str, Any]) -> Sentence:
    names = {1: "positive", 0: "zero", -1: "negative"}
    at = [f"{names[sign]} at {_pretty_end(end)}" for sign, end in zip(proof["signs"], proof["at"], strict=True)]
    return ("and is " + ", ".join(at),)


def _pretty_end(end: str) -> str:
    if end in ("oo", "-oo"):
        return end.replace("oo", "∞")
    if end.startswith("["):
        low = end[1:-1].partition(",")[0]
        top, _, bottom = low.partition("/")
        return f"{int(top) / int(bottom or 1):.6g}…"
    return end
