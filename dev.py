#!/usr/bin/env python3
"""Everything a developer does, from a bare machine with python3, pip and g++ (or clang++).

python3 dev.py tour         build, then run the main job: the story of the sigmoid's slope in ./ogive-tour/
python3 dev.py test         build, then run all tests (further arguments go to pytest)
python3 dev.py build        make .venv and build the package in place, for this processor
python3 dev.py build all    the same for every processor of its family, as wheels are; later commands keep to it
python3 dev.py lint         formatting, lint and types
python3 dev.py sanitize     build the core with AddressSanitizer and UBSan, run the kernels' tests and the fuzzer
python3 dev.py compilers    read the core with every other compiler that is installed, warnings being errors
python3 dev.py bench        benchmarks beside their peers, tables into docs/ (installs the peers)
python3 dev.py peers        install the libraries that are measured: PyTorch and JAX
python3 dev.py docs         regenerate what is generated: stubs, reference pages, golden files
python3 dev.py exhaustive   all 2^32 float32 inputs of every float32 kernel
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMP = VENV / ".ogive-installed.json"
PACKAGES = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(VENV)}))
PEERS = ("torch==2.13.0", "jax[cpu]==0.10.2")
SOURCES = ("ogive", "tests", "benchmarks", "core", "dev.py")
NEEDS = {"tour": ("explain", "plot"), "dev": ("explain", "plot", "dev")}
"""The extras that are installed for the tour, and for everything else."""
CORE_TESTS = ("tests/fuzz", "tests/loops", "tests/test_shapes.py", "tests/test_complex.py")


def run(*command: str | Path, **variables: str) -> None:
    """Run a command in the repository with the environment's programs first on PATH; stop if it fails."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV), **variables}
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
    if find_spec("pip") is None:
        sys.exit("pip is missing: install it (Debian and Ubuntu: apt-get install python3-pip)")


# ---- The environment and the build -------------------------------------------------------------------------------


def project() -> dict[str, dict]:
    """Return what pyproject.toml says."""
    import tomllib

    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirements(extras: tuple[str, ...]) -> list[str]:
    """Return what the package and some of its extras require, each once."""
    table = project()
    offered = table["project"]["optional-dependencies"]
    found = [*table["build-system"]["requires"], "ninja>=1.11", *table["project"]["dependencies"]]
    waiting = list(extras)
    for extra in waiting:
        for line in offered[extra]:
            own = re.fullmatch(r"ogive\[(.*)\]", line)
            if own:
                waiting += own[1].split(",")
            else:
                found.append(line)
    return list(dict.fromkeys(found))


