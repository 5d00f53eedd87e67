"""no-volume-fits"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.rules.storage._binding import (
    IMMEDIATE,
    NO_PROVISIONER,
    UNBOUND,
    Misfit,
    class_name,
    misfits,
    pending,
    users,
    volumes_held_for,
    volumes_of_class,
)
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import PersistentVolume, PersistentVolumeClaim, Pod, StorageClass


@rule(
    filter="PersistentVolumeClaim",
    also=("Storage",),
    on=PersistentVolumeClaim,
    reads=(PersistentVolume, StorageClass),
    consults=(Pod,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_BIND,
    produces=UNBOUND,
    added="0.1",
)
def no_volume_fits(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[Outcome]:
    """A claim waits for a volume made by hand, and none that exists fits it.

    ## What it means
    Volumes of this class are not made on demand. None of those that exist has all that the claim asks for: class, access modes, size,
    volume mode, labels, and not being held by another claim. The volume that comes nearest is named, with what differs.

    ## When it is not reported
    When the class makes volumes on demand, when a volume fits (it is being bound), and while a claim whose class waits for its first
    consumer has none.

    ## How to fix it
    Change what differs in the volume, or make the claim anew: most fields of a claim cannot be changed.
    """
    if not pending(claim) or not _by_hand(claim, inventory):
        return
    near = sorted(
        ((tuple(misfits(claim, volume)), volume) for volume in _candidates(claim, inventory)), key=lambda pair: _distance(claim, *pair)
    )
    if near and not near[0][0]:
        return
    yield _hit(claim, inventory, *(near[0] if near else ((), None)))


def _hit(claim: PersistentVolumeClaim, inventory: Inventory, reasons: tuple[Misfit, ...], volume: PersistentVolume | None) -> Hit:
    name = class_name(claim) or ""
    asked = claim.spec.volume_name
    if volume is None and asked:
        said = f'volume "{asked}", which it asks for by name, is not there'
    elif volume is None:
        said = f'no volume of class "{name}" exists' if name else "no volume without a class exists"
    else:
        said = f'no volume fits; the nearest, "{volume.name}", {" and ".join(reason.words for reason in reasons)}'
    taken = volume is not None and all(reason.taken for reason in reasons)
    return Hit(
        message=f"claim waits for a volume made by hand: {said}",
        evidence=(
            field(claim, "status.phase", claim.status.phase),
            *_asked(claim, reasons),
            *(field(volume, reason.path, reason.value) for reason in reasons if volume is not None),
            *(event(one) for one in inventory.events(claim, reasons=("FailedBinding", "ProvisioningFailed"))[-1:]),
        ),
        cause=volume.ref if taken and volume is not None else None,
        since=claim.metadata.creation_timestamp,
        values={
            "class": name,
            "volume": volume.name if volume else "",
            "differs": " and ".join(reason.words for reason in reasons),
            "taken": "yes" if taken else "",
        },
    )


def _asked(claim: PersistentVolumeClaim, reasons: tuple[Misfit, ...]) -> Iterator[Evidence]:
    paths = {reason.path for reason in reasons}
    if "spec.accessModes" in paths:
        yield field(claim, "spec.accessModes", ", ".join(claim.spec.access_modes))
    if "spec.capacity.storage" in paths:
        yield field(claim, "spec.resources.requests.storage", str(claim.spec.resources.requests.get("storage", "")))
    if "spec.storageClassName" in paths:
        yield field(claim, "spec.storageClassName", class_name(claim) or "")


def _by_hand(claim: PersistentVolumeClaim, inventory: Inventory) -> bool:
    """Whether nobody will make a volume for the claim."""
    name = class_name(claim)
    if claim.spec.volume_name or name == "":
        return True
    if name is None:
        return False
    match inventory.get(StorageClass, "", name):
        case Found(object=found):
            waits = found.volume_binding_mode != IMMEDIATE and not users(claim, inventory)
            return found.provisioner == NO_PROVISIONER and not waits
        case _:
            return bool(volumes_of_class(inventory, name))


def _candidates(claim: PersistentVolumeClaim, inventory: Inventory) -> Iterator[PersistentVolume]:
    """The volume that the claim names, or those of its class and those that another claim of its name held; a PV being deleted is none."""
    name = class_name(claim) or ""
    if claim.spec.volume_name:
        found = inventory.get(PersistentVolume, "", claim.spec.volume_name)
        volumes: tuple[PersistentVolume, ...] = (found.object,) if isinstance(found, Found) else ()
    else:
        held = volumes_held_for(inventory, claim.namespace, claim.name)
        volumes = tuple({one.name: one for one in (*volumes_of_class(inventory, name), *held)}.values())
    yield from (volume for volume in volumes if volume.metadata.deletion_timestamp is None)


def _distance(claim: PersistentVolumeClaim, reasons: tuple[Misfit, ...], volume: PersistentVolume) -> tuple[int, bool, str]:
    """Volumes in use by others are far: to say that they are taken helps nobody while one differs in a field only."""
    held = volume.spec.claim_ref
    foreign = volume.status.phase == "Bound" or (held is not None and (held.namespace, held.name) != (claim.namespace, claim.name))
    return len(reasons) + (10 if foreign else 0), foreign, volume.name
