"""budgets-overlap"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import PodDisruptionBudget, Ref, format_selector


@rule(filter="PodDisruptionBudget", on=PodDisruptionBudget, severity=Severity.WARNING, added="0.1")
def budgets_overlap(budget: PodDisruptionBudget, inventory: Inventory) -> Iterator[Outcome]:
    """Two PodDisruptionBudgets select the same pod.

    ## What it means
    The eviction API refuses to evict a pod that several budgets select. A node on which it runs cannot be drained.

    ## When it is not reported
    On the first of the budgets by name, so that it is said once.

    ## How to fix it
    Delete one of the budgets, or make their selectors differ.
    """
    if budget.metadata.deletion_timestamp is not None:
        return
    shared: dict[Ref, Ref] = {}
    for edge in inventory.edges_from(budget.ref, EdgeKind.SELECTS):
        if edge.target.kind == "Pod":
            for other in inventory.edges_to(edge.target, EdgeKind.SELECTS):
                if other.source.group_kind == budget.ref.group_kind and other.source < budget.ref:
                    shared.setdefault(other.source, edge.target)
    for first, pod in sorted(shared.items())[:1]:
        yield Hit(
            message=f'selects pods that budget "{first.name}" selects too, such as "{pod.name}": they cannot be evicted',
            evidence=(field(budget, "spec.selector", _selector(budget)), field(pod, "metadata.name", pod.name)),
            values={"other": first.name, "pod": pod.name},
        )


def _selector(budget: PodDisruptionBudget) -> str:
    return format_selector(budget.spec.selector) if budget.spec.selector is not None else ""
