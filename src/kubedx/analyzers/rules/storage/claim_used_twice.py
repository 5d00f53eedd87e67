"""claim-used-twice"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.rules.storage._binding import users
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import PersistentVolumeClaim, Pod

ONE_POD = "ReadWriteOncePod"


@rule(
    filter="PersistentVolumeClaim",
    also=("Storage",),
    on=PersistentVolumeClaim,
    reads=(Pod,),
    severity=Severity.ERROR,
    produces=(Effect.CANNOT_SCHEDULE, Effect.CANNOT_START, *WITHOUT_PODS),
    added="0.1",
)
def claim_used_twice(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[Outcome]:
    """More pods want a claim than its access mode lets have it.

    ## What it means
    The claim has the access mode `ReadWriteOncePod`, one pod uses it, and another that mounts it too stays Pending.

    ## When it is not reported
    When the pod that holds the claim is on its way out: the other one follows.

    ## How to fix it
    Give the second workload a claim of its own, or make the claim anew with `ReadWriteOnce` (pods on one node may then share it) or
    `ReadWriteMany`. A Deployment with such a claim needs the strategy `Recreate` and one replica.
    """
    if ONE_POD not in claim.spec.access_modes:
        return
    pods = users(claim, inventory)
    holder = next((pod for pod in pods if pod.spec.node_name), None)
    waiting = tuple(pod for pod in pods if not pod.spec.node_name and pod.metadata.deletion_timestamp is None)
    if holder is None or holder.metadata.deletion_timestamp is not None or not waiting:
        return
    other = waiting[0]
    yield Hit(
        message=f'claim has access mode {ONE_POD} and is in use by pod "{holder.name}"; pod "{other.name}" waits for it',
        evidence=(
            field(claim, "spec.accessModes", ", ".join(claim.spec.access_modes)),
            field(holder, "spec.nodeName", holder.spec.node_name),
            field(other, "status.phase", other.status.phase),
            *(event(one) for one in inventory.events(other, reasons=("FailedScheduling",))[-1:]),
        ),
        since=other.metadata.creation_timestamp,
        values={"holder": holder.name, "waiting": other.name},
    )
