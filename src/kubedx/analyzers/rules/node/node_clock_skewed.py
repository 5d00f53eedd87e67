"""node-clock-skewed"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Lease, Node, Origin, format_duration

LEASES = "kube-node-lease"
TOLERANCE = timedelta(seconds=30)


@rule(filter="Node", on=Node, reads=(Lease,), severity=Severity.WARNING, added="0.1")
def node_clock_skewed(node: Node, inventory: Inventory) -> Iterator[Outcome]:
    """The clock of a node differs from that of the API server by more than half a minute.

    ## What it means
    The kubelet writes the time of its own clock into its Lease; the API server notes beside it when that came. Tokens and certificates
    are refused as not yet valid or expired, logs and events are out of order, and clustered databases lose their quorum.

    ## When it is not reported
    When the API server's note (managedFields) is not there, unless the Lease lies in the future of a live cluster.

    ## How to fix it
    Look at the time service on the node (`chronyc tracking`, `timedatectl`).
    """
    found = inventory.get(Lease, LEASES, node.name)
    renewed = found.object.spec.renew_time if isinstance(found, Found) else None
    if renewed is None or not isinstance(found, Found):
        return
    noted = _noted(found.object)
    if noted is None and (inventory.cluster.source is not Origin.LIVE or renewed <= inventory.now):
        return
    server = noted or inventory.now
    ahead = renewed - server
    if abs(ahead) <= TOLERANCE:
        return
    told = f"{format_duration(abs(ahead))} {'ahead of' if ahead > timedelta() else 'behind'}"
    yield Hit(
        message=f"clock of the node is {told} the API server's",
        evidence=(
            field(found.object, "spec.renewTime", renewed.isoformat()),
            *((field(found.object, "metadata.managedFields[kubelet].time", noted.isoformat()),) if noted else ()),
        ),
        values={"told": told},
    )


def _noted(lease: Lease) -> datetime | None:
    """When the API server took the newest change, by its own clock: the kubelet alone writes its Lease.

    https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
    """
    times = [one.time for one in lease.metadata.managed_fields if one.manager == "kubelet" and one.time is not None]
    return max(times, default=None)
