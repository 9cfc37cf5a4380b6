"""A screen on one page: HTML with its pictures in it, made from the fits, without a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ogive._sinks import html_text
from ogive.fitting.inference.status import Status
from ogive.fitting.many.screens.drawing import bars, density, panel
from ogive.models import Model, models

__all__ = ["gallery_rows", "screen_page"]

Floats = NDArray[np.float64]
Columns = Mapping[str, Any]

_STYLE = """
:root{color-scheme:light dark;--ink:#1b2330;--soft:#5c6878;--line:#ccd3dc;--mark:#1668b5;--warm:#c24d00;--page:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e4e9f0;--soft:#9aa7b8;--line:#3b4654;--mark:#6db3f2;--warm:#ff9a57;
--page:#12171e}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:62rem;margin:2rem auto;
padding:0 1rem}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}p,td,th{max-width:44rem}
table{border-collapse:collapse}th,td{padding:.25rem .9rem .25rem 0;text-align:left;vertical-align:top}
td:first-child{white-space:nowrap}td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.gallery{display:grid;gap:.8rem;
grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))}figure{margin:0}figcaption{font-size:.8rem;color:var(--soft)}
svg{width:100%;height:auto;overflow:visible}svg text{fill:var(--soft);font:11px system-ui,sans-serif}
svg .axis{stroke:var(--line)}svg .curve{stroke:var(--mark);fill:none;stroke-width:2}svg .dot{fill:var(--warm)}
svg .bar,svg .cell{fill:var(--mark)}
"""


def screen_page(
    fits: Columns,
    *,
    model: Model | str,
    by: Sequence[str],
    title: str = "Screen",
    plate: str | None = None,
    data: Mapping[int, tuple[Floats, Floats]] | None = None,
) -> str:
    """Return a page about a screen.

    Parameters
    ----------
    fits
        The columns that `ogive.fit_many` returned, as a mapping of arrays.
    model
        The model that was fitted.
    by
        The columns that tell curves apart.
    plate
        A column of the fits by which quality is compared.
    data
        For rows of the fits (see `gallery_rows`), the points and responses that are drawn with the curve.
    """
    chosen = models[model] if isinstance(model, str) else model
    count = len(fits["status"])
    parts = [
        f"<h1>{html_text(title)}</h1>",
        f"<p>{count:,} curves, fitted with {html_text(chosen.name)}.</p>",
        _statuses(fits),
        _volcano(fits),
        _places(fits, chosen),
        _plates(fits, plate) if plate else "",
        _gallery(fits, chosen, by, data or {}),
    ]
    head = '<!doctype html>\n<html lang="en"><meta charset="utf-8">'
    head += f'<meta name="viewport" content="width=device-width"><title>{html_text(title)}</title>'
    return f"{head}<style>{_STYLE}</style>\n" + "\n".join(part for part in parts if part) + "\n</html>\n"


def gallery_rows(fits: Columns, each: int = 8) -> tuple[list[int], list[int]]:
    """Return the rows that a gallery shows: the worst fits with an effect, and the best that the data support.

    Worst is what explains least of its curve. Searches that did not converge come after all others: they are few, and
    say more of the search than of the screen.
    """
    r_squared = _explained(fits)
    status = np.asarray(fits["status"]).astype(str)
    shown = np.flatnonzero(~np.isnan(r_squared) & (status != str(Status.NO_EFFECT)))
    worst = shown[np.lexsort((r_squared[shown], status[shown] == str(Status.NOT_CONVERGED)))][:each].tolist()
    supported = shown[status[shown] == str(Status.OK)]
    best = supported[np.argsort(-r_squared[supported], kind="stable")][:each]
    return worst, [int(row) for row in best if row not in worst]


def _explained(fits: Columns) -> Floats:
    """Return the share of each curve's variation that its fit explains: of squares, or for counts of deviance."""
    if "r_squared" in fits:
        return np.asarray(fits["r_squared"], dtype=np.float64)
    with np.errstate(all="ignore"):
        return 1 - np.asarray(fits["deviance"], np.float64) / np.asarray(fits["null_deviance"], np.float64)


# ---- Parts -------------------------------------------------------------------------------------------------------


def _statuses(fits: Columns) -> str:
    counts = Counter(np.asarray(fits["status"]).astype(str).tolist())
    total = max(sum(counts.values()), 1)
    rows = "".join(
        f'<tr><td>{status}</td><td class="n">{counts[str(status)]:,}</td>'
        f'<td class="n">{100 * counts[str(status)] / total:.1f} %</td><td>{html_text(status.sentence)}</td></tr>'
        for status in reversed(Status)
        if counts[str(status)]
    )
    head = '<tr><th>status</th><th class="n">curves</th><th class="n">share</th><th>what it means</th></tr>'
    return f"<h2>How the fits ended</h2><table>{head}{rows}</table>"


