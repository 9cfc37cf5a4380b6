"""What the build takes: processor seconds for each unit that is compiled, and the size of the module.

    python benchmarks/build.py [all | native]     all by default

The units are compiled one after the other into a folder of its own, by the commands that Meson would run. Processor
seconds (user and system, of the compiler and all it starts) do not count what else the machine does, though they
grow by a third when its cores share their caches and pipelines with others.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def seconds(command: list[str | Path]) -> float:
    """Return the processor time of a command."""

    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = spent()
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, check=True, stdout=subprocess.DEVNULL)
    return spent() - before


def processor() -> str:
    """Return the name of the processor."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def main(targets: str = "all") -> None:
    """Build, and print a line for each unit."""
    print(f"{processor()}; targets: {targets}", flush=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        setup = seconds(["meson", "setup", folder, f"-Dtargets={targets}"])
        listing = subprocess.run(
            [BIN / "ninja", "-C", folder, "-t", "targets", "all"], capture_output=True, text=True, check=True
        ).stdout
        units = [line.partition(":")[0] for line in listing.splitlines() if "cpp_COMPILER" in line]
        times = []
        for unit in units:
            times.append(seconds([BIN / "ninja", "-C", folder, unit]))
            name = f"{Path(unit).parent.name.removesuffix('.p')}: {Path(unit).name}"
            print(f"{times[-1]:7.1f} s  {name}", flush=True)
        link = seconds([BIN / "ninja", "-C", folder])
        (module,) = folder.glob("core/_core*.so")
        stripped = folder / "stripped.so"
        subprocess.run(["strip", "-o", stripped, module], check=True)
        size = stripped.stat().st_size / 1e6
    whole = sum(times)
    print(f"{whole:7.1f} s  in {len(times)} units; {setup:.1f} s to configure, {link:.1f} s to link")
    print(f"{max(times):7.1f} s  the longest unit, {max(times) / whole:.0%} of the whole")
    print(f"{size:7.2f} MB  the module, stripped")


if __name__ == "__main__":
    main(*sys.argv[1:])
