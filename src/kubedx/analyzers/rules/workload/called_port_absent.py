"""called-port-absent"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, AskValues, Hit, Outcome, rule
from kubedx.analyzers.addresses import Address, service_of
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.workload._calls import CALLERS, Caller, Sign, called, sign_of
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import ConfigMap, Namespace, Pod, ReplicaSet, Service

MAX_PORTS = 6


@rule(
    on=CALLERS,
    reads=(Service, Pod),
    consults=(Namespace, ConfigMap, ReplicaSet),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    produces=(Effect.CANNOT_START, *BEHIND_A_SERVICE),
    added="0.1",
)
def called_port_absent(workload: Caller, inventory: Inventory) -> Iterator[Outcome]:
    """A workload is told to talk to a port that the Service does not have.

    ## What it means
    A variable or argument of the workload names a Service that exists, with a port that it does not serve. Often the port of the
    container was written instead of that of the Service.

    ## When it is not reported
    For headless and ExternalName Services, whose ports do not matter, and while all pods are well and no log complains: the variable may
    belong to an option that is not used.

    ## How to fix it
    Use a port of the Service in the workload, or add the port to the Service.
    """
    for address in called(workload, inventory):
        if isinstance(address, AskValues):
            yield address
            continue
        wanted = service_of(address.host, workload.namespace, inventory) if address.port is not None else None
        found = inventory.get(Service, wanted.namespace, wanted.name) if wanted is not None else None
        if not isinstance(found, Found) or _serves(found.object, address.port):
            continue
        for sign in sign_of(workload, (address.host, found.object.spec.cluster_ip), inventory):
            yield sign if isinstance(sign, AskLog) else _hit(workload, address, found.object, sign)


def _serves(service: Service, port: int | None) -> bool:
    spec = service.spec
    return spec.type == "ExternalName" or spec.cluster_ip == "None" or not spec.ports or any(one.port == port for one in spec.ports)


def _hit(workload: Caller, address: Address, service: Service, sign: Sign) -> Hit:
    ports = ", ".join(f"{one.port}" + (f" ({one.name})" if one.name else "") for one in service.spec.ports[:MAX_PORTS])
    return Hit(
        message=(
            f'container "{address.container}" calls {address.text} ({address.source}), but service "{service.name}" has no port '
            f"{address.port}: it has {ports}{sign.words}"
        ),
        evidence=(
            field(address.origin or workload, address.path, address.text),
            field(service, "spec.ports", ports),
            *((sign.line,) if sign.line is not None else ()),
        ),
        part=f"container {address.container}",
        cause=address.origin,
        confidence=Confidence.CERTAIN if sign.goes_on else Confidence.LIKELY,
        error_class=address.text,
        values={
            "container": address.container,
            "host": address.host,
            "port": str(address.port),
            "source": address.source,
            "service": service.name,
            "service_namespace": service.namespace,
            "ports": ports,
            "meant": str(service.spec.ports[0].port) if len(service.spec.ports) == 1 else "",
        },
    )
