"""provisioner-silent"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.rules.storage._binding import UNBOUND, class_name, is_default, pending
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import CSIDriver, PersistentVolumeClaim, StorageClass

PATIENCE = timedelta(minutes=3)
"""A provisioner that works answers within seconds."""

_ANSWERS = ("Provisioning", "ProvisioningFailed", "ProvisioningSucceeded")


@rule(
    filter="PersistentVolumeClaim",
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
    it: it is not installed, scaled to zero, crashing, or the class spells its name wrongly.

    ## When it is not reported
    When the provisioner has begun (or failed) to make the volume, in the first three minutes, and while a claim whose class waits for
    its first consumer has none.

    ## How to fix it
    Check that the provisioner runs and that the class names it exactly as it calls itself.
    """
    handed = inventory.events(claim, reasons=("ExternalProvisioning",))
    if not pending(claim) or not handed or inventory.events(claim, reasons=_ANSWERS):
        return
    since = event(handed[0]).first_seen
    storage_class = _class(claim, inventory)
    if storage_class is None or since is None or inventory.now - since < PATIENCE:
        return
    provisioner = storage_class.provisioner
    driver_absent = isinstance(inventory.get(CSIDriver, "", provisioner), Absent) and any("csi" in part for part in provisioner.split("."))
    said = ", and no CSI driver of that name is registered" if driver_absent else ""
    yield Hit(
        message=f'provisioner "{provisioner}" of storage class "{storage_class.name}" does not answer{said}',
        evidence=(event(handed[-1]), field(storage_class, "provisioner", provisioner), field(claim, "status.phase", claim.status.phase)),
        since=since,
        values={"class": storage_class.name, "provisioner": provisioner},
    )


def _class(claim: PersistentVolumeClaim, inventory: Inventory) -> StorageClass | None:
    name = class_name(claim)
    if name is None:
        return next((one for one in inventory.list(StorageClass) if is_default(one)), None)
    found = inventory.get(StorageClass, "", name)
    return found.object if isinstance(found, Found) else None
