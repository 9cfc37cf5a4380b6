"""The rooms inside a wing: imports go down between them, and no modules import each other in a circle.

``TYPE_CHECKING`` imports count: a circle of types is a circle of ideas.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "ogive"

# The rooms of each wing from the lowest to the highest: a room imports from those before it and from itself. A tuple
# is a floor of rooms beside each other.
WINGS: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "explaining": (
        ("records", "exact"),
        ("moves", "signs"),
        ("deriving", "properties", "faces", "rocq"),
        "slope_from_value",
        "checking",
        "practice",
    ),
    "fitting": ("question", "search", "shown", "estimate", "inference", "faces", "one", ("comparison", "many")),
    "fitting.many": ("tables", "blocks", "screens"),
}


def modules_of(wing: str) -> dict[str, Path]:
    """Return the modules of a wing by their full names; a package goes by its own name."""
    root = PACKAGE.joinpath(*wing.split("."))
    named = {}
    for path in sorted(root.rglob("*.py")):
        parts = ["ogive", *path.relative_to(PACKAGE).with_suffix("").parts]
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return named


def imports_of(path: Path, known: set[str]) -> set[str]:
    """Return the modules, among the known ones, that a file imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # a name taken from a package is a module where there is one of this name
            found |= {
                f"{node.module}.{a.name}" if f"{node.module}.{a.name}" in known else node.module for a in node.names
            }
    return found & known


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return the sets of modules that reach each other."""
    reach = {name: set(after) for name, after in graph.items()}
    for between in graph:
        for name in graph:
            if between in reach[name]:
                reach[name] |= reach[between]
    return [{other for other in reach[name] if name in reach[other]} for name in graph if name in reach[name]]


@pytest.mark.parametrize("wing", WINGS)
def test_no_modules_of_a_wing_import_each_other_in_a_circle(wing: str) -> None:
    named = modules_of(wing)
    found = circles({name: imports_of(path, set(named)) - {name} for name, path in named.items()})
    assert not found, sorted(found[0])


@pytest.mark.parametrize("wing", WINGS)
def test_every_room_of_a_wing_has_its_floor_and_imports_from_below(wing: str) -> None:
    floors = {}
    for floor, rooms in enumerate(WINGS[wing]):
        floors |= dict.fromkeys((rooms,) if isinstance(rooms, str) else rooms, floor)
    top, named = f"ogive.{wing}", modules_of(wing)
    for name, path in named.items():
        if name == top:
            continue
        room = name[len(top) + 1 :].partition(".")[0]
        assert room in floors, f"{name} is on no floor of {wing}"
        for other in imports_of(path, set(named) - {top}):
            below = other[len(top) + 1 :].partition(".")[0]
            assert below == room or floors[below] < floors[room], f"{name} imports {other}"


@pytest.mark.parametrize("wing", WINGS)
def test_every_room_of_a_wing_says_its_idea(wing: str) -> None:
    root = PACKAGE.joinpath(*wing.split("."))
    for path in [each for each in root.iterdir() if (each / "__init__.py").exists()]:
        doc = ast.get_docstring(ast.parse((path / "__init__.py").read_text(encoding="utf-8")))
        assert doc is not None, path
        assert doc.partition("\n")[0].endswith("."), path


# What is trusted when a derivation is called proven, above the floor of the language. The aim is 900 lines.
CHECKER = {f"ogive.explaining.checking.{name}" for name in ("derivations", "rules", "meaning", "arithmetic", "forms")}
RECORDS = {"ogive.explaining.records.steps", "ogive.explaining.records.verdict"}
MOST_LINES = 1860


def test_the_checker_is_small_and_imports_nothing_that_writes_derivations() -> None:
    named, found = modules_of("explaining"), {"ogive.explaining.checking.derivations"}
    while more := {each for name in found for each in imports_of(named[name], set(named))} - found:
        found |= more
    assert found - {"ogive.explaining.checking", "ogive.explaining.records"} == CHECKER | RECORDS
    assert sum(len(named[name].read_text(encoding="utf-8").splitlines()) for name in found) <= MOST_LINES
    for name in CHECKER:
        rooms = set(re.findall(r"from ogive\.([a-z_]+)", named[name].read_text(encoding="utf-8")))
        assert rooms <= {"_optional", "expressions", "explaining"}


# What is trusted when a statement of a sheet is called proven, above the floor of the language.
OF_SHEETS = {"sheets", "sentences", "wording", "variation", "pieces", "line", "ends", "constants", "values"}
SHEET_CHECKER = {f"ogive.explaining.checking.{name}" for name in (*OF_SHEETS, "meaning", "arithmetic", "forms")}
MOST_LINES_FOR_SHEETS = 3900


def test_the_checker_of_sheets_imports_nothing_that_writes_them() -> None:
    named, found = modules_of("explaining"), {"ogive.explaining.checking.sheets"}
    while more := {each for name in found for each in imports_of(named[name], set(named))} - found:
        found |= more
    assert found - {"ogive.explaining.checking", "ogive.explaining.records"} == SHEET_CHECKER | {
        "ogive.explaining.records.sheet"
    }
    assert sum(len(named[name].read_text(encoding="utf-8").splitlines()) for name in found) <= MOST_LINES_FOR_SHEETS
    for name in SHEET_CHECKER:
        rooms = set(re.findall(r"from ogive\.([a-z_]+)", named[name].read_text(encoding="utf-8")))
        assert rooms <= {"_optional", "expressions", "explaining"}


def test_no_explanation_depends_on_a_clock() -> None:
    """Work is counted: a slow machine gives the answer that a fast one gets."""
    for name, path in modules_of("explaining").items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not {"time", "signal", "timeit"} & {*names}, f"{name}:{node.lineno} imports a clock"


def test_a_circle_of_types_is_found(tmp_path: Path) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from other import B\n")
    other.write_text("def f():\n    import one\n")
    graph = {path.stem: imports_of(path, {"one", "other"}) for path in (one, other)}
    assert circles(graph)[0] == {"one", "other"}
