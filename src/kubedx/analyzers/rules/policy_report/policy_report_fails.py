"""policy-report-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.rules.policy_report._results import NAMESPACED, hits_of
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, RawObject


@rule(filter="PolicyReport", on=RawObject, consults=(Pod,), severity=Severity.INFO, added="0.1")
def policy_report_fails(report: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A policy engine reports resources of a namespace that fail a policy.

    ## What it means
    Kyverno or another engine wrote a PolicyReport with results `fail` or `error`. They are grouped by policy and rule. It is for
    information: a policy that only audits stops nothing. A policy that could not be checked (`error`), or one whose severity is
    critical, is a warning.

    ## When it is not reported
    For results `pass`, `skip` and `warn`, and for pods and ReplicaSets that a workload made, which has its own report.

    ## How to fix it
    Change the resource so that it meets the policy, or ask the policy's owner for an exception.
    """
    if report.kind.group_kind in NAMESPACED:
        yield from hits_of(report, inventory)
