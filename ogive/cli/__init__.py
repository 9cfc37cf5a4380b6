"""The command line: one table of commands, and what all of them do about errors, pipes and interrupts.

Exit status: 0 all is well; 1 the work was done and something in the data or the installation is at fault, as
standard error says; 2 the command cannot be carried out as given; 3 what was said is not proven; 129 hung up; 130
interrupted; 143 terminated; 141 nobody reads the output any more.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

import ogive
from ogive._sinks import shown
from ogive.cli.doctor import doctor
from ogive.cli.evaluate import evaluate
from ogive.cli.fit import fit
from ogive.cli.house import UserMistake, shield_negative_numbers
from ogive.cli.judge import judge
from ogive.cli.leaving import ended_by, heeding_signals, let_go_of_streams, prepare_streams
from ogive.cli.practice import check_work, practice
from ogive.cli.screen import screen
from ogive.cli.show import check, explain, plot, properties, shapes
from ogive.cli.tour import tour

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMANDS", "main", "program"]

COMMANDS = (
    tour,
    evaluate,
    explain,
    check,
    judge,
    properties,
    practice,
    check_work,
    plot,
    fit,
    screen,
    shapes,
    doctor,
)
"""Every command, in the order in which the help and the manual list them."""


class _InOrder(click.Group):
    """A group that lists its commands in the order of the table, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [str(command.name) for command in COMMANDS]


@click.group(
    cls=_InOrder,
    commands={str(command.name): command for command in COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(ogive.__version__, prog_name="ogive", message="%(prog)s %(version)s")
def program() -> None:
    """S-shaped curves and their slopes: computed to the last bit, explained line by line.

    Start with `ogive tour`. Every command has its own --help.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit status; a user's mistake is one line, never a traceback."""
    prepare_streams()
    with heeding_signals():
        status = _status(shield_negative_numbers(sys.argv[1:] if arguments is None else arguments))
        let_go_of_streams()
    sys.exit(status)


def _status(arguments: list[str]) -> int:
    """Run, and answer what was raised with a line on standard error and a status."""
    try:
        try:
            result = _run(arguments)
            sys.stdout.flush()
        except (KeyboardInterrupt, click.Abort) as stopped:
            status, word = ended_by(stopped)
            click.echo(word, err=True)
            return status
        except click.exceptions.Exit as finished:
            return finished.exit_code
        except click.ClickException as error:
            error.show(said := io.StringIO())
            click.echo(shown(said.getvalue(), keep="\n"), nl=False, err=True)
            return error.exit_code
        except BrokenPipeError:
            return 141
        except UserMistake.kinds as error:
            click.echo(f"Error: {UserMistake.sentence(error)}", err=True)
            return 2
        return result if isinstance(result, int) else 0
    except OSError as error:  # standard error is no better
        return 141 if isinstance(error, BrokenPipeError) else 2


def _run(arguments: list[str]) -> object:
    """Run a command, and leave what it raises to the caller: click's own main would leave by itself."""
    if "_OGIVE_COMPLETE" in os.environ:
        return program.main(arguments, prog_name="ogive")
    colour = False if os.environ.get("NO_COLOR") else None
    with program.make_context("ogive", arguments, color=colour) as context:
        return program.invoke(context)
