"""Which kinds an API server serves, though parts of it may be dead.

In two requests (aggregated discovery, Kubernetes 1.26 and later), or one for each version of each group that is
wanted. https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import msgspec

from kubedx.kube import GroupKind, Kind, group_of
from kubedx.source.http_client import ApiClient
from kubedx.source.http_retry import Response
from kubedx.source.live_status import is_unserved, words_of
from kubedx.source.parallel import in_parallel

T = TypeVar("T")

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_ACCEPT = f"{AGGREGATED},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"

# The groups of kinds that are part of Kubernetes, which no CustomResourceDefinition brings.
BUILT_IN_GROUPS = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io",
    },
)
OPTIONAL_GROUPS = frozenset({"resource.k8s.io"})
"""Built-in groups that a cluster may do without: devices are claimed since Kubernetes 1.34, and before that where a feature is on."""


class Presence(enum.Enum):
    """What discovery says of a kind."""

    SERVED = enum.auto()
    UNSERVED = enum.auto()
    OTHER_VERSION = enum.auto()
    BROKEN = enum.auto()
    UNKNOWN = enum.auto()


class Discovery(msgspec.Struct, frozen=True):
    """What an API server says that it serves.

    `versions` are the versions of each kind that can be listed; `broken` tells, by apiVersion, why a version's kinds
    could not be told; `unknown` are the groups of which nothing is known, all of them where it holds `*`. `custom` are
    the kinds of other groups than Kubernetes' own that can be listed, each in the version that the server prefers;
    servers before 1.26 do not tell them. `whole`: every group was asked, not only those of interest.
    """

    versions: Mapping[GroupKind, tuple[str, ...]]
    broken: Mapping[str, str]
    unknown: frozenset[str]
    custom: tuple[Kind, ...] = ()
    whole: bool = False

    def presence(self, kind: Kind) -> Presence:
        """Whether a kind is served in its version."""
        versions = self.versions.get(kind.group_kind, ())
        if kind.api_version in versions:
            return Presence.SERVED
        if kind.api_version in self.broken:
            return Presence.BROKEN
        if kind.group in self.unknown or (kind.group and "*" in self.unknown):
            return Presence.UNKNOWN
        if versions:
            return Presence.OTHER_VERSION
        others = [version for version in self.broken if group_of(version) == kind.group]
        return Presence.UNKNOWN if others else Presence.UNSERVED

    def words(self, kind: Kind) -> str:
        """Why a kind cannot be listed."""
        if kind.api_version in self.broken:
            return f"the API {kind.api_version} does not answer: {self.broken[kind.api_version]}"
        versions = self.versions.get(kind.group_kind, ())
        if versions:
            return f"the API server serves {kind.kind} as {', '.join(versions)} only, not as {kind.api_version}"
        return f"the API server does not serve {kind.kind} of {kind.api_version}"


class _ResponseKind(msgspec.Struct, frozen=True):
    kind: str | None = None


class _AggregatedResource(msgspec.Struct, frozen=True, rename="camel"):
    resource: str = ""
    scope: str = ""
    response_kind: _ResponseKind | None = None
    verbs: tuple[str, ...] | None = None


class _AggregatedVersion(msgspec.Struct, frozen=True):
    version: str
    resources: tuple[_AggregatedResource, ...] | None = None
    freshness: str | None = None


class _Metadata(msgspec.Struct, frozen=True):
    name: str | None = None


class _AggregatedGroup(msgspec.Struct, frozen=True):
    metadata: _Metadata = _Metadata()
    versions: tuple[_AggregatedVersion, ...] | None = None


class _GroupVersion(msgspec.Struct, frozen=True, rename="camel"):
    group_version: str


class _Group(msgspec.Struct, frozen=True):
    name: str
    versions: tuple[_GroupVersion, ...] | None = None


class _Root(msgspec.Struct, frozen=True):
    """Any of APIGroupDiscoveryList, APIGroupList (both of `/apis`) and APIVersions (of `/api`)."""

    kind: str | None = None
    items: tuple[_AggregatedGroup, ...] | None = None
    groups: tuple[_Group, ...] | None = None
    versions: tuple[str, ...] | None = None


class _Resource(msgspec.Struct, frozen=True):
    name: str
    kind: str
    verbs: tuple[str, ...] | None = None


class _ResourceList(msgspec.Struct, frozen=True):
    resources: tuple[_Resource, ...] | None = None


# Made once, and not by the threads that use them (why: `kubedx.kube.prepare`).
_RESOURCE_LIST = msgspec.json.Decoder(_ResourceList)
_ROOT = msgspec.json.Decoder(_Root)


class _Found:
    """What has been learned so far."""

    def __init__(self) -> None:
        self.versions: dict[GroupKind, list[str]] = {}
        self.broken: dict[str, str] = {}
        self.unknown: set[str] = set()
        self.custom: dict[GroupKind, Kind] = {}

    def add_custom(self, api_version: str, kind: str, resource: "_AggregatedResource") -> None:
        """Remember a kind that is not Kubernetes' own. The server names the version that it prefers first."""
        if group_of(api_version) not in BUILT_IN_GROUPS and "list" in (resource.verbs or ()):
            served = Kind(api_version, kind, resource.resource, namespaced=resource.scope == "Namespaced")
            self.custom.setdefault(served.group_kind, served)

    def add(self, api_version: str, kind: str | None, verbs: Iterable[str] | None) -> None:
        if kind and "list" in (verbs or ()):
            versions = self.versions.setdefault(GroupKind(group_of(api_version), kind), [])
            if api_version not in versions:
                versions.append(api_version)


