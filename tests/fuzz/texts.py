"""Texts that somebody else may have written: fits and derivations as JSON, formulas. Each is read or refused.

What is refused raises ValueError with a sentence; nothing else is raised, and nothing takes long. By hand:

    python tests/fuzz/texts.py fits | forged | derivations | scores | formulas [--count N] [--seed S]
"""

from __future__ import annotations

import argparse
import copy
import json
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import ogive as og
from ogive.explaining import check
from ogive.explaining.practice.scores import Scores
from ogive.expressions import parse
from ogive.fitting.faces.record import digest_of

__all__ = ["fits", "fuzz", "mutated", "mutated_formulas", "mutation"]

JUNK: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2.5, -0.0, 1e308, 10**400, 2**63, "", "x", "nan", "inf", "1", "\x00", "\ud800", [],
    {}, [[]], [None], {"a": 1}, [1, 2, 3], "upper", "sigmoid", float("inf"), float("nan"),
)  # fmt: skip


# ---- Records -----------------------------------------------------------------------------------------------------


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of every value of a record."""
    if at:
        yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from paths(each, (*at, key))


def changed(record: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """Return a copy of a record with one place changed."""
    made = copy.deepcopy(record)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    change(inner, path[-1])
    return made


def mutation(record: Any, random: np.random.Generator) -> Any:
    """Return a record with one place of it deleted, doubled, or replaced by junk."""
    places = list(paths(record))
    path = places[int(random.integers(len(places)))]
    kind = int(random.integers(len(JUNK) + 2))
    if kind == len(JUNK):
        return changed(record, path, lambda inner, key: inner.pop(key))
    if kind > len(JUNK) and isinstance(path[-1], int):
        return changed(record, path, lambda inner, key: inner.insert(key, inner[key]))
    return changed(record, path, lambda inner, key: inner.__setitem__(key, JUNK[kind % len(JUNK)]))


def mutated(text: str, random: np.random.Generator) -> str:
    """Return a text with a few characters changed, or a piece moved, doubled or lost."""
    for _ in range(int(random.integers(1, 4))):
        at, end = sorted(int(k) for k in random.integers(0, len(text) + 1, 2))
        end = min(end, at + int(random.choice([1, 5, 60])))
        match int(random.integers(5)):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:at] + str(random.choice(list('{}[]",:0129.-eE+ntf\\ \n'))) + text[at + 1 :]
            case 2:
                text = text[:at] + text[at:end] * int(random.integers(2, 4)) + text[end:]
            case 3:
                place = int(random.integers(0, len(text) + 1))
                text = text[:place] + text[at:end] + text[place:]
            case _:
                text = text[:at]
    return text


def forged(record: Any) -> str:
    """Write a changed record as if it had been written so."""
    if isinstance(record, dict):
        record["digest"] = digest_of(record, ("digest", "unknowns"))
    return json.dumps(record)


def fits() -> list[og.fitting.Fit]:
    """Return fits of every kind: curves, formulas, counts, groups, regressions, one's own shapes, and failures."""
    x = np.array([0.01, 0.1, 1.0, 10.0, 100.0, 1000.0])
    y = np.array([99.0, 97.5, 80.0, 31.0, 6.0, 2.5])
    own = og.Shape.from_formula("hill2", "z^2/(1+z^2)", domain=(0, np.inf))
    steps = np.array([0.2, 0.5, 1.0, 2.0, 4.0, 8.0])
    groups = {"x": np.tile(x, 2), "y": np.concatenate([y, y[::-1]]), "by": ["A"] * 6 + ["$B$"] * 6}
    return [
        og.fit("log-logistic-4", x, y),
        og.fit("logistic-4", np.log10(x), y, bounds={"upper": (0, 200)}, loss="huber"),
        og.fit(og.Model.from_formula("a*exp(-b*x)+c"), x, y, start={"a": 90, "b": 0.1, "c": 5}),
        og.fit("log-logistic-2", x, np.round(y / 10), trials=np.full(6, 10.0)),
        og.fit("log-logistic-3", "x", "y", data=groups, by="by", share=["upper"]),
        og.fit(og.Model("own", shape=own, fixed={"lower": 0.0, "midpoint": 0.0}), steps, [4, 19, 52, 80, 94, 98]),
        og.fit("log-logistic-4", x[:2], y[:2]),
    ]


KIND_OF = {"fits": False, "forged": True}


# ---- Formulas ----------------------------------------------------------------------------------------------------

