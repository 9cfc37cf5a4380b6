"""The difference that one shape makes: every line of source that is there for it, in the notation of a diff.

Made from the files as they are. Places carry no line numbers and no lines around them, so that what is written
changes only when the shape does.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LISTS = ("core/kernels.cpp", "core/wide.cpp")
TABLES = ("ogive/s_curves.py", "ogive/activations.py", "tests/support/s_curves.py", "tests/support/activations.py")


def diff_of(name: str) -> str:
    """Return what adding this shape changes, file by file."""
    return "".join(f"--- {old}\n+++ b/{path}\n" + "".join(hunks) for old, path, hunks in changes(name) if hunks)


def changes(name: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each file that may name a shape, what it was before, and its hunks: none if it does not name it."""
    for path in (f"core/math/{name}.hpp", f"core/math/wide/{name}.hpp"):
        yield "/dev/null", path, [_hunk(_lines(path))]
    for path in LISTS:
        yield f"a/{path}", path, list(_listed(_lines(path), name, _struct(name)))
    for path in TABLES:
        lines = _lines(path)
        places = sorted(_places(ast.parse("".join(lines)), name))
        yield f"a/{path}", path, [_hunk(lines[first - 1 : last]) for first, last in places]


def _lines(path: str) -> list[str]:
    return (ROOT / path).read_text(encoding="utf-8").splitlines(keepends=True)


def _hunk(added: list[str]) -> str:
    return "@@\n" + "".join(f"+{line}" for line in added)


def _struct(name: str) -> str:
    """Return what the kernel is called in C++."""
    found = re.search(r"struct (\w+) \{\n  static constexpr char name", "".join(_lines(f"core/math/{name}.hpp")))
    if found is None:
        raise ValueError(f"core/math/{name}.hpp has no struct that begins with its name")
    return found[1]


def _listed(lines: list[str], name: str, struct: str) -> Iterator[str]:
    """Yield the kernel's include, and the line of the list that it is in, without and with it."""
    for line in lines:
        if re.fullmatch(rf'#include "[\w/]*/{name}\.hpp"\n', line):
            yield _hunk([line])
        elif re.search(rf"\b{struct}\b", line):
            yield "@@\n-" + re.sub(rf", {struct}\b|\b{struct}, ", "", line) + f"+{line}"


def _places(tree: ast.Module, name: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of each statement, row or entry that belongs to the shape."""
    constant = f"_{name.upper()}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            words = {word.arg: ast.unparse(word.value) for word in node.keywords}
            if words.get("name") == repr(name):
                yield node.lineno, node.end_lineno or 0
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == constant:
            yield node.lineno, node.end_lineno or 0
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None and ast.unparse(key) == repr(name):
                    yield key.lineno, value.end_lineno or 0
