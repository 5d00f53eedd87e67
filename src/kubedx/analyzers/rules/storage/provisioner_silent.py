"""provisioner-silent"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.rules.storage._binding import IMMEDIATE, NO_PROVISIONER, SELECTED_NODE, UNBOUND, class_name, is_default, pending
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import CSIDriver, PersistentVolumeClaim, StorageClass

PATIENCE = timedelta(minutes=3)
"""A provisioner that works answers within seconds."""
LONG = timedelta(minutes=15)
"""Time after which a claim of which no event tells any more has been forgotten."""

_ANSWERS = ("Provisioning", "ProvisioningFailed", "ProvisioningSucceeded")


@rule(
    filter="PersistentVolumeClaim",
    also=("Storage",),
    on=PersistentVolumeClaim,
    reads=(StorageClass,),
    consults=(CSIDriver,),
    events=("ExternalProvisioning", "Provisioning", "ProvisioningSucceeded"),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_BIND,
    produces=UNBOUND,
    added="0.1",
)
def provisioner_silent(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[Outcome]:
    """A claim waits for an external provisioner that does not answer.

    ## What it means
    The control plane handed the claim to the provisioner of its StorageClass minutes ago, and the provisioner has not said a word about
    it: it is not installed, scaled to zero, crashing, or the class spells its name wrongly. Events are kept for an hour: a claim that is
    older and waits without any is reported too.

    ## When it is not reported
    When the provisioner has begun (or failed) to make the volume, in the first three minutes (fifteen where no event tells of the claim),
    and while a claim whose class waits for its first consumer has none.

    ## How to fix it
    Check that the provisioner runs and that the class names it exactly as it calls itself.
    """
    if not pending(claim) or inventory.events(claim, reasons=_ANSWERS):
        return
    storage_class = _class(claim, inventory)
    if storage_class is None or storage_class.provisioner == NO_PROVISIONER:
        return
    handed = inventory.events(claim, reasons=("ExternalProvisioning",))
    since = event(handed[0]).first_seen if handed else _waits_since(claim, storage_class, inventory)
    if since is None or inventory.now - since < (PATIENCE if handed else LONG):
        return
    provisioner = storage_class.provisioner
    driver_absent = isinstance(inventory.get(CSIDriver, "", provisioner), Absent) and any("csi" in part for part in provisioner.split("."))
    said = ", and no CSI driver of that name is registered" if driver_absent else ""
    yield Hit(
        message=f'provisioner "{provisioner}" of storage class "{storage_class.name}" does not answer{said}',
        evidence=(
            *(event(one) for one in handed[-1:]),
            field(storage_class, "provisioner", provisioner),
            field(claim, "status.phase", claim.status.phase),
        ),
        confidence=Confidence.LIKELY if handed else Confidence.POSSIBLE,
        since=since,
        values={"class": storage_class.name, "provisioner": provisioner},
    )


def _waits_since(claim: PersistentVolumeClaim, storage_class: StorageClass, inventory: Inventory) -> datetime | None:
    """Since when a claim of which no event tells waits for its provisioner; None when it waits for something else, or that is not known."""
    has_consumer = SELECTED_NODE in claim.metadata.annotations
    if claim.spec.volume_name or inventory.events(claim, type="Warning"):
        return None
    return claim.metadata.creation_timestamp if has_consumer or storage_class.volume_binding_mode == IMMEDIATE else None


def _class(claim: PersistentVolumeClaim, inventory: Inventory) -> StorageClass | None:
    name = class_name(claim)
    if name is None:
        return next((one for one in inventory.list(StorageClass) if is_default(one)), None)
    found = inventory.get(StorageClass, "", name)
    return found.object if isinstance(found, Found) else None
