"""What the EndpointSlice controller would write for a Service.

Source: pkg/controller/endpointslice in kubernetes/kubernetes; the label that names the Service is in
https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/.
"""

from collections.abc import Iterable, Iterator

from kubedx.analyzers import is_ready
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import Endpoint, EndpointConditions, EndpointSlice, KubeObject, ObjectMeta, Pod, Service

_OF = "kubernetes.io/service-name"


def endpoints_of(applied: Iterable[KubeObject], inventory: Inventory) -> Iterator[EndpointSlice]:
    """A slice for each applied Service that selects pods. None where no slice was read at all: then one that is missing tells nothing."""
    if not inventory.list(EndpointSlice).items:
        return
    for service in applied:
        if isinstance(service, Service) and service.spec.selector and service.spec.type != "ExternalName":
            metadata = ObjectMeta(name=f"{service.name}-foreseen", namespace=service.namespace, labels={_OF: service.name})
            yield EndpointSlice(metadata=metadata, endpoints=tuple(_endpoints(service, inventory)))


def _endpoints(service: Service, inventory: Inventory) -> Iterator[Endpoint]:
    for edge in inventory.edges_from(service.ref, EdgeKind.SELECTS):
        found = inventory.find(edge.target)
        if isinstance(found, Found) and isinstance(found.object, Pod):
            addresses = dict.fromkeys((found.object.status.pod_ip, *(one.ip for one in found.object.status.pod_ips)))
            known = tuple(address for address in addresses if address)
            if known:
                yield Endpoint(addresses=known, conditions=EndpointConditions(ready=is_ready(found.object)))
