"""Policies of network plugins. They may lift what a NetworkPolicy forbids, and are not understood here."""

from kubedx.analyzers.memo import once_per_inventory
from kubedx.inventory import Inventory
from kubedx.kube import GroupKind, RawObject, Ref

# fmt: off
_KINDS = frozenset({
    GroupKind("cilium.io", "CiliumNetworkPolicy"), GroupKind("cilium.io", "CiliumClusterwideNetworkPolicy"),
    GroupKind("crd.projectcalico.org", "NetworkPolicy"), GroupKind("crd.projectcalico.org", "GlobalNetworkPolicy"),
    GroupKind("projectcalico.org", "NetworkPolicy"), GroupKind("projectcalico.org", "GlobalNetworkPolicy"),
    GroupKind("policy.networking.k8s.io", "AdminNetworkPolicy"), GroupKind("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
    GroupKind("policy.networking.k8s.io", "ClusterNetworkPolicy"),
    GroupKind("crd.antrea.io", "NetworkPolicy"), GroupKind("crd.antrea.io", "ClusterNetworkPolicy"),
})
# fmt: on


def foreign_policy(inventory: Inventory, *namespaces: str) -> Ref | None:
    """A policy of a plugin's own kind that may hold in one of these namespaces: of the cluster, or in one of them."""
    by_namespace = _by_namespace(inventory)
    return next((by_namespace[place] for place in ("", *namespaces) if place in by_namespace), None)


@once_per_inventory
def _by_namespace(inventory: Inventory) -> dict[str, Ref]:
    found: dict[str, Ref] = {}
    for one in inventory.list(RawObject):
        if one.kind.group_kind in _KINDS:
            found.setdefault(one.namespace, one.ref)
    return found
