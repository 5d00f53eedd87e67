"""policy-selects-nothing"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import NetworkPolicy, Pod, format_selector


@rule(filter="NetworkPolicy", on=NetworkPolicy, reads=(Pod,), severity=Severity.INFO, added="0.1")
def policy_selects_nothing(policy: NetworkPolicy, inventory: Inventory) -> Iterator[Outcome]:
    """A NetworkPolicy selects no pod and no workload of its namespace.

    ## What it means
    It protects nothing: either it was left behind, or its selector is wrong and the pods that it was meant for are open. For
    information.

    ## When it is not reported
    When the selector is empty, which selects every pod there is or will be, and when a workload matches that is scaled to zero.

    ## How to fix it
    Correct the selector, or delete the policy.
    """
    selector = format_selector(policy.spec.pod_selector)
    if selector and not inventory.edges_from(policy.ref, EdgeKind.SELECTS) and policy.metadata.deletion_timestamp is None:
        yield Hit(
            message=f"selector {selector} matches no pod",
            evidence=(field(policy, "spec.podSelector", selector),),
            values={"selector": selector},
        )
