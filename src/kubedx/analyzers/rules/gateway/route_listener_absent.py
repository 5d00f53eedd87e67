"""route-listener-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import nearest
from kubedx.analyzers.rules.gateway._listeners import named_by
from kubedx.analyzers.rules.gateway._routes import ROUTES, AnyRoute, route_of
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Gateway, spec_changed_at

MAX_LISTENERS = 6


@rule(filter="HTTPRoute", on=ROUTES, reads=(Gateway,), severity=Severity.ERROR, produces=(Effect.CANNOT_CONNECT,), added="0.1")
def route_listener_absent(route: AnyRoute, inventory: Inventory) -> Iterator[Outcome]:
    """A route is attached to a listener that its Gateway does not have.

    ## What it means
    `sectionName` or `port` of the parentRef means one listener of the Gateway, and there is none of that name or port. The route is not
    attached to any, so its hosts are not served there.

    ## When it is not reported
    When the Gateway does not exist, which is another finding, and when its controller has accepted the route all the same.

    ## How to fix it
    Use the name of a listener of the Gateway, or leave `sectionName` and `port` out.
    """
    told = route_of(route)
    for number, parent, ref in told.gateways() if told is not None else ():
        found = inventory.get(Gateway, ref.namespace, ref.name)
        if told is None or not isinstance(found, Found) or told.is_accepted_by(parent) or named_by(found.object, parent):
            continue
        listeners = found.object.spec.listeners[:MAX_LISTENERS]
        known = ", ".join(f"{one.name} ({one.port})" for one in listeners)
        by_name = f' "{parent.section_name}"' if parent.section_name else ""
        by_port = f" on port {parent.port}" if parent.port is not None else ""
        meant = nearest(parent.section_name, [one.name for one in listeners]) if parent.section_name else None
        path = f"spec.parentRefs[{number}].{'sectionName' if parent.section_name else 'port'}"
        yield Hit(
            message=f"gateway {ref.namespace}/{ref.name} has no listener{by_name}{by_port}: it has {known or 'none'}",
            evidence=(field(route, path, parent.section_name or parent.port), field(found.object, "spec.listeners", known)),
            part=f"gateway {ref.namespace}/{ref.name}",
            since=spec_changed_at(route),
            values={"gateway": ref.name, "gateway_namespace": ref.namespace, "listeners": known, "meant": meant or ""},
        )
