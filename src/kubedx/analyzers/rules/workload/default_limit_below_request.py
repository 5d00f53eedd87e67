"""default-limit-below-request"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.workload._rejection import CREATORS, LIMIT_BELOW_REQUEST, Creator, rejections, template_of
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Container, LimitRange


@rule(
    on=CREATORS,
    consults=(LimitRange,),
    severity=Severity.ERROR,
    events=("SuccessfulCreate",),
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    own_reason=True,
    added="0.1",
)
def default_limit_below_request(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """A container requests more than the limit that its pod is given on creation.

    ## What it means
    The container states a request but no limit. A LimitRange of the namespace (or a mutating webhook) adds a limit that is lower than
    the request, which makes the pod invalid: it is rejected before it exists.

    ## When it is not reported
    When the workload has all its pods, or when a pod could be created since the rejection.

    ## How to fix it
    Set a limit in the pod template that is at least the request, or raise the default limit of the LimitRange.
    """
    for rejection in rejections(workload, inventory):
        match = LIMIT_BELOW_REQUEST.search(rejection.message)
        if match is None:
            continue
        container = _container(workload, match["list"], int(match["index"]))
        name, resource, request = container.name if container else "", match["resource"], match["request"]
        limit = match["limit"] or ""
        limit_range, extra = _default_of(workload, inventory, resource, limit)
        giver = f'limit range "{limit_range}"' if limit_range else "its namespace"
        if container and resource in container.resources.limits:
            giver = "the pod template"
        of_limit = f" of {limit}" if limit else ""
        yield Hit(
            message=(
                f'pods are rejected: container "{name}" requests {resource} {request}, which must be less than or equal to '
                f"the {resource} limit{of_limit} that {giver} sets"
            ),
            evidence=(*rejection.evidence, *_request(workload, container, match["list"], resource), *extra),
            part=f"container {name}" if name else "",
            severity=rejection.severity,
            since=rejection.since,
            values={"container": name, "resource": resource, "request": request, "limit": limit, "limit_range": limit_range},
        )


def _container(workload: Creator, list_name: str, index: int) -> Container | None:
    spec = template_of(workload).spec
    containers = spec.containers if list_name == "containers" else spec.init_containers
    return containers[index] if index < len(containers) else None


def _request(workload: Creator, container: Container | None, list_name: str, resource: str) -> tuple[Evidence, ...]:
    if container is None or resource not in container.resources.requests:
        return ()
    path = f"spec.template.spec.{list_name}[{container.name}].resources.requests.{resource}"
    return (field(workload, path, container.resources.requests[resource]),)


def _default_of(workload: Creator, inventory: Inventory, resource: str, limit: str) -> tuple[str, tuple[Evidence, ...]]:
    for limit_range in inventory.list(LimitRange, workload.namespace):
        for number, item in enumerate(limit_range.spec.limits):
            if item.type == "Container" and resource in item.default and (not limit or str(item.default[resource]) == limit):
                return limit_range.name, (field(limit_range, f"spec.limits[{number}].default.{resource}", item.default[resource]),)
    return "", ()
