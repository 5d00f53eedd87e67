"""VolumeBinding: bound volumes must be within reach of the node, and unbound claims must find or get one there.

Source: pkg/scheduler/framework/plugins/volumebinding in kubernetes/kubernetes, k8s.io/component-helpers/storage/volume/pv_helpers.go.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.scheduling.check import Check, Impossible
from kubedx.analyzers.scheduling.claims import Wanted, claims_of, class_of, find_claim, is_bound
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import (
    CSIDriver,
    Node,
    PersistentVolume,
    PersistentVolumeClaim,
    Pod,
    Quantity,
    StorageClass,
    matches_node,
    parse_quantity,
    selects,
)

UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity"
NO_VOLUME = "node(s) didn't find available persistent volumes to bind"
NO_SUCH_VOLUME = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
_NO_PROVISIONER = frozenset({"", "kubernetes.io/no-provisioner"})
_SELECTED_NODE = "volume.kubernetes.io/selected-node"


class _Claims(NamedTuple):
    bound: list[PersistentVolumeClaim]
    waiting: list[tuple[PersistentVolumeClaim, StorageClass]]


def prepare(pod: Pod, inventory: Inventory) -> Check | Impossible | None:
    """A claim that is not bound, and whose class does not wait for the pod's node, keeps the pod from being looked at."""
    if not any(True for _one in claims_of(pod)):
        return None
    sorted_out = _sort(pod, inventory)
    if isinstance(sorted_out, Impossible):
        return sorted_out
    if sorted_out is None:
        return lambda node: None  # noqa: ARG005  # a check's form
    claims = sorted_out

    def check(node: Node) -> tuple[str, ...] | None:
        reached = _reaches(claims.bound, node, inventory)
        gets = _gets(claims.waiting, node, inventory)
        if reached is None or gets is None:
            return None
        return tuple(reason for reason in (reached, gets) if reason)

    return check


def _sort(pod: Pod, inventory: Inventory) -> _Claims | Impossible | None:
    """The claims that are bound, and those that wait for the node with their class; None where one of them is not known."""
    claims = _Claims([], [])
    immediate = False
    for wanted in claims_of(pod):
        claim = _usable(wanted, pod, inventory)
        if not isinstance(claim, PersistentVolumeClaim):
            return claim
        if is_bound(claim):
            claims.bound.append(claim)
            continue
        storage_class = _class_that_binds(claim, inventory)
        if storage_class is None:
            return None
        if storage_class.volume_binding_mode == "WaitForFirstConsumer" and not claim.spec.volume_name:
            claims.waiting.append((claim, storage_class))
        else:
            immediate = True
    return Impossible(UNBOUND) if immediate else claims


