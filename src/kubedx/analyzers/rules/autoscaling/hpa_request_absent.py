"""hpa-request-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory, Lookup
from kubedx.kube import Deployment, HorizontalPodAutoscaler, StatefulSet, condition, pattern_of, pod_spec

_MISSING = pattern_of(r"missing request for (?P<resource>\S+)(?: in container (?P<container>\S+))?(?: of Pod (?P<pod>\S+))?")


@rule(
    filter="HorizontalPodAutoscaler",
    on=HorizontalPodAutoscaler,
    consults=(Deployment, StatefulSet),
    severity=Severity.WARNING,
    suffers=Effect.CANNOT_SCALE,
    own_reason=True,
    added="0.1",
)
def hpa_request_absent(autoscaler: HorizontalPodAutoscaler, inventory: Inventory) -> Iterator[Outcome]:
    """An autoscaler scales by a percentage of a request that a container does not set.

    ## What it means
    A utilization is the usage divided by the request. A container of the target (a sidecar counts too) sets no such request, so there
    is nothing to divide by, and the workload keeps its present size.

    ## When it is not reported
    When the autoscaler has not complained.

    ## How to fix it
    Set the request in the named container, or scale by the metric of one container (`ContainerResource`) or by an average value.
    """
    active = condition(autoscaler, "ScalingActive")
    match = _MISSING.search(active.message) if active is not None and active.status == "False" else None
    if active is None or match is None or autoscaler.metadata.deletion_timestamp is not None:
        return
    resource = match["resource"].strip(",;")
    target = autoscaler.spec.scale_target_ref
    workload = _workload(autoscaler, inventory)
    container = (match["container"] or "").strip(",;")
    spec = pod_spec(workload) if workload is not None else None
    if not container and spec is not None:
        container = next((one.name for one in spec.containers if resource not in one.resources.requests), "")
    lacking = f'container "{container}" of {target.kind} "{target.name}"' if container else f'a container of {target.kind} "{target.name}"'
    path = f"spec.template.spec.containers[{container}].resources.requests"
    yield Hit(
        message=f"scales by {resource} utilization, but {lacking} sets no {resource} request",
        evidence=(
            field(autoscaler, "status.conditions[ScalingActive].message", active.message),
            *((field(workload, path, ""),) if workload is not None and container else ()),
        ),
        part=f"container {container}" if container else "",
        cause=workload.ref if workload is not None else None,
        since=active.last_transition_time,
        values={"resource": resource, "target": target.name, "target_kind": target.kind.lower()},
    )


def _workload(autoscaler: HorizontalPodAutoscaler, inventory: Inventory) -> Deployment | StatefulSet | None:
    target = autoscaler.spec.scale_target_ref
    found: Lookup[Deployment] | Lookup[StatefulSet] | None = None
    if target.kind == "Deployment":
        found = inventory.get(Deployment, autoscaler.namespace, target.name)
    elif target.kind == "StatefulSet":
        found = inventory.get(StatefulSet, autoscaler.namespace, target.name)
    return found.object if isinstance(found, Found) else None
