"""The tar format: POSIX pax and GNU (https://www.gnu.org/software/tar/manual/html_node/Standard.html), as a stream.

Headers are parsed by tarfile, one block at a time, so that no header can make us read more than it is worth.
"""

import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from kubedx.source.dump_entry import STEP, Entry, FileEntry, Meter, Problem, Refused, StreamEntry

_BLOCK = tarfile.BLOCKSIZE
_MAX_HEADER = 1024 * 1024
_CUT = "is cut off: the archive ends in the midst of a member"


def is_tar(head: bytes) -> bool:
    """Whether a file begins with the header of a tar member (its sum is right), or is an empty tar."""
    if len(head) < _BLOCK:
        return False
    if not head[:_BLOCK].strip(b"\0"):
        return not head[: 2 * _BLOCK].strip(b"\0") and len(head) >= 2 * _BLOCK
    try:
        tarfile.TarInfo.frombuf(head[:_BLOCK], "utf-8", "replace")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


class _Stream:
    """Bytes that go by once, by number."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = b""
        self._used = 0
        self.position = 0

    def take(self, size: int) -> Iterator[bytes]:
        while size > 0:
            if self._used == len(self._buffer):
                self._buffer, self._used = next(self._chunks, b""), 0
                if not self._buffer:
                    return
            taken = self._buffer[self._used : self._used + size]
            self._used += len(taken)
            size -= len(taken)
            self.position += len(taken)
            yield taken

    def read(self, size: int) -> bytes:
        return b"".join(self.take(size))

    def skip_to(self, position: int) -> None:
        for _ in self.take(position - self.position):
            pass
        if self.position < position:
            raise Refused(_CUT)


class _FileStream(_Stream):
    """A file on disk, of which what is skipped is not read."""

    def __init__(self, entry: FileEntry) -> None:
        super().__init__(iter(()))
        self.path = entry.path
        self.position = entry.start
        self._end = entry.end()

    def take(self, size: int) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            file.seek(self.position)
            size = min(size, self._end - self.position)
            while size > 0 and (piece := file.read(min(size, STEP))):
                size -= len(piece)
                self.position += len(piece)
                yield piece

    def skip_to(self, position: int) -> None:
        if position > self._end:
            raise Refused(_CUT)
        self.position = position


class _TarHeader:
    """What extended headers say of the member that follows."""

    def __init__(self) -> None:
        self.name = ""
        self.size: int | None = None
        self.sparse = False

    def add(self, kind: bytes, data: bytes) -> None:
        if kind == tarfile.GNUTYPE_LONGNAME:
            self.name = data.rstrip(b"\0").decode("utf-8", "replace")
        elif kind in {tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE}:
            for key, value in _pax_records(data):
                if key == "path":
                    self.name = value
                elif key == "size" and value.isdigit() and len(value) < 20:
                    self.size = int(value)
                elif key.startswith("GNU.sparse"):
                    self.sparse = True


_EXTENDED = frozenset(
    (
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
        tarfile.XHDTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.XGLTYPE,
    )
)


def _pax_records(data: bytes) -> Iterator[tuple[str, str]]:
    """The `length key=value` records of a pax header; what is malformed ends them."""
    while data:
        length, space, _ = data.partition(b" ")
        if not space or not length.isdigit() or len(length) > 8 or not len(length) < int(length) <= len(data):
            return
        record, data = data[len(length) + 1 : int(length)], data[int(length) :]
        key, _, value = record.rstrip(b"\n").partition(b"=")
        yield key.decode("utf-8", "replace"), value.decode("utf-8", "replace")


def tar_members(entry: Entry, chunks: Iterator[bytes] | None, meter: Meter) -> Iterator[Entry | Problem]:
    """The regular members of a tar: of `chunks`, where it had to be unpacked, else of the entry itself."""
    if isinstance(entry, FileEntry) and chunks is None:
        stream: _Stream = _FileStream(entry)
    else:
        stream = _Stream(entry.chunks() if chunks is None else chunks)
    extended = _TarHeader()
    while (block := stream.read(_BLOCK)).strip(b"\0"):
        info = _tar_info(block)
        data_at = stream.position
        if info.type in _EXTENDED:
            if info.size > _MAX_HEADER:
                raise Refused("is damaged: a header in it is larger than 1 MB")
            extended.add(info.type, stream.read(info.size))
            stream.skip_to(data_at + _padded(info.size))
            continue
        size = info.size if extended.size is None else extended.size
        if info.type == tarfile.GNUTYPE_SPARSE:
            data_at = _behind_sparse_map(block, stream)
        elif info.isreg() and not extended.sparse:
            meter.visit()
            name = extended.name or info.name
            yield refusal(entry, name) or _tar_entry(entry, name, stream, size)
        if info.isreg() or info.type not in tarfile.SUPPORTED_TYPES:  # links, folders and devices have no data
            stream.skip_to(data_at + _padded(size))
        extended = _TarHeader()
    if 0 < len(block) < _BLOCK:
        raise Refused(_CUT)


def _tar_entry(archive: Entry, name: str, stream: _Stream, size: int) -> Entry:
    shown, parts = f"{archive.name}/{name}", (*archive.parts, *PurePosixPath(name).parts)
    if isinstance(stream, _FileStream):
        return FileEntry(shown, parts, stream.path, stream.position, size)
    return StreamEntry(shown, parts, _whole(stream, size))


def _whole(stream: _Stream, size: int) -> Iterator[bytes]:
    left = size
    for piece in stream.take(size):
        left -= len(piece)
        yield piece
    if left:
        raise Refused(_CUT)


def _tar_info(block: bytes) -> tarfile.TarInfo:
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except (tarfile.HeaderError, ValueError) as error:
        raise Refused(_CUT if len(block) < _BLOCK else "is damaged: a header of the tar in it is not right") from error
    if info.size < 0:
        raise Refused("is damaged: a member of the tar in it has no size")
    return info


def _behind_sparse_map(block: bytes, stream: _Stream) -> int:
    """Where the data of an old GNU sparse member begin: its map may go on in further blocks."""
    more = block[482]
    while more and len(further := stream.read(_BLOCK)) == _BLOCK:
        more = further[504]
    return stream.position


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def refusal(archive: Entry, name: str) -> Problem | None:
    """The refusal of a member whose name leaves the archive."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        return Problem(f"{archive.name}/{name}", "is refused: its name leaves the archive")
    return None
