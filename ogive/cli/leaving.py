"""How a command ends before its end: signals, and streams that nobody reads."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["ended_by", "heeding_signals", "let_go_of_streams", "prepare_streams"]

_WORDS: Final = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}


@final
class Stopped(KeyboardInterrupt):
    """A signal to end; whatever heeds an interrupt heeds it, and clears up behind itself."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def heeding_signals() -> Iterator[None]:
    """Let signals to end unwind the work as an interrupt does; a second one does not disturb the clearing up.

    A signal that was ignored when the command began, as by nohup, is ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals belong to the main thread
        return

    def stop(number: int, _frame: FrameType | None) -> None:
        for other in former:
            signal.signal(other, signal.SIG_IGN)
        raise Stopped(number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    former = {number: signal.getsignal(number) for number in numbers}
    former = {number: handler for number, handler in former.items() if handler is signal.SIG_DFL}
    for number in former:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def ended_by(stopped: BaseException) -> tuple[int, str]:
    """Return the exit status of a command that was stopped, and the word for it."""
    number = stopped.number if isinstance(stopped, Stopped) else int(signal.SIGINT)
    return 128 + number, _WORDS[signal.Signals(number).name]


# ---- Streams -----------------------------------------------------------------------------------------------------


@final
class _Closed(io.RawIOBase):
    """What stands for a stream that was closed when the command began: whoever writes learns that nobody reads."""

    mute = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        if not self.mute:
            raise BrokenPipeError(errno.EPIPE, "nobody reads this stream")
        return len(data)


def prepare_streams() -> None:
    """Let every stream be there, and show what it cannot show as a question mark.

    The numbers of closed streams are taken, or a file that is opened would be written to as one of them.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is not None:
            continue
        while os.open(os.devnull, os.O_RDWR) < number:
            pass
        text = (
            io.TextIOWrapper(io.BytesIO())
            if name == "stdin"
            else io.TextIOWrapper(io.BufferedWriter(_Closed()), "utf-8")
        )
        setattr(sys, name, text)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show σ shows ?, and goes on


def _takes_no_more(stream: Any) -> bool:
    """Whether a stream cannot be written to any more: a full disk, a reader who has left."""
    try:
        stream.flush()
    except (OSError, ValueError):
        return True
    return False


def let_go_of_streams() -> None:
    """Point streams that cannot be written to nowhere, or Python would complain about them at exit."""
    for stream in (sys.stdout, sys.stderr):
        if _takes_no_more(stream):
            with suppress(OSError, ValueError):
                raw = getattr(getattr(stream, "buffer", None), "raw", None)
                if isinstance(raw, _Closed):
                    raw.mute = True
                else:
                    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