def _effect(fits: Columns) -> Floats:
    """Return the change of the response from one end of the axis to the other."""
    zeros = np.zeros(len(fits["status"]))
    upper, lower = np.asarray(fits.get("upper", zeros + 1)), np.asarray(fits.get("lower", zeros))
    return np.sign(np.asarray(fits.get("steepness", zeros + 1))) * (upper - lower)  # type: ignore[no-any-return]


def _volcano(fits: Columns) -> str:
    with np.errstate(divide="ignore"):
        rarity = -np.log10(np.asarray(fits["p_value"], dtype=np.float64))
    effect = _effect(fits)
    # where an asymptote is extrapolated it may lie anywhere: the curves that are supported set the scale
    trusted = effect[(np.asarray(fits["status"]).astype(str) == str(Status.OK)) & np.isfinite(effect)]
    low, high = np.percentile(trusted, [0.2, 99.8]) if len(trusted) > 1 else (0.0, 0.0)
    within = (min(float(low), -0.2 * float(high)), max(float(high), -0.2 * float(low)))
    picture = density(
        effect, rarity, "change from low to high x", "\N{MINUS SIGN}log10 p", within if len(trusted) > 1 else None
    )
    called = int(np.sum(np.asarray(fits["q_value"], dtype=np.float64) < 0.05)) if "q_value" in fits else 0
    return (
        "<h2>Effect against significance</h2>"
        f"<p>{called:,} curves have an effect at a false-discovery rate of 5 %. The darker, the more curves.</p>"
        f"{picture}"
    )


def _places(fits: Columns, model: Model) -> str:
    trusted = {str(status) for status in (Status.OK, Status.AT_BOUND, Status.ONE_PLATEAU, Status.STEEP)}
    rows = np.isin(np.asarray(fits["status"]).astype(str), sorted(trusted))
    place = np.asarray(fits["midpoint"], dtype=np.float64)[rows]
    on_log = model.axis == "log"
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.log10(place) if on_log else place
    name = "log10 midpoint" if on_log else "midpoint"
    note = "Curves with an effect whose midpoint was measured."
    return f"<h2>Where the midpoints lie</h2><p>{note}</p>{bars(place, name)}"


def _plates(fits: Columns, plate: str) -> str:
    labels = np.asarray(fits[plate]).astype(str)
    status, n = np.asarray(fits["status"]).astype(str), np.asarray(fits["n"], dtype=np.float64)
    with np.errstate(all="ignore"):
        scatter = np.sqrt(np.asarray(fits["rss" if "rss" in fits else "deviance"], dtype=np.float64) / n)
    rows = []
    for label in sorted(set(labels.tolist()), key=lambda text: (len(text), text)):
        own = labels == label
        good = 100 * float(np.mean(status[own] == str(Status.OK)))
        lost = 100 * float(np.mean(np.isin(status[own], [str(Status.BAD_DATA), str(Status.FEW_POINTS)])))
        known = scatter[own][~np.isnan(scatter[own])]
        middle = f"{float(np.median(known)):.4g}" if len(known) else ""
        cells = (f"{int(own.sum()):,}", f"{good:.0f} %", f"{lost:.0f} %", middle)
        rows.append(f"<tr><td>{html_text(label)}</td>" + "".join(f'<td class="n">{c}</td>' for c in cells) + "</tr>")
    head = "".join(f'<th class="n">{name}</th>' for name in ("curves", "ok", "not fitted", "median residual"))
    table = f"<table><tr><th>{html_text(plate)}</th>{head}</tr>{''.join(rows[:500])}</table>"
    return f"<h2>Quality by {html_text(plate)}</h2>{table}"


def _gallery(fits: Columns, model: Model, by: Sequence[str], data: Mapping[int, tuple[Floats, Floats]]) -> str:
    worst, best = gallery_rows(fits)
    return "".join(
        f"<h2>{name}</h2><div class=gallery>{''.join(_pictures(fits, model, by, rows, data))}</div>"
        for name, rows in (("Worst fits with an effect", worst), ("Best fits", best))
        if rows
    )


def _pictures(
    fits: Columns, model: Model, by: Sequence[str], rows: Sequence[int], data: Mapping[int, tuple[Floats, Floats]]
) -> Iterator[str]:
    explained = _explained(fits)
    for row in rows:
        label = ", ".join(str(fits[name][row]) for name in by)
        note = f"R\N{SUPERSCRIPT TWO} {explained[row]:.3f}, {fits['status'][row]}"
        picture = panel(_curve(fits, model, row), data.get(row), on_log=model.axis == "log")
        yield f"<figure>{picture}<figcaption>{html_text(label)}<br>{html_text(note)}</figcaption></figure>"


def _curve(fits: Columns, model: Model, row: int) -> Any:
    inside = []
    for name in model.parameters:
        value = fits[name][row] if name in fits else model.constants[name]
        inside.append(float(model.scale(name).inside(float(value))))
    return model.curve(inside)
