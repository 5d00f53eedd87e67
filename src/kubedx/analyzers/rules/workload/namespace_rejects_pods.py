"""namespace-rejects-pods"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.rules.workload._rejection import CREATORS, NAMESPACE_ENDS, Creator, rejections
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Namespace


@rule(
    on=CREATORS,
    severity=Severity.WARNING,
    events=("SuccessfulCreate",),
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    added="0.1",
)
def namespace_rejects_pods(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """A workload wants pods in a namespace that is being deleted.

    ## What it means
    The namespace is Terminating, and nothing new can be created in it. The workload is still there because the deletion of the
    namespace has not reached it, or is held up.

    ## When it is not reported
    When the workload itself is being deleted.

    ## How to fix it
    Let the deletion finish (see what holds up the namespace), then create the workload again in a new namespace.
    """
    for rejection in rejections(workload, inventory):
        match = NAMESPACE_ENDS.search(rejection.message)
        if match is not None:
            yield Hit(
                message=f'pods are rejected: namespace "{match["namespace"]}" is being deleted',
                evidence=rejection.evidence,
                cause=Namespace.KIND.ref("", match["namespace"]),
                severity=Severity.WARNING,
                since=rejection.since,
            )
