"""Where a VirtualService sends traffic. https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from kubedx.analyzers.custom_status import entries, text
from kubedx.analyzers.memo import once_per_inventory
from kubedx.inventory import Inventory
from kubedx.kube import GroupKind, RawObject, Ref

NETWORKING = "networking.istio.io"
_PROTOCOLS = ("http", "tls", "tcp")
_CLUSTER_SUFFIXES = (".svc.cluster.local", ".svc")


class Destination(NamedTuple):
    """A destination with the path of its route; `service` is None for hosts outside of the cluster."""

    path: str
    host: str
    subset: str
    service: Ref | None


def destinations(resource: RawObject) -> Iterator[Destination]:
    """All destinations of a VirtualService."""
    for protocol in _PROTOCOLS:
        for number, route in enumerate(entries(resource.data, "spec", protocol)):
            for weighted in entries(route, "route"):
                host = text(weighted, "destination", "host")
                if host:
                    path = f"spec.{protocol}[{number}].route.destination"
                    yield Destination(path, host, text(weighted, "destination", "subset"), service_of(host, resource.namespace))


def service_of(host: str, namespace: str) -> Ref | None:
    """The Service that a host means, seen from a namespace; None when it is not a name of the cluster."""
    for suffix in _CLUSTER_SUFFIXES:
        if host.endswith(suffix):
            name, dot, place = host.removesuffix(suffix).partition(".")
            return Ref("v1", "Service", place, name) if dot and "." not in place and name != "*" else None
    return Ref("v1", "Service", namespace, host) if host and "." not in host and host != "*" else None


@once_per_inventory
def entry_hosts(inventory: Inventory) -> frozenset[str]:
    """The hosts that ServiceEntries add to the mesh."""
    hosts: set[str] = set()
    for one in inventory.list(RawObject):
        if one.kind.group_kind == GroupKind(NETWORKING, "ServiceEntry"):
            listed: Any = (one.data.get("spec") or {}).get("hosts") if isinstance(one.data.get("spec"), dict) else None
            hosts.update(host for host in listed or () if isinstance(host, str))
    return frozenset(hosts)


@once_per_inventory
def subsets(inventory: Inventory) -> dict[Ref, dict[str, Ref]]:
    """The subsets that DestinationRules define, by Service; each with its DestinationRule."""
    found: dict[Ref, dict[str, Ref]] = {}
    for one in inventory.list(RawObject):
        if one.kind.group_kind != GroupKind(NETWORKING, "DestinationRule"):
            continue
        service = service_of(text(one.data, "spec", "host"), one.namespace)
        if service is not None:
            defined = found.setdefault(service, {})
            defined.update({text(subset, "name"): one.ref for subset in entries(one.data, "spec", "subsets")})
    return found