def pip(*arguments: str) -> None:
    """Install into the environment, which needs no pip of its own."""
    command = ("--python", PYTHON, "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    run(sys.executable, "-m", "pip", *command, *arguments)


def ready(need: str, targets: str = "") -> None:
    """Make the environment with what is needed, and install the package so that an import rebuilds what changed.

    One call of pip brings everything that is needed, and Python compiles what is imported of it: both take a third
    of the time. Tests take all warnings for errors, those of other packages' source too when it is compiled, so for
    them everything is compiled beforehand.
    """
    inputs = (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode() + sys.version.encode()
    digest = hashlib.sha256(inputs).hexdigest()
    old = json.loads(STAMP.read_text(encoding="utf-8")) if STAMP.exists() else {}
    if old.get("digest") != digest:
        old = {"digest": "", "needs": [], "targets": old.get("targets", "")}
    needs = old["needs"] if "dev" in old["needs"] else sorted({need, *old["needs"]})
    new = {"digest": digest, "needs": needs, "targets": targets or old["targets"] or "native"}
    if new == old:
        return run(PYTHON, "-c", "import ogive")
    check_machine()
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True)
    if new["needs"] != old["needs"]:
        print(f"installing into .venv what '{need}' needs ...", flush=True)
        pip(*requirements(NEEDS[need]))
        if need == "dev":
            subprocess.run([PYTHON, "-m", "compileall", "-qq", "-j", "0", PACKAGES], check=False)
    print(f"building ogive in place for {new['targets']} processors ...", flush=True)
    pip("--no-build-isolation", "--no-deps", "--config-settings=setup-args=-Dtargets=" + new["targets"], "-e", ".")
    run(PYTHON, "-c", "import ogive")
    STAMP.write_text(json.dumps(new), encoding="utf-8")
    return None


# ---- The commands ------------------------------------------------------------------------------------------------


def build(targets: str = "") -> None:
    """Build for this processor, or for all of its family."""
    if targets not in {"", "native", "all"}:
        sys.exit(f"python3 dev.py build takes 'all' or 'native', not {targets!r}")
    ready("tour", targets)


def tour(*arguments: str) -> None:
    """Run the main job on real input."""
    ready("tour")
    run(BIN / "ogive", "tour", *arguments)


def test(*arguments: str) -> None:
    """Run all tests."""
    ready("dev")
    run(PYTHON, "-m", "pytest", *(arguments or ("-n", "auto")))


def lint() -> None:
    """Check formatting, lint and types."""
    ready("dev")
    run(BIN / "ruff", "format", "--check", *SOURCES)
    run(BIN / "ruff", "check", *SOURCES)
    run(BIN / "mypy")
    run(BIN / "clang-format", "--dry-run", "--Werror", *sorted(ROOT.glob("core/**/*.[ch]pp")))


def sanitize(*arguments: str) -> None:
    """Run the kernels' tests, or those named, in a core that stops at the first wrong access or overflow.

    The sanitizers have to be there before Python is. The package is the one in this folder with that core put in
    the place of its own: `-P` and `-S` keep this folder's and the installed one away.
    """
    ready("dev")
    folder = ROOT / "build" / "sanitized"
    site = folder / "site"
    if not (folder / "build.ninja").exists():
        run(BIN / "meson", "setup", folder, "-Dtargets=native", "-Dsafety=sanitized")
    run(BIN / "ninja", "-C", folder)
    shutil.rmtree(site, ignore_errors=True)
    (site / "ogive").mkdir(parents=True)
    for path in [*(ROOT / "ogive").iterdir(), *folder.glob("core/_core*.so")]:
        if path.parent != ROOT / "ogive" or not path.name.startswith("_core."):
            (site / "ogive" / path.name).symlink_to(path)
    compiler = os.environ.get("CXX", "c++")
    library = subprocess.run([compiler, "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
    run(
        *(PYTHON, "-P", "-S", "-m", "pytest", "-q", "-p", "no:cacheprovider", *(arguments or CORE_TESTS)),
        LD_PRELOAD=library.stdout.strip(),
        PYTHONPATH=f"{site}{os.pathsep}{PACKAGES}",
        ASAN_OPTIONS="detect_leaks=0",  # the interpreter keeps what it has until it ends
        UBSAN_OPTIONS="print_stacktrace=1",
        OGIVE_SANITIZED=str(site),
    )


def compilers(*names: str) -> None:
    """Let other compilers read the core."""
    ready("dev")
    run(PYTHON, "core/compilers.py", *names)


def bench(*arguments: str) -> None:
    """Install the peers, measure beside them, and write the tables that the docs show."""
    peers()
    run(PYTHON, "benchmarks/run.py", *arguments)


def peers() -> None:
    """Install the libraries that are measured, and asked what they do at kinks; tests skip what is not there."""
    ready("dev")
    pip(*PEERS)


def docs() -> None:
    """Regenerate everything that is generated."""
    ready("dev")
    run(PYTHON, "docs/generate.py")


def exhaustive(*arguments: str) -> None:
    """Check every float32 there is."""
    ready("dev")
    run(PYTHON, "tests/exhaustive.py", *arguments)


def main() -> None:
    """Run the command named first."""
    offered = (build, tour, test, lint, sanitize, compilers, bench, peers, docs, exhaustive)
    commands = {f.__name__: f for f in offered}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
