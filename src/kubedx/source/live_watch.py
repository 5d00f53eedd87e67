"""Following a live cluster: a stream of changes for each list that was read.

https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec

from kubedx.errors import ClusterUnreachable, ConfigError, Unauthorized
from kubedx.kube import Gap, GapReason, Kind, KubeObject, Ref, decode_item
from kubedx.source.contract import Scope, Updates
from kubedx.source.decoding import ready_to_decode
from kubedx.source.http_client import ApiClient
from kubedx.source.http_retry import Response, TimedOut
from kubedx.source.live_list import FORMS, WHOLE, Form, Lister, Listing, list_path, without
from kubedx.source.live_status import Status, gap, words_of

SILENCE = 90.0
"""Seconds without a line after which a stream is begun anew. Bookmarks come about once a minute."""
SHORTEST, LONGEST = 240, 480
"""Seconds after which the API server is to end a stream; not all at the same time."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
POLL = 60.0
"""Seconds between two lists of what cannot be watched."""
_FORBIDDEN, _GONE = 403, 410


class WatchedList(msgspec.Struct, frozen=True):
    """A list that was read: of a kind, in one namespace or in all (empty); its version, and the names on it."""

    kind: Kind
    namespace: str
    version: str
    names: frozenset[tuple[str, str]]


class _Event(msgspec.Struct, frozen=True):
    type: str
    object: msgspec.Raw


class _Meta(msgspec.Struct, frozen=True, rename="camel"):
    resource_version: str = ""


class _Versioned(msgspec.Struct, frozen=True):
    metadata: _Meta = _Meta()


_EVENT = msgspec.json.Decoder(_Event)
_VERSIONED = msgspec.json.Decoder(_Versioned)


class Expired(Exception):  # noqa: N818  # the API's own word
    """The API server no longer knows the version to go on from."""


class Unwatchable(Exception):  # noqa: N818  # what it says of a kind
    """The API server gives no stream of a kind, but may give its list."""


