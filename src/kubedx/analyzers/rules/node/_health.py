"""The conditions of a node, and what an unhealthy node does to what runs on it."""

from datetime import timedelta

from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.findings import Effect
from kubedx.inventory import Inventory
from kubedx.kube import Node

GRACE = timedelta(minutes=2)
"""Time for a new node to become ready."""

DOWN = (Effect.NODE_UNUSABLE, Effect.CANNOT_SCHEDULE, Effect.CANNOT_START, Effect.CANNOT_BE_DELETED, *WITHOUT_PODS)
"""What follows for the pods of a node, and for what they serve, when the node is gone."""

NETWORK = "NetworkPluginNotReady"


def is_new(node: Node, inventory: Inventory) -> bool:
    """Whether a node has only just joined."""
    created = node.metadata.creation_timestamp
    return created is not None and inventory.now - created < GRACE


LEAVING = {
    "ToBeDeletedByClusterAutoscaler",
    "karpenter.sh/disrupted",
    "karpenter.sh/disruption",
    "node.cloudprovider.kubernetes.io/shutdown",
    "cloud.google.com/impending-node-termination",
    "aws-node-termination-handler/spot-itn",
    "aws-node-termination-handler/asg-lifecycle-termination",
}
"""Taints of nodes that an autoscaler removes or a cloud takes back, by the documentation of each."""


def is_leaving(node: Node) -> bool:
    """Whether a node is on its way out on purpose."""
    return node.metadata.deletion_timestamp is not None or any(taint.key in LEAVING for taint in node.spec.taints)


def counts(node: Node, inventory: Inventory) -> tuple[int, str]:
    """How many pods are bound to a node, and words for it."""
    pods = sum(pod.status.phase not in {"Succeeded", "Failed"} for pod in inventory.pods_on(node.name))
    return pods, f"; {pods} pods are bound to it" if pods > 1 else "; 1 pod is bound to it" if pods else ""
