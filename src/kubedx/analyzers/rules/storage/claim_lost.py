"""claim-lost"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.storage._binding import UNBOUND, users
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import PersistentVolume, PersistentVolumeClaim, Pod

MAX_PODS = 3


@rule(
    filter="PersistentVolumeClaim",
    also=("Storage",),
    on=PersistentVolumeClaim,
    consults=(PersistentVolume, Pod),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_BIND,
    produces=UNBOUND,
    added="0.1",
)
def claim_lost(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[Outcome]:
    """A claim was bound to a volume that is gone.

    ## What it means
    The claim's phase is Lost: the PersistentVolume that it was bound to has been deleted, or bound to something else. Its data may be
    lost. A Lost claim is never bound again.

    ## When it is not reported
    When the claim is being deleted.

    ## How to fix it
    If the storage behind the volume still exists, create the PersistentVolume again with its old name and a claimRef to this claim.
    Otherwise delete the claim, create it anew and restore the data from a backup.
    """
    if claim.status.phase != "Lost" or claim.metadata.deletion_timestamp is not None:
        return
    name = claim.spec.volume_name
    volume = PersistentVolume.KIND.ref("", name) if name else None
    gone = volume is not None and isinstance(inventory.get(PersistentVolume, "", name), Absent)
    pods = users(claim, inventory)
    used = f"; {' and '.join(f'pod {pod.name}' for pod in pods[:MAX_PODS])} {'use' if len(pods) > 1 else 'uses'} it" if pods else ""
    state = "does not exist" if gone else "is no longer bound to it"
    yield Hit(
        message=f'claim is Lost: volume "{name}", which it was bound to, {state}{used}',
        evidence=(
            field(claim, "status.phase", claim.status.phase),
            field(claim, "spec.volumeName", name),
            *(field(pod, "status.phase", pod.status.phase) for pod in pods[:MAX_PODS]),
        ),
        cause=volume,
        absent=volume if gone else None,
        values={"volume": name},
    )
