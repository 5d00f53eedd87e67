"""budget-sync-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import PodDisruptionBudget, condition


@rule(filter="PodDisruptionBudget", on=PodDisruptionBudget, severity=Severity.WARNING, added="0.1")
def budget_sync_fails(budget: PodDisruptionBudget, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """The controller cannot work out a PodDisruptionBudget, so it allows no disruption.

    ## What it means
    A percentage or `maxUnavailable` needs the number of replicas that the pods' workload asks for, and that cannot be found: the pods
    have no controller, or one without a scale. Evictions of the pods are refused.

    ## When it is not reported
    When the controller has not complained.

    ## How to fix it
    Use a whole number for `minAvailable`, which needs no controller, or select only pods of workloads that have a scale.
    """
    allowed = condition(budget, "DisruptionAllowed")
    if allowed is None or allowed.reason != "SyncFailed" or allowed.status != "False" or budget.metadata.deletion_timestamp is not None:
        return
    why = quoted(allowed.message)
    yield Hit(
        message="allows no disruption, because it cannot be worked out" + (f": {why}" if why else ""),
        evidence=(field(budget, "status.conditions[DisruptionAllowed].message", allowed.message or allowed.reason),),
        since=allowed.last_transition_time,
        values={"why": why},
    )
