"""target-port-undeclared"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, Hit, Outcome, rule
from kubedx.analyzers.callers import REFUSED, Complaint, complaints
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.service._backends import declared_ports, selected_pods, selects_pods, serving_containers
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Confidence, Evidence, Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import Container, ContainerPort, Pod, Service, ServicePort


@rule(
    filter="Service",
    on=Service,
    reads=(Pod,),
    severity=Severity.INFO,
    confidence=Confidence.POSSIBLE,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def target_port_undeclared(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service leads to a port number that its pods do not declare, though they declare others.

    ## What it means
    Declaring ports is voluntary, so this alone is only for information. It is an error with a second sign: callers of the Service log
    refused connections, or the pods are ready by a probe on a declared port to which no Service leads.

    ## When it is not reported
    When the containers declare no ports at all, or when one declares the target port.

    ## How to fix it
    Set `targetPort` to the port on which the application listens.
    """
    if not selects_pods(service):
        return
    pods = selected_pods(service, inventory)
    for port in service.spec.ports:
        target = port.port if port.target_port is None else port.target_port
        if not isinstance(target, int) or _declared_by_any(pods, target, port):
            continue
        ready = next((pod for pod in pods if is_ready(pod)), None)
        declared = declared_ports(ready.spec, port.protocol) if ready is not None else ()
        if ready is not None and declared:
            yield from _judge(service, port, target, ready, declared, inventory)


def _declared_by_any(pods: tuple[Pod, ...], target: int, port: ServicePort) -> bool:
    return any(one.container_port == target for pod in pods for one in declared_ports(pod.spec, port.protocol))


def _judge(  # one port, with what it leads to
    service: Service, port: ServicePort, target: int, pod: Pod, declared: tuple[ContainerPort, ...], inventory: Inventory
) -> Iterator[Outcome]:
    label = port.name or str(port.port)
    signs: list[Evidence] = []
    words, confidence = "", Confidence.POSSIBLE
    probed = _probed_and_unserved(pod, inventory)
    if probed is not None:
        signs.append(field(pod, f"spec.containers[{probed[0].name}].readinessProbe", f"port {probed[1]}"))
        words, confidence = f"; the pods are ready by a probe on port {probed[1]}, to which no Service leads", Confidence.LIKELY
    for said in complaints(service, inventory, REFUSED, (service.name, service.spec.cluster_ip)):
        if isinstance(said, AskLog):
            yield said
        else:
            signs.append(said.evidence)
            words, confidence = _with_complaint(words, said), Confidence.LIKELY
            break
    numbers = ", ".join(f"{one.container_port}" + (f" ({one.name})" if one.name else "") for one in declared)
    yield Hit(
        message=(
            f"port {label} leads to target port {target}, which no container of the selected pods declares: they declare {numbers}{words}"
        ),
        evidence=(
            field(service, f"spec.ports[{label}].targetPort", target),
            field(pod, "spec.containers[].ports", numbers),
            *signs,
        ),
        part=f"port {label}",
        severity=Severity.ERROR if signs else Severity.INFO,
        confidence=confidence,
        values={"port": label, "target": str(target), "declared": numbers, "meant": str(probed[1]) if probed else ""},
    )


def _with_complaint(words: str, complaint: Complaint) -> str:
    return f"{words}; {complaint.caller} logs refused connections"


def _probed_and_unserved(pod: Pod, inventory: Inventory) -> tuple[Container, int] | None:
    """A container that is ready by a probe on a port to which no Service leads."""
    served = _served_ports(pod, inventory)
    for container in serving_containers(pod.spec):
        probe = container.readiness_probe
        action = (probe.http_get or probe.tcp_socket) if probe else None
        port = _number(container, action.port) if action else None
        if port is not None and port not in served and any(one.container_port == port for one in container.ports):
            return container, port
    return None


def _served_ports(pod: Pod, inventory: Inventory) -> set[int]:
    """The ports of a pod to which any Service leads."""
    served: set[int] = set()
    for edge in inventory.edges_to(pod.ref, EdgeKind.SELECTS):
        found = inventory.get(Service, edge.source.namespace, edge.source.name) if edge.source.kind == "Service" else None
        if not isinstance(found, Found):
            continue
        for port in found.object.spec.ports:
            target = port.port if port.target_port is None else port.target_port
            named = [one.container_port for one in declared_ports(pod.spec, port.protocol) if one.name == target]
            served.update(named if isinstance(target, str) else [target])
    return served


def _number(container: Container, port: int | str | None) -> int | None:
    if isinstance(port, int) or port is None:
        return port
    return next((one.container_port for one in container.ports if one.name == port), None)
