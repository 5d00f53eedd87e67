"""node-cordoned"""

from collections.abc import Iterator
from datetime import datetime

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.node._health import is_leaving
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod, condition, matches_node

TAINT = "node.kubernetes.io/unschedulable"


@rule(
    filter="Node",
    on=Node,
    consults=(Pod,),
    severity=Severity.INFO,
    suffers=Effect.NODE_UNUSABLE,
    produces=(Effect.CANNOT_SCHEDULE, *WITHOUT_PODS),
    added="0.1",
)
def node_cordoned(node: Node, inventory: Inventory) -> Iterator[Outcome]:
    """A node is cordoned: it takes no new pods.

    ## What it means
    `spec.unschedulable` is set, by `kubectl cordon` or `kubectl drain`. It is an error when pods wait that could run there, else for
    information: maintenance usually ends by uncordoning the node.

    ## When it is not reported
    When the node is not cordoned, whatever other taints it has.

    ## How to fix it
    When the maintenance is over, uncordon the node.
    """
    if not node.spec.unschedulable:
        return
    since = next((taint.time_added for taint in node.spec.taints if taint.key == TAINT), None)
    waiting = [pod for pod in _unschedulable(inventory) if _could_run(pod, node)]
    said = f", and pod {waiting[0].namespace}/{waiting[0].name} waits for a node" if waiting else ""
    yield Hit(
        message=f"node is cordoned (unschedulable){_since(since)}{said}",
        evidence=(field(node, "spec.unschedulable", node.spec.unschedulable), *_of_pod(waiting, inventory)),
        severity=Severity.ERROR if waiting and not is_leaving(node) else Severity.INFO,
        since=since,
        values={"waiting": waiting[0].name if waiting else "", "waiting_namespace": waiting[0].namespace if waiting else ""},
    )


def _since(since: datetime | None) -> str:
    return f" since {since:%Y-%m-%d %H:%M} UTC" if since else ""


def _of_pod(pods: list[Pod], inventory: Inventory) -> tuple[Evidence, ...]:
    return tuple(event(one) for pod in pods[:1] for one in inventory.events(pod, reasons=("FailedScheduling",))[-1:])


@once_per_inventory
def _unschedulable(inventory: Inventory) -> tuple[Pod, ...]:
    """The pods for which the scheduler found no node, and whose words speak of nodes that take none."""
    found = []
    for pod in inventory.list(Pod):
        scheduled = condition(pod, "PodScheduled") if pod.status.phase == "Pending" and not pod.spec.node_name else None
        if scheduled is not None and scheduled.reason == "Unschedulable" and "unschedulable" in scheduled.message:
            found.append(pod)
    return tuple(found)


def _could_run(pod: Pod, node: Node) -> bool:
    """Whether the pod's node selector and required affinity let it run there."""
    spec = pod.spec
    if any(node.metadata.labels.get(key) != value for key, value in spec.node_selector.items()):
        return False
    affinity = spec.affinity.node_affinity if spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    return required is None or matches_node(required, node.name, node.metadata.labels)
