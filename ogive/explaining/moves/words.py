"""The words for every rule. Identifiers are frozen; these may be improved at any time.

In a text, ``{names}`` lists the abbreviations that the step introduces, ``{old}`` and ``{new}`` are the parts that
the rule was applied to and made, and any other name in braces is a binding of the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Final, TypeAlias, final

from ogive.explaining.records.steps import Step, introduced, leaves
from ogive.expressions.tree import Node, Relation, Symbol, subtree

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TEXTS", "Part", "RuleText", "reason"]

Part: TypeAlias = str | Node


@final
@dataclass(frozen=True, slots=True)
class RuleText:
    """What a step says in the margin, and the rule as a formula (empty where there is none to show)."""

    reason: str
    formula: str = ""


TEXTS: Final[dict[str, RuleText]] = {
    # sums of steps
    "derive": RuleText("differentiate"),
    "differentiate-again": RuleText("differentiate once more"),
    "differentiate": RuleText("differentiate{names}"),
    "differentiate-parts": RuleText("differentiate each part{names}"),
    "simplify": RuleText("simplify"),
    "solve-for-variable": RuleText("solve for the variable"),
    "tidy": RuleText("tidy up"),
    "arithmetic": RuleText("simplify"),
    "reach-target": RuleText("rewrite{names}"),
    "by-name": RuleText("call it by its name{names}"),
    # calculus
    "constant": RuleText("{body} is constant", "c' = 0"),
    "identity": RuleText("the variable itself", "x' = 1"),
    "sum": RuleText("sum rule", "(f + g)' = f' + g'"),
    "negative": RuleText("a minus sign stays", "(-f)' = -f'"),
    "constant-factor": RuleText("a constant factor stays", "(c·f)' = c·f'"),
    "constant-divisor": RuleText("a constant divisor stays", "(f/c)' = f'/c"),
    "product": RuleText("product rule", "(f·g)' = f'·g + f·g'"),
    "quotient": RuleText("quotient rule", "(f/g)' = (f'·g - f·g')/g²"),
    "reciprocal": RuleText("reciprocal rule", "(1/g)' = -g'/g²"),
    "power": RuleText("power rule", "(xⁿ)' = n·xⁿ⁻¹"),
    "exponential": RuleText("the exponential is its own derivative", "(eˣ)' = eˣ"),
    "exponential-with-base": RuleText("exponential with another base", "(cˣ)' = cˣ·ln c"),
    "cases": RuleText("each case where it holds"),
    "function": RuleText("{old} = {new}"),
    "chain": RuleText("chain rule{names}", "(f(u))' = f'(u)·u'"),
    "open-call": RuleText("{old} = {new}"),
    "put-back": RuleText("put back {bindings}"),
    "abbreviate": RuleText("{names}"),
    "reciprocal-as-power": RuleText("write the fraction as a power", "1/gⁿ = g⁻ⁿ"),
    "power-as-exponential": RuleText("write the power with base e", "f^g = e^(g·ln f)"),
    "slope-of-name": RuleText("chain rule", "f(y)' = f'(y)·y'"),
    "put-numbers": RuleText("{names}"),
    "recall": RuleText("{name} = {long}"),
    # equations
    "logarithm-of-both-sides": RuleText("take the logarithm of both sides"),
    "differentiate-both-sides": RuleText("differentiate both sides with respect to {by}"),
    "clear-denominator": RuleText("multiply by the denominator", "y = a/b, so y·b = a"),
    "solve-for-slope": RuleText("solve for {slope}"),
    "undo": RuleText("undo the outermost operation"),
    "inverse-function-theorem": RuleText("slope of the inverse function", "dy/dx = 1/(dx/dy)"),
    "definition-of-derivative": RuleText("definition of the derivative"),
    "known-limit": RuleText("{old} = {new}"),
    "limit-of-product": RuleText("the limit of a product is the product of the limits"),
    "limit-by-continuity": RuleText("continuous there: put in {point}"),
    "exponential-of-sum": RuleText("{old} = {new}", "e^(a + b) = e^a·e^b"),
    "one-fraction": RuleText("one fraction bar", "a/b - c/d = (a·d - c·b)/(b·d)"),
    "log-of-power": RuleText("logarithm of a power", "ln aⁿ = n·ln a"),
    # zeros, ones and signs
    "zero-term": RuleText("leave out 0", "a + 0 = a"),
    "zero-factor": RuleText("a factor is 0", "0·a = 0"),
    "one-factor": RuleText("leave out the factor 1", "1·a = a"),
    "zero-fraction": RuleText("0 over anything", "0/a = 0"),
    "over-one": RuleText("a denominator of 1", "a/1 = a"),
    "exponent-one": RuleText("an exponent of 1", "a¹ = a"),
    "exponent-zero": RuleText("an exponent of 0", "a⁰ = 1"),
    "known-value": RuleText("{old} = {new}"),
    "double-negative": RuleText("two minus signs", "-(-a) = a"),
    "sign-of-product": RuleText("minus signs to the front", "(-a)·b = -a·b"),
    "sign-of-fraction": RuleText("minus signs to the front", "(-a)/b = -a/b"),
    "leading-sign": RuleText("the minus sign to the front", "(-a)·b = -a·b"),
    "sign-of-sum": RuleText("open the bracket", "-(a + b) = -a - b"),
    "minus-sum": RuleText("open the bracket", "a - (b - c) = a - b + c"),
    "even-power-of-negative": RuleText("power of a minus sign", "(-a)² = a²"),
    # brackets and numbers
    "flatten-sum": RuleText("leave out the bracket", "(a + b) + c = a + b + c"),
    "flatten-product": RuleText("leave out the bracket", "(a·b)·c = a·b·c"),
    "add-numbers": RuleText("add the numbers"),
    "multiply-numbers": RuleText("multiply the numbers"),
    "power-of-number": RuleText("{old} = {new}"),
    "reduce-number": RuleText("{old} = {new}"),
    # fractions and powers
    "fraction-times": RuleText("one fraction bar", "a·(b/c) = a·b/c"),
    "fraction-over": RuleText("one fraction bar", "(a/b)/c = a/(b·c)"),
    "over-fraction": RuleText("one fraction bar", "a/(b/c) = a·c/b"),
    "power-of-fraction": RuleText("power of a fraction", "(a/b)² = a²/b²"),
    "power-of-product": RuleText("power of a product", "(a·b)² = a²·b²"),
    "negative-power": RuleText("negative powers into the denominator", "a·b⁻² = a/b²"),
    "power-in-denominator": RuleText("negative powers out of the denominator", "a/b⁻² = a·b²"),
    "cancel": RuleText("cancel", "(a·b)/(a·c) = b/c"),
    "cancel-in-sum": RuleText("cancel", "(a·b + a·c)/(a·d) = (b + c)/d"),
    "cancel-number": RuleText("cancel a common number", "(2·a + 2·b)/(2·c) = (a + b)/c"),
    "times-sign": RuleText("{old} = {new}", "a·sign(a) = |a|"),
    "collect-powers": RuleText("collect powers", "a·a² = a³"),
    "power-of-power": RuleText("power of a power", "(a²)³ = a⁶"),
    "half-power": RuleText("write the power as a root", "a^(1/2) = √a"),
    "like-terms": RuleText("collect like terms", "2·x + 3·x = 5·x"),
    "multiply-out": RuleText("multiply out and collect"),
    "same-denominator": RuleText("one fraction bar", "a/c + b/c = (a + b)/c"),
    # exponentials, order and common numbers
    "exponential-of-zero": RuleText("an exponent of 0", "e⁰ = 1"),
    "collect-exponentials": RuleText("add the exponents", "e^a·e^b = e^(a + b)"),
    "power-of-exponential": RuleText("multiply the exponents", "(e^a)² = e^(2·a)"),
    "exponential-as-power": RuleText("write it as a power again", "e^(g·ln f) = f^g"),
    "simple-first": RuleText("simple factors first", "sin x·x = x·sin x"),
    "number-out": RuleText("take a common number out", "2·a + 4·b = 2·(a + 2·b)"),
    "number-times-sum": RuleText("multiply out", "2·(a + b) = 2·a + 2·b"),
    # moves that need a choice
    "add-and-subtract": RuleText("add and subtract {c}", "a = c + a - c"),
    "split-fraction": RuleText("split the fraction", "(a + b)/c = a/c + b/c"),
    "power-of-reciprocal": RuleText("a power of a fraction", "1/a² = (1/a)²"),
    "split-into-product": RuleText("split into a product", "a·b/(c·d) = a·(b/c)·(1/d)"),
    "factor-from-fraction": RuleText("take {factor} out of the fraction", "a·b/c = a·(b/c)"),
    "factor-out": RuleText("factor out {factor}", "a·b + a·c = a·(b + c)"),
    "distribute": RuleText("multiply out", "a·(b + c) = a·b + a·c"),
    "fold-call": RuleText("{old} = {new}"),
    "identity-of-functions": RuleText("{old} = {new}"),
    "reorder": RuleText("put in order", "a + b = b + a"),
    "same-normal-form": RuleText("both have the same exact normal form"),
}
"""Every rule that a derivation can use has a text here."""


def reason(step: Step) -> tuple[Part, ...]:
    """Return what stands in the margin of a step: pieces of text, and trees for each face to print its own way."""
    parts: list[Part] = []
    for text, name, _, _ in Formatter().parse(TEXTS[step.rule].reason):
        if text:
            parts.append(text)
        if name is not None:
            parts += _filled(step, name, first=not parts)
    for condition in dict.fromkeys(condition for leaf in leaves(step) for condition in leaf.conditions):
        parts += [", for ", condition]
    return tuple(parts)


def _filled(step: Step, name: str, *, first: bool) -> Iterator[Part]:
    if name == "names":
        yield from _list(introduced(step), "with " if first else ", with ")
    elif name == "bindings":
        yield from _list(dict(step.bindings), "")
    elif name == "body":
        yield subtree(step.before, (*step.path, 0))
    elif name in ("old", "new"):
        yield subtree(step.before if name == "old" else step.after, step.path)
    else:
        yield dict(step.bindings)[name]


def _list(names: dict[str, Node], opening: str) -> Iterator[Part]:
    for at, (name, meaning) in enumerate(names.items()):
        yield opening if at == 0 else ", "
        yield Relation("=", Symbol(name), meaning)
