"""target-port-protocol-mismatch"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.service._backends import declared_ports, selected_pods, selects_pods, serving_containers
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Confidence, Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import Pod, Service, ServicePort


@rule(
    filter="Service",
    on=Service,
    reads=(Pod,),
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def target_port_protocol_mismatch(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service leads to a port by another transport protocol than its pods declare for it.

    ## What it means
    The Service carries UDP where the containers declare TCP for that number, or the other way round, and nothing carries what they
    declare. Packets arrive at a port on which nobody listens with that protocol. Declaring ports is voluntary, so it is not certain.
    https://kubernetes.io/docs/reference/networking/service-protocols/

    ## When it is not reported
    When any pod declares the port with the protocol too, when any Service leads to the number with the declared protocol (DNS and HTTP/3
    have both, and charts declare but one), and for target ports given by name, which is another finding.

    ## How to fix it
    Set `protocol` of the Service's port to that of the application, or correct the declaration in the pod template.
    """
    if not selects_pods(service):
        return
    pods = selected_pods(service, inventory)
    ready = next((pod for pod in pods if is_ready(pod)), None)
    for port in service.spec.ports if ready is not None else ():
        target = _target(port)
        if ready is None or any(one.container_port == target for pod in pods for one in declared_ports(pod.spec, port.protocol)):
            continue
        declared = {one.protocol for container in serving_containers(ready.spec) for one in container.ports if one.container_port == target}
        if declared and declared.isdisjoint(_carried(ready, target, inventory)):
            protocol, label = min(declared), port.name or str(port.port)
            yield Hit(
                message=f"port {label} leads to target port {target} by {port.protocol}, which the selected pods declare as {protocol}",
                evidence=(
                    field(service, f"spec.ports[{label}].protocol", port.protocol),
                    field(ready, f"spec.containers[].ports[{target}].protocol", protocol),
                ),
                part=f"port {label}",
                values={"port": label, "target": str(target), "protocol": port.protocol, "meant": protocol},
            )


def _target(port: ServicePort) -> int | str:
    return port.port if port.target_port is None else port.target_port


def _carried(pod: Pod, target: int | str, inventory: Inventory) -> set[str]:
    """The protocols by which any Service leads to that port of a pod."""
    sources = (edge.source for edge in inventory.edges_to(pod.ref, EdgeKind.SELECTS) if edge.source.kind == Service.KIND.kind)
    found = (inventory.find(source) for source in sources)
    services = (one.object for one in found if isinstance(one, Found) and isinstance(one.object, Service))
    return {port.protocol for service in services for port in service.spec.ports if _target(port) == target}
