"""volume-failed"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import PersistentVolume


@rule(filter="Storage", also=("PersistentVolume",), on=PersistentVolume, severity=Severity.WARNING, added="0.1")
def volume_failed(volume: PersistentVolume, inventory: Inventory) -> Iterator[Outcome]:
    """A volume could not be deleted or recycled after its claim was.

    ## What it means
    The reclaim policy of the volume is `Delete` or `Recycle`, and carrying it out failed. The storage behind it may still exist and
    cost money.

    ## When it is not reported
    When the volume is merely Released, or is being deleted.

    ## How to fix it
    Read the message of the volume, remove what stands in the way at the storage system, and delete the volume.
    """
    if volume.status.phase != "Failed" or volume.metadata.deletion_timestamp is not None:
        return
    why = quoted(volume.status.message)
    yield Hit(
        message="volume has failed to be reclaimed" + (f": {why}" if why else ""),
        evidence=(
            field(volume, "status.phase", volume.status.phase),
            *((field(volume, "status.message", volume.status.message),) if why else ()),
            *(event(one) for one in inventory.events(volume, type="Warning")[-1:]),
        ),
        since=volume.status.last_phase_transition_time,
        values={"why": why},
    )
