"""route-gateway-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_object
from kubedx.findings import Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Gateway, HTTPRoute


@rule(filter="HTTPRoute", on=HTTPRoute, reads=(Gateway,), severity=Severity.ERROR, added="0.1")
def route_gateway_absent(route: HTTPRoute, inventory: Inventory) -> Iterator[Outcome]:
    """A route is attached to a Gateway that does not exist.

    ## What it means
    No Gateway takes the route up, so its hosts are not served.

    ## When it is not reported
    For parents that are not Gateways, as a service mesh uses them.

    ## How to fix it
    Correct `spec.parentRefs`: name and, when the Gateway is elsewhere, namespace.
    """
    if route.metadata.deletion_timestamp is not None:
        return
    for number, parent in enumerate(route.spec.parent_refs):
        namespace = parent.namespace or route.namespace
        if parent.kind != "Gateway" or not isinstance(inventory.get(Gateway, namespace, parent.name), Absent):
            continue
        meant = nearest_object(inventory, Gateway, namespace, parent.name)
        yield Hit(
            message=f"gateway {namespace}/{parent.name} does not exist{describe_nearest(meant, namespace)}",
            evidence=(field(route, f"spec.parentRefs[{number}].name", parent.name),),
            part=f"gateway {namespace}/{parent.name}",
            absent=Gateway.KIND.ref(namespace, parent.name),
            since=route.metadata.creation_timestamp,
            values={"gateway": parent.name, "gateway_namespace": namespace, "meant": f"{meant.namespace}/{meant.name}" if meant else ""},
        )
