"""The OperatorGroups of a namespace: one there must be, and no more. https://olm.operatorframework.io/docs/concepts/crds/operatorgroup/"""

from collections.abc import Sequence

from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.olm._kinds import OPERATOR_GROUP
from kubedx.inventory import Inventory
from kubedx.kube import RawObject


def groups_of(namespace: str, inventory: Inventory) -> Sequence[RawObject]:
    """The groups of a namespace that are not being deleted, the oldest first."""
    return _by_namespace(inventory).get(namespace, ())


@once_per_inventory
def _by_namespace(inventory: Inventory) -> dict[str, list[RawObject]]:
    """The groups of each namespace, the oldest first."""
    found: dict[str, list[RawObject]] = {}
    for one in inventory.list(RawObject):
        if one.kind.group_kind == OPERATOR_GROUP and one.metadata.deletion_timestamp is None:
            found.setdefault(one.namespace, []).append(one)
    for together in found.values():
        together.sort(key=lambda one: (str(one.metadata.creation_timestamp), one.name))
    return found
