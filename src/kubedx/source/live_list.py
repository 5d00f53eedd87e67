"""One list of one kind, to its end: from the watch cache where there is one, else page by page."""

from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import quote

import msgspec

from kubedx.errors import ClusterUnreachable
from kubedx.kube import (
    DecodedList,
    Gap,
    GapReason,
    GroupKind,
    Kind,
    KubeObject,
    decode_config_map_metadata,
    decode_list,
    decode_secret_table,
)
from kubedx.source.decoding import ready_to_decode
from kubedx.source.discovery import api_path
from kubedx.source.http_client import ApiClient
from kubedx.source.http_retry import Response
from kubedx.source.live_status import gap, is_unserved, refused, unanswered

PAGE_SIZE = 500
_MAX_RESTARTS = 2

Decoder: TypeAlias = Callable[[Kind, bytes], DecodedList[Any]]


class Form(msgspec.Struct, frozen=True):
    """How a kind is asked for. There is no second choice in `accept` where the full objects must not come."""

    accept: str
    decode: Decoder
    accept_one: str = ""
    """For the events of a watch, which are objects and no lists; empty: as for a list."""


def _secrets(_: Kind, body: bytes) -> DecodedList[Any]:
    return decode_secret_table(body)


def _config_maps(_: Kind, body: bytes) -> DecodedList[Any]:
    return decode_config_map_metadata(body)


FORMS: dict[GroupKind, Form] = {
    # https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
    GroupKind("", "Secret"): Form("application/json;as=Table;g=meta.k8s.io;v=v1", _secrets),
    GroupKind("", "ConfigMap"): Form(
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
        _config_maps,
        "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
    ),
}
WHOLE = Form("application/json", decode_list)


class Listing(msgspec.Struct, frozen=True):
    """What came of a list. `whole`: it was read to its end, `version` is whence to watch. `unserved`: there certainly is no such list."""

    objects: tuple[KubeObject, ...] = ()
    gaps: tuple[Gap, ...] = ()
    whole: bool = False
    unserved: bool = False
    version: str = ""

    @property
    def forbidden(self) -> bool:
        """Whether RBAC stood in the way."""
        return any(missing.reason is GapReason.FORBIDDEN for missing in self.gaps)


class Lister:
    """Lists kinds. `from_cache` lets the API server answer from its watch cache, a moment old but far cheaper.

    Such a list comes whole, whatever the limit; a kind without a watch cache (events) comes in pages all the same.
    https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
    """

    def __init__(self, client: ApiClient, *, page_size: int = PAGE_SIZE, from_cache: bool = True) -> None:
        self._client, self._page_size, self._from_cache = client, page_size, from_cache

    def list(self, kind: Kind, namespace: str = "", excluded: tuple[str, ...] = (), deadline: float | None = None) -> Listing:
        """List a kind in one namespace, or in all but the excluded ones. Whatever fails is a gap of the result.

        Raises Unauthorized and ConfigError, which concern everything.
        """
        query = {"limit": str(self._page_size), **without(kind, namespace, excluded)}
        if self._from_cache:
            query["resourceVersion"] = "0"
        listing = _Expired()
        for _ in range(_MAX_RESTARTS + 1):
            attempt = self._pages(kind, namespace, dict(query), deadline)
            if isinstance(attempt, Listing):
                return attempt
            query.pop("resourceVersion", None)
            listing = attempt
        message = "the list changed faster than its pages could be read"
        return Listing(listing.objects, (gap(kind, "list", GapReason.SERVER_ERROR, message, namespace),))

    def _pages(self, kind: Kind, namespace: str, query: dict[str, str], deadline: float | None) -> "Listing | _Expired":
        form = FORMS.get(kind.group_kind, WHOLE)
        path = list_path(kind, namespace)
        objects: list[KubeObject] = []
        gaps: list[Gap] = []
        while True:
            page = self._page(form, kind, namespace, path, query, deadline)
            if isinstance(page, Response):
                if page.status == 410:
                    return _Expired(tuple(objects))
                if page.status == 400 and query.pop("fieldSelector", ""):
                    continue
                gaps.append(refused(kind, "list", page, namespace))
                return Listing(tuple(objects), tuple(gaps), unserved=is_unserved(page))
            if isinstance(page, Gap):
                return Listing(tuple(objects), (*gaps, page))
            objects += page.items
            gaps += page.gaps
            if not page.continue_token:
                return Listing(tuple(objects), tuple(gaps), whole=True, version=page.resource_version)
            # A continued list has the version that its token says.
            query.pop("resourceVersion", None)
            query["continue"] = page.continue_token

    def _page(
        self,
        form: Form,
        kind: Kind,
        namespace: str,
        path: str,
        query: dict[str, str],
        deadline: float | None,
    ) -> DecodedList[KubeObject] | Gap | Response:
        """A page, the refusal of one, or the gap that it leaves. The raw bytes are gone when this returns."""
        try:
            response = self._client.get(path, query, form.accept, deadline)
        except ClusterUnreachable as error:
            return unanswered(kind, "list", error, namespace)
        if response.status != 200:
            return response
        ready_to_decode(kind)
        try:
            return form.decode(kind, response.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return gap(kind, "list", GapReason.UNREADABLE, "the answer is not a list of the Kubernetes API", namespace)


class _Expired(msgspec.Struct, frozen=True):
    """The pages of a list outlived its version in etcd (410); these were read before."""

    objects: tuple[KubeObject, ...] = ()


def without(kind: Kind, namespace: str, excluded: tuple[str, ...]) -> dict[str, str]:
    """The part of a query that leaves out namespaces, where a request is for all of them."""
    if not (excluded and kind.namespaced and not namespace):
        return {}
    return {"fieldSelector": ",".join(f"metadata.namespace!={name}" for name in excluded)}


def list_path(kind: Kind, namespace: str = "") -> str:
    """The path of a list."""
    scope = f"/namespaces/{quote(namespace, safe='')}" if namespace and kind.namespaced else ""
    return f"{api_path(kind.api_version)}{scope}/{quote(kind.plural, safe='')}"


def object_path(kind: Kind, namespace: str, name: str) -> str:
    """The path of one object."""
    return f"{list_path(kind, namespace)}/{quote(name, safe='')}"
