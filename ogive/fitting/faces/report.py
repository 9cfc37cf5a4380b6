"""Reports: the same facts as text, Markdown and HTML. Pure functions of the fit; no date, no width of a terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ogive._sinks import html_text, markdown, shown
from ogive.fitting.faces.tables import derived
from ogive.fitting.inference import covariance, hypotheses, intervals
from ogive.fitting.inference.status import PLAIN, Judgement, Status
from ogive.fitting.question.likelihoods import Normal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ogive.fitting.estimate import Estimate

__all__ = ["number", "report"]


class Content(NamedTuple):
    """What a report says, before it has a form."""

    title: str
    status: str
    sentences: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    facts: tuple[tuple[str, str], ...]


def report(estimate: Estimate, judgement: Judgement, format: str) -> str:  # noqa: A002 - what people call it
    """Return the report of a fit in one of the formats."""
    if format not in _FORMATS:
        raise ValueError(f"format must be one of {', '.join(_FORMATS)}, not {format!r}")
    say, write = _FORMATS[format]
    return write(_said(content(estimate, judgement), say))


def number(value: float, error: float = math.nan) -> str:
    """Write a number with the digits that its standard error leaves, or with six."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if not (math.isfinite(error) and error > 0):
        return f"{value:.6g}"
    decimals = 2 - math.floor(math.log10(error))
    if 0 <= decimals <= 8 and abs(value) < 1e7:
        return f"{value:.{decimals}f}"
    digits = max(1, 3 + math.floor(math.log10(max(abs(value), error))) - math.floor(math.log10(error)))
    return f"{value:.{min(digits, 12)}g}"


def content(estimate: Estimate, judgement: Judgement) -> Content:
    """Collect what a report says."""
    x, y = estimate.data.names
    sentences = [judgement.status.sentence]
    if judgement.detail:
        sentences.append(judgement.detail[0].upper() + judgement.detail[1:] + ".")
    sentences += [f"Also {flag}: {flag.sentence}" for flag in judgement.flags[1:]]
    rows = () if estimate.failed else tuple(_rows(estimate, judgement))
    header = ("parameter", "estimate", "std. error", "95 % from", "to")
    facts = () if estimate.failed else tuple(_facts(estimate, judgement))
    return Content(
        f"{estimate.model.name}: {y} against {x}", str(judgement.status), tuple(sentences), header, rows, facts
    )


def _rows(estimate: Estimate, judgement: Judgement) -> list[tuple[str, ...]]:
    """Return the parameters and the derived quantities of the field, with errors and intervals."""
    rows: list[tuple[str, ...]] = []
    found_of = _intervals(estimate, judgement)
    for name, value in covariance.parameters(estimate).items():
        spoken = _spoken(estimate, name)
        if name not in found_of:
            rows.append((spoken, number(value), "fixed", "", ""))
            continue
        found = found_of[name]
        ends = (number(end, found.stderr) for end in found)
        rows.append((spoken, number(value, found.stderr), number(found.stderr, found.stderr), *ends))
    for quantity in derived(estimate):
        for group in estimate.groups:
            name = quantity if len(estimate.groups) == 1 else f"{quantity}:{group}"
            found = found_of[name]
            ends = (number(end, found.stderr) for end in found)
            rows.append((name, number(found.value, found.stderr), number(found.stderr, found.stderr), *ends))
    return rows


def _intervals(estimate: Estimate, judgement: Judgement) -> dict[str, intervals.Interval]:
    """Return the intervals of the free parameters and of what is derived from them, by name."""
    names = list(estimate.names)
    for quantity in derived(estimate):
        names += [quantity if len(estimate.groups) == 1 else f"{quantity}:{group}" for group in estimate.groups]
    return dict(zip(names, intervals.reported(estimate, names, judgement.statuses), strict=True))


def _spoken(estimate: Estimate, name: str) -> str:
    stem, colon, group = name.partition(":")
    return estimate.vocabulary.spoken(stem, estimate.model) + colon + group


def _one_sided(estimate: Estimate, judgement: Judgement) -> list[tuple[str, str]]:
    """Say what the data do say about a midpoint that they do not pin down."""
    doubtful = bool({Status.EXTRAPOLATED, Status.ONE_PLATEAU, Status.STEEP} & set(judgement.flags))
    if not estimate.model.is_curve or judgement.status is Status.NO_EFFECT or not estimate.dof > 0:
        return []
    values, errors = covariance.parameters(estimate), covariance.standard_errors(estimate)
    facts = []
    for slot, name in enumerate(estimate.names):
        # a standard error of half an e-fold makes a Wald interval wider than a decade
        vague = doubtful or (estimate.problem.scales[slot].name == "log" and errors[name] > 0.5 * values[name])
        if estimate.problem.layout.stems[slot] != "midpoint" or not vague:
            continue
        low, high = intervals.interval(estimate, name, method="profile")
        below, above = low in {0.0, -math.inf}, math.isinf(high)
        if below != above:
            limit = f"above {number(low)}" if above else f"below {number(high)}"
            facts.append((name, f"not identified: {limit} (95 % profile)"))
        elif not below:
            facts.append((name, f"{number(low)} to {number(high)} (95 % profile)"))
    return facts


_CONVENTIONS = {"expected": "expected (J'J)", "observed": "observed (Hessian)", "sandwich": "sandwich (robust)"}


