"""VolumeRestrictions: volumes that only one pod, or one writer, may have.

Source: pkg/scheduler/framework/plugins/volumerestrictions in kubernetes/kubernetes.
"""

from kubedx.analyzers.container_state import ENDED
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.scheduling.check import Check, Impossible
from kubedx.analyzers.scheduling.claims import claims_of, find_claim
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import Node, Pod, Volume

IN_USE = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"
_ONE_POD = "ReadWriteOncePod"


def prepare(pod: Pod, inventory: Inventory) -> Check | Impossible | None:
    """A claim with the access mode ReadWriteOncePod that a pod on any node has keeps this one off all nodes."""
    exclusive = []
    for wanted in claims_of(pod):
        match find_claim(pod, wanted.name, inventory):
            case Found(object=claim):
                exclusive += [claim.name] if not wanted.ephemeral and _ONE_POD in claim.spec.access_modes else []
            case Absent() if not wanted.ephemeral:
                return Impossible(f'persistentvolumeclaim "{wanted.name}" not found')
            case _:
                pass
    in_use = any((pod.namespace, name) in _mounted(inventory) for name in exclusive)
    disks = [volume for volume in pod.spec.volumes if volume.aws_elastic_block_store or volume.gce_persistent_disk]
    # Two kinds of disks of old times, which hardly anybody mounts without a claim.
    unsure = any(volume.rbd or volume.iscsi for volume in pod.spec.volumes)
    if not (in_use or disks or unsure):
        return None

    def check(node: Node) -> tuple[str, ...] | None:
        if any(_collide(disk, other) for disk in disks for one in _running_on(node, inventory) for other in one.spec.volumes):
            return ("node(s) had no available disk",)
        return (IN_USE,) if in_use else None if unsure else ()

    return check


def user_of(pod: Pod, claim: str, inventory: Inventory) -> Pod | None:
    """A pod on a node that mounts a claim of this pod's namespace."""
    return _mounted(inventory).get((pod.namespace, claim))


@once_per_inventory
def _mounted(inventory: Inventory) -> dict[tuple[str, str], Pod]:
    return {
        (pod.namespace, volume.persistent_volume_claim.claim_name): pod
        for pod in inventory.list(Pod)
        if pod.spec.node_name and pod.status.phase not in ENDED
        for volume in pod.spec.volumes
        if volume.persistent_volume_claim is not None
    }


def _running_on(node: Node, inventory: Inventory) -> list[Pod]:
    return [pod for pod in inventory.pods_on(node.name) if pod.status.phase not in ENDED]


def _collide(disk: Volume, other: Volume) -> bool:
    aws, google = disk.aws_elastic_block_store, disk.gce_persistent_disk
    if aws is not None and other.aws_elastic_block_store is not None:
        return aws.volume_id == other.aws_elastic_block_store.volume_id
    if google is not None and other.gce_persistent_disk is not None:
        same = google.pd_name == other.gce_persistent_disk.pd_name
        return same and not (google.read_only and other.gce_persistent_disk.read_only)
    return False
