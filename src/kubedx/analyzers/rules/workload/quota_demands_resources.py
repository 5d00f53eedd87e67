"""quota-demands-resources"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.workload._rejection import CREATORS, QUOTA_DEMANDS, Creator, rejections
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
def quota_demands_resources(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """A ResourceQuota counts a request or limit that the containers of a workload do not set.

    ## What it means
    Where a ResourceQuota limits `requests.cpu`, `limits.memory` and the like, every container of the namespace must set it. Pods whose
    containers do not are rejected before they exist.

    ## When it is not reported
    When the workload has all its pods, or when a pod could be created since the rejection.

    ## How to fix it
    Set the missing requests or limits in the pod template, or give the namespace a LimitRange with defaults.
    """
    for rejection in rejections(workload, inventory):
        match = QUOTA_DEMANDS.search(rejection.message)
        if match is None:
            continue
        name, demands = match["quota"], match["demands"].strip()
        quota = ResourceQuota.KIND.ref(workload.namespace, name)
        found = inventory.get(ResourceQuota, workload.namespace, name)
        extra = (field(quota, "spec.hard", found.object.spec.hard),) if isinstance(found, Found) else ()
        yield Hit(
            message=f'pods are rejected: quota "{name}" demands that every container sets what it limits, and lacks {_lacks(demands)}',
            evidence=(*rejection.evidence, *extra),
            severity=rejection.severity,
            since=rejection.since,
            values={"quota": name, "demands": _lacks(demands)},
        )


def _lacks(demands: str) -> str:
    """`limits.cpu for: api; requests.cpu for: api` as `limits.cpu of container "api", …`."""
    parts = []
    for demand in demands.split(";"):
        resource, _, containers = demand.strip().partition(" for: ")
        names = ", ".join(f'"{name.strip()}"' for name in containers.split(",") if name.strip())
        parts.append(f"{resource} of container {names}" if names else resource)
    return ", ".join(parts)
