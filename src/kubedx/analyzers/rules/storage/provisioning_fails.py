"""provisioning-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.analyzers.rules.storage._binding import NO_PROVISIONER, UNBOUND, class_name, is_default, pending
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import PersistentVolumeClaim, StorageClass, last_seen


@rule(
    filter="PersistentVolumeClaim",
    on=PersistentVolumeClaim,
    reads=(StorageClass,),
    events=("ProvisioningSucceeded",),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_BIND,
    produces=UNBOUND,
    added="0.1",
)
def provisioning_fails(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[Outcome]:
    """The provisioner of a claim's StorageClass cannot make the volume.

    ## What it means
    The class exists and its provisioner answers, but making the volume fails: no capacity or quota at the storage system, a wrong
    parameter of the class, missing credentials. The provisioner's own words are quoted.

    ## When it is not reported
    When the claim is bound since, when its class does not exist, and for classes without a provisioner.

    ## How to fix it
    Act on the quoted reason; the log of the provisioner's controller tells more. It tries again by itself.
    """
    if not pending(claim):
        return
    storage_class = _class(claim, inventory)
    failures = inventory.events(claim, reasons=("ProvisioningFailed",))
    if storage_class is None or storage_class.provisioner == NO_PROVISIONER or not failures:
        return
    newest = failures[-1]
    why = quoted(newest.message)
    yield Hit(
        message=f'volume of storage class "{storage_class.name}" cannot be made by provisioner "{storage_class.provisioner}": {why}',
        evidence=(
            event(newest),
            field(claim, "status.phase", claim.status.phase),
            field(storage_class, "provisioner", storage_class.provisioner),
        ),
        since=event(failures[0]).first_seen or last_seen(newest),
        values={"class": storage_class.name, "provisioner": storage_class.provisioner, "why": why},
    )


def _class(claim: PersistentVolumeClaim, inventory: Inventory) -> StorageClass | None:
    name = class_name(claim)
    if name is None:
        return next((one for one in inventory.list(StorageClass) if is_default(one)), None)
    found = inventory.get(StorageClass, "", name)
    return found.object if isinstance(found, Found) else None
