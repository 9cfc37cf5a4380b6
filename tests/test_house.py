"""The rules of the house, held by tests: floors, sizes, optional packages, kernels, names, docstrings, targets."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ogive as og
from ogive.expressions import ELEMENTARY

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ogive"
MODULES = sorted(PACKAGE.rglob("*.py"))
CODE = [*MODULES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]
CODE += [*sorted((ROOT / "docs").rglob("*.py")), ROOT / "dev.py"]
CORE = sorted(path for suffix in ("*.cpp", "*.hpp") for path in (ROOT / "core").rglob(suffix))

# Which floor each room is on. A room is a module or a package directly below ogive/. What the table of shapes is made
# of lies below the table itself, and the curves that models declare lie half a floor below the models.
FLOORS = {
    "_core": 0,
    "_optional": 0,
    "_files": 0,
    "_sinks": 0,
    "_bells": 0,
    "threads": 0.5,
    "shape": 0.5,
    "higher": 0.625,
    "s_curves": 0.75,
    "activations": 0.75,
    "shapes": 1,
    "expressions": 1,
    "precision": 2,
    "selfcheck": 2,
    "curves": 2,
    "models": 2.5,
    "tables": 2,
    "fitting": 3,
    "explaining": 3,
    "formula_shapes": 3.5,
    "fields": 4,
    "nn": 4,
    "plots": 5,
    "fitplots": 5,
    "explorer": 5,
    "torch": 5,
    "jax": 5,
    "units": 5,
    "tour": 6,
    "cli": 7,
    "__main__": 8,
}


def identity(path: Path) -> str:
    return str(path.relative_to(ROOT))


# ---- Floors ----------------------------------------------------------------------------------------------------


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively; write the whole name"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "ogive" and len(parts) > 1 and parts[1] in FLOORS:
                yield parts[1], node.lineno


@pytest.mark.parametrize("path", MODULES, ids=identity)
def test_imports_go_down_never_up_nor_sideways(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        assert {name for name, _ in imported_rooms(path)} <= {"_core", "shape", "shapes", "threads"}
        return
    assert room in FLOORS, f"{room} is on no floor; give it one in FLOORS"
    for name, line in imported_rooms(path):
        down = FLOORS[name] < FLOORS[room]
        assert name == room or down, f"{identity(path)}:{line} imports {name}, which is not below {room}"


# Who asks a room upstairs for a convenience, and for what.
BELLS = {
    ("fitting", "ogive.fitplots", "plot_fit"),
    ("fitting", "ogive.explaining", "explain"),
    ("fitting", "ogive.fields", "vocabulary"),
}
FACES = {"text": "text_of", "markdown": "markdown_of", "html": "html_of", "svg": "svg_of", "json": "json_of"}
BELLS |= {("explaining", f"ogive.explaining.faces.{face}", name) for face, name in FACES.items()}
BELLS |= {("explaining", "ogive.explaining.faces.latex", name) for name in ("latex_of", "aligned_of")}
BELLS |= {("explaining", "ogive.explaining.faces.json", "derivation_from")}
BELLS |= {("explaining", "ogive.explaining.rocq.writing", "rocq_of")}
BELLS |= {
    ("explaining", "ogive.explaining.faces.sheet", f"{face}_of_sheet")
    for face in ("text", "markdown", "html", "data")
}
BELLS |= {("explaining", "ogive.explaining.faces.sheet", "sheet_from")}
BELLS |= {
    ("explaining", "ogive.explaining.checking.check", "check_finished"),
    ("explaining", "ogive.explaining.checking.check", "certified"),
    ("explaining", "ogive.explaining.checking.sheets", "check_sheet"),
    ("explaining", "ogive.explaining.checking.sheets", "certified"),
}
BELLS |= {("shape", "ogive.formula_shapes", "shape_of"), ("shape", "ogive.expressions.extended", "in_any_arithmetic")}


def test_the_bells_are_those_listed() -> None:
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ring":
                module, name = (ast.literal_eval(argument) for argument in node.args[:2])
                found.add((room_of(path), module, name))
    assert found == BELLS


def test_one_module_imports_the_compiled_core() -> None:
    importers = {room_of(path) for path in MODULES if any(name == "_core" for name, _ in imported_rooms(path))}
    assert importers == {"__init__", "shape", "threads", "fitting"}


# ---- Sizes -----------------------------------------------------------------------------------------------------


def functions(path: Path) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Yield each function with its number of lines, the docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            has_doc = ast.get_docstring(node, clean=False) is not None
            doc = (first.end_lineno or 0) - first.lineno + 1 if has_doc else 0
            yield node, (node.end_lineno or 0) - node.lineno + 1 - doc


@pytest.mark.parametrize("path", [*CODE, *CORE], ids=identity)
def test_no_file_is_longer_than_650_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 650


@pytest.mark.parametrize("path", CODE, ids=identity)
def test_no_function_is_longer_than_80_lines(path: Path) -> None:
    for node, length in functions(path):
        assert length <= 80, f"{identity(path)}:{node.lineno} {node.name} has {length} lines"


def test_the_median_function_is_shorter_than_8_lines() -> None:
    lengths = [length for path in MODULES for _, length in functions(path)]
    assert statistics.median(lengths) < 8


# ---- What an import brings -------------------------------------------------------------------------------------

OPTIONAL = {"sympy": "explain", "flint": "explain", "matplotlib": "plot", "pandas": "tables", "polars": "tables"}
OPTIONAL |= {
    "openpyxl": "xlsx",
    "pyarrow": "tables",
    "duckdb": "tables",
    "dask": "dask",
    "pint": "units",
    "astropy": "units",
}


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, **environment}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=False)


def test_importing_ogive_imports_nothing_optional() -> None:
    ran = python("import sys; before = set(sys.modules); import ogive; print(*(set(sys.modules) - before))")
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert "ogive" in loaded
    assert not loaded & {*OPTIONAL, "scipy", "narwhals", "click", "torch", "jax"}


def test_the_command_line_starts_without_anything_optional() -> None:
    ran = python("import sys; import ogive.cli; print(*sys.modules)")
    assert ran.returncode == 0, ran.stderr
    assert not {name.partition(".")[0] for name in ran.stdout.split()} & OPTIONAL.keys()


HIDE = """
import sys
sys.modules[{package!r}] = None
from ogive._optional import optional
optional({package!r}, for_="pictures")
"""


@pytest.mark.parametrize(("package", "extra"), OPTIONAL.items(), ids=OPTIONAL)
def test_a_hidden_package_gives_the_line_that_installs_it(package: str, extra: str) -> None:
    ran = python(HIDE.format(package=package))
    assert ran.returncode == 1
    assert f"pictures need {package}: pip install 'ogive[{extra}]'" in ran.stderr


@pytest.mark.parametrize(
    ("package", "arguments"),
    [
        ("matplotlib", ["plot", "sigmoid"]),
        ("matplotlib", ["tour"]),
        ("flint", ["tour"]),
    ],
)
def test_a_command_without_its_extra_says_so_in_one_line(package: str, arguments: list[str], tmp_path: Path) -> None:
    code = f"import os, sys; os.chdir({str(tmp_path)!r}); sys.modules[{package!r}] = None; "
    ran = python(code + f"from ogive.cli import main; main({arguments!r})")
    assert ran.returncode == 2
    assert f"pip install 'ogive[{OPTIONAL[package]}]'" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not list(tmp_path.iterdir())


def test_every_optional_package_goes_through_the_one_door() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                if name.partition(".")[0] in OPTIONAL:
                    assert is_for_types_only(path, node.lineno), f"{identity(path)}:{node.lineno} imports {name}"


def is_for_types_only(path: Path, line: int) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    return any(block.lineno < line <= (block.end_lineno or 0) for block in blocks)


def test_extras_of_the_project_are_the_extras_of_the_door() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for module, extra in importlib.import_module("ogive._optional").extras().items():
        package = {"flint": "python-flint"}.get(module, module)
        assert any(line.startswith(package) for line in project["optional-dependencies"][extra])


# ---- Kernels ---------------------------------------------------------------------------------------------------


def archives() -> list[Path]:
    return sorted((ROOT / "build").glob("cp*/core/lib*_v*.a"))


@pytest.mark.skipif(shutil.which("nm") is None, reason="nm, of binutils, is not installed")
@pytest.mark.skipif(not archives(), reason="no build directory: this is not an editable install")
def test_kernels_have_no_weak_symbols() -> None:
    """A weak symbol compiled for a new CPU may be the copy that the linker keeps, and crash an old one."""
    for archive in archives():
        # A thin archive has no symbols of its own beside those of its objects; nm prints "value kind name".
        listing = subprocess.run(["nm", "-C", archive], capture_output=True, text=True, check=True).stdout
        weak = [line for line in listing.splitlines() if re.match(r"[0-9a-f ]{16} [WVu] ", line)]
        assert not weak, f"{archive.name}: {weak}"


TARGETS = og.build_config()["targets"]


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_can_be_chosen_and_computes(target: str) -> None:
    ran = python("import ogive as og; print(og.build_config()['target'], og.sigmoid(0.0))", OGIVE_TARGET=target)
    assert ran.stdout.split() == [target, "0.5"]


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_passes_its_own_check(target: str) -> None:
    ran = python("from ogive.cli import main; main(['doctor'])", OGIVE_TARGET=target)
    assert ran.returncode == 0, ran.stdout


def test_the_best_target_is_chosen_by_itself() -> None:
    ran = python("import ogive as og; print(og.build_config()['target'])", OGIVE_TARGET="")
    assert ran.stdout.split() == [TARGETS[-1]]


def test_an_unknown_target_names_those_that_run_here() -> None:
    ran = python("import ogive", OGIVE_TARGET="v9")
    assert ran.returncode == 1
    assert f"choose one of {', '.join(TARGETS)}" in ran.stderr


# ---- Names -----------------------------------------------------------------------------------------------------


def test_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    meson = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text(encoding="utf-8"))
    assert meson is not None
    assert project == meson[1] == og.__version__ == og.build_config()["version"]


LISTS = (
    *(ROOT / "core" / "kernels.cpp", ROOT / "core" / "wide.cpp"),  # each includes a kernel's file and lists it
    ROOT / "core" / "fit" / "shapes.hpp",  # each shape as the engine that fits many curves evaluates it
    PACKAGE / "higher.py",  # derivatives of high order are made of slopes of other shapes
    PACKAGE / "models" / "table.py",  # the table of models says which shape each is made of
    PACKAGE / "fields" / "logistic_regression.py",  # the table of links says which shape each is the inverse of
    *(
        PACKAGE / "fitting" / name for name in ("question/likelihoods.py", "question/request.py", "one.py")
    ),  # the normal law of errors, not the shape
    *(PACKAGE / "cli" / name for name in ("fit.py", "screen.py")),  # the same
    PACKAGE / "expressions" / "mathml.py",  # MathML's word for upright letters
    PACKAGE / "explaining" / "properties" / "remarks.py",  # what other texts say of one shape
)


@pytest.mark.parametrize("name", og.shapes)
def test_a_shape_is_named_in_its_kernel_and_its_row_only(name: str) -> None:
    """A new shape is one kernel and one row: its name, as a word of code, stands nowhere else.

    A kernel may include another that it stands on; and the hyperbolic tangent and the arc tangent are elementary
    functions of calculus too, which the two rooms that do calculus know as such.
    """
    word = re.compile(rf"[\"'/]{name}[\"'.]")
    calculus = ("expressions", "explaining") if name in ELEMENTARY else ()
    for path in [*MODULES, *CORE]:
        rows = (PACKAGE / "s_curves.py", PACKAGE / "activations.py", *LISTS)
        if path in rows or path.stem == name or (path.suffix == ".py" and room_of(path) in calculus):
            continue
        code = without_docstrings(path) if path.suffix == ".py" else without_includes(path)
        assert not word.search(code), f"{identity(path)} names {name}"


def without_includes(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#include"))


def without_docstrings(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = ""
    return ast.unparse(tree)


# ---- Docstrings ------------------------------------------------------------------------------------------------


def public_objects() -> Iterator[tuple[str, Any]]:
    for name in og.__all__:
        if name in og.shapes.names or name == "shapes":
            continue
        found = getattr(og, name)
        yield name, found
        if inspect.isclass(found):
            methods = inspect.getmembers(found, lambda m: inspect.isfunction(m) or isinstance(m, property))
            yield from ((f"{name}.{key}", value) for key, value in methods if not key.startswith("_"))


SYMBOLS = re.compile(r"[=^*∂∑√≤≥∞′]|\w\(\w+\)|\bf'|\d\s*[-+/]\s*\d")


def test_public_docstrings_open_in_plain_words() -> None:
    for name, found in public_objects():
        text = inspect.getdoc(found)
        assert text, f"{name} has no docstring"
        first = text.partition("\n\n")[0]
        assert not SYMBOLS.search(first), f"{name}: {first}"


def test_public_functions_take_at_most_three_arguments_by_position() -> None:
    for name, found in public_objects():
        if inspect.isfunction(found):
            kinds = [p.kind for p in inspect.signature(found).parameters.values() if p.name != "self"]
            by_position = [k for k in kinds if k in (k.POSITIONAL_ONLY, k.POSITIONAL_OR_KEYWORD)]
            assert len(by_position) <= 3, f"{name} takes {len(by_position)} arguments by position"


@pytest.mark.parametrize("path", MODULES, ids=identity)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
