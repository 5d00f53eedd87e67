"""Archives in a dump: gzip, tar and zip, read as streams and never unpacked to disk.

Every archive is taken for hostile. What it unpacks to is counted while it unpacks (declared sizes lie), members whose
names leave the archive are refused, links, devices and sparse members are passed over, and archives nest once at most.

Formats: RFC 1952 (gzip), APPNOTE.TXT (zip), tar in `archive_tar`.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from kubedx.source.archive_tar import is_tar, refusal, tar_members
from kubedx.source.dump_entry import HEAD, STEP, BytesEntry, DumpLimits, Entry, FileEntry, Meter, Problem, Refused, StreamEntry, megabytes

MAX_NESTING = 2
"""An archive, and archives in it."""

_GZIP = b"\x1f\x8b\x08"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_UNSUPPORTED = {b"\xfd7zXZ\x00": "xz", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf\x27\x1c": "7-Zip"}
_MAX_DIRECTORY = 64 * 1024 * 1024
_END_OF_DIRECTORY = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65535
_UNREADABLE_ZIP = (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, ValueError, struct.error, OverflowError)


def unsupported(head: bytes) -> str:
    """The name of the compression that a file has and that is not read; empty for any other file."""
    return next((name for magic, name in _UNSUPPORTED.items() if head.startswith(magic)), "")


def unpacked(entry: Entry, meter: Meter, depth: int = 0) -> Iterator[Entry | Problem]:
    """The file itself, or when it is an archive the files in it. Damage becomes a Problem, after what came before it."""
    try:
        yield from _unpacked(entry, meter, depth)
    except Refused as refused:
        yield Problem(entry.name, str(refused))
    except OSError as error:
        yield Problem(entry.name, f"cannot be read: {error.strerror or error}")


def _unpacked(entry: Entry, meter: Meter, depth: int) -> Iterator[Entry | Problem]:
    head = entry.head()
    is_gzip = head.startswith(_GZIP)
    if is_gzip and not is_tar(_gunzipped_head(head)):
        yield GzipEntry(_rereadable(entry, meter.limits), meter)
    elif not (is_gzip or head.startswith(_ZIP) or is_tar(head)):
        yield entry
    elif depth >= MAX_NESTING:
        yield Problem(entry.name, "is an archive in an archive in an archive, which is not read")
    else:
        if head.startswith(_ZIP):
            members = _zip_members(entry, meter)
        else:
            members = tar_members(entry, _gunzip(entry.chunks(), meter) if is_gzip else None, meter)
        for member in members:
            if isinstance(member, Problem):
                yield member
            else:
                yield from unpacked(member, meter, depth + 1)


def _rereadable(entry: Entry, limits: DumpLimits) -> Entry:
    return BytesEntry(entry.name, entry.parts, entry.read(limits.file)) if isinstance(entry, StreamEntry) else entry


class GzipEntry(Entry):
    """A single file under gzip."""

    def __init__(self, packed: Entry, meter: Meter) -> None:
        *folders, last = packed.parts or ("",)
        super().__init__(packed.name, (*folders, last.removesuffix(".gz")))
        self._packed = packed
        self._meter = meter

    def chunks(self) -> Iterator[bytes]:
        """See `Entry`."""
        return _gunzip(self._packed.chunks(), self._meter)


def _gunzip(chunks: Iterable[bytes], meter: Meter) -> Iterator[bytes]:
    """What a gzip stream holds, of one member or several."""
    packed = out = 0
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for chunk in chunks:
            packed += len(chunk)
            rest = chunk
            while rest:
                if unpacker.eof:
                    rest = rest.lstrip(b"\0")  # padding, as of tapes
                    if not rest:
                        break
                    if not rest.startswith(_GZIP[: len(rest)]):
                        return
                    unpacker = zlib.decompressobj(wbits=31)
                piece = unpacker.decompress(rest, STEP)
                out += len(piece)
                meter.unpack(len(piece), packed, out)
                if piece:
                    yield piece
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    except zlib.error as error:
        raise Refused("is damaged: its gzip data cannot be unpacked") from error
    if not unpacker.eof:
        raise Refused("is cut off: its gzip data has no end")


def _gunzipped_head(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD)
    except zlib.error as error:
        raise Refused("is damaged: its gzip data cannot be unpacked") from error


class ZipEntry(Entry):
    """A member of a zip, unpacked each time it is read."""

    def __init__(self, name: str, parts: tuple[str, ...], archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter) -> None:
        super().__init__(name, parts)
        self._archive = archive
        self._info = info
        self._meter = meter

    def chunks(self) -> Iterator[bytes]:
        """See `Entry`."""
        out = 0
        try:
            with self._archive.open(self._info) as member:
                while chunk := member.read(STEP):
                    out += len(chunk)
                    self._meter.unpack(len(chunk), self._info.compress_size, out)
                    yield chunk
        except _UNREADABLE_ZIP as error:
            raise Refused(f"cannot be unpacked: {str(error) or type(error).__name__}") from error


def _zip_members(entry: Entry, meter: Meter) -> Iterator[Entry | Problem]:
    archive = _zip_file(entry, meter.limits)
    meter.opened.append(archive)
    for info in archive.infolist():
        meter.visit()
        if info.is_dir() or (info.external_attr >> 16) & 0o170000 not in (0, 0o100000):
            continue  # folders, links, devices
        name = info.filename.replace("\\", "/")  # as Compress-Archive of Windows writes them
        shown, parts = f"{entry.name}/{name}", (*entry.parts, *PurePosixPath(name).parts)
        if info.flag_bits & 1:
            yield Problem(shown, "is encrypted")
        elif refused := refusal(entry, name):
            yield refused
        else:
            yield ZipEntry(shown, parts, archive, info, meter)


def _zip_file(entry: Entry, limits: DumpLimits) -> zipfile.ZipFile:
    if isinstance(entry, FileEntry) and entry.is_whole:
        source: io.BytesIO | str = str(entry.path)
        end, _ = entry.tail(_END_SIZE + _LONGEST_COMMENT)
    else:
        data = entry.read(limits.file)
        source, end = io.BytesIO(data), data[-(_END_SIZE + _LONGEST_COMMENT) :]
    at = end.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(end) < at + _END_SIZE:
        raise Refused("is cut off: the zip has no directory")
    # The directory is read whole, so its size is judged before. 0xFFFFFFFF: zip64, which so many files would need.
    (size,) = struct.unpack_from("<I", end, at + 12)
    if size > _MAX_DIRECTORY:
        raise Refused(f"has a directory of more than {megabytes(_MAX_DIRECTORY)} MB")
    try:
        return zipfile.ZipFile(source)
    except _UNREADABLE_ZIP as error:
        raise Refused(f"is damaged: {str(error) or type(error).__name__}") from error
