"""manual-endpoint-unreachable"""

import ipaddress
from collections.abc import Iterator

from kubedx.analyzers import AskLog, Hit, Outcome, rule
from kubedx.analyzers.callers import UNREACHABLE, complaints
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import EndpointSlice, Node, Pod, Service

MAX_ADDRESSES = 50


@rule(
    filter="Service",
    on=Service,
    reads=(EndpointSlice,),
    consults=(Pod, Node),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.NO_ENDPOINTS,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def manual_endpoint_unreachable(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service without a selector leads to an address where nothing answers.

    ## What it means
    Nobody keeps the endpoints of such a Service up to date: they were written by hand, and the address is stale. Either it lies in the
    network of the cluster's pods and no pod has it, or a caller logs that it cannot connect.

    ## When it is not reported
    When the addresses are outside the cluster and no caller complains, and for Services without any endpoints (as leader election uses
    them).

    ## How to fix it
    Correct the address in the EndpointSlice, or give the Service a selector if pods are to serve it.
    """
    if service.spec.selector or service.spec.type == "ExternalName" or service.metadata.deletion_timestamp is not None:
        return
    # The API server keeps its own Service up to date.
    if (service.namespace, service.name) == ("default", "kubernetes"):
        return
    slices = _slices(service, inventory)
    addresses = [(one, address) for one in slices for endpoint in one.endpoints for address in endpoint.addresses][:MAX_ADDRESSES]
    if not addresses:
        return
    stale = next(((one, address) for one, address in addresses if _is_no_pod(address, inventory)), None)
    words = (service.name, service.spec.cluster_ip, *(address for _slice, address in addresses))
    complaint: tuple[str, Evidence] | None = None
    for said in complaints(service, inventory, UNREACHABLE, words):
        if isinstance(said, AskLog):
            yield said
        elif complaint is None:
            complaint = (str(said.caller), said.evidence)
    if stale is None and complaint is None:
        return
    owner, address = stale or addresses[0]
    why = "in the network of the pods, but no pod has it" if stale else "where nothing answers"
    heard = f"; {complaint[0]} logs that it cannot connect" if complaint else ""
    yield Hit(
        message=f'endpoint {address} in EndpointSlice "{owner.name}", made by hand, is {why}{heard}',
        evidence=(
            field(owner, "endpoints[].addresses", ", ".join(one for _slice, one in addresses)),
            field(service, "spec.selector", ""),
            *((complaint[1],) if complaint else ()),
        ),
        part=address,
        cause=owner.ref,
        values={"slice": owner.name, "address": address},
    )


def _slices(service: Service, inventory: Inventory) -> tuple[EndpointSlice, ...]:
    refs = sorted({edge.target for edge in inventory.edges_from(service.ref, EdgeKind.ROUTES)})
    found = (inventory.get(EndpointSlice, ref.namespace, ref.name) for ref in refs if ref.kind == "EndpointSlice")
    return tuple(lookup.object for lookup in found if isinstance(lookup, Found))


def _is_no_pod(address: str, inventory: Inventory) -> bool:
    """Whether an address is one that only a pod can have, and no pod has it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not inventory.known(Pod) or not any(parsed in network for network in _pod_networks(inventory) if network.version == parsed.version):
        return False
    return address not in _pod_addresses(inventory)


@once_per_inventory
def _pod_addresses(inventory: Inventory) -> frozenset[str]:
    return frozenset(address for pod in inventory.list(Pod) for address in (pod.status.pod_ip, *(one.ip for one in pod.status.pod_ips)))


@once_per_inventory
def _pod_networks(inventory: Inventory) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(_networks(inventory))


def _networks(inventory: Inventory) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    for node in inventory.list(Node):
        for cidr in {node.spec.pod_cidr, *node.spec.pod_cidrs} - {""}:
            try:
                yield ipaddress.ip_network(cidr, strict=False)
            except ValueError:
                continue