def discover(client: ApiClient, kinds: Sequence[Kind], workers: int, deadline: float | None) -> Discovery:
    """Ask what is served; `kinds` are those of interest. Raises only where the API server cannot be reached at all."""
    found = _Found()
    wanted = {kind.group for kind in kinds}
    asked = (("/api", {""}), ("/apis", wanted - {""}))
    old: list[str] = []
    for path, groups in asked:
        response = client.get(path, accept=_ACCEPT, deadline=deadline)
        root = _decoded(response, _ROOT)
        if root is None:
            found.unknown.add("*" if path == "/apis" else "")
        elif root.kind == "APIGroupDiscoveryList":
            _note_aggregated(root, found)
        else:
            old += _versions_of(root, groups)
    _ask_each(client, old, found, workers, deadline)
    versions = {group_kind: tuple(served) for group_kind, served in found.versions.items()}
    return Discovery(versions, found.broken, frozenset(found.unknown), tuple(sorted(found.custom.values())), whole=not old)


def _decoded(response: Response, decoder: msgspec.json.Decoder[T]) -> T | None:
    if response.status != 200:
        return None
    try:
        return decoder.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _note_aggregated(root: _Root, found: _Found) -> None:
    for group in root.items or ():
        name = group.metadata.name or ""
        for version in group.versions or ():
            api_version = f"{name}/{version.version}" if name else version.version
            if version.freshness == "Stale":
                found.broken[api_version] = "the server behind it is down"
                continue
            for resource in version.resources or ():
                if resource.response_kind and resource.response_kind.kind:
                    found.add(api_version, resource.response_kind.kind, resource.verbs)
                    found.add_custom(api_version, resource.response_kind.kind, resource)


def _versions_of(root: _Root, groups: set[str]) -> list[str]:
    if root.kind == "APIVersions":
        return list(root.versions or ())
    return [version.group_version for group in root.groups or () if group.name in groups for version in group.versions or ()]


def _ask_each(client: ApiClient, versions: list[str], found: _Found, workers: int, deadline: float | None) -> None:
    """The discovery of servers before 1.26: one request for each version of a group."""
    paths = [api_path(version) for version in versions]
    found.broken.update(dict.fromkeys(versions, "it did not say in time which kinds it has"))
    for place, response in in_parallel([partial(client.get, path, deadline=deadline) for path in paths], workers, deadline):
        version = versions[place]
        listed = _decoded(response, _RESOURCE_LIST)
        if listed is None and not is_unserved(response):
            found.broken[version] = words_of(response)
            continue
        del found.broken[version]
        for resource in listed.resources or () if listed else ():
            if "/" not in resource.name:
                found.add(version, resource.kind, resource.verbs)


def api_path(api_version: str) -> str:
    """Where a version of a group is served."""
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
