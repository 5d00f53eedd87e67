"""claim-template-class-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import PersistentVolume, PersistentVolumeClaim, StatefulSet, StorageClass

MAX_CLASSES = 8
MAX_ORDINALS = 100


@rule(
    filter="StatefulSet",
    on=StatefulSet,
    reads=(StorageClass, PersistentVolume, PersistentVolumeClaim),
    severity=Severity.ERROR,
    suffers=Effect.UNAVAILABLE,
    produces=tuple(effect for effect in WITHOUT_PODS if effect is not Effect.UNAVAILABLE),
    own_reason=True,
    added="0.1",
)
def claim_template_class_absent(stateful_set: StatefulSet, inventory: Inventory) -> Iterator[Outcome]:
    """A StatefulSet asks for volumes of a StorageClass that does not exist.

    ## What it means
    Its `volumeClaimTemplates` name a class that the cluster does not have, so the claims made from them are never bound, and the pods
    that mount them stay Pending. A finding on the first such claim says the same.

    ## When it is not reported
    When the claims are bound already, when volumes of that class were made by hand, when the template asks for no class
    (`storageClassName: ""`), and when all pods are ready.

    ## How to fix it
    Create the StorageClass. The claim templates of a StatefulSet cannot be changed: to use another class, delete the StatefulSet and the
    claims that wait, and create it anew.
    """
    spec = stateful_set.spec
    if stateful_set.status.ready_replicas >= spec.replicas or stateful_set.metadata.deletion_timestamp is not None:
        return
    for template in spec.volume_claim_templates:
        name = template.spec.storage_class_name
        if not name or not isinstance(inventory.get(StorageClass, "", name), Absent):
            continue
        by_hand = any(volume.spec.storage_class_name == name for volume in inventory.list(PersistentVolume))
        if by_hand or not _waits(stateful_set, template.metadata.name, inventory):
            continue
        absent = StorageClass.KIND.ref("", name)
        near = nearest_objects(inventory, StorageClass, "", name)
        meant = only(near)
        classes = ", ".join(f'"{one.name}"' for one in inventory.list(StorageClass).items[:MAX_CLASSES])
        hint = describe_nearest(near, "") or (f"; the cluster has {classes}" if classes else "")
        yield Hit(
            message=f'claim template "{template.metadata.name}" asks for storage class "{name}", which does not exist{hint}',
            evidence=(field(stateful_set, f"spec.volumeClaimTemplates[{template.metadata.name}].spec.storageClassName", name),),
            part=f"claim template {template.metadata.name}",
            cause=absent,
            absent=absent,
            since=stateful_set.metadata.creation_timestamp,
            values={"class": name, "meant": meant.name if meant else "", "classes": classes, "template": template.metadata.name},
        )


def _waits(stateful_set: StatefulSet, template: str, inventory: Inventory) -> bool:
    """Whether a claim of the template is not there, or is not bound."""
    start = stateful_set.spec.ordinals.start if stateful_set.spec.ordinals is not None else 0
    for ordinal in range(start, start + min(stateful_set.spec.replicas, MAX_ORDINALS)):
        found = inventory.get(PersistentVolumeClaim, stateful_set.namespace, f"{template}-{stateful_set.name}-{ordinal}")
        if isinstance(found, Absent) or (isinstance(found, Found) and found.object.status.phase != "Bound"):
            return True
    return False
