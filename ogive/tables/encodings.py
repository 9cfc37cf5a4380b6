"""From bytes to text: compression, and in which encoding a text is."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, final

from ogive._optional import optional
from ogive.tables.records import TableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ogive.tables.records import Reading

__all__ = ["HEAD", "Source", "open_source"]

HEAD = 1 << 20
"""So many bytes are looked at to find out how a text is written; a smaller file is looked at as a whole."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


@final
class _Chained(io.RawIOBase):
    """What was read of a stream to look at it, and then the stream."""

    def __init__(self, head: bytes, rest: BinaryIO, read: Callable[[BinaryIO, int], bytes]) -> None:
        self._head = head
        self._rest = rest
        self._read = read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._head:
            taken, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            taken = self._read(self._rest, len(buffer))
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        if self._rest is not getattr(sys.stdin, "buffer", None):
            self._rest.close()
        super().close()


@final
class Source:
    """A text opened as bytes, with what was found about it.

    Attributes
    ----------
    stream
        The bytes after the byte order mark, decompressed.
    head
        The first of them, already decoded.
    whole
        Whether the head is all there is.
    encoding, mark, compression
        See `ogive.tables.records.Found`.
    """

    def __init__(self, stream: BinaryIO, name: str, reading: Reading, *, lenient: bool = False) -> None:
        self.name = name
        self._file = stream
        raw, self.compression = _decompressed(stream, name)
        start = b""
        while len(start) < HEAD and (part := self._read(raw, HEAD - len(start))):
            start += part
        self.whole = len(start) < HEAD
        self.mark, self.encoding = encoding_of(start, name, reading.encoding, whole=self.whole, lenient=lenient)
        self.errors = "surrogateescape" if lenient and self.encoding == "utf-8" else "strict"
        start = start[len(self.mark) :]
        decoder = codecs.getincrementaldecoder(self.encoding)(self.errors)
        try:
            self.head = decoder.decode(start, final=self.whole)
        except UnicodeDecodeError as error:
            raise TableError(not_decoded(name, self.encoding, error)) from None
        self.stream: BinaryIO = io.BufferedReader(_Chained(start, raw, self._read), HEAD)

    def _read(self, raw: BinaryIO, size: int) -> bytes:
        try:
            return raw.read(size)
        except (OSError, EOFError, zlib.error) as error:
            if not self.compression:
                raise
            raise TableError(
                f"{self.name} is damaged or cut short: it cannot be decompressed by {self.compression}"
            ) from error

    def text(self) -> io.TextIOWrapper:
        """Return the stream as text whose line ends are left as they are."""
        return io.TextIOWrapper(self.stream, encoding=self.encoding, errors=self.errors, newline="")

    def close(self) -> None:
        """Close the file; standard input stays open."""
        self.stream.close()
        if self._file is not getattr(sys.stdin, "buffer", None):
            self._file.close()


def open_source(file: str | Path, reading: Reading, *, lenient: bool = False) -> Source:
    """Open a file of text, or standard input as ``-``; with ``lenient``, bytes that are no text go through."""
    if str(file) == "-":
        return Source(sys.stdin.buffer, "standard input", reading, lenient=lenient)
    stream = Path(file).open("rb")  # noqa: SIM115 - closed by whoever asked
    try:
        return Source(stream, str(file), reading, lenient=lenient)
    except BaseException:
        stream.close()
        raise


def _decompressed(stream: BinaryIO, name: str) -> tuple[BinaryIO, str]:
    start = stream.read(4)
    # gzip wants to look ahead and back, so the bytes read go before the rest again
    raw: BinaryIO = io.BufferedReader(_Chained(start, stream, lambda rest, size: rest.read(size)))
    if start.startswith(_GZIP):
        return gzip.GzipFile(fileobj=raw, mode="rb"), "gzip"  # type: ignore[return-value]
    if start == _ZSTD:
        arrow = optional("pyarrow", for_=f"files compressed by zstd, such as {name},")
        return arrow.CompressedInputStream(arrow.PythonFile(raw, mode="r"), "zstd"), "zstd"
    return raw, ""


def encoding_of(
    head: bytes, name: str, given: str | None, *, whole: bool, lenient: bool = False
) -> tuple[bytes, str]:
    """Return the byte order mark and the encoding of a text: as given, as marked, UTF-8, or that of old Windows.

    Raises
    ------
    TableError
        If the bytes are no text in any of them.
    """
    marked = next(((mark, encoding) for mark, encoding in _MARKS if head.startswith(mark)), None)
    if given is not None:
        return _as_given(marked, given)
    if marked:
        return marked
    if b"\0" in head:
        return b"", _wide(head, name)
    for encoding in ("utf-8", "cp1252"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head, final=whole)
        except UnicodeDecodeError:
            continue
        return b"", encoding
    if lenient:
        return b"", "utf-8"
    raise TableError(f"{name} is text neither in UTF-8 nor in Windows-1252; name its encoding with --encoding")


def _as_given(marked: tuple[bytes, str] | None, given: str) -> tuple[bytes, str]:
    try:
        encoding = codecs.lookup(given).name
        "".encode(encoding)
    except (LookupError, TypeError, UnicodeError):
        raise TableError(f"there is no encoding {given!r}; 'utf-8', 'cp1252' and 'utf-16' are some") from None
    family = encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    if marked and marked[1].startswith(family):
        return marked
    return b"", {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(encoding, encoding)


def _wide(head: bytes, name: str) -> str:
    """Tell UTF-16 without a mark, in which every other byte of plain text is zero, from what is no text."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(encoding, "replace")
        if text and "\0" not in text and sum(character < "\x7f" for character in text) > 0.9 * len(text):
            return encoding
    raise TableError(f"{name} is no text; tables are read from CSV, Parquet, Arrow and workbooks (.xlsx)")


def not_decoded(name: str, encoding: str, error: UnicodeError) -> str:
    """Say that a text is not in the encoding it seemed to be in."""
    spot = f"{error.object[error.start : error.start + 1]!r}" if isinstance(error, UnicodeDecodeError) else "a byte"
    return f"{name} is not in {encoding}, for {spot} has no place there; name its encoding with --encoding"
