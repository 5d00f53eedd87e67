"""Whether what a pod did is done by another one now."""

from kubedx.analyzers.container_state import ENDED
from kubedx.analyzers.starting import is_ready
from kubedx.inventory import Found, Inventory
from kubedx.kube import DaemonSet, Job, Pod, ReplicaSet, ReplicationController, StatefulSet

OWNERS = (ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job)


def is_replaced(pod: Pod, inventory: Inventory) -> bool:
    """Whether the owner of an ended pod has all the pods it wants again. What has no owner is never replaced.

    Of the pods of Jobs and of unknown owners others speak: they count as replaced.
    """
    owner = pod.metadata.controller
    if owner is None:
        return False
    kind = next((one for one in OWNERS if one.KIND.kind == owner.kind), None)
    if kind is None or kind is Job:
        return True
    found = inventory.find(kind.KIND.ref(pod.namespace, owner.name))
    if not isinstance(found, Found):
        return True
    owned = inventory.owned_by(found.object, Pod)
    siblings = [one for one in owned if one.status.phase not in ENDED and one.metadata.deletion_timestamp is None]
    if isinstance(found.object, ReplicaSet | StatefulSet | ReplicationController):
        return sum(is_ready(one) for one in siblings) >= found.object.spec.replicas
    return any(one.spec.node_name == pod.spec.node_name and is_ready(one) for one in siblings)
