"""Hostile tables with known content: what each holds is decided first, and then it is written in some way or other.

This is the oracle of the readers: it writes files from the content and shares no code with what reads them.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import numpy as np

LABELS = (
    *(
        "A",
        "#12",
        "# A",
        "A\nx",
        "A\r\ny",
        "Ax",
        'say "hi"',
        "a,b",
        "a;b",
        "tab\there",
        "-1",
        "-2",
        "1",
        "1.0",
        "1,5",
    ),
    *(
        "NA",
        "nan",
        "None",
        "µM",
        "café",
        " A",
        "A ",
        "=1+1",
        "status",
        "A12",
        "1_0",
        "'quoted'",
        "\N{MINUS SIGN}3",
        ".",
    ),
)
NAMES = ("dose", "Dose (µM)", "dose, total", "x;y", 'size 5"', "#dose", "1", "response", "a b")
MISSING = ("", "NA", "nan", "NaN", "NULL", "#N/A", "  ")


@dataclass(frozen=True)
class Hostile:
    """A table: what it holds, and the bytes that it was written as.

    ``rows`` holds the label (None: missing), the point and the response (nan: missing) of each row.
    """

    names: tuple[str, str, str]
    rows: tuple[tuple[str | None, float, float], ...]
    content: bytes
    delimiter: str
    decimal: str
    encoding: str


def hostile(seed: int) -> Hostile:
    """Return a table of a kind drawn by chance."""
    random = np.random.default_rng(seed)
    encoding = str(random.choice(["utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"]))
    delimiter = str(random.choice([",", ";", "\t", "|"]))
    decimal = str(random.choice([".", ","])) if delimiter != "," else "."
    by, x_name, y_name = (writable(name, encoding) for name in random.choice(NAMES, 3, replace=False))
    labels = [None if random.random() < 0.05 else writable(label, encoding) for label in random.choice(LABELS, 4)]
    rows = [(label, number(random), number(random)) for label in labels for _ in range(int(random.integers(1, 7)))]
    # a row without anything is no row in a workbook
    rows = [(None, 1.5, y) if label is None and x != x else (label, x, y) for label, x, y in rows]  # noqa: PLR0124
    # numbers in every column, or nothing would say which mark is theirs
    rows.append((labels[-1], 0.5, 99.25))
    text = io.StringIO(newline="")
    newline = str(random.choice(["\n", "\r\n"]))
    quoting = random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=int(quoting))
    writer.writerow((x_name, by, y_name))
    for label, point, response in rows:
        if random.random() < 0.05:
            text.write(newline)
        writer.writerow((spelled(random, point, decimal), label or "", spelled(random, response, decimal)))
    written = text.getvalue()
    if random.random() < 0.3:
        written = written.removesuffix(newline)
    return Hostile((by, x_name, y_name), tuple(rows), written.encode(encoding), delimiter, decimal, encoding)


def writable(text: str, encoding: str) -> str:
    """Return a text without the signs that an encoding lacks."""
    return text.encode(encoding, "ignore").decode(encoding).removeprefix("\ufeff")


def number(random: np.random.Generator) -> float:
    kind = random.random()
    if kind < 0.1:
        return float("nan")
    if kind < 0.3:
        return float(random.integers(-50, 50))
    return float(f"{random.normal() * 10.0 ** random.integers(-6, 6):.6g}")


def spelled(random: np.random.Generator, value: float, decimal: str) -> str:
    """Write a number as some program would."""
    if value != value:  # noqa: PLR0124
        return str(random.choice(MISSING))
    plain = [f"{value:.17g}", repr(value), f"{value:.16e}", f" {value!r}"]
    text = str(random.choice([each for each in plain if float(each) == value]))
    return text.replace(".", decimal)


def as_columns(table: Hostile) -> dict[str, Any]:
    """Return the table as lists by name."""
    return {name: [row[k] for row in table.rows] for k, name in enumerate(table.names)}
