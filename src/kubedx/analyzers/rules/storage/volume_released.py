"""volume-released"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.storage._binding import UNBOUND, pending
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import PersistentVolume, PersistentVolumeClaim


@rule(
    filter="Storage",
    also=("PersistentVolume",),
    on=PersistentVolume,
    consults=(PersistentVolumeClaim,),
    severity=Severity.INFO,
    produces=UNBOUND,
    added="0.1",
)
def volume_released(volume: PersistentVolume, inventory: Inventory) -> Iterator[Outcome]:
    """A volume is kept for a claim that was deleted, and no other claim can have it.

    ## What it means
    With the reclaim policy `Retain` a volume outlives its claim, so that its data are not lost. Its `claimRef` still names the deleted
    claim, by uid, so even a new claim of the same name is not bound. It is an error when such a claim waits, else for information.

    ## When it is not reported
    When the volume is bound, available, or being deleted.

    ## How to fix it
    When the data may be used by the new claim, remove `spec.claimRef` of the volume. When nobody needs them, delete the volume.
    """
    held = volume.spec.claim_ref
    if volume.status.phase != "Released" or volume.metadata.deletion_timestamp is not None:
        return
    holder = f"{held.namespace}/{held.name}" if held else ""
    waiting = _waiting_for(volume, inventory)
    said = f"; claim {waiting.namespace}/{waiting.name} waits for it" if waiting else ""
    yield Hit(
        message=f"volume is Released: its claimRef still holds deleted claim {holder}{said}",
        evidence=(
            field(volume, "status.phase", volume.status.phase),
            field(volume, "spec.claimRef", f"{holder} {held.uid}" if held else ""),
            field(volume, "spec.persistentVolumeReclaimPolicy", volume.spec.persistent_volume_reclaim_policy),
            *((field(waiting, "status.phase", waiting.status.phase),) if waiting else ()),
        ),
        severity=Severity.ERROR if waiting else Severity.INFO,
        since=volume.status.last_phase_transition_time,
        values={
            "claim": waiting.name if waiting else "",
            "claim_namespace": waiting.namespace if waiting else "",
            "policy": volume.spec.persistent_volume_reclaim_policy,
        },
    )


def _waiting_for(volume: PersistentVolume, inventory: Inventory) -> PersistentVolumeClaim | None:
    """The claim that was meant for this volume: one that names it, or that has the name of the claim that held it."""
    held = volume.spec.claim_ref
    by_volume, by_name = _waiting(inventory)
    found = by_name.get((held.namespace, held.name)) if held is not None else None
    return by_volume.get(volume.name) or found


@once_per_inventory
def _waiting(inventory: Inventory) -> tuple[dict[str, PersistentVolumeClaim], dict[tuple[str, str], PersistentVolumeClaim]]:
    """The claims that wait, by the volume that they name, and those that name none by their own name."""
    waiting = [claim for claim in inventory.list(PersistentVolumeClaim) if pending(claim)]
    named = {claim.spec.volume_name: claim for claim in reversed(waiting) if claim.spec.volume_name}
    return named, {(claim.namespace, claim.name): claim for claim in waiting if not claim.spec.volume_name}
