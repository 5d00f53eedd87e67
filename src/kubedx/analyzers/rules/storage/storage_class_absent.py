"""storage-class-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.analyzers.rules.storage._binding import UNBOUND, class_name, pending, stateful_set_of, volumes_of_class
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import PersistentVolume, PersistentVolumeClaim, StatefulSet, StorageClass

MAX_CLASSES = 8


@rule(
    filter="PersistentVolumeClaim",
    also=("Storage",),
    on=PersistentVolumeClaim,
    consults=(StorageClass, PersistentVolume, StatefulSet),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_BIND,
    produces=UNBOUND,
    own_reason=True,
    added="0.1",
)
def storage_class_absent(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[Outcome]:
    """A claim waits for a volume of a StorageClass that does not exist.

    ## What it means
    The claim names a StorageClass that the cluster does not have, and there is no volume of that class either. Nobody will ever make
    one; pods that mount the claim stay Pending.

    ## When it is not reported
    When volumes of the class exist: then the name only pairs claims with volumes made by hand, which needs no StorageClass object.

    ## How to fix it
    Create the StorageClass, or make the claim anew with a class that exists: the class of a claim cannot be changed. For a claim of a
    StatefulSet correct its volumeClaimTemplates, which means to delete and create the StatefulSet anew.
    """
    name = class_name(claim)
    if not pending(claim) or not name or not _is_absent(claim, name, inventory):
        return
    absent = StorageClass.KIND.ref("", name)
    classes = [one.name for one in inventory.list(StorageClass)]
    near = nearest_objects(inventory, StorageClass, "", name)
    meant = only(near)
    owner = stateful_set_of(claim, inventory)
    known = ", ".join(f'"{one}"' for one in classes[:MAX_CLASSES])
    hint = describe_nearest(near, "") or (f"; the cluster has {known}" if known else "")
    yield Hit(
        message=f'claim waits for a volume of storage class "{name}", which does not exist{hint}',
        evidence=(
            field(claim, "spec.storageClassName", name),
            field(claim, "status.phase", claim.status.phase),
            *_events(claim, inventory),
        ),
        cause=absent,
        absent=absent,
        since=claim.metadata.creation_timestamp,
        values={
            "class": name,
            "meant": meant.name if meant else "",
            "classes": ", ".join(classes[:MAX_CLASSES]),
            "statefulset": owner.name if owner else "",
        },
    )


def _is_absent(claim: PersistentVolumeClaim, name: str, inventory: Inventory) -> bool:
    match inventory.get(StorageClass, "", name):
        case Found():
            return False
        case Absent():
            return not volumes_of_class(inventory, name)
        case _:
            return any(f'"{name}" not found' in piece.value for piece in _events(claim, inventory))


def _events(claim: PersistentVolumeClaim, inventory: Inventory) -> tuple[Evidence, ...]:
    failures = inventory.events(claim, reasons=("ProvisioningFailed",))
    return tuple(event(one) for one in failures[-1:])
