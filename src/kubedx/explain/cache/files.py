"""The file cache: `$XDG_CACHE_HOME/k8sgpt/<name>`, mode 0600, where k8sgpt keeps its own answers too."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_cache_path

from kubedx.errors import CacheError
from kubedx.explain.cache.store import MAX_SIZE, Entry, checked_name


def cache_path(environment: Mapping[str, str]) -> Path:
    """Where k8sgpt keeps answers."""
    home = environment.get("XDG_CACHE_HOME", "")
    return Path(home) / "k8sgpt" if home and Path(home).is_absolute() else user_cache_path("k8sgpt", appauthor=False)


class FileStore:
    """Entries as the files of one folder. What starts with a dot, and what is no regular file, is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def place(self) -> str:
        """The folder."""
        return str(self._folder)

    def prepare(self) -> None:
        """Make the folder, for its owner alone."""
        with self._failures("made"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def load(self, name: str) -> bytes | None:
        """The bytes of a file."""
        with self._failures("read"):
            try:
                with (self._folder / checked_name(name)).open("rb") as stream:
                    body = stream.read(MAX_SIZE + 1)
            except FileNotFoundError:
                return None
        return body if len(body) <= MAX_SIZE else None

    def save(self, name: str, body: bytes) -> None:
        """Write a new file in the old one's place."""
        self.prepare()
        with self._failures("written"):
            handle, temporary = tempfile.mkstemp(prefix=".kubedx-", dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(body)
                Path(temporary).replace(self._folder / checked_name(name))
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
                raise

    def entries(self) -> list[Entry]:
        """The files; none where there is no folder yet."""
        with self._failures("listed"):
            try:
                with os.scandir(self._folder) as files:
                    found = [(file.name, file.stat(follow_symlinks=False)) for file in files if not file.name.startswith(".")]
            except FileNotFoundError:
                return []
        return sorted(Entry(name, datetime.fromtimestamp(info.st_mtime, UTC)) for name, info in found if stat.S_ISREG(info.st_mode))

    def delete(self, name: str) -> bool:
        """Remove a file."""
        with self._failures("changed"):
            try:
                (self._folder / checked_name(name)).unlink()
            except FileNotFoundError:
                return False
        return True

    def close(self) -> None:
        """Nothing is held."""

    @contextlib.contextmanager
    def _failures(self, deed: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CacheError(f"the cache in {self._folder} cannot be {deed}: {error.strerror or error}") from error