class LiveWatch:
    """Follows lists that were read (`Watch`), with a thread for each; the same object is told of once, as it is last.

    A stream that breaks is begun anew where it ended; where that is forgotten, the list is read again. At most `workers` lists are
    read at the same time.
    """

    def __init__(self, client: ApiClient, lists: Sequence[WatchedList], scope: Scope, workers: int) -> None:
        self._client, self._scope = client, scope
        # What was seen must not go back to an older state of the watch cache.
        self._lister = Lister(client, from_cache=False)
        self._reading = threading.Semaphore(workers)
        self._news = threading.Condition()
        self._changed: dict[Ref, KubeObject | None] = {}
        self._gaps: list[Gap] = []
        self._troubles: dict[tuple[str, str], str] = {}
        self._failure: Unauthorized | ConfigError | None = None
        self._over = threading.Event()
        for number, followed in enumerate(lists):
            threading.Thread(target=self._follow, args=(followed,), name=f"kubedx-watch-{number}", daemon=True).start()

    def updates(self, patience: float, settle: float) -> Updates:
        """What changed (`Watch.updates`)."""
        with self._news:
            self._news.wait_for(lambda: self._changed or self._gaps or self._failure or self._over.is_set(), patience)
            anything = bool(self._changed)
        if anything:
            self._over.wait(settle)
        with self._news:
            if self._failure:
                raise self._failure
            changed, self._changed = self._changed, {}
            gaps, self._gaps = self._gaps, []
            troubles = tuple(sorted(set(self._troubles.values())))
        return Updates(
            objects=tuple(obj for obj in changed.values() if obj is not None),
            absent=tuple(ref for ref, obj in changed.items() if obj is None),
            gaps=tuple(gaps),
            troubles=troubles,
        )

    def close(self) -> None:
        """End every stream."""
        self._over.set()
        with self._news:
            self._news.notify_all()

    def _follow(self, followed: WatchedList) -> None:
        one = _Stream(self._client, followed, self._scope.excluded, partial(self._tell, followed))
        pause = 0.0
        while not self._over.wait(pause):
            try:
                if not one.version:
                    with self._reading:
                        one.list_again(self._lister)
                pause = 0.0 if one.run(self._over.is_set, partial(self._is_well, followed)) else FIRST_PAUSE
            except Expired:
                one.version, pause = "", 0.0
            except Unwatchable as error:
                one.version, pause = "", POLL
                self._is_in_trouble(followed, str(error))
            except ClusterUnreachable as error:
                pause = min(max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
                self._is_in_trouble(followed, str(error))
            except (Unauthorized, ConfigError) as error:
                self._fail(error)
                return

    def _tell(self, followed: WatchedList, found: KubeObject | Gap | Ref) -> None:
        """Take what a stream says: an object as it is now, the ref of one that is gone, or what could not be read."""
        with self._news:
            if isinstance(found, Gap):
                self._gaps.append(found)
            elif isinstance(found, Ref):
                self._changed[found] = None
            elif self._scope.holds(found.namespace) or not followed.kind.namespaced:
                self._changed[found.ref] = found
            self._news.notify_all()

    def _is_well(self, followed: WatchedList) -> None:
        with self._news:
            self._troubles.pop(_name(followed), None)

    def _is_in_trouble(self, followed: WatchedList, why: str) -> None:
        with self._news:
            self._troubles[_name(followed)] = why

    def _fail(self, error: Unauthorized | ConfigError) -> None:
        with self._news:
            self._failure = error
            self._news.notify_all()


class _Stream:
    """What is known of one list, and where to go on."""

    def __init__(
        self, client: ApiClient, followed: WatchedList, excluded: tuple[str, ...], tell: Callable[[KubeObject | Gap | Ref], None]
    ) -> None:
        self._client, self._excluded, self._tell = client, excluded, tell
        self._kind, self._namespace = followed.kind, followed.namespace
        self._form = FORMS.get(followed.kind.group_kind, WHOLE)
        self._names = set(followed.names)
        self.version = followed.version

    def list_again(self, lister: Lister) -> None:
        """Read the list once more, and tell what differs. Raises ClusterUnreachable where that fails, Unauthorized and ConfigError."""
        listing: Listing = lister.list(self._kind, self._namespace, self._excluded)
        if not listing.whole:
            why = listing.gaps[0].message if listing.gaps else "its answer is no list"
            raise ClusterUnreachable(f"{self._kind.plural} could not be listed again: {why}")
        names = {(obj.metadata.namespace, obj.metadata.name) for obj in listing.objects}
        for gone in sorted(self._names - names):
            self._tell(self._kind.ref(*gone))
        for obj in listing.objects:
            self._tell(obj)
        for missing in listing.gaps:
            self._tell(missing)
        self._names, self.version = names, listing.version

    def run(self, is_over: Callable[[], bool], began: Callable[[], None]) -> bool:
        """Tell what changes until the stream ends, as it does after some minutes. False where nothing came at all.

        Raises Expired, Unwatchable, and what `ApiClient.stream` raises, but for a silence.
        """
        ready_to_decode(self._kind)
        came = False
        try:
            with self._client.stream(self._path, self._query, self._form.accept_one or self._form.accept, SILENCE) as answer:
                if isinstance(answer, Response):
                    raise self._refusal(answer)
                began()
                for line in answer:
                    if is_over():
                        break
                    self._take(line)
                    came = True
        except TimedOut:
            return True
        return came

    @property
    def _path(self) -> str:
        return list_path(self._kind, self._namespace)

    @property
    def _query(self) -> dict[str, str]:
        spread = zlib.crc32(f"{self._kind.plural}/{self._namespace}".encode()) % (LONGEST - SHORTEST)
        return {
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": self.version,
            "timeoutSeconds": str(SHORTEST + spread),
            **without(self._kind, self._namespace, self._excluded),
        }

    def _refusal(self, answer: Response) -> Exception:
        if answer.status == _GONE:
            return Expired()
        if answer.status == _FORBIDDEN:
            return Unwatchable(
                f"no right to watch {self._kind.plural}, which are listed once a minute instead (kubedx rbac --watch prints it)"
            )
        if answer.status in {400, 404, 405}:
            return Unwatchable(f"{self._kind.plural} cannot be watched, and are listed once a minute instead")
        return ClusterUnreachable(f"{self._kind.plural} cannot be watched: {words_of(answer)}")

    def _take(self, line: bytes) -> None:
        """One event. A line that is none (a server that ends in the middle of it) begins the stream anew."""
        try:
            event = _EVENT.decode(line)
            if event.type == "ERROR":
                raise self._error(event.object)
            version = _VERSIONED.decode(event.object).metadata.resource_version
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ClusterUnreachable(f"the stream of {self._kind.plural} broke off in the middle of an event") from error
        if event.type != "BOOKMARK":
            for found in self._decoded(event.object):
                self._tell_one(found, is_gone=event.type == "DELETED")
        self.version = version or self.version

    def _tell_one(self, found: KubeObject | Gap, *, is_gone: bool) -> None:
        if isinstance(found, Gap):
            self._tell(found)
            return
        name = found.metadata.namespace, found.metadata.name
        if is_gone:
            self._names.discard(name)
            self._tell(found.ref)
        else:
            self._names.add(name)
            self._tell(found)

    def _decoded(self, raw: msgspec.Raw) -> Iterator[KubeObject | Gap]:
        if self._form is WHOLE:
            yield decode_item(self._kind, raw)
            return
        try:
            decoded = self._form.decode(self._kind, _as_list(self._form, bytes(raw)))
        except (msgspec.DecodeError, UnicodeDecodeError):
            yield gap(self._kind, "watch", GapReason.UNREADABLE, "an event of the stream is no object", self._namespace)
            return
        yield from (*decoded.items, *decoded.gaps)

    def _error(self, raw: msgspec.Raw) -> Exception:
        status = msgspec.json.decode(raw, type=_Refusal)
        if status.code == _GONE or status.reason in {"Expired", "Gone"}:
            return Expired()
        return ClusterUnreachable(f"the stream of {self._kind.plural} failed: {status.message or status.reason or 'without a reason'}")


class _Refusal(Status, frozen=True):
    code: int | None = None


def _as_list(form: Form, body: bytes) -> bytes:
    """A table is a list already; an object alone becomes one."""
    return body if not form.accept_one else b'{"items":[' + body + b"]}"


def _name(followed: WatchedList) -> tuple[str, str]:
    return followed.kind.plural, followed.namespace
