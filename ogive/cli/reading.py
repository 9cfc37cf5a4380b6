"""What the commands that read tables have in common: options about reading, and what is said of what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from ogive._sinks import shown
from ogive.cli.house import MINUS
from ogive.tables.layouts import LAYOUTS, Wanted
from ogive.tables.numbers import parse_number
from ogive.tables.records import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = [
    "about_curves",
    "about_reading",
    "curve_options",
    "fitting_options",
    "layout_options",
    "limits",
    "listed",
    "number",
    "pairs",
    "reading_options",
    "say",
    "wanted_of",
]

Command = TypeVar("Command", bound="Callable[..., Any]")


def _all(options: Sequence[Any]) -> Callable[[Command], Command]:
    def decorated(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorated


READING = (
    click.option("--delimiter", metavar="CHAR", help="What stands between cells, or 'tab'; found out if not given."),
    click.option("--decimal", metavar="MARK", help="The decimal mark, '.' or ','; found out if not given."),
    click.option(
        "--encoding", metavar="NAME", help="The encoding of the text, such as cp1252; found out if not given."
    ),
    click.option("--comment", metavar="SIGN", help="Pass over lines that begin with this sign, such as '#'."),
)
reading_options = _all(
    [
        *READING,
        click.option(
            "--missing", multiple=True, metavar="WORD", help="A word for a missing value, besides empty and NA."
        ),
        click.option("--sheet", metavar="NAME", help="The sheet of a workbook; the first if not given."),
    ]
)
"""The options about reading a table."""

curve_options = _all(
    [
        click.option("--x", "x", metavar="NAME", help="The column of points, such as doses or times."),
        click.option(
            "--y", "y", multiple=True, required=True, metavar="NAME",
            help="The column of responses (of counts, with --trials); several, or a pattern such as 'A*', for other "
            "layouts.",
        ),
        click.option(
            "-m", "--model", default="log-logistic-4", show_default=True, metavar="NAME", help="The curve to fit."
        ),
    ]
)  # fmt: skip
"""The options about what is fitted to what."""

fitting_options = _all(
    [
        click.option("--trials", metavar="NAME", help="A column of numbers of trials; --y then counts successes."),
        click.option("--sd", metavar="NAME", help="A column of standard deviations of the responses."),
        click.option("--fix", multiple=True, metavar="PARAMETER=VALUE", help="A parameter to hold."),
        click.option(
            "--bound", multiple=True, metavar="PARAMETER=LOW:HIGH",
            help="Limits of a parameter; either may be empty.",
        ),
    ]
)  # fmt: skip
"""The options about how responses were observed, and what parameters are held or limited."""

layout_options = _all(
    [
        click.option(
            "--layout", type=click.Choice(LAYOUTS),
            help="How measurements lie: a row each (long), a column for each curve (columns; several --y mean this), "
            "or a row for each curve, the names of the columns being the points (rows).",
        ),
        click.option("--replicates", is_flag=True, help="Columns of one name are repeated measurements."),
    ]
)  # fmt: skip
"""The options about how measurements lie in a table."""


def about_reading(options: dict[str, Any]) -> Reading:
    """Take the options about reading out of those of a command."""
    delimiter = options.pop("delimiter")
    return Reading(
        delimiter={"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter),
        decimal=options.pop("decimal"),
        encoding=options.pop("encoding"),
        comment=options.pop("comment"),
        missing=tuple(_plain(word) for word in options.pop("missing", ())),
        sheet=options.pop("sheet", None),
    )


def about_curves(options: dict[str, Any]) -> dict[str, Any]:
    """Take the options about parameters out of those of a command, as `ogive.fit` and `ogive.fit_many` want them."""
    bounds = {name: limits(name, text) for name, text in pairs(options.pop("bound"), "--bound")}
    fixed = {name: number(text, "--fix") for name, text in pairs(options.pop("fix"), "--fix")}
    both = [name for name in fixed if name in bounds]
    if both:
        raise click.UsageError(f"--fix and --bound both name {both[0]!r}: hold it or limit it.")
    return {"fixed": fixed, "bounds": bounds, "share": list(options.pop("share"))}


def wanted_of(options: dict[str, Any], known: Sequence[str] = ()) -> Wanted:
    """Take the options about columns out of those of a command."""
    x = options.pop("x")
    return Wanted(
        x=None if x is None else _plain(x, known),
        y=tuple(_plain(name, known) for name in options.pop("y")),
        by=tuple(listed(options.pop("by"), known)),
        keep=tuple(listed(options.pop("keep", None), known)),
        sd=options.pop("sd"),
        trials=options.pop("trials"),
        layout=options.pop("layout"),
        replicates=options.pop("replicates"),
    )


def _plain(text: str, known: Sequence[str] = ()) -> str:
    """Write a hyphen at the beginning as it was typed, which has been shielded from the parser of options."""
    return "-" + text[1:] if text.startswith(MINUS) and text not in known else text


def listed(text: str | None, known: Sequence[str] = ()) -> list[str]:
    """Return names that are separated by commas; a name with a comma in it is one where a column has it."""
    if text is None or text in known:
        return [] if text is None else [text]
    found = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not found:
        raise click.UsageError(f"names are wanted, with commas between them, not {text!r}.")
    return found


def pairs(texts: Iterable[str], option: str) -> list[tuple[str, str]]:
    """Read PARAMETER=VALUE, each parameter once."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.rpartition("="))
        if not equals or not name:
            raise click.UsageError(f"{option} wants PARAMETER=VALUE, not {text!r}.")
        if name in found:
            raise click.UsageError(
                f"{option} names {name!r} twice, as {found[name]!r} and as {value!r}; give it once."
            )
        found[name] = value
    return list(found.items())


def number(text: str, option: str) -> float:
    """Read the number of an option."""
    try:
        return parse_number(text)
    except ValueError:
        raise click.UsageError(f"{option} wants a number, not {text!r}.") from None


def limits(name: str, text: str) -> tuple[float, float]:
    """Read LOW:HIGH, of which either may be empty."""
    low, colon, high = (part.strip() for part in text.partition(":"))
    if not colon:
        raise click.UsageError(f"--bound wants LOW:HIGH, not {text!r}.")
    ends = number(low, "--bound") if low else float("-inf"), number(high, "--bound") if high else float("inf")
    if not ends[0] < ends[1]:
        raise click.UsageError(
            f"--bound {name}={text} has no number between its limits; write LOW:HIGH, the lower first."
        )
    return ends


def say(name: str, sentences: Iterable[str]) -> None:
    """Say on standard error what was found in a table."""
    for sentence in sentences:
        click.echo(shown(f"{name}: {sentence}"), err=True)
