"""resize-pending"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.storage._binding import users
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import PersistentVolumeClaim, Pod, parse_quantity

PATIENCE = timedelta(minutes=30)
WAITING = ("FileSystemResizePending", "Resizing")


@rule(filter="PersistentVolumeClaim", also=("Storage",), on=PersistentVolumeClaim, consults=(Pod,), severity=Severity.INFO, added="0.1")
def resize_pending(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[Outcome]:
    """A claim was made larger half an hour ago, and its volume has not grown yet.

    ## What it means
    The storage has been asked to grow, or its file system waits to be grown by the kubelet when a pod mounts it anew. For information while
    no pod uses the claim, a warning when one does: it still has the old size.

    ## When it is not reported
    In the first half hour, when the volume has the size that is asked for, and when growing fails, which is another finding.

    ## How to fix it
    Start the pods that use the claim anew; when nothing changes, read the log of the CSI driver's resizer.
    """
    wanted, has = claim.spec.resources.requests.get("storage"), claim.status.capacity.get("storage")
    if wanted is None or has is None or claim.metadata.deletion_timestamp is not None or parse_quantity(wanted) <= parse_quantity(has):
        return
    waiting = next((one for one in claim.status.conditions if one.type in WAITING and one.status == "True"), None)
    since = waiting.last_transition_time if waiting is not None else None
    failed = bool(inventory.events(claim, reasons=("VolumeResizeFailed", "FileSystemResizeFailed")))
    if waiting is None or since is None or failed or inventory.now - since < PATIENCE:
        return
    pods = [pod for pod in users(claim, inventory) if pod.status.phase == "Running"]
    used = f'; pod "{pods[0].name}" uses it with the old size' if pods else "; no pod uses it"
    yield Hit(
        message=f"volume has {has}, the claim wants {wanted}, and growing it waits ({waiting.type}) since {since:%Y-%m-%d %H:%M} UTC{used}",
        evidence=(
            field(claim, "spec.resources.requests.storage", wanted),
            field(claim, "status.capacity.storage", has),
            field(claim, f"status.conditions[{waiting.type}].message", waiting.message),
        ),
        severity=Severity.WARNING if pods else Severity.INFO,
        since=since,
        values={"wanted": str(wanted), "has": str(has), "pod": pods[0].name if pods else ""},
    )
