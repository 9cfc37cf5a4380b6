"""Where the pages of a benchmark go: one for processors with AVX-512, and one for those with AVX2 alone."""

from __future__ import annotations

import sys
from pathlib import Path

import ogive as og

DOCS = Path(__file__).resolve().parents[1] / "docs"
SUFFIXES = {"v4": "", "v3": "-avx2"}
"""What the name of a page ends with, by the target that it was made on."""


def page(stem: str) -> Path:
    """Return the page of this machine."""
    target = og.build_config()["target"]
    if target not in SUFFIXES:
        sys.exit(f"there is a page for the targets {', '.join(SUFFIXES)}, and none for {target}")
    return DOCS / f"{stem}{SUFFIXES[target]}.md"


def elsewhere(stem: str) -> str:
    """Return a sentence that leads to the pages of other machines."""
    others = [
        f"[{target}]({stem}{suffix}.md)"
        for target, suffix in SUFFIXES.items()
        if target != og.build_config()["target"]
    ]
    return f"The same on other processors: {' and '.join(others)}."


def put_part(name: str, writer: str, text: str) -> None:
    """Put a part of a page of several writers in its place: after the mark of its writer, up to the next mark."""
    target, mark = DOCS / f"{name}.md", f"<!-- written by {writer} -->"
    head, _, rest = target.read_text(encoding="utf-8").partition(mark)
    _, other, tail = rest.partition("<!-- written by ")
    target.write_text(f"{head}{mark}\n\n{text.strip()}\n" + (f"\n{other}{tail}" if other else ""), encoding="utf-8")