ATOMS = (
    "z", "x", "a", "1", "2", "0.5", "e", "pi", "π", "σ(z)", "sin", "exp", "ln", "log_2", "sqrt", "√", "tanh", "abs",
    "|", "(", ")", "^", "+", "-", "*", "/", "²", "⁻¹", "=", "<", ",", "'", "_", "{", "}", "\\frac", "\\sin", " ",
    "if(", "diff(", "limit(", "1e9", "1e-400", "9" * 50, "x₁", "µ", "μ", "а", "𝑥", "\u202e", "\x00", "d/dx",
    ";", "**",
)  # fmt: skip


def mutated_formulas(random: np.random.Generator) -> str:
    """Return a formula: words at random, or a good one that was changed."""
    if random.random() < 0.5:
        return "".join(str(random.choice(ATOMS)) for _ in range(int(random.integers(1, 40))))
    good = str(
        random.choice(["1/(1+exp(-z))", "x^2*e^x", "\\frac{1}{1+e^{-z}}", "tanh(z)^3 - ln(1+z^2)", "if(z<0,a,b)"])
    )
    at = int(random.integers(0, len(good) + 1))
    return good[:at] + str(random.choice(ATOMS)) + good[at + int(random.integers(0, 3)) :]


# ---- Runs --------------------------------------------------------------------------------------------------------


def fuzz(read: Callable[[Any], object], texts: Iterator[Any], *, longest: float) -> dict[str, int]:
    """Read texts; returns how many were read, refused, slow, and answered with something else than ValueError."""
    found = {"read": 0, "refused": 0, "slow": 0, "faults": 0}
    for text in texts:
        began = time.process_time()
        try:
            read(text)
            found["read"] += 1
        except ValueError:
            found["refused"] += 1
        except Exception:  # noqa: BLE001 - whatever it is, it is a fault
            found["faults"] += 1
            if found["faults"] <= 5:
                print(ascii(text)[:300], traceback.format_exc(limit=-3))
        if time.process_time() - began > longest:
            found["slow"] += 1
            print("slow:", time.process_time() - began, ascii(text)[:700])
    return found


def read_and_asked(text: str) -> None:
    """Read a fit and ask it."""
    fit = og.Fit.from_json(text)
    assert fit.report()
    assert repr(fit)


def of_fits(count: int, seed: int, *, forge: bool) -> Iterator[str]:
    """Yield mutated texts of fits; forged, their digest is that of what they say."""
    random = np.random.default_rng(seed)
    made = [fit.to_json() for fit in fits()]
    records = [json.loads(text) for text in made]
    for number in range(count):
        which = number % len(made)
        if forge:
            yield forged(mutation(records[which], random))
        else:
            yield json.dumps(mutation(records[which], random)) if number % 2 else mutated(made[which], random)


def of_derivations(count: int, seed: int) -> Iterator[str]:
    """Yield mutated texts of derivations."""
    random = np.random.default_rng(seed)
    made = [og.explain(text).to_json() for text in ("sigmoid", "x^2*e^x", "ln(1+z^2)")]
    records = [json.loads(text) for text in made]
    for number in range(count):
        which = number % len(made)
        yield json.dumps(mutation(records[which], random)) if number % 2 else mutated(made[which], random)


def of_scores(count: int, seed: int) -> Iterator[str]:
    """Yield mutated texts of the scores of practice."""
    random = np.random.default_rng(seed)
    record = {"format": "ogive-scores-1", "right": {"derive": 1}, "asked": {"derive": 2}, "mistakes": {"sign": 1}}
    for number in range(count):
        yield json.dumps(mutation(record, random)) if number % 2 else mutated(json.dumps(record), random)


def read_scores(text: str) -> None:
    """Read scores from a file, and say them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.json"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        assert Scores.read(path).to_text()


def of_formulas(count: int, seed: int) -> Iterator[str]:
    """Yield formulas, most of them wrong."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        yield mutated_formulas(random)


def main() -> None:
    """Run a long one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["fits", "forged", "derivations", "formulas", "scores"])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.what in KIND_OF:
        texts, read = of_fits(asked.count, asked.seed, forge=KIND_OF[asked.what]), read_and_asked
    elif asked.what == "scores":
        texts, read = of_scores(asked.count, asked.seed), read_scores  # type: ignore[assignment]
    elif asked.what == "derivations":
        texts, read = of_derivations(asked.count, asked.seed), check  # type: ignore[assignment]
    else:
        texts, read = of_formulas(asked.count, asked.seed), parse  # type: ignore[assignment]
    print(asked.what, fuzz(read, texts, longest=2.0))


if __name__ == "__main__":
    main()