def _usable(wanted: Wanted, pod: Pod, inventory: Inventory) -> PersistentVolumeClaim | Impossible | None:
    """The claim; or what makes the scheduler give up; or None where it is not known."""
    match find_claim(pod, wanted.name, inventory):
        case Found(object=claim) if claim.status.phase == "Lost":
            return Impossible(f'persistentvolumeclaim "{claim.name}" bound to non-existent persistentvolume "{claim.spec.volume_name}"')
        case Found(object=claim) if claim.metadata.deletion_timestamp is not None:
            return Impossible(f'persistentvolumeclaim "{claim.name}" is being deleted')
        case Found(object=claim):
            return claim
        case Absent() if wanted.ephemeral:
            return Impossible(f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{wanted.name}"')
        case Absent():
            return Impossible(f'persistentvolumeclaim "{wanted.name}" not found')
        case _:
            return None


def _class_that_binds(claim: PersistentVolumeClaim, inventory: Inventory) -> StorageClass | None:
    """The class of a claim; one that binds at once where it has none or an absent one; None where it is not known."""
    match inventory.get(StorageClass, "", class_of(claim)) if class_of(claim) else Absent():
        case Found(object=storage_class):
            return storage_class
        case Absent():
            return StorageClass()
        case _:
            return None


def _reaches(bound: Iterable[PersistentVolumeClaim], node: Node, inventory: Inventory) -> str | None:
    """What speaks against the node by the first bound volume that is not there; empty for nothing, None where a volume is not known."""
    for claim in bound:
        match inventory.get(PersistentVolume, "", claim.spec.volume_name):
            case Found(object=volume):
                if not is_within_reach(volume, node):
                    return NODE_CONFLICT
            case Absent():
                return NO_SUCH_VOLUME
            case _:
                return None
    return ""


def is_within_reach(volume: PersistentVolume, node: Node) -> bool:
    """Whether the volume's node affinity, if it has any, holds for the labels of a node."""
    required = volume.spec.node_affinity.required if volume.spec.node_affinity else None
    return required is None or matches_node(required, "", node.metadata.labels)


def _gets(waiting: list[tuple[PersistentVolumeClaim, StorageClass]], node: Node, inventory: Inventory) -> str | None:
    """What speaks against the node by the claims that wait for one; empty for nothing, None where that cannot be told."""
    if not waiting:
        return ""
    chosen: set[str] = set()
    to_provision = []
    for claim, storage_class in sorted(waiting, key=lambda one: _storage(one[0].spec.resources.requests)):
        selected = claim.metadata.annotations.get(_SELECTED_NODE)
        if selected is not None and selected != node.name:
            return NO_VOLUME
        volume = None if selected is not None else _matching(claim, node, chosen, inventory)
        if volume is None:
            to_provision.append(storage_class)
        else:
            chosen.add(volume.name)
    if any(not _can_be_made(one, node) for one in to_provision):
        return NO_VOLUME
    return None if any(_has_measured_room(one, inventory) for one in to_provision) else ""


def _can_be_made(storage_class: StorageClass, node: Node) -> bool:
    terms = storage_class.allowed_topologies
    allowed = not terms or any(
        all(node.metadata.labels.get(one.key) in one.values for one in term.match_label_expressions) for term in terms
    )
    return storage_class.provisioner not in _NO_PROVISIONER and allowed


def _has_measured_room(storage_class: StorageClass, inventory: Inventory) -> bool:
    """Whether the driver reports its free storage, which is not read here."""
    match inventory.get(CSIDriver, "", storage_class.provisioner):
        case Found(object=driver):
            return driver.spec.storage_capacity
        case _:
            return False


def _matching(claim: PersistentVolumeClaim, node: Node, chosen: set[str], inventory: Inventory) -> PersistentVolume | None:
    """The smallest free volume that suits a claim on a node, or the one that is reserved for it."""
    own = (claim.namespace, claim.name)
    suiting = []
    for volume in _by_class(inventory).get(class_of(claim), ()):
        reserved = volume.spec.claim_ref
        if volume.name in chosen or volume.metadata.deletion_timestamp is not None or not _is_large_enough(volume, claim):
            continue
        if reserved is not None:
            if (reserved.namespace, reserved.name) == own:
                return volume if is_within_reach(volume, node) else None
            continue
        if _is_free_for(volume, claim) and is_within_reach(volume, node):
            suiting.append(volume)
    return min(suiting, key=lambda one: (_storage(one.spec.capacity), one.name), default=None)


def _is_large_enough(volume: PersistentVolume, claim: PersistentVolumeClaim) -> bool:
    return _storage(volume.spec.capacity) >= _storage(claim.spec.resources.requests) and volume.spec.volume_mode == claim.spec.volume_mode


def _is_free_for(volume: PersistentVolume, claim: PersistentVolumeClaim) -> bool:
    return (
        volume.status.phase == "Available"
        and (claim.spec.selector is None or selects(claim.spec.selector, volume.metadata.labels))
        and set(claim.spec.access_modes) <= set(volume.spec.access_modes)
        and volume.spec.volume_attributes_class_name == claim.spec.volume_attributes_class_name
    )


def _storage(amounts: dict[str, Quantity]) -> Decimal:
    try:
        return parse_quantity(amounts.get("storage", 0))
    except ValueError:
        return Decimal(0)


@once_per_inventory
def _by_class(inventory: Inventory) -> dict[str, list[PersistentVolume]]:
    classes: dict[str, list[PersistentVolume]] = {}
    for volume in inventory.list(PersistentVolume):
        classes.setdefault(class_of(volume), []).append(volume)
    return classes
