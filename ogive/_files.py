"""Files that appear whole or not at all, stay when the power fails, and never take the place of what is read.

What is asked of the disk goes through the few functions at the end: tests put failing ones in their place.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["OverwriteError", "check_apart", "make_folder", "remove", "remove_folder", "replaced", "write_whole"]

AnyPath = str | os.PathLike[str]

_BUFFER = 1 << 18
_UNKNOWN = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)
_STAYS = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR, errno.EBUSY)


class OverwriteError(ValueError):
    """What is to be written would take the place of what is read, or of something else that is written."""


@contextmanager
def replaced(path: AnyPath, *, beside: str | None = None) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its place only when the block ends well.

    Whoever reads meanwhile sees the former content; when the block raises, the former file stays and nothing is left
    behind. The content is on the disk before it takes its place, so that the power may fail at any time. What is no
    regular file, such as ``/dev/stdout``, is written to directly.

    Parameters
    ----------
    path
        The file; a link is followed.
    beside
        The name that the file has until then, in the same folder; by default one that nobody else uses. Whoever
        is alone by a lock gives a name, and what a killed run has left under it is replaced.

    Raises
    ------
    OSError
        If the disk refuses; the error names `path`, whatever was being done.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        with _writer(target, target, os.O_WRONLY) as stream:
            yield stream
        return
    part = target.with_name(beside or f".{target.name[:40]}.{secrets.token_hex(6)}.part")
    try:
        if beside:
            remove(part)
        with _writer(part, target, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as stream:
            yield stream
            stream.flush()
            with _naming(target):
                synchronise(stream.fileno())
        with _naming(target):
            if target.exists():
                part.chmod(stat.S_IMODE(target.stat().st_mode))
            rename(part, target)
            _synchronise_folder(target.parent)
    except BaseException:
        with suppress(OSError):  # what went wrong first is what is said
            remove(part)
        raise


def write_whole(path: AnyPath, content: str | bytes) -> None:
    """Write a file in one go; text is written as UTF-8 with the newlines it has."""
    with replaced(path) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


def check_apart(outputs: Iterable[AnyPath | int], inputs: Iterable[AnyPath | int]) -> None:
    """Refuse outputs that are inputs, lie in a folder that is read, or are each other.

    Links are seen through, hard and symbolic ones, and other spellings of a path. Numbers are open files, such as
    standard input that a shell takes from a file.

    Raises
    ------
    OverwriteError
        If two of them are the same file.
    """
    written, read = list(outputs), list(inputs)
    for target in written:
        for source in read:
            if _same(target, source) or _lies_in(target, source):
                what = "is the file that is read" if _same(target, source) else "lies in the folder that is read"
                raise OverwriteError(f"{_called(target)} {what}{_and_name(source, target)}; write to another one")
    for one, other in combinations(written, 2):
        if _same(one, other):
            raise OverwriteError(f"{_called(one)} and {_called(other)} are the same file, and both are written")


def _same(one: AnyPath | int, other: AnyPath | int) -> bool:
    try:
        first, second = os.stat(one), os.stat(other)  # noqa: PTH116 - of open files too
    except OSError:
        if isinstance(one, int) or isinstance(other, int):
            return False
        return Path(one).resolve() == Path(other).resolve()
    # devices and pipes take what is written and keep nothing
    return os.path.samestat(first, second) and (stat.S_ISREG(first.st_mode) or stat.S_ISDIR(first.st_mode))


def _lies_in(target: AnyPath | int, source: AnyPath | int) -> bool:
    if isinstance(target, int) or isinstance(source, int) or not Path(source).is_dir():
        return False
    return Path(target).resolve().is_relative_to(Path(source).resolve())


def _called(path: AnyPath | int) -> str:
    return os.fspath(path) if not isinstance(path, int) else ("standard input", "standard output")[path == 1]


def _and_name(source: AnyPath | int, target: AnyPath | int) -> str:
    return "" if _called(source) == _called(target) else f", {_called(source)}"


# ---- Writing ---------------------------------------------------------------------------------------------------


class _Raw(io.FileIO):
    """A file whose errors name the path that was asked for."""

    def __init__(self, number: int, target: Path) -> None:
        super().__init__(number, "wb")
        self.target = target

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        with _naming(self.target):
            return write(self, data)


@contextmanager
def _writer(path: Path, target: Path, flags: int) -> Iterator[BinaryIO]:
    with _naming(target):
        number = os.open(path, flags | getattr(os, "O_CLOEXEC", 0), 0o666)
    with io.BufferedWriter(cast("io.RawIOBase", _Raw(number, target)), _BUFFER) as stream:
        yield cast("BinaryIO", stream)


@contextmanager
def _naming(target: Path) -> Iterator[None]:
    """Let errors name the path that was asked for, not one that nobody knows."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(target)) from None


def _synchronise_folder(folder: Path) -> None:
    """Keep a new name, on systems and file systems where one may ask for that."""
    if os.name == "nt":
        return
    try:
        number = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except PermissionError:  # a folder may be written to and not be read
        return
    try:
        synchronise(number)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            raise
    finally:
        os.close(number)


# ---- The disk --------------------------------------------------------------------------------------------------


def write(raw: io.FileIO, data: bytes) -> int:
    """Write as much as the disk takes, and say how much."""
    return io.FileIO.write(raw, data)


def synchronise(number: int) -> None:
    """Wait until the disk has kept a file or a folder."""
    os.fsync(number)


def rename(path: Path, target: Path) -> None:
    """Let a file take the place of another."""
    path.replace(target)


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    path.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder, if it is not there."""
    path.mkdir(exist_ok=True)


def remove_folder(path: Path) -> None:
    """Remove a folder, unless something is in it, or it is a link to one or a disk of its own."""
    try:
        path.rmdir()
    except OSError as error:
        if error.errno not in _STAYS:
            raise
