"""NodeUnschedulable: cordoned nodes. Source: pkg/scheduler/framework/plugins/nodeunschedulable in kubernetes/kubernetes."""

from kubedx.analyzers.scheduling.check import Check
from kubedx.analyzers.scheduling.taint import CORDON
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod, Taint, untolerated

_CORDON = Taint(key=CORDON, effect="NoSchedule")


def prepare(pod: Pod, inventory: Inventory) -> Check | None:
    """A pod that tolerates the taint of cordoned nodes may run on them."""
    del inventory
    if not untolerated(pod.spec.tolerations, (_CORDON,)):
        return None

    def check(node: Node) -> tuple[str, ...]:
        return ("node(s) were unschedulable",) if node.spec.unschedulable else ()

    return check
