"""``ogive practice`` and ``ogive check-work``: exercises on slopes, and a look at somebody's own derivation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

import ogive
from ogive._sinks import shown
from ogive.cli.house import good, warn
from ogive.cli.paths import READS, Command, Writes

if TYPE_CHECKING:
    from ogive.explaining.practice.scores import Scores
    from ogive.explaining.practice.task import Exercise, Feedback

__all__ = ["check_work", "practice"]

_TOPICS = ("value", "derive", "self-reference", "steepest", "backpropagate")
_TRIES = 3


@click.command(cls=Command, short_help="Exercises on slopes, with hints and the mistake named.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same exercises.")
@click.option("--topic", type=click.Choice(_TOPICS), help="Only this kind; otherwise all of them in turn.")
@click.option("--level", type=click.IntRange(1, 3), help="Only this level; otherwise from easy to hard.")
@click.option("--count", type=click.IntRange(1, 100), default=5, show_default=True, help="How many exercises.")
@click.option("--list", "listed", is_flag=True, help="Print the questions and leave.")
@click.option("--answers", is_flag=True, help="With --list: print the answers too.")
@click.option(
    "--scores", type=Writes("scores"), metavar="FILE", help="Keep the scores in this file; nothing is kept otherwise."
)
def practice(listed: bool, answers: bool, scores: str | None, **sheet: Any) -> None:
    """Ask for slopes, and look at the answers exactly.

    Answer with a number or a formula, such as 3/16 or a(1-a). A question mark asks for a hint, an empty line goes on.
    """
    exercises = ogive.practice(sheet.pop("seed"), **sheet)
    if listed:
        click.echo(exercises.to_text(answers=answers).rstrip("\n"))
        return
    kept = _read_scores(scores)
    for number, exercise in enumerate(exercises, start=1):
        click.echo(f"{number}. {exercise.question}")
        found = _answered(exercise)
        if found is None:
            break
        kept = kept.plus(exercise.topic, right=found[0], mistake=found[1])
        if scores:
            kept.write(scores)
    if kept.asked:
        click.echo("\n" + kept.to_text().rstrip("\n"))


def _read_scores(path: str | None) -> Scores:
    from ogive.explaining.practice.scores import Scores

    try:
        return Scores.read(path) if path else Scores()
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _answered(exercise: Exercise) -> tuple[bool, str] | None:
    """Ask until the answer is right or given up; return whether the first try was right, and the first mistake."""
    hints = tries = 0
    mistake = ""
    while tries < _TRIES:
        text = _typed()
        if text is None:
            return None
        if text == "?":
            hints += 1
            click.echo(f"   {exercise.hint(hints)}")
            continue
        if not text:
            break
        found = exercise.check(text)
        click.echo(f"   {_marked(found)}")
        if found.right:
            return tries == 0 and hints <= len(exercise.hints), mistake
        mistake = mistake or found.mistake
        tries += found.verdict not in ("unreadable", "form")
    click.echo(f"   The answer is {exercise.answer}")
    return False, mistake


def _typed() -> str | None:
    """Read one line; None at the end of the input."""
    try:
        return str(click.prompt("  ", default="", show_default=False, prompt_suffix="> ")).strip()
    except click.Abort:
        return None


def _marked(found: Feedback) -> str:
    if found.right:
        return good("✓ right")
    message = shown(found.message, keep="\n")
    return f"{warn('✗' if found.verdict == 'wrong' else '?')} {message}"


@click.command("check-work", cls=Command, short_help="Check a derivation of your own, line by line.")
@click.argument("file", type=READS)
@click.option("--var", metavar="NAME", help="The variable, where several symbols could be meant.")
def check_work(file: str, var: str | None) -> int:
    """Check the lines of FILE (or - for standard input) and name the mistake in the first one that does not hold.

    The first line says what the function is, as y = 1/(1+e^-z); each later one is what the derivative is said to be.
    The exit status is 1 if a line is wrong or cannot be read.
    """
    with click.open_file(file, encoding="utf-8", errors="replace") as stream:
        text = stream.read(1_000_000)
    try:
        work = ogive.check_work(text, var=var)
    except ValueError as error:
        raise click.UsageError(f"{file}: {error}") from None
    click.echo(shown(work.to_text().rstrip("\n"), keep="\n"))
    return 1 if work.first_error else 0
