#!/usr/bin/env python3
"""Everything a developer does, from a bare machine with python3, pip and g++.

python3 dev.py tour         build, then run the main job: the story of the sigmoid's slope in ./ogive-tour/
python3 dev.py test         build, then run all tests (further arguments go to pytest)
python3 dev.py build        make .venv and build the package in place
python3 dev.py lint         formatting, lint and types
python3 dev.py bench        benchmarks beside their peers, tables into docs/ (installs the peers)
python3 dev.py peers        install the libraries that are measured: PyTorch and JAX
python3 dev.py docs         regenerate what is generated: stubs, reference pages, golden files
python3 dev.py exhaustive   all 2^32 float32 inputs of every float32 kernel
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
STAMP = VENV / ".ogive-installed"
PEERS = ("torch==2.13.0", "jax[cpu]==0.10.2")
SOURCES = ("ogive", "tests", "benchmarks", "dev.py")


def run(*command: str | Path, **kwargs: object) -> None:
    """Run a command in the repository with the environment's programs first on PATH; stop if it fails."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(VENV)}
    code = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=False).returncode
    if code:
        sys.exit(code)


def check_machine() -> None:
    """Say in one line what is missing, and which package brings it."""
    if sys.version_info < (3, 11):  # noqa: UP036 - a bare machine may bring an older one
        sys.exit(f"ogive needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    if not any(shutil.which(name) for name in (os.environ.get("CXX", "g++"), "g++", "c++", "clang++")):
        sys.exit("no C++ compiler found: install g++ (Debian and Ubuntu: apt-get install g++)")
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        sys.exit("Python.h is missing: install Python's headers (Debian and Ubuntu: apt-get install python3-dev)")


def build() -> None:
    """Make the environment and install the package so that an import rebuilds what changed."""
    inputs = (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode() + sys.version.encode()
    digest = hashlib.sha256(inputs).hexdigest()
    if not STAMP.exists() or STAMP.read_text() != digest:
        check_machine()
        if not PYTHON.exists():
            print("making .venv ...", flush=True)
            subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        print("installing what ogive is built with, then ogive (a few minutes the first time) ...", flush=True)
        pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "meson-python>=0.17", "meson>=1.4", "ninja>=1.11", "numpy>=2.0")
        run(*pip, "--no-build-isolation", "--editable", ".[dev]")
        STAMP.write_text(digest)
    run(PYTHON, "-c", "import ogive")


def tour(*arguments: str) -> None:
    """Run the main job on real input."""
    build()
    run(BIN / "ogive", "tour", *arguments)


def test(*arguments: str) -> None:
    """Run all tests."""
    build()
    run(PYTHON, "-m", "pytest", *(arguments or ("-n", "auto")))


def lint() -> None:
    """Check formatting, lint and types."""
    build()
    run(BIN / "ruff", "format", "--check", *SOURCES)
    run(BIN / "ruff", "check", *SOURCES)
    run(BIN / "mypy")
    run(BIN / "clang-format", "--dry-run", "--Werror", *sorted(ROOT.glob("core/**/*.[ch]pp")))


def bench(*arguments: str) -> None:
    """Install the peers, measure beside them, and write the tables that the docs show."""
    peers()
    run(PYTHON, "benchmarks/run.py", *arguments)


def peers() -> None:
    """Install the libraries that are measured, and asked what they do at kinks; tests skip what is not there."""
    build()
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS)


def docs() -> None:
    """Regenerate everything that is generated."""
    build()
    run(PYTHON, "docs/generate.py")


def exhaustive(*arguments: str) -> None:
    """Check every float32 there is."""
    build()
    run(PYTHON, "tests/exhaustive.py", *arguments)


def main() -> None:
    """Run the command named first."""
    commands = {f.__name__: f for f in (build, tour, test, lint, bench, peers, docs, exhaustive)}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
