"""A lock that one run holds: who it is stands in the file, and the system lets go of it when the run dies."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, final

from ogive import _files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Holder", "LockedError", "locked"]

_HELD = (errno.EWOULDBLOCK, errno.EACCES)
_TRIES = 100


class LockedError(ValueError):
    """Another run is at work on the same output; the message says which."""


@final
@dataclass(frozen=True)
class Holder:
    """Who holds a lock, or held it when it died."""

    pid: int
    host: str
    started: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, at work since {self.started}"

    @property
    def alive(self) -> bool:
        """Whether there may be such a process: on another machine nobody knows."""
        if self.host != socket.gethostname():
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True


@contextmanager
def locked(path: Path) -> Iterator[Holder | None]:
    """Hold a lock file; yields who held it when it died, or None.

    The folder is made if need be, and removed at the end if nothing else is in it. The system's own lock decides
    (``flock``), which ends with the process however that ends. On the file systems that have none, the process that
    the file names decides, if it is one of this machine.

    Raises
    ------
    LockedError
        If another run holds it.
    ValueError
        If a file is in the way that is no lock.
    """
    number, former = _taken(path)
    try:
        yield former
    finally:
        # still held while the name goes: whoever opened it meanwhile sees that it is gone, and asks again
        try:
            _files.remove(path)
            _files.remove_folder(path.parent)
        finally:
            os.close(number)


def _taken(path: Path) -> tuple[int, Holder | None]:
    for _ in range(_TRIES):
        _files.make_folder(path.parent)
        try:
            number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        except FileNotFoundError:  # another run has just ended, and taken the folder with it
            continue
        try:
            former = _hold(number, path)
            if _is_at(number, path):
                own = Holder(os.getpid(), socket.gethostname(), datetime.now(UTC).isoformat(timespec="seconds"))
                os.ftruncate(number, 0)
                os.pwrite(number, json.dumps({"ogive": "lock", **asdict(own)}).encode(), 0)
                return number, former
        except BaseException:
            os.close(number)
            with suppress(OSError):
                _files.remove_folder(path.parent)
            raise
        os.close(number)
    raise LockedError(f"{path} is taken and let go of again and again; try later")


def _hold(number: int, path: Path) -> Holder | None:
    """Take the lock of an open file; returns who is named in it."""
    by_system = True
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            raise LockedError(_refusal(path, _named_in(number, path))) from None
        by_system = False
    former = _named_in(number, path)
    if former is not None and not by_system and former.alive:
        raise LockedError(f"{_refusal(path, former)}; if that run is gone, remove {path}")
    return former


def _refusal(path: Path, holder: Holder | None) -> str:
    who = f" ({holder})" if holder else ""
    return f"another run{who} is writing into {path.parent}; wait for it, or write to another file"


def _named_in(number: int, path: Path) -> Holder | None:
    text = os.pread(number, 4096, 0)
    if not text:
        return None
    try:
        record = json.loads(text)
        known = record.pop("ogive") == "lock"
        holder = Holder(**record)
    except (ValueError, TypeError, KeyError, AttributeError):
        known = False
    if not known:
        raise ValueError(f"{path} is no lock that Ogive wrote; move it away")
    return holder


def _is_at(number: int, path: Path) -> bool:
    """Whether an open file still has its name."""
    try:
        return os.path.samestat(os.fstat(number), path.lstat())
    except FileNotFoundError:
        return False
