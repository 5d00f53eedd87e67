"""cluster-policy-report-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.rules.policy_report._results import CLUSTER, hits_of
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, RawObject


@rule(filter="ClusterPolicyReport", on=RawObject, consults=(Pod,), severity=Severity.INFO, added="0.1")
def cluster_policy_report_fails(report: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A policy engine reports cluster-scoped resources that fail a policy.

    ## What it means
    A ClusterPolicyReport has results `fail` or `error`, on namespaces, ClusterRoles and the like. They are grouped by policy and rule.
    It is for information; a policy that could not be checked (`error`), or one whose severity is critical, is a warning.

    ## When it is not reported
    For results `pass`, `skip` and `warn`.

    ## How to fix it
    Change the resource so that it meets the policy, or ask the policy's owner for an exception.
    """
    if report.kind.group_kind in CLUSTER:
        yield from hits_of(report, inventory)
