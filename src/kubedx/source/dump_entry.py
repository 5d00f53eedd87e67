"""The files of a dump, wherever they stand: on disk, in an archive, in memory. Nothing is unpacked to disk."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import msgspec

_MIB = 1024 * 1024
STEP = _MIB
HEAD = 64 * 1024
"""How much of a file is looked at to see what it is."""


class DumpLimits(msgspec.Struct, frozen=True):
    """How large a dump may be, in bytes unless said otherwise. Everything beyond is refused with a sentence, never read in part.

    A dump of 10,000 pods is 50 to 250 MB of JSON. Reading takes up to five times the size of what is in it, in memory.
    """

    file: int = 1024 * _MIB
    """One file of objects, unpacked, or what comes from a pipe."""
    objects: int = 2048 * _MIB
    """All files of objects together, unpacked."""
    yaml: int = 256 * _MIB
    """One YAML file, unpacked: YAML takes twenty times the time of JSON."""
    unpacked: int = 8192 * _MIB
    """Everything that comes out of compressed files, together."""
    ratio: int = 1000
    """How many times its size a compressed file may become, once it is larger than `ratio_from`."""
    ratio_from: int = 64 * _MIB
    files: int = 200_000
    """How many files and members there may be (a number)."""
    depth: int = 64
    """How deep folders may nest (a number)."""
    kept_logs: int = 256 * _MIB
    """The ends of logs that are kept in memory, where an archive cannot be read a second time."""
    kept_log: int = 256 * 1024
    """The end of one log that is kept so."""


class Problem(msgspec.Struct, frozen=True):
    """A file that could not be read, or was refused, and why. `message` is one clause."""

    name: str
    message: str


class Refused(Exception):  # noqa: N818  # said as the report says it
    """A file that is damaged or beyond a limit. The text is one clause, without the file's name."""


class Closable(Protocol):
    """What is open."""

    def close(self) -> None:
        """Give it back."""
        ...


class Meter:
    """Counts what a walk unpacks, keeps and visits, and refuses what goes beyond the limits.

    `opened` are the archives that stay open for the logs in them.
    """

    def __init__(self, limits: DumpLimits) -> None:
        self.limits = limits
        self.opened: list[Closable] = []
        self._unpacked = 0
        self._kept = 0
        self._files = 0

    def unpack(self, size: int, packed: int, out: int) -> None:
        """Count `size` more bytes out of a compressed file, of which `packed` bytes have become `out` so far."""
        self._unpacked += size
        if self._unpacked > self.limits.unpacked:
            raise Refused(f"unpacks to more than {megabytes(self.limits.unpacked)} MB in all")
        if out > self.limits.ratio_from and out > packed * self.limits.ratio:
            raise Refused(f"unpacks to more than {self.limits.ratio} times its size")

    def visit(self) -> None:
        """Count one more file or member."""
        self._files += 1
        if self._files > self.limits.files:
            raise Refused(f"holds more than {self.limits.files} files; name the folder of the dump alone")

    def close(self) -> None:
        """Close the archives that stayed open."""
        while self.opened:
            self.opened.pop().close()

    def keep(self, size: int) -> bool:
        """Whether that much more of a log may stay in memory."""
        if self._kept + size > self.limits.kept_logs:
            return False
        self._kept += size
        return True


