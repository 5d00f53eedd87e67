"""policy-denies-pods"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import quoted
from kubedx.analyzers.rules.workload._rejection import CREATORS, POLICY_DENIES, Creator, rejections
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory


@rule(
    on=CREATORS,
    severity=Severity.ERROR,
    events=("SuccessfulCreate",),
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    own_reason=True,
    added="0.1",
)
def policy_denies_pods(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """A ValidatingAdmissionPolicy denies the pods of a workload.

    ## What it means
    A policy written in CEL is bound with the action `Deny`, and one of its expressions does not hold for the pod.

    ## When it is not reported
    When the binding only warns or audits, when the workload has all its pods, or when a pod could be created since the rejection.

    ## How to fix it
    Change the pod template so that the expression holds, or change the policy or what its binding matches.
    """
    for rejection in rejections(workload, inventory):
        match = POLICY_DENIES.search(rejection.message)
        if match is None:
            continue
        why = quoted(match["why"])
        yield Hit(
            message=f'pods are rejected: admission policy "{match["policy"]}" with binding "{match["binding"]}" denies them: {why}',
            evidence=rejection.evidence,
            severity=rejection.severity,
            since=rejection.since,
            values={"policy": match["policy"], "binding": match["binding"], "why": why},
        )
