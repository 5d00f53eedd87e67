"""Answers in a store: how one is written, how long it holds, and whose it may not be."""

import base64
import binascii
from datetime import UTC, datetime, timedelta

import msgspec

from kubedx.errors import CacheError
from kubedx.explain.cache.store import Store

DEFAULT_TTL = timedelta(days=30)
"""How long an answer holds when nobody says otherwise."""


class _Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer as it stands in a store: base64 of this as JSON."""

    answer: str
    at: datetime
    source: str = ""


class AnswerCache:
    """Answers by key. The first failure ends it for this run: a store that is away costs one wait, and `trouble` says it."""

    def __init__(self, store: Store, *, now: datetime, ttl: timedelta = DEFAULT_TTL) -> None:
        self._store, self._now, self._ttl = store, now, ttl
        self.trouble = ""

    def load(self, key: str) -> str | None:
        """The answer of a key; None when there is none, it is too old, or what is there is no answer of ours."""
        if self.trouble:
            return None
        try:
            body = self._store.load(key)
        except CacheError as error:
            self.trouble = str(error)
            return None
        kept = _read(body) if body else None
        return kept.answer if kept and kept.at + self._ttl > self._now else None

    def store(self, key: str, answer: str, source: str) -> None:
        """Keep an answer of a backend and model."""
        if self.trouble:
            return
        body = msgspec.json.encode(_Kept(answer.encode("utf-8", "replace").decode(), self._now, source))
        try:
            self._store.save(key, base64.b64encode(body))
        except CacheError as error:
            self.trouble = str(error)

    def close(self) -> None:
        """Give back connections."""
        self._store.close()


def _read(body: bytes) -> _Kept | None:
    try:
        kept = msgspec.json.decode(base64.b64decode(body, validate=True), type=_Kept)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return None
    return msgspec.structs.replace(kept, at=kept.at.replace(tzinfo=kept.at.tzinfo or UTC)) if kept.answer else None
