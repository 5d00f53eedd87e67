"""How a claim finds its volume: the class that counts, who waits for it, and what keeps a volume from fitting.

The order of things is that of pkg/controller/volume/persistentvolume in kubernetes/kubernetes.
"""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Effect
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import PersistentVolume, PersistentVolumeClaim, Pod, StatefulSet, StorageClass, parse_quantity, pattern_of, selects

NO_PROVISIONER = "kubernetes.io/no-provisioner"
IMMEDIATE = "Immediate"
LEGACY_CLASS = "volume.beta.kubernetes.io/storage-class"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_ORDINAL = pattern_of(r"-\d+$")

UNBOUND = (Effect.CANNOT_BIND, Effect.CANNOT_SCHEDULE, Effect.CANNOT_START, *WITHOUT_PODS)
"""What follows when a claim gets no volume."""


class Misfit(msgspec.Struct, frozen=True):
    """Why a volume does not fit a claim: the volume's field, its value, and words for a message."""

    path: str
    value: str
    words: str
    taken: bool = False


def pending(claim: PersistentVolumeClaim) -> bool:
    """Whether a claim waits for its volume. Without a status the controller has not seen it."""
    return claim.status.phase == "Pending" and claim.metadata.deletion_timestamp is None


def class_name(claim: PersistentVolumeClaim) -> str | None:
    """The class that a claim names; None when it leaves it to the default, empty when it wants none."""
    return claim.metadata.annotations.get(LEGACY_CLASS, claim.spec.storage_class_name)


def is_default(storage_class: StorageClass) -> bool:
    """Whether claims without a class get this one."""
    return any(storage_class.metadata.annotations.get(name) == "true" for name in _DEFAULT)


def users(claim: PersistentVolumeClaim, inventory: Inventory) -> tuple[Pod, ...]:
    """The pods that want a claim and have not ended."""
    names = sorted({edge.source.name for edge in inventory.edges_to(claim.ref, EdgeKind.MOUNTS) if edge.source.kind == "Pod"})
    found = (inventory.get(Pod, claim.namespace, name) for name in names)
    pods = (lookup.object for lookup in found if isinstance(lookup, Found))
    return tuple(pod for pod in pods if pod.status.phase not in {"Succeeded", "Failed"})


def stateful_set_of(claim: PersistentVolumeClaim, inventory: Inventory) -> StatefulSet | None:
    """The StatefulSet whose claim template a claim was made from: `<template>-<set>-<ordinal>`."""
    stem = _ORDINAL.sub("", claim.name)
    return _by_stem(inventory).get((claim.namespace, stem)) if stem != claim.name else None


@once_per_inventory
def _by_stem(inventory: Inventory) -> dict[tuple[str, str], StatefulSet]:
    """The StatefulSets by what the names of their claims begin with."""
    return {
        (one.namespace, f"{template.metadata.name}-{one.name}"): one
        for one in inventory.list(StatefulSet)
        for template in one.spec.volume_claim_templates
    }


@once_per_inventory
def volumes_of_class(inventory: Inventory, name: str) -> tuple[PersistentVolume, ...]:
    """The volumes of a class, of none where it is empty."""
    return _by_class(inventory).get(name, ())


@once_per_inventory
def _by_class(inventory: Inventory) -> dict[str, tuple[PersistentVolume, ...]]:
    found: dict[str, list[PersistentVolume]] = {}
    for one in inventory.list(PersistentVolume):
        found.setdefault(one.spec.storage_class_name, []).append(one)
    return {name: tuple(volumes) for name, volumes in found.items()}


@once_per_inventory
def volumes_held_for(inventory: Inventory, namespace: str, name: str) -> tuple[PersistentVolume, ...]:
    """The volumes whose claimRef names a claim."""
    return _by_holder(inventory).get((namespace, name), ())


@once_per_inventory
def _by_holder(inventory: Inventory) -> dict[tuple[str, str], tuple[PersistentVolume, ...]]:
    found: dict[tuple[str, str], list[PersistentVolume]] = {}
    for one in inventory.list(PersistentVolume):
        held = one.spec.claim_ref
        if held is not None:
            found.setdefault((held.namespace, held.name), []).append(one)
    return {key: tuple(volumes) for key, volumes in found.items()}


def misfits(claim: PersistentVolumeClaim, volume: PersistentVolume) -> Iterator[Misfit]:
    """Everything that keeps a volume from being bound to a claim; nothing when it fits."""
    yield from _taken(claim, volume)
    spec, wanted = volume.spec, class_name(claim) or ""
    if spec.storage_class_name != wanted:
        yield Misfit("spec.storageClassName", spec.storage_class_name, f'has class "{spec.storage_class_name}", the claim wants "{wanted}"')
    if lacking := [mode for mode in claim.spec.access_modes if mode not in spec.access_modes]:
        offered = ", ".join(spec.access_modes)
        yield Misfit("spec.accessModes", offered, f"offers access mode {offered}, the claim wants {', '.join(lacking)}")
    if spec.volume_mode != claim.spec.volume_mode:
        yield Misfit("spec.volumeMode", spec.volume_mode, f"has volume mode {spec.volume_mode}, the claim wants {claim.spec.volume_mode}")
    size, request = spec.capacity.get("storage"), claim.spec.resources.requests.get("storage")
    if size is not None and request is not None and parse_quantity(size) < parse_quantity(request):
        yield Misfit("spec.capacity.storage", str(size), f"has {size}, the claim wants {request}")
    if claim.spec.selector is not None and not selects(claim.spec.selector, volume.metadata.labels):
        yield Misfit(
            "metadata.labels", str(dict(sorted(volume.metadata.labels.items()))), "has labels that the claim's selector does not match"
        )


def _taken(claim: PersistentVolumeClaim, volume: PersistentVolume) -> Iterator[Misfit]:
    held, phase = volume.spec.claim_ref, volume.status.phase
    if held is not None and held.name:
        same_name = (held.namespace, held.name) == (claim.namespace, claim.name)
        holder = f"{held.namespace}/{held.name}"
        if phase == "Released":
            deleted = "a deleted claim" if same_name else f"deleted claim {holder}"
            yield Misfit("spec.claimRef.uid", held.uid, f"is Released: its claimRef still holds {deleted}", taken=True)
        elif not same_name or (held.uid and claim.uid and held.uid != claim.uid):
            other = "an earlier claim of this name" if same_name else f"a different claim, {holder}"
            yield Misfit("spec.claimRef", holder, f"is already bound to {other}", taken=True)
    elif phase in {"Released", "Failed"}:
        yield Misfit("status.phase", phase, f"is {phase}", taken=True)
