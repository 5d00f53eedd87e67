"""virtual-service-destination-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest, nearest_objects, only
from kubedx.analyzers.rules.istio._destinations import NETWORKING, Destination, destinations, entry_hosts, subsets
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import GroupKind, RawObject, Service

VIRTUAL_SERVICE = GroupKind(NETWORKING, "VirtualService")


@rule(
    filter="CustomResource",
    on=RawObject,
    consults=(Service,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_CONNECT,),
    added="0.1",
)
def virtual_service_destination_absent(route: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """An Istio VirtualService sends traffic to a Service or a subset that does not exist.

    ## What it means
    Requests that take this route are answered with 503: the host is no Service of the cluster and no ServiceEntry, or no
    DestinationRule of the host defines the subset (Envoy then says `no cluster match`, flag NC).
    https://istio.io/latest/docs/ops/common-problems/network-issues/

    ## When it is not reported
    For hosts outside of the cluster and wildcards, for hosts of a ServiceEntry, and when the Services could not be listed.

    ## How to fix it
    Correct the host or the subset, or apply the Service or DestinationRule that is missing.
    """
    if route.kind.group_kind != VIRTUAL_SERVICE or route.metadata.deletion_timestamp is not None:
        return
    seen: set[tuple[str, str]] = set()
    for one in destinations(route):
        if (one.host, one.subset) not in seen:
            seen.add((one.host, one.subset))
            hit = _of_host(route, one, inventory) or _of_subset(route, one, inventory)
            if hit is not None:
                yield hit


def _of_host(route: RawObject, one: Destination, inventory: Inventory) -> Hit | None:
    if one.service is None or one.host in entry_hosts(inventory):
        return None
    if not isinstance(inventory.get(Service, one.service.namespace, one.service.name), Absent):
        return None
    near = nearest_objects(inventory, Service, one.service.namespace, one.service.name)
    meant = only(near)
    return Hit(
        message=f'it routes to host "{one.host}", but Service {one.service.namespace}/{one.service.name} does not exist'
        + describe_nearest(near, one.service.namespace),
        evidence=(field(route, f"{one.path}.host", one.host),),
        part=f"host {one.host}",
        cause=one.service,
        absent=one.service,
        values={"host": one.host, "service": one.service.name, "meant": meant.name if meant else ""},
    )


def _of_subset(route: RawObject, one: Destination, inventory: Inventory) -> Hit | None:
    if not one.subset or one.service is None:
        return None
    defined = subsets(inventory).get(one.service, {})
    if one.subset in defined or (not defined and not inventory.known(GroupKind(NETWORKING, "DestinationRule"))):
        return None
    meant = nearest(one.subset, defined) if defined else None
    there = f"; there is {', '.join(sorted(defined))}" if defined else ""
    return Hit(
        message=f'it routes to subset "{one.subset}" of host "{one.host}", which no DestinationRule defines{there}',
        evidence=(field(route, f"{one.path}.subset", one.subset),),
        part=f"subset {one.subset} of {one.host}",
        cause=next(iter(defined.values()), None),
        values={"host": one.host, "subset": one.subset, "meant": meant or ""},
    )
