"""node-lease-stale"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.control_plane import age_of
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.node._health import DOWN, is_new
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Lease, Node, condition, format_duration

LEASES = "kube-node-lease"
PATIENCE = timedelta(minutes=3)
"""The node controller calls a node unknown after 50 seconds (--node-monitor-grace-period)."""


@rule(filter="Node", on=Node, reads=(Lease,), severity=Severity.ERROR, suffers=Effect.NODE_UNUSABLE, produces=DOWN, added="0.1")
def node_lease_stale(node: Node, inventory: Inventory) -> Iterator[Outcome]:
    """The kubelet of a node has stopped renewing its Lease, while the node still counts as ready.

    ## What it means
    A kubelet renews its Lease every ten seconds. It does not any more, so the machine is down or cut off; and nobody has marked the
    node, which is the work of kube-controller-manager, so that does not work either. Pods are sent to the node and never start.

    ## When it is not reported
    When the node is marked as not ready, which is another finding, in the first minutes of a new node, and for nodes without a Lease,
    such as virtual ones. The time is counted from the newest Lease.

    ## How to fix it
    Look at the machine and its kubelet, and at kube-controller-manager.
    """
    ready = condition(node, "Ready")
    found = inventory.get(Lease, LEASES, node.name)
    if ready is None or ready.status != "True" or is_new(node, inventory) or not isinstance(found, Found):
        return
    age, lease = age_of(found.object, inventory), found.object
    if age is None or lease.spec.renew_time is None or age < PATIENCE + timedelta(seconds=lease.spec.lease_duration_seconds or 40):
        return
    yield Hit(
        message=f"kubelet renewed the node's lease last {format_duration(age)} ago, and the node still counts as ready",
        evidence=(
            field(lease, "spec.renewTime", lease.spec.renew_time.isoformat()),
            field(node, "status.conditions[Ready].status", ready.status),
        ),
        since=lease.spec.renew_time,
        values={"age": format_duration(age)},
    )
