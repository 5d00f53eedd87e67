"""pods-rejected"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import quoted
from kubedx.analyzers.rules.workload._rejection import CREATORS, KNOWN, Creator, rejections
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import pattern_of

# The name of a pod that never existed says nothing, and is another one at each attempt.
_POD = pattern_of(r'^(?:pods|Pod) "[^"]*" is (?:forbidden|invalid): ')


@rule(
    on=CREATORS,
    severity=Severity.ERROR,
    events=("SuccessfulCreate",),
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    own_reason=True,
    added="0.1",
)
def pods_rejected(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """The API server rejects the pods of a workload, for a reason that has no rule of its own.

    ## What it means
    The workload's controller tries to create pods and the API server refuses. The pods never exist; the workload's condition
    `ReplicaFailure` or its `FailedCreate` events hold the reason, which is quoted.

    ## When it is not reported
    When a more exact rule knows the reason (quota, limit range, Pod Security, webhooks, absent classes or accounts), when the workload
    has all its pods, or when a pod could be created since the rejection.

    ## How to fix it
    Read the reason: it names the field or the right that is wrong. Correct the pod template, or grant what is missing.
    """
    for rejection in rejections(workload, inventory):
        if not any(pattern.search(rejection.message) for pattern in KNOWN):
            yield Hit(
                message=f"pods are rejected: {_POD.sub('', quoted(rejection.message))}",
                evidence=rejection.evidence,
                severity=rejection.severity,
                since=rejection.since,
            )