def megabytes(size: int) -> int:
    """A size in bytes in whole megabytes, for sentences."""
    return max(1, size // _MIB)


class Entry(ABC):
    """One file. `parts` are the components of its path, below what the user named; `name` tells users where it is."""

    def __init__(self, name: str, parts: tuple[str, ...]) -> None:
        self.name = name
        self.parts = parts

    @abstractmethod
    def chunks(self) -> Iterator[bytes]:
        """The whole content, in pieces. Raises Refused where it is damaged or too large, OSError where the disk fails."""

    def head(self) -> bytes:
        """The beginning, as much as shows what it is."""
        parts, size = [], 0
        for chunk in self.chunks():
            parts.append(chunk[:HEAD])
            size += len(chunk)
            if size >= HEAD:
                break
        return b"".join(parts)[:HEAD]

    def read(self, most: int) -> bytes:
        """The whole content. Raises Refused when it is larger than `most`."""
        parts, size = [], 0
        for chunk in self.chunks():
            size += len(chunk)
            if size > most:
                raise Refused(f"is larger than {megabytes(most)} MB")
            parts.append(chunk)
        return b"".join(parts)

    def tail(self, size: int) -> tuple[bytes, bool]:
        """The end, at most `size` bytes, and whether there was more before it."""
        kept: deque[bytes] = deque()
        held = total = 0
        for chunk in self.chunks():
            kept.append(chunk)
            held, total = held + len(chunk), total + len(chunk)
            while held - len(kept[0]) >= size:
                held -= len(kept.popleft())
        return b"".join(kept)[-size:] if size else b"", total > size

    def kept(self, meter: Meter) -> "Entry | None":  # noqa: ARG002  # what can be read again costs nothing
        """The same file as a log that can be read after the walk; None when there is no room for it."""
        return self


class FileEntry(Entry):
    """A file on disk, or a part of it: a member of a tar that is not compressed."""

    def __init__(self, name: str, parts: tuple[str, ...], path: Path, start: int = 0, size: int | None = None) -> None:
        super().__init__(name, parts)
        self.path = path
        self.start = start
        self._size = size

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole file of the disk."""
        return self.start == 0 and self._size is None

    def end(self) -> int:
        """Where in the file on disk it ends."""
        return self.start + self._length(self.path.stat().st_size)

    def chunks(self) -> Iterator[bytes]:
        """See `Entry`."""
        with self.path.open("rb") as file:
            left = self._length(file.seek(0, 2))
            file.seek(self.start)
            while left > 0 and (chunk := file.read(min(STEP, left))):
                left -= len(chunk)
                yield chunk

    def read(self, most: int) -> bytes:
        """See `Entry`: in one go."""
        with self.path.open("rb") as file:
            length = self._length(file.seek(0, 2))
            if length > most:
                raise Refused(f"is larger than {megabytes(most)} MB")
            file.seek(self.start)
            return file.read(length)

    def tail(self, size: int) -> tuple[bytes, bool]:
        """See `Entry`: from the end, without reading the rest."""
        with self.path.open("rb") as file:
            length = self._length(file.seek(0, 2))
            skipped = max(0, length - size)
            file.seek(self.start + skipped)
            return file.read(length - skipped), skipped > 0

    def _length(self, end: int) -> int:
        rest = max(0, end - self.start)
        return rest if self._size is None else min(rest, self._size)


class BytesEntry(Entry):
    """A file in memory: what came from standard input, or the end of a log in a compressed archive."""

    def __init__(self, name: str, parts: tuple[str, ...], data: bytes, *, cut: bool = False) -> None:
        super().__init__(name, parts)
        self._data = data
        self._cut = cut

    def chunks(self) -> Iterator[bytes]:
        """See `Entry`."""
        for start in range(0, len(self._data), STEP):
            yield self._data[start : start + STEP]

    def read(self, most: int) -> bytes:
        """See `Entry`: without a copy."""
        if len(self._data) > most:
            raise Refused(f"is larger than {megabytes(most)} MB")
        return self._data

    def tail(self, size: int) -> tuple[bytes, bool]:
        """See `Entry`."""
        return self._data[-size:] if size else b"", self._cut or len(self._data) > size


class StreamEntry(Entry):
    """A member of a stream that goes by once. Look at its head, then read it, or keep its end: once."""

    def __init__(self, name: str, parts: tuple[str, ...], chunks: Iterator[bytes]) -> None:
        super().__init__(name, parts)
        self._chunks = chunks
        self._seen: list[bytes] = []

    def chunks(self) -> Iterator[bytes]:
        """See `Entry`. What `head` has looked at comes again, the rest only once."""
        yield from self._seen
        yield from self._chunks

    def head(self) -> bytes:
        """See `Entry`."""
        while sum(map(len, self._seen)) < HEAD and (chunk := next(self._chunks, None)) is not None:
            self._seen.append(chunk)
        return b"".join(self._seen)[:HEAD]

    def kept(self, meter: Meter) -> Entry | None:
        """See `Entry`: its end, in memory."""
        end, cut = self.tail(meter.limits.kept_log)
        return BytesEntry(self.name, self.parts, end, cut=cut) if meter.keep(len(end)) else None
