"""What a store of answers is, and the names under which it keeps them."""

from datetime import datetime
from typing import Protocol

import msgspec

from kubedx.errors import CacheError
from kubedx.kube import pattern_of

MAX_SIZE = 1024 * 1024
"""Bytes of an entry; a larger one is not ours."""

_NAME = pattern_of(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class Entry(msgspec.Struct, frozen=True, order=True):
    """What a store tells of an entry. `updated_at` None: it does not say."""

    name: str
    updated_at: datetime | None = None


class Store(Protocol):
    """A place for small entries by name. Everything raises CacheError, in one sentence that names the place."""

    @property
    def place(self) -> str:
        """Where it is, for messages; without secrets."""
        ...

    def prepare(self) -> None:
        """Make sure that it is there: connect, and create the bucket or container where there is none."""
        ...

    def load(self, name: str) -> bytes | None:
        """An entry, None when there is none or it is larger than MAX_SIZE."""
        ...

    def save(self, name: str, body: bytes) -> None:
        """Keep an entry, whole or not at all."""
        ...

    def entries(self) -> list[Entry]:
        """Everything that is kept, by name."""
        ...

    def delete(self, name: str) -> bool:
        """Forget an entry; whether there was one."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


def checked_name(name: str) -> str:
    """The name, when it can be an entry's: letters, digits, dots and dashes, and never a path. Raises CacheError."""
    if not _NAME.fullmatch(name):
        raise CacheError(f'"{name[:60]}" is no name of an entry; kubedx cache list shows them')
    return name
