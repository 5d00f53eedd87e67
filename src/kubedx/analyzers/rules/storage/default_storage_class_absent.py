"""default-storage-class-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.rules.storage._binding import UNBOUND, class_name, is_default, misfits, pending, volumes_of_class
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import PersistentVolume, PersistentVolumeClaim, StorageClass

MAX_CLASSES = 8


@rule(
    filter="PersistentVolumeClaim",
    also=("Storage",),
    on=PersistentVolumeClaim,
    reads=(StorageClass,),
    consults=(PersistentVolume,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_BIND,
    produces=UNBOUND,
    own_reason=True,
    added="0.1",
)
def default_storage_class_absent(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[Outcome]:
    """A claim leaves the StorageClass to the cluster's default, and there is none.

    ## What it means
    The claim names no class, no StorageClass is marked as the default, and no volume without a class fits. Nothing will provide a
    volume.

    ## When it is not reported
    When a default class exists, when the claim asks for no class on purpose (`storageClassName: ""`), or when a volume without a class
    fits.

    ## How to fix it
    Mark a StorageClass as the default (new claims get it, and waiting ones too), or make the claim anew with a class.
    """
    classes = inventory.list(StorageClass)
    if not pending(claim) or class_name(claim) is not None or claim.spec.volume_name or any(is_default(one) for one in classes):
        return
    if any(not tuple(misfits(claim, volume)) for volume in volumes_of_class(inventory, "")):
        return
    names = ", ".join(one.name for one in classes.items[:MAX_CLASSES])
    yield Hit(
        message="claim names no storage class, and the cluster has no default one"
        + (f"; it has {names}" if names else ", nor any storage class"),
        evidence=(
            field(claim, "status.phase", claim.status.phase),
            *(event(one) for one in inventory.events(claim, reasons=("FailedBinding",))[-1:]),
        ),
        since=claim.metadata.creation_timestamp,
        values={"classes": names, "class": classes.items[0].name if len(classes) == 1 else ""},
    )
