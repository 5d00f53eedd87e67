"""budget-blocks-all"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import Node, Pod, PodDisruptionBudget


@rule(filter="PodDisruptionBudget", on=PodDisruptionBudget, consults=(Pod, Node), severity=Severity.WARNING, added="0.1")
def budget_blocks_all(budget: PodDisruptionBudget, inventory: Inventory) -> Iterator[Outcome]:
    """A PodDisruptionBudget allows no disruption although all its pods are healthy.

    ## What it means
    By its own arithmetic the budget can never allow a pod to be evicted. Draining a node on which such a pod runs waits for ever, so
    node upgrades get stuck. A node that is cordoned already, and waits so, is named.

    ## When it is not reported
    When pods of the budget are not healthy (then that explains it), and when it selects none.

    ## How to fix it
    Leave room for one pod: lower `minAvailable`, raise `maxUnavailable`, or run one replica more.
    """
    status, spec = budget.status, budget.spec
    if status.disruptions_allowed or status.expected_pods == 0 or status.current_healthy < status.expected_pods:
        return
    if not status.observed_generation or status.observed_generation < budget.metadata.generation or budget.metadata.deletion_timestamp:
        return
    drained = _drained(budget, inventory)
    name = "minAvailable" if spec.min_available is not None else "maxUnavailable"
    value = spec.min_available if spec.min_available is not None else spec.max_unavailable
    yield Hit(
        message=(
            f"allows no disruption although all {status.expected_pods} pods are healthy: {name} {value} "
            f"demands {status.desired_healthy} healthy of {status.expected_pods}"
            + (f"; node {drained.name} is cordoned and cannot be drained of them" if drained is not None else "")
        ),
        evidence=(
            field(budget, f"spec.{name}", value),
            field(budget, "status.disruptionsAllowed", status.disruptions_allowed),
            field(budget, "status.desiredHealthy", status.desired_healthy),
            field(budget, "status.currentHealthy", status.current_healthy),
            field(budget, "status.expectedPods", status.expected_pods),
            *((field(drained, "spec.unschedulable", drained.spec.unschedulable),) if drained is not None else ()),
        ),
        values={
            "field": name,
            "value": str(value),
            "expected": str(status.expected_pods),
            "desired": str(status.desired_healthy),
            "node": drained.name if drained is not None else "",
        },
    )


def _drained(budget: PodDisruptionBudget, inventory: Inventory) -> Node | None:
    """The first node that is cordoned and runs a pod of the budget."""
    for edge in inventory.edges_from(budget.ref, EdgeKind.SELECTS):
        pod = inventory.get(Pod, edge.target.namespace, edge.target.name) if edge.target.kind == "Pod" else None
        if isinstance(pod, Found) and pod.object.spec.node_name:
            node = inventory.get(Node, "", pod.object.spec.node_name)
            if isinstance(node, Found) and node.object.spec.unschedulable:
                return node.object
    return None
