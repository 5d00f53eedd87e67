"""Who made an object, up to the one that nobody made."""

from kubedx.inventory.snapshot import Snapshot
from kubedx.inventory.table import group_kind_of
from kubedx.kube import GroupKind, KubeObject, Node, OwnerReference, Ref

MAX_HOPS = 8
"""Longer chains of owners are not followed; Pod, ReplicaSet, Deployment and a custom resource or two are what there is."""

_NODE = Node.KIND.group_kind


def is_node(owner: GroupKind) -> bool:
    """Whether an owner is a node. It owns the mirror pods of its static pods, which nobody else makes."""
    return owner == _NODE


def ref_of_owner(owner: OwnerReference, obj: KubeObject, snapshot: Snapshot) -> Ref:
    """The ref of an object's owner: beside the object, unless its kind has no namespaces."""
    return snapshot.canonical(Ref(owner.api_version, owner.kind, obj.metadata.namespace, owner.name))


def find_owner(owner: OwnerReference, obj: KubeObject, snapshot: Snapshot) -> KubeObject | None:
    """The owner of an object, None when it is not at hand. A later object of the owner's name is not the owner."""
    found = snapshot.object(ref_of_owner(owner, obj, snapshot))
    if found is not None and is_other(owner, found):
        return None
    return found


def is_other(owner: OwnerReference, found: KubeObject) -> bool:
    """Whether an object of an owner's name is not that owner, by the uids."""
    return bool(owner.uid and found.metadata.uid and owner.uid != found.metadata.uid)


def top_owner(obj: KubeObject, snapshot: Snapshot) -> Ref:
    """The ref at the end of the chain of controllers; of a cycle, that of its first member by name."""
    chain = [obj.ref]
    for _hop in range(MAX_HOPS):
        owner = obj.metadata.controller
        if owner is None or is_node(group_kind_of(owner)):
            break
        ref = ref_of_owner(owner, obj, snapshot)
        if ref in chain:
            return min(chain[chain.index(ref) :])
        chain.append(ref)
        found = snapshot.object(ref)
        if found is None and ref in snapshot.deployments_of_unread:
            found = snapshot.deployments_of_unread[ref]
            chain.append(found.ref)
        elif found is None or is_other(owner, found):
            break
        obj = found
    return chain[-1]
