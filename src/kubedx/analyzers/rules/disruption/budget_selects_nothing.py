"""budget-selects-nothing"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import Pod, PodDisruptionBudget, format_selector


@rule(filter="PodDisruptionBudget", on=PodDisruptionBudget, reads=(Pod,), severity=Severity.INFO, added="0.1")
def budget_selects_nothing(budget: PodDisruptionBudget, inventory: Inventory) -> Iterator[Outcome]:
    """A PodDisruptionBudget selects no pod and no workload.

    ## What it means
    It protects nothing: either it was left behind by something that was removed, or its selector is wrong and the pods that it was
    meant for are not protected. For information.

    ## When it is not reported
    When a workload matches that is scaled to zero.

    ## How to fix it
    Correct the selector, or delete the budget.
    """
    if inventory.edges_from(budget.ref, EdgeKind.SELECTS) or budget.metadata.deletion_timestamp is not None:
        return
    selector = format_selector(budget.spec.selector) if budget.spec.selector is not None else ""
    yield Hit(
        message=f"selector {selector} matches no pod" if selector else "has no selector, so it matches no pod",
        evidence=(field(budget, "spec.selector", selector), field(budget, "status.expectedPods", budget.status.expected_pods)),
        values={"selector": selector},
    )