def _facts(estimate: Estimate, judgement: Judgement) -> list[tuple[str, str]]:
    left_out = f", {estimate.data.missing} missing left out" if estimate.data.missing else ""
    facts = [("observations", f"{estimate.n}{left_out}; {estimate.dof} degrees of freedom")]
    if len(estimate.groups) > 1:
        # curves fitted each by itself have a variance each, and so other standard errors
        variance = "; one residual variance for all" if isinstance(estimate.likelihood, Normal) else ""
        facts.append(("groups", ", ".join(estimate.groups) + variance))
    facts += _scatter(estimate)
    facts.append(
        (
            "standard errors",
            f"{_CONVENTIONS[estimate.errors]}; intervals by Wald, by profile where that lies elsewhere",
        )
    )
    facts += _one_sided(estimate, judgement)
    facts.append(("log-likelihood", f"{estimate.log_likelihood:.4f}"))
    facts.append(("criteria", f"AIC {estimate.aic:.3f}, AICc {estimate.aicc:.3f}, BIC {estimate.bic:.3f}"))
    if estimate.model.is_curve:
        facts.append(("no effect", _effect(estimate)))
    lack = hypotheses.lack_of_fit(estimate)
    if np.isfinite(lack.p_value):
        df = ", ".join(f"{d:g}" for d in lack.df)
        facts.append(("lack of fit", f"{lack.method}: {lack.statistic:.4g} on {df} df, {_p(lack.p_value)}"))
    flagged = np.flatnonzero(hypotheses.outliers(estimate, 0.05).flagged)
    if len(flagged):
        facts.append(("outliers", "observation " + ", ".join(str(i + 1) for i in flagged) + " (q < 0.05)"))
    return facts


def _scatter(estimate: Estimate) -> list[tuple[str, str]]:
    if not isinstance(estimate.likelihood, Normal):
        return [("deviance", f"{estimate.deviance:.6g} ({estimate.likelihood.name})")]
    loss = estimate.likelihood.loss.name
    robust = f"; {loss} loss, scale {estimate.likelihood.scale:.4g}" if loss != "squares" else ""
    r_squared = "" if math.isnan(estimate.r_squared) else f", R² {estimate.r_squared:.5f}"
    return [("residuals", f"sum of squares {estimate.rss:.6g}, standard error {estimate.rse:.5g}{r_squared}{robust}")]


def _effect(estimate: Estimate) -> str:
    if len(estimate.groups) == 1 and hypotheses.plain_p_value(estimate, 0) < PLAIN:
        return "p < 1e-8"
    test = hypotheses.no_effect(estimate)
    return f"{_p(test.p_value)} ({test.method})"


def _p(value: float) -> str:
    return "p < 1e-8" if value < 1e-8 else f"p = {value:.3g}"


def _said(found: Content, say: Callable[[str], str]) -> Content:
    """Write every text as its place needs it: names of columns, groups and models are other people's."""
    return Content(
        say(found.title),
        say(found.status),
        tuple(map(say, found.sentences)),
        tuple(map(say, found.header)),
        tuple(tuple(map(say, row)) for row in found.rows),
        tuple((say(name), say(value)) for name, value in found.facts),
    )


# ---- The formats -------------------------------------------------------------------------------------------------


def _as_text(said: Content) -> str:
    lines = [said.title, "=" * len(said.title), "", f"status: {said.status}"]
    lines += [f"  {sentence}" for sentence in said.sentences]
    if said.rows:
        lines += ["", *_aligned([said.header, *said.rows])]
    if said.facts:
        wide = max(len(name) for name, _ in said.facts)
        lines += ["", *(f"{name:<{wide}}  {value}" for name, value in said.facts)]
    return "\n".join(lines) + "\n"


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Align the first column left and numbers right."""
    widths = [max(len(row[k]) for row in table) for k in range(len(table[0]))]
    lines = []
    for row in table:
        cells = [f"{row[0]:<{widths[0]}}", *(f"{cell:>{w}}" for cell, w in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return lines


def _as_markdown(said: Content) -> str:
    lines = [f"# {said.title}", "", f"**Status: {said.status}.** " + " ".join(said.sentences)]
    if said.rows:
        rule = "|---" + "|---:" * (len(said.header) - 1) + "|"
        lines += ["", _row(said.header), rule, *(_row(row) for row in said.rows)]
    if said.facts:
        lines += ["", *(f"- {name}: {value}" for name, value in said.facts)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _as_html(said: Content) -> str:
    kind = "ok" if said.status == str(Status.OK) else "warning"
    sentences = " ".join(said.sentences)
    parts = [
        '<section class="ogive-fit">',
        f"<h2>{said.title}</h2>",
        f'<p class="status {kind}"><strong>{said.status}</strong>: {sentences}</p>',
    ]
    if said.rows:
        head = "".join(f'<th scope="col">{cell}</th>' for cell in said.header)
        parts += ["<table>", f"<thead><tr>{head}</tr></thead>", "<tbody>"]
        for row in said.rows:
            cells = "".join(f"<td>{cell}</td>" for cell in row[1:])
            parts.append(f'<tr><th scope="row">{row[0]}</th>{cells}</tr>')
        parts += ["</tbody>", "</table>"]
    if said.facts:
        parts.append("<dl>" + "".join(f"<dt>{n}</dt><dd>{v}</dd>" for n, v in said.facts) + "</dl>")
    return "\n".join([*parts, "</section>"]) + "\n"


_FORMATS: dict[str, tuple[Callable[[str], str], Callable[[Content], str]]] = {
    "text": (shown, _as_text),
    "markdown": (markdown, _as_markdown),
    "html": (html_text, _as_html),
}
