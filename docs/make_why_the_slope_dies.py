#!/usr/bin/env python3
"""Find where peers lose a shape's value and slope, and write docs/why-the-slope-dies.{csv,md}.

NumPy's formulas, SciPy and Ogive are always measured; PyTorch and JAX where they can be imported, and what was
measured of them before is kept where they cannot. The truth is Ogive's kernel of the next wider type, whose error is
tested against ball arithmetic.

    python docs/make_why_the_slope_dies.py          measure what is installed, write both files
    python docs/make_why_the_slope_dies.py --page   write the page from the measurements there are
"""

from __future__ import annotations

import csv
import importlib.metadata
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from functions import NUMPY, SCIPY, Formula, jax_functions, jax_pair, torch_functions, torch_pair  # noqa: E402

import ogive as og  # noqa: E402
from ogive._files import write_whole  # noqa: E402

DATA, PAGE = (ROOT / "docs" / f"why-the-slope-dies.{suffix}" for suffix in ("csv", "md"))
TEMPLATE = ROOT / "docs" / "templates" / "why-the-slope-dies.md"
WIDER = {"float16": "float64", "float32": "float64", "float64": "longdouble"}
START = 2.0
"""Where the search begins: beyond the places at which slopes of activations cross zero, and lose digits there."""

Array = np.ndarray
Pair = Callable[[Array], tuple[Any, Any]]


# ---- Peers: value and slope of each shape -----------------------------------------------------------------------


def _logistic(x: Array) -> Any:
    return 1 / (1 + np.exp(-x))


AS_WRITTEN: dict[str, Formula] = {
    "softplus": (lambda x: np.log(1 + np.exp(x)), lambda x, _: _logistic(x)),
    "cloglog": (lambda x: 1 - np.exp(-np.exp(x)), lambda x, y: np.exp(x) * (1 - y)),
    "elu": (
        lambda x: np.where(x > 0, x, np.exp(x) - 1),
        lambda x, y: np.where(x > 0, x.dtype.type(1), y + 1),
    ),
    "silu": (lambda x: x / (1 + np.exp(-x)), lambda x, _: _logistic(x) * (1 + x * (1 - _logistic(x)))),
}
"""What people write where the careful formula, which the benchmarks time, is another one."""


def _pair(formula: Formula) -> Pair:
    value, slope = formula

    def pair(x: Array) -> tuple[Any, Any]:
        y = value(x)
        return y, slope(x, y)

    return pair


def peers() -> Iterator[tuple[str, dict[str, Pair]]]:
    """Yield each peer that is installed, with its pairs of value and slope."""
    yield "numpy", {name: _pair(formula) for name, formula in (NUMPY | AS_WRITTEN).items()}
    yield "scipy", {name: _pair(formula) for name, formula in SCIPY.items()}
    for name, functions, pair in (("torch", torch_functions, torch_pair), ("jax", jax_functions, jax_pair)):
        try:
            found = functions()
        except ModuleNotFoundError:
            continue
        yield name, {shape: pair(function) for shape, function in found.items()}
    yield "ogive", {name: shape.value_and_derivative for name, shape in og.shapes.items()}


# ---- The search -------------------------------------------------------------------------------------------------


class Loss(NamedTuple):
    """Where one output of a peer loses 0.1 %, 1 % and all of itself, and what it is there; None: nowhere."""

    peer: str
    shape: str
    output: str
    dtype: str
    side: str
    tenth: float | None
    hundredth: float | None
    all: float | None
    gives: str

    @property
    def lost(self) -> tuple[float | None, ...]:
        """The three arguments."""
        return self.tenth, self.hundredth, self.all


