"""claim-stuck-terminating"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.storage._binding import users
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import PersistentVolumeClaim, Pod

PATIENCE = timedelta(minutes=5)


@rule(
    filter="PersistentVolumeClaim",
    also=("Storage",),
    on=PersistentVolumeClaim,
    consults=(Pod,),
    severity=Severity.WARNING,
    suffers=Effect.CANNOT_BE_DELETED,
    produces=(Effect.CANNOT_BE_DELETED,),
    added="0.1",
)
def claim_stuck_terminating(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[Outcome]:
    """A claim was deleted minutes ago and is still there.

    ## What it means
    Finalizers keep the claim. The usual one, `kubernetes.io/pvc-protection`, holds it as long as a pod mounts it, which is then named.

    ## When it is not reported
    In the first five minutes of the deletion.

    ## How to fix it
    Delete the pods that use the claim (scale their workload down). Do not remove the protection by hand while a pod uses the volume.
    """
    deleted = claim.metadata.deletion_timestamp
    if deleted is None or inventory.now - deleted < PATIENCE or not claim.metadata.finalizers:
        return
    pods = users(claim, inventory)
    names = ", ".join(f'"{pod.name}"' for pod in pods[:3])
    held = f"pod {names} still uses it" if pods else f"finalizer {', '.join(claim.metadata.finalizers)} is not removed"
    yield Hit(
        message=f"claim is being deleted since {deleted:%Y-%m-%d %H:%M} UTC: {held}",
        evidence=(
            field(claim, "metadata.deletionTimestamp", deleted),
            field(claim, "metadata.finalizers", ", ".join(claim.metadata.finalizers)),
            *(field(pod, "status.phase", pod.status.phase) for pod in pods[:3]),
        ),
        since=deleted,
        values={"pods": " ".join(pod.name for pod in pods[:3]), "finalizers": ", ".join(claim.metadata.finalizers)},
    )
