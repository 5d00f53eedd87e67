"""resize-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import PersistentVolumeClaim, parse_quantity

INFEASIBLE = ("ControllerResizeInfeasible", "NodeResizeInfeasible", "ControllerResizeFailed", "NodeResizeFailed")
REASONS = ("VolumeResizeFailed", "FileSystemResizeFailed")


@rule(
    filter="PersistentVolumeClaim",
    also=("Storage",),
    on=PersistentVolumeClaim,
    events=("VolumeResizeSuccessful", "FileSystemResizeSuccessful"),
    severity=Severity.WARNING,
    added="0.1",
)
def resize_fails(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[Outcome]:
    """A claim was made larger, and its volume does not follow.

    ## What it means
    The claim asks for more than its volume has, and the storage system or the node failed to enlarge it.

    ## When it is not reported
    When the volume has the size that is asked for, and while nothing has failed.

    ## How to fix it
    Act on the quoted reason: the StorageClass must allow expansion, the storage system must have room, and some file systems grow only
    when a pod mounts them anew.
    """
    wanted, has = claim.spec.resources.requests.get("storage"), claim.status.capacity.get("storage")
    if wanted is None or has is None or claim.status.phase != "Bound" or parse_quantity(wanted) <= parse_quantity(has):
        return
    failures = inventory.events(claim, reasons=REASONS)
    state = claim.status.allocated_resource_statuses.get("storage", "")
    if not failures and state not in INFEASIBLE:
        return
    why = quoted(failures[-1].message) if failures else state
    yield Hit(
        message=f"volume has {has}, the claim wants {wanted}, and enlarging it fails: {why}",
        evidence=(
            field(claim, "spec.resources.requests.storage", wanted),
            field(claim, "status.capacity.storage", has),
            *(event(one) for one in failures[-1:]),
        ),
        values={"wanted": str(wanted), "has": str(has), "why": why},
    )
