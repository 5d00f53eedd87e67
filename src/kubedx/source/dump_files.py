"""The files that a user names: walks folders, opens archives, takes standard input. Judges no content but its first bytes."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from kubedx.errors import DumpError
from kubedx.source.dump_entry import STEP, BytesEntry, Entry, FileEntry, Meter, Problem, Refused, megabytes

STDIN = "-"

_NO_TEXT = (b"\x1f\x8b", b"PK", b"\xfd", b"BZh", b"\x28\xb5", b"7z")
"""What every compressed file begins with. A tar has no such mark, and zero bytes, as no text has."""


def files_of(paths: Iterable[str], stdin: BinaryIO | None, meter: Meter) -> Iterator[Entry | Problem]:
    """Every file of a dump, in a fixed order: as named, folders by name, archives as they are.

    Raises DumpError when a named path cannot be read at all; what fails below one becomes a Problem.
    """
    for path in paths:
        if path == STDIN:
            yield from _unpacked(_stdin(stdin, meter), meter)
        else:
            yield from _named(Path(path), path, meter)


def _named(path: Path, name: str, meter: Meter) -> Iterator[Entry | Problem]:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            files: Iterator[Entry | Problem] = _folder(path, name, meter)
        elif stat.S_ISFIFO(mode):  # kubedx --from <(kubectl get …)
            with path.open("rb") as pipe:
                files = _unpacked(BytesEntry(name, path.parts, _drained(pipe, name, meter)), meter)
        elif stat.S_ISREG(mode):
            files = _file(path, name, meter)
        else:
            raise DumpError(f"cannot read {name}: it is a device or socket, not a file or folder")
    except FileNotFoundError as error:
        raise DumpError(f"cannot read {name}: there is no such file or folder; check the path") from error
    except (OSError, ValueError) as error:
        raise DumpError(f"cannot read {name}: {getattr(error, 'strerror', None) or error}") from error
    yield from files


def _file(path: Path, name: str, meter: Meter) -> Iterator[Entry | Problem]:
    entry = FileEntry(name, path.parts, path)
    head = entry.head()
    if head.startswith(_NO_TEXT):
        from kubedx.source.archive import unsupported

        compression = unsupported(head)
        if compression:
            raise DumpError(f"cannot read {name}: it is compressed with {compression}; unpack it, or use gzip or zip")
    return _unpacked(entry, meter)


def _unpacked(entry: Entry, meter: Meter) -> Iterator[Entry | Problem]:
    """The file itself, or when it is an archive the files in it. What opens archives is imported for what may be one."""
    try:
        head = entry.head()
    except (OSError, Refused):
        head = b"\0"
    if b"\0" not in head and not head.startswith(_NO_TEXT):
        return iter((entry,))
    from kubedx.source.archive import unpacked

    return unpacked(entry, meter)


def _folder(root: Path, name: str, meter: Meter) -> Iterator[Entry | Problem]:
    real_root = Path(os.path.realpath(root))
    seen = {_identity(real_root.stat())}
    waiting = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            children = sorted(folder.iterdir(), reverse=True)
        except OSError as error:
            yield Problem(_shown(folder, root, name), f"cannot be read: {error.strerror or error}")
            continue
        folders = []
        for child in reversed(children):
            found = _child(child, real_root, seen, meter)
            if isinstance(found, Refused):
                yield Problem(_shown(child, root, name), str(found))
            elif found and depth >= meter.limits.depth:
                yield Problem(_shown(child, root, name), f"lies deeper than {meter.limits.depth} folders")
            elif found:
                folders.append((child, depth + 1))
            elif found is not None:
                yield from _unpacked(FileEntry(_shown(child, root, name), child.parts, child), meter)
        waiting.extend(reversed(folders))


def _child(child: Path, real_root: Path, seen: set[tuple[int, int]], meter: Meter) -> bool | Refused | None:
    """Whether it is a folder to walk (True) or a file to read (False); None for what is passed over: pipes, devices, what was seen."""
    try:
        status = child.lstat()
        if stat.S_ISLNK(status.st_mode):
            target = Path(os.path.realpath(child))
            if not target.is_relative_to(real_root):
                return Refused("is refused: it is a link that leaves the folder")
            status = target.stat()
    except OSError as error:
        return Refused(f"cannot be read: {error.strerror or error}")
    if stat.S_ISDIR(status.st_mode):
        if _identity(status) in seen:
            return None
        seen.add(_identity(status))
        return True
    if not stat.S_ISREG(status.st_mode):
        return None
    try:
        meter.visit()
    except Refused as refused:
        raise DumpError(f"cannot read the dump: it {refused}") from refused
    return False


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _shown(path: Path, root: Path, name: str) -> str:
    return f"{name.rstrip('/')}/{path.relative_to(root).as_posix()}"


def _stdin(stdin: BinaryIO | None, meter: Meter) -> Entry:
    if stdin is None:
        raise DumpError("cannot read standard input: it is closed")
    try:
        return BytesEntry("standard input", (), _drained(stdin, "standard input", meter))
    except (OSError, ValueError) as error:
        raise DumpError(f"cannot read standard input: {error}") from error


def _drained(pipe: BinaryIO, name: str, meter: Meter) -> bytes:
    pieces, size = [], 0
    while piece := pipe.read(STEP):
        size += len(piece)
        if size > meter.limits.file:
            raise DumpError(f"cannot read {name}: it is larger than {megabytes(meter.limits.file)} MB")
        pieces.append(piece)
    return b"".join(pieces)
