"""``ogive judge``: a derivation, or a claim about a slope, before the Rocq proof assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

import ogive
from ogive.cli.house import good, warn
from ogive.cli.paths import Command

if TYPE_CHECKING:
    from ogive.explaining import Derivation
    from ogive.explaining.rocq import Finding, Rocq

__all__ = ["judge"]


@click.command(cls=Command, short_help="Let the Rocq proof assistant judge a slope.")
@click.argument("function", metavar="SHAPE | FORMULA")
@click.option("--claim", metavar="FORMULA", help="Judge this slope instead of the one that is derived here.")
@click.option("--var", metavar="NAME", help="The variable, where several symbols could be meant.")
@click.option("--order", type=click.IntRange(1, 20), default=1, show_default=True, help="How often to differentiate.")
@click.option("--route", metavar="NAME", help="Which way the derivation goes; a wrong name lists the routes.")
def judge(function: str, claim: str | None, **question: Any) -> int:
    """Ask Rocq (formerly Coq) whether a derivation holds: its slope as a theorem, each of its lines as a lemma.

    A claim is accepted, refuted (Rocq has a proof that it is false), or not proved, which says nothing about it. The
    exit status is 0 only if all is accepted. Needs coqc with Coquelicot and Interval.
    """
    from ogive.explaining.rocq import RocqMissingError, rocq

    try:
        derivation = ogive.explain(function, **question)
        with rocq() as judge_:
            if claim is not None:
                return _of_claim(judge_, derivation, claim)
            return _of_derivation(judge_, derivation)
    except (ValueError, RocqMissingError) as error:
        raise click.UsageError(str(error)) from None


def _of_claim(rocq: Rocq, derivation: Derivation, claim: str) -> int:
    from ogive.explaining.rocq import Claim, judge_claims
    from ogive.expressions import parse, to_unicode

    tree = parse(claim, functions=derivation.functions, names=(derivation.variable,))
    asked = Claim(derivation.expression, derivation.variable, tree, derivation.order)
    return _tell(to_unicode(tree, derivation.functions), judge_claims(rocq, [asked], derivation.functions)[0])


def _of_derivation(rocq: Rocq, derivation: Derivation) -> int:
    from ogive.explaining.rocq import claim_of, judge_claims, theorems_of_derivation

    status = _tell(derivation.result, judge_claims(rocq, [claim_of(derivation)], derivation.functions)[0])
    _, lines, skipped = theorems_of_derivation(derivation)
    outcomes = rocq.judge(lines)
    for theorem, outcome in zip(lines, outcomes, strict=True):
        if not outcome.proved:
            click.echo(f"{warn('✗')} {theorem.name.replace('_', ' ')}: not proved")
    for reason in skipped:
        click.echo(f"{warn('✗')} {reason}")
    proved = sum(outcome.proved for outcome in outcomes)
    click.echo(f"{proved} of {len(lines) + len(skipped)} lines accepted")
    return status or int(proved < len(lines) + len(skipped))


def _tell(what: str, finding: Finding) -> int:
    accepted = finding.judgement.accepted
    reason = f": {finding.reason}" if finding.reason and "\n" not in finding.reason else ""
    click.echo(f"{(good if accepted else warn)('✓' if accepted else '✗')} {what}: {finding.judgement.value}{reason}")
    return 0 if accepted else 1
