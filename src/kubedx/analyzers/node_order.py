"""Nodes that an autoscaler has ordered for a pod that waits."""

from datetime import timedelta

from kubedx.analyzers.container_state import newest
from kubedx.inventory import Inventory
from kubedx.kube import Pod, last_seen

_ORDERED = frozenset({"TriggeredScaleUp", "Nominated"})
"""What cluster-autoscaler and Karpenter say of a pod for which they make a node, in Normal events."""
SCALE_UP = timedelta(minutes=15)
"""Time for an autoscaler to bring the node that it has ordered."""


def is_node_ordered(pod: Pod, inventory: Inventory) -> bool:
    """Whether an autoscaler makes a node for a pod that has none, and still has time."""
    ordered = newest(inventory.events(pod, reasons=_ORDERED)) if not pod.spec.node_name else None
    moment = last_seen(ordered) if ordered else None
    return moment is not None and inventory.now - moment < SCALE_UP
