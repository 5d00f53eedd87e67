"""NodeName: a pod that is bound already wants that node. Source: pkg/scheduler/framework/plugins/nodename in kubernetes/kubernetes."""

from kubedx.analyzers.scheduling.check import Check
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod


def prepare(pod: Pod, inventory: Inventory) -> Check | None:
    """A pod that names its node is never seen by the scheduler; so this speaks only where one asks what would be."""
    del inventory
    name = pod.spec.node_name
    if not name:
        return None

    def check(node: Node) -> tuple[str, ...]:
        return () if node.name == name else ("node(s) didn't match the requested node name",)

    return check
