"""A live cluster as a source."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from kubedx.errors import ClusterUnreachable, ConfigError, Unauthorized
from kubedx.kube import ContainerLog, Gap, GapReason, Kind, KubeObject, LogKey, Reading, Ref, Secret, decode_item, decode_object
from kubedx.source.access import ClusterAccess
from kubedx.source.contract import LogLimit, Scope
from kubedx.source.custom_kinds import worth_listing
from kubedx.source.decoding import ready_to_decode
from kubedx.source.discovery import BUILT_IN_GROUPS, Discovery, discover
from kubedx.source.http_client import ApiClient
from kubedx.source.http_retry import Response
from kubedx.source.live_list import FORMS, PAGE_SIZE, Lister, object_path
from kubedx.source.live_log import read_log
from kubedx.source.live_read import LiveReading, Progress
from kubedx.source.live_status import gap, is_absent, is_unserved, refused, unanswered
from kubedx.source.live_watch import LiveWatch, WatchedList

if TYPE_CHECKING:
    from kubedx.source.openapi import OpenApi

_SECRET = "Secret"  # noqa: S105  # the kind


class LiveSource:
    """Reads a cluster through its API server (`Source`). Nothing is sent before the first call; nothing is ever changed.

    `workers` is how many requests run at once. `on_progress(kind, done, total)` is called, in the thread that reads, as
    kinds are done. `from_cache=False` asks for consistent lists in pages of `page_size`, which costs etcd much more.

    At most `per_second` requests begin in a second. Only a `watchable` source remembers what `watch` follows.

    `read_certificates` lets `get` read a Secret with a TLS certificate whole, since the API server gives no part of an object
    alone; the facts of the certificate stay, and no value. Otherwise no value of a Secret is ever sent.

    `read` raises ClusterUnreachable, Unauthorized, NothingReadable, NamespaceAbsent, or ConfigError for credentials that
    cannot be used; Ctrl-C ends it at once.
    """

    def __init__(
        self,
        access: ClusterAccess,
        on_progress: Progress | None = None,
        workers: int = 4,
        *,
        page_size: int = PAGE_SIZE,
        from_cache: bool = True,
        read_certificates: bool = False,
        per_second: float | None = None,
        watchable: bool = False,
    ) -> None:
        self._access, self._on_progress, self._workers = access, on_progress, workers
        self._client = ApiClient(access, per_second)
        self._followed: tuple[WatchedList, ...] | None = () if watchable else None
        self._read_certificates = read_certificates
        self._discovery: Discovery | None = None
        self._lister = Lister(self._client, page_size=page_size, from_cache=from_cache)

    def read(self, kinds: Sequence[Kind], scope: Scope, deadline: float | None = None) -> Reading:
        """List every object of these kinds in this scope, one request for each kind where the API server lets us.

        Where a list of all namespaces is forbidden, each namespace that can be listed, else the context's, is tried.
        `now` is the API server's clock.
        """
        reading = LiveReading(
            self._client,
            self._access,
            self._lister,
            workers=self._workers,
            deadline=deadline,
            on_progress=self._on_progress,
            discovery=self._discovery,
        )
        self._discovery = None
        found = reading.run(kinds, scope)
        if self._followed is not None:
            self._followed = reading.lists
        return found

    def watch(self, scope: Scope) -> LiveWatch:
        """Follow what the last reading listed, from where it was (`WatchableSource`)."""
        return LiveWatch(self._client, self._followed or (), scope, self._workers)

    def custom_kinds(self, deadline: float | None = None) -> tuple[Kind, ...]:
        """The kinds without a type that can be listed. The discovery that tells them serves the next reading too."""
        discovery = discover(self._client, (), 1, deadline)
        self._discovery = discovery if discovery.whole else None
        return worth_listing(discovery.custom)

    def log(self, key: LogKey, limit: LogLimit, deadline: float | None = None) -> ContainerLog | Gap | None:
        """The end of a container's log."""
        try:
            return read_log(self._client, key, limit, deadline)
        except (Unauthorized, ConfigError) as error:
            kind = Kind(key.pod.api_version, key.pod.kind, "pods")
            return gap(kind, "get log", GapReason.FORBIDDEN, str(error), key.pod.namespace, key.pod.name)

    def get(self, kind: Kind, ref: Ref, deadline: float | None = None) -> KubeObject | Gap | None:
        """One object as it is now; of a Secret only what a list of Secrets tells, and its certificate where that may be read."""
        try:
            return self._got(kind, ref, deadline)
        except ClusterUnreachable as error:
            return unanswered(kind, "get", error, ref.namespace, ref.name)
        except (Unauthorized, ConfigError) as error:
            return gap(kind, "get", GapReason.FORBIDDEN, str(error), ref.namespace, ref.name)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return gap(kind, "get", GapReason.UNREADABLE, "the answer is not an object of the Kubernetes API", ref.namespace, ref.name)

    def document(self, kind: Kind, ref: Ref, deadline: float | None = None) -> dict[str, Any] | None:
        """One object as the API server sends it, for kinds without secrets; None where there is none, or it cannot be read."""
        try:
            response = self._client.get(object_path(kind, ref.namespace, ref.name), accept="application/json", deadline=deadline)
            return msgspec.json.decode(response.body, type=dict[str, Any]) if response.status == 200 else None
        except (ClusterUnreachable, Unauthorized, ConfigError, msgspec.DecodeError, UnicodeDecodeError):
            return None

    def _got(self, kind: Kind, ref: Ref, deadline: float | None) -> KubeObject | Gap | None:
        secret = FORMS[kind.group_kind] if kind.kind == _SECRET and not kind.group else None
        accept = secret.accept if secret else "application/json"
        response = self._client.get(object_path(kind, ref.namespace, ref.name), accept=accept, deadline=deadline)
        if response.status != 200:
            return self._not_got(kind, ref, response)
        ready_to_decode(kind)
        if secret is None:
            return decode_object(kind, msgspec.json.decode(response.body, type=dict))
        decoded = secret.decode(kind, response.body)
        return self._with_certificate(kind, (decoded.items or decoded.gaps or (None,))[0], deadline)

    def _with_certificate(self, kind: Kind, found: KubeObject | Gap | None, deadline: float | None) -> KubeObject | Gap | None:
        """A TLS Secret with what its certificate says, where that may be read; anything else as it is."""
        if not self._read_certificates or not isinstance(found, Secret) or not found.holds_certificate:
            return found
        response = self._client.get(object_path(kind, found.namespace, found.name), accept="application/json", deadline=deadline)
        return decode_item(kind, response.body) if response.status == 200 else self._not_got(kind, found.ref, response)

    def _not_got(self, kind: Kind, ref: Ref, response: Response) -> Gap | None:
        if is_absent(response, ref.name) or (is_unserved(response) and kind.group not in BUILT_IN_GROUPS):
            return None
        return refused(kind, "get", response, ref.namespace, ref.name)

    def openapi(self, api_version: str, deadline: float | None = None) -> "OpenApi | Gap | None":
        """What the API server says of the fields of an API version, None where it serves no such version."""
        from kubedx.source.openapi import OpenApi

        kind = Kind(api_version, "", "")
        try:
            response = self._client.get(f"/openapi/v3/{'apis' if '/' in api_version else 'api'}/{quote(api_version)}", deadline=deadline)
        except ClusterUnreachable as error:
            return unanswered(kind, "get", error)
        except (Unauthorized, ConfigError) as error:
            return gap(kind, "get", GapReason.FORBIDDEN, str(error))
        if response.status != 200:
            return None if response.status == 404 else refused(kind, "get", response)
        try:
            return OpenApi.of_document(response.body)
        except ValueError as error:
            return gap(kind, "get", GapReason.UNREADABLE, str(error))

    def close(self) -> None:
        """End every connection. May be called twice."""
        self._client.close()
