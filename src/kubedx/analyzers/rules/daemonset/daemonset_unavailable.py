"""daemonset-unavailable"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.reachability import duty_of
from kubedx.analyzers.starting import GRACE, is_ready, is_starting
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import DaemonSet, Pod

MAX_NODES = 5


@rule(
    filter="DaemonSet",
    on=DaemonSet,
    reads=(Pod,),
    severity=Severity.WARNING,
    suffers=Effect.UNAVAILABLE,
    produces=(Effect.CANNOT_START, *(effect for effect in WITHOUT_PODS if effect is not Effect.UNAVAILABLE)),
    added="0.1",
)
def daemonset_unavailable(daemon_set: DaemonSet, inventory: Inventory) -> Iterator[Outcome]:
    """A DaemonSet lacks a ready pod on some of the nodes where it should run.

    ## What it means
    What the DaemonSet provides (network, logs, storage, metrics) is missing on these nodes. Why is nearly always told by a finding on
    its pods or on the nodes, to which this one is attached.

    ## When it is not reported
    While those of its pods that are not ready start (within the time that their own probes allow), and for nodes whose taints keep the
    DaemonSet away: the controller does not count those.

    ## How to fix it
    Look at the pods on the named nodes.
    """
    status, created = daemon_set.status, daemon_set.metadata.creation_timestamp
    if status.number_ready >= status.desired_number_scheduled or daemon_set.metadata.deletion_timestamp is not None:
        return
    if created is not None and inventory.now - created < GRACE:
        return
    not_ready = [pod for pod in inventory.owned_by(daemon_set, Pod) if not is_ready(pod)]
    late = [pod for pod in not_ready if not is_starting(pod, inventory.now)]
    if not_ready and not late:
        return
    nodes = sorted({pod.spec.node_name for pod in late if pod.spec.node_name})
    yield Hit(
        message=f"{status.number_ready} of {status.desired_number_scheduled} pods are ready{_where(daemon_set, nodes)}",
        evidence=(
            field(daemon_set, "status.numberReady", status.number_ready),
            field(daemon_set, "status.desiredNumberScheduled", status.desired_number_scheduled),
            *(field(pod, "spec.nodeName", pod.spec.node_name) for pod in late[:MAX_NODES] if pod.spec.node_name),
        ),
        severity=Severity.WARNING if status.number_ready else Severity.ERROR,
        values={
            "ready": str(status.number_ready),
            "desired": str(status.desired_number_scheduled),
            "nodes": ", ".join(nodes[:MAX_NODES]),
            "pod": late[0].name if late else "",
        },
    )


def _where(daemon_set: DaemonSet, nodes: list[str]) -> str:
    """The nodes without a ready pod, and what that means for them where the network stands on the DaemonSet."""
    if not nodes:
        return ""
    duty, more = duty_of(daemon_set), len(nodes) - MAX_NODES
    named = f"; not on {', '.join(nodes[:MAX_NODES])}" + (f" and {more} more" if more > 0 else "")
    return named if duty is None else f"{named}, where it should keep up {duty}"
