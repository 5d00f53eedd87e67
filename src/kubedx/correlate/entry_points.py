"""Who feels an incident: the workloads and Services in it, and the entry points of the cluster behind which nothing is left."""

from collections.abc import Iterable, Sequence

from kubedx.correlate.fault import Fault
from kubedx.findings import Effect
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import Ref, Service

MAX_AFFECTED = 100

_DNS = {("kube-system", "kube-dns"), ("openshift-dns", "dns-default")}
_ENTRIES = {("networking.k8s.io", "Ingress"), ("gateway.networking.k8s.io", "HTTPRoute")}
_NOT_FELT = {"Node", "Namespace", "ReplicaSet", "Pod", "Event"}


def affected_by(faults: Iterable[Fault], root: Ref, inventory: Inventory) -> tuple[Ref, ...]:
    """The owners and subjects of an incident's faults, with the Services and entry points in front of them; without its root."""
    faults = tuple(faults)
    objects = {ref for fault in faults for ref in (fault.owner, *fault.subjects) if ref.kind not in _NOT_FELT or ref == fault.owner}
    fronts = {edge.source for ref in objects for edge in inventory.edges_to(ref, EdgeKind.SELECTS) if edge.source.kind == "Service"}
    cut = {fault.owner for fault in faults if fault.suffers is Effect.NO_ENDPOINTS}
    routes = {edge.source for ref in cut for edge in inventory.edges_to(ref, EdgeKind.ROUTES)}
    return tuple(sorted((objects | fronts | routes) - {root}))[:MAX_AFFECTED]


def cut_off(faults: Sequence[Fault], affected: Iterable[Ref], inventory: Inventory) -> tuple[Ref, ...]:
    """The entry points that have nothing behind them: an Ingress, a route, a LoadBalancer or the cluster's DNS."""
    cut = {fault.owner for fault in faults if fault.suffers is Effect.NO_ENDPOINTS}
    entries = {ref for ref in cut if _is_entry(ref, inventory)}
    entries |= {ref for ref in affected if ref.group_kind in _ENTRIES and _leads_only_to(ref, cut, inventory)}
    return tuple(sorted(entries))


def _is_entry(ref: Ref, inventory: Inventory) -> bool:
    if (ref.namespace, ref.name) in _DNS:
        return True
    match inventory.find(ref):
        case Found(object=Service() as service):
            return service.spec.type == "LoadBalancer"
        case _:
            return ref.group_kind in _ENTRIES


def _leads_only_to(entry: Ref, cut: set[Ref], inventory: Inventory) -> bool:
    routes = {edge.target for edge in inventory.edges_from(entry, EdgeKind.ROUTES)}
    return bool(routes) and routes <= cut
