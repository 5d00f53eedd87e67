"""pod-host-port-taken"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, candidates, near_node, nodes_in_words, refusal
from kubedx.analyzers.scheduling import KINDS
from kubedx.analyzers.scheduling.ports import holder, host_ports
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Container, Node, Pod

MAX_NAMED = 3


@rule(
    filter="Pod",
    on=Pod,
    consults=KINDS,
    severity=Severity.ERROR,
    events=HELP,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    own_reason=True,
    unless=is_well,
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
    held = [(node, found) for node in candidates(pod, inventory) if (found := holder(pod, node, inventory)) is not None]
    wanted = [(container, port[0]) for container, port in host_ports(pod)]
    container, number = (held[0][1][1], held[0][1][2]) if held else wanted[0] if wanted else (None, 0)
    near = near_node(pod, refused)
    yield Hit(
        message=f"cannot be scheduled: host port {number} is taken{_held(held)}{near.words if near else ''}"
        if number
        else "cannot be scheduled: a host port that it wants is taken",
        evidence=(
            *((field(pod, f"spec.containers[{container.name}].ports[].hostPort", number),) if container else ()),
            *refused.evidence,
        ),
        since=refused.condition.last_transition_time,
        values={
            "port": str(number or ""),
            "holder": held[0][1][0].name if held else "",
            "holder_namespace": held[0][1][0].namespace if held else "",
            "nodes": nodes_in_words(refused),
        },
    )


def _held(held: list[tuple[Node, tuple[Pod, Container, int]]]) -> str:
    told = [f'on node "{node.name}" by pod {found[0].namespace}/{found[0].name}' for node, found in held]
    more = f" and on {len(told) - MAX_NAMED} more nodes" if len(told) > MAX_NAMED else ""
    return f", {', '.join(told[:MAX_NAMED])}{more}" if told else ""
