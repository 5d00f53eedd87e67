"""webhook-denies-pods"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import quoted
from kubedx.analyzers.rules.workload._rejection import CREATORS, WEBHOOK_DENIES, Creator, rejections
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
def webhook_denies_pods(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """An admission webhook works, and denies the pods of a workload.

    ## What it means
    A policy engine of the cluster (Kyverno, Gatekeeper, or one of your own) looked at the pod and said no. Its reason is quoted.

    ## When it is not reported
    When the webhook only warns, when the workload has all its pods, or when a pod could be created since the rejection.

    ## How to fix it
    Change the pod template so that it meets the policy that the reason names, or ask the owner of the policy for an exception.
    """
    for rejection in rejections(workload, inventory):
        match = WEBHOOK_DENIES.search(rejection.message)
        if match is None:
            continue
        why = quoted(match["why"] or "")
        yield Hit(
            message=f'pods are rejected: admission webhook "{match["webhook"]}" denies them'
            + (f": {why}" if why else ", without a reason"),
            evidence=rejection.evidence,
            severity=rejection.severity,
            since=rejection.since,
            values={"webhook": match["webhook"], "why": why},
        )
