"""NodeVolumeLimits: how many volumes of a CSI driver a node can hold.

Source: pkg/scheduler/framework/plugins/nodevolumelimits/csi.go in kubernetes/kubernetes.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from kubedx.analyzers.container_state import ENDED
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.scheduling.check import Check
from kubedx.analyzers.scheduling.claims import claims_of, class_of, found_claims
from kubedx.inventory import Found, Inventory
from kubedx.kube import CSINode, Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass, VolumeAttachment

EXCEEDED = "node(s) exceed max volume count"


class DriverVolume(NamedTuple):
    """A volume of a CSI driver: one that there is, or the one that will be made for a claim."""

    driver: str
    handle: str


def prepare(pod: Pod, inventory: Inventory) -> Check | None:
    """The volumes that the pod brings with it, beside those that are on the node, against what its driver allows there."""
    if not any(True for _one in claims_of(pod)):
        return None
    brought = set(_volumes_of(pod, inventory))

    def check(node: Node) -> tuple[str, ...] | None:
        match inventory.get(CSINode, "", node.name):
            case Found(object=csi_node):
                return (EXCEEDED,) if brought and _exceeds(brought, csi_node, inventory) else ()
            case _:
                # A node without one has no limits; where they could not be listed, few nodes are at their limit.
                return ()

    return check


def driver_of(claim: PersistentVolumeClaim, inventory: Inventory) -> str:
    """The driver of the volume that a claim has or will have; empty where that is not known."""
    volume = _of_volume(claim.spec.volume_name, inventory) if claim.spec.volume_name else _to_come(claim, inventory)
    return volume.driver if volume is not None else ""


def used_on(csi_node: CSINode, driver: str, inventory: Inventory) -> int:
    """The volumes of a driver on a node."""
    return sum(one.driver == driver for one in _on_node(inventory, csi_node.name))


def limits_of(csi_node: CSINode) -> dict[str, int]:
    """By driver, how many volumes the node can hold; a driver without a limit is left out."""
    drivers = csi_node.spec.drivers
    return {one.name: one.allocatable.count for one in drivers if one.allocatable is not None and one.allocatable.count is not None}


def _exceeds(brought: set[DriverVolume], csi_node: CSINode, inventory: Inventory) -> bool:
    limits = limits_of(csi_node)
    if not limits:
        return False
    there = _on_node(inventory, csi_node.name)
    new = Counter(one.driver for one in brought - there)
    return any(driver in limits and used_on(csi_node, driver, inventory) + count > limits[driver] for driver, count in new.items())


@once_per_inventory
def _on_node(inventory: Inventory, node: str) -> frozenset[DriverVolume]:
    """The volumes of the pods on a node, and those that are attached to it."""
    pods = (pod for pod in inventory.pods_on(node) if pod.status.phase not in ENDED)
    mounted = {volume for pod in pods for volume in _volumes_of(pod, inventory)}
    return frozenset(mounted | set(_attached(inventory).get(node, ())))


@once_per_inventory
def _attached(inventory: Inventory) -> dict[str, list[DriverVolume]]:
    attached: dict[str, list[DriverVolume]] = {}
    for one in inventory.list(VolumeAttachment):
        volume = _of_volume(one.spec.source.persistent_volume_name, inventory)
        if volume is not None:
            attached.setdefault(one.spec.node_name, []).append(volume)
    return attached


def _volumes_of(pod: Pod, inventory: Inventory) -> Iterator[DriverVolume]:
    for claim in found_claims(pod, inventory):
        volume = _of_volume(claim.spec.volume_name, inventory) if claim.spec.volume_name else _to_come(claim, inventory)
        if volume is not None:
            yield volume


def _of_volume(name: str, inventory: Inventory) -> DriverVolume | None:
    match inventory.get(PersistentVolume, "", name) if name else None:
        case Found(object=volume) if volume.spec.csi is not None:
            return DriverVolume(volume.spec.csi.driver, volume.spec.csi.volume_handle)
        case _:
            return None


def _to_come(claim: PersistentVolumeClaim, inventory: Inventory) -> DriverVolume | None:
    match inventory.get(StorageClass, "", class_of(claim)):
        case Found(object=storage_class):
            return DriverVolume(storage_class.provisioner, f"{claim.namespace}/{claim.name}")
        case _:
            return None
