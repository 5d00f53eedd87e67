"""The claims of a pod, and the volumes and classes behind them, as the scheduler's volume filters see them."""

from collections.abc import Iterator
from typing import NamedTuple

from kubedx.inventory import Found, Inventory, Lookup
from kubedx.kube import (
    CSIDriver,
    CSINode,
    DeviceClass,
    Namespace,
    Node,
    PersistentVolume,
    PersistentVolumeClaim,
    Pod,
    ResourceClaim,
    ResourceSlice,
    StorageClass,
    VolumeAttachment,
)

KINDS = (
    Node,
    Namespace,
    PersistentVolumeClaim,
    PersistentVolume,
    StorageClass,
    CSINode,
    CSIDriver,
    VolumeAttachment,
    ResourceClaim,
    DeviceClass,
    ResourceSlice,
)
"""What a rule that asks for the table of the nodes declares to consult."""

_BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
_BOUND = "pv.kubernetes.io/bind-completed"


class Wanted(NamedTuple):
    """A claim that a pod mounts. An ephemeral one is made for the pod by a controller."""

    name: str
    ephemeral: bool


def claims_of(pod: Pod) -> Iterator[Wanted]:
    """The claims of a pod, in the order of its volumes."""
    for volume in pod.spec.volumes:
        if volume.persistent_volume_claim is not None:
            yield Wanted(volume.persistent_volume_claim.claim_name, ephemeral=False)
        elif volume.ephemeral is not None:
            yield Wanted(f"{pod.name}-{volume.name}", ephemeral=True)


def find_claim(pod: Pod, name: str, inventory: Inventory) -> Lookup[PersistentVolumeClaim]:
    """A claim of the pod's namespace."""
    return inventory.get(PersistentVolumeClaim, pod.namespace, name)


def found_claims(pod: Pod, inventory: Inventory) -> list[PersistentVolumeClaim]:
    """The claims of a pod that are at hand."""
    return [found.object for one in claims_of(pod) if isinstance(found := find_claim(pod, one.name, inventory), Found)]


def class_of(obj: PersistentVolumeClaim | PersistentVolume) -> str:
    """The name of the class, empty for none. Source: k8s.io/component-helpers/storage/volume/helpers.go."""
    return obj.metadata.annotations.get(_BETA_CLASS) or obj.spec.storage_class_name or ""


def is_bound(claim: PersistentVolumeClaim) -> bool:
    """Whether a claim has its volume for good."""
    return bool(claim.spec.volume_name) and (_BOUND in claim.metadata.annotations or claim.status.phase == "Bound")
