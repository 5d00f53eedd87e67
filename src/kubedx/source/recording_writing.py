"""Writes the files of a recording: into a tar or a folder, whole or not at all, or onto a stream."""

import gzip
import io
import os
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeAlias

from kubedx.errors import KubedxError, UsageError
from kubedx.source.recording_files import MANIFEST

STDOUT = "-"

Files: TypeAlias = Iterable[tuple[str, bytes]]

_GZIPPED = (".tar.gz", ".tgz")
_TAR = ".tar"
_NO_ARCHIVES = (".zip", ".json", ".yaml", ".yml", ".gz", ".bz2", ".xz", ".zst", ".txt", ".7z")
_FAST = 6  # of gzip: twice the speed of 9, and one percent larger


class RecordingTarget:
    """Where a recording goes: `-` is `stdout` (a .tar.gz), NAME.tar.gz, NAME.tgz and NAME.tar are files, every other name is a folder.

    Made before the cluster is read, so that what cannot work is refused at once. Raises UsageError, or KubedxError where something
    is in the way. With `force`, a file or an earlier recording in a folder is replaced; a folder with anything else never is.
    """

    def __init__(self, path: str, *, force: bool = False, stdout: BinaryIO | None = None) -> None:
        if not path:
            raise UsageError("record needs --output: a file such as dump.tar.gz, a folder, or - for standard output")
        self.path, self._force, self._stdout = path, force, stdout
        self._place = Path(path)
        self._is_folder = path != STDOUT and not path.endswith((*_GZIPPED, _TAR)) and not _is_special(self._place)
        if self._is_folder and path.lower().endswith(_NO_ARCHIVES):
            raise UsageError(f'a recording is a .tar.gz, a .tar or a folder; "{path}" is none of them')
        if path != STDOUT:
            self._check()

    def write(self, files: Files, moment: datetime) -> None:
        """Write the files; `moment` is the time that an archive gives them. Raises KubedxError where that fails, and BrokenPipeError."""
        if self.path == STDOUT:
            if self._stdout is None:
                raise KubedxError("the recording could not be written: standard output is closed")
            self._write_stream(self._stdout, files, moment)
        elif self._is_folder:
            self._guarded(lambda: self._write_folder(files))
        elif _is_special(self._place):
            self._guarded(lambda: self._write_special(files, moment))
        else:
            self._guarded(lambda: self._write_file(files, moment))

    def _check(self) -> None:
        parent = self._place.absolute().parent
        if not parent.is_dir():
            raise UsageError(f"cannot write {self.path}: there is no folder {parent}")
        if self._is_folder:
            self._check_folder()
        elif self._place.is_dir():
            raise UsageError(f"cannot write {self.path}: it is a folder")
        elif self._place.exists() and not self._force and not _is_special(self._place):
            raise UsageError(f"cannot write {self.path}: it exists; name another file, or give --force")

    def _check_folder(self) -> None:
        if not os.path.lexists(self._place):
            return
        if not self._place.is_dir():
            raise UsageError(f"cannot write {self.path}: it exists and is no folder; a file's name ends with .tar.gz")
        if not any(self._place.iterdir()):
            return
        if not (self._place / MANIFEST).is_file():
            raise UsageError(f"cannot write {self.path}: the folder is not empty; name another")
        if not self._force:
            raise UsageError(f"cannot write {self.path}: the folder holds a recording; name another, or give --force")

    def _guarded(self, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            if isinstance(error, FileExistsError):
                raise KubedxError(f"cannot write {self.path}: it has come to exist meanwhile; name another, or give --force") from error
            raise KubedxError(f"cannot write {self.path}: {error.strerror or error}; free some space or write elsewhere") from error

    def _write_stream(self, stream: BinaryIO, files: Files, moment: datetime) -> None:
        try:
            _write_tar(stream, files, moment, gzipped=True)
            stream.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise KubedxError(
                f"the recording could not be written to standard output: {reason}; free some space or write elsewhere"
            ) from error

    def _write_special(self, files: Files, moment: datetime) -> None:
        with self._place.open("wb") as stream:
            _write_tar(stream, files, moment, gzipped=not self.path.endswith(_TAR))

    def _write_file(self, files: Files, moment: datetime) -> None:
        place = self._place.absolute()
        handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".partial", dir=place.parent)  # readable by its owner alone
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                _write_tar(stream, files, moment, gzipped=not self.path.endswith(_TAR))
                stream.flush()
                os.fsync(stream.fileno())
            if self._force:
                temporary.replace(place)
            else:
                _move_to_free_name(temporary, place)
        finally:
            temporary.unlink(missing_ok=True)

    def _write_folder(self, files: Files) -> None:
        place = self._place.absolute()
        temporary = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".partial", dir=place.parent))
        try:
            for name, data in files:
                path = temporary / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            if place.is_dir():
                # Only an empty folder or, by force, an earlier recording gets here (`_check_folder`).
                self._check_folder()
                aside = temporary.with_suffix(".old")
                place.rename(aside)
                temporary.rename(place)
                shutil.rmtree(aside, ignore_errors=True)
            else:
                temporary.rename(place)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _write_tar(stream: BinaryIO, files: Files, moment: datetime, *, gzipped: bool) -> None:
    if gzipped:
        # No name and no time of its own, so that the same recording gives the same bytes.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=_FAST, fileobj=stream, mtime=0) as packed:
            _write_tar(packed, files, moment, gzipped=False)  # type: ignore[arg-type]  # it writes
        return
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.mtime = max(0, int(moment.timestamp()))
            info.mode = 0o600
            archive.addfile(info, io.BytesIO(data))


def _move_to_free_name(temporary: Path, place: Path) -> None:
    """Move a file where no other stands; where the file system has no hard links, after a look."""
    try:
        os.link(temporary, place)
    except FileExistsError:
        raise
    except OSError:
        if place.exists():
            raise FileExistsError(place) from None
        temporary.replace(place)


def _is_special(place: Path) -> bool:
    """Whether it is a device or a pipe, which is written as it is."""
    try:
        mode = place.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
