"""What Rocq makes of the published problems, of our own results, of every route and of forged claims.

``python -m benchmarks.rocq`` writes the table of docs/an-outside-judge.md; it needs coqc with Coquelicot and
Interval, and takes some minutes of one core.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import ogive as og
from ogive.explaining import ROUTES
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.explaining.rocq import (
    Claim,
    Finding,
    Judgement,
    NotExpressibleError,
    Rocq,
    claim_of,
    judge_claims,
    rocq,
    theorems_of_derivation,
)
from ogive.expressions import parse
from ogive.expressions.tree import Node

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data"
PAGE = ROOT / "docs" / "an-outside-judge.md"

FORGED = {
    # expression: (a wrong slope, the right one)
    "√3*x^2": ("2x", "2*√3*x"),
    "1/(1+e^(-√3*x))": ("e^(-x)/(1+e^(-x))^2", "√3*e^(-√3*x)/(1+e^(-√3*x))^2"),
    "√5*sin(x)": ("cos(x)", "√5*cos(x)"),
    "0^2*x^2": ("2x", "0"),
    "log((-3)^2)*x": ("2*log(-3)", "log(9)"),
    "tan(√3*x)": ("sec(x)^2", "√3*sec(√3*x)^2"),
    "x*(1+erf(x/√2))/2": (
        "(1 + erf(x/√2) + 2*x*exp(-(x/√2)^2)/√pi)/2",
        "(1+erf(x/√2))/2 + x*exp(-x^2/2)/√(2*pi)",
    ),
    "1/(1+e^(-x))": ("0", "e^(-x)/(1+e^(-x))^2"),
    "x": ("0", "1"),
}
"""Slopes that Ogive once printed, or that its checker once let pass, beside the right ones (made by hand)."""


@dataclass(frozen=True)
class Problem:
    """A published problem with the answer that its source prints."""

    name: str
    expression: str
    variable: str
    order: int
    answer: str
    at: str
    wrong: bool

    def claim(self) -> Claim:
        """Return the problem as a claim."""
        names = (self.variable,)
        expression = parse(self.expression, functions=VOCABULARY, names=names)
        return Claim(expression, self.variable, parse(self.answer, functions=VOCABULARY, names=names), self.order)


def published() -> list[Problem]:
    """Read both collections; a problem that stands in both with the same answer counts once."""
    found: dict[tuple[object, ...], Problem] = {}
    for at, row in enumerate(
        json.loads((DATA / "published_derivatives.json").read_text(encoding="utf-8"))["problems"]
    ):
        expression, answer = row.get("read_as", row["expr"]), row.get("answer_read_as", row["answer"])
        new = Problem(f"P{at:02}", expression, row["var"], row["order"], answer, "", "note" in row)
        found.setdefault(_key(new), new)
    for row in json.loads((DATA / "derivative_problems.json").read_text(encoding="utf-8"))["problems"]:
        wrong = not row["printed_answer_correct"]
        place = str(row.get("at", ""))
        new = Problem(row["id"], row["expr"], row["var"], row["order"], row["answer"], place, wrong)
        found.setdefault(_key(new), new)
    return list(found.values())


def _key(problem: Problem) -> tuple[object, ...]:
    claim = problem.claim()
    return claim.expression, claim.result, claim.order, problem.at


def derived(problems: list[Problem]) -> tuple[list[Problem], list[Claim]]:
    """Let `explain` answer the problems."""
    answered, claims = [], []
    for problem in problems:
        try:
            found = og.explain(problem.expression, problem.variable, order=problem.order, detail=0)
        except ValueError:
            continue
        answered.append(problem)
        claims.append(claim_of(found))
    return answered, claims


def routes(judge: Rocq) -> list[tuple[str, int, int]]:
    """Judge every route to the slope of the logistic function, line by line."""
    rows = []
    for route in ROUTES:
        _, lines, skipped = theorems_of_derivation(og.explain("sigmoid", route=route))
        proved = sum(outcome.proved for outcome in judge.judge(lines))
        rows.append((route, proved, len(lines) + len(skipped)))
    return rows


def shapes(judge: Rocq) -> tuple[dict[str, Finding], tuple[int, int, int]]:
    """Judge the slope of every shape, and the lines of its derivation: proved, not proved, not stated."""
    claims, lines, missing = {}, [], 0
    for name in og.shapes:
        derivation = og.explain(name)
        claims[name] = claim_of(derivation)
        try:
            _, found, skipped = theorems_of_derivation(derivation, prefix=f"{name}_")
        except NotExpressibleError:
            continue
        lines += found
        missing += len(skipped)
    found = dict(zip(claims, judge_claims(judge, list(claims.values()), VOCABULARY), strict=True))
    proved = sum(outcome.proved for outcome in judge.judge(lines))
    return found, (proved, len(lines) - proved, missing)


def row(name: str, findings: tuple[Finding, ...]) -> str:
    """Write one row of the table."""
    kinds = (Judgement.ACCEPTED, Judgement.NARROWED, Judgement.NOT_PROVED, Judgement.REFUTED)
    kinds += (Judgement.VACUOUS, Judgement.NOT_EXPRESSIBLE)
    cells = [str(sum(finding.judgement is kind for finding in findings)) for kind in kinds]
    return f"| {name} | {len(findings)} | {' | '.join(cells)} |"


def told(title: str, problems: list[Problem], findings: tuple[Finding, ...]) -> list[str]:
    """List what was not accepted as it stands."""
    lines = [f"{title}:", ""]
    for problem, finding in zip(problems, findings, strict=True):
        if finding.judgement is not Judgement.ACCEPTED:
            wrong = "; the printed answer is known to be wrong" if problem.wrong else ""
            reason = f" ({finding.reason})" if finding.reason and "\n" not in finding.reason else ""
            answer = f", claimed `{problem.answer}`" if title.startswith("Answers") else ""
            claim = f"`{problem.expression}`{answer}"
            lines.append(f"- {claim}: {finding.judgement.value}{reason}{wrong}")
    return [*lines, ""]


def main() -> None:
    """Write the figures of the page."""
    everything = published()
    problems = [problem for problem in everything if not problem.at]
    answered, results = derived(problems)
    claims = [problem.claim() for problem in problems]
    wrong = [Claim(parsed(f), "x", parsed(w)) for f, (w, _) in FORGED.items()]
    right = [Claim(parsed(f), "x", parsed(r)) for f, (_, r) in FORGED.items()]
    with rocq() as judge:
        both = judge_claims(judge, [*claims, *results], VOCABULARY)
        answers, own = both[: len(claims)], both[len(claims) :]
        forged, mended = judge_claims(judge, wrong, VOCABULARY), judge_claims(judge, right, VOCABULARY)
        of_shapes, (proved, unproved, unstated) = shapes(judge)
        by_route = routes(judge)
    lines = [
        f"Of {len(everything)} published problems {len(everything) - len(problems)} ask for a value at a point,",
        f"which is not stated here; {len(problems)} ask for a slope.",
        "",
        "| claims | in all | accepted | accepted where the result is defined | not proved | refuted | vacuous "
        "| not expressible |",
        "|---|---|---|---|---|---|---|---|",
        row("answers as published", answers),
        row("results of `explain` for the same", own),
        row("slopes of the shapes", tuple(of_shapes.values())),
        row("forged slopes", forged),
        row("the right slopes beside them", mended),
        "",
        *told("Answers that are not accepted as they stand", problems, answers),
        *told("Results of `explain` that are not", answered, own),
        "| route to the slope of the logistic function | lines accepted | lines |",
        "|---|---|---|",
        *(f"| {name} | {good} | {total} |" for name, good, total in by_route),
        "",
        f"Lines of the derivations of the shapes: {proved} accepted, {unproved} not proved, {unstated} not stated.",
    ]
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{tail}", encoding="utf-8")


def parsed(text: str) -> Node:
    """Read an expression in x."""
    return parse(text, functions=VOCABULARY, names=("x",))


BEGIN, END = "<!-- figures: python -m benchmarks.rocq -->", "<!-- end of figures -->"

if __name__ == "__main__":
    main()
