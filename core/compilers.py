"""Lets every C++ compiler that is installed read the core, with its own warnings being errors. It compiles nothing.

    python3 dev.py compilers [NAME ...]     g++-11 and the like; all that are found by default

The commands are those that Meson would run, for all targets. Debian's cross compiler reads it for Arm; the headers of
Python and NumPy are this machine's, which serves for reading.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CROSS = "aarch64-linux-gnu-g++"
KNOWN = ("g++", *(f"g++-{n}" for n in range(11, 17)), "clang++", *(f"clang++-{n}" for n in range(14, 24)), CROSS)
CROSS_FILE = """[binaries]
cpp = '{compiler}'
numpy-config = '{numpy_config}'
[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = 'aarch64'
endian = 'little'
"""


def commands(compiler: str, folder: Path) -> list[list[str]]:
    """Return the commands that compile the core, made to read only."""
    setup = ["meson", "setup", str(folder), "-Dtargets=all", "-Dwerror=true"]
    if compiler == CROSS:
        cross = folder.with_suffix(".ini")
        cross.write_text(CROSS_FILE.format(compiler=compiler, numpy_config=shutil.which("numpy-config")))
        setup += ["--cross-file", str(cross)]
    ran = subprocess.run(
        setup, cwd=ROOT, env={**os.environ, "CXX": compiler}, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        sys.exit(ran.stdout + ran.stderr)
    entries = json.loads((folder / "compile_commands.json").read_text(encoding="utf-8"))
    return [[*shlex.split(entry["command"]), "-fsyntax-only"] for entry in entries]


def read(compiler: str) -> list[str]:
    """Return what a compiler finds wrong."""
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = Path(name) / "build"

        def complaint(command: list[str]) -> str:
            return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stderr

        found = list(pool.map(complaint, commands(compiler, folder)))
    print(f"{compiler}: {len(found)} units read", flush=True)
    return [text for text in found if text]


def main(names: list[str]) -> None:
    """Ask the compilers named, or all that are here."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}")
    seen: dict[str, str] = {}  # g++ is often g++-12: each program once
    for name in names or KNOWN:
        path = shutil.which(name)
        if path:
            seen.setdefault(str(Path(path).resolve()), name)
    wrong = [text for name in seen.values() for text in read(name)]
    if wrong:
        sys.exit("\n".join(wrong))
    for name in [name for name in ("clang++", CROSS) if not names and shutil.which(name) is None]:
        print(f"{name} is not installed: what it would say is not known")


if __name__ == "__main__":
    main(sys.argv[1:])
