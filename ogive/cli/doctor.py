"""``ogive doctor``: what is installed, what the kernels run on, and whether they still compute what they promise."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import click

import ogive
from ogive._optional import extras
from ogive.cli.house import good, warn
from ogive.cli.paths import Command
from ogive.selfcheck import Outcome, run

__all__ = ["doctor"]


@click.command(cls=Command, short_help="Print versions and the CPU target, and check the kernels.")
def doctor() -> int:
    """Print versions and the CPU target, and compare the kernels with stored values.

    The stored values come from interval arithmetic with 300 bits. Each kernel is compared with them in each format,
    and has to keep the error that its row promises. The exit status is 1 if one does not. Paste the output into a
    bug report.
    """
    for line in (*_versions(), "", *_packages(), ""):
        click.echo(line)
    outcomes = run()
    for outcome in outcomes:
        click.echo(_verdict(outcome))
    failed = sum(not outcome.kept for outcome in outcomes)
    promise = f"{len(outcomes)} kernels keep their promises" if not failed else f"{failed} of {len(outcomes)} do not"
    click.echo((warn if failed else good)(promise))
    return 1 if failed else 0


def _versions() -> list[str]:
    config = ogive.build_config()
    return [
        f"ogive      {config['version']}",
        f"python     {platform.python_version()} on {platform.system()} {platform.machine()}",
        f"compiler   {config['compiler']}",
        f"target     {config['target']}, of {', '.join(config['targets'])} that run here (OGIVE_TARGET chooses)",
        f"compiled   for {', '.join(config['compiled'])}",
    ]


def _packages() -> list[str]:
    needed = [f"{name:10s} {_version(name)}" for name in ("numpy", "scipy", "narwhals", "click")]
    return needed + [f"{name:10s} {_version(name, extra)}" for name, extra in extras().items()]


def _version(module: str, extra: str = "") -> str:
    package = {"flint": "python-flint"}.get(module, module)
    try:
        return version(package)
    except PackageNotFoundError:
        return f"not installed: pip install 'ogive[{extra}]'" if extra else warn("not installed")


def _verdict(outcome: Outcome) -> str:
    mark = good("ok  ") if outcome.kept else warn("FAIL")
    return (
        f"{mark} {outcome.kernel:28s} {outcome.dtype:8s} {outcome.worst:5.2f} ULP of {outcome.promised:g} promised, "
        f"at {outcome.points} points"
    )
