"""provisioning-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.analyzers.rules.storage._binding import NO_PROVISIONER, UNBOUND, class_name, is_default, pending
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Found, Inventory, Lookup, Unknown
from kubedx.kube import PersistentVolumeClaim, StorageClass, last_seen


@rule(
    filter="PersistentVolumeClaim",
    also=("Storage",),
    on=PersistentVolumeClaim,
    consults=(StorageClass,),
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
    if not failures or isinstance(storage_class, Absent) or _is_by_hand(storage_class):
        return
    newest = failures[-1]
    why = quoted(newest.message)
    name = storage_class.object.name if isinstance(storage_class, Found) else class_name(claim) or ""
    provisioner = storage_class.object.provisioner if isinstance(storage_class, Found) else ""
    of_class = f' of storage class "{name}"' if name else ""
    by = f' by provisioner "{provisioner}"' if provisioner else ""
    yield Hit(
        message=f"volume{of_class} cannot be made{by}: {why}",
        evidence=(
            event(newest),
            field(claim, "status.phase", claim.status.phase),
            *((field(storage_class.object, "provisioner", provisioner),) if isinstance(storage_class, Found) else ()),
        ),
        since=event(failures[0]).first_seen or last_seen(newest),
        values={"class": name, "provisioner": provisioner, "why": why},
    )


def _class(claim: PersistentVolumeClaim, inventory: Inventory) -> Lookup[StorageClass]:
    """The claim's class, or the default one. A claim without a class that no default serves fails for that, which is another finding."""
    name = class_name(claim)
    if name is not None:
        return inventory.get(StorageClass, "", name)
    classes = inventory.list(StorageClass)
    default = next((one for one in classes if is_default(one)), None)
    if default is not None:
        return Found(default)
    return Absent(confirmed=False) if classes.complete else Unknown("")


def _is_by_hand(storage_class: Lookup[StorageClass]) -> bool:
    return isinstance(storage_class, Found) and storage_class.object.provisioner == NO_PROVISIONER
