"""Files on the command line: which are read, which are written, and that no output takes the place of an input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import click

from ogive._files import check_apart
from ogive.cli.house import TextBase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["READS", "Command", "Writes"]

TABLES = {
    ".csv", ".tsv", ".tab", ".parquet", ".pq", ".arrow", ".feather", ".ipc", ".xlsx", ".xls", ".ods", ".gz", ".bz2",
    ".xz", ".zst", ".zip", ".sqlite", ".db",
}  # fmt: skip
"""What files of data are called. Nobody means such a file where a report or a picture is written."""


@final
class Reads(TextBase):
    """A file that is read, or ``-`` for standard input."""

    name = "file"


READS = Reads()


@final
class Writes(TextBase):
    """A file or folder that is written.

    Parameters
    ----------
    what
        What is written, as a refusal says it.
    tables
        The suffixes of tables that are written; other tables' names are refused.
    inside
        If it may be a folder, the names of the files in it.
    """

    name = "path"

    def __init__(self, what: str, *, tables: Iterable[str] = (), inside: Iterable[str] = ()) -> None:
        self.what, self.tables, self.inside = what, tuple(tables), tuple(inside)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse the name of a table where none is written."""
        suffix = Path(value).suffix.lower()
        if suffix in TABLES and suffix not in self.tables:
            self.fail(f"{value} is named as a table, and this writes {self.what}; give it another name.", param, ctx)
        return str(value)

    def files(self, path: str) -> list[Path]:
        """Return the files that would be written."""
        return [Path(path), *(Path(path) / name for name in self.inside)]


@final
class Command(click.Command):
    """A command that looks at its files before it does anything: no output is an input, or another output.

    Parameters
    ----------
    others
        Options that another command has, and what is said of each: whose it is.
    """

    def __init__(self, *arguments: Any, others: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._others = others or {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; say whose option it is that this command does not have."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.option_name not in self._others:
                raise
            raise click.UsageError(f"{error.option_name} is for {self._others[error.option_name]}", ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Compare what is written with what is read; then run."""
        read, written = list(self._read(ctx)), list(self._written(ctx))
        try:
            check_apart([*written, *_regular(sys.stdout)], read)
        except ValueError as error:
            raise click.UsageError(f"{error}.", ctx) from None
        return super().invoke(ctx)

    def _read(self, ctx: click.Context) -> Iterator[Path | int]:
        for parameter in self.params:
            if isinstance(parameter.type, Reads):
                value = ctx.params[str(parameter.name)]
                for name in value if isinstance(value, tuple) else [value]:
                    if name == "-":
                        yield from _regular(sys.stdin)
                    elif name is not None and Path(name).exists():
                        yield Path(name)

    def _written(self, ctx: click.Context) -> Iterator[Path]:
        for parameter in self.params:
            value = ctx.params[str(parameter.name)]
            if isinstance(parameter.type, Writes) and value is not None:
                yield from parameter.type.files(value)


def _regular(stream: Any) -> list[int]:
    """Return the number of a stream that a shell has sent to a file or takes from one."""
    try:
        return [stream.fileno()]
    except (OSError, ValueError, AttributeError):  # closed, or no file at all
        return []
