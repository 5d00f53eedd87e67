"""What a dump may claim: of which kinds it holds every object, everywhere or in some namespaces.

A dump does not say how it was made, and what is not in it must not become "does not exist". So a claim needs a sign:

* A dump is a **sweep** of a cluster when it holds what every cluster has and nobody lists by hand: the namespaces
  `default` and `kube-system`, the APIService of the group `apps`, the Service `default/kubernetes`, the ServiceAccount
  `kube-system/default` and the PriorityClass `system-cluster-critical`; and when every file of it could be read. In a
  sweep a kind without objects is known to have none, and its APIServices tell which groups the cluster serves at all.
  Not so: kinds of which every cluster has objects (they were left out), kinds served by another server (it may have been
  down), and Secrets (most tools leave them out, and nothing tells a cluster without any from such a dump).
  Namespaces of a sweep in which there is not a single object were not swept: every namespace has a ServiceAccount.
* Else a kind is known where it stands **in a list** (a lone object proves no list), in the namespaces in which the list
  has objects of it. It is known everywhere only when that list must be one of all namespaces: `kubectl` lists one
  namespace or all, so a list over several namespaces is one of all, if `kube-system` is among them or the list of
  namespaces is there too. A list over several namespaces without either may have been put together by hand.
* Kinds without namespaces are known when they stand in a list.
* An empty list tells where there is nothing only in the files of tools that write one for each namespace (`dump_layouts`).

Lists by label (`kubectl get -l`) cannot be told from whole ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kubedx.kube import (
    APIService,
    ClusterRole,
    ClusterRoleBinding,
    Gap,
    GapReason,
    GroupKind,
    Kind,
    Namespace,
    RoleBinding,
    Secret,
    group_of,
)
from kubedx.source.dump_documents import Document
from kubedx.source.dump_layouts import Place
from kubedx.source.dump_objects import ObjectStore
from kubedx.source.extent import EVERYWHERE, NOWHERE, Extent

_NAMESPACE = Namespace.KIND.group_kind
_SYSTEM = "kube-system"

_IN_EVERY_CLUSTER: tuple[tuple[GroupKind, str, str], ...] = (
    (_NAMESPACE, "", "default"),
    (_NAMESPACE, "", _SYSTEM),
    (GroupKind("apiregistration.k8s.io", "APIService"), "", "v1.apps"),
    (GroupKind("", "Service"), "default", "kubernetes"),
    (GroupKind("", "ServiceAccount"), _SYSTEM, "default"),
    (GroupKind("scheduling.k8s.io", "PriorityClass"), "", "system-cluster-critical"),
)

# Every cluster has objects of these (nearly every one Secrets), so none in a dump means that they were left out.
# Nodes: a control plane may have none.
_NEVER_EMPTY = frozenset(
    (
        GroupKind("", "ConfigMap"),
        GroupKind("", "Endpoints"),
        Secret.KIND.group_kind,
        GroupKind("discovery.k8s.io", "EndpointSlice"),
        GroupKind("coordination.k8s.io", "Lease"),
        GroupKind("rbac.authorization.k8s.io", "ClusterRole"),
        GroupKind("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        GroupKind("rbac.authorization.k8s.io", "Role"),
        GroupKind("rbac.authorization.k8s.io", "RoleBinding"),
    )
)


class DumpExtent:
    """Collects signs while a dump is read, then says what is known. `finish` once, before the first question."""

    def __init__(self) -> None:
        self.namespaces: frozenset[str] = frozenset()
        self._lists: list[dict[GroupKind, set[str]]] = []
        self._seen: defaultdict[GroupKind, set[str]] = defaultdict(set)
        self._claims: dict[GroupKind, Extent] = {}
        self._sweep: _Sweep | None = None
        self._nameless = False
        self._left_out: set[GroupKind] = set()

    def add(self, document: Document, place: Place | None = None) -> None:
        """Take the signs in one document, and of what the place of its file tells where it is an empty list."""
        if document.is_list and place and not (document.items or document.nameless):
            self._add_empty(document.empty_of, place)
        here: defaultdict[GroupKind, set[str]] = defaultdict(set)
        places = {(item.header.api_version, item.header.kind, item.header.namespace) for item in document.items}
        for api_version, kind, namespace in places:
            here[_group_kind(api_version, kind)].add(namespace)
        if document.empty_of:
            here[document.empty_of] |= set()
        for group_kind, namespaces in here.items():
            self._seen[group_kind] |= namespaces
        self._nameless |= document.nameless > 0
        if document.is_list:
            self._lists.append(dict(here))

    def add_list(self, group_kind: GroupKind) -> None:
        """Take a kind without namespaces for listed, though its objects stand alone."""
        self._lists.append({group_kind: set()})

    def _add_empty(self, told: GroupKind | None, place: Place) -> None:
        group_kind = told or place.kind.group_kind
        if group_kind == place.kind.group_kind and (place.namespace or not place.kind.namespaced):
            self._lists.append({group_kind: {place.namespace} - {""}})

    def finish(self, store: ObjectStore, *, all_read: bool) -> None:
        """Judge the signs. `all_read` tells that no file of the dump was unreadable."""
        listed_namespaces = {name for _, name in store.names(_NAMESPACE)}
        self.namespaces = frozenset(set().union(listed_namespaces, *self._seen.values()) - {""})
        self._left_out = {_key(gap) for gap in store.gaps if not gap.name}
        whole_namespace_list = any(_NAMESPACE in listing for listing in self._lists) and _SYSTEM in listed_namespaces
        for listing in self._lists:
            self._claim(listing, whole_namespace_list=whole_namespace_list)
        store.gaps += _hidden_roles(store)
        if all_read and not self._nameless and _is_sweep(store):
            self._sweep = _Sweep(store, self.namespaces, set().union(*self._seen.values()))

    def of(self, kind: Kind) -> Extent:
        """Where every object of the kind is known."""
        group_kind = kind.group_kind
        if group_kind in self._left_out:
            return NOWHERE
        if self._sweep:
            return self._sweep.of(kind, has_objects=bool(self._seen.get(group_kind)))
        claim = self._claims.get(group_kind, NOWHERE)
        if not kind.namespaced:
            return EVERYWHERE if group_kind in self._claims else NOWHERE
        return claim

    def gap(self, kind: Kind, wanted: Iterable[str]) -> Gap | None:
        """What is not known of a kind in the `wanted` namespaces; None when all is."""
        extent = self.of(kind)
        if extent is EVERYWHERE:
            return None
        if extent:
            if set(wanted) <= extent:
                return None
            message = f"the dump lists objects of kind {kind.kind} only in {_some(sorted(extent))}"
        elif self._seen.get(kind.group_kind):
            message = f"the dump holds some objects of kind {kind.kind}, but no list of them"
        else:
            message = f"the dump holds no object of kind {kind.kind}"
        return Gap(kind.api_version, kind.kind, "", "list", GapReason.NOT_IN_DUMP, message)

    def _claim(self, listing: dict[GroupKind, set[str]], *, whole_namespace_list: bool) -> None:
        namespaces = set().union(*listing.values()) - {""}
        of_all = len(namespaces) > 1 and (_SYSTEM in namespaces or whole_namespace_list)
        for group_kind, own in listing.items():
            before = self._claims.get(group_kind, NOWHERE)
            if of_all or before is EVERYWHERE:
                self._claims[group_kind] = EVERYWHERE
            else:
                self._claims[group_kind] = before | (own - {""}) if before else frozenset(own - {""})


class _Sweep:
    """What is known of a cluster that was swept."""

    def __init__(self, store: ObjectStore, namespaces: frozenset[str], with_objects: set[str]) -> None:
        services = [found for found in store.of(APIService.KIND.group_kind) if isinstance(found, APIService)]
        self._served = {service.spec.group for service in services}
        self._elsewhere = {service.spec.group for service in services if service.spec.service}
        # A namespace that goes away may have nothing left in it; an active one has its ServiceAccount.
        going = {found.name for found in store.of(_NAMESPACE) if isinstance(found, Namespace) and found.metadata.deletion_timestamp}
        swept = namespaces & (with_objects | going)
        self._extent: Extent = EVERYWHERE if swept == namespaces else swept

    def of(self, kind: Kind, *, has_objects: bool) -> Extent:
        """Where every object of the kind is known."""
        if kind.group not in self._served:
            return EVERYWHERE  # not served: certainly none
        if not has_objects and self._is_left_out(kind):
            return NOWHERE
        return self._extent if kind.namespaced else EVERYWHERE

    def _is_left_out(self, kind: Kind) -> bool:
        return kind.group_kind in _NEVER_EMPTY or kind.group in self._elsewhere


def _is_sweep(store: ObjectStore) -> bool:
    return all(store.get(group_kind, namespace, name) for group_kind, namespace, name in _IN_EVERY_CLUSTER)


def _hidden_roles(store: ObjectStore) -> Iterator[Gap]:
    """The roles of Kubernetes itself that bindings name, where the dump leaves all such roles out."""
    held = {name for _, name in store.names(ClusterRole.KIND.group_kind)}
    if any(name.startswith("system:") for name in held):
        return
    bindings = (*store.of(ClusterRoleBinding.KIND.group_kind), *store.of(RoleBinding.KIND.group_kind))
    named = {
        found.role_ref.name
        for found in bindings
        if isinstance(found, ClusterRoleBinding | RoleBinding)
        if found.role_ref.kind == "ClusterRole"
    }
    for name in sorted(named - held):
        if name.startswith("system:"):
            kind = ClusterRole.KIND
            message = "the dump leaves out the roles of Kubernetes itself"
            yield Gap(kind.api_version, kind.kind, "", "list", GapReason.NOT_IN_DUMP, message, name)


def _key(gap: Gap) -> GroupKind:
    return _group_kind(gap.api_version, gap.kind)


def _group_kind(api_version: str, kind: str) -> GroupKind:
    return GroupKind(group_of(api_version), kind)


def _some(names: list[str], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more namespaces"
