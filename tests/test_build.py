"""The build: what it says where it cannot go on, and what it leaves in the module."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import ogive as og

ROOT = Path(__file__).resolve().parents[1]
CORE = Path(og._core.__file__)


def script(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- Without the compiled core -----------------------------------------------------------------------------------


@pytest.fixture
def source_tree(tmp_path: Path) -> Path:
    """A copy of the package without its core."""
    shutil.copytree(ROOT / "ogive", tmp_path / "ogive", ignore=shutil.ignore_patterns("_core.*", "__pycache__"))
    return tmp_path


def imported(tree: Path) -> subprocess.CompletedProcess[str]:
    """Import ogive from a tree, and from nowhere else."""
    packages = [path for path in sys.path if path.endswith("-packages")]
    return subprocess.run(
        [sys.executable, "-S", "-c", "import ogive"],  # -S: no hook of an installation in place
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tree), *packages])},
        capture_output=True, text=True, check=False, cwd=tree,
    )  # fmt: skip


def test_a_source_tree_that_was_never_built_says_what_to_do(source_tree: Path) -> None:
    ran = imported(source_tree)
    assert ran.returncode == 1
    last = ran.stderr.strip().splitlines()[-1]
    assert last == (
        "ImportError: ogive's compiled core is missing: this is a source tree. Run `python3 dev.py build`, or "
        "`pip install .`"
    )


def test_a_core_that_does_not_load_is_not_called_missing(source_tree: Path) -> None:
    (source_tree / "ogive" / "_core.py").write_text("import a_library_that_is_not_there\n", encoding="utf-8")
    ran = imported(source_tree)
    assert "a_library_that_is_not_there" in ran.stderr.strip().splitlines()[-1]
    assert "compiled core is missing" not in ran.stderr


# ---- What the module is ------------------------------------------------------------------------------------------


def test_targets_that_run_are_among_those_compiled() -> None:
    config = og.build_config()
    assert set(config["targets"]) <= set(config["compiled"])
    assert config["target"] in config["targets"]


def test_every_float16_is_converted_as_numpy_converts_it() -> None:
    """The core has no float16 of the compiler's: it converts bits, and rounds once, to even."""
    halves = np.arange(65536, dtype=np.uint16).view(np.float16)
    halves = halves[~np.isnan(halves)]
    for shape in og.shapes.values():
        for role in shape.roles:
            ufunc = shape.ufunc_of(role)
            with np.errstate(over="ignore"):
                wanted = ufunc(halves.astype(np.float64))
                wanted = [part.astype(np.float16) for part in (wanted if ufunc.nout == 2 else [wanted])]
            found = ufunc(halves)
            for one, other in zip(found if ufunc.nout == 2 else [found], wanted, strict=True):
                same = (one.view(np.uint16) == other.view(np.uint16)) | (np.isnan(one) & np.isnan(other))
                assert same.all(), (ufunc.__name__, halves[~same][:5])


def test_nan_stays_nan_in_float16() -> None:
    nans = np.array([0x7C01, 0x7E00, 0x7FFF, 0xFC01, 0xFE00], dtype=np.uint16).view(np.float16)
    assert np.isnan(og.sigmoid(nans)).all()


# ---- Compilers and wheels ----------------------------------------------------------------------------------------


def meson(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["meson", "setup", *arguments],
        cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.skipif(shutil.which("meson") is None, reason="meson is not installed")
def test_a_compiler_that_is_too_old_is_told_in_one_sentence(tmp_path: Path) -> None:
    """A g++ that says that it is version 10, and is else what it is."""
    real = shutil.which("g++")
    if real is None:
        pytest.skip("g++ is not installed")
    old = tmp_path / "g++"
    old.write_text(
        f'#!/bin/sh\ncase " $* " in\n'
        f' *" -dM "*) {real} "$@" | sed "s/__GNUC__ .*/__GNUC__ 10/";;\n'
        f' *) exec {real} "$@";;\nesac\n',
        encoding="utf-8",
    )
    old.chmod(0o755)
    ran = meson(tmp_path / "build", CXX=str(old))
    assert ran.returncode != 0
    assert "ogive needs g++ 11 or newer, or clang++ 14 or newer: this is gcc 10." in ran.stdout


def test_wheels_are_hardened_and_the_source_distribution_takes_no_warning_for_an_error() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'config-settings = "setup-args=-Dsafety=hardened"' in project
    assert "werror" not in (ROOT / "meson.build").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf, of binutils, is not installed")
@pytest.mark.skipif("OGIVE_HARDENED" not in os.environ, reason="asked where a hardened module is installed: .ci/run")
def test_a_hardened_module_binds_all_symbols_when_it_is_loaded_and_guards_its_stack() -> None:
    def read(*flags: str) -> str:
        return subprocess.run(["readelf", *flags, CORE], capture_output=True, text=True, check=True).stdout

    assert re.search(r"BIND_NOW|FLAGS.*NOW", read("-d"))
    assert "GNU_RELRO" in read("-lW")
    assert "__stack_chk_fail" in read("-sW")


# ---- dev.py ------------------------------------------------------------------------------------------------------


def test_the_tour_is_given_what_it_imports_and_tests_are_given_everything() -> None:
    dev = script("dev.py")
    tour, everything = (dev.requirements(dev.NEEDS[need]) for need in ("tour", "dev"))

    def names(lines: list[str]) -> set[str]:
        return {re.split(r"[\[>=<]", line)[0] for line in lines}

    assert {"meson-python", "ninja", "numpy", "scipy", "sympy", "python-flint", "matplotlib"} <= names(tour)
    assert not names(tour) & {"pandas", "polars", "dask", "pytest", "mypy"}
    assert names(tour) | {"pandas", "polars", "pyarrow", "dask", "pint", "pytest", "mypy"} <= names(everything)
    assert not any(line.startswith("ogive") for line in everything)


def test_what_dev_offers_stands_in_its_text() -> None:
    dev = script("dev.py")
    assert dev.__doc__
    ran = subprocess.run([sys.executable, ROOT / "dev.py"], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    for command in ("tour", "test", "build", "lint", "sanitize", "compilers", "bench", "peers", "docs", "exhaustive"):
        assert f"python3 dev.py {command}" in ran.stderr
        assert callable(getattr(dev, command))


def test_dev_installs_what_is_missing_and_keeps_to_the_targets_once_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev = script("dev.py")
    done: list[str] = []

    def pip(*arguments: str) -> None:
        targets = [flag.rpartition("=")[2] for flag in arguments if "-Dtargets=" in flag]
        done.append(f"build {targets[0]}" if targets else "everything" if "pytest>=8.3" in arguments else "tour")

    python = tmp_path / "python"
    python.touch()
    for name, value in {"pip": pip, "STAMP": tmp_path / "stamp.json", "PYTHON": python}.items():
        monkeypatch.setattr(dev, name, value)
    for name in ("run", "check_machine"):
        monkeypatch.setattr(dev, name, lambda *_, **__: None)
    monkeypatch.setattr(dev.subprocess, "run", lambda *_, **__: None)
    for need, targets, wanted in (
        ("tour", "", ["tour", "build native"]),
        ("tour", "", []),
        ("dev", "", ["everything", "build native"]),
        ("tour", "", []),
        ("tour", "all", ["build all"]),
        ("dev", "", []),
        ("tour", "native", ["build native"]),
    ):
        done.clear()
        dev.ready(need, targets)
        assert done == wanted, (need, targets)
