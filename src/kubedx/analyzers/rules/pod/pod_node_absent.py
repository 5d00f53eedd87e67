"""pod-node-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import has_started, is_well, live_containers
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Node, Pod


@rule(
    filter="Pod",
    on=Pod,
    reads=(Node,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def pod_node_absent(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod is bound to a node that does not exist.

    ## What it means
    `spec.nodeName` names a node that the cluster does not have. The scheduler is not asked, no kubelet starts the pod, and after a while
    the control plane removes it; a workload then makes the next one, with the same fate.

    ## When it is not reported
    For pods that have run: their node has gone since, and they are replaced.

    ## How to fix it
    Take `nodeName` out of the pod template and let the scheduler choose, with a node selector where that matters; or correct the name.
    """
    name = pod.spec.node_name
    pending = pod.status.phase in {"Pending", ""} and not any(has_started(view) for view in live_containers(pod))
    if not name or not pending or not isinstance(inventory.get(Node, "", name), Absent):
        return
    near = nearest_objects(inventory, Node, "", name)
    meant = only(near)
    yield Hit(
        message=f'is bound to node "{name}", which does not exist{describe_nearest(near, "")}',
        evidence=(field(pod, "spec.nodeName", name), field(pod, "status.phase", pod.status.phase or "Pending")),
        absent=Node.KIND.ref("", name),
        since=pod.metadata.creation_timestamp,
        values={"node": name, "meant": meant.name if meant else ""},
    )
