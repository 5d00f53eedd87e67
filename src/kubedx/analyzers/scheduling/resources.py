"""NodeResourcesFit. Source: pkg/scheduler/framework/plugins/noderesources/fit.go in kubernetes/kubernetes."""

from kubedx.analyzers.scheduling.check import Check
from kubedx.analyzers.scheduling.room import PODS, free, lacking, requests
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod


def prepare(pod: Pod, inventory: Inventory) -> Check:
    """Every resource of which a node has less left than the pod asks for, its places for pods among them."""
    asked = requests(pod.spec)

    def check(node: Node) -> tuple[str, ...]:
        return tuple("Too many pods" if one == PODS else f"Insufficient {one}" for one in lacking(asked, free(node, inventory)))

    return check
