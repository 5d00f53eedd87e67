"""route-gateway-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.analyzers.rules.gateway._routes import ROUTES, AnyRoute, route_of
from kubedx.findings import Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Gateway, spec_changed_at


@rule(filter="HTTPRoute", on=ROUTES, reads=(Gateway,), severity=Severity.ERROR, added="0.1")
def route_gateway_absent(route: AnyRoute, inventory: Inventory) -> Iterator[Outcome]:
    """A route is attached to a Gateway that does not exist.

    ## What it means
    No Gateway takes the route up, so its hosts are not served.

    ## When it is not reported
    For parents that are not Gateways, as a service mesh uses them.

    ## How to fix it
    Correct `spec.parentRefs`: name and, when the Gateway is elsewhere, namespace.
    """
    told = route_of(route)
    for number, parent, ref in told.gateways() if told is not None else ():
        if not isinstance(inventory.get(Gateway, ref.namespace, ref.name), Absent):
            continue
        near = nearest_objects(inventory, Gateway, ref.namespace, ref.name)
        meant = only(near)
        yield Hit(
            message=f"gateway {ref.namespace}/{ref.name} does not exist{describe_nearest(near, ref.namespace)}",
            evidence=(field(route, f"spec.parentRefs[{number}].name", parent.name),),
            part=f"gateway {ref.namespace}/{ref.name}",
            absent=Gateway.KIND.ref(ref.namespace, ref.name),
            since=spec_changed_at(route),
            values={"gateway": ref.name, "gateway_namespace": ref.namespace, "meant": f"{meant.namespace}/{meant.name}" if meant else ""},
        )
