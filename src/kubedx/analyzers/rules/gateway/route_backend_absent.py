"""route-backend-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.entry_points import leads_many
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.analyzers.rules.gateway._routes import ROUTES, AnyRoute, Backend, route_of
from kubedx.findings import Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import Service, spec_changed_at


@rule(filter="HTTPRoute", on=ROUTES, reads=(Service,), severity=Severity.ERROR, added="0.1")
def route_backend_absent(route: AnyRoute, inventory: Inventory) -> Iterator[Outcome]:
    """A route leads to a Service, or to a port of one, that does not exist.

    ## What it means
    Requests that match are answered with the status 500.

    ## When it is not reported
    For backends that are not Services or have the weight 0, and for ExternalName Services without ports.

    ## How to fix it
    Correct the backend of the route, or create the Service.
    """
    told = route_of(route)
    seen: set[tuple[str, str, int | None]] = set()
    for backend in told.backends if told is not None else ():
        key = backend.namespace, backend.name, backend.port
        if key not in seen:
            seen.add(key)
            yield from _judge(route, backend, inventory)


def _judge(route: AnyRoute, backend: Backend, inventory: Inventory) -> Iterator[Hit]:
    namespace, path = backend.namespace, backend.path
    found = inventory.get(Service, namespace, backend.name)
    values = {"service": backend.name, "service_namespace": namespace}
    if isinstance(found, Absent):
        near = nearest_objects(inventory, Service, namespace, backend.name)
        meant = only(near)
        absent = Service.KIND.ref(namespace, backend.name)
        name = meant.name if meant is not None and meant.namespace == namespace else ""
        yield Hit(
            message=f"service {namespace}/{backend.name}, to which it leads, does not exist{describe_nearest(near, namespace)}",
            evidence=(field(route, f"{path}.name", backend.name),),
            part=f"service {namespace}/{backend.name}",
            cause=absent if leads_many(inventory, absent) else None,
            absent=absent,
            since=spec_changed_at(route),
            values={**values, "meant": name},
        )
    elif isinstance(found, Found) and backend.port is not None and found.object.spec.ports:
        ports = [port.port for port in found.object.spec.ports]
        if backend.port not in ports:
            known = ", ".join(map(str, ports))
            yield Hit(
                message=f"service {namespace}/{backend.name}, to which it leads, has no port {backend.port}: it has {known}",
                evidence=(field(route, f"{path}.port", backend.port), field(found.object, "spec.ports", known)),
                part=f"service {namespace}/{backend.name} port {backend.port}",
                since=spec_changed_at(route),
                values={**values, "port": str(backend.port), "ports": known},
            )
