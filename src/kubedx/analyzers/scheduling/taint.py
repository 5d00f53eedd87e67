"""TaintToleration. Source: pkg/scheduler/framework/plugins/tainttoleration in kubernetes/kubernetes."""

from kubedx.analyzers.scheduling.check import Check
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod, untolerated

CORDON = "node.kubernetes.io/unschedulable"


def prepare(pod: Pod, inventory: Inventory) -> Check:
    """Taints with the effect NoSchedule or NoExecute that the pod does not tolerate."""
    del inventory

    def check(node: Node) -> tuple[str, ...]:
        taints = untolerated(pod.spec.tolerations, node.spec.taints)
        # The taint of a cordon says nothing beyond the cordon, which comes first.
        return () if all(node.spec.unschedulable and taint.key == CORDON for taint in taints) else ("node(s) had untolerated taint(s)",)

    return check