def ladder(dtype: str, start: float, end: float, count: int = 1024) -> Array:
    """Numbers of a format between two positive ones: evenly over bit patterns, and ever closer to the end."""
    bits = f"u{np.dtype(dtype).itemsize}"
    low, high = (int(spelt) for spelt in np.array([start, end], dtype).view(bits))
    even = {low + (high - low) * k // (count - 65) for k in range(count - 64)}
    closer = {max(low, high - 2**k) for k in range(64)}
    rungs = sorted(even | closer)
    return np.array(rungs + rungs[-1:] * (count - len(rungs)), bits).view(dtype)


def first(holds: Callable[[Array], Array], dtype: str, sign: int, end: float) -> float | None:
    """Return the argument nearest to the start at which something holds, seen on ladders that grow ever finer."""
    low, high = START, end
    while True:
        rungs = ladder(dtype, low, high)
        found = holds(sign * rungs)
        if not found.any():
            return None
        at = int(np.argmax(found))
        if at == 0 or np.nextafter(rungs[at - 1], rungs[at]) >= rungs[at]:
            return float(sign * rungs[at])
        low, high = float(rungs[at - 1]), float(rungs[at])


def end_of(exact: np.ufunc, dtype: str, sign: int) -> float:
    """Return the size of the first argument whose exact result the format rounds to 0 or infinity, or its largest."""

    def gone(x: Array) -> Array:
        rounded = exact(x.astype(WIDER[dtype])).astype(dtype)
        return (rounded == 0) | np.isinf(rounded)

    largest = float(np.finfo(dtype).max)
    return abs(first(gone, dtype, sign, largest) or largest)


def losses(pair: Pair, exact: np.ufunc, which: int, dtype: str, sign: int) -> Iterator[float | None]:
    """Yield where a peer's output is off by each share of the truth, and where it is no number of its sign."""

    def results(x: Array) -> tuple[Array, Array, Array]:
        truth = exact(x.astype(WIDER[dtype]))
        got = np.asarray(pair(x)[which]).astype(truth.dtype)
        beyond = np.isinf(got) & (got == truth.astype(dtype))  # the format ends there for everyone
        return got, truth, (got != truth) & ~beyond

    def off(share: float) -> Callable[[Array], Array]:
        def holds(x: Array) -> Array:
            got, truth, differ = results(x)
            return differ & ~(np.abs(got - truth) < share * np.abs(truth))

        return holds

    def gone(x: Array) -> Array:
        got, truth, differ = results(x)
        return differ & (~np.isfinite(got) | (np.sign(got) != np.sign(truth)))

    end = end_of(exact, dtype, sign)
    yield from (first(holds, dtype, sign, end) for holds in (off(0.001), off(0.01), gone))


def has(pair: Pair, which: int, dtype: str) -> bool:
    """Tell whether a peer computes an output in this format."""
    try:
        return bool(np.asarray(pair(ladder(dtype, START, 4.0))[which]).dtype == dtype)
    except (RuntimeError, TypeError):  # torch: not implemented for half precision
        return False


def gives(pair: Pair, which: int, dtype: str, x: float | None) -> str:
    """Name what a peer returns where all is lost."""
    if x is None:
        return ""
    got = float(np.asarray(pair(np.full(1024, x, dtype))[which])[0])
    return "0" if got == 0 else "nan" if np.isnan(got) else "inf" if np.isinf(got) else "sign"


def measure(peer: str, pairs: dict[str, Pair]) -> Iterator[Loss]:
    """Yield one record per shape, output, dtype and side."""
    for shape, pair in pairs.items():
        for which, output in enumerate(("value", "slope")):
            exact = og.shapes[shape].ufunc_of("derivative" if which else "")
            for dtype in WIDER:
                for side, sign in (("negative", -1), ("positive", 1)) if has(pair, which, dtype) else ():
                    found = list(losses(pair, exact, which, dtype, sign))
                    yield Loss(peer, shape, output, dtype, side, *found, gives(pair, which, dtype, found[-1]))


# ---- The measurements on file -----------------------------------------------------------------------------------


def read() -> tuple[dict[str, str], list[Loss]]:
    """Return what is on file: the peers' versions, and the records."""
    if not DATA.exists():
        return {}, []
    head, _, rows = DATA.read_text(encoding="utf-8").partition("\n")
    versions = dict(item.rsplit(" ", 1) for item in head.removeprefix("# ").split(", "))
    cells = list(csv.reader(io.StringIO(rows)))[1:]
    return versions, [Loss(*row[:5], *(float(x) if x else None for x in row[5:8]), row[8]) for row in cells]


def text_of(versions: dict[str, str], records: list[Loss]) -> str:
    """Write the measurements as a table, a comment with the versions before it."""
    out = io.StringIO()
    out.write(f"# {', '.join(f'{name} {version}' for name, version in sorted(versions.items()))}\n")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(Loss._fields)
    table.writerows(["" if cell is None else cell for cell in record] for record in records)
    return out.getvalue()


def measured() -> tuple[dict[str, str], list[Loss]]:
    """Measure every peer that is installed; keep what is known of the others."""
    versions, records = read()
    for name, pairs in peers():
        print(f"{name} ...", flush=True)
        with np.errstate(all="ignore"):
            records = [record for record in records if record.peer != name] + list(measure(name, pairs))
        if name != "ogive":
            versions[name] = importlib.metadata.version(name)
    return versions, records


# ---- The page ----------------------------------------------------------------------------------------------------

COLUMNS = ("numpy", "scipy", "torch", "jax", "ogive")
Key = tuple[str, str, str]


def page(versions: dict[str, str], records: list[Loss]) -> str:
    """Write the story with the tables behind it."""
    tables = {shape: table(by_case([r for r in records if r.shape == shape])) for shape in og.shapes}
    filled = {
        "versions": ", ".join(f"{name} {version}" for name, version in sorted(versions.items())),
        "start": f"{START:g}",
        "lossless": ", ".join(f"`{shape}`" for shape, lines in tables.items() if not lines),
        "tables": "\n\n".join(f"## {shape}\n\n" + "\n".join(lines) for shape, lines in tables.items() if lines),
    }
    story = TEMPLATE.read_text(encoding="utf-8")
    for name, text in filled.items():
        story = story.replace(f"{{{name}}}", text)
    return "<!-- generated by docs/make_why_the_slope_dies.py; edit what it is made from -->\n\n" + story


def by_case(records: list[Loss]) -> dict[Key, dict[str, Loss]]:
    """Gather the peers of each output, dtype and side; both sides become one where they mirror each other."""
    cases: dict[Key, dict[str, Loss]] = {}
    for record in records:
        cases.setdefault((record.output, record.dtype, record.side), {})[record.peer] = record
    for output, dtype, side in list(cases):
        other = cases.get((output, dtype, "negative"))
        if side == "positive" and other and {p: mirrored(r) for p, r in cases[output, dtype, side].items()} == other:
            cases[output, dtype, "both"] = cases.pop((output, dtype, side))
            del cases[output, dtype, "negative"]
    return dict(sorted(cases.items(), key=lambda case: (case[0][0] == "slope", case[0][1:])))


def mirrored(record: Loss) -> Loss:
    """Return the record that the other side would have if it were the mirror image."""
    tenth, hundredth, everything = (None if x is None else -x for x in record.lost)
    return record._replace(side="negative", tenth=tenth, hundredth=hundredth, all=everything)


def table(cases: dict[Key, dict[str, Loss]]) -> list[str]:
    """Write the cases in which some peer loses something."""
    rows = [
        f"| {output} | {dtype} | {SIDES[side]} | {' | '.join(cell(found.get(peer)) for peer in COLUMNS)} |"
        for (output, dtype, side), found in cases.items()
        if any(worse(record, found["ogive"]) for record in found.values())
    ]
    head = ["| | | x | " + " | ".join(COLUMNS) + " |", "|---|---|---|" + "---|" * len(COLUMNS)]
    return [*head, *rows] if rows else []


def worse(record: Loss, ours: Loss) -> bool:
    """Tell whether a peer loses something before we do: by more than the noise of the last bits."""
    pairs = zip(record.lost, ours.lost, strict=True)
    return any(theirs is not None and (own is None or abs(theirs) < 0.99 * abs(own)) for theirs, own in pairs)


SIDES = {"negative": "< 0", "positive": "> 0", "both": "both"}


def cell(record: Loss | None) -> str:
    """Write one peer's three arguments, and what comes after the last."""
    if record is None:
        return ""
    if all(x is None for x in record.lost):
        return "*holds*"
    found = ", ".join("–" if x is None else f"{x:.4g}" for x in record.lost)
    return f"{found} ({record.gives})" if record.gives else found


def main() -> None:
    """Measure and write."""
    versions, records = read() if "--page" in sys.argv[1:] else measured()
    write_whole(DATA, text_of(versions, records))
    write_whole(PAGE, page(versions, records))


if __name__ == "__main__":
    main()
