"""ingress-port-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.ingress._backends import Backend, service_backends
from kubedx.findings import Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Ingress, Service, ServicePort, spec_changed_at

MAX_PORTS = 6


@rule(filter="Ingress", on=Ingress, reads=(Service,), severity=Severity.ERROR, added="0.1")
def ingress_port_absent(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """An Ingress leads to a port that its Service does not have.

    ## What it means
    The backend of an Ingress names a port of the Service, by number or name, not the port of the container. The Service has no such
    port, so the ingress controller answers with 503 or 404.

    ## When it is not reported
    When the Service does not exist, which is another finding, or is an ExternalName without ports.

    ## How to fix it
    Set the backend's port to one that the Service has.
    """
    if ingress.metadata.deletion_timestamp is not None:
        return
    seen: set[tuple[str, str]] = set()
    for backend in service_backends(ingress):
        key = backend.service.name, backend.port
        found = inventory.get(Service, ingress.namespace, backend.service.name)
        if key in seen or not isinstance(found, Found):
            continue
        seen.add(key)
        ports = found.object.spec.ports
        if ports and not any(_is(port, backend) for port in ports):
            yield _hit(ingress, backend, found.object)


def _is(port: ServicePort, backend: Backend) -> bool:
    wanted = backend.service.port
    return port.name == wanted.name if wanted.name else port.port == wanted.number


def _as_referred(port: ServicePort, backend: Backend) -> str:
    """A port by its name where the Ingress names ports, else by its number; empty when it has no name."""
    return port.name if backend.service.port.name else str(port.port)


def _hit(ingress: Ingress, backend: Backend, service: Service) -> Hit:
    ports = ", ".join(f"{port.port}" + (f" ({port.name})" if port.name else "") for port in service.spec.ports[:MAX_PORTS])
    behind = next((port for port in service.spec.ports if backend.port in (str(port.target_port), port.name)), None)
    meant = behind or (service.spec.ports[0] if len(service.spec.ports) == 1 else None)
    hint = f"; {backend.port} is the target port of its port {behind.port}" if behind and str(behind.target_port) == backend.port else ""
    path = f"{backend.path}.port.{'name' if backend.service.port.name else 'number'}"
    return Hit(
        message=f'{backend.route} leads to port {backend.port} of service "{service.name}", which has {ports}{hint}',
        evidence=(field(ingress, path, backend.port), field(service, "spec.ports", ports)),
        part=f"service {service.name} port {backend.port}",
        since=spec_changed_at(ingress),
        values={
            "service": service.name,
            "port": backend.port,
            "ports": ports,
            "route": backend.route,
            "meant": _as_referred(meant, backend) if meant else "",
        },
    )
