"""budget-blocks-all"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import PodDisruptionBudget


@rule(filter="PodDisruptionBudget", on=PodDisruptionBudget, severity=Severity.WARNING, added="0.1")
def budget_blocks_all(budget: PodDisruptionBudget, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """A PodDisruptionBudget allows no disruption although all its pods are healthy.

    ## What it means
    By its own arithmetic the budget can never allow a pod to be evicted. Draining a node on which such a pod runs waits for ever, so
    node upgrades get stuck.

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
    name = "minAvailable" if spec.min_available is not None else "maxUnavailable"
    value = spec.min_available if spec.min_available is not None else spec.max_unavailable
    yield Hit(
        message=(
            f"allows no disruption although all {status.expected_pods} pods are healthy: {name} {value} "
            f"demands {status.desired_healthy} healthy of {status.expected_pods}"
        ),
        evidence=(
            field(budget, f"spec.{name}", value),
            field(budget, "status.disruptionsAllowed", status.disruptions_allowed),
            field(budget, "status.desiredHealthy", status.desired_healthy),
            field(budget, "status.currentHealthy", status.current_healthy),
            field(budget, "status.expectedPods", status.expected_pods),
        ),
        values={
            "field": name,
            "value": str(value),
            "expected": str(status.expected_pods),
            "desired": str(status.desired_healthy),
        },
    )
