"""quota-exceeded"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.workload._rejection import CREATORS, QUOTA_EXCEEDED, Creator, rejections
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import ResourceQuota


@rule(
    on=CREATORS,
    consults=(ResourceQuota,),
    severity=Severity.ERROR,
    events=("SuccessfulCreate",),
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    own_reason=True,
    added="0.1",
)
def quota_exceeded(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """A ResourceQuota has no room for the pods of a workload, so the API server rejects them.

    ## What it means
    The namespace has a ResourceQuota, and what the next pod asks for would go beyond its hard limit. The pod is never created: there is
    nothing to see among the pods, only the workload's condition `ReplicaFailure` or its events say so.

    ## When it is not reported
    When the workload has all its pods, or when a pod could be created since the rejection.

    ## How to fix it
    Raise the hard limit of the quota, lower the requests or the number of replicas of the workload, or remove something else that uses
    the quota.
    """
    for rejection in rejections(workload, inventory):
        match = QUOTA_EXCEEDED.search(rejection.message)
        if match is None:
            continue
        name, requested, used, limited = (match[group] for group in ("quota", "requested", "used", "limited"))
        quota = ResourceQuota.KIND.ref(workload.namespace, name)
        found = inventory.get(ResourceQuota, workload.namespace, name)
        extra = (field(quota, "status.used", found.object.status.used),) if isinstance(found, Found) and found.object.status.used else ()
        yield Hit(
            message=f'pods are rejected: exceeded quota "{name}", which limits {limited}; used {used}, requested {requested}',
            evidence=(*rejection.evidence, *extra),
            cause=quota,
            severity=rejection.severity,
            since=rejection.since,
            values={"quota": name, "requested": requested, "used": used, "limited": limited},
        )
