"""pod-host-port-taken"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import Reason, candidates, refusal
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Container, ContainerPort, Node, Pod


@rule(
    filter="Pod",
    on=Pod,
    consults=(Node,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    own_reason=True,
    added="0.1",
)
def pod_host_port_taken(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A host port that a pod wants is taken on every node.

    ## What it means
    The pod wants a port of the node itself (`hostPort`, or any port with `hostNetwork`), and another pod has it on each node that could
    take the pod. Only one pod a node can have it.

    ## When it is not reported
    When a node with the port free is ruled out by something else.

    ## How to fix it
    Use a Service instead of the host port, choose another one, or run at most one replica a node.
    """
    refused = refusal(pod, inventory, Reason.PORT)
    if refused is None:
        return
    wanted = [(container, port) for container in pod.spec.containers for port in container.ports if _host_port(pod, port)]
    holder = _holder(pod, wanted, inventory)
    container, port = (holder[1], holder[2]) if holder else wanted[0] if wanted else (None, None)
    number = _host_port(pod, port) if port else 0
    held = f', on node "{holder[0].spec.node_name}" by pod {holder[0].namespace}/{holder[0].name}' if holder else ""
    yield Hit(
        message=f"cannot be scheduled: host port {number} is taken{held}"
        if number
        else "cannot be scheduled: a host port that it wants is taken",
        evidence=(
            *(
                (field(pod, f"spec.containers[{container.name}].ports[{port.container_port}].hostPort", number),)
                if container and port
                else ()
            ),
            *refused.evidence,
        ),
        since=refused.condition.last_transition_time,
        values={
            "port": str(number or ""),
            "holder": holder[0].name if holder else "",
            "holder_namespace": holder[0].namespace if holder else "",
        },
    )


def _host_port(pod: Pod, port: ContainerPort) -> int:
    return port.host_port or (port.container_port if pod.spec.host_network else 0)


def _holder(pod: Pod, wanted: list[tuple[Container, ContainerPort]], inventory: Inventory) -> tuple[Pod, Container, ContainerPort] | None:
    """A pod on one of the nodes in question that has a wanted port, with the container and port that want it."""
    ports = {(_host_port(pod, port), port.protocol): (container, port) for container, port in wanted}
    for node in candidates(pod, inventory):
        for other in inventory.pods_on(node.name):
            for theirs in (port for one in other.spec.containers for port in one.ports):
                found = ports.get((_host_port(other, theirs), theirs.protocol))
                if found is not None:
                    return other, *found
    return None
